import StatesJSON
import StatesKernel
import StatesLanguage
import StatesRuntime
import Synchronization
import Testing

@testable import StepwellCommand

/// Runs a machine on virtual time, so that every line is the same every time, and shows its events to a board.
private struct Rehearsal {
    let board: ProgressBoard
    let lines: [String]

    init(_ definition: String, input: JSONValue = .emptyObject, announcing: Bool = false, mocks: [String: [Answer]] = [:])
        async throws
    {
        let machine = try StateMachine(definition: definition, name: "m")
        var options = RuntimeOptions()
        var mocked = Mocks()
        for (state, answers) in mocks { mocked.mock(state: state, answers) }
        options.mocks = mocked
        let events = EventLog()
        let runtime = try Runtime(clock: .virtual(), options: options, observer: { events.add($0) })
        _ = try await runtime.run(machine, name: "run-1", input: input)
        runtime.close()
        var board = ProgressBoard(plan: machine.plan, name: "run-1", words: TypedCommands(data: ".stepwell"))
        let layout = StateLineLayout(names: board.names, ink: .plain)
        var lines: [String] = []
        for event in events.all { lines += board.take(event, announcing: announcing).flatMap { layout.text($0) } }
        self.board = board
        self.lines = lines + board.repeatedVisits.flatMap { layout.text($0) }
    }
}

private final class EventLog: Sendable {
    private let events = Mutex<[ProgressEvent]>([])
    func add(_ event: ProgressEvent) { events.withLock { $0.append(event) } }
    var all: [ProgressEvent] { events.withLock { $0 } }
}

