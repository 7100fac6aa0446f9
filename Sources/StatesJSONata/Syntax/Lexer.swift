import StatesJSON
import StatesText

/// Splits an expression into tokens, one at a time, because what a slash means depends on what stands before it.
struct Lexer {
    /// The expression's UTF-8 text.
    let bytes: [UInt8]
    /// Whether a byte is a UTF-16 unit everywhere.
    private let isASCII: Bool
    /// The next byte to read.
    private var at = 0
    /// A place whose offset in UTF-16 units is known; offsets are asked for in order.
    private var known = (byte: 0, unit: 0)

    /// The current token.
    private(set) var token = Token(symbol: .end, range: SourceRange(0, 0), position: 0)
    /// The regular expressions so far.
    private(set) var patterns: [(pattern: Pattern, flags: String)] = []
    /// Why reading stopped.
    private(set) var failure: JSONataError?

    /// A lexer at the start of a text, before the first token.
    init(_ text: String) {
        bytes = Array(text.utf8)
        isASCII = bytes.allSatisfy { $0 < 0x80 }
    }

    /// Stops with an error.
    mutating func fail(_ error: JSONataError) -> Halt {
        failure = error
        return Halt()
    }

    /// Reads the next token into `token`.
    /// - Parameter infix: Whether an operand stands before it, so that a slash divides instead of beginning a regular expression.
    mutating func advance(infix: Bool) throws(Halt) {
        try skipSpaceAndComments()
        guard at < bytes.count else {
            token = Token(symbol: .end, range: SourceRange(bytes.count, bytes.count), position: unit(at: bytes.count))
            return
        }
        let byte = bytes[at]
        if byte == UInt8(ascii: "/"), !infix { return try readRegex() }
        if let symbol = operatorSymbol(byte) { return try readOperator(symbol) }
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): try readString(quote: byte)
        case UInt8(ascii: "0")...UInt8(ascii: "9"): try readNumber()
        case UInt8(ascii: "`"): try readQuotedName()
        default: readName()
        }
    }
}

// MARK: - Space and operators

extension Lexer {
    private mutating func skipSpaceAndComments() throws(Halt) {
        while at < bytes.count {
            if bytes[at].isSpace {
                at += 1
            } else if bytes[at] == UInt8(ascii: "/"), next == UInt8(ascii: "*") {
                try skipComment()
            } else {
                return
            }
        }
    }

    private mutating func skipComment() throws(Halt) {
        let start = at
        at += 2
        while at + 1 < bytes.count {
            if bytes[at] == UInt8(ascii: "*"), bytes[at + 1] == UInt8(ascii: "/") {
                at += 2
                return
            }
            at += 1
        }
        throw fail(.make("S0106", position: unit(at: start), range: SourceRange(start, bytes.count)))
    }

    /// The byte after the current one; 0 at the end.
    private var next: UInt8 { at + 1 < bytes.count ? bytes[at + 1] : 0 }

    /// The symbol of an operator or a bracket that begins with that byte.
    private func operatorSymbol(_ byte: UInt8) -> Symbol? {
        switch byte {
        case UInt8(ascii: "."): next == byte ? .range : .dot
        case UInt8(ascii: "["): .openBracket
        case UInt8(ascii: "]"): .closeBracket
        case UInt8(ascii: "{"): .openBrace
        case UInt8(ascii: "}"): .closeBrace
        case UInt8(ascii: "("): .openParenthesis
        case UInt8(ascii: ")"): .closeParenthesis
        case UInt8(ascii: ","): .comma
        case UInt8(ascii: "@"): .at
        case UInt8(ascii: "#"): .hash
        case UInt8(ascii: ";"): .semicolon
        case UInt8(ascii: ":"): next == UInt8(ascii: "=") ? .assign : .colon
        case UInt8(ascii: "?"): .question
        case UInt8(ascii: "+"): .plus
        case UInt8(ascii: "-"): .minus
        case UInt8(ascii: "*"): next == byte ? .descendants : .star
        case UInt8(ascii: "/"): .slash
        case UInt8(ascii: "%"): .percent
        case UInt8(ascii: "|"): .bar
        case UInt8(ascii: "="): .equal
        case UInt8(ascii: "<"): next == UInt8(ascii: "=") ? .lessOrEqual : .less
        case UInt8(ascii: ">"): next == UInt8(ascii: "=") ? .greaterOrEqual : .greater
        case UInt8(ascii: "^"): .caret
        case UInt8(ascii: "&"): .ampersand
        case UInt8(ascii: "!"): next == UInt8(ascii: "=") ? .unequal : .exclamation
        case UInt8(ascii: "~"): next == UInt8(ascii: ">") ? .apply : .tilde
        default: nil
        }
    }

