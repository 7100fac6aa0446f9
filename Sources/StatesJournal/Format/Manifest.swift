/// Which files make up the log, and what is deleted: written by compaction only, and replaced as a whole.
///
/// A directory that was never compacted has none: its log is `segment-00000001` and those that follow.
struct Manifest: Equatable {
    static let fileName = "manifest"
    static let newFileName = "manifest.new"
    private static let headerSize = 56
    private static let rowSize = 16
    private static let magic: UInt64 = 0x0A31_4E41_4D57_5453  // "STWMAN1\n"

    /// One more with every replacement.
    var generation: UInt64 = 0
    /// What every file's header repeats.
    var identity: UInt64 = 0
    /// The history of an execution that ended before this time is deleted. Milliseconds since 1970.
    var historyCutoff = Int64.min
    /// The name of an execution that ended before this time is free again.
    var nameCutoff = Int64.min
    /// The files of the log, in order.
    var files: [SegmentName] = []
    /// The log number of the first segment that is not in `files`: it and those that follow are found by their names.
    var firstUnlisted: UInt32 = 1

    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(number: Self.magic)
        bytes.append(number: Format.version)
        bytes.append(number: UInt32(0))
        bytes.append(number: identity)
        bytes.append(number: generation)
        bytes.append(number: historyCutoff)
        bytes.append(number: nameCutoff)
        bytes.append(number: firstUnlisted)
        bytes.append(number: UInt32(files.count))
        for file in files {
            bytes.append(number: file.first)
            bytes.append(number: file.last)
            bytes.append(number: file.generation)
        }
        bytes.append(number: Checksum.of(bytes))
        return bytes
    }

    init() {}

    init(_ bytes: [UInt8]) throws(FormatProblem) {
        guard bytes.count >= Self.headerSize + 4, bytes.number(UInt64.self, at: 0) == Self.magic else {
            throw .damaged("it does not begin like a manifest")
        }
        let version = bytes.number(UInt32.self, at: 8)
        if version > Format.version { throw .newer(version) }
        let count = Int(bytes.number(UInt32.self, at: 52))
        guard bytes.count == Self.headerSize + count * Self.rowSize + 4,
            bytes.number(UInt32.self, at: bytes.count - 4) == Checksum.of(bytes.dropLast(4))
        else { throw .damaged("its checksum is wrong") }
        identity = bytes.number(UInt64.self, at: 16)
        generation = bytes.number(UInt64.self, at: 24)
        historyCutoff = bytes.number(Int64.self, at: 32)
        nameCutoff = bytes.number(Int64.self, at: 40)
        firstUnlisted = bytes.number(UInt32.self, at: 48)
        files = (0..<count).map { number in
            let offset = Self.headerSize + number * Self.rowSize
            return SegmentName(
                first: bytes.number(UInt32.self, at: offset), last: bytes.number(UInt32.self, at: offset + 4),
                generation: bytes.number(UInt64.self, at: offset + 8))
        }
    }
}
