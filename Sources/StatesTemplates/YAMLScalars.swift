import StatesJSON

/// What an unquoted scalar means in YAML 1.1, as far as CloudFormation follows it.
enum YAMLScalar {
    static func content(of text: String) -> JSONNode.Content {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON": return .bool(true)
        case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF": return .bool(false)
        default: break
        }
        guard let first = text.utf8.first, first.isDigit || first == .plus || first == .minus || first == .dot else {
            return .string(text)
        }
        return number(Array(text.utf8)).map { .number($0) } ?? .string(text)
    }

    private static func number(_ bytes: [UInt8]) -> JSONNumber? {
        var digits = bytes[...]
        let isNegative = digits.first == .minus
        if isNegative || digits.first == .plus { digits = digits.dropFirst() }
        guard let first = digits.first, first.isDigit || first == .dot else { return nil }
        if let value = integer(digits) {
            return .integer(isNegative ? -value : value)
        }
        return decimal(digits, isNegative: isNegative)
    }

    /// Decimal, octal, hexadecimal, binary and sexagesimal integers that fit in 64 bits.
    private static func integer(_ digits: ArraySlice<UInt8>) -> Int64? {
        let rest = digits.dropFirst()
        if digits.first == UInt8(ascii: "0"), let second = rest.first {
            switch second {
            case UInt8(ascii: "x"): return parse(rest.dropFirst(), radix: 16)
            case UInt8(ascii: "b"): return parse(rest.dropFirst(), radix: 2)
            default: return parse(rest, radix: 8)
            }
        }
        if digits.contains(UInt8(ascii: ":")) { return sexagesimal(digits) }
        return parse(digits, radix: 10)
    }

    private static func parse(_ digits: ArraySlice<UInt8>, radix: Int) -> Int64? {
        var value: Int64 = 0
        var count = 0
        for byte in digits where byte != UInt8(ascii: "_") {
            guard let digit = byte.digit(below: radix) else { return nil }
            let (product, high) = value.multipliedReportingOverflow(by: Int64(radix))
            let (sum, carry) = product.addingReportingOverflow(Int64(digit))
            if high || carry { return nil }
            value = sum
            count += 1
        }
        return count > 0 ? value : nil
    }

    /// `1:30` is 90: a number to the base sixty.
    private static func sexagesimal(_ digits: ArraySlice<UInt8>) -> Int64? {
        let parts = digits.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count <= 6, let first = parts.first, let head = parse(first, radix: 10), head < 1 << 31 else { return nil }
        var value = head
        for part in parts.dropFirst() {
            guard (1...2).contains(part.count), let minor = parse(part, radix: 10), minor < 60 else { return nil }
            value = value * 60 + minor
        }
        return value
    }

    /// A fraction, an exponent or an integer beyond 64 bits, as JSON writes it.
    private static func decimal(_ digits: ArraySlice<UInt8>, isNegative: Bool) -> JSONNumber? {
        var text = isNegative ? "-" : ""
        var at = digits.startIndex
        func run() -> String {
            var run = ""
            while at < digits.endIndex, digits[at].isDigit || digits[at] == UInt8(ascii: "_") {
                if digits[at].isDigit { run.unicodeScalars.append(Unicode.Scalar(digits[at])) }
                at += 1
            }
            return run
        }
        let whole = run()
        if whole.utf8.count > 1, whole.utf8.first == UInt8(ascii: "0"), at == digits.endIndex { return nil }
        let trimmed = whole.drop { $0 == "0" }
        text += trimmed.isEmpty ? "0" : trimmed
        var hasDigits = !whole.isEmpty
        if at < digits.endIndex, digits[at] == .dot {
            at += 1
            let fraction = run()
            hasDigits = hasDigits || !fraction.isEmpty
            text += "." + (fraction.isEmpty ? "0" : fraction)
        }
        guard hasDigits else { return nil }
        if at < digits.endIndex, digits[at] | 0x20 == UInt8(ascii: "e") {
            at += 1
            text += "e"
            if at < digits.endIndex, digits[at] == .plus || digits[at] == .minus {
                text.unicodeScalars.append(Unicode.Scalar(digits[at]))
                at += 1
            }
            let exponent = run()
            guard !exponent.isEmpty else { return nil }
            text += exponent
        }
        return at == digits.endIndex ? .text(text) : nil
    }
}

extension UInt8 {
    fileprivate static var plus: UInt8 { UInt8(ascii: "+") }
    fileprivate static var minus: UInt8 { UInt8(ascii: "-") }
    fileprivate static var dot: UInt8 { UInt8(ascii: ".") }
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

    fileprivate func digit(below radix: Int) -> Int? {
        let value: Int
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): value = Int(self) - 48
        case UInt8(ascii: "a")...UInt8(ascii: "f"): value = Int(self) - 87
        case UInt8(ascii: "A")...UInt8(ascii: "F"): value = Int(self) - 55
        default: return nil
        }
        return value < radix ? value : nil
    }
}
