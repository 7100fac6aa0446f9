/// The work of finding bounds: inner `States` objects before the ones around them.
struct BoundsSearch {
    let flow: Flow
    let tally: Tally
    let items: [Int: Int]
    let rounds: [Int: Int]
    let calls: [Int: CountRange]

    private(set) var symbols: [Bounds.Symbol] = []
    private(set) var loops: [Bounds.Loop] = []
    private(set) var ends: [Bounds.End] = []
    private(set) var visits: [Int: Bounds.Visit] = [:]

    init(flow: Flow, tally: Tally, items: [Int: Int], rounds: [Int: Int], calls: [Int: CountRange]) {
        self.flow = flow
        self.tally = tally
        self.items = items
        self.rounds = rounds
        self.calls = calls
    }

    /// The costs of a `States` object. `outer` are the errors that the states around it tell apart.
    mutating func costs(ofScope number: Int, outer: ErrorNames) -> ScopeCosts {
        let scope = flow.scopes[number]
        var ways = ScopeWays(scope)
        for state in scope.states { ways.add(costs(of: flow.states[state], outer: outer), of: flow.states[state]) }
        let least = ways.shortest(errorFree: false)
        let most = longest(ways, errorFree: false)
        let leastErrorFree = ways.shortest(errorFree: true)
        let mostErrorFree = longest(ways, errorFree: true)
        var costs = ScopeCosts()
        for (at, state) in scope.states.enumerated() {
            guard let reached = least.arrivals[at], let longest = most[at] else { continue }
            let before = CountRange(reached, longest)
            let own = ways.costs[at]
            if let any = own.any { visits[state] = Bounds.Visit(any: any, errorFree: own.errorFree) }
            let ended = ways.ending(at, errorFree: false).map { before + $0 }
            var endedErrorFree: CountRange?
            if let reached = leastErrorFree.arrivals[at], let longest = mostErrorFree[at] {
                endedErrorFree = ways.ending(at, errorFree: true).map { CountRange(reached, longest) + $0 }
            }
            costs.success = CountRange.covering(costs.success, ended)
            costs.errorFree = CountRange.covering(costs.errorFree, endedErrorFree)
            for (error, range) in own.uncaught {
                costs.failures[error] = CountRange.covering(costs.failures[error], before + range)
            }
            if let waiting = own.waiting { costs.waiting = costs.waiting.larger(longest + waiting) }
            if scope.owner == nil {
                addEnds(of: state, before, own, ended, endedErrorFree) { least.route(to: at).map { scope.states[$0] } }
            }
        }
        if let success = costs.success { costs.waiting = costs.waiting.larger(success.most) }
        (costs.beginning, costs.failsAtOnce) = ways.beginning(flow)
        return costs
    }

    private mutating func addEnds(
        of state: Int, _ before: CountRange, _ own: StateCosts, _ ended: CountRange?, _ errorFree: CountRange?, route: () -> [Int]
    ) {
        // Ways are for people to read; thousands of them would cost more than finding the bounds.
        let isShown = ends.count < 100
        if let ended {
            ends.append(Bounds.End(state: state, kind: .succeeds, any: ended, errorFree: errorFree, route: isShown ? route() : []))
        }
        if let failed = own.uncaught.sorted(by: { $0.key < $1.key }).map(\.value).reduce(nil, CountRange.covering) {
            let isFail = if case .fail = flow.states[state].kind { true } else { false }
            ends.append(
                Bounds.End(
                    state: state, kind: isFail ? .fails : .uncaught, any: before + failed, errorFree: nil,
                    route: isShown && isFail ? route() : []))
        }
    }

    private mutating func longest(_ ways: ScopeWays, errorFree: Bool) -> [Amount?] {
        var walk = LongestWalk(ways, errorFree: errorFree, flow: flow, rounds: rounds, symbols: symbols)
        let arrivals = walk.arrivals()
        symbols = walk.symbols
        guard errorFree else {
            loops += walk.loops
            return arrivals
        }
        // What goes round without a failure is decided by data.
        let members = Set(walk.loops.flatMap(\.members))
        for at in loops.indices where loops[at].members.contains(where: members.contains) { loops[at].isByFailure = false }
        return arrivals
    }

