/// Why an entry could not be read.
enum ReadFault: Error {
    /// The file is not there any more: compaction replaced it, and whoever reads takes the new list of files and starts again.
    case stale
    /// A real one.
    case fault(JournalFault)
}

/// An entry as it stands in a file.
struct StoredEntry {
    var kind: UInt8
    var execution: UInt64
    /// The execution's entry before this one, as written: log number 0 means this same file.
    var previous: Position
    var body: [UInt8]
}

/// Reads single entries, through a cache of blocks so that neighbours cost one read.
struct EntryReader {
    private static let blockSize = 16 << 10
    private static let blockCount = 256
    private static let openFiles = 64

    private let fileSystem: any FileSystem
    private let directory: String
    private var handles: [(name: SegmentName, handle: FileHandle)] = []
    private var blocks: [Block?] = []
    private var scratch: [UInt8] = []

    private struct Block {
        var name: SegmentName
        var number: Int
        /// As many of its bytes as were written when it was read.
        var bytes: [UInt8]
    }

    init(fileSystem: any FileSystem, directory: String) {
        self.fileSystem = fileSystem
        self.directory = directory
    }

    /// The execution's entry at that offset, verified; any execution's if none is named.
    mutating func entry(of execution: UInt64?, at offset: Int, in file: SegmentFile) throws(ReadFault) -> StoredEntry {
        let touched = execution.map { [$0] } ?? []
        guard offset >= SegmentHeader.size, offset + EntryHeader.size <= file.end else {
            throw damage(file, offset, "an entry should be here, and the file is too short", touched)
        }
        let header = try withBytes(of: file, at: offset, count: EntryHeader.size) { EntryHeader($0, at: 0) }
        guard header.length <= file.end - offset - EntryHeader.size else {
            throw damage(file, offset, "an entry's length leads beyond the end", touched)
        }
        let entry: StoredEntry? = try withBytes(of: file, at: offset, count: EntryHeader.size + header.length) { bytes in
            guard EntryHeader.checksum(bytes, at: 0, length: header.length, seed: file.seed) == header.checksum else { return nil }
            return StoredEntry(
                kind: header.kind, execution: header.execution, previous: header.previous, body: [UInt8](bytes[EntryHeader.size...])
            )
        }
        guard let entry else { throw damage(file, offset, "an entry's checksum is wrong", touched) }
        if let execution, entry.execution != execution {
            throw damage(file, offset, "an entry of execution \(execution) should be here", touched)
        }
        return entry
    }

    /// What the file's index says about an execution, or nil. Only for files that have one.
    mutating func row(of execution: UInt64, in file: SegmentFile) throws(ReadFault) -> IndexRow? {
        guard let index = file.index else { return nil }
        var whole = file
        whole.end = .max
        var (low, high) = (0, index.rowCount)
        while low < high {
            let middle = (low + high) / 2
            let offset = index.offset + GroupHeader.size + SegmentIndex.headerSize + middle * IndexRow.size
            let row = try withBytes(of: whole, at: offset, count: IndexRow.size) { IndexRow($0, at: 0) }
            guard let row else { throw damage(file, offset, "its index is not as it was written") }
            if row.execution == execution { return row }
            if row.execution < execution { low = middle + 1 } else { high = middle }
        }
        return nil
    }

    /// Walks from an execution's entry to its first, showing each, and ends where `show` says so or where it leaves `files`.
    ///
    /// - Returns: where the chain went on, as written in the last entry that was shown.
    mutating func walk(
        _ execution: UInt64, from start: Position, in files: [SegmentFile],
        _ show: (StoredEntry, Position, SegmentFile) -> Void
    ) throws(ReadFault) -> Position {
        guard var place = files.place(holding: start.log) else { return start }
        var offset = start.offset
        while true {
            let file = files[place]
            let entry = try entry(of: execution, at: offset, in: file)
            show(entry, Position(log: file.name.last, offset: offset), file)
            let previous = entry.previous
            if previous == .none { return previous }
            if previous.log == 0 {
                guard previous.offset < offset else {
                    throw damage(file, offset, "the way to the execution's earlier entries leads forward", [execution])
                }
                offset = previous.offset
                continue
            }
            guard previous.log < file.name.first, let earlier = files.place(holding: previous.log) else { return previous }
            guard let target = try target(of: previous, for: execution, in: files[earlier]) else {
                throw damage(file, offset, "the execution's earlier entries are not where this entry says", [execution])
            }
            (place, offset) = (earlier, target)
        }
    }

