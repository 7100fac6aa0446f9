import StatesJSON

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// `benchmark`: measures what users feel, on this machine.
///
/// Figures of seconds differ from machine to machine and from run to run; compare ratios. `--json` prints one object.
@main
enum BenchmarkCommand {
    static func main() async {
        do {
            let options = try BenchmarkOptions(Array(CommandLine.arguments.dropFirst()))
            try await run(options)
        } catch {
            let line = Array("\(error)\n".utf8)
            _ = write(STDERR_FILENO, line, line.count)
            exit(2)
        }
    }

    private static func run(_ options: BenchmarkOptions) async throws {
        var report = BenchmarkReport(asJSON: options.json)
        for section in BenchmarkSection.all where options.wants(section.name) {
            report.begin(section.name, section.title)
            try await section.run(options, &report)
        }
        report.end()
    }
}

/// A group of measurements.
struct BenchmarkSection: Sendable {
    /// How it is named on the command line.
    let name: String
    /// What it measures.
    let title: String
    /// Measures.
    let run: @Sendable (BenchmarkOptions, inout BenchmarkReport) async throws -> Void

    /// All of them, in the order they run.
    static let all: [BenchmarkSection] = [
        BenchmarkSection(name: "json", title: "JSON: reading and writing (processor time)", run: JSONBenchmarks.run),
        BenchmarkSection(
            name: "definition", title: "A definition of 10,000 states (processor time)", run: DefinitionBenchmarks.run),
        BenchmarkSection(
            name: "jsonata", title: "JSONata over 1,000 rows (processor time)", run: JSONataBenchmarks.run),
        BenchmarkSection(
            name: "kernel", title: "The kernel alone, one core, in memory (processor time)", run: KernelBenchmarks.run),
        BenchmarkSection(name: "express", title: "Express executions, two shards, 1,000 at once", run: ExpressBenchmarks.run),
        BenchmarkSection(
            name: "standard", title: "Durable Standard executions, two shards; \"bare\" only makes as many syncs of 300 B an event",
            run: StandardBenchmarks.run),
        BenchmarkSection(name: "start", title: "From the start of a process to its end", run: StartBenchmarks.run),
        BenchmarkSection(name: "tasks", title: "Tasks that take time", run: TaskBenchmarks.run),
    ]
}

/// What the command line asked for.
struct BenchmarkOptions: Sendable {
    /// Whether to print JSON.
    var json = false
    /// The sections to run; empty means all.
    var only: [String] = []
    /// How long each measurement runs, in seconds.
    var seconds = 1.0
    /// A text that the names of measurements must contain; nil means all.
    var match: String?
    /// Where durable measurements keep their data; a temporary folder if absent.
    var folder: String?
    /// A Python interpreter that has jsonata-python, to measure beside; nil to measure alone.
    var python: String?

    struct Problem: Error, CustomStringConvertible {
        var description: String
    }

    init(_ arguments: [String]) throws(Problem) {
        var rest = arguments[...]
        while let option = rest.popFirst() {
            switch option {
            case "--json": json = true
            case "--seconds":
                guard let value = rest.popFirst().flatMap(Double.init), value > 0 else {
                    throw Self.usage("--seconds needs a number")
                }
                seconds = value
            case "--match":
                guard let value = rest.popFirst() else { throw Self.usage("--match needs a text") }
                match = value
            case "--data":
                guard let value = rest.popFirst() else { throw Self.usage("--data needs a folder") }
                folder = value
            case "--python":
                guard let value = rest.popFirst() else { throw Self.usage("--python needs the path of an interpreter") }
                python = value
            case let name where BenchmarkSection.all.contains { $0.name == name }: only.append(name)
            default: throw Self.usage("unknown option \(option)")
            }
        }
    }

    private static func usage(_ problem: String) -> Problem {
        Problem(
            description: """
                \(problem)
                usage: benchmark [SECTION]... [--seconds S] [--match TEXT] [--data FOLDER] [--python PATH] [--json]
                sections: \(BenchmarkSection.all.map(\.name).joined(separator: " "))
                """)
    }

    func wants(_ section: String) -> Bool { only.isEmpty || only.contains(section) }
    func wants(measurement name: String) -> Bool { match.map { name.contains($0) } ?? true }
}

/// Prints figures as they come, or collects them for one JSON object.
struct BenchmarkReport: Sendable {
    private let asJSON: Bool
    private var sections: [(String, JSONValue)] = []
    private var rows: [JSONValue] = []
    private var section: String?

    init(asJSON: Bool) { self.asJSON = asJSON }

    mutating func begin(_ name: String, _ title: String) {
        close()
        section = name
        if !asJSON { print("\n\(title)") }
    }

    /// One measurement: a name, and figures with their units.
    mutating func add(_ name: String, _ figures: [(unit: String, value: Double)], note: String? = nil) {
        var members: [(String, JSONValue)] = [("name", .string(name))] + figures.map { ($0.unit, .number(.double($0.value))) }
        if let note { members.append(("note", .string(note))) }
        rows.append(.object(JSONObject(members)))
        guard !asJSON else { return }
        let columns = figures.map { Self.text($0.value) + " " + $0.unit }.map { $0.paddedLeft(27) }.joined()
        print("  " + name.padded(48) + columns + (note.map { "   " + $0 } ?? ""))
        fflush(nil)
    }

    mutating func end() {
        close()
        if asJSON { print(JSONValue.object(JSONObject(sections)).prettyText()) }
    }

    private mutating func close() {
        if let section { sections.append((section, .array(rows))) }
        rows = []
        section = nil
    }

    /// Three significant digits or all of a whole number, with thousands set apart.
    private static func text(_ value: Double) -> String {
        if value >= 1000 { return grouped(Int(value.rounded())) }
        let scale: Double = value >= 100 ? 1 : value >= 10 ? 10 : value >= 1 ? 100 : 10_000
        let rounded = (value * scale).rounded() / scale
        return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
    }

    private static func grouped(_ value: Int) -> String {
        var digits = "\(value)"
        var result = ""
        while digits.count > 3 {
            result = "," + digits.suffix(3) + result
            digits.removeLast(3)
        }
        return digits + result
    }
}

extension String {
    /// Filled with blanks on the right.
    func padded(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
    /// Filled with blanks on the left.
    func paddedLeft(_ width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}

extension Duration {
    /// In seconds.
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

/// Repeats work until enough time has passed.
struct Stopwatch {
    /// Runs `work` until it has used so many seconds; answers how often it ran and how long that took.
    ///
    /// The time is the calling thread's own, so that other work on the machine does not count: what is measured this way waits for
    /// nothing.
    static func measure(seconds: Double, _ work: () throws -> Void) rethrows -> (runs: Int, seconds: Double) {
        try work()
        let began = threadSeconds
        var runs = 0
        var batch = 1
        while true {
            for _ in 0..<batch { try work() }
            runs += batch
            let passed = threadSeconds - began
            if passed >= seconds { return (runs, passed) }
            // Few looks at the clock where the work is short.
            if passed < seconds / 20 { batch *= 2 }
        }
    }

    /// The processor time that the calling thread has used.
    private static var threadSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
