import StatesJSON
import StatesRuntime
import Testing

@testable import StatesAPI

@Suite("executions")
struct ExecutionTests {
    @Test("the same name and input answer the same execution while it runs, another input does not")
    func namesAreIdempotent() async throws {
        let server = try TestService()
        let arn = try await server.create("m", Definitions.wait)
        let execution = try await server.start(arn, name: "e", input: #"{"a": 1}"#)
        #expect(try await server.start(arn, name: "e", input: #"{"a":1.0}"#) == execution)
        let failure = await server.failure(.startExecution, ["stateMachineArn": .string(arn), "name": "e", "input": "{}"])
        #expect(failure?.message == "Execution Already Exists: '\(execution)'")
        #expect(try await server.call(.stopExecution, ["executionArn": .string(execution), "error": "E"])["stopDate"] != nil)
        let described = try await server.ended(execution)
        #expect(described["status"] == "ABORTED")
        #expect(described["error"] == "E")
        #expect(described["input"] == #"{"a": 1}"#)
    }

    static let inputs: [(String, String)] = [
        (
            "not some json",
            "Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
        ),
        ("{'a': 1}", "Unexpected character (''' (code 39)): was expecting double-quote to start field name"),
        ("", "Invalid execution input."),
    ]

    @Test("an input that is no JSON is told in the words of AWS's reader", arguments: inputs)
    func wrongInputs(input: String, reason: String) async throws {
        let server = try TestService()
        let arn = try await server.create("m", Definitions.pass)
        let failure = await server.failure(.startExecution, ["stateMachineArn": .string(arn), "input": .string(input)])
        #expect(failure?.message == "Invalid State Machine Execution Input: '\(reason)'")
    }

    @Test("executions of equal names under different machines are told apart")
    func equalNames() async throws {
        let server = try TestService()
        let one = try await server.start(server.create("one", Definitions.pass), name: "e")
        let two = try await server.start(server.create("two", Definitions.fail), name: "e")
        #expect(try await server.ended(one)["status"] == "SUCCEEDED")
        #expect(try await server.ended(two)["status"] == "FAILED")
    }

    @Test("a history is paged, reversed, and shown without data")
    func history() async throws {
        let server = try TestService()
        let execution = try await server.start(server.create("m", Definitions.pass))
        _ = try await server.ended(execution)
        let ask: JSONValue = [
            "executionArn": .string(execution), "reverseOrder": true, "maxResults": 3, "includeExecutionData": false,
        ]
        let page = try await server.call(.getExecutionHistory, ask)
        #expect(page["events"]?.array?.map { $0["id"]?.number?.exactInteger } == [4, 3, 2])
        #expect(page["events"]?[1]?["stateExitedEventDetails"] == ["name": "P"])
        #expect(page["nextToken"] != nil)
    }

    @Test("an Express execution is awaited, described with what it bills, and has no history")
    func express() async throws {
        let server = try TestService()
        let arn = try await server.create("m", Definitions.pass, type: "EXPRESS")
        let answer = try await server.call(.startSyncExecution, ["stateMachineArn": .string(arn), "name": "e"])
        #expect(answer["status"] == "SUCCEEDED")
        #expect(answer["output"] == #"{"a":1}"#)
        #expect(answer["billingDetails"] == ["billedMemoryUsedInMB": 64, "billedDurationInMilliseconds": 100])
        let failure = await server.failure(.describeExecution, ["executionArn": answer["executionArn"] ?? .null])
        #expect(failure?.message == "Invalid Arn: 'Resource type not valid in this context: express'")
        let standard = try await server.create("s", Definitions.pass)
        #expect(
            await server.failure(.startSyncExecution, ["stateMachineArn": .string(standard)])?.code
                == "StateMachineTypeNotSupported")
    }

    @Test("a redrive is refused with AWS's reason, and honestly where AWS would not refuse")
    func redrive() async throws {
        let server = try TestService()
        let succeeded = try await server.start(server.create("m", Definitions.pass))
        _ = try await server.ended(succeeded)
        let failure = await server.failure(.redriveExecution, ["executionArn": .string(succeeded)])
        #expect(failure?.code == "ExecutionNotRedrivable")
        #expect(failure?.message.contains("Execution is SUCCEEDED and cannot be redriven") == true)
    }

    @Test("an activity's worker gets its task and answers it; garbage is no token, and a used one is timed out")
    func activities() async throws {
        let server = try TestService()
        let activity = try await server.call(.createActivity, ["name": "a"])["activityArn"]?.string ?? ""
        let execution = try await server.start(server.create("m", Definitions.task(activity, ["x": 1])))
        let task = try await server.call(.getActivityTask, ["activityArn": .string(activity), "workerName": "w"])
        #expect(task["input"] == #"{"x":1}"#)
        let token = task["taskToken"] ?? .null
        #expect(try await server.call(.sendTaskHeartbeat, ["taskToken": token]) == [:])
        #expect(await server.failure(.sendTaskSuccess, ["taskToken": token, "output": "nope"])?.code == "InvalidOutput")
        #expect(try await server.call(.sendTaskSuccess, ["taskToken": token, "output": "7"]) == [:])
        #expect(try await server.ended(execution)["output"] == "7")
        #expect(await server.failure(.sendTaskSuccess, ["taskToken": token, "output": "7"])?.code == "TaskTimedOut")
        #expect(await server.failure(.sendTaskSuccess, ["taskToken": "garbage", "output": "7"])?.code == "InvalidToken")
    }

