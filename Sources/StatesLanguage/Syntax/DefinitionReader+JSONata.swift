import StatesJSON
import StatesJSONata

// The fields of JSONata states (asl.md section 5). Every expression is parsed here, once, and what it names is checked.

/// What a field holds where an expression may stand.
enum FieldExpression {
    /// No expression: a plain value.
    case none
    /// An expression that does not parse, or that has a symbol without a value in it.
    case unreadable
    case found(JSONataExpression)
}

extension DefinitionReader {
    /// Whether a text is an expression: it starts with `{%` and ends with `%}`, exactly.
    static func isExpression(_ text: String) -> Bool {
        text.utf8.count >= 4 && text.hasPrefix("{%") && text.hasSuffix("%}")
    }

    /// `Output` of a state, a rule or a catcher.
    mutating func output(_ fields: Fields, _ language: QueryLanguage, _ available: StatesAvailability) -> JSONataTemplate? {
        guard language == .jsonata else { return nil }
        return values(of: fields["Output"], in: fields, available)
    }

    /// A field that may hold any JSON with expressions at any depth.
    mutating func values(
        of member: JSONNode.Member?, in fields: Fields, _ available: StatesAvailability = .inputOnly
    ) -> JSONataTemplate? {
        guard let member else { return nil }
        return JSONataTemplate(value(member.value, place(of: member, in: fields), available))
    }

    /// The field's expression, if it is one.
    mutating func expression(_ member: JSONNode.Member, in fields: Fields, _ language: QueryLanguage) -> FieldExpression {
        guard language == .jsonata, case .string(let text) = member.value.content, text.hasPrefix("{%") else { return .none }
        let expression = expression(text, member.value, place(of: member, in: fields), .inputOnly)
        return expression.map { .found($0) } ?? .unreadable
    }

    /// The field's place below its state: `Catch[1]/Output`.
    private func place(of member: JSONNode.Member, in fields: Fields) -> FieldPlace {
        let pointer = fields.pointer(of: member.name)
        return FieldPlace(String(pointer.utf8.dropFirst(statePointer.utf8.count + 1)) ?? pointer)
    }

    // MARK: Values

    // Recursion as deep as the text is nested, which the readers of text bound.
    private mutating func value(_ node: JSONNode, _ place: FieldPlace, _ available: StatesAvailability) -> JSONataNode {
        switch node.content {
        case .string(let text) where text.hasPrefix("{%"):
            return JSONataNode(expression(text, node, place, available).map { .expression($0) } ?? .literal(.null))
        case .object(let members): return object(members, place, available)
        case .array(let elements): return array(elements, place, available)
        case .null, .bool, .number, .string, .symbol: return JSONataNode(.literal(node.value))
        }
    }

    private mutating func object(
        _ members: [JSONNode.Member], _ place: FieldPlace, _ available: StatesAvailability
    ) -> JSONataNode {
        var object = JSONObject()
        var slots: [JSONataNode.Slot] = []
        for member in members {
            let node = value(member.value, FieldPlace(place, .member(member.name)), available)
            if object.position(of: member.name) != nil {
                report("The field '\(member.name)' is given more than once", at: statePointer + "/" + place.text, member.nameRange)
            } else if case .literal(let value) = node.content {
                object[member.name] = value
            } else {
                slots.append(JSONataNode.Slot(position: object.count, node: node))
                object[member.name] = .null
            }
        }
        return JSONataNode(slots.isEmpty ? .literal(.object(object)) : .object(object, slots))
    }

    private mutating func array(_ nodes: [JSONNode], _ place: FieldPlace, _ available: StatesAvailability) -> JSONataNode {
        var elements: [JSONValue] = []
        var slots: [JSONataNode.Slot] = []
        for (position, element) in nodes.enumerated() {
            let node = value(element, FieldPlace(place, .element(position)), available)
            if case .literal(let value) = node.content {
                elements.append(value)
            } else {
                slots.append(JSONataNode.Slot(position: position, node: node))
                elements.append(.null)
            }
        }
        return JSONataNode(slots.isEmpty ? .literal(.array(elements)) : .array(elements, slots))
    }

    // MARK: Expressions

    /// Parses a text that starts as expressions do, and checks what it names; nil if it cannot be evaluated.
    private mutating func expression(
        _ text: String, _ node: JSONNode, _ place: FieldPlace, _ available: StatesAvailability
    ) -> JSONataExpression? {
        guard Self.isExpression(text) else {
            report("JSONata string must start with {% and end with %}", at: statePointer + "/" + place.text, node.range)
            return nil
        }
        var written = ExpressionText(text, place, node.range)
        do {
            let compiled = try JSONata(written.expression, dialect: .stepFunctions)
            for reference in Self.firstOfEach(compiled.references) { check(reference, &written, available) }
            return JSONataExpression(compiled, at: place)
        } catch {
            let pointer = statePointer + "/" + place.text
            // The value of a symbol may make an expression of it.
            if needsValue(node, at: pointer) { return nil }
            report(
                .invalidJSONataExpression, .error, error.message, at: pointer,
                error.range.map { written.range(of: $0, in: source) } ?? node.range)
            return nil
        }
    }

