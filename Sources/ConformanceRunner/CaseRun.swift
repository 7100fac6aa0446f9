import StatesJSON
import StatesKernel
import StatesLanguage

/// What measuring one case came to.
struct CaseResult {
    let found: ConformanceCase
    /// Whether each level was met, strictest last.
    var levels: [(level: Level, passed: Bool)] = []
    /// What differed, for the levels that were not met.
    var why: [Level: String] = [:]
    /// Seconds it took.
    var seconds = 0.0
    /// Why replaying the encoded records does not rebuild the execution, if it does not.
    var replayDifference: String?

    init(_ found: ConformanceCase) { self.found = found }

    /// Notes how a level was met: `nil` means that nothing differed.
    mutating func mark(_ level: Level, _ difference: String?) {
        levels.append((level, difference == nil))
        why[level] = difference
    }

    /// Whether a level was met; nil if it cannot be measured.
    func passed(_ level: Level) -> Bool? { levels.first { $0.level == level }?.passed }
    /// Whether everything but the links was met.
    var isFull: Bool { levels.allSatisfy { $0.passed || $0.level == .links } }
    /// The weakest level that was not met, and why.
    var firstFailure: (level: Level, why: String)? {
        levels.first { !$0.passed }.map { ($0.level, why[$0.level] ?? "") }
    }
}

/// Carries out one case of the kind `execution`.
struct CaseRun {
    let found: ConformanceCase
    private var world: CaseWorld

    init(_ found: ConformanceCase, number: Int) {
        self.found = found
        world = CaseWorld(uid: "u" + String(0x10_0000 + number, radix: 16))
    }

    /// Measures the case.
    mutating func run() -> CaseResult {
        var result = CaseResult(found)
        do {
            let place = try prepare()
            world.run(until: place)
            judge(world.executions[place], &result)
            result.replayDifference = Replay.difference(world.executions[place].execution, world.executions[place].records)
        } catch {
            let reason = (error as? InvalidDefinition)?.awsMessage ?? "\(error)"
            for level in found.levels { result.mark(level, reason) }
        }
        return result
    }

    // MARK: Setting up

    private mutating func prepare() throws -> Int {
        let content = found.content
        for (name, behaviour) in (content["functions"]?.object ?? JSONObject()).map({ ($0.name, $0.value) }) {
            world.services.functions[world.substitution.fill(name)] = LambdaFunction(behaviour)
        }
        for call in content["setup"]?.array ?? [] { try setUp(call) }
        for actor in content["actors"]?.array ?? [] {
            let worker = Worker(world.substitution.fill(actor))
            if let queue = worker.queue { world.services.queues.insert(queue) }
            world.workers.append(worker)
        }
        for name in queueNames(in: content) { world.services.queues.insert(name) }
        let name = "conf-" + world.substitution.uid
        let machine = try world.createMachine(name: name, definition: definition, type: found.isExpress ? .express : .standard)
        let place = try world.start(machine, name: world.services.uuid(), inputText: inputText)
        for (index, call) in (content["during"]?.array ?? []).enumerated() {
            world.post(.call(world.substitution.fill(call)), after: 300 * Int64(index + 1))
        }
        return place
    }

    private mutating func setUp(_ call: JSONValue) throws {
        let parameters = world.substitution.fill(call["params"] ?? .emptyObject)
        let name = parameters["name"]?.string ?? ""
        switch call["op"]?.string {
        case "CreateActivity": world.createActivity(name: name)
        case "CreateStateMachine":
            _ = try world.createMachine(
                name: name, definition: parameters["definition"]?.string ?? "",
                type: parameters["type"]?.string == "EXPRESS" ? .express : .standard)
        default: break
        }
    }

    /// The names in `${queue:NAME}`, wherever the case has one.
    private func queueNames(in value: JSONValue) -> [String] {
        switch value {
        case .null, .bool, .number: return []
        case .string(let text):
            let filled = world.substitution.fill(text)
            guard text.contains("${queue:"), filled.hasPrefix(Substitution.queueHost) else { return [] }
            return [String(filled.dropFirst(Substitution.queueHost.count))]
        case .array(let items): return items.flatMap(queueNames)
        case .object(let object): return object.flatMap { queueNames(in: $0.value) }
        }
    }

    private var definition: String {
        if let definition = found.content["definition"] { return world.substitution.fill(definition).spacedText }
        return world.substitution.fill(found.content["definitionText"]?.string ?? "")
    }

    /// What StartExecution is sent; `{}` stands for no input.
    private var inputText: String {
        if let input = found.content["input"] { return world.substitution.fill(input).spacedText }
        return found.content["inputText"]?.string.map(world.substitution.fill) ?? "{}"
    }

    // MARK: Judging

    private func judge(_ running: CaseWorld.Running, _ result: inout CaseResult) {
        let execution = running.execution
        let wanted = found.expectation["status"]?.string ?? ""
        let got = execution.status.rawValue
        let outcome = "\(execution.error ?? "no error"): \(execution.cause ?? "no cause")"
        result.mark(.status, wanted == got ? nil : "expected \(wanted), got \(got): \(outcome.prefix(300))")
        result.mark(.result, result.why[.status] ?? resultDifference(execution))
        guard let history = found.history else { return }
        let events = HistoryView.events(of: running.records, plan: execution.plan, region: CaseWorld.region)
        let mayOmit = Set((found.expectation["historyMayOmit"]?.array ?? []).compactMap(\.string))
        let comparison = HistoryComparison(want: history, got: events, unordered: found.isUnordered, mayOmit: mayOmit)
        result.mark(.types, comparison.types)
        result.mark(.history, comparison.details)
        if !found.isUnordered { result.mark(.links, comparison.links) }
    }

    private func resultDifference(_ execution: Execution) -> String? {
        let want = found.expectation
        if let output = want["output"] {
            guard let got = execution.output else { return "output: missing" }
            if let difference = Comparison.difference(output, got.value, at: "output") { return difference }
        }
        return textDifference("error", want["error"], execution.error) ?? textDifference("cause", want["cause"], execution.cause)
    }

    private func textDifference(_ name: String, _ want: JSONValue?, _ got: String?) -> String? {
        guard let want else { return got.map { "\(name): not expected, got \(JSONValue.string($0).brief(200))" } }
        return Comparison.difference(want, got.map { .string($0) } ?? .null, at: name)
    }
}
