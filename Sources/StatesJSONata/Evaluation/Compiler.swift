import StatesJSON

/// An expression in executable form.
///
/// `@unchecked Sendable`: the nodes are classes, for speed, and the compiler cannot see that all of their properties are constants set
/// before the program is handed out. No node has anything to write to; what an evaluation changes belongs to that evaluation alone.
final class Program: @unchecked Sendable {
    let root: Branch
    let layout: FrameLayout
    let dialect: Dialect
    /// How many variables from outside, and members of such, an evaluation remembers.
    let outsideCount: Int

    init(_ syntax: SyntaxNode, dialect: Dialect) throws(JSONataError) {
        self.dialect = dialect
        var compiler = Compiler(dialect)
        layout = compiler.scope.layout
        root = try compiler.program(syntax)
        outsideCount = compiler.outside.count
    }
}

/// How many variables a frame has.
final class FrameLayout {
    let parent: FrameLayout?
    var count = 0

    init(parent: FrameLayout?) { self.parent = parent }
}

/// The names that a block, a lambda or a path of tuples binds.
final class LexicalScope {
    let parent: LexicalScope?
    let layout: FrameLayout
    private(set) var slots: [String: Int] = [:]
    /// Whether all names are bound from the beginning.
    private var certain: Set<String> = []

    init(parent: LexicalScope?, layout: FrameLayout) {
        self.parent = parent
        self.layout = layout
    }

    @discardableResult func declare(_ name: String, isCertain: Bool = false) -> Int {
        if isCertain { certain.insert(name) }
        if let slot = slots[name] { return slot }
        let slot = layout.count
        layout.count += 1
        slots[name] = slot
        return slot
    }

    func isCertain(_ name: String) -> Bool { certain.contains(name) }

    /// A parameter gets the next slot even if another one has its name.
    func declareParameter(_ name: String) {
        slots[name] = nil
        declare(name, isCertain: true)
    }
}

/// Turns the syntax into nodes.
struct Compiler {
    private let dialect: Dialect
    private let functions: [String: BuiltIn]
    var scope: LexicalScope
    private(set) var outside: [String: Int] = [:]
    private(set) var hintCount = 0
    /// Of the part being compiled: how deep its deepest step is nested, and how many nodes it has.
    private var height = 0
    private var weight = 0
    private let stack = NativeStack()
    private var isTooDeep = false

    init(_ dialect: Dialect) {
        self.dialect = dialect
        functions = BuiltIns.table(for: dialect)
        scope = LexicalScope(parent: nil, layout: FrameLayout(parent: nil))
    }

    mutating func program(_ syntax: SyntaxNode) throws(JSONataError) -> Branch {
        for name in Bindings.names(in: [syntax]) { scope.declare(name) }
        let program = branch(syntax, 1)
        if isTooDeep { throw JSONataError(code: "", message: "Expression is nested too deeply") }
        return program
    }

    // MARK: - Parts

    /// A part with its own measure: one that is not always evaluated, or many times.
    private mutating func branch(_ syntax: SyntaxNode, _ depth: Int) -> Branch {
        measured { compiler in compiler.node(syntax, depth) }
    }

    private mutating func measured(_ compile: (inout Compiler) -> Node) -> Branch {
        let outer = (height, weight)
        (height, weight) = (0, 0)
        let node = compile(&self)
        let branch = Branch(node: node, height: height, weight: weight)
        (height, weight) = outer
        return branch
    }

    /// The node with everything that follows it.
    private mutating func node(_ syntax: SyntaxNode, _ depth: Int, isTail: Bool = false) -> Node {
        let base = plain(syntax, depth, isTail: isTail)
        if syntax.isPath {
            return syntax.keepsArray ? PostfixNode(base, filters: [], group: nil, keepsArray: true, syntax) : base
        }
        if syntax.stages.isEmpty && syntax.group == nil && !syntax.keepsArray { return base }
        let filters = filters(syntax.stages, depth + 1)
        let group = syntax.group.map { grouping($0, depth) }
        return PostfixNode(base, filters: filters, group: group, keepsArray: syntax.keepsArray, syntax)
    }

    /// A step of a path: its predicates are the path's business, unless they are the node's own.
    private mutating func stepNode(_ syntax: SyntaxNode, _ depth: Int) -> Node {
        var bare = syntax
        if !syntax.filtersValue { bare.stages = [] }
        return node(bare, depth)
    }

