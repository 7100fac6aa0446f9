import StatesJSON

/// A function that the language brings.
struct BuiltIn: Sendable {
    /// Its name without `$`.
    let name: String
    /// What it takes, or nil if it looks at its arguments by itself.
    let signature: Signature?
    /// How many parameters it declares: what `$map` and its kin go by when they decide how many arguments to hand over.
    let arity: Int
    /// What it does. The arguments have passed the signature.
    let body: @Sendable (inout Call) throws(JSONataError) -> Value
}

/// One call of a built-in function.
struct Call {
    /// The arguments, as many as were given; the signature may have put the context item in front.
    var arguments: [Value]
    /// The context item of the place that calls.
    let context: Value
    /// The evaluation it belongs to: calls functions, counts what is used, knows time and randomness.
    unowned let evaluation: Evaluation

    /// The argument at that place, or undefined if it was not given.
    subscript(index: Int) -> Value { index < arguments.count ? arguments[index] : .undefined }
}
