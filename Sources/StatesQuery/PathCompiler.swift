import StatesJSON

/// Reads a path the way the library does: piece by piece, each bracket on its own, refusing what it cannot make sense of.
///
/// Where the library fails by accident (reading past the end, a number that is none) it still refuses the path; those refusals have
/// words of our own.
struct PathCompiler {
    /// Who wrote the path.
    enum Dialect {
        /// Nothing is added to what the library reads.
        case library
        /// A backslash in a dot name takes the character after it literally, as the States Language says of Reference Paths.
        case states
        /// A side of a filter's comparison; it may start with `@` and must be definite.
        case predicate
    }

    private let bytes: [UInt8]
    private let dialect: Dialect
    /// Where `bytes` starts in the text that was given.
    private let origin: Int
    private var steps: [PathStep] = []

    init(_ text: [UInt8], dialect: Dialect) {
        self.dialect = dialect
        let first = text.firstIndex { $0 > .space } ?? text.endIndex
        let end = text.lastIndex { $0 > .space }.map { $0 + 1 } ?? first
        bytes = first == 0 && end == text.count ? text : Array(text[first..<end])
        origin = first
    }

    /// The steps after the first `$`.
    mutating func compile() throws(QuerySyntaxError) -> [PathStep] {
        if bytes.count > 1, bytes[bytes.count - 1] == .dot, bytes[bytes.count - 2] == .dot {
            throw error("A path can not end with a scan.", at: bytes.count - 2)
        }
        guard let first = bytes.first, first == .dollar || (first == .at && dialect == .predicate) else {
            throw error("the path does not start with $", at: 0)
        }
        if bytes.count > 1, bytes[1] != .dot, bytes[1] != .openBracket {
            throw error("Invalid path $" + string(1..<bytes.count), at: 1)
        }
        var at = 1
        while at < bytes.count {
            if steps.count == JSONPath.stepLimit { throw error("the path has more than \(JSONPath.stepLimit) steps", at: at) }
            at = try step(at: at)
        }
        return steps
    }

    /// Reads one piece and answers where the next one starts.
    private mutating func step(at start: Int) throws(QuerySyntaxError) -> Int {
        switch bytes[start] {
        case .space:
            throw error("Space not allowed in path", at: start)
        case .dollar:
            steps.append(.root)
            return start + 1
        case .openBracket:
            let end = endOfBracket(from: start)
            steps.append(try bracket(start..<end))
            return end
        case .dot:
            return try dot(at: start + 1)
        case .star:
            steps.append(.wildcard)
            return start + 1
        default:
            let end = endOfName(from: start)
            steps.append(try property(start..<end))
            return end
        }
    }

    /// Reads what follows a dot.
    private mutating func dot(at start: Int) throws(QuerySyntaxError) -> Int {
        guard start < bytes.count else { throw error("the path ends with a dot", at: start - 1) }
        if bytes[start] == .dot {
            steps.append(.scan)
            return start + 1
        }
        let end = endOfName(from: start)
        if end == start { return start }
        if end == start + 1, bytes[start] == .star {
            steps.append(.wildcard)
        } else {
            steps.append(try property(start..<end))
        }
        return end
    }

    /// A dot name ends before a dot, a bracket or a space.
    private func endOfName(from start: Int) -> Int {
        var at = start
        while at < bytes.count {
            switch bytes[at] {
            case .dot, .openBracket, .space: return at
            case .backslash where dialect == .states && at + 1 < bytes.count: at += 2
            default: at += 1
            }
        }
        return at
    }

