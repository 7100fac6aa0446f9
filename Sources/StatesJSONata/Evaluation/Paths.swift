import StatesJSON

/// The items that a step goes over.
enum Items {
    case one(Value)
    case data([JSONValue])
    case mixed([Value])

    /// The items of what a step yielded, or of the item that a path begins with.
    @inline(__always) init(_ value: Value) {
        switch value {
        case .json(.array(let values)): self = .data(values)
        case .sequence(let sequence): self = .data(sequence.values)
        case .list(let list): self = .mixed(list.values)
        case .undefined, .json, .record, .function: self = .one(value)
        }
    }

    var isEmpty: Bool {
        switch self {
        case .one: false
        case .data(let values): values.isEmpty
        case .mixed(let values): values.isEmpty
        }
    }
}

/// A member's name as an expression of its own or as a step.
final class NameNode: Node {
    let name: MemberName
    /// Where the evaluation remembers the member's position in the last object.
    private let hint: Int
    private let keepsArray: Bool

    init(_ name: String, hint: Int, keepsArray: Bool, _ syntax: SyntaxNode) {
        self.name = MemberName(name)
        self.hint = hint
        self.keepsArray = keepsArray
        super.init(syntax)
    }

    override func evaluate(_ item: Value, _ frame: Frame) throws(JSONataError) -> Value {
        if case .json(.object(let object)) = item {
            guard let found = find(in: object, frame) else { return .undefined }
            return .json(found)
        }
        return try raw(item, frame).collapsed(keepingArray: keepsArray)
    }

    @inline(__always) func find(in object: JSONObject, _ frame: Frame) -> JSONValue? {
        let evaluation = frame.evaluation
        let known = evaluation.hint(hint)
        if known < object.members.count, name.matches(object.members[known].name) { return object.members[known].value }
        guard let position = name.position(in: object) else { return nil }
        evaluation.setHint(hint, position)
        return object.members[position].value
    }

    override func raw(_ item: Value, _ frame: Frame) throws(JSONataError) -> Value {
        switch item {
        case .json(.object(let object)): return find(in: object, frame).map { .json($0) } ?? .undefined
        case .json(.array(let values)): return try look(in: values, frame)
        case .sequence(let sequence): return try look(in: sequence.values, frame)
        case .record(let record): return record.members.first { name.matches($0.name) }?.value ?? .undefined
        case .list(let list):
            var found = Gathering()
            for value in list.values { found.appendAll(try raw(value, frame)) }
            return found.array(.sequence)
        case .undefined, .json, .function: return .undefined
        }
    }

    /// The members of that name of all objects in there, arrays within arrays searched too.
    private func look(in values: [JSONValue], _ frame: Frame) throws(JSONataError) -> Value {
        var found: [JSONValue] = []
        try frame.evaluation.visit(values.count)
        look(in: values, into: &found)
        return .sequence(Value.Sequence(found, .sequence))
    }

    private func look(in values: [JSONValue], into found: inout [JSONValue]) {
        var hint = 0
        for value in values {
            switch value {
            case .object(let object):
                switch name.find(in: object, &hint) {
                case .array(let elements)?: found.append(contentsOf: elements)
                case let element?: found.append(element)
                case nil: break
                }
            case .array(let inner): look(in: inner, into: &found)
            case .null, .bool, .number, .string: break
            }
        }
    }

    /// What an item has under the name; several values found in an array within an array are gathered.
    @inline(__always) private func member(of value: JSONValue, _ hint: inout Int, _ isGathered: inout Bool) -> JSONValue? {
        switch value {
        case .object(let object): return name.find(in: object, &hint)
        case .array(let inner): return member(ofArray: inner, &isGathered)
        case .null, .bool, .number, .string: return nil
        }
    }

    private func member(ofArray inner: [JSONValue], _ isGathered: inout Bool) -> JSONValue? {
        var nested: [JSONValue] = []
        look(in: inner, into: &nested)
        isGathered = nested.count > 1
        return isGathered ? .array(nested) : nested.first
    }

