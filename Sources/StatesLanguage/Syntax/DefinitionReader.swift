import StatesJSON
import StatesQuery

/// Reads a definition's nodes into the tree, collects every finding on the way and goes on after each.
///
/// The functions follow the specification's headings: this file holds what they share, the files beside it one heading each. The
/// numbered checks of the list in asl.md section 15 are made here:
///
/// | checks | where |
/// |---|---|
/// | 1 to 3, 5 | `DefinitionCheck`, `Diagnostic+JSONText`: the text as a whole |
/// | 4, 7, 9 to 12, 15, 19 to 21, 60 | `+Machine`: machine, states, transitions, `Assign` |
/// | 6, 16 to 18, 80, 99, 100 | this file: names, languages and types of fields, by `FieldTable` |
/// | 8, 13, 14, 22 to 27, 61, 62, 89 | `TreeChecks`: what needs more than one state |
/// | 28 to 39 | `+Choice` |
/// | 40 to 53 | `+Task`, with `TaskResource+Parsing` and `OptimizedIntegration` |
/// | 54 to 59, 96, 97 | `+Paths` |
/// | 63 to 67 | `+JSONata` |
/// | 68 to 74 | `+Errors` |
/// | 75 to 79, 81, 82, 98 | `+States` |
/// | 83 to 88, 90 to 93 | `+Map` |
/// | 94 | `+Machine` for states, `+Choice` for rules |
/// | 95 | `MachineName` |
struct DefinitionReader {
    let type: MachineType
    var diagnostics: [Diagnostic] = []
    var unresolved: [UnresolvedSymbol] = []
    var unsupported: [UnsupportedFeature] = []
    /// The machine's query language: what states without one of their own inherit, however deeply they are nested.
    var machineLanguage: QueryLanguage = .jsonPath
    /// The variables of the scope being read.
    var assigned: [VariableUse] = []
    var reads: [VariableUse] = []
    /// The pointer of the state being read.
    var statePointer = ""
    /// The text that the nodes were read from, where it is known.
    let source: SourceText?
    /// Whether a target of the state being read is missing or could not be read.
    var lostTarget = false

    /// How many warnings there were.
    private var doubts = 0

    /// How many warnings are kept: those of deeply nested templates name long places, and nobody reads more.
    static let doubtLimit = 10_000
    /// How deeply Parallel and Map states may be nested. AWS has such a limit and does not publish it; 50 is far beyond what people
    /// write, and bounds every recursion over the tree.
    static let nestingLimit = 50
    /// How deeply And, Or and Not may be nested.
    static let conditionLimit = 100

    init(type: MachineType, source: SourceText?) {
        self.type = type
        self.source = source
    }

    /// Reads a whole definition; nil where it is no object.
    static func read(
        _ node: JSONNode, type: MachineType, source: SourceText?
    ) -> (machine: MachineSyntax?, diagnostics: [Diagnostic]) {
        var reader = DefinitionReader(type: type, source: source)
        let machine = reader.machine(node)
        return (machine, reader.diagnostics)
    }

    mutating func report(
        _ code: Diagnostic.Code, _ severity: Diagnostic.Severity, _ message: String, at pointer: String, _ range: SourceRange,
        suggestion: String? = nil, fix: Diagnostic.Fix? = nil
    ) {
        if severity != .error {
            doubts += 1
            if doubts > Self.doubtLimit { return }
        }
        diagnostics.append(
            Diagnostic(
                code, severity, message, pointer: pointer.isEmpty ? "/" : pointer, range: range, suggestion: suggestion, fix: fix))
    }

    /// The common case: an error of the code that covers nearly everything.
    mutating func report(
        _ message: String, at pointer: String, _ range: SourceRange, suggestion: String? = nil, fix: Diagnostic.Fix? = nil
    ) {
        report(.schemaValidationFailed, .error, message, at: pointer, range, suggestion: suggestion, fix: fix)
    }
}

/// The members of one object.
struct Fields {
    var members: [JSONNode.Member]
    var pointer: String
    var range: SourceRange
    /// Where findings about the object as a whole point: the name it stands under, or its first byte.
    var headRange: SourceRange

    subscript(name: String) -> JSONNode.Member? {
        for member in members where member.name == name { return member }
        return nil
    }

    func pointer(of name: String) -> String { pointer + "/" + name }

    /// Whether two names are equal. Quadratic, for small objects.
    fileprivate var hasDuplicates: Bool {
        for (at, member) in members.enumerated() {
            for other in members[..<at] where other.name == member.name { return true }
        }
        return false
    }
}

// MARK: - Objects

