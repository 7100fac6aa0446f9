/// What a parser tells while it reads, in the order of the text.
///
/// `JSONParser` is specialised for each conformance, so that values and nodes come out of one grammar without the price of either.
protocol JSONBuilder: ~Copyable {
    mutating func addNull(_ range: SourceRange)
    mutating func addBool(_ value: Bool, _ range: SourceRange)
    mutating func addNumber(_ value: JSONNumber, _ range: SourceRange)
    mutating func addString(_ value: String, _ range: SourceRange)
    mutating func addSymbol(_ name: String, _ range: SourceRange)
    /// - Parameter digest: The same for equal names; different for most others.
    mutating func addName(_ name: String, digest: UInt64, _ range: SourceRange)
    mutating func beginArray(at offset: Int)
    mutating func endArray(at end: Int)
    mutating func beginObject(at offset: Int)
    mutating func endObject(at end: Int)
}

/// A reader of JSON text: the grammar of RFC 8259 and nothing beside it.
///
/// It keeps open arrays and objects in a list of its own, so that depth costs memory of the heap, bounded by `maxDepth`, and never
/// the thread's stack. It reads through a raw pointer because it looks at eight bytes together wherever it can, which an array does not
/// offer; each read is guarded by `at < end`, and the buffer outlives the parser because `parse` is called within its scope only.
struct JSONParser<Builder: JSONBuilder & ~Copyable>: ~Copyable {
    var builder: Builder
    private let bytes: UnsafePointer<UInt8>
    private let end: Int
    private let isTrusted: Bool
    private let allowsSymbols: Bool
    private let maxDepth: Int
    private var at = 0
    private var open: [Container] = []
    private var scratch: [UInt8] = []
    private var nameCache = NameCache()
    /// The digest of the name that was read last.
    private var nameDigest: UInt64 = 0

    /// An array or object that is still open.
    private struct Container {
        var isObject: Bool
        var offset: Int
    }

    /// - Parameters:
    ///   - isTrusted: Whether the bytes are known to be UTF-8.
    ///   - allowsSymbols: Whether a bare `${Name}` may stand for a value.
    init(
        _ buffer: UnsafeBufferPointer<UInt8>, isTrusted: Bool, allowsSymbols: Bool = false, maxDepth: Int,
        builder: consuming Builder
    ) {
        // An empty buffer may have no address. It is never read; any address will do.
        let nothing: StaticString = ""
        bytes = buffer.baseAddress ?? nothing.utf8Start
        end = buffer.count
        self.isTrusted = isTrusted
        self.allowsSymbols = allowsSymbols
        self.maxDepth = maxDepth
        self.builder = builder
    }

    /// Reads the whole text: one value with nothing but white space around it.
    mutating func parse() throws(JSONSyntaxError) {
        try refuseByteOrderMark()
        var needsValue = true
        while true {
            skipSpace()
            if needsValue {
                needsValue = try !value()
            } else if let container = open.last {
                needsValue = try container.isObject ? afterMember() : afterElement()
            } else if at == end {
                return
            } else {
                throw error("expected the end of the text after the value")
            }
        }
    }
}

// MARK: - Structure

extension JSONParser where Builder: ~Copyable {
    /// Reads a value, or the beginning of one. Returns whether a whole value has been read.
    private mutating func value() throws(JSONSyntaxError) -> Bool {
        guard at < end else { throw endOfText(expecting: "a value") }
        let start = at
        switch bytes[at] {
        case .quote:
            let text = try string()
            builder.addString(text, SourceRange(start, at))
        case .openBrace:
            return try openObject()
        case .openBracket:
            return try openArray()
        case .minus, .zero ... .nine:
            let number = try number()
            builder.addNumber(number, SourceRange(start, at))
        case UInt8(ascii: "t") where reads("true"):
            builder.addBool(true, SourceRange(start, at))
        case UInt8(ascii: "f") where reads("false"):
            builder.addBool(false, SourceRange(start, at))
        case UInt8(ascii: "n") where reads("null"):
            builder.addNull(SourceRange(start, at))
        case .dollar where allowsSymbols:
            let name = try symbol()
            builder.addSymbol(name, SourceRange(start, at))
        default:
            throw noValue()
        }
        return true
    }

    private mutating func openArray() throws(JSONSyntaxError) -> Bool {
        try push(isObject: false)
        builder.beginArray(at: at)
        at += 1
        skipSpace()
        guard at < end, bytes[at] == .closeBracket else { return false }
        close()
        return true
    }

