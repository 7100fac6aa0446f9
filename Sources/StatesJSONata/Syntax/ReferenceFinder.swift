import StatesJSON

/// Walks over an expression, knowing which names are bound and whether there is a context item.
///
/// It keeps its own list of what is left to do, so that a deep expression needs no deep stack.
struct ReferenceFinder {
    private var found: [Reference] = []
    /// What is left to do, the next last.
    private var work: [Work] = []
    /// The scopes around the place: the expression, blocks and lambdas.
    private var scopes: [Scope] = []
    /// How many bindings of a name are in force.
    private var bound: [String: Int] = [:]
    /// The scopes that bind a name somewhere, the outermost first.
    private var binders: [String: [Int]] = [:]
    /// The scopes that are lambdas.
    private var lambdas: [Int] = []

    private enum Work {
        /// Looks at a node; `hasContext` tells whether it has an item of its own.
        case visit(SyntaxNode, hasContext: Bool)
        /// Looks at the procedure of a call.
        case visitProcedure(SyntaxNode, hasContext: Bool)
        /// From here on the scope binds a name.
        case bind(String)
        /// From here on the path binds the variables of a step.
        case bindStep([String])
        /// The end of the path.
        case unbindSteps([String])
        case leaveScope
    }

    private struct Scope {
        /// The names in force.
        var names: [String] = []
        /// All names that it binds somewhere. A lambda is called later, so it sees those too that are bound behind it.
        var allNames: [String]
        var isLambda: Bool
    }

    /// Everything that the expression reads, in the order of its text.
    mutating func find(in expression: SyntaxNode) -> [Reference] {
        enterScope(of: [expression], isLambda: false)
        work.append(.visit(expression, hasContext: false))
        while let next = work.popLast() { perform(next) }
        return found.sorted { $0.range.lowerBound < $1.range.lowerBound }
    }

    private mutating func perform(_ next: Work) {
        switch next {
        case .visit(let node, let hasContext): visit(node, hasContext)
        case .visitProcedure(let node, let hasContext): visitProcedure(node, hasContext)
        case .bind(let name):
            scopes[scopes.count - 1].names.append(name)
            bound[name, default: 0] += 1
        case .bindStep(let names): for name in names { bound[name, default: 0] += 1 }
        case .unbindSteps(let names): for name in names { release(name) }
        case .leaveScope: leaveScope()
        }
    }
}

// MARK: - Names

extension ReferenceFinder {
    private mutating func enterScope(of parts: [SyntaxNode], parameters: [String] = [], isLambda: Bool) {
        let names = parameters + BindingCollector.names(in: parts)
        for name in names { binders[name, default: []].append(scopes.count) }
        if isLambda { lambdas.append(scopes.count) }
        scopes.append(Scope(allNames: names, isLambda: isLambda))
        for name in parameters { perform(.bind(name)) }
    }

    private mutating func leaveScope() {
        guard let scope = scopes.popLast() else { return }
        if scope.isLambda { lambdas.removeLast() }
        for name in scope.names { release(name) }
        for name in scope.allNames { binders[name]?.removeLast() }
    }

    private mutating func release(_ name: String) { bound[name, default: 1] -= 1 }

    /// Whether something around the place binds the name.
    private func isBound(_ name: String) -> Bool {
        if bound[name, default: 0] > 0 { return true }
        guard let outermost = binders[name]?.first, let lambda = lambdas.last else { return false }
        return outermost < lambda
    }
}

// MARK: - Nodes

extension ReferenceFinder {
    private mutating func visit(_ node: SyntaxNode, _ hasContext: Bool) {
        let start = work.count
        var names = node.variables
        schedule(node, hasContext, &names)
        scheduleAttachments(of: node)
        if !names.isEmpty { work.append(.unbindSteps(names)) }
        work[start...].reverse()
    }

    /// Notes what a node reads, and puts what is below it on the list in the order of the text.
    private mutating func schedule(_ node: SyntaxNode, _ hasContext: Bool, _ stepVariables: inout [String]) {
        switch node.kind {
        case .string, .number, .boolean, .null, .regex, .wildcard, .descendants, .parent: break
        case .name(let name): if !hasContext { found.append(Reference(.topLevelName(name), range: node.range)) }
        case .variable(let name): noteVariable(name, at: node, members: [], hasContext)
        case .path(let steps): schedule(steps, hasContext, &stepVariables)
        case .negation(let operand): work.append(.visit(operand, hasContext: hasContext))
        case .array(let items): schedule(all: items, hasContext)
        case .object(let pairs): schedule(pairs, hasContext)
        case .binary(_, let left, let right), .apply(let left, let right):
            work.append(.visit(left, hasContext: hasContext))
            scheduleRight(right, isFunction: node.isApplication, hasContext)
        case .bind(let variable, let value):
            work.append(.visit(value, hasContext: hasContext))
            work.append(.bind(variable))
        case .condition(let condition, let then, let otherwise):
            schedule(all: [condition, then] + (otherwise.map { [$0] } ?? []), hasContext)
        case .block(let parts):
            enterScope(of: parts, isLambda: false)
            schedule(all: parts, hasContext)
            work.append(.leaveScope)
        case .lambda(let lambda):
            enterScope(of: [lambda.body], parameters: lambda.parameters, isLambda: true)
            work.append(.visit(lambda.body, hasContext: hasContext))
            work.append(.leaveScope)
        case .call(let procedure, let arguments):
            work.append(.visitProcedure(procedure, hasContext: hasContext))
            schedule(all: arguments, hasContext)
        case .partial(let procedure, let arguments):
            work.append(.visitProcedure(procedure, hasContext: hasContext))
            schedule(all: arguments.compactMap { $0 }, hasContext)
        case .transform(let pattern, let update, let delete):
            schedule(all: [pattern, update] + (delete.map { [$0] } ?? []), true)
        case .sort(let terms): for term in terms { work.append(.visit(term.expression, hasContext: true)) }
        }
    }

