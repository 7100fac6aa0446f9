import StatesJSON
import StatesQuery

// The machine, its scopes, and what all states have in common (asl.md sections 1 and 2).
extension DefinitionReader {
    mutating func machine(_ node: JSONNode) -> MachineSyntax? {
        switch node.content {
        case .object: break
        case .null:
            diagnostics.append(Diagnostic(.missingDescription, .error, "There is no definition", pointer: nil, range: node.range))
            return nil
        case .bool, .number, .string, .array, .symbol:
            diagnostics.append(
                Diagnostic(
                    .schemaValidationFailed, .error, "Definition must be a valid JSON object", pointer: nil, range: node.range))
            return nil
        }
        machineLanguage = language(of: node) ?? .jsonPath
        guard let fields = fields(of: node, at: "", .machine, language: nil) else { return nil }
        comment(in: fields)
        _ = word(fields["Version"], of: ["1.0"], in: fields)
        _ = word(fields["QueryLanguage"], of: QueryLanguage.allCases.map(\.rawValue), in: fields)
        let timeout = integer(fields["TimeoutSeconds"], in: fields, 1...99_999_999)
        require("States", "StartAt", in: fields)
        guard let scope = scope(fields, depth: 0) else { return nil }
        return MachineSyntax(
            range: node.range, timeoutSeconds: timeout, scope: scope, unresolved: unresolved, unsupported: unsupported)
    }

    /// The query language an object names. AWS takes JSONPath only from exactly that word; anything else that is there counts as
    /// JSONata, besides being reported.
    private func language(of node: JSONNode) -> QueryLanguage? {
        guard let value = node["QueryLanguage"] else { return nil }
        if value.firstSymbol != nil { return nil }
        if case .string(QueryLanguage.jsonPath.rawValue) = value.content { return .jsonPath }
        return .jsonata
    }

    /// `StartAt` and `States` of the machine, a branch or an item processor. That they are there is the caller's to check.
    mutating func scope(_ fields: Fields, depth: Int, seesOuterVariables: Bool = true) -> ScopeSyntax? {
        let startAt = target(fields["StartAt"], in: fields)
        guard let member = fields["States"] else { return nil }
        let pointer = fields.pointer(of: "States")
        guard depth <= Self.nestingLimit else {
            report(
                .tooDeeplyNested, .error,
                "The states are nested too deeply: more than \(Self.nestingLimit) Parallel and Map states",
                at: pointer, member.nameRange)
            return nil
        }
        guard let states = object(member.value, at: pointer, head: member.nameRange) else { return nil }
        if states.members.isEmpty {
            report("Value cannot be empty", at: pointer, member.value.range)
        }
        let outer = (assigned, reads)
        (assigned, reads) = ([], [])
        defer { (assigned, reads) = outer }
        var scope = ScopeSyntax(
            pointer: fields.pointer, range: fields.range, statesRange: member.nameRange, startAt: startAt, states: [], assigned: [],
            reads: [], seesOuterVariables: seesOuterVariables)
        scope.states.reserveCapacity(states.members.count)
        for member in states.members {
            scope.states.append(state(member, at: states.pointer(of: member.name), depth: depth))
        }
        scope.assigned = assigned
        scope.reads = reads
        return scope
    }

    mutating func target(_ member: JSONNode.Member?, in fields: Fields) -> Target? {
        guard let member else { return nil }
        guard let text = string(member, in: fields) else {
            lostTarget = true
            return nil
        }
        let pointer = fields.pointer(of: member.name)
        let isSymbolic = needsValue(member.value, at: pointer)
        return Target(name: text.value, pointer: pointer, range: text.range, isSymbolic: isSymbolic)
    }

    // MARK: States

    // In three steps, because reading recurs through the second one and the others' frames should not lie below it.
    private mutating func state(_ member: JSONNode.Member, at pointer: String, depth: Int) -> StateSyntax {
        let own = language(of: member.value)
        var state = StateSyntax(
            name: member.name, nameRange: member.nameRange, range: member.value.range, pointer: pointer,
            language: own ?? machineLanguage, kind: .unreadable, isEnd: false)
        let outer = (lostTarget, statePointer)
        (lostTarget, statePointer) = (false, pointer)
        defer { (lostTarget, statePointer) = outer }
        guard let (type, fields) = begin(&state, member, own) else { return state }
        state.kind = kind(type, fields, state.language, depth: depth)
        finish(&state, type, fields)
        return state
    }

    /// Type, language and transition; nil where the state cannot be read.
    private mutating func begin(
        _ state: inout StateSyntax, _ member: JSONNode.Member, _ own: QueryLanguage?
    ) -> (StateType, Fields)? {
        guard let raw = object(member.value, at: state.pointer, head: member.nameRange), let type = stateType(raw) else {
            // Nothing can be said about its transitions, so nothing is said about a missing end.
            state.isEnd = true
            state.leadsAnywhere = true
            return nil
        }
        let isDowngrade = machineLanguage == .jsonata && own == .jsonPath
        if isDowngrade, let place = raw["QueryLanguage"] {
            report(
                "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine", at: state.pointer,
                place.value.range)
        }
        // On a downgraded state AWS says nothing more about the language of its fields.
        let language = isDowngrade ? nil : state.language
        guard let fields = fields(of: member.value, at: state.pointer, head: member.nameRange, type.fields, language: language)
        else {
            return nil
        }
        comment(in: fields)
        _ = word(fields["QueryLanguage"], of: QueryLanguage.allCases.map(\.rawValue), in: fields)
        if type.hasTransition { transition(of: &state, fields) }
        if state.language == .jsonPath {
            state.inputPath = selection("InputPath", in: fields)
            state.outputPath = selection("OutputPath", in: fields)
        }
        return (type, fields)
    }

