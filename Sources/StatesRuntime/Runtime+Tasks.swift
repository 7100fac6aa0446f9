public import StatesJSON
public import StatesKernel
import StatesLanguage

extension Runtime {
    // MARK: Stopping

    /// Ends an execution as `ABORTED`, and returns when that is durable. One that has ended already stays as it is.
    ///
    /// - Throws: `RuntimeError.executionDoesNotExist`; `isExpress` for Express executions, which AWS does not stop either.
    public func stop(_ nameOrArn: String, error: String? = nil, cause: String? = nil) async throws {
        let number = try number(of: nameOrArn)
        try await acknowledged { self.inbox(of: number).post(.stop(number, error: error, cause: cause, $0)) }
    }

    // MARK: Tokens

    /// Sends a token's answer, and returns when it is durable.
    ///
    /// An answer that comes before the request was accepted waits for that.
    /// - Throws: `RuntimeError.invalidToken` for a text that was never handed out, `taskTimedOut` if nobody waits for it any more,
    ///   `invalidOutput` for an output over 262,144 bytes.
    public func send(_ answer: TokenAnswer, token text: String) async throws {
        try Self.check(answer)
        guard let token = TaskToken(text) else { throw RuntimeError.invalidToken }
        try await acknowledged { self.inbox(of: token.execution).post(.token(token, answer, $0)) }
    }

    /// Answers the task that waits in a state, and returns when the answer is durable.
    ///
    /// - Parameter execution: The execution's name or ARN; nil if only one waits there.
    /// - Throws: `RuntimeError.noTaskWaiting` and `severalTasksWaiting`, and as sending a token does.
    public func send(_ answer: TokenAnswer, state: String, execution: String? = nil) async throws {
        try Self.check(answer)
        let number = try execution.map { try self.number(of: $0) }
        var found: [FoundTask] = []
        for inbox in number.map({ [self.inbox(of: $0)] }) ?? allInboxes {
            found += try await withCheckedThrowingContinuation { continuation in
                inbox.post(.find(state: state, execution: number) { continuation.resume(with: $0) })
            }
        }
        guard let task = found.first else { throw RuntimeError.noTaskWaiting(state: state) }
        guard found.count == 1 else {
            throw RuntimeError.severalTasksWaiting(
                state: state, executions: found.sorted { $0.execution < $1.execution }.map(\.name))
        }
        try await acknowledged { self.inbox(of: task.execution).post(.task(task.execution, task.task, answer, $0)) }
    }

    /// Sends a token's answer and calls back when it is durable, with the error if there was one.
    public func send(_ answer: TokenAnswer, token text: String, then done: @escaping @Sendable ((any Error)?) -> Void) {
        do {
            try Self.check(answer)
            guard let token = TaskToken(text) else { throw RuntimeError.invalidToken }
            inbox(of: token.execution).post(.token(token, answer, done))
        } catch {
            done(error)
        }
    }

    /// Ends an execution as `ABORTED` and calls back when that is durable.
    public func stop(
        _ summary: ExecutionSummary, error: String? = nil, cause: String? = nil,
        then done: @escaping @Sendable ((any Error)?) -> Void
    ) {
        inbox(of: summary.number).post(.stop(summary.number, error: error, cause: cause, done))
    }

    /// Ends an execution as `ABORTED` and calls back when that is durable.
    public func stop(
        _ execution: ExecutionHandle, error: String? = nil, cause: String? = nil,
        then done: @escaping @Sendable ((any Error)?) -> Void
    ) {
        inbox(of: execution.number).post(.stop(execution.number, error: error, cause: cause, done))
    }

    /// Sends a token's success with an output as JSON text, as SendTaskSuccess has it.
    public func sendSuccess(output: String, token: String) async throws {
        try await send(.success(try Self.output(output)), token: token)
    }

    /// The value of an output's text.
    ///
    /// - Throws: `RuntimeError.invalidOutput`.
    public static func output(_ text: String) throws(RuntimeError) -> JSONValue {
        do {
            return try JSONValue(parsing: text)
        } catch {
            throw .invalidOutput(error.reason)
        }
    }

    private static func check(_ answer: TokenAnswer) throws(RuntimeError) {
        if case .success(let output) = answer, output.utf8Count > KernelLimits.payloadBytes {
            throw .invalidOutput("The output is longer than \(KernelLimits.payloadBytes) bytes.")
        }
    }

