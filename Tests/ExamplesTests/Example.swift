import Foundation
import StatesTemplates
import Stepwell

/// A folder of `StateMachines/`, read as the command reads it.
struct Example: Sendable, CustomStringConvertible {
    let folder: String
    let name: String

    var description: String { name }

    /// The folder `StateMachines`.
    static let home = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "StateMachines")

    init(_ folder: String, name: String? = nil) {
        self.folder = folder
        self.name = name ?? folder
    }

    static let all = [
        Example("order-saga"), Example("callback-approval"), Example("polling-loop"),
        Example("polling-loop", name: "polling-loop-callback"), Example("retry-showcase"), Example("dead-letter"),
        Example("fan-out"), Example("two-languages"), Example("two-languages", name: "two-languages-jsonpath"),
    ]

    /// Those whose definitions are JSON, or all if this build reads YAML.
    static var readable: [Example] { all.filter { $0.canBeRead } }

    var canBeRead: Bool {
        #if YAML
            true
        #else
            FileManager.default.fileExists(atPath: path("\(name).asl.json"))
        #endif
    }

    var directory: String { Self.home.appending(path: folder).path }

    func path(_ file: String) -> String { directory + "/" + file }

    func bytes(_ file: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: path(file)))) }

    func check() throws -> DefinitionCheck {
        if FileManager.default.fileExists(atPath: path("\(name).asl.json")) {
            return DefinitionCheck(bytes: try bytes("\(name).asl.json"), source: "\(name).asl.json")
        }
        return DefinitionCheck(yaml: try bytes("\(name).asl.yaml"), source: "\(name).asl.yaml")
    }

    func machine() throws -> StateMachine { try StateMachine(check(), name: name) }

    func input(_ file: String = "default") throws -> JSONValue { try JSONValue(parsing: bytes("inputs/\(file).json")) }

    func mockFile() throws -> MockFile { try MockFile(node: try JSONNode(parsing: bytes("mocks.json"))) }

    func mocks(_ testCase: String) throws -> Mocks { try mockFile().mocks(machine: name, testCase: testCase) }

    #if YAML
        func functions() throws -> FunctionsFile {
            try FunctionsFile(node: try parseYAML(try bytes("functions.yaml")), directory: directory)
        }
    #endif

    /// Runs it on virtual time with the mocks of a test case.
    func run(_ testCase: String, input file: String = "default") async throws -> Run {
        let runtime = try Runtime(clock: .virtual(), seed: 1)
        defer { runtime.close() }
        var request = StartRequest(try machine(), name: testCase, input: try input(file))
        request.mocks = try mocks(testCase)
        return try await runtime.run(request)
    }
}

extension Run {
    /// The instants of an event type, in milliseconds after the start.
    func instants(of type: String) -> [Int64] { history.filter { $0.type == type }.map { $0.timestamp - startTime } }
}
