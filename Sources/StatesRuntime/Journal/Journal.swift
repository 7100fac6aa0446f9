public import StatesKernel

/// What an entry of a journal is. The numbers are part of the file format.
public enum EntryKind: UInt8, Sendable, Hashable {
    /// A definition's text, once per hash: the hash as 64 hexadecimal digits, then the text. Its execution number is 0.
    case definition = 1
    /// A Standard execution began: its summary. The first `record` follows in the same group.
    case started = 2
    /// A record of a Standard execution, encoded by the kernel.
    case record = 3
    /// A Standard execution ended: its summary.
    case closed = 4
    /// An asynchronous Express start was acknowledged: summary, seed and input.
    case expressStarted = 5
    /// An Express execution is tried again after a restart.
    case expressAttempt = 6
    /// An Express execution ended: its summary.
    case expressEnded = 7
    /// One change of what is known of state machines, versions, aliases, activities and tags, as who keeps the register encodes it.
    /// Its execution number is 0.
    case registry = 8
}

/// An execution as a list shows it.
public struct ExecutionSummary: Sendable, Equatable {
    /// Its number in the journal.
    public var number: UInt64
    /// Its name.
    public var name: String
    /// Its ARN.
    public var arn: String
    /// The state machine's name.
    public var machineName: String
    /// The state machine's ARN.
    public var machineArn: String
    /// Whether it is an Express execution.
    public var isExpress: Bool
    /// How it stands.
    public var status: ExecutionStatus
    /// When it started, in milliseconds since 1970.
    public var startTime: Int64
    /// When it ended, or nil.
    public var stopTime: Int64?
    /// The hash of its definition.
    public var definitionHash: String
    /// What else it was started with.
    public var labels: ExecutionLabels

    /// A summary.
    public init(
        number: UInt64, name: String, arn: String, machineName: String, machineArn: String, isExpress: Bool,
        status: ExecutionStatus,
        startTime: Int64, stopTime: Int64?, definitionHash: String, labels: ExecutionLabels = ExecutionLabels()
    ) {
        self.number = number
        self.name = name
        self.arn = arn
        self.machineName = machineName
        self.machineArn = machineArn
        self.isExpress = isExpress
        self.status = status
        self.startTime = startTime
        self.stopTime = stopTime
        self.definitionHash = definitionHash
        self.labels = labels
    }
}

/// What an execution was started with that no state of it can see, and that DescribeExecution tells.
public struct ExecutionLabels: Sendable, Equatable {
    /// The ARN of the version it was started by, or that its alias chose.
    public var versionArn: String?
    /// The ARN of the alias it was started by.
    public var aliasArn: String?
    /// The caller's X-Ray trace header.
    public var traceHeader: String?
    /// The revision of the state machine that was chosen; nil for the first.
    public var revisionID: String?
    /// The case of the mock file that stands for its tasks, also after a restart.
    public var testCase: String?

    /// Labels.
    public init(
        versionArn: String? = nil, aliasArn: String? = nil, traceHeader: String? = nil, revisionID: String? = nil,
        testCase: String? = nil
    ) {
        self.versionArn = versionArn
        self.aliasArn = aliasArn
        self.traceHeader = traceHeader
        self.revisionID = revisionID
        self.testCase = testCase
    }

    /// Whether there is none.
    public var isEmpty: Bool { self == ExecutionLabels() }
}

/// Entries that become durable together.
public struct JournalBatch: Sendable {
    /// The framed entries. A frame is, in little endian: length of the body (4 bytes), kind (1), execution number (8), twelve bytes
    /// that are zero here and in which a journal notes the place of the execution's previous entry (8) and a checksum (4); the body
    /// follows. `forEachEntry` takes it apart.
    public private(set) var bytes: [UInt8] = []
    /// The number of entries.
    public private(set) var count = 0

    /// The bytes that precede an entry's body.
    public static let headerSize = 25

    /// No entries.
    public init() {}

    /// Whether there is nothing to commit.
    public var isEmpty: Bool { count == 0 }

    /// Adds an entry whose body `write` appends.
    @inlinable
    public mutating func append(_ kind: EntryKind, execution: UInt64, write: (inout [UInt8]) -> Void) {
        let start = beginEntry(kind, execution: execution)
        appendBody(write)
        endEntry(startedAt: start)
    }

    /// Forgets the entries and keeps the memory.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        count = 0
    }

    /// Adds all entries of another batch.
    public mutating func append(contentsOf other: JournalBatch) {
        bytes.append(contentsOf: other.bytes)
        count += other.count
    }

    /// Shows each entry in order: kind, execution number and body.
    public func forEachEntry(_ show: (EntryKind, UInt64, ArraySlice<UInt8>) throws -> Void) rethrows {
        var start = 0
        while start + Self.headerSize <= bytes.count {
            let length = (0..<4).reduce(0) { $0 | Int(bytes[start + $1]) << (8 * $1) }
            let execution = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[start + 5 + $1]) << (8 * UInt64($1)) }
            let body = start + Self.headerSize
            // Only `append` writes kinds, so that each is known.
            if let kind = EntryKind(rawValue: bytes[start + 4]) { try show(kind, execution, bytes[body..<body + length]) }
            start = body + length
        }
    }

    @usableFromInline
    mutating func appendBody(_ write: (inout [UInt8]) -> Void) { write(&bytes) }

    @usableFromInline
    mutating func beginEntry(_ kind: EntryKind, execution: UInt64) -> Int {
        let start = bytes.count
        withUnsafeBytes(of: UInt32(0)) { bytes.append(contentsOf: $0) }
        bytes.append(kind.rawValue)
        withUnsafeBytes(of: execution.littleEndian) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: (UInt64(0), UInt32(0))) { bytes.append(contentsOf: $0.prefix(12)) }
        return start
    }

    @usableFromInline
    mutating func endEntry(startedAt start: Int) {
        let length = UInt32(bytes.count - start - Self.headerSize)
        for index in 0..<4 { bytes[start + index] = UInt8(truncatingIfNeeded: length >> (8 * UInt32(index))) }
        count += 1
    }
}

/// Where executions are written, and where they are found again.
///
/// Memory is one conformance, a directory of segments another (`StatesJournal`); a shared database for several machines may become
/// a third. Reading methods may be called from any thread; `commit` is called by one thread at a time.
public protocol Journal: Sendable {
    /// Makes the entries durable as one group, all or none, before it returns. After a failure nothing more is accepted.
    func commit(_ batch: JournalBatch) throws
    /// The executions that had begun and not ended when the journal was opened, in the order of their numbers.
    func openExecutions() throws -> [ExecutionSummary]
    /// The number for the next execution: one more than any ever used.
    func nextExecutionNumber() throws -> UInt64
    /// The bodies of an execution's entries of that kind, in order; empty if there is no such execution.
    func entries(of execution: UInt64, kind: EntryKind) throws -> [[UInt8]]
    /// A definition's text by its hash, or nil.
    func definition(hash: String) throws -> String?
    /// All executions that are still kept, newest first, at most `limit` of them, with numbers below `before` if given.
    func executions(before: UInt64?, limit: Int) throws -> [ExecutionSummary]
    /// The newest execution of that name (of that machine, if its ARN is given), or nil. A name is kept 90 days after the end, so
    /// this may be an execution whose history is deleted: `entries` is empty then and `executions` leaves it out.
    func execution(named name: String, machineArn: String?) throws -> ExecutionSummary?
    /// Closes files and releases the lock. Further commits fail.
    func close() throws
}
