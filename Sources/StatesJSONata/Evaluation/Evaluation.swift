import StatesJSON

/// One evaluation of an expression: the world it sees and what it has used so far.
class Evaluation {
    /// The dialect of the expression.
    let dialect: Dialect
    /// What may be used.
    let bounds: Bounds
    /// The input as `$$` sees it.
    final let root: Value
    /// The visits that are left.
    private(set) final var visitsLeft: Int
    /// The bytes that are left.
    private(set) final var bytesLeft: Int
    final let stack = NativeStack()
    /// How many steps may still be nested below the call that is being made.
    final var room: Int
    /// Whether infinity or something that is no number was computed.
    final var sawNonFinite = false
    /// Variables from outside that were asked for.
    final var outside: [Value?]
    /// Where members were found last, by name as it stands in the expression.
    ///
    /// A vector, so that reading one asks for no check of exclusive access; names whose numbers agree in the last bits share a place.
    private final var hints = SIMD16<UInt8>()
    /// All functions that were made. They may hold each other in a circle, or in a chain too long to be released link by link.
    private final var functions: [Function] = []
    private final var nesting = NestingGuard()

    init(program: Program, input: JSONValue?, bounds: Bounds) {
        dialect = program.dialect
        self.bounds = bounds
        root = input.map { .json($0) } ?? .undefined
        visitsLeft = bounds.visits
        bytesLeft = bounds.memory
        room = bounds.depth
        outside = [Value?](repeating: nil, count: program.outsideCount)
    }

    /// Where the member of a name was found last.
    @inline(__always) final func hint(_ number: Int) -> Int { Int(hints[number & 15]) }

    @inline(__always) final func setHint(_ number: Int, _ position: Int) {
        hints[number & 15] = UInt8(truncatingIfNeeded: position)
    }

    // MARK: - The world, which a subclass holds

    /// The variable of that name from outside.
    func variable(_ name: String) -> JSONValue? { nil }
    /// The member of the object in the variable of that name from outside.
    func member(_ member: String, ofVariable name: String) -> JSONValue? { nil }
    /// The instant of the evaluation in milliseconds since 1970.
    var now: Int64 { 0 }
    /// 64 random bits.
    func randomBits() -> UInt64 { 0 }

    // MARK: - Bounds

    /// Counts visits of nodes, steps of a pattern or elements that were gone through.
    /// - Throws: when the budget is used up.
    final func visit(_ count: Int = 1) throws(JSONataError) {
        visitsLeft &-= count
        if visitsLeft < 0 { throw .visitsExceeded }
    }

    /// Counts bytes that are about to be allocated. Call it before allocating what an argument sizes.
    /// - Throws: when the tally is full.
    final func charge(bytes: Int) throws(JSONataError) {
        // A size beyond every tally would wrap around.
        bytesLeft &-= bytes > bounds.memory ? bounds.memory &+ 1 : bytes
        if bytesLeft < 0 { throw .memoryExceeded }
    }

    /// Notes a new array or object: chains of values within values stay short enough to be compared and released.
    @inline(__always) final func built(_ value: Value) throws(JSONataError) {
        if value.holdsComposites { try nesting.built(value) }
    }

    /// Notes a new function, which is kept until the evaluation ends.
    final func keep(_ function: Function, _ frame: Frame? = nil) throws(JSONataError) {
        try charge(bytes: 96 + 24 * (frame?.count ?? 0))
        functions.append(function)
    }

    /// Lets go of all functions, the last one first: each holds only such as were made before it.
    final func finish() {
        for function in functions {
            switch function.kind {
            case .lambda(let closure): closure.frame.clear()
            case .transform(let transform): transform.frame.clear()
            case .builtIn, .regex, .native, .partial, .composition: break
            }
        }
        while functions.popLast() != nil {}
    }

    // MARK: - Calls

    /// What a call costs beside its body.
    private static let visitsPerCall = 5

    /// Calls a function with these arguments, as `$map` and its kin do: there is no context item.
    final func invoke(_ function: Function, _ arguments: [Value]) throws(JSONataError) -> Value {
        let room = room
        defer { self.room = room }
        // The body of a lambda counts itself.
        let inner = if case .lambda = function.kind { room } else { try roomWithin(room) }
        return try apply(function, arguments, context: .undefined, room: inner).collapsed()
    }

