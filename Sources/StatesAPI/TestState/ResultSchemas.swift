import StatesJSON

/// What services answer, as far as the results of mocks are compared with it.
enum ResultSchemas {
    /// Compares a mocked result with what the resource's service would answer. Services that are not known are not compared.
    ///
    /// - Parameter requiresMembers: Whether members that the service always answers must be there.
    /// - Throws: `ValidationException`, as AWS words it.
    static func check(_ result: JSONValue, of resource: String, requiresMembers: Bool) throws(APIError) {
        guard let line = line(for: resource) else { return }
        var reader = SchemaReader(line)
        let schema = reader.schema()
        if let problem = schema.problem(with: result, named: "Result", requiresMembers) {
            throw .validation("Mock result schema validation error: \(problem)")
        }
    }

    /// The action that a resource names, by its name in the SDK.
    private static func line(for resource: String) -> Substring? {
        let parts = resource.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count > 6, parts[2] == "states" else { return nil }
        let isSDK = parts[5] == "aws-sdk" && parts.count > 7
        let service = isSDK ? parts[6] : ["events": "eventbridge", "states": "sfn"][parts[5]] ?? parts[5]
        // A callback's and a job's result is whatever they say.
        let action = isSDK ? parts[7] : parts[6]
        guard !action.contains("."), parts.count == (isSDK ? 8 : 7) else { return nil }
        let head = "\(service):\(action) "
        return ResultSchemaTable.text.split(separator: "\n").first { $0.hasPrefix(head) }?.dropFirst(head.count)
    }
}

/// What a value must be.
private indirect enum Schema {
    case anything, boolean
    case text(least: Double?, greatest: Double?)
    case number(least: Double?, greatest: Double?)
    case word([Substring])
    case list(Schema)
    case map(Schema)
    case structure([(name: Substring, isRequired: Bool, schema: Schema)])

    /// What is wrong with a value, or nil.
    func problem(with value: JSONValue, named name: String, _ requiresMembers: Bool) -> String? {
        switch self {
        case .anything: return nil
        case .boolean: return value.bool == nil ? "Field '\(name)' must be a boolean" : nil
        case .text(let least, let greatest):
            guard let text = value.string else { return "Field '\(name)' must be a string" }
            if let least, Double(text.utf16.count) < least { return "Field '\(name)' is smaller than the minimum length" }
            if let greatest, Double(text.utf16.count) > greatest { return "Field '\(name)' exceeds the maximum length" }
        case .number(let least, let greatest):
            guard let number = value.number?.doubleValue else { return "Field '\(name)' must be a number" }
            if let least, number < least { return "Field '\(name)' is less than the minimum value" }
            if let greatest, number > greatest { return "Field '\(name)' exceeds the maximum value" }
        case .word(let words):
            guard let text = value.string else { return "Field '\(name)' must be a string" }
            if !words.contains(where: { $0 == text }) { return "Field '\(name)' is not an expected value" }
        case .list(let element):
            guard let values = value.array else { return "Field '\(name)' must be an array" }
            for value in values { if let problem = element.problem(with: value, named: name, requiresMembers) { return problem } }
        case .map(let element):
            guard let object = value.object else { return "Field '\(name)' must be an object" }
            for member in object {
                if let problem = element.problem(with: member.value, named: member.name, requiresMembers) { return problem }
            }
        case .structure(let members):
            guard let object = value.object else { return "Field '\(name)' must be an object" }
            for member in members {
                let name = String(member.name)
                guard let value = object[name] else {
                    if member.isRequired, requiresMembers { return "Required field '\(name)' is missing" }
                    continue
                }
                if let problem = member.schema.problem(with: value, named: name, requiresMembers) { return problem }
            }
        }
        return nil
    }
}

/// Reads the notation of `ResultSchemaTable`.
private struct SchemaReader {
    private var rest: Substring

    init(_ text: Substring) { rest = text }

    mutating func schema() -> Schema {
        switch rest.popFirst() {
        case "s":
            let (least, greatest) = range()
            return .text(least: least, greatest: greatest)
        case "n":
            let (least, greatest) = range()
            return .number(least: least, greatest: greatest)
        case "b": return .boolean
        case "e": return .word(words())
        case "a": return .list(schema())
        case "m": return .map(schema())
        case "{": return .structure(members())
        default: return .anything
        }
    }

    private mutating func range() -> (Double?, Double?) {
        guard rest.first == "[", let end = rest.firstIndex(of: "]") else { return (nil, nil) }
        let bounds = rest[..<end].dropFirst().split(separator: "~", omittingEmptySubsequences: false)
        rest = rest[rest.index(after: end)...]
        return (bounds.first.flatMap { Double($0) }, bounds.last.flatMap { Double($0) })
    }

    private mutating func words() -> [Substring] {
        guard rest.first == "(", let end = rest.firstIndex(of: ")") else { return [] }
        defer { rest = rest[rest.index(after: end)...] }
        return rest[..<end].dropFirst().split(separator: "|")
    }

    private mutating func members() -> [(name: Substring, isRequired: Bool, schema: Schema)] {
        var members: [(name: Substring, isRequired: Bool, schema: Schema)] = []
        while let first = rest.first, first != "}" {
            if first == "," { rest = rest.dropFirst() }
            let name = rest.prefix { $0 != ":" && $0 != "!" && $0 != "}" }
            rest = rest.dropFirst(name.count)
            let isRequired = rest.first == "!"
            if isRequired { rest = rest.dropFirst() }
            rest = rest.dropFirst()
            members.append((name, isRequired, schema()))
        }
        rest = rest.dropFirst()
        return members
    }
}
