/// A command to run once.
struct ProcessRequest: Sendable {
    /// The command and its arguments.
    var words: [String]
    /// Where it runs; nil for our own directory.
    var directory: String?
    /// Variables added to our own environment.
    var environment: [String: String]
    /// What it reads on standard input.
    var input: [UInt8]
    /// How many nanoseconds it may run; nil for any number.
    var limit: Int64?
    /// Called for every line of its standard error, without the end of line.
    var onStandardError: (@Sendable (String) -> Void)?
    /// Called once, when nothing of it is left.
    var completion: @Sendable (ProcessOutcome) -> Void
}

/// How a command ended.
enum ProcessOutcome: Sendable, Equatable {
    /// It ended by itself: with an exit status, or by a signal.
    case ended(status: Int32, signal: Int32, output: [UInt8], errorTail: [UInt8])
    /// It ran longer than it might, and its process group was killed.
    case timedOut
    /// It wrote more to standard output than is kept, and its process group was killed.
    case tooMuchOutput
    /// It could not be started.
    case notStarted(reason: String)
    /// Nobody waits for it any more, and its process group was killed.
    case cancelled
}

/// Bounds of what a command may make us keep.
enum ProcessLimits {
    /// The most bytes of standard output: Lambda's own limit, far more than a task's result may have.
    static let outputBytes = 6 << 20
    /// The last bytes of standard error that become a failure's cause.
    static let errorTailBytes = 4_096
    /// The longest line of standard error that is passed on in one piece.
    static let lineBytes = 8_192
    /// How often to ask whether a command ended where the system cannot tell, in milliseconds.
    static let pollInterval: Int32 = 10
}
