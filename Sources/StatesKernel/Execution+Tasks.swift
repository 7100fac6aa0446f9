import StatesJSON
public import StatesLanguage
import StatesQuery

// Tasks: scheduled, started, perhaps submitted, and answered, timed out, or in doubt. Each answer is named by thread and
// generation and refused when nobody waits for it.

extension Execution {
    /// Makes the request and offers it. Called for every attempt: templates see the attempt's own `State.RetryCount`.
    mutating func performTask(
        _ task: TaskPlan, _ state: StatePlan, _ thread: Int32, _ sink: inout some Sink
    ) throws(StateFailure) {
        let effective = try select(state.inputPath, from: threads[Int(thread)].input, thread)
        let token = task.issuesToken ? self.token(for: TaskName(thread: thread, generation: lastGeneration + 1)) : nil
        let input = try render(task.parameters, effective, thread, purpose: .parameters, token: token)
        let role = try role(task.credentials, effective, thread)
        let schedule = TaskSchedule(
            input: input,
            timeoutSeconds: try seconds(
                task.timeout, field: "TimeoutSecondsPath", input: effective.value, thread, purpose: .timeout),
            heartbeatSeconds: try seconds(
                task.heartbeat, field: "HeartbeatSecondsPath", input: effective.value, thread, purpose: .heartbeat),
            roleArn: role)
        if input.record == 0 { try checkLimits(of: input.value, thread) }
        change(.taskScheduled(schedule), in: thread, previous: threads[Int(thread)].previousEvent, &sink)
        offerTask(thread, &sink)
    }

    /// `Credentials.RoleArn`.
    private func role(_ credentials: Template?, _ effective: Payload, _ thread: Int32) throws(StateFailure) -> String? {
        guard let credentials else { return nil }
        let value = try render(credentials, effective, thread, purpose: .credentials).value
        if let role = value["RoleArn"]?.string { return role }
        guard case .jsonata = credentials else { return nil }
        throw stateFailure(
            thread,
            EvaluationFailure(
                cause: "The field 'Credentials' must have a 'RoleArn' that is a string but was: \(value.compactText)",
                location: "Credentials"))
    }

    /// Asks for the scheduled task to be performed, and for the time when its limit passes.
    private func offerTask(_ thread: Int32, _ sink: inout some Sink) {
        guard status == .running, let request = request(of: thread), case .task(let pending) = threads[Int(thread)].pending else {
            return
        }
        sink.command(.schedule(request))
        if let due = pending.timeoutDue { sink.command(.setTimer(TimerName(task: request.task, purpose: .taskTimeout), due: due)) }
    }

    /// The thread's pending task as whoever performs it sees it.
    public func request(of thread: Int32) -> TaskRequest? {
        guard threads.indices.contains(Int(thread)), case .task(let pending) = threads[Int(thread)].pending,
            case .task(let task) = plan.states[Int(threads[Int(thread)].state)].kind
        else { return nil }
        let name = TaskName(thread: thread, generation: pending.generation)
        return TaskRequest(
            task: name, execution: start, state: plan.states[Int(threads[Int(thread)].state)], resource: task.resource,
            input: pending.schedule.input.value, attempt: Int(threads[Int(thread)].retryCount), invocation: Int(pending.invocation),
            iteration: iterationIndex(of: thread), token: task.issuesToken ? token(for: name) : nil,
            scheduledAt: pending.scheduledAt,
            timeoutSeconds: pending.schedule.timeoutSeconds, heartbeatSeconds: pending.schedule.heartbeatSeconds,
            roleArn: pending.schedule.roleArn, enteredEvent: Int(threads[Int(thread)].enteredEvent))
    }

    private func iterationIndex(of thread: Int32) -> Int? {
        var at = thread
        while threads[Int(at)].parent >= 0 {
            let parent = threads[Int(at)].parent
            if threads[Int(parent)].isMap { return Int(threads[Int(at)].index) }
            at = parent
        }
        return nil
    }

    // MARK: What the outside reports

    mutating func startTask(_ task: TaskName, worker: String?, _ sink: inout some Sink) throws(Refusal) {
        let pending = try pendingTask(task)
        guard pending.phase == .scheduled else { throw .alreadyStarted(task) }
        change(.taskStarted(worker: worker), in: task.thread, previous: threads[Int(task.thread)].previousEvent, &sink)
        guard status == .running else { return }
        sink.command(.perform(task))
        setHeartbeatTimer(task, &sink)
    }

    mutating func submitTask(
        _ task: TaskName, output: JSONValue, _ agenda: inout Agenda, _ sink: inout some Sink
    ) throws(Refusal) {
        let pending = try pendingTask(task)
        guard pending.phase == .started, let plan = taskPlan(of: task.thread), plan.resource.pattern != .requestResponse else {
            throw .unknownTask(task)
        }
        if let failure = sizeFailure(of: output, plan) {
            return record(failure, phase: .submit, task.thread, &agenda, &sink)
        }
        change(
            .taskSubmitted(output: Payload(output)), in: task.thread, previous: threads[Int(task.thread)].previousEvent, &sink)
        setHeartbeatTimer(task, &sink)
    }