    private mutating func stepFilters(_ syntax: SyntaxNode, _ depth: Int) -> [Filter] {
        syntax.filtersValue ? [] : filters(syntax.stages, depth)
    }

    private mutating func filters(_ stages: [SyntaxNode.Stage], _ depth: Int) -> [Filter] {
        var filters: [Filter] = []
        for case .filter(let predicate) in stages {
            let isLiteral = if case .number = predicate.kind { predicate.isBare } else { false }
            filters.append(Filter(branch(predicate, depth), isLiteral: isLiteral))
        }
        return filters
    }

    private mutating func grouping(_ group: SyntaxNode.Grouping, _ depth: Int) -> Grouping {
        grouping(group.pairs, group.position, group.range, depth)
    }

    private mutating func grouping(_ pairs: [SyntaxNode.Pair], _ position: Int, _ range: SourceRange, _ depth: Int) -> Grouping {
        let outer = (height, weight)
        (height, weight) = (0, 0)
        var compiled: [Grouping.Pair] = []
        for pair in pairs { compiled.append(.init(key: node(pair.key, depth + 1), value: node(pair.value, depth + 1))) }
        let grouping = Grouping(compiled, position: position, range: range, height: height, weight: weight)
        (height, weight) = outer
        return grouping
    }

    /// The node without what follows it.
    ///
    /// Each kind takes its parts out of the syntax in a function of its own, which keeps this one's frame small: it is on the stack once
    /// for each level of the expression.
    private mutating func plain(_ syntax: SyntaxNode, _ depth: Int, isTail: Bool) -> Node {
        height = max(height, depth)
        weight += 1
        if !stack.hasRoom {
            isTooDeep = true
            return ItemNode(syntax)
        }
        switch syntax.kind.form {
        case .literal: return literal(syntax)
        case .named: return named(syntax)
        case .path: return path(syntax, depth)
        case .unary: return unary(syntax, depth)
        case .array: return array(syntax, depth)
        case .object: return object(syntax, depth)
        case .binary: return binary(syntax, depth)
        case .condition: return condition(syntax, depth, isTail)
        case .block: return block(syntax, depth, isTail)
        case .lambda: return lambda(syntax)
        case .call: return call(syntax, depth, isTail)
        case .partial: return partial(syntax, depth)
        case .apply: return application(syntax, depth)
        case .transform: return transform(syntax)
        }
    }

    private func literal(_ syntax: SyntaxNode) -> Node {
        switch syntax.kind {
        case .string(let text): ConstantNode(.string(text), syntax)
        case .number(let number): ConstantNode(.number(number), syntax)
        case .boolean(let value): ConstantNode(.bool(value), syntax)
        case .regex(let pattern): FunctionNode(.regex(pattern), syntax)
        default: ConstantNode(.null, syntax)
        }
    }

    private mutating func named(_ syntax: SyntaxNode) -> Node {
        switch syntax.kind {
        case .name(let name): return nameNode(name, syntax)
        case .variable(let name): return variable(name, syntax)
        case .parent(let slot): return VariableNode(places(Self.name(of: slot)), outside: nil, syntax)
        case .wildcard: return WildcardNode(syntax)
        case .descendants: return DescendantsNode(syntax)
        default: return ItemNode(syntax)
        }
    }

    private mutating func unary(_ syntax: SyntaxNode, _ depth: Int) -> Node {
        switch syntax.kind {
        case .negation(let operand): return NegationNode(node(operand, depth + 1), syntax)
        case .bind(let name, let value):
            let value = node(value, depth + 1)
            // Every scope was searched for the names it binds before it was compiled, so the innermost one of these has the name.
            return BindNode(slot: scope.declare(name), value, syntax)
        default: return ItemNode(syntax)
        }
    }

    private mutating func condition(_ syntax: SyntaxNode, _ depth: Int, _ isTail: Bool) -> Node {
        guard case .condition(let condition, let then, let otherwise) = syntax.kind else { return ItemNode(syntax) }
        let test = node(condition, depth + 1)
        let first = arm(then, depth + 1, isTail)
        let second = otherwise.map { arm($0, depth + 1, isTail) }
        weight += max(first.weight, second?.weight ?? 0)
        return ConditionNode(test, then: first, otherwise: second, syntax)
    }

