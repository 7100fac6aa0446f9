/// How likely each count is: probabilities of the counts from `first` on.
public struct Distribution: Sendable {
    /// The smallest count.
    let first: Int
    /// The probability of `first`, `first + 1`, …
    private(set) var weights: [Double]

    init(first: Int, weights: [Double]) {
        self.first = first
        self.weights = weights
    }

    /// One count, certainly.
    init(certainly count: Int) { self.init(first: count, weights: [1]) }

    /// The share of each count among these.
    init(samples: [Int]) {
        let first = samples.min() ?? 0
        let last = min(samples.max() ?? 0, first + 10_000_000)
        var weights = [Double](repeating: 0, count: last - first + 1)
        for sample in samples { weights[min(sample, last) - first] += 1 / Double(samples.count) }
        self.init(first: first, weights: weights)
    }

    var total: Double { weights.reduce(0, +) }

    /// The expected count.
    public var mean: Double {
        let total = total
        guard total > 0 else { return 0 }
        return weights.enumerated().reduce(0) { $0 + Double(first + $1.offset) * $1.element } / total
    }

    /// The smallest count that so many in a hundred executions do not exceed.
    public func percentile(_ share: Double) -> Int {
        let wanted = total * share / 100
        var sum = 0.0
        for (at, weight) in weights.enumerated() {
            sum += weight
            if sum >= wanted - 1e-12 { return first + at }
        }
        return first + weights.count - 1
    }

    /// The distribution of the sum of both.
    func plus(_ other: Distribution) -> Distribution {
        if other.weights.count == 1 {
            return Distribution(first: first + other.first, weights: weights.map { $0 * other.weights[0] })
        }
        if weights.count == 1 { return other.plus(self) }
        var sum = [Double](repeating: 0, count: weights.count + other.weights.count - 1)
        for (i, weight) in weights.enumerated() where weight > 0 {
            for (j, otherWeight) in other.weights.enumerated() { sum[i + j] += weight * otherWeight }
        }
        return Distribution(first: first + other.first, weights: sum)
    }

    /// The distribution of so many of it together; nil if that is more work than it is worth.
    func times(_ count: Int) -> Distribution? {
        guard weights.count > 1 else { return Distribution(certainly: first.times(count)) }
        guard weights.count.times(count) <= 20_000 else { return nil }
        var result = Distribution(certainly: 0)
        var power = self
        var rest = count
        while rest > 0 {
            if rest & 1 == 1 { result = result.plus(power) }
            rest >>= 1
            if rest > 0 { power = power.plus(power) }
        }
        return result
    }
}
