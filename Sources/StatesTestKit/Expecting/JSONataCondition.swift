import StatesJSON
import StatesJSONata
import StatesQuery

/// A JSONata expression that must be true of an output, which is its context: `{% $sum(lines.price) < 100 %}`.
struct JSONataCondition: Sendable {
    private let expression: JSONata
    private let text: String

    /// Reads an expression, with or without `{%` and `%}` around it.
    init(_ text: String) throws(QuerySyntaxError) {
        var inner = text[...]
        if text.hasPrefix("{%"), text.hasSuffix("%}"), text.utf8.count >= 4 { inner = text.dropFirst(2).dropLast(2) }
        self.text = text
        do throws(JSONataError) {
            expression = try JSONata(String(inner), dialect: .published)
        } catch {
            throw QuerySyntaxError("this is no JSONata: \(error.message)", offset: error.position ?? 0)
        }
    }

    /// Why it is not true of an output, or nil.
    func problem(with output: JSONValue) -> String? {
        do throws(JSONataError) {
            switch try expression.evaluate(output) {
            case .bool(true): return nil
            case let value?: return "'\(text)' is \(Excerpt.of(value)), not true"
            case nil: return "'\(text)' is nothing, not true"
            }
        } catch {
            return "'\(text)' cannot be evaluated: \(error.message)"
        }
    }
}