    /// One step of a path over these items: what it yields, before a sequence collapses.
    func step(over values: [JSONValue], isLast: Bool, _ frame: Frame) throws(JSONataError) -> Value {
        var found: [JSONValue] = []
        found.reserveCapacity(values.count)
        /// How many items had something, and the array that the only one had.
        var results = 0
        var only: [JSONValue]?
        var hint = 0
        var isGathered = false
        try frame.evaluation.visit(values.count)
        // Through the buffer a row is looked into where it is; a row taken from an array is a copy, which counts references.
        values.withUnsafeBufferPointer { rows in
            for at in rows.indices {
                guard let element = member(of: rows[at], &hint, &isGathered) else { continue }
                results += 1
                if case .array(let elements) = element {
                    if results == 1, !isGathered { only = elements }
                    found.append(contentsOf: elements)
                } else {
                    found.append(element)
                }
            }
        }
        if isLast, results == 1, let only { return .json(.array(only)) }
        try frame.evaluation.charge(bytes: 8 * found.count)
        return .sequence(Value.Sequence(found, .sequence))
    }
}

/// A path of one name: `a`.
final class SingleNameNode: Node {
    private let name: NameNode

    init(_ name: NameNode, _ syntax: SyntaxNode) {
        self.name = name
        super.init(syntax)
    }

    override func evaluate(_ item: Value, _ frame: Frame) throws(JSONataError) -> Value {
        if case .json(.object(let object)) = item {
            guard let found = name.find(in: object, frame) else { return .undefined }
            return .json(found)
        }
        return try raw(item, frame).collapsed()
    }

    override func raw(_ item: Value, _ frame: Frame) throws(JSONataError) -> Value {
        switch Items(item) {
        case .data(let values): return try name.step(over: values, isLast: true, frame)
        case .one(let value): return try name.evaluate(value, frame)
        case .mixed(let values): return try NameChainNode.step(name, over: values, true, frame)
        }
    }
}

/// A chain of names, which is what most paths are: `a`, `a.b.c`.
final class NameChainNode: Node {
    private let names: [NameNode]
    /// What the chain begins with, if not the item: a variable.
    private let first: Node?
    private let keepsSingleton: Bool

    init(_ names: [NameNode], first: Node?, keepsSingleton: Bool, _ syntax: SyntaxNode) {
        self.names = names
        self.first = first
        self.keepsSingleton = keepsSingleton
        super.init(syntax)
    }

    override func evaluate(_ item: Value, _ frame: Frame) throws(JSONataError) -> Value {
        try raw(item, frame).collapsed()
    }

    override func raw(_ item: Value, _ frame: Frame) throws(JSONataError) -> Value {
        var current = item
        if let first {
            current = try first.raw(item, frame)
            if case .sequence(let sequence) = current, sequence.values.isEmpty { return .undefined }
        }
        var at = 0
        // Objects in objects need no sequences.
        while at < names.count, case .json(.object(let object)) = current {
            guard let found = names[at].find(in: object, frame) else { return .undefined }
            current = .json(found)
            at += 1
        }
        if at == names.count { return keepsSingleton ? current.keepingSingleton : current }
        return try rest(from: at, current, frame)
    }

    private func rest(from start: Int, _ value: Value, _ frame: Frame) throws(JSONataError) -> Value {
        var current = value
        for at in start..<names.count {
            let isLast = at == names.count - 1
            switch Items(current) {
            case .data(let values): current = try names[at].step(over: values, isLast: isLast, frame)
            case .one(let value): current = try Self.step(names[at], over: [value], isLast, frame)
            case .mixed(let values): current = try Self.step(names[at], over: values, isLast, frame)
            }
            if current.isUndefined || current.isEmptySequence { return .undefined }
        }
        return keepsSingleton ? current.keepingSingleton : current
    }

    fileprivate static func step(_ name: NameNode, over values: [Value], _ isLast: Bool, _ frame: Frame) throws(JSONataError)
        -> Value
    {
        var results = StepResults(isLast: isLast)
        for value in values { results.add(try name.evaluate(value, frame)) }
        return results.finished
    }
}

extension Value {
    /// Whether this is a sequence of no elements.
    var isEmptySequence: Bool {
        switch self {
        case .sequence(let sequence): sequence.values.isEmpty
        case .list(let list): list.values.isEmpty
        default: false
        }
    }

