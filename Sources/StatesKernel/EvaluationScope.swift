import StatesJSON
import StatesJSONata
import StatesLanguage
import StatesQuery
import StatesText

/// What the expressions of one state see, in either query language: its input, its variables, and the context object.
struct EvaluationScope: QueryScope, Environment {
    let input: JSONValue
    /// What has become of the state, which JSONata sees as `$states.result` or `$states.errorOutput`.
    var ending = Ending.none
    /// The instant of the evaluation in milliseconds since 1970.
    let now: Int64
    let start: ExecutionStart
    let plan: Plan
    let threads: [ThreadOfControl]
    let thread: Int
    /// The item that `ItemSelector` is evaluated for, which is not an iteration yet.
    var item: (index: Int, value: JSONValue)?
    /// The token of the task whose request is being made.
    var token: String?
    let purpose: Seed.Purpose
    /// What no other evaluation of this purpose shares: the number of the record it leads to.
    let moment: Int32
    private var draws: UInt64 = 0
    /// What expressions see instead of the execution's own context object.
    private let givenContext: JSONValue?

    init(
        input: JSONValue, _ execution: borrowing Execution, thread: Int32, purpose: Seed.Purpose,
        item: (index: Int, value: JSONValue)? = nil,
        token: String? = nil
    ) {
        self.input = input
        start = execution.start
        plan = execution.plan
        threads = execution.threads
        self.thread = Int(thread)
        self.purpose = purpose
        self.item = item
        self.token = token
        moment = execution.lastRecord + 1
        now = execution.now
        givenContext = execution.givenContext
    }

    /// What a state has come to.
    enum Ending {
        /// Nothing yet, or nothing that its fields may see.
        case none
        case result(JSONValue)
        case errorOutput(JSONValue)
    }

    mutating func randomBits() -> UInt64 {
        draws += 1
        return start.seed.bits(
            for: purpose, thread: Int32(thread),
            counter: UInt64(UInt32(bitPattern: moment)) << 32 | (UInt64(item?.index ?? 0) << 16 &+ draws))
    }

    func variable(named name: String) -> JSONValue? {
        var at = thread
        while at >= 0 {
            if let variable = threads[at].variables.first(where: { $0.name == name }) { return variable.value }
            at = Int(threads[at].parent)
        }
        return nil
    }

    // MARK: JSONata

    func variable(_ name: String) -> JSONValue? {
        guard name == "states" else { return variable(named: name) }
        let members = ["input", "context", "result", "errorOutput"]
        return .object(JSONObject(members.compactMap { name in statesMember(name).map { (name, $0) } }))
    }

    func member(_ member: String, ofVariable name: String) -> JSONValue? {
        name == "states" ? statesMember(member) : variable(named: name)?[member]
    }

    /// A member of the reserved variable `$states`, each made only when it is asked for.
    private func statesMember(_ name: String) -> JSONValue? {
        switch (name, ending) {
        case ("input", _): input
        case ("context", _): contextObject
        case ("result", .result(let result)): result
        case ("errorOutput", .errorOutput(let errorOutput)): errorOutput
        default: nil
        }
    }

    // MARK: The context object

    /// The context object, its members in the order AWS prints (asl.md section 7).
    var contextObject: JSONValue {
        let names = ["Execution", "StateMachine", "State", "Task", "Map"]
        return .object(JSONObject(names.compactMap { name in contextMember(name).map { (name, $0) } }))
    }

    /// The context object without what is not looked at: most of it costs more than the step that asks.
    func contextObject(only member: String) -> JSONValue {
        .object(JSONObject(contextMember(member).map { [(member, $0)] } ?? []))
    }

    private func contextMember(_ name: String) -> JSONValue? {
        if let givenContext { return givenContext[name] }
        return switch name {
        case "Execution": executionContext
        case "StateMachine": ["Id": .string(start.machineArn), "Name": .string(start.machineName)]
        case "State": stateContext
        case "Task": token.map { ["Token": .string($0)] }
        case "Map": (item ?? iterationItem).map { ["Item": ["Index": .integer($0.index), "Value": $0.value]] }
        default: nil
        }
    }

    private var executionContext: JSONValue {
        [
            "Id": .string(start.arn), "Input": start.input,
            "StartTime": .string(Timestamp(milliseconds: start.time).rfc3339Milliseconds), "Name": .string(start.name),
            "RoleArn": .string(start.roleArn), "RedriveCount": 0,
        ]
    }

