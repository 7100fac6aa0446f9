import Foundation
import StatesJSON
import StatesJSONata

/// Evaluates a JSONata expression on its own, or as a state of Step Functions would.
struct JSONataEvaluation {
    /// What the expression is evaluated on: the input item, or `$states.input` in AWS's dialect.
    var input: JSONValue
    /// The context object, which is `$states.context` in AWS's dialect.
    var context: JSONValue = .emptyObject
    /// The values of variables by name, without `$`. Members bound to `states` join those that AWS gives.
    var variables: [String: JSONValue] = [:]

    /// The value of the expression.
    ///
    /// - Throws: `Complaint`: it could not be asked if the expression does not parse, or names what AWS does not have; it is not
    ///   well if it throws an error or has no value. A caret below the expression shows the place where one is known.
    func value(of text: String, dialect: Dialect) throws(Complaint) -> JSONValue {
        let expression = dialect == .stepFunctions ? Self.withoutBrackets(text) : text
        let source = SourceText(expression, name: "--jsonata")
        let compiled: JSONata
        do throws(JSONataError) {
            compiled = try JSONata(expression, dialect: dialect)
        } catch {
            throw NodeFile.complaint(error.description, at: error.range?.lowerBound ?? expression.utf8.count, source)
        }
        if dialect == .stepFunctions { try refuseNames(in: compiled, source) }
        var names = TypedNames(variables: boundVariables(dialect))
        do throws(JSONataError) {
            switch try compiled.evaluate(dialect == .stepFunctions ? nil : input, in: &names) {
            case .value(let value): return value
            case .nothing: throw JSONataError(code: "", message: "the expression has no value (undefined)")
            case .unsupported: throw JSONataError(code: "", message: "the value is a function or holds one, which JSON cannot")
            }
        } catch {
            guard let range = error.range else { throw .notWell(DisplayText.visible(error.description)) }
            throw .notWell(PlacedMessage(error.description, at: range.lowerBound, in: source).text)
        }
    }

    private func boundVariables(_ dialect: Dialect) -> [String: JSONValue] {
        guard dialect == .stepFunctions else { return variables }
        var states = JSONObject([("input", input), ("context", context)])
        for member in variables["states"]?.object ?? JSONObject() { states[member.name] = member.value }
        var bound = variables
        bound["states"] = .object(states)
        return bound
    }

    /// There is no context item in Step Functions, which says so when a definition is created.
    private func refuseNames(in compiled: JSONata, _ source: SourceText) throws(Complaint) {
        for reference in compiled.references {
            switch reference.kind {
            case .topLevelName(let name):
                throw NodeFile.complaint(
                    "Reference to '\(name)' at the top level is not supported.", at: reference.range.lowerBound, source)
            case .rootContext:
                throw NodeFile.complaint("Reference to '$$' is not supported.", at: reference.range.lowerBound, source)
            case .variable, .function: break
            }
        }
    }

    /// The expression as it stands in a definition, if the brackets of one were typed too.
    private static func withoutBrackets(_ text: String) -> String {
        guard text.hasPrefix("{%"), text.hasSuffix("%}"), text.utf8.count >= 4 else { return text }
        return text.dropFirst(2).dropLast(2).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

/// Variables that somebody typed, real time and real randomness: nothing that is tried out needs to be repeatable.
private struct TypedNames: Environment {
    var variables: [String: JSONValue]
    let now = Int64(Date().timeIntervalSince1970 * 1000)

    func variable(_ name: String) -> JSONValue? { variables[name] }
    mutating func randomBits() -> UInt64 { UInt64.random(in: .min ... .max) }
}