extension DefinitionReader {
    /// The members of an object, after a look at their names: duplicates, unknown ones, ones of the other query language.
    ///
    /// `language` is nil where the state's language is in doubt and nothing should be said about it.
    mutating func fields(
        of node: JSONNode, at pointer: String, head: SourceRange? = nil, _ table: FieldTable, language: QueryLanguage?
    ) -> Fields? {
        guard var fields = object(node, at: pointer, head: head) else { return nil }
        fields.members = unique(fields)
        for member in fields.members {
            guard let needed = table.languages[member.name] else {
                unknown(member, in: fields, table, language)
                continue
            }
            if let needed, let language, needed != language {
                report(
                    "The QueryLanguage is set to '\(language.rawValue)', but field '\(member.name)' is only supported for the "
                        + "'\(needed.rawValue)' QueryLanguage", at: pointer, member.nameRange,
                    suggestion: Self.counterparts[member.name].map { "in \(language.rawValue) write \($0)" })
            }
        }
        return fields
    }

    /// What one writes in the other query language instead.
    private static let counterparts: [String: String] = [
        "Parameters": "\"Arguments\"", "Arguments": "\"Parameters\"",
        "Output": "\"ResultSelector\", \"ResultPath\" or \"OutputPath\"",
        "ResultSelector": "\"Output\"", "ResultPath": "\"Output\"", "OutputPath": "\"Output\"", "Result": "\"Output\"",
        "ItemsPath": "\"Items\"", "Items": "\"ItemsPath\"", "TimeoutSecondsPath": "\"TimeoutSeconds\" with an expression",
        "HeartbeatSecondsPath": "\"HeartbeatSeconds\" with an expression", "SecondsPath": "\"Seconds\" with an expression",
        "TimestampPath": "\"Timestamp\" with an expression", "ErrorPath": "\"Error\" with an expression",
        "CausePath": "\"Cause\" with an expression", "MaxConcurrencyPath": "\"MaxConcurrency\" with an expression",
        "Condition": "\"Variable\" and an operator", "Variable": "\"Condition\"",
    ]

    /// The object's members without any look at their names.
    mutating func object(_ node: JSONNode, at pointer: String, head: SourceRange? = nil) -> Fields? {
        guard case .object(let members) = node.content else {
            mismatch("OBJECT", node, at: pointer)
            return nil
        }
        let head = head ?? SourceRange(node.range.lowerBound, min(node.range.lowerBound + 1, node.range.upperBound))
        return Fields(members: members, pointer: pointer, range: node.range, headRange: head)
    }

    /// Reports members that are there twice, and keeps the first of each.
    private mutating func unique(_ fields: Fields) -> [JSONNode.Member] {
        // Nearly every object is small and fine, and comparing a few names is faster than hashing them.
        if fields.members.count <= 12, !fields.hasDuplicates { return fields.members }
        var seen = Set<String>(minimumCapacity: fields.members.count)
        return fields.members.filter { member in
            if seen.insert(member.name).inserted { return true }
            report("Duplicate field '\(member.name)'", at: fields.pointer(of: member.name), member.nameRange)
            return false
        }
    }

    private mutating func unknown(_ member: JSONNode.Member, in fields: Fields, _ table: FieldTable, _ language: QueryLanguage?) {
        let candidates = table.names.filter { name in
            guard let needed = table.languages[name] ?? nil, let language else { return true }
            return needed == language
        }
        let close = nearest(to: member.name, in: candidates)
        report(
            "Field '\(member.name)' is not supported", at: fields.pointer, member.nameRange,
            suggestion: close.map { "did you mean \"\($0)\"?" },
            fix: close.map { .init(range: member.nameRange, replacement: "\"\($0)\"") })
    }

    /// Reports which of the names are missing, in one finding as AWS does.
    @discardableResult
    mutating func require(_ names: String..., in fields: Fields) -> Bool {
        let missing = names.filter { fields[$0] == nil }
        if missing.isEmpty { return true }
        report("These fields are required: [\(missing.joined(separator: ", "))]", at: fields.pointer, fields.headRange)
        return false
    }

    /// Reports fields that exclude each other; true if at most one of them is there.
    @discardableResult
    mutating func atMostOne(_ names: String..., in fields: Fields) -> Bool {
        let present = fields.members.filter { names.contains($0.name) }
        if present.count < 2 { return true }
        report(
            "There should only be one of the following fields: [\(names.joined(separator: ", "))]", at: fields.pointer,
            present[1].nameRange)
        return false
    }

    /// Reports that none of several fields is there.
    mutating func oneIsRequired(_ names: String..., in fields: Fields) {
        report(
            "This object should have only one of the following fields: [\(names.joined(separator: ", "))]", at: fields.pointer,
            fields.headRange)
    }

