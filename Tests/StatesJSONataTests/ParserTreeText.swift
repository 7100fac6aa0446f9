import StatesJSON
import StatesText

@testable import StatesJSONata

extension SyntaxNode {
    /// The tree as a line: `(operator parts)`, with what is attached behind each node: `[filter]`, `{grouping}`, `@focus`,
    /// `#index`, `!label` of the slot it fills, and the flags `tuple`, `keep`, `made`, `keepOne` behind a colon.
    var tree: String {
        var text = kind.tree
        for stage in stages { text += stage.tree(filtersValue: filtersValue) }
        if let group { text += group.pairs.tree }
        if let focus { text += "@\(focus)" }
        if let index { text += "#\(index)" }
        if let ancestor { text += "!\(ancestor.label)" }
        if isTuple { text += ":tuple" }
        if keepsArray { text += ":keep" }
        if isConstructedArray { text += ":made" }
        if keepsSingleton { text += ":keepOne" }
        return text
    }
}

extension SyntaxNode.Stage {
    func tree(filtersValue: Bool) -> String {
        switch self {
        case .filter(let node): filtersValue ? "[=\(node.tree)]" : "[\(node.tree)]"
        case .index(let name): "[#\(name)]"
        }
    }
}

extension [SyntaxNode.Pair] {
    var tree: String { "{" + map { "\($0.key.tree): \($0.value.tree)" }.joined(separator: ", ") + "}" }
}

extension [SyntaxNode] {
    var tree: String { map(\.tree).joined(separator: " ") }
}

extension SyntaxNode.Kind {
    var tree: String {
        switch self {
        case .string(let text): ScriptText.text(of: .string(text))
        case .number(let number): ScriptText.text(of: .number(number))
        case .boolean(let value): "\(value)"
        case .null: "null"
        case .name(let name): name
        case .variable(let name): "$\(name)"
        case .wildcard: "*"
        case .descendants: "**"
        case .parent(let slot): "%\(slot.label)" + (slot.level == 0 ? "" : "?\(slot.level)")
        case .path(let steps): "(. \(steps.tree))"
        case .negation(let operand): "(- \(operand.tree))"
        case .array(let items): "[\(items.tree)]"
        case .object(let pairs): pairs.tree
        case .binary(let operation, let left, let right): "(\(operation.rawValue) \(left.tree) \(right.tree))"
        case .bind(let variable, let value): "(:= $\(variable) \(value.tree))"
        case .condition(let condition, let then, let otherwise):
            "(? \(condition.tree) \(then.tree)" + (otherwise.map { " \($0.tree)" } ?? "") + ")"
        case .block(let parts): "(; \(parts.tree))"
        case .lambda(let lambda): "(λ \(lambda.parameters)\(lambda.signature?.text ?? "") \(lambda.body.tree))"
        case .call(let procedure, let arguments): "(call \(([procedure] + arguments).tree))"
        case .partial(let procedure, let arguments):
            "(partial \(procedure.tree) \(arguments.map { $0?.tree ?? "?" }.joined(separator: " ")))"
        case .apply(let left, let right): "(~> \(left.tree) \(right.tree))"
        case .transform(let pattern, let update, let delete):
            "(| \(pattern.tree) \(update.tree)" + (delete.map { " \($0.tree)" } ?? "") + ")"
        case .regex(let pattern): "/\(pattern.source)/"
        case .sort(let terms):
            "(^ " + terms.map { ($0.isDescending ? ">" : "<") + $0.expression.tree }.joined(separator: " ") + ")"
        }
    }
}

extension JSONataError {
    /// Code, position in UTF-16 units, range in bytes and text on a line: `S0202@4 3..<4 Expected "]", got ","`.
    var line: String {
        let place = range.map { " \($0.lowerBound)..<\($0.upperBound)" } ?? ""
        return "\(code)@\(position.map(String.init) ?? "-")\(place) \(message)"
    }
}

/// The tree of an expression, or its error, as a line.
func parsed(_ text: String) -> String {
    do throws(JSONataError) {
        return try Parser.parse(text).tree
    } catch {
        return error.line
    }
}
