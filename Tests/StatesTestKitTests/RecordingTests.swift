import StatesTemplates
import StatesTestKit
import Testing

@Suite("recordings and snapshots")
struct RecordingTests {
    static func run() async throws -> Run {
        try await Written.machine()
            .mocking("Reserve", .returns(["id": "r-1"], after: .milliseconds(40)))
            .mocking("Charge", .throws("Bank.Busy", cause: "later").times(2), then: .returns(["amount": 7], after: .seconds(3)))
            .run(input: ["order": 1])
    }

    @Test("a recorded execution is a test that passes")
    func roundTrip() async throws {
        let recorded = Recording.testFile(of: try await Self.run().history, name: "order-7")
        #expect(
            recorded["cases"]?[0]?["mocks"] == [
                "Reserve": ["return": ["id": "r-1"], "after": "40ms"],
                "Charge": [
                    ["throw": ["error": "Bank.Busy", "cause": "later"], "times": 2], ["return": ["amount": 7], "after": "3s"],
                ],
            ])
        let file = try Written.file(recorded.compactText)
        #expect(file.failure(of: "order-7") == nil)
        let last = try await Written.machine(
            #"{ "StartAt": "A", "States": { "A": { "Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:a", "OutputPath": "$.v", "End": true } } }"#
        ).mocking("A", .returns(["v": 1])).run()
        #expect(Recording.mocks(of: last.trail)["A"] == ["return": ["v": 1]])
    }

    @Test("what GetExecutionHistory answers is read, with times of every kind")
    func awsHistory() throws {
        let events = try #require(
            HistoryEvent.list(
                aws: [
                    "events": [
                        [
                            "id": 2, "previousEventId": 0, "type": "PassStateEntered", "timestamp": 1_767_225_600.5,
                            "stateEnteredEventDetails": ["name": "A", "input": "{}"],
                        ],
                        [
                            "id": 1, "previousEventId": 0, "type": "ExecutionStarted", "timestamp": "2026-01-01T01:00:00.250+01:00",
                            "executionStartedEventDetails": ["input": "{}"],
                        ],
                    ]
                ]))
        #expect(events.map(\.id) == [1, 2])
        #expect(events.map(\.timestamp) == [1_767_225_600_250, 1_767_225_600_500])
        #expect(Trail(events).path == ["A"])
        #expect(HistoryEvent.list(aws: ["events": [1]]) == nil)
    }

    #if YAML
        @Test(
            "YAML that is written is read as the same value",
            arguments: [
                ["a": [1, 2.5, nil, true, "no", "yes: no", "", " x", "2026-01-01", "- a", "{}", "#", "a\nb", "é"]],
                ["cases": [["name": "x", "expect": ["path": ["A", "B"], "output": [:]]], ["name": "y", "expect": [:]]]],
                [
                    "deep": [
                        "a": ["b": [["c": [["d": "a text that is long enough to need a line of its own, one, two, three, four"]]]]]
                    ]
                ],
                [:], [["a": 1], []],
            ] as [JSONValue])
        func yaml(value: JSONValue) throws {
            #expect(try parseYAML(YAMLWriter.text(of: value)).value == value, "\(YAMLWriter.text(of: value))")
        }
    #endif

    @Test("a snapshot is compared with what was kept")
    func snapshots() async throws {
        let file = try Written.file(TestFileTests.text(#"{ "snapshot": true }"#))
        let first = file.run(file.cases[0], snapshots: JSONObject())
        #expect(first.mismatches.map(\.message) == ["there is no snapshot yet; take it with --update"])
        let snapshot = try #require(first.snapshot)
        #expect(
            snapshot == [
                "status": "SUCCEEDED", "output": ["paid": 7], "took": "0s",
                "states": [
                    ["state": "Reserve", "output": ["order": 1, "reservation": [:]]],
                    ["state": "Charge", "output": ["order": 1, "reservation": [:], "payment": ["amount": 7]]],
                    ["state": "Ship", "output": ["paid": 7]],
                ],
            ])
        #expect(file.run(file.cases[0], snapshots: JSONObject([("a", snapshot)])).hasPassed)
        var other = snapshot.object ?? JSONObject()
        other["took"] = "1s"
        let differing = file.run(file.cases[0], snapshots: JSONObject([("a", .object(other))]))
        #expect(differing.mismatches.map(\.message) == ["the snapshot differs at $.took"])
    }
}

@Suite("trails")
struct TrailTests {
    static let nested = """
        { "StartAt": "Both", "States": {
            "Both": { "Type": "Parallel", "Next": "Last",
                "Retry": [ { "ErrorEquals": ["Once"], "MaxAttempts": 1 } ],
                "Branches": [
                    { "StartAt": "Each", "States": { "Each": { "Type": "Map", "ItemsPath": "$.items", "End": true, "MaxConcurrency": 1,
                        "ItemProcessor": { "StartAt": "Do", "States": {
                            "Do": { "Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:do", "Next": "Done",
                                    "Catch": [ { "ErrorEquals": ["Bad"], "Next": "Done" } ] }, "Done": { "Type": "Succeed" } } } } } },
                    { "StartAt": "Keep", "States": { "Keep": { "Type": "Pass", "Assign": { "inner": 1 }, "End": true } } } ] },
            "Last": { "Type": "Pass", "Assign": { "outer": [1] }, "End": true } } }
        """

    @Test("visits, attempts, iterations and variables are read from a history with Parallel and Map")
    func nested() async throws {
        let run = try await Written.machine(Self.nested)
            .mocking("Do", .throws("Once"), then: .returns(1), .throws("Bad"), .returns(3))
            .run(input: ["items": [1, 2, 3]])
        #expect(run.status == .succeeded)
        let trail = run.trail
        #expect(trail.visits(of: "Both").map(\.attempts.count) == [2])
        #expect(trail.visits(of: "Do").map(\.iteration) == [0, 0, 1, 2])
        #expect(trail.visits(of: "Do").map(\.depth) == [2, 2, 2, 2])
        #expect(trail.visits(of: "Do").map(\.isCaught) == [false, false, true, false])
        #expect(trail.visits(of: "Each").map { $0.exitedAt != nil } == [false, true])
        #expect(trail.transitions == run.transitions)
        #expect(run.variables == JSONObject([("outer", [1])]))
        #expect(trail.visits.last?.output == trail.visits(of: "Both").last?.output)
    }
}
