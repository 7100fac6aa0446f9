/// Who holds the lock of a data directory.
public struct LockOwner: Sendable, Hashable {
    /// The process.
    public var processIdentifier: Int32
    /// When it opened the directory, in milliseconds since 1970.
    public var startTime: Int64
    /// Its command line.
    public var command: String

    /// An owner.
    public init(processIdentifier: Int32, startTime: Int64, command: String) {
        self.processIdentifier = processIdentifier
        self.startTime = startTime
        self.command = command
    }
}

/// A place where a journal is not what was written.
public struct JournalDamage: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file.
    public var file: String
    /// Where in the file, in bytes.
    public var offset: Int
    /// The numbers of the executions that are known to have lost something there, in order. There may be others.
    public var executions: [UInt64]
    /// What is wrong, as a clause.
    public var reason: String

    /// A damage.
    public init(file: String, offset: Int, executions: [UInt64] = [], reason: String) {
        self.file = file
        self.offset = offset
        self.executions = executions
        self.reason = reason
    }

    /// For people: file, offset, what is wrong and whom it touches.
    public var description: String {
        let touched =
            executions.isEmpty
            ? ""
            : "; it touches execution\(executions.count == 1 ? "" : "s") \(executions.map(String.init).joined(separator: ", "))"
        return "\(file) is damaged at byte \(offset): \(reason)\(touched)"
    }
}

/// Why a journal does not do what it was asked. Ours or the disk's, never the workflow's.
public enum JournalFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// Somebody else writes to the directory; who, if the lock file says so.
    case locked(directory: String, owner: LockOwner?)
    /// There is no journal in the directory.
    case noJournal(directory: String)
    /// Something that was durable is not there any more, or not as it was written.
    case damaged(JournalDamage)
    /// The file was written by a newer version.
    case newerFormat(file: String, format: UInt32, newestKnown: UInt32)
    /// The system refused to read or write.
    case file(FileFault)
    /// The journal was opened for reading.
    case readOnly(directory: String)
    /// The journal was closed.
    case closed(directory: String)
    /// The entries that shall become durable together are too many: their size in bytes and the limit.
    case tooLarge(bytes: Int, limit: Int)
    /// Compaction went on replacing the files while they were being read.
    case unsettled(directory: String)

    /// For people: what happened, where, and what to do about it if anything can be done.
    public var description: String {
        switch self {
        case .locked(let directory, let owner?):
            "\(directory) is being written by process \(owner.processIdentifier) (\(owner.command)), which opened it at "
                + "\(Self.text(of: owner.startTime)); reading does not need the lock, and it is free once that process ends"
        case .locked(let directory, nil):
            "\(directory) is being written by another process; reading does not need the lock"
        case .noJournal(let directory): "there is no journal in \(directory)"
        case .damaged(let damage): damage.description
        case .newerFormat(let file, let format, let known):
            "\(file) has format \(format), and this version reads formats up to \(known): use a newer version"
        case .file(let fault): fault.description
        case .readOnly(let directory): "\(directory) was opened for reading"
        case .closed(let directory): "the journal in \(directory) was closed"
        case .tooLarge(let bytes, let limit): "\(bytes) bytes cannot become durable together; at most \(limit) can"
        case .unsettled(let directory): "\(directory) is being compacted again and again while it is read; try again"
        }
    }

    /// UTC, to the second, by the usual civil-calendar arithmetic.
    private static func text(of milliseconds: Int64) -> String {
        let seconds = Int(milliseconds / 1000)
        let (days, rest) = (seconds / 86_400, seconds % 86_400)
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(year)-\(two(month))-\(two(day))T\(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60))Z"
    }
}

/// Runs what may fail in the file system, as a journal's fault.
func onDisk<Answer>(_ body: () throws(FileFault) -> Answer) throws(JournalFault) -> Answer {
    do throws(FileFault) { return try body() } catch { throw .file(error) }
}
