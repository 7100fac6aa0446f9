public import StatesJSON
public import StatesJSONata

/// The text between `{%` and `%}` of one field, parsed when the definition was read and evaluated whenever its state runs.
///
/// A class because it is shared and never changes: plans and templates hand it around.
public final class JSONataExpression: Sendable {
    /// The parsed expression, in the dialect of Step Functions.
    public let compiled: JSONata
    private let place: FieldPlace

    init(_ compiled: JSONata, at place: FieldPlace) {
        self.compiled = compiled
        self.place = place
    }

    /// The field, as causes and `EvaluationFailed` events name it: `Output/a/b[0]`, `Choices[1]/Condition`.
    public var location: String { place.text }

    /// The most levels that a value may have: as many as a state's output. *Assumed*, as that is.
    private static let levelLimit = 1_000

    /// The expression without the brackets and the white space around it: what causes quote.
    public var text: String { compiled.text }

    /// The expression's value.
    ///
    /// - Throws: `EvaluationFailure` if it throws an error, is undefined, or is no JSON (query facts 3.2, as recorded).
    public func value(in environment: inout some Environment) throws(EvaluationFailure) -> JSONValue {
        let outcome: JSONata.Outcome
        do {
            outcome = try compiled.evaluate(in: &environment)
        } catch {
            throw failure("threw an error during evaluation\(error.code.isEmpty ? ":" : ".") \(error.description)")
        }
        switch outcome {
        case .value(let value):
            do {
                return try value.spelledByJSONata(levels: Self.levelLimit) ?? value
            } catch {
                throw failure("returned a value with more than \(Self.levelLimit) levels of arrays and objects.")
            }
        case .nothing: throw failure("returned nothing (undefined).")
        case .unsupported: throw failure("returned an unsupported result type.")
        }
    }

    /// The expression's value in a field that takes one kind of value only.
    ///
    /// - Parameter kind: The kind as `JSONValue.kindName` calls it: `array`, `number`, `boolean`.
    /// - Throws: `EvaluationFailure` as `value(in:)` does, and if the value is of another kind (as recorded).
    public func value(in environment: inout some Environment, expecting kind: String) throws(EvaluationFailure) -> JSONValue {
        let value = try value(in: &environment)
        guard value.kindName == kind else {
            throw failure(
                "returned an unexpected result type. Expected '\(kind)', but was '\(value.kindName)' for value: \(value.compactText)"
            )
        }
        return value
    }

    /// A whole number within bounds. That fractions and numbers out of bounds fail is documented; the words are *assumed*.
    public func integer(
        in environment: inout some Environment, _ bounds: ClosedRange<Int64>
    ) throws(EvaluationFailure) -> Int64 {
        let value = try value(in: &environment, expecting: "number")
        guard let number = value.number, let whole = number.exactInteger ?? Int64(exactly: number.doubleValue) else {
            throw failure("returned a number that is not an integer: \(value.compactText)")
        }
        guard bounds.contains(whole) else {
            throw failure(
                "returned a number that is not between \(bounds.lowerBound) and \(bounds.upperBound): \(value.compactText)")
        }
        return whole
    }

    /// A failure of this expression, in the service's words.
    private func failure(_ what: String) -> EvaluationFailure {
        EvaluationFailure(
            cause: "The JSONata expression '\(text)' specified for the field '\(location)' \(what)", location: location)
    }
}

/// Why a field of a JSONata state has no usable value: `States.QueryEvaluationError`.
public struct EvaluationFailure: Error, Sendable, Hashable {
    /// The cause, without the lead that names the state.
    public var cause: String
    /// The field that is to blame; nil where no single one is.
    public var location: String?

    /// A failure.
    public init(cause: String, location: String?) {
        self.cause = cause
        self.location = location
    }
}

/// Where a value stands below its state. A chain, so that the places of deeply nested values cost nothing until somebody asks.
final class FieldPlace: Sendable {
    /// One step down.
    enum Step: Sendable {
        case member(String)
        case element(Int)
    }

    private let parent: FieldPlace?
    private let step: Step

    /// A field's own place, `Output` or `Catch[1]/Output`.
    init(_ field: String) {
        parent = nil
        step = .member(field)
    }

    init(_ parent: FieldPlace, _ step: Step) {
        self.parent = parent
        self.step = step
    }

    /// The place as the service writes it: `Output/a/b[0]`.
    var text: String {
        var steps: [String] = []
        var at: FieldPlace? = self
        while let place = at {
            switch place.step {
            case .member(let name): steps.append(place.parent == nil ? name : "/" + name)
            case .element(let index): steps.append("[\(index)]")
            }
            at = place.parent
        }
        return steps.reversed().joined()
    }
}
