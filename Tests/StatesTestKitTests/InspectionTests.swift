import StatesTestKit
import Testing

@Suite("one state alone")
struct InspectionTests {
    static let definition = """
        { "StartAt": "Charge", "States": {
            "Charge": { "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "InputPath": "$.order",
                        "Parameters": { "FunctionName": "charge", "Payload": { "id.$": "$.id", "try.$": "$$.State.RetryCount" } },
                        "ResultSelector": { "paid.$": "$.Payload.amount" }, "ResultPath": "$.payment", "OutputPath": "$.payment",
                        "Assign": { "last.$": "$.paid" },
                        "Retry": [ { "ErrorEquals": ["Bank.Closed"], "MaxAttempts": 0 },
                                   { "ErrorEquals": ["Bank.Busy"], "IntervalSeconds": 1, "BackoffRate": 2, "MaxAttempts": 5 } ],
                        "Catch": [ { "ErrorEquals": ["Card.Declined"], "ResultPath": "$.failure", "Next": "Failed" } ], "Next": "Each" },
            "Each": { "Type": "Map", "ItemsPath": "$.items", "ItemSelector": { "v.$": "$$.Map.Item.Value" }, "MaxConcurrency": 3,
                      "ItemProcessor": { "StartAt": "Inner", "States": {
                          "Inner": { "Type": "Choice", "Choices": [ { "Variable": "$.v", "NumericLessThan": 1, "Next": "Small" } ],
                                     "Default": "Inner" },
                          "Small": { "Type": "Pass", "Result": { "small": true }, "ResultPath": "$.r", "End": true } } },
                      "End": true },
            "Failed": { "Type": "Fail", "Error": "Order.Failed", "CausePath": "$.failure.Error" } } }
        """

    let machine: StateMachine

    init() throws { machine = try Written.machine(Self.definition) }

    @Test("a task's data is shown after every field")
    func debug() throws {
        let found = try machine.inspect(
            "Charge", input: ["order": ["id": 7]], mock: .returns(["Payload": ["amount": 9]]), variables: JSONObject([("was", 1)]))
        #expect(found.status == .succeeded)
        #expect(found.nextState == "Each")
        #expect(found.output == ["paid": 9])
        #expect(
            JSONValue.object(found.data) == [
                "input": ["order": ["id": 7]], "afterInputPath": ["id": 7],
                "afterParameters": ["FunctionName": "charge", "Payload": ["id": 7, "try": 0]], "result": ["Payload": ["amount": 9]],
                "afterResultSelector": ["paid": 9], "afterResultPath": ["order": ["id": 7], "payment": ["paid": 9]],
                "variables": ["was": 1, "last": 9],
            ])
    }

    @Test("at level INFO there is the outcome alone")
    func info() throws {
        let found = try machine.inspect("Failed", input: ["failure": ["Error": "x"]], level: .info)
        #expect(found.status == .failed)
        #expect(found.error == "Order.Failed")
        #expect(found.cause == "x")
        #expect(found.data.isEmpty)
    }

    struct Failure: Sendable {
        var error: String
        var retries = 0
        var status: StateInspection.Status
        var details: JSONValue?
    }

    @Test(
        "a failure is retried, caught or fatal, as TestState says",
        arguments: [
            Failure(error: "Bank.Busy", status: .retriable, details: ["retryIndex": 1, "retryBackoffIntervalSeconds": 1]),
            Failure(
                error: "Bank.Busy", retries: 4, status: .retriable, details: ["retryIndex": 1, "retryBackoffIntervalSeconds": 16]),
            Failure(error: "Bank.Busy", retries: 5, status: .failed),
            Failure(error: "Bank.Closed", status: .failed),
            Failure(error: "Card.Declined", status: .caughtError, details: ["catchIndex": 0]),
        ])
    func failures(failure: Failure) throws {
        let found = try machine.inspect(
            "Charge", input: ["order": ["id": 7]], mock: .throws(failure.error, cause: "c"), retryCount: failure.retries)
        #expect(found.status == failure.status)
        #expect(found.error == failure.error)
        #expect(found.cause == "c")
        #expect(found.data["errorDetails"] == failure.details)
        #expect(found.nextState == (failure.status == .caughtError ? "Failed" : nil))
    }

    @Test("a Map state's result is given, and its items are shown")
    func map() throws {
        let found = try machine.inspect("Each", input: ["items": [1, 2]], mock: .returns(["a", "b"]))
        #expect(found.output == ["a", "b"])
        #expect(found.data["afterItemsPath"] == [1, 2])
        #expect(found.data["afterItemSelector"] == [["v": 1], ["v": 2]])
        #expect(found.data["maxConcurrency"] == 3)
        #expect(throws: StateInspectionProblem("Mocked result must be an array.")) {
            try machine.inspect("Each", input: ["items": [1]], mock: .returns(1))
        }
    }

    @Test("a state inside another is found, and a way back to itself is shown")
    func nested() throws {
        #expect(try machine.inspect("Inner", input: ["v": 0]).nextState == "Small")
        #expect(try machine.inspect("Inner", input: ["v": 5]).nextState == "Inner")
        let small = try machine.inspect("Small", input: ["v": 0])
        #expect(small.nextState == nil)
        #expect(small.output == ["v": 0, "r": ["small": true]])
    }

    @Test("what cannot be looked at is refused in TestState's words")
    func refused() throws {
        #expect(throws: StateInspectionProblem("State not found in definition: 'Nowhere'")) { try machine.inspect("Nowhere") }
        #expect(throws: StateInspectionProblem("State type 'Fail' is not supported when a mock is specified")) {
            try machine.inspect("Failed", mock: .returns(1))
        }
    }

    @Test("the context is what the test says")
    func context() throws {
        var request = StateInspection.Request()
        request.context = JSONObject([("Execution", ["Id": "arn:x", "Name": "n", "Input": ["raw": true]])])
        let pass = try Written.machine(
            """
            { "StartAt": "A", "States": { "A": { "Type": "Pass", "End": true,
                "Parameters": { "id.$": "$$.Execution.Id", "raw.$": "$$.Execution.Input.raw", "state.$": "$$.State.Name" } } } }
            """)
        #expect(try pass.inspect("A", request).output == ["id": "arn:x", "raw": true, "state": "A"])
    }
}
