import StatesJSON

/// Values as Java prints them: `{Arg1=1, Arg2=[]}`. Step Functions lets this show in `States.Format` (recorded) and in some causes.
enum JavaText {
    /// The most that goes into a cause, in bytes; the service cuts causes at 32,768 characters.
    static let excerptLimit = 32_768
    /// Levels that are printed; more become `…`.
    private static let depthLimit = 1000

    /// The text of a value, or nil if it is longer than `limit` bytes.
    static func text(of value: JSONValue, limit: Int) -> String? {
        var text = ""
        append(value, to: &text, limit: limit, depth: 0)
        return text.utf8.count > limit ? nil : text
    }

    /// The beginning of the text of a value, for a cause.
    static func excerpt(of value: JSONValue) -> String {
        var text = ""
        append(value, to: &text, limit: excerptLimit, depth: 0)
        return text
    }

    private static func append(_ value: JSONValue, to text: inout String, limit: Int, depth: Int) {
        if text.utf8.count > limit { return }
        switch value {
        case .null: text += "null"
        case .bool(let bool): text += bool ? "true" : "false"
        case .number(let number): text += self.text(of: number)
        case .string(let string): text += string
        case .array where depth == depthLimit, .object where depth == depthLimit: text += "…"
        case .array(let elements):
            text += "["
            for (index, element) in elements.enumerated() where text.utf8.count <= limit {
                if index > 0 { text += ", " }
                append(element, to: &text, limit: limit, depth: depth + 1)
            }
            text += "]"
        case .object(let object):
            text += "{"
            for (index, member) in object.members.enumerated() where text.utf8.count <= limit {
                if index > 0 { text += ", " }
                text += member.name
                text += "="
                append(member.value, to: &text, limit: limit, depth: depth + 1)
            }
            text += "}"
        }
    }

    /// A number as Java prints an `Integer`, a `BigInteger` or a `Double`.
    static func text(of number: JSONNumber) -> String {
        switch number {
        case .integer(let value): return String(value)
        case .double(let value): return text(of: value)
        case .text(let text):
            if text.utf8.allSatisfy({ $0.isDigit || $0 == .minus }) { return text }
            return self.text(of: number.doubleValue)
        }
    }

    /// As `Double.toString`: plain from 0.001 up to 10,000,000, else with one digit before the point and an exponent.
    private static func text(of value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
        if value == 0 { return value.sign == .minus ? "-0.0" : "0.0" }
        let (digits, exponent) = decimalDigits(of: value.magnitude)
        let sign = value < 0 ? "-" : ""
        switch exponent {
        case -2...0:
            return sign + "0." + String(repeating: "0", count: -exponent) + digits
        case 1...7 where digits.utf8.count > exponent:
            return sign + digits.prefix(exponent) + "." + digits.dropFirst(exponent)
        case 1...7:
            return sign + digits + String(repeating: "0", count: exponent - digits.utf8.count) + ".0"
        default:
            let fraction = digits.dropFirst()
            return sign + digits.prefix(1) + "." + (fraction.isEmpty ? "0" : fraction) + "E\(exponent - 1)"
        }
    }

    /// The shortest digits that read back as the value, and the power of ten just above them: `12.5` is `125` and 2.
    private static func decimalDigits(of value: Double) -> (digits: String, exponent: Int) {
        let text = value.description
        let mark = text.firstIndex { $0 == "e" }
        let power = mark.flatMap { Int(text[text.index(after: $0)...]) } ?? 0
        let mantissa = text[..<(mark ?? text.endIndex)]
        let point = mantissa.firstIndex(of: ".") ?? mantissa.endIndex
        let whole = mantissa[..<point]
        let all = whole + mantissa[point...].dropFirst()
        let leading = all.prefix { $0 == "0" }.count
        var digits = all.dropFirst(leading)
        while digits.last == "0" { digits = digits.dropLast() }
        return (String(digits), whole.count - leading + power)
    }
}
