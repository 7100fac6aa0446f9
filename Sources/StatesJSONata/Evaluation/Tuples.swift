import StatesJSON

/// One step of a path that remembers where it came from.
struct TupleStep {
    let step: Step
    /// Whether the step is one that needs tuples; the steps before the first such one go over items.
    let isTuple: Bool
    let filters: [TupleStage]
    /// The slots that the step fills: of its focus, its index, and the item it came from.
    let focus: Int?
    let index: Int?
    let ancestor: Int?
    /// Where the bindings go that a path in brackets hands over: (its slot, our slot).
    let merged: [(from: Int, to: Int)]
}

/// What follows a step of a path of tuples.
enum TupleStage {
    case filter(Filter)
    case index(slot: Int)
}

/// A path with `@`, `#` or `%`: it goes over tuples, each an item and what was bound on the way to it.
///
/// A tuple is a frame, whose slot 0 is the item.
final class TuplePathNode: Node {
    private let steps: [TupleStep]
    private let startsAtVariable: Bool
    private let keepsSingleton: Bool
    /// Whether a path around this one takes the tuples.
    private let group: Grouping?
    private let scope: LexicalScope

    init(
        _ steps: [TupleStep], scope: LexicalScope, startsAtVariable: Bool, keepsSingleton: Bool, group: Grouping?,
        _ syntax: SyntaxNode
    ) {
        self.steps = steps
        self.scope = scope
        self.startsAtVariable = startsAtVariable
        self.keepsSingleton = keepsSingleton
        self.group = group
        super.init(syntax)
    }

    override var tupleScope: LexicalScope? { scope }

    override func evaluate(_ item: Value, _ frame: Frame) throws(JSONataError) -> Value {
        try raw(item, frame).collapsed()
    }

    override func raw(_ item: Value, _ frame: Frame) throws(JSONataError) -> Value {
        var value: Value
        switch try run(item, frame) {
        case .items(let items):
            value = items
            if keepsSingleton { value = value.keepingSingleton }
            if let group { value = try group.evaluate(value, newTuple(.undefined, frame)) }
        case .tuples(let tuples):
            if let group, tuples.isEmpty { return try group.evaluate(.json(.array([])), newTuple(.undefined, frame)) }
            if let group { return try group.evaluate(tuples: tuples, frame) }
            var gathered = Gathering()
            for tuple in tuples { gathered.append(tuple[0] ?? .undefined) }
            value = gathered.array(keepsSingleton ? [.sequence, .keepsSingleton] : .sequence)
        }
        return value
    }

    override func tuples(_ item: Value, _ frame: Frame) throws(JSONataError) -> [Frame]? {
        guard group == nil, case .tuples(let tuples) = try run(item, frame) else { return nil }
        return tuples
    }

    private enum Stream {
        case items(Value)
        case tuples([Frame])
    }

    private func run(_ item: Value, _ frame: Frame) throws(JSONataError) -> Stream {
        var items: Items = startsAtVariable ? .one(item) : Items(item)
        var tuples: [Frame]?
        var current = Value.undefined
        for at in steps.indices {
            let step = steps[at]
            if at > 0 { try frame.require(step.step.height) }
            if at == 0, step.step.isConstructed {
                current = try step.step.node.evaluate(item, frame)
            } else if step.isTuple || tuples != nil {
                tuples = try take(step, items, tuples, frame)
                continue
            } else {
                current = try Self.goOver(items, step.step, isLast: at == steps.count - 1, frame)
            }
            if current.isUndefined || current.isEmptySequence { break }
            items = Items(current)
        }
        if let tuples { return .tuples(tuples) }
        return .items(current)
    }

    /// A step over items, before the first one that needs tuples.
    private static func goOver(_ items: Items, _ step: Step, isLast: Bool, _ frame: Frame) throws(JSONataError) -> Value {
        if let sorting = step.sorting {
            var sorted = try sorting.sort(items, frame)
            for filter in step.filters { sorted = try filter.apply(to: sorted, frame) }
            return sorted
        }
        var results = StepResults(isLast: isLast)
        for value in items.values {
            try frame.evaluation.visit(step.weight)
            var result = try step.node.evaluate(value, frame)
            for filter in step.filters { result = try filter.apply(to: result, frame) }
            results.add(result)
        }
        return results.finished
    }

