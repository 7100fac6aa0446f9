public import StatesJSON

/// What paths, payload templates and intrinsic functions may look at while they are evaluated.
public protocol QueryScope {
    /// What `$` stands for.
    var input: JSONValue { get }
    /// What `$$` stands for: the context object. Built on demand, because few states ask for it.
    var contextObject: JSONValue { get }
    /// The context object, of which only that member will be looked at: the others may be left out.
    func contextObject(only member: String) -> JSONValue
    /// The workflow variable `$name`, or nil if it was never assigned.
    func variable(named name: String) -> JSONValue?
    /// 64 random bits, for `States.MathRandom` and `States.UUID`. A function of the execution's seed, so that the same seed
    /// gives the same run.
    mutating func randomBits() -> UInt64
}

extension QueryScope {
    /// The whole context object.
    @inlinable public func contextObject(only member: String) -> JSONValue { contextObject }
}

/// Why a path, a template or an intrinsic function has no value: what the execution's error will say.
public struct QueryFailure: Error, Sendable, Equatable {
    /// The error's name: `States.Runtime`, `States.IntrinsicFailure` or `States.ParameterPathFailure`.
    public var error: String
    /// The cause, without the lead that names the state.
    public var cause: String

    /// A failure.
    public init(error: String, cause: String) {
        self.error = error
        self.cause = cause
    }
}

/// Why a text is no path, template or intrinsic call: found when a definition is read, not when it runs.
public struct QuerySyntaxError: Error, Sendable, Equatable {
    /// What is wrong, as a clause: `the filter has no closing bracket`.
    public var reason: String
    /// Where in the text, as an offset in UTF-8 bytes.
    public var offset: Int

    /// A syntax error.
    public init(_ reason: String, offset: Int) {
        self.reason = reason
        self.offset = offset
    }
}
