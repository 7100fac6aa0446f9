import StatesJSON
public import StatesLanguage

extension Change {
    /// Whether AWS's history shows it.
    var isEvent: Bool {
        switch self {
        case .retryScheduled, .waitStarted: false
        case .executionStarted, .executionSucceeded, .executionFailed, .executionTimedOut, .executionAborted, .stateEntered,
            .stateExited, .stateAborted, .taskScheduled, .taskStarted, .taskSubmitted, .taskSucceeded, .taskFailed, .taskTimedOut,
            .parallelStarted, .parallelSucceeded, .parallelFailed, .mapStarted, .iterationStarted, .iterationSucceeded,
            .iterationFailed, .iterationAborted, .mapSucceeded, .mapFailed, .evaluationFailed:
            true
        }
    }

    /// Whether it ends the execution.
    public var isClosing: Bool {
        switch self {
        case .executionSucceeded, .executionFailed, .executionTimedOut, .executionAborted: true
        case .executionStarted, .stateEntered, .stateExited, .stateAborted, .taskScheduled, .taskStarted, .taskSubmitted,
            .taskSucceeded, .taskFailed, .taskTimedOut, .retryScheduled, .waitStarted, .parallelStarted, .parallelSucceeded,
            .parallelFailed, .mapStarted, .iterationStarted, .iterationSucceeded, .iterationFailed, .iterationAborted,
            .mapSucceeded, .mapFailed, .evaluationFailed:
            false
        }
    }

    /// The payload it carries, if it carries one.
    public var payload: Payload? {
        switch self {
        case .executionStarted(let start): Payload(start.input, record: 1)
        case .executionSucceeded(let payload), .stateEntered(_, let payload), .stateExited(let payload, _, _),
            .taskSubmitted(let payload), .taskSucceeded(let payload), .parallelStarted(let payload), .mapStarted(let payload, _),
            .iterationStarted(_, _, let payload):
            payload
        case .taskScheduled(let schedule): schedule.input
        case .executionFailed, .executionTimedOut, .executionAborted, .stateAborted, .taskStarted, .taskFailed, .taskTimedOut,
            .retryScheduled, .waitStarted, .parallelSucceeded, .parallelFailed, .iterationSucceeded, .iterationFailed,
            .iterationAborted, .mapSucceeded, .mapFailed, .evaluationFailed:
            nil
        }
    }

    /// Says of a new payload which record stores it.
    mutating func adoptPayload(record: Int32) {
        guard let payload, payload.record == 0 else { return }
        let adopted = Payload(payload.value, record: record)
        switch self {
        case .executionSucceeded: self = .executionSucceeded(output: adopted)
        case .stateEntered(let state, _): self = .stateEntered(state: state, input: adopted)
        case .stateExited(_, let assigned, let edge): self = .stateExited(output: adopted, assigned: assigned, edge: edge)
        case .taskSubmitted: self = .taskSubmitted(output: adopted)
        case .taskSucceeded: self = .taskSucceeded(output: adopted)
        case .parallelStarted: self = .parallelStarted(input: adopted)
        case .mapStarted(_, let concurrency): self = .mapStarted(items: adopted, concurrency: concurrency)
        case .iterationStarted(let parent, let index, _): self = .iterationStarted(parent: parent, index: index, input: adopted)
        case .taskScheduled(var schedule):
            schedule.input = adopted
            self = .taskScheduled(schedule)
        case .executionStarted, .executionFailed, .executionTimedOut, .executionAborted, .stateAborted, .taskStarted, .taskFailed,
            .taskTimedOut, .retryScheduled, .waitStarted, .parallelSucceeded, .parallelFailed, .iterationSucceeded,
            .iterationFailed, .iterationAborted, .mapSucceeded, .mapFailed, .evaluationFailed:
            break
        }
    }
}

extension Execution {
    /// Rebuilds an execution from its first record, which is `executionStarted`; nil if it is another.
    public init?(plan: Plan, replaying first: Record) {
        guard case .executionStarted(let start) = first.change else { return nil }
        self.init(plan: plan, start: start)
        apply(first)
    }

    /// Whether a record read from outside can follow: its numbers continue, and the thread it names waits for such a thing.
    ///
    /// Replay asks this before `apply`, so that a damaged or foreign journal is an error and not a wrong execution.
    public func accepts(_ record: Record) -> Bool {
        guard record.number == lastRecord + 1, status == .running, record.time >= lastTime else { return false }
        guard record.event == 0 || record.event == lastEvent + 1, record.change.isEvent == (record.event > 0) else { return false }
        switch record.change {
        case .executionStarted: return record.number == 1
        case .iterationStarted(let parent, _, _):
            guard threads.indices.contains(Int(parent)), case .children(let children) = threads[Int(parent)].pending else {
                return false
            }
            return children.isMap && children.begun < children.results.count && record.thread == nextSlot
        case .stateEntered(let state, _):
            return isLive(record.thread) && plan.states.indices.contains(Int(state))
        case .executionSucceeded, .executionFailed, .executionTimedOut, .executionAborted, .stateExited, .stateAborted,
            .taskScheduled, .taskStarted, .taskSubmitted, .taskSucceeded, .taskFailed, .taskTimedOut, .retryScheduled, .waitStarted,
            .parallelStarted, .parallelSucceeded, .parallelFailed, .mapStarted, .iterationSucceeded, .iterationFailed,
            .iterationAborted, .mapSucceeded, .mapFailed, .evaluationFailed:
            return isLive(record.thread)
        }
    }

