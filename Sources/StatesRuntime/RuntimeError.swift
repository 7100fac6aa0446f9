/// Why the runtime did not do what was asked. Failures of a workflow are no errors: they are data in its `Run`.
public enum RuntimeError: Error, Sendable, Equatable {
    /// The name is taken: an execution of that name ended, or runs with another input (StartExecution's `ExecutionAlreadyExists`).
    case executionAlreadyExists(arn: String)
    /// The name has a character or a length that AWS refuses.
    case invalidName(String)
    /// The input is no JSON, or too large.
    case invalidInput(String)
    /// The output sent for a task is no JSON, or too large.
    case invalidOutput(String)
    /// There is no such execution.
    case executionDoesNotExist(String)
    /// The text is no token, or none that was issued here.
    case invalidToken
    /// Nobody waits for that task any more: it was answered, timed out, or its execution ended.
    case taskTimedOut
    /// No running execution waits in that state for an answer.
    case noTaskWaiting(state: String)
    /// Several tasks wait in that state; the names of their executions tell them apart.
    case severalTasksWaiting(state: String, executions: [String])
    /// The execution is an Express one, which has no history on disk and cannot be stopped or described (AWS's `InvalidArn`).
    case isExpress(String)
    /// What the journal holds of an execution cannot be read.
    case damaged(execution: String, reason: String)
    /// The stored definition is no longer understood.
    case invalidStoredDefinition(execution: String, reason: String)
    /// The state machine uses something that cannot run yet.
    case unsupported(String)
    /// The test case, or the mock file, does not exist.
    case noTestCase(String)
    /// A fault: under virtual time, a function did not answer within the real limit. The execution goes on after `resume`.
    case unanswered(execution: String, state: String, seconds: Double)
    /// A fault: the journal failed. Nothing was acknowledged since.
    case journalFailed(String)
    /// A fault: the system refused a thread.
    case noThread(errorNumber: Int32)
    /// The runtime was closed. Executions that had not ended can be resumed from their journal.
    case closed
}

extension RuntimeError: CustomStringConvertible {
    /// A sentence for people, worded as AWS does where AWS has words for it.
    public var description: String {
        switch self {
        case .executionAlreadyExists(let arn): "Execution Already Exists: '\(arn)'"
        case .invalidName(let name): "Invalid Name: '\(name)'"
        case .invalidInput(let reason): "Invalid State Machine Execution Input: '\(reason)'"
        case .invalidOutput(let reason): "Invalid Output: '\(reason)'"
        case .executionDoesNotExist(let name): "Execution Does Not Exist: '\(name)'"
        case .invalidToken: "Invalid Token: 'Invalid token'"
        case .taskTimedOut: "Task Timed Out: 'Provided task does not exist anymore'"
        case .noTaskWaiting(let state): "No running execution waits in state '\(state)' for an answer."
        case .severalTasksWaiting(let state, let executions):
            "Several tasks wait in state '\(state)': name the execution (\(executions.joined(separator: ", ")))."
        case .isExpress(let arn): "'\(arn)' is an Express execution: it has no history that could be read and cannot be stopped."
        case .damaged(let execution, let reason): "The journal of execution '\(execution)' cannot be read: \(reason)."
        case .invalidStoredDefinition(let execution, let reason):
            "The definition that execution '\(execution)' was started with is no longer understood: \(reason)"
        case .unsupported(let what): what
        case .noTestCase(let what): what
        case .unanswered(let execution, let state, let seconds):
            "State '\(state)' of execution '\(execution)': its function did not answer within \(seconds) real seconds, and time is "
                + "virtual."
        case .journalFailed(let reason): "The journal failed, and nothing was acknowledged since: \(reason)"
        case .noThread(let number): "The system refused a thread (error \(number))."
        case .closed: "The runtime is closed."
        }
    }
}
