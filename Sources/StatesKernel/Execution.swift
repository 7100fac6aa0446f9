package import StatesJSON
public import StatesLanguage

/// An execution: a value that one pure function moves forward.
///
/// `step` takes what the outside reports, evaluates, and tells a sink what must be written and what may be done. It asks for
/// nothing: time and seeds arrive from outside, so the same plan, execution and occurrence give the same answer, byte for byte.
/// Everything changes in `apply` alone, live and on replay, so replaying the records rebuilds an equal execution.
public struct Execution: Sendable {
    /// What it runs.
    public let plan: Plan
    /// What it was given.
    public let start: ExecutionStart
    /// How it stands.
    public internal(set) var status = ExecutionStatus.running
    /// Its output, once it has succeeded.
    public internal(set) var output: Payload?
    /// The error it failed with, if it named one.
    public internal(set) var error: String?
    /// The cause it failed with, if it named one.
    public internal(set) var cause: String?
    /// When it ended, in milliseconds since 1970.
    public internal(set) var stopTime: Int64?
    /// How many state transitions it made: states entered, and retries (cost.md section 1).
    public internal(set) var transitions = 0
    /// The number of its last record; 0 before it began.
    public internal(set) var lastRecord: Int32 = 0
    /// The id of its last history event.
    public internal(set) var lastEvent: Int32 = 0
    /// The time of its last record, in milliseconds since 1970.
    public internal(set) var lastTime: Int64 = 0

    var threads: [ThreadOfControl] = []
    var freeSlots: [Int32] = []
    var lastGeneration: Int32 = 0
    /// How many requests each state has made; empty until one has.
    var invocations: [Int32] = []
    /// The time of the present step. Not part of the execution's identity.
    var now: Int64 = 0
    /// A context object that expressions see instead of the execution's own: what TestState is given. Never set while records are
    /// kept, and so not part of the execution's identity.
    package var givenContext: JSONValue?

    /// An execution that has not begun; step `.proceed` to begin it.
    public init(plan: Plan, start: ExecutionStart) {
        self.plan = plan
        self.start = start
    }
}

extension Execution: Equatable {
    /// Equality of everything that the records decide. Two plans are equal if their definitions are.
    public static func == (left: Execution, right: Execution) -> Bool {
        left.plan.definitionHash == right.plan.definitionHash && left.start == right.start && left.status == right.status
            && left.output == right.output && left.error == right.error && left.cause == right.cause
            && left.stopTime == right.stopTime && left.transitions == right.transitions && left.lastRecord == right.lastRecord
            && left.lastEvent == right.lastEvent && left.lastTime == right.lastTime && left.threads == right.threads
            && left.freeSlots == right.freeSlots && left.lastGeneration == right.lastGeneration
            && left.invocations == right.invocations
    }
}

/// Bounds of a step and of an execution.
public enum KernelLimits {
    /// The most bytes of a state's input, output or result (asl.md section 13).
    public static let payloadBytes = 262_144
    /// The most levels of arrays and objects that a state's output may have. Assumed: the service's own reader has this limit.
    public static let payloadDepth = 1_000
    /// The most events of a Standard execution's history.
    public static let historyEvents = 25_000
    /// The most iterations of an inline Map state that run at once when it sets no limit, as AWS does.
    public static let inlineConcurrency = 40
    /// The transitions that one step may make before it lets others run.
    public static let transitionsPerStep = 1_000
    /// The limit of an Express execution in seconds.
    public static let expressSeconds: Int64 = 300
    /// The limit of a Standard execution in seconds: one year.
    public static let standardSeconds: Int64 = 31_536_000
    /// The longest Wait in seconds, as recorded: 2^31 - 1.
    public static let waitSeconds: Int64 = 2_147_483_647
    /// The most bytes of one variable, and of all variables of one `Assign`.
    public static let assignBytes = 262_144
    /// The most UTF-16 code units of an error's name.
    public static let errorLength = 256
    /// The most UTF-16 code units of a cause.
    public static let causeLength = 32_768
    /// The most bytes of all variables that an execution holds at once.
    public static let variableBytes = 10_485_760
}

