import StatesJSON

/// `f(a, b)`, and `a ~> f(b)`, which hands over `a` as the first argument.
final class CallNode: Node {
    /// What is called.
    enum Procedure {
        /// A built-in function that nothing in the expression can have replaced.
        case builtIn(KnownFunction)
        case node(Node)
    }

    private let procedure: Procedure
    private let arguments: [Node]
    /// The name as it is written, which errors give.
    private let token: String?
    /// A variable of the name that is called without `$`; it makes the error say so.
    private let meant: Node?
    private let depth: Int
    private let keepsArray: Bool
    private let isInTailPosition: Bool

    init(
        _ procedure: Procedure, _ arguments: [Node], token: String?, meant: Node?, depth: Int, keepsArray: Bool,
        isInTailPosition: Bool, _ syntax: SyntaxNode
    ) {
        self.procedure = procedure
        self.arguments = arguments
        self.token = token
        self.meant = meant
        self.depth = depth
        self.keepsArray = keepsArray
        self.isInTailPosition = isInTailPosition
        super.init(syntax)
    }

    override func evaluate(_ item: Value, _ frame: Frame) throws(JSONataError) -> Value {
        try raw(item, frame).collapsed(keepingArray: keepsArray)
    }

    // Each of the following is small, so that a level of recursion takes little of the thread's stack in debug builds too.

    override func raw(_ item: Value, _ frame: Frame) throws(JSONataError) -> Value {
        guard case .node(let node) = procedure else { return try callBuiltIn(item, frame) }
        let value = try node.evaluate(item, frame)
        if let closure = value.plainClosure { return try run(closure, item, frame) }
        return try call(value, item, frame)
    }

    private func callBuiltIn(_ item: Value, _ frame: Frame) throws(JSONataError) -> Value {
        guard case .builtIn(let known) = procedure else { return .undefined }
        let arguments = try values(item, frame)
        do {
            return try frame.evaluation.call(known, arguments, context: item.unwrapped, room: frame.room - depth)
        } catch {
            throw error.placed(position, range, token: token)
        }
    }

    private func call(_ procedure: Value, _ item: Value, _ frame: Frame) throws(JSONataError) -> Value {
        let (function, arguments) = try ready(procedure, item, frame)
        do {
            return try frame.evaluation.apply(function, arguments, context: item.unwrapped, room: frame.room - depth)
        } catch {
            throw placed(error)
        }
    }

    /// A lambda without a signature: its arguments go straight into its frame.
    private func run(_ closure: Closure, _ item: Value, _ frame: Frame) throws(JSONataError) -> Value {
        let own = closure.newFrame(frame.evaluation, room: frame.room - depth)
        try pass(to: own, closure.lambda.parameterCount, item, frame)
        do {
            var pending: TailCall?
            let result = try frame.evaluation.run(closure, own, &pending)
            if pending == nil { return result }
            return try finish(pending, item, frame)
        } catch {
            throw placed(error)
        }
    }

    private func pass(to own: Frame, _ parameterCount: Int, _ item: Value, _ frame: Frame) throws(JSONataError) {
        for (at, argument) in arguments.enumerated() {
            let value = try argument.evaluate(item, frame)
            if at < parameterCount { own[at] = value }
        }
        if arguments.count < parameterCount { for at in arguments.count..<parameterCount { own[at] = .undefined } }
    }

    private func finish(_ pending: TailCall?, _ item: Value, _ frame: Frame) throws(JSONataError) -> Value {
        guard let pending else { return .undefined }
        return try frame.evaluation.finish(pending, context: item.unwrapped, room: frame.room - depth)
    }

    private func placed(_ error: JSONataError) -> JSONataError {
        var error = error.placed(position, range, token: token)
        // The reference implementation points to the call even where the function's body knows better.
        error.position = position
        return error
    }