    private var stateContext: JSONValue {
        let current = threads[thread]
        let state = plan.states[Int(current.state)]
        var context = JSONObject([
            ("Name", .string(state.name)),
            ("EnteredTime", .string(Timestamp(milliseconds: current.enteredAt).rfc3339Milliseconds)),
        ])
        if state.isRetriable { context["RetryCount"] = .integer(Int(current.retryCount)) }
        return .object(context)
    }

    /// The item of the innermost iteration around the thread.
    private var iterationItem: (index: Int, value: JSONValue)? {
        var at = thread
        while threads[at].parent >= 0 {
            let parent = Int(threads[at].parent)
            if case .children(let children) = threads[parent].pending, children.isMap {
                let index = Int(threads[at].index)
                return children.source.value[index].map { (index, $0) }
            }
            at = parent
        }
        return nil
    }
}

extension StatePlan {
    /// Whether the state may carry Retry: Task, Parallel and Map states have a retry count in the context object.
    var isRetriable: Bool {
        switch kind {
        case .task, .parallel, .map: true
        case .pass, .choice, .wait, .succeed, .fail: false
        }
    }
}

extension Execution {
    func scope(_ thread: Int32, input: JSONValue, purpose: Seed.Purpose) -> EvaluationScope {
        EvaluationScope(input: input, self, thread: thread, purpose: purpose)
    }

    /// `InputPath` or `OutputPath`. A payload that passes unchanged stays the same payload, so it is stored once.
    func select(_ selection: Selection, from payload: Payload, _ thread: Int32) throws(StateFailure) -> Payload {
        switch selection {
        case .everything: return payload
        case .nothing: return Payload(.emptyObject)
        case .path(let path): return Payload(try value(of: path, input: payload.value, thread))
        }
    }

    /// The value at a path, or the failure that names path and reason.
    func value(of path: DataPath, input: JSONValue, _ thread: Int32) throws(StateFailure) -> JSONValue {
        do {
            return try path.evaluate(in: scope(thread, input: input, purpose: .parameters))
        } catch {
            throw runtimeFailure(thread, "Invalid path '\(path.text)' : \(error.message)")
        }
    }

    /// A template's value, or the payload itself where there is no template.
    func render(
        _ template: Template?, _ payload: Payload, _ thread: Int32, purpose: Seed.Purpose,
        item: (index: Int, value: JSONValue)? = nil, token: String? = nil
    ) throws(StateFailure) -> Payload {
        switch template {
        case nil: return payload
        case .jsonPath(let template):
            return try render(template, payload, thread, purpose: purpose, item: item, token: token)
        case .jsonata(let template):
            var scope = EvaluationScope(input: payload.value, self, thread: thread, purpose: purpose, item: item, token: token)
            do {
                return Payload(try template.value(in: &scope))
            } catch {
                throw stateFailure(thread, error)
            }
        }
    }

    /// A payload template's value, or the payload itself where there is no template.
    func render(
        _ template: PayloadTemplate?, _ payload: Payload, _ thread: Int32, purpose: Seed.Purpose,
        item: (index: Int, value: JSONValue)? = nil, token: String? = nil
    ) throws(StateFailure) -> Payload {
        guard let template else { return payload }
        var scope = EvaluationScope(input: payload.value, self, thread: thread, purpose: purpose, item: item, token: token)
        do {
            return Payload(try template.evaluate(in: &scope))
        } catch {
            throw stateFailure(thread, error)
        }
    }

    /// `ResultPath`: where a result goes in the state's raw input.
    func place(_ result: Payload, at placement: ResultPlacement, _ thread: Int32) throws(StateFailure) -> Payload {
        switch placement {
        case .replace: return result
        case .discard: return threads[Int(thread)].input
        case .at(let path):
            do {
                return Payload(try path.placing(result.value, in: threads[Int(thread)].input.value))
            } catch {
                throw stateFailure(thread, error)
            }
        }
    }