@Suite("Progress")
struct ProgressTests {
    @Test("a saga shows attempts, the error that was caught, and how it ended")
    func saga() async throws {
        let shown = try await Rehearsal(
            """
            {"StartAt": "Reserve", "States": {
              "Reserve": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:1:function:reserve", "Next": "Charge"},
              "Charge": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:1:function:charge",
                "Retry": [{"ErrorEquals": ["Card.Declined"], "IntervalSeconds": 2, "MaxAttempts": 2}],
                "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Release"}], "End": true},
              "Release": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:1:function:release", "Next": "OrderFailed"},
              "OrderFailed": {"Type": "Fail", "Error": "Card.Declined", "Cause": "limit reached"}}}
            """,
            mocks: [
                "Reserve": [.returns(1, after: .milliseconds(41))],
                "Charge": [.throws(error: "Card.Declined", cause: "limit reached", after: .milliseconds(10))],
                "Release": [.returns(1, after: .milliseconds(38))],
            ])
        #expect(
            shown.lines == [
                "  ✓ Reserve        41 ms",
                "  ✗ Charge       6.03 s   3 attempts   Card.Declined: limit reached",
                "  ✓ Release        38 ms",
                "  ✗ OrderFailed",
            ])
        #expect(shown.board.retries == 2)
        #expect(shown.board.live(at: .max).isEmpty)
    }

    @Test("a failure that nothing caught is left to the summary")
    func uncaught() async throws {
        let shown = try await Rehearsal(
            """
            {"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:1:function:a", "End": true}}}
            """, mocks: ["A": [.throws(error: "Oops", cause: "no", after: .milliseconds(5))]])
        #expect(shown.lines == ["  ✗ A     5 ms"])
    }

    @Test("a loop is printed a few times and then counted")
    func loop() async throws {
        let shown = try await Rehearsal(
            """
            {"StartAt": "Pause", "States": {
              "Pause": {"Type": "Wait", "Seconds": 1, "Next": "Add"},
              "Add": {"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)"}, "Next": "More"},
              "More": {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericLessThan": 8, "Next": "Pause"}], "Default": "Done"},
              "Done": {"Type": "Succeed"}}}
            """, input: ["n": 0])
        let printed = ["  ✓ Pause  1.00 s", "  ✓ Add", "  ✓ More"]
        #expect(
            shown.lines == Array(repeating: printed, count: 5).flatMap { $0 } + [
                "  ✓ Done", "  ✓ Pause  3.00 s   3 more visits", "  ✓ Add    3 more visits", "  ✓ More   3 more visits",
            ])
    }

    @Test("branches and items are counts")
    func counts() async throws {
        let shown = try await Rehearsal(
            """
            {"StartAt": "Both", "States": {
              "Both": {"Type": "Parallel", "Next": "Each", "ResultPath": null, "Branches": [
                {"StartAt": "L", "States": {"L": {"Type": "Wait", "Seconds": 2, "End": true}}},
                {"StartAt": "R", "States": {"R": {"Type": "Pass", "End": true}}}]},
              "Each": {"Type": "Map", "End": true, "ItemsPath": "$.xs",
                "ItemProcessor": {"StartAt": "One", "States": {"One": {"Type": "Pass", "End": true}}}}}}
            """, input: ["xs": [1, 2, 3]])
        #expect(shown.lines == ["  ✓ Both  2.00 s   2 branches", "  ✓ Each     0 ms  3 items"])
    }

    @Test("where nothing is redrawn, long waits and waits for an answer are announced, the latter with the command that answers")
    func announcements() async throws {
        let machine = try StateMachine(
            definition: """
                {"StartAt": "Pause", "States": {
                  "Pause": {"Type": "Wait", "Seconds": 3600, "Next": "Short"},
                  "Short": {"Type": "Wait", "Seconds": 3, "Next": "Ask"},
                  "Ask": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "TimeoutSeconds": 600,
                    "Parameters": {"QueueUrl": "q", "MessageBody": {"t.$": "$$.Task.Token"}}, "End": true}}}
                """, name: "m")
        let events = EventLog()
        let runtime = try Runtime(
            functions: ["sqs:sendMessage": .returns([:])], clock: .virtual(), observer: { events.add($0) })
        let run = try await runtime.run(machine, name: "run-1")
        runtime.close()
        #expect(run.error == "States.Timeout")
        var board = ProgressBoard(plan: machine.plan, name: "run-1", words: TypedCommands(data: ".stepwell"))
        let layout = StateLineLayout(names: board.names, ink: .plain)
        let lines = events.all.flatMap { board.take($0, announcing: true) }.flatMap { layout.text($0) }
        #expect(
            lines == [
                "  … Pause  waits 1 h 0 min",
                "  ✓ Pause  1.00 h",
                "  ✓ Short  3.00 s",
                "  … Ask    waits for an answer until 2026-01-01T01:10:03.000Z",
                "      stepwell send success --state Ask --execution run-1 --output '{}'",
                "  ✗ Ask      10 min",
            ])
    }

    @Test("what runs is shown by what it waits for, inside of a Map by state in document order")
    func live() async throws {
        let machine = try StateMachine(
            definition: """
                {"StartAt": "Each", "States": {"Each": {"Type": "Map", "End": true, "ItemProcessor": {"StartAt": "Ask", "States": {
                  "Pause": {"Type": "Wait", "Seconds": 60, "End": true},
                  "Ask": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
                    "Parameters": {"QueueUrl": "q", "MessageBody": {"t.$": "$$.Task.Token"}}, "Next": "Pause"}}}}}}
                """, name: "m")
        let events = EventLog()
        let time = ManualTime()
        let runtime = try Runtime(
            functions: ["sqs:sendMessage": .returns([:])], clock: .manual(time), observer: { events.add($0) })
        _ = try await runtime.start(machine, name: "run-1", input: [1, 2, 3])
        await time.settle()
        let tokens = events.all.compactMap { event in
            if case .waitingForToken(_, let token, _) = event.kind { token } else { nil }
        }
        try await runtime.send(.success([:]), token: tokens[0])
        await time.advance(by: .seconds(20))
        var board = ProgressBoard(plan: machine.plan, name: "run-1", words: TypedCommands(data: ".stepwell"))
        for event in events.all { _ = board.take(event) }
        let layout = StateLineLayout(names: board.names, ink: .plain)
        #expect(
            board.live(at: time.now).flatMap { layout.text($0) } == [
                "  … Each     20 s   0 of 3 items",
                "      … Pause  waits 40 s",
                "      … Ask    2 waiting for an answer",
                "          stepwell describe run-1",
            ])
        runtime.close()
    }

    @Test("an execution that goes on is shown as it stands")
    func resumed() async throws {
        let machine = try StateMachine(
            definition: """
                {"StartAt": "Pause", "States": {"Pause": {"Type": "Wait", "Seconds": 60, "Next": "Done"}, "Done": {"Type": "Succeed"}}}
                """, name: "m")
        let start = ExecutionStart(
            number: 1, name: "run-1", arn: "arn:x", machineName: "m", machineArn: "arn:m", roleArn: "", isExpress: false,
            time: 5_000,
            inputText: "{}", input: .emptyObject, seed: Seed(number: 1, text: ""), definitionHash: machine.plan.definitionHash)
        var execution = Execution(plan: machine.plan, start: start)
        var sink = NoSink()
        try execution.step(Occurrence(at: 5_000, .proceed), into: &sink)
        let board = ProgressBoard(resuming: execution, words: TypedCommands(data: ".stepwell"))
        #expect(board.live(at: 35_000) == [StateLine(mark: .waiting, name: "Pause", notes: ["waits 30 s"])])
    }
}

private struct NoSink: Sink {
    mutating func record(_ record: borrowing Record) {}
    mutating func command(_ command: consuming Command) {}
}
