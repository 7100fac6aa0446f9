import StatesJSON
import StatesLanguage
import StatesQuery
import StatesText

// The states that ask nothing of the outside but time, and those that hold others. Each function is a state's section of the
// specification: what is evaluated, in which order (asl.md section 3), and where control goes.

extension Execution {
    mutating func performPass(
        _ pass: PassPlan, _ state: StatePlan, _ thread: Int32, _ agenda: inout Agenda, _ sink: inout some Sink
    ) throws(StateFailure) {
        let effective = try select(state.inputPath, from: threads[Int(thread)].input, thread)
        if state.isJSONata {
            return try leave(thread, state.assign, state.output, otherwise: effective, by: .next, &agenda, &sink)
        }
        let parameters = try render(pass.parameters, effective, thread, purpose: .parameters)
        let result = pass.result.map { Payload($0) } ?? parameters
        let assigned = try assignments(state.assign, input: result.value, thread)
        let placed = try place(result, at: pass.resultPath, thread)
        try exit(thread, output: select(state.outputPath, from: placed, thread), assigned: assigned, by: .next, &agenda, &sink)
    }

    mutating func performSucceed(
        _ state: StatePlan, _ thread: Int32, _ agenda: inout Agenda, _ sink: inout some Sink
    ) throws(StateFailure) {
        let effective = try select(state.inputPath, from: threads[Int(thread)].input, thread)
        if state.isJSONata {
            return try leave(thread, nil, state.output, otherwise: effective, by: .next, &agenda, &sink)
        }
        try exit(thread, output: select(state.outputPath, from: effective, thread), by: .next, &agenda, &sink)
    }

    /// What a Fail state fails with. Absent texts stay absent.
    func failure(of fail: FailPlan, _ thread: Int32) throws(StateFailure) -> StateFailure {
        let error = try text(fail.error, field: "ErrorPath", thread)
        let cause = try text(fail.cause, field: "CausePath", thread)
        var failure = StateFailure(error, cause: cause)
        // A Fail state's own words are the user's: only the interpreter's failures are terminal.
        failure.isTerminal = false
        return failure
    }

    private func text(_ source: FailText?, field: String, _ thread: Int32) throws(StateFailure) -> String? {
        switch source {
        case nil: return nil
        case .literal(let text): return text
        case .expression(let expression):
            var scope = scope(thread, input: threads[Int(thread)].input.value, purpose: .failText)
            let found: JSONValue
            do {
                found = try expression.evaluate(in: &scope, field: field)
            } catch {
                throw stateFailure(thread, error)
            }
            guard let text = found.string else {
                throw runtimeFailure(
                    thread, "The \(field) field must refer to a string but was: \(found.compactText)")
            }
            return text
        case .jsonata(let expression):
            let purpose = field == "ErrorPath" ? Seed.Purpose.failText : .output
            return try self.text(expression, input: threads[Int(thread)].input.value, thread, purpose: purpose)
        }
    }

    // MARK: Choice

    mutating func performChoice(
        _ choice: ChoicePlan, _ state: StatePlan, _ thread: Int32, _ agenda: inout Agenda, _ sink: inout some Sink
    ) throws(StateFailure) {
        let effective = try select(state.inputPath, from: threads[Int(thread)].input, thread)
        let (edge, assign, output) = try decide(choice, state, effective.value, thread)
        if state.isJSONata {
            return try leave(thread, assign, output, otherwise: effective, by: edge, &agenda, &sink)
        }
        let assigned = try assignments(assign, input: effective.value, thread)
        try exit(thread, output: select(state.outputPath, from: effective, thread), assigned: assigned, by: edge, &agenda, &sink)
    }