    private mutating func arm(_ syntax: SyntaxNode, _ depth: Int, _ isTail: Bool) -> Branch {
        measured { compiler in compiler.node(syntax, depth, isTail: isTail) }
    }

    private mutating func nameNode(_ name: String, _ syntax: SyntaxNode) -> NameNode {
        hintCount += 1
        return NameNode(name, hint: hintCount - 1, keepsArray: syntax.keepsArray, syntax)
    }

    // MARK: - Variables

    static func name(of slot: SyntaxNode.Slot) -> String { "%\(slot.label)" }

    /// Where a name may be bound, from the inside out.
    private func places(_ name: String) -> [Place] {
        var places: [Place] = []
        var current: LexicalScope? = scope
        while let candidate = current {
            if let slot = candidate.slots[name] {
                places.append(Place(hops: hops(to: candidate.layout), slot: slot))
                if candidate.isCertain(name) { break }
            }
            current = candidate.parent
        }
        return places
    }

    private func hops(to layout: FrameLayout) -> Int {
        var hops = 0
        var current: FrameLayout? = scope.layout
        while let candidate = current, candidate !== layout {
            hops += 1
            current = candidate.parent
        }
        return hops
    }

    /// Whether the name is certainly bound by the innermost scope that knows it.
    private func isCertain(_ name: String) -> Bool {
        var current: LexicalScope? = scope
        while let candidate = current {
            if candidate.isCertain(name) { return true }
            current = candidate.parent
        }
        return false
    }

    private mutating func variable(_ name: String, _ syntax: SyntaxNode) -> Node {
        if name.isEmpty { return ItemNode(syntax) }
        if name == "$" { return RootNode(syntax) }
        let places = places(name)
        if places.isEmpty { return outsideNode(name, syntax) }
        return VariableNode(places, outside: isCertain(name) ? nil : outsideNode(name, syntax), syntax)
    }

    private mutating func outsideNode(_ name: String, _ syntax: SyntaxNode) -> Node {
        OutsideNode(name, slot: outsideSlot(name), builtIn: functions[name], syntax)
    }

    private mutating func outsideSlot(_ key: String) -> Int {
        if let slot = outside[key] { return slot }
        outside[key] = outside.count
        return outside.count - 1
    }

    // MARK: - Operators and constructors

    private mutating func binary(_ syntax: SyntaxNode, _ depth: Int) -> Node {
        guard case .binary(let sign, let left, let right) = syntax.kind else { return ItemNode(syntax) }
        switch sign {
        case .concatenate: return concatenation(syntax, depth)
        case .and, .or:
            let left = node(left, depth + 1)
            let right = branch(right, depth + 1)
            weight += right.weight
            return ConnectiveNode(isAnd: sign == .and, left, right, syntax)
        case .add, .subtract, .multiply, .divide, .remainder: return arithmetic(syntax, depth)
        case .equal, .unequal:
            return EqualityNode(isNegated: sign == .unequal, node(left, depth + 1), node(right, depth + 1), syntax)
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            return ComparisonNode(sign, node(left, depth + 1), node(right, depth + 1), syntax)
        case .range: return RangeNode(node(left, depth + 1), node(right, depth + 1), syntax)
        case .isIn: return MembershipNode(node(left, depth + 1), node(right, depth + 1), syntax)
        }
    }

    /// `a + b - c` is `(a + b) - c`, nested to the left: such a row takes a loop and no recursion.
    private mutating func arithmetic(_ syntax: SyntaxNode, _ depth: Int) -> Node {
        var row: [(syntax: SyntaxNode, depth: Int)] = []
        var current = syntax
        while case .binary(let sign, let left, _) = current.kind, sign.isArithmetic, row.isEmpty || current.isBare {
            row.append((current, depth + row.count))
            current = left
        }
        height = max(height, depth + row.count - 1)
        weight += row.count
        var made = node(current, depth + row.count)
        for (syntax, depth) in row.reversed() { made = arithmetic(syntax, made, depth) }
        return made
    }

