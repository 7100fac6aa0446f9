public import StatesRuntime
import Synchronization

/// A segment that may be written: created, filled with zeros and synced.
struct PreparedSegment: Sendable {
    var handle: FileHandle
    var log: UInt32
    var seed: UInt32
    /// The file's size.
    var capacity: Int
}

/// A segment to which nothing is added any more, and the index it shall end with.
struct SegmentToSeal: Sendable {
    var handle: FileHandle
    var name: SegmentName
    var seed: UInt32
    /// Where its groups end.
    var end: Int
    var index: SegmentIndex
}

/// What background work hands back.
struct BackgroundResults: Sendable {
    var prepared: Result<PreparedSegment, JournalFault>?
    var fault: JournalFault?
}

/// Where the next group goes.
struct LogWriter: Sendable {
    /// Why nothing is accepted; nil while all is well.
    var fault: JournalFault?
    /// The open lock file.
    var lock: FileHandle?
    /// The segment that is written; nil for a reader.
    var segment: PreparedSegment?
    /// Where the next group begins.
    var end = SegmentHeader.size
    var nextGroup: UInt64 = 1
    var epoch: UInt64 = 0
    /// The last group known to be synced.
    var synced: UInt64 = 0
    var tally = SegmentTally(log: 1, firstGroup: 1)
    /// The segment after this one, if it is ready.
    var next: PreparedSegment?
    /// Whether the segment after this one is being made ready.
    var isPreparing = false
    /// The segment before this one, until its sealing begins.
    var toSeal: SegmentToSeal?

    // Kept from group to group, so that a commit allocates nothing.
    var buffer: [UInt8] = []
    var touched: [Int] = []
    var notes: [Note] = []

    /// An entry of the group being written that says more than a record.
    struct Note: Sendable {
        var kind: EntryKind?
        var execution: UInt64
        var place: Int
        /// Of its frame in the buffer.
        var offset: Int
        var length: Int
    }

    /// Closes all files, which releases the lock.
    mutating func closeFiles(_ fileSystem: any FileSystem) {
        for handle in [segment?.handle, next?.handle, toSeal?.handle, lock] {
            if let handle { fileSystem.close(handle) }
        }
        (segment, next, toSeal, lock) = (nil, nil, nil, nil)
    }
}

extension DirectoryJournal {
    /// The most bytes that can become durable together.
    static let largestGroup = 1 << 30
    /// A buffer that has grown beyond this is given back.
    private static let keptBuffer = 16 << 20

    /// Makes the entries durable as one group, all or none, before it returns. After a failure nothing more is accepted: every later
    /// call throws the same fault.
    public func commit(_ batch: JournalBatch) throws(JournalFault) {
        guard !batch.isEmpty else { return }
        try writer.withLock { writer throws(JournalFault) in
            try writeOrFail(&writer) { writer throws(JournalFault) in
                try self.append(batch.bytes, count: batch.count, .entries, &writer)
            }
        }
    }

    /// Writes; what fails is remembered and fails ever after, because nobody knows what the medium has.
    func writeOrFail(
        _ writer: inout LogWriter, _ body: (inout LogWriter) throws(JournalFault) -> Void
    ) throws(JournalFault) {
        if writer.fault == nil { writer.fault = backgroundResults.withLock { $0.fault } }
        if let fault = writer.fault { throw fault }
        do throws(JournalFault) {
            try body(&writer)
        } catch {
            if case .tooLarge = error { throw error }
            writer.fault = error
            throw error
        }
    }

