public import StatesCost
public import StatesRuntime

// The one place that knows both a run and its price: neither of their modules needs the other.

extension Run {
    /// What the run's transitions cost on AWS: nil for Express, which is priced by time and memory, and where the table has no price
    /// for the region.
    public func cost(in region: String, prices: PriceTable = .builtIn) -> ExecutionCost? {
        start.isExpress ? nil : prices.cost(ofTransitions: transitions, in: region)
    }
}