    /// The variables that an `Assign` sets. All of them see the variables as they were. `input` is what `$` stands for in JSONPath
    /// and the state's own input in JSONata.
    func assignments(
        _ template: Template?, input: JSONValue, _ thread: Int32, _ ending: EvaluationScope.Ending = .none
    ) throws(StateFailure) -> [Variable] {
        let value: JSONValue
        switch template {
        case nil: return []
        case .jsonPath(let template): value = try render(template, Payload(input), thread, purpose: .assign).value
        case .jsonata(let template): value = try evaluate(template, input: input, thread, ending, purpose: .assign)
        }
        let size = value.utf8Count
        guard size <= KernelLimits.assignBytes else {
            throw runtimeFailure(thread, "The variables assigned exceed the maximum of \(KernelLimits.assignBytes) bytes.")
        }
        guard size <= 2 * KernelLimits.payloadDepth || !value.isNested(deeperThan: KernelLimits.payloadDepth) else {
            throw runtimeFailure(thread, "The variables have more than \(KernelLimits.payloadDepth) levels of arrays and objects.")
        }
        let held = threads.reduce(0) { $0 + $1.variableBytes }
        guard
            held + size <= KernelLimits.variableBytes
                || held + size - replacedBytes(by: value, thread) <= KernelLimits.variableBytes
        else {
            throw runtimeFailure(
                thread, "The variables of the execution exceed the maximum of \(KernelLimits.variableBytes) bytes.")
        }
        return value.object?.members.map { Variable(name: $0.name, value: $0.value) } ?? []
    }

    /// The size of the variables whose place an assignment takes.
    private func replacedBytes(by value: JSONValue, _ thread: Int32) -> Int {
        threads[Int(thread)].variables.reduce(0) { value[$1.name] == nil ? $0 : $0 + $1.value.utf8Count }
    }

    /// The value of a JSONata state's field.
    private func evaluate(
        _ template: JSONataTemplate, input: JSONValue, _ thread: Int32, _ ending: EvaluationScope.Ending, purpose: Seed.Purpose
    ) throws(StateFailure) -> JSONValue {
        var scope = EvaluationScope(input: input, self, thread: thread, purpose: purpose)
        scope.ending = ending
        do {
            return try template.value(in: &scope)
        } catch {
            throw stateFailure(thread, error)
        }
    }

    /// Leaves a JSONata state: `Assign` and `Output` see the same values, and neither sees the other's (asl.md section 3).
    mutating func leave(
        _ thread: Int32, _ assign: Template?, _ output: JSONataTemplate?, _ ending: EvaluationScope.Ending = .none,
        otherwise: Payload, by edge: Edge, _ agenda: inout Agenda, _ sink: inout some Sink
    ) throws(StateFailure) {
        let input = threads[Int(thread)].input.value
        let assigned: [Variable]
        var payload = otherwise
        do {
            assigned = try assignments(assign, input: input, thread, ending)
            if let output { payload = Payload(try evaluate(output, input: input, thread, ending, purpose: .output)) }
        } catch {
            var failure = error
            failure.evaluation?.isAtExit = true
            throw failure
        }
        try exit(thread, output: payload, assigned: assigned, by: edge, &agenda, &sink)
    }

    /// The seconds that a field gives or points at. `describe` words the failure of a path that finds no such number.
    func seconds(
        _ source: SecondsSource?, field: String, input: JSONValue, _ thread: Int32, purpose: Seed.Purpose
    ) throws(StateFailure) -> Int64? {
        switch source {
        case nil: return nil
        case .literal(let seconds): return seconds
        case .path(let path):
            let found = try value(of: path, input: input, thread)
            guard let seconds = found.number?.exactInteger, seconds > 0, seconds <= 99_999_999 else {
                throw runtimeFailure(
                    thread,
                    "The \(field) field refers to value \"\(found.string ?? found.compactText)\" which is not a valid positive integer: \(path.text)"
                )
            }
            return seconds
        case .expression(let expression):
            return try integer(expression, 1...99_999_999, input: input, thread, purpose: purpose)
        }
    }

    /// A whole number that a field of a JSONata state gives.
    func integer(
        _ expression: JSONataExpression, _ bounds: ClosedRange<Int64>, input: JSONValue, _ thread: Int32, purpose: Seed.Purpose
    ) throws(StateFailure) -> Int64 {
        var scope = scope(thread, input: input, purpose: purpose)
        do {
            return try expression.integer(in: &scope, bounds)
        } catch {
            throw stateFailure(thread, error)
        }
    }

    /// A text that a field of a JSONata state gives.
    func text(
        _ expression: JSONataExpression, input: JSONValue, _ thread: Int32, purpose: Seed.Purpose
    ) throws(StateFailure) -> String {
        var scope = scope(thread, input: input, purpose: purpose)
        do {
            return try expression.value(in: &scope, expecting: "string").string ?? ""
        } catch {
            throw stateFailure(thread, error)
        }
    }
}
