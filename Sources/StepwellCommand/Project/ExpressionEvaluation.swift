import StatesJSON
import StatesQuery

/// Evaluates a path or a call of an intrinsic function as a state would.
enum ExpressionEvaluation {
    /// What kind of expression was asked for.
    enum Kind: Equatable {
        case path
        case call
    }

    /// The value of the expression.
    ///
    /// - Throws: `Complaint`: it could not be asked if the expression does not parse, with a caret below the place; it is not well if the
    ///   expression has no value.
    static func value(of expression: String, kind: Kind, in scope: TypedScope) throws(Complaint) -> JSONValue {
        let compiled = try compile(expression, kind)
        var scope = scope
        if let path = compiled.path {
            do throws(PathFailure) {
                return try path.evaluate(in: scope)
            } catch {
                throw .notWell(DisplayText.visible(error.message))
            }
        }
        do throws(QueryFailure) {
            return try compiled.evaluate(in: &scope, field: "value.$")
        } catch {
            throw .notWell("\(error.error): \(DisplayText.visible(error.cause))")
        }
    }

    private static func compile(_ expression: String, _ kind: Kind) throws(Complaint) -> PayloadExpression {
        do throws(QuerySyntaxError) {
            let compiled = try PayloadExpression(expression)
            if compiled.isIntrinsic == (kind == .call) { return compiled }
        } catch {
            throw NodeFile.complaint(
                error.reason, at: error.offset, SourceText(expression, name: kind == .call ? "--intrinsic" : "--jsonpath"))
        }
        throw .cannotAsk(kind == .call ? "this is a path: use --jsonpath" : "this is a call of a function: use --intrinsic")
    }
}

/// A scope of values that somebody typed.
struct TypedScope: QueryScope {
    var input: JSONValue
    var contextObject: JSONValue
    var variables: [String: JSONValue]

    func variable(named name: String) -> JSONValue? { variables[name] }

    /// Real randomness: nothing that is tried out needs to be repeatable.
    mutating func randomBits() -> UInt64 { UInt64.random(in: .min ... .max) }
}