    private func isLive(_ thread: Int32) -> Bool {
        threads.indices.contains(Int(thread)) && threads[Int(thread)].pending != .free
    }

    /// The one way to change: live, right after `step` decided, and on replay.
    public mutating func apply(_ record: Record) {
        lastRecord = record.number
        lastTime = record.time
        if record.event > 0 { lastEvent = record.event }
        let slot = Int(record.thread)
        switch record.change {
        case .executionStarted(let start):
            threads = [
                ThreadOfControl(
                    parent: -1, index: 0, state: Int32(plan.scopes[0].startAt), input: Payload(start.input, record: record.number),
                    previousEvent: 0)
            ]
        case .executionSucceeded(let output):
            self.output = output
            end(.succeeded, at: record.time)
        case .executionFailed(let error, let cause):
            (self.error, self.cause) = (error, cause)
            end(.failed, at: record.time)
        case .executionTimedOut:
            end(.timedOut, at: record.time)
        case .executionAborted(let error, let cause):
            (self.error, self.cause) = (error, cause)
            end(.aborted, at: record.time)

        case .stateEntered(let state, let input):
            transitions += 1
            threads[slot].state = state
            threads[slot].input = input
            threads[slot].enteredEvent = record.event
            threads[slot].eventBeforeEntry = record.previousEvent
            threads[slot].enteredAt = record.time
            threads[slot].previousEvent = record.event
            threads[slot].retryCount = 0
            if !threads[slot].retries.isEmpty { threads[slot].retries = [] }
            threads[slot].pending = .entered
        case .stateExited(let output, let assigned, let edge):
            threads[slot].previousEvent = record.event
            for variable in assigned { assign(variable, in: slot) }
            leave(slot, output: output, by: edge)
        case .stateAborted:
            break

        case .waitStarted(let due):
            threads[slot].pending = .waiting(generation: nextGeneration(), due: due)
        case .taskScheduled(let schedule):
            threads[slot].previousEvent = record.event
            threads[slot].pending = .task(
                PendingTask(
                    generation: nextGeneration(), phase: .scheduled, schedule: schedule, scheduledAt: record.time,
                    invocation: countInvocation(of: Int(threads[slot].state)), heartbeatDue: Unrecorded(nil)))
        case .taskStarted:
            threads[slot].previousEvent = record.event
            setPhase(.started, of: slot, at: record.time)
        case .taskSubmitted:
            threads[slot].previousEvent = record.event
            setPhase(.submitted, of: slot, at: record.time)
        case .taskSucceeded, .taskFailed, .taskTimedOut:
            threads[slot].previousEvent = record.event
            threads[slot].pending = .entered
        case .retryScheduled(let retrier, let due):
            transitions += 1
            releaseChildren(of: slot)
            // The next attempt's first event follows from the failure (history.md section 2, rule 8).
            threads[slot].previousEvent = record.previousEvent
            threads[slot].retryCount += 1
            countRetry(of: Int(retrier), in: slot)
            threads[slot].pending = .retrying(generation: nextGeneration(), due: due)

        case .parallelStarted(let input):
            threads[slot].previousEvent = record.event
            beginBranches(of: slot, input: input)
        case .mapStarted(let items, let concurrency):
            threads[slot].previousEvent = record.event
            threads[slot].pending = .children(
                Children(
                    isMap: true, source: items, concurrency: concurrency,
                    results: Array(repeating: nil, count: items.value.array?.count ?? 0), live: 0, begun: 0, opening: record.event))
        case .iterationStarted(let parent, let index, let input):
            guard case .map(let map) = plan.states[Int(threads[Int(parent)].state)].kind else { return }
            occupy(
                ThreadOfControl(
                    parent: parent, index: index, state: Int32(plan.scopes[map.processor].startAt), input: input,
                    previousEvent: record.event))
            withChildren(of: Int(parent)) {
                $0.live += 1
                $0.begun += 1
            }
        case .iterationSucceeded:
            guard case .finished(let output) = threads[slot].pending else { return }
            let ended = threads[slot]
            threads[Int(ended.parent)].previousEvent = record.event
            finishChild(ended, output: output)
            release(slot)
        case .iterationFailed, .iterationAborted:
            break
        case .parallelSucceeded, .mapSucceeded:
            // The state's own exit follows from the same event as this one (history.md section 2, rules 4 and 5).
            threads[slot].pending = .entered
        case .parallelFailed, .mapFailed:
            releaseChildren(of: slot)
            threads[slot].previousEvent = record.event
            threads[slot].pending = .entered
        case .evaluationFailed:
            threads[slot].previousEvent = record.event
        }
    }

    private mutating func end(_ status: ExecutionStatus, at time: Int64) {
        self.status = status
        stopTime = time
        threads = []
        freeSlots = []
    }

