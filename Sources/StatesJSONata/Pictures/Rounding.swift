import StatesJSON

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Rounding as the language does it.
enum Rounding {
    /// The number rounded to so many decimals, or to tens and hundreds for a negative precision, a half to the even neighbour.
    ///
    /// The point is moved in the decimal text rather than by multiplying, so 4.515 is halfway between 4.51 and 4.52 although its
    /// double is not. Where moving it leads beyond the range of a double the result is NaN, as in the reference implementation; -0
    /// is 0.
    static func halfEven(_ value: Double, precision: Int = 0) -> Double {
        if precision == 0 { return positiveZero(halfEvenWhole(value)) }
        if 1...15 ~= precision, let rounded = halfEvenShort(value, precision: precision) { return rounded }
        let rounded = halfEvenWhole(shifted(value, by: precision))
        return positiveZero(shifted(rounded, by: -max(precision, -.max)))
    }

    /// As above with a precision as the language has it: NaN is none, and one that is no whole number makes NaN.
    static func halfEven(_ value: Double, precision: Double) -> Double {
        if precision.isNaN { return halfEven(value) }
        // From 1e21 on its text has an exponent of its own.
        guard precision == precision.rounded(), precision.magnitude < 1e21 else { return .nan }
        // Beyond any exponent of a double every precision does the same.
        return halfEven(value, precision: Int(max(-100_000, min(100_000, precision))))
    }

    /// The nearest whole number, a half up: -0.5 is 0 and 0.49999999999999994 is 0.
    static func javaScript(_ value: Double) -> Double {
        let below = value.rounded(.down)
        return value - below >= 0.5 ? below + 1 : below
    }

    private static func halfEvenWhole(_ value: Double) -> Double {
        let rounded = javaScript(value)
        let isHalf = (rounded - value).magnitude == 0.5
        return isHalf && rounded.truncatingRemainder(dividingBy: 2).magnitude == 1 ? rounded - 1 : rounded
    }

    /// The same for a number with few digits, without moving the point in its text; nil where that might differ.
    ///
    /// Whole numbers below 2^53 and powers of ten up to 10^22 are exact doubles, so their quotient is the nearest double of the decimal.
    private static func halfEvenShort(_ value: Double, precision: Int) -> Double? {
        guard value.magnitude < 1e9 else { return nil }
        let decimal = ShortestDecimal(value.magnitude)
        let surplus = -decimal.exponent - precision
        if surplus <= 0 { return decimal.count - surplus <= 15 ? positiveZero(value) : nil }
        guard surplus <= decimal.count else { return nil }
        let unit = powersOfTen[surplus]
        let (whole, rest) = decimal.significand.quotientAndRemainder(dividingBy: unit)
        // The moved number is a double, and that of a number near a half may be the half.
        guard whole < 1 << 40, rest * 2 == unit || (Double(rest) / Double(unit) - 0.5).magnitude > 0x1p-10 else { return nil }
        let isUp = rest * 2 == unit ? whole % 2 == 1 : rest * 2 > unit
        let rounded = Double(isUp ? whole + 1 : whole) / Double(powersOfTen[precision])
        return positiveZero(value < 0 ? -rounded : rounded)
    }

    private static let powersOfTen: [UInt64] = (0..<18).reduce(into: [1]) { powers, _ in powers.append((powers.last ?? 1) * 10) }

    /// The number times a power of ten, as its decimal text with another exponent reads.
    private static func shifted(_ value: Double, by places: Int) -> Double {
        guard value.isFinite else { return .nan }
        let decimal = ShortestDecimal(value.magnitude)
        // No double has an exponent anywhere near.
        let shift = max(-10_000, min(10_000, places))
        let magnitude = decimal.value(shiftedBy: shift) ?? (decimal.count > 0 && shift > 0 ? .infinity : 0)
        return value < 0 ? -magnitude : magnitude
    }

    private static func positiveZero(_ value: Double) -> Double { value == 0 ? 0 : value }
}

/// What `$power` computes.
enum Exponentiation {
    /// The base to the power of the exponent.
    ///
    /// - Throws: D3061 if the result is no finite number.
    static func power(_ base: Double, _ exponent: Double) throws(JSONataError) -> Double {
        // C has 1 for these, JavaScript has not.
        let isUndefined = exponent.isNaN || base.magnitude == 1 && exponent.isInfinite
        let result = isUndefined ? .nan : pow(base, exponent)
        if result.isFinite { return result }
        throw .make("D3061", value: .number(.double(base)), exponent: .number(.double(exponent)))
    }
}