    mutating func succeedTask(
        _ task: TaskName, output: JSONValue, _ agenda: inout Agenda, _ sink: inout some Sink
    ) throws(Refusal) {
        try mayBeAnswered(task)
        guard let plan = taskPlan(of: task.thread) else { throw .unknownTask(task) }
        if let failure = sizeFailure(of: output, plan) {
            return record(failure, phase: .run, task.thread, &agenda, &sink)
        }
        change(
            .taskSucceeded(output: Payload(output)), in: task.thread, previous: threads[Int(task.thread)].previousEvent, &sink)
        guard status == .running else { return }
        let state = self.plan.states[Int(threads[Int(task.thread)].state)]
        do {
            try finish(
                Payload(output, record: lastRecord), plan.resultSelector, plan.resultPath, state, task.thread, &agenda, &sink)
        } catch {
            fail(task.thread, with: error, &agenda, &sink)
        }
    }

    mutating func failTask(
        _ task: TaskName, error: String?, cause: String?, phase: FailurePhase, _ agenda: inout Agenda, _ sink: inout some Sink
    ) throws(Refusal) {
        let pending = try pendingTask(task)
        // A refused request and a failed attempt to start are answers too; a callback is one only once it was submitted.
        if phase == .run, pending.phase == .started { try mayBeAnswered(task) }
        let limited = (
            error.map { $0.limited(to: KernelLimits.errorLength) }, cause.map { $0.limited(to: KernelLimits.causeLength) }
        )
        record(StateFailure(limited.0, cause: limited.1), phase: phase, task.thread, &agenda, &sink)
    }

    mutating func heartbeat(_ task: TaskName, _ sink: inout some Sink) throws(Refusal) {
        var pending = try pendingTask(task)
        guard pending.phase != .scheduled else { throw .unknownTask(task) }
        pending.heartbeatDue.value = pending.schedule.heartbeatSeconds.map { now + $0 * 1000 }
        threads[Int(task.thread)].pending = .task(pending)
        setHeartbeatTimer(task, &sink)
    }

    private mutating func record(
        _ failure: StateFailure, phase: FailurePhase, inDoubt: Bool = false, _ thread: Int32, _ agenda: inout Agenda,
        _ sink: inout some Sink
    ) {
        change(
            .taskFailed(error: failure.error, cause: failure.cause, phase: phase, inDoubt: inDoubt), in: thread,
            previous: threads[Int(thread)].previousEvent, &sink)
        fail(thread, with: failure, &agenda, &sink)
    }

    private func sizeFailure(of output: JSONValue, _ task: TaskPlan) -> StateFailure? {
        if output.utf8Count > KernelLimits.payloadBytes {
            return StateFailure("States.DataLimitExceeded", cause: StateFailure.sizeCause(of: task.resource.nameInSizeCause))
        }
        if output.isNested(deeperThan: KernelLimits.payloadDepth) {
            return StateFailure(
                "States.Runtime", cause: "The result has more than \(KernelLimits.payloadDepth) levels of arrays and objects.")
        }
        return nil
    }

    private func taskPlan(of thread: Int32) -> TaskPlan? {
        guard case .task(let task) = plan.states[Int(threads[Int(thread)].state)].kind else { return nil }
        return task
    }

    private func pendingTask(_ task: TaskName) throws(Refusal) -> PendingTask {
        guard threads.indices.contains(Int(task.thread)), case .task(let pending) = threads[Int(task.thread)].pending,
            pending.generation == task.generation
        else { throw .unknownTask(task) }
        return pending
    }

    /// A request-response task is answered while it runs; a callback or job once its request was accepted.
    private func mayBeAnswered(_ task: TaskName) throws(Refusal) {
        let pending = try pendingTask(task)
        let waits = taskPlan(of: task.thread).map { $0.resource.pattern != .requestResponse } ?? false
        switch (pending.phase, waits) {
        case (.started, false), (.submitted, true): return
        case (.scheduled, _), (.started, true): throw .notYetSubmitted(task)
        case (.submitted, false): throw .unknownTask(task)
        }
    }

    private func setHeartbeatTimer(_ task: TaskName, _ sink: inout some Sink) {
        guard status == .running, case .task(let pending) = threads[Int(task.thread)].pending,
            let due = pending.heartbeatDue.value
        else { return }
        sink.command(.setTimer(TimerName(task: task, purpose: .heartbeat), due: due))
    }

    // MARK: Time

