import StatesJSON

// The fields of JSONata states. Expressions are found and handed on with their places; parsing them is another piece's work.
extension DefinitionReader {
    /// Whether a text is an expression: it starts with `{%` and ends with `%}`, exactly.
    static func isExpression(_ text: String) -> Bool {
        text.utf8.count >= 4 && text.hasPrefix("{%") && text.hasSuffix("%}")
    }

    /// `Output` of a state or a catcher.
    mutating func output(_ fields: Fields, _ language: QueryLanguage, _ available: ExpressionSyntax.Availability) {
        guard language == .jsonata, let member = fields["Output"] else { return }
        values(of: member, in: fields, available)
    }

    /// A field that may hold any JSON with expressions at any depth.
    mutating func values(of member: JSONNode.Member, in fields: Fields, _ available: ExpressionSyntax.Availability = .inputOnly) {
        var walk = NodeWalk(member.value)
        while let step = walk.next() {
            guard case .string(let text) = step.node.content, text.hasPrefix("{%") else { continue }
            let below = walk.pointer
            expression(
                text, step.node.range, at: fields.pointer(of: member.name) + below, field: member.name + below, available)
        }
    }

    /// Remembers a text that starts as expressions do.
    private mutating func expression(
        _ text: String, _ range: SourceRange, at pointer: String, field: String, _ available: ExpressionSyntax.Availability
    ) {
        if Self.isExpression(text) {
            expressions.append(
                ExpressionSyntax(
                    text: String(text.dropFirst(2).dropLast(2)), field: field, pointer: pointer, range: range, available: available)
            )
        } else {
            report("JSONata string must start with {% and end with %}", at: pointer, range)
        }
    }

    /// Whether the field is an expression, or a symbol that may become one; remembers it if so. `field` is the name for causes.
    mutating func isExpression(_ member: JSONNode.Member, in fields: Fields, _ language: QueryLanguage, field: String? = nil)
        -> Bool
    {
        guard language == .jsonata, case .string(let text) = member.value.content, text.hasPrefix("{%") else { return false }
        expression(
            text, member.value.range, at: fields.pointer(of: member.name), field: field ?? member.name, .inputOnly)
        return true
    }
}