    /// Writes one group and returns when it is durable.
    func append(_ bytes: [UInt8], count: Int, _ kind: GroupHeader.Kind, _ writer: inout LogWriter) throws(JournalFault) {
        if bytes.count > Self.largestGroup { throw .tooLarge(bytes: bytes.count, limit: Self.largestGroup) }
        let size = GroupHeader.size + Format.aligned(bytes.count)
        if let segment = writer.segment, writer.end + size > segment.capacity { try moveOn(&writer, room: size) }
        guard let segment = writer.segment else { throw .readOnly(directory: directory) }
        var buffer: [UInt8] = []
        swap(&buffer, &writer.buffer)
        defer { swap(&buffer, &writer.buffer) }
        fill(&buffer, with: bytes, size: size)
        link(&buffer, bytes.count, segment, &writer)
        complete(&buffer, bytes.count, count, kind, segment, writer)
        try onDisk { () throws(FileFault) in
            try fileSystem.write(segment.handle, at: writer.end, buffer)
            if options.isDurable { try fileSystem.sync(segment.handle) }
        }
        publish(buffer, size, &writer)
        if buffer.capacity > Self.keptBuffer { buffer = [] }
        workBeside(&writer)
    }

    private func fill(_ buffer: inout [UInt8], with bytes: [UInt8], size: Int) {
        buffer.removeAll(keepingCapacity: true)
        buffer.reserveCapacity(size)
        buffer.pad(to: GroupHeader.size)
        buffer.append(contentsOf: bytes)
        buffer.pad(to: size)
    }

    /// Notes in each entry where its execution's previous one stands, and its checksum.
    private func link(_ buffer: inout [UInt8], _ length: Int, _ segment: PreparedSegment, _ writer: inout LogWriter) {
        writer.touched.removeAll(keepingCapacity: true)
        writer.notes.removeAll(keepingCapacity: true)
        let start = Position(log: segment.log, offset: writer.end)
        let groupEnd = GroupHeader.size + length
        index.withLock { index in
            buffer.withUnsafeMutableBytes { bytes in
                var offset = GroupHeader.size
                while offset < groupEnd {
                    precondition(groupEnd - offset >= EntryHeader.size, "a batch holds whole entries")
                    let entry = EntryHeader(UnsafeRawBufferPointer(bytes), at: offset)
                    precondition(groupEnd - offset - EntryHeader.size >= entry.length, "a batch holds whole entries")
                    let kind = EntryKind(rawValue: entry.kind)
                    let size = EntryHeader.size + entry.length
                    var (place, previous) = (0, Position.none)
                    if kind != .definition {
                        let position = Position(log: segment.log, offset: writer.end + offset)
                        (place, previous) = index.touch(entry.execution, at: position, size: size, tally: &writer.tally)
                        if previous < start { writer.touched.append(place) }
                        if previous.log == segment.log { previous = Position(log: 0, offset: previous.offset) }
                    }
                    if kind != .record {
                        writer.notes.append(
                            LogWriter.Note(
                                kind: kind, execution: entry.execution, place: place, offset: offset, length: entry.length))
                    }
                    EntryHeader.complete(bytes, at: offset, length: entry.length, previous: previous, seed: segment.seed)
                    offset += size
                }
            }
        }
        writer.tally.bytes += UInt64(length)
    }

    private func complete(
        _ buffer: inout [UInt8], _ length: Int, _ count: Int, _ kind: GroupHeader.Kind, _ segment: PreparedSegment,
        _ writer: LogWriter
    ) {
        buffer.withUnsafeMutableBytes { bytes in
            let body = UnsafeRawBufferPointer(rebasing: bytes[GroupHeader.size...])
            let header = GroupHeader(
                kind: kind, number: writer.nextGroup, epoch: writer.epoch, synced: writer.synced, count: UInt32(count),
                length: UInt32(length), bodyChecksum: Checksum.of(body, after: segment.seed))
            header.store(in: bytes, seed: segment.seed)
        }
    }

