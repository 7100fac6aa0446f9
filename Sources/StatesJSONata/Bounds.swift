/// How much one evaluation may use before it is ended with an error.
///
/// Everything is counted and nothing is timed, so the same expression over the same input always ends the same way.
public struct Bounds: Sendable, Hashable {
    /// How many evaluation steps may be nested in one another: operators, brackets, calls and path steps each nest one.
    public var depth: Int
    /// How many bytes may be allocated, by a tally that never shrinks.
    public var memory: Int
    /// How many parts of the expression may be visited, each step of a pattern among them.
    public var visits: Int

    /// Bounds of one's own.
    public init(depth: Int, memory: Int, visits: Int) {
        self.depth = depth
        self.memory = memory
        self.visits = visits
    }

    /// The bounds of Step Functions: depth and memory as recorded; the visits are worth about a second.
    public static let stepFunctions = Bounds(depth: 100, memory: 20 << 20, visits: 10_000_000)
    /// Wider bounds for the language as published. What is nested deepest fits on a stack of 512 KB.
    public static let published = Bounds(depth: 300, memory: 256 << 20, visits: 20_000_000)
}
