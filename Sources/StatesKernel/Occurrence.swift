public import StatesJSON
public import StatesLanguage

/// Names the task that a thread of control waits for. A generation is never used twice, so that late answers are refused by name.
public struct TaskName: Sendable, Hashable {
    /// The thread of control.
    public var thread: Int32
    /// Which of the things that thread has waited for.
    public var generation: Int32

    /// A name.
    public init(thread: Int32, generation: Int32) {
        self.thread = thread
        self.generation = generation
    }
}

/// Names a point in time that an execution asked to be told of.
public struct TimerName: Sendable, Hashable {
    /// The thread and generation that wait.
    public var task: TaskName
    /// What the time means.
    public var purpose: Purpose

    /// The reasons to wait.
    public enum Purpose: UInt8, Sendable, Hashable {
        /// A Wait state.
        case wait
        /// The delay before a retry.
        case retry
        /// `TimeoutSeconds` of a task.
        case taskTimeout
        /// `HeartbeatSeconds` of a task.
        case heartbeat
        /// The limit of the whole execution.
        case execution
    }

    /// A name.
    public init(task: TaskName, purpose: Purpose) {
        self.task = task
        self.purpose = purpose
    }
}

/// What the outside reports to an execution.
public struct Occurrence: Sendable {
    /// When it was noticed, in milliseconds since 1970.
    public var time: Int64
    /// What it is.
    public var kind: Kind

    /// An occurrence.
    public init(at time: Int64, _ kind: Kind) {
        self.time = time
        self.kind = kind
    }

    /// The things that can be reported.
    public enum Kind: Sendable {
        /// The execution shall begin, or go on after a step that reached its bound (`Command.proceed`).
        case proceed
        /// The process was restarted: set timers anew, offer scheduled tasks again, and fail those in doubt.
        case recovered
        /// A time has come.
        case timerFired(TimerName)
        /// Somebody is ready to perform the task.
        case taskStarted(TaskName, worker: String?)
        /// The service accepted a `.sync` or `.waitForTaskToken` request.
        case taskSubmitted(TaskName, output: JSONValue)
        /// The task answered.
        case taskSucceeded(TaskName, output: JSONValue)
        /// The task failed. Both texts may be absent, as SendTaskFailure allows.
        case taskFailed(TaskName, error: String?, cause: String?, phase: FailurePhase)
        /// The task is alive.
        case taskHeartbeat(TaskName)
        /// Somebody wants the execution to end.
        case stop(error: String?, cause: String?)
    }
}

/// Why an occurrence was not accepted. The execution is as it was.
public enum Refusal: Error, Sendable, Equatable {
    /// The execution has ended.
    case closed
    /// No such task is waited for: it was answered, timed out, or given up.
    case unknownTask(TaskName)
    /// No such time is waited for.
    case unknownTimer(TimerName)
    /// The task's request is still being submitted; answer again once it was accepted.
    case notYetSubmitted(TaskName)
    /// The task has already been started.
    case alreadyStarted(TaskName)
}

/// What an execution asks of the outside, after its records are durable.
public enum Command: Sendable {
    /// Offer the task to whoever performs it; report `taskStarted` when there is room.
    case schedule(TaskRequest)
    /// The task's start is recorded: perform it now.
    case perform(TaskName)
    /// Nobody waits for the task any more.
    case cancel(TaskName)
    /// Report `timerFired` when that time (milliseconds since 1970) has come.
    case setTimer(TimerName, due: Int64)
    /// The step reached its bound: report `proceed` soon.
    case proceed
    /// The execution has ended.
    case closed
}

/// A task to perform, with everything that mocks and functions choose by.
public struct TaskRequest: Sendable {
    /// Its name in this execution.
    public let task: TaskName
    /// The execution.
    public let execution: ExecutionStart
    /// The state, with its resource.
    public let state: StatePlan
    /// The resource, taken apart.
    public let resource: TaskResource
    /// The evaluated request.
    public let input: JSONValue
    /// How many attempts of this visit of the state failed before: `State.RetryCount`.
    public let attempt: Int
    /// How many requests this state has made before in this execution: retries, loops and iterations count.
    public let invocation: Int
    /// The index of the innermost Map iteration it runs in.
    public let iteration: Int?
    /// The task token, for callbacks and activities.
    public let token: String?
    /// When it was scheduled, in milliseconds since 1970.
    public let scheduledAt: Int64
    /// The limit in seconds.
    public let timeoutSeconds: Int64?
    /// The longest silence in seconds.
    public let heartbeatSeconds: Int64?
    /// The role of `Credentials`.
    public let roleArn: String?
    /// The same for every attempt of one visit of the state: the id of the event that entered it.
    public let enteredEvent: Int
}

/// Receives what a step decides: first what must be written, then what may be done.
public protocol Sink {
    /// A change was applied. Called in order; every record of a step comes before the step ends.
    mutating func record(_ record: borrowing Record)
    /// Something may be done once the records before it are durable.
    mutating func command(_ command: consuming Command)
}
