import StatesRuntime
import Synchronization

/// What a compaction has done.
public struct CompactionReport: Sendable, Hashable {
    /// How many files were replaced.
    public var filesReplaced = 0
    /// By how many.
    public var filesWritten = 0
    /// How many bytes of entries the replaced files had.
    public var bytesBefore = 0
    /// How many bytes of entries their replacements have.
    public var bytesAfter = 0

    /// Nothing done.
    public init() {}
}

extension DirectoryJournal {
    /// How long a name stays taken after its execution's end, as AWS keeps it: 90 days.
    public static let namesKept = Duration.seconds(90 * 24 * 60 * 60)

    /// Deletes executions that ended longer ago than that, whole, and gives back the space where enough of it can be had.
    ///
    /// From the moment it returns the deleted executions are not listed and have no entries, also after the journal is opened again.
    /// Executions that have not ended are kept however old they are: what is left of a file is copied into a new one. The rest of the
    /// journal goes on meanwhile. A crash at any time leaves the journal as it was before or as it is after.
    ///
    /// - Parameters:
    ///   - keep: How long the history of an ended execution is kept.
    ///   - names: How long its name stays taken; at least as long as the history.
    ///   - now: The time, in milliseconds since 1970.
    @discardableResult
    public func compact(
        keepingClosedFor keep: Duration, namesFor names: Duration = namesKept, now: Int64
    ) throws(JournalFault) -> CompactionReport {
        try compaction.withLock { _ throws(JournalFault) in
            try checkWritable()
            let hasNews = raiseCutoffs(history: now - keep.milliseconds, names: now - max(keep, names).milliseconds)
            try moveOnIfWorn()
            var report = CompactionReport()
            while let range = try nextRange() {
                let (before, after) = (range.bytes, try replace(range))
                report.filesReplaced += range.places.count
                report.filesWritten += 1
                report.bytesBefore += before
                report.bytesAfter += after
                // What is deleted in these files may have to stay because an older file speaks of it.
                if after > before / 4 * 3 { break }
            }
            if hasNews, report.filesWritten == 0 {
                let manifest = nextManifest(replacing: nil)
                try writeNewManifest(manifest)
                try install(manifest)
            }
            return report
        }
    }

    private func checkWritable() throws(JournalFault) {
        try writer.withLock { writer throws(JournalFault) in
            if let fault = writer.fault { throw fault }
        }
    }

    /// Hides what is older. True if that is anything.
    private func raiseCutoffs(history: Int64, names: Int64) -> Bool {
        index.withLock { index in
            let (oldHistory, oldNames) = (index.historyCutoff, index.nameCutoff)
            index.historyCutoff = max(oldHistory, history)
            index.nameCutoff = max(oldNames, names)
            return index.table.slots.contains { slot in
                slot.standing == .closed
                    && ((oldHistory..<max(oldHistory, index.historyCutoff)).contains(slot.stopTime)
                        || (oldNames..<max(oldNames, index.nameCutoff)).contains(slot.stopTime))
            }
        }
    }

    /// Leaves the segment that is written if most of it is deleted, so that it can be replaced too.
    private func moveOnIfWorn() throws(JournalFault) {
        try writer.withLock { writer throws(JournalFault) in
            let tally = writer.tally
            let deleted = index.withLock { index in
                tally.touched.reduce(0) { sum, place in
                    let slot = index.table.slots[place]
                    return index.isKept(slot) || slot.newest.log != tally.log ? sum : sum + Int(slot.bytes)
                }
            }
            guard deleted > 0, deleted >= Int(tally.bytes) / 2 else { return }
            try writeOrFail(&writer) { writer throws(JournalFault) in
                try self.moveOn(&writer, room: GroupHeader.size)
                try self.append([], count: 0, .mark, &writer)
            }
        }
        background.wait()
    }

    // MARK: - Which files

    /// Consecutive files to be replaced by one.
    private struct CompactionRange {
        /// Places in the list of files.
        var places: Range<Int>
        var files: [SegmentFile]
        var bytes: Int
    }