    private mutating func arithmetic(_ syntax: SyntaxNode, _ left: Node, _ depth: Int) -> Node {
        guard case .binary(let sign, _, let right) = syntax.kind else { return left }
        let made = ArithmeticNode(sign, left, node(right, depth + 1), syntax)
        return made.folded(syntax) ?? made
    }

    /// `a & b & c` is `(a & b) & c`: the whole row becomes one node.
    private mutating func concatenation(_ syntax: SyntaxNode, _ depth: Int) -> Node {
        var parts: [Node] = []
        var current = syntax
        var depth = depth
        while case .binary(.concatenate, let left, let right) = current.kind, current.stages.isEmpty, !current.keepsArray {
            height = max(height, depth)
            parts.append(node(right, depth + 1))
            current = left
            depth += 1
        }
        parts.append(node(current, depth))
        return ConcatenationNode(parts.reversed(), toText: functions["string"], syntax)
    }

    private mutating func array(_ syntax: SyntaxNode, _ depth: Int) -> Node {
        guard case .array(let elements) = syntax.kind else { return ItemNode(syntax) }
        var made: [ArrayNode.Element] = []
        for element in elements {
            let isArray = if case .array = element.kind { true } else { false }
            made.append(.init(node: node(element, depth + 1), staysArray: isArray))
        }
        let values = made.compactMap { $0.node.constant }
        if !syntax.isConstructedArray, values.count == made.count, !values.contains(where: \.isComposite) {
            return ConstantNode(.array(values), syntax)
        }
        return ArrayNode(made, isConstructed: syntax.isConstructedArray, syntax)
    }

    private mutating func object(_ syntax: SyntaxNode, _ depth: Int) -> Node {
        guard case .object(let pairs) = syntax.kind else { return ItemNode(syntax) }
        return ObjectNode(grouping(pairs, syntax.position, syntax.range, depth), syntax)
    }

    private mutating func transform(_ syntax: SyntaxNode) -> Node {
        guard case .transform(let pattern, let update, let delete) = syntax.kind else { return ItemNode(syntax) }
        let isReplaced = !places("clone").isEmpty
        return TransformNode(
            pattern: branch(pattern, 1), update: branch(update, 1), delete: delete.map { branch($0, 1) },
            clone: isReplaced ? variable("clone", syntax) : nil, syntax)
    }

    // MARK: - Blocks, lambdas and calls

    private mutating func block(_ syntax: SyntaxNode, _ depth: Int, _ isLast: Bool) -> Node {
        guard case .block(let expressions) = syntax.kind else { return ItemNode(syntax) }
        let isTail = isLast && syntax.stages.isEmpty && syntax.group == nil
        if expressions.count == 1, syntax.isBare, Bindings.names(in: expressions).isEmpty {
            // Brackets alone do nothing at run time.
            return node(expressions[0], depth + 1, isTail: isTail)
        }
        let outer = scope
        let names = Bindings.names(in: expressions)
        let isOutlived = !names.isEmpty && expressions.contains { Bindings.outlivesFrame($0) }
        let layout = isOutlived ? FrameLayout(parent: outer.layout) : outer.layout
        scope = LexicalScope(parent: outer, layout: layout)
        let start = layout.count
        for name in names { scope.declare(name) }
        let slots = start..<layout.count
        var nodes: [Node] = []
        for (at, expression) in expressions.enumerated() {
            nodes.append(node(expression, depth + 1, isTail: isTail && at == expressions.count - 1))
        }
        scope = outer
        return BlockNode(nodes, slots: isOutlived ? 0..<0 : slots, layout: isOutlived ? layout : nil, syntax)
    }

    private mutating func lambda(_ syntax: SyntaxNode) -> Node {
        guard case .lambda(let lambda) = syntax.kind else { return ItemNode(syntax) }
        return LambdaNode(self.lambda(lambda), syntax)
    }

    private mutating func lambda(_ syntax: LambdaSyntax) -> Lambda {
        let outer = scope
        scope = LexicalScope(parent: outer, layout: FrameLayout(parent: outer.layout))
        defer { scope = outer }
        // Of equal names the last one counts; the others' slots have no name.
        for name in syntax.parameters { scope.declareParameter(name) }
        for name in Bindings.names(in: [syntax.body]) { scope.declare(name) }
        let body = measured { compiler in compiler.node(syntax.body, 1, isTail: true) }
        return Lambda(
            parameterCount: syntax.parameters.count, signature: syntax.signature, body: body, layout: scope.layout,
            reusesFrame: !Bindings.outlivesFrame(syntax.body))
    }

