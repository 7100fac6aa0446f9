public import StatesRuntime
import Synchronization

/// A journal in a directory: an append-only log in files that are written, synced and never changed.
///
/// `commit` returns when the entries are on the medium. One process writes at a time and holds the directory's lock; any number may
/// read beside it with `Options.isReadOnly` and take no lock. The bytes are described in `docs/journal.md`.
///
/// All methods may be called from any thread, `commit` from one at a time. Nothing that is read depends on an entry that is not
/// durable yet.
public final class DirectoryJournal: Journal {
    /// How a directory is opened.
    public struct Options: Sendable {
        /// Whether `commit` waits until the medium has the bytes. Without it only full segments are synced, and a loss of power
        /// loses the end of the log.
        public var isDurable: Bool
        /// Whether only to read: no lock is taken and nothing is written.
        public var isReadOnly: Bool
        /// The size of the first segment in bytes; each has twice the size of the one before, up to the largest.
        package var firstSegmentSize = 256 << 10
        /// The size of the largest segment in bytes. A group that is larger gets a segment of its own size.
        package var largestSegmentSize = 64 << 20
        /// Whether segments are prepared and sealed on the committing thread, which makes simulations repeatable.
        package var worksInline = false
        /// What to name a new journal by; random if nil.
        package var identity: UInt64?
        /// Who is said to hold the lock; this process if nil.
        package var owner: LockOwner?

        /// Durable and writing, unless said otherwise.
        public init(isDurable: Bool = true, isReadOnly: Bool = false) {
            self.isDurable = isDurable
            self.isReadOnly = isReadOnly
        }
    }

    /// The directory.
    public let directory: String
    let fileSystem: any FileSystem
    let options: Options
    let index: Mutex<JournalIndex>
    let writer: Mutex<LogWriter>
    let reader: Mutex<EntryReader>
    let compaction = Mutex<Void>(())
    let background: BackgroundWork
    let backgroundResults = Mutex(BackgroundResults())
    private let opening: Mutex<Opening>

    /// What opening found.
    struct Opening: Sendable {
        var report: RecoveryReport
        /// The executions that had not ended.
        var interrupted: [UInt64]
    }

    /// Opens the journal in a directory, and creates both if they are not there (unless it is opened for reading).
    public convenience init(directory: String, options: Options = Options()) throws(JournalFault) {
        try self.init(directory: directory, fileSystem: POSIXFileSystem(), options: options)
    }

    /// Opens the journal in a directory of that file system.
    package init(directory: String, fileSystem: any FileSystem, options: Options = Options()) throws(JournalFault) {
        let directory = Self.withoutTrailingSlashes(directory)
        let opener = JournalOpener(fileSystem: fileSystem, directory: directory, options: options)
        let opened = try options.isReadOnly ? opener.openForReading() : opener.openForWriting()
        self.directory = directory
        self.fileSystem = fileSystem
        self.options = options
        background = BackgroundWork(options.worksInline ? .inline : .thread)
        opening = Mutex(Opening(report: opened.report, interrupted: opened.index.interrupted()))
        index = Mutex(opened.index)
        writer = Mutex(opened.writer)
        reader = Mutex(EntryReader(fileSystem: fileSystem, directory: directory))
    }

    deinit {
        reader.withLock { $0.forgetFiles() }
        writer.withLock { $0.closeFiles(fileSystem) }
    }

    private static func withoutTrailingSlashes(_ path: String) -> String {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path.isEmpty ? "." : path
    }

    /// What opening the journal found, and cut.
    public var report: RecoveryReport { opening.withLock { $0.report } }

    // MARK: - Reading

    /// The executions that had begun and not ended when the journal was opened, in the order of their numbers.
    public func openExecutions() throws(JournalFault) -> [ExecutionSummary] {
        let interrupted = opening.withLock { $0.interrupted }
        return try whileSettled { () throws(ReadFault) in
            let (found, files) = index.withLock { index in
                (interrupted.compactMap { number in index.table[number].map { (number, $0.summary) } }, index.files)
            }
            return try summaries(at: found, in: files)
        }
    }

    /// The number for the next execution: one more than any ever used.
    public func nextExecutionNumber() throws(JournalFault) -> UInt64 {
        index.withLock { $0.highestExecution &+ 1 }
    }

    /// The bodies of an execution's entries of that kind, in order; empty if there is no such execution or its history is deleted.
    public func entries(of execution: UInt64, kind: EntryKind) throws(JournalFault) -> [[UInt8]] {
        try whileSettled { () throws(ReadFault) in
            let (last, files) = index.withLock { index -> (Position, [SegmentFile]) in
                guard let slot = index.table[execution], index.isKept(slot) else { return (.none, []) }
                return (slot.last, index.files)
            }
            if last == .none { return [] }
            return try bodies(of: execution, kind, from: last, in: files)
        }
    }

