import StatesTestKit
import Synchronization
import Testing

/// An implementation that answers what it is told, and remembers what it was asked.
private final class PretendedService: Sendable {
    private let asked = Mutex<[(operation: String, request: JSONValue)]>([])
    private let answers: @Sendable (String, JSONValue) -> JSONValue

    init(_ answers: @escaping @Sendable (String, JSONValue) -> JSONValue) { self.answers = answers }

    var operations: [String] { asked.withLock { $0.map(\.operation) } }
    func requests(of operation: String) -> [JSONValue] { asked.withLock { $0.filter { $0.operation == operation }.map(\.request) } }

    var endpoint: Endpoint {
        Endpoint(patience: .seconds(60), roleArn: "arn:aws:iam::123456789012:role/test", pause: { _ in }) { operation, request in
            self.asked.withLock { $0.append((operation, request)) }
            let answer = self.answers(operation, request)
            if let error = answer["__type"]?.string { throw EndpointProblem(error) }
            return answer
        }
    }
}

@Suite("the same cases elsewhere")
struct EndpointTests {
    static let definition = """
        { "StartAt": "A", "States": { "A": { "Type": "Pass", "Result": { "v": 1 }, "Next": "B" }, "B": { "Type": "Succeed" } } }
        """

    /// What another implementation answers about an execution of the definition, with that output.
    static func answer(_ operation: String, output: String) -> JSONValue {
        func event(_ id: Int, _ type: String, _ details: JSONObject = JSONObject()) -> JSONValue {
            var event = JSONObject([
                ("id", .integer(id)), ("previousEventId", .integer(id - 1)), ("type", .string(type)), ("timestamp", .integer(id)),
            ])
            if !details.isEmpty { event["stateEnteredEventDetails"] = .object(details) }
            return .object(event)
        }
        switch operation {
        case "CreateStateMachine": return ["stateMachineArn": "arn:m"]
        case "StartExecution": return ["executionArn": "arn:e"]
        case "DescribeExecution": return ["status": "SUCCEEDED", "output": .string(output)]
        case "GetExecutionHistory":
            return [
                "events": [
                    event(1, "ExecutionStarted"), event(2, "PassStateEntered", JSONObject([("name", "A"), ("input", "{}")])),
                    event(3, "PassStateExited"), event(4, "SucceedStateEntered", JSONObject([("name", "B"), ("input", "{}")])),
                    event(5, "SucceedStateExited"), event(6, "ExecutionSucceeded"),
                ]
            ]
        default: return [:]
        }
    }

    @Test("a case runs elsewhere and is compared with its expectations and with what it does here")
    func compared() async throws {
        let file = try Written.file(
            #"{ "cases": [ { "name": "a", "expect": { "output": { "v": 1 }, "path": ["A", "B"], "took": "1d" } } ] }"#,
            definition: Self.definition)
        let good = PretendedService { operation, _ in Self.answer(operation, output: #"{"v":1.0}"#) }
        let passed = try await file.run(file.cases, at: good.endpoint, prefix: "t", seed: 1)
        #expect(passed.cases.map { $0.mismatches.map(\.message) } == [[]])
        #expect(
            good.operations == [
                "CreateStateMachine", "StartExecution", "DescribeExecution", "GetExecutionHistory", "DeleteStateMachine",
            ])
        #expect(good.requests(of: "StartExecution") == [["stateMachineArn": "arn:m", "name": "t-0", "input": "{}"]])

        let other = PretendedService { operation, _ in Self.answer(operation, output: #"{"v":2}"#) }
        let failed = try await file.run(file.cases, at: other.endpoint, prefix: "t", seed: 1)
        #expect(
            failed.cases[0].mismatches.map(\.message) == ["output differs at $.v", "the output is another one elsewhere"])
    }

    @Test("what an endpoint cannot be told is left out with a reason")
    func leftOut() async throws {
        let file = try Written.file(TestFileTests.text("{}"))
        let service = PretendedService { operation, _ in Self.answer(operation, output: "{}") }
        let result = try await file.run(file.cases, at: service.endpoint, prefix: "t", seed: 1)
        #expect(
            result.cases.map(\.skipped)
                == ["its mocks are known here alone; only test cases of a mock file can be named elsewhere"])
        #expect(service.operations == ["CreateStateMachine", "DeleteStateMachine"])
    }

    @Test("a test case of a mock file is named in the ARN, and one state alone is asked of TestState")
    func named() async throws {
        let text = """
            { "mockFile": "mocks.json", "cases": [ { "name": "b", "testCase": "Paid" },
              { "name": "s", "state": "Charge", "input": { "order": 1 }, "mock": { "throw": { "error": "Card.Declined", "cause": "c" } },
                "expect": { "status": "CAUGHT_ERROR", "next": "Release" } } ] }
            """
        let file = try Written.file(text, others: ["mocks.json": MockFileTests.mocks])
        let service = PretendedService { operation, _ in
            operation == "TestState"
                ? [
                    "status": "CAUGHT_ERROR", "error": "Card.Declined", "nextState": "Release",
                    "output": #"{"order":1,"failure":{"Error":"Card.Declined","Cause":"c"}}"#,
                ]
                : Self.answer(operation, output: "{}")
        }
        let cases = file.cases.filter { ["b", "s"].contains($0.name) }
        let result = try await file.run(cases, at: service.endpoint, prefix: "t", seed: 1)
        #expect(service.requests(of: "StartExecution").map { $0["stateMachineArn"] } == ["arn:m#Paid"])
        #expect(
            service.requests(of: "TestState").map { $0["mock"] } == [["errorOutput": ["error": "Card.Declined", "cause": "c"]]])
        #expect(result.cases[1].mismatches.map(\.message) == [])
        #expect(result.cases[0].hasPassed == false)
        // The mock file knows the machine by its name, so it has that one, and a machine that is there already is left alone.
        #expect(service.requests(of: "CreateStateMachine").map { $0["name"]?.string } == [file.machine.name])
        let name = file.machine.name
        let taken = PretendedService { operation, request in
            if operation != "ListStateMachines" { return Self.answer(operation, output: "{}") }
            return request["nextToken"] == nil
                ? ["stateMachines": [["name": "other"]], "nextToken": "2"] : ["stateMachines": [["name": .string(name)]]]
        }
        await #expect(throws: EndpointProblem.self) { try await file.run(cases, at: taken.endpoint, prefix: "t", seed: 1) }
        #expect(taken.operations == ["ListStateMachines", "ListStateMachines"])
    }

    @Test("an endpoint that refuses is no crash")
    func refusing() async throws {
        let file = try Written.file(#"{ "cases": [ { "name": "a" } ] }"#, definition: Self.definition)
        let service = PretendedService { operation, _ in
            operation == "StartExecution" ? ["__type": "ExecutionLimitExceeded"] : Self.answer(operation, output: "{}")
        }
        let result = try await file.run(file.cases, at: service.endpoint, prefix: "t", seed: 1)
        #expect(result.cases[0].mismatches.map(\.message) == ["the endpoint did not run it: ExecutionLimitExceeded"])
    }
}
