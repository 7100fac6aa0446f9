import StatesJSON

/// An expression while it is being parsed and resolved: nodes in one array that name each other by number.
///
/// Resolving paths changes nodes that others already refer to, such as the step in which a later `%` finds its ancestor. Numbers
/// make that plain, and let go of a deep tree without recursion.
struct Draft {
    /// A node's number.
    typealias ID = Int32

    /// Every node, whether the finished tree has it or not.
    var nodes: [Node] = []
    /// Where each `%` finds its ancestor.
    var slots: [SyntaxNode.Slot] = []
    /// The signatures of lambdas.
    var signatures: [Signature] = []

    /// One node.
    struct Node {
        var kind: Kind
        var token: Token
        /// The first operand: left side, procedure, condition, body, pattern.
        var first = Draft.none
        /// The second operand: right side, `then`, update.
        var second = Draft.none
        /// The third operand: `otherwise`, deletion.
        var third = Draft.none
        /// Steps, members, arguments, parameters, expressions or terms; or keys and values in turn.
        var children: [ID] = []
        /// The number of a lambda's signature.
        var signature = Draft.none
        /// How many levels of nodes there are from here down.
        var depth: Int32 = 0

        // What resolving finds out; `SyntaxNode` says what it means.
        var stages: [Stage] = []
        var filtersValue = false
        var group = Draft.none
        var focus = Draft.none
        var index = Draft.none
        var slot = Draft.none
        var ancestor = Draft.none
        var isTuple = false
        var keepsArray = false
        var isConstructedArray = false
        var keepsSingleton = false
        /// The slots below for which no ancestor is found yet, or for which one is and nobody asked since.
        var seeking: [Int32] = []
        /// How many steps were looked at for literals.
        var checkedSteps = 0
    }

    /// What stands in brackets behind a node.
    enum Stage {
        case filter(ID)
        case index(ID)
    }

    /// The kinds of node: those of `SyntaxNode`, and those that resolving replaces.
    enum Kind: UInt8 {
        case end, name, variable, string, number, boolean, null, regex
        /// `and`, `or` or `in` as an operand, which is a name.
        case word
        /// The `?` of a partial application.
        case placeholder
        case wildcard, descendants, parent
        case negation, array, object, binary, bind, condition, block, lambda, call, partial, apply, transform
        /// `a.b`, `a[b]`, `a{b: c}`, `a^(b)`, `a@$b` and `a#$b`, which become paths, stages, groups and steps.
        case dot, predicate, grouping, order, focus, index
        /// A term of `^(…)`.
        case ascending, descending
        /// What resolving makes: a path, and the step that sorts.
        case path, sort
    }

    /// No node.
    static let none: ID = -1

    /// Adds a node for a token.
    mutating func add(_ kind: Kind, _ token: Token) -> ID {
        nodes.append(Node(kind: kind, token: token))
        return ID(nodes.count - 1)
    }

    /// Adds a path of one step.
    mutating func addPath(of step: ID) -> ID {
        let path = add(.path, self[step].token)
        self[path].children = [step]
        return path
    }

    subscript(id: ID) -> Node {
        _read { yield nodes[Int(id)] }
        _modify { yield &nodes[Int(id)] }
    }
}

/// What functions that call themselves use instead of the subscript: unoptimized, each use of that takes room on their stack.
extension Draft {
    func kind(of id: ID) -> Kind { nodes[Int(id)].kind }
    func symbol(of id: ID) -> Symbol { nodes[Int(id)].token.symbol }
    func first(of id: ID) -> ID { nodes[Int(id)].first }
    func second(of id: ID) -> ID { nodes[Int(id)].second }
    func third(of id: ID) -> ID { nodes[Int(id)].third }
    func childCount(of id: ID) -> Int { nodes[Int(id)].children.count }
    func child(_ index: Int, of id: ID) -> ID { nodes[Int(id)].children[index] }
    func hasGroup(_ id: ID) -> Bool { nodes[Int(id)].group != Draft.none }
    /// The step that something behind the expression belongs to: the last one of a path.
    func lastStep(of id: ID) -> ID { kind(of: id) == .path ? child(childCount(of: id) - 1, of: id) : id }
    func depth(of id: ID) -> Int32 { id == Draft.none ? 0 : nodes[Int(id)].depth }

    /// Whether a call of this defines a function: the name `function` or `λ`, in backquotes too.
    func isFunctionWord(_ id: ID) -> Bool {
        guard kind(of: id) == .name, case .name(let text) = nodes[Int(id)].token.content else { return false }
        return text == "function" || text == "\u{3BB}"
    }

    mutating func set(_ kind: Kind, for id: ID) { nodes[Int(id)].kind = kind }
    mutating func set(depth: Int32, for id: ID) { nodes[Int(id)].depth = depth }
    mutating func set(first: ID, for id: ID) { nodes[Int(id)].first = first }
    mutating func set(second: ID, for id: ID) { nodes[Int(id)].second = second }
    mutating func set(third: ID, for id: ID) { nodes[Int(id)].third = third }
    mutating func set(child: ID, at index: Int, for id: ID) { nodes[Int(id)].children[index] = child }
    mutating func append(child: ID, to id: ID) { nodes[Int(id)].children.append(child) }
}