    /// The edge that the first rule which holds leads along, with the `Assign` and `Output` that belong to it.
    private func decide(
        _ choice: ChoicePlan, _ state: StatePlan, _ input: JSONValue, _ thread: Int32
    ) throws(StateFailure) -> (Edge, Template?, JSONataTemplate?) {
        var scope = scope(thread, input: input, purpose: .parameters)
        for (index, rule) in choice.rules.enumerated() {
            do throws(UndecidedRule) {
                if try rule.condition.holds(in: &scope) { return (.rule(Int32(index)), rule.assign, rule.output) }
            } catch {
                switch error {
                case .missingOperand(let path):
                    throw runtimeFailure(
                        thread, "Invalid path '\(path)': The choice state's condition path references an invalid value.")
                case .evaluation(let failure): throw stateFailure(thread, failure)
                }
            }
        }
        guard choice.otherwise != nil else {
            throw runtimeFailure(
                thread, "Failed to transition out of the state. The state does not point to a next state.",
                error: "States.NoChoiceMatched")
        }
        return (.otherwise, state.assign, state.output)
    }

    // MARK: Wait

    mutating func performWait(
        _ wait: WaitPlan, _ state: StatePlan, _ thread: Int32, _ agenda: inout Agenda, _ sink: inout some Sink
    ) throws(StateFailure) {
        let effective = try select(state.inputPath, from: threads[Int(thread)].input, thread)
        let due = try deadline(of: wait, input: effective.value, thread)
        guard due - now <= KernelLimits.waitSeconds * 1000 else {
            throw runtimeFailure(thread, "Wait state delay is too long.")
        }
        guard due > now else { return try endWait(state, thread, &agenda, &sink) }
        change(.waitStarted(due: due), in: thread, previous: threads[Int(thread)].previousEvent, &sink)
        if case .waiting(let generation, _) = threads[Int(thread)].pending {
            sink.command(.setTimer(TimerName(task: TaskName(thread: thread, generation: generation), purpose: .wait), due: due))
        }
    }

    mutating func endWait(
        _ state: StatePlan, _ thread: Int32, _ agenda: inout Agenda, _ sink: inout some Sink
    ) throws(StateFailure) {
        let effective = try select(state.inputPath, from: threads[Int(thread)].input, thread)
        if state.isJSONata {
            return try leave(thread, state.assign, state.output, otherwise: effective, by: .next, &agenda, &sink)
        }
        let assigned = try assignments(state.assign, input: effective.value, thread)
        try exit(thread, output: select(state.outputPath, from: effective, thread), assigned: assigned, by: .next, &agenda, &sink)
    }

    /// When a Wait state ends, in milliseconds since 1970: one of the four ways to say it (asl.md section 8).
    private func deadline(of wait: WaitPlan, input: JSONValue, _ thread: Int32) throws(StateFailure) -> Int64 {
        switch wait {
        case .seconds(let seconds):
            return now + min(seconds, KernelLimits.waitSeconds + 1) * 1000
        case .timestamp(let milliseconds):
            return milliseconds
        case .secondsPath(let path):
            let found = try waitValue(
                path, input: input, thread, "The SecondsPath parameter does not reference an input value: \(path.text)")
            guard let seconds = found.number?.exactInteger else {
                throw runtimeFailure(
                    thread,
                    "The SecondsPath parameter cannot be parsed as a long value: \(path.text) == \(found.string ?? found.compactText)"
                )
            }
            guard seconds >= 0 else {
                throw runtimeFailure(thread, "The SecondsPath parameter references a negative value: \(path.text) == \(seconds)")
            }
            return now + min(seconds, KernelLimits.waitSeconds + 1) * 1000
        case .timestampPath(let path):
            let found = try waitValue(
                path, input: input, thread, "The TimestampPath parameter does not reference an input value: \(path.text)")
            guard let text = found.string, let timestamp = Timestamp(rfc3339: text) else {
                throw runtimeFailure(
                    thread,
                    "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: \(path.text) == \(found.string ?? found.compactText)"
                )
            }
            return timestamp.milliseconds
        case .secondsExpression(let expression):
            return now + (try integer(expression, 0...99_999_999, input: input, thread, purpose: .parameters)) * 1000
        case .timestampExpression(let expression):
            let text = try text(expression, input: input, thread, purpose: .parameters)
            guard let timestamp = Timestamp(rfc3339: text) else {
                throw stateFailure(
                    thread,
                    EvaluationFailure(
                        cause:
                            "The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: \(text)",
                        location: expression.location))
            }
            return timestamp.milliseconds
        }
    }