    /// What room there is within a call that no node of the expression counts.
    private final func roomWithin(_ room: Int) throws(JSONataError) -> Int {
        if room < 2 || !stack.hasRoom { throw .depthExceeded(bounds.depth) }
        return room - 2
    }

    /// Calls a function.
    ///
    /// - Parameters:
    ///   - context: The item at the place of the call.
    ///   - room: How many steps may be nested below that place.
    final func apply(
        _ function: Function, _ arguments: [Value], context: Value, room: Int
    ) throws(JSONataError) -> Value {
        var function = function
        var arguments = arguments
        var checks = true
        var room = room
        while true {
            switch function.kind {
            case .lambda(let closure):
                if checks, let signature = closure.lambda.signature {
                    arguments = try match(signature, arguments, context, nil)
                }
                let frame = closure.newFrame(self, room: room)
                for at in 0..<closure.lambda.parameterCount { frame[at] = at < arguments.count ? arguments[at] : .undefined }
                var pending: TailCall?
                let result = try run(closure, frame, &pending)
                guard let call = pending else { return result }
                (function, arguments) = try call.node.ready(call.item, call.frame)
                checks = true
                // A lambda that ends with a call of a lambda may go on for ever, but what calls back must come to an end.
                if case .lambda = function.kind { continue }
                room = try roomWithin(room)
            case .partial(let inner, let given):
                try visit(given.count)
                arguments = Self.filled(given, with: arguments)
                if case .lambda = inner.kind { checks = false }
                function = inner
            case .composition(let first, let second):
                try visit()
                room = try roomWithin(room)
                arguments = [try apply(first, Array(arguments.prefix(1)), context: .undefined, room: room).collapsed()]
                function = second
                checks = true
            case .transform(let transform):
                return try transform.apply(to: arguments.first ?? .undefined, room: room)
            case .builtIn(let builtIn):
                return try call(KnownFunction(builtIn), arguments, context: context, room: room)
            case .native(_, let body):
                self.room = room
                try visit()
                var call = Call(arguments: arguments, context: context, evaluation: self)
                return try body(&call)
            case .regex(let pattern):
                self.room = room
                var call = Call(arguments: arguments, context: context, evaluation: self)
                return try BuiltIns.search(pattern, &call)
            }
        }
    }

    /// Calls a built-in function.
    final func call(
        _ known: KnownFunction, _ arguments: [Value], context: Value, room: Int
    ) throws(JSONataError) -> Value {
        self.room = room
        try visit()
        var call = Call(arguments: arguments, context: context, evaluation: self)
        if let signature = known.function.signature {
            call.arguments = try match(signature, arguments, context, known.function.name)
        }
        let result = try known.function.body(&call)
        if case .json(.number(.double(let value))) = result, !value.isFinite { sawNonFinite = true }
        if known.deepens { try built(result) }
        return result
    }

    /// Runs a lambda whose arguments are in the frame. If it ends with a call, that is pending and there is no result yet.
    final func run(
        _ closure: Closure, _ frame: Frame, _ pending: inout TailCall?
    ) throws(JSONataError) -> Value {
        let lambda = closure.lambda
        try visit(lambda.weight &+ Self.visitsPerCall)
        try frame.require(lambda.height)
        return try lambda.body.tail(closure.item, frame, &pending)
    }

    /// Makes the call that a lambda ended with.
    final func finish(_ call: TailCall, context: Value, room: Int) throws(JSONataError) -> Value {
        let (function, arguments) = try call.node.ready(call.item, call.frame)
        return try apply(function, arguments, context: context, room: room)
    }

    private final func match(
        _ signature: Signature, _ arguments: [Value], _ context: Value, _ name: String?
    ) throws(JSONataError) -> [Value] {
        try signature.match(arguments, context: context, function: name)
    }

    private static func filled(_ given: [Value?], with arguments: [Value]) -> [Value] {
        var next = 0
        return given.map { value in
            if let value { return value }
            defer { next += 1 }
            return next < arguments.count ? arguments[next] : .undefined
        }
    }
}

/// An evaluation in an environment of a known type.
final class EvaluationIn<World: Environment>: Evaluation {
    private(set) var world: World

    init(program: Program, input: JSONValue?, world: World, bounds: Bounds) {
        self.world = world
        super.init(program: program, input: input, bounds: bounds)
    }

    override func variable(_ name: String) -> JSONValue? { world.variable(name) }
    override func member(_ member: String, ofVariable name: String) -> JSONValue? { world.member(member, ofVariable: name) }
    override var now: Int64 { world.now }
    override func randomBits() -> UInt64 { world.randomBits() }
}

