public import StatesJSON

/// A field of a definition: its value, and the places of value and name.
struct Field<Value: Sendable>: Sendable {
    var value: Value
    /// Where the value stands.
    var range: SourceRange
    /// Where the name stands, quotes included.
    var nameRange: SourceRange
}

/// The two query languages of the Amazon States Language.
public enum QueryLanguage: String, Sendable, Hashable, CaseIterable {
    /// JSONPath with payload templates and intrinsic functions: the default.
    case jsonPath = "JSONPath"
    /// JSONata expressions between `{%` and `%}`.
    case jsonata = "JSONata"
}

/// Whether a state machine keeps a durable history (Standard) or runs fast and short (Express).
public enum MachineType: String, Sendable, Hashable, CaseIterable {
    /// Durable, up to a year.
    case standard = "STANDARD"
    /// In memory, up to five minutes; no activities, callbacks or jobs.
    case express = "EXPRESS"
}

/// A `${Name}` that stands where a run needs a value: a number, a path, a target.
///
/// Symbols inside texts need no value to run; they stay as they are.
public struct UnresolvedSymbol: Sendable, Hashable {
    /// The symbol's name, without `${` and `}`.
    public var name: String
    /// The field it stands in.
    public var pointer: String
    /// Where in the source text.
    public var range: SourceRange

    /// A symbol and its place.
    public init(name: String, pointer: String, range: SourceRange) {
        self.name = name
        self.pointer = pointer
        self.range = range
    }
}

/// The members of `$states` that exist in a field besides `input` and `context`.
enum StatesAvailability: Sendable {
    case inputOnly
    /// `Assign` and `Output` of Task, Parallel and Map.
    case result
    /// `Assign` and `Output` of a Catcher.
    case errorOutput
}
