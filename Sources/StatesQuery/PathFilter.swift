import StatesJSON

/// A filter: comparisons joined by `&&` and `||`.
///
/// Parentheses inside are skipped by the library, so `&&` always binds stronger than `||`.
struct PathFilter: Sendable {
    /// One of these groups must hold, and in it all criteria. Both are tried from the last to the first, as the library does; a
    /// criterion that fails rather than being false is seen only if it is reached.
    private let groups: [[FilterCriterion]]

    /// Reads `[?(…)]`.
    init(_ piece: ArraySlice<UInt8>, offset: Int) throws(QuerySyntaxError) {
        var text = piece.dropFirst().dropLast().trimmed
        guard text.first == .question else {
            throw QuerySyntaxError("Filter must start with '[?' and end with ']'. " + text.string, offset: offset)
        }
        text = text.dropFirst().trimmed
        guard text.first == .openParenthesis, text.last == .closeParenthesis, text.count > 1 else {
            throw QuerySyntaxError("Filter must start with '[?(' and end with ')]'. " + text.string, offset: offset)
        }
        text = text.dropFirst().dropLast().trimmed

        var criteria: [FilterCriterion] = []
        var operators: [UInt8] = []
        for part in Self.parts(of: text) {
            let part = part.trimmed
            if part.count == 2, part.first == part.last, part.first == .ampersand || part.first == .bar {
                operators.append(part[part.startIndex])
            } else {
                criteria.append(try FilterCriterion(part, offset: offset))
            }
        }
        guard criteria.count == operators.count + 1 else {
            throw QuerySyntaxError("Invalid operators " + text.string, offset: offset)
        }
        groups = Self.grouped(criteria, operators)
    }

    /// Splits before and after every `&&` and `||`. The library splits without looking at quotes.
    private static func parts(of text: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        func isOperator(at position: Int) -> Bool {
            position >= text.startIndex && position + 1 < text.endIndex && text[position] == text[position + 1]
                && (text[position] == .ampersand || text[position] == .bar)
        }
        var parts: [ArraySlice<UInt8>] = []
        var start = text.startIndex
        for position in text.indices.dropFirst() where isOperator(at: position) || isOperator(at: position - 2) {
            parts.append(text[start..<position])
            start = position
        }
        parts.append(text[start...])
        return parts
    }

    private static func grouped(_ criteria: [FilterCriterion], _ operators: [UInt8]) -> [[FilterCriterion]] {
        var groups: [[FilterCriterion]] = [[]]
        for position in criteria.indices.reversed() {
            groups[groups.count - 1].append(criteria[position])
            if position > 0, operators[position - 1] == .bar { groups.append([]) }
        }
        return groups
    }

    /// Whether `item` passes. `root` is the whole document.
    func accepts(_ item: JSONValue, root: JSONValue, visitsLeft: inout Int) throws(PathFailure) -> Bool {
        for group in groups {
            var holds = true
            for criterion in group where holds {
                visitsLeft -= criterion.cost
                holds = try criterion.holds(for: item, root: root, visitsLeft: &visitsLeft)
                if visitsLeft < 0 { throw PathWalk.tooMuchWork }
            }
            if holds { return true }
        }
        return false
    }
}

/// `@.a`, `!@.a`, or a comparison.
struct FilterCriterion: Sendable {
    private enum Test: Sendable {
        case exists(JSONPath, expected: Bool)
        case compare(FilterOperand, FilterRelation, FilterOperand)
        /// The same path on both sides: the library finds the same object, which is equal to itself whatever it is.
        case compareToItself(FilterOperand, FilterRelation)
    }

    private let test: Test
    /// The visits that asking it is counted as: one for each step of its paths, whether it is taken or not.
    let cost: Int

    /// Reads one criterion. Brackets and parentheses around it are skipped, even unbalanced ones.
    init(_ part: ArraySlice<UInt8>, offset: Int) throws(QuerySyntaxError) {
        let opening: [UInt8] = [.openBracket, .question, .openParenthesis, .space]
        var text = part.drop { opening.contains($0) }
        while let last = text.last, last == .closeParenthesis || last == .space { text = text.dropLast() }
        guard !text.isEmpty else { throw QuerySyntaxError("the filter has an empty condition", offset: offset) }

        let (relation, position) = FilterRelation.first(in: text)
        guard let relation else {
            let negated = text.starts(with: [UInt8(ascii: "!"), .at])
            guard negated || text.first == .at || text.first == .dollar else {
                throw QuerySyntaxError("the filter compares nothing: \(text.string)", offset: offset)
            }
            let path = try FilterOperand.path(negated ? text.dropFirst() : text, offset: offset)
            test = .exists(path, expected: !negated)
            cost = 1 + path.steps.count
            return
        }
        let left = text[..<position].trimmed
        let right = text[(position + relation.symbol.count)...].trimmed
        let isNegated = left.starts(with: [UInt8(ascii: "!"), .at])
        if right.starts(with: [UInt8(ascii: "!"), .at]) {
            throw QuerySyntaxError(
                "Invalid negation! Can only be used for existence check e.g [?(!@.foo)]", offset: offset)
        }
        let operand = try FilterOperand(isNegated ? left.dropFirst() : left, offset: offset)
        if case .path = operand, left.elementsEqual(right) {
            test = .compareToItself(operand, relation)
            cost = 1 + operand.cost
        } else {
            let other = try FilterOperand(right, offset: offset)
            test = .compare(operand, relation, other)
            cost = 1 + operand.cost + other.cost
        }
    }

    func holds(for item: JSONValue, root: JSONValue, visitsLeft: inout Int) throws(PathFailure) -> Bool {
        switch test {
        case .exists(let path, let expected):
            // The library asks the item even when the path starts with `$`.
            let value = try path.find(in: item, requireAllNames: true)
            return expected == (value.map { !$0.isNull } ?? false)
        case .compare(let left, let relation, let right):
            guard let model = try left.term(for: item, root: root), let expected = try right.term(for: item, root: root) else {
                return false
            }
            visitsLeft -= min(expected.size, model.size) / 64
            return try relation.holds(expected: expected, model: model, visitsLeft: &visitsLeft)
        case .compareToItself(let operand, let relation):
            guard let term = try operand.term(for: item, root: root) else { return false }
            if case .opaque = term { return relation.holds(for: 0) }
            visitsLeft -= term.size / 64
            return try relation.holds(expected: term, model: term, visitsLeft: &visitsLeft)
        }
    }
}

extension ArraySlice<UInt8> {
    /// Without what Java trims at both ends.
    var trimmed: ArraySlice<UInt8> {
        var slice = drop { $0 <= .space }
        while let last = slice.last, last <= .space { slice = slice.dropLast() }
        return slice
    }

    var string: String { String(decoding: self, as: UTF8.self) }
}
