import StatesJSON
import StatesText

/// One node of a parsed expression, after paths were flattened and ancestors resolved: what the reference implementation calls
/// the processed syntax tree, with the same names where it has names.
struct SyntaxNode: Sendable {
    /// What the node is.
    var kind: Kind
    /// Where the reference implementation says the node is: UTF-16 code units, mostly the end of the node's token.
    var position: Int
    /// The node's token in the UTF-8 text, for carets.
    var range: SourceRange
    /// Predicates of a node that is no step of a path (`predicate`), or of a step (`stages`), in order.
    var stages: [Stage] = []
    /// Whether `stages` filter the node's own value before its grouping (`predicate`), rather than what a step found (`stages`). It
    /// is so on nodes that are no step, and on a first step that is neither name nor wildcard: `$x[0].a`.
    var filtersValue = false
    /// The grouping `{key: value}` that follows the node.
    var group: Grouping?
    /// The variable of `@$name` on a step.
    var focus: String?
    /// The variable of `#$name` on a step.
    var index: String?
    /// The label of the slot that this step fills for a later `%`, as `Slot.label`.
    var ancestor: Slot?
    /// Whether the step needs a stream of tuples: it, or a step of its path, has a focus, an index or an ancestor.
    var isTuple = false
    /// Whether `[]` asked to keep a single value in an array.
    var keepsArray = false
    /// Whether an array constructor is the first or last step of its path, so that its arrays are kept as they are.
    var isConstructedArray = false
    /// For a path: whether one of its steps keeps arrays (`keepSingletonArray`).
    var keepsSingleton = false

    init(_ kind: Kind, position: Int, range: SourceRange) {
        self.kind = kind
        self.position = position
        self.range = range
    }

    /// The kinds of node.
    indirect enum Kind: Sendable {
        case string(String)
        case number(JSONNumber)
        case boolean(Bool)
        case null
        /// A member's name as a step: `a`, or in backquotes.
        case name(String)
        /// `$name`; the name is empty for `$` and `$` for `$$`.
        case variable(String)
        /// `*`.
        case wildcard
        /// `**`.
        case descendants
        /// `%`, with the slot that finds its ancestor.
        case parent(Slot)
        /// Steps; at least one.
        case path([SyntaxNode])
        /// Unary minus of anything but a literal number, which the parser folds.
        case negation(SyntaxNode)
        /// `[a, b]`.
        case array([SyntaxNode])
        /// `{k: v}` as a value.
        case object([Pair])
        case binary(BinaryOperator, SyntaxNode, SyntaxNode)
        /// `$variable := value`.
        case bind(variable: String, value: SyntaxNode)
        case condition(SyntaxNode, then: SyntaxNode, otherwise: SyntaxNode?)
        /// `(a; b)`.
        case block([SyntaxNode])
        case lambda(LambdaSyntax)
        case call(procedure: SyntaxNode, arguments: [SyntaxNode])
        /// A call with placeholders, which are nil: `f(?, 1)`.
        case partial(procedure: SyntaxNode, arguments: [SyntaxNode?])
        /// `left ~> right`.
        case apply(SyntaxNode, SyntaxNode)
        /// `|pattern|update, delete|`.
        case transform(pattern: SyntaxNode, update: SyntaxNode, delete: SyntaxNode?)
        case regex(Pattern)
        /// `^(…)` as a step.
        case sort([SortTerm])
    }

    /// A key with its value.
    struct Pair: Sendable {
        var key: SyntaxNode
        var value: SyntaxNode
    }

    /// The grouping after a step.
    struct Grouping: Sendable {
        var pairs: [Pair]
        var position: Int
        var range: SourceRange
    }

    /// What follows a step, in order.
    enum Stage: Sendable {
        /// `[predicate]`.
        case filter(SyntaxNode)
        /// `#$name` after a predicate.
        case index(String)
    }

    /// One term of `^(…)`.
    struct SortTerm: Sendable {
        var expression: SyntaxNode
        var isDescending: Bool
    }

    /// Where a `%` finds its ancestor: the step labelled so stores its item under the label.
    struct Slot: Sendable, Hashable {
        /// Unique in the expression.
        var label: Int
        /// How many steps up; 0 once resolved.
        var level: Int
    }

    /// The operators with two sides, but for `:=`, `~>` and `?:`.
    enum BinaryOperator: String, Sendable {
        case add = "+"
        case subtract = "-"
        case multiply = "*"
        case divide = "/"
        case remainder = "%"
        case equal = "="
        case unequal = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        case concatenate = "&"
        case range = ".."
        case isIn = "in"
        case and
        case or
    }
}

/// A lambda as it is written.
struct LambdaSyntax: Sendable {
    /// The parameters' names, without `$`.
    var parameters: [String]
    /// The signature `<…>`, or nil.
    var signature: Signature?
    /// What it evaluates.
    var body: SyntaxNode
}
