import StatesJSON

/// A part of an expression in executable form.
///
/// One final class for each thing an expression can say. Nodes never change once they are compiled; what an evaluation uses is in
/// its frames and in `Evaluation`.
class Node {
    /// Where errors point to.
    let position: Int
    let range: SourceRange

    init(_ syntax: SyntaxNode) {
        position = syntax.position
        range = syntax.range
    }

    init(position: Int, range: SourceRange) {
        self.position = position
        self.range = range
    }

    /// The value over that item: a sequence has collapsed.
    func evaluate(_ item: Value, _ frame: Frame) throws(JSONataError) -> Value { .undefined }

    /// The value over that item before a sequence collapses, which is what a predicate behind the node looks at.
    func raw(_ item: Value, _ frame: Frame) throws(JSONataError) -> Value { try evaluate(item, frame) }

    /// Whether the value is truthy.
    func test(_ item: Value, _ frame: Frame) throws(JSONataError) -> Bool { try evaluate(item, frame).isTruthy() }

    /// The value at the end of a lambda's body: a call there may be handed back to be made by whoever called the lambda.
    func tail(_ item: Value, _ frame: Frame, _ pending: inout TailCall?) throws(JSONataError) -> Value {
        try evaluate(item, frame)
    }

    /// The tuples that a path within brackets yields to the path around it, or nil if this yields items.
    func tuples(_ item: Value, _ frame: Frame) throws(JSONataError) -> [Frame]? { nil }

    /// The names and slots of those tuples, or nil.
    var tupleScope: LexicalScope? { nil }

    /// Whether the value can only be true, false or undefined.
    var isBoolean: Bool { false }

    /// The value, if it is the same always.
    var constant: JSONValue? { nil }

    final func failure(_ code: String, token: String? = nil, value: Value = .undefined, value2: Value = .undefined) -> JSONataError
    {
        .make(code, position: position, range: range, token: token, value: value.data, value2: value2.data)
    }
}

/// A call that the body of a lambda ends with.
struct TailCall {
    let node: CallNode
    let item: Value
    let frame: Frame
}

/// A literal, or what was computed when the expression was compiled.
final class ConstantNode: Node {
    private let value: JSONValue

    init(_ value: JSONValue, _ syntax: SyntaxNode) {
        self.value = value
        super.init(syntax)
    }

    override func evaluate(_ item: Value, _ frame: Frame) -> Value { .json(value) }
    override var constant: JSONValue? { value }
    override var isBoolean: Bool { value.bool != nil }
}

/// A function that is always the same: a built-in one by name, or a regular expression.
final class FunctionNode: Node {
    let kind: Function.Kind

    init(_ kind: Function.Kind, _ syntax: SyntaxNode) {
        self.kind = kind
        super.init(syntax)
    }

    override func evaluate(_ item: Value, _ frame: Frame) -> Value { .function(Function(kind)) }
}

/// `$`.
final class ItemNode: Node {
    override func evaluate(_ item: Value, _ frame: Frame) -> Value { item.unwrapped.collapsed() }
    override func raw(_ item: Value, _ frame: Frame) -> Value { item.unwrapped }
}

/// `$$`.
final class RootNode: Node {
    override func evaluate(_ item: Value, _ frame: Frame) -> Value { frame.evaluation.root }
}

/// `$name` where the name is bound within the expression, or may be.
final class VariableNode: Node {
    private let places: [Place]
    private let outside: Node?

    /// - Parameter outside: What the name means where none of the places is bound yet.
    init(_ places: [Place], outside: Node?, _ syntax: SyntaxNode) {
        self.places = places
        self.outside = outside
        super.init(syntax)
    }

    override func evaluate(_ item: Value, _ frame: Frame) throws(JSONataError) -> Value { try raw(item, frame).collapsed() }

    override func raw(_ item: Value, _ frame: Frame) throws(JSONataError) -> Value {
        for place in places {
            if let value = place.read(frame) { return value }
        }
        return try outside?.evaluate(item, frame) ?? .undefined
    }
}

/// `$name` from outside the expression, which is asked for once, or else the built-in function of that name.
final class OutsideNode: Node {
    private let name: String
    private let slot: Int
    private let builtIn: BuiltIn?

    init(_ name: String, slot: Int, builtIn: BuiltIn?, _ syntax: SyntaxNode) {
        self.name = name
        self.slot = slot
        self.builtIn = builtIn
        super.init(syntax)
    }

    override func evaluate(_ item: Value, _ frame: Frame) -> Value {
        let evaluation = frame.evaluation
        if let known = evaluation.outside[slot] { return known }
        var value = Value.undefined
        if let given = evaluation.variable(name) {
            value = .json(given)
        } else if let builtIn {
            value = .function(Function(.builtIn(builtIn)))
        }
        evaluation.outside[slot] = value
        return value
    }
}

/// `$name.member` from outside the expression: only the member is asked for.
final class OutsideMemberNode: Node {
    private let name: String
    private let member: String
    private let slot: Int
    /// The same as a path, for a variable that is no object.
    private let general: Node

    init(_ name: String, member: String, slot: Int, general: Node, _ syntax: SyntaxNode) {
        self.name = name
        self.member = member
        self.slot = slot
        self.general = general
        super.init(syntax)
    }

    override func evaluate(_ item: Value, _ frame: Frame) throws(JSONataError) -> Value {
        let evaluation = frame.evaluation
        if let known = evaluation.outside[slot] { return known }
        let value: Value =
            if let given = evaluation.member(member, ofVariable: name) { .json(given) } else { try general.evaluate(item, frame) }
        evaluation.outside[slot] = value
        return value
    }
}

