import StatesJSON

/// `|pattern|update, delete|` as it is written.
final class TransformNode: Node {
    let pattern: Branch
    let update: Branch
    let delete: Branch?
    /// `$clone`, if the expression may have replaced it.
    let clone: Node?

    init(pattern: Branch, update: Branch, delete: Branch?, clone: Node?, _ syntax: SyntaxNode) {
        self.pattern = pattern
        self.update = update
        self.delete = delete
        self.clone = clone
        super.init(syntax)
    }

    override func evaluate(_ item: Value, _ frame: Frame) throws(JSONataError) -> Value {
        let function = Function(.transform(Transform(self, frame)))
        try frame.evaluation.keep(function, frame)
        return .function(function)
    }
}

/// A transform with what it closes over.
///
/// The reference implementation changes a copy of the value in place, through references that the pattern yields. Our values have no
/// references, so the copy's objects are told apart by where their members are stored: the copy owns each of them alone. What a match
/// has become is kept in a table, and at the end the copy is written anew with what the table says.
final class Transform {
    private let node: TransformNode
    let frame: Frame

    init(_ node: TransformNode, _ frame: Frame) {
        self.node = node
        self.frame = frame
    }

    func apply(to value: Value, room: Int) throws(JSONataError) -> Value {
        let evaluation = frame.evaluation
        if value.isUndefined { return .undefined }
        let data = try cloned(value, room)
        guard data.isComposite else {
            throw .make("T0410", position: node.position, range: node.range, token: "transform", index: 1)
        }
        var size = 0
        let copy = data.copied(&size)
        try evaluation.visit(size)
        try evaluation.charge(bytes: 16 * size)
        let scope = Frame(copying: frame, room: room)
        try scope.require(node.pattern.height)
        try evaluation.visit(node.pattern.weight)
        let matches = try node.pattern.node.evaluate(.json(copy), scope)
        var changes: [Int: JSONObject] = [:]
        for match in matches.dataElements ?? matches.data.map({ [$0] }) ?? [] {
            guard case .object(let found) = match else {
                // Only objects can change, but the clauses are evaluated for anything.
                _ = try update(match, scope)
                _ = try deletions(match, scope)
                continue
            }
            let identity = found.identity
            var current = changes[identity] ?? found
            if let update = try update(.object(current).rewritten(changes, evaluation), scope) {
                for member in update.members { current[member.name] = member.value }
                changes[identity] = current
            }
            let names = try deletions(.object(current).rewritten(changes, evaluation), scope)
            for name in names { current[name] = nil }
            if !names.isEmpty { changes[identity] = current }
        }
        return .json(try copy.rewritten(changes, evaluation))
    }

    private func cloned(_ value: Value, _ room: Int) throws(JSONataError) -> JSONValue {
        var value = value
        if let clone = node.clone {
            guard let function = try clone.evaluate(.undefined, frame).function else {
                throw .make("T2013", position: node.position, range: node.range)
            }
            value = try frame.evaluation.apply(function, [value], context: .undefined, room: room).collapsed()
        }
        guard let data = value.data else {
            throw .make("T0410", position: node.position, range: node.range, token: "transform", index: 1)
        }
        return data
    }

    private func update(_ match: JSONValue, _ scope: Frame) throws(JSONataError) -> JSONObject? {
        try scope.require(node.update.height)
        try scope.evaluation.visit(node.update.weight)
        switch try node.update.node.evaluate(.json(match), scope) {
        case .undefined: return nil
        case .json(.object(let object)): return object
        case let value: throw node.update.node.failure("T2011", value: value)
        }
    }

    private func deletions(_ match: JSONValue, _ scope: Frame) throws(JSONataError) -> [String] {
        guard let delete = node.delete else { return [] }
        try scope.require(delete.height)
        try scope.evaluation.visit(delete.weight)
        let value = try delete.node.evaluate(.json(match), scope)
        if value.isUndefined { return [] }
        if let name = value.string { return [name] }
        let names = value.dataElements?.compactMap(\.string)
        guard let names, names.count == value.dataElements?.count else { throw delete.node.failure("T2012", value: value) }
        return names
    }
}

extension JSONObject {
    /// Tells this object from others of one copy: where its members are stored.
    fileprivate var identity: Int { members.withUnsafeBytes { Int(bitPattern: $0.baseAddress) } }
}

extension JSONValue {
    /// The same value in storage of its own throughout.
    fileprivate func copied(_ size: inout Int) -> JSONValue {
        size += 1
        switch self {
        case .null, .bool, .number, .string: return self
        case .array(let values):
            var copies: [JSONValue] = []
            copies.reserveCapacity(values.count)
            for value in values { copies.append(value.copied(&size)) }
            return .array(copies)
        case .object(let object):
            var copies: [JSONObject.Member] = []
            // Even an empty object gets a place of its own.
            copies.reserveCapacity(max(1, object.count))
            for member in object.members { copies.append(.init(name: member.name, value: member.value.copied(&size))) }
            return .object(JSONObject(uniqueMembers: copies))
        }
    }

    /// The value with the objects of the table in place of what they were.
    fileprivate func rewritten(_ changes: [Int: JSONObject], _ evaluation: Evaluation) throws(JSONataError) -> JSONValue {
        try evaluation.visit()
        switch self {
        case .null, .bool, .number, .string: return self
        case .array(let values):
            var result: [JSONValue] = []
            result.reserveCapacity(values.count)
            for value in values { result.append(try value.rewritten(changes, evaluation)) }
            return .array(result)
        case .object(let object):
            var result: [JSONObject.Member] = []
            let current = changes[object.identity] ?? object
            result.reserveCapacity(current.count)
            for member in current.members {
                result.append(.init(name: member.name, value: try member.value.rewritten(changes, evaluation)))
            }
            return .object(JSONObject(uniqueMembers: result))
        }
    }
}
