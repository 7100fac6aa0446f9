import StatesJSON
import StatesJournal
import StatesKernel
import StatesLanguage
import StatesRuntime
import Testing

@testable import StepwellCommand

@Suite("Asking the process that owns a data directory")
struct MailboxTests {
    /// Asks from a thread of its own: the owner answers on the threads of Swift's tasks, which must not all wait for it.
    private func ask(_ request: ControlRequest, _ directory: String) async throws -> ControlReply? {
        try await offPool { try ControlClient.ask(request, directory: directory) }
    }

    @Test(
        "requests come out of their line as they went in",
        arguments: [
            .stop(execution: "order-7", error: nil, cause: nil), .stop(execution: "ä\n", error: "E", cause: "c"),
            .answer(.token("T"), .success(["a": nil])), .answer(.token("T"), .success(nil)),
            .answer(.state("Ask", execution: nil), .failure(error: nil, cause: nil)),
            .answer(.state("Ask", execution: "x"), .failure(error: "E", cause: "c")), .answer(.token("T"), .heartbeat),
        ] as [ControlRequest])
    func requests(request: ControlRequest) {
        #expect(!request.line.utf8.contains(UInt8(ascii: "\n")))
        #expect(ControlRequest(line: request.line) == request)
    }

    @Test(
        "what is no request is none",
        arguments: ["", "{}", "[]", "{\"token\":\"x\"}", "{\"success\":1}", "{\"state\":5,\"success\":1}", "nonsense"])
    func nonsense(line: String) {
        #expect(ControlRequest(line: line) == nil)
    }

    @Test(
        "the owner answers, in a directory whose path is too long for a socket too",
        arguments: ["d", String(repeating: "deep/", count: 40) + "d"])
    func conversation(folder: String) async throws {
        let scratch = try Scratch(["\(folder)/file": ""])
        let directory = "\(scratch.path)/\(folder)"
        let server = try ControlServer(directory: directory) { request in
            request == .stop(execution: "known", error: nil, cause: nil) ? .done : .refused("unknown")
        }
        #expect(try await ask(.stop(execution: "known", error: nil, cause: nil), directory) == .done)
        #expect(try await ask(.stop(execution: "other", error: nil, cause: nil), directory) == .refused("unknown"))
        server.close()
        #expect(try await ask(.stop(execution: "known", error: nil, cause: nil), directory) == nil)
    }

    @Test("a socket that an owner left behind is replaced by the next")
    func leftover() async throws {
        let scratch = try Scratch(["socket": "not even a socket"])
        #expect(try await ask(.answer(.token("T"), .heartbeat), scratch.path) == nil)
        let server = try ControlServer(directory: scratch.path) { _ in .done }
        #expect(try await ask(.answer(.token("T"), .heartbeat), scratch.path) == .done)
        server.close()
    }

    @Test("an owner who is gone in a moment is waited for; one who stays, or damage, is not")
    func briefOwner() throws {
        let locked = JournalFault.locked(directory: "d", owner: nil)
        var pauses = 0
        var tries = 0
        let answer = try BriefWait.forLock(pause: { pauses += 1 }) {
            tries += 1
            if tries < 4 { throw locked }
            return "opened"
        }
        #expect((answer, tries, pauses) == ("opened", 4, 3))

        #expect(throws: locked) { try BriefWait.forLock(pause: { pauses += 1 }) { () throws -> Int in throw locked } }
        #expect(pauses == 3 + BriefWait.steps)
        #expect(throws: locked) {
            try BriefWait.forLock(unless: { true }, pause: { pauses += 1 }) { () throws -> Int in throw locked }
        }
        #expect(throws: JournalFault.noJournal(directory: "d")) {
            try BriefWait.forLock(pause: { pauses += 1 }) { () throws -> Int in throw JournalFault.noJournal(directory: "d") }
        }
        #expect(pauses == 3 + BriefWait.steps)
    }

    @Test("a process that runs executions is known by its listening; one that only holds the lock is not")
    func listening() async throws {
        let scratch = try Scratch(["file": ""])
        #expect(!ControlClient.hasListener(in: scratch.path))
        let server = try ControlServer(directory: scratch.path) { _ in .done }
        #expect(ControlClient.hasListener(in: scratch.path))
        #expect(try await ask(.answer(.token("T"), .heartbeat), scratch.path) == .done)
        server.close()
        #expect(!ControlClient.hasListener(in: scratch.path))
    }
}

