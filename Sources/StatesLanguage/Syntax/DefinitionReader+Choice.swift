import StatesJSON
import StatesQuery
import StatesText

// Choice states and their rules (asl.md sections 8 and 9).
extension DefinitionReader {
    mutating func choice(_ fields: Fields, _ language: QueryLanguage) -> StateSyntax.Kind {
        if !require("Choices", in: fields) { lostTarget = true }
        var rules: [ChoiceRuleSyntax] = []
        if let member = fields["Choices"], let elements = elements(of: member, in: fields) {
            for (index, element) in elements.enumerated() {
                if let rule = rule(element, at: "\(fields.pointer(of: "Choices"))[\(index)]", language) {
                    rules.append(rule)
                }
            }
        }
        return .choice(ChoiceSyntax(rules: rules, otherwise: target(fields["Default"], in: fields)))
    }

    private mutating func rule(_ node: JSONNode, at pointer: String, _ language: QueryLanguage) -> ChoiceRuleSyntax? {
        let unknownBefore = diagnostics.count
        guard let fields = fields(of: node, at: pointer, .rule, language: language) else { return nil }
        let hasUnknown = diagnostics.count > unknownBefore
        comment(in: fields)
        if !require("Next", in: fields) { lostTarget = true }
        let condition =
            switch language {
            case .jsonPath: self.condition(fields, hasUnknown: hasUnknown, depth: 0)
            case .jsonata: jsonataCondition(fields, hasUnknown: hasUnknown)
            }
        let output = output(fields, language, .inputOnly)
        let next = target(fields["Next"], in: fields)
        return ChoiceRuleSyntax(
            condition: condition, assign: assign(fields["Assign"], in: fields, language, .inputOnly, next: next), output: output,
            next: next)
    }

    /// `Condition`: true, false or an expression.
    private mutating func jsonataCondition(_ fields: Fields, hasUnknown: Bool) -> Condition? {
        guard let member = fields["Condition"] else {
            if !hasUnknown { require("Condition", in: fields) }
            return nil
        }
        switch expression(member, in: fields, .jsonata) {
        case .found(let expression): return .expression(expression)
        case .unreadable: return nil
        case .none: break
        }
        if case .bool(let value) = member.value.content { return .constant(value) }
        let pointer = fields.pointer(of: "Condition")
        if needsValue(member.value, at: pointer) { return nil }
        report("The value for the field 'Condition' must be a boolean or a JSONata expression", at: pointer, member.value.range)
        return nil
    }

    // MARK: JSONPath

    /// What a rule asks: one of And, Or, Not and a data test.
    private mutating func condition(_ fields: Fields, hasUnknown: Bool, depth: Int) -> Condition? {
        let selectors = fields.members.filter { ["And", "Or", "Not", "Variable"].contains($0.name) }
        guard selectors.count == 1, let selector = selectors.first else {
            if selectors.isEmpty, hasUnknown { return nil }
            report(
                "The object must have only one of the following fields, [And, Or, Not, Variable, Condition]", at: fields.pointer,
                selectors.count > 1 ? selectors[1].nameRange : fields.headRange)
            return nil
        }
        guard depth <= Self.conditionLimit else {
            report(
                .tooDeeplyNested, .error, "The rules are nested too deeply: more than \(Self.conditionLimit) And, Or and Not",
                at: fields.pointer, selector.nameRange)
            return nil
        }
        switch selector.name {
        case "And": return several(selector, in: fields, depth: depth).map { .and($0) }
        case "Or": return several(selector, in: fields, depth: depth).map { .or($0) }
        case "Not":
            strayOperators(beside: selector, in: fields)
            return nested(selector.value, at: fields.pointer(of: "Not"), depth: depth).map { .not($0) }
        default: return dataTest(fields, hasUnknown: hasUnknown)
        }
    }

    private mutating func several(_ member: JSONNode.Member, in fields: Fields, depth: Int) -> [Condition]? {
        strayOperators(beside: member, in: fields)
        guard let elements = elements(of: member, in: fields) else { return nil }
        var conditions: [Condition] = []
        for (index, element) in elements.enumerated() {
            if let condition = nested(element, at: "\(fields.pointer(of: member.name))[\(index)]", depth: depth) {
                conditions.append(condition)
            }
        }
        return conditions
    }

