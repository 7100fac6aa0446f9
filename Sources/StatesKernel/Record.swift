public import StatesJSON
import StatesLanguage

/// A value that flows, with the record that stored it, so that a journal writes it once.
public struct Payload: Sendable, Equatable {
    /// The value.
    public var value: JSONValue
    /// The number of the record that stores the value; 0 while it is new.
    public var record: Int32
    /// The element of that record's array which this is, or -1 for the whole.
    public var element: Int32

    /// A payload; new unless a record is named.
    @inlinable public init(_ value: JSONValue, record: Int32 = 0, element: Int32 = -1) {
        self.value = value
        self.record = record
        self.element = element
    }

    /// The size of its compact JSON text in bytes.
    public var utf8Count: Int { value.utf8Count }
}

/// A workflow variable.
public struct Variable: Sendable, Equatable {
    /// Its name, without `$`.
    public var name: String
    /// Its value.
    public var value: JSONValue

    /// A variable.
    public init(name: String, value: JSONValue) {
        self.name = name
        self.value = value
    }
}

/// Which way a state was left. Coverage, exploration and cost read this.
public enum Edge: Sendable, Hashable {
    /// By `Next`, or the end of its `States` object.
    case next
    /// By the choice rule of that place.
    case rule(Int32)
    /// By `Default`.
    case otherwise
    /// By the catcher of that place.
    case catcher(Int32)
}

/// One thing that happened to an execution: the only way it changes.
///
/// Most changes are an event of the history that AWS shows; `waitStarted` and `retryScheduled` are not.
public enum Change: Sendable, Equatable {
    /// The execution began.
    case executionStarted(ExecutionStart)
    /// It reached an end.
    case executionSucceeded(output: Payload)
    /// An error was not caught, or a Fail state was reached.
    case executionFailed(error: String?, cause: String?)
    /// Its own limit passed.
    case executionTimedOut
    /// Somebody stopped it.
    case executionAborted(error: String?, cause: String?)

    /// A state was entered.
    case stateEntered(state: Int32, input: Payload)
    /// A state was left.
    case stateExited(output: Payload, assigned: [Variable], edge: Edge)
    /// A state inside a Parallel or Map state was given up because a sibling failed.
    case stateAborted

    /// A task's request was made: what will be asked, and for how long.
    indirect case taskScheduled(TaskSchedule)
    /// Somebody took the task.
    case taskStarted(worker: String?)
    /// The service accepted the request; its job or callback is waited for.
    case taskSubmitted(output: Payload)
    /// The task answered.
    case taskSucceeded(output: Payload)
    /// The task failed; `inDoubt` if the process stopped while it ran, and nobody knows what it did.
    case taskFailed(error: String?, cause: String?, phase: FailurePhase, inDoubt: Bool)
    /// The task, or its heartbeat, took too long.
    case taskTimedOut(heartbeat: Bool)
    /// A Wait state waits until `due` (milliseconds since 1970).
    case waitStarted(due: Int64)
    /// A retrier matched: the state runs again when `due` (milliseconds since 1970) has come.
    case retryScheduled(retrier: Int32, due: Int64)

    /// The branches of a Parallel state began with this input.
    case parallelStarted(input: Payload)
    /// All branches ended.
    case parallelSucceeded
    /// A branch failed.
    case parallelFailed
    /// A Map state began with these items; at most `concurrency` iterations run at once.
    case mapStarted(items: Payload, concurrency: Int32)
    /// An iteration began. The record's thread is the iteration's; `parent` is the Map state's.
    case iterationStarted(parent: Int32, index: Int32, input: Payload)
    /// An iteration ended.
    case iterationSucceeded
    /// An iteration failed.
    case iterationFailed
    /// An iteration was given up because another one failed.
    case iterationAborted
    /// All iterations ended.
    case mapSucceeded
    /// An iteration failed.
    case mapFailed

    /// A field of a JSONata state has no usable value: `States.QueryEvaluationError`. `location` names the field, where one is to
    /// blame.
    case evaluationFailed(cause: String, location: String?)
}

/// Where a task's failure happened, which decides the event that shows it.
public enum FailurePhase: UInt8, Sendable, Hashable {
    /// While or after it ran: `TaskFailed`, `LambdaFunctionFailed`, `ActivityFailed`.
    case run
    /// Before it could be scheduled: `LambdaFunctionScheduleFailed`, `ActivityScheduleFailed`.
    case schedule
    /// When it was to start: `TaskStartFailed`, `LambdaFunctionStartFailed`.
    case start
    /// When its request was refused: `TaskSubmitFailed`.
    case submit
}

/// A task's request as recorded.
public struct TaskSchedule: Sendable, Equatable {
    /// The evaluated request: `Parameters`, or the effective input.
    public var input: Payload
    /// The limit in seconds, if the state sets one.
    public var timeoutSeconds: Int64?
    /// The longest silence allowed in seconds, if the state sets one.
    public var heartbeatSeconds: Int64?
    /// The evaluated `Credentials.RoleArn`.
    public var roleArn: String?

    /// A request.
    public init(input: Payload, timeoutSeconds: Int64?, heartbeatSeconds: Int64?, roleArn: String?) {
        self.input = input
        self.timeoutSeconds = timeoutSeconds
        self.heartbeatSeconds = heartbeatSeconds
        self.roleArn = roleArn
    }
}

/// A change with its place in the execution: what a journal writes.
public struct Record: Sendable, Equatable {
    /// 1 for the execution's first record, then counting.
    public var number: Int32
    /// The thread of control it happened to.
    public var thread: Int32
    /// When, in milliseconds since 1970. Never less than the record before.
    public var time: Int64
    /// The id of the history event, or 0 if AWS shows none.
    public var event: Int32
    /// The event that led to it.
    public var previousEvent: Int32
    /// What happened.
    public var change: Change

    /// A record.
    public init(number: Int32, thread: Int32, time: Int64, event: Int32, previousEvent: Int32, change: Change) {
        self.number = number
        self.thread = thread
        self.time = time
        self.event = event
        self.previousEvent = previousEvent
        self.change = change
    }
}