extension Execution {
    /// Takes one occurrence; tells `sink` what must be written, and then what may be done.
    ///
    /// - Throws: a refusal, which leaves the execution untouched.
    public mutating func step(_ occurrence: Occurrence, into sink: inout some Sink) throws(Refusal) {
        guard status == .running else { throw .closed }
        now = max(occurrence.time, lastTime)
        var agenda = Agenda()
        switch occurrence.kind {
        case .proceed: proceed(&agenda, &sink)
        case .recovered: recover(&agenda, &sink)
        case .timerFired(let timer): try fire(timer, &agenda, &sink)
        case .taskStarted(let task, let worker): try startTask(task, worker: worker, &sink)
        case .taskSubmitted(let task, let output): try submitTask(task, output: output, &agenda, &sink)
        case .taskSucceeded(let task, let output): try succeedTask(task, output: output, &agenda, &sink)
        case .taskFailed(let task, let error, let cause, let phase):
            try failTask(task, error: error, cause: cause, phase: phase, &agenda, &sink)
        case .taskHeartbeat(let task): try heartbeat(task, &sink)
        case .stop(let error, let cause): close(.executionAborted(error: error, cause: cause), previous: 0, &sink)
        }
        work(through: &agenda, &sink)
    }

    /// Applies a change and tells it to the sink. A closed execution changes no more.
    mutating func change(_ change: Change, in thread: Int32, previous: Int32, _ sink: inout some Sink) {
        guard status == .running else { return }
        let isEvent = change.isEvent
        if isEvent, !start.isExpress, Int(lastEvent) + 1 >= KernelLimits.historyEvents, !change.isClosing {
            // The last event that fits is the one that says so (history.md section 4).
            close(
                .executionFailed(
                    error: "States.Runtime",
                    cause: "The execution reached the maximum number of history events (\(KernelLimits.historyEvents))."),
                previous: threads[0].previousEvent, &sink)
            return
        }
        var record = Record(
            number: lastRecord + 1, thread: thread, time: now, event: isEvent ? lastEvent + 1 : 0, previousEvent: previous,
            change: change)
        record.change.adoptPayload(record: record.number)
        apply(record)
        sink.record(record)
    }

    /// Ends the execution: gives up whatever is still asked of the outside, and says so.
    mutating func close(_ change: Change, previous: Int32, _ sink: inout some Sink) {
        guard status == .running else { return }
        for slot in threads.indices { cancelTask(Int32(slot), &sink) }
        self.change(change, in: 0, previous: previous, &sink)
        sink.command(.closed)
    }

    /// Begins, or goes on after a bounded step: every thread that can move moves.
    private mutating func proceed(_ agenda: inout Agenda, _ sink: inout some Sink) {
        if lastRecord == 0 {
            change(.executionStarted(start), in: 0, previous: 0, &sink)
            setExecutionTimer(&sink)
        }
        agenda.add(contentsOf: movableThreads)
    }

    var movableThreads: [Int32] {
        threads.indices.compactMap { slot in
            switch threads[slot].pending {
            case .ready, .children: Int32(slot)
            case .free, .entered, .waiting, .task, .retrying, .finished: nil
            }
        }
    }

    func setExecutionTimer(_ sink: inout some Sink) {
        let limit = start.isExpress ? KernelLimits.expressSeconds : KernelLimits.standardSeconds
        let seconds = min(plan.timeoutSeconds ?? limit, limit)
        sink.command(
            .setTimer(
                TimerName(task: TaskName(thread: 0, generation: 0), purpose: .execution), due: start.time + seconds * 1000))
    }
}

/// The threads that a step still has to move, and how much it may still do.
struct Agenda {
    private var queue: [Int32] = []
    private var head = 0
    private var moving: Int32 = -1
    var budget = KernelLimits.transitionsPerStep

    /// Moves that thread in its turn.
    mutating func add(_ thread: Int32) { queue.append(thread) }

    /// Moves that thread too, unless it is being moved already: then its own loop goes on.
    mutating func goOn(with thread: Int32) {
        if thread != moving { queue.append(thread) }
    }

    mutating func add(contentsOf threads: [Int32]) { queue += threads }

    mutating func next() -> Int32? {
        guard head < queue.count else { return nil }
        moving = queue[head]
        head += 1
        return moving
    }
}

extension Execution {
    /// Moves threads until all of them wait, or the step has done enough.
    private mutating func work(through agenda: inout Agenda, _ sink: inout some Sink) {
        while status == .running, let thread = agenda.next() {
            advance(thread, &agenda, &sink)
            if agenda.budget <= 0, status == .running {
                sink.command(.proceed)
                return
            }
        }
    }

