public import StatesJSON

/// Something outside that an expression reads, as far as its text tells.
///
/// What surrounds expressions decides at creation what they may read: Step Functions refuses names where there is no context item.
public struct Reference: Sendable, Hashable {
    /// What is read.
    public enum Kind: Sendable, Hashable {
        /// A name, or `$`, that reads the context item given to the whole expression: the first step of a path, but not inside
        /// later steps, predicates, sort terms, groupings or transforms, which have an item of their own.
        case topLevelName(String)
        /// `$$`, wherever it stands.
        case rootContext
        /// A variable that nothing around it binds, with the names that follow it up to a predicate: `$states.result.a` is `states`
        /// and `result`, `a`.
        case variable(String, members: [String])
        /// A call of a function by its name, unless something around the call binds the name.
        case function(String)
    }

    /// What is read.
    public var kind: Kind
    /// Where, in bytes of the expression.
    public var range: SourceRange

    /// A reference at a place.
    public init(_ kind: Kind, range: SourceRange) {
        self.kind = kind
        self.range = range
    }
}

/// What an expression reads from outside, in the order of its text.
func references(in expression: SyntaxNode) -> [Reference] {
    var finder = ReferenceFinder()
    return finder.find(in: expression)
}
