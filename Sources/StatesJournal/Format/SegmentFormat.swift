/// What the file format is made of. `docs/journal.md` shows the bytes.
enum Format {
    /// The format that is written. Files of older formats are read, those of newer ones refused.
    static let version: UInt32 = 2
    /// Groups begin at multiples of this.
    static let alignment = 8

    /// The next multiple of the alignment.
    static func aligned(_ size: Int) -> Int { (size + alignment - 1) & ~(alignment - 1) }
}

/// Why the beginning of a file says nothing.
enum FormatProblem: Error, Equatable {
    /// It is not what was written there.
    case damaged(String)
    /// It has a format that only newer programs know.
    case newer(UInt32)
}

/// Which file holds which part of the log.
struct SegmentName: Sendable, Hashable {
    /// The log numbers it holds: one and the same as it was written, a range after compaction.
    var first: UInt32
    var last: UInt32
    /// The manifest's generation that brought a compacted file; 0 for a segment as it was written.
    var generation: UInt64

    init(log: UInt32) {
        (first, last, generation) = (log, log, 0)
    }

    init(first: UInt32, last: UInt32, generation: UInt64) {
        (self.first, self.last, self.generation) = (first, last, generation)
    }

    /// Whether it replaces segments as they were written.
    var isCompacted: Bool { generation != 0 }

    /// `segment-00000007`, or `compacted-00000001-00000006-3`.
    var fileName: String {
        isCompacted ? "compacted-\(Self.digits(first))-\(Self.digits(last))-\(generation)" : "segment-\(Self.digits(first))"
    }

    /// The name that a file name stands for, or nil for any other file.
    init?(fileName: String) {
        let parts = fileName.split(separator: "-", omittingEmptySubsequences: false)
        switch (parts.first, parts.count) {
        case ("segment", 2):
            guard let log = UInt32(parts[1]) else { return nil }
            self.init(log: log)
        case ("compacted", 4):
            guard let first = UInt32(parts[1]), let last = UInt32(parts[2]), let generation = UInt64(parts[3]) else { return nil }
            self.init(first: first, last: last, generation: generation)
        default: return nil
        }
        guard self.fileName == fileName, first > 0, first <= last, last < .max else { return nil }
    }

    private static func digits(_ number: UInt32) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    }
}

/// The first 64 bytes of a segment.
struct SegmentHeader: Equatable {
    static let size = 64
    private static let magic: UInt64 = 0x0A31_474F_4C57_5453  // "STWLOG1\n"

    /// What all files of a directory have in common, and no other: random.
    var identity: UInt64
    var name: SegmentName

    /// What every checksum in the file starts from: bytes of another directory, or another segment, are not valid here, and
    /// nobody who only provides payloads can write bytes that look like a group.
    var seed: UInt32 {
        var bytes: [UInt8] = []
        bytes.append(number: identity)
        bytes.append(number: name.first)
        bytes.append(number: name.last)
        bytes.append(number: name.generation)
        return Checksum.of(bytes)
    }

    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(number: Self.magic)
        bytes.append(number: Format.version)
        bytes.append(number: UInt32(0))
        bytes.append(number: identity)
        bytes.append(number: name.first)
        bytes.append(number: name.last)
        bytes.append(number: name.generation)
        bytes.pad(to: Self.size - 4)
        bytes.append(number: Checksum.of(bytes))
        return bytes
    }

    init(identity: UInt64, name: SegmentName) {
        self.identity = identity
        self.name = name
    }

    init(_ bytes: [UInt8]) throws(FormatProblem) {
        guard bytes.count >= Self.size, bytes.number(UInt64.self, at: 0) == Self.magic else {
            throw .damaged("it does not begin like a segment")
        }
        let version = bytes.number(UInt32.self, at: 8)
        if version > Format.version { throw .newer(version) }
        guard bytes.number(UInt32.self, at: Self.size - 4) == Checksum.of(bytes.prefix(Self.size - 4)) else {
            throw .damaged("the checksum of its header is wrong")
        }
        identity = bytes.number(UInt64.self, at: 16)
        name = SegmentName(
            first: bytes.number(UInt32.self, at: 24), last: bytes.number(UInt32.self, at: 28),
            generation: bytes.number(UInt64.self, at: 32))
    }
}

