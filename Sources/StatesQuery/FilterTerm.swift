import StatesJSON
import StatesText

/// A value in a comparison.
enum FilterTerm {
    case null
    case text(String, FilterLiteral?)
    case number(JSONNumber)
    case bool(Bool)
    case pattern(Pattern)
    /// An object or an array: equal to nothing.
    case opaque(JSONValue)

    init(_ value: JSONValue) {
        switch value {
        case .null: self = .null
        case .bool(let bool): self = .bool(bool)
        case .number(let number): self = .number(number)
        case .string(let text): self = .text(text, nil)
        case .array, .object: self = .opaque(value)
        }
    }

    var isNull: Bool {
        if case .null = self { true } else { false }
    }

    /// Null, or the text `null`, which the library takes for it.
    private var isNullish: Bool {
        switch self {
        case .null: true
        case .text(let text, _): text.utf8Equals("null")
        case .number, .bool, .pattern, .opaque: false
        }
    }

    /// Roughly how much there is to compare, in bytes.
    var size: Int {
        switch self {
        case .text(let text, _), .number(.text(let text)): text.utf8.count
        case .null, .number, .bool, .pattern, .opaque: 0
        }
    }

    /// What a pattern is matched with; nil for null.
    var javaText: String? {
        switch self {
        case .null, .pattern: nil
        case .text(let text, _): text
        case .number(let number): JavaText.text(of: number)
        case .bool(let bool): bool ? "true" : "false"
        case .opaque(let value): JavaText.excerpt(of: value)
        }
    }

    /// Negative, zero or positive, or nil where the kinds do not compare.
    ///
    /// - Throws: `PathFailure` where a text that is no number meets a number; that fails the whole path in the library.
    static func compare(_ expected: FilterTerm, _ model: FilterTerm) throws(PathFailure) -> Int? {
        switch (expected.isNullish, model.isNullish) {
        case (true, true): return 0
        case (true, false): return -1
        case (false, true): return 1
        case (false, false): break
        }
        switch (expected, model) {
        case (.text(let text, _), .text(let other, _)):
            return orderAsJava(text.utf8.contains(.quote) ? unquoted(text) : text, other)
        case (.number(let number), .number(let other)):
            return try compare(number, other)
        case (.text(let text, let literal), .number(let other)):
            if let left = literal?.double, let right = comparable(other) { return left < right ? -1 : left > right ? 1 : 0 }
            return try decimal(text, literal).compare(to: decimal(other))
        case (.text(let text, _), .bool(let other)):
            return order(equalsTrue(text), other)
        case (.bool(let bool), .bool(let other)):
            return order(bool, other)
        case (.null, _), (.number, _), (.bool, _), (.pattern, _), (.opaque, _), (.text, _):
            return nil
        }
    }

    private static func compare(_ number: JSONNumber, _ other: JSONNumber) throws(PathFailure) -> Int {
        if case .integer(let a) = number, case .integer(let b) = other { return a < b ? -1 : a > b ? 1 : 0 }
        if let a = comparable(number), let b = comparable(other) { return a < b ? -1 : a > b ? 1 : 0 }
        return try decimal(number).compare(to: decimal(other))
    }

    /// The number as a double, if comparing that gives what comparing its digits would. Long integers are not, nor what is no
    /// number.
    private static func comparable(_ number: JSONNumber) -> Double? {
        switch number {
        case .integer(let value): value.magnitude < 1 << 53 ? Double(value) : nil
        case .double(let value): value.isFinite ? value : nil
        case .text(let text):
            // A fraction or an exponent makes a double of it in the library; without either it is an integer of any length.
            text.utf8.contains { $0 == .dot || $0 | 0x20 == UInt8(ascii: "e") } && number.doubleValue.isFinite
                ? number.doubleValue : nil
        }
    }

    private static func decimal(_ text: String, _ literal: FilterLiteral?) throws(PathFailure) -> Decimal {
        do {
            if let literal { return try literal.decimal.get() }
            return try Decimal(parsing: Array(text.utf8)[...])
        } catch {
            throw PathFailure(.invalid, error.message)
        }
    }

    private static func decimal(_ number: JSONNumber) throws(PathFailure) -> Decimal {
        do {
            return try Decimal(number)
        } catch {
            throw PathFailure(.invalid, error.message)
        }
    }

    /// What Java's `Boolean.valueOf` makes of a text.
    private static func equalsTrue(_ text: String) -> Bool {
        text.utf8.count == 4 && text.utf8.elementsEqual("true".utf8) { $0 | 0x20 == $1 }
    }

    private static func order(_ left: Bool, _ right: Bool) -> Int { left == right ? 0 : left ? 1 : -1 }

    /// The text with `\'` read as a quote.
    private static func unquoted(_ text: String) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            if byte == .quote, bytes.last == .backslash { bytes.removeLast() }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Compares as Java does, by UTF-16 code unit: as by byte, but characters beyond U+FFFF come before U+E000 to U+FFFF.
    private static func orderAsJava(_ left: String, _ right: String) -> Int {
        var (a, b) = (left.utf8.makeIterator(), right.utf8.makeIterator())
        while true {
            switch (a.next(), b.next()) {
            case (nil, nil): return 0
            case (nil, _): return -1
            case (_, nil): return 1
            case (let x?, let y?):
                if x == y { continue }
                if x >= 0xEE, y >= 0xEE, (x >= 0xF0) != (y >= 0xF0) { return x >= 0xF0 ? -1 : 1 }
                return x < y ? -1 : 1
            }
        }
    }
}
