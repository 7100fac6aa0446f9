import StatesJSON

/// What AWS's JSON reader says about text that is no JSON, as far as it is on record; otherwise our own reason.
enum JacksonText {
    /// The reason, as it stands in `InvalidExecutionInput` and `InvalidOutput`.
    static func reason(_ error: JSONSyntaxError, in text: String) -> String {
        guard error.kind == .grammar else { return error.reason }
        let bytes = Array(text.utf8)
        guard error.offset < bytes.count else { return "Unexpected end-of-input" }
        let rest = String(decoding: bytes[error.offset...].prefix(400), as: UTF8.self)
        let first = rest.unicodeScalars.first ?? " "
        let character = "Unexpected character ('\(first)' (code \(first.value)))"
        switch error.reason {
        case "expected a member name in double quotes or }", "expected a member name in double quotes":
            return "\(character): was expecting double-quote to start field name"
        case "expected a comma or ] after this element": return "\(character): was expecting comma to separate Array entries"
        case "expected a comma or } after this member": return "\(character): was expecting comma to separate Object entries"
        case "expected a colon after this member name":
            return "\(character): was expecting a colon to separate field name and value"
        default: break
        }
        let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "$" }
        let wanted = "was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
        if let letter = word.first, letter.isLetter { return "Unrecognized token '\(word)': \(wanted)" }
        return error.reason.hasPrefix("expected a value")
            ? "\(character): expected a valid value \(wanted.dropFirst(14))" : error.reason
    }
}
