import StatesKernel
import StatesLanguage

/// What a function is told about the task that it performs, beside its input.
public struct TaskCall: Sendable {
    /// The execution's name.
    public let executionName: String
    /// The execution's ARN.
    public let executionArn: String
    /// The state machine's name.
    public let machineName: String
    /// The state's name.
    public let state: String
    /// The state's `Resource`.
    public let resource: String
    /// 1 for the first attempt of this visit of the state, 2 for its first retry, and so on.
    public let attempt: Int
    /// How many requests this state made before in this execution: retries, loops and iterations count.
    public let invocation: Int
    /// The index of the innermost Map iteration it runs in, or nil.
    public let iteration: Int?
    /// The task token, for callbacks and activities.
    public let token: String?
    /// When the state's `TimeoutSeconds` passes, in milliseconds since 1970 of the runtime's clock, or nil.
    public let deadline: Int64?
    /// The same text for every attempt of one entered state, and different for every other: what to give a service that offers
    /// idempotency, so that a retry after an unknown outcome does nothing twice.
    public let idempotencyKey: String

    init(_ request: TaskRequest) {
        executionName = request.execution.name
        executionArn = request.execution.arn
        machineName = request.execution.machineName
        state = request.state.name
        resource = request.resource.text
        attempt = request.attempt + 1
        invocation = request.invocation
        iteration = request.iteration
        token = request.token
        deadline = request.timeoutSeconds.map { request.scheduledAt + $0 * 1_000 }
        idempotencyKey = "\(request.execution.arn)#\(request.enteredEvent)"
    }
}

/// A failure that a function reports: the error's name, which Retry and Catch match, and a text.
public struct TaskFailure: Error, Sendable, Equatable {
    /// The error's name, such as `Card.Declined`.
    public var error: String
    /// What happened.
    public var cause: String

    /// A failure.
    public init(_ error: String, cause: String = "") {
        self.error = error
        self.cause = cause
    }
}
