import StatesJSON

/// Reads a call such as `States.Format('{} of {}', $.n, States.ArrayLength($.xs))`.
struct IntrinsicParser {
    /// Calls may stand in calls up to this depth (asl.md section 14).
    static let depthLimit = 10

    private let bytes: [UInt8]
    private var at = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    /// Whether a text is meant to be a call rather than a path.
    static func isCall(_ text: String) -> Bool {
        text.utf8.drop { $0.isJavaSpace }.starts(with: "States.".utf8)
    }

    /// The call that is the whole text.
    mutating func parse() throws(QuerySyntaxError) -> IntrinsicCall {
        skipSpace()
        let call = try call(depth: 1)
        skipSpace()
        if at < bytes.count { throw error("nothing may follow the call") }
        return call
    }

    private mutating func call(depth: Int) throws(QuerySyntaxError) -> IntrinsicCall {
        let start = at
        guard let open = bytes[at...].firstIndex(where: { $0 != .dot && !$0.isLetterOrDigit }), bytes[open] == .openParenthesis
        else {
            throw error("a function's name is followed by an opening parenthesis")
        }
        let name = bytes[at..<open].string
        guard let function = IntrinsicFunction(rawValue: name) else { throw error("there is no function named \(name)") }
        if depth > Self.depthLimit { throw error("calls are nested more than \(Self.depthLimit) deep") }
        at = open + 1
        let arguments = try arguments(of: function, depth: depth)
        guard function.arity.contains(arguments.count) else {
            throw error("\(name) does not take \(arguments.count) arguments", at: start)
        }
        return IntrinsicCall(function: function, arguments: arguments)
    }

    private mutating func arguments(of function: IntrinsicFunction, depth: Int) throws(QuerySyntaxError) -> [IntrinsicArgument] {
        var arguments: [IntrinsicArgument] = []
        skipSpace()
        if take(.closeParenthesis) { return arguments }
        while true {
            skipSpace()
            let isTemplate = function == .format && arguments.isEmpty
            arguments.append(try argument(isTemplate: isTemplate, depth: depth))
            skipSpace()
            if take(.closeParenthesis) { return arguments }
            guard take(.comma) else { throw error("an argument is followed by a comma or a closing parenthesis") }
        }
    }

    private mutating func argument(isTemplate: Bool, depth: Int) throws(QuerySyntaxError) -> IntrinsicArgument {
        guard at < bytes.count else { throw error("the call is not closed") }
        switch bytes[at] {
        case .quote: return try quoted(isTemplate: isTemplate)
        case .dollar: return .path(try path())
        case .minus, .zero ... .nine: return .literal(.number(try number()))
        default: break
        }
        if bytes[at...].starts(with: "States.".utf8) { return .call(try call(depth: depth + 1)) }
        for (word, value) in [("true", JSONValue.bool(true)), ("false", .bool(false)), ("null", .null)] {
            let end = at + word.utf8.count
            if bytes[at...].starts(with: word.utf8), end == bytes.count || !bytes[end].isLetterOrDigit {
                at = end
                return .literal(value)
            }
        }
        throw error("an argument is a path, a text in single quotes, a number, true, false, null or a call")
    }

    /// A path ends before a comma or a closing parenthesis that is not inside of its own brackets or parentheses.
    private mutating func path() throws(QuerySyntaxError) -> DataPath {
        let start = at
        var brackets = 0
        var parentheses = 0
        var isQuoted = false
        scan: while at < bytes.count {
            let byte = bytes[at]
            if isQuoted {
                isQuoted = byte != .quote
            } else {
                switch byte {
                case .quote where brackets > 0: isQuoted = true
                case .backslash: at += 1
                case .openBracket: brackets += 1
                case .closeBracket: brackets -= 1
                case .openParenthesis: parentheses += 1
                case .closeParenthesis where parentheses > 0: parentheses -= 1
                case .comma where brackets > 0 || parentheses > 0: break
                case .comma, .closeParenthesis: break scan
                default: break
                }
            }
            at += 1
        }
        at = min(at, bytes.count)
        do {
            return try DataPath(bytes[start..<at].string)
        } catch {
            throw QuerySyntaxError(error.reason, offset: start + error.offset)
        }
    }

    private mutating func quoted(isTemplate: Bool) throws(QuerySyntaxError) -> IntrinsicArgument {
        let start = at + 1
        at = start
        while at < bytes.count, bytes[at] != .quote { at += bytes[at] == .backslash ? 2 : 1 }
        guard at < bytes.count else { throw error("the text is not closed", at: start - 1) }
        let content = bytes[start..<at]
        at += 1
        if isTemplate {
            guard let template = FormatTemplate(escaped: content) else { throw illegalEscape(start) }
            return .template(template)
        }
        var text: [UInt8] = []
        text.reserveCapacity(content.count)
        var isEscaped = false
        for byte in content {
            if isEscaped {
                guard [.quote, .openBrace, .closeBrace, .backslash].contains(byte) else { throw illegalEscape(start) }
                text.append(byte)
                isEscaped = false
            } else if byte == .backslash {
                isEscaped = true
            } else {
                text.append(byte)
            }
        }
        return .literal(.string(String(decoding: text, as: UTF8.self)))
    }

    private func illegalEscape(_ offset: Int) -> QuerySyntaxError {
        error("a backslash stands only before a quote, a brace or a backslash", at: offset)
    }

    /// A number as in JSON.
    private mutating func number() throws(QuerySyntaxError) -> JSONNumber {
        let start = at
        while at < bytes.count, bytes[at].isDigit || bytes[at].isLetterOrDigit || [.minus, .plus, .dot].contains(bytes[at]) {
            at += 1
        }
        let text = bytes[start..<at].string
        guard case .number(let number)? = try? JSONValue(parsing: text) else { throw error("\(text) is no number", at: start) }
        return number
    }

    private mutating func skipSpace() {
        while at < bytes.count, bytes[at].isJavaSpace { at += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard at < bytes.count, bytes[at] == byte else { return false }
        at += 1
        return true
    }

    private func error(_ reason: String, at offset: Int? = nil) -> QuerySyntaxError {
        QuerySyntaxError(reason, offset: offset ?? at)
    }
}

extension UInt8 {
    /// An ASCII letter or digit.
    var isLetterOrDigit: Bool { isDigit || (self | 0x20 >= 0x61 && self | 0x20 <= 0x7A) }
}
