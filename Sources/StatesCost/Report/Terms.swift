/// One state's part in the transitions: how often each visit of it counts, where it says so, and why.
public struct Term: Sendable, Hashable {
    /// The state's name.
    public let state: String
    /// Its line.
    public let line: Int
    /// One visit at least.
    public let least: Int
    /// One visit at most; nil if data decides.
    public let most: Int?
    /// The most as an expression.
    public let expression: String
    /// What makes it more than one, or nil.
    public let why: String?
    /// How often it counts in an execution; nil where nothing is expected.
    public let expected: Double?
}

extension Estimate {
    /// All states that an execution may come to, in document order.
    public var terms: [Term] {
        flow.states.compactMap { state in
            guard let visit = bounds.visits[state.number] else { return nil }
            return Term(
                state: state.name, line: state.line, least: visit.any.least, most: visit.any.most.value,
                expression: bounds.text(visit.any.most), why: why(state), expected: expectation?.counts[state.number])
        }
    }

    private func why(_ state: Flow.State) -> String? {
        var reasons: [String] = []
        if let loop = bounds.loops.first(where: { $0.header == state.number }) { reasons.append(why(loop)) }
        if case .map(let map) = state.kind {
            let each = map.isDistributed ? "for each child execution" : "for each item"
            reasons.append("its inner states \(each)")
        }
        if case .parallel(let branches) = state.kind { reasons.append("\(branches.count) branches") }
        let attempts = state.retriers.map(\.maxAttempts).filter { $0 > 0 }
        if !attempts.isEmpty { reasons.append("Retry MaxAttempts " + attempts.map(String.init).joined(separator: " + ")) }
        return reasons.isEmpty ? nil : reasons.joined(separator: ", ")
    }

    /// Why a loop has no end of its own.
    public func why(_ loop: Bounds.Loop) -> String {
        let back = flow.states[loop.closing.state].name
        let way = loop.closing.isCatcher ? "a catcher of \(back)" : back
        let when = loop.isByFailure ? "as often as it fails" : "as often as the data says"
        let place = loop.closing.state == loop.header ? "it goes back to itself" : "\(way) goes back to it"
        return "\(place) (line \(loop.closing.line)) \(when)"
    }

    /// The loops that have no end of their own, and none was given.
    public var unboundedLoops: [Bounds.Loop] { bounds.loops.filter { $0.rounds == nil } }

    /// Transitions when nothing fails, as an expression: `5 + 3·Items`.
    public var expression: String? { bounds.errorFree.map { bounds.text($0.most) } }

    /// The definition's longest history: start and end are events too.
    public var mostEvents: Int? { events.any.most.value.map { $0.plus(2) } }

    /// Limits that an execution may run into, as sentences.
    public var warnings: [String] {
        var warnings: [String] = []
        if let most = mostEvents, most > 20_000 {
            warnings.append("a history may have \(most) events; at 25,000 an execution fails: split it into nested executions")
        }
        if isExpress {
            for obstacle in obstacles where obstacle.isHard {
                warnings.append("Express cannot run \(obstacle.name) (line \(obstacle.line)): \(obstacle.reason)")
            }
        }
        return warnings
    }
}
