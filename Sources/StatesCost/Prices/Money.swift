/// An amount of money, exact: whole billionths of a US dollar.
///
/// Prices are as small as $0.000001, so amounts are counted and not rounded until they are shown. An amount beyond nine billion
/// dollars stays there instead of overflowing.
public struct Money: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Billionths of a US dollar.
    public var nanodollars: Int64

    /// Nothing.
    public static let zero = Money(nanodollars: 0)

    /// An amount.
    public init(nanodollars: Int64) { self.nanodollars = nanodollars }

    /// Reads dollars as they are written: `25`, `0.000025`, `9.90`; nil for anything else, and for more than nine decimal places.
    public init?(decimal text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = Self.digits(parts[0], limit: 9), !parts[0].isEmpty else { return nil }
        var fraction: Int64 = 0
        if parts.count == 2 {
            guard !parts[1].isEmpty, let digits = Self.digits(parts[1], limit: 9) else { return nil }
            fraction = (parts[1].utf8.count..<9).reduce(digits) { value, _ in value * 10 }
        }
        nanodollars = whole * 1_000_000_000 + fraction
    }

    private static func digits(_ text: some StringProtocol, limit: Int) -> Int64? {
        guard text.utf8.count <= limit, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return text.isEmpty ? 0 : Int64(text)
    }

    /// Less than.
    public static func < (left: Money, right: Money) -> Bool { left.nanodollars < right.nanodollars }

    /// The sum.
    public static func + (left: Money, right: Money) -> Money {
        Money(nanodollars: Int64(clamping: Int128(left.nanodollars) + Int128(right.nanodollars)))
    }

    /// The difference.
    public static func - (left: Money, right: Money) -> Money { left + Money(nanodollars: -right.nanodollars) }

    /// So many times the amount.
    public static func * (amount: Money, count: Int) -> Money { amount.times(Int128(count), per: 1) }

    /// The amount times a fraction, rounded to the nearest billionth.
    package func times(_ numerator: Int128, per denominator: Int128) -> Money {
        let (product, overflow) = Int128(nanodollars).multipliedReportingOverflow(by: numerator)
        if overflow { return Money(nanodollars: nanodollars < 0 ? .min : .max) }
        return Money(nanodollars: Int64(clamping: (product + (product < 0 ? -denominator : denominator) / 2) / denominator))
    }

    /// The amount with so many thousandths of it taken away: `120` is 12 %.
    public func discounted(byThousandths share: Int) -> Money { times(Int128(1_000 - share), per: 1_000) }

    /// Rounded to whole cents, half a cent up: what a bill shows.
    public var cents: Money {
        let cent: Int64 = 10_000_000
        let rest = nanodollars % cent
        let down = nanodollars - rest
        return Money(nanodollars: abs(rest) * 2 >= cent ? down + (nanodollars < 0 ? -cent : cent) : down)
    }

    /// A decimal text of dollars without the sign, with at least two digits behind the point: `0.00015`, `12.50`.
    public var decimalText: String {
        let magnitude = nanodollars.magnitude
        var fraction = String(magnitude % 1_000_000_000)
        fraction = String(repeating: "0", count: 9 - fraction.count) + fraction
        while fraction.utf8.count > 2, fraction.utf8.last == UInt8(ascii: "0") { fraction.removeLast() }
        return (nanodollars < 0 ? "-" : "") + "\(magnitude / 1_000_000_000).\(fraction)"
    }

    /// As people read amounts: `$1,234.50` in whole cents from a cent on, and every digit below it.
    public var shortText: String {
        guard nanodollars.magnitude >= 10_000_000 else { return description }
        let text = cents.decimalText
        let sign = text.hasPrefix("-") ? "-" : ""
        let parts = text.dropFirst(sign.utf8.count).split(separator: ".")
        return "\(sign)$\(Money.grouped(String(parts[0]))).\(parts[1])"
    }

    static func grouped(_ digits: String) -> String {
        var grouped = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { grouped += "," }
            grouped.append(digit)
        }
        return grouped
    }

    /// `$0.00015`.
    public var description: String { nanodollars < 0 ? "-$" + decimalText.dropFirst() : "$" + decimalText }
}
