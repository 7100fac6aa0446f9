import Foundation
import Testing

@Suite("sources")
struct SourceTests {
    /// Where reading the real clock, sleeping and drawing randomness belongs. The journal stamps its files with both.
    static let drivers: Set<String> = [
        "StatesRuntime", "StatesJournal", "StatesServices", "StatesTestKit", "StepwellCommand", "ConformanceRunner", "Benchmarks",
    ]

    @Test("real time and randomness live in drivers")
    func timeAndRandomness() {
        let words = [
            "Date()", "Date.now", "UUID()", "Task.sleep", ".random(", "SystemRandomNumberGenerator", "clock_gettime",
            "gettimeofday",
            "ContinuousClock", "SuspendingClock",
        ]
        #expect(SwiftCode.all.filter { !Self.drivers.contains($0.target) }.flatMap { $0.findings(words) } == [])
    }

    @Test("no input can reach a trap: nothing is forced")
    func nothingIsForced() {
        #expect(SwiftCode.all.flatMap { $0.findings(["try!", "as!", "fatalError("]) } == [])
    }

    @Test("an unchecked promise of sendability says beside it why it holds")
    func uncheckedSendableIsExplained() {
        let findings = SwiftCode.all.flatMap { code in
            code.findings(["@unchecked Sendable", "nonisolated(unsafe)"]).filter { finding in
                let beside = code.lines[max(0, finding.line - 7)..<min(code.lines.count, finding.line + 3)]
                return beside.filter { $0.contains("//") }.joined().count < 80
            }
        }
        #expect(findings == [])
    }

    @Test("types are named for what they are")
    func namesAreNouns() {
        let endings = ["Manager", "Helper", "Helpers", "Util", "Utils", "Utilities", "Handler", "Processor", "Impl"]
        let findings = SwiftCode.all.flatMap { code in
            code.names(after: ["struct", "class", "enum", "actor", "protocol"])
                .filter { named in endings.contains { named.name.hasSuffix($0) } }.map(\.place)
        }
        #expect(findings == [])
    }

    @Test("a target has one level of folders, and no file is a placeholder")
    func foldersAreShallow() {
        let findings = SwiftCode.all.map(\.path).filter { path in
            path.split(separator: "/").count > 4 || path.hasSuffix("/placeholder.swift")
        }
        #expect(findings == [])
    }

    @Test("no file is empty of declarations")
    func filesDeclareSomething() {
        let words = ["struct", "class", "enum", "actor", "protocol", "extension", "func", "let", "var", "import", "typealias"]
        #expect(SwiftCode.all.filter { $0.findings(words).isEmpty }.map(\.path) == [])
    }

    @Test("no marker of unfinished work is left, and no path of somebody's machine")
    func noMarkers() {
        let markers = ["TO" + "DO", "FIX" + "ME", "XX" + "X:", "HA" + "CK:", "/ro" + "ot/", "/Us" + "ers/", "/ho" + "me/"]
        let files = Repository.files(
            in: "Sources", "Tests", "docs", "StateMachines", ".ci", "Package.swift", "README.md", "CHANGELOG.md", "Makefile",
            endingIn: [".swift", ".c", ".h", ".md", ".json", ".yaml", ".sh", "Makefile", "/run", "/readme", "/demo", "/consumer"])
        let findings = files.flatMap { file in
            markers.filter { file.text.range(of: $0) != nil }.map { "\(file.path): \($0)" }
        }
        #expect(findings == [])
    }
}