    private func acknowledged(_ ask: @escaping @Sendable (@escaping Reply) -> Void) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            ask { error in
                if let error { continuation.resume(throwing: error) } else { continuation.resume() }
            }
        }
    }

    // MARK: Activities

    /// The next task of an activity, as GetActivityTask gives it. Waits until there is one; a cancelled wait returns nil.
    ///
    /// The task's start is durable when it is returned. An activity exists as soon as somebody names it.
    /// - Parameters:
    ///   - activity: Its ARN or name.
    ///   - worker: What the history calls the worker, or nil.
    public func nextTask(activity: String, worker: String? = nil) async throws -> ActivityTask? {
        let name = Activities.name(of: activity)
        let answer = PollAnswer()
        let poll = ActivityPoll(activity: name, worker: worker, holdsTime: true) { answer.resolve($0) }
        return try await withTaskCancellationHandler {
            context.activities.poll(poll)
            return try await answer.value()
        } onCancel: {
            if poll.finish(.success(nil)) { context.activities.forgetFinishedPolls(of: name) }
        }
    }

    /// Calls back with the next task of an activity, once there is one and its start is durable.
    ///
    /// For scripted workers under virtual time: with `holdsTime` false, time moves on while the worker has the task, and the
    /// callback comes before it does, so that `schedule` in it is exact.
    @discardableResult
    public func poll(
        activity: String, worker: String? = nil, holdsTime: Bool = true,
        _ completion: @escaping @Sendable (Result<ActivityTask?, any Error>) -> Void
    ) -> ActivityWait {
        let poll = ActivityPoll(activity: Activities.name(of: activity), worker: worker, holdsTime: holdsTime, completion)
        context.activities.poll(poll)
        return ActivityWait(poll: poll, activities: context.activities)
    }

    // MARK: Time

    /// Calls `body` when so much time of the runtime's clock has passed, after everything that executions do at that instant.
    ///
    /// It comes from a thread that runs executions and must be quick. A runtime that is closed before does not call.
    public func schedule(after duration: Duration, _ body: @escaping @Sendable () -> Void) {
        let (seconds, attoseconds) = duration.components
        let due = now + seconds * 1_000 + attoseconds / 1_000_000_000_000_000
        allInboxes[0].post(.call(at: due, body))
    }

    // MARK: Looking

    /// How an execution stands: what DescribeExecution answers, and what it waits for. Everything it says is durable.
    public func describe(_ nameOrArn: String) async throws -> ExecutionDescription {
        try await describe(archive.summary(of: nameOrArn))
    }

    /// How an execution stands. Everything it says is durable.
    public func describe(_ summary: ExecutionSummary) async throws -> ExecutionDescription {
        let live: LiveDescription? = try await withCheckedThrowingContinuation { continuation in
            inbox(of: summary.number).post(.describe(summary.number) { continuation.resume(with: $0) })
        }
        return try live.map { ExecutionDescription($0) } ?? archive.description(summary)
    }

    /// The executions that the journal keeps, newest first.
    public func list(before: UInt64? = nil, limit: Int = 100) throws -> [ExecutionSummary] {
        try archive.executions(before: before, limit: limit)
    }

    /// An execution's history, as far as it is durable.
    public func history(of nameOrArn: String) throws -> [HistoryEvent] { try archive.history(of: nameOrArn) }

    private func number(of nameOrArn: String) throws -> UInt64 {
        let summary = try archive.summary(of: nameOrArn)
        if summary.isExpress { throw RuntimeError.isExpress(summary.arn) }
        return summary.number
    }
}

/// A worker's wait for a task of an activity.
public struct ActivityWait: Sendable {
    let poll: ActivityPoll
    let activities: Activities

    /// Ends the wait: it is answered with nil, unless it has its answer.
    public func end() {
        if poll.finish(.success(nil)) { activities.forgetFinishedPolls(of: poll.activity) }
    }
}

/// One answer that may come before or after somebody waits for it.
private final class PollAnswer: Sendable {
    private enum State {
        case empty
        case waiting(CheckedContinuation<ActivityTask?, any Error>)
        case resolved(Result<ActivityTask?, any Error>)
    }

    private let state = Monitor(State.empty)

    func resolve(_ result: Result<ActivityTask?, any Error>) {
        let continuation = state.withLock { state -> CheckedContinuation<ActivityTask?, any Error>? in
            defer { state = .resolved(result) }
            if case .waiting(let continuation) = state { return continuation }
            return nil
        }
        continuation?.resume(with: result)
    }

    func value() async throws -> ActivityTask? {
        try await withCheckedThrowingContinuation { continuation in
            let result = state.withLock { state -> Result<ActivityTask?, any Error>? in
                if case .resolved(let result) = state { return result }
                state = .waiting(continuation)
                return nil
            }
            if let result { continuation.resume(with: result) }
        }
    }
}
