/// How transitions are counted, where AWS's own pages leave room.
public enum CountingRule: String, Sendable, Hashable, CaseIterable {
    /// States entered, and retries: what users of the service's metrics usually see, and what `stepwell run` counts.
    case states
    /// Two more for each execution: a worked example of AWS counts its Start and End markers too.
    case awsExample = "aws-example"

    /// What each execution counts besides its states and retries.
    public var extra: Int { self == .states ? 0 : 2 }
}

/// What is billed in a month: transitions of Standard executions, and starts and memory of Express ones.
public struct Usage: Sendable, Hashable {
    /// Transitions of Standard executions.
    public var transitions: Int
    /// Starts of Express executions.
    public var requests: Int
    /// The memory of Express executions over time.
    public var memory: MemoryTime

    /// A month's usage.
    public init(transitions: Int = 0, requests: Int = 0, memory: MemoryTime = .none) {
        self.transitions = transitions
        self.requests = requests
        self.memory = memory
    }

    /// Both together.
    public static func + (left: Usage, right: Usage) -> Usage {
        Usage(
            transitions: left.transitions.plus(right.transitions), requests: left.requests.plus(right.requests),
            memory: left.memory + right.memory)
    }
}

extension Usage {
    /// As much as so many times the executions use.
    public func scaled(by factor: Double) -> Usage {
        func scaled(_ count: Int) -> Int { Int(min(Double(count) * factor, 1e18).rounded()) }
        return Usage(
            transitions: scaled(transitions), requests: scaled(requests),
            memory: MemoryTime(units: Int128((Double(memory.units) * factor).rounded())))
    }
}

/// Prices as they apply to somebody: a region, and what is taken off.
public struct Tariff: Sendable, Hashable {
    /// The prices.
    public let prices: PriceTable
    /// The region.
    public let region: String
    /// Whether the account's free transitions are taken off, once.
    public let hasFreeTier: Bool
    /// Thousandths that are taken off every amount.
    public let discount: Int
    /// How transitions are counted.
    public let rule: CountingRule

    /// A tariff; nil if the table has no prices for the region.
    public init?(
        prices: PriceTable = .builtIn, region: String, hasFreeTier: Bool = false, discount: Int = 0, rule: CountingRule = .states
    ) {
        guard prices.regions[region] != nil else { return nil }
        self.prices = prices
        self.region = region
        self.hasFreeTier = hasFreeTier
        self.discount = min(max(0, discount), 1_000)
        self.rule = rule
    }

    /// What a month's usage costs; nil if a price that it needs is not in the table.
    public func amount(of usage: Usage) -> Money? {
        var amount = Money.zero
        if usage.transitions > 0 {
            guard let each = prices.standardTransition(in: region) else { return nil }
            amount = amount + each * max(0, usage.transitions - (hasFreeTier ? prices.freeTransitions : 0))
        }
        if usage.requests > 0 || usage.memory != .none {
            guard let express = prices.express(in: region) else { return nil }
            amount = amount + express.requests(usage.requests) + express.duration(usage.memory)
        }
        return discount > 0 ? amount.discounted(byThousandths: discount) : amount
    }

    /// The transitions that so many executions of so many states and retries are billed.
    public func transitions(_ each: Double, executions: Int) -> Int {
        let total = (each + Double(rule.extra)) * Double(executions)
        return total >= Double(Amount.limit) ? Amount.limit : Int(total.rounded())
    }
}
