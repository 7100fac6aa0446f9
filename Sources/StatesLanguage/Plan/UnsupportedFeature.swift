public import StatesJSON

/// Something valid that cannot be run yet: Distributed Map.
public struct UnsupportedFeature: Error, Sendable, Hashable, CustomStringConvertible {
    /// What it is: `Distributed Map`.
    public var what: String
    /// The state that needs it.
    public var pointer: String
    /// Where in the source text.
    public var range: SourceRange

    /// A feature and the state that needs it.
    public init(what: String, pointer: String, range: SourceRange) {
        self.what = what
        self.pointer = pointer
        self.range = range
    }

    /// A sentence for people.
    public var description: String { "\(what) is not supported yet (\(pointer)): the definition is valid, but it cannot be run" }
}