    /// The result of a path that asks to keep singletons: a value becomes a sequence of one.
    var keepingSingleton: Value {
        switch self {
        case .undefined: return .undefined
        case .sequence(let sequence):
            if sequence.flags.contains(.constructed), !sequence.flags.contains(.sequence) {
                return .sequence(Sequence([.array(sequence.values)], [.sequence, .keepsSingleton]))
            }
            return .sequence(Sequence(sequence.values, sequence.flags.union(.keepsSingleton)))
        case .list(let list):
            if list.flags.contains(.constructed), !list.flags.contains(.sequence) {
                return .list(List([self], [.sequence, .keepsSingleton]))
            }
            return .list(List(list.values, list.flags.union(.keepsSingleton)))
        case .json(.array): return self
        case .json(let value): return .sequence(Sequence([value], [.sequence, .keepsSingleton]))
        case .record, .function: return .list(List([self], [.sequence, .keepsSingleton]))
        }
    }
}

/// What the evaluations of one step yield together.
struct StepResults {
    private var gathered = Gathering()
    private let isLast: Bool
    private var results = 0
    private var only: Value?

    init(isLast: Bool) { self.isLast = isLast }

    mutating func reserve(_ count: Int) { gathered.reserve(count) }

    /// Adds the result for one item.
    @inline(__always) mutating func add(_ value: Value) {
        switch value {
        case .undefined: return
        case .json(.array), .sequence, .list: addArray(value)
        case .json, .record, .function:
            results += 1
            gathered.append(value)
        }
    }

    private mutating func addArray(_ value: Value) {
        results += 1
        if isLast { only = results == 1 && !value.arrayFlags.contains(.sequence) ? value : nil }
        gathered.appendFlattening(value)
    }

    /// The step's sequence; of the last step, an array that was the only result stays as it is.
    var finished: Value {
        if results == 1, let only { return only }
        return gathered.array(.sequence)
    }

    var count: Int { gathered.count }
}

/// One step of a path.
struct Step {
    let node: Node
    let filters: [Filter]
    /// The terms, if the step sorts.
    let sorting: Sorting?
    let isConstructed: Bool
    let height: Int
    let weight: Int
}

/// A path: each step goes over what the step before yielded.
final class PathNode: Node {
    private let steps: [Step]
    private let startsAtVariable: Bool
    private let keepsSingleton: Bool
    private let group: Grouping?

    init(_ steps: [Step], startsAtVariable: Bool, keepsSingleton: Bool, group: Grouping?, _ syntax: SyntaxNode) {
        self.steps = steps
        self.startsAtVariable = startsAtVariable
        self.keepsSingleton = keepsSingleton
        self.group = group
        super.init(syntax)
    }

    override func evaluate(_ item: Value, _ frame: Frame) throws(JSONataError) -> Value {
        try raw(item, frame).collapsed()
    }

    override func raw(_ item: Value, _ frame: Frame) throws(JSONataError) -> Value {
        var current = startsAtVariable ? try first(.one(item), item, frame) : try first(Items(item), item, frame)
        for at in 1..<max(1, steps.count) {
            if current.isUndefined || current.isEmptySequence { break }
            current = try take(at, Items(current), frame)
        }
        if keepsSingleton { current = current.keepingSingleton }
        if let group { current = try group.evaluate(current, frame) }
        return current
    }

    private func first(_ items: Items, _ item: Value, _ frame: Frame) throws(JSONataError) -> Value {
        // A constructor at the beginning makes its array once, not for each item.
        if steps[0].isConstructed { return try steps[0].node.evaluate(item, frame) }
        return try take(0, items, frame)
    }

    private func take(_ at: Int, _ items: Items, _ frame: Frame) throws(JSONataError) -> Value {
        let step = steps[at]
        let isLast = at == steps.count - 1
        if let sorting = step.sorting {
            var sorted = try sorting.sort(items, frame)
            for filter in step.filters { sorted = try filter.apply(to: sorted, frame) }
            return sorted
        }
        if step.filters.isEmpty, case .data(let values) = items, let name = step.node as? NameNode {
            return try name.step(over: values, isLast: isLast, frame)
        }
        var results = StepResults(isLast: isLast)
        switch items {
        case .one(let value): try evaluate(step, value, frame, &results)
        case .data(let values):
            if at > 0 { try frame.require(step.height) }
            try frame.evaluation.visit(values.count &* step.weight)
            results.reserve(values.count)
            for value in values { try evaluate(step, .json(value), frame, &results) }
        case .mixed(let values):
            if at > 0 { try frame.require(step.height) }
            try frame.evaluation.visit(values.count &* step.weight)
            for value in values { try evaluate(step, value, frame, &results) }
        }
        try frame.evaluation.charge(bytes: 8 * results.count)
        return results.finished
    }