    // MARK: States

    private mutating func costs(of state: Flow.State, outer: ErrorNames) -> StateCosts {
        let names = outer.adding(state.retriers.flatMap(\.errors) + state.catchers.flatMap(\.errors))
        switch state.kind {
        case .pass, .choice, .succeed:
            var costs = StateCosts(errorFree: enter(state), success: enter(state), caught: [])
            costs.beginning.passing = tally.enter(state)
            return costs
        case .wait(let seconds):
            var costs = StateCosts(errorFree: enter(state), success: enter(state), caught: [])
            if seconds != 0 {
                costs.waiting = Amount(tally.enter(state))
                costs.beginning.pausing = tally.enter(state)
            }
            // Seconds that data gives may be none.
            if (seconds ?? 0) == 0 { costs.beginning.passing = tally.enter(state) }
            return costs
        case .fail(let error):
            var costs = StateCosts(caught: [])
            let errors = error.map { [outer.number(of: $0)] } ?? Array(0..<outer.count)
            for error in errors { costs.uncaught[error] = enter(state) }
            return costs
        case .task:
            return StateCosts(state, task(state, names), tally, names: names, outer: outer)
        case .parallel(let branches):
            let inner = branches.map { costs(ofScope: $0, outer: names) }
            return StateCosts(state, Self.parallel(inner, names), tally, names: names, outer: outer)
        case .map(let map):
            let inner = costs(ofScope: map.processor, outer: map.isDistributed ? ErrorNames() : names)
            let attempt = map.isDistributed ? distributed(map, state, inner, names) : inline(map, state, inner)
            return StateCosts(state, attempt, tally, names: names, outer: outer)
        }
    }

    private func enter(_ state: Flow.State) -> CountRange { CountRange(exactly: tally.enter(state)) }

    /// A task may fail with any error, and ask for anything before it does.
    private func task(_ state: Flow.State, _ names: ErrorNames) -> AttemptCosts {
        let call = calls[state.number] ?? CountRange(exactly: 0)
        var attempt = AttemptCosts(errorFree: call, success: call, waiting: call.most)
        for error in 0..<names.count { attempt.failures[error] = CountRange(0, call.most) }
        attempt.beginning.pausing = 0
        return attempt
    }

    /// All branches end well, or one fails while the others have come so far.
    private static func parallel(_ branches: [ScopeCosts], _ names: ErrorNames) -> AttemptCosts {
        var attempt = AttemptCosts()
        let nothing = CountRange(exactly: 0)
        attempt.success = branches.reduce(nothing) { sum, branch in sum.flatMap { sum in branch.success.map { sum + $0 } } }
        attempt.errorFree = branches.reduce(nothing) { sum, branch in sum.flatMap { sum in branch.errorFree.map { sum + $0 } } }
        attempt.beginning = Beginning.together(branches.map(\.beginning))
        let certain = branches.reduce(0) { $0.plus($1.beginning.certain) }
        // Each branch is gone through once: sums before and after it make this linear in the branches.
        var before = [Amount.zero]
        for branch in branches { before.append(before[before.count - 1] + (branch.waiting ?? .zero)) }
        var after = Amount.zero
        for (at, branch) in branches.enumerated().reversed() {
            let others = CountRange(branch.failsAtOnce ? 0 : certain - branch.beginning.certain, before[at] + after)
            for (error, range) in branch.failures {
                attempt.failures[error] = CountRange.covering(attempt.failures[error], range + others)
            }
            after = after + (branch.waiting ?? .zero)
        }
        attempt.waiting = after
        return attempt
    }

    // MARK: Map