    private mutating func readOperator(_ symbol: Symbol) throws(Halt) {
        let start = at
        switch symbol {
        case .range, .assign, .descendants, .lessOrEqual, .greaterOrEqual, .unequal, .apply: at += 2
        default: at += 1
        }
        finish(symbol, .symbol, from: start)
        if symbol == .exclamation || symbol == .tilde {
            throw fail(.make("S0204", position: token.position, range: token.range, token: symbol.text))
        }
    }

    /// Makes the token that ends here the current one.
    private mutating func finish(_ symbol: Symbol, _ content: Token.Content, from start: Int) {
        token.symbol = symbol
        token.content = content
        token.range = SourceRange(start, at)
        token.position = unit(at: at)
    }
}

// MARK: - Names and numbers

extension Lexer {
    private mutating func readName() {
        let start = at
        while at < bytes.count, !bytes[at].endsName { at += 1 }
        if bytes[start] == UInt8(ascii: "$") {
            return finish(.name, .variable(text(start + 1, at)), from: start)
        }
        switch keyword(start) {
        case (let symbol, let content)?: finish(symbol, content, from: start)
        case nil: finish(.name, .name(text(start, at)), from: start)
        }
    }

    /// What the word from there to here means if it is one of the language's own.
    private func keyword(_ start: Int) -> (Symbol, Token.Content)? {
        guard 2...5 ~= at - start else { return nil }
        switch bytes[start] {
        case UInt8(ascii: "a") where isWord("and", start): return (.and, .symbol)
        case UInt8(ascii: "o") where isWord("or", start): return (.or, .symbol)
        case UInt8(ascii: "i") where isWord("in", start): return (.isIn, .symbol)
        case UInt8(ascii: "t") where isWord("true", start): return (.literal, .boolean(true))
        case UInt8(ascii: "f") where isWord("false", start): return (.literal, .boolean(false))
        case UInt8(ascii: "n") where isWord("null", start): return (.literal, .null)
        default: return nil
        }
    }

    private func isWord(_ word: StaticString, _ start: Int) -> Bool {
        word.withUTF8Buffer { $0.elementsEqual(bytes[start..<at]) }
    }

    private mutating func readQuotedName() throws(Halt) {
        let start = at
        at += 1
        while at < bytes.count, bytes[at] != UInt8(ascii: "`") { at += 1 }
        guard at < bytes.count else {
            throw fail(.make("S0105", position: unit(at: at), range: SourceRange(start, at)))
        }
        at += 1
        finish(.name, .name(text(start + 1, at - 1)), from: start)
    }

    private mutating func readNumber() throws(Halt) {
        let start = at
        var isWhole = true
        if bytes[at] == UInt8(ascii: "0") { at += 1 } else { skipDigits(from: at) }
        if peek(at) == UInt8(ascii: "."), isDigit(at + 1) {
            isWhole = false
            skipDigits(from: at + 1)
        }
        if peek(at) | 0x20 == UInt8(ascii: "e") {
            let sign = peek(at + 1)
            let digits = sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") ? at + 2 : at + 1
            if isDigit(digits) {
                isWhole = false
                skipDigits(from: digits)
            }
        }
        guard let number = number(start, isWhole: isWhole) else {
            let error = JSONataError.make(
                "S0102", position: unit(at: start), range: SourceRange(start, at), token: text(start, at))
            throw fail(error)
        }
        finish(.literal, .number(number), from: start)
    }

