/// What a month costs in each of three designs, and what a region lets happen.
public struct Month: Sendable {
    /// How often the machine runs.
    public let volume: Volume
    /// The Standard bill when nothing fails: the fewest and the most; the most is nil if data decides.
    public let errorFree: (least: Money?, most: Money?)
    /// The Standard bill at its least and at its most.
    public let any: (least: Money?, most: Money?)
    /// The three designs: Standard, Express, and Standard with Express children.
    public let designs: [Design]
    /// The length of an execution in seconds at which Express costs as much as Standard; nil if Standard's transitions are not known.
    public let breakEvenSeconds: Double?
    /// What binds at this volume, as sentences.
    public let limits: [String]
    /// The bill under the other counting rule, if it differs by more than 5 %.
    public let otherRule: (rule: CountingRule, amount: Money)?

    /// One way to build it.
    public struct Design: Sendable {
        /// Which one.
        public let kind: Kind
        /// What it uses; nil if a number is missing.
        public let usage: Usage?
        /// What that costs; nil if a number or a price is missing.
        public let amount: Money?
        /// What it depends on, or why there is no amount, as clauses.
        public let notes: [String]

        /// The designs that are compared.
        public enum Kind: String, Sendable, Hashable, CaseIterable {
            /// One Standard execution.
            case standard
            /// One Express execution.
            case express
            /// A Standard execution that hands what is short and repeatable to Express children.
            case standardWithExpressChildren
        }
    }

    init(
        _ volume: Volume, flow: Flow, bounds: Bounds, expectation: Expectation?, numbers: Numbers, profile: Profile, tariff: Tariff
    ) {
        self.volume = volume
        let bill = { (count: Int?) -> Money? in
            count.flatMap {
                tariff.amount(of: Usage(transitions: tariff.transitions(Double($0), executions: volume.executions)))
            }
        }
        errorFree = (bill(bounds.errorFree?.least), bill(bounds.errorFree?.most.value))
        any = (bill(bounds.any.least), bill(bounds.any.most.value))
        let typical = expectation?.mean ?? Self.errorFreeTransitions(bounds).map(Double.init)
        let memory = ExpressModel(flow, numbers, profile, expectation)
        let advisor = DesignAdvisor(
            flow: flow, volume: volume, tariff: tariff, typical: typical, expectation: expectation, memory: memory)
        designs = [advisor.standard(), advisor.express(), advisor.combined()]
        breakEvenSeconds = advisor.breakEvenSeconds()
        limits = advisor.limits(bounds)
        otherRule = typical.flatMap { typical in
            let other: CountingRule = tariff.rule == .states ? .awsExample : .states
            guard abs(Double(other.extra - tariff.rule.extra)) > 0.05 * (typical + Double(tariff.rule.extra)),
                let twin = Tariff(
                    prices: tariff.prices, region: tariff.region, hasFreeTier: tariff.hasFreeTier, discount: tariff.discount,
                    rule: other)
            else { return nil }
            let usage = Usage(transitions: twin.transitions(typical, executions: volume.executions))
            return twin.amount(of: usage).map { (other, $0) }
        }
    }

    /// The transitions of an execution in which nothing fails, if there is only one number for it.
    static func errorFreeTransitions(_ bounds: Bounds) -> Int? {
        guard let errorFree = bounds.errorFree, errorFree.most.value == errorFree.least else { return nil }
        return errorFree.least
    }
}

/// The memory and the time of an Express execution, as far as they can be known: an estimate by AWS's own model.
struct ExpressModel {
    let megabytes: Double
    let billedMilliseconds: Double?
    let notes: [String]

    init(_ flow: Flow, _ numbers: Numbers, _ profile: Profile, _ expectation: Expectation?) {
        var steps = 1
        var notes: [String] = []
        for state in flow.states {
            switch state.kind {
            case .parallel(let branches): steps = max(steps, branches.count)
            case .map(let map) where !map.isDistributed: steps = max(steps, numbers.items[state.number] ?? 1)
            case .pass, .task, .choice, .wait, .succeed, .fail, .map: break
            }
        }
        megabytes = MemoryTime.modelledMegabytes(
            definitionBytes: flow.definitionBytes, payloadBytes: profile.payloadBytes ?? 0, steps: steps)
        billedMilliseconds = expectation?.billedMilliseconds
        notes.append("memory is an estimate by AWS's model: \(MemoryTime.billedMegabytes(megabytes)) MB billed")
        if profile.payloadBytes == nil { notes.append("payloads are taken as small (--payload SIZE)") }
        self.notes = notes
    }
}
