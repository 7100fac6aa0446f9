extension JSONNumber {
    /// The number as the service writes it.
    ///
    /// The service reads and writes JSON with Jackson: integers are Java's `long` and `BigInteger` and keep their digits, everything else is
    /// a `double` and comes out as Java prints it: `1.0` stays `1.0`, `1e2` becomes `100.0`, `1.10` becomes `1.1`, `1e7` becomes `1.0E7`.
    /// A double that is not finite is a string, as Jackson writes it. *Assumed:* a text beyond the range of a double keeps its
    /// digits, so that passing it through loses nothing.
    public var jsonText: String {
        var buffer = TextBuffer()
        buffer.append(self)
        return buffer.string
    }

    /// The number of bytes of `jsonText`.
    var jsonUTF8Count: Int {
        switch self {
        case .integer(let value): return value.magnitude.decimalCount + (value < 0 ? 1 : 0)
        case .text(let text) where text.isWrittenAsRead: return text.utf8.count
        case .text, .double:
            var buffer = TextBuffer()
            buffer.append(self)
            return buffer.count
        }
    }
}

extension TextBuffer {
    /// Appends `jsonText`.
    mutating func append(_ number: JSONNumber) {
        switch number {
        case .integer(let value): append(decimal: value)
        case .double(let value) where value.isFinite: append(java: value)
        case .double(let value):
            append(.quote)
            append(java: value)
            append(.quote)
        case .text(let text):
            if text.isWrittenAsRead { return append(text) }
            let value = number.doubleValue
            if value.isFinite { append(java: value) } else { append(text) }
        }
    }

    /// Appends the decimal text of an integer.
    mutating func append(decimal value: Int64) {
        if value < 0 { append(.minus) }
        append(decimal: value.magnitude, digits: value.magnitude.decimalCount)
    }
}

extension UInt64 {
    /// The number of digits of the decimal text.
    fileprivate var decimalCount: Int {
        var count = 1
        var rest = self
        while rest >= 10 {
            rest /= 10
            count += 1
        }
        return count
    }
}

extension String {
    /// Whether a number's text needs no second look: integers keep their digits, and a plain fraction of up to 15 digits without a
    /// spare zero at its end, from 0.001 up to 10,000,000, is what Java prints for its double.
    ///
    /// Different decimals of up to 15 digits are different doubles, so no shorter text can stand for the same one.
    fileprivate var isWrittenAsRead: Bool {
        var whole = 0
        var fraction = 0
        var leadingZeros = 0
        var isFraction = false
        var isZero = true
        var last: UInt8 = 0
        for byte in utf8 {
            if byte.isDigit {
                if byte != .zero { isZero = false }
                if isFraction {
                    fraction += 1
                    if isZero { leadingZeros += 1 }
                } else {
                    whole += 1
                }
            } else if byte == UInt8(ascii: ".") {
                isFraction = true
            } else if byte != .minus {
                return false
            }
            last = byte
        }
        if !isFraction { return true }
        if isZero { return fraction == 1 }
        return whole <= 7 && whole + fraction <= 15 && (last != .zero || fraction == 1) && leadingZeros <= 2
    }
}

/// Numbers as Java prints them.
public enum JavaNumberText {
    /// A double as `Double.toString` prints it: plain from 0.001 up to 10,000,000, else with one digit before the point and an
    /// exponent: `100.0`, `0.001`, `1.0E7`, `-0.0`, `Infinity`, `NaN`.
    ///
    /// The digits are the fewest that read back as the same double, as Java prints them from version 19 on. Earlier versions print
    /// more for some values: `9.999999999999999E22` for `1.0E23`.
    public static func text(of value: Double) -> String {
        var buffer = TextBuffer()
        buffer.append(java: value)
        return buffer.string
    }
}

extension TextBuffer {
    /// Appends a double as `JavaNumberText` says.
    mutating func append(java value: Double) {
        guard value.isFinite else { return append(ascii: value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity") }
        if value.sign == .minus { append(.minus) }
        let magnitude = value.magnitude
        if magnitude < 1e7, let whole = Int64(exactly: magnitude) {
            append(decimal: whole)
            return append(ascii: ".0")
        }
        append(java: DecimalDigits(magnitude))
    }

    private mutating func append(java number: DecimalDigits) {
        switch number.exponent {
        case -2...0:
            append(ascii: "0.")
            append(decimal: number.significand, digits: number.count - number.exponent)
        case 1...7:
            // Whole numbers are gone already, so there are digits on both sides of the point.
            append(number, pointAfter: number.exponent)
        default:
            append(number, pointAfter: 1)
            append(UInt8(ascii: "E"))
            append(decimal: Int64(number.exponent - 1))
        }
    }

    /// Appends digits with a point among them and at least one digit behind it.
    private mutating func append(_ number: DecimalDigits, pointAfter whole: Int) {
        var scale: UInt64 = 1
        for _ in whole..<max(whole, number.count) { scale *= 10 }
        append(decimal: number.significand / scale, digits: whole)
        append(UInt8(ascii: "."))
        append(decimal: number.significand % scale, digits: max(number.count - whole, 1))
    }
}

/// The fewest digits that read back as a double, and where the point stands among them: `12.5` is 125 and 2, `0.001` is 1 and -2.
private struct DecimalDigits {
    var significand: UInt64 = 0
    /// The number of digits of the significand.
    var count = 0
    var exponent = 0

    /// The digits of a positive finite double.
    init(_ value: Double) {
        var text = value.description
        text.withUTF8 { read($0) }
        if count == 1, value.bitPattern < 200 { preferTwoDigits(value) }
        while significand % 10 == 0, count > 1 {
            significand /= 10
            count -= 1
        }
    }

    /// Where one digit would do Java takes the nearest two: `4.9E-324`. It matters for the least multiples of the least double only.
    private mutating func preferTwoDigits(_ value: Double) {
        var scaled = Double(value.bitPattern) * 49.406564584124654
        exponent = -323
        while scaled >= 99.5 {
            scaled /= 10
            exponent += 1
        }
        significand = UInt64(scaled + 0.5)
        count = 2
    }

    /// Reads Swift's `12.5` or `1.25e-05`, which has at most 18 digits before the mark of the exponent.
    private mutating func read(_ text: UnsafeBufferPointer<UInt8>) {
        var isFraction = false
        var at = 0
        while at < text.count, text[at] | 0x20 != UInt8(ascii: "e") {
            if text[at].isDigit {
                significand = significand * 10 + UInt64(text[at] - .zero)
                if significand > 0 { count += 1 }
                if significand > 0, !isFraction { exponent += 1 }
                if significand == 0, isFraction { exponent -= 1 }
            } else {
                isFraction = true
            }
            at += 1
        }
        guard at + 1 < text.count else { return }
        let digits = text[(at + 1)...].reduce(0) { $1.isDigit ? $0 * 10 + Int($1 - .zero) : $0 }
        exponent += text[at + 1] == .minus ? -digits : digits
    }
}
