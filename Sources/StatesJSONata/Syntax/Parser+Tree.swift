import StatesJSON

/// Making the tree from the draft, from the leaves up and without recursion.
extension Parser {
    /// The finished tree below a resolved node.
    func syntaxTree(of root: Draft.ID) -> SyntaxNode {
        var finished = FinishedNodes(count: draft.nodes.count)
        for id in nodesFromAbove(root).reversed() {
            let node = syntaxNode(id, &finished)
            finished.put(node, for: id)
        }
        return finished.take(root)
    }

    /// Every node of the tree, each before those below it.
    private func nodesFromAbove(_ root: Draft.ID) -> [Draft.ID] {
        var order: [Draft.ID] = []
        order.reserveCapacity(draft.nodes.count)
        order.append(root)
        var index = 0
        while index < order.count {
            appendParts(of: order[index], to: &order)
            index += 1
        }
        return order
    }

    private func appendParts(of id: Draft.ID, to order: inout [Draft.ID]) {
        if draft[id].first != Draft.none { order.append(draft[id].first) }
        if draft[id].second != Draft.none { order.append(draft[id].second) }
        if draft[id].third != Draft.none { order.append(draft[id].third) }
        if draft[id].group != Draft.none { order.append(draft[id].group) }
        order += draft[id].children
        for case .filter(let predicate) in draft[id].stages { order.append(predicate) }
    }

    /// The node itself, made from the finished nodes below it.
    private func syntaxNode(_ id: Draft.ID, _ finished: inout FinishedNodes) -> SyntaxNode {
        let kind = kind(of: id, &finished)
        var node = SyntaxNode(kind, position: draft[id].token.position, range: range(of: id))
        node.keepsArray = draft[id].keepsArray
        node.keepsSingleton = draft[id].keepsSingleton
        node.isConstructedArray = draft[id].isConstructedArray
        node.isTuple = draft[id].isTuple
        if draft[id].focus != Draft.none { node.focus = text(of: draft[id].focus) }
        if draft[id].index != Draft.none { node.index = text(of: draft[id].index) }
        if draft[id].ancestor != Draft.none { node.ancestor = draft.slots[Int(draft[id].ancestor)] }
        if !draft[id].stages.isEmpty {
            node.filtersValue = draft[id].filtersValue
            node.stages = stages(of: id, &finished)
        }
        if draft[id].group != Draft.none { node.group = grouping(draft[id].group, &finished) }
        return node
    }

    /// The token's bytes; of a path those from its first step to its last.
    func range(of id: Draft.ID) -> SourceRange {
        guard draft[id].kind == .path, let last = draft[id].children.last else { return draft[id].token.range }
        let first = draft[draft[id].children[0]].token.range
        return SourceRange(first.lowerBound, max(first.upperBound, draft[last].token.range.upperBound))
    }

    private func stages(of id: Draft.ID, _ finished: inout FinishedNodes) -> [SyntaxNode.Stage] {
        var stages: [SyntaxNode.Stage] = []
        for stage in draft[id].stages {
            switch stage {
            case .filter(let predicate): stages.append(.filter(finished.take(predicate)))
            case .index(let variable): stages.append(.index(text(of: variable)))
            }
        }
        return stages
    }

    private func grouping(_ id: Draft.ID, _ finished: inout FinishedNodes) -> SyntaxNode.Grouping {
        SyntaxNode.Grouping(
            pairs: pairs(of: id, &finished), position: draft[id].token.position, range: draft[id].token.range)
    }

    /// The name that a token spells.
    private func text(of id: Draft.ID) -> String {
        switch draft[id].token.content {
        case .name(let text), .variable(let text), .string(let text): text
        case .symbol: draft[id].token.symbol.text
        case .number, .boolean, .null, .regex: ""
        }
    }
}

// MARK: - Kinds