    /// A file whose entries are mostly deleted, with those after it as long as at least half of all is deleted, and those before it
    /// that are smaller, so that small files do not pile up.
    private func nextRange() throws(JournalFault) -> CompactionRange? {
        let files = index.withLock { $0.files }
        let sealed = files.prefix { $0.index != nil }
        var sizes: [(bytes: Int, deleted: Int)] = []
        for file in sealed { try sizes.append((Int(file.index?.bytes ?? 0), deletedBytes(in: file))) }
        guard var first = sizes.firstIndex(where: { $0.deleted > 0 && $0.deleted >= $0.bytes / 2 }) else { return nil }
        var (bytes, deleted, end) = (0, 0, first)
        while end < sizes.count, (deleted + sizes[end].deleted) * 2 >= bytes + sizes[end].bytes,
            bytes - deleted < options.largestSegmentSize
        {
            bytes += sizes[end].bytes
            deleted += sizes[end].deleted
            end += 1
        }
        while first > 0, sealed[first - 1].name.isCompacted, sizes[first - 1].bytes <= bytes - deleted,
            bytes - deleted + sizes[first - 1].bytes <= 16 * options.largestSegmentSize
        {
            first -= 1
            bytes += sizes[first].bytes
            deleted += sizes[first].deleted
        }
        return CompactionRange(places: first..<end, files: Array(sealed[first..<end]), bytes: bytes)
    }

    private func deletedBytes(in file: SegmentFile) throws(JournalFault) -> Int {
        let rows = try rows(of: file).rows
        return index.withLock { index in
            rows.reduce(0) { sum, row in
                guard let slot = index.table[row.execution] else { return sum + Int(row.bytes) }
                if index.isKept(slot) { return sum }
                // Of an execution whose name is kept, the entry that says so stays. It is small; half a kilobyte is a guess.
                let isNameHere = index.isNameKept(slot) && row.standing == .closed
                return sum + (isNameHere ? max(0, Int(row.bytes) - 512) : Int(row.bytes))
            }
        }
    }

    private func rows(of file: SegmentFile) throws(JournalFault) -> SegmentIndex {
        let loader = JournalLoader(fileSystem: fileSystem, directory: directory)
        do throws(ReadFault) {
            let (handle, opened) = try loader.open(file.name, identity: index.withLock { $0.identity })
            defer { fileSystem.close(handle) }
            var scanner = opened
            if let (index, _) = try loader.sealedIndex(&scanner, file.name) { return index }
        } catch {
            if case .fault(let fault) = error { throw fault }
        }
        let path = directory + "/" + file.name.fileName
        throw .damaged(JournalDamage(file: path, offset: file.end, reason: "its index cannot be read"))
    }

    // MARK: - Replacing them

    /// Writes what is kept of the files into a new one, and puts it in their place. The size of what is kept.
    private func replace(_ range: CompactionRange) throws(JournalFault) -> Int {
        let manifest = nextManifest(replacing: range.places)
        let name = manifest.files[range.places.lowerBound]
        var output = CompactedFile(fileSystem: fileSystem, directory: directory, name: name, identity: manifest.identity)
        let dropped: [UInt64]
        do throws(JournalFault) {
            dropped = try write(range, to: &output)
            try writeNewManifest(manifest)
        } catch {
            output.discard()
            throw error
        }
        try install(manifest)
        let file = output.file()
        publish(file, output.rows, output.definitions, dropped, instead: range)
        reader.withLock { $0.forgetFiles() }
        for old in range.files { try onDisk { () throws(FileFault) in try fileSystem.remove(directory + "/" + old.name.fileName) } }
        return Int(file.index?.bytes ?? 0)
    }

    /// Copies what is kept. The executions of which nothing is.
    private func write(_ range: CompactionRange, to output: inout CompactedFile) throws(JournalFault) -> [UInt64] {
        var indexes: [SegmentIndex] = []
        for file in range.files { indexes.append(try rows(of: file)) }
        let (kept, dropped) = try survivors(in: indexes, olderFiles: executionsBefore(range.places.lowerBound))
        try output.create()
        var source = EntryReader(fileSystem: fileSystem, directory: directory)
        defer { source.forgetFiles() }
        for (place, index) in indexes.enumerated() {
            for row in index.definitions { try copy(row, from: range.files[place], &source, to: &output) }
        }
        for execution in kept { try copy(execution, range.files, &source, to: &output) }
        try output.finish(covering: indexes)
        return dropped
    }

    /// The executions that files before that place have entries of. If one of those says that an execution began, the one that says
    /// it ended must stay.
    private func executionsBefore(_ place: Int) throws(JournalFault) -> Set<UInt64> {
        var executions: Set<UInt64> = []
        for file in index.withLock({ $0.files.prefix(place) }) { executions.formUnion(try rows(of: file).rows.map(\.execution)) }
        return executions
    }