    override func tail(_ item: Value, _ frame: Frame, _ pending: inout TailCall?) throws(JSONataError) -> Value {
        guard isInTailPosition else { return try evaluate(item, frame) }
        pending = TailCall(node: self, item: item, frame: frame)
        return .undefined
    }

    /// The function and the arguments, evaluated.
    func ready(_ item: Value, _ frame: Frame) throws(JSONataError) -> (Function, [Value]) {
        switch procedure {
        case .builtIn(let known): return (Function(.builtIn(known.function)), try values(item, frame))
        case .node(let node): return try ready(node.evaluate(item, frame), item, frame)
        }
    }

    private func ready(_ value: Value, _ item: Value, _ frame: Frame) throws(JSONataError) -> (Function, [Value]) {
        if value.isUndefined, let meant, !(try meant.evaluate(item, frame).isUndefined) { throw failure("T1005", token: token) }
        let arguments = try values(item, frame)
        guard let function = value.function else { throw failure("T1006", token: token) }
        return (function, arguments)
    }

    @inline(__always) private func values(_ item: Value, _ frame: Frame) throws(JSONataError) -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(arguments.count)
        for argument in arguments { values.append(try argument.evaluate(item, frame)) }
        return values
    }
}

/// A built-in function behind one reference, with what a call asks of it.
final class KnownFunction {
    let function: BuiltIn
    /// Whether its result may hold values deeper in it than its arguments do.
    let deepens: Bool

    init(_ function: BuiltIn) {
        self.function = function
        deepens = function.deepens
    }
}

extension Value {
    /// The lambda, if this is one that takes its arguments as they are.
    fileprivate var plainClosure: Closure? {
        if case .function(let function) = self, case .lambda(let closure) = function.kind, closure.lambda.signature == nil {
            closure
        } else {
            nil
        }
    }
}

/// `f(?, a)`.
final class PartialNode: Node {
    private let procedure: Node
    private let arguments: [Node?]
    private let token: String?
    private let meant: Node?

    init(_ procedure: Node, _ arguments: [Node?], token: String?, meant: Node?, _ syntax: SyntaxNode) {
        self.procedure = procedure
        self.arguments = arguments
        self.token = token
        self.meant = meant
        super.init(syntax)
    }

    override func evaluate(_ item: Value, _ frame: Frame) throws(JSONataError) -> Value {
        var given: [Value?] = []
        for argument in arguments {
            if let argument { given.append(try argument.evaluate(item, frame)) } else { given.append(nil) }
        }
        let value = try procedure.evaluate(item, frame)
        if value.isUndefined, let meant, !(try meant.evaluate(item, frame).isUndefined) { throw failure("T1007", token: token) }
        guard let function = value.function else { throw failure("T1008", token: token) }
        let partial = Function(.partial(function, arguments: given))
        try frame.evaluation.keep(partial)
        return .function(partial)
    }
}

/// `a ~> f` where `f` is no call.
final class ApplicationNode: Node {
    private let left: Node
    private let right: Node
    private let depth: Int

    init(_ left: Node, _ right: Node, depth: Int, _ syntax: SyntaxNode) {
        self.left = left
        self.right = right
        self.depth = depth
        super.init(syntax)
    }

    override func evaluate(_ item: Value, _ frame: Frame) throws(JSONataError) -> Value { try raw(item, frame).collapsed() }

    override func raw(_ item: Value, _ frame: Frame) throws(JSONataError) -> Value {
        let left = try left.evaluate(item, frame)
        let right = try right.evaluate(item, frame)
        guard let function = right.function else { throw failure("T2006", token: "~>", value: right) }
        if let first = left.function {
            let composition = Function(.composition(first, function))
            try frame.evaluation.keep(composition)
            return .function(composition)
        }
        do {
            return try frame.evaluation.apply(function, [left], context: .undefined, room: frame.room - depth)
        } catch {
            throw error.placed(position, range, token: nil)
        }
    }
}
