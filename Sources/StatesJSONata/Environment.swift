public import StatesJSON

/// What an evaluation may know of the world: variables from outside, the time and randomness.
///
/// Evaluation asks for nothing else, so the same answers from here give the same result.
public protocol Environment {
    /// The value of `$name`, or nil if there is no such variable. Asked at most once for each variable and evaluation where the
    /// expression names the variable whole.
    func variable(_ name: String) -> JSONValue?
    /// The member of the object that `$name` holds, or nil. Asked instead of `variable` where the expression says
    /// `$name.member`, so that an object with costly members need not be built whole.
    func member(_ member: String, ofVariable name: String) -> JSONValue?
    /// The instant of the evaluation in milliseconds since 1970, which `$now` and `$millis` tell.
    var now: Int64 { get }
    /// 64 random bits for `$random`, `$shuffle` and `$uuid`.
    mutating func randomBits() -> UInt64
}

extension Environment {
    /// The member of the variable's value.
    public func member(_ member: String, ofVariable name: String) -> JSONValue? { variable(name)?[member] }
}