@Suite("Executions that nobody runs")
struct ParkedExecutionTests {
    private static let definition = """
        {"StartAt": "Ask", "States": {
          "Ask": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "TimeoutSeconds": 600,
            "Parameters": {"QueueUrl": "q", "MessageBody": {"t.$": "$$.Task.Token"}}, "Next": "Pay"},
          "Pay": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:1:function:pay", "End": true}}}
        """

    /// A journal with an execution that waits for an answer at 10 seconds past 2026, and the token.
    private func parked(_ names: String...) async throws -> (MemoryJournal, [String]) {
        let machine = try StateMachine(definition: Self.definition, name: "m")
        let journal = MemoryJournal()
        let time = ManualTime()
        let runtime = try Runtime(
            journal: .custom(journal), functions: ["sqs:sendMessage": .returns([:])], clock: .manual(time))
        var tokens: [String] = []
        for name in names {
            _ = try await runtime.start(machine, name: name)
            await time.settle()
            for waiting in try await runtime.describe(name).waiting {
                if case .callback(_, let token) = waiting.reason { tokens.append(token) }
            }
        }
        runtime.close()
        return (journal.copy(), tokens)
    }

    private func executions(_ journal: MemoryJournal, after seconds: Int64 = 10) -> ParkedExecutions {
        ParkedExecutions(journal, now: { ManualTime.defaultStart + seconds * 1_000 })
    }

    @Test("an answer is kept, and the execution goes on with it when it is resumed")
    func answer() async throws {
        let (journal, tokens) = try await parked("run-1")
        let execution = try #require(try executions(journal).perform(.answer(.token(tokens[0]), .success(["ok": true]))))
        #expect(execution.status == .running)
        let runtime = try Runtime(
            journal: .custom(journal.copy()), functions: ["pay": .returns("paid")],
            clock: .virtual(startingAt: ManualTime.defaultStart + 20_000))
        let run = try await runtime.finished(try runtime.resume("run-1"))
        #expect(run.output == "paid")
        #expect(run.history.map(\.type).contains("TaskSucceeded"))
        runtime.close()
    }

    @Test("a failure by the state's name ends what does not catch it")
    func failure() async throws {
        let (journal, _) = try await parked("run-1")
        let execution = try executions(journal).perform(
            .answer(.state("Ask", execution: nil), .failure(error: "No", cause: "never")))
        #expect(execution?.status == .failed)
        #expect(try journal.copy().openExecutions().isEmpty)
        #expect(try Archive(journal.copy()).description(of: "run-1").error == "No")
    }

    @Test("stop ends it, and a second time changes nothing")
    func stop() async throws {
        let (journal, _) = try await parked("run-1")
        let request = ControlRequest.stop(execution: "run-1", error: "E", cause: nil)
        #expect(try executions(journal).perform(request)?.status == .aborted)
        #expect(try executions(journal.copy()).perform(request) == nil)
    }

    @Test("what cannot be answered is refused by name")
    func refusals() async throws {
        let (journal, tokens) = try await parked("run-1", "run-2")
        let executions = executions(journal)
        #expect(throws: RuntimeError.invalidToken) { try executions.perform(.answer(.token("nonsense"), .heartbeat)) }
        #expect(throws: RuntimeError.noTaskWaiting(state: "Pay")) {
            try executions.perform(.answer(.state("Pay", execution: nil), .heartbeat))
        }
        #expect(throws: RuntimeError.severalTasksWaiting(state: "Ask", executions: ["run-1", "run-2"])) {
            try executions.perform(.answer(.state("Ask", execution: nil), .success(nil)))
        }
        #expect(try executions.perform(.answer(.token(tokens[1]), .heartbeat)) == nil)
        #expect(try executions.perform(.answer(.state("Ask", execution: "run-2"), .success(nil))) != nil)
        #expect(throws: RuntimeError.taskTimedOut) { try executions.perform(.answer(.token(tokens[1]), .success(nil))) }
    }

    @Test("an answer after the task's time is refused, as if the process had been there")
    func late() async throws {
        let (journal, tokens) = try await parked("run-1")
        #expect(throws: RuntimeError.taskTimedOut) {
            try executions(journal, after: 600).perform(.answer(.token(tokens[0]), .success(nil)))
        }
    }
}
