import StatesKernel

/// What an execution is expected to do, with the numbers of a profile.
public struct Expectation: Sendable {
    /// How likely each count of transitions is.
    public let transitions: Distribution
    /// How it was found.
    public let method: Method
    /// How often each state is expected to be counted, retries included, by number.
    public let counts: [Double]
    /// How often each state is expected to be entered, by number.
    public let entered: [Double]
    /// How long executions take on average as Express bills them, in milliseconds; nil if the durations of some states are not known.
    public let billedMilliseconds: Double?

    /// The ways to find an expectation.
    public enum Method: Sendable, Hashable {
        /// The probability of every count was carried through the graph.
        case exact
        /// So many executions were simulated on the kernel.
        case simulated(runs: Int, seed: UInt64)
    }

    /// What cannot be expected without being told.
    public struct Missing: Error, Sendable, Hashable {
        /// What is not known, as clauses with the option that says it.
        public let numbers: [String]
    }

    /// The expected transitions.
    public var mean: Double { transitions.mean }

    /// Finds what to expect: exactly where that is possible, else by simulation from a seed.
    ///
    /// - Throws: what the profile would have to say first.
    public init(
        of flow: Flow, numbers: Numbers, bounds: Bounds, runs: Int = 10_000, seed: UInt64 = 1, exactly: Bool = true
    ) throws(Missing) {
        let decisions = Decisions(flow, numbers, bounds: bounds)
        guard decisions.missing.isEmpty else { throw Missing(numbers: decisions.missing) }
        let untimed = flow.states.contains { state in
            bounds.visits[state.number] != nil && state.needsDuration && numbers.durations[state.number] == nil
        }
        var propagation = Propagation(decisions)
        let exact = exactly ? try? propagation.execution() : nil
        var simulated: SimulationResult?
        if exact == nil || !untimed {
            guard let rehearsal = Rehearsal(flow, numbers) else {
                throw Missing(numbers: ["a definition that can be simulated"])
            }
            var simulation = Simulation(rehearsal, decisions, seed: seed)
            // Only the time is asked for where the transitions are known exactly.
            simulated = simulation.run(exact == nil ? runs : min(runs, 1_000), seed: seed)
        }
        billedMilliseconds = untimed ? nil : simulated?.meanBilledMilliseconds
        if let exact {
            (transitions, method, counts, entered) = (exact, .exact, propagation.counts, propagation.entered)
        } else {
            transitions = Distribution(samples: simulated?.transitions ?? [])
            method = .simulated(runs: simulated?.transitions.count ?? 0, seed: seed)
            (counts, entered) = (simulated?.counts ?? [], simulated?.entered ?? [])
        }
    }
}

extension Flow.State {
    /// Whether nobody knows how long it takes unless told.
    package var needsDuration: Bool {
        switch kind {
        case .task, .wait(seconds: nil): true
        case .pass, .choice, .wait, .succeed, .fail, .parallel, .map: false
        }
    }
}