/// `$name := value`.
final class BindNode: Node {
    /// In the frame that the binding is evaluated in.
    private let slot: Int
    private let value: Node

    init(slot: Int, _ value: Node, _ syntax: SyntaxNode) {
        self.slot = slot
        self.value = value
        super.init(syntax)
    }

    override func evaluate(_ item: Value, _ frame: Frame) throws(JSONataError) -> Value {
        let value = try value.evaluate(item, frame)
        frame[slot] = value
        return value
    }
}

/// `condition ? one : other`.
final class ConditionNode: Node {
    private let condition: Node
    private let then: Branch
    private let otherwise: Branch?

    init(_ condition: Node, then: Branch, otherwise: Branch?, _ syntax: SyntaxNode) {
        self.condition = condition
        self.then = then
        self.otherwise = otherwise
        super.init(syntax)
    }

    override func evaluate(_ item: Value, _ frame: Frame) throws(JSONataError) -> Value {
        guard let branch = try condition.test(item, frame) ? then : otherwise else { return .undefined }
        try frame.require(branch.height)
        return try branch.node.evaluate(item, frame)
    }

    override func tail(_ item: Value, _ frame: Frame, _ pending: inout TailCall?) throws(JSONataError) -> Value {
        guard let branch = try condition.test(item, frame) ? then : otherwise else { return .undefined }
        try frame.require(branch.height)
        return try branch.node.tail(item, frame, &pending)
    }
}

/// A part of an expression that is not always evaluated, or many times.
struct Branch {
    let node: Node
    /// How deep its deepest step is nested, counted from what owns the frame.
    let height: Int
    /// How many nodes it has.
    let weight: Int
}

/// `(a; b)`.
final class BlockNode: Node {
    private let expressions: [Node]
    /// The slots of the block's own variables in the frame around it, unless it has a frame of its own.
    private let slots: Range<Int>
    /// The layout of the block's own frame, which it has if something in it may outlive it.
    private let layout: FrameLayout?

    init(_ expressions: [Node], slots: Range<Int>, layout: FrameLayout?, _ syntax: SyntaxNode) {
        self.expressions = expressions
        self.slots = slots
        self.layout = layout
        super.init(syntax)
    }

    override var tupleScope: LexicalScope? { expressions.last?.tupleScope }
    override var isBoolean: Bool { expressions.last?.isBoolean ?? false }

    /// Everything but the last expression; answers the frame for that.
    @inline(__always) private func begin(_ item: Value, _ frame: Frame) throws(JSONataError) -> Frame {
        var own = frame
        if let layout {
            own = Frame(within: frame, count: layout.count)
        } else {
            for slot in slots { frame[slot] = nil }
        }
        for at in 0..<(expressions.count - 1) { _ = try expressions[at].evaluate(item, own) }
        return own
    }

    override func evaluate(_ item: Value, _ frame: Frame) throws(JSONataError) -> Value {
        guard let last = expressions.last else { return .undefined }
        return try last.evaluate(item, begin(item, frame))
    }

    override func test(_ item: Value, _ frame: Frame) throws(JSONataError) -> Bool {
        guard let last = expressions.last else { return false }
        return try last.test(item, begin(item, frame))
    }

    override func tail(_ item: Value, _ frame: Frame, _ pending: inout TailCall?) throws(JSONataError) -> Value {
        guard let last = expressions.last else { return .undefined }
        return try last.tail(item, begin(item, frame), &pending)
    }

    override func tuples(_ item: Value, _ frame: Frame) throws(JSONataError) -> [Frame]? {
        guard let last = expressions.last else { return nil }
        return try last.tuples(item, begin(item, frame))
    }
}

/// A node followed by predicates, a grouping or `[]`.
final class PostfixNode: Node {
    private let node: Node
    private let filters: [Filter]
    private let group: Grouping?
    private let keepsArray: Bool

    init(_ node: Node, filters: [Filter], group: Grouping?, keepsArray: Bool, _ syntax: SyntaxNode) {
        self.node = node
        self.filters = filters
        self.group = group
        self.keepsArray = keepsArray
        super.init(syntax)
    }

    private var isTransparent: Bool { filters.isEmpty && group == nil }
    override var tupleScope: LexicalScope? { isTransparent ? node.tupleScope : nil }

    override func tuples(_ item: Value, _ frame: Frame) throws(JSONataError) -> [Frame]? {
        isTransparent ? try node.tuples(item, frame) : nil
    }

    override func evaluate(_ item: Value, _ frame: Frame) throws(JSONataError) -> Value {
        try raw(item, frame).collapsed(keepingArray: keepsArray)
    }

    override func raw(_ item: Value, _ frame: Frame) throws(JSONataError) -> Value {
        var value = try node.raw(item, frame)
        for filter in filters { value = try filter.apply(to: value, frame) }
        if let group { value = try group.evaluate(value, frame) }
        return value
    }
}

/// A lambda as it is written; evaluated, it closes over the frame.
final class LambdaNode: Node {
    let lambda: Lambda

    init(_ lambda: Lambda, _ syntax: SyntaxNode) {
        self.lambda = lambda
        super.init(syntax)
    }

    override func evaluate(_ item: Value, _ frame: Frame) throws(JSONataError) -> Value {
        let function = Function(.lambda(Closure(lambda, frame: frame, item: item)))
        try frame.evaluation.keep(function, frame)
        return .function(function)
    }
}
