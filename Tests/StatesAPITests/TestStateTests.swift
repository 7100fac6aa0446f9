import StatesJSON
import Testing

@testable import StatesAPI

@Suite("TestState")
struct TestStateTests {
    private func ask(_ state: JSONValue, _ members: JSONValue = [:]) -> JSONValue {
        var request = JSONObject([("definition", .string(state.compactText))])
        for member in members.object ?? JSONObject() { request[member.name] = member.value }
        return .object(request)
    }

    @Test("a Pass state shows what came of each field")
    func pass() async throws {
        let server = try TestService()
        let state: JSONValue = [
            "Type": "Pass", "InputPath": "$.a", "Parameters": ["b.$": "$.b"], "ResultPath": "$.r", "OutputPath": "$.r", "Next": "N",
        ]
        let answer = try await server.call(
            .testState, ask(state, ["input": #"{"a":{"b":1},"c":2}"#, "inspectionLevel": "DEBUG"]))
        #expect(
            answer == [
                "output": #"{"b":1}"#, "status": "SUCCEEDED", "nextState": "N",
                "inspectionData": [
                    "input": #"{"a":{"b":1},"c":2}"#, "afterInputPath": #"{"b":1}"#, "afterParameters": #"{"b":1}"#,
                    "afterResultSelector": #"{"b":1}"#, "afterResultPath": #"{"a":{"b":1},"c":2,"r":{"b":1}}"#,
                ],
            ])
    }

    @Test("a mocked task sees its variables and its context, and its result goes through its fields")
    func mockedTask() async throws {
        let server = try TestService()
        let state: JSONValue = [
            "Type": "Task", "Resource": "arn:aws:states:::aws-sdk:other:thing",
            "Parameters": ["v.$": "$v", "n.$": "$$.State.Name"],
            "ResultSelector": ["only.$": "$.x"], "End": true,
        ]
        let answer = try await server.call(
            .testState,
            ask(
                state,
                [
                    "variables": #"{"v": 7}"#, "context": #"{"State": {"Name": "Here"}}"#, "mock": ["result": #"{"x": 1, "y": 2}"#],
                    "inspectionLevel": "DEBUG",
                ]))
        #expect(answer["output"] == #"{"only":1}"#)
        #expect(answer["inspectionData"]?["afterParameters"] == #"{"v":7,"n":"Here"}"#)
        #expect(answer["inspectionData"]?["result"] == #"{"x":1,"y":2}"#)
    }

    static let retries: [(Int, String, JSONValue)] = [
        (0, "RETRIABLE", ["retryIndex": 0, "retryBackoffIntervalSeconds": 2]),
        (2, "RETRIABLE", ["retryIndex": 0, "retryBackoffIntervalSeconds": 18]),
        (3, "CAUGHT_ERROR", ["retryIndex": 0, "catchIndex": 1]),
    ]

    @Test("a failure is retried as often as the retrier says, then caught", arguments: retries)
    func retriesAndCatches(count: Int, status: String, details: JSONValue) async throws {
        let server = try TestService()
        let state: JSONValue = [
            "Type": "Task", "Resource": "arn:aws:states:::aws-sdk:other:thing", "Parameters": [:],
            "Retry": [["ErrorEquals": ["E"], "IntervalSeconds": 2, "BackoffRate": 3, "MaxAttempts": 3]],
            "Catch": [["ErrorEquals": ["Z"], "Next": "A"], ["ErrorEquals": ["States.ALL"], "Next": "B"]], "End": true,
        ]
        let answer = try await server.call(
            .testState,
            ask(
                state,
                [
                    "mock": ["errorOutput": ["error": "E", "cause": "c"]],
                    "stateConfiguration": ["retrierRetryCount": .integer(count)],
                    "inspectionLevel": "DEBUG",
                ]))
        #expect(answer["status"] == .string(status))
        #expect(answer["inspectionData"]?["errorDetails"] == details)
        #expect(answer["nextState"] == (status == "CAUGHT_ERROR" ? "B" : nil))
    }

    static let task: JSONValue = [
        "Type": "Task", "Resource": "arn:aws:states:::states:startExecution", "Parameters": ["StateMachineArn": "a"], "End": true,
    ]
    static let map: JSONValue = [
        "Type": "Map", "ItemProcessor": ["StartAt": "I", "States": ["I": ["Type": "Pass", "End": true]]], "End": true,
    ]
    static let refusals: [(JSONValue, JSONValue, String)] = [
        (task, [:], "RoleArn must be specified when testing a Task state"),
        (
            map, [:],
            "TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]"
        ),
        (["Type": "Pass", "End": true], ["mock": ["result": "1"]], "State type 'Pass' is not supported when a mock is specified"),
        (task, ["mock": ["result": "{"]], "Mocked result must be valid JSON"),
        (
            task, ["mock": ["result": "{}", "errorOutput": ["error": "E"]]],
            "A test mock should have only one of the following fields: [result, errorOutput]."
        ),
        (map, ["mock": ["result": "{}"]], "Mocked result must be an array."),
        (
            task, ["mock": ["result": #"{"StartDate": "now"}"#]],
            "Mock result schema validation error: Required field 'ExecutionArn' is missing"
        ),
        (
            task, ["mock": ["result": #"{"StartDate": 1}"#, "fieldValidationMode": "PRESENT"]],
            "Mock result schema validation error: Field 'StartDate' must be a string"
        ),
        (
            task, ["mock": ["result": "{}", "fieldValidationMode": "NONE"], "context": #"{"Time": {}}"#],
            "Invalid Context object provided: Field 'Time' is not allowed"
        ),
    ]

    @Test("a request that makes no sense is refused in AWS's words", arguments: refusals)
    func refused(state: JSONValue, members: JSONValue, text: String) async throws {
        let server = try TestService()
        #expect(await server.failure(.testState, ask(state, members))?.message == text)
    }

    @Test("a Map state's mock fails it when more iterations failed than it tolerates")
    func toleratedFailures() async throws {
        let server = try TestService()
        var state = try #require(Self.map.object)
        state["ItemProcessor"] = [
            "ProcessorConfig": ["Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"], "StartAt": "I",
            "States": ["I": ["Type": "Pass", "End": true]],
        ]
        state["ToleratedFailureCount"] = 1
        for (count, status) in [(1, "SUCCEEDED"), (2, "FAILED")] {
            let answer = try await server.call(
                .testState,
                ask(
                    .object(state),
                    [
                        "input": "[1,2,3]", "mock": ["result": "[1,2,3]"],
                        "stateConfiguration": ["mapIterationFailureCount": .integer(count)],
                    ]))
            #expect(answer["status"] == .string(status))
        }
    }

    @Test("a state is found by its name inside a Map state")
    func namedStates() async throws {
        let server = try TestService()
        let machine: JSONValue = ["StartAt": "M", "States": ["M": Self.map]]
        #expect(try await server.call(.testState, ask(machine, ["stateName": "I", "input": "5"]))["output"] == "5")
        #expect(await server.failure(.testState, ask(machine, ["stateName": "J"]))?.message == "State not found in definition")
    }
}