    /// Each thing that is named, once: AWS reports a name once for each expression.
    private static func firstOfEach(_ references: [Reference]) -> [Reference] {
        if references.count < 2 { return references }
        var seen: Set<Reference.Kind> = []
        return references.filter { seen.insert($0.kind).inserted }
    }

    /// Names that do not exist in Step Functions (checks 64 to 67), and those of workflow variables (check 62).
    private mutating func check(_ reference: Reference, _ text: inout ExpressionText, _ available: StatesAvailability) {
        switch reference.kind {
        case .topLevelName(let name):
            remark(
                "Reference to '\(name)' at the top level is not supported.", reference, &text,
                suggestion: name == "$" ? "there is no context item; use $states.input" : "did you mean \"$states.input.\(name)\"?")
        case .rootContext:
            remark("Reference to '$$' is not supported.", reference, &text, suggestion: "use $states.input or $states.context")
        case .variable("states", let members):
            if let member = members.first { check(statesMember: member, reference, &text, available) }
        case .variable(let name, _):
            if Self.functions.contains(name) { return }
            reads.append(
                VariableUse(
                    name: name, pointer: statePointer + "/" + text.place.text, range: text.range(of: reference.range, in: source)))
        case .function(let name):
            if !Self.functions.contains(name) { doubt(function: name, reference, &text) }
        }
    }

    /// A member of `$states` that does not exist in this field, or nowhere.
    private mutating func check(
        statesMember name: String, _ reference: Reference, _ text: inout ExpressionText, _ available: StatesAvailability
    ) {
        let suggestion: String?
        switch name {
        case "input", "context": return
        case "result":
            if case .result = available { return }
            suggestion = "it exists in Assign and Output of Task, Parallel and Map states"
        case "errorOutput":
            if case .errorOutput = available { return }
            suggestion = "it exists in Assign and Output of a Catcher"
        default:
            suggestion = nearest(to: name, in: ["input", "context", "result", "errorOutput"]).map {
                "did you mean \"$states.\($0)\"?"
            }
        }
        remark("Reference to '$states.\(name)' is not supported.", reference, &text, suggestion: suggestion)
    }

    /// AWS accepts a call of anything, and the call fails when it is made; so these are doubts.
    private mutating func doubt(function name: String, _ reference: Reference, _ text: inout ExpressionText) {
        if name == "eval" {
            remark(
                "The function $eval is not available.", reference, &text, suggestion: "$parse reads JSON", severity: .warning)
        } else {
            let near = nearest(to: name, in: Self.functionNames)
            remark(
                "There is no function $\(name).", reference, &text, suggestion: near.map { "did you mean \"$\($0)\"?" },
                severity: .warning)
        }
    }

    private mutating func remark(
        _ message: String, _ reference: Reference, _ text: inout ExpressionText, suggestion: String?,
        severity: Diagnostic.Severity = .error
    ) {
        report(
            .unsupportedJSONataExpression, severity, message, at: statePointer + "/" + text.place.text,
            text.range(of: reference.range, in: source), suggestion: suggestion)
    }

    private static let functions = JSONata.functionNames(in: .stepFunctions)
    private static let functionNames = functions.sorted()
}

/// The expression inside a text of a definition, and its places.
private struct ExpressionText {
    let place: FieldPlace
    /// What stands between the brackets, without the white space around it: what AWS parses and quotes.
    let expression: String
    private let text: String
    private let whole: SourceRange
    /// Where the expression begins in the text.
    private let start: Int
    private var places: ExpressionPlaces?

    init(_ text: String, _ place: FieldPlace, _ range: SourceRange) {
        self.text = text
        self.place = place
        whole = range
        let inner = text.utf8.dropFirst(2).dropLast(2)
        let first = inner.firstIndex { $0 > 0x20 } ?? inner.endIndex
        let end = inner.lastIndex { $0 > 0x20 }.map { inner.index(after: $0) } ?? first
        start = text.utf8.distance(from: text.utf8.startIndex, to: first)
        expression = String(text[first..<end])
    }

    /// Where bytes of the expression stand in the definition. Found out only when there is something to report.
    mutating func range(of part: SourceRange, in source: SourceText?) -> SourceRange {
        guard let source else { return whole }
        let places = places ?? ExpressionPlaces(of: text, at: whole, in: source)
        self.places = places
        return places.range(of: SourceRange(start + part.lowerBound, start + part.upperBound))
    }
}
