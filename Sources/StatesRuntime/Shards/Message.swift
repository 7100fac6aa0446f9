public import StatesJSON
import StatesKernel
import StatesLanguage

/// Told to somebody who waits: nil once what was asked is durable, or why it was not done.
typealias Reply = @Sendable ((any Error)?) -> Void

/// What other threads say to a shard. Large things are boxed, so that messages are cheap to pass on.
enum Message: Sendable {
    /// A new execution begins.
    indirect case start(StartOrder)
    /// An execution is the one that somebody wants to start: same name, and perhaps the same input.
    indirect case attach(Attachment)
    /// An execution that was found in the journal goes on.
    indirect case adopt(Adoption)
    /// Somebody wants to know when it ends.
    case await(UInt64, Waiter)
    /// Somebody wants it to end.
    case stop(UInt64, error: String?, cause: String?, Reply)
    /// A function answered.
    case answered(UInt64, TaskName, TaskOutcome)
    /// A job was accepted, and its end is waited for.
    case submitted(UInt64, TaskName, JSONValue)
    /// There is room for a task that waited for some.
    case admitted(UInt64, TaskName, Gate)
    /// Somebody sent a token's answer.
    case token(TaskToken, TokenAnswer, Reply)
    /// Somebody answered a task that was found by its state's name.
    case task(UInt64, TaskName, TokenAnswer, Reply)
    /// An activity's worker takes a task.
    case take(ActivityOffer, ActivityPoll)
    /// Somebody wants to know how an execution stands.
    case describe(UInt64, @Sendable (Result<LiveDescription?, any Error>) -> Void)
    /// Somebody wants to be called at a time.
    case call(at: Int64, @Sendable () -> Void)
    /// Somebody looks for tasks that can be answered in a state.
    case find(state: String, execution: UInt64?, @Sendable (Result<[FoundTask], any Error>) -> Void)

    /// Says that nothing will be done.
    func refuse(_ error: any Error) {
        switch self {
        case .start(let order): order.refuse(error)
        case .attach(let attachment): attachment.refuse(error)
        case .adopt(let adoption): for waiter in adoption.waiters { waiter.finished(.failure(error)) }
        case .await(_, let waiter): waiter.finished(.failure(error))
        case .stop(_, _, _, let reply), .token(_, _, let reply), .task(_, _, _, let reply): reply(error)
        case .take(_, let poll): poll.finish(.failure(error))
        case .describe(_, let reply): reply(.failure(error))
        case .find(_, _, let reply): reply(.failure(error))
        case .admitted(_, _, let gate): gate.leave()
        case .answered, .submitted, .call: break
        }
    }
}

/// Somebody who waits for an execution's end.
struct Waiter: Sendable {
    /// Whether the run must come with its history.
    var wantsHistory = true
    var finished: @Sendable (Result<Run, any Error>) -> Void
}

/// A new execution.
struct StartOrder: Sendable {
    var start: ExecutionStart
    var plan: Plan
    /// Whether its records are kept in memory for its `Run`.
    var keepsRecords: Bool
    /// Whether its start and end are written: Standard executions, and asynchronous Express ones where that outlives the process.
    var isJournaled: Bool
    /// Whether its start is in the journal already.
    var isResumed = false
    /// What else it is started with.
    var labels = ExecutionLabels()
    var mocks: Mocks?
    /// The other run of the same Express execution.
    var twin: (pair: Twin, isFirst: Bool)?
    var started: (@Sendable (Result<ExecutionHandle, any Error>) -> Void)?
    var waiter: Waiter?

    func refuse(_ error: any Error) {
        started?(.failure(error))
        waiter?.finished(.failure(error))
    }
}

/// A wish to start an execution whose name is taken.
struct Attachment: Sendable {
    var number: UInt64
    var arn: String
    var input: JSONValue
    var started: (@Sendable (Result<ExecutionHandle, any Error>) -> Void)?
    var waiter: Waiter?

    func refuse(_ error: any Error) {
        started?(.failure(error))
        waiter?.finished(.failure(error))
    }
}

/// An execution rebuilt from its records.
struct Adoption: Sendable {
    var execution: Execution
    /// What else it was started with.
    var labels = ExecutionLabels()
    /// The records it was rebuilt from, if there is an observer to tell where it stands.
    var records: [Record]
    var mocks: Mocks?
    var waiters: [Waiter]
}

/// How a task that was handed to somebody ended.
enum TaskOutcome: Sendable {
    /// It answered.
    case value(JSONValue)
    /// It failed.
    case failure(error: String, cause: String)
    /// A command ended.
    case process(ProcessOutcome, limit: Duration?)
}

/// What SendTaskSuccess, SendTaskFailure and SendTaskHeartbeat say.
public enum TokenAnswer: Sendable, Equatable {
    /// The task answers with this value.
    case success(JSONValue)
    /// The task fails; both texts may be absent.
    case failure(error: String?, cause: String?)
    /// The task is alive.
    case heartbeat
}

/// A task that can be answered by its state's name.
struct FoundTask: Sendable {
    var execution: UInt64
    var name: String
    var task: TaskName
}

/// How a running execution stands.
struct LiveDescription: Sendable {
    var start: ExecutionStart
    var transitions: Int
    var waiting: [Waiting]
}
