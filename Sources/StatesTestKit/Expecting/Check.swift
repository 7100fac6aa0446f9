import StatesJSON
import StatesQuery

/// A condition on a run's output.
struct Check: Sendable {
    private let condition: Condition
    /// The condition as it was written.
    let text: String

    private enum Condition: Sendable {
        /// What a JSONPath finds; nil asks only that it finds something.
        case path(JSONPath, JSONValue?)
        /// A JSONata expression that must be true.
        case expression(JSONataCondition)
    }

    /// `$.total`, and what is there.
    init(path: String, value: JSONValue?) throws(QuerySyntaxError) {
        condition = .path(try JSONPath(path), value)
        text = path
    }

    /// `{% $sum(lines.price) < 100 %}`.
    init(expression: String) throws(QuerySyntaxError) {
        condition = .expression(try JSONataCondition(expression))
        text = expression
    }

    /// Why it does not hold for an output, or nil.
    func problem(with output: JSONValue) -> String? {
        switch condition {
        case .path(let path, let expected):
            let found: JSONValue
            do throws(PathFailure) {
                found = try path.evaluate(output)
            } catch {
                return "'\(text)' finds nothing in the output"
            }
            guard let expected else { return nil }
            let differences = Difference.between(expected: expected, actual: found)
            return differences.isEmpty ? nil : "'\(text)': " + differences.map(\.description).joined(separator: "; ")
        case .expression(let condition): return condition.problem(with: output)
        }
    }
}
