import StatesJSON
import StatesKernel
import StatesLanguage
import StatesRuntime
import Testing

@Suite("Task tokens")
struct TokenTests {
    static func approval(_ fields: String = "") throws -> StateMachine {
        let more = fields.isEmpty ? "" : ",\(fields)"
        return try machine(
            """
            "Ask":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken",
              "Parameters":{"FunctionName":"ask","Payload":{"token.$":"$$.Task.Token"}},"Next":"Done"\(more)},
            "Done":{"Type":"Pass","End":true}
            """, startAt: "Ask")
    }

    /// A runtime whose function `ask` hands its token over, and a signal with the token.
    static func asking(_ clock: RuntimeClock = .virtual(), observer: (@Sendable (ProgressEvent) -> Void)? = nil) throws -> (
        Runtime, Signal<String>
    ) {
        let token = Signal<String>()
        let runtime = try Runtime(
            functions: [
                "ask": .closure { (input: [String: String], _) in
                    token.send(input["token"] ?? "")
                    return "asked"
                }
            ], clock: clock, observer: observer)
        return (runtime, token)
    }

    @Test("a token's answer is the task's result, between TaskSubmitted and TaskSucceeded")
    func success() async throws {
        let time = ManualTime()
        let (runtime, token) = try Self.asking(.manual(time))
        let execution = try await runtime.start(try Self.approval(), name: "a")
        await time.settle()
        try await runtime.send(.success(["ok": true]), token: await token.value())
        let run = try await runtime.finished(execution)
        #expect(run.output == ["ok": true])
        #expect(
            run.history.map(\.type) == [
                "ExecutionStarted", "TaskStateEntered", "TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded",
                "TaskStateExited",
                "PassStateEntered", "PassStateExited", "ExecutionSucceeded",
            ])
        let submitted = try json(try #require(run.history[4].details["output"]?.string))
        #expect(submitted["Payload"] == "asked")
    }

    @Test("a token can fail its task without saying why")
    func failure() async throws {
        let time = ManualTime()
        let (runtime, token) = try Self.asking(.manual(time))
        let execution = try await runtime.start(try Self.approval())
        await time.settle()
        try await runtime.send(.failure(error: nil, cause: nil), token: await token.value())
        let run = try await runtime.finished(execution)
        #expect(run.status == .failed)
        #expect(run.error == nil)
        #expect(run.cause == nil)
    }

    @Test("a token is good for one answer, and afterwards timed out")
    func once() async throws {
        let time = ManualTime()
        let (runtime, token) = try Self.asking(.manual(time))
        let execution = try await runtime.start(try Self.approval())
        await time.settle()
        let text = await token.value()
        try await runtime.send(.heartbeat, token: text)
        try await runtime.send(.success(1), token: text)
        for answer in [TokenAnswer.success(2), .failure(error: nil, cause: nil), .heartbeat] {
            await #expect(throws: RuntimeError.taskTimedOut) { try await runtime.send(answer, token: text) }
        }
        #expect(try await runtime.finished(execution).output == 1)
    }

    @Test("garbage and forged tokens are invalid")
    func invalid() async throws {
        let time = ManualTime()
        let (runtime, token) = try Self.asking(.manual(time))
        _ = try await runtime.start(try Self.approval())
        await time.settle()
        let text = await token.value()
        let end = text.suffix(5)
        let forged = text.dropLast(5) + (end.first == "A" ? "B" : "A") + end.dropFirst()
        for bad in ["", "garbage", String(forged)] {
            await #expect(throws: RuntimeError.invalidToken) { try await runtime.send(.success(1), token: bad) }
        }
        await #expect(throws: RuntimeError.self) { try await runtime.sendSuccess(output: "{", token: text) }
        let large = JSONValue.string(String(repeating: "x", count: 262_144))
        await #expect(throws: RuntimeError.self) { try await runtime.send(.success(large), token: text) }
    }

