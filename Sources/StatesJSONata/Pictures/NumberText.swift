// The standard library rounds doubles with the C library's mathematics, which is linked where something imports it.
#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Numbers as JavaScript prints and reads them.
enum NumberText {
    /// The number as JavaScript prints it: `100`, `0.1`, `1e+21`, `1e-7`, `Infinity`, `NaN`; -0 is `0`.
    ///
    /// Digits are the fewest that read back as the same number, whole numbers are in full below 1e21.
    static func javaScript(_ value: Double) -> String {
        // Most numbers in data are small and whole.
        if value.magnitude < 0x1p53 {
            let whole = Int64(value)
            if Double(whole) == value { return String(whole) }
        }
        guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity" }
        return ShortestDecimal(value.magnitude).text(isNegative: value < 0)
    }

    /// The number rounded to 15 significant digits, half away from zero, and printed as by `javaScript`, which is what `$string`
    /// and `&` make of a number. What rounds beyond a double's range is `null`, as in the reference implementation.
    static func fifteenDigits(_ value: Double) -> String {
        if value.magnitude < 1e15 {
            let whole = Int64(value)
            if Double(whole) == value { return String(whole) }
        }
        guard value.isFinite else { return javaScript(value) }
        var decimal = ShortestDecimal(value.magnitude)
        if decimal.count > 15 {
            decimal.round(to: 15, of: value.magnitude)
            // Up to 15 digits are the fewest of their double, so it need not be asked. Near the greatest double the digits can be too
            // great for one, which JSON has no text for.
            if value.magnitude > 1e308, decimal.value(shiftedBy: 0)?.isFinite != true { return "null" }
        }
        return decimal.text(isNegative: value < 0)
    }

    /// The number rounded to so many decimals, up to 100, exactly and half up, as `toFixed` does; from 1e21 on as by `javaScript`.
    /// The sign is dropped.
    static func fixed(_ value: Double, decimals: Int) -> String {
        let magnitude = value.magnitude
        guard magnitude < 1e21 else { return javaScript(magnitude) }
        var scaled = NaturalNumber(magnitude.wholeSignificand)
        scaled.multiply(byFiveToThe: decimals)
        let shift = magnitude.significandExponent + decimals
        if shift < 0 { scaled.shiftRightRounding(-shift) } else { scaled.shiftLeft(shift) }
        var digits = scaled.digits()
        if digits.count <= decimals {
            digits.insert(contentsOf: repeatElement(UInt8(ascii: "0"), count: decimals + 1 - digits.count), at: 0)
        }
        if decimals > 0 { digits.insert(UInt8(ascii: "."), at: digits.count - decimals) }
        return String(decoding: digits, as: UTF8.self)
    }

    /// The number that a text stands for where `$number` is asked, or nil where it is none.
    ///
    /// Decimal numbers have digits before the point and after it, may have leading zeros and an exponent, and are finite; whole
    /// numbers may be hexadecimal (`0x1F`), octal (`0o17`) or binary (`0b11`). As in the reference implementation, a text that only
    /// holds such a prefix is NaN.
    static func parse(_ text: String) -> Double? {
        if let short = shortInteger(text) { return short }
        if isDecimal(text) {
            // What is no double is too great for one, or too small.
            guard let value = Double(text), value.isFinite else { return nil }
            return value
        }
        return prefixed(CodeUnits(text.utf16))
    }

    /// Up to 15 digits and nothing else.
    private static func shortInteger(_ text: String) -> Double? {
        var text = text
        return text.withUTF8 { bytes in
            guard 1...15 ~= bytes.count else { return nil }
            var value: Int64 = 0
            for byte in bytes {
                guard byte &- 0x30 < 10 else { return nil }
                value = value * 10 + Int64(byte - 0x30)
            }
            return Double(value)
        }
    }

