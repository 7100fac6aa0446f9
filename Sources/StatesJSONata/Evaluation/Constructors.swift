import StatesJSON

/// `[a, b]`.
final class ArrayNode: Node {
    struct Element {
        let node: Node
        /// Whether the element is itself written as an array, and so stays one.
        let staysArray: Bool
    }

    private let elements: [Element]
    private let isConstructed: Bool

    init(_ elements: [Element], isConstructed: Bool, _ syntax: SyntaxNode) {
        self.elements = elements
        self.isConstructed = isConstructed
        super.init(syntax)
    }

    override func evaluate(_ item: Value, _ frame: Frame) throws(JSONataError) -> Value {
        try frame.require(0)
        var gathered = Gathering()
        for element in elements {
            let value = try element.node.evaluate(item, frame)
            if element.staysArray {
                gathered.append(value.stored)
            } else {
                try charge(for: value, behind: gathered.count, frame.evaluation)
                gathered.appendAll(value)
            }
        }
        try frame.evaluation.charge(bytes: 16)
        let result = gathered.array(isConstructed ? .constructed : [])
        try frame.evaluation.built(result)
        return result
    }
}

extension ArrayNode {
    /// What is spread behind other elements is copied; what comes first shares its storage.
    private func charge(for value: Value, behind count: Int, _ evaluation: Evaluation) throws(JSONataError) {
        guard let added = value.elementCount, count > 0 else { return }
        // Functions among the elements make copying slow.
        let isPlain = if case .list = value { false } else { true }
        try evaluation.visit(isPlain ? added / 8 : added)
        try evaluation.charge(bytes: 8 * (count + added))
    }
}

extension Value {
    /// How many elements an array has; nil if this is none.
    fileprivate var elementCount: Int? {
        switch self {
        case .json(.array(let values)): values.count
        case .sequence(let sequence): sequence.values.count
        case .list(let list): list.values.count
        case .undefined, .json, .record, .function: nil
        }
    }
}

/// `{key: value}` as a value of its own.
final class ObjectNode: Node {
    private let group: Grouping

    init(_ group: Grouping, _ syntax: SyntaxNode) {
        self.group = group
        super.init(syntax)
    }

    override func evaluate(_ item: Value, _ frame: Frame) throws(JSONataError) -> Value {
        try group.evaluate(item, frame)
    }
}

/// `{key: value}`: gathers items by key and makes an object of what each gathering amounts to.
final class Grouping {
    struct Pair {
        let key: Node
        let value: Node
    }

    private let pairs: [Pair]
    /// The keys, if all of them are different literal texts.
    private let names: [String]?
    private let position: Int
    private let range: SourceRange
    private let height: Int
    private let weight: Int

    init(_ pairs: [Pair], position: Int, range: SourceRange, height: Int, weight: Int) {
        self.pairs = pairs
        self.position = position
        self.range = range
        self.height = height
        self.weight = weight
        let literals = pairs.compactMap { $0.key.constant?.string }
        let areUnique = Set(literals.map { JSONValue.string($0) }).count == pairs.count
        names = literals.count == pairs.count && areUnique ? literals : nil
    }

    /// The object over a value: an array is gone over item by item.
    func evaluate(_ value: Value, _ frame: Frame) throws(JSONataError) -> Value {
        try frame.require(height)
        switch Items(value) {
        case .one(let item):
            if let names { return try build(names, item, frame) }
            return try gather(1, frame) { (_) in item }
        case .data(let items) where !items.isEmpty:
            if items.count == 1, let names { return try build(names, .json(items[0]), frame) }
            return try gather(items.count, frame) { (at) in .json(items[at]) }
        case .mixed(let items) where !items.isEmpty: return try gather(items.count, frame) { (at) in items[at] }
        case .data, .mixed: return try gather(1, frame) { (_) in .undefined }
        }
    }

    /// One item and keys that are known: the object needs no gathering.
    private func build(_ names: [String], _ item: Value, _ frame: Frame) throws(JSONataError) -> Value {
        var members: [JSONObject.Member] = []
        members.reserveCapacity(names.count)
        for (at, pair) in pairs.enumerated() {
            let value = try pair.value.evaluate(item, frame)
            switch value {
            case .undefined: continue
            case .json(let data): members.append(JSONObject.Member(name: names[at], value: data))
            case .sequence(let sequence): members.append(JSONObject.Member(name: names[at], value: .array(sequence.values)))
            case .list, .record, .function:
                var record = members.map { (name: $0.name, value: Value.json($0.value)) }
                record.append((names[at], value))
                for rest in pairs.indices.dropFirst(at + 1) {
                    let value = try pairs[rest].value.evaluate(item, frame)
                    if !value.isUndefined { record.append((names[rest], value.stored)) }
                }
                return try finish(record, frame)
            }
        }
        return try finish(members, frame)
    }

