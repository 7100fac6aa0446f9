/// A bucket of tokens: each thing that is done takes one, and so many a second are put back.
public struct Quota: Sendable, Hashable {
    /// What it holds at the start.
    public let burst: Int
    /// What is put back each second.
    public let perSecond: Int

    /// A quota.
    public init(burst: Int, perSecond: Int) {
        self.burst = burst
        self.perSecond = perSecond
    }

    /// After how many seconds at that rate it is empty; nil if never.
    public func secondsUntilEmpty(at rate: Double) -> Double? {
        rate > Double(perSecond) ? Double(burst) / (rate - Double(perSecond)) : nil
    }
}

/// The quotas of a region that an account begins with; they can be raised (cost.md section 6).
public struct Quotas: Sendable, Hashable {
    /// State transitions of Standard executions, all together.
    public let transitions: Quota
    /// Starts of Standard executions.
    public let standardStarts: Quota
    /// Starts of Express executions.
    public let expressStarts: Quota

    /// The quotas of a region: three large regions have more than the others.
    public init(region: String) {
        let isLarge = ["us-east-1", "us-west-2", "eu-west-1"].contains(region)
        transitions = isLarge ? Quota(burst: 5_000, perSecond: 5_000) : Quota(burst: 800, perSecond: 800)
        standardStarts = isLarge ? Quota(burst: 1_300, perSecond: 300) : Quota(burst: 800, perSecond: 150)
        expressStarts = Quota(burst: 6_000, perSecond: 6_000)
    }
}

/// How often something runs.
public struct Volume: Sendable, Hashable {
    /// Executions in a month of 730 hours.
    public let executions: Int
    /// As it was said: `2M/month`.
    public let text: String

    /// A month as AWS's own estimates count it.
    public static let hoursPerMonth = 730

    /// Starts a second, on average.
    public var perSecond: Double { Double(executions) / Double(Self.hoursPerMonth * 3_600) }

    /// So many executions a month.
    public init(perMonth executions: Int) {
        self.executions = executions
        text = "\(executions)/month"
    }

    /// `2M/month`, `100k/day`, `500/hour`, `5/second`; nil for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let count = Self.count(parts[0]) else { return nil }
        let factor: Double
        switch parts[1] {
        case "month": factor = 1
        case "day": factor = Double(Self.hoursPerMonth) / 24
        case "hour": factor = Double(Self.hoursPerMonth)
        case "second", "s": factor = Double(Self.hoursPerMonth) * 3_600
        default: return nil
        }
        let total = (count * factor).rounded()
        guard total <= 1e15 else { return nil }
        executions = Int(total)
        self.text = text
    }

    private static func count(_ text: Substring) -> Double? {
        let units: [Character: Double] = ["k": 1e3, "K": 1e3, "M": 1e6, "B": 1e9]
        let factor = text.last.flatMap { units[$0] }
        let digits = factor == nil ? text : text.dropLast()
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E }) else { return nil }
        return Double(digits).map { $0 * (factor ?? 1) }
    }
}
