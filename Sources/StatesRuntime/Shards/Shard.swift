import StatesJSON
import StatesKernel
import StatesLanguage

/// One thread with its executions.
///
/// A turn takes what was said, steps the executions it concerns, and encodes their records into one batch; then what is due. The
/// batch is handed to the committer, and what the turn decided leaves the shard only when the batch is durable. Meanwhile the shard
/// goes on with the next turn.
///
/// `@unchecked Sendable`: other threads hold a shard to start it and to speak to its inbox, which has its own lock. Everything else
/// is touched by the shard's thread alone, from `run` to its end.
final class Shard: @unchecked Sendable {
    let index: Int
    let inbox: Inbox
    let context: ShardContext

    var executions: [UInt64: LiveExecution] = [:]
    var timers = TimerHeap()
    var sink = TurnSink()
    /// What leaves when the turn's records are durable.
    var effects: [Effect] = []
    /// Those who want to be called at a time.
    var calls: [Int32: @Sendable () -> Void] = [:]
    var lastCall: Int32 = 0
    /// The time of the present turn, in milliseconds since 1970.
    var now: Int64 = 0

    /// Effects that wait for their group.
    private var waiting = Queue<(ticket: UInt64, effects: [Effect])>()
    private var durable: UInt64 = 0
    private var fault: RuntimeError?
    /// Whether the runtime is being closed: nothing new is done, and what was decided becomes durable.
    private(set) var isEnding = false
    /// Timers that nobody waits for any more.
    private var staleTimers = 0
    /// Things that were done and that still hold virtual time, because their effects wait.
    private var held = 0
    /// Tasks that were really handed out under virtual time, and until when they may take, in monotonic nanoseconds.
    private var handedOut = Queue<(until: Int64, execution: UInt64, task: TaskName)>()
    private var due: [TimerEntry] = []

    /// The most messages of one turn, so that a flood of starts lets what is due happen in between, and the most steps for which
    /// records are collected before they are handed over.
    private static let messagesPerTurn = 1_000
    /// The staleness that is put up with.
    private static let staleLimit = 1_024

    init(index: Int, inbox: Inbox, context: ShardContext) {
        self.index = index
        self.inbox = inbox
        self.context = context
    }

    // MARK: The loop

    /// Works until the runtime is closed.
    func run() {
        while !isEnding || !waiting.isEmpty {
            let news = inbox.take(sleep: sleepTime(), durable: durable, knowsFault: fault != nil, knowsEnding: isEnding)
            isEnding = news.isEnding
            if let failure = news.fault, fault == nil { fail(failure) }
            durable = max(durable, news.durable)
            now = context.time.now()
            releaseDurable()
            held += news.messages.count + (news.isDue ? 1 : 0)
            var rest = news.messages[...]
            repeat {
                turn(rest.prefix(Self.messagesPerTurn), actsOnTime: rest.count <= Self.messagesPerTurn && news.isDue)
                rest = rest.dropFirst(Self.messagesPerTurn)
            } while !rest.isEmpty
            checkHandedOut()
            releaseTime()
        }
        end()
    }

    private func turn(_ messages: ArraySlice<Message>, actsOnTime: Bool) {
        now = context.time.now()
        for message in messages {
            if let refusal = isEnding ? .closed : fault { message.refuse(refusal) } else { take(message) }
        }
        if fault == nil, !isEnding, context.virtual == nil || actsOnTime { fireTimers() }
        flush()
    }

    /// How long to sleep at most; nil for as long as nothing happens.
    private func sleepTime() -> Int64? {
        if isEnding { return nil }
        var sleep = timers.isEmpty || fault != nil ? nil : context.time.nanoseconds(until: timers.nextDue)
        if let first = handedOut.first {
            sleep = min(sleep ?? .max, max(first.until - MachineTime.monotonicNanoseconds(), 0))
        }
        return sleep
    }

