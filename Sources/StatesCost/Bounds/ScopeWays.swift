/// The graph of one `States` object: its states by place, and what each way between them costs.
struct ScopeWays {
    /// A way from one state to another.
    struct Way {
        let target: Int
        let cost: CountRange
        /// What it costs when nothing fails; nil if it is taken only after a failure.
        let errorFree: CountRange?
        let line: Int
        let isCatcher: Bool
    }

    let start: Int
    let states: [Int]
    private let places: [Int: Int]
    private(set) var costs: [StateCosts] = []
    private(set) var ways: [[Way]] = []

    init(_ scope: Flow.Scope) {
        states = scope.states
        places = Dictionary(uniqueKeysWithValues: scope.states.enumerated().map { ($1, $0) })
        start = places[scope.startAt] ?? 0
    }

    /// Adds the next state.
    mutating func add(_ own: StateCosts, of state: Flow.State) {
        var out: [Way] = []
        if let success = own.success {
            for edge in state.edges {
                guard let target = edge.target.flatMap({ places[$0] }), !out.contains(where: { $0.target == target }) else {
                    continue
                }
                out.append(Way(target: target, cost: success, errorFree: own.errorFree, line: edge.line, isCatcher: false))
            }
        }
        for (catcher, cost) in zip(state.catchers, own.caught) {
            guard let target = places[catcher.target], let cost else { continue }
            out.append(Way(target: target, cost: cost, errorFree: nil, line: catcher.line, isCatcher: true))
        }
        costs.append(own)
        ways.append(out)
        ended.append(state.edges.contains { $0.target == nil })
    }

    private var ended: [Bool] = []

    /// What the visit costs with which the `States` object ends well; nil if it cannot end here.
    func ending(_ place: Int, errorFree: Bool) -> CountRange? {
        guard ended[place] else { return nil }
        return errorFree ? costs[place].errorFree : costs[place].success
    }

    // MARK: Shortest ways

    struct Shortest {
        /// What is counted before each state is entered; nil where it cannot be.
        var arrivals: [Int?]
        var previous: [Int]

        /// The places of a shortest way to a state, itself included.
        func route(to place: Int) -> [Int] {
            var route = [place]
            while let last = route.last, previous[last] >= 0 { route.append(previous[last]) }
            return route.reversed()
        }
    }

    /// Dijkstra's ways: every visit costs at least one, so loops never pay.
    func shortest(errorFree: Bool) -> Shortest {
        shortest { _, way in (errorFree ? way.errorFree : way.cost)?.least }
    }

    private func shortest(_ cost: (Int, Way) -> Int?) -> Shortest {
        var result = Shortest(
            arrivals: Array(repeating: nil, count: states.count), previous: Array(repeating: -1, count: states.count))
        var queue = Heap()
        result.arrivals[start] = 0
        queue.push(0, start)
        while let (reached, place) = queue.pop() {
            guard reached == result.arrivals[place] else { continue }
            for way in ways[place] {
                guard let cost = cost(place, way) else { continue }
                let arrival = reached.plus(cost)
                if let known = result.arrivals[way.target], known <= arrival { continue }
                result.arrivals[way.target] = arrival
                result.previous[way.target] = place
                queue.push(arrival, way.target)
            }
        }
        return result
    }

    /// What is counted before something is first waited for, and whether it can fail before that.
    func beginning(_ flow: Flow) -> (Beginning, failsAtOnce: Bool) {
        let atOnce = shortest { place, way in way.isCatcher ? nil : costs[place].beginning.passing }
        var beginning = Beginning()
        var fails = false
        for place in states.indices {
            guard let reached = atOnce.arrivals[place] else { continue }
            if case .fail = flow.states[states[place]].kind { fails = true }
            if let pausing = costs[place].beginning.pausing {
                beginning.pausing = min(beginning.pausing ?? .max, reached.plus(pausing))
            }
            if ended[place], let passing = costs[place].beginning.passing {
                beginning.passing = min(beginning.passing ?? .max, reached.plus(passing))
            }
        }
        return (beginning, fails)
    }
}

/// A queue that gives the smallest first.
struct Heap {
    private var entries: [(key: Int, value: Int)] = []

    mutating func push(_ key: Int, _ value: Int) {
        entries.append((key, value))
        var at = entries.count - 1
        while at > 0, entries[at].key < entries[(at - 1) / 2].key {
            entries.swapAt(at, (at - 1) / 2)
            at = (at - 1) / 2
        }
    }

    mutating func pop() -> (key: Int, value: Int)? {
        guard let first = entries.first else { return nil }
        let last = entries.removeLast()
        guard !entries.isEmpty else { return first }
        entries[0] = last
        var at = 0
        while true {
            var smallest = at
            for child in [2 * at + 1, 2 * at + 2] where child < entries.count && entries[child].key < entries[smallest].key {
                smallest = child
            }
            if smallest == at { return first }
            entries.swapAt(at, smallest)
            at = smallest
        }
    }
}
