/// The longest ways through a graph with loops.
///
/// Loops are folded: what is strongly connected is one thing, entered at its header and gone through as often as a symbol (or a
/// given number) says; inside, with the ways back to the header cut, the same search runs again for the loops within.
struct LongestWalk {
    private let ways: ScopeWays
    private let errorFree: Bool
    private let flow: Flow
    private let rounds: [Int: Int]
    private(set) var symbols: [Bounds.Symbol]
    private(set) var loops: [Bounds.Loop] = []
    /// Headers whose incoming ways are cut, because they have been counted.
    private var isCut: [Bool]
    /// Which search a state belongs to at the moment; ways out of it are not looked at.
    private var region: [Int]
    private var regions = 0
    /// How many ways may still be looked at: graphs made to entangle loops are given up instead of searched for ever.
    private var budget: Int

    init(_ ways: ScopeWays, errorFree: Bool, flow: Flow, rounds: [Int: Int], symbols: [Bounds.Symbol]) {
        self.ways = ways
        self.errorFree = errorFree
        self.flow = flow
        self.rounds = rounds
        self.symbols = symbols
        isCut = Array(repeating: false, count: ways.states.count)
        region = Array(repeating: 0, count: ways.states.count)
        budget = 100_000 + 20 * ways.ways.reduce(0) { $0 + $1.count }
    }

    /// The most that is counted before each state is entered; nil where it cannot be.
    mutating func arrivals() -> [Amount?] {
        var arrivals = [Amount?](repeating: nil, count: ways.states.count)
        let all = Array(ways.states.indices)
        for (place, amount) in search(all, from: [(ways.start, .zero)], depth: 0) { arrivals[place] = amount }
        return arrivals
    }

    private func cost(_ way: ScopeWays.Way) -> Amount? { (errorFree ? way.errorFree : way.cost)?.most }

    /// Longest ways from several states to all others of a region.
    private mutating func search(_ members: [Int], from sources: [(Int, Amount)], depth: Int) -> [Int: Amount] {
        regions += 1
        let own = regions
        for member in members { region[member] = own }
        let components = components(of: members, from: sources.map(\.0), region: own)
        var arrivals: [Int: Amount] = [:]
        for (place, amount) in sources { arrivals[place] = arrivals[place].larger(amount) }
        for component in components {
            if component.count > 1 || leadsToItself(component[0]) {
                goRound(component, &arrivals, depth: depth)
                for member in component { region[member] = own }
            }
            let inside = Set(component.count > 1 ? component : [])
            for place in component {
                guard let reached = arrivals[place] else { continue }
                for way in ways.ways[place] where !isCut[way.target] && region[way.target] == own {
                    guard way.target != place, !inside.contains(way.target), let cost = cost(way) else { continue }
                    arrivals[way.target] = arrivals[way.target].larger(reached + cost)
                }
            }
        }
        return arrivals
    }

    private func leadsToItself(_ place: Int) -> Bool {
        !isCut[place] && ways.ways[place].contains { $0.target == place && cost($0) != nil }
    }

    /// Counts a loop: into its header, round and round, and to each of its states.
    private mutating func goRound(_ members: [Int], _ arrivals: inout [Int: Amount], depth: Int) {
        let entries = members.filter { arrivals[$0] != nil }
        guard let first = entries.first, budget > 0, depth < 64 else {
            for member in members { arrivals[member] = .unknown }
            return
        }
        let given = members.first { rounds[ways.states[$0]] != nil }
        let header = given ?? (entries.contains(ways.start) ? ways.start : entries.min() ?? first)
        let sources = entries.filter { $0 != header }.compactMap { place in arrivals[place].map { (place, $0) } }
        isCut[header] = true
        let fromHeader = search(members, from: [(header, .zero)], depth: depth + 1)
        let fromOthers = sources.isEmpty ? [:] : search(members, from: sources, depth: depth + 1)
        isCut[header] = false
        var round = Amount.zero
        var into = arrivals[header]
        var closing: (place: Int, way: ScopeWays.Way)?
        for place in members {
            for way in ways.ways[place] where way.target == header {
                guard let cost = cost(way) else { continue }
                if let reached = fromHeader[place] {
                    round = Amount.larger(round, reached + cost)
                    if closing == nil || closing?.way.isCatcher == true && !way.isCatcher { closing = (place, way) }
                }
                if let reached = fromOthers[place] { into = into.larger(reached + cost) }
            }
        }
        guard let into else { return }
        let total = into + more(round, header: header)
        for place in members {
            var reached = fromHeader[place].map { total + $0 }
            if let other = fromOthers[place] { reached = reached.larger(other) }
            arrivals[place] = reached
        }
        if let closing { report(header, members, closing.place, closing.way) }
    }

    /// What all rounds but the last add.
    private mutating func more(_ round: Amount, header: Int) -> Amount {
        let state = flow.states[ways.states[header]]
        if let given = rounds[state.number] { return round.times(max(0, given - 1)) }
        let symbol = symbols.number(of: Bounds.Symbol(name: state.name, state: state.number, kind: .rounds))
        return round.times(symbol: symbol) + round.times(-1)
    }

    private mutating func report(_ header: Int, _ members: [Int], _ place: Int, _ way: ScopeWays.Way) {
        let number = ways.states[header]
        let loop = Bounds.Loop(
            header: number, members: members.map { ways.states[$0] }.sorted(),
            closing: Bounds.Loop.Closing(state: ways.states[place], line: way.line, isCatcher: way.isCatcher),
            rounds: rounds[number], isByFailure: true)
        if !loops.contains(where: { $0.header == number }) { loops.insert(loop, at: 0) }
    }

    // MARK: What is strongly connected

    /// Tarjan's components of what the sources lead to, in an order in which no way leads backwards. With a stack of its own.
    private mutating func components(of members: [Int], from sources: [Int], region own: Int) -> [[Int]] {
        var index: [Int: Int] = [:]
        index.reserveCapacity(members.count)
        var low: [Int: Int] = [:]
        var isOpen: Set<Int> = []
        var open: [Int] = []
        var found: [[Int]] = []
        var work: [(place: Int, next: Int)] = []
        for source in sources where index[source] == nil {
            work.append((source, 0))
            while let (place, next) = work.last {
                if next == 0 {
                    index[place] = index.count
                    low[place] = index[place]
                    open.append(place)
                    isOpen.insert(place)
                }
                var descended = false
                var at = next
                while at < ways.ways[place].count {
                    let way = ways.ways[place][at]
                    at += 1
                    budget -= 1
                    guard region[way.target] == own, !isCut[way.target], cost(way) != nil else { continue }
                    if index[way.target] == nil {
                        work[work.count - 1].next = at
                        work.append((way.target, 0))
                        descended = true
                        break
                    } else if isOpen.contains(way.target) {
                        low[place] = min(low[place] ?? 0, index[way.target] ?? 0)
                    }
                }
                if descended { continue }
                work.removeLast()
                if let parent = work.last?.place { low[parent] = min(low[parent] ?? 0, low[place] ?? 0) }
                if low[place] == index[place] { found.append(Self.close(place, &open, &isOpen)) }
            }
        }
        return found.reversed()
    }

    private static func close(_ place: Int, _ open: inout [Int], _ isOpen: inout Set<Int>) -> [Int] {
        var component: [Int] = []
        while let last = open.popLast() {
            isOpen.remove(last)
            component.append(last)
            if last == place { break }
        }
        return component.sorted()
    }
}
