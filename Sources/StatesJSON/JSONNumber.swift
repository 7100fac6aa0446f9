// The standard library rounds doubles with the C library's mathematics, which is linked where something imports it.
#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A JSON number.
///
/// Whole numbers that fit in 64 bits are exact. Everything else read from text keeps that text, so nothing is lost by passing a
/// number through, and `1e999999` is neither an error nor infinity until something computes with it.
public enum JSONNumber: Sendable {
    /// A whole number that fits in 64 bits.
    case integer(Int64)
    /// A number that was computed.
    case double(Double)
    /// The text of a number that is no 64-bit integer, as it was read: a fraction, an exponent, or more digits.
    case text(String)
}

extension JSONNumber: Hashable {
    /// The nearest double; infinite where the text is beyond a double's range.
    public var doubleValue: Double {
        switch self {
        case .integer(let value): Double(value)
        case .double(let value): value
        case .text(let text): Double(text) ?? (text.utf8.first == UInt8(ascii: "-") ? -.infinity : .infinity)
        }
    }

    /// The exact 64-bit integer this amounts to, or nil: `2`, `2.0` and `2e0` are 2; `2.5` and `1e30` are none.
    public var exactInteger: Int64? {
        switch self {
        case .integer(let value): value
        case .double(let value): Int64(exactly: value)
        case .text(let text): Double(text).flatMap { Int64(exactly: $0) }
        }
    }

    /// Equality by what the numbers amount to, compared as doubles unless both are integers.
    public static func == (left: JSONNumber, right: JSONNumber) -> Bool {
        if case .integer(let a) = left, case .integer(let b) = right { return a == b }
        if case .text(let a) = left, case .text(let b) = right, a.utf8Equals(b) { return true }
        return left.doubleValue == right.doubleValue
    }

    /// Hashes what `==` compares.
    public func hash(into hasher: inout Hasher) { hasher.combine(doubleValue) }
}
