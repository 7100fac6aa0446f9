/// A pattern as a tree.
indirect enum PatternNode: Sendable {
    case empty
    case single(PatternSingle)
    case sequence([PatternNode])
    case choice([PatternNode])
    case group(PatternNode, number: Int)
    case atomic(PatternNode)
    case look(PatternNode, isBehind: Bool, isNegative: Bool)
    /// `groups` are the numbers of the groups inside, which JavaScript empties before every round.
    case repetition(PatternNode, PatternCount, groups: Range<Int>)
    case assertion(PatternAssertion)
    case reference(Int, CaseFold)
    case namedReference(String, CaseFold, offset: Int)
}

/// What matches exactly one scalar, or one unit.
enum PatternSingle: Sendable, Hashable {
    /// One scalar, folded already.
    case scalar(UInt32, CaseFold)
    /// One of the parser's sets, folded already.
    case set(Int, CaseFold)
}

/// How often something is repeated.
struct PatternCount: Sendable, Hashable {
    enum Mood: Sendable, Hashable { case greedy, lazy, possessive }

    var minimum: Int
    var maximum: Int
    var mood: Mood

    /// No upper bound.
    static let unlimited = Int.max
    /// The largest bound that can be written.
    static let largest = Int(Int32.max)
}

/// What holds at a place without taking anything.
enum PatternAssertion: Sendable, Hashable {
    case textStart
    case textEnd
    /// The end, or before the line end that is last in the text.
    case finalLineEnd(isUnix: Bool)
    case lineStart(isUnix: Bool)
    case lineEnd(isUnix: Bool)
    case searchStart
    case wordBoundary
    case noWordBoundary
}

extension PatternNode {
    /// How many UTF-16 units a match takes; the upper bound is `PatternCount.unlimited` where there is none.
    func width(_ dialect: Pattern.Dialect, _ sets: [ScalarSet]) -> ClosedRange<Int> {
        switch self {
        case .empty, .assertion, .look: return 0...0
        case .single(let single): return single.width(dialect, sets)
        case .group(let node, _), .atomic(let node): return node.width(dialect, sets)
        case .reference, .namedReference: return 0...PatternCount.unlimited
        case .sequence(let nodes):
            return nodes.reduce(0...0) { sum, node in
                let width = node.width(dialect, sets)
                return sum.lowerBound.plus(width.lowerBound)...sum.upperBound.plus(width.upperBound)
            }
        case .choice(let nodes):
            let widths = nodes.map { $0.width(dialect, sets) }
            return (widths.map(\.lowerBound).min() ?? 0)...(widths.map(\.upperBound).max() ?? 0)
        case .repetition(let node, let count, _):
            let width = node.width(dialect, sets)
            return width.lowerBound.times(count.minimum)...width.upperBound.times(count.maximum)
        }
    }
}

extension PatternSingle {
    fileprivate func width(_ dialect: Pattern.Dialect, _ sets: [ScalarSet]) -> ClosedRange<Int> {
        guard dialect == .java else { return 1...1 }
        switch self {
        case .scalar(let value, _): return value > 0xFFFF ? 2...2 : 1...1
        case .set(let number, _):
            let ranges = sets[number].ranges
            return (ranges.first?.lowerBound ?? 0 > 0xFFFF ? 2 : 1)...(ranges.last?.upperBound ?? 0 > 0xFFFF ? 2 : 1)
        }
    }
}

extension Int {
    /// The sum, or `PatternCount.unlimited` if it is beyond an `Int`.
    fileprivate func plus(_ other: Int) -> Int {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }

    /// The product, or `PatternCount.unlimited` if it is beyond an `Int`.
    fileprivate func times(_ other: Int) -> Int {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? .max : product
    }
}
