import StatesJSON
import StatesLanguage

/// One line of control inside an execution: the root, a branch, or an iteration.
///
/// Threads live in slots that are used again; a thread waits for at most one thing, which a generation names.
struct ThreadOfControl: Sendable, Equatable {
    /// The slot of the thread whose Parallel or Map state this belongs to, or -1 for the root.
    var parent: Int32
    /// Which branch or iteration it is.
    var index: Int32
    /// The state it is in, or shall enter.
    var state: Int32
    /// The raw input of that state.
    var input: Payload
    /// The event that the next one follows from.
    var previousEvent: Int32
    /// The event that entered the state, or 0.
    var enteredEvent: Int32 = 0
    /// The event that the one which entered the state follows from.
    var eventBeforeEntry: Int32 = 0
    /// When the state was entered, in milliseconds since 1970.
    var enteredAt: Int64 = 0
    /// How often this visit of the state was retried.
    var retryCount: Int32 = 0
    /// How often each retrier was used during this visit; empty until one was.
    var retries: [Int32] = []
    /// The variables of its scope, in the order of their first assignment.
    var variables: [Variable] = []
    /// The size of these variables as JSON text, in bytes.
    var variableBytes = 0
    /// What it waits for.
    var pending: Pending = .ready

    /// What a thread waits for. What is large is kept apart, because threads move often.
    enum Pending: Sendable, Equatable {
        /// The slot is free.
        case free
        /// To enter its state.
        case ready
        /// Nothing: the state was entered in this very step.
        case entered
        /// A Wait state's end.
        case waiting(generation: Int32, due: Int64)
        /// A task's answer.
        indirect case task(PendingTask)
        /// The end of a retry's delay.
        case retrying(generation: Int32, due: Int64)
        /// Branches or iterations.
        indirect case children(Children)
        /// To be noticed by its parent: its `States` object ended with this output.
        case finished(Payload)
    }
}

/// A task that was scheduled and not answered.
struct PendingTask: Sendable, Equatable {
    var generation: Int32
    var phase: Phase
    var schedule: TaskSchedule
    /// When it was scheduled, in milliseconds since 1970.
    var scheduledAt: Int64
    /// How many requests the state had made before.
    var invocation: Int32
    /// When silence becomes a timeout. Heartbeats leave no record, so this is no part of what replay must rebuild.
    var heartbeatDue: Unrecorded<Int64?>

    enum Phase: UInt8, Sendable { case scheduled, started, submitted }

    /// When the task's own limit passes, or nil.
    var timeoutDue: Int64? { schedule.timeoutSeconds.map { scheduledAt + $0 * 1000 } }
}

/// The branches of a Parallel state or the iterations of a Map state.
struct Children: Sendable, Equatable {
    var isMap: Bool
    /// The items of a Map state, or the input of the branches.
    var source: Payload
    /// How many may run at once.
    var concurrency: Int32
    /// The outputs so far, by index.
    var results: [Payload?]
    /// How many run.
    var live: Int32
    /// How many were begun.
    var begun: Int32
    /// How many ended.
    var ended: Int32 = 0
    /// The event that the next iteration follows from: the start, or the last event of the iteration that made room.
    var opening: Int32

    var count: Int { results.count }
}

/// A value that is a convenience of the living process and no part of an execution's identity.
struct Unrecorded<Value: Sendable>: Sendable, Equatable {
    var value: Value

    init(_ value: Value) { self.value = value }

    static func == (left: Unrecorded, right: Unrecorded) -> Bool { true }
}
