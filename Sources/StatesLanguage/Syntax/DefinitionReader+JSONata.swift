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
        values(member.value, at: fields.pointer(of: member.name), field: member.name, available)
    }

    private mutating func values(
        _ node: JSONNode, at pointer: String, field: String, _ available: ExpressionSyntax.Availability
    ) {
        switch node.content {
        case .null, .bool, .number, .symbol: return
        case .string(let text): expression(text, node.range, at: pointer, field: field, available)
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                values(element, at: "\(pointer)[\(index)]", field: "\(field)[\(index)]", available)
            }
        case .object(let members):
            for member in members {
                values(member.value, at: pointer + "/" + member.name, field: field + "/" + member.name, available)
            }
        }
    }

    private mutating func expression(
        _ text: String, _ range: SourceRange, at pointer: String, field: String, _ available: ExpressionSyntax.Availability
    ) {
        if Self.isExpression(text) {
            expressions.append(
                ExpressionSyntax(
                    text: String(text.dropFirst(2).dropLast(2)), field: field, pointer: pointer, range: range, available: available)
            )
        } else if text.hasPrefix("{%") {
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