    private mutating func openObject() throws(JSONSyntaxError) -> Bool {
        try push(isObject: true)
        builder.beginObject(at: at)
        at += 1
        skipSpace()
        if at < end, bytes[at] == .closeBrace {
            close()
            return true
        }
        try name("expected a member name in double quotes or }")
        return false
    }

    /// Reads what follows an element of an array. Returns whether a value must follow.
    private mutating func afterElement() throws(JSONSyntaxError) -> Bool {
        guard at < end else { throw endOfText(expecting: "a comma or ]") }
        switch bytes[at] {
        case .comma:
            at += 1
            skipSpace()
            if at < end, bytes[at] == .closeBracket { throw error("a comma stands before ]; JSON has no trailing commas") }
            return true
        case .closeBracket:
            close()
            return false
        default:
            throw error("expected a comma or ] after this element")
        }
    }

    /// Reads what follows a member of an object. Returns whether a value must follow.
    private mutating func afterMember() throws(JSONSyntaxError) -> Bool {
        guard at < end else { throw endOfText(expecting: "a comma or }") }
        switch bytes[at] {
        case .comma:
            at += 1
            skipSpace()
            if at < end, bytes[at] == .closeBrace { throw error("a comma stands before }; JSON has no trailing commas") }
            try name("expected a member name in double quotes")
            return true
        case .closeBrace:
            close()
            return false
        default:
            throw error("expected a comma or } after this member")
        }
    }

    /// Reads a member's name and the colon.
    private mutating func name(_ expectation: StaticString) throws(JSONSyntaxError) {
        guard at < end else { throw endOfText(expecting: "a member name") }
        guard bytes[at] == .quote else { throw error("\(expectation)") }
        let start = at
        let name = try string(isName: true)
        builder.addName(name, digest: nameDigest, SourceRange(start, at))
        skipSpace()
        guard at < end else { throw endOfText(expecting: "a colon") }
        guard bytes[at] == .colon else { throw error("expected a colon after this member name") }
        at += 1
    }

    @inline(__always)
    private mutating func push(isObject: Bool) throws(JSONSyntaxError) {
        guard open.count < maxDepth else {
            throw JSONSyntaxError(
                .depth, "\((open.count + 1).grouped) levels of nesting; the limit is \(maxDepth.grouped)", offset: at)
        }
        open.append(Container(isObject: isObject, offset: at))
    }

    /// Takes the closing bracket or brace of the innermost container.
    @inline(__always)
    private mutating func close() {
        at += 1
        if open.removeLast().isObject { builder.endObject(at: at) } else { builder.endArray(at: at) }
    }

    @inline(__always)
    private mutating func skipSpace() {
        while at < end {
            let byte = bytes[at]
            // Everything that begins a token is above the space.
            if byte > 0x20 { return }
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            at += 1
            // Indented text is mostly runs of spaces.
            while at + 8 <= end, word(at) == 0x2020_2020_2020_2020 { at += 8 }
        }
    }

    /// Takes a literal if it stands here as a whole word.
    private mutating func reads(_ literal: StaticString) -> Bool {
        let length = literal.utf8CodeUnitCount
        guard end - at >= length else { return false }
        for index in 0..<length where bytes[at + index] != literal.utf8Start[index] { return false }
        if at + length < end, bytes[at + length].isWordByte { return false }
        at += length
        return true
    }

    /// The eight bytes from a place on, the first one lowest.
    @inline(__always)
    private func word(_ offset: Int) -> UInt64 {
        UInt64(littleEndian: UnsafeRawPointer(bytes + offset).loadUnaligned(as: UInt64.self))
    }
}

// MARK: - Numbers and symbols

extension JSONParser where Builder: ~Copyable {
    private mutating func number() throws(JSONSyntaxError) -> JSONNumber {
        let start = at
        let isNegative = bytes[at] == .minus
        if isNegative { at += 1 }
        let digits = at
        var place = at
        var magnitude: UInt64 = 0
        while place < end, bytes[place].isDigit {
            magnitude = magnitude &* 10 &+ UInt64(bytes[place] &- .zero)
            place += 1
        }
        at = place
        guard at > digits else { throw error("expected a digit after the minus sign") }
        if bytes[digits] == .zero, at > digits + 1 {
            throw JSONSyntaxError(.grammar, "a number must not begin with zeros", offset: digits)
        }
        let isFractional = try fractionAndExponent()
        if at < end, bytes[at].isWordByte { throw error("unexpected character in a number") }
        // 18 digits cannot overflow; 19 may; of more the magnitude above is worthless.
        if !isFractional, at - digits <= 18 {
            return .integer(isNegative ? -Int64(magnitude) : Int64(magnitude))
        }
        let text = String(decoding: UnsafeBufferPointer(start: bytes + start, count: at - start), as: UTF8.self)
        if !isFractional, at - digits == 19, let value = Int64(text) { return .integer(value) }
        return .text(text)
    }

