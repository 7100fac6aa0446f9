public import StatesJSON
public import StatesKernel

/// What an execution did, read from its history: visit by visit, each with its attempts.
///
/// It is read from events as AWS shows them, so that an execution that ran elsewhere is read in the same way.
public struct Trail: Sendable {
    /// The visits of states, in the order in which they were entered. Branches and iterations are interleaved as they ran.
    public private(set) var visits: [Visit] = []
    /// The events, in order.
    public let events: [HistoryEvent]

    /// One visit of a state.
    public struct Visit: Sendable {
        /// The state's name.
        public let state: String
        /// The state's type, such as `Task`.
        public let type: String
        /// What it was given.
        public let input: JSONValue
        /// When it was entered, in milliseconds since 1970.
        public let enteredAt: Int64
        /// The index of the Map iteration it belongs to, or nil.
        public let iteration: Int?
        /// How many Parallel and Map states enclose it.
        public let depth: Int
        /// When it was left, in milliseconds since 1970, or nil.
        public fileprivate(set) var exitedAt: Int64?
        /// What it gave, if it was left.
        public fileprivate(set) var output: JSONValue?
        /// The variables it assigned.
        public fileprivate(set) var assigned = JSONObject()
        /// Whether a catcher took its failure.
        public fileprivate(set) var isCaught = false
        /// The attempts of a Task, Parallel or Map state.
        public fileprivate(set) var attempts: [Attempt] = []
        fileprivate let parent: Int?

        /// The last attempt's failure, if it failed.
        public var failure: Attempt.Failure? { attempts.last?.failure }
    }

    /// One attempt of a visit.
    public struct Attempt: Sendable {
        /// What the task was asked, or nil where there is no task.
        public let asked: JSONValue?
        /// When it began, in milliseconds since 1970.
        public let beganAt: Int64
        /// When it ended, in milliseconds since 1970, or nil.
        public fileprivate(set) var endedAt: Int64?
        /// What it answered, if it did.
        public fileprivate(set) var result: JSONValue?
        /// How it failed, if it did.
        public fileprivate(set) var failure: Failure?
        /// Whether nobody answered in time.
        public fileprivate(set) var isTimedOut = false
        /// The id of the event that began it.
        let event: Int

        /// An error's name and text.
        public struct Failure: Sendable, Equatable {
            /// The name, if there was one.
            public let error: String?
            /// The text, if there was one.
            public let cause: String?
        }
    }

    /// Reads a history, which must be whole.
    public init(_ events: [HistoryEvent]) {
        self.events = events
        var reader = TrailReader()
        for event in events { reader.take(event) }
        visits = reader.visits
    }

    /// The visits of a state, in order.
    public func visits(of state: String) -> [Visit] { visits.filter { $0.state == state } }

    /// The names of the states, in the order in which they were entered.
    public var path: [String] { visits.map(\.state) }

    /// The variables of the outermost scope as they are at the end, in the order of their first assignment.
    public var variables: JSONObject {
        var variables = JSONObject()
        for visit in visits.filter({ $0.depth == 0 && $0.exitedAt != nil }) {
            for member in visit.assigned { variables[member.name] = member.value }
        }
        return variables
    }

    /// State transitions as AWS bills them: states entered, and retries. A Parallel or Map state's retry is one too.
    public var transitions: Int { visits.reduce(0) { $0 + max(1, $1.attempts.count) } }
}

/// Follows which visit each event belongs to: by the event before it, and from there outwards.
private struct TrailReader {
    private(set) var visits: [Trail.Visit] = []
    private var owners: [Int: Int] = [:]
    private var types: [Int: String] = [:]
    private var iterations: [Int: Int] = [:]

    mutating func take(_ event: HistoryEvent) {
        let before = owners[event.previousEventId]
        types[event.id] = event.type
        if event.type.hasSuffix("StateEntered") {
            owners[event.id] = visits.count
            enter(event, after: before)
        } else if event.type.hasSuffix("StateExited") {
            let name = event.details["name"]?.string
            owners[event.id] = climb(from: before) { $0.state == name && $0.exitedAt == nil }
            exit(event)
        } else if let before, !event.type.hasPrefix("Execution") {
            owners[event.id] = climb(from: before) { event.belongs(to: $0.type) } ?? before
            attempt(event)
        }
    }