    mutating func mismatch(_ expected: String, _ node: JSONNode, at pointer: String, suggestion: String? = nil) {
        if needsValue(node, at: pointer) { return }
        report(
            "Expected value of type \(expected == "Integer" ? expected : "[\(expected)]")", at: pointer, node.range,
            suggestion: suggestion)
    }

    /// The elements of a list that must not be empty.
    mutating func elements(of member: JSONNode.Member, in fields: Fields, mayBeEmpty: Bool = false) -> [JSONNode]? {
        let pointer = fields.pointer(of: member.name)
        guard case .array(let elements) = member.value.content else {
            mismatch("ARRAY", member.value, at: pointer)
            return nil
        }
        if elements.isEmpty, !mayBeEmpty {
            report("Value cannot be empty", at: pointer, member.value.range)
            return nil
        }
        return elements
    }
}

// MARK: - Symbols

extension DefinitionReader {
    /// Whether the node is, or contains, an unresolved symbol where a run needs a value; remembers it if so.
    mutating func needsValue(_ node: JSONNode, at pointer: String) -> Bool {
        guard let name = node.firstSymbol else { return false }
        unresolved.append(UnresolvedSymbol(name: name, pointer: pointer, range: node.range))
        return true
    }
}

// MARK: - Plain values

extension DefinitionReader {
    mutating func string(_ member: JSONNode.Member?, in fields: Fields) -> Field<String>? {
        guard let member else { return nil }
        switch member.value.content {
        case .string(let text): return Field(value: text, range: member.value.range, nameRange: member.nameRange)
        case .symbol(let name): return Field(value: "${\(name)}", range: member.value.range, nameRange: member.nameRange)
        case .null, .bool, .number, .array, .object:
            mismatch("STRING", member.value, at: fields.pointer(of: member.name))
            return nil
        }
    }

    /// One of a few words.
    mutating func word(_ member: JSONNode.Member?, of words: [String], in fields: Fields) -> String? {
        guard let member, !needsValue(member.value, at: fields.pointer(of: member.name)),
            let text = string(member, in: fields)
        else { return nil }
        if words.contains(text.value) { return text.value }
        let close = nearest(to: text.value, in: words)
        report(
            "Value should be one of the following: [\(words.joined(separator: ", "))]", at: fields.pointer(of: member.name),
            text.range, suggestion: close.map { "did you mean \"\($0)\"?" },
            fix: close.map { .init(range: text.range, replacement: "\"\($0)\"") })
        return nil
    }

    /// A whole number within bounds.
    mutating func integer(
        _ member: JSONNode.Member?, in fields: Fields, _ bounds: ClosedRange<Int64>, suggestion: String? = nil
    ) -> Int64? {
        guard let member else { return nil }
        let pointer = fields.pointer(of: member.name)
        guard case .number(let number) = member.value.content, let value = number.wholeValue else {
            mismatch("Integer", member.value, at: pointer, suggestion: suggestion)
            return nil
        }
        if value < bounds.lowerBound {
            report("Minimum value is \(bounds.lowerBound)", at: pointer, member.value.range)
            return nil
        }
        if value > bounds.upperBound {
            report("Maximum value is \(bounds.upperBound)", at: pointer, member.value.range)
            return nil
        }
        return value
    }

    /// A number within bounds.
    mutating func number(_ member: JSONNode.Member?, in fields: Fields, _ bounds: ClosedRange<Double>) -> Double? {
        guard let member else { return nil }
        let pointer = fields.pointer(of: member.name)
        guard case .number(let number) = member.value.content else {
            mismatch("NUMBER", member.value, at: pointer)
            return nil
        }
        let value = number.doubleValue
        if value < bounds.lowerBound {
            report("Minimum value is \(plain(bounds.lowerBound))", at: pointer, member.value.range)
            return nil
        }
        if value > bounds.upperBound {
            report("Maximum value is \(plain(bounds.upperBound))", at: pointer, member.value.range)
            return nil
        }
        return value
    }

    private func plain(_ value: Double) -> String { Int64(exactly: value).map { "\($0)" } ?? "\(value)" }

    /// A word of text that may only be absent or text: comments.
    mutating func comment(in fields: Fields) {
        if let comment = fields["Comment"], comment.value.firstSymbol == nil { _ = string(comment, in: fields) }
    }
}

extension JSONNumber {
    /// The whole number this amounts to, clamped to 64 bits; nil if it has a fraction.
    fileprivate var wholeValue: Int64? {
        if let exact = exactInteger { return exact }
        let value = doubleValue
        guard value.rounded() == value else { return nil }
        return value < 0 ? .min : .max
    }
}
