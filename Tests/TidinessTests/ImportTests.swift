import Testing

/// Who may import what: the arrows of docs/architecture.md.
@Suite("imports")
struct ImportTests {
    /// The platform's mathematics: all that the layers below the runtime may have besides the standard library.
    static let mathematics: Set<String> = ["Glibc", "Musl", "Darwin"]
    /// What the runtime and everything above it may have.
    static let platform: Set<String> = mathematics.union(["Foundation", "FoundationEssentials", "Dispatch", "Synchronization"])

    static let language: Set<String> = ["StatesText", "StatesJSON", "StatesQuery", "StatesJSONata", "StatesLanguage"]
    static let kernel = language.union(["StatesKernel"])
    static let runtime = kernel.union(["StatesRuntime"])
    static let embedded = runtime.union(["StatesJournal", "StatesCost"])

    /// The layers that are pure: no Foundation, no concurrency, no input or output.
    static let pure: Set<String> = [
        "StatesText", "StatesJSON", "StatesQuery", "StatesJSONata", "StatesLanguage", "StatesKernel", "StatesCost",
    ]

    static let allowed: [String: Set<String>] = [
        "StatesText": mathematics,
        "StatesJSON": mathematics,
        "StatesQuery": mathematics.union(["StatesText", "StatesJSON"]),
        "StatesJSONata": mathematics.union(["StatesText", "StatesJSON"]),
        "StatesLanguage": mathematics.union(["StatesText", "StatesJSON", "StatesQuery", "StatesJSONata"]),
        "StatesKernel": mathematics.union(language),
        "StatesCost": mathematics.union(kernel),
        "CStatesProcess": [],
        "StatesRuntime": platform.union(kernel).union(["CStatesProcess"]),
        "StatesJournal": platform.union(runtime),
        "StatesTestKit": platform.union(embedded),
        "Stepwell": embedded,
        "StatesTemplates": platform.union(language).union(["CYaml"]),
        "StatesServices": platform.union(runtime).union([
            "AsyncHTTPClient", "NIOCore", "NIOHTTP1", "NIOFoundationCompat", "NIOPosix",
        ]),
        "StatesAPI": platform.union(embedded).union(["NIOCore", "NIOHTTP1", "NIOPosix"]),
        "StepwellCommand": platform.union(embedded).union([
            "Stepwell", "StatesTemplates", "StatesServices", "StatesAPI", "StatesTestKit", "ArgumentParser",
        ]),
        "ConformanceRunner": platform.union(embedded),
        "Benchmarks": platform.union(embedded),
    ]

    @Test("every target has a row in the table of imports", arguments: Repository.folders(in: "Sources"))
    func everyTargetIsKnown(target: String) {
        #expect(
            Self.allowed[target] != nil, "Sources/\(target) has no row in ImportTests.allowed; docs/architecture.md needs one too")
    }

    @Test("a target imports what its row allows and nothing else", arguments: Repository.folders(in: "Sources"))
    func importsAreAllowed(target: String) {
        let allowed = Self.allowed[target] ?? []
        let findings = SwiftCode.all(of: target).flatMap { code in
            code.imports.filter { !allowed.contains($0) }.map { "\(code.path) imports \($0)" }
        }
        #expect(findings == [])
    }

    @Test("nothing below the runtime knows concurrency, clocks, randomness or files", arguments: pure.sorted())
    func pureLayersArePure(target: String) {
        let words = [
            "async", "await", "actor", "Task {", "Task.", "Task(", "@MainActor", "print(", "open(", "fopen(", "readLine(",
            "getenv(",
        ]
        #expect(SwiftCode.all(of: target).flatMap { $0.findings(words) } == [])
    }
}