    /// Takes `.5`, `e10` or `.5e10`, if it stands here. Returns whether it did.
    @inline(__always)
    private mutating func fractionAndExponent() throws(JSONSyntaxError) -> Bool {
        let start = at
        if at < end, bytes[at] == UInt8(ascii: ".") {
            at += 1
            try digits("expected a digit after the decimal point")
        }
        if at < end, bytes[at] | 0x20 == UInt8(ascii: "e") {
            at += 1
            if at < end, bytes[at] == .minus || bytes[at] == UInt8(ascii: "+") { at += 1 }
            try digits("expected a digit in the exponent")
        }
        return at > start
    }

    private mutating func digits(_ expectation: StaticString) throws(JSONSyntaxError) {
        guard at < end, bytes[at].isDigit else { throw error("\(expectation)") }
        while at < end, bytes[at].isDigit { at += 1 }
    }

    /// Takes `${Name}`.
    private mutating func symbol() throws(JSONSyntaxError) -> String {
        let start = at
        at += 1
        guard at < end, bytes[at] == .openBrace else { throw error("expected { after $ in a symbol such as ${Name}") }
        at += 1
        let first = at
        while at < end, bytes[at].isSymbolByte { at += 1 }
        guard at > first, at < end, bytes[at] == .closeBrace else {
            throw JSONSyntaxError(.grammar, "expected a symbol such as ${Name}", offset: start)
        }
        at += 1
        return String(decoding: UnsafeBufferPointer(start: bytes + first, count: at - 1 - first), as: UTF8.self)
    }
}

// MARK: - Strings

extension JSONParser where Builder: ~Copyable {
    /// Takes a string, quotes included.
    @inline(__always)
    private mutating func string(isName: Bool = false) throws(JSONSyntaxError) -> String {
        let start = at
        at += 1
        let isASCII = skipPlainBytes()
        guard at < end, bytes[at] == .quote else {
            let text = try stringWithEscapes(from: start, isASCII: isASCII)
            if isName { nameDigest = scratch.withUnsafeBufferPointer { NameKey($0).digest } }
            return text
        }
        let content = UnsafeBufferPointer(start: bytes + start + 1, count: at - start - 1)
        if !isASCII { try checkUTF8(content, at: start + 1) }
        at += 1
        guard isName else { return String(decoding: content, as: UTF8.self) }
        let key = NameKey(content)
        nameDigest = key.digest
        return nameCache.name(content, key, nameDigest)
    }

    /// Goes on to the next quote, backslash or control character. Returns whether everything skipped is ASCII.
    ///
    /// Eight bytes are looked at together.
    @inline(__always)
    private mutating func skipPlainBytes() -> Bool {
        var place = at
        defer { at = place }
        var seen: UInt64 = 0
        while place + 8 <= end {
            let word = word(place)
            let stops = word.stringStops
            if stops != 0 {
                let count = stops.trailingZeroBitCount >> 3
                place += count
                seen |= word & ((1 &<< UInt64(count &* 8)) &- 1)
                return seen & UInt64.highBits == 0
            }
            seen |= word
            place += 8
        }
        while place < end {
            let byte = bytes[place]
            if byte == .quote || byte == .backslash || byte < 0x20 { break }
            seen |= UInt64(byte)
            place += 1
        }
        return seen & UInt64.highBits == 0
    }

    /// Goes on with a string that stopped at something else than its closing quote.
    @inline(never)
    private mutating func stringWithEscapes(from start: Int, isASCII: Bool) throws(JSONSyntaxError) -> String {
        scratch.removeAll(keepingCapacity: true)
        var plain = start + 1
        var isASCII = isASCII
        while true {
            let content = UnsafeBufferPointer(start: bytes + plain, count: at - plain)
            if !isASCII { try checkUTF8(content, at: plain) }
            scratch.append(contentsOf: content)
            guard at < end else { throw JSONSyntaxError(.grammar, "this string is never closed", offset: start) }
            switch bytes[at] {
            case .quote:
                at += 1
                return String(decoding: scratch, as: UTF8.self)
            case .backslash:
                try escape()
            default:
                throw error("a control character in a string must be written as \(UInt8.escape(for: bytes[at]))")
            }
            plain = at
            isASCII = skipPlainBytes()
        }
    }

