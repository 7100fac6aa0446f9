/// Reads a file's groups one after the other, through a window of its bytes.
struct GroupScanner {
    private static let windowSize = 1 << 20

    private let fileSystem: any FileSystem
    private let handle: FileHandle
    /// What the checksums start from.
    let seed: UInt32
    /// The file's size.
    let size: Int
    private var window: [UInt8] = []
    private var windowStart = 0

    init(fileSystem: any FileSystem, handle: FileHandle, seed: UInt32) throws(FileFault) {
        self.fileSystem = fileSystem
        self.handle = handle
        self.seed = seed
        size = try fileSystem.size(of: handle)
    }

    /// The group header at that offset, or nil if there is none.
    mutating func header(at offset: Int) throws(FileFault) -> GroupHeader? {
        try withBytes(at: offset, count: GroupHeader.size) { [seed] in GroupHeader($0, seed: seed) }.flatMap { $0 }
    }

    /// Shows the body of the group with that header; nil if it is not the body that was written.
    mutating func withBody<Answer>(
        of header: GroupHeader, at offset: Int, _ body: (UnsafeRawBufferPointer) -> Answer
    ) throws(FileFault) -> Answer? {
        let padded = Format.aligned(Int(header.length))
        return try withBytes(at: offset + GroupHeader.size, count: padded) { [seed] bytes -> Answer? in
            guard Checksum.of(bytes, after: seed) == header.bodyChecksum else { return nil }
            return body(UnsafeRawBufferPointer(rebasing: bytes[..<Int(header.length)]))
        }.flatMap { $0 }
    }

    /// Shows the bytes of a range, as far as the file goes.
    mutating func withRest<Answer>(
        from offset: Int, to end: Int, _ body: (UnsafeRawBufferPointer) -> Answer
    ) throws(FileFault) -> Answer? {
        try withBytes(at: offset, count: max(0, min(end, size) - offset), body)
    }

    /// The first group header from that offset on that satisfies the predicate, with its offset.
    mutating func nextHeader(from start: Int, where matches: (GroupHeader) -> Bool) throws(FileFault) -> (offset: Int, GroupHeader)?
    {
        var offset = Format.aligned(start)
        while try withBytes(at: offset, count: GroupHeader.size, { _ in true }) == true {
            let available = windowStart + window.count - offset
            let found = try withBytes(at: offset, count: available) { Self.firstMagic(in: $0) }.flatMap { $0 }
            guard let found else {
                // The last bytes of the window may be the beginning of a header.
                offset += (available - GroupHeader.size) / Format.alignment * Format.alignment + Format.alignment
                continue
            }
            offset += found
            if let header = try header(at: offset), matches(header) { return (offset, header) }
            offset += Format.alignment
        }
        return nil
    }

    /// The end of what is not zero, from that offset on; the offset itself if all is zero.
    mutating func endOfContent(from start: Int) throws(FileFault) -> Int {
        var (offset, end) = (start, start)
        while offset < size {
            let count = min(Self.windowSize, size - offset)
            let last = try withBytes(at: offset, count: count) { Self.lastNonzero(in: $0) }
            if let last = last.flatMap({ $0 }) { end = offset + last + 1 }
            offset += count
        }
        return end
    }

    /// Reads anew what is asked for next: a writer may have gone on.
    mutating func forget() {
        window = []
    }

    private mutating func withBytes<Answer>(
        at offset: Int, count: Int, _ body: (UnsafeRawBufferPointer) -> Answer
    ) throws(FileFault) -> Answer? {
        guard offset >= 0, count >= 0, offset + count <= size else { return nil }
        if offset < windowStart || offset + count > windowStart + window.count {
            window = try fileSystem.read(handle, at: offset, count: min(max(count, Self.windowSize), size - offset))
            windowStart = offset
            guard window.count >= count else { return nil }
        }
        let start = offset - windowStart
        return window.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[start..<start + count])) }
    }

    private static func firstMagic(in bytes: UnsafeRawBufferPointer) -> Int? {
        var offset = 0
        while offset + GroupHeader.size <= bytes.count {
            if bytes.number(UInt32.self, at: offset) == GroupHeader.magic { return offset }
            offset += Format.alignment
        }
        return nil
    }

    private static func lastNonzero(in bytes: UnsafeRawBufferPointer) -> Int? {
        var end = bytes.count
        while end >= 8, bytes.number(UInt64.self, at: end - 8) == 0 { end -= 8 }
        while end > 0, bytes[end - 1] == 0 { end -= 1 }
        return end > 0 ? end - 1 : nil
    }
}
