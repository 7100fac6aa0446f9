import StatesJSON
import StatesQuery
import StatesText

// Pass, Wait, Fail, Parallel (asl.md section 8).
extension DefinitionReader {
    mutating func pass(_ fields: Fields, _ language: QueryLanguage) -> StateSyntax.Kind {
        guard language == .jsonPath else { return .pass(PassPlan(parameters: nil, result: nil, resultPath: .replace)) }
        if let result = fields["Result"] { warnOfStaticPaths(result.value, at: fields.pointer(of: "Result")) }
        return .pass(
            PassPlan(
                parameters: template(fields["Parameters"], in: fields).map { .jsonPath($0) }, result: fields["Result"]?.value.value,
                resultPath: resultPlacement(in: fields)))
    }

    /// A path inside `Result` is never evaluated (check 98).
    private mutating func warnOfStaticPaths(_ node: JSONNode, at pointer: String) {
        var walk = NodeWalk(node)
        while let step = walk.next() {
            guard let member = step.member, case .string(let text) = step.node.content,
                member.name.hasSuffix(".$") || looksLikeExpression(text)
            else { continue }
            report(
                .passResultIsStatic, .warning, "Attempt to use a path in the result of a Pass state.", at: pointer + walk.pointer,
                step.node.range, suggestion: "\"Parameters\" evaluates paths")
        }
    }

    // MARK: Wait

    mutating func wait(_ fields: Fields, _ language: QueryLanguage) -> StateSyntax.Kind {
        guard atMostOne("SecondsPath", "Seconds", "TimestampPath", "Timestamp", in: fields) else { return .unreadable }
        if let member = fields["Seconds"] {
            switch expression(member, in: fields, language) {
            case .found(let expression): return .wait(.secondsExpression(expression))
            case .unreadable: return .unreadable
            case .none: break
            }
            let seconds = integer(member, in: fields, 0...99_999_999, suggestion: pathSuggestion(member, language))
            return seconds.map { .wait(.seconds($0)) } ?? .unreadable
        }
        if let member = fields["Timestamp"] {
            switch expression(member, in: fields, language) {
            case .found(let expression): return .wait(.timestampExpression(expression))
            case .unreadable: return .unreadable
            case .none: break
            }
            return timestamp(member, in: fields).map { .wait(.timestamp($0.seconds * 1000 + Int64($0.nanoseconds / 1_000_000))) }
                ?? .unreadable
        }
        if let member = fields["SecondsPath"] {
            return referencePath(member, in: fields).map { .wait(.secondsPath($0)) } ?? .unreadable
        }
        if let member = fields["TimestampPath"] {
            return referencePath(member, in: fields).map { .wait(.timestampPath($0)) } ?? .unreadable
        }
        oneIsRequired("SecondsPath", "Seconds", "TimestampPath", "Timestamp", in: fields)
        return .unreadable
    }

    /// Where a path stands in a field that takes a value, the field of paths is meant.
    func pathSuggestion(_ member: JSONNode.Member, _ language: QueryLanguage) -> String? {
        guard language == .jsonPath, case .string(let text) = member.value.content, looksLikePath(text) else { return nil }
        return "did you mean \"\(member.name)Path\"?"
    }

    mutating func timestamp(_ member: JSONNode.Member, in fields: Fields) -> Timestamp? {
        let pointer = fields.pointer(of: member.name)
        guard !needsValue(member.value, at: pointer), let text = string(member, in: fields) else { return nil }
        if let timestamp = Timestamp(rfc3339: text.value) { return timestamp }
        report(
            "String does not match RFC3339 timestamp", at: pointer, text.range,
            suggestion: pathSuggestion(member, .jsonPath) ?? "write it as \"2030-01-31T12:00:00Z\"")
        return nil
    }

    // MARK: Fail

    mutating func fail(_ fields: Fields, _ language: QueryLanguage) -> StateSyntax.Kind {
        atMostOne("Error", "ErrorPath", in: fields)
        atMostOne("Cause", "CausePath", in: fields)
        return .fail(
            FailPlan(
                error: failText("Error", in: fields, language), cause: failText("Cause", in: fields, language)))
    }

    private mutating func failText(_ name: String, in fields: Fields, _ language: QueryLanguage) -> FailText? {
        if let member = fields[name] {
            switch expression(member, in: fields, language) {
            case .found(let expression): return .jsonata(expression)
            case .unreadable: return nil
            case .none: break
            }
            guard let text = string(member, in: fields) else { return nil }
            if language == .jsonPath { warnOfPath(text, name, hasPathForm: true, in: fields) }
            return .literal(text.value)
        }
        guard language == .jsonPath else { return nil }
        return textExpression(fields[name + "Path"], in: fields).map { .expression($0) }
    }

    // MARK: Parallel

    mutating func parallel(_ fields: Fields, _ language: QueryLanguage, depth: Int) -> StateSyntax.Kind {
        require("Branches", in: fields)
        var branches: [ScopeSyntax] = []
        if let member = fields["Branches"], let elements = elements(of: member, in: fields) {
            for (index, element) in elements.enumerated() {
                if let branch = branch(element, at: "\(fields.pointer(of: "Branches"))[\(index)]", .branch, depth: depth) {
                    branches.append(branch.scope)
                }
            }
        }
        let isJSONPath = language == .jsonPath
        return .parallel(
            ParallelSyntax(
                branches: branches, parameters: request(in: fields, language),
                resultSelector: isJSONPath ? template(fields["ResultSelector"], in: fields) : nil,
                resultPath: isJSONPath ? resultPlacement(in: fields) : .replace))
    }

    /// `Parameters` of a JSONPath state, `Arguments` of a JSONata one.
    mutating func request(in fields: Fields, _ language: QueryLanguage) -> Template? {
        switch language {
        case .jsonPath: template(fields["Parameters"], in: fields).map { .jsonPath($0) }
        case .jsonata: values(of: fields["Arguments"], in: fields).map { .jsonata($0) }
        }
    }

    /// A branch or an item processor, and its other fields.
    mutating func branch(
        _ node: JSONNode, at pointer: String, head: SourceRange? = nil, _ table: FieldTable, depth: Int,
        seesOuterVariables: Bool = true
    ) -> (scope: ScopeSyntax, fields: Fields)? {
        guard let fields = fields(of: node, at: pointer, head: head, table, language: nil) else { return nil }
        comment(in: fields)
        require("States", "StartAt", in: fields)
        guard let scope = scope(fields, depth: depth + 1, seesOuterVariables: seesOuterVariables) else { return nil }
        return (scope, fields)
    }
}
