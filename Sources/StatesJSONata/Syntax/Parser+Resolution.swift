import StatesJSON

/// The second pass: what was read as operators between steps becomes paths, stages, groups and variables of steps.
extension Parser {
    /// Resolves the whole expression.
    mutating func resolveRoot(_ id: Draft.ID) throws(Halt) -> Draft.ID {
        let root = try resolve(id)
        if draft[root].kind == .parent || !draft[root].seeking.isEmpty { throw noAncestor(root) }
        return root
    }

    /// Resolves a node.
    /// - Returns: the node that stands for it from now on.
    private mutating func resolve(_ id: Draft.ID) throws(Halt) -> Draft.ID {
        let result = try resolveKind(id)
        keepArray(of: id, in: result)
        return result
    }

    private mutating func keepArray(of id: Draft.ID, in result: Draft.ID) {
        if draft[id].keepsArray { draft[result].keepsArray = true }
    }

    private mutating func resolveKind(_ id: Draft.ID) throws(Halt) -> Draft.ID {
        switch draft.kind(of: id) {
        case .string, .number, .boolean, .null, .wildcard, .descendants, .variable, .regex, .placeholder, .path, .sort: return id
        case .name, .word: return resolveName(id)
        case .parent: addSlot(for: id)
        case .dot: return try resolveDot(id)
        case .predicate: return try resolvePredicate(id)
        case .grouping: return try resolveGrouping(id)
        case .order: return try resolveOrder(id)
        case .focus: return try resolveFocus(id)
        case .index: return try resolveIndex(id)
        case .negation: return try resolveNegation(id)
        case .block: try resolveBlock(id)
        case .array, .object: try resolveChildren(id, seeking: true)
        case .call, .partial: try resolveCall(id)
        case .lambda: try resolveFirst(id, seeking: false)
        case .binary, .condition: try resolveOperands(id, seeking: true)
        case .apply, .transform: try resolveOperands(id, seeking: false)
        case .bind: try resolveSecond(id, seeking: true)
        case .ascending, .descending: try resolveFirst(id, seeking: true)
        case .end: throw incomplete(id)
        }
        return id
    }
}

// MARK: - What only holds other expressions

extension Parser {
    private mutating func resolveFirst(_ id: Draft.ID, seeking: Bool) throws(Halt) {
        let operand = try resolve(draft.first(of: id))
        draft.set(first: operand, for: id)
        if seeking { passOn(from: operand, to: id) }
    }

    private mutating func resolveSecond(_ id: Draft.ID, seeking: Bool) throws(Halt) {
        let operand = try resolve(draft.second(of: id))
        draft.set(second: operand, for: id)
        if seeking { passOn(from: operand, to: id) }
    }

    private mutating func resolveThird(_ id: Draft.ID, seeking: Bool) throws(Halt) {
        let operand = try resolve(draft.third(of: id))
        draft.set(third: operand, for: id)
        if seeking { passOn(from: operand, to: id) }
    }

    private mutating func resolveOperands(_ id: Draft.ID, seeking: Bool) throws(Halt) {
        try resolveFirst(id, seeking: seeking)
        try resolveSecond(id, seeking: seeking)
        if draft.third(of: id) != Draft.none { try resolveThird(id, seeking: seeking) }
    }

    private mutating func resolveChildren(_ id: Draft.ID, seeking: Bool) throws(Halt) {
        for index in 0..<draft.childCount(of: id) {
            let child = try resolve(draft.child(index, of: id))
            draft.set(child: child, at: index, for: id)
            if seeking { passOn(from: child, to: id) }
        }
    }

    /// A literal number takes the sign.
    private mutating func resolveNegation(_ id: Draft.ID) throws(Halt) -> Draft.ID {
        let operand = try resolve(draft.first(of: id))
        draft.set(first: operand, for: id)
        if draft.kind(of: operand) == .number {
            negate(operand)
            return operand
        }
        passOn(from: operand, to: id)
        return id
    }

    private mutating func negate(_ id: Draft.ID) {
        if case .number(let number) = draft[id].token.content { draft[id].token.content = .number(number.negated) }
    }

    private mutating func resolveCall(_ id: Draft.ID) throws(Halt) {
        try resolveChildren(id, seeking: true)
        try resolveFirst(id, seeking: false)
    }

    /// A block is a constructed array where one of its parts is or begins with one.
    private mutating func resolveBlock(_ id: Draft.ID) throws(Halt) {
        try resolveChildren(id, seeking: true)
        markConstructedArray(id)
    }

    private mutating func markConstructedArray(_ id: Draft.ID) {
        for part in draft[id].children {
            let first = draft[part].kind == .path ? draft[part].children[0] : part
            if draft[part].isConstructedArray || draft[first].isConstructedArray { draft[id].isConstructedArray = true }
        }
    }
}

// MARK: - Paths

extension Parser {
    /// A name is a path of one step.
    private mutating func resolveName(_ id: Draft.ID) -> Draft.ID {
        draft[id].kind = .name
        let path = draft.addPath(of: id)
        draft[path].keepsSingleton = draft[id].keepsArray
        return path
    }

    private mutating func resolveDot(_ id: Draft.ID) throws(Halt) -> Draft.ID {
        let left = try resolve(draft.first(of: id))
        let path = beginPath(left)
        let right = try resolve(draft.second(of: id))
        append(right, to: path)
        try checkSteps(of: path)
        try resolveAncestors(of: path)
        return path
    }