    /// An execution of which entries are kept.
    private struct Survivor {
        var execution: UInt64
        /// Its last entry in the files that are replaced.
        var last: Position
        /// The last of them that holds its summary, or `none`.
        var summary = Position.none
        var standing = Standing.unknown
        var nameHash: UInt64 = 0
        var stopTime: Int64 = 0
        /// Only the entry with the summary is kept, for its name.
        var isNameOnly = false
    }

    private func survivors(
        in indexes: [SegmentIndex], olderFiles: Set<UInt64>
    ) -> (kept: [Survivor], dropped: [UInt64]) {
        let found = candidates(in: indexes)
        var (kept, dropped): ([Survivor], [UInt64]) = ([], [])
        let executions = found.keys.sorted()
        // In portions, so that whoever commits never waits long for the index.
        for start in stride(from: 0, to: executions.count, by: 4096) {
            index.withLock { index in
                for execution in executions[start..<min(start + 4096, executions.count)] {
                    guard var survivor = found[execution] else { continue }
                    if let slot = index.table[execution], !index.isKept(slot) {
                        let mustStay = index.isNameKept(slot) || olderFiles.contains(execution)
                        survivor.isNameOnly = mustStay && survivor.standing == .closed
                        if !survivor.isNameOnly {
                            dropped.append(execution)
                            continue
                        }
                    }
                    kept.append(survivor)
                }
            }
        }
        return (kept, dropped)
    }

    /// What the files' indexes say about each execution, taken together.
    private func candidates(in indexes: [SegmentIndex]) -> [UInt64: Survivor] {
        var found: [UInt64: Survivor] = [:]
        for (place, index) in indexes.enumerated() {
            // Positions count the range's files from 1 here.
            let log = UInt32(place + 1)
            for row in index.rows {
                let last = Position(log: log, offset: Int(row.last))
                var survivor = found[row.execution] ?? Survivor(execution: row.execution, last: last)
                survivor.last = last
                if row.standing != .unknown {
                    survivor.summary = Position(log: log, offset: Int(row.summary))
                    (survivor.standing, survivor.nameHash, survivor.stopTime) = (row.standing, row.nameHash, row.stopTime)
                }
                found[row.execution] = survivor
            }
        }
        return found
    }

    private func copy(
        _ row: DefinitionRow, from file: SegmentFile, _ source: inout EntryReader, to output: inout CompactedFile
    ) throws(JournalFault) {
        do throws(ReadFault) {
            try output.add(definition: row.hash, source.entry(of: nil, at: Int(row.offset), in: file))
        } catch {
            throw error.fault(in: directory)
        }
    }

    private func copy(
        _ survivor: Survivor, _ files: [SegmentFile], _ source: inout EntryReader, to output: inout CompactedFile
    ) throws(JournalFault) {
        let start = files[Int(survivor.isNameOnly ? survivor.summary.log : survivor.last.log) - 1]
        let offset = survivor.isNameOnly ? survivor.summary.offset : survivor.last.offset
        let summaryFile = survivor.summary == .none ? nil : files[Int(survivor.summary.log) - 1].name
        do throws(ReadFault) {
            // From last to first: only places are kept in memory, and each entry is read again when its turn comes.
            var places: [(offset: Int, file: SegmentFile, holdsSummary: Bool)] = []
            var earlier = Position.none
            if survivor.isNameOnly {
                places = [(offset, start, true)]
            } else {
                let last = Position(log: start.name.last, offset: offset)
                earlier = try source.walk(survivor.execution, from: last, in: files) { _, position, file in
                    let holdsSummary = file.name == summaryFile && position.offset == survivor.summary.offset
                    places.append((position.offset, file, holdsSummary))
                }
            }
            output.begin(survivor.execution, earlier: earlier)
            for place in places.reversed() {
                let entry = try source.entry(of: survivor.execution, at: place.offset, in: place.file)
                try output.add(entry, holdsSummary: place.holdsSummary)
            }
            output.end(survivor.nameHash, survivor.stopTime, survivor.standing, isNameOnly: survivor.isNameOnly)
        } catch {
            throw error.fault(in: directory)
        }
    }

    // MARK: - Making it so

