/// How many transitions (or events) an execution can make: bounds that hold for every run, found without trying any.
///
/// A forward pass over each `States` object: the fewest by shortest ways, the most by longest ways over the graph with its loops
/// folded, inner objects before outer ones. No path is enumerated, so ten thousand states cost milliseconds.
///
/// The bounds hold for executions that end by themselves: those that are stopped, run into a limit, or meet data that the definition
/// cannot digest (a path that finds nothing, a Choice that nothing matches) may end earlier than `least`.
public struct Bounds: Sendable {
    /// Any run.
    public let any: CountRange
    /// Runs in which no task fails and that end well; nil if there is none.
    public let errorFree: CountRange?
    /// Runs that end well, whatever failed on the way; nil if there is none.
    public let success: CountRange?
    /// What the amounts depend on.
    public let symbols: [Symbol]
    /// The loops, outer before inner, whether or not somebody said how often they are gone through.
    public let loops: [Loop]
    /// Where an execution can end, in document order of the states it ends in.
    public let ends: [End]
    /// The cost of one visit of each state that an execution may come to, by number.
    public let visits: [Int: Visit]

    /// What one visit of a state costs.
    public struct Visit: Sendable, Hashable {
        /// Any visit.
        public let any: CountRange
        /// A visit in which nothing fails; nil for states that only fail.
        public let errorFree: CountRange?
    }

    /// A way for an execution to end.
    public struct End: Sendable, Hashable {
        /// The state it ends in.
        public let state: Int
        /// How it ends there.
        public let kind: Kind
        /// All runs that end so.
        public let any: CountRange
        /// Those without a failure of a task; nil if there is none.
        public let errorFree: CountRange?
        /// The states of a shortest way to it; empty for failures that nothing catches, and beyond a hundred ends.
        public let route: [Int]

        /// The ways an execution ends by itself.
        public enum Kind: String, Sendable, Hashable {
            /// It succeeds.
            case succeeds
            /// It reaches a Fail state.
            case fails
            /// A state fails and nothing catches it.
            case uncaught
        }
    }

    /// A number that data decides.
    public struct Symbol: Sendable, Hashable {
        /// What it is called: the state's name.
        public let name: String
        /// The state it belongs to.
        public let state: Int
        /// What it counts.
        public let kind: Kind

        /// The kinds of number.
        public enum Kind: String, Sendable, Hashable {
            /// The iterations of a Map state.
            case items
            /// The child executions of a Distributed Map.
            case children
            /// How often a loop is gone through.
            case rounds
        }
    }

    /// States that lead back to themselves.
    public struct Loop: Sendable, Hashable {
        /// Where it begins.
        public let header: Int
        /// All its states.
        public let members: [Int]
        /// The state, and the line, that lead back to the beginning.
        public let closing: Closing
        /// How often it is gone through, if somebody said so.
        public let rounds: Int?
        /// Whether only failures go round.
        public internal(set) var isByFailure: Bool

        /// What leads back.
        public struct Closing: Sendable, Hashable {
            /// The state.
            public let state: Int
            /// The line.
            public let line: Int
            /// Whether a catcher does.
            public let isCatcher: Bool
        }
    }

    /// The symbol's amount as people read it.
    public func text(_ amount: Amount) -> String { amount.text(names: symbols.map(\.name)) }

    /// Finds the bounds.
    ///
    /// - Parameters:
    ///   - flow: The definition.
    ///   - tally: What is counted.
    ///   - items: How many items Map states have, by the state's number; without it a Map's items are a symbol.
    ///   - rounds: How often loops are gone through at most, by the number of a state in them.
    ///   - calls: What each attempt of a Task costs elsewhere, such as in an execution that it starts.
    public init(
        of flow: Flow, tally: Tally = .transitions, items: [Int: Int] = [:], rounds: [Int: Int] = [:],
        calls: [Int: CountRange] = [:]
    ) {
        var search = BoundsSearch(flow: flow, tally: tally, items: items, rounds: rounds, calls: calls)
        let root = search.costs(ofScope: 0, outer: ErrorNames())
        any = root.any ?? CountRange(0, .unknown)
        errorFree = root.errorFree
        success = root.success
        symbols = search.symbols
        loops = search.loops
        ends = search.ends
        visits = search.visits
    }
}
