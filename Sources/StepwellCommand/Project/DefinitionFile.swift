import StatesJSON
import StatesLanguage
import StatesTemplates

/// A definition's text, and how it is written.
struct DefinitionFile: Equatable {
    /// What messages call it: its path, or `standard input`.
    var name: String
    var bytes: [UInt8]
    var isYAML: Bool

    /// The endings of definitions, longest first.
    static let endings = [".asl.json", ".asl.yaml", ".asl.yml", ".json", ".yaml", ".yml"]

    /// Reads a file; `-` is standard input.
    init(path: String) throws(Complaint) {
        bytes = try TextFile.readBytes(path)
        name = TextFile.label(path)
        isYAML = Self.isYAML(path: path, bytes)
    }

    /// Endings decide; without one, text that does not begin as JSON is taken for YAML, which includes JSON anyway.
    static func isYAML(path: String, _ bytes: [UInt8]) -> Bool {
        if path.hasSuffix(".yaml") || path.hasSuffix(".yml") { return true }
        if path.hasSuffix(".json") { return false }
        let first = bytes.first { !($0 == 0x20 || (0x09...0x0D).contains($0)) }
        return first.map { ![UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\"")].contains($0) } ?? false
    }

    /// The file's name without its folders and ending: what the state machine is called unless told otherwise.
    static func stem(of path: String) -> String {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        for ending in endings where name.hasSuffix(ending) && name.utf8.count > ending.utf8.count {
            return String(name.dropLast(ending.count))
        }
        return name
    }

    /// Everything there is to say about the definition.
    func check(type: MachineType, substitutions: [String: JSONValue]) -> DefinitionCheck {
        if isYAML { return DefinitionCheck(yaml: bytes, source: name, type: type, substitutions: substitutions) }
        if let text = String(validating: bytes, as: UTF8.self) {
            return DefinitionCheck(definition: text, source: name, type: type, substitutions: substitutions)
        }
        let source = SourceText(bytes, name: name)
        do {
            // The reader finds the byte; a text that it accepts is UTF-8 and never comes here.
            return DefinitionCheck(
                node: try JSONNode(parsing: bytes, allowingSymbols: true), source: source, type: type, substitutions: substitutions)
        } catch {
            let place = SourceRange(error.offset, error.offset + 1)
            return DefinitionCheck(
                failed: Diagnostic(.invalidJSONDescription, .error, error.reason, pointer: nil, range: place), source: source,
                type: type)
        }
    }

    /// The text's tree, whether or not it is a good definition.
    func node() throws(Complaint) -> JSONNode {
        try NodeFile.node(bytes, isYAML: isYAML, name: name)
    }
}

/// Files of values that know their places: functions, mocks, substitutions.
enum NodeFile {
    /// Reads JSON or YAML.
    static func read(_ path: String) throws(Complaint) -> (node: JSONNode, source: SourceText) {
        let bytes = try TextFile.readBytes(path)
        let name = TextFile.label(path)
        let node = try node(bytes, isYAML: DefinitionFile.isYAML(path: path, bytes), name: name)
        return (node, SourceText(bytes, name: name))
    }

    static func node(_ bytes: [UInt8], isYAML: Bool, name: String) throws(Complaint) -> JSONNode {
        do throws(JSONSyntaxError) {
            if !isYAML { return try JSONNode(parsing: bytes, limits: .default, allowingSymbols: true) }
        } catch {
            throw complaint(error.reason, at: error.offset, SourceText(bytes, name: name))
        }
        do throws(YAMLSyntaxError) {
            return try parseYAML(bytes)
        } catch {
            throw complaint(error.reason, at: error.offset, SourceText(bytes, name: name))
        }
    }

    /// `functions.yaml:3:5: error: …`, with the line and a caret below it.
    static func complaint(_ reason: String, at offset: Int, _ source: SourceText) -> Complaint {
        .cannotAsk(PlacedMessage(reason, at: offset, in: source).text)
    }
}

/// A message with the place it speaks of, in the form that compilers use.
struct PlacedMessage {
    let text: String

    /// Lines longer than this are shown in part.
    private static let width = 100

    init(_ message: String, at offset: Int, in source: SourceText) {
        let place = source.position(of: offset)
        let scalars = Array(source.lineText(place.line).unicodeScalars)
        let column = min(place.column - 1, scalars.count)
        let start = max(0, min(column - Self.width / 2, scalars.count - Self.width))
        let end = min(scalars.count, start + Self.width)
        var line = ""
        for scalar in scalars[start..<end] {
            let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
            line.unicodeScalars.append(isControl ? " " : scalar)
        }
        let number = DisplayText.rightAligned("\(place.line)", to: 5)
        let margin = String(repeating: " ", count: number.utf8.count)
        text = """
            \(source.name):\(place.line):\(place.column): error: \(DisplayText.visible(message))
            \(number) | \(line)
            \(margin) | \(String(repeating: " ", count: column - start))^
            """
    }
}