    /// Where an entry of a later file points to in this one. A compacted file keeps executions apart, so its index knows.
    private mutating func target(of pointer: Position, for execution: UInt64, in file: SegmentFile) throws(ReadFault) -> Int? {
        if !file.name.isCompacted { return pointer.offset }
        return try row(of: execution, in: file).map { Int($0.last) }
    }

    /// Forgets all files, because other ones took their place.
    mutating func forgetFiles() {
        for (_, handle) in handles { fileSystem.close(handle) }
        handles = []
        blocks = []
    }

    // MARK: - Blocks

    private mutating func withBytes<Answer>(
        of file: SegmentFile, at offset: Int, count: Int, _ body: (UnsafeRawBufferPointer) -> Answer
    ) throws(ReadFault) -> Answer {
        let number = offset / Self.blockSize
        let start = offset - number * Self.blockSize
        if start + count <= Self.blockSize {
            let slot = try load(number, of: file, upTo: start + count)
            guard let bytes = blocks[slot]?.bytes, bytes.count >= start + count else { throw tooShort(file, offset) }
            return bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[start..<start + count])) }
        }
        let handle = try open(file)
        scratch = try reading { () throws(FileFault) in try fileSystem.read(handle, at: offset, count: count) }
        guard scratch.count == count else { throw tooShort(file, offset) }
        return scratch.withUnsafeBytes(body)
    }

    private mutating func load(_ number: Int, of file: SegmentFile, upTo needed: Int) throws(ReadFault) -> Int {
        if blocks.isEmpty { blocks = Array(repeating: nil, count: Self.blockCount) }
        let slot = Int((UInt(file.name.first) &* 0x9E37_79B1 &+ UInt(number)) % UInt(Self.blockCount))
        if let block = blocks[slot], block.name == file.name, block.number == number, block.bytes.count >= needed { return slot }
        let start = number * Self.blockSize
        let handle = try open(file)
        let bytes = try reading { () throws(FileFault) in
            // Beyond `end` there may be bytes on their way to the medium: they are not for anybody's eyes, and will change.
            try fileSystem.read(handle, at: start, count: min(Self.blockSize, file.end - start))
        }
        blocks[slot] = Block(name: file.name, number: number, bytes: bytes)
        return slot
    }

    private func reading<Answer>(_ body: () throws(FileFault) -> Answer) throws(ReadFault) -> Answer {
        do throws(FileFault) { return try body() } catch { throw .fault(.file(error)) }
    }

    private mutating func open(_ file: SegmentFile) throws(ReadFault) -> FileHandle {
        if let known = handles.first(where: { $0.name == file.name }) { return known.handle }
        let path = directory + "/" + file.name.fileName
        guard let handle = try reading({ () throws(FileFault) in try fileSystem.open(path, for: .read) }) else { throw .stale }
        if handles.count >= Self.openFiles { fileSystem.close(handles.removeFirst().handle) }
        handles.append((file.name, handle))
        return handle
    }

    private func tooShort(_ file: SegmentFile, _ offset: Int) -> ReadFault {
        damage(file, offset, "the file is shorter than it was")
    }

    private func damage(_ file: SegmentFile, _ offset: Int, _ reason: String, _ executions: [UInt64] = []) -> ReadFault {
        let path = directory + "/" + file.name.fileName
        return .fault(.damaged(JournalDamage(file: path, offset: offset, executions: executions, reason: reason)))
    }
}
