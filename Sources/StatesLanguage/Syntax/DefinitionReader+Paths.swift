import StatesJSON
import StatesQuery
import StatesText

// Paths and payload templates: parsed once, here.
extension DefinitionReader {
    /// `InputPath` or `OutputPath`: a path or null; absent means `$`.
    mutating func selection(_ name: String, in fields: Fields) -> Selection {
        guard let member = fields[name] else { return .everything }
        if case .null = member.value.content { return .nothing }
        guard let (path, text) = dataPath(member, in: fields) else { return .everything }
        return text == "$" ? .everything : .path(path)
    }

    /// `ResultPath`: a reference path into the input, or null; absent means `$`.
    mutating func resultPlacement(in fields: Fields) -> ResultPlacement {
        guard let member = fields["ResultPath"] else { return .replace }
        if case .null = member.value.content { return .discard }
        let pointer = fields.pointer(of: member.name)
        guard !needsValue(member.value, at: pointer), let text = string(member, in: fields)?.value else { return .replace }
        if text == "$" { return .replace }
        guard text.utf8.first == UInt8(ascii: "$") else {
            notReference("Reference path didn't start with '$'", member.value, at: pointer)
            return .replace
        }
        if text.hasPrefix("$$") {
            notReference("it may not point into the context object", member.value, at: pointer)
            return .replace
        }
        if variable(atStartOf: text) != nil {
            notReference("it may not be a variable", member.value, at: pointer, suggestion: "\"Assign\" sets variables")
            return .replace
        }
        do {
            return .at(try ReferencePath(text))
        } catch {
            notReference(error.reason, member.value, at: pointer)
            return .replace
        }
    }

    /// A path, and its text.
    mutating func dataPath(_ member: JSONNode.Member?, in fields: Fields) -> (DataPath, String)? {
        guard let member else { return nil }
        let pointer = fields.pointer(of: member.name)
        guard !needsValue(member.value, at: pointer), let text = string(member, in: fields) else { return nil }
        do {
            let path = try DataPath(text.value)
            use(of: path.variable, at: pointer, text.range)
            return (path, text.value)
        } catch {
            report("Value must be a valid JSONPath.", at: pointer, text.range, suggestion: error.reason)
            return nil
        }
    }

    /// A path that names one node.
    mutating func referencePath(_ member: JSONNode.Member?, in fields: Fields) -> DataPath? {
        guard let member else { return nil }
        let pointer = fields.pointer(of: member.name)
        guard !needsValue(member.value, at: pointer), let text = string(member, in: fields) else { return nil }
        guard text.value.utf8.first == UInt8(ascii: "$") else {
            notReference("Reference path didn't start with '$'", member.value, at: pointer)
            return nil
        }
        do {
            let path = try DataPath(text.value)
            if path.isReference {
                use(of: path.variable, at: pointer, text.range)
                return path
            }
            notReference("it may name more than one value", member.value, at: pointer)
        } catch {
            notReference(error.reason, member.value, at: pointer)
        }
        return nil
    }

    private mutating func notReference(_ reason: String, _ node: JSONNode, at pointer: String, suggestion: String? = nil) {
        report("Value is not a Reference Path: \(reason)", at: pointer, node.range, suggestion: suggestion)
    }

    /// `ErrorPath` and `CausePath`: a reference path, or a call of one of the intrinsic functions that answer text.
    mutating func textExpression(_ member: JSONNode.Member?, in fields: Fields) -> PayloadExpression? {
        guard let member else { return nil }
        let pointer = fields.pointer(of: member.name)
        guard !needsValue(member.value, at: pointer), let text = string(member, in: fields) else { return nil }
        var reason: String
        do {
            let expression = try PayloadExpression(text.value)
            for name in expression.variables { use(of: name, at: pointer, text.range) }
            if let path = expression.path, !path.isReference {
                notReference("it may name more than one value", member.value, at: pointer)
                return nil
            }
            guard let function = expression.functionName, !Self.textFunctions.contains(function) else { return expression }
            reason = "\(function) answers no text"
        } catch {
            reason = error.reason
        }
        report(
            "The value for the field '\(member.name)' must be a valid JSONPath or a valid intrinsic function call", at: pointer,
            text.range, suggestion: reason)
        return nil
    }

