import StatesJSON

/// A definition written as YAML in block style, and where each place of its JSON form has gone.
struct YAMLForm {
    private(set) var text = ""
    /// The byte in `text` for the byte in the JSON text at which a name or a value begins.
    private(set) var offsets: [Int: Int] = [:]

    init(_ node: JSONNode) {
        write(node, indent: 0)
        text += "\n"
    }

    private mutating func mark(_ range: SourceRange) { offsets[range.lowerBound] = text.utf8.count }

    private mutating func write(_ node: JSONNode, indent: Int) {
        switch node.content {
        case .object(let members) where !members.isEmpty:
            mark(node.range)
            for (index, member) in members.enumerated() {
                if index > 0 { text += "\n" + String(repeating: " ", count: indent) }
                mark(member.nameRange)
                text += JSONValue.string(member.name).compactText + ":"
                value(member.value, indent: indent + 2)
            }
        case .array(let elements) where !elements.isEmpty:
            mark(node.range)
            for (index, element) in elements.enumerated() {
                if index > 0 { text += "\n" + String(repeating: " ", count: indent) }
                text += "- "
                write(element, indent: indent + 2)
            }
        case .null, .bool, .number, .string, .array, .object, .symbol:
            mark(node.range)
            let written = node.value.compactText
            if written.utf8.count == node.range.upperBound - node.range.lowerBound {
                // The same spelling in both forms: places inside of it correspond.
                for inside in 0..<written.utf8.count { offsets[node.range.lowerBound + inside] = text.utf8.count + inside }
            }
            text += written
        }
    }

    /// A value after a name: on the same line if it is a scalar or empty, else below.
    private mutating func value(_ node: JSONNode, indent: Int) {
        switch node.content {
        case .object(let members) where !members.isEmpty: text += "\n" + String(repeating: " ", count: indent)
        case .array(let elements) where !elements.isEmpty: text += "\n" + String(repeating: " ", count: indent)
        case .null, .bool, .number, .string, .array, .object, .symbol: text += " "
        }
        write(node, indent: indent)
    }
}