    /// Lets virtual time move on, unless effects wait that belong to the present.
    private func releaseTime() {
        guard let virtual = context.virtual, waiting.isEmpty, held > 0 else { return }
        let count = held
        held = 0
        virtual.release(count, shard: index, due: fault == nil ? timers.nextDue : .max)
    }

    /// Tells everybody who waits that the runtime is closed; executions stay as the journal has them.
    private func end() {
        for message in inbox.close() { message.refuse(RuntimeError.closed) }
        for live in executions.values { abandon(live, RuntimeError.closed) }
        executions = [:]
        timers.removeAll()
    }

    // MARK: Time

    func setTimer(_ entry: TimerEntry, _ live: LiveExecution) {
        // Every heartbeat asks for a timer. The one that is set fires earlier, and the kernel then asks again.
        if entry.purpose == .heartbeat, !live.heartbeats.insert(entry.task).inserted { return }
        timers.insert(entry)
        live.timers += 1
        if entry.purpose.belongsToTask { live.tasks[entry.task]?.timers += 1 }
    }

    /// Fires what was due when the round began. What that makes due at once is the next round's.
    private func fireTimers() {
        due.removeAll(keepingCapacity: true)
        timers.popAll(dueBy: now, into: &due)
        var fired = 0
        for entry in due {
            if entry.purpose == .call {
                if let body = calls.removeValue(forKey: entry.task.generation) { effects.append(.call { if $0 == nil { body() } }) }
                continue
            }
            guard let live = executions[entry.execution] else {
                staleTimers -= 1
                continue
            }
            fired += 1
            if fired % Self.messagesPerTurn == 0 { flush() }
            if entry.purpose == .heartbeat { live.heartbeats.remove(entry.task) }
            if entry.purpose.belongsToTask, live.tasks[entry.task] == nil, !live.isRecovered {
                staleTimers -= 1
            } else {
                live.timers -= 1
                if entry.purpose.belongsToTask { live.tasks[entry.task]?.timers -= 1 }
            }
            fire(entry, live)
        }
        sweepTimers()
    }

    private func fire(_ entry: TimerEntry, _ live: LiveExecution) {
        if let purpose = entry.purpose.timer {
            // Recovered tasks that nobody has to perform again have timers and no `LiveTask`, so the kernel says what is stale.
            _ = step(live, .timerFired(TimerName(task: entry.task, purpose: purpose)))
        } else if entry.purpose == .proceed {
            _ = step(live, .proceed)
        } else if let task = live.tasks[entry.task], let answer = task.answer {
            // A mock stands for the task's raw result, a fixed answer for what a function answers.
            finishTask(live, entry.task, task.resolution.rule == .mock ? answer.outcome : ResultShape(task).outcome(answer.outcome))
        }
    }

    func noteStale(_ count: Int) { staleTimers += count }

    /// Throws out stale timers once they are the majority, so that a year-long limit of a short execution costs nothing.
    private func sweepTimers() {
        guard staleTimers > Self.staleLimit, staleTimers * 2 > timers.count else { return }
        timers.filter { entry in
            if entry.purpose == .call { return true }
            guard let live = executions[entry.execution] else { return false }
            return !entry.purpose.belongsToTask || live.tasks[entry.task] != nil || live.isRecovered
        }
        staleTimers = 0
    }

    // MARK: Durability

    /// Hands over the turn's records and lets its effects go, now or when the records are durable.
    private func flush() {
        sweepTimers()
        if sink.batch.isEmpty {
            if waiting.isEmpty { carryOut() } else { hold(for: lastTicket) }
            return
        }
        guard fault == nil else {
            sink.batch.removeAll()
            return carryOut()
        }
        switch context.committer.submit(&sink.batch, shard: index) {
        case .durable: carryOut()
        case .ticket(let ticket): hold(for: ticket)
        case .failed(let failure): fail(failure)
        }
    }

    private var lastTicket: UInt64 = 0

    private func hold(for ticket: UInt64) {
        lastTicket = ticket
        waiting.append((ticket, effects))
        effects = []
    }

