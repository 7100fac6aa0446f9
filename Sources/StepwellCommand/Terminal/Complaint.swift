/// Why a subcommand ends without having done what was asked: what to say, and with which exit status.
struct Complaint: Error, Equatable {
    /// The exit statuses that scripts rely on.
    enum Status: Int32, Sendable {
        /// What was asked about is not well: an execution failed, `validate` found errors.
        case notWell = 1
        /// It could not be asked: usage, an unreadable file, an invalid definition given to `run`.
        case cannotAsk = 2
        /// Our fault, or the disk's.
        case fault = 3
        /// Interrupted from the terminal.
        case interrupted = 130
        /// Ended by SIGTERM.
        case terminated = 143
    }

    var status: Status
    /// What standard error shows; empty if everything was said already.
    var message: String
    /// Whether the message is no error, so that it is shown as it is.
    var isPlain = false

    static func notWell(_ message: String = "") -> Complaint { Complaint(status: .notWell, message: message) }
    static func cannotAsk(_ message: String) -> Complaint { Complaint(status: .cannotAsk, message: message) }
    static func fault(_ message: String) -> Complaint { Complaint(status: .fault, message: message) }
}