    private func finish(_ members: [JSONObject.Member], _ frame: Frame) throws(JSONataError) -> Value {
        try frame.evaluation.charge(bytes: 32 + 16 * members.count)
        let result = Value.json(.object(JSONObject(uniqueMembers: members)))
        try frame.evaluation.built(result)
        return result
    }

    private func finish(_ members: [(name: String, value: Value)], _ frame: Frame) throws(JSONataError) -> Value {
        guard members.contains(where: { $0.value.data == nil }) else {
            return try finish(members.compactMap { member in member.value.data.map { .init(name: member.name, value: $0) } }, frame)
        }
        try frame.evaluation.charge(bytes: 32 + 16 * members.count)
        let result = Value.record(Value.Record(members))
        try frame.evaluation.built(result)
        return result
    }

    /// The items of one key.
    private struct Group {
        let key: String
        let pair: Int
        var first: Value
        var items: Gathering
        var count = 1

        mutating func add(_ item: Value) {
            if count == 1 { items.appendAll(first) }
            items.appendAll(item)
            count += 1
        }

        var context: Value { count == 1 ? first : items.array() }
    }

    private func gather(_ count: Int, _ frame: Frame, _ item: (Int) -> Value) throws(JSONataError) -> Value {
        try frame.evaluation.visit(count &* weight)
        var groups: [Group] = []
        var index = KeyIndex()
        for at in 0..<count {
            let item = item(at)
            for pair in pairs.indices {
                guard let key = try key(pair, item, frame) else { continue }
                let found = index.position(of: key) { groups[$0].key }
                guard let found else {
                    groups.append(Group(key: key, pair: pair, first: item, items: Gathering()))
                    index.append(key, at: groups.count - 1)
                    continue
                }
                guard groups[found].pair == pair else { throw duplicate(key) }
                groups[found].add(item)
            }
        }
        try frame.evaluation.charge(bytes: 8 * count)
        var members: [(name: String, value: Value)] = []
        members.reserveCapacity(groups.count)
        for group in groups {
            let value = try pairs[group.pair].value.evaluate(group.context, frame)
            if !value.isUndefined { members.append((group.key, value.stored)) }
        }
        return try finish(members, frame)
    }

    private func key(_ pair: Int, _ item: Value, _ frame: Frame) throws(JSONataError) -> String? {
        switch try pairs[pair].key.evaluate(item, frame) {
        case .undefined: return nil
        case .json(.string(let key)): return key
        case let value: throw .make("T1003", position: position, range: range, value: value.data)
        }
    }

    private func duplicate(_ key: String) -> JSONataError {
        .make("D1009", position: position, range: range, value: .string(key))
    }

    /// The object over tuples: the bindings of a group's tuples are gathered like their items.
    func evaluate(tuples: [Frame], _ frame: Frame) throws(JSONataError) -> Value {
        try frame.require(height)
        try frame.evaluation.visit(tuples.count &* weight)
        var groups: [(key: String, pair: Int, tuples: [Frame])] = []
        var index = KeyIndex()
        for tuple in tuples {
            for pair in pairs.indices {
                guard let key = try key(pair, tuple[0] ?? .undefined, tuple) else { continue }
                guard let found = index.position(of: key, { groups[$0].key }) else {
                    groups.append((key, pair, [tuple]))
                    index.append(key, at: groups.count - 1)
                    continue
                }
                guard groups[found].pair == pair else { throw duplicate(key) }
                groups[found].tuples.append(tuple)
            }
        }
        var members: [(name: String, value: Value)] = []
        for group in groups {
            let tuple = Self.merge(group.tuples)
            let value = try pairs[group.pair].value.evaluate(tuple[0] ?? .undefined, tuple)
            if !value.isUndefined { members.append((group.key, value.stored)) }
        }
        return try finish(members, frame)
    }

    private static func merge(_ tuples: [Frame]) -> Frame {
        guard tuples.count > 1 else { return tuples[0] }
        let merged = Frame(copying: tuples[0])
        for slot in 0..<merged.count {
            var gathered = Gathering()
            var count = 0
            for tuple in tuples {
                guard let value = tuple[slot], !value.isUndefined else { continue }
                count += 1
                if count == 1 { merged[slot] = value }
                gathered.appendAll(value)
            }
            if count > 1 { merged[slot] = gathered.array() }
        }
        return merged
    }
}

/// Finds keys among those seen before: a few by looking at each, many by hash.
private struct KeyIndex {
    private var count = 0
    private var positions: [JSONValue: Int] = [:]
    private static let linearLimit = 8

    func position(of key: String, _ keyAt: (Int) -> String) -> Int? {
        if count > Self.linearLimit { return positions[.string(key)] }
        for at in 0..<count where keyAt(at).utf8Equals(key) { return at }
        return nil
    }

    mutating func append(_ key: String, at position: Int) {
        count += 1
        positions[.string(key)] = position
    }
}
