import StatesJSON

/// `$map`, `$filter` and `$reduce` with a lambda that is written right there.
///
/// Nothing else can refer to such a lambda, so it is no value of its own, and if nothing in its body outlives its frame, one frame does
/// for all elements. The outcome is that of the built-in function.
final class HigherOrderNode: Node {
    /// Which of the functions.
    enum Purpose: String {
        case map, filter, reduce
    }

    private let purpose: Purpose
    private let list: Node
    private let lambda: Lambda
    private let initial: Node?
    private let depth: Int
    private let keepsArray: Bool

    init(
        _ purpose: Purpose, _ list: Node, _ lambda: Lambda, initial: Node?, depth: Int, keepsArray: Bool, _ syntax: SyntaxNode
    ) {
        self.purpose = purpose
        self.list = list
        self.lambda = lambda
        self.initial = initial
        self.depth = depth
        self.keepsArray = keepsArray
        super.init(syntax)
    }

    override func evaluate(_ item: Value, _ frame: Frame) throws(JSONataError) -> Value {
        try raw(item, frame).collapsed(keepingArray: keepsArray)
    }

    override func raw(_ item: Value, _ frame: Frame) throws(JSONataError) -> Value {
        let list = try list.evaluate(item, frame)
        let initial = try initial?.evaluate(item, frame) ?? .undefined
        if list.isUndefined { return .undefined }
        do {
            var loop = Loop(lambda, list, item, frame, room: frame.room - depth)
            switch purpose {
            case .map: return try map(&loop, frame.evaluation)
            case .filter: return try filter(&loop, frame.evaluation)
            case .reduce: return try reduce(&loop, initial)
            }
        } catch {
            throw error.placed(position, range, token: purpose.rawValue)
        }
    }

    private func map(_ loop: inout Loop, _ evaluation: Evaluation) throws(JSONataError) -> Value {
        var results = Gathering()
        results.reserve(loop.count)
        for at in 0..<loop.count { results.append(try loop.call(with: loop.element(at), at).stored) }
        try evaluation.charge(bytes: 8 * results.count)
        let result = results.array(.sequence)
        try evaluation.built(result)
        return result
    }

    private func filter(_ loop: inout Loop, _ evaluation: Evaluation) throws(JSONataError) -> Value {
        var kept = Gathering()
        for at in 0..<loop.count {
            let element = loop.element(at)
            if try loop.call(with: element, at).isTruthy() { kept.append(element) }
        }
        try evaluation.charge(bytes: 8 * kept.count)
        return kept.array(.sequence)
    }

    private func reduce(_ loop: inout Loop, _ initial: Value) throws(JSONataError) -> Value {
        switch initial {
        case .undefined, .json, .sequence: break
        case .list, .record, .function: throw .make("T0410", token: purpose.rawValue, value: nil, index: 3)
        }
        var result = initial
        var start = 0
        if initial.isUndefined, loop.count > 0 {
            result = loop.element(0)
            start = 1
        }
        for at in start..<max(start, loop.count) { result = try loop.call(combining: result, loop.element(at), at) }
        return result
    }
}

/// Calls a lambda for one element after the other.
private struct Loop {
    private let closure: Closure
    private let items: Items
    private let list: Value
    private let evaluation: Evaluation
    private let room: Int
    private let parameterCount: Int
    private let boundCount: Int
    private var own: Frame

    init(_ lambda: Lambda, _ list: Value, _ item: Value, _ frame: Frame, room: Int) {
        closure = Closure(lambda, frame: frame, item: item)
        items = Items(list)
        self.list = list.isArray ? list : .json(.array(list.data.map { [$0] } ?? []))
        evaluation = frame.evaluation
        self.room = room
        parameterCount = lambda.parameterCount
        boundCount = lambda.layout.count
        own = closure.newFrame(frame.evaluation, room: room)
    }

    var count: Int {
        switch items {
        case .one: 1
        case .data(let values): values.count
        case .mixed(let values): values.count
        }
    }

    @inline(__always) func element(_ at: Int) -> Value {
        switch items {
        case .one(let value): value
        case .data(let values): .json(values[at])
        case .mixed(let values): values[at]
        }
    }

    /// The lambda of an element, its index and the whole.
    @inline(__always) mutating func call(with element: Value, _ at: Int) throws(JSONataError) -> Value {
        ready()
        if parameterCount > 0 { own[0] = element }
        if parameterCount > 1 { own[1] = .json(.integer(at)) }
        if parameterCount > 2 { own[2] = list }
        if parameterCount > 3 { for slot in 3..<parameterCount { own[slot] = .undefined } }
        return try run()
    }

    /// The lambda of what there is so far, an element, its index and the whole.
    @inline(__always) mutating func call(combining result: Value, _ element: Value, _ at: Int) throws(JSONataError) -> Value {
        ready()
        if parameterCount > 0 { own[0] = result }
        if parameterCount > 1 { own[1] = element }
        if parameterCount > 2 { own[2] = .json(.integer(at)) }
        if parameterCount > 3 { own[3] = list }
        if parameterCount > 4 { for slot in 4..<parameterCount { own[slot] = .undefined } }
        return try run()
    }

    @inline(__always) private mutating func ready() {
        if closure.lambda.reusesFrame {
            if boundCount > parameterCount { for slot in parameterCount..<boundCount { own[slot] = nil } }
        } else {
            own = closure.newFrame(evaluation, room: room)
        }
    }

    @inline(__always) private func run() throws(JSONataError) -> Value {
        var pending: TailCall?
        let result = try evaluation.run(closure, own, &pending)
        guard let pending else { return result.collapsed() }
        return try evaluation.finish(pending, context: .undefined, room: room).collapsed()
    }
}