    @Test("a poll that is ended is answered with nothing, and takes no task")
    func endedPolls() async throws {
        let server = try TestService()
        let activity = try await server.call(.createActivity, ["name": "a"])["activityArn"] ?? .null
        let request = try Request(.getActivityTask, JSONObject([("activityArn", activity)]))
        let answer = await withCheckedContinuation { (continuation: CheckedContinuation<StatesService.Response, Never>) in
            let pending = server.service.answer(request) { continuation.resume(returning: $0) }
            pending?.end()
        }
        #expect(try answer.get() == JSONObject())
    }

    @Test("a test case of a mock file is chosen by the ARN, and holds after a restart")
    func testCases() async throws {
        let text = #"""
            {"StateMachines": {"m": {"TestCases": {"Happy": {"T": "Answer"}}}}, "MockedResponses": {"Answer": {"0": {"Return": {"mocked": true}}}}}
            """#
        var configuration = ServiceConfiguration()
        configuration.mockFile = { try MockFile(node: JSONNode(parsing: text)) }
        let server = try TestService(configuration: configuration)
        let machine: JSONValue = [
            "StartAt": "W",
            "States": [
                "W": ["Type": "Wait", "Seconds": 1, "Next": "T"],
                "T": [
                    "Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage",
                    "Parameters": ["QueueUrl": "q", "MessageBody": "b"],
                    "End": true,
                ],
            ],
        ]
        let arn = try await server.create("m", machine)
        let execution = try await server.start(arn + "#Happy")
        #expect(!execution.contains("#"))
        #expect(await server.failure(.startExecution, ["stateMachineArn": .string(arn + "#Sad")])?.code == "ValidationException")
        let next = try server.restarted(configuration: configuration)
        let without = try server.restarted()
        #expect(try await next.ended(execution)["output"] == #"{"mocked":true}"#)
        let failed = try await without.ended(execution)
        #expect(failed["status"] == "FAILED")
        #expect(failed["cause"]?.string?.contains("'Happy', which is gone") == true)
    }

    // MARK: Nested executions

    @Test("a nested execution is started, awaited, and its description is the result")
    func nested() async throws {
        let server = try TestService()
        let child = try await server.create("child", Definitions.pass)
        for (pattern, output) in [(".sync", JSONValue.string(#"{"a":1}"#)), (".sync:2", ["a": 1])] {
            let resource = "arn:aws:states:::states:startExecution\(pattern)"
            let parent = Definitions.task(resource, ["StateMachineArn": .string(child), "Input": ["k": 1]])
            let name = pattern == ".sync" ? "sync" : "sync2"
            let execution = try await server.start(server.create(name, parent))
            let described = try await server.ended(execution)
            let result = try JSONValue(parsing: described["output"]?.string ?? "")
            #expect(result["Status"] == "SUCCEEDED")
            #expect(result["Output"] == output)
            #expect(try await server.types(execution).contains("TaskSubmitted"))
        }
    }

    @Test("a failed nested execution fails the task with its description")
    func nestedFailure() async throws {
        let server = try TestService()
        let child = try await server.create("child", Definitions.fail)
        let parent = Definitions.task("arn:aws:states:::states:startExecution.sync", ["StateMachineArn": .string(child)])
        let described = try await server.ended(server.start(server.create("parent", parent)))
        #expect(described["error"] == "States.TaskFailed")
        #expect(try JSONValue(parsing: described["cause"]?.string ?? "")["Error"] == "No")
    }

    @Test("a nested execution that runs when the process is killed is awaited again, and started once")
    func nestedOverRestart() async throws {
        let server = try TestService()
        let activity = try await server.call(.createActivity, ["name": "a"])["activityArn"]?.string ?? ""
        let child = try await server.create("child", Definitions.task(activity))
        let parent = Definitions.task("arn:aws:states:::states:startExecution.sync:2", ["StateMachineArn": .string(child)])
        let execution = try await server.start(server.create("parent", parent))
        try await server.reached("TaskSubmitted", in: execution)
        let next = try server.restarted()
        let task = try await next.call(.getActivityTask, ["activityArn": .string(activity)])
        _ = try await next.call(.sendTaskSuccess, ["taskToken": task["taskToken"] ?? .null, "output": #""late""#])
        let described = try await next.ended(execution)
        let result = try JSONValue(parsing: described["output"]?.string ?? "")
        #expect(result["Output"] == "late")
        let children = try await next.call(.listExecutions, ["stateMachineArn": .string(child)])
        #expect(children["executions"]?.array?.count == 1)
    }

    @Test("what nobody performs fails with the flag that would help")
    func unprovidedTasks() async throws {
        let server = try TestService()
        let machine = Definitions.task("arn:aws:states:::sqs:sendMessage", ["QueueUrl": "q", "MessageBody": "b"])
        let described = try await server.ended(server.start(server.create("m", machine)))
        #expect(described["error"] == "States.Runtime")
        #expect(described["cause"]?.string?.contains("--service-endpoint sqs=URL") == true)
    }
}