/// What precedes a group's entries.
struct GroupHeader: Equatable {
    static let size = 48
    static let magic: UInt32 = 0x5247_5753  // "SWGR"

    /// What a group holds.
    enum Kind: UInt8 {
        /// Entries.
        case entries = 0
        /// The index of a sealed segment.
        case index = 1
        /// Nothing: it declares what came before it synced.
        case mark = 2
    }

    var kind: Kind
    /// 1 for the first group of the log, then counting; 0 for an index.
    var number: UInt64
    /// Which opening of the journal wrote it: never less than that of the group before.
    var epoch: UInt64
    /// The last group that was synced when this one was written.
    var synced: UInt64
    /// How many entries.
    var count: UInt32
    /// The size of the entries, without the zeros that fill up to the alignment.
    var length: UInt32
    /// The checksum of entries and filling.
    var bodyChecksum: UInt32

    /// The size with header and filling.
    var totalSize: Int { Self.size + Format.aligned(Int(length)) }

    /// Writes the header.
    func store(in bytes: UnsafeMutableRawBufferPointer, seed: UInt32) {
        bytes.store(Self.magic, at: 0)
        bytes.store(length, at: 4)
        bytes.store(number, at: 8)
        bytes.store(epoch, at: 16)
        bytes.store(synced, at: 24)
        bytes.store(count, at: 32)
        bytes.store(UInt32(kind.rawValue), at: 36)
        bytes.store(bodyChecksum, at: 40)
        bytes.store(Checksum.of(UnsafeRawBufferPointer(rebasing: bytes[0..<44]), after: seed), at: 44)
    }

    /// The header in these bytes; nil if none was written there.
    init?(_ bytes: UnsafeRawBufferPointer, seed: UInt32) {
        guard bytes.count >= Self.size, bytes.number(UInt32.self, at: 0) == Self.magic,
            bytes.number(UInt32.self, at: 44) == Checksum.of(UnsafeRawBufferPointer(rebasing: bytes[0..<44]), after: seed),
            let code = UInt8(exactly: bytes.number(UInt32.self, at: 36)), let kind = Kind(rawValue: code)
        else { return nil }
        self.kind = kind
        length = bytes.number(UInt32.self, at: 4)
        number = bytes.number(UInt64.self, at: 8)
        epoch = bytes.number(UInt64.self, at: 16)
        synced = bytes.number(UInt64.self, at: 24)
        count = bytes.number(UInt32.self, at: 32)
        bodyChecksum = bytes.number(UInt32.self, at: 40)
    }

    init(kind: Kind, number: UInt64, epoch: UInt64, synced: UInt64, count: UInt32, length: UInt32, bodyChecksum: UInt32) {
        self.kind = kind
        self.number = number
        self.epoch = epoch
        self.synced = synced
        self.count = count
        self.length = length
        self.bodyChecksum = bodyChecksum
    }
}

/// What precedes an entry's body: the frame of `JournalBatch`, with the two fields that the journal fills in.
struct EntryHeader: Equatable {
    static let size = 25
    /// The part that the entry's checksum covers before the body.
    static let checkedSize = 21

    var length: Int
    var kind: UInt8
    var execution: UInt64
    /// The execution's entry before this one.
    var previous: Position
    /// The checksum of the other fields and the body.
    var checksum: UInt32

    @inline(__always)
    init(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        length = Int(bytes.number(UInt32.self, at: offset))
        kind = bytes[offset + 4]
        execution = bytes.number(UInt64.self, at: offset + 5)
        previous = Position(bits: bytes.number(UInt64.self, at: offset + 13))
        checksum = bytes.number(UInt32.self, at: offset + 21)
    }

