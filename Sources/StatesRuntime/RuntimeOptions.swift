/// Everything about a runtime that has a sensible default.
public struct RuntimeOptions: Sendable {
    /// How many threads run executions. The outcome does not depend on it.
    public var shards = 1
    /// The region in ARNs and in task events.
    public var region = "us-east-1"
    /// The account in ARNs.
    public var account = "123456789012"
    /// The role that executions are started with.
    public var roleArn = "arn:aws:iam::123456789012:role/stepwell"
    /// The functions file, asked after the functions that are registered in Swift.
    public var functionsFile: FunctionsFile?
    /// Mocks for all executions; those of a start go before them.
    public var mocks: Mocks?
    /// The mocks of an execution that goes on after a restart and was started with a case of a mock file.
    public var recoveredMocks: (@Sendable (ExecutionSummary) -> Mocks)?
    /// Rules of the embedder, asked before what the runtime does itself.
    public var invokers: [any TaskInvoker] = []
    /// Calls functions behind URLs and Lambda endpoints.
    public var remoteInvoker: (any RemoteInvoker)?
    /// The share of Express executions, 0 to 1, that are run twice at once, as AWS may do: differing outputs are reported to the
    /// observer as `duplicatesDiffer`.
    public var duplicates = 0.0
    /// How long a function may really take while time is virtual. Longer is a fault of the run: `RuntimeError.unanswered`.
    public var invocationLimit = Duration.seconds(60)
    /// How many commands run at once; further ones wait, and their start is recorded when there is room.
    public var commandConcurrency = 128
    /// Told of every execution that began or ended, once that is durable, by the threads that run executions: it must be quick.
    public var onStatusChange: (@Sendable (StatusChange) -> Void)?
    /// Told each line that a command writes to standard error.
    public var onStandardError: (@Sendable (TaskCall, String) -> Void)?

    /// The defaults.
    public init() {}
}