    /// Moves one thread until it waits, ends, or has used up the step.
    private mutating func advance(_ thread: Int32, _ agenda: inout Agenda, _ sink: inout some Sink) {
        repeat {
            while status == .running, agenda.budget > 0, case .ready = threads[Int(thread)].pending {
                agenda.budget -= 1
                enter(thread, &agenda, &sink)
            }
            guard status == .running, case .children(let children) = threads[Int(thread)].pending else { return }
            advanceChildren(children, of: thread, &agenda, &sink)
            // A Parallel or Map state whose children have all ended was left by that, and its thread goes on.
        } while status == .running && agenda.budget > 0 && threads[Int(thread)].pending == .ready
    }

    /// Enters the thread's state and performs it up to the first thing that it must wait for.
    private mutating func enter(_ thread: Int32, _ agenda: inout Agenda, _ sink: inout some Sink) {
        let slot = Int(thread)
        change(
            .stateEntered(state: threads[slot].state, input: threads[slot].input), in: thread,
            previous: threads[slot].previousEvent,
            &sink)
        perform(thread, &agenda, &sink)
    }

    /// Performs the state that the thread is in: after entering it, and again for each retry.
    mutating func perform(_ thread: Int32, _ agenda: inout Agenda, _ sink: inout some Sink) {
        guard status == .running else { return }
        let state = plan.states[Int(threads[Int(thread)].state)]
        do throws(StateFailure) {
            switch state.kind {
            case .pass(let pass): try performPass(pass, state, thread, &agenda, &sink)
            case .task(let task): try performTask(task, state, thread, &sink)
            case .choice(let choice): try performChoice(choice, state, thread, &agenda, &sink)
            case .wait(let wait): try performWait(wait, state, thread, &agenda, &sink)
            case .succeed: try performSucceed(state, thread, &agenda, &sink)
            case .fail(let fail): throw try failure(of: fail, thread)
            case .parallel(let parallel): try performParallel(parallel, state, thread, &agenda, &sink)
            case .map(let map): try performMap(map, state, thread, &agenda, &sink)
            }
        } catch {
            fail(thread, with: error, &agenda, &sink)
        }
    }

    /// Leaves the thread's state.
    ///
    /// A state's output over the limit fails the execution at once; nothing can catch it (asl.md section 10).
    mutating func exit(
        _ thread: Int32, output: Payload, assigned: [Variable] = [], by edge: Edge, _ agenda: inout Agenda, _ sink: inout some Sink
    ) throws(StateFailure) {
        if output.record == 0 { try checkLimits(of: output.value, thread) }
        change(
            .stateExited(output: output, assigned: assigned, edge: edge), in: thread, previous: threads[Int(thread)].previousEvent,
            &sink)
        guard status == .running else { return }
        follow(thread, &agenda, &sink)
    }

    /// Whether a value that a state made may be kept: not too large, and not too deep to be read again.
    func checkLimits(of value: JSONValue, _ thread: Int32) throws(StateFailure) {
        let size = value.utf8Count
        if size > KernelLimits.payloadBytes {
            throw .terminal(
                "States.DataLimitExceeded", cause: StateFailure.sizeCause(of: plan.states[Int(threads[Int(thread)].state)].name))
        }
        // A level takes two bytes at least, so small values need no second look.
        if size > 2 * KernelLimits.payloadDepth, value.isNested(deeperThan: KernelLimits.payloadDepth) {
            throw runtimeFailure(thread, "The value has more than \(KernelLimits.payloadDepth) levels of arrays and objects.")
        }
    }

    /// What comes after a state was left: the next state, or the end of a branch, an iteration or the execution.
    private mutating func follow(_ thread: Int32, _ agenda: inout Agenda, _ sink: inout some Sink) {
        let slot = Int(thread)
        switch threads[slot].pending {
        case .ready:
            agenda.goOn(with: thread)
        case .finished(let output) where thread == 0:
            close(.executionSucceeded(output: output), previous: threads[slot].previousEvent, &sink)
        case .finished:
            let parent = threads[slot].parent
            change(.iterationSucceeded, in: thread, previous: threads[slot].previousEvent, &sink)
            agenda.add(parent)
        case .free:
            agenda.add(threads[slot].parent)
        case .entered, .waiting, .task, .retrying, .children:
            preconditionFailure("a state that was left waits for nothing")
        }
    }
}