    private static func isDecimal(_ text: String) -> Bool {
        var rest = Substring(text).utf8
        if rest.first == UInt8(ascii: "-") { rest.removeFirst() }
        guard rest.removeDigits() else { return false }
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            guard rest.removeDigits() else { return false }
        }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest.removeFirst()
            if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
            guard rest.removeDigits() else { return false }
        }
        return rest.isEmpty
    }

    /// A number to the base 16, 8 or 2; NaN where only a part of the text looks like one: a hexadecimal part at the front, an octal
    /// one anywhere, or a binary one at the end.
    private static func prefixed(_ text: CodeUnits) -> Double? {
        let isHexadecimal = holdsPrefix("x", radix: 16, at: 0, of: text)
        let isOctal = text.indices.contains { holdsPrefix("o", radix: 8, at: $0, of: text) }
        let beforeBinary = text.lastIndex { digit($0, radix: 2) == nil } ?? 0
        let isBinary = beforeBinary > 0 && holdsPrefix("b", radix: 2, at: beforeBinary - 1, of: text)
        return isHexadecimal || isOctal || isBinary ? number(text) ?? .nan : nil
    }

    private static func holdsPrefix(_ letter: Unicode.Scalar, radix: Double, at index: Int, of text: CodeUnits) -> Bool {
        index + 2 < text.count && text[index] == .zero && text[index + 1] | 0x20 == CodeUnits.ascii(letter)
            && digit(text[index + 2], radix: radix) != nil
    }

    /// The whole text as a prefixed number between white space, or nil.
    private static func number(_ text: CodeUnits) -> Double? {
        guard let start = text.firstIndex(where: { !$0.isWhiteSpace }), let end = text.lastIndex(where: { !$0.isWhiteSpace }),
            end >= start + 2, text[start] == .zero
        else { return nil }
        let radix: Double
        switch text[start + 1] | 0x20 {
        case CodeUnits.ascii("x"): radix = 16
        case CodeUnits.ascii("o"): radix = 8
        case CodeUnits.ascii("b"): radix = 2
        default: return nil
        }
        var value = 0.0
        for unit in text[(start + 2)...end] {
            guard let digit = digit(unit, radix: radix) else { return nil }
            value = value * radix + digit
        }
        return value
    }

    private static func digit(_ unit: UInt16, radix: Double) -> Double? {
        let letter = unit | 0x20
        let value: UInt16 = unit.isDigit ? unit - .zero : 0x61...0x66 ~= letter ? letter - 0x61 + 10 : 99
        return Double(value) < radix ? Double(value) : nil
    }
}

extension Substring.UTF8View {
    /// Takes digits from the front; false if there are none.
    fileprivate mutating func removeDigits() -> Bool {
        guard let first, first &- 0x30 < 10 else { return false }
        self = drop { $0 &- 0x30 < 10 }
        return true
    }
}

/// The fewest decimal digits that read back as a number: `significand` times ten to the `exponent`.
struct ShortestDecimal {
    private(set) var significand: UInt64
    private(set) var exponent: Int
    /// The number of digits of the significand, which ends in no zero.
    private(set) var count: Int

    /// The digits of a finite number that is not negative.
    init(_ value: Double) {
        significand = 0
        exponent = 0
        count = 0
        var text = value.description
        text.withUTF8 { read($0) }
        normalize()
    }

    /// Reads what the standard library prints: `12.5`, `1.25e-05`, `9007199254740993.0`.
    private mutating func read(_ text: UnsafeBufferPointer<UInt8>) {
        var decimals = 0
        var isFraction = false
        var at = 0
        while at < text.count, text[at] | 0x20 != UInt8(ascii: "e") {
            if text[at] == UInt8(ascii: ".") {
                isFraction = true
            } else {
                significand = significand &* 10 &+ UInt64(text[at] &- 0x30)
                if isFraction { decimals += 1 }
            }
            at += 1
        }
        exponent = -decimals
        guard at + 1 < text.count else { return }
        var scale = 0
        for byte in text[(at + 1)...] where byte &- 0x30 < 10 { scale = scale * 10 + Int(byte - 0x30) }
        exponent += text[at + 1] == UInt8(ascii: "-") ? -scale : scale
    }