extension Parser {
    private func kind(of id: Draft.ID, _ finished: inout FinishedNodes) -> SyntaxNode.Kind {
        switch draft[id].kind {
        case .string: .string(text(of: id))
        case .name: .name(text(of: id))
        case .variable: .variable(text(of: id))
        case .number, .boolean, .null, .regex: literal(draft[id].token.content)
        case .wildcard: .wildcard
        case .descendants: .descendants
        case .parent: .parent(draft.slots[Int(draft[id].slot)])
        case .path: .path(children(of: id, &finished))
        case .array: .array(children(of: id, &finished))
        case .block: .block(children(of: id, &finished))
        case .object: .object(pairs(of: id, &finished))
        case .sort: .sort(terms(of: id, &finished))
        case .negation: .negation(finished.take(draft[id].first))
        case .binary, .apply, .bind, .condition, .transform: operation(id, &finished)
        case .lambda, .call, .partial: function(id, &finished)
        // Terms, groupings and placeholders are read by their owners; resolving leaves none of the others.
        case .end, .word, .placeholder, .dot, .predicate, .grouping, .order, .focus, .index, .ascending, .descending: .null
        }
    }

    private func literal(_ content: Token.Content) -> SyntaxNode.Kind {
        switch content {
        case .number(let value): .number(value)
        case .boolean(let value): .boolean(value)
        case .regex(let number): .regex(lexer.patterns[number].pattern)
        case .null, .symbol, .name, .variable, .string: .null
        }
    }

    private func operation(_ id: Draft.ID, _ finished: inout FinishedNodes) -> SyntaxNode.Kind {
        let first = finished.take(draft[id].first)
        let second = finished.take(draft[id].second)
        let third = draft[id].third == Draft.none ? nil : finished.take(draft[id].third)
        switch draft[id].kind {
        case .apply: return .apply(first, second)
        case .bind: return .bind(variable: text(of: draft[id].first), value: second)
        case .condition: return .condition(first, then: second, otherwise: third)
        case .transform: return .transform(pattern: first, update: second, delete: third)
        default: return draft[id].token.symbol.binaryOperator.map { .binary($0, first, second) } ?? .null
        }
    }

    private func function(_ id: Draft.ID, _ finished: inout FinishedNodes) -> SyntaxNode.Kind {
        let first = finished.take(draft[id].first)
        switch draft[id].kind {
        case .lambda:
            let number = draft[id].signature
            return .lambda(
                LambdaSyntax(
                    parameters: draft[id].children.map { text(of: $0) },
                    signature: number == Draft.none ? nil : draft.signatures[Int(number)], body: first))
        case .partial:
            return .partial(
                procedure: first,
                arguments: draft[id].children.map { draft[$0].kind == .placeholder ? nil : finished.take($0) })
        default: return .call(procedure: first, arguments: children(of: id, &finished))
        }
    }

    private func children(of id: Draft.ID, _ finished: inout FinishedNodes) -> [SyntaxNode] {
        draft[id].children.map { finished.take($0) }
    }

    private func pairs(of id: Draft.ID, _ finished: inout FinishedNodes) -> [SyntaxNode.Pair] {
        let children = draft[id].children
        return stride(from: 0, to: children.count - 1, by: 2).map { index in
            SyntaxNode.Pair(key: finished.take(children[index]), value: finished.take(children[index + 1]))
        }
    }

    private func terms(of id: Draft.ID, _ finished: inout FinishedNodes) -> [SyntaxNode.SortTerm] {
        draft[id].children.map { term in
            SyntaxNode.SortTerm(
                expression: finished.take(draft[term].first), isDescending: draft[term].kind == .descending)
        }
    }
}

/// Finished nodes until the node above takes them.
private struct FinishedNodes {
    private var nodes: [SyntaxNode?]

    init(count: Int) { nodes = Array(repeating: nil, count: count) }

    mutating func put(_ node: SyntaxNode, for id: Draft.ID) { nodes[Int(id)] = node }

    /// Takes a node out. Each is taken once, by the only node above it.
    mutating func take(_ id: Draft.ID) -> SyntaxNode {
        nodes[Int(id)].take() ?? SyntaxNode(.null, position: 0, range: SourceRange(0, 0))
    }
}
