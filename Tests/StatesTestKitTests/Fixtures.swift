import Foundation
import StatesTemplates
import StatesTestKit

/// Folders and files of the repository.
enum Repository {
    static let root = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    static func bytes(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: path))) }

    /// Reads what test files refer to, with other contents for some of them.
    static func surroundings(replacing replaced: [String: JSONValue] = [:]) -> TestSurroundings {
        TestSurroundings(
            exists: { FileManager.default.fileExists(atPath: $0) },
            node: { path in
                let bytes = try replaced[path].map { Array($0.compactText.utf8) } ?? Self.bytes(path)
                let isYAML = replaced[path] == nil && !path.hasSuffix(".json")
                let node = isYAML ? try parseYAML(bytes) : try JSONNode(parsing: bytes, allowingSymbols: true)
                return (node, SourceText(bytes, name: path))
            })
    }

    /// Reads a test file of the repository.
    static func testFile(_ path: String, replacing replaced: [String: JSONValue] = [:]) throws -> TestFile {
        let whole = "\(root)/\(path)"
        let surroundings = surroundings(replacing: replaced)
        let (node, source) = try surroundings.read(whole)
        return try TestFile(node: node, source: source, path: whole, surroundings: surroundings)
    }
}

extension TestSurroundings {
    fileprivate func read(_ path: String) throws -> (JSONNode, SourceText) {
        let bytes = try Repository.bytes(path)
        return (try parseYAML(bytes), SourceText(bytes, name: path))
    }
}

/// A test file that is only a text, beside a definition that is only a text.
enum Written {
    static let order = """
        { "StartAt": "Reserve", "States": {
            "Reserve": { "Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:reserve", "Next": "Charge",
                         "ResultPath": "$.reservation" },
            "Charge": { "Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:charge", "ResultPath": "$.payment",
                        "Retry": [ { "ErrorEquals": ["Bank.Busy"], "IntervalSeconds": 2, "MaxAttempts": 3 } ],
                        "Catch": [ { "ErrorEquals": ["Card.Declined"], "ResultPath": "$.failure", "Next": "Release" } ],
                        "Next": "Ship" },
            "Ship": { "Type": "Pass", "Parameters": { "paid.$": "$.payment.amount" }, "End": true },
            "Release": { "Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage",
                         "Parameters": { "QueueUrl": "q", "MessageBody.$": "$.failure" }, "ResultPath": null, "Next": "Failed" },
            "Failed": { "Type": "Fail", "ErrorPath": "$.failure.Error" } } }
        """

    static func machine(_ definition: String = order, type: MachineType = .standard) throws -> StateMachine {
        try StateMachine(definition: definition, name: "order", type: type)
    }

    /// Reads a JSON test file of a definition.
    static func file(_ text: String, definition: String = order, others: [String: String] = [:]) throws -> TestFile {
        var files = others
        files["order.asl.json"] = definition
        let surroundings = TestSurroundings(
            exists: { [files] in files[$0] != nil },
            node: { [files] path in
                guard let text = files[path] else { throw CocoaError(.fileNoSuchFile) }
                return (try JSONNode(parsing: text, allowingSymbols: true), SourceText(text, name: path))
            })
        return try TestFile(
            node: try JSONNode(parsing: text), source: SourceText(text, name: "order.test.json"), path: "order.test.json",
            surroundings: surroundings)
    }

    /// What is wrong in a test file: `line:column: message`.
    static func problems(_ text: String, definition: String = order, others: [String: String] = [:]) -> [String] {
        let source = SourceText(text, name: "order.test.json")
        do {
            _ = try file(text, definition: definition, others: others)
            return []
        } catch let problems as FileProblems {
            return problems.problems.map { problem in
                let place = source.position(of: problem.range.lowerBound)
                return "\(place.line):\(place.column): \(problem.message)"
            }
        } catch {
            return ["\(error)"]
        }
    }

    /// What the cases of a file say, those that pass nothing.
    static func failures(_ text: String, definition: String = order, others: [String: String] = [:]) throws -> [String] {
        let file = try file(text, definition: definition, others: others)
        return file.cases.flatMap { file.run($0).mismatches.map(\.message) }
    }
}