    /// The path that a left side is, or begins.
    private mutating func beginPath(_ left: Draft.ID) -> Draft.ID {
        let path = path(of: left)
        if draft[left].kind == .parent { draft[path].seeking = [draft[left].slot] }
        return path
    }

    private mutating func path(of id: Draft.ID) -> Draft.ID {
        draft.kind(of: id) == .path ? id : draft.addPath(of: id)
    }

    private mutating func append(_ right: Draft.ID, to path: Draft.ID) {
        if draft[right].kind == .path {
            draft[path].children += draft[right].children
        } else {
            draft[right].filtersValue = false
            draft[path].children.append(right)
        }
    }

    /// Strings as steps are names, other literals are wrong, a step that keeps arrays has its path keep them, and arrays made by
    /// the first or the last step stay as they are.
    private mutating func checkSteps(of path: Draft.ID) throws(Halt) {
        // What was looked at is in order, but the last step may have been changed since.
        let first = max(draft[path].checkedSteps - 1, 0)
        for index in first..<draft[path].children.count {
            let step = draft[path].children[index]
            switch draft[step].kind {
            case .number, .boolean, .null: throw fail("S0213", at: step, value: draft[step].token.value)
            case .string: draft[step].kind = .name
            default: break
            }
            if draft[step].keepsArray { draft[path].keepsSingleton = true }
        }
        draft[path].checkedSteps = draft[path].children.count
        markConstructedStep(draft[path].children[0])
        markConstructedStep(draft.lastStep(of: path))
    }

    private mutating func markConstructedStep(_ step: Draft.ID) {
        if draft[step].kind == .array { draft[step].isConstructedArray = true }
    }

    private mutating func resolvePredicate(_ id: Draft.ID) throws(Halt) -> Draft.ID {
        let result = try resolve(draft.first(of: id))
        if draft.hasGroup(draft.lastStep(of: result)) { throw wrong("S0209", id) }
        let predicate = try resolve(draft.second(of: id))
        try append(predicate, toStageOf: result)
        return result
    }

    private mutating func append(_ predicate: Draft.ID, toStageOf result: Draft.ID) throws(Halt) {
        let step = draft.lastStep(of: result)
        try resolveAncestors(of: predicate, behind: step)
        draft[step].stages.append(.filter(predicate))
        if step == result { draft[step].filtersValue = true }
    }

    private mutating func resolveGrouping(_ id: Draft.ID) throws(Halt) -> Draft.ID {
        let result = try resolve(draft.first(of: id))
        if draft.hasGroup(result) { throw wrong("S0210", id) }
        // The reference implementation looks for no ancestor of a `%` in here.
        try resolveChildren(id, seeking: false)
        set(group: id, for: result)
        return result
    }

    private mutating func set(group: Draft.ID, for id: Draft.ID) {
        draft[group].first = Draft.none
        draft[id].group = group
    }

    private mutating func resolveOrder(_ id: Draft.ID) throws(Halt) -> Draft.ID {
        let left = try resolve(draft.first(of: id))
        let path = path(of: left)
        try resolveChildren(id, seeking: true)
        appendSort(id, to: path)
        try resolveAncestors(of: path)
        return path
    }

    /// The sort step is a node of its own, because `[]` behind it is about the path.
    private mutating func appendSort(_ id: Draft.ID, to path: Draft.ID) {
        let sort = draft.add(.sort, draft[id].token)
        draft[sort].children = draft[id].children
        passOn(from: id, to: sort)
        draft.append(child: sort, to: path)
    }

    private mutating func resolveFocus(_ id: Draft.ID) throws(Halt) -> Draft.ID {
        let result = try resolve(draft.first(of: id))
        try bindFocus(id, of: draft.lastStep(of: result))
        return result
    }

    private mutating func bindFocus(_ id: Draft.ID, of step: Draft.ID) throws(Halt) {
        if !draft[step].stages.isEmpty { throw wrong("S0215", id) }
        if draft[step].kind == .sort { throw wrong("S0216", id) }
        if draft[id].keepsArray { draft[step].keepsArray = true }
        draft[step].focus = draft[id].second
        draft[step].isTuple = true
    }

    private mutating func resolveIndex(_ id: Draft.ID) throws(Halt) -> Draft.ID {
        let left = try resolve(draft.first(of: id))
        return bindIndex(id, of: left)
    }

    private mutating func bindIndex(_ id: Draft.ID, of left: Draft.ID) -> Draft.ID {
        let step = draft.lastStep(of: left)
        let path = path(of: left)
        if path != left { draft[step].filtersValue = false }
        if draft[step].stages.isEmpty {
            draft[step].index = draft[id].second
        } else {
            draft[step].stages.append(.index(draft[id].second))
        }
        draft[step].isTuple = true
        return path
    }

    private mutating func wrong(_ code: String, _ id: Draft.ID) -> Halt { fail(code, at: id) }

    /// The error that the text ends where something must follow.
    private mutating func incomplete(_ id: Draft.ID) -> Halt { fail("S0207", at: id, token: Symbol.end.text) }
}

extension JSONNumber {
    /// The number with the other sign. There is a negative zero among doubles only.
    fileprivate var negated: JSONNumber {
        switch self {
        case .integer(let value) where value != 0 && value != .min: .integer(-value)
        case .integer, .double, .text: .double(-doubleValue)
        }
    }
}