    @inline(__always) private func evaluate(
        _ step: Step, _ value: Value, _ frame: Frame, _ results: inout StepResults
    ) throws(JSONataError) {
        var result = try step.node.evaluate(value, frame)
        for filter in step.filters { result = try filter.apply(to: result, frame) }
        results.add(result)
    }
}

/// A predicate.
struct Filter {
    private enum Kind {
        /// A number as it is written.
        case index(Double)
        /// What is true or false.
        case condition(Node)
        /// What may also be a number, or numbers.
        case any(Node)
    }

    private let kind: Kind
    private let height: Int
    private let weight: Int

    /// - Parameter isLiteral: Whether the predicate is written as a number; one that is computed is compared with each place.
    init(_ branch: Branch, isLiteral: Bool) {
        height = branch.height
        weight = branch.weight
        if isLiteral, case .number(let number)? = branch.node.constant {
            kind = .index(number.doubleValue.rounded(.down))
        } else {
            kind = branch.node.isBoolean ? .condition(branch.node) : .any(branch.node)
        }
    }

    /// The place that a literal number names among so many, or nil if this is no literal number.
    func literalIndex(among count: Int) -> Int?? {
        guard case .index(let number) = kind else { return nil }
        let place = number < 0 ? number + Double(count) : number
        return .some(place >= 0 && place < Double(count) ? Int(place) : nil)
    }

    /// Whether the element at a place stays, which is in the context of that element.
    func keeps(_ element: Value, at place: Int, of count: Int, _ frame: Frame) throws(JSONataError) -> Bool {
        switch kind {
        case .index: return literalIndex(among: count) == .some(.some(place))
        case .condition(let node): return try node.test(element, frame)
        case .any(let node):
            let result = try node.evaluate(element, frame)
            if let number = result.number { return try Self.names(number, place, count) }
            if result.isArray, let numbers = result.numbers {
                for number in numbers where try Self.names(number, place, count) { return true }
                return false
            }
            return try result.isTruthy()
        }
    }

    /// Readies a loop over so many elements.
    func begin(_ count: Int, _ frame: Frame) throws(JSONataError) {
        try frame.require(height)
        try frame.evaluation.visit(count &* weight)
    }

    private static func names(_ number: JSONNumber, _ place: Int, _ count: Int) throws(JSONataError) -> Bool {
        let index = number.fastDouble.rounded(.down)
        if index.isInfinite { throw .outOfRange(index) }
        return (index < 0 ? index + Double(count) : index) == Double(place)
    }

    /// The elements of a value that stay, as a sequence.
    func apply(to value: Value, _ frame: Frame) throws(JSONataError) -> Value {
        switch value {
        case .json(.array(let values)): return try apply(to: values, frame)
        case .sequence(let sequence): return try apply(to: sequence.unwrappedValues, frame)
        case .list(let list): return try apply(toMixed: list.values, frame)
        case .undefined:
            // The reference implementation looks at nothing as at one item.
            if literalIndex(among: 1) == nil { _ = try applyToOne(value, frame) }
            return .sequence(Value.Sequence([], .sequence))
        case .json, .record, .function: return try applyToOne(value, frame)
        }
    }

    private func applyToOne(_ value: Value, _ frame: Frame) throws(JSONataError) -> Value {
        try apply(toMixed: [value], frame)
    }

    private func apply(to values: [JSONValue], _ frame: Frame) throws(JSONataError) -> Value {
        if let index = literalIndex(among: values.count) {
            guard let index else { return .sequence(Value.Sequence([], .sequence)) }
            if case .array = values[index] { return .json(values[index]) }
            return .sequence(Value.Sequence([values[index]], .sequence))
        }
        try begin(values.count, frame)
        var kept: [JSONValue] = []
        if case .condition(let node) = kind {
            for value in values where try node.test(.json(value), frame) { kept.append(value) }
        } else {
            for (place, value) in values.enumerated()
            where try keeps(.json(value), at: place, of: values.count, frame) { kept.append(value) }
        }
        try frame.evaluation.charge(bytes: 8 * kept.count)
        return .sequence(Value.Sequence(kept, .sequence))
    }

