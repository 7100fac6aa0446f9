/// What Step Functions charges, by region, as of a day.
///
/// List prices without the free tier, discounts, or anything that other services charge. A region that is not in the table has no
/// price, and none is guessed.
public struct PriceTable: Sendable, Hashable {
    /// The day the prices were read, `YYYY-MM-DD`.
    public let date: String
    /// The prices by region.
    public let regions: [String: RegionPrices]
    /// The state transitions that an account has free each month. Applied only when asked for.
    public let freeTransitions: Int

    /// A table of prices by region.
    public init(date: String, regions: [String: RegionPrices], freeTransitions: Int = 4_000) {
        self.date = date
        self.regions = regions
        self.freeTransitions = freeTransitions
    }

    /// A table of prices per state transition of Standard workflows.
    public init(date: String, standardTransitions: [String: Money]) {
        self.init(date: date, regions: standardTransitions.mapValues { RegionPrices(standardTransition: $0) })
    }

    /// The price of one state transition of a Standard execution, or nil if the region is not in the table.
    public func standardTransition(in region: String) -> Money? { regions[region]?.standardTransition }

    /// Express prices of a region, or nil if they are not in the table.
    public func express(in region: String) -> ExpressPrices? { regions[region]?.express }

    /// Whether the prices are more than a year old on that day, `YYYY-MM-DD`.
    public func isOlderThanAYear(on day: String) -> Bool {
        guard let priced = Self.dayNumber(date), let today = Self.dayNumber(day) else { return false }
        return today > priced + 10_000
    }

    /// `2025-08-01` as 20250801, so that a year later is 10,000 more.
    static func dayNumber(_ text: String) -> Int? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].utf8.count == 4, parts[1].utf8.count == 2, parts[2].utf8.count == 2,
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]), year >= 0,
            (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        return year * 10_000 + month * 100 + day
    }
}

/// The prices of one region.
public struct RegionPrices: Sendable, Hashable {
    /// What a state transition of a Standard execution costs; nil if unknown.
    public let standardTransition: Money?
    /// What Express executions cost; nil if unknown.
    public let express: ExpressPrices?

    /// A region's prices.
    public init(standardTransition: Money?, express: ExpressPrices? = nil) {
        self.standardTransition = standardTransition
        self.express = express
    }
}

/// What Express executions cost: so much for each start, and so much for memory over time, less the more there is.
public struct ExpressPrices: Sendable, Hashable {
    /// One price of memory over time, up to a number of gigabyte-hours in a month.
    public struct Tier: Sendable, Hashable {
        /// The gigabyte-hours of a month up to which the price holds; nil for the last tier.
        public let upTo: Int?
        /// The price of a gigabyte-hour.
        public let gigabyteHour: Money

        /// A tier.
        public init(upTo: Int?, gigabyteHour: Money) {
            self.upTo = upTo
            self.gigabyteHour = gigabyteHour
        }
    }

    /// What starting an execution costs.
    public let request: Money
    /// The prices of memory over time, in order; the last one has no limit.
    public let tiers: [Tier]

    /// A region's Express prices.
    public init(request: Money, tiers: [Tier]) {
        self.request = request
        self.tiers = tiers
    }

    /// What so many starts cost.
    public func requests(_ count: Int) -> Money { request * count }

    /// What memory over time costs, tier by tier.
    ///
    /// The price of a gigabyte-hour is the basis, as in AWS's own examples; the prices per gigabyte-second that are published beside
    /// it are rounded.
    public func duration(_ usage: MemoryTime) -> Money {
        var cost = Money.zero
        var below: Int128 = 0
        for tier in tiers {
            let limit = tier.upTo.map { Int128($0) * MemoryTime.unitsPerGigabyteHour } ?? usage.units
            let units = min(usage.units, limit) - below
            guard units > 0 else { break }
            cost = cost + tier.gigabyteHour.times(units, per: MemoryTime.unitsPerGigabyteHour)
            below += units
        }
        return cost
    }
}

/// Memory over time as Express bills it.
///
/// An execution's time is rounded up to 100 milliseconds and its memory to 64 megabytes.
public struct MemoryTime: Sendable, Hashable {
    /// Megabytes times milliseconds.
    let units: Int128

    static let unitsPerGigabyteHour: Int128 = 1_024 * 3_600_000

    /// So many executions of that length (milliseconds, before rounding) and memory (megabytes, before rounding).
    public init(executions: Int, milliseconds: Int, megabytes: Double) {
        units =
            Int128(max(0, executions)) * Int128(Self.billedMilliseconds(milliseconds)) * Int128(Self.billedMegabytes(megabytes))
    }

    /// So many executions whose billed time is known on average.
    public init(executions: Int, meanBilledMilliseconds: Double, megabytes: Double) {
        let total = Double(max(0, executions)) * max(100, meanBilledMilliseconds)
        units = Int128(total.rounded()) * Int128(Self.billedMegabytes(megabytes))
    }

    init(units: Int128) { self.units = units }

    /// No time at all.
    public static let none = MemoryTime(units: 0)

    /// Both together.
    public static func + (left: MemoryTime, right: MemoryTime) -> MemoryTime { MemoryTime(units: left.units + right.units) }

    /// Time as billed: whole tenths of a second, at least one.
    public static func billedMilliseconds(_ milliseconds: Int) -> Int {
        let limited = min(max(1, milliseconds), 1 << 52)
        return (limited + 99) / 100 * 100
    }

    /// Memory as billed: whole 64 MB, at least one.
    public static func billedMegabytes(_ megabytes: Double) -> Int {
        Int((min(max(1, megabytes), 1e9) / 64).rounded(.up)) * 64
    }

    /// Gigabyte-hours, for people.
    public var gigabyteHours: Double { Double(units) / Double(Self.unitsPerGigabyteHour) }

    /// AWS's model of an Express execution's memory in megabytes, an estimate: 50 MB, the definition, and the payload once for each
    /// Map iteration or Parallel branch that runs (cost.md section 2). Megabytes are decimal here, as in AWS's own example.
    public static func modelledMegabytes(definitionBytes: Int, payloadBytes: Int, steps: Int) -> Double {
        50 + Double(definitionBytes) / 1e6 + Double(payloadBytes) / 1e6 * Double(max(1, steps))
    }
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
