import StatesJSON

extension Diagnostic {
    /// Checks 1 and 2: the text is no JSON. AWS's parser words it, with the text itself inside.
    static func notJSON(_ error: JSONSyntaxError, in source: SourceText) -> Diagnostic {
        let bytes = source.text.utf8
        let start = min(max(error.offset, 0), bytes.count)
        switch error.kind {
        case .grammar where bytes.allSatisfy(\.isJSONSpace):
            return Diagnostic(
                .schemaValidationFailed, .error, "Definition must be a valid JSON object", pointer: nil, range: SourceRange(0, 0))
        case .size: return .tooLong(at: SourceRange(0, 0))
        case .depth:
            return Diagnostic(
                .tooDeeplyNested, .error, error.reason, pointer: "/", range: SourceRange(start, min(start + 1, bytes.count)))
        case .grammar, .encoding: break
        }
        let at = bytes.index(bytes.startIndex, offsetBy: start)
        let word = String(bytes[at...].prefix(500).prefix(while: \.isTokenByte)) ?? ""
        let end = start + word.utf8.count
        var reason = error.reason
        if error.kind == .grammar, let first = word.utf8.first, !first.isNumberStart, !["true", "false", "null"].contains(word) {
            reason =
                "Unrecognized token '\(word)': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
        }
        let place = source.position(of: end)
        let location = "[Source: (String)\(excerpt(of: source.text)); line: \(place.line), column: \(place.column)]"
        return Diagnostic(
            .invalidJSONDescription, .error, "\(reason)\n at \(location)", pointer: location,
            range: SourceRange(start, max(end, min(start + 1, bytes.count))))
    }

    /// Check 5: the definition is too long.
    static func tooLong(at range: SourceRange) -> Diagnostic {
        Diagnostic(
            .schemaValidationFailed, .error, "The definition is longer than \(DefinitionCheck.lengthLimit) characters",
            pointer: "/",
            range: range)
    }

    /// The source in quotes, cut after 500 characters as AWS's parser does.
    private static func excerpt(of text: String) -> String {
        let scalars = text.unicodeScalars
        guard let end = scalars.index(scalars.startIndex, offsetBy: 500, limitedBy: scalars.endIndex), end < scalars.endIndex else {
            return "\"\(text)\""
        }
        return "\"\(String(scalars[..<end]))\"[truncated \(scalars[end...].count) chars]"
    }
}

extension UInt8 {
    fileprivate var isJSONSpace: Bool { self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09 }
    fileprivate var isNumberStart: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) || self == UInt8(ascii: "-") }
    /// What a word consists of, as Java's identifiers do.
    fileprivate var isTokenByte: Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
            || self == UInt8(ascii: "_") || self == UInt8(ascii: "$") || self >= 0x80
    }
}
