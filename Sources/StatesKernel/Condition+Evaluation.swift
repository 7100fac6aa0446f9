import StatesJSON
import StatesLanguage
import StatesQuery
import StatesText

/// Why nobody can say whether a choice rule holds.
enum UndecidedRule: Error {
    /// The rule's path finds nothing.
    case missingOperand(path: String)
    /// The rule's expression has no truth value.
    case evaluation(EvaluationFailure)
}

extension Condition {
    /// Whether the rule holds.
    ///
    /// Values of different types never compare true, and never fail; only a path that finds nothing does, except under the type
    /// tests (asl.md section 9, FACTS 39).
    func holds(in scope: inout EvaluationScope) throws(UndecidedRule) -> Bool {
        switch self {
        case .and(let rules):
            for rule in rules where try !rule.holds(in: &scope) { return false }
            return true
        case .or(let rules):
            for rule in rules where try rule.holds(in: &scope) { return true }
            return false
        case .not(let rule):
            return try !rule.holds(in: &scope)
        case .test(let variable, let test, let expected):
            return test.holds(for: try? variable.evaluate(in: scope)) == expected
        case .matches(let variable, let pattern):
            return try variable.operand(in: scope).string.map(pattern.matches) ?? false
        case .compare(let variable, let comparison, let operand):
            return comparison.holds(try variable.operand(in: scope), operand)
        case .comparePath(let variable, let comparison, let kind, let path):
            let left = try variable.operand(in: scope)
            guard let right = Operand(try path.operand(in: scope), as: kind) else { return false }
            return comparison.holds(left, right)
        case .constant(let value):
            return value
        case .expression(let expression):
            do throws(EvaluationFailure) {
                return try expression.value(in: &scope, expecting: "boolean").bool ?? false
            } catch {
                throw .evaluation(error)
            }
        }
    }
}

extension DataPath {
    fileprivate func operand(in scope: EvaluationScope) throws(UndecidedRule) -> JSONValue {
        do { return try evaluate(in: scope) } catch { throw .missingOperand(path: text) }
    }
}

extension Condition.TypeTest {
    fileprivate func holds(for value: JSONValue?) -> Bool {
        guard let value else { return false }
        return switch self {
        case .isPresent: true
        case .isNull: value.isNull
        case .isNumeric: value.number != nil
        case .isString: value.string != nil
        case .isBoolean: value.bool != nil
        case .isTimestamp: value.string.flatMap(Timestamp.init(rfc3339:)) != nil
        }
    }
}

extension Condition.Operand {
    /// The value as an operand of that family, or nil if it is none.
    fileprivate init?(_ value: JSONValue, as kind: Kind) {
        switch (kind, value) {
        case (.string, .string(let text)): self = .string(text)
        case (.numeric, .number(let number)): self = .numeric(number)
        case (.boolean, .bool(let bool)): self = .boolean(bool)
        case (.timestamp, .string(let text)):
            guard let timestamp = Timestamp(rfc3339: text) else { return nil }
            self = .timestamp(timestamp)
        case (.string, _), (.numeric, _), (.boolean, _), (.timestamp, _): return nil
        }
    }
}

extension Condition.Comparison {
    fileprivate func holds(_ value: JSONValue, _ operand: Condition.Operand) -> Bool {
        switch (value, operand) {
        case (.string(let a), .string(let b)): holds(a.utf16Order(against: b))
        case (.number(.integer(let a)), .numeric(.integer(let b))): holds(a < b ? -1 : a > b ? 1 : 0)
        case (.number(let a), .numeric(let b)): holds(a.doubleValue, b.doubleValue)
        case (.bool(let a), .boolean(let b)): self == .equals && a == b
        case (.string(let text), .timestamp(let b)):
            if let a = Timestamp(rfc3339: text) { holds(a < b ? -1 : a > b ? 1 : 0) } else { false }
        case (_, .string), (_, .numeric), (_, .boolean), (_, .timestamp): false
        }
    }

    private func holds(_ order: Int) -> Bool {
        switch self {
        case .equals: order == 0
        case .lessThan: order < 0
        case .greaterThan: order > 0
        case .lessThanEquals: order <= 0
        case .greaterThanEquals: order >= 0
        }
    }

    private func holds(_ a: Double, _ b: Double) -> Bool {
        switch self {
        case .equals: a == b
        case .lessThan: a < b
        case .greaterThan: a > b
        case .lessThanEquals: a <= b
        case .greaterThanEquals: a >= b
        }
    }
}

extension String {
    /// -1, 0 or 1 by UTF-16 code units, as Java's `compareTo` orders texts.
    fileprivate func utf16Order(against other: String) -> Int {
        var left = utf16.makeIterator()
        var right = other.utf16.makeIterator()
        while true {
            switch (left.next(), right.next()) {
            case (nil, nil): return 0
            case (nil, _): return -1
            case (_, nil): return 1
            case (let a?, let b?) where a != b: return a < b ? -1 : 1
            default: continue
            }
        }
    }
}