    private func climb(from start: Int?, to matches: (Trail.Visit) -> Bool) -> Int? {
        var at = start
        while let visit = at {
            if matches(visits[visit]) { return visit }
            at = visits[visit].parent
        }
        // The event before belongs to a branch or an iteration of its own.
        return visits.lastIndex(where: matches)
    }

    private mutating func enter(_ event: HistoryEvent, after before: Int?) {
        let previous = types[event.previousEventId] ?? ""
        let isFirstInside = previous == "ParallelStateStarted" || previous == "MapIterationStarted"
        let parent = isFirstInside ? before : before.flatMap { visits[$0].parent }
        let iteration =
            previous == "MapIterationStarted" ? iterations[event.previousEventId] : before.flatMap { visits[$0].iteration }
        visits.append(
            Trail.Visit(
                state: event.details["name"]?.string ?? "", type: String(event.type.dropLast("StateEntered".count)),
                input: event.json("input") ?? .null, enteredAt: event.timestamp, iteration: iteration,
                depth: parent.map { visits[$0].depth + 1 } ?? 0, parent: parent))
    }

    private mutating func exit(_ event: HistoryEvent) {
        guard let visit = owners[event.id] else { return }
        visits[visit].exitedAt = event.timestamp
        visits[visit].output = event.json("output")
        visits[visit].isCaught = types[event.previousEventId].map { $0.hasSuffix("Failed") || $0.hasSuffix("TimedOut") } ?? false
        for member in event.details["assignedVariables"]?.object ?? JSONObject() {
            visits[visit].assigned[member.name] = member.value.string.flatMap { try? JSONValue(parsing: $0) } ?? member.value
        }
    }

    private mutating func attempt(_ event: HistoryEvent) {
        guard let visit = owners[event.id] else { return }
        switch event.type {
        case "TaskScheduled", "LambdaFunctionScheduled", "ActivityScheduled":
            visits[visit].attempts.append(
                Trail.Attempt(
                    asked: event.json("parameters") ?? event.json("input"), beganAt: event.timestamp, event: event.id))
        case "ParallelStateStarted", "MapStateStarted":
            visits[visit].attempts.append(Trail.Attempt(asked: nil, beganAt: event.timestamp, event: event.id))
        case "MapIterationStarted": iterations[event.id] = event.details["index"]?.number?.exactInteger.map { Int($0) }
        case "MapIterationSucceeded", "MapIterationFailed", "MapIterationAborted", "TaskSubmitted", "TaskStarted": break
        case let type where type.hasSuffix("Failed") || type.hasSuffix("TimedOut"):
            end(visit, event)
            visits[visit].attempts.mutateLast {
                $0.isTimedOut = type.hasSuffix("TimedOut")
                $0.failure = Trail.Attempt.Failure(error: event.details["error"]?.string, cause: event.details["cause"]?.string)
            }
        case let type where type.hasSuffix("Succeeded"):
            end(visit, event)
            visits[visit].attempts.mutateLast { $0.result = event.json("output") }
        default: break
        }
    }

    private mutating func end(_ visit: Int, _ event: HistoryEvent) {
        visits[visit].attempts.mutateLast { $0.endedAt = event.timestamp }
    }
}

extension HistoryEvent {
    /// A payload, which events hold as JSON text.
    fileprivate func json(_ name: String) -> JSONValue? { details[name]?.string.flatMap { try? JSONValue(parsing: $0) } }

    /// Whether an event that names no state can be of a state of that type.
    fileprivate func belongs(to stateType: String) -> Bool {
        if type.hasPrefix("Parallel") { return stateType == "Parallel" }
        if type.hasPrefix("Map") { return stateType == "Map" }
        if type.hasPrefix("Task") || type.hasPrefix("LambdaFunction") || type.hasPrefix("Activity") { return stateType == "Task" }
        return true
    }
}

extension Array {
    fileprivate mutating func mutateLast(_ change: (inout Element) -> Void) {
        if !isEmpty { change(&self[count - 1]) }
    }
}
