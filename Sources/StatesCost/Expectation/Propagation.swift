/// Exact propagation: the probability of every count, carried from state to state.
///
/// Every visit counts at least once, so going through the counts in order goes round loops too. It gives up, and a simulation takes
/// over, where what happens depends on who is first: failures among branches and iterations that run side by side.
struct Propagation {
    private let decisions: Decisions
    private let flow: Flow
    /// How often each state is expected to be counted, retries included.
    private(set) var counts: [Double]
    /// How often each state is expected to be entered.
    private(set) var entered: [Double]
    private var solved: [Int: Solved] = [:]
    private var budget = 20_000_000

    /// What is left undone when this little remains.
    private static let precision = 1e-12

    /// Why a distribution was not found exactly.
    enum GivenUp: Error {
        case depends(on: Int)
        case tooMuch
    }

    init(_ decisions: Decisions) {
        self.decisions = decisions
        flow = decisions.flow
        counts = Array(repeating: 0, count: flow.states.count)
        entered = counts
    }

    /// The transitions of a whole execution.
    mutating func execution() throws(GivenUp) -> Distribution {
        let solved = try solve(0)
        book(solved, weight: 1)
        return solved.outcome.sum
    }

    /// What is known about a `States` object, however often it is come to.
    private struct Solved {
        var outcome = Outcome()
        /// How often each of its states is entered each time.
        var entered: [Int: Double] = [:]
        var visits: [Int: VisitOutcomes] = [:]
    }

    /// How a `States` object ends: the counts with which it succeeds, and those with which it fails.
    private struct Outcome {
        var succeeded: [Double] = []
        var failed: [Double] = []

        var sum: Distribution {
            var weights = succeeded + Array(repeating: 0, count: max(0, failed.count - succeeded.count))
            for (at, weight) in failed.enumerated() { weights[at] += weight }
            return Distribution(first: 0, weights: weights)
        }

        mutating func add(_ weight: Double, at count: Int, succeeded ok: Bool) {
            if ok { Self.add(weight, at: count, to: &succeeded) } else { Self.add(weight, at: count, to: &failed) }
        }

        private static func add(_ weight: Double, at count: Int, to weights: inout [Double]) {
            if count >= weights.count { weights += Array(repeating: 0, count: count + 1 - weights.count) }
            weights[count] += weight
        }
    }

    private struct Position: Hashable {
        let state: Int
        let visits: [Int]
    }

    /// Carries probability through one `States` object.
    private mutating func solve(_ number: Int) throws(GivenUp) -> Solved {
        if let known = solved[number] { return known }
        let start = flow.scopes[number].startAt
        var waiting: [Int: [Position: Double]] = [:]
        var order = Heap()
        var result = Solved()
        var live = 1.0
        waiting[0] = [Position(state: start, visits: decisions.visits(decisions.noVisits, from: nil, to: start)): 1]
        order.push(0, 0)
        while let (count, _) = order.pop() {
            guard let here = waiting.removeValue(forKey: count) else { continue }
            guard live > Self.precision else { break }
            for (position, mass) in here.sorted(by: { $0.key.state < $1.key.state }) {
                let state = flow.states[position.state]
                result.entered[state.number, default: 0] += mass
                if result.visits[state.number] == nil { result.visits[state.number] = try outcomes(of: state) }
                for ending in result.visits[state.number]?.endings ?? [] {
                    for option in options(state, ending, position.visits) {
                        for (extra, share) in ending.counts.weights.enumerated() where share > 0 {
                            budget -= 1
                            guard budget > 0 else { throw .tooMuch }
                            let after = count + ending.counts.first + extra
                            let moved = mass * share * option.probability
                            guard let target = option.target else {
                                result.outcome.add(moved, at: after, succeeded: ending.kind == .success)
                                live -= moved
                                continue
                            }
                            let next = Position(
                                state: target, visits: decisions.visits(position.visits, from: state.number, to: target))
                            if waiting[after] == nil {
                                waiting[after] = [:]
                                order.push(after, 0)
                            }
                            waiting[after]?[next, default: 0] += moved
                        }
                    }
                }
            }
        }
        solved[number] = result
        return result
    }

    private func options(_ state: Flow.State, _ ending: VisitOutcomes.Ending, _ visits: [Int]) -> [Decisions.Option] {
        switch ending.kind {
        case .success: decisions.options(after: state, visits: visits)
        case .caught(let target): [Decisions.Option(target: target, probability: 1)]
        case .uncaught: [Decisions.Option(target: nil, probability: 1)]
        }
    }

    /// Books what each state is expected to count, where its `States` object is come to so often.
    private mutating func book(_ scope: Solved, weight: Double) {
        for (number, share) in scope.entered.sorted(by: { $0.key < $1.key }) {
            let visits = share * weight
            entered[number] += visits
            counts[number] += visits * (1 + (scope.visits[number]?.retries ?? 0))
            let state = flow.states[number]
            for inner in flow.scopes(of: state) {
                var times = 1
                if case .map(let map) = state.kind {
                    let items = decisions.numbers.items[number] ?? 0
                    times = map.isDistributed ? items.inBatches(of: map.itemsPerBatch) : items
                    if map.isDistributed, map.hasExpressChildren {
                        counts[number] += visits * Double(times)
                        continue
                    }
                }
                if times > 0, let solved = solved[inner] { book(solved, weight: visits * Double(times)) }
            }
        }
    }