    mutating func fire(_ timer: TimerName, _ agenda: inout Agenda, _ sink: inout some Sink) throws(Refusal) {
        let thread = timer.task.thread
        guard threads.indices.contains(Int(thread)) else { throw .unknownTimer(timer) }
        switch (timer.purpose, threads[Int(thread)].pending) {
        case (.execution, _):
            close(.executionTimedOut, previous: 0, &sink)
        case (.wait, .waiting(let generation, _)) where generation == timer.task.generation:
            do {
                try endWait(plan.states[Int(threads[Int(thread)].state)], thread, &agenda, &sink)
            } catch {
                fail(thread, with: error, &agenda, &sink)
            }
        case (.retry, .retrying(let generation, _)) where generation == timer.task.generation:
            perform(thread, &agenda, &sink)
        case (.taskTimeout, .task(let task)) where task.generation == timer.task.generation:
            timeOut(thread, .task, &agenda, &sink)
        case (.heartbeat, .task(let task)) where task.generation == timer.task.generation:
            // Heartbeats do not move timers; one that fires early is set again.
            guard let due = task.heartbeatDue.value else { throw .unknownTimer(timer) }
            if due > now {
                sink.command(.setTimer(timer, due: due))
            } else {
                timeOut(thread, .heartbeat, &agenda, &sink)
            }
        case (.wait, _), (.retry, _), (.taskTimeout, _), (.heartbeat, _):
            throw .unknownTimer(timer)
        }
    }

    private mutating func timeOut(
        _ thread: Int32, _ timeout: StateFailure.Timeout, _ agenda: inout Agenda, _ sink: inout some Sink
    ) {
        cancelTask(thread, &sink)
        change(
            .taskTimedOut(heartbeat: timeout == .heartbeat), in: thread, previous: threads[Int(thread)].previousEvent, &sink)
        fail(thread, with: .timeout(timeout), &agenda, &sink)
    }

    // MARK: Recovery

    /// After a restart: timers are set again, scheduled tasks offered again, and a task that was started and not answered is in
    /// doubt. It fails, so that the definition's Retry and Catch, and nothing else, decide whether it runs again (design.md,
    /// guarantee 4).
    mutating func recover(_ agenda: inout Agenda, _ sink: inout some Sink) {
        setExecutionTimer(&sink)
        for slot in threads.indices where status == .running && threads.indices.contains(slot) {
            let thread = Int32(slot)
            switch threads[slot].pending {
            case .waiting(let generation, let due):
                sink.command(.setTimer(TimerName(task: TaskName(thread: thread, generation: generation), purpose: .wait), due: due))
            case .retrying(let generation, let due):
                sink.command(
                    .setTimer(TimerName(task: TaskName(thread: thread, generation: generation), purpose: .retry), due: due))
            case .task(let task):
                recoverTask(task, thread, &agenda, &sink)
            case .ready, .children:
                agenda.add(thread)
            case .finished:
                // Written together with what follows, so never met; a root that ended only has to say so.
                break
            case .free, .entered:
                break
            }
        }
    }

    private mutating func recoverTask(
        _ pending: PendingTask, _ thread: Int32, _ agenda: inout Agenda, _ sink: inout some Sink
    ) {
        let name = TaskName(thread: thread, generation: pending.generation)
        switch pending.phase {
        case .scheduled:
            offerTask(thread, &sink)
        case .started where taskPlan(of: thread)?.resource.isActivity != true:
            let state = plan.states[Int(threads[Int(thread)].state)].name
            let failure = StateFailure(
                "States.TaskFailed",
                cause:
                    "The outcome of the task in state '\(state)' is unknown: the process stopped after it was started and before its answer was recorded."
            )
            record(failure, phase: .run, inDoubt: true, thread, &agenda, &sink)
        case .started, .submitted:
            if let due = pending.timeoutDue { sink.command(.setTimer(TimerName(task: name, purpose: .taskTimeout), due: due)) }
            // The silence of the time without a process is nobody's fault: the heartbeat's clock starts again.
            var task = pending
            task.heartbeatDue.value = pending.schedule.heartbeatSeconds.map { now + $0 * 1000 }
            threads[Int(thread)].pending = .task(task)
            setHeartbeatTimer(name, &sink)
        }
    }
}

extension TaskPlan {
    /// Activities and callbacks are answered by a token. Jobs may be too, as recorded: the context object has one for them.
    var issuesToken: Bool { resource.pattern != .requestResponse || resource.isActivity }
}

extension TaskResource {
    /// Whether an activity's worker performs it.
    public var isActivity: Bool {
        if case .activity = kind { true } else { false }
    }

    /// What the text about a result that is too large calls it: the ARN, or an integration's service (FACTS 24).
    var nameInSizeCause: String {
        switch kind {
        case .integration(let service, _): service
        case .function, .activity: text
        }
    }
}

extension String {
    /// At most so many UTF-16 code units, as the service counts characters.
    func limited(to count: Int) -> String {
        guard utf8.count > count, let end = utf16.index(utf16.startIndex, offsetBy: count, limitedBy: utf16.endIndex) else {
            return self
        }
        return String(self[..<end])
    }
}
