public import StatesJSON
public import StatesJSONata

/// A JSON value of a JSONata state with expressions at any depth: `Arguments`, `Output`, `Assign`, `Items`, `ItemSelector`.
///
/// What is no expression is there already and shared by all evaluations.
public struct JSONataTemplate: Sendable {
    private let node: JSONataNode

    init(_ node: JSONataNode) { self.node = node }

    /// The value where nothing in it is an expression; else nil.
    public var literal: JSONValue? {
        if case .literal(let value) = node.content { value } else { nil }
    }

    /// The expression where the whole value is one; else nil.
    public var expression: JSONataExpression? {
        if case .expression(let expression) = node.content { expression } else { nil }
    }

    /// The template's value.
    ///
    /// - Throws: `EvaluationFailure` of the first expression that has no value, in document order. Undefined fails everywhere, for
    ///   a member and an element alike.
    public func value(in environment: inout some Environment) throws(EvaluationFailure) -> JSONValue {
        try node.value(in: &environment)
    }

    /// The template's value in a field that takes one kind of value only. What is written out was checked when it was read.
    public func value(in environment: inout some Environment, expecting kind: String) throws(EvaluationFailure) -> JSONValue {
        if let expression { return try expression.value(in: &environment, expecting: kind) }
        return try node.value(in: &environment)
    }
}

/// A part of a compiled template. A class because it is shared and never changes.
final class JSONataNode: Sendable {
    enum Content: Sendable {
        case literal(JSONValue)
        case expression(JSONataExpression)
        /// An object whose members at some places are yet to be made.
        case object(JSONObject, [Slot])
        /// An array whose elements at some places are yet to be made.
        case array([JSONValue], [Slot])
    }

    /// A place to be filled.
    struct Slot: Sendable {
        let position: Int
        let node: JSONataNode
    }

    let content: Content

    init(_ content: Content) { self.content = content }

    func value(in environment: inout some Environment) throws(EvaluationFailure) -> JSONValue {
        switch content {
        case .literal(let value): return value
        case .expression(let expression): return try expression.value(in: &environment)
        case .object(var object, let slots):
            for slot in slots { object.replaceValue(at: slot.position, with: try slot.node.value(in: &environment)) }
            return .object(object)
        case .array(var elements, let slots):
            for slot in slots { elements[slot.position] = try slot.node.value(in: &environment) }
            return .array(elements)
        }
    }
}
