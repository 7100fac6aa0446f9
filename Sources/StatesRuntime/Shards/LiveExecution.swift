import StatesJSON
import StatesKernel
import StatesLanguage

/// An execution in a shard. Belongs to the shard's thread.
final class LiveExecution {
    var execution: Execution
    let start: ExecutionStart
    let isJournaled: Bool
    /// What else it was started with.
    var labels = ExecutionLabels()
    /// Its tasks that were offered and not answered.
    var tasks: [TaskName: LiveTask] = [:]
    var waiters: [Waiter] = []
    /// Its records so far, if its `Run` shall have them.
    var records: [Record]?
    var mocks: Mocks?
    var twin: (pair: Twin, isFirst: Bool)?
    /// How many of its points in time the shard keeps.
    var timers = 0
    var progress: ProgressReader?
    /// The tasks that have a heartbeat timer.
    var heartbeats: Set<TaskName> = []
    /// Whether it was found in the journal: then it may have timers of tasks that this process never handed out.
    var isRecovered = false

    init(_ execution: Execution, isJournaled: Bool) {
        self.execution = execution
        start = execution.start
        self.isJournaled = isJournaled
    }

    var number: UInt64 { start.number }
}

/// A task that an execution waits for, as far as the process takes part.
struct LiveTask {
    let request: TaskRequest
    let resolution: Resolution
    /// The gates it has still to pass, the next one last.
    var gatesAhead: [Gate] = []
    /// The gates it has passed.
    var gatesPassed: [Gate] = []
    /// What performs it, once something does.
    var performance: Performance?
    /// Whether its job was accepted, and only its end is missing.
    var isSubmitted = false
    /// The worker that shall get it.
    var poll: ActivityPoll?
    /// Answers that came before the request was accepted.
    var deferred: [(answer: TokenAnswer, reply: Reply)] = []
    /// The fixed answer that is on its way.
    var answer: Answer?
    /// How many of its points in time the shard keeps.
    var timers = 0
}

/// What leaves a shard, once the records before it are durable.
enum Effect {
    /// A recorded task is handed to whoever performs it.
    case perform(LiveExecution, TaskName)
    /// An activity's task waits for a worker.
    case offer(ActivityOffer)
    /// Nobody waits for a task any more.
    case cancel(Performance)
    /// Nobody waits for an activity's task any more.
    case withdraw(ActivityOffer)
    /// Somebody is told that it is done, or why it is not.
    case reply(Reply, (any Error)?)
    /// The observer is told.
    case progress(ProgressEvent)
    /// An execution has ended.
    case finish(LiveExecution)
    /// Anything else; it is told of a fault instead.
    case call(Reply)
}

/// The records and commands of steps: records are encoded at once, commands are carried out when the step has ended.
struct TurnSink: Sink {
    var batch = JournalBatch()
    var commands: [Command] = []
    /// The records of the step, if anybody wants to see them.
    var records: [Record] = []
    var execution: UInt64 = 0
    var isJournaled = false
    var keepsRecords = false

    mutating func record(_ record: borrowing Record) {
        if isJournaled { append(record) }
        if keepsRecords { records.append(copy record) }
    }

    private mutating func append(_ record: borrowing Record) {
        let copied = copy record
        batch.append(.record, execution: execution) { copied.encode(into: &$0) }
    }

    mutating func command(_ command: consuming Command) { commands.append(command) }
}