    private func apply(toMixed values: [Value], _ frame: Frame) throws(JSONataError) -> Value {
        var kept = Gathering()
        if let index = literalIndex(among: values.count) {
            if let index {
                if values[index].isArray { return values[index] }
                kept.append(values[index])
            }
        } else {
            try begin(values.count, frame)
            for (place, value) in values.enumerated()
            where try keeps(value, at: place, of: values.count, frame) { kept.append(value) }
        }
        return kept.array(.sequence)
    }
}

extension Value.Sequence {
    fileprivate var unwrappedValues: [JSONValue] {
        if flags.contains(.wrapsInput), case .array(let inner) = values[0] { return inner }
        return values
    }
}

extension Value {
    /// The numbers, if this is an array of nothing else.
    fileprivate var numbers: [JSONNumber]? {
        guard let values = dataElements else { return nil }
        var numbers: [JSONNumber] = []
        numbers.reserveCapacity(values.count)
        for value in values {
            guard case .number(let number) = value else { return nil }
            numbers.append(number)
        }
        return numbers
    }
}

/// `*`.
final class WildcardNode: Node {
    override func evaluate(_ item: Value, _ frame: Frame) throws(JSONataError) -> Value { try raw(item, frame).collapsed() }

    override func raw(_ item: Value, _ frame: Frame) throws(JSONataError) -> Value {
        var found = Gathering()
        // What `$append` makes of a sequence and an array is a sequence no longer, and does not collapse.
        var hasArray = false
        func add(_ value: Value) {
            if value.isArray {
                hasArray = true
                value.appendFlat(to: &found)
            } else {
                found.append(value)
            }
        }
        switch item.unwrapped {
        case .json(.object(let object)): for member in object.members { add(.json(member.value)) }
        case .record(let record): for member in record.members { add(member.value) }
        case let value: for element in value.elements ?? [] { add(element) }
        }
        try frame.evaluation.visit(found.count)
        try frame.evaluation.charge(bytes: 8 * found.count)
        return found.array(hasArray ? [] : .sequence)
    }
}

extension Value {
    /// Adds the elements of an array and of all arrays within it.
    fileprivate func appendFlat(to found: inout Gathering) {
        switch self {
        case .json(.array(let values)): for value in values { Value.json(value).appendFlat(to: &found) }
        case .sequence(let sequence): for value in sequence.values { Value.json(value).appendFlat(to: &found) }
        case .list(let list): for value in list.values { value.appendFlat(to: &found) }
        case .undefined, .json, .record, .function: found.append(self)
        }
    }
}

/// `**`.
final class DescendantsNode: Node {
    override func evaluate(_ item: Value, _ frame: Frame) throws(JSONataError) -> Value { try raw(item, frame).collapsed() }

    override func raw(_ item: Value, _ frame: Frame) throws(JSONataError) -> Value {
        if item.isUndefined { return .undefined }
        var found = Gathering()
        Self.gather(item.unwrapped, &found)
        try frame.evaluation.visit(found.count)
        try frame.evaluation.charge(bytes: 8 * found.count)
        return found.count == 1 ? found.collapsed() : found.array(.sequence)
    }

    /// The value, unless it is an array, and all that is in it. Values are no deeper than they may be read or built.
    private static func gather(_ value: Value, _ found: inout Gathering) {
        switch value {
        case .json(.array(let values)): for value in values { gather(.json(value), &found) }
        case .sequence(let sequence): for value in sequence.values { gather(.json(value), &found) }
        case .list(let list): for value in list.values { gather(value, &found) }
        case .json(.object(let object)):
            found.append(value)
            for member in object.members { gather(.json(member.value), &found) }
        case .record(let record):
            found.append(value)
            for member in record.members { gather(member.value, &found) }
        case .json, .function: found.append(value)
        case .undefined: break
        }
    }
}