    private func waitValue(
        _ path: DataPath, input: JSONValue, _ thread: Int32, _ missing: String
    ) throws(StateFailure) -> JSONValue {
        do {
            return try path.evaluate(in: scope(thread, input: input, purpose: .parameters))
        } catch {
            throw runtimeFailure(thread, missing)
        }
    }

    // MARK: Parallel and Map

    mutating func performParallel(
        _ parallel: ParallelPlan, _ state: StatePlan, _ thread: Int32, _ agenda: inout Agenda, _ sink: inout some Sink
    ) throws(StateFailure) {
        let effective = try select(state.inputPath, from: threads[Int(thread)].input, thread)
        let input = try render(parallel.parameters, effective, thread, purpose: .parameters)
        change(.parallelStarted(input: input), in: thread, previous: threads[Int(thread)].previousEvent, &sink)
        guard status == .running else { return }
        agenda.add(
            contentsOf: threads.indices.filter { threads[$0].parent == thread && threads[$0].pending == .ready }.map(Int32.init))
    }

    mutating func performMap(
        _ map: MapPlan, _ state: StatePlan, _ thread: Int32, _ agenda: inout Agenda, _ sink: inout some Sink
    ) throws(StateFailure) {
        let effective = try select(state.inputPath, from: threads[Int(thread)].input, thread)
        let items = try state.isJSONata ? items(map.items, effective, thread) : items(map.itemsPath, effective, thread)
        let limit = try concurrency(of: map, input: effective.value, thread)
        change(.mapStarted(items: items, concurrency: limit), in: thread, previous: threads[Int(thread)].previousEvent, &sink)
        agenda.add(thread)
    }

    private func items(_ path: DataPath?, _ effective: Payload, _ thread: Int32) throws(StateFailure) -> Payload {
        let items =
            try path.map { path throws(StateFailure) in Payload(try value(of: path, input: effective.value, thread)) } ?? effective
        guard items.value.array != nil else {
            throw runtimeFailure(thread, "Reference path \"\(path?.text ?? "$")\" must point to array.")
        }
        return items
    }

    private func items(_ template: JSONataTemplate?, _ effective: Payload, _ thread: Int32) throws(StateFailure) -> Payload {
        var items = effective
        if let template {
            var scope = scope(thread, input: effective.value, purpose: .items)
            do {
                items = Payload(try template.value(in: &scope, expecting: "array"))
            } catch {
                throw stateFailure(thread, error)
            }
        }
        guard items.value.array != nil else {
            let cause = "Map state input must be an array but was: \(items.value.compactText)"
            throw stateFailure(thread, EvaluationFailure(cause: cause, location: template == nil ? nil : "Items"))
        }
        return items
    }

    /// How many iterations may run at once; 0 in the definition means AWS's own limit for inline Maps.
    private func concurrency(of map: MapPlan, input: JSONValue, _ thread: Int32) throws(StateFailure) -> Int32 {
        let limit: Int64
        switch map.maxConcurrency {
        case .literal(let value): limit = value
        case .path(let path):
            let found = try value(of: path, input: input, thread)
            // A text that is a whole number counts, as recorded.
            guard let value = found.number?.exactInteger ?? found.string.flatMap({ Int64($0) }), value >= 0 else {
                throw runtimeFailure(
                    thread,
                    "The MaxConcurrencyPath field refers to value \"\(found.string ?? found.compactText)\" which is not a valid integer: \(path.text)"
                )
            }
            limit = value
        case .expression(let expression):
            limit = try integer(expression, 0...Int64(Int32.max), input: input, thread, purpose: .concurrency)
        }
        return Int32(limit == 0 ? Int64(KernelLimits.inlineConcurrency) : min(limit, Int64(KernelLimits.inlineConcurrency)))
    }