    private func releaseDurable() {
        while let first = waiting.first, first.ticket <= durable, let group = waiting.popFirst() {
            for effect in group.effects { carryOut(effect) }
        }
    }

    /// Carries out what the turn decided, and what that leads to.
    private func carryOut() {
        while !effects.isEmpty {
            let present = effects
            effects = []
            for effect in present { carryOut(effect) }
        }
    }

    /// After the journal failed nothing is acknowledged any more: whoever waits is told of the fault.
    private func fail(_ failure: RuntimeError) {
        fault = failure
        while let group = waiting.popFirst() { for effect in group.effects { refuse(effect, failure) } }
        for effect in effects { refuse(effect, failure) }
        effects = []
        sink.batch.removeAll()
        for live in executions.values { abandon(live, failure) }
        executions = [:]
        timers.removeAll()
    }

    private func refuse(_ effect: Effect, _ failure: any Error) {
        switch effect {
        case .reply(let reply, let error): reply(error ?? failure)
        case .call(let call): call(failure)
        case .finish(let live): abandon(live, failure)
        case .cancel(let performance): performance.cancel()
        case .perform, .offer, .withdraw, .progress: break
        }
    }

    /// Lets go of an execution that has not ended here.
    func abandon(_ live: LiveExecution, _ error: any Error) {
        for waiter in live.waiters { waiter.finished(.failure(error)) }
        live.waiters = []
        live.twin?.pair.fail(error)
        for task in live.tasks.values {
            for (_, reply) in task.deferred { reply(error) }
            task.poll?.finish(.failure(error))
            task.performance?.cancel()
            if task.performance == nil { for gate in task.gatesPassed { gate.leave() } }
        }
        live.tasks = [:]
    }

    // MARK: The real limit under virtual time

    func noteHandedOut(_ execution: UInt64, _ task: TaskName) {
        guard context.virtual != nil else { return }
        handedOut.append((MachineTime.monotonicNanoseconds() + context.invocationLimit, execution, task))
    }

    private func checkHandedOut() {
        let now = MachineTime.monotonicNanoseconds()
        while let first = handedOut.first {
            let live = executions[first.execution]
            guard let live, let task = live.tasks[first.task], task.performance != nil else {
                _ = handedOut.popFirst()
                continue
            }
            guard first.until <= now else { return }
            _ = handedOut.popFirst()
            let fault = RuntimeError.unanswered(
                execution: live.start.name, state: task.request.state.name, seconds: Double(context.invocationLimit) / 1e9)
            drop(live)
            abandon(live, fault)
            context.names.release(live.start)
        }
    }

    /// Takes an execution off the shard.
    func drop(_ live: LiveExecution) {
        executions[live.number] = nil
        noteStale(live.timers)
        live.timers = 0
    }
}

/// What all shards of a runtime share.
final class ShardContext: Sendable {
    let time: TimeSource
    let virtual: VirtualTime?
    let committer: Committer
    let resolver: Resolver
    let performers: Performers
    let activities: Activities
    let archive: Archive
    let names: NameRegister
    let observer: (@Sendable (ProgressEvent) -> Void)?
    let onStatusChange: (@Sendable (StatusChange) -> Void)?
    /// How long a function may really take under virtual time, in nanoseconds.
    let invocationLimit: Int64

    init(
        time: TimeSource, committer: Committer, resolver: Resolver, performers: Performers, activities: Activities,
        archive: Archive,
        names: NameRegister, observer: (@Sendable (ProgressEvent) -> Void)?,
        onStatusChange: (@Sendable (StatusChange) -> Void)? = nil, invocationLimit: Int64
    ) {
        self.time = time
        virtual = time.virtual
        self.committer = committer
        self.resolver = resolver
        self.performers = performers
        self.activities = activities
        self.archive = archive
        self.names = names
        self.observer = observer
        self.onStatusChange = onStatusChange
        self.invocationLimit = invocationLimit
    }
}