extension BuiltIn {
    /// Whether its result may hold values deeper in it than its arguments do.
    var deepens: Bool {
        switch name {
        case "map", "zip", "each", "spread", "partition", "parse", "split", "match": true
        default: false
        }
    }
}

/// Keeps values from being nested without end, which only what runs many times can do.
///
/// A new array or object is at most one level deeper than what there was, so the first few hundred need no look. From then on the
/// depth of each is found out. What was found is kept, with the value itself, so that each is gone through once.
struct NestingGuard {
    /// So many may be built unseen.
    private static let unseen = 200
    /// The deepest that a value may be from then on.
    private static let limit = 500

    private var count = 0
    private var depths: [Int: (depth: Int, value: JSONValue)] = [:]

    mutating func built(_ value: Value) throws(JSONataError) {
        count += 1
        guard count > Self.unseen else { return }
        if try depth(of: value, 0) > Self.limit { throw Self.tooDeep }
    }

    private static let tooDeep = JSONataError(
        code: "", message: "Expression evaluation limit exceeded: values are nested too deeply")

    private mutating func depth(of value: Value, _ level: Int) throws(JSONataError) -> Int {
        switch value {
        case .json(let data): return try depth(of: data, level)
        case .sequence(let sequence): return try depth(of: .array(sequence.values), level)
        case .list(let list):
            if level > 2 * Self.limit { throw Self.tooDeep }
            var deepest = 0
            for element in list.values { deepest = max(deepest, try depth(of: element, level + 1)) }
            return deepest + 1
        case .record(let record):
            if level > 2 * Self.limit { throw Self.tooDeep }
            var deepest = 0
            for member in record.members { deepest = max(deepest, try depth(of: member.value, level + 1)) }
            return deepest + 1
        case .undefined, .function: return 0
        }
    }

    private mutating func depth(of value: JSONValue, _ level: Int) throws(JSONataError) -> Int {
        guard let identity = value.storageIdentity else { return 0 }
        if let known = depths[identity] { return known.depth }
        if level > 2 * Self.limit { throw Self.tooDeep }
        var deepest = 0
        switch value {
        case .array(let values):
            for element in values where element.isComposite { deepest = max(deepest, try depth(of: element, level + 1)) }
        case .object(let object):
            for member in object.members where member.value.isComposite {
                deepest = max(deepest, try depth(of: member.value, level + 1))
            }
        case .null, .bool, .number, .string: break
        }
        depths[identity] = (deepest + 1, value)
        return deepest + 1
    }
}

extension JSONValue {
    /// Tells storage from other storage for as long as both are alive: the address of the elements. Nil if this has no elements.
    var storageIdentity: Int? {
        switch self {
        case .array(let values) where !values.isEmpty: values.withUnsafeBytes { Int(bitPattern: $0.baseAddress) }
        case .object(let object) where !object.isEmpty: object.members.withUnsafeBytes { Int(bitPattern: $0.baseAddress) }
        case .null, .bool, .number, .string, .array, .object: nil
        }
    }
}

extension Value {
    /// Whether an array or an object is directly in this.
    var holdsComposites: Bool {
        switch self {
        case .json(.array(let values)): values.contains { $0.isComposite }
        case .json(.object(let object)): object.members.contains { $0.value.isComposite }
        case .sequence(let sequence): sequence.values.contains { $0.isComposite }
        case .list, .record: true
        case .undefined, .json, .function: false
        }
    }
}

extension JSONataError {
    /// The visits are used up.
    static let visitsExceeded = JSONataError(
        code: "", message: "Expression evaluation limit exceeded: Check for excessive work or non-terminating recursive function")
    /// The memory tally is full.
    static let memoryExceeded = JSONataError(
        code: "", message: "Expression evaluation memory limit exceeded: Check for excessive memory usage")

    /// Steps are nested too deeply.
    static func depthExceeded(_ limit: Int) -> JSONataError {
        JSONataError(
            code: "",
            message: "Stack overflow error: Check for non-terminating recursive function. "
                + "Consider rewriting as tail-recursive. Depth=\(limit + 1) max=\(limit)")
    }

    /// This with a place, if it has none yet.
    func placed(_ position: Int, _ range: SourceRange, token: String?) -> JSONataError {
        var error = self
        error.position = error.position ?? position
        error.range = error.range ?? range
        error.token = error.token ?? token
        return error
    }
}
