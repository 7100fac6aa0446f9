import StatesJSON
public import StatesLanguage
import StatesQuery

/// Why a state failed: an error name and a cause, as data in the workflow.
struct StateFailure: Error, Equatable {
    /// The error's name; absent if SendTaskFailure gave none.
    var error: String?
    /// The cause; absent for timeouts, and if nobody gave one.
    var cause: String?
    /// No retrier and no catcher can take it.
    var isTerminal = false
    /// The task's time or heartbeat ran out: no cause in the history, an empty one for a catcher.
    var timeout: Timeout?
    /// It came from a branch of a Parallel state.
    var isFromBranch = false
    /// It is a failure to evaluate a field of this very state, which has an event of its own.
    var evaluation: Evaluation?

    enum Timeout: Equatable { case task, heartbeat }

    struct Evaluation: Equatable {
        /// The field, where a single one is to blame.
        var location: String?
        /// Whether the state's work was done and it was about to be left.
        var isAtExit = false
    }

    /// The name of every failure to evaluate.
    static let evaluationError = "States.QueryEvaluationError"

    init(_ error: String?, cause: String?) {
        self.error = error
        self.cause = cause
        // Recorded and documented: nothing retries or catches States.Runtime (asl.md section 10).
        isTerminal = error == "States.Runtime"
    }

    static func terminal(_ error: String, cause: String) -> StateFailure {
        var failure = StateFailure(error, cause: cause)
        failure.isTerminal = true
        return failure
    }

    static func timeout(_ timeout: Timeout) -> StateFailure {
        var failure = StateFailure("States.Timeout", cause: nil)
        failure.timeout = timeout
        return failure
    }

    /// The text for a result that is too large, as recorded.
    static func sizeCause(of name: String) -> String {
        "The state/task '\(name)' returned a result with a size exceeding the maximum number of bytes service limit."
    }

    /// What a catcher's `ResultPath` places: `Error`, then `Cause`.
    var errorOutput: JSONValue {
        var output = JSONObject()
        output["Error"] = error.map { .string($0) } ?? .null
        output["Cause"] = cause.map { .string($0) } ?? (timeout == nil ? .null : .string(""))
        return .object(output)
    }

    /// Whether one of the names in `ErrorEquals` takes it (asl.md section 10).
    func matches(_ names: [String]) -> Bool {
        guard !isTerminal else { return false }
        return names.contains { name in
            if let error, error == name { return true }
            return switch name {
            case "States.ALL": true
            case "States.TaskFailed": timeout == nil && error != "States.Timeout"
            case "States.HeartbeatTimeout": timeout == .heartbeat
            case "States.BranchFailed": isFromBranch
            default: false
            }
        }
    }
}

extension Execution {
    /// A failure of the interpreter itself, with the lead that names the state.
    func runtimeFailure(_ thread: Int32, _ cause: String, error: String = "States.Runtime") -> StateFailure {
        let thread = threads[Int(thread)]
        let name = plan.states[Int(thread.state)].name
        return StateFailure(
            error,
            cause:
                "An error occurred while executing the state '\(name)' (entered at the event id #\(thread.enteredEvent)). \(cause)")
    }

    func stateFailure(_ thread: Int32, _ failure: QueryFailure) -> StateFailure {
        runtimeFailure(thread, failure.cause, error: failure.error)
    }

    func stateFailure(_ thread: Int32, _ failure: EvaluationFailure) -> StateFailure {
        var state = runtimeFailure(thread, failure.cause, error: StateFailure.evaluationError)
        // A cause may quote a value, which may be long.
        state.cause = state.cause?.limited(to: KernelLimits.causeLength)
        state.evaluation = StateFailure.Evaluation(location: failure.location)
        return state
    }