    /// The number written from there to here: an integer where it amounts to one exactly; nil where it is beyond a double's range.
    private func number(_ start: Int, isWhole: Bool) -> JSONNumber? {
        if isWhole, at - start <= 18 {
            var value: Int64 = 0
            for index in start..<at { value = value &* 10 &+ Int64(bytes[index] & 0x0F) }
            return .integer(value)
        }
        let digits = text(start, at)
        if isWhole, let value = Int64(digits) { return .integer(value) }
        guard let value = Double(digits), value.isFinite else { return nil }
        if value.magnitude < 0x1p53, let whole = Int64(exactly: value) { return .integer(whole) }
        return .double(value)
    }

    private mutating func skipDigits(from start: Int) {
        at = start
        while isDigit(at) { at += 1 }
    }

    private func peek(_ index: Int) -> UInt8 { index < bytes.count ? bytes[index] : 0 }
    private func isDigit(_ index: Int) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= peek(index) }
    private func text(_ start: Int, _ end: Int) -> String { String(decoding: bytes[start..<end], as: UTF8.self) }
}

// MARK: - Strings

extension Lexer {
    private mutating func readString(quote: UInt8) throws(Halt) {
        let start = at
        at += 1
        let plain = at
        while at < bytes.count, bytes[at] != quote, bytes[at] != UInt8(ascii: "\\") { at += 1 }
        let content =
            at < bytes.count && bytes[at] == UInt8(ascii: "\\")
            ? try readEscapedString(quote: quote, start: start) : text(plain, at)
        guard at < bytes.count else {
            throw fail(.make("S0101", position: unit(at: bytes.count) + (at - bytes.count), range: SourceRange(start, bytes.count)))
        }
        at += 1
        finish(.literal, .string(content), from: start)
    }

    /// The rest of a string from its first escape up to its closing quote.
    private mutating func readEscapedString(quote: UInt8, start: Int) throws(Halt) -> String {
        var content = Array(bytes[(start + 1)..<at])
        while at < bytes.count, bytes[at] != quote {
            if bytes[at] == UInt8(ascii: "\\") {
                try readEscape(into: &content)
            } else {
                content.append(bytes[at])
                at += 1
            }
        }
        return String(decoding: content, as: UTF8.self)
    }

    private mutating func readEscape(into content: inout [UInt8]) throws(Halt) {
        let start = at
        at += 1
        switch peek(at) {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(bytes[at])
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "f"): content.append(0x0C)
        case UInt8(ascii: "n"): content.append(0x0A)
        case UInt8(ascii: "r"): content.append(0x0D)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "u"): return try readCodePoint(into: &content)
        default:
            let scalar = at < bytes.count ? String(decoding: bytes[at..<scalarEnd(at)], as: UTF8.self) : ""
            throw fail(
                .make("S0103", position: unit(at: at), range: SourceRange(start, scalarEnd(at)), token: scalar))
        }
        at += 1
    }

    /// Reads `u` with its digits, and those of a low surrogate after a high one. A surrogate alone, which no text of ours can
    /// hold, becomes U+FFFD.
    private mutating func readCodePoint(into content: inout [UInt8]) throws(Halt) {
        let unit = try readCodeUnit()
        var scalar = Unicode.Scalar(unit)
        if unit & 0xFC00 == 0xD800, peek(at) == UInt8(ascii: "\\"), peek(at + 1) == UInt8(ascii: "u"),
            let low = hexadecimal(at + 2), low & 0xFC00 == 0xDC00
        {
            at += 6
            scalar = Unicode.Scalar(0x10000 + (unit & 0x3FF) << 10 + low & 0x3FF)
        }
        content += String(Character(scalar ?? "\u{FFFD}")).utf8
    }

    private mutating func readCodeUnit() throws(Halt) -> UInt32 {
        // As in the reference implementation fewer digits do where the text ends; then the string has no end either.
        guard let unit = hexadecimal(at + 1) else {
            throw fail(
                .make("S0104", position: self.unit(at: at), range: SourceRange(at - 1, min(at + 5, bytes.count))))
        }
        at += 5
        return unit
    }

    /// The four hexadecimal digits from there on, or those up to the end of the text.
    private func hexadecimal(_ start: Int) -> UInt32? {
        guard start < bytes.count else { return nil }
        var unit: UInt32 = 0
        for byte in bytes[start..<min(start + 4, bytes.count)] {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): unit = unit << 4 | UInt32(byte & 0x0F)
            case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"):
                unit = unit << 4 | UInt32(byte & 0x0F + 9)
            default: return nil
            }
        }
        return unit
    }

    /// The end of the character that begins there.
    private func scalarEnd(_ start: Int) -> Int {
        var end = min(start + 1, bytes.count)
        while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
        return end
    }
}