    /// Begins iterations while there is room, and leaves the state when all branches or iterations have ended.
    mutating func advanceChildren(_ children: Children, of thread: Int32, _ agenda: inout Agenda, _ sink: inout some Sink) {
        let state = plan.states[Int(threads[Int(thread)].state)]
        do {
            if Int(children.ended) == children.count { return try endChildren(children, state, thread, &agenda, &sink) }
            if children.isMap, case .map(let map) = state.kind { try beginIterations(map, thread, &agenda, &sink) }
        } catch {
            giveUpChildren(of: thread, &sink)
            fail(thread, with: error, &agenda, &sink)
        }
    }

    private mutating func beginIterations(
        _ map: MapPlan, _ thread: Int32, _ agenda: inout Agenda, _ sink: inout some Sink
    ) throws(StateFailure) {
        while status == .running, case .children(let children) = threads[Int(thread)].pending,
            children.live < children.concurrency, Int(children.begun) < children.count
        {
            let index = Int(children.begun)
            let input = try iterationInput(map, children, index, thread)
            let slot = nextSlot
            change(
                .iterationStarted(parent: thread, index: children.begun, input: input), in: slot, previous: children.opening, &sink)
            agenda.add(slot)
        }
    }

    private func iterationInput(
        _ map: MapPlan, _ children: Children, _ index: Int, _ thread: Int32
    ) throws(StateFailure) -> Payload {
        let value = children.source.value[index] ?? .null
        guard let selector = map.itemSelector else {
            // An array's element is stored with its array.
            return children.source.element < 0
                ? Payload(value, record: children.source.record, element: Int32(index)) : Payload(value)
        }
        let effective = try select(
            plan.states[Int(threads[Int(thread)].state)].inputPath, from: threads[Int(thread)].input, thread)
        return try render(selector, effective, thread, purpose: .selector, item: (index, value))
    }

    private mutating func endChildren(
        _ children: Children, _ state: StatePlan, _ thread: Int32, _ agenda: inout Agenda, _ sink: inout some Sink
    ) throws(StateFailure) {
        let result = Payload(.array(children.results.map { $0?.value ?? .null }))
        change(
            children.isMap ? .mapSucceeded : .parallelSucceeded, in: thread, previous: threads[Int(thread)].previousEvent, &sink)
        guard status == .running else { return }
        switch state.kind {
        case .parallel(let parallel):
            try finish(result, parallel.resultSelector, parallel.resultPath, state, thread, &agenda, &sink)
        case .map(let map):
            try finish(result, map.resultSelector, map.resultPath, state, thread, &agenda, &sink)
        case .pass, .task, .choice, .wait, .succeed, .fail:
            preconditionFailure("only Parallel and Map states have children")
        }
    }

    /// What Task, Parallel and Map states do with a result: ResultSelector, Assign, ResultPath, OutputPath; or Assign and Output.
    mutating func finish(
        _ result: Payload, _ selector: PayloadTemplate?, _ placement: ResultPlacement, _ state: StatePlan, _ thread: Int32,
        _ agenda: inout Agenda, _ sink: inout some Sink
    ) throws(StateFailure) {
        if state.isJSONata {
            return try leave(
                thread, state.assign, state.output, .result(result.value), otherwise: result, by: .next, &agenda, &sink)
        }
        let selected = try render(selector, result, thread, purpose: .result)
        let assigned = try assignments(state.assign, input: selected.value, thread)
        let placed = try place(selected, at: placement, thread)
        try exit(thread, output: select(state.outputPath, from: placed, thread), assigned: assigned, by: .next, &agenda, &sink)
    }

    /// The state itself failed while iterations run: they are given up without blame.
    private mutating func giveUpChildren(of thread: Int32, _ sink: inout some Sink) {
        for child in threads.indices where threads[child].parent == thread { cancelTask(Int32(child), &sink) }
    }
}
