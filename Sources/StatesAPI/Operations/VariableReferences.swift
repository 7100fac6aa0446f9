import StatesJSON
import StatesLanguage

/// Which variables each state refers to, as DescribeStateMachine lists them: names sorted, states inside Map and Parallel states
/// beside all others.
enum VariableReferences {
    /// The references of a definition, or nil if there are none.
    static func inDefinition(_ check: DefinitionCheck) -> JSONValue? {
        guard let definition = try? JSONValue(parsing: check.definition) else { return nil }
        var found: [(String, Set<String>)] = []
        collect(definition, isJSONata: definition["QueryLanguage"]?.string == "JSONata", &found)
        let members = found.filter { !$0.1.isEmpty }
            .map { name, names -> (String, JSONValue) in (name, .array(names.sorted().map { .string($0) })) }
        return members.isEmpty ? nil : .object(JSONObject(members))
    }

    private static func collect(_ machine: JSONValue, isJSONata: Bool, _ found: inout [(String, Set<String>)]) {
        for state in machine["States"]?.object ?? JSONObject() {
            guard var fields = state.value.object else { continue }
            let language = fields["QueryLanguage"]?.string.map { $0 == "JSONata" } ?? isJSONata
            let inner = (fields["Branches"]?.array ?? []) + [fields["ItemProcessor"], fields["Iterator"]].compactMap { $0 }
            for name in ["Branches", "ItemProcessor", "Iterator"] { fields[name] = nil }
            var names: Set<String> = []
            for member in fields where member.name != "Comment" && member.name != "Result" {
                scan(member.value, name: member.name, language, &names)
            }
            found.append((state.name, names))
            // A processor inherits the machine's language and not the state's.
            for machine in inner {
                collect(machine, isJSONata: machine["QueryLanguage"]?.string.map { $0 == "JSONata" } ?? isJSONata, &found)
            }
        }
    }

    private static func scan(_ value: JSONValue, name: String, _ isJSONata: Bool, _ names: inout Set<String>) {
        switch value {
        case .string(let text):
            if isJSONata {
                if text.hasPrefix("{%"), text.hasSuffix("%}") { addJSONata(text.dropFirst(2).dropLast(2), &names) }
            } else if isPath(name) {
                addJSONPath(text, &names)
            }
        case .array(let values): for value in values { scan(value, name: name, isJSONata, &names) }
        case .object(let object): for member in object { scan(member.value, name: member.name, isJSONata, &names) }
        case .null, .bool, .number: break
        }
    }

    /// Whether a JSONPath field of that name is evaluated.
    private static func isPath(_ name: String) -> Bool { name.hasSuffix(".$") || name.hasSuffix("Path") || name == "Variable" }

    /// `$name` outside quotes, where it begins a path: not `$`, `$.`, `$[` or `$$`.
    private static func addJSONPath(_ text: String, _ names: inout Set<String>) {
        for word in words(text[...], quotes: "'") where word.after != "(" { names.insert(word.name) }
    }

    /// `$name` that is no function call, not `$states`, and not bound within the expression.
    private static func addJSONata(_ text: Substring, _ names: inout Set<String>) {
        let found = words(text, quotes: "\"'`")
        let bound = Set(found.filter { $0.isBound }.map(\.name))
        for word in found where word.after != "(" && word.name != "states" && !bound.contains(word.name) { names.insert(word.name) }
    }

    private struct Word {
        var name: String
        /// The next character that is no space.
        var after: Character?
        /// Whether it is assigned or is a parameter.
        var isBound = false
    }

    private static func words(_ text: Substring, quotes: String) -> [Word] {
        var found: [Word] = []
        var rest = text
        var quote: Character?
        var isInParameters = false
        var before: Character = " "
        while let character = rest.first {
            rest = rest.dropFirst()
            if let open = quote {
                if character == "\\" { rest = rest.dropFirst() } else if character == open { quote = nil }
            } else if quotes.contains(character) {
                quote = character
            } else if character == "$" {
                let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
                if !name.isEmpty, before != "$", !(name.first?.isNumber ?? true) {
                    let after = rest.dropFirst(name.count).drop { $0.isWhitespace }
                    found.append(Word(name: String(name), after: after.first, isBound: isInParameters || after.hasPrefix(":=")))
                }
                rest = rest.dropFirst(name.count)
            } else if character == "(" {
                isInParameters = text[..<rest.startIndex].dropLast().hasSuffix("function")
            } else if character == ")" {
                isInParameters = false
            }
            before = character
        }
        return found
    }
}