    private static let textFunctions: Set = [
        "States.Format", "States.JsonToString", "States.ArrayGetItem", "States.Base64Encode", "States.Base64Decode", "States.Hash",
        "States.UUID",
    ]

    // MARK: Templates

    /// A payload template: `Parameters`, `ResultSelector`, `ItemSelector` and their like.
    mutating func template(_ member: JSONNode.Member?, in fields: Fields) -> PayloadTemplate? {
        guard let member else { return nil }
        let pointer = fields.pointer(of: member.name)
        guard case .object = member.value.content else {
            mismatch("OBJECT", member.value, at: pointer)
            return nil
        }
        warnOfForgottenDollars(in: member.value, at: pointer)
        let (template, problems) = PayloadTemplate.compile(member.value)
        // A symbol in a path is no error: the template is there, and fails only when that value is asked for.
        for problem in problems where problem.kind != .unresolvedSymbol {
            report(problem.message, at: pointer, problem.range, suggestion: problem.detail.isEmpty ? nil : problem.detail)
        }
        for name in template?.variables ?? [] { use(of: name, at: pointer, member.value.range) }
        return template
    }

    /// Literal texts of a template that look like forgotten paths (check 96).
    private mutating func warnOfForgottenDollars(in node: JSONNode, at pointer: String) {
        var walk = NodeWalk(node)
        while let step = walk.next() {
            guard let member = step.member, case .string(let text) = step.node.content, !member.name.hasSuffix(".$"),
                looksLikeExpression(text), step.node.firstSymbol == nil
            else { continue }
            report(
                .noDollar, .warning, "No .$ on a field that appears to be a JSONPath or Intrinsic Function.",
                at: pointer + walk.pointer,
                member.nameRange, suggestion: "write \"\(member.name).$\" to have it evaluated",
                fix: .init(range: member.nameRange, replacement: "\"\(member.name).$\""))
        }
    }

    // MARK: Texts that look like paths

    /// Whether a text looks like a path or an intrinsic call: `$`, `$.x`, `$$.x`, `$['x']`, `States.Format(…)`.
    func looksLikeExpression(_ text: String) -> Bool {
        if looksLikePath(text) { return true }
        guard text.hasPrefix("States."), text.utf8.last == UInt8(ascii: ")") else { return false }
        return text.utf8.contains(UInt8(ascii: "("))
    }

    func looksLikePath(_ text: String) -> Bool {
        text == "$" || text == "$$" || text.hasPrefix("$.") || text.hasPrefix("$[") || text.hasPrefix("$$.")
    }

    /// Warns where a plain field holds what looks like a path (check 97).
    mutating func warnOfPath(_ text: Field<String>, _ name: String, hasPathForm: Bool, in fields: Fields) {
        guard looksLikePath(text.value) else { return }
        report(
            .noPath, .warning, "Field value looks like a path, but field name does not end with 'Path'.",
            at: fields.pointer(of: name),
            text.range, suggestion: hasPathForm ? "did you mean \"\(name)Path\"?" : nil,
            fix: hasPathForm ? .init(range: text.nameRange, replacement: "\"\(name)Path\"") : nil)
    }

    // MARK: Variables

    /// The variable a path starts with: `x` of `$x.y`.
    func variable(atStartOf text: String) -> String? {
        var bytes = text.utf8.makeIterator()
        guard bytes.next() == UInt8(ascii: "$"), let first = bytes.next(), first.startsVariable else { return nil }
        return String(text.unicodeScalars.dropFirst().prefix { $0.continuesVariable })
    }

    private mutating func use(of variable: String?, at pointer: String, _ range: SourceRange) {
        if let variable { reads.append(VariableUse(name: variable, pointer: pointer, range: range)) }
    }
}

extension UInt8 {
    /// Whether a variable's name can begin with this byte: a letter, or the first byte of anything beyond ASCII.
    fileprivate var startsVariable: Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self)
            || self >= 0x80
    }
}

extension Unicode.Scalar {
    /// Whether this can stand in a variable's name after its first letter.
    var continuesVariable: Bool { properties.isIDContinue }
}
