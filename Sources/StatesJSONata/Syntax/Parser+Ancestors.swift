import StatesJSON

/// How a `%` finds the step whose input it means.
///
/// Each `%` has a slot that seeks upwards. A path takes the slots of its last step back over the steps before it; a name or a
/// wildcard counts as one level, a `%` in between as one more to go. Where a path ends first, what holds the path goes on seeking.
extension Parser {
    /// A slot for a new `%`.
    mutating func addSlot(for id: Draft.ID) {
        draft[id].slot = Int32(draft.slots.count)
        draft.slots.append(SyntaxNode.Slot(label: draft.slots.count, level: 1))
    }

    /// Has `outer` seek what is sought in one of its parts.
    mutating func passOn(from inner: Draft.ID, to outer: Draft.ID) {
        if draft[inner].kind == .parent { draft[inner].seeking.append(draft[inner].slot) }
        if draft[inner].seeking.isEmpty { return }
        // Nobody asks the part again, so its list moves.
        var slots: [Int32] = []
        swap(&slots, &draft[inner].seeking)
        if draft[outer].seeking.isEmpty { draft[outer].seeking = slots } else { draft[outer].seeking += slots }
    }

    /// Finds what the last step of a path seeks among the steps before it.
    mutating func resolveAncestors(of path: Draft.ID) throws(Halt) {
        let last = draft[path].children.count - 1
        let lastStep = draft[path].children[last]
        if draft[lastStep].kind == .parent { draft[lastStep].seeking.append(draft[lastStep].slot) }
        for slot in draft[lastStep].seeking where try !seek(slot, in: path, before: last) { draft[path].seeking.append(slot) }
    }

    /// Takes a slot back over the steps of a path.
    /// - Returns: whether it found its ancestor there.
    private mutating func seek(_ slot: Int32, in path: Draft.ID, before last: Int) throws(Halt) -> Bool {
        var index = last - 1
        while draft.slots[Int(slot)].level > 0 {
            if index < 0 { return false }
            var step = draft[path].children[index]
            index -= 1
            // Of neighbours that bind a focus only the first leads on: the others start from the same item.
            while index >= 0, draft[step].focus != Draft.none, draft[draft[path].children[index]].focus != Draft.none {
                step = draft[path].children[index]
                index -= 1
            }
            try seek(slot, from: step)
        }
        return true
    }

    /// Finds what a predicate seeks: the step it is behind, or further up.
    mutating func resolveAncestors(of predicate: Draft.ID, behind step: Draft.ID) throws(Halt) {
        if draft[predicate].seeking.isEmpty { return }
        for slot in draft[predicate].seeking {
            if draft.slots[Int(slot)].level == 1 {
                try seek(slot, from: step)
            } else {
                draft.slots[Int(slot)].level -= 1
            }
        }
        passOn(from: predicate, to: step)
    }

    /// Has a step be the ancestor, or count as a level on the way to it.
    private mutating func seek(_ slot: Int32, from step: Draft.ID) throws(Halt) {
        switch draft.kind(of: step) {
        case .name, .wildcard: meet(slot, at: step)
        case .parent: draft.slots[Int(slot)].level += 1
        case .block: try seek(slot, fromBlock: step)
        case .path: try seek(slot, fromPath: step)
        default: throw noAncestor(step)
        }
    }

    private mutating func meet(_ slot: Int32, at step: Draft.ID) {
        draft.slots[Int(slot)].level -= 1
        guard draft.slots[Int(slot)].level == 0 else { return }
        // Where another `%` means the same step they share a label.
        let other = draft[step].ancestor
        if other != Draft.none { draft.slots[Int(slot)].label = draft.slots[Int(other)].label }
        draft[step].ancestor = slot
        draft[step].isTuple = true
    }

    private mutating func seek(_ slot: Int32, fromBlock block: Draft.ID) throws(Halt) {
        guard let last = draft[block].children.last else { return }
        draft[block].isTuple = true
        try seek(slot, from: last)
    }

    private mutating func seek(_ slot: Int32, fromPath path: Draft.ID) throws(Halt) {
        draft[path].isTuple = true
        var index = draft[path].children.count - 1
        try seek(slot, from: draft[path].children[index])
        while draft.slots[Int(slot)].level > 0, index > 0 {
            index -= 1
            try seek(slot, from: draft[path].children[index])
        }
    }

    /// The error that a step has no ancestor. As in the reference implementation a path has no position to tell.
    mutating func noAncestor(_ id: Draft.ID) -> Halt {
        lexer.fail(
            .make(
                "S0217", position: draft[id].kind == .path ? nil : draft[id].token.position, range: range(of: id),
                token: draft[id].kind.referenceName))
    }
}

extension Draft.Kind {
    /// What the reference implementation calls the kind of node.
    fileprivate var referenceName: String {
        switch self {
        case .end: "(end)"
        case .name: "name"
        case .variable: "variable"
        case .string: "string"
        case .number: "number"
        case .boolean, .null: "value"
        case .regex: "regex"
        case .word, .placeholder: "operator"
        case .wildcard: "wildcard"
        case .descendants: "descendant"
        case .parent: "parent"
        case .negation, .array, .object: "unary"
        case .binary, .dot, .predicate, .grouping, .order, .focus, .index: "binary"
        case .bind: "bind"
        case .condition: "condition"
        case .block: "block"
        case .lambda: "lambda"
        case .call: "function"
        case .partial: "partial"
        case .apply: "apply"
        case .transform: "transform"
        case .path: "path"
        case .ascending, .descending, .sort: "sort"
        }
    }
}
