import StatesText

/// A function as a value.
final class Function {
    /// What the function is.
    enum Kind {
        /// A function that the language brings.
        case builtIn(BuiltIn)
        /// A regular expression, which is a function of a text.
        case regex(Pattern)
        /// A function made by a built-in function, such as `next` of a match.
        case native(arity: Int, body: (inout Call) throws(JSONataError) -> Value)
        /// A lambda with what it closes over.
        case lambda(Closure)
        /// Some arguments are given already; the others are nil.
        case partial(Function, arguments: [Value?])
        /// First one, then the other.
        case composition(Function, Function)
        /// `|pattern|update, delete|`.
        case transform(Transform)
    }

    let kind: Kind

    init(_ kind: Kind) { self.kind = kind }

    /// How many parameters it declares: what `$map` and its kin go by.
    var arity: Int {
        switch kind {
        case .builtIn(let function): function.arity
        case .regex: 1
        case .native(let arity, _): arity
        case .lambda(let closure): closure.lambda.parameterCount
        case .partial(_, let arguments): arguments.reduce(0) { $1 == nil ? $0 + 1 : $0 }
        case .composition, .transform: 1
        }
    }

    /// The pattern, if this is a regular expression.
    var pattern: Pattern? {
        if case .regex(let pattern) = kind { pattern } else { nil }
    }
}

/// A compiled lambda.
final class Lambda {
    let parameterCount: Int
    let signature: Signature?
    let body: Node
    let layout: FrameLayout
    /// How deep its deepest step that is always evaluated is nested.
    let height: Int
    let weight: Int

    /// Whether the frame of a call can be used for the next call: nothing in the body outlives it.
    let reusesFrame: Bool

    init(parameterCount: Int, signature: Signature?, body: Branch, layout: FrameLayout, reusesFrame: Bool) {
        self.parameterCount = parameterCount
        self.reusesFrame = reusesFrame
        self.signature = signature
        self.body = body.node
        self.layout = layout
        height = body.height
        weight = body.weight
    }
}

/// A lambda with what it closes over.
final class Closure {
    let lambda: Lambda
    let frame: Frame
    /// The item where the lambda was written, which is its body's item.
    let item: Value

    init(_ lambda: Lambda, frame: Frame, item: Value) {
        self.lambda = lambda
        self.frame = frame
        self.item = item
    }

    /// A frame for a call: what is not given is undefined.
    @inline(__always) func newFrame(_ evaluation: Evaluation, room: Int) -> Frame {
        Frame(evaluation, parent: frame, room: room, count: lambda.layout.count)
    }
}