    /// Takes a failure of the thread's state: a retrier, a catcher, or whoever encloses it.
    ///
    /// `previous` is the event that the failure's own events follow from: the thread's last, or the failing child's.
    mutating func fail(
        _ thread: Int32, with failure: StateFailure, previous: Int32? = nil, _ agenda: inout Agenda, _ sink: inout some Sink
    ) {
        guard status == .running else { return }
        let state = plan.states[Int(threads[Int(thread)].state)]
        show(failure, thread, state, &sink)
        guard status == .running else { return }
        let cause = previous ?? threads[Int(thread)].previousEvent
        if retry(thread, after: failure, state, previous: cause, &sink) { return }
        closeChildren(of: thread, after: failure, state, previous: cause, &sink)
        guard status == .running else { return }
        for (index, catcher) in state.catchers.enumerated() where failure.matches(catcher.errorEquals) {
            catchFailure(failure, by: catcher, at: index, thread, state, &agenda, &sink)
            return
        }
        propagate(failure, from: thread, state, &agenda, &sink)
    }

    /// A failure to evaluate has an event of its own.
    ///
    /// Recorded: it follows from what led to the state, not from its Entered event, unless something has happened in between; in a
    /// Wait state it follows from the Entered event (history.md section 2, rule 9).
    private mutating func show(_ failure: StateFailure, _ thread: Int32, _ state: StatePlan, _ sink: inout some Sink) {
        guard let evaluation = failure.evaluation else { return }
        let at = threads[Int(thread)]
        var previous = at.previousEvent
        if previous == at.enteredEvent { previous = at.eventBeforeEntry }
        if case .wait = state.kind { previous = at.previousEvent }
        change(
            .evaluationFailed(cause: failure.cause ?? "", location: evaluation.location), in: thread, previous: previous, &sink)
    }

    /// A failed Parallel or Map state says so once, after its last attempt; recorded: also when it failed before it began.
    private mutating func closeChildren(
        of thread: Int32, after failure: StateFailure, _ state: StatePlan, previous: Int32, _ sink: inout some Sink
    ) {
        if case .children = threads[Int(thread)].pending {} else if failure.evaluation?.isAtExit != false { return }
        switch state.kind {
        case .parallel: change(.parallelFailed, in: thread, previous: previous, &sink)
        case .map: change(.mapFailed, in: thread, previous: previous, &sink)
        case .pass, .task, .choice, .wait, .succeed, .fail: break
        }
    }

    private mutating func retry(
        _ thread: Int32, after failure: StateFailure, _ state: StatePlan, previous: Int32, _ sink: inout some Sink
    ) -> Bool {
        // The first retrier that matches decides, even when it is used up: later ones are not asked.
        guard let index = state.retriers.firstIndex(where: { failure.matches($0.errorEquals) }) else { return false }
        let retrier = state.retriers[index]
        let used = threads[Int(thread)].retries.isEmpty ? 0 : Int64(threads[Int(thread)].retries[index])
        guard used < retrier.maxAttempts else { return false }
        let jitter = retrier.fullJitter ? start.seed.fraction(for: .jitter, thread: thread, counter: UInt64(lastRecord + 1)) : nil
        let due = now + retrier.delayMilliseconds(beforeAttempt: used + 1, jitter: jitter)
        change(.retryScheduled(retrier: Int32(index), due: due), in: thread, previous: previous, &sink)
        if status == .running, case .retrying(let generation, _) = threads[Int(thread)].pending {
            sink.command(.setTimer(TimerName(task: TaskName(thread: thread, generation: generation), purpose: .retry), due: due))
        }
        return true
    }

    private mutating func catchFailure(
        _ failure: StateFailure, by catcher: Catcher, at index: Int, _ thread: Int32, _ state: StatePlan, _ agenda: inout Agenda,
        _ sink: inout some Sink
    ) {
        do {
            let errorOutput = failure.errorOutput
            let edge = Edge.catcher(Int32(index))
            if state.isJSONata {
                return try leave(
                    thread, catcher.assign, catcher.output, .errorOutput(errorOutput), otherwise: Payload(errorOutput), by: edge,
                    &agenda, &sink)
            }
            let output = try place(Payload(errorOutput), at: catcher.resultPath, thread)
            let assigned = try assignments(catcher.assign, input: errorOutput, thread)
            try exit(thread, output: output, assigned: assigned, by: edge, &agenda, &sink)
        } catch {
            show(error, thread, state, &sink)
            guard status == .running else { return }
            propagate(error, from: thread, state, &agenda, &sink)
        }
    }

