import StatesJSON

/// A definition as a drawing shows it: states, and where each may go.
///
/// Made from the text's own tree, not from the plan, so that whatever can be read can be drawn: JSONata, Distributed Maps, and
/// definitions with mistakes in them.
struct StateGraph: Equatable {
    /// One `States` object.
    struct Scope: Equatable {
        /// What it is: `branch 2`, `each item`; empty for the machine itself.
        var title: String
        var startAt: String?
        var states: [State]
    }

    struct State: Equatable {
        /// Unique in the drawing, in document order from 1.
        var number: Int
        var name: String
        var type: String
        var edges: [Edge] = []
        /// Whether its `States` object can end here.
        var isTerminal = false
        var scopes: [Scope] = []
    }

    struct Edge: Equatable {
        enum Kind: Equatable {
            case next, choice, otherwise, caught, retry
        }

        var kind: Kind
        /// The name of a state of the same `States` object; nil for a retry, which stays where it is.
        var target: String?
        var label = ""
    }

    var root: Scope
    var comment: String?

    /// The graph of a definition, or nil if it has no `States` object.
    init?(_ definition: JSONNode) {
        var numbering = 0
        guard let root = Self.scope(definition, title: "", &numbering) else { return nil }
        self.root = root
        comment = definition["Comment"]?.value.string
    }

    private static func scope(_ node: JSONNode, title: String, _ numbering: inout Int) -> Scope? {
        guard case .object(let members)? = node["States"]?.content else { return nil }
        var states: [State] = []
        for member in members { states.append(state(member, &numbering)) }
        return Scope(title: title, startAt: node["StartAt"]?.value.string, states: states)
    }

    private static func state(_ member: JSONNode.Member, _ numbering: inout Int) -> State {
        numbering += 1
        let node = member.value
        var state = State(number: numbering, name: member.name, type: node["Type"]?.value.string ?? "?")
        state.edges = choiceEdges(node)
        if let target = node["Next"]?.value.string { state.edges.append(Edge(kind: .next, target: target)) }
        for retrier in elements(node["Retry"]) { state.edges.append(Edge(kind: .retry, label: retryLabel(retrier))) }
        for catcher in elements(node["Catch"]) {
            guard let target = catcher["Next"]?.value.string else { continue }
            state.edges.append(Edge(kind: .caught, target: target, label: errors(of: catcher)))
        }
        state.isTerminal = node["End"]?.value.bool == true || state.type == "Succeed" || state.type == "Fail"
        for (index, branch) in elements(node["Branches"]).enumerated() {
            if let scope = scope(branch, title: "branch \(index + 1)", &numbering) { state.scopes.append(scope) }
        }
        if let processor = node["ItemProcessor"] ?? node["Iterator"] {
            let isDistributed = processor["ProcessorConfig"]?["Mode"]?.value.string == "DISTRIBUTED"
            let title = isDistributed ? "each item, in an execution of its own" : "each item"
            if let scope = scope(processor, title: title, &numbering) { state.scopes.append(scope) }
        }
        return state
    }

    private static func elements(_ node: JSONNode?) -> [JSONNode] {
        if case .array(let elements)? = node?.content { elements } else { [] }
    }

    private static func choiceEdges(_ node: JSONNode) -> [Edge] {
        var edges: [Edge] = []
        for rule in elements(node["Choices"]) {
            guard let target = rule["Next"]?.value.string else { continue }
            edges.append(Edge(kind: .choice, target: target, label: ChoiceText.text(of: rule)))
        }
        if let target = node["Default"]?.value.string { edges.append(Edge(kind: .otherwise, target: target, label: "otherwise")) }
        return edges
    }

    private static func errors(of node: JSONNode) -> String {
        elements(node["ErrorEquals"]).compactMap(\.value.string).joined(separator: ", ")
    }

    private static func retryLabel(_ retrier: JSONNode) -> String {
        let attempts = retrier["MaxAttempts"].map { $0.value.string ?? $0.value.compactText } ?? "3"
        return "retry \(errors(of: retrier)) ×\(attempts)"
    }
}

/// A choice rule as a person would say it: `$.total > 100 and $.kind = "gift"`.
enum ChoiceText {
    /// Labels longer than this are cut; rules deeper than this are not followed.
    private static let widthLimit = 80
    private static let depthLimit = 20

    static func text(of rule: JSONNode) -> String {
        DisplayText.shortened(DisplayText.visible(sentence(rule, depth: 0)), to: widthLimit)
    }

    private static func sentence(_ rule: JSONNode, depth: Int) -> String {
        guard depth < depthLimit, case .object(let members) = rule.content else { return "…" }
        if let condition = rule["Condition"] { return jsonata(condition) }
        for (key, word) in [("And", " and "), ("Or", " or ")] {
            guard case .array(let rules)? = rule[key]?.content else { continue }
            let parts = rules.prefix(depthLimit).map { sentence($0, depth: depth + 1) }
            let text = parts.joined(separator: word)
            return depth > 0 && parts.count > 1 ? "(\(text))" : text
        }
        if let inner = rule["Not"] { return "not (\(sentence(inner, depth: depth + 1)))" }
        let variable = rule["Variable"]?.value.string ?? "?"
        for member in members {
            if let test = test(member, variable) { return test }
        }
        return variable
    }

    private static func jsonata(_ condition: JSONNode) -> String {
        guard let text = condition.value.string else { return condition.value.compactText }
        guard text.hasPrefix("{%"), text.hasSuffix("%}"), text.utf8.count >= 4 else { return text }
        return text.dropFirst(2).dropLast(2).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    private static let relations: [(suffix: String, symbol: String)] = [
        ("GreaterThanEquals", "≥"), ("LessThanEquals", "≤"), ("GreaterThan", ">"), ("LessThan", "<"), ("Equals", "="),
    ]

    private static let tests: [String: (yes: String, no: String)] = [
        "IsNull": ("is null", "is not null"), "IsPresent": ("is present", "is absent"),
        "IsNumeric": ("is a number", "is no number"), "IsString": ("is a text", "is no text"),
        "IsBoolean": ("is true or false", "is neither true nor false"), "IsTimestamp": ("is a time", "is no time"),
    ]

    private static func test(_ member: JSONNode.Member, _ variable: String) -> String? {
        if let words = tests[member.name] {
            return "\(variable) \(member.value.value.bool == false ? words.no : words.yes)"
        }
        if member.name == "StringMatches" { return "\(variable) matches \(member.value.value.compactText)" }
        var name = Substring(member.name)
        guard let family = ["String", "Numeric", "Boolean", "Timestamp"].first(where: { name.hasPrefix($0) }) else { return nil }
        name = name.dropFirst(family.count)
        let isPath = name.hasSuffix("Path")
        if isPath { name = name.dropLast(4) }
        guard let relation = relations.first(where: { $0.suffix == name }) else { return nil }
        let value = member.value.value
        let operand = isPath || family == "Timestamp" ? value.string ?? value.compactText : value.compactText
        return "\(variable) \(relation.symbol) \(operand)"
    }
}
