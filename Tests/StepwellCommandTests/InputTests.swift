import Foundation
import StatesJSON
import Testing

@testable import StepwellCommand

/// A directory that is gone after the test.
struct Scratch: ~Copyable {
    let path: String

    init(_ files: [String: String] = [:]) throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("stepwell-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for (name, text) in files { try write(text, to: name) }
    }

    func write(_ text: String, to name: String) throws {
        let file = URL(fileURLWithPath: "\(path)/\(name)")
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    func read(_ name: String) throws -> String { try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8) }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// Does something that blocks on a thread of its own, so that other tests go on.
func offPool<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result(catching: body)) }
    }
}

@Suite("What is typed")
struct InputTests {
    @Test(
        "a clock is real, virtual, or so many times as fast",
        arguments: [
            ("real", .real), ("virtual", .virtual(start: nil)),
            ("virtual@2026-01-01T00:00:00Z", .virtual(start: 1_767_225_600_000)),
            ("x60", .scaled(60)), ("x0.5", .scaled(0.5)), ("x0", nil), ("x-1", nil), ("x", nil), ("xinf", nil), ("fast", nil),
            ("virtual@yesterday", nil), ("", nil),
        ] as [(String, ClockChoice?)])
    func clocks(text: String, expected: ClockChoice?) {
        #expect(ClockChoice(text) == expected)
        if let expected { #expect(ClockChoice(expected.text) == expected) }
    }

    @Test(
        "a binding takes JSON, and plain text for a text",
        arguments: [
            ("Max=3", 3), ("Region=eu-west-1", "eu-west-1"), ("A=\"3\"", "3"), ("A={\"b\":1}", ["b": 1]), ("A=x=y", "x=y"),
            ("A=", ""),
            ("A=null", nil), ("A=1e999999", .number(.text("1e999999"))),
        ] as [(String, JSONValue)])
    func bindings(argument: String, value: JSONValue) throws {
        #expect(try Binding(argument, option: "--bind").value == value)
    }

    @Test("a binding without a name, or with broken JSON, could not be asked", arguments: ["=3", "Max", "", "A={\"b\"", "A=[1,"])
    func brokenBindings(argument: String) {
        #expect { _ = try Binding(argument, option: "--bind") } throws: { ($0 as? Complaint)?.status == .cannotAsk }
    }

    @Test("options win over the file of substitutions")
    func substitutions() throws {
        let scratch = try Scratch(["s.json": #"{"Region": "eu-west-1", "Max": 3}"#])
        let values = try Binding.substitutions(file: "\(scratch.path)/s.json", options: ["Max=5", "More=true"])
        #expect(values == ["Region": "eu-west-1", "Max": 5, "More": true])
    }

    @Test("broken input is shown with its place")
    func brokenInput() {
        #expect {
            _ = try GivenInput("{\"a\": tru}", in: nil)
        } throws: { error in
            guard let complaint = error as? Complaint else { return false }
            return complaint.status == .cannotAsk && complaint.message.hasPrefix("--input:1:") && complaint.message.contains("^")
        }
    }

    @Test("a folder brings its definition, input, functions and mocks along")
    func folder() throws {
        let scratch = try Scratch([
            "order/order.asl.yaml": "", "order/other.asl.json": "", "order/inputs/default.json": "{}",
            "order/inputs/big.json": "{}",
            "order/functions.yaml": "", "order/mocks.json": "",
        ])
        let project = try Project("\(scratch.path)/order/")
        #expect(project.definition == "\(scratch.path)/order/order.asl.yaml")
        #expect(project.machineName == "order")
        #expect(project.defaultInput.map(project.shortName) == "inputs/default.json")
        #expect(project.functions.map(project.shortName) == "functions.yaml")
        #expect(project.mocks.map(project.shortName) == "mocks.json")
        #expect(project.resolve("inputs/big.json") == "\(scratch.path)/order/inputs/big.json")
        #expect(project.resolve("inputs/none.json") == "inputs/none.json")
    }

    @Test("a folder without one clear definition could not be asked")
    func unclearFolder() throws {
        let scratch = try Scratch(["a/x.asl.json": "", "a/y.asl.json": "", "b/readme.md": ""])
        for (folder, words) in [
            ("a", "several definitions in this folder, name one: x.asl.json, y.asl.json"), ("b", "no definition"), ("c", "No such"),
        ] {
            let path = "\(scratch.path)/\(folder)"
            #expect {
                _ = try Project(path)
            } throws: { error in
                (error as? Complaint).map { $0.status == .cannotAsk && $0.message.contains(words) } ?? false
            }
        }
    }

    @Test(
        "a state machine is called like its file, with a dash for what names may not hold",
        arguments: [
            ("dir/order-saga.asl.json", "order-saga"), ("my machine.json", "my-machine"), ("a.b.yaml", "a.b"),
            ("-", "StateMachine"),
            ("größe.asl.yml", "größe"), ("x.txt", "x.txt"),
        ])
    func machineNames(path: String, name: String) throws {
        let scratch = try Scratch(path == "-" ? [:] : [path: ""])
        let project = try Project(path == "-" ? "-" : "\(scratch.path)/\(path)")
        #expect(project.machineName == name)
    }

    @Test("validate finds definitions in folders, in order, and leaves hidden folders alone")
    func search() throws {
        let scratch = try Scratch([
            "b/two.asl.yaml": "", "a/one.asl.json": "", "a/data.json": "", ".hidden/three.asl.json": "", "a.asl.yml": "",
        ])
        let found = try DefinitionSearch.definitions(at: [scratch.path]).map { String($0.dropFirst(scratch.path.count + 1)) }
        #expect(found == ["a/one.asl.json", "a.asl.yml", "b/two.asl.yaml"])
    }

    @Test(
        "a file that is no UTF-8 says at which byte",
        arguments: [([0x7B, 0xFF], 1), ([0xC3], 0), ([0xE2, 0x82, 0xAC, 0x80], 3)] as [([UInt8], Int)])
    func encoding(bytes: [UInt8], offset: Int) throws {
        let scratch = try Scratch()
        let path = "\(scratch.path)/x"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        #expect { _ = try TextFile.read(path) } throws: { ($0 as? Complaint)?.message == "\(path): no UTF-8 (byte \(offset))" }
    }
}

@Suite("Expressions that are tried out")
struct EvaluationTests {
    private let scope = TypedScope(
        input: ["a": [1, 2, ["b": "x"]]], contextObject: ["Execution": ["Name": "run-1"]], variables: ["n": 5])