    private mutating func inline(_ map: Flow.Map, _ state: Flow.State, _ inner: ScopeCosts) -> AttemptCosts {
        let success = inner.success.map { $0 + tally.iteration }
        let errorFree = inner.errorFree.map { $0 + tally.iteration }
        let waiting = inner.waiting.map { $0 + tally.iteration }
        let beginning = inner.beginning + tally.iteration
        let limit = map.maxConcurrency > 0 ? min(map.maxConcurrency, 40) : 40
        var attempt = AttemptCosts()
        guard let count = items[state.number] else {
            let symbol = symbol(.items, state)
            let most = { (each: CountRange?) in CountRange(0, each?.most.times(symbol: symbol) ?? .zero) }
            attempt.success = most(success)
            attempt.errorFree = most(errorFree)
            let others = success == nil ? (waiting ?? .zero).times(limit - 1) : (waiting ?? .zero).times(symbol: symbol)
            // One of the items is the one that fails.
            let rest = success == nil ? others : others + (waiting ?? .zero).times(-1)
            for (error, range) in inner.failures {
                attempt.failures[error] = CountRange(range.least, range.most + rest + tally.iteration)
            }
            attempt.waiting = others
            // Nobody knows whether there is an item at all.
            attempt.beginning = Beginning(pausing: beginning.certain, passing: 0)
            return attempt
        }
        let all = { (each: CountRange?) -> CountRange? in
            count == 0 ? CountRange(exactly: 0) : each.map { CountRange($0.least.times(count), $0.most.times(count)) }
        }
        attempt.success = all(success)
        attempt.errorFree = all(errorFree)
        attempt.beginning = beginning.times(count, atOnce: limit)
        guard count > 0 else { return attempt }
        let live = min(limit, count)
        func others(of count: Int, live: Int) -> Amount {
            let stuck = (waiting ?? .zero).times(live)
            guard let success else { return stuck }
            return Amount.larger(stuck + success.most.times(count - live), success.most.times(count))
        }
        for (error, range) in inner.failures {
            attempt.failures[error] = CountRange(
                range.least.plus(inner.failsAtOnce ? 0 : beginning.certain.times(live - 1)).plus(tally.iteration),
                range.most + others(of: count - 1, live: live - 1) + tally.iteration)
        }
        attempt.waiting = others(of: count, live: live)
        return attempt
    }

    /// Child executions of their own: their transitions are billed, or one of the parent's for each Express child (cost.md section 3).
    private mutating func distributed(
        _ map: Flow.Map, _ state: Flow.State, _ inner: ScopeCosts, _ names: ErrorNames
    ) -> AttemptCosts {
        let one = CountRange(exactly: 1)
        let nothing = CountRange(exactly: 0)
        let (each, errorFreeEach): (CountRange, CountRange?) =
            switch tally.children {
            case .none: (nothing, nothing)
            case .asBilled where map.hasExpressChildren: (one, one)
            case .asBilled, .asRun: (inner.any ?? nothing, inner.errorFree)
            }
        var attempt = AttemptCosts()
        if let items = items[state.number] {
            let count = items.inBatches(of: map.itemsPerBatch)
            attempt.success = CountRange(each.least.times(count), each.most.times(count))
            attempt.errorFree = errorFreeEach.map { CountRange($0.least.times(count), $0.most.times(count)) }
        } else {
            let symbol = symbol(.children, state)
            attempt.success = CountRange(0, each.most.times(symbol: symbol))
            attempt.errorFree = errorFreeEach.map { CountRange(0, $0.most.times(symbol: symbol)) }
        }
        let most = attempt.success?.most ?? .zero
        for error in 0..<names.count { attempt.failures[error] = CountRange(0, most) }
        attempt.waiting = most
        attempt.beginning.pausing = 0
        return attempt
    }

    private mutating func symbol(_ kind: Bounds.Symbol.Kind, _ state: Flow.State) -> Int {
        symbols.number(of: Bounds.Symbol(name: state.name, state: state.number, kind: kind))
    }
}

extension [Bounds.Symbol] {
    /// The number of a symbol, which is new or known.
    mutating func number(of symbol: Bounds.Symbol) -> Int {
        if let known = firstIndex(of: symbol) { return known }
        append(symbol)
        return count - 1
    }
}

extension Amount? {
    /// The larger of what there is.
    func larger(_ other: Amount) -> Amount { map { Amount.larger($0, other) } ?? other }
}

extension Int {
    /// How many batches of at most that many make up this many items.
    func inBatches(of size: Int?) -> Int {
        guard let size, size > 1 else { return self }
        return self / size + (self % size == 0 ? 0 : 1)
    }
}