    private func take(_ step: TupleStep, _ items: Items, _ tuples: [Frame]?, _ frame: Frame) throws(JSONataError) -> [Frame] {
        if let sorting = step.step.sorting { return try filtered(sort(step, sorting, items, tuples, frame), step, frame) }
        let given = tuples ?? items.values.map { newTuple($0, frame) }
        var result: [Frame] = []
        for tuple in given {
            try frame.evaluation.visit(step.step.weight)
            let item = tuple[0] ?? .undefined
            if let inner = try step.step.node.tuples(item, tuple) {
                for bound in inner { try append(to: &result, copyOf: tuple) { fill($0, step, from: bound) } }
                continue
            }
            let value = try step.step.node.evaluate(item, tuple)
            if value.isUndefined { continue }
            for (place, element) in (value.elements ?? [value]).enumerated() {
                try append(to: &result, copyOf: tuple) { fill($0, step, with: element, at: place, from: item) }
            }
        }
        return try filtered(result, step, frame)
    }

    private func append(to result: inout [Frame], copyOf tuple: Frame, _ fill: (Frame) -> Void) throws(JSONataError) {
        try tuple.evaluation.charge(bytes: 48 + 8 * tuple.count)
        try tuple.evaluation.visit()
        let copy = Frame(copying: tuple)
        fill(copy)
        result.append(copy)
    }

    private func newTuple(_ item: Value, _ frame: Frame) -> Frame {
        let tuple = Frame(within: frame, count: scope.layout.count)
        tuple[0] = item
        return tuple
    }

    private func fill(_ tuple: Frame, _ step: TupleStep, with element: Value, at place: Int, from item: Value) {
        if let focus = step.focus { tuple[focus] = element } else { tuple[0] = element }
        if let index = step.index { tuple[index] = .json(.integer(place)) }
        if let ancestor = step.ancestor { tuple[ancestor] = item }
    }

    private func fill(_ tuple: Frame, _ step: TupleStep, from bound: Frame) {
        tuple[0] = bound[0]
        for (from, to) in step.merged {
            if let value = bound[from] { tuple[to] = value }
        }
    }

    private func sort(
        _ step: TupleStep, _ sorting: Sorting, _ items: Items, _ tuples: [Frame]?, _ frame: Frame
    ) throws(JSONataError) -> [Frame] {
        if let tuples { return try sorting.sort(tuples: tuples, frame) }
        let sorted = try sorting.sort(tuples: items.values.map { newTuple($0, frame) }, frame)
        if let index = step.index {
            for (place, tuple) in sorted.enumerated() { tuple[index] = .json(.integer(place)) }
        }
        return sorted
    }

    private func filtered(_ tuples: [Frame], _ step: TupleStep, _ frame: Frame) throws(JSONataError) -> [Frame] {
        var tuples = tuples
        for stage in step.filters {
            switch stage {
            case .index(let slot):
                for (place, tuple) in tuples.enumerated() { tuple[slot] = .json(.integer(place)) }
            case .filter(let filter):
                if let index = filter.literalIndex(among: tuples.count) {
                    tuples = index.map { [tuples[$0]] } ?? []
                    continue
                }
                try filter.begin(tuples.count, frame)
                var kept: [Frame] = []
                for (place, tuple) in tuples.enumerated()
                where try filter.keeps(tuple[0] ?? .undefined, at: place, of: tuples.count, tuple) { kept.append(tuple) }
                tuples = kept
            }
        }
        return tuples
    }
}

extension Items {
    /// All of them, one by one.
    var values: [Value] {
        switch self {
        case .one(let value): [value]
        case .data(let values): values.map { .json($0) }
        case .mixed(let values): values
        }
    }
}