    private mutating func call(_ syntax: SyntaxNode, _ depth: Int, _ isLast: Bool) -> Node {
        guard case .call(let procedure, let arguments) = syntax.kind else { return ItemNode(syntax) }
        let isTail = isLast && syntax.stages.isEmpty && syntax.group == nil
        return call(procedure, [], arguments, syntax, depth, isTail: isTail)
    }

    private mutating func call(
        _ procedure: SyntaxNode, _ first: [SyntaxNode], _ rest: [SyntaxNode], _ syntax: SyntaxNode, _ depth: Int, isTail: Bool
    ) -> Node {
        // A call in tail position is made by whoever called the lambda, where its arguments are nested once.
        let inner = isTail ? 1 : depth
        let target: CallNode.Procedure
        var token: String?
        var meant: Node?
        if case .variable(let name) = procedure.kind, procedure.isBare, !name.isEmpty, name != "$", places(name).isEmpty,
            let builtIn = functions[name]
        {
            height = max(height, inner + 1)
            if let node = higherOrder(name, first + rest, syntax, depth, inner) { return node }
            target = .builtIn(KnownFunction(builtIn))
            token = name
        } else {
            target = .node(node(procedure, inner + 1))
            (token, meant) = meaning(of: procedure)
        }
        let arguments = (first + rest).map { node($0, inner + 1) }
        return CallNode(
            target, arguments, token: token, meant: meant, depth: depth, keepsArray: syntax.keepsArray,
            isInTailPosition: isTail, syntax)
    }

    private mutating func higherOrder(
        _ name: String, _ arguments: [SyntaxNode], _ syntax: SyntaxNode, _ depth: Int, _ inner: Int
    ) -> Node? {
        guard let purpose = HigherOrderNode.Purpose(rawValue: name), arguments.count >= 2,
            arguments.count <= (purpose == .reduce ? 3 : 2), case .lambda(let lambda) = arguments[1].kind, arguments[1].isBare,
            lambda.signature == nil, purpose != .reduce || lambda.parameters.count >= 2
        else { return nil }
        weight += 1
        height = max(height, inner + 1)
        let list = node(arguments[0], inner + 1)
        let made = self.lambda(lambda)
        let initial = arguments.count > 2 ? node(arguments[2], inner + 1) : nil
        return HigherOrderNode(
            purpose, list, made, initial: initial, depth: depth, keepsArray: syntax.keepsArray, syntax)
    }

    /// What a procedure is called in errors; and the variable of that name where the `$` may have been forgotten.
    private mutating func meaning(of procedure: SyntaxNode) -> (token: String?, meant: Node?) {
        switch procedure.kind {
        case .variable(let name): return (name, nil)
        case .path(let steps):
            guard let first = steps.first, case .name(let name) = first.kind else { return (nil, nil) }
            return (name, variable(name, procedure))
        case .name(let name): return (name, variable(name, procedure))
        default: return (nil, nil)
        }
    }

    private mutating func partial(_ syntax: SyntaxNode, _ depth: Int) -> Node {
        guard case .partial(let procedure, let arguments) = syntax.kind else { return ItemNode(syntax) }
        let (token, meant) = meaning(of: procedure)
        let made = arguments.map { argument in argument.map { node($0, depth + 1) } }
        return PartialNode(node(procedure, depth + 1), made, token: token, meant: meant, syntax)
    }

    private mutating func application(_ syntax: SyntaxNode, _ depth: Int) -> Node {
        guard case .apply(let left, let right) = syntax.kind else { return ItemNode(syntax) }
        if case .call(let procedure, let arguments) = right.kind, right.stages.isEmpty, right.group == nil {
            return call(procedure, [left], arguments, right, depth, isTail: false)
        }
        return ApplicationNode(node(left, depth + 1), node(right, depth + 1), depth: depth, syntax)
    }

    // MARK: - Paths