    /// A bracket ends with its own closing bracket, or with the path. Quotes do not matter here.
    private func endOfBracket(from start: Int) -> Int {
        var at = start + 1
        var nested = 0
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            if byte == .closeBracket {
                if nested == 0 { break }
                nested -= 1
            } else if byte == .openBracket {
                nested += 1
            }
        }
        return at
    }

    private func property(_ range: Range<Int>) throws(QuerySyntaxError) -> PathStep {
        let name = bytes[range]
        if dialect == .states, name.contains(.backslash) { return .name(ReferenceSteps.unescaped(name)) }
        if !name.contains(.quote), !name.contains(.closeBracket) { return .name(string(range)) }
        // The library wraps the name in quotes and brackets and reads it again, so a quote or a bracket in it counts.
        return try names([.quote] + name + [.quote, .closeBracket], from: 0, at: range.lowerBound)
    }

    private func bracket(_ range: Range<Int>) throws(QuerySyntaxError) -> PathStep {
        let piece = Array(bytes[range])
        if piece == [.openBracket, .star, .closeBracket] { return .wildcard }
        if let count = Self.placeholders(in: piece) { return .placeholder(count) }
        for at in piece.indices {
            switch piece[at] {
            case .question: return .filter(try filter(piece, question: at, at: range.lowerBound))
            case .quote: return try names(piece, from: at, at: range.lowerBound)
            case .at: return try distanceFromEnd(piece, from: at, at: range.lowerBound)
            case .zero ... .nine, .colon, .minus: return try places(piece, from: at, at: range.lowerBound)
            default: break
            }
        }
        throw error("Could not analyze path component: " + String(decoding: piece, as: UTF8.self), at: range.lowerBound)
    }

    /// The number of question marks in `[?]`, `[?, ?]` and the like, or nil if it is something else.
    private static func placeholders(in piece: [UInt8]) -> Int? {
        guard piece.count >= 3, piece[piece.count - 1] == .closeBracket else { return nil }
        guard let first = piece.dropFirst().first(where: { !$0.isJavaSpace }), first == .question else { return nil }
        var count = 0
        for byte in piece.dropFirst().dropLast() {
            if byte == .question {
                count += 1
            } else if !(byte.isJavaSpace || (count > 0 && (byte == .comma || byte == .star))) {
                return nil
            }
        }
        return count
    }

    /// Names in single quotes. What stands outside of quotes is skipped, and a name that is not closed is none.
    private func names(_ piece: [UInt8], from start: Int, at offset: Int) throws(QuerySyntaxError) -> PathStep {
        var names: [String] = []
        var open: Int?
        var at = start
        while at < piece.count, piece[at] != .closeBracket {
            if piece[at] == .quote {
                if let begin = open {
                    names.append(String(decoding: piece[begin..<at], as: UTF8.self))
                    open = nil
                } else {
                    open = at + 1
                }
            }
            at += 1
        }
        guard at < piece.count else { throw error("the bracket is not closed", at: offset) }
        return names.count == 1 ? .name(names[0]) : .names(names)
    }

    /// `(@.length-1)` or `(@.size()-1)`.
    private func distanceFromEnd(_ piece: [UInt8], from start: Int, at offset: Int) throws(QuerySyntaxError) -> PathStep {
        guard let minus = piece[start...].firstIndex(of: .minus), minus >= start + 2,
            let close = piece[minus...].firstIndex(of: .closeParenthesis)
        else { throw error("only [(@.length-1)] counts from the end", at: offset) }
        let function = piece[(start + 2)..<minus].filter { $0 != .space && $0 != .openParenthesis && $0 != .closeParenthesis }
        let name = String(decoding: function, as: UTF8.self)
        guard name == "length" || name == "size" else {
            throw error(
                "Invalid function: @.\(name). Supported functions are: [(@.length - n)] and [(@.size() - n)]", at: offset)
        }
        return .indexFromEnd(try number(piece[minus..<close].filter { $0 != .space }, at: offset))
    }

    /// Indices and slices, read as the library reads them: a third number of a slice is ignored, a lone comma too.
    private func places(_ piece: [UInt8], from start: Int, at offset: Int) throws(QuerySyntaxError) -> PathStep {
        var reader = PlaceReader(piece: piece, at: start)
        guard reader.run() else { throw error("the bracket holds no valid index or slice", at: offset) }
        if reader.numbers.count == 1, !reader.isSliceTo, !reader.isSliceFrom { return .index(reader.numbers[0]) }
        if reader.isSequence { return .indices(reader.numbers) }
        if reader.isSliceFrom { return .sliceFrom(reader.numbers[0]) }
        if reader.isSliceTo { return .sliceTo(reader.numbers[0]) }
        if reader.isSlice, reader.numbers.count > 1 { return .slice(reader.numbers[0], reader.numbers[1]) }
        throw error("the bracket holds no valid index or slice", at: offset)
    }

    private func number(_ digits: [UInt8], at offset: Int) throws(QuerySyntaxError) -> Int {
        guard let number = PlaceReader.number(digits) else { throw error("the bracket holds no valid number", at: offset) }
        return number
    }

    private func filter(_ piece: [UInt8], question: Int, at offset: Int) throws(QuerySyntaxError) -> PathFilter {
        if dialect == .predicate {
            // Indefinite anyway, and refusing here keeps filters in filters in filters from recurring.
            throw error("the predicate path: \(string(0..<bytes.count)) is not definite", at: offset)
        }
        let start = piece[..<question].lastIndex(of: .openBracket) ?? 0
        let end = try endOfFilter(piece, from: start, at: offset)
        return try PathFilter(piece[start..<end], offset: origin + offset + start)
    }

    /// The filter ends with the first bracket that is closed outside of quotes and parentheses.
    private func endOfFilter(_ piece: [UInt8], from start: Int, at offset: Int) throws(QuerySyntaxError) -> Int {
        var brackets = 0
        var parentheses = 0
        var isQuoted = false
        for at in start..<piece.count {
            switch piece[at] {
            case .quote where at == start || piece[at - 1] != .backslash: isQuoted.toggle()
            case .openParenthesis where !isQuoted: parentheses += 1
            case .closeParenthesis where !isQuoted: parentheses -= 1
            case .openBracket where !isQuoted: brackets += 1
            case .closeBracket where !isQuoted:
                brackets -= 1
                if parentheses == 0 {
                    guard brackets == 0 else { throw error("Filter brackets are not balanced", at: offset) }
                    return at + 1
                }
            default: break
            }
        }
        throw error("the filter is not closed", at: offset)
    }

    private func string(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    private func error(_ reason: String, at offset: Int) -> QuerySyntaxError { QuerySyntaxError(reason, offset: origin + offset) }
}