    /// Takes an escape and appends what it stands for.
    private mutating func escape() throws(JSONSyntaxError) {
        let start = at
        guard at + 1 < end else { throw error("the text ends within an escape") }
        at += 2
        switch bytes[at - 1] {
        case .quote, .backslash, UInt8(ascii: "/"): scratch.append(bytes[at - 1])
        case UInt8(ascii: "b"): scratch.append(0x08)
        case UInt8(ascii: "f"): scratch.append(0x0C)
        case UInt8(ascii: "n"): scratch.append(0x0A)
        case UInt8(ascii: "r"): scratch.append(0x0D)
        case UInt8(ascii: "t"): scratch.append(0x09)
        case UInt8(ascii: "u"): try unicodeEscape(from: start)
        default:
            throw JSONSyntaxError(
                .grammar, "an escape is one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX", offset: start)
        }
    }

    /// Takes the four digits after `\u`, and a second escape where the first is half of a surrogate pair.
    ///
    /// A half without its other half is no character and cannot be held in a `String`; U+FFFD takes its place.
    private mutating func unicodeEscape(from start: Int) throws(JSONSyntaxError) {
        var code = try fourDigits(escapeAt: start)
        if code & 0xFC00 == 0xD800, at + 1 < end, bytes[at] == .backslash, bytes[at + 1] == UInt8(ascii: "u") {
            let second = at
            at += 2
            let low = try fourDigits(escapeAt: second)
            if low & 0xFC00 == 0xDC00 {
                code = 0x10000 + (code & 0x3FF) << 10 + low & 0x3FF
            } else {
                at = second  // An escape of its own.
            }
        }
        let scalar = Unicode.Scalar(code) ?? "\u{FFFD}"
        scratch.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    private mutating func fourDigits(escapeAt start: Int) throws(JSONSyntaxError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard at < end, let digit = bytes[at].hexadecimalValue else {
                throw JSONSyntaxError(.grammar, "four hexadecimal digits must follow \\u", offset: start)
            }
            code = code << 4 | UInt32(digit)
            at += 1
        }
        return code
    }

    private func checkUTF8(_ content: UnsafeBufferPointer<UInt8>, at offset: Int) throws(JSONSyntaxError) {
        guard !isTrusted, let bad = content.firstInvalidUTF8 else { return }
        throw JSONSyntaxError(.encoding, "the bytes here are not UTF-8", offset: offset + bad)
    }
}

// MARK: - Errors

extension JSONParser where Builder: ~Copyable {
    private func error(_ reason: String) -> JSONSyntaxError { JSONSyntaxError(.grammar, reason, offset: at) }

    /// The text ended where something was due: what stands open is to blame, if anything is.
    private func endOfText(expecting expected: String) -> JSONSyntaxError {
        guard let container = open.last else {
            return error(end == 0 ? "the text is empty" : "the text ends where \(expected) was expected")
        }
        let name = container.isObject ? "object" : "array"
        return JSONSyntaxError(.grammar, "this \(name) is never closed", offset: container.offset)
    }

    private func refuseByteOrderMark() throws(JSONSyntaxError) {
        func begins(_ mark: [UInt8]) -> Bool {
            end >= mark.count && mark.indices.allSatisfy { bytes[$0] == mark[$0] }
        }
        if begins([0xEF, 0xBB, 0xBF]) {
            throw JSONSyntaxError(.grammar, "the text begins with a byte order mark, which JSON does not allow", offset: 0)
        }
        if begins([0xFE, 0xFF]) || begins([0xFF, 0xFE]) {
            throw JSONSyntaxError(.encoding, "the text is UTF-16; JSON is UTF-8", offset: 0)
        }
    }

    /// Why no value begins here.
    private func noValue() -> JSONSyntaxError {
        switch bytes[at] {
        case UInt8(ascii: "'"): error("a string stands in double quotes")
        case UInt8(ascii: "/"), UInt8(ascii: "#"): error("expected a value; JSON has no comments")
        case UInt8(ascii: "+"): error("a number does not begin with a plus sign")
        case UInt8(ascii: "."): error("a number begins with a digit")
        case .comma: error("expected a value before this comma")
        case .closeBracket, .closeBrace: error("expected a value before this bracket")
        case .dollar: error("expected a value; a symbol such as ${Name} has no meaning here")
        case 0x80...: JSONSyntaxError(isTrusted ? .grammar : .encoding, "expected a value", offset: at)
        case let byte where byte.isWordByte: error("expected a value; \(wordHere) is none")
        default: error("expected a value")
        }
    }

