/// How an execution that follows the profile goes on: the one rule that exact propagation and simulation share.
///
/// A loop with a given number of rounds is gone through exactly so often: before the last round nothing leaves it, and in the last
/// one nothing leads back.
struct Decisions: Sendable {
    /// A loop whose rounds are given.
    struct CountedLoop: Sendable {
        let header: Int
        let rounds: Int
        let members: Set<Int>
        /// Members from which the loop can be left without passing its header again.
        let canLeave: Set<Int>
    }

    /// What may happen next, with its probability.
    struct Option: Sendable {
        /// The state; nil for the end of the `States` object.
        let target: Int?
        let probability: Double
    }

    let flow: Flow
    let numbers: Numbers
    let loops: [CountedLoop]
    /// What is not known and would have to be, as sentences.
    let missing: [String]

    init(_ flow: Flow, _ numbers: Numbers, bounds: Bounds) {
        self.flow = flow
        self.numbers = numbers
        loops = bounds.loops.compactMap { loop in
            guard let rounds = loop.rounds else { return nil }
            return CountedLoop(
                header: loop.header, rounds: rounds, members: Set(loop.members), canLeave: Self.leaving(loop, flow))
        }
        missing = Self.missing(flow, numbers, bounds, loops)
    }

    private static func leaving(_ loop: Bounds.Loop, _ flow: Flow) -> Set<Int> {
        let members = Set(loop.members)
        var sources: [Int: [Int]] = [:]
        var work: [Int] = []
        for member in loop.members {
            let state = flow.states[member]
            var leaves = state.isTerminal
            for target in flow.targets(of: state) {
                if !members.contains(target) { leaves = true } else { sources[target, default: []].append(member) }
            }
            if leaves { work.append(member) }
        }
        var found = Set(work)
        while let member = work.popLast() {
            guard member != loop.header else { continue }
            for source in sources[member] ?? [] where found.insert(source).inserted { work.append(source) }
        }
        return found
    }

    private static func missing(_ flow: Flow, _ numbers: Numbers, _ bounds: Bounds, _ loops: [CountedLoop]) -> [String] {
        var missing: [String] = []
        for state in flow.states where bounds.visits[state.number] != nil {
            switch state.kind {
            case .map where numbers.items[state.number] == nil:
                missing.append("the items of \(state.name) (--map \(state.name)=N)")
            case .choice:
                let targets = flow.targets(of: state)
                guard targets.count > 1, numbers.probabilities[state.number].map({ $0.count == targets.count }) != true else {
                    continue
                }
                // In a counted loop, what is left to decide is one way in every round.
                if loops.contains(where: { $0.members.contains(state.number) && $0.decides(targets) }) { continue }
                let name = targets.first { numbers.probabilities[state.number]?[$0] == nil }.map { flow.states[$0].name } ?? "STATE"
                missing.append("how often \(state.name) goes to \(name) (--probability \(state.name).\(name)=P)")
            case .pass, .task, .wait, .succeed, .fail, .parallel, .map: break
            }
        }
        return missing
    }

    /// Where a state goes that did not fail. `visits` are the visits so far of each counted loop's header, this one included.
    func options(after state: Flow.State, visits: [Int]) -> [Option] {
        guard state.edges.count > 1 else { return [Option(target: state.edges.first?.target, probability: 1)] }
        var targets: [Int] = []
        for target in state.edges.compactMap(\.target) where !targets.contains(target) { targets.append(target) }
        for (loop, visited) in zip(loops, visits) where loop.members.contains(state.number) && visited > 0 {
            let allowed = targets.filter { loop.allows($0, after: visited) }
            if !allowed.isEmpty { targets = allowed }
        }
        guard targets.count > 1 else { return targets.map { Option(target: $0, probability: 1) } }
        let given = targets.map { numbers.probabilities[state.number]?[$0] ?? 0 }
        let total = given.reduce(0, +)
        // Only ways that nobody gave a probability are left: the first of them.
        guard total > 0 else { return [Option(target: targets[0], probability: 1)] }
        return zip(targets, given).filter { $0.1 > 0 }.map { Option(target: $0, probability: $1 / total) }
    }

    /// The visits of headers after going from one state to the next: a loop that is come to anew begins to count anew.
    func visits(_ visits: [Int], from state: Int?, to next: Int) -> [Int] {
        guard !loops.isEmpty else { return visits }
        var counts = visits
        for (at, loop) in loops.enumerated() {
            if !loop.members.contains(next) {
                counts[at] = 0
            } else {
                if state.map({ !loop.members.contains($0) }) ?? true { counts[at] = 0 }
                if loop.header == next { counts[at] += 1 }
            }
        }
        return counts
    }

    var noVisits: [Int] { Array(repeating: 0, count: loops.count) }

    /// The failures of an attempt, with their probabilities.
    func failures(of state: Int) -> [(error: String, probability: Double)] { numbers.failures[state] ?? [] }
}

extension Decisions.CountedLoop {
    /// Whether the loop's count alone tells these targets apart.
    fileprivate func decides(_ targets: [Int]) -> Bool {
        targets.count { members.contains($0) } <= 1 && targets.count { !members.contains($0) } <= 1
    }

    fileprivate func allows(_ target: Int, after visited: Int) -> Bool {
        if visited < rounds { return members.contains(target) }
        return target != header && (!members.contains(target) || canLeave.contains(target))
    }
}