    /// Nothing in the state took the failure: its siblings are given up, and the enclosing state or the execution fails.
    private mutating func propagate(
        _ failure: StateFailure, from thread: Int32, _ state: StatePlan, _ agenda: inout Agenda, _ sink: inout some Sink
    ) {
        let failing = threads[Int(thread)]
        guard failing.parent >= 0 else {
            close(.executionFailed(error: failure.error, cause: failure.cause), previous: failing.previousEvent, &sink)
            return
        }
        let isIteration = threads[Int(failing.parent)].isMap
        // Recorded: a task that fails its Parallel or Map state is itself shown as aborted too (FACTS 18).
        if case .task = state.kind { change(.stateAborted, in: thread, previous: failing.previousEvent, &sink) }
        if isIteration { change(.iterationFailed, in: thread, previous: failing.previousEvent, &sink) }
        for sibling in threads.indices where threads[sibling].parent == failing.parent && Int32(sibling) != thread {
            abort(Int32(sibling), isIteration: isIteration, previous: failing.previousEvent, &sink)
        }
        guard status == .running else { return }
        var outer = failure
        outer.isFromBranch = !isIteration
        outer.evaluation = nil
        fail(failing.parent, with: outer, previous: failing.previousEvent, &agenda, &sink)
    }

    /// Gives up a thread and everything below it.
    private mutating func abort(_ thread: Int32, isIteration: Bool, previous: Int32, _ sink: inout some Sink) {
        let aborted = threads[Int(thread)]
        guard status == .running, aborted.pending != .free else { return }
        cancelTask(thread, &sink)
        if case .children(let children) = aborted.pending {
            for child in threads.indices where threads[child].parent == thread {
                abort(Int32(child), isIteration: children.isMap, previous: previous, &sink)
            }
        }
        switch aborted.pending {
        case .waiting, .task, .retrying, .children:
            change(.stateAborted, in: thread, previous: previous, &sink)
        case .free, .ready, .entered, .finished:
            break
        }
        if isIteration { change(.iterationAborted, in: thread, previous: previous, &sink) }
    }

    /// Tells the outside that nobody waits for the thread's task any more.
    mutating func cancelTask(_ thread: Int32, _ sink: inout some Sink) {
        guard case .task(let task) = threads[Int(thread)].pending else { return }
        sink.command(.cancel(TaskName(thread: thread, generation: task.generation)))
    }
}

extension ThreadOfControl {
    var isMap: Bool {
        if case .children(let children) = pending { children.isMap } else { false }
    }
}

extension Retrier {
    /// How long to wait before that attempt (1 for the first retry), in milliseconds.
    ///
    /// `IntervalSeconds` times `BackoffRate` to the power of the attempts before, at most `MaxDelaySeconds`; full jitter takes a
    /// uniform share of that (asl.md section 10).
    public func delayMilliseconds(beforeAttempt attempt: Int64, jitter: Double?) -> Int64 {
        var seconds = Double(intervalSeconds)
        // Repeated multiplication ends early: past the cap, more attempts change nothing.
        let cap = Double(maxDelaySeconds ?? 99_999_999)
        var remaining = attempt - 1
        while remaining > 0, seconds < cap, backoffRate > 1 {
            seconds *= backoffRate
            remaining -= 1
        }
        return Int64((min(seconds, cap) * (jitter ?? 1) * 1000).rounded())
    }
}

extension Seed {
    /// A number from 0 up to but not including 1.
    func fraction(for purpose: Purpose, thread: Int32, counter: UInt64) -> Double {
        Double(bits(for: purpose, thread: thread, counter: counter) >> 11) / 9_007_199_254_740_992
    }
}