    /// Sets `previous` and the checksum of the entry that begins at that offset.
    @inline(__always)
    static func complete(_ bytes: UnsafeMutableRawBufferPointer, at offset: Int, length: Int, previous: Position, seed: UInt32) {
        bytes.store(previous.bits, at: offset + 13)
        bytes.store(Self.checksum(UnsafeRawBufferPointer(bytes), at: offset, length: length, seed: seed), at: offset + 21)
    }

    /// What the checksum of the entry at that offset should be.
    @inline(__always)
    static func checksum(_ bytes: UnsafeRawBufferPointer, at offset: Int, length: Int, seed: UInt32) -> UInt32 {
        let start = Checksum.of(UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + checkedSize]), after: seed)
        return Checksum.of(UnsafeRawBufferPointer(rebasing: bytes[offset + size..<offset + size + length]), after: start)
    }
}

/// How an execution stands, as far as a journal cares.
enum Standing: UInt8 {
    /// Nothing says so here.
    case unknown = 0
    /// It began.
    case open = 1
    /// It ended.
    case closed = 2
}

/// What an index says about an execution that has entries in the segment.
struct IndexRow: Equatable {
    static let size = 40

    var execution: UInt64
    var nameHash: UInt64
    /// When it ended, if it ended here.
    var stopTime: Int64
    /// The offset of its last entry here.
    var last: UInt32
    /// The offset of the last entry here that holds its summary, or 0.
    var summary: UInt32
    /// The size of its entries here, at most `UInt32.max`.
    var bytes: UInt32
    /// How it stands after this segment; unknown if it neither began nor ended here.
    var standing: Standing

    func encode(into output: inout [UInt8]) {
        output.append(number: execution)
        output.append(number: nameHash)
        output.append(number: stopTime)
        output.append(number: last)
        output.append(number: summary)
        output.append(number: bytes)
        output.append(number: UInt32(standing.rawValue))
    }

    init?(_ input: UnsafeRawBufferPointer, at offset: Int) {
        guard let code = UInt8(exactly: input.number(UInt32.self, at: offset + 36)), let standing = Standing(rawValue: code) else {
            return nil
        }
        execution = input.number(UInt64.self, at: offset)
        nameHash = input.number(UInt64.self, at: offset + 8)
        stopTime = input.number(Int64.self, at: offset + 16)
        last = input.number(UInt32.self, at: offset + 24)
        summary = input.number(UInt32.self, at: offset + 28)
        bytes = input.number(UInt32.self, at: offset + 32)
        self.standing = standing
    }

    init(
        execution: UInt64, nameHash: UInt64, stopTime: Int64, last: UInt32, summary: UInt32, bytes: UInt32, standing: Standing
    ) {
        self.execution = execution
        self.nameHash = nameHash
        self.stopTime = stopTime
        self.last = last
        self.summary = summary
        self.bytes = bytes
        self.standing = standing
    }
}

/// Where a definition stands in a segment.
struct DefinitionRow: Equatable {
    static let hashSize = 64
    static let size = 72

    var hash: String
    var offset: UInt32
}

/// What a sealed segment ends with, so that opening reads it instead of the entries.
struct SegmentIndex: Equatable {
    static let headerSize = 48

    /// The numbers of the first and the last group.
    var firstGroup: UInt64
    var lastGroup: UInt64
    /// The epoch of the last group.
    var epoch: UInt64
    /// The highest execution number in use when it was written.
    var highestExecution: UInt64
    /// The size of all entries.
    var bytes: UInt64
    /// In the order of execution numbers.
    var rows: [IndexRow]
    var definitions: [DefinitionRow]

