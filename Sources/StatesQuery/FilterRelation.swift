import StatesJSON
import StatesText

/// How two sides are compared.
enum FilterRelation: Sendable, CaseIterable {
    // In the order in which the library looks for them in the text.
    case equal, greaterOrEqual, lessOrEqual, notEqual, less, greater, matches

    var symbol: [UInt8] {
        switch self {
        case .equal: Array("==".utf8)
        case .greaterOrEqual: Array(">=".utf8)
        case .lessOrEqual: Array("<=".utf8)
        case .notEqual: Array("!=".utf8)
        case .less: Array("<".utf8)
        case .greater: Array(">".utf8)
        case .matches: Array("=~".utf8)
        }
    }

    /// The first of the relations that stands anywhere in the text, and where it first stands.
    static func first(in text: ArraySlice<UInt8>) -> (FilterRelation?, Int) {
        for relation in allCases {
            let symbol = relation.symbol
            var at = text.startIndex
            while at + symbol.count <= text.endIndex {
                if text[at] == symbol[0], symbol.count == 1 || text[at + 1] == symbol[1] { return (relation, at) }
                at += 1
            }
        }
        return (nil, text.startIndex)
    }

    /// Whether the relation holds; `expected` is the right side.
    func holds(expected: FilterTerm, model: FilterTerm, visitsLeft: inout Int) throws(PathFailure) -> Bool {
        switch self {
        case .matches:
            return try Self.matches(expected, model, visitsLeft: &visitsLeft)
        case .equal, .notEqual: break
        case .greaterOrEqual, .lessOrEqual, .less, .greater:
            if expected.isNull != model.isNull { return false }
        }
        guard let order = try FilterTerm.compare(expected, model) else { return false }
        return holds(for: order)
    }

    /// Whether it holds where the right side compares so to the left.
    func holds(for order: Int) -> Bool {
        switch self {
        case .equal: order == 0
        case .notEqual: order != 0
        case .greater: order < 0
        case .greaterOrEqual: order <= 0
        case .less: order > 0
        case .lessOrEqual: order >= 0
        case .matches: false
        }
    }

    private static func matches(
        _ expected: FilterTerm, _ model: FilterTerm, visitsLeft: inout Int
    ) throws(PathFailure) -> Bool {
        let pattern: Pattern
        let target: FilterTerm
        if case .pattern(let found) = model {
            (pattern, target) = (found, expected)
        } else if case .pattern(let found) = expected {
            (pattern, target) = (found, model)
        } else {
            throw PathFailure(.invalid, "The operator =~ needs a pattern such as /a.*/ on one side")
        }
        guard let text = target.javaText else { return false }
        visitsLeft -= text.utf8.count / 16
        do {
            return try pattern.matchesWhole(text, budget: &visitsLeft)
        } catch {
            throw PathWalk.tooMuchWork
        }
    }
}