    @Test(
        "paths and calls have values",
        arguments: [
            ("$.a[2].b", .path, "x"), ("$.a[*]", .path, [1, 2, ["b": "x"]]), ("$$.Execution.Name", .path, "run-1"),
            ("$n", .path, 5),
            ("States.ArrayLength($.a)", .call, 3), ("States.Format('{} {}', $n, $.a[0])", .call, "5 1"),
        ] as [(String, ExpressionEvaluation.Kind, JSONValue)])
    func values(expression: String, kind: ExpressionEvaluation.Kind, value: JSONValue) throws {
        #expect(try ExpressionEvaluation.value(of: expression, kind: kind, in: scope) == value)
    }

    @Test(
        "an expression without a value is not well, one that does not parse could not be asked",
        arguments: [
            ("$.none", .path, .notWell), ("$undefined", .path, .notWell), ("States.ArrayGetItem($.a, 9)", .call, .notWell),
            ("$.a[", .path, .cannotAsk), ("", .path, .cannotAsk), ("States.Nothing()", .call, .cannotAsk),
            ("$.a", .call, .cannotAsk),
            ("States.UUID()", .path, .cannotAsk),
        ] as [(String, ExpressionEvaluation.Kind, Complaint.Status)])
    func failures(expression: String, kind: ExpressionEvaluation.Kind, status: Complaint.Status) {
        #expect { _ = try ExpressionEvaluation.value(of: expression, kind: kind, in: scope) } throws: {
            ($0 as? Complaint)?.status == status
        }
    }

    @Test("a caret stands below the place that is wrong")
    func caret() {
        #expect {
            _ = try ExpressionEvaluation.value(of: "States.Format('{}', $.a", kind: .call, in: scope)
        } throws: { error in
            let lines = (error as? Complaint)?.message.split(separator: "\n") ?? []
            return lines.count == 3 && lines[0].hasPrefix("--intrinsic:1:24: error: ")
                && lines[1] == "    1 | States.Format('{}', $.a"
                && lines[2] == "      |                        ^"
        }
    }
}
