/// A text with a name, which knows its lines.
public struct SourceText: Sendable {
    /// The text.
    public let text: String
    /// What the text is called in messages, usually its file's path.
    public let name: String
    /// The byte each line begins with.
    private let lineStarts: [Int]
    /// How many scalars stand before every 512th byte, so that a column in a long line costs no walk over the line.
    private let scalarMarks: [Int]

    private static let markDistance = 512

    /// A text and its name.
    public init(_ text: String, name: String) {
        var text = text
        text.makeContiguousUTF8()
        self.text = text
        self.name = name
        (lineStarts, scalarMarks) = text.withUTF8(Self.index)
    }

    /// A text given as bytes. What is not UTF-8 becomes U+FFFD; up to there offsets into the bytes are offsets into the text.
    public init(_ bytes: [UInt8], name: String) { self.init(String(decoding: bytes, as: UTF8.self), name: name) }

    /// The number of lines; a line feed, a carriage return or both together end one.
    public var lineCount: Int { lineStarts.count }

    /// The line and the column of a byte, both counted from 1, columns in Unicode scalars. Offsets outside the text mean its nearest end.
    public func position(of offset: Int) -> (line: Int, column: Int) {
        let offset = min(max(offset, 0), text.utf8.count)
        let line = lineNumber(of: offset)
        return (line, scalarCount(before: offset) - scalarCount(before: lineStarts[line - 1]) + 1)
    }

    /// The text of a line, counted from 1, without what ends it; empty if there is no such line.
    public func lineText(_ line: Int) -> String {
        guard lineStarts.indices.contains(line - 1) else { return "" }
        let utf8 = text.utf8
        var end = line < lineStarts.count ? lineStarts[line] : utf8.count
        let start = lineStarts[line - 1]
        func byte(_ offset: Int) -> UInt8 { utf8[utf8.index(utf8.startIndex, offsetBy: offset)] }
        if end > start, byte(end - 1) == 0x0A { end -= 1 }
        if end > start, byte(end - 1) == 0x0D { end -= 1 }
        let from = utf8.index(utf8.startIndex, offsetBy: start)
        return String(text[from..<utf8.index(from, offsetBy: end - start)])
    }

    private func lineNumber(of offset: Int) -> Int {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return low + 1
    }

    private func scalarCount(before offset: Int) -> Int {
        let mark = offset / Self.markDistance
        let utf8 = text.utf8
        let from = utf8.index(utf8.startIndex, offsetBy: mark * Self.markDistance)
        let bytes = utf8[from..<utf8.index(from, offsetBy: offset - mark * Self.markDistance)]
        return bytes.reduce(scalarMarks[mark]) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
    }

    private static func index(_ bytes: UnsafeBufferPointer<UInt8>) -> (lineStarts: [Int], scalarMarks: [Int]) {
        var starts = [0]
        var marks: [Int] = []
        var scalars = 0
        for at in 0..<bytes.count {
            if at % markDistance == 0 { marks.append(scalars) }
            let byte = bytes[at]
            if byte & 0xC0 != 0x80 { scalars += 1 }
            if byte == 0x0A || byte == 0x0D && !(at + 1 < bytes.count && bytes[at + 1] == 0x0A) { starts.append(at + 1) }
        }
        if bytes.count % markDistance == 0 { marks.append(scalars) }
        return (starts, marks)
    }
}
