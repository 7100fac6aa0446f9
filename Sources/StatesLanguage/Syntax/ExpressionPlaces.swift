import StatesJSON

/// Finds where a part of a text stands in the definition that the text was read from.
///
/// Between the two lie the escapes of JSON strings and what YAML does to line ends and indentation. The text is laid beside
/// its source: white space may differ, everything else must be equal once escapes are read. Where the two do not match - a
/// substitution has replaced a symbol, say - there are no places inside, and the whole stands for each part.
struct ExpressionPlaces {
    private let whole: SourceRange
    /// For each byte of the text the first byte of its source; one more for the end. Empty if text and source do not match.
    private var starts: [Int] = []
    /// One past the source of each byte.
    private var ends: [Int] = []

    /// Lays a text beside the source it was read from.
    init(of text: String, at range: SourceRange, in source: SourceText) {
        whole = range
        let all = source.text.utf8
        guard range.lowerBound >= 0, range.upperBound <= all.count, range.lowerBound < range.upperBound else { return }
        let from = all.index(all.startIndex, offsetBy: range.lowerBound)
        let written = Array(all[from..<all.index(from, offsetBy: range.upperBound - range.lowerBound)])
        var alignment = Alignment(written, Array(text.utf8))
        guard alignment.run() else { return }
        starts = alignment.starts.map { $0 + range.lowerBound }
        ends = alignment.ends.map { $0 + range.lowerBound }
    }

    /// Where these bytes of the text stand; at least one byte of source, so that a caret has a place.
    func range(of part: SourceRange) -> SourceRange {
        guard !ends.isEmpty else { return whole }
        let first = min(max(part.lowerBound, 0), ends.count - 1)
        let last = min(max(part.upperBound - 1, first), ends.count - 1)
        return SourceRange(starts[first], max(ends[last], starts[first] + 1))
    }
}

/// A text beside the bytes it was written as.
private struct Alignment {
    private let written: [UInt8]
    private let text: [UInt8]
    private(set) var starts: [Int] = []
    private(set) var ends: [Int] = []
    private var at = 0

    init(_ written: [UInt8], _ text: [UInt8]) {
        self.written = written
        self.text = text
    }

    private enum Style { case plain, single, double }

    /// Whether the two match.
    mutating func run() -> Bool {
        skipProperties()
        let style = begin()
        starts.reserveCapacity(text.count)
        ends.reserveCapacity(text.count)
        while starts.count < text.count {
            // Line ends and indentation come and go in YAML; white space stands where the next visible byte begins.
            if text[starts.count].isBlank {
                blank(style)
            } else {
                skipBlanks(style)
                guard visible(style) else { return false }
            }
        }
        return true
    }

    /// A tag or an anchor in front of a YAML value.
    private mutating func skipProperties() {
        while at < written.count, written[at] == UInt8(ascii: "!") || written[at] == UInt8(ascii: "&") {
            while at < written.count, !written[at].isBlank { at += 1 }
            while at < written.count, written[at].isBlank { at += 1 }
        }
    }

    /// The opening quote, or the head of a YAML block.
    private mutating func begin() -> Style {
        guard at < written.count else { return .plain }
        switch written[at] {
        case UInt8(ascii: "\""):
            at += 1
            return .double
        case UInt8(ascii: "'"):
            at += 1
            return .single
        case UInt8(ascii: "|"), UInt8(ascii: ">"):
            while at < written.count, written[at] != UInt8(ascii: "\n") { at += 1 }
            return .plain
        default:
            return .plain
        }
    }

    /// One blank byte of the text: the blank that stands there, if one does.
    private mutating func blank(_ style: Style) {
        let length = blankLength(style)
        starts.append(at)
        at += length
        ends.append(at)
    }

    private mutating func skipBlanks(_ style: Style) {
        while case let length = blankLength(style), length > 0 { at += length }
    }

    /// How many bytes write the blank that stands here; 0 if none does.
    private func blankLength(_ style: Style) -> Int {
        guard at < written.count else { return 0 }
        if written[at].isBlank { return 1 }
        guard style == .double, let escape = escape(), escape.bytes.count == 1, escape.bytes[0].isBlank else {
            return style == .double && at + 1 < written.count && written[at] == UInt8(ascii: "\\") && written[at + 1].isBlank
                ? 1 : 0
        }
        return escape.length
    }

    /// One character of the text that can be seen; false if another one is written there.
    private mutating func visible(_ style: Style) -> Bool {
        guard at < written.count else { return false }
        var bytes = [written[at]]
        var length = 1
        if style == .double, written[at] == UInt8(ascii: "\\") {
            guard let escape = escape() else { return false }
            (bytes, length) = (escape.bytes, escape.length)
        } else if style == .single, written[at] == UInt8(ascii: "'") {
            length = 2
        }
        guard at + length <= written.count, starts.count + bytes.count <= text.count else { return false }
        for (offset, byte) in bytes.enumerated() {
            guard text[starts.count] == byte else { return false }
            starts.append(offset == 0 ? at : starts[starts.count - 1])
            ends.append(at + length)
        }
        at += length
        return true
    }

    /// The bytes that the escape here stands for, and its length.
    private func escape() -> (bytes: [UInt8], length: Int)? {
        guard at + 1 < written.count, written[at] == UInt8(ascii: "\\") else { return nil }
        switch written[at + 1] {
        case UInt8(ascii: "n"): return ([0x0A], 2)
        case UInt8(ascii: "t"): return ([0x09], 2)
        case UInt8(ascii: "r"): return ([0x0D], 2)
        case UInt8(ascii: "b"): return ([0x08], 2)
        case UInt8(ascii: "f"): return ([0x0C], 2)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return ([written[at + 1]], 2)
        case UInt8(ascii: "x"): return hexadecimal(2)
        case UInt8(ascii: "u"): return unicode()
        case UInt8(ascii: "U"): return hexadecimal(8)
        default: return nil
        }
    }

    private func unicode() -> (bytes: [UInt8], length: Int)? {
        guard let high = unit(at: at + 2, digits: 4) else { return nil }
        guard (0xD800...0xDBFF).contains(high) else { return utf8(high, length: 6) }
        guard at + 7 < written.count, written[at + 6] == UInt8(ascii: "\\"), written[at + 7] == UInt8(ascii: "u"),
            let low = unit(at: at + 8, digits: 4), (0xDC00...0xDFFF).contains(low)
        else { return nil }
        return utf8(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00), length: 12)
    }

    private func hexadecimal(_ digits: Int) -> (bytes: [UInt8], length: Int)? {
        unit(at: at + 2, digits: digits).flatMap { utf8($0, length: 2 + digits) }
    }

    private func unit(at start: Int, digits: Int) -> UInt32? {
        guard start + digits <= written.count else { return nil }
        return UInt32(String(decoding: written[start..<start + digits], as: UTF8.self), radix: 16)
    }

    private func utf8(_ value: UInt32, length: Int) -> (bytes: [UInt8], length: Int)? {
        Unicode.Scalar(value).map { (Array(String($0).utf8), length) }
    }
}

extension UInt8 {
    fileprivate var isBlank: Bool { self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09 }
}
