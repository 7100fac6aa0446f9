import StatesJSON

/// What a definition will cost: transitions from the text alone, money as far as prices and numbers are given.
public struct Estimate: Sendable {
    /// The machine's name.
    public let name: String
    /// Whether it is an Express machine; both are priced anyway.
    public let isExpress: Bool
    /// The definition.
    public let flow: Flow
    /// What money costs.
    public let tariff: Tariff
    /// The transitions.
    public let bounds: Bounds
    /// The events of the history.
    public let events: Bounds
    /// What is expected with the profile's numbers; nil without them.
    public let expectation: Expectation?
    /// What would have to be known to expect anything.
    public let missing: [String]
    /// Requests to others, in order of their names.
    public let calls: [Call]
    /// The month, if somebody said how often it runs.
    public let month: Month?
    /// What was taken for granted, as sentences.
    public let assumptions: [String]
    /// What rules Express out, and what speaks against it.
    public let obstacles: [Obstacle]

    /// Requests to one service's action.
    public struct Call: Sendable, Hashable {
        /// `lambda:invoke`, `sqs:sendMessage`.
        public let resource: String
        /// In one execution.
        public let range: CountRange
        /// Expected in one execution; nil where nothing is.
        public let expected: Double?
    }

    /// What else there is to know.
    public struct Options: Sendable {
        /// How often the machine runs.
        public var volume: Volume?
        /// Profiles of machines that it starts, by their names: what one execution of each counts.
        public var nested: [String: CountRange] = [:]
        /// Simulated executions, where exact propagation is not possible.
        public var runs = 10_000
        /// Where the dice begin.
        public var seed: UInt64 = 1

        /// Nothing in particular.
        public init() {}
    }

    /// What is charged by others and not computed here.
    public static let notIncluded = [
        "Lambda requests and duration", "requests to other services", "CloudWatch Logs of executions", "X-Ray traces",
        "data transfer", "KMS keys of your own",
    ]

    /// Estimates a definition.
    ///
    /// - Throws: what the profile says about states that are not there.
    public init(
        _ flow: Flow, name: String, isExpress: Bool, profile: Profile = Profile(), tariff: Tariff, options: Options = Options()
    ) throws(ProfileMistake) {
        self.flow = flow
        self.name = name
        self.isExpress = isExpress
        self.tariff = tariff
        let numbers = try Numbers(profile, for: flow)
        let nested = flow.nestedCalls(options.nested)
        let bounds = Bounds(of: flow, items: numbers.items, rounds: numbers.rounds, calls: nested.costs)
        self.bounds = bounds
        events = Bounds(of: flow, tally: .events, items: numbers.items, rounds: numbers.rounds)
        var missing: [String] = []
        var expectation: Expectation?
        if !profile.saysNothing || !profile.durations.isEmpty {
            do throws(Expectation.Missing) {
                expectation = try Expectation(of: flow, numbers: numbers, bounds: bounds, runs: options.runs, seed: options.seed)
            } catch {
                missing = error.numbers
            }
        }
        self.expectation = expectation
        self.missing = missing
        calls = Self.calls(flow, numbers, bounds, expectation)
        obstacles = Obstacle.all(in: flow)
        month = options.volume.map {
            Month($0, flow: flow, bounds: bounds, expectation: expectation, numbers: numbers, profile: profile, tariff: tariff)
        }
        assumptions = Self.assumptions(flow, profile, numbers, bounds, expectation, nested.unknown)
    }

    /// Transitions of an execution for comparing designs: what is expected, else what happens when nothing fails and nothing is open.
    public var typicalTransitions: Double? { expectation?.mean ?? Month.errorFreeTransitions(bounds).map(Double.init) }

    private static func calls(
        _ flow: Flow, _ numbers: Numbers, _ bounds: Bounds, _ expectation: Expectation?
    ) -> [Call] {
        var names: Set<String> = []
        for state in flow.states where bounds.visits[state.number] != nil {
            if let resource = state.resource { names.insert(resource.call) }
        }
        return names.sorted().prefix(40).map { name in
            let range = Bounds(of: flow, tally: .calls(of: name), items: numbers.items, rounds: numbers.rounds).any
            let expected = expectation.map { expectation in
                flow.states.reduce(0) { $0 + ($1.resource?.call == name ? expectation.counts[$1.number] : 0) }
            }
            return Call(resource: name, range: range, expected: expected)
        }
    }

    private static func assumptions(
        _ flow: Flow, _ profile: Profile, _ numbers: Numbers, _ bounds: Bounds, _ expectation: Expectation?, _ unknown: [String]
    ) -> [String] {
        var sentences: [String] = []
        if let expectation {
            let steady = flow.states.filter {
                $0.resource != nil && bounds.visits[$0.number] != nil && numbers.failures[$0.number] == nil
            }
            if !steady.isEmpty {
                sentences.append(
                    steady.count == 1
                        ? "\(steady[0].name) does not fail, because no failure rate is given"
                        : "\(steady.count) tasks do not fail, because no failure rate is given")
            }
            if profile.failures.values.contains(where: { $0[Profile.anyError] != nil }) {
                sentences.append("a failure without a name is \(Profile.anyError), which only wildcards retry and catch")
            }
            if case .simulated(let runs, let seed) = expectation.method {
                sentences.append("failures side by side depend on who is first: \(runs) executions were simulated, seed \(seed)")
            }
        }
        for name in unknown {
            sentences.append("executions that \(name) starts are not counted: no definition was given (--nested)")
        }
        return sentences
    }
}

extension Flow {
    /// What the tasks count that start executions of other machines, as far as those are known; and the names of the tasks of which
    /// they are not.
    func nestedCalls(_ machines: [String: CountRange]) -> (costs: [Int: CountRange], unknown: [String]) {
        var costs: [Int: CountRange] = [:]
        var unknown: [String] = []
        for state in states where state.resource?.startsExecution == true {
            if let name = startedMachine(of: state), let cost = machines[name] {
                costs[state.number] = cost
            } else {
                unknown.append(state.name)
            }
        }
        return (costs, unknown)
    }

    /// The name of the machine that a task starts: the last part of its ARN.
    public func startedMachine(of state: State) -> String? {
        guard state.resource?.startsExecution == true else { return nil }
        let arn = (state.node["Parameters"] ?? state.node["Arguments"])?["StateMachineArn"]?.text
        guard let arn else { return nil }
        let parts = arn.split(separator: ":")
        // Behind the name there may be a version or an alias.
        if let at = parts.firstIndex(of: "stateMachine"), at + 1 < parts.count { return String(parts[at + 1]) }
        return parts.last.map { $0.hasPrefix("${") ? String($0.dropFirst(2).dropLast()) : String($0) }
    }
}

extension Flow {
    /// What one execution costs in transitions, whatever its data: for machines that others start.
    public func costOfExecution(nested: [String: CountRange] = [:]) -> CountRange {
        let bounds = Bounds(of: self, calls: nestedCalls(nested).costs)
        // The symbols of another machine's loops and maps mean nothing outside of it.
        return CountRange(bounds.any.least, bounds.any.most.value.map { Amount($0) } ?? .unknown)
    }
}