    private mutating func schedule(all nodes: [SyntaxNode], _ hasContext: Bool) {
        for node in nodes { work.append(.visit(node, hasContext: hasContext)) }
    }

    private mutating func schedule(_ pairs: [SyntaxNode.Pair], _ hasContext: Bool) {
        for pair in pairs {
            work.append(.visit(pair.key, hasContext: hasContext))
            work.append(.visit(pair.value, hasContext: hasContext))
        }
    }

    private mutating func scheduleRight(_ right: SyntaxNode, isFunction: Bool, _ hasContext: Bool) {
        work.append(isFunction ? .visitProcedure(right, hasContext: hasContext) : .visit(right, hasContext: hasContext))
    }

    /// Predicates and groupings have an item of their own, and see the variables of the step.
    private mutating func scheduleAttachments(of node: SyntaxNode) {
        if !node.variables.isEmpty { work.append(.bindStep(node.variables)) }
        for case .filter(let predicate) in node.stages { work.append(.visit(predicate, hasContext: true)) }
        if let group = node.group { schedule(group.pairs, true) }
    }

    /// Only the first step has no item of its own. The variables of steps hold up to the end of the path and its grouping.
    private mutating func schedule(_ steps: [SyntaxNode], _ hasContext: Bool, _ stepVariables: inout [String]) {
        for (index, step) in steps.enumerated() {
            if index == 0, case .variable(let name) = step.kind {
                noteVariable(name, at: step, members: plainNames(behind: steps), hasContext)
            } else {
                work.append(.visit(step.bare, hasContext: index > 0 || hasContext))
            }
            stepVariables += step.variables
            scheduleAttachments(of: step)
        }
    }

    /// The steps that name members of the first one.
    private func plainNames(behind steps: [SyntaxNode]) -> ArraySlice<SyntaxNode> {
        var end = 1
        while end < steps.count, steps[end - 1].stages.isEmpty, steps[end - 1].group == nil, steps[end].isName { end += 1 }
        return steps[1..<end]
    }

    private mutating func noteVariable(
        _ name: String, at node: SyntaxNode, members: ArraySlice<SyntaxNode>, _ hasContext: Bool
    ) {
        if name == "$" {
            found.append(Reference(.rootContext, range: node.range))
        } else if name.isEmpty {
            if !hasContext { found.append(Reference(.topLevelName("$"), range: node.range)) }
        } else if !isBound(name) {
            let end = max(node.range.upperBound, members.last?.range.upperBound ?? 0)
            let kind = Reference.Kind.variable(name, members: members.compactMap(\.name))
            found.append(Reference(kind, range: SourceRange(node.range.lowerBound, end)))
        }
    }

    private mutating func visitProcedure(_ node: SyntaxNode, _ hasContext: Bool) {
        guard case .variable(let name) = node.kind, !name.isEmpty, name != "$", node.stages.isEmpty else {
            return visit(node, hasContext)
        }
        if !isBound(name) { found.append(Reference(.function(name), range: node.range)) }
    }
}

extension SyntaxNode {
    fileprivate var isApplication: Bool {
        if case .apply = kind { true } else { false }
    }

    fileprivate var isName: Bool { name != nil }

    fileprivate var name: String? {
        if case .name(let name) = kind { name } else { nil }
    }

    /// The variables that a step binds for those behind it.
    fileprivate var variables: [String] {
        var names: [String] = []
        if let focus { names.append(focus) }
        if let index { names.append(index) }
        for case .index(let name) in stages { names.append(name) }
        return names
    }

    /// The node without what is behind it.
    fileprivate var bare: SyntaxNode {
        SyntaxNode(kind, position: position, range: range)
    }
}

/// Collects the names that `:=` binds in one scope.
private struct BindingCollector {
    /// The names bound in these parts, but not in blocks and lambdas inside.
    static func names(in parts: [SyntaxNode]) -> [String] {
        var names: [String] = []
        var work = parts
        while let node = work.popLast() {
            if case .bind(let variable, _) = node.kind { names.append(variable) }
            append(partsOf: node, to: &work)
        }
        return names
    }

    private static func append(partsOf node: SyntaxNode, to work: inout [SyntaxNode]) {
        for case .filter(let predicate) in node.stages { work.append(predicate) }
        if let group = node.group { append(group.pairs, to: &work) }
        switch node.kind {
        case .string, .number, .boolean, .null, .regex, .wildcard, .descendants, .parent, .name, .variable, .block, .lambda: break
        case .path(let nodes), .array(let nodes): work += nodes
        case .negation(let operand), .bind(_, let operand): work.append(operand)
        case .object(let pairs): append(pairs, to: &work)
        case .binary(_, let left, let right), .apply(let left, let right): work += [left, right]
        case .condition(let condition, let then, let otherwise): work += [condition, then] + (otherwise.map { [$0] } ?? [])
        case .call(let procedure, let arguments): work += [procedure] + arguments
        case .partial(let procedure, let arguments): work += [procedure] + arguments.compactMap { $0 }
        case .transform(let pattern, let update, let delete): work += [pattern, update] + (delete.map { [$0] } ?? [])
        case .sort(let terms): work += terms.map(\.expression)
        }
    }

    private static func append(_ pairs: [SyntaxNode.Pair], to work: inout [SyntaxNode]) {
        for pair in pairs { work += [pair.key, pair.value] }
    }
}
