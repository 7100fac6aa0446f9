public import StatesJSON

/// `ResultPath`: names one place in a JSON value, where something is to be written.
public struct ReferencePath: Sendable {
    /// The path as it was written.
    public let text: String
    private let steps: [ReferenceSteps.Step]

    /// Reads a Reference Path.
    ///
    /// - Throws: `QuerySyntaxError` for what is no path, for `$$` and variables, and for paths that could name more than one place
    ///   (asl.md section 4).
    public init(_ text: String) throws(QuerySyntaxError) {
        let path = try DataPath(text)
        guard path.root == .input else {
            throw QuerySyntaxError(
                "a place to write to is in the state's input, not in the context object or a variable", offset: 1)
        }
        guard let steps = ReferenceSteps.parse(text) else {
            throw QuerySyntaxError("a Reference Path has only names and indexes", offset: 0)
        }
        self.text = text
        self.steps = steps
    }

    /// `input` with `result` at this place. Missing objects are created on the way; an array is never extended.
    ///
    /// - Throws: `QueryFailure` named `States.ResultPathMatchFailure` where something else is in the way.
    public func placing(_ result: JSONValue, in input: JSONValue) throws(QueryFailure) -> JSONValue {
        var root = input
        guard place(result, at: 0, in: &root) else {
            throw QueryFailure(
                error: "States.ResultPathMatchFailure",
                cause: "Unable to apply ReferencePath \(text) to input \(input.compactText)")
        }
        return root
    }

    private func place(_ result: JSONValue, at step: Int, in value: inout JSONValue) -> Bool {
        guard step < steps.count else {
            value = result
            return true
        }
        switch steps[step] {
        case .name(let name):
            guard case .object(var object) = value else { return false }
            value = .null  // `object` is now the only owner and is changed in place.
            var member = object[name] ?? .emptyObject
            let isPlaced = place(result, at: step + 1, in: &member)
            object[name] = member
            value = .object(object)
            return isPlaced
        case .index(let index):
            guard case .array(var elements) = value, index < elements.count else { return false }
            value = .null
            let isPlaced = place(result, at: step + 1, in: &elements[index])
            value = .array(elements)
            return isPlaced
        }
    }
}

/// The grammar of Reference Paths: `$` followed by `.name`, `['name']` and `[0]`.
enum ReferenceSteps {
    enum Step: Sendable {
        case name(String)
        case index(Int)
    }

    /// The steps, or nil if the text is no Reference Path.
    static func parse(_ text: String) -> [Step]? {
        let bytes = Array(text.utf8)
        guard bytes.first == .dollar else { return nil }
        var steps: [Step] = []
        var at = 1
        while at < bytes.count {
            guard steps.count < JSONPath.stepLimit else { return nil }
            if bytes[at] == .dot, at + 1 < bytes.count, bytes[at + 1] == .openBracket { at += 1 }
            guard let (step, end) = bytes[at] == .dot ? dotName(bytes, at + 1) : bracket(bytes, at) else { return nil }
            steps.append(step)
            at = end
        }
        return steps
    }

    private static func dotName(_ bytes: [UInt8], _ start: Int) -> (Step, Int)? {
        var at = start
        while at < bytes.count, bytes[at] != .dot, bytes[at] != .openBracket {
            if bytes[at] == .backslash {
                guard at + 1 < bytes.count else { return nil }
                at += 2
            } else if bytes[at] <= .space || forbidden.contains(bytes[at]) {
                return nil
            } else {
                at += 1
            }
        }
        return at == start ? nil : (.name(unescaped(bytes[start..<at])), at)
    }

    /// `@ .. , : ? *` and calls, as the States Language lists them, and what can only be a slip: quotes and a closing bracket.
    private static let forbidden: [UInt8] = [
        .at, .comma, .colon, .question, .star, .openParenthesis, .closeParenthesis, .quote, .doubleQuote, .closeBracket, .dollar,
        0x7F,
    ]

    private static func bracket(_ bytes: [UInt8], _ start: Int) -> (Step, Int)? {
        guard bytes[start] == .openBracket, start + 2 < bytes.count else { return nil }
        if bytes[start + 1] == .quote {
            guard let close = bytes[(start + 2)...].firstIndex(of: .quote), close + 1 < bytes.count,
                bytes[close + 1] == .closeBracket
            else { return nil }
            return (.name(bytes[(start + 2)..<close].string), close + 2)
        }
        let digits = bytes[(start + 1)...].prefix { $0.isDigit }
        guard digits.endIndex < bytes.count, bytes[digits.endIndex] == .closeBracket, !digits.isEmpty else { return nil }
        // A number too long for any array: a Reference Path in form, refused by the compiler.
        return (.index(Int(digits.string) ?? .max), digits.endIndex + 1)
    }

    /// The text with each backslash dropped and the character after it kept.
    static func unescaped(_ name: ArraySlice<UInt8>) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(name.count)
        var isEscaped = false
        for byte in name {
            if byte == .backslash, !isEscaped {
                isEscaped = true
            } else {
                bytes.append(byte)
                isEscaped = false
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
