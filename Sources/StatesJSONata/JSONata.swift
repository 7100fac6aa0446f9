public import StatesJSON

/// A compiled JSONata expression.
///
/// It is parsed and compiled once and may then be evaluated any number of times, also at once on several threads.
///
/// ```swift
/// let total = try JSONata("$sum(orders.(price * quantity))")
/// let input = try JSONValue(parsing: #"{"orders": [{"price": 2, "quantity": 3}, {"price": 1, "quantity": 4}]}"#)
/// try total.evaluate(input)  // 10
/// ```
public struct JSONata: Sendable {
    /// The expression as it was written.
    public let text: String
    /// The dialect it is evaluated in.
    public let dialect: Dialect
    /// What the expression reads from outside, in the order of the text: for checks before anything is evaluated.
    public let references: [Reference]
    private let program: Program

    /// Parses and compiles an expression.
    ///
    /// - Throws: the error of the reference implementation, with its place, if the expression does not parse.
    public init(_ text: String, dialect: Dialect = .published) throws(JSONataError) {
        self.text = text
        self.dialect = dialect
        let syntax = try Parser.parse(text)
        references = StatesJSONata.references(in: syntax)
        program = try Program(syntax, dialect: dialect)
    }

    /// What an expression amounts to.
    public enum Outcome: Sendable, Hashable {
        /// A value.
        case value(JSONValue)
        /// Nothing: JSONata's undefined.
        case nothing
        /// Something with a function in it, which is no data.
        case unsupported
    }

    /// Evaluates the expression.
    ///
    /// - Parameters:
    ///   - input: The context item, `$` and `$$`; without one they are undefined.
    ///   - environment: Variables from outside, the time and randomness.
    ///   - bounds: What the evaluation may use; those of the dialect if nil.
    /// - Throws: the error of the reference implementation, with its place, or a bound's, which has no code.
    public func evaluate<World: Environment>(
        _ input: JSONValue? = nil, in environment: inout World, bounds: Bounds? = nil
    ) throws(JSONataError) -> Outcome {
        let evaluation = EvaluationIn(program: program, input: input, world: environment, bounds: bounds ?? dialect.bounds)
        defer {
            evaluation.finish()
            environment = evaluation.world
        }
        return evaluation.outcome(of: try evaluation.run(program))
    }

    /// Evaluates the expression with these variables, at the beginning of 1970 and with the same randomness every time.
    ///
    /// - Returns: The value, or nil for nothing and for functions.
    /// - Throws: what `evaluate(_:in:bounds:)` throws.
    public func evaluate(_ input: JSONValue? = nil, variables: [String: JSONValue] = [:]) throws(JSONataError) -> JSONValue? {
        var environment = FixedEnvironment(variables: variables)
        guard case .value(let value) = try evaluate(input, in: &environment) else { return nil }
        return value
    }
}

extension Dialect {
    /// The bounds of an evaluation that names none.
    public var bounds: Bounds {
        switch self {
        case .published: .published
        case .stepFunctions: .stepFunctions
        }
    }
}

/// An environment that is always the same.
private struct FixedEnvironment: Environment {
    let variables: [String: JSONValue]
    private var state: UInt64 = 0

    init(variables: [String: JSONValue]) { self.variables = variables }

    var now: Int64 { 0 }

    func variable(_ name: String) -> JSONValue? { variables[name] }

    /// SplitMix64.
    mutating func randomBits() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }
}

extension Evaluation {
    /// What the service's tally has taken before an expression allocates anything.
    private static let bytesAtRest = 736

    /// Evaluates the whole expression.
    final func run(_ program: Program) throws(JSONataError) -> Value {
        try charge(bytes: Self.bytesAtRest)
        try visit(program.root.weight)
        // An input that is an array is one item, not many.
        let item: Value = root.isArray ? .sequence(.init(root.data.map { [$0] } ?? [], [.sequence, .wrapsInput])) : root
        let frame = Frame(self, parent: nil, room: bounds.depth, count: program.layout.count)
        try frame.require(program.root.height)
        return try program.root.node.evaluate(item, frame)
    }

    /// The value as data.
    final func outcome(of value: Value) -> JSONata.Outcome {
        switch value {
        case .undefined: return .nothing
        case .list, .record, .function: return .unsupported
        case .json, .sequence:
            guard let data = value.data else { return .nothing }
            return .value(sawNonFinite && dialect == .stepFunctions ? data.withNonFiniteAsText : data)
        }
    }
}

extension JSONValue {
    /// The value with texts in place of infinity and of what is no number, as the service answers them.
    fileprivate var withNonFiniteAsText: JSONValue {
        switch self {
        case .number(.double(let value)) where value.isNaN: .string("NaN")
        case .number(.double(let value)) where value.isInfinite: .string(value < 0 ? "-Infinity" : "Infinity")
        case .array(let values): .array(values.map(\.withNonFiniteAsText))
        case .object(let object):
            .object(JSONObject(uniqueMembers: object.members.map { .init(name: $0.name, value: $0.value.withNonFiniteAsText) }))
        case .null, .bool, .number, .string: self
        }
    }
}