    private mutating func path(_ syntax: SyntaxNode, _ depth: Int) -> Node {
        guard case .path(let steps) = syntax.kind else { return ItemNode(syntax) }
        if steps.contains(where: \.isTuple) { return tuplePath(steps, syntax, depth) }
        let startsAtVariable = if case .variable? = steps.first?.kind { true } else { false }
        var first: Node?
        var rest = steps[...]
        if let (node, taken) = outsideMember(steps, depth) {
            first = node
            rest = rest.dropFirst(taken)
        } else if startsAtVariable, steps[0].isBare {
            first = node(steps[0], depth + 1)
            rest = rest.dropFirst()
        }
        if syntax.group == nil, rest.allSatisfy({ $0.isPlainName }), first != nil || !rest.isEmpty {
            return chain(first, rest, syntax, depth)
        }
        var made: [Step] = []
        if let first {
            made.append(.init(node: first, filters: [], sorting: nil, isConstructed: false, height: depth + 1, weight: 1))
            if startsAtVariable, rest.count < steps.count - 1 {
                // The member that was taken with the variable brings its predicates.
                let filters = filters(steps[1].stages, depth + 1)
                made[0] = .init(node: first, filters: filters, sorting: nil, isConstructed: false, height: depth + 1, weight: 1)
            }
        }
        for (at, step) in rest.enumerated() { made.append(self.step(step, depth, isFirst: first == nil && at == 0)) }
        let group = syntax.group.map { grouping($0, depth) }
        return PathNode(
            made, startsAtVariable: startsAtVariable, keepsSingleton: syntax.keepsSingleton, group: group, syntax)
    }

    private mutating func chain(_ first: Node?, _ rest: ArraySlice<SyntaxNode>, _ syntax: SyntaxNode, _ depth: Int) -> Node {
        var names: [NameNode] = []
        for step in rest {
            height = max(height, depth + 1)
            weight += 1
            if case .name(let name) = step.kind { names.append(nameNode(name, step)) }
        }
        if first == nil, names.count == 1, !syntax.keepsSingleton { return SingleNameNode(names[0], syntax) }
        return NameChainNode(names, first: first, keepsSingleton: syntax.keepsSingleton, syntax)
    }

    /// `$name.member` at the beginning of a path where the name is from outside: how many steps that takes.
    private mutating func outsideMember(_ steps: [SyntaxNode], _ depth: Int) -> (Node, Int)? {
        guard steps.count >= 2, case .variable(let name) = steps[0].kind, steps[0].isBare, !name.isEmpty, name != "$",
            places(name).isEmpty, functions[name] == nil, case .name(let member) = steps[1].kind, steps[1].isBare
        else { return nil }
        let variable = outsideNode(name, steps[0])
        let general = NameChainNode([nameNode(member, steps[1])], first: variable, keepsSingleton: false, steps[1])
        height = max(height, depth + 1)
        let slot = outsideSlot("\(name).\(member)")
        return (OutsideMemberNode(name, member: member, slot: slot, general: general, steps[1]), 2)
    }

    private mutating func step(_ syntax: SyntaxNode, _ depth: Int, isFirst: Bool) -> Step {
        if isFirst {
            let before = (height, weight)
            let node = stepNode(syntax, depth + 1)
            return Step(
                node: node, filters: stepFilters(syntax, depth + 1), sorting: sorting(syntax, depth),
                isConstructed: syntax.isConstructedArray, height: before.0, weight: max(1, weight - before.1))
        }
        let part = measured { compiler in compiler.stepNode(syntax, depth + 1) }
        return Step(
            node: part.node, filters: stepFilters(syntax, depth + 1), sorting: sorting(syntax, depth),
            isConstructed: false, height: part.height, weight: part.weight)
    }

    private mutating func sorting(_ syntax: SyntaxNode, _ depth: Int) -> Sorting? {
        guard case .sort(let terms) = syntax.kind else { return nil }
        return Sorting(
            terms: terms.map { .init(branch: branch($0.expression, depth + 1), isDescending: $0.isDescending) },
            position: syntax.position, range: syntax.range)
    }

