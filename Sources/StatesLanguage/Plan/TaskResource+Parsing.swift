import StatesJSON

extension TaskResource {
    /// Why a text is no resource of a Task.
    package enum ParsingProblem: Error {
        /// It is no ARN at all.
        case notAnARN
        /// It is one that AWS does not know.
        case unrecognized
    }

    /// Takes a resource apart (integrations.md section 1).
    ///
    /// A symbol makes any text acceptable: `${Charge}` is a function called `Charge`, as is `arn:…:function:${Charge}`.
    package init(parsing text: String) throws(ParsingProblem) {
        self.text = text
        let symbols = symbols(in: text)
        if let only = symbols.first, symbols.count == 1, only.range == text.startIndex..<text.endIndex {
            (kind, pattern) = (.function(name: String(only.name)), .requestResponse)
            return
        }
        do {
            (kind, pattern) = try Self.parse(text, symbols)
        } catch {
            guard let first = symbols.first else { throw error }
            (kind, pattern) = (.function(name: String(first.name)), .requestResponse)
        }
    }

    /// A function's version or alias: what follows its name in the ARN. Nil if there is none, and for other resources.
    public var qualifier: String? {
        guard case .function = kind else { return nil }
        let parts = Self.split(text, symbols(in: text))
        return parts.count > 7 ? String(parts[7]) : nil
    }

    /// The partition of the ARN: `aws`, `aws-cn`, `aws-us-gov`.
    private static func parse(_ text: String, _ symbols: [SymbolOccurrence]) throws(ParsingProblem) -> (Kind, Pattern) {
        let parts = split(text, symbols)
        guard parts.count >= 6, parts[0] == "arn", !parts[1].isEmpty else { throw .notAnARN }
        switch parts[2] {
        case "lambda": return (try function(parts), .requestResponse)
        case "states": return try statesResource(parts)
        default: throw .unrecognized
        }
    }

    /// `arn:PART:lambda:REGION:ACCOUNT:function:NAME[:QUALIFIER]`.
    private static func function(_ parts: [Substring]) throws(ParsingProblem) -> Kind {
        guard (7...8).contains(parts.count), parts[5] == "function", !parts[3].isEmpty, !parts[4].isEmpty, !parts[6].isEmpty else {
            throw .unrecognized
        }
        return .function(name: unwrapped(parts[6]))
    }

    /// `arn:PART:states:REGION:ACCOUNT:activity:NAME`, `arn:PART:states:::SERVICE:ACTION[PATTERN]` or
    /// `arn:PART:states:::aws-sdk:SERVICE:ACTION[PATTERN]`. Integrations with region and account filled in are accepted.
    private static func statesResource(_ parts: [Substring]) throws(ParsingProblem) -> (Kind, Pattern) {
        if parts[5] == "activity" {
            guard parts.count == 7, !parts[3].isEmpty, !parts[4].isEmpty, !parts[6].isEmpty else { throw .unrecognized }
            return (.activity(name: unwrapped(parts[6])), .requestResponse)
        }
        var rest = parts[5...].joined(separator: ":")
        var pattern = Pattern.requestResponse
        for suffix in [Pattern.sync2, .sync, .waitForTaskToken] where rest.hasSuffix(suffix.rawValue) {
            pattern = suffix
            rest.removeLast(suffix.rawValue.utf8.count)
            break
        }
        let names = rest.split(separator: ":", omittingEmptySubsequences: false)
        if names.count == 3, names[0] == "aws-sdk", names[1].isIdentifier, names[2].isIdentifier {
            guard pattern == .requestResponse || pattern == .waitForTaskToken else { throw .unrecognized }
            return (.integration(service: "aws-sdk:\(names[1])", action: String(names[2])), pattern)
        }
        guard names.count == 2, let integration = OptimizedIntegration.find(names[0], names[1]),
            pattern == .requestResponse || integration.patterns.contains(pattern)
        else { throw .unrecognized }
        return (.integration(service: String(names[0]), action: String(names[1])), pattern)
    }

    /// `${Name}` becomes `Name`; anything else stays.
    private static func unwrapped(_ part: Substring) -> String {
        let text = String(part)
        let symbols = symbols(in: text)
        if let only = symbols.first, only.range == text.startIndex..<text.endIndex { return String(only.name) }
        return text
    }

    /// The parts between colons; colons inside a symbol, as in `${AWS::Region}`, do not separate.
    private static func split(_ text: String, _ symbols: [SymbolOccurrence]) -> [Substring] {
        guard !symbols.isEmpty else { return text.split(separator: ":", omittingEmptySubsequences: false) }
        var parts: [Substring] = []
        var start = text.startIndex
        var at = start
        var rest = symbols[...]
        while at < text.endIndex {
            if let symbol = rest.first, symbol.range.lowerBound == at {
                at = symbol.range.upperBound
                rest = rest.dropFirst()
                continue
            }
            if text.utf8[at] == UInt8(ascii: ":") {
                parts.append(text[start..<at])
                start = text.utf8.index(after: at)
            }
            at = text.utf8.index(after: at)
        }
        parts.append(text[start...])
        return parts
    }
}

extension Substring {
    /// Whether this consists of ASCII letters and digits, as names of services and actions do.
    fileprivate var isIdentifier: Bool {
        !isEmpty
            && utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            }
    }
}