    /// The word that stands here, cut after 20 bytes.
    private var wordHere: String {
        var last = at
        while last < end, last - at < 20, bytes[last].isWordByte { last += 1 }
        return String(decoding: UnsafeBufferPointer(start: bytes + at, count: last - at), as: UTF8.self)
    }
}

// MARK: - Names

/// The first and the last eight bytes of a name and its length, which are all there is to a name of up to 16 bytes.
private struct NameKey: Equatable {
    var first: UInt64
    var last: UInt64
    var count: Int

    @inline(__always)
    init(_ content: UnsafeBufferPointer<UInt8>) {
        count = content.count
        first = 0
        last = 0
        if count >= 8, let base = UnsafeRawPointer(content.baseAddress) {
            first = base.loadUnaligned(as: UInt64.self)
            last = (base + (count - 8)).loadUnaligned(as: UInt64.self)
        } else {
            for byte in content { first = first &<< 8 | UInt64(byte) }
        }
    }

    /// The same for equal names, different for most others.
    @inline(__always)
    var digest: UInt64 {
        let mixed = (first ^ UInt64(truncatingIfNeeded: count)) &* 0x9E37_79B9_7F4A_7C15 ^ last
        return (mixed ^ mixed &>> 32) &* 0xFF51_AFD7_ED55_8CCD
    }
}

/// The short names read before, so that a name that comes again and again is made once.
///
/// Each name has one place, by its digest; the last one stays there.
private struct NameCache {
    private var entries: [Entry] = []

    private struct Entry {
        var key: NameKey
        var name: String
    }

    @inline(__always)
    mutating func name(_ content: UnsafeBufferPointer<UInt8>, _ key: NameKey, _ digest: UInt64) -> String {
        guard 1...16 ~= key.count else { return String(decoding: content, as: UTF8.self) }
        if entries.isEmpty {
            entries = Array(repeating: Entry(key: NameKey(UnsafeBufferPointer(start: nil, count: 0)), name: ""), count: 32)
        }
        let place = Int(digest &>> 59)
        if entries[place].key == key { return entries[place].name }
        let name = String(decoding: content, as: UTF8.self)
        entries[place] = Entry(key: key, name: name)
        return name
    }
}

// MARK: - Bytes

extension UInt8 {
    static var quote: UInt8 { 0x22 }
    static var backslash: UInt8 { 0x5C }
    static var openBrace: UInt8 { 0x7B }
    static var closeBrace: UInt8 { 0x7D }
    static var openBracket: UInt8 { 0x5B }
    static var closeBracket: UInt8 { 0x5D }
    static var comma: UInt8 { 0x2C }
    static var colon: UInt8 { 0x3A }
    static var minus: UInt8 { 0x2D }
    static var dollar: UInt8 { 0x24 }
    static var zero: UInt8 { 0x30 }
    static var nine: UInt8 { 0x39 }

    var isDigit: Bool { self &- 0x30 < 10 }

    /// Letters, digits and the underscore: what may not touch the end of a literal or a number.
    var isWordByte: Bool { isDigit || (self | 0x20) &- 0x61 < 26 || self == 0x5F }

    /// What the name of a symbol consists of: letters, digits and `_ . : -`.
    var isSymbolByte: Bool { isWordByte || self == 0x2E || self == 0x3A || self == 0x2D }

    var hexadecimalValue: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x41...0x46: self - 0x37
        case 0x61...0x66: self - 0x57
        default: nil
        }
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Where the first byte stands that is part of no well-formed UTF-8 sequence (the Unicode Standard, table 3-7), or nil.
    package var firstInvalidUTF8: Int? {
        var at = 0
        while at < count {
            let length = utf8SequenceLength(at)
            if length == 0 { return at }
            at += length
        }
        return nil
    }

    /// The length of the sequence that begins at a byte, or 0 if it is not well formed.
    @inline(__always)
    private func utf8SequenceLength(_ at: Int) -> Int {
        let first = self[at]
        let second: ClosedRange<UInt8>
        let length: Int
        switch first {
        case 0x00...0x7F: return 1
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return 0
        }
        guard at + length <= count, second.contains(self[at + 1]) else { return 0 }
        for index in stride(from: at + 2, to: at + length, by: 1) where self[index] & 0xC0 != 0x80 { return 0 }
        return length
    }
}