    /// The manifest after the next change: with the present cutoffs, and one file in the place of those.
    private func nextManifest(replacing places: Range<Int>?) -> Manifest {
        index.withLock { index in
            var manifest = Manifest()
            manifest.identity = index.identity
            manifest.generation = index.generation + 1
            manifest.historyCutoff = index.historyCutoff
            manifest.nameCutoff = index.nameCutoff
            // The last file is being written; it and those to come are found by their names.
            manifest.files = index.files.dropLast().map(\.name)
            manifest.firstUnlisted = index.files.last?.name.first ?? 1
            if let places {
                let name = SegmentName(
                    first: manifest.files[places.lowerBound].first, last: manifest.files[places.upperBound - 1].last,
                    generation: manifest.generation)
                manifest.files.replaceSubrange(places, with: [name])
            }
            return manifest
        }
    }

    /// Writes the next manifest beside the present one.
    private func writeNewManifest(_ manifest: Manifest) throws(JournalFault) {
        let path = directory + "/" + Manifest.newFileName
        try onDisk { () throws(FileFault) in
            try fileSystem.remove(path)
            guard let handle = try fileSystem.open(path, for: .create) else { return }
            defer { fileSystem.close(handle) }
            try fileSystem.write(handle, at: 0, manifest.encoded)
            try fileSystem.sync(handle)
        }
    }

    /// Puts the next manifest in place: the moment at which a compaction has happened. If that fails nobody knows which of the two
    /// the medium has, and nothing more is accepted.
    private func install(_ manifest: Manifest) throws(JournalFault) {
        do throws(JournalFault) {
            try onDisk { () throws(FileFault) in
                try fileSystem.rename(directory + "/" + Manifest.newFileName, to: directory + "/" + Manifest.fileName)
                try fileSystem.syncDirectory(directory)
            }
        } catch {
            writer.withLock { $0.fault = $0.fault ?? error }
            throw error
        }
        index.withLock { $0.generation = manifest.generation }
    }

    private func publish(
        _ file: SegmentFile, _ rows: [IndexRow], _ definitions: [DefinitionRow], _ dropped: [UInt64], instead range: CompactionRange
    ) {
        index.withLock { index in
            let logs = file.name.first...file.name.last
            index.files.replaceSubrange(range.places, with: [file])
            for row in rows {
                guard let place = index.table.find(row.execution) else { continue }
                let last = Position(log: file.name.last, offset: Int(row.last))
                if logs.contains(index.table.slots[place].last.log) { index.table.slots[place].last = last }
                if logs.contains(index.table.slots[place].newest.log) { index.table.slots[place].newest = last }
                if logs.contains(index.table.slots[place].summary.log) {
                    index.table.slots[place].summary = Position(log: file.name.last, offset: Int(row.summary))
                }
            }
            for row in definitions { index.definitions[row.hash] = Position(log: file.name.last, offset: Int(row.offset)) }
            for execution in dropped {
                if let slot = index.table[execution], logs.contains(slot.newest.log) { index.table.remove(execution) }
            }
            index.forgetNames()
        }
    }
}

extension ReadFault {
    /// What it means to somebody who holds the lock: nobody else takes files away.
    func fault(in directory: String) -> JournalFault {
        switch self {
        case .fault(let fault): fault
        case .stale: .unsettled(directory: directory)
        }
    }
}

extension Duration {
    /// Whole milliseconds, at most what 64 bits hold.
    var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        return overflow ? (seconds < 0 ? .min / 2 : .max / 2) : product + attoseconds / 1_000_000_000_000_000
    }
}

/// A file being written by compaction: the entries of each execution stand together, in order.
private struct CompactedFile {
    private static let groupSize = 1 << 20

    let fileSystem: any FileSystem
    let directory: String
    let header: SegmentHeader
    private(set) var rows: [IndexRow] = []
    private(set) var definitions: [DefinitionRow] = []
    private var handle: FileHandle?
    private var end = SegmentHeader.size
    private var group = [UInt8](repeating: 0, count: GroupHeader.size)
    private var entryCount: UInt32 = 0
    private var groups: UInt64 = 0
    private var bytes: UInt64 = 0
    private var indexPlace: SegmentFile.IndexPlace?
    private var current = IndexRow(execution: 0, nameHash: 0, stopTime: 0, last: 0, summary: 0, bytes: 0, standing: .unknown)
    private var earlier = Position.none

    init(fileSystem: any FileSystem, directory: String, name: SegmentName, identity: UInt64) {
        self.fileSystem = fileSystem
        self.directory = directory
        header = SegmentHeader(identity: identity, name: name)
    }

    private var path: String { directory + "/" + header.name.fileName }

    mutating func create() throws(JournalFault) {
        let (path, bytes) = (path, header.encoded)
        handle = try onDisk { () throws(FileFault) in
            try fileSystem.remove(path)
            let handle = try fileSystem.open(path, for: .create)
            if let handle { try fileSystem.write(handle, at: 0, bytes) }
            return handle
        }
    }