    // MARK: One visit

    private mutating func outcomes(of state: Flow.State) throws(GivenUp) -> VisitOutcomes {
        switch state.kind {
        case .pass, .choice, .wait, .succeed: return .success(Distribution(certainly: 1))
        case .fail: return VisitOutcomes(endings: [.init(kind: .uncaught, counts: Distribution(certainly: 1))], retries: 0)
        case .task: return VisitOutcomes(task: state, failures: decisions.failures(of: state.number))
        case .parallel(let branches):
            var sum = Distribution(certainly: 1)
            for branch in branches {
                sum = sum.plus(try certain(branch, in: state))
                guard sum.weights.count < 20_000 else { throw .tooMuch }
            }
            return .success(sum)
        case .map(let map):
            let items = decisions.numbers.items[state.number] ?? 0
            guard items > 0 else { return .success(Distribution(certainly: 1)) }
            let count = map.isDistributed ? items.inBatches(of: map.itemsPerBatch) : items
            if map.isDistributed, map.hasExpressChildren { return .success(Distribution(certainly: 1 + count)) }
            let each = map.isDistributed ? try child(map.processor) : try certain(map.processor, in: state)
            guard let all = each.times(count) else { throw .tooMuch }
            return .success(all.plus(Distribution(certainly: 1)))
        }
    }

    /// What runs inside, if it cannot fail; of what can, it matters who fails first.
    private mutating func certain(_ scope: Int, in state: Flow.State) throws(GivenUp) -> Distribution {
        let outcome = try solve(scope).outcome
        guard outcome.failed.reduce(0, +) <= Self.precision else { throw .depends(on: state.number) }
        return Distribution(first: 0, weights: outcome.succeeded)
    }

    /// A child execution of its own may fail without anybody else.
    private mutating func child(_ scope: Int) throws(GivenUp) -> Distribution { try solve(scope).outcome.sum }
}

/// How one visit of a state can end, and with which counts.
struct VisitOutcomes {
    struct Ending {
        let kind: Kind
        /// Unnormalised: the weights add up to the probability of this ending.
        let counts: Distribution

        enum Kind: Equatable {
            case success
            case caught(target: Int)
            case uncaught
        }
    }

    let endings: [Ending]
    /// The retries that are expected.
    let retries: Double

    static func success(_ counts: Distribution) -> VisitOutcomes {
        VisitOutcomes(endings: [Ending(kind: .success, counts: counts)], retries: 0)
    }

    init(endings: [Ending], retries: Double) {
        self.endings = endings
        self.retries = retries
    }

    /// A task: attempts until one succeeds, or a retrier is used up.
    init(task state: Flow.State, failures: [(error: String, probability: Double)]) {
        guard !failures.isEmpty else {
            self = .success(Distribution(certainly: 1))
            return
        }
        let retriers = failures.map { failure in
            state.retriers.firstIndex { $0.errors.contains { ErrorNames.matches($0, failure.error, isFromBranch: false) } }
        }
        let targets = failures.map { failure in
            state.catchers.first { $0.errors.contains { ErrorNames.matches($0, failure.error, isFromBranch: false) } }?.target
        }
        let success = max(0, 1 - failures.reduce(0) { $0 + $1.probability })
        var ended: [(kind: Ending.Kind, count: Int, weight: Double)] = []
        var retries = 0.0
        // Every retry uses up one attempt of one retrier, so this ends; long before, almost nothing is left to happen.
        var attempts: [[Int]: Double] = [Array(repeating: 0, count: state.retriers.count): 1]
        var count = 1
        while !attempts.isEmpty, count < 100_000 {
            var next: [[Int]: Double] = [:]
            for (used, weight) in attempts.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
                ended.append((.success, count, weight * success))
                for (at, failure) in failures.enumerated() {
                    let share = weight * failure.probability
                    if let retrier = retriers[at], used[retrier] < state.retriers[retrier].maxAttempts {
                        guard share > 1e-15 else { continue }
                        var more = used
                        more[retrier] += 1
                        next[more, default: 0] += share
                        retries += share
                    } else {
                        ended.append((targets[at].map { .caught(target: $0) } ?? .uncaught, count, share))
                    }
                }
            }
            attempts = next
            count += 1
        }
        var endings: [Ending] = []
        for kind in [.success, .uncaught] + Set(targets.compactMap { $0 }).sorted().map({ Ending.Kind.caught(target: $0) }) {
            let counts = ended.filter { $0.kind == kind && $0.weight > 0 }
            guard let last = counts.map(\.count).max() else { continue }
            var weights = [Double](repeating: 0, count: last)
            for each in counts { weights[each.count - 1] += each.weight }
            endings.append(Ending(kind: kind, counts: Distribution(first: 1, weights: weights)))
        }
        self.init(endings: endings, retries: retries)
    }
}