    /// The whole group.
    func encodedGroup(seed: UInt32) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(
            GroupHeader.size + Self.headerSize + rows.count * IndexRow.size + definitions.count * DefinitionRow.size)
        output.pad(to: GroupHeader.size)
        output.append(number: firstGroup)
        output.append(number: lastGroup)
        output.append(number: epoch)
        output.append(number: highestExecution)
        output.append(number: bytes)
        output.append(number: UInt32(rows.count))
        output.append(number: UInt32(definitions.count))
        for row in rows { row.encode(into: &output) }
        for definition in definitions {
            output.append(contentsOf: definition.hash.utf8.prefix(DefinitionRow.hashSize))
            output.append(contentsOf: repeatElement(0, count: DefinitionRow.hashSize - min(definition.hash.utf8.count, 64)))
            output.append(number: definition.offset)
            output.append(number: UInt32(0))
        }
        let length = output.count - GroupHeader.size
        output.pad(to: Format.aligned(output.count))
        let header = GroupHeader(
            kind: .index, number: 0, epoch: epoch, synced: lastGroup, count: UInt32(rows.count), length: UInt32(length),
            bodyChecksum: Checksum.of(output.dropFirst(GroupHeader.size), after: seed))
        output.withUnsafeMutableBytes { header.store(in: $0, seed: seed) }
        return output
    }

    /// The index in a group's body; nil if the sizes do not fit together.
    init?(body: UnsafeRawBufferPointer) {
        guard body.count >= Self.headerSize else { return nil }
        let rowCount = Int(body.number(UInt32.self, at: 40))
        let definitionCount = Int(body.number(UInt32.self, at: 44))
        guard body.count == Self.headerSize + rowCount * IndexRow.size + definitionCount * DefinitionRow.size else { return nil }
        firstGroup = body.number(UInt64.self, at: 0)
        lastGroup = body.number(UInt64.self, at: 8)
        epoch = body.number(UInt64.self, at: 16)
        highestExecution = body.number(UInt64.self, at: 24)
        bytes = body.number(UInt64.self, at: 32)
        rows = []
        rows.reserveCapacity(rowCount)
        for number in 0..<rowCount {
            guard let row = IndexRow(body, at: Self.headerSize + number * IndexRow.size) else { return nil }
            rows.append(row)
        }
        definitions = []
        for number in 0..<definitionCount {
            let start = Self.headerSize + rowCount * IndexRow.size + number * DefinitionRow.size
            let hash = body[start..<start + DefinitionRow.hashSize].prefix { $0 != 0 }
            definitions.append(
                DefinitionRow(
                    hash: String(decoding: hash, as: UTF8.self),
                    offset: body.number(UInt32.self, at: start + DefinitionRow.hashSize)))
        }
    }

    init(
        firstGroup: UInt64, lastGroup: UInt64, epoch: UInt64, highestExecution: UInt64, bytes: UInt64, rows: [IndexRow],
        definitions: [DefinitionRow]
    ) {
        self.firstGroup = firstGroup
        self.lastGroup = lastGroup
        self.epoch = epoch
        self.highestExecution = highestExecution
        self.bytes = bytes
        self.rows = rows
        self.definitions = definitions
    }
}

/// The last 24 bytes of a sealed segment: where its index is.
struct SegmentTrailer: Equatable {
    static let size = 24
    private static let magic: UInt64 = 0x0A31_5844_4957_5453  // "STWIDX1\n"

    var indexOffset: UInt32
    var indexSize: UInt32

    func encoded(seed: UInt32) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(number: Self.magic)
        bytes.append(number: indexOffset)
        bytes.append(number: indexSize)
        bytes.append(number: UInt32(0))
        bytes.append(number: Checksum.of(bytes, after: seed))
        return bytes
    }

    init?(_ bytes: [UInt8], seed: UInt32) {
        guard bytes.count == Self.size, bytes.number(UInt64.self, at: 0) == Self.magic,
            bytes.number(UInt32.self, at: 20) == Checksum.of(bytes.prefix(20), after: seed)
        else { return nil }
        indexOffset = bytes.number(UInt32.self, at: 8)
        indexSize = bytes.number(UInt32.self, at: 12)
    }

    init(indexOffset: UInt32, indexSize: UInt32) {
        self.indexOffset = indexOffset
        self.indexSize = indexSize
    }
}