/// Reads the numbers of a bracket.
private struct PlaceReader {
    let piece: [UInt8]
    var at: Int
    var numbers: [Int] = []
    var isSequence = false
    var isSliceFrom = false
    var isSliceTo = false
    var isSlice = false

    init(piece: [UInt8], at: Int) {
        self.piece = piece
        self.at = at
    }

    /// Reads up to the first character that belongs to no number. False if the library would have failed.
    mutating func run() -> Bool {
        var digits: [UInt8] = []
        while at < piece.count {
            switch piece[at] {
            case .space: break
            case .zero ... .nine, .minus: digits.append(piece[at])
            case .comma:
                guard take(&digits) else { return false }
                isSequence = true
            case .colon:
                guard slice(&digits) else { return false }
                if piece[at] == .closeBracket { return true }
            default:
                return digits.isEmpty || take(&digits)
            }
            at += 1
        }
        return false
    }

    /// Reads from a colon to the end of the number after it; stops at the character after that.
    private mutating func slice(_ digits: inout [UInt8]) -> Bool {
        let isTail = digits.isEmpty
        if !isTail, !take(&digits) { return false }
        at += 1
        while at < piece.count, piece[at] == .space || piece[at] == .minus || piece[at].isDigit {
            if piece[at] != .space { digits.append(piece[at]) }
            at += 1
        }
        guard at < piece.count else { return false }
        if isTail {
            isSliceTo = true
            return take(&digits)
        }
        if digits.isEmpty {
            isSliceFrom = true
            return true
        }
        isSlice = true
        return take(&digits)
    }

    private mutating func take(_ digits: inout [UInt8]) -> Bool {
        guard let number = Self.number(digits) else { return false }
        numbers.append(number)
        digits.removeAll(keepingCapacity: true)
        return true
    }

    /// A number as Java reads an `int`: at most 32 bits.
    static func number(_ digits: some Collection<UInt8>) -> Int? {
        Int32(String(decoding: digits, as: UTF8.self)).map(Int.init)
    }
}

extension UInt8 {
    static var space: UInt8 { 0x20 }
    static var quote: UInt8 { 0x27 }
    static var doubleQuote: UInt8 { 0x22 }
    static var dollar: UInt8 { 0x24 }
    static var ampersand: UInt8 { 0x26 }
    static var openParenthesis: UInt8 { 0x28 }
    static var closeParenthesis: UInt8 { 0x29 }
    static var star: UInt8 { 0x2A }
    static var plus: UInt8 { 0x2B }
    static var comma: UInt8 { 0x2C }
    static var minus: UInt8 { 0x2D }
    static var dot: UInt8 { 0x2E }
    static var slash: UInt8 { 0x2F }
    static var zero: UInt8 { 0x30 }
    static var nine: UInt8 { 0x39 }
    static var colon: UInt8 { 0x3A }
    static var question: UInt8 { 0x3F }
    static var at: UInt8 { 0x40 }
    static var openBracket: UInt8 { 0x5B }
    static var backslash: UInt8 { 0x5C }
    static var closeBracket: UInt8 { 0x5D }
    static var openBrace: UInt8 { 0x7B }
    static var bar: UInt8 { 0x7C }
    static var closeBrace: UInt8 { 0x7D }

    /// An ASCII digit.
    var isDigit: Bool { self >= .zero && self <= .nine }
    /// What `\s` is in Java's patterns.
    var isJavaSpace: Bool { self == 0x20 || (self >= 0x09 && self <= 0x0D) }
}
