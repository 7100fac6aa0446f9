public import StatesJSON
public import StatesLanguage

/// An event of an execution's history, as GetExecutionHistory shows it (history.md).
public struct HistoryEvent: Sendable, Equatable {
    /// 1 for the first event, then counting.
    public var id: Int
    /// The event that led to this one; 0 if none did.
    public var previousEventId: Int
    /// When it happened, in milliseconds since 1970.
    public var timestamp: Int64
    /// AWS's name for it, such as `TaskStateEntered`.
    public var type: String
    /// What belongs to it, named as AWS does; payloads are JSON texts.
    public var details: JSONObject

    /// An event.
    public init(id: Int, previousEventId: Int, timestamp: Int64, type: String, details: JSONObject) {
        self.id = id
        self.previousEventId = previousEventId
        self.timestamp = timestamp
        self.type = type
        self.details = details
    }

    /// The member of an event that holds the details, such as `stateEnteredEventDetails`; nil for types that have none.
    public var detailsName: String? {
        switch type {
        case "WaitStateAborted", "TaskStateAborted", "ParallelStateAborted", "ParallelStateStarted", "ParallelStateSucceeded",
            "ParallelStateFailed", "MapStateSucceeded", "MapStateFailed", "MapStateAborted", "LambdaFunctionStarted":
            return nil
        default: break
        }
        for suffix in ["StateEntered", "StateExited"] where type.hasSuffix(suffix) {
            return suffix == "StateEntered" ? "stateEnteredEventDetails" : "stateExitedEventDetails"
        }
        return type.prefix(1).lowercased() + type.dropFirst() + "EventDetails"
    }
}

/// Turns an execution's records into the events that AWS shows, in order.
///
/// A record names its thread; the view drops it, and only follows along which state each thread is in.
public struct HistoryView: Sendable {
    private let plan: Plan
    private let region: String
    private var states: [Int32: Int] = [:]
    private var iterations: [Int32: (index: Int32, map: String)] = [:]

    /// A view of an execution of that plan. `region` is what task events show.
    public init(plan: Plan, region: String = "us-east-1") {
        self.plan = plan
        self.region = region
    }

    /// All events of these records, which must be an execution's from its first on.
    public static func events(of records: some Sequence<Record>, plan: Plan, region: String = "us-east-1") -> [HistoryEvent] {
        var view = HistoryView(plan: plan, region: region)
        return records.compactMap { view.event(for: $0) }
    }

    /// The event that shows the next record, or nil if AWS shows none.
    public mutating func event(for record: Record) -> HistoryEvent? {
        if case .stateEntered(let state, _) = record.change { states[record.thread] = Int(state) }
        if case .iterationStarted(let parent, let index, _) = record.change {
            iterations[record.thread] = (index, states[parent].map { plan.states[$0].name } ?? "")
        }
        guard record.event > 0, let (type, details) = typeAndDetails(record) else { return nil }
        return HistoryEvent(
            id: Int(record.event), previousEventId: Int(record.previousEvent), timestamp: record.time, type: type, details: details)
    }

    private func typeAndDetails(_ record: Record) -> (String, JSONObject)? {
        let state = states[record.thread].map { plan.states[$0] }
        switch record.change {
        case .executionStarted(let start):
            return (
                "ExecutionStarted",
                JSONObject([
                    ("input", .string(start.inputText)), ("inputDetails", Self.whole), ("roleArn", .string(start.roleArn)),
                ])
            )
        case .executionSucceeded(let output): return ("ExecutionSucceeded", Self.details(output: output))
        case .executionFailed(let error, let cause): return ("ExecutionFailed", Self.details(error, cause))
        case .executionTimedOut: return ("ExecutionTimedOut", JSONObject())
        case .executionAborted(let error, let cause): return ("ExecutionAborted", Self.details(error, cause))
        case .stateEntered(_, let input):
            guard let state else { return nil }
            return ("\(state.typeName)StateEntered", JSONObject([("name", .string(state.name))] + Self.members(input: input)))
        case .stateExited(let output, let assigned, _):
            guard let state else { return nil }
            return ("\(state.typeName)StateExited", exitDetails(state, output, assigned))
        case .stateAborted:
            guard let state else { return nil }
            return ("\(state.typeName)StateAborted", JSONObject())
        case .taskScheduled, .taskStarted, .taskSubmitted, .taskSucceeded, .taskFailed, .taskTimedOut:
            guard let state, case .task(let task) = state.kind else { return nil }
            return taskEvent(record.change, task)
        case .parallelStarted: return ("ParallelStateStarted", JSONObject())
        case .parallelSucceeded: return ("ParallelStateSucceeded", JSONObject())
        case .parallelFailed: return ("ParallelStateFailed", JSONObject())
        case .mapStarted(let items, _):
            return ("MapStateStarted", JSONObject([("length", .integer(items.value.array?.count ?? 0))]))
        case .mapSucceeded: return ("MapStateSucceeded", JSONObject())
        case .mapFailed: return ("MapStateFailed", JSONObject())
        case .iterationStarted: return ("MapIterationStarted", iterationDetails(record.thread))
        case .iterationSucceeded: return ("MapIterationSucceeded", iterationDetails(record.thread))
        case .iterationFailed: return ("MapIterationFailed", iterationDetails(record.thread))
        case .iterationAborted: return ("MapIterationAborted", iterationDetails(record.thread))
        case .evaluationFailed(let cause, let location):
            guard let state else { return nil }
            var details = Self.details(StateFailure.evaluationError, cause)
            if let location { details["location"] = .string(location) }
            details["state"] = .string(state.name)
            return ("EvaluationFailed", details)
        case .retryScheduled, .waitStarted: return nil
        }
    }