    /// Lets readers see what is durable now.
    private func publish(_ buffer: [UInt8], _ size: Int, _ writer: inout LogWriter) {
        let start = writer.end
        let log = writer.tally.log
        index.withLock { index in
            for place in writer.touched { index.table.slots[place].last = index.table.slots[place].newest }
            buffer.withUnsafeBytes { bytes in
                for note in writer.notes {
                    let bodyStart = note.offset + EntryHeader.size
                    let body = UnsafeRawBufferPointer(rebasing: bytes[bodyStart..<bodyStart + note.length])
                    let position = Position(log: log, offset: start + note.offset)
                    if note.kind == .definition {
                        index.note(definition: body, at: position, tally: &writer.tally)
                    } else {
                        index.note(note.kind, body, of: note.execution, note.place, at: position)
                    }
                }
            }
            index.files[index.files.count - 1].end = start + size
        }
        writer.end += size
        if options.isDurable { writer.synced = writer.nextGroup }
        writer.nextGroup += 1
    }

    // MARK: - From segment to segment

    /// Goes on in the next segment, which has room for that many bytes.
    func moveOn(_ writer: inout LogWriter, room: Int) throws(JournalFault) {
        guard let segment = writer.segment else { return }
        var next = try takeNext(&writer, after: segment.log)
        let needed = SegmentHeader.size + room
        if next.capacity < needed {
            try onDisk { () throws(FileFault) in
                try fileSystem.writeZeros(next.handle, from: next.capacity, to: needed)
                try fileSystem.sync(next.handle)
            }
            next.capacity = needed
        }
        let name = SegmentName(log: next.log)
        let sealed = index.withLock { index in
            index.files.append(SegmentFile(name: name, seed: next.seed, end: SegmentHeader.size))
            return index.index(of: writer.tally, lastGroup: writer.nextGroup - 1, epoch: writer.epoch)
        }
        writer.toSeal = SegmentToSeal(
            handle: segment.handle, name: SegmentName(log: segment.log), seed: segment.seed, end: writer.end, index: sealed)
        writer.segment = next
        writer.end = SegmentHeader.size
        writer.tally = SegmentTally(log: next.log, firstGroup: writer.nextGroup)
    }

    private func takeNext(_ writer: inout LogWriter, after log: UInt32) throws(JournalFault) -> PreparedSegment {
        if writer.isPreparing {
            background.wait()
            writer.isPreparing = false
            if case .success(let prepared) = backgroundResults.withLock({ $0.prepared.take() }) { writer.next = prepared }
        }
        if let next = writer.next {
            writer.next = nil
            return next
        }
        return try preparation.prepare(log + 1)
    }

    /// Seals the segment before this one, and makes the next one ready when half of this one is full.
    private func workBeside(_ writer: inout LogWriter) {
        if let segment = writer.toSeal {
            writer.toSeal = nil
            background.start { self.seal(segment) }
        }
        guard let segment = writer.segment, writer.next == nil, !writer.isPreparing, writer.end > segment.capacity / 2 else {
            return
        }
        writer.isPreparing = true
        let preparation = preparation
        background.start {
            let result = Result { () throws(JournalFault) in try preparation.prepare(segment.log + 1) }
            self.backgroundResults.withLock { $0.prepared = result }
        }
    }

    private var preparation: SegmentPreparation {
        SegmentPreparation(
            fileSystem: fileSystem, directory: directory, options: options, identity: index.withLock { $0.identity })
    }

    private func seal(_ segment: SegmentToSeal) {
        defer { fileSystem.close(segment.handle) }
        do throws(JournalFault) {
            let place = try onDisk { () throws(FileFault) in
                try SegmentPreparation.seal(segment, fileSystem, isDurable: options.isDurable)
            }
            index.withLock { index in
                if let file = index.files.firstIndex(where: { $0.name == segment.name }) { index.files[file].index = place }
            }
        } catch {
            // Without room for an index the entries are still where they were. Opening the journal reads them, and tries again.
            if case .file(let fault) = error, fault.isDiskFull { return }
            backgroundResults.withLock { $0.fault = error }
        }
    }

    // MARK: - The end