    private mutating func nextGeneration() -> Int32 {
        lastGeneration += 1
        return lastGeneration
    }

    private mutating func countInvocation(of state: Int) -> Int32 {
        if invocations.isEmpty { invocations = Array(repeating: 0, count: plan.states.count) }
        defer { invocations[state] += 1 }
        return invocations[state]
    }

    private mutating func countRetry(of retrier: Int, in slot: Int) {
        if threads[slot].retries.isEmpty {
            threads[slot].retries = Array(repeating: 0, count: plan.states[Int(threads[slot].state)].retriers.count)
        }
        if threads[slot].retries.indices.contains(retrier) { threads[slot].retries[retrier] += 1 }
    }

    private mutating func assign(_ variable: Variable, in slot: Int) {
        threads[slot].variableBytes += variable.value.utf8Count
        if let at = threads[slot].variables.firstIndex(where: { $0.name == variable.name }) {
            threads[slot].variableBytes -= threads[slot].variables[at].value.utf8Count
            threads[slot].variables[at].value = variable.value
        } else {
            threads[slot].variables.append(variable)
        }
    }

    private mutating func setPhase(_ phase: PendingTask.Phase, of slot: Int, at time: Int64) {
        guard case .task(var task) = threads[slot].pending else { return }
        task.phase = phase
        task.heartbeatDue.value = task.schedule.heartbeatSeconds.map { time + $0 * 1000 }
        threads[slot].pending = .task(task)
    }

    private mutating func leave(_ slot: Int, output: Payload, by edge: Edge) {
        let state = plan.states[Int(threads[slot].state)]
        guard let next = state.target(of: edge) else { return }
        switch next {
        case .state(let number):
            threads[slot].state = Int32(number)
            threads[slot].input = output
            threads[slot].pending = .ready
        case .end:
            let ended = threads[slot]
            guard ended.parent >= 0, case .children(let children) = threads[Int(ended.parent)].pending, !children.isMap else {
                threads[slot].pending = .finished(output)
                return
            }
            // A branch leaves no event of its own when it ends; what follows, follows from its last one.
            threads[Int(ended.parent)].previousEvent = ended.previousEvent
            finishChild(ended, output: output)
            release(slot)
        }
    }

    private mutating func beginBranches(of slot: Int, input: Payload) {
        guard case .parallel(let parallel) = plan.states[Int(threads[slot].state)].kind else { return }
        let started = threads[slot].previousEvent
        threads[slot].pending = .children(
            Children(
                isMap: false, source: input, concurrency: Int32(parallel.branches.count),
                results: Array(repeating: nil, count: parallel.branches.count), live: Int32(parallel.branches.count),
                begun: Int32(parallel.branches.count), opening: started))
        for (index, scope) in parallel.branches.enumerated() {
            occupy(
                ThreadOfControl(
                    parent: Int32(slot), index: Int32(index), state: Int32(plan.scopes[scope].startAt), input: input,
                    previousEvent: started))
        }
    }

    private mutating func finishChild(_ child: ThreadOfControl, output: Payload) {
        withChildren(of: Int(child.parent)) {
            $0.live -= 1
            $0.ended += 1
            $0.opening = child.previousEvent
            $0.results[Int(child.index)] = output
        }
    }

    private mutating func withChildren(of slot: Int, _ change: (inout Children) -> Void) {
        guard case .children(var children) = threads[slot].pending else { return }
        // Take the results out of the thread first, so that changing them does not copy them.
        threads[slot].pending = .entered
        change(&children)
        threads[slot].pending = .children(children)
    }

    /// The slot that the next thread takes.
    var nextSlot: Int32 { freeSlots.last ?? Int32(threads.count) }

    private mutating func occupy(_ thread: ThreadOfControl) {
        if let slot = freeSlots.popLast() {
            threads[Int(slot)] = thread
        } else {
            threads.append(thread)
        }
    }

    private mutating func release(_ slot: Int) {
        let parent = threads[slot].parent
        threads[slot] = ThreadOfControl(
            parent: parent, index: 0, state: 0, input: Payload(.null), previousEvent: 0, pending: .free)
        freeSlots.append(Int32(slot))
    }

    private mutating func releaseChildren(of slot: Int) {
        guard case .children = threads[slot].pending else { return }
        for child in threads.indices where threads[child].parent == Int32(slot) && threads[child].pending != .free {
            releaseChildren(of: child)
            release(child)
        }
        threads[slot].pending = .entered
    }
}

extension StatePlan {
    /// Where an edge leads.
    func target(of edge: Edge) -> Transition? {
        switch edge {
        case .next:
            return next
        case .rule(let index):
            guard case .choice(let choice) = kind, choice.rules.indices.contains(Int(index)) else { return nil }
            return .state(choice.rules[Int(index)].next)
        case .otherwise:
            guard case .choice(let choice) = kind else { return nil }
            return choice.otherwise.map { .state($0) }
        case .catcher(let index):
            return catchers.indices.contains(Int(index)) ? .state(catchers[Int(index)].next) : nil
        }
    }
}
