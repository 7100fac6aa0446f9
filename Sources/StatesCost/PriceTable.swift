/// An amount of money, exact: whole billionths of a US dollar.
///
/// Prices are as small as $0.000001, so amounts are counted and not rounded until they are shown.
public struct Money: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Billionths of a US dollar.
    public var nanodollars: Int64

    /// An amount.
    public init(nanodollars: Int64) { self.nanodollars = nanodollars }

    /// Less than.
    public static func < (left: Money, right: Money) -> Bool { left.nanodollars < right.nanodollars }

    /// The sum.
    public static func + (left: Money, right: Money) -> Money { Money(nanodollars: left.nanodollars + right.nanodollars) }

    /// So many times the amount.
    public static func * (amount: Money, count: Int) -> Money { Money(nanodollars: amount.nanodollars * Int64(count)) }

    /// A decimal text of dollars without the sign, with at least two digits behind the point: `0.00015`, `12.50`.
    public var decimalText: String {
        let magnitude = nanodollars.magnitude
        var fraction = String(magnitude % 1_000_000_000)
        fraction = String(repeating: "0", count: 9 - fraction.count) + fraction
        while fraction.count > 2, fraction.last == "0" { fraction.removeLast() }
        return (nanodollars < 0 ? "-" : "") + "\(magnitude / 1_000_000_000).\(fraction)"
    }

    /// `$0.00015`.
    public var description: String { "$" + decimalText }
}

/// What a state transition costs, by region, as of a day.
///
/// List prices without the free tier, discounts, or anything that other services charge. A region that is not in the table has no
/// price, and none is guessed.
public struct PriceTable: Sendable {
    /// The day the prices were read, `YYYY-MM-DD`.
    public let date: String
    private let transitions: [String: Money]

    /// A table of prices per state transition of Standard workflows.
    public init(date: String, standardTransitions: [String: Money]) {
        self.date = date
        transitions = standardTransitions
    }

    /// The price of one state transition of a Standard execution, or nil if the region is not in the table.
    public func standardTransition(in region: String) -> Money? { transitions[region] }

    /// The table that comes with this version (cost.md section 1: dollars per 1,000 transitions).
    public static let builtIn = PriceTable(
        date: "2025-08-01",
        standardTransitions: [
            "us-east-1": Money(nanodollars: 25_000), "us-east-2": Money(nanodollars: 25_000),
            "us-west-2": Money(nanodollars: 25_000),
            "ca-central-1": Money(nanodollars: 25_000), "eu-west-1": Money(nanodollars: 25_000),
            "eu-central-1": Money(nanodollars: 25_000), "eu-west-2": Money(nanodollars: 25_000),
            "eu-north-1": Money(nanodollars: 25_000), "ap-southeast-1": Money(nanodollars: 25_000),
            "ap-northeast-1": Money(nanodollars: 25_000), "ap-southeast-2": Money(nanodollars: 25_000),
            "us-west-1": Money(nanodollars: 27_900), "sa-east-1": Money(nanodollars: 37_500),
            "us-gov-east-1": Money(nanodollars: 30_000), "us-gov-west-1": Money(nanodollars: 30_000),
            "eu-west-3": Money(nanodollars: 29_700), "ap-northeast-2": Money(nanodollars: 27_100),
            "ap-south-1": Money(nanodollars: 28_500),
        ])
}

/// What one Standard execution cost, with everything a price needs to be believed: the region, and the day of the prices.
public struct ExecutionCost: Sendable, Hashable, CustomStringConvertible {
    /// The transitions that were counted: states entered, and retries.
    public let transitions: Int
    /// The amount.
    public let amount: Money
    /// The region.
    public let region: String
    /// The day of the prices.
    public let pricesAsOf: String

    /// `$0.00015 us-east-1, prices of 2025-08-01`.
    public var description: String { "\(amount) \(region), prices of \(pricesAsOf)" }
}

extension PriceTable {
    /// The cost of a Standard execution of so many transitions, or nil if the region's price is unknown.
    public func cost(ofTransitions transitions: Int, in region: String) -> ExecutionCost? {
        standardTransition(in: region).map {
            ExecutionCost(transitions: transitions, amount: $0 * transitions, region: region, pricesAsOf: date)
        }
    }
}