    private mutating func tuplePath(_ steps: [SyntaxNode], _ syntax: SyntaxNode, _ depth: Int) -> Node {
        let outer = scope
        let layout = FrameLayout(parent: outer.layout)
        let tuples = LexicalScope(parent: outer, layout: layout)
        layout.count = 1
        for name in steps.flatMap(\.boundNames) { tuples.declare(name) }
        var made: [TupleStep] = []
        var areTuples = false
        for (at, step) in steps.enumerated() {
            areTuples = areTuples || step.isTuple
            made.append(tupleStep(step, depth, isFirst: at == 0, isTuple: areTuples, tuples, outer))
        }
        scope = tuples
        let group = syntax.group.map { group in
            let isTuple = areTuples
            if !isTuple { scope = outer }
            return scoped(group.pairs.flatMap { [$0.key, $0.value] }) { compiler in compiler.grouping(group, depth) }
        }
        scope = outer
        let startsAtVariable = if case .variable? = steps.first?.kind { true } else { false }
        return TuplePathNode(
            made, scope: tuples, startsAtVariable: startsAtVariable, keepsSingleton: syntax.keepsSingleton, group: group, syntax)
    }

    private mutating func tupleStep(
        _ syntax: SyntaxNode, _ depth: Int, isFirst: Bool, isTuple: Bool, _ tuples: LexicalScope, _ outer: LexicalScope
    ) -> TupleStep {
        // A constructor at the beginning is evaluated before there are tuples.
        scope = isTuple && !(isFirst && syntax.isConstructedArray) ? tuples : outer
        defer { scope = outer }
        let made = scoped([syntax]) { compiler in compiler.step(syntax, depth, isFirst: isFirst) }
        var merged: [(from: Int, to: Int)] = []
        if let inner = made.node.tupleScope {
            for (name, slot) in inner.slots.sorted(by: { $0.value < $1.value }) { merged.append((slot, tuples.declare(name))) }
        }
        var stages: [TupleStage] = []
        var filters = made.filters.makeIterator()
        for stage in syntax.filtersValue ? [] : syntax.stages {
            switch stage {
            case .filter: if let filter = filters.next() { stages.append(.filter(filter)) }
            case .index(let name): stages.append(.index(slot: tuples.declare(name)))
            }
        }
        return TupleStep(
            step: made, isTuple: isTuple, filters: stages, focus: syntax.focus.map { tuples.declare($0) },
            index: syntax.index.map { tuples.declare($0) },
            ancestor: syntax.ancestor.map { tuples.declare(Self.name(of: $0)) }, merged: merged)
    }

    /// Compiles what binds names in a frame that is a tuple: they get slots there under a scope of their own.
    private mutating func scoped<Part>(_ syntax: [SyntaxNode], _ compile: (inout Compiler) -> Part) -> Part {
        let names = Bindings.names(in: syntax)
        guard !names.isEmpty else { return compile(&self) }
        let outer = scope
        scope = LexicalScope(parent: outer, layout: outer.layout)
        for name in names { scope.declare(name) }
        let part = compile(&self)
        scope = outer
        return part
    }
}

/// The kinds of node as the compiler tells them apart.
private enum Form {
    case literal, named, path, unary, array, object, binary, condition, block, lambda, call, partial, apply, transform
}

extension SyntaxNode.Kind {
    fileprivate var form: Form {
        switch self {
        case .string, .number, .boolean, .null, .regex: .literal
        case .name, .variable, .parent, .wildcard, .descendants, .sort: .named
        case .path: .path
        case .negation, .bind: .unary
        case .array: .array
        case .object: .object
        case .binary: .binary
        case .condition: .condition
        case .block: .block
        case .lambda: .lambda
        case .call: .call
        case .partial: .partial
        case .apply: .apply
        case .transform: .transform
        }
    }
}

extension SyntaxNode.BinaryOperator {
    fileprivate var isArithmetic: Bool {
        switch self {
        case .add, .subtract, .multiply, .divide, .remainder: true
        default: false
        }
    }
}

extension SyntaxNode {
    fileprivate var isPath: Bool {
        if case .path = kind { true } else { false }
    }

    /// Whether nothing follows the node and nothing is asked of it.
    fileprivate var isBare: Bool {
        stages.isEmpty && group == nil && !keepsArray && focus == nil && index == nil && ancestor == nil
    }

    fileprivate var isPlainName: Bool {
        if case .name = kind { stages.isEmpty && group == nil } else { false }
    }

    /// What a step binds in a tuple.
    fileprivate var boundNames: [String] {
        var names = [focus, index, ancestor.map { Compiler.name(of: $0) }].compactMap { $0 }
        for case .index(let name) in stages { names.append(name) }
        return names
    }
}
