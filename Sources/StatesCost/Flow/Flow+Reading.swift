public import StatesJSON

extension Flow {
    /// Reads a valid definition; nil if it has no states, or leads nowhere.
    ///
    /// - Parameters:
    ///   - node: The definition, its symbols replaced.
    ///   - source: The text that the node's places lie in.
    public init?(_ node: JSONNode, source: SourceText) {
        var reader = FlowReader(source: source)
        guard reader.scope(node, owner: nil, pointer: "") != nil else { return nil }
        let states = reader.states.compactMap { $0 }
        guard states.count == reader.states.count else { return nil }
        self.init(
            states: states, scopes: reader.scopes, timeoutSeconds: node["TimeoutSeconds"]?.integer,
            definitionBytes: source.text.utf8.count)
    }
}

/// Follows a definition's tree and numbers what it finds, as the plan's compiler does.
private struct FlowReader {
    let source: SourceText
    var states: [Flow.State?] = []
    var scopes: [Flow.Scope] = []

    init(source: SourceText) { self.source = source }

    mutating func scope(_ node: JSONNode, owner: Int?, pointer: String) -> Int? {
        guard case .object(let members)? = node["States"]?.content, !members.isEmpty else { return nil }
        let number = scopes.count
        scopes.append(Flow.Scope(startAt: 0, owner: owner, states: []))
        var numbers: [String: Int] = [:]
        var own: [Int] = []
        var next = states.count
        for member in members {
            numbers[member.name] = next
            own.append(next)
            next += 1 + nestedCount(member.value)
        }
        guard let start = node["StartAt"]?.value.string.flatMap({ numbers[$0] }) else { return nil }
        for member in members {
            guard state(member, scope: number, numbers, pointer: "\(pointer)/States/\(member.name)") else { return nil }
        }
        scopes[number] = Flow.Scope(startAt: start, owner: owner, states: own)
        return number
    }

    private mutating func state(_ member: JSONNode.Member, scope: Int, _ numbers: [String: Int], pointer: String) -> Bool {
        let node = member.value
        let number = states.count
        states.append(nil)
        guard let kind = kind(node, number, pointer) else { return false }
        let line = line(member.nameRange)
        states[number] = Flow.State(
            number: number, name: member.name, scope: scope, kind: kind, line: line, edges: edges(node, kind, numbers, line),
            retriers: node["Retry"].elements.map(retrier), catchers: node["Catch"].elements.compactMap { catcher($0, numbers) },
            node: node, nameRange: member.nameRange, pointer: pointer)
        return true
    }

    private mutating func kind(_ node: JSONNode, _ number: Int, _ pointer: String) -> Flow.Kind? {
        switch node["Type"]?.value.string {
        case "Pass": return .pass
        case "Task": return .task(Resource(node["Resource"]?.text ?? ""))
        case "Choice": return .choice
        case "Wait": return .wait(seconds: node["Seconds"]?.integer)
        case "Succeed": return .succeed
        case "Fail": return .fail(error: node["Error"]?.value.string.flatMap { $0.hasPrefix("{%") ? nil : $0 })
        case "Parallel":
            var branches: [Int] = []
            for (index, branch) in node["Branches"].elements.enumerated() {
                guard let scope = scope(branch, owner: number, pointer: "\(pointer)/Branches[\(index)]") else { return nil }
                branches.append(scope)
            }
            return .parallel(branches)
        case "Map":
            let field = node["ItemProcessor"] == nil ? "Iterator" : "ItemProcessor"
            guard let node = node[field].map({ ($0, node) }),
                let scope = scope(node.0, owner: number, pointer: "\(pointer)/\(field)")
            else { return nil }
            return .map(map(node.1, processor: node.0, scope: scope))
        default: return nil
        }
    }

    private func map(_ node: JSONNode, processor: JSONNode, scope: Int) -> Flow.Map {
        let configuration = processor["ProcessorConfig"]
        return Flow.Map(
            processor: scope, isDistributed: configuration?["Mode"]?.value.string == "DISTRIBUTED",
            hasExpressChildren: configuration?["ExecutionType"]?.value.string == "EXPRESS",
            maxConcurrency: node["MaxConcurrency"]?.integer ?? 0,
            itemsPerBatch: node["ItemBatcher"]?["MaxItemsPerBatch"]?.integer.flatMap { $0 > 0 ? $0 : nil })
    }

    private func edges(_ node: JSONNode, _ kind: Flow.Kind, _ numbers: [String: Int], _ line: Int) -> [Flow.Edge] {
        switch kind {
        case .fail: return []
        case .succeed: return [Flow.Edge(target: nil, by: .next, line: line)]
        case .choice:
            var edges: [Flow.Edge] = []
            for (index, rule) in node["Choices"].elements.enumerated() {
                guard let next = rule["Next"], let target = next.text.flatMap({ numbers[$0] }) else { continue }
                edges.append(Flow.Edge(target: target, by: .rule(index), line: self.line(next.range)))
            }
            if let next = node["Default"], let target = next.text.flatMap({ numbers[$0] }) {
                edges.append(Flow.Edge(target: target, by: .otherwise, line: self.line(next.range)))
            }
            return edges
        case .pass, .task, .wait, .parallel, .map:
            guard let next = node["Next"], let target = next.text.flatMap({ numbers[$0] }) else {
                return [Flow.Edge(target: nil, by: .next, line: node["End"].map { self.line($0.range) } ?? line)]
            }
            return [Flow.Edge(target: target, by: .next, line: self.line(next.range))]
        }
    }

    private func retrier(_ node: JSONNode) -> Flow.Retrier {
        Flow.Retrier(
            errors: node["ErrorEquals"].elements.compactMap(\.value.string), maxAttempts: max(0, node["MaxAttempts"]?.integer ?? 3),
            line: line(node.range), node: node)
    }

    private func catcher(_ node: JSONNode, _ numbers: [String: Int]) -> Flow.Catcher? {
        guard let target = node["Next"]?.text.flatMap({ numbers[$0] }) else { return nil }
        return Flow.Catcher(
            errors: node["ErrorEquals"].elements.compactMap(\.value.string), target: target, line: line(node.range), node: node)
    }

    private func line(_ range: SourceRange) -> Int { source.position(of: range.lowerBound).line }

    /// How many states stand inside a state. Read once for each scope around it, of which there are few.
    private func nestedCount(_ node: JSONNode) -> Int {
        var count = 0
        for scope in node["Branches"].elements + [node["ItemProcessor"] ?? node["Iterator"]].compactMap({ $0 }) {
            guard case .object(let members)? = scope["States"]?.content else { continue }
            for member in members { count += 1 + nestedCount(member.value) }
        }
        return count
    }
}

extension JSONNode {
    /// The text, if this is one.
    package var text: String? {
        switch content {
        case .string(let text): text
        case .symbol(let name): "${\(name)}"
        case .null, .bool, .number, .array, .object: nil
        }
    }

    /// The whole number, if this is one that fits.
    package var integer: Int? {
        guard case .number(let number) = content, let value = number.exactInteger else { return nil }
        return Int(exactly: value)
    }
}

extension JSONNode? {
    /// The elements, if this is a list.
    package var elements: [JSONNode] {
        if case .array(let elements)? = self?.content { elements } else { [] }
    }
}
