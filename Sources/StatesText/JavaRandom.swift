/// The generator of `java.util.Random`, number for number.
///
/// A seeded `$random` of the service is its first `nextDouble` (recorded); `States.MathRandom` is likely to use it too.
public struct JavaRandom: Sendable, Hashable {
    private var state: UInt64

    private static let multiplier: UInt64 = 0x5_DEEC_E66D
    private static let mask: UInt64 = 0xFFFF_FFFF_FFFF

    /// A generator with a seed.
    public init(seed: Int64) { state = (UInt64(bitPattern: seed) ^ Self.multiplier) & Self.mask }

    /// The next bits of the sequence, 1 to 32 of them, as the low bits of a Java `int`.
    public mutating func next(bits: Int) -> Int32 {
        precondition(1...32 ~= bits, "a Java int has 1 to 32 bits")
        state = (state &* Self.multiplier &+ 0xB) & Self.mask
        return Int32(truncatingIfNeeded: state >> UInt64(48 - bits))
    }

    /// The next number from 0 up to, but not including, the bound, which must be positive.
    public mutating func nextInt(bound: Int32) -> Int32 {
        precondition(bound > 0, "the bound must be positive")
        var bits = next(bits: 31)
        if bound & (bound - 1) == 0 { return Int32((Int64(bound) * Int64(bits)) >> 31) }
        // Numbers of the last, incomplete run of `bound` numbers are drawn again, so that all are equally likely.
        while true {
            let value = bits % bound
            if !bits.subtractingReportingOverflow(value).partialValue.addingReportingOverflow(bound - 1).overflow { return value }
            bits = next(bits: 31)
        }
    }

    /// The next number from 0 up to, but not including, 1, with 53 random bits.
    public mutating func nextDouble() -> Double {
        let high = Int64(next(bits: 26)) << 27
        return Double(high + Int64(next(bits: 27))) * 0x1p-53
    }
}