// MARK: - Regular expressions

extension Lexer {
    /// Reads a regular expression. A slash closes it outside brackets of any kind; brackets are counted, not matched, wherever they
    /// stand unescaped, in a class too.
    private mutating func readRegex() throws(Halt) {
        let start = at
        at += 1
        var depth = 0
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "/") where depth == 0 && !isEscaped(at): return try finishRegex(start)
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): if bytes[at - 1] != UInt8(ascii: "\\") { depth += 1 }
            case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): if bytes[at - 1] != UInt8(ascii: "\\") { depth -= 1 }
            default: break
            }
            at += 1
        }
        throw fail(.make("S0302", position: unit(at: at), range: SourceRange(start, at)))
    }

    /// Whether an odd number of backslashes stands before the byte.
    private func isEscaped(_ index: Int) -> Bool {
        var first = index
        while bytes[first - 1] == UInt8(ascii: "\\") { first -= 1 }
        return (index - first) % 2 == 1
    }

    private mutating func finishRegex(_ start: Int) throws(Halt) {
        let source = text(start + 1, at)
        if source.isEmpty { throw fail(.make("S0301", position: unit(at: at), range: SourceRange(start, at + 1))) }
        at += 1
        let flagsStart = at
        while peek(at) == UInt8(ascii: "i") || peek(at) == UInt8(ascii: "m") { at += 1 }
        let flags = text(flagsStart, at)
        finish(.regex, .regex(patterns.count), from: start)
        patterns.append((try pattern(source, flags: flags), flags))
    }

    /// The pattern, or the error that JavaScript's constructor would throw, which has no code.
    private mutating func pattern(_ source: String, flags: String) throws(Halt) -> Pattern {
        var set: Pattern.Flags = []
        for flag in flags.utf8 {
            let inserted = set.insert(flag == UInt8(ascii: "i") ? .ignoreCase : .multiline).inserted
            if !inserted { throw fail(invalidPattern("Invalid flags supplied to RegExp constructor '\(flags)g'")) }
        }
        do {
            return try Pattern(source, flags: set, dialect: .javaScript)
        } catch {
            throw fail(invalidPattern("Invalid regular expression: /\(source)/\(flags)g: \(error.reason)"))
        }
    }

    private func invalidPattern(_ message: String) -> JSONataError {
        JSONataError(code: "", message: message, position: token.position, range: token.range)
    }
}

// MARK: - Places

extension Lexer {
    /// The offset of a byte in UTF-16 units.
    private mutating func unit(at byte: Int) -> Int {
        if isASCII { return byte }
        if byte < known.byte { known = (0, 0) }
        for index in known.byte..<byte {
            // The first byte of a character counts for it, that of four bytes for two units.
            if bytes[index] & 0xC0 != 0x80 { known.unit += bytes[index] >= 0xF0 ? 2 : 1 }
        }
        known.byte = byte
        return known.unit
    }
}

extension UInt8 {
    /// Whether the byte separates tokens: a form feed and a no-break space do not.
    fileprivate var isSpace: Bool { self == 0x20 || 0x09...0x0B ~= self || self == 0x0D }

    /// Whether the byte ends a name: space and the operators' bytes do, quotes do not.
    fileprivate var endsName: Bool {
        switch self {
        case 0x09...0x0B, 0x0D, UInt8(ascii: " "), UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "%"), UInt8(ascii: "&"),
            UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: ","), UInt8(ascii: "-"),
            UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: ";"), UInt8(ascii: "<"), UInt8(ascii: "="),
            UInt8(ascii: ">"), UInt8(ascii: "?"), UInt8(ascii: "@"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "^"),
            UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"), UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
