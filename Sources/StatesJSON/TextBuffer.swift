/// Text that is being written, as UTF-8 bytes.
///
/// The writer is as fast as its appending of single bytes. An array asks at each whether it is uniquely owned and has room, which
/// takes longer than the rest; this buffer has one owner by construction, so its memory is its own.
struct TextBuffer: ~Copyable {
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private(set) var count = 0

    init() {
        capacity = 512
        base = .allocate(capacity: capacity)
    }

    deinit { base.deallocate() }

    /// The text so far.
    var string: String { String(decoding: UnsafeBufferPointer(start: base, count: count), as: UTF8.self) }

    /// Appends the text to an array.
    func append(to bytes: inout [UInt8]) { bytes.append(contentsOf: UnsafeBufferPointer(start: base, count: count)) }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        if count == capacity { grow(by: 1) }
        base[count] = byte
        count += 1
    }

    @inline(__always)
    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress else { return }
        if capacity - count < bytes.count { grow(by: bytes.count) }
        (base + count).update(from: source, count: bytes.count)
        count += bytes.count
    }

    mutating func append(ascii text: StaticString) {
        append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func append(_ text: some StringProtocol) {
        let done: Void? = text.utf8.withContiguousStorageIfAvailable { append($0) }
        if done == nil { for byte in text.utf8 { append(byte) } }
    }

    /// Appends a number with exactly so many digits, zeros in front.
    mutating func append(decimal value: UInt64, digits: Int) {
        if capacity - count < digits { grow(by: digits) }
        var rest = value
        for place in stride(from: count + digits - 1, through: count, by: -1) {
            base[place] = .zero + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        count += digits
    }

    @inline(never)
    private mutating func grow(by bytes: Int) {
        let larger = max(capacity * 2, count + bytes)
        let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        memory.update(from: base, count: count)
        base.deallocate()
        base = memory
        capacity = larger
    }
}

// MARK: - Strings

extension TextBuffer {
    /// Appends a JSON string, quotes included.
    @inline(__always)
    mutating func append(quoted text: String) {
        let done: Void? = text.utf8.withContiguousStorageIfAvailable { append(quoted: $0) }
        if done == nil {
            // Strings of other systems may lie in pieces.
            var copy = text
            copy.withUTF8 { append(quoted: $0) }
        }
    }

    /// Copies eight bytes together and looks at them on the way: most strings need no escape.
    @inline(__always)
    private mutating func append(quoted content: UnsafeBufferPointer<UInt8>) {
        if capacity - count < content.count + 2 { grow(by: content.count + 2) }
        base[count] = .quote
        let target = base + count + 1
        var at = 0
        if let source = content.baseAddress {
            while at + 8 <= content.count {
                let word = UnsafeRawPointer(source + at).loadUnaligned(as: UInt64.self)
                if UInt64(littleEndian: word).stringStops != 0 { return appendWithEscapes(content) }
                UnsafeMutableRawPointer(target + at).storeBytes(of: word, as: UInt64.self)
                at += 8
            }
            while at < content.count {
                let byte = source[at]
                if byte.needsEscape { return appendWithEscapes(content) }
                target[at] = byte
                at += 1
            }
        }
        target[at] = .quote
        count += at + 2
    }

    @inline(never)
    private mutating func appendWithEscapes(_ content: UnsafeBufferPointer<UInt8>) {
        append(.quote)
        var plain = 0
        while true {
            let stop = content.nextEscaped(from: plain)
            append(UnsafeBufferPointer(rebasing: content[plain..<stop]))
            guard stop < content.count else { break }
            append(UInt8.escape(for: content[stop]))
            plain = stop + 1
        }
        append(.quote)
    }
}

extension String {
    /// The number of bytes of the text as a JSON string, quotes included.
    var quotedUTF8Count: Int {
        func count(_ content: UnsafeBufferPointer<UInt8>) -> Int {
            var count = content.count + 2
            var at = content.nextEscaped(from: 0)
            while at < content.count {
                count += UInt8.escape(for: content[at]).utf8.count - 1
                at = content.nextEscaped(from: at + 1)
            }
            return count
        }
        if let count = utf8.withContiguousStorageIfAvailable(count) { return count }
        var copy = self
        return copy.withUTF8(count)
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The place of the next byte that JSON escapes, or the end.
    @inline(__always)
    fileprivate func nextEscaped(from start: Int) -> Int {
        var at = start
        guard let base = UnsafeRawPointer(baseAddress) else { return count }
        while at + 8 <= count {
            let stops = UInt64(littleEndian: (base + at).loadUnaligned(as: UInt64.self)).stringStops
            if stops != 0 { return at + stops.trailingZeroBitCount >> 3 }
            at += 8
        }
        while at < count, !self[at].needsEscape { at += 1 }
        return at
    }
}

extension UInt64 {
    /// The highest bit of every byte that is a quote, a backslash or a control character, of the eight bytes in this word.
    ///
    /// A carry can only add bits above a true one, so the lowest bit set is always right.
    @inline(__always)
    var stringStops: UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quote = self ^ (ones &* UInt64(UInt8.quote))
        let backslash = self ^ (ones &* UInt64(UInt8.backslash))
        let quotes = (quote &- ones) & ~quote
        let backslashes = (backslash &- ones) & ~backslash
        let controls = (self &- ones &* 0x20) & ~self
        return (quotes | backslashes | controls) & Self.highBits
    }

    /// The highest bit of every byte.
    static var highBits: UInt64 { 0x8080_8080_8080_8080 }
}

extension UInt8 {
    @inline(__always)
    var needsEscape: Bool { self < 0x20 || self == .quote || self == .backslash }

    /// The escape for a quote, a backslash or a control character, as Jackson writes it: upper-case digits after `\u`.
    static func escape(for byte: UInt8) -> String {
        switch byte {
        case .quote: return "\\\""
        case .backslash: return "\\\\"
        case 0x08: return "\\b"
        case 0x09: return "\\t"
        case 0x0A: return "\\n"
        case 0x0C: return "\\f"
        case 0x0D: return "\\r"
        default: return "\\u00" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }
    }
}