    /// Adds a definition, once.
    mutating func add(definition hash: String, _ entry: StoredEntry) throws(ReadFault) {
        if definitions.contains(where: { $0.hash == hash }) { return }
        definitions.append(DefinitionRow(hash: hash, offset: UInt32(append(entry, previous: .none))))
        try flushIfFull()
    }

    /// Begins an execution; `earlier` is where its entries before these stand.
    mutating func begin(_ execution: UInt64, earlier: Position) {
        current = IndexRow(execution: execution, nameHash: 0, stopTime: 0, last: 0, summary: 0, bytes: 0, standing: .unknown)
        self.earlier = earlier
    }

    /// Adds an entry of the execution that was begun.
    mutating func add(_ entry: StoredEntry, holdsSummary: Bool) throws(ReadFault) {
        let previous = current.last == 0 ? earlier : Position(log: 0, offset: Int(current.last))
        current.last = UInt32(append(entry, previous: previous))
        if holdsSummary { current.summary = current.last }
        current.bytes = UInt32(clamping: Int(current.bytes) + EntryHeader.size + entry.body.count)
        try flushIfFull()
    }

    mutating func end(_ nameHash: UInt64, _ stopTime: Int64, _ standing: Standing, isNameOnly: Bool) {
        (current.nameHash, current.stopTime, current.standing) = (nameHash, stopTime, standing)
        // What cannot become less does not count when the next compaction looks for what it can save.
        if isNameOnly { current.bytes = 0 }
        rows.append(current)
    }

    /// Writes the index and makes the file durable under its name.
    mutating func finish(covering indexes: [SegmentIndex]) throws(JournalFault) {
        guard let handle, let first = indexes.first, let last = indexes.last else { return }
        let index = SegmentIndex(
            firstGroup: first.firstGroup, lastGroup: last.lastGroup, epoch: last.epoch,
            highestExecution: indexes.map(\.highestExecution).max() ?? 0, bytes: bytes, rows: rows, definitions: definitions)
        indexPlace = try onDisk { () throws(FileFault) in
            if entryCount > 0 { try flush() }
            let segment = SegmentToSeal(handle: handle, name: header.name, seed: header.seed, end: end, index: index)
            let place = try SegmentPreparation.seal(segment, fileSystem, isDurable: true)
            try fileSystem.syncDirectory(directory)
            return place
        }
        fileSystem.close(handle)
        self.handle = nil
    }

    /// Removes what was written.
    mutating func discard() {
        if let handle { fileSystem.close(handle) }
        handle = nil
        try? fileSystem.remove(path)
    }

    func file() -> SegmentFile { SegmentFile(name: header.name, seed: header.seed, end: end, index: indexPlace) }

    /// The offset in the file at which the entry will stand.
    private mutating func append(_ entry: StoredEntry, previous: Position) -> Int {
        let start = group.count
        group.append(number: UInt32(entry.body.count))
        group.append(entry.kind)
        group.append(number: entry.execution)
        group.append(number: UInt64(0))
        group.append(number: UInt32(0))
        group.append(contentsOf: entry.body)
        let seed = header.seed
        group.withUnsafeMutableBytes {
            EntryHeader.complete($0, at: start, length: entry.body.count, previous: previous, seed: seed)
        }
        entryCount += 1
        bytes += UInt64(EntryHeader.size + entry.body.count)
        return end + start
    }

    private mutating func flushIfFull() throws(ReadFault) {
        guard group.count > Self.groupSize else { return }
        do throws(FileFault) { try flush() } catch { throw .fault(.file(error)) }
    }

    private mutating func flush() throws(FileFault) {
        guard let handle else { return }
        let length = group.count - GroupHeader.size
        group.pad(to: Format.aligned(group.count))
        groups += 1
        let seed = header.seed
        let groupHeader = GroupHeader(
            kind: .entries, number: groups, epoch: header.name.generation, synced: groups - 1, count: entryCount,
            length: UInt32(length), bodyChecksum: Checksum.of(group.dropFirst(GroupHeader.size), after: seed))
        group.withUnsafeMutableBytes { groupHeader.store(in: $0, seed: seed) }
        try fileSystem.write(handle, at: end, group)
        end += group.count
        entryCount = 0
        group.removeAll(keepingCapacity: true)
        group.pad(to: GroupHeader.size)
    }
}
