import StatesJSON
import StatesLanguage
import StatesQuery
import StatesText

/// What the expressions of one state see: its input, its variables, and the context object.
struct EvaluationScope: QueryScope {
    let input: JSONValue
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

    /// The context object, its members in the order AWS prints (asl.md section 7).
    var contextObject: JSONValue {
        let current = threads[thread]
        let state = plan.states[Int(current.state)]
        var execution = JSONObject()
        execution["Id"] = .string(start.arn)
        execution["Input"] = start.input
        execution["StartTime"] = .string(Timestamp(milliseconds: start.time).rfc3339Milliseconds)
        execution["Name"] = .string(start.name)
        execution["RoleArn"] = .string(start.roleArn)
        execution["RedriveCount"] = 0
        var stateObject = JSONObject()
        stateObject["Name"] = .string(state.name)
        stateObject["EnteredTime"] = .string(Timestamp(milliseconds: current.enteredAt).rfc3339Milliseconds)
        if state.isRetriable { stateObject["RetryCount"] = .integer(Int(current.retryCount)) }
        var context: JSONObject = JSONObject([
            ("Execution", .object(execution)),
            ("StateMachine", ["Id": .string(start.machineArn), "Name": .string(start.machineName)]),
            ("State", .object(stateObject)),
        ])
        if let token { context["Task"] = ["Token": .string(token)] }
        if let item = item ?? iterationItem {
            context["Map"] = ["Item": ["Index": .integer(item.index), "Value": item.value]]
        }
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

    /// The variables that an `Assign` sets. All of them see the variables as they were.
    func assignments(_ template: PayloadTemplate?, input: JSONValue, _ thread: Int32) throws(StateFailure) -> [Variable] {
        guard let template else { return [] }
        let value = try render(template, Payload(input), thread, purpose: .assign).value
        guard value.utf8Count <= KernelLimits.assignBytes else {
            throw runtimeFailure(thread, "The variables assigned exceed the maximum of \(KernelLimits.assignBytes) bytes.")
        }
        return value.object?.members.map { Variable(name: $0.name, value: $0.value) } ?? []
    }

    /// The seconds that a field gives or points at. `describe` words the failure of a path that finds no such number.
    func seconds(
        _ source: SecondsSource?, field: String, input: JSONValue, _ thread: Int32
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
        }
    }
}
