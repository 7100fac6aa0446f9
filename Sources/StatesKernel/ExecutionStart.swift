public import StatesJSON

/// Everything an execution is given when it starts and that never changes afterwards.
public final class ExecutionStart: Sendable, Equatable {
    /// Its number in the data directory: 1 for the first execution ever started there. Orders what happens at the same time.
    public let number: UInt64
    /// Its name, unique among the machine's executions.
    public let name: String
    /// Its ARN.
    public let arn: String
    /// The state machine's name.
    public let machineName: String
    /// The state machine's ARN, without version or alias.
    public let machineArn: String
    /// The role it was started with.
    public let roleArn: String
    /// Whether it is an Express execution: no history on disk, five minutes at most, no callbacks.
    public let isExpress: Bool
    /// When it started, in milliseconds since 1970.
    public let time: Int64
    /// The input as the caller sent it, white space included.
    public let inputText: String
    /// The input's value.
    public let input: JSONValue
    /// What every random decision of this execution is derived from.
    public let seed: Seed
    /// The hash of the definition it runs: `Plan.definitionHash`.
    public let definitionHash: String

    /// An execution's beginning.
    public init(
        number: UInt64, name: String, arn: String, machineName: String, machineArn: String, roleArn: String, isExpress: Bool,
        time: Int64, inputText: String, input: JSONValue, seed: Seed, definitionHash: String
    ) {
        self.number = number
        self.name = name
        self.arn = arn
        self.machineName = machineName
        self.machineArn = machineArn
        self.roleArn = roleArn
        self.isExpress = isExpress
        self.time = time
        self.inputText = inputText
        self.input = input
        self.seed = seed
        self.definitionHash = definitionHash
    }

    /// Equality of what was given.
    public static func == (left: ExecutionStart, right: ExecutionStart) -> Bool {
        left === right
            || (left.number == right.number && left.name == right.name && left.arn == right.arn
                && left.machineName == right.machineName && left.machineArn == right.machineArn && left.roleArn == right.roleArn
                && left.isExpress == right.isExpress && left.time == right.time && left.inputText == right.inputText
                && left.seed == right.seed && left.definitionHash == right.definitionHash)
    }
}

/// How an execution stands, as AWS names it.
public enum ExecutionStatus: String, Sendable, Hashable, CaseIterable {
    /// It has not ended.
    case running = "RUNNING"
    /// It reached an end.
    case succeeded = "SUCCEEDED"
    /// An error was not caught, or a Fail state was reached.
    case failed = "FAILED"
    /// Its limit passed.
    case timedOut = "TIMED_OUT"
    /// It was stopped.
    case aborted = "ABORTED"
}
