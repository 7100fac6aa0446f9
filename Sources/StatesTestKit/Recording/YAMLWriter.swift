package import StatesJSON

/// Writes a value as YAML that people like to edit: blocks outside, one line inside.
package enum YAMLWriter {
    private static let width = 100

    /// The text, with a line end.
    package static func text(of value: JSONValue) -> String {
        var lines: [String] = []
        write(value, indent: 0, into: &lines)
        return lines.joined(separator: "\n") + "\n"
    }

    private static func write(_ value: JSONValue, indent: Int, into lines: inout [String]) {
        let margin = String(repeating: " ", count: indent)
        switch value {
        case .object(let object) where !object.isEmpty:
            for member in object {
                let name = scalar(member.name)
                if let short = short(member.value, room: width - indent - name.utf8.count) {
                    lines.append("\(margin)\(name): \(short)")
                } else {
                    lines.append("\(margin)\(name):")
                    write(member.value, indent: indent + 2, into: &lines)
                }
            }
        case .array(let elements) where !elements.isEmpty:
            for element in elements {
                if let short = short(element, room: width - indent) {
                    lines.append("\(margin)- \(short)")
                } else {
                    let start = lines.count
                    write(element, indent: indent + 2, into: &lines)
                    // The element's first line stands behind its dash.
                    lines[start] = margin + "- " + lines[start].dropFirst(indent + 2)
                }
            }
        default: lines.append(margin + flow(value))
        }
    }

    /// The value in one line, if it has room; cases of a test file are blocks.
    private static func short(_ value: JSONValue, room: Int) -> String? {
        if value["name"] != nil, value["expect"] != nil { return nil }
        if let elements = value.array, elements.contains(where: { $0["expect"] != nil }) { return nil }
        let text = flow(value)
        let isScalar = value.object == nil && value.array == nil
        return isScalar || text.utf8.count <= room ? text : nil
    }

    private static func flow(_ value: JSONValue) -> String {
        switch value {
        case .null, .bool, .number: value.compactText
        case .string(let text): scalar(text)
        case .array(let elements): "[" + elements.map(flow).joined(separator: ", ") + "]"
        case .object(let object):
            object.isEmpty ? "{}" : "{ " + object.map { "\(scalar($0.name)): \(flow($0.value))" }.joined(separator: ", ") + " }"
        }
    }

    /// A text as it is where no reader of YAML can take it for anything else, else in JSON's quotation marks, which YAML reads too.
    private static func scalar(_ text: String) -> String {
        let isPlain =
            text.utf8.count <= 200 && text.utf8.first.map { isLetter($0) } == true
            && text.utf8.allSatisfy { isLetter($0) || isDigit($0) || [0x20, 0x2D, 0x2E, 0x2F, 0x5F].contains($0) }
            && text.utf8.last != 0x20
        let words: Set = ["true", "false", "null", "yes", "no", "on", "off", "y", "n", "inf", "nan"]
        return isPlain && !words.contains(text.lowercased()) ? text : JSONValue.string(text).compactText
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) }
    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
