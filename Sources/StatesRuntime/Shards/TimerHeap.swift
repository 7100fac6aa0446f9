import StatesKernel

/// A point in time that an execution waits for.
struct TimerEntry {
    /// What happens then.
    enum Purpose: UInt8 {
        case wait, retry, taskTimeout, heartbeat, execution
        /// A fixed answer is due.
        case answer
        /// A step that reached its bound goes on.
        case proceed
        /// Somebody is called.
        case call

        init(_ purpose: TimerName.Purpose) {
            switch purpose {
            case .wait: self = .wait
            case .retry: self = .retry
            case .taskTimeout: self = .taskTimeout
            case .heartbeat: self = .heartbeat
            case .execution: self = .execution
            }
        }

        /// The kernel's name for it; nil for what only a driver knows.
        var timer: TimerName.Purpose? {
            switch self {
            case .wait: .wait
            case .retry: .retry
            case .taskTimeout: .taskTimeout
            case .heartbeat: .heartbeat
            case .execution: .execution
            case .answer, .proceed, .call: nil
            }
        }

        /// Whether it ends with the task it belongs to.
        var belongsToTask: Bool {
            switch self {
            case .taskTimeout, .heartbeat, .answer: true
            case .wait, .retry, .execution, .proceed, .call: false
            }
        }
    }

    let due: Int64
    let execution: UInt64
    let task: TaskName
    let purpose: Purpose

    /// What is due at the same time happens in the order of executions' starts, then of threads, then of generations.
    static func < (left: TimerEntry, right: TimerEntry) -> Bool {
        (left.due, left.execution, left.task.thread, left.task.generation, left.purpose.rawValue)
            < (right.due, right.execution, right.task.thread, right.task.generation, right.purpose.rawValue)
    }
}

/// The points in time that a shard's executions wait for, the earliest on top.
struct TimerHeap {
    private var entries: [TimerEntry] = []

    var isEmpty: Bool { entries.isEmpty }
    var count: Int { entries.count }

    /// The earliest time; the end of time if there is none.
    var nextDue: Int64 { entries.first?.due ?? .max }

    mutating func insert(_ entry: TimerEntry) {
        entries.append(entry)
        siftUp(entries.count - 1)
    }

    /// Takes out what is due, in order.
    mutating func popAll(dueBy now: Int64, into due: inout [TimerEntry]) {
        while let first = entries.first, first.due <= now {
            due.append(first)
            removeFirst()
        }
    }

    /// Throws out what nobody waits for any more.
    mutating func filter(_ isAlive: (TimerEntry) -> Bool) {
        entries = entries.filter(isAlive)
        for index in stride(from: entries.count / 2 - 1, through: 0, by: -1) { siftDown(index) }
    }

    mutating func removeAll() { entries = [] }

    private mutating func removeFirst() {
        let last = entries.removeLast()
        guard !entries.isEmpty else { return }
        entries[0] = last
        siftDown(0)
    }

    private mutating func siftUp(_ start: Int) {
        var index = start
        let entry = entries[index]
        while index > 0 {
            let parent = (index - 1) / 2
            guard entry < entries[parent] else { break }
            entries[index] = entries[parent]
            index = parent
        }
        entries[index] = entry
    }

    private mutating func siftDown(_ start: Int) {
        var index = start
        let entry = entries[index]
        while true {
            var child = 2 * index + 1
            guard child < entries.count else { break }
            if child + 1 < entries.count, entries[child + 1] < entries[child] { child += 1 }
            guard entries[child] < entry else { break }
            entries[index] = entries[child]
            index = child
        }
        entries[index] = entry
    }
}