    private mutating func normalize() {
        while significand > 0, significand % 10 == 0 {
            significand /= 10
            exponent += 1
        }
        count = 0
        var rest = significand
        while rest > 0 {
            rest /= 10
            count += 1
        }
    }

    /// Rounds to fewer digits what these are the shortest digits of.
    ///
    /// The digits are nearest to the number, so they say which way to go unless they end in the middle.
    mutating func round(to digits: Int, of value: Double) {
        var unit: UInt64 = 1
        for _ in digits..<max(digits, count) { unit *= 10 }
        let tail = significand % unit
        let lower = significand / unit
        let isUp = tail * 2 == unit ? !(value < (significand, exponent)) : tail * 2 > unit
        significand = isUp ? lower + 1 : lower
        exponent += count - digits
        normalize()
    }

    /// The nearest double of the number times a power of ten, infinite where it is too great for one.
    func value(shiftedBy shift: Int) -> Double? { Double("\(significand)e\(exponent + shift)") }

    /// The number as JavaScript prints it.
    func text(isNegative: Bool) -> String {
        String(unsafeUninitializedCapacity: 40) { buffer in
            var writer = DigitWriter(buffer: buffer)
            if isNegative { writer.append(UInt8(ascii: "-")) }
            // Where the point stands among the digits.
            let point = count + exponent
            switch point {
            case count...21 where count > 0:
                writer.append(significand, digits: count)
                for _ in count..<point { writer.append(UInt8(ascii: "0")) }
            case 1...21 where count > 0:
                writer.append(significand, digits: count, pointAfter: point)
            case -5...0 where count > 0:
                writer.append(UInt8(ascii: "0"))
                writer.append(UInt8(ascii: "."))
                writer.append(significand, digits: count - point)
            case _ where count == 0:
                writer.append(UInt8(ascii: "0"))
            default:
                writer.append(significand, digits: count, pointAfter: 1)
                writer.append(UInt8(ascii: "e"))
                writer.append(UInt8(ascii: point > 0 ? "+" : "-"))
                let scale = UInt64((point - 1).magnitude)
                writer.append(scale, digits: scale < 10 ? 1 : scale < 100 ? 2 : 3)
            }
            return writer.count
        }
    }
}

/// Whether a number is less than a decimal one, exactly.
private func < (value: Double, decimal: (significand: UInt64, exponent: Int)) -> Bool {
    var left = NaturalNumber(value.wholeSignificand)
    var right = NaturalNumber(decimal.significand)
    // Both sides are multiplied until they are whole.
    if decimal.exponent < 0 { left.multiply(byFiveToThe: -decimal.exponent) } else { right.multiply(byFiveToThe: decimal.exponent) }
    let shift = value.significandExponent - decimal.exponent
    if shift < 0 { right.shiftLeft(-shift) } else { left.shiftLeft(shift) }
    return left < right
}

/// Writes ASCII into memory that is large enough.
private struct DigitWriter {
    let buffer: UnsafeMutableBufferPointer<UInt8>
    private(set) var count = 0

    init(buffer: UnsafeMutableBufferPointer<UInt8>) { self.buffer = buffer }

    mutating func append(_ byte: UInt8) {
        buffer[count] = byte
        count += 1
    }

    /// Appends a number with leading zeros.
    mutating func append(_ value: UInt64, digits: Int) {
        var rest = value
        for index in stride(from: count + digits - 1, through: count, by: -1) {
            buffer[index] = 0x30 + UInt8(rest % 10)
            rest /= 10
        }
        count += digits
    }

    /// Appends digits with a point among them; a point after the last one is left out.
    mutating func append(_ value: UInt64, digits: Int, pointAfter whole: Int) {
        if digits <= whole { return append(value, digits: digits) }
        var scale: UInt64 = 1
        for _ in whole..<digits { scale *= 10 }
        append(value / scale, digits: whole)
        append(UInt8(ascii: "."))
        append(value % scale, digits: digits - whole)
    }
}