    /// A definition's text by its hash, or nil.
    public func definition(hash: String) throws(JournalFault) -> String? {
        try whileSettled { () throws(ReadFault) in
            let (position, files) = index.withLock { ($0.definitions[hash], $0.files) }
            guard let position, let place = files.place(holding: position.log) else { return nil }
            let entry = try reader.withLock { reader throws(ReadFault) in
                try reader.entry(of: nil, at: position.offset, in: files[place])
            }
            return String(decoding: entry.body.dropFirst(DefinitionRow.hashSize), as: UTF8.self)
        }
    }

    /// All executions that are still kept, newest first, at most `limit` of them, with numbers below `before` if given.
    public func executions(before: UInt64?, limit: Int) throws(JournalFault) -> [ExecutionSummary] {
        guard limit > 0 else { return [] }
        return try whileSettled { () throws(ReadFault) in
            let (found, files) = index.withLock { index in
                var found: [(UInt64, Position)] = []
                index.table.descending(below: before) { execution, place in
                    let slot = index.table.slots[place]
                    if slot.standing != .unknown, index.isKept(slot) { found.append((execution, slot.summary)) }
                    return found.count < limit
                }
                return (found, index.files)
            }
            return try summaries(at: found, in: files)
        }
    }

    /// The newest execution of that name (of that machine, if its ARN is given), or nil.
    ///
    /// A name is kept 90 days after the end, or as long as `compact` was told: this may be an execution whose history is deleted.
    public func execution(named name: String, machineArn: String?) throws(JournalFault) -> ExecutionSummary? {
        try whileSettled { () throws(ReadFault) in
            var bound: UInt64?
            while let (candidate, position, files) = nextCandidate(named: name, below: bound) {
                bound = candidate
                guard let position else { continue }
                let summary = try summaries(at: [(candidate, position)], in: files)[0]
                if summary.name == name, machineArn == nil || machineArn == summary.machineArn { return summary }
            }
            return nil
        }
    }

    /// The next execution that may have that name; no position if its name is free again.
    private func nextCandidate(named name: String, below bound: UInt64?) -> (UInt64, Position?, [SegmentFile])? {
        index.withLock { index in
            guard let candidate = index.candidate(named: name, below: bound), let slot = index.table[candidate] else { return nil }
            return (candidate, index.isNameKept(slot) ? slot.summary : nil, index.files)
        }
    }

    private func summaries(
        at positions: [(execution: UInt64, position: Position)], in files: [SegmentFile]
    ) throws(ReadFault) -> [ExecutionSummary] {
        try reader.withLock { reader throws(ReadFault) in
            var summaries: [ExecutionSummary] = []
            summaries.reserveCapacity(positions.count)
            for (execution, position) in positions {
                guard let place = files.place(holding: position.log) else { continue }
                let entry = try reader.entry(of: execution, at: position.offset, in: files[place])
                var consumed = 0
                guard let summary = ExecutionSummary(decoding: entry.body[...], consumed: &consumed) else {
                    throw damage(files[place], position.offset, execution, "an execution's summary cannot be read")
                }
                summaries.append(summary)
            }
            return summaries
        }
    }

    private func bodies(
        of execution: UInt64, _ kind: EntryKind, from last: Position, in files: [SegmentFile]
    ) throws(ReadFault) -> [[UInt8]] {
        var bodies: [[UInt8]] = []
        let rest = try reader.withLock { reader throws(ReadFault) in
            try reader.walk(execution, from: last, in: files) { entry, _, _ in
                if entry.kind == kind.rawValue { bodies.append(entry.body) }
            }
        }
        if rest != .none, let place = files.place(holding: last.log) {
            throw damage(files[place], last.offset, execution, "the beginning of the execution's entries is missing")
        }
        bodies.reverse()
        return bodies
    }

    private func damage(_ file: SegmentFile, _ offset: Int, _ execution: UInt64, _ reason: String) -> ReadFault {
        let path = directory + "/" + file.name.fileName
        return .fault(.damaged(JournalDamage(file: path, offset: offset, executions: [execution], reason: reason)))
    }

    // MARK: - Files that change while they are read

    /// Reads, and reads again if compaction took files away meanwhile.
    private func whileSettled<Answer>(_ body: () throws(ReadFault) -> Answer) throws(JournalFault) -> Answer {
        for _ in 0..<JournalOpener.attempts {
            do throws(ReadFault) {
                return try body()
            } catch {
                if case .fault(let fault) = error { throw fault }
                reader.withLock { $0.forgetFiles() }
                if options.isReadOnly { try refresh() }
            }
        }
        throw .unsettled(directory: directory)
    }

    /// Takes up what a writer has added since the journal was opened for reading. Does nothing in a journal that is written.
    public func refresh() throws(JournalFault) {
        guard options.isReadOnly else { return }
        let opened = try JournalOpener(fileSystem: fileSystem, directory: directory, options: options).openForReading()
        opening.withLock { $0 = Opening(report: opened.report, interrupted: opened.index.interrupted()) }
        index.withLock { $0 = opened.index }
    }
}

extension JournalIndex {
    /// The executions that have begun and not ended, in the order of their numbers.
    func interrupted() -> [UInt64] {
        var found: [UInt64] = []
        table.ascending { execution, place in
            if table.slots[place].standing == .open { found.append(execution) }
        }
        return found
    }
}