    private mutating func nested(_ node: JSONNode, at pointer: String, depth: Int) -> Condition? {
        let unknownBefore = diagnostics.count
        guard let fields = fields(of: node, at: pointer, .nestedRule, language: .jsonPath) else { return nil }
        let hasUnknown = diagnostics.count > unknownBefore
        comment(in: fields)
        return condition(fields, hasUnknown: hasUnknown, depth: depth + 1)
    }

    /// A comparison beside And, Or or Not has no `Variable` to compare.
    private mutating func strayOperators(beside member: JSONNode.Member, in fields: Fields) {
        for stray in fields.members where ChoiceOperator.named[stray.name] != nil {
            report("Field '\(stray.name)' is not supported", at: fields.pointer, stray.nameRange)
        }
    }

    /// `Variable` and exactly one operator.
    private mutating func dataTest(_ fields: Fields, hasUnknown: Bool) -> Condition? {
        let variable = choiceVariable(fields)
        let operators = fields.members.filter { ChoiceOperator.named[$0.name] != nil }
        guard operators.count == 1, let member = operators.first, let comparison = ChoiceOperator.named[member.name] else {
            if operators.count > 1 {
                let names = operators.map(\.name).joined(separator: ", ")
                report("There should only be one of the following fields: [\(names)]", at: fields.pointer, operators[1].nameRange)
            } else if !hasUnknown {
                report(
                    "This object should have only one of the following fields: [\(ChoiceOperator.all.map(\.name).joined(separator: ", "))]",
                    at: fields.pointer, fields.headRange)
            }
            return nil
        }
        return self.comparison(comparison, member, of: variable, in: fields)
    }

    private mutating func choiceVariable(_ fields: Fields) -> DataPath? {
        guard let member = fields["Variable"] else { return nil }
        if case .string(let text) = member.value.content, text.utf8.first != UInt8(ascii: "$") {
            report(
                "Value is not a Reference Path: Reference path didn't start with '$'", at: fields.pointer(of: "Variable"),
                member.value.range, suggestion: "did you mean \"$.\(text)\"?")
            return nil
        }
        return dataPath(member, in: fields)?.0
    }

    private mutating func comparison(
        _ comparison: ChoiceOperator, _ member: JSONNode.Member, of variable: DataPath?, in fields: Fields
    ) -> Condition? {
        switch comparison {
        case .compare(let kind, let relation):
            guard let operand = operand(kind, member, in: fields), let variable else { return nil }
            return .compare(variable: variable, relation, operand)
        case .comparePath(let kind, let relation):
            guard let path = referencePath(member, in: fields), let variable else { return nil }
            return .comparePath(variable: variable, relation, kind, path)
        case .matches:
            guard let pattern = pattern(member, in: fields), let variable else { return nil }
            return .matches(variable: variable, pattern)
        case .test(let test):
            guard case .bool(let expected) = member.value.content else {
                mismatch("BOOLEAN", member.value, at: fields.pointer(of: member.name))
                return nil
            }
            return variable.map { .test(variable: $0, test, expected: expected) }
        }
    }

    private mutating func operand(_ kind: Condition.Operand.Kind, _ member: JSONNode.Member, in fields: Fields) -> Condition
        .Operand?
    {
        let pointer = fields.pointer(of: member.name)
        switch kind {
        case .string:
            guard let text = string(member, in: fields) else { return nil }
            warnOfPath(text, member.name, hasPathForm: true, in: fields)
            return .string(text.value)
        case .numeric:
            if case .number(let number) = member.value.content { return .numeric(number) }
            mismatch("NUMBER", member.value, at: pointer, suggestion: pathSuggestion(member, .jsonPath))
        case .boolean:
            if case .bool(let value) = member.value.content { return .boolean(value) }
            mismatch("BOOLEAN", member.value, at: pointer, suggestion: pathSuggestion(member, .jsonPath))
        case .timestamp:
            return timestamp(member, in: fields).map { .timestamp($0) }
        }
        return nil
    }

    private mutating func pattern(_ member: JSONNode.Member, in fields: Fields) -> StringPattern? {
        let pointer = fields.pointer(of: member.name)
        guard !needsValue(member.value, at: pointer), let text = string(member, in: fields) else { return nil }
        do {
            return try StringPattern(text.value)
        } catch {
            report(
                "The value for the field 'StringMatches' is not a valid pattern: \(error.reason)", at: pointer, text.range,
                suggestion: "\"\\\\*\" is a literal star, \"\\\\\\\\\" a literal backslash")
            return nil
        }
    }
}
