import StatesJSON
import StatesKernel
import StatesRuntime
import Testing

@Suite("Activities")
struct ActivityTests {
    static let arn = "arn:aws:states:us-east-1:123456789012:activity:pick"

    @Test("a worker takes a task, and its answer is the result")
    func work() async throws {
        let runtime = try Runtime(clock: .manual(ManualTime()))
        let execution = try await runtime.start(try taskMachine(Self.arn), name: "a", input: ["n": 1])
        let task = try #require(try await runtime.nextTask(activity: Self.arn, worker: "worker-1"))
        #expect(task.input == #"{"n":1}"#)
        try await runtime.send(.success("picked"), token: task.token)
        let run = try await runtime.finished(execution)
        #expect(run.output == "picked")
        #expect(
            run.history.map(\.type) == [
                "ExecutionStarted", "TaskStateEntered", "ActivityScheduled", "ActivityStarted", "ActivitySucceeded",
                "TaskStateExited",
                "ExecutionSucceeded",
            ])
        #expect(run.history[3].details["workerName"] == "worker-1")
    }

    @Test("a worker that came first gets the next task, and tasks go out in their order")
    func order() async throws {
        let time = ManualTime()
        let runtime = try Runtime(clock: .manual(time))
        async let first = runtime.nextTask(activity: "pick")
        _ = try await runtime.start(try taskMachine(Self.arn), name: "a", input: 1)
        #expect(try await first?.input == "1")
        _ = try await runtime.start(try taskMachine(Self.arn), name: "b", input: 2)
        _ = try await runtime.start(try taskMachine(Self.arn), name: "c", input: 3)
        #expect(try await runtime.nextTask(activity: "pick")?.input == "2")
        #expect(try await runtime.nextTask(activity: "pick")?.input == "3")
    }

    @Test("a worker that stops waiting gets nothing, and takes nothing from others")
    func cancelledPoll() async throws {
        let runtime = try Runtime(clock: .manual(ManualTime()))
        let poll = Task { try await runtime.nextTask(activity: "pick") }
        poll.cancel()
        #expect(try await poll.value == nil)
        let execution = try await runtime.start(try taskMachine(Self.arn))
        let task = try #require(try await runtime.nextTask(activity: "pick"))
        try await runtime.send(.failure(error: "Empty", cause: "no stock"), token: task.token)
        let run = try await runtime.finished(execution)
        #expect(run.error == "Empty")
        #expect(run.cause == "no stock")
    }

    @Test("a task that timed out before anybody took it is not handed out")
    func stale() async throws {
        let time = ManualTime()
        let runtime = try Runtime(clock: .manual(time))
        let late = try await runtime.start(try taskMachine(Self.arn, #""TimeoutSeconds":5"#), name: "late", input: "late")
        await time.advance(by: .seconds(5))
        #expect(try await runtime.finished(late).error == "States.Timeout")
        _ = try await runtime.start(try taskMachine(Self.arn), name: "next", input: "next")
        #expect(try await runtime.nextTask(activity: "pick")?.input == #""next""#)
    }

    @Test("whoever answers by the state's name is the worker")
    func answeredByState() async throws {
        let time = ManualTime()
        let runtime = try Runtime(clock: .manual(time))
        let execution = try await runtime.start(try taskMachine(Self.arn))
        await time.settle()
        try await runtime.send(.success(1), state: "Do")
        let run = try await runtime.finished(execution)
        #expect(run.output == 1)
        #expect(run.history.map(\.type)[3...4] == ["ActivityStarted", "ActivitySucceeded"])
    }

    @Test("a function may stand in for an activity's worker")
    func function() async throws {
        let runtime = try Runtime(functions: ["activity:pick": .returns("by function")], clock: .virtual())
        #expect(try await runtime.run(try taskMachine(Self.arn)).output == "by function")
    }

    @Test("closing the runtime sends waiting workers home")
    func closed() async throws {
        let runtime = try Runtime()
        let poll = Task { try await runtime.nextTask(activity: "pick") }
        runtime.close()
        await #expect(throws: RuntimeError.closed) { try await poll.value }
    }
}
