import StatesJSON
import Testing

@testable import ConformanceRunner

@Suite("Running a case")
struct CaseRunTests {
    /// A callback whose worker sends a heartbeat and then the message back; the recording is ours.
    private static let callback: JSONValue = [
        "id": "callback", "kind": "execution", "type": "STANDARD", "features": ["callback", "sqs"], "needs": ["sqs"],
        "definition": [
            "StartAt": "Ask",
            "States": [
                "Ask": [
                    "Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "HeartbeatSeconds": 5,
                    "Parameters": ["QueueUrl.$": "$.queue", "MessageBody": ["TaskToken.$": "$$.Task.Token", "word": "yes"]],
                    "ResultPath": "$.answer", "Next": "Greet",
                ],
                "Greet": [
                    "Type": "Task", "Resource": "arn:aws:lambda:us-east-1:111111111111:function:greet-${uid:1}",
                    "Parameters": ["word.$": "$.answer"], "End": true,
                ],
            ],
        ],
        "input": ["queue": "${queue:questions-${uid:2}}"],
        "functions": ["greet-${uid:1}": ["do": "echo"]],
        "actors": [
            [
                "kind": "queue-worker", "queue": "questions-${uid:2}", "heartbeats": 2, "heartbeatEvery": 4, "do": "success",
                "output": "${body.word}",
            ]
        ],
        "expect": ["status": "SUCCEEDED", "output": ["word": "yes"]],
    ]

    private static let stopped: JSONValue = [
        "id": "stopped", "kind": "execution", "type": "STANDARD", "features": ["wait"], "needs": [],
        "definition": ["StartAt": "Wait", "States": ["Wait": ["Type": "Wait", "Seconds": 60, "End": true]]],
        "during": [["op": "StopExecution", "params": ["executionArn": "${execution}", "error": "Enough"]]],
        "expect": [
            "status": "ABORTED", "error": "Enough",
            "history": [
                [
                    "id": 1, "previousEventId": 0, "type": "ExecutionStarted",
                    "details": ["input": [:], "inputDetails": ["truncated": false], "roleArn": "{{role}}"],
                ],
                [
                    "id": 2, "previousEventId": 0, "type": "WaitStateEntered",
                    "details": ["name": "Wait", "input": [:], "inputDetails": ["truncated": false]],
                ],
                ["id": 3, "previousEventId": 0, "type": "ExecutionAborted", "details": ["error": "Enough"]],
            ],
        ],
    ]

    private static let activity: JSONValue = [
        "id": "activity", "kind": "execution", "type": "STANDARD", "features": ["activity"], "needs": [],
        "definition": [
            "StartAt": "Work", "States": ["Work": ["Type": "Task", "Resource": "${activity:work-${uid:1}}", "End": true]],
        ],
        "input": ["a": 1],
        "setup": [["op": "CreateActivity", "params": ["name": "work-${uid:1}"]]],
        "actors": [
            [
                "kind": "activity-worker", "activity": "${activity:work-${uid:1}}", "workerName": "w", "do": "failure",
                "error": "No",
                "cause": "${body}",
            ]
        ],
        "expect": ["status": "FAILED", "error": "No", "cause": ["a": 1]],
    ]

    @Test("both drivers meet a case at every level", arguments: [callback, stopped, activity], [CaseDriver.kernel, .runtime])
    func drivers(content: JSONValue, driver: CaseDriver) async throws {
        let found = try #require(ConformanceCase(content))
        let result = await CaseRun(found: found, number: 1, driver: driver).run()
        #expect(result.why.isEmpty)
        #expect(result.levels.map(\.level) == found.levels)
        #expect(result.replayDifference == nil)
    }

    @Test("a definition that is refused fails every level with the reason")
    func refused() async throws {
        let found = try #require(
            ConformanceCase([
                "id": "bad", "kind": "execution", "definition": ["StartAt": "Nowhere", "States": [:]],
                "expect": ["status": "SUCCEEDED"],
            ]))
        let result = await CaseRun(found: found, number: 1, driver: .kernel).run()
        #expect(result.levels.map(\.passed) == [false, false])
        #expect(result.why[.status]?.hasPrefix("Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED") == true)
    }

    @Test("what happens at the same time happens in the order it was planned")
    func order() {
        var agenda = Agenda<String>()
        for (text, time) in [("c", 2), ("a", 1), ("d", 2), ("b", 1), ("z", 0)] { agenda.add(text, at: Int64(time)) }
        var order: [String] = []
        while let (_, text) = agenda.next() { order.append(text) }
        #expect(order == ["z", "a", "b", "c", "d"])
    }

    @Test("placeholders are replaced from the inside out, in names too")
    func substitution() {
        var substitution = Substitution(uid: "u")
        substitution.arns["activity:act-u1"] = "arn:act"
        #expect(
            substitution.fill(["${uid:3}": ["${activity:act-${uid:1}}", "x ${queue:q-${uid:2}} y", "${other:1}"]])
                == ["u3": ["arn:act", .string("x \(Substitution.queueHost)q-u2 y"), "${other:1}"]])
    }

    @Test("text is written with blanks after commas and colons, and without characters beyond ASCII")
    func spacedText() {
        #expect(
            JSONValue.object(JSONObject([("a", [1, nil, true]), ("ü\"", "😀\n")])).spacedText
                == #"{"a": [1, null, true], "\u00fc\"": "\ud83d\ude00\n"}"#)
    }
}
