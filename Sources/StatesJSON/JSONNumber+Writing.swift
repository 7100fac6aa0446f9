extension JSONNumber {
    /// The number as the service writes it.
    ///
    /// The service reads and writes JSON with Jackson: integers are Java's `long` and `BigInteger` and keep their digits, everything else is
    /// a `double` and comes out as Java prints it: `1.0` stays `1.0`, `1e2` becomes `100.0`, `1.10` becomes `1.1`, `1e7` becomes `1.0E7`.
    /// A double that is not finite is a string, as Jackson writes it. *Assumed:* a text beyond the range of a double keeps its
    /// digits, so that passing it through loses nothing.
    public var jsonText: String {
        var bytes: [UInt8] = []
        write(into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends `jsonText`.
    func write(into bytes: inout [UInt8]) {
        switch self {
        case .integer(let value): bytes.append(decimal: value)
        case .double(let value) where value.isFinite: JavaNumberText.write(value, into: &bytes)
        case .double(let value):
            bytes.append(.quote)
            JavaNumberText.write(value, into: &bytes)
            bytes.append(.quote)
        case .text(let text):
            if let value = writtenDouble {
                JavaNumberText.write(value, into: &bytes)
            } else {
                bytes.append(contentsOf: text.utf8)
            }
        }
    }

    /// The number of bytes of `jsonText`.
    var jsonUTF8Count: Int {
        if case .integer(let value) = self { return value.decimalCount }
        if case .text(let text) = self, writtenDouble == nil { return text.utf8.count }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        write(into: &bytes)
        return bytes.count
    }

    /// The double whose text is written instead of this text: none for integers and for what no double can hold.
    private var writtenDouble: Double? {
        guard case .text(let text) = self, !text.utf8.allSatisfy({ $0.isDigit || $0 == .minus }) else { return nil }
        let value = doubleValue
        return value.isFinite ? value : nil
    }
}

extension Int64 {
    /// The number of characters of the decimal text.
    fileprivate var decimalCount: Int {
        var count = self < 0 ? 2 : 1
        var rest = magnitude
        while rest >= 10 {
            rest /= 10
            count += 1
        }
        return count
    }
}

extension [UInt8] {
    /// Appends the decimal text of an integer.
    fileprivate mutating func append(decimal value: Int64) {
        if value < 0 { append(.minus) }
        var rest = value.magnitude
        guard rest >= 10 else { return append(.zero + UInt8(rest)) }
        let first = count
        while rest > 0 {
            append(.zero + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        }
        self[first...].reverse()
    }
}

/// Numbers as Java prints them.
public enum JavaNumberText {
    /// A double as `Double.toString` prints it: plain from 0.001 up to 10,000,000, else with one digit before the point and an
    /// exponent: `100.0`, `0.001`, `1.0E7`, `-0.0`, `Infinity`, `NaN`.
    ///
    /// The digits are the fewest that read back as the same double, which Java prints from version 19 on; earlier versions print one
    /// digit more for a few values such as 2.0E-3 multiples.
    public static func text(of value: Double) -> String {
        var bytes: [UInt8] = []
        write(value, into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends `text(of:)`.
    static func write(_ value: Double, into bytes: inout [UInt8]) {
        guard value.isFinite else {
            bytes.append(contentsOf: (value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity").utf8)
            return
        }
        if value.sign == .minus { bytes.append(.minus) }
        guard value != 0 else { return bytes.append(contentsOf: "0.0".utf8) }
        let (digits, exponent) = digits(of: value.magnitude)
        let point = UInt8(ascii: ".")
        switch exponent {
        case -2...0:
            bytes.append(contentsOf: [.zero, point])
            bytes.append(contentsOf: repeatElement(.zero, count: -exponent))
            bytes.append(contentsOf: digits)
        case 1...7:
            bytes.append(contentsOf: digits.prefix(exponent))
            bytes.append(contentsOf: repeatElement(.zero, count: max(0, exponent - digits.count)))
            bytes.append(point)
            bytes.append(contentsOf: digits.count > exponent ? digits[exponent...] : [.zero])
        default:
            bytes.append(digits[0])
            bytes.append(point)
            bytes.append(contentsOf: digits.count > 1 ? digits[1...] : [.zero])
            bytes.append(UInt8(ascii: "E"))
            bytes.append(decimal: Int64(exponent - 1))
        }
    }

    /// The digits without zeros at either end, and where the point stands among them: `12.5` is `125` and 2, `0.001` is `1` and -2.
    private static func digits(of value: Double) -> (digits: [UInt8], exponent: Int) {
        var digits: [UInt8] = []
        var exponent = 0
        var isFraction = false
        let text = Array(value.description.utf8)
        let mark = text.firstIndex(of: UInt8(ascii: "e")) ?? text.endIndex
        for byte in text[..<mark] {
            guard byte.isDigit else {
                isFraction = true
                continue
            }
            if digits.isEmpty, byte == .zero {
                if isFraction { exponent -= 1 }
            } else {
                digits.append(byte)
                if !isFraction { exponent += 1 }
            }
        }
        while digits.last == .zero { digits.removeLast() }
        if mark < text.endIndex { exponent += Int(String(decoding: text[(mark + 1)...], as: UTF8.self)) ?? 0 }
        return (digits, exponent)
    }
}