    @Test("an answer that comes while the request is still being made waits for TaskSubmitted")
    func early() async throws {
        let runtimes = Signal<Runtime>()
        let acknowledged = Signal<Bool>()
        let runtime = try Runtime(
            functions: [
                "ask": .closure { (input: [String: String], _) in
                    let runtime = await runtimes.value()
                    runtime.send(.success("early"), token: input["token"] ?? "") { acknowledged.send($0 == nil) }
                    for _ in 0..<100 { await Task.yield() }
                    return "late"
                }
            ], clock: .virtual())
        runtimes.send(runtime)
        let run = try await runtime.run(try Self.approval())
        #expect(run.output == "early")
        #expect(run.history.map(\.type)[3...5] == ["TaskStarted", "TaskSubmitted", "TaskSucceeded"])
        #expect(await acknowledged.value())
    }

    @Test("an early answer whose request then fails is told that the task is gone")
    func earlyInVain() async throws {
        let runtimes = Signal<Runtime>()
        let answer = Signal<(any Error)?>()
        let runtime = try Runtime(
            functions: [
                "ask": .closure { (input: [String: String], _) in
                    await runtimes.value().send(.success("early"), token: input["token"] ?? "") { answer.send($0) }
                    for _ in 0..<100 { await Task.yield() }
                    throw TaskFailure("Refused", cause: "no")
                }
            ], clock: .virtual())
        runtimes.send(runtime)
        let run = try await runtime.run(try Self.approval())
        #expect(run.error == "Refused")
        #expect(run.history.map(\.type).suffix(2) == ["TaskSubmitFailed", "ExecutionFailed"])
        #expect(await answer.value() as? RuntimeError == .taskTimedOut)
    }

    @Test("the task that waits in a state can be answered by the state's name")
    func byState() async throws {
        let time = ManualTime()
        let (runtime, _) = try Self.asking(.manual(time))
        let one = try await runtime.start(try Self.approval(), name: "one")
        await time.settle()
        await #expect(throws: RuntimeError.noTaskWaiting(state: "Other")) { try await runtime.send(.success(1), state: "Other") }
        let two = try await runtime.start(try Self.approval(), name: "two")
        await time.settle()
        await #expect(throws: RuntimeError.severalTasksWaiting(state: "Ask", executions: ["one", "two"])) {
            try await runtime.send(.success(1), state: "Ask")
        }
        try await runtime.send(.success(2), state: "Ask", execution: "two")
        try await runtime.send(.success(1), state: "Ask")
        #expect(try await runtime.finished(one).output == 1)
        #expect(try await runtime.finished(two).output == 2)
    }

    @Test("the observer sees the state that waits for a token, and until when")
    func observed() async throws {
        let shown = Log<String>()
        let time = ManualTime()
        let (runtime, token) = try Self.asking(.manual(time)) { event in
            if case .waitingForToken(let place, _, let until) = event.kind {
                shown.append("\(place.state) until \((until ?? 0) - event.time)")
            }
        }
        let execution = try await runtime.start(try Self.approval(#""TimeoutSeconds":60,"HeartbeatSeconds":20"#))
        await time.settle()
        #expect(shown.all == ["Ask until 20000"])
        try await runtime.send(.success(1), token: await token.value())
        _ = try await runtime.finished(execution)
    }

    @Test("a callback that was sent by a fixed answer waits for its token all the same")
    func fixedAnswer() async throws {
        let machine = try taskMachine(
            "arn:aws:states:::sqs:sendMessage.waitForTaskToken", #""Parameters":{"QueueUrl":"q","MessageBody.$":"$$.Task.Token"}"#)
        let time = ManualTime()
        let runtime = try Runtime(functions: ["sqs:sendMessage": .returns(["MessageId": "m-1"])], clock: .manual(time))
        let execution = try await runtime.start(machine)
        await time.settle()
        let waiting = try await runtime.describe(execution.name).waiting
        #expect(waiting.map(\.state) == ["Do"])
        try await runtime.send(.success("done"), state: "Do")
        let run = try await runtime.finished(execution)
        #expect(run.output == "done")
        #expect(run.history.first { $0.type == "TaskSubmitted" }?.details["output"] == #"{"MessageId":"m-1"}"#)
    }
}
