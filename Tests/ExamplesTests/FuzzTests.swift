import Foundation
import StatesTemplates
import Stepwell
import Testing

/// Numbers that look random and are the same for the same seed.
private struct Numbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }
}

/// Damaged definitions, inputs and files: the examples with bytes changed, cut out, doubled, put in and spliced.
///
/// A few hundred by default. `STEPWELL_FUZZ_SECONDS` makes each of them go on for that long, with seeds of its own: what CI does.
@Suite("damaged text")
struct FuzzTests {
    /// Bits of what the readers act upon, and of what has broken readers before.
    static let pieces: [[UInt8]] =
        [
            "\"", "{", "}", "[", "]", ":", ",", "\\", "\\u0000", "\\ud800", "null", "-", "1e999999", "0x1F", "1_000", "\u{0}", "\t",
            "\n",
            "    ", "- ", "? ", "&a", "*a", "<<: ", "!Sub ", "| ", "> ", "# ", "---\n", "${", "${Name}", "{%", "%}", "$.", "$..",
            "$$.",
            "[?(@.a)]", "[*]", "States.Format('{}', $.a)", ".$", "\"States\":", "\"Next\":", "\"Type\":", "\"Map\"", "\"Parallel\"",
            "\"Choice\"", "\"End\":", "true", "\"Retry\":", "\"Catch\":", "\"StartAt\":", "\u{FEFF}", "\u{1F4A9}",
        ].map { Array($0.utf8) } + [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80]]

    /// The files of all examples.
    static let corpus: [(name: String, bytes: [UInt8])] = {
        let home = Example.home
        let paths = (FileManager.default.enumerator(atPath: home.path)?.allObjects as? [String] ?? []).sorted()
        return paths.filter { $0.hasSuffix(".json") || $0.hasSuffix(".yaml") }.compactMap { path in
            (try? Data(contentsOf: home.appending(path: path))).map { (path, [UInt8]($0)) }
        }
    }()

    private func damaged(_ numbers: inout Numbers) -> (name: String, bytes: [UInt8]) {
        var (name, bytes) = Self.corpus.randomElement(using: &numbers) ?? ("", [])
        for _ in 0..<Int.random(in: 1...6, using: &numbers) {
            let at = Int.random(in: 0...bytes.count, using: &numbers)
            let end = min(bytes.count, at + Int.random(in: 1...64, using: &numbers))
            switch Int.random(in: 0..<6, using: &numbers) {
            case 0 where at < bytes.count: bytes[at] = UInt8.random(in: 0...255, using: &numbers)
            case 1: bytes.removeSubrange(at..<end)
            case 2: bytes.insert(contentsOf: Array(bytes[at..<end]), at: at)
            case 3: bytes.removeSubrange(at...)
            case 4:
                let other = Self.corpus.randomElement(using: &numbers)?.bytes ?? []
                let from = Int.random(in: 0...other.count, using: &numbers)
                bytes.insert(contentsOf: other[from..<min(other.count, from + 200)], at: at)
            default: bytes.insert(contentsOf: Self.pieces.randomElement(using: &numbers) ?? [], at: at)
            }
        }
        return (name, bytes)
    }

    /// Calls `body` with generators for a fixed number of rounds, or for the time that CI gives.
    private func rounds(_ count: Int, _ body: (inout Numbers) -> Void) {
        let seconds = ProcessInfo.processInfo.environment["STEPWELL_FUZZ_SECONDS"].flatMap(Double.init)
        let end = Date().addingTimeInterval(seconds ?? 0)
        var seed: UInt64 = seconds == nil ? 1 : UInt64.random(in: 1...UInt64.max / 2)
        var done = 0
        while seconds == nil ? done < count : Date() < end {
            // Said before, because what is looked for here would leave nobody to say it after.
            if seconds != nil, done % 10_000 == 0 { print("damaged text: round \(done), seed \(seed)") }
            var numbers = Numbers(state: seed)
            body(&numbers)
            seed &+= 1
            done += 1
        }
    }

    @Test("a damaged definition is read or refused with places inside of its text, and never more")
    func definitions() {
        rounds(300) { numbers in
            let (name, bytes) = damaged(&numbers)
            let checks = [DefinitionCheck(bytes: bytes, source: name), DefinitionCheck(yaml: bytes, source: name)]
            for check in checks {
                let inside = 0...max(check.source.text.utf8.count, bytes.count) + 1
                #expect(
                    check.diagnostics.allSatisfy { inside.contains($0.range.lowerBound) && inside.contains($0.range.upperBound) })
                _ = DiagnosticReport(diagnostics: check.diagnostics, source: check.source).text()
                _ = try? StateMachine(check, name: "damaged")
            }
        }
    }

    @Test("what is read as JSON is written as JSON that reads the same")
    func values() {
        rounds(300) { numbers in
            guard let value = try? JSONValue(parsing: damaged(&numbers).bytes) else { return }
            #expect((try? JSONValue(parsing: value.compactText)) == value)
        }
    }

    @Test("damaged functions files and mock files are read or refused")
    func files() {
        rounds(300) { numbers in
            let (_, bytes) = damaged(&numbers)
            for node in [try? JSONNode(parsing: bytes), try? parseYAML(bytes)] {
                guard let node else { continue }
                _ = try? FunctionsFile(node: node, directory: ".")
                _ = try? MockFile(node: node)
            }
        }
    }
}
