public import StatesJSON
public import StatesKernel
import StatesText

/// What an execution really did, counted from its history: every `…StateEntered`, and every attempt after the first.
public struct HistoryCount: Sendable, Hashable {
    /// How often each state was entered, by name.
    public private(set) var entered: [String: Int] = [:]
    /// How often each state was tried again, by name.
    public private(set) var retries: [String: Int] = [:]
    /// The names in the order in which the states were first entered.
    public private(set) var states: [String] = []
    /// How many events the history has.
    public private(set) var events = 0
    /// Requests by what they ask: `lambda:invoke`, `sqs:sendMessage`.
    public private(set) var calls: [String: Int] = [:]
    /// How long the execution took by the clock of its events, in milliseconds; nil if they have no times.
    public private(set) var milliseconds: Int?

    /// State transitions: states entered, and retries.
    public var transitions: Int { entered.values.reduce(0, +) + retries.values.reduce(0, +) }

    /// An event, as far as counting needs it.
    private struct Step {
        var id: Int
        var previous: Int
        var type: String
        var name: String?
        var call: String?
        var time: Double?
    }

    /// Counts an execution that ran here.
    public init(_ history: [HistoryEvent]) {
        self.init(
            steps: history.map { event in
                Step(
                    id: event.id, previous: event.previousEventId, type: event.type, name: event.details["name"]?.string,
                    call: Self.call(event.type, event.details), time: Double(event.timestamp))
            })
    }

    /// Counts an execution from what GetExecutionHistory answers: `{"events": […]}`, or the list alone. Pages may be concatenated.
    ///
    /// - Throws: what is not like a history.
    public init(reading value: JSONValue) throws(ProfileMistake) {
        guard let events = value["events"]?.array ?? value.array else {
            throw ProfileMistake("this is no history: it has no list of events")
        }
        var steps: [Step] = []
        for event in events {
            guard let id = event["id"]?.number?.exactInteger, let type = event["type"]?.string else {
                throw ProfileMistake("this is no history: event \(steps.count + 1) has no id or no type")
            }
            let details = event.object?.members.first { $0.name.hasSuffix("EventDetails") || $0.name == "details" }?.value
            steps.append(
                Step(
                    id: Int(id), previous: Int(event["previousEventId"]?.number?.exactInteger ?? 0), type: type,
                    name: details?["name"]?.string, call: Self.call(type, details?.object ?? JSONObject()),
                    time: Self.milliseconds(event["timestamp"])))
        }
        self.init(steps: steps)
    }

    private init(steps: [Step]) {
        let places = Dictionary(steps.enumerated().map { ($1.id, $0) }) { first, _ in first }
        for step in steps {
            events += 1
            if step.type.hasSuffix("StateEntered") {
                let name = step.name ?? "?"
                if entered[name] == nil { states.append(name) }
                entered[name, default: 0] += 1
            }
            if let call = step.call { calls[call, default: 0] += 1 }
            guard let entering = Self.openings[step.type] else { continue }
            let cause = places[step.previous].map { steps[$0].type }
            // The first attempt follows from entering the state; any other is a retry, or a redrive, which is billed alike.
            guard cause != entering else { continue }
            var at = places[step.previous]
            var hops = 0
            while let place = at, steps[place].type != entering, hops < steps.count {
                at = places[steps[place].previous]
                hops += 1
            }
            retries[at.flatMap { steps[$0].name } ?? "?", default: 0] += 1
        }
        if let first = steps.first?.time, let last = steps.last?.time { milliseconds = Int(max(0, last - first)) }
    }

    /// The events that open an attempt, and what the first attempt follows from.
    private static let openings = [
        "TaskScheduled": "TaskStateEntered", "LambdaFunctionScheduled": "TaskStateEntered",
        "ActivityScheduled": "TaskStateEntered", "ParallelStateStarted": "ParallelStateEntered",
        "MapStateStarted": "MapStateEntered",
    ]

    private static func call(_ type: String, _ details: JSONObject) -> String? {
        switch type {
        case "LambdaFunctionScheduled": "lambda:invoke"
        case "ActivityScheduled": "activity"
        case "TaskScheduled":
            details["resourceType"]?.string.map { service in
                Resource("arn:aws:states:::\(service):\(details["resource"]?.string ?? "?")").call
            }
        default: nil
        }
    }

    /// AWS prints seconds since 1970 or ISO 8601, depending on who asks.
    private static func milliseconds(_ value: JSONValue?) -> Double? {
        if let seconds = value?.number?.doubleValue { return seconds * 1_000 }
        return value?.string.flatMap { Timestamp(rfc3339: $0).map { Double($0.milliseconds) } }
    }
}