    /// Closes files and releases the lock. Further commits fail; reading goes on.
    public func close() throws(JournalFault) {
        // A compaction under way ends first: it must not go on without the lock.
        compaction.withLock { _ in
            writer.withLock { writer in
                background.wait()
                if case .success(let prepared) = backgroundResults.withLock({ $0.prepared.take() }) { writer.next = prepared }
                if writer.fault == nil {
                    declareSynced(&writer)
                    writer.fault = .closed(directory: directory)
                }
                writer.closeFiles(fileSystem)
            }
        }
        reader.withLock { $0.forgetFiles() }
    }

    /// Says in a group of its own that the last group is synced, so that its damage would be noticed. Nothing depends on this
    /// group: it is not synced, and a failure is no fault.
    private func declareSynced(_ writer: inout LogWriter) {
        guard let segment = writer.segment, options.isDurable, writer.synced > 0, writer.end > SegmentHeader.size,
            writer.end + GroupHeader.size <= segment.capacity
        else { return }
        var mark = [UInt8](repeating: 0, count: GroupHeader.size)
        complete(&mark, 0, 0, .mark, segment, writer)
        try? fileSystem.write(segment.handle, at: writer.end, mark)
    }
}

/// Makes segments ready to be written, and writes the index of those that are full.
struct SegmentPreparation: Sendable {
    let fileSystem: any FileSystem
    let directory: String
    let options: DirectoryJournal.Options
    let identity: UInt64

    /// Creates the segment with that log number. It has its name only when it is complete and synced.
    func prepare(_ log: UInt32) throws(JournalFault) -> PreparedSegment {
        let header = SegmentHeader(identity: identity, name: SegmentName(log: log))
        let path = directory + "/" + header.name.fileName
        let capacity = size(of: log)
        let handle = try onDisk { () throws(FileFault) in
            try fileSystem.remove(path + ".new")
            return try fileSystem.open(path + ".new", for: .create)
        }
        guard let handle else { throw .file(FileFault(operation: "create", path: path, code: FileFault.Code.noEntry)) }
        do throws(FileFault) {
            try fileSystem.write(handle, at: 0, header.encoded)
            try fileSystem.writeZeros(handle, from: SegmentHeader.size, to: capacity)
            try fileSystem.sync(handle)
            try fileSystem.rename(path + ".new", to: path)
            try fileSystem.syncDirectory(directory)
        } catch {
            fileSystem.close(handle)
            try? fileSystem.remove(path + ".new")
            throw .file(error)
        }
        return PreparedSegment(handle: handle, log: log, seed: header.seed, capacity: capacity)
    }

    private func size(of log: UInt32) -> Int {
        let doublings = min(Int(log) - 1, 40)
        let (size, overflow) = options.firstSegmentSize.multipliedReportingOverflow(by: 1 << doublings)
        return overflow ? options.largestSegmentSize : min(size, max(options.firstSegmentSize, options.largestSegmentSize))
    }

    /// Writes a segment's index after its groups, and at the end of the file where that is.
    static func seal(
        _ segment: SegmentToSeal, _ fileSystem: any FileSystem, isDurable: Bool
    ) throws(FileFault) -> SegmentFile.IndexPlace {
        // An index says that the groups before it are on the medium.
        if !isDurable { try fileSystem.sync(segment.handle) }
        let group = segment.index.encodedGroup(seed: segment.seed)
        try fileSystem.write(segment.handle, at: segment.end, group)
        let trailer = SegmentTrailer(indexOffset: UInt32(segment.end), indexSize: UInt32(group.count))
        let size = try fileSystem.size(of: segment.handle)
        let trailerStart = max(segment.end + group.count, size - SegmentTrailer.size)
        try fileSystem.write(segment.handle, at: trailerStart, trailer.encoded(seed: segment.seed))
        if isDurable { try fileSystem.sync(segment.handle) }
        return SegmentFile.IndexPlace(
            offset: segment.end, rowCount: segment.index.rows.count, firstGroup: segment.index.firstGroup,
            lastGroup: segment.index.lastGroup, epoch: segment.index.epoch, bytes: segment.index.bytes)
    }
}
