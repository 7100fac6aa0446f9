import StatesJSON
import StatesLanguage

/// Measures reading and writing of JSON.
enum JSONBenchmarks {
    static func run(_ options: BenchmarkOptions, _ report: inout BenchmarkReport) throws {
        for (name, value) in [
            ("200 KB of rows", BenchmarkMachines.payload(bytes: 200_000)), ("a small order", BenchmarkMachines.order),
            ("1,000 integers", BenchmarkMachines.items(1000)),
        ] where options.wants(measurement: name) {
            let bytes = Array(value.compactText.utf8)
            let megabytes = Double(bytes.count) / 1e6
            let reading = try Stopwatch.measure(seconds: options.seconds) { _ = try JSONValue(parsing: bytes) }
            var buffer: [UInt8] = []
            let writing = Stopwatch.measure(seconds: options.seconds) {
                buffer.removeAll(keepingCapacity: true)
                value.write(into: &buffer)
            }
            report.add(
                name,
                [
                    ("MB/s read", megabytes * Double(reading.runs) / reading.seconds),
                    ("MB/s written", megabytes * Double(writing.runs) / writing.seconds), ("bytes", Double(bytes.count)),
                ])
        }
    }
}

/// Measures what happens between a definition's text and its plan.
enum DefinitionBenchmarks {
    static func run(_ options: BenchmarkOptions, _ report: inout BenchmarkReport) throws {
        let text = BenchmarkMachines.large(10_000)
        let reading = try Stopwatch.measure(seconds: options.seconds) { _ = try JSONNode(parsing: text) }
        let checking = Stopwatch.measure(seconds: options.seconds) { _ = DefinitionCheck(definition: text) }
        let check = DefinitionCheck(definition: text)
        let compiling = try Stopwatch.measure(seconds: options.seconds) { _ = try StateMachine(check) }
        for (name, measured) in [
            ("read into nodes", reading), ("read and validate", checking), ("compile what was validated", compiling),
        ] {
            report.add(name, [("ms", measured.seconds / Double(measured.runs) * 1000), ("bytes", Double(text.utf8.count))])
        }
    }
}
