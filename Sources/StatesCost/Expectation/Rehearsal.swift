import StatesJSON
import StatesKernel
import StatesLanguage

/// A definition with its control flow and nothing else: what a simulation runs on the real kernel.
///
/// Data is taken out, because probabilities decide and not data: a Choice becomes a task whose made-up errors lead where the rules
/// led, which counts the same one transition. Retry, Catch, Parallel, Map and waiting stay as they are. States keep their numbers.
struct Rehearsal {
    let flow: Flow
    let plan: Plan
    let input: JSONValue

    /// The made-up error that sends a Choice to its target of that place.
    static func error(forTarget place: Int) -> String { "Stepwell.Way\(place)" }

    /// Nil if the definition has something that cannot be run: no state, no way out.
    init?(_ flow: Flow, _ numbers: Numbers) {
        self.flow = flow
        var maps = JSONObject()
        for (state, count) in numbers.items.sorted(by: { $0.key < $1.key }) {
            let length = min(count, 100_000)
            if case .map(let map) = flow.states[state].kind {
                let children = map.isDistributed ? length.inBatches(of: map.itemsPerBatch) : length
                maps["m\(state)"] = .array(Array(repeating: 0, count: children))
            }
        }
        input = ["maps": .object(maps)]
        let definition = Self.scope(0, flow, timed: Set(numbers.durations.keys))
        guard let machine = try? StateMachine(definition: definition.compactText, name: "rehearsal"),
            machine.plan.states.count == flow.states.count
        else { return nil }
        plan = machine.plan
    }

    private static func scope(_ number: Int, _ flow: Flow, timed: Set<Int>) -> JSONValue {
        var states = JSONObject()
        for state in flow.scopes[number].states { states[flow.states[state].name] = Self.state(flow.states[state], flow, timed) }
        return ["StartAt": .string(flow.states[flow.scopes[number].startAt].name), "States": .object(states)]
    }

    private static func state(_ state: Flow.State, _ flow: Flow, _ timed: Set<Int>) -> JSONValue {
        var fields = JSONObject([("Type", .string(state.typeName))])
        switch state.kind {
        case .pass, .succeed: break
        case .fail(let error): fields["Error"] = .string(error ?? "Stepwell.Failed")
        case .wait(seconds: nil) where timed.contains(state.number):
            // Somebody said how long it takes, to the millisecond: whoever answers waits.
            fields["Type"] = "Task"
            fields["Resource"] = .string(resource)
            fields["ResultPath"] = .null
        case .wait(let seconds): fields["Seconds"] = .integer(seconds ?? 0)
        case .task:
            fields["Resource"] = .string(resource)
            fields["ResultPath"] = .null
        case .choice: return choice(state, flow)
        case .parallel(let branches):
            fields["Branches"] = .array(branches.map { scope($0, flow, timed: timed) })
            fields["ResultPath"] = .null
        case .map(let map):
            fields["ItemsPath"] = .string("$$.Execution.Input.maps.m\(state.number)")
            fields["ItemProcessor"] = scope(map.processor, flow, timed: timed)
            fields["MaxConcurrency"] = .integer(map.maxConcurrency)
            fields["ResultPath"] = .null
        }
        let retriers = state.retriers.map(\.node).map(Self.retrier)
        if !retriers.isEmpty { fields["Retry"] = .array(retriers) }
        let catchers = state.catchers.map { catcher($0.errors, to: $0.target, flow) }
        if !catchers.isEmpty { fields["Catch"] = .array(catchers) }
        addNext(state, flow, to: &fields)
        return .object(fields)
    }

    private static let resource = "arn:aws:lambda:us-east-1:123456789012:function:rehearsal"

    private static func choice(_ state: Flow.State, _ flow: Flow) -> JSONValue {
        let targets = Self.targets(of: state)
        let catchers = targets.enumerated().map { catcher([error(forTarget: $0.offset)], to: $0.element, flow) }
        // A Choice without a target that can be read goes nowhere; it ends here.
        return .object(
            JSONObject([
                ("Type", "Task"), ("Resource", .string(resource)), ("ResultPath", .null), ("Catch", .array(catchers)),
                ("End", true),
            ]))
    }

    /// The states a Choice may go to, each once, in order.
    static func targets(of state: Flow.State) -> [Int] {
        var targets: [Int] = []
        for target in state.edges.compactMap(\.target) where !targets.contains(target) { targets.append(target) }
        return targets
    }

    private static func catcher(_ errors: [String], to target: Int, _ flow: Flow) -> JSONValue {
        [
            "ErrorEquals": .array(errors.map { .string($0) }), "ResultPath": nil, "Next": .string(flow.states[target].name),
        ]
    }

    /// A retrier's own fields; symbols without a value are left out.
    private static func retrier(_ node: JSONNode) -> JSONValue {
        var fields = JSONObject()
        for name in ["ErrorEquals", "IntervalSeconds", "MaxAttempts", "BackoffRate", "MaxDelaySeconds", "JitterStrategy"] {
            guard let member = node[name] else { continue }
            if case .symbol = member.content { continue }
            fields[name] = member.value
        }
        return .object(fields)
    }

    private static func addNext(_ state: Flow.State, _ flow: Flow, to fields: inout JSONObject) {
        switch state.kind {
        case .succeed, .fail, .choice: break
        case .pass, .task, .wait, .parallel, .map:
            if let target = state.edges.first?.target {
                fields["Next"] = .string(flow.states[target].name)
            } else {
                fields["End"] = true
            }
        }
    }

    /// What an execution number so-and-so is given.
    func start(number: UInt64, seed: UInt64) -> ExecutionStart {
        ExecutionStart(
            number: number, name: "rehearsal", arn: "arn:aws:states:us-east-1:123456789012:execution:rehearsal:\(number)",
            machineName: "rehearsal", machineArn: "arn:aws:states:us-east-1:123456789012:stateMachine:rehearsal", roleArn: "",
            // An Express execution has no limit of events, which a simulation of costs shall see past.
            isExpress: true, time: 0, inputText: "{}", input: input, seed: Seed(number: seed, text: "\(number)"),
            definitionHash: plan.definitionHash)
    }
}
