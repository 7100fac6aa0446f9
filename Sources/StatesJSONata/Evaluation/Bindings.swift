/// Finds out what a part of an expression binds. Without recursion: expressions may be nested deeply.
enum Bindings {
    /// The names that `:=` binds in the scope that these are in: not those in blocks and lambdas within, which have their own scopes.
    static func names(in syntax: [SyntaxNode]) -> [String] {
        var names: [String] = []
        var open = syntax
        while let node = open.popLast() {
            if case .bind(let name, _) = node.kind, !names.contains(name) { names.append(name) }
            if !node.kind.hasOwnScope { open += node.kind.children }
            open += node.followers
        }
        return names
    }

    /// Whether something in there may live longer than the frame it is evaluated in.
    static func outlivesFrame(_ syntax: SyntaxNode) -> Bool {
        var open = [syntax]
        while let node = open.popLast() {
            switch node.kind {
            case .lambda, .transform: return true
            default: break
            }
            open += node.kind.children
            open += node.followers
        }
        return false
    }
}

extension SyntaxNode {
    /// The expressions in predicates and groupings behind the node.
    var followers: [SyntaxNode] {
        if stages.isEmpty, group == nil { return [] }
        var followers: [SyntaxNode] = []
        for case .filter(let predicate) in stages { followers.append(predicate) }
        for pair in group?.pairs ?? [] { followers += [pair.key, pair.value] }
        return followers
    }
}

extension SyntaxNode.Kind {
    fileprivate var hasOwnScope: Bool {
        switch self {
        case .block, .lambda: true
        default: false
        }
    }

    /// The nodes directly within.
    var children: [SyntaxNode] {
        switch self {
        case .string, .number, .boolean, .null, .name, .variable, .wildcard, .descendants, .parent, .regex: []
        case .path(let nodes), .array(let nodes), .block(let nodes): nodes
        case .negation(let node), .bind(_, let node): [node]
        case .object(let pairs): pairs.flatMap { [$0.key, $0.value] }
        case .binary(_, let left, let right), .apply(let left, let right): [left, right]
        case .condition(let condition, let then, let otherwise): [condition, then] + (otherwise.map { [$0] } ?? [])
        case .lambda(let lambda): [lambda.body]
        case .call(let procedure, let arguments): [procedure] + arguments
        case .partial(let procedure, let arguments): [procedure] + arguments.compactMap { $0 }
        case .transform(let pattern, let update, let delete): [pattern, update] + (delete.map { [$0] } ?? [])
        case .sort(let terms): terms.map(\.expression)
        }
    }
}