    private mutating func kind(_ type: StateType, _ fields: Fields, _ language: QueryLanguage, depth: Int) -> StateSyntax.Kind {
        switch type {
        case .parallel: parallel(fields, language, depth: depth)
        case .map: map(fields, language, depth: depth)
        case .pass, .task, .choice, .wait, .succeed, .fail: leaf(type, fields, language)
        }
    }

    private mutating func leaf(_ type: StateType, _ fields: Fields, _ language: QueryLanguage) -> StateSyntax.Kind {
        switch type {
        case .pass: pass(fields, language)
        case .task: task(fields, language)
        case .choice: choice(fields, language)
        case .wait: wait(fields, language)
        case .fail: fail(fields, language)
        case .succeed: .succeed
        case .parallel, .map: .unreadable
        }
    }

    /// What many types have: `Output`, `Assign`, `Retry`, `Catch`.
    private mutating func finish(_ state: inout StateSyntax, _ type: StateType, _ fields: Fields) {
        let hasResult = type == .task || type == .parallel || type == .map
        state.output = output(fields, state.language, hasResult ? .result : .inputOnly)
        let next = if case .choice(let choice) = state.kind { choice.otherwise } else { state.next }
        state.assign = assign(fields["Assign"], in: fields, state.language, hasResult ? .result : .inputOnly, next: next)
        if hasResult {
            state.retriers = retriers(fields)
            state.catchers = catchers(fields, state.language)
        }
        state.leadsAnywhere = lostTarget
    }

    private mutating func stateType(_ fields: Fields) -> StateType? {
        let member = fields["Type"]
        if let member, case .string(let text) = member.value.content, let type = StateType(rawValue: text) { return type }
        let names = StateType.allCases.map(\.rawValue)
        var close: String?
        if let member, case .string(let text) = member.value.content { close = nearest(to: text, in: names) }
        let range = member?.value.range ?? fields.headRange
        report(
            "The field 'Type' should have one of these values: [\(names.joined(separator: ", "))]", at: fields.pointer(of: "Type"),
            range, suggestion: close.map { "did you mean \"\($0)\"?" },
            fix: close.map { .init(range: range, replacement: "\"\($0)\"") })
        return nil
    }

    /// `Next` and `End`: exactly one of them leads out of a state.
    private mutating func transition(of state: inout StateSyntax, _ fields: Fields) {
        state.next = target(fields["Next"], in: fields)
        if let end = fields["End"] {
            if case .bool(let value) = end.value.content {
                state.isEnd = value
            } else {
                mismatch("BOOLEAN", end.value, at: fields.pointer(of: "End"))
                state.isEnd = true
                lostTarget = true
                return
            }
        }
        if state.isEnd, let next = fields["Next"] {
            report(
                "There should only be one of the following fields: [Next, End]", at: fields.pointer, next.nameRange)
        } else if !state.isEnd, fields["Next"] == nil {
            oneIsRequired("Next", "End", in: fields)
            state.isEnd = true
            lostTarget = true
        }
    }

    // MARK: Assign

    /// `Assign`: an object whose members name variables.
    mutating func assign(
        _ member: JSONNode.Member?, in fields: Fields, _ language: QueryLanguage, _ available: StatesAvailability, next: Target?
    ) -> Template? {
        guard let member else { return nil }
        let pointer = fields.pointer(of: "Assign")
        guard case .object(let members) = member.value.content else {
            mismatch("OBJECT", member.value, at: pointer)
            return nil
        }
        for member in members { assignment(member, at: pointer, language, next: next) }
        switch language {
        case .jsonPath: return template(member, in: fields).map { .jsonPath($0) }
        case .jsonata: return values(of: member, in: fields, available).map { .jsonata($0) }
        }
    }

    private mutating func assignment(
        _ member: JSONNode.Member, at pointer: String, _ language: QueryLanguage, next: Target?
    ) {
        var name = member.name
        if language == .jsonPath, name.hasSuffix(".$") { name.removeLast(2) }
        if let problem = variableNameProblem(name) {
            report(problem, at: pointer, member.nameRange)
        } else {
            assigned.append(VariableUse(name: name, pointer: pointer, range: member.nameRange, next: next?.name))
        }
    }

    /// What is wrong with a variable's name: an identifier as UAX 31 has it, at most 80 characters, not `states`.
    private func variableNameProblem(_ name: String) -> String? {
        if name == "states" { return "Cannot assign to reserved variable '$states'." }
        if name.unicodeScalars.count > 80 {
            return "Invalid variable name '\(name)': the variable name exceeds the 80-character limit."
        }
        guard let first = name.unicodeScalars.first, first.properties.isIDStart,
            name.unicodeScalars.allSatisfy(\.continuesVariable)
        else { return "Invalid variable name '\(name)': the variable name contains invalid characters." }
        return nil
    }
}