    private func exitDetails(_ state: StatePlan, _ output: Payload, _ assigned: [Variable]) -> JSONObject {
        var details = JSONObject([("name", .string(state.name))] + Self.members(output: output))
        if !assigned.isEmpty {
            details["assignedVariables"] = .object(JSONObject(assigned.map { ($0.name, .string($0.value.compactText)) }))
            details["assignedVariablesDetails"] = Self.whole
        }
        return details
    }

    private func iterationDetails(_ thread: Int32) -> JSONObject {
        let iteration = iterations[thread]
        return JSONObject([("name", .string(iteration?.map ?? "")), ("index", .integer(Int(iteration?.index ?? 0)))])
    }

    // MARK: Tasks

    /// The three families of task events: functions by ARN, activities, and service integrations (integrations.md section 1).
    private func taskEvent(_ change: Change, _ task: TaskPlan) -> (String, JSONObject)? {
        switch task.resource.kind {
        case .function: simpleTaskEvent(change, task, family: "LambdaFunction")
        case .activity: simpleTaskEvent(change, task, family: "Activity")
        case .integration(let service, let action): integrationEvent(change, service, action + task.resource.pattern.rawValue)
        }
    }

    private func simpleTaskEvent(_ change: Change, _ task: TaskPlan, family: String) -> (String, JSONObject)? {
        let isActivity = task.resource.isActivity
        switch change {
        case .taskScheduled(let schedule):
            var details = JSONObject([("resource", .string(task.resource.text))] + Self.members(input: schedule.input))
            Self.add(schedule, to: &details, heartbeat: isActivity)
            return (family + "Scheduled", details)
        case .taskStarted(let worker):
            return (family + "Started", JSONObject(worker.map { [("workerName", .string($0))] } ?? []))
        case .taskSucceeded(let output): return (family + "Succeeded", Self.details(output: output))
        case .taskFailed(let error, let cause, let phase, _):
            let suffix =
                switch phase {
                case .run, .submit: "Failed"
                case .schedule: "ScheduleFailed"
                case .start: isActivity ? "Failed" : "StartFailed"
                }
            return (family + suffix, Self.details(error, cause))
        case .taskTimedOut: return (family + "TimedOut", Self.details("States.Timeout", nil))
        default: return nil
        }
    }

    private func integrationEvent(_ change: Change, _ service: String, _ resource: String) -> (String, JSONObject)? {
        var details = JSONObject([("resourceType", .string(service)), ("resource", .string(resource))])
        switch change {
        case .taskScheduled(let schedule):
            details["region"] = .string(region)
            details["parameters"] = .string(schedule.input.value.compactText)
            Self.add(schedule, to: &details, heartbeat: true)
            return ("TaskScheduled", details)
        case .taskStarted: return ("TaskStarted", details)
        case .taskSubmitted(let output):
            for (name, value) in Self.members(output: output) { details[name] = value }
            return ("TaskSubmitted", details)
        case .taskSucceeded(let output):
            for (name, value) in Self.members(output: output) { details[name] = value }
            return ("TaskSucceeded", details)
        case .taskFailed(let error, let cause, let phase, _):
            for (name, value) in Self.details(error, cause).members.map({ ($0.name, $0.value) }) { details[name] = value }
            return (phase == .start ? "TaskStartFailed" : phase == .submit ? "TaskSubmitFailed" : "TaskFailed", details)
        case .taskTimedOut:
            details["error"] = "States.Timeout"
            return ("TaskTimedOut", details)
        default: return nil
        }
    }

    private static func add(_ schedule: TaskSchedule, to details: inout JSONObject, heartbeat: Bool) {
        if let seconds = schedule.timeoutSeconds { details["timeoutInSeconds"] = .number(.integer(seconds)) }
        if heartbeat, let seconds = schedule.heartbeatSeconds { details["heartbeatInSeconds"] = .number(.integer(seconds)) }
        if let role = schedule.roleArn { details["taskCredentials"] = ["roleArn": .string(role)] }
    }

    // MARK: Parts

    private static let whole: JSONValue = ["truncated": false]

    private static func members(input: Payload) -> [(String, JSONValue)] {
        [("input", .string(input.value.compactText)), ("inputDetails", whole)]
    }

    private static func members(output: Payload) -> [(String, JSONValue)] {
        [("output", .string(output.value.compactText)), ("outputDetails", whole)]
    }

    private static func details(output: Payload) -> JSONObject { JSONObject(members(output: output)) }

    private static func details(_ error: String?, _ cause: String?) -> JSONObject {
        var details = JSONObject()
        if let error { details["error"] = .string(error) }
        if let cause { details["cause"] = .string(cause) }
        return details
    }
}

extension StatePlan {
    /// The value of `Type`.
    public var typeName: String {
        switch kind {
        case .pass: "Pass"
        case .task: "Task"
        case .choice: "Choice"
        case .wait: "Wait"
        case .succeed: "Succeed"
        case .fail: "Fail"
        case .parallel: "Parallel"
        case .map: "Map"
        }
    }
}
