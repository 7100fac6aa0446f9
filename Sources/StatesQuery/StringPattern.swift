/// The pattern of a Choice rule's `StringMatches`: `*` stands for any text, even none.
///
/// `\*` is a star and `\\` a backslash; another escape, or a backslash at the end, is refused (asl.md section 9).
public struct StringPattern: Sendable {
    /// The pattern as it was written.
    public let text: String
    /// The literal parts, at least one, with a star between each two.
    private let parts: [[UInt8]]

    /// Reads a pattern.
    public init(_ text: String) throws(QuerySyntaxError) {
        var parts: [[UInt8]] = [[]]
        var isEscaped = false
        for (offset, byte) in text.utf8.enumerated() {
            if isEscaped {
                guard byte == .star || byte == .backslash else {
                    throw QuerySyntaxError("a backslash stands only before a star or a backslash", offset: offset - 1)
                }
                parts[parts.count - 1].append(byte)
                isEscaped = false
            } else if byte == .backslash {
                isEscaped = true
            } else if byte == .star {
                // Several stars in a row mean what one means.
                if parts.count == 1 || !parts[parts.count - 1].isEmpty { parts.append([]) }
            } else {
                parts[parts.count - 1].append(byte)
            }
        }
        if isEscaped { throw QuerySyntaxError("a backslash at the end escapes nothing", offset: text.utf8.count - 1) }
        self.text = text
        self.parts = parts
    }

    /// Whether the whole text matches. The time is at most the product of both lengths.
    public func matches(_ text: String) -> Bool {
        matches(Array(text.utf8))
    }

    private func matches(_ text: [UInt8]) -> Bool {
        let first = parts[0]
        let last = parts[parts.count - 1]
        if parts.count == 1 { return text.count == first.count && starts(text, 0, first) }
        guard text.count >= first.count + last.count, starts(text, 0, first) else { return false }
        let end = text.count - last.count
        guard starts(text, end, last) else { return false }
        // Between both ends, the leftmost place of each part leaves the most for those that follow.
        var at = first.count
        for part in parts[1..<(parts.count - 1)] {
            while at + part.count <= end, !starts(text, at, part) { at += 1 }
            guard at + part.count <= end else { return false }
            at += part.count
        }
        return true
    }

    private func starts(_ text: [UInt8], _ at: Int, _ part: [UInt8]) -> Bool {
        var offset = 0
        while offset < part.count {
            if text[at + offset] != part[offset] { return false }
            offset += 1
        }
        return true
    }
}
