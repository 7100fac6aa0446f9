import StatesJSON
import StatesKernel
import StatesLanguage
import StatesRuntime

/// Runs one state in the kernel, apart from everything, and shows what came of its fields.
///
/// Values that no record holds are found by running a Pass state that has only the fields up to there: what is shown is what the
/// kernel makes of them.
struct StateRehearsal {
    let subject: TestSubject
    let context: JSONValue
    let variables: JSONObject
    let time: Int64
    /// How many iterations of a mocked Map state are said to have failed.
    var failureCount: Int?

    init(subject: TestSubject, context: JSONValue, variables: JSONObject, at time: Int64) {
        self.subject = subject
        self.context = context
        self.variables = variables
        self.time = time
    }

    /// A run as far as it has come.
    struct Performance {
        var execution: Execution
        var records: [Record] = []
        /// The task that waits for its answer.
        var request: TaskRequest?
        fileprivate var due: TimerName?
    }

    /// How a state failed.
    struct Failure {
        var error: String?
        var cause: String?
    }

    private struct Collector: Sink {
        var records: [Record] = []
        var commands: [Command] = []

        mutating func record(_ record: borrowing Record) { records.append(copy record) }
        mutating func command(_ command: consuming Command) { commands.append(command) }
    }

    // MARK: Running

    /// Runs the state up to its task, or to its end.
    func begin() throws -> Performance { try begin(runnableFields, on: subject.input) }

    /// The fields that the kernel runs. Retries are counted by the request, not run; a Map or Parallel state with a mock asks for
    /// its result as a task does.
    private var runnableFields: JSONObject {
        var fields = subject.fields
        fields["Retry"] = nil
        guard subject.type == "Map" || subject.type == "Parallel" else { return fields }
        for name in Self.childFields { fields[name] = nil }
        if subject.isMap { fields["Parameters"] = nil }
        fields["Type"] = "Task"
        fields["Resource"] = "arn:aws:lambda:us-east-1:123456789012:function:mock"
        return fields
    }

    private static let childFields = [
        "ItemProcessor", "Iterator", "ItemsPath", "Items", "ItemSelector", "ItemReader", "ItemBatcher", "ResultWriter", "Label",
        "MaxConcurrency", "MaxConcurrencyPath", "ToleratedFailureCount", "ToleratedFailureCountPath", "ToleratedFailurePercentage",
        "ToleratedFailurePercentagePath", "Branches",
    ]

    private func begin(_ fields: JSONObject, on input: JSONValue) throws -> Performance {
        let names = variables.names
        let text = subject.machine(of: fields, variables: names).compactText
        let machine = try StateMachine(definition: text, name: subject.name)
        let given: JSONValue = names.isEmpty ? input : ["input": input, "variables": .object(variables)]
        let start = ExecutionStart(
            number: 1, name: "TestState", arn: "arn:aws:states:::express:TestState:TestState", machineName: "TestState",
            machineArn: "arn:aws:states:::stateMachine:TestState", roleArn: "", isExpress: true, time: time,
            inputText: given.compactText, input: given, seed: Seed(number: UInt64(bitPattern: time), text: text),
            definitionHash: machine.plan.definitionHash)
        var performance = Performance(execution: Execution(plan: machine.plan, start: start))
        performance.execution.givenContext = context
        step(&performance, .proceed)
        return performance
    }

    private func step(_ performance: inout Performance, _ kind: Occurrence.Kind) {
        var collector = Collector()
        // A refusal changes nothing, and then nothing more happens.
        try? performance.execution.step(Occurrence(at: max(time, performance.execution.lastTime), kind), into: &collector)
        performance.records += collector.records
        for command in collector.commands {
            switch command {
            case .schedule(let request):
                performance.request = request
                step(&performance, .taskStarted(request.task, worker: nil))
            // Nobody waits for a Wait state that is only tried.
            case .setTimer(let timer, _) where timer.purpose == .wait: step(&performance, .timerFired(timer))
            case .proceed: step(&performance, .proceed)
            case .setTimer, .perform, .cancel, .closed: break
            }
        }
    }

    /// Gives the task its answer.
    func finish(_ performance: inout Performance, with outcome: Answer.Outcome) {
        guard let request = performance.request else { return }
        if request.resource.pattern != .requestResponse { step(&performance, .taskSubmitted(request.task, output: .emptyObject)) }
        switch outcome {
        case .value(let value): step(&performance, succeeded(request.task, value))
        case .failure(let error, let cause):
            step(&performance, .taskFailed(request.task, error: error, cause: cause, phase: .run))
        }
    }

    /// A Map state fails if more iterations did than it tolerates.
    private func succeeded(_ task: TaskName, _ value: JSONValue) -> Occurrence.Kind {
        guard let failures = failureCount, let threshold = exceeded(by: failures, of: value.array?.count ?? 0), threshold else {
            return .taskSucceeded(task, output: value)
        }
        return .taskFailed(
            task, error: "States.ExceedToleratedFailureThreshold",
            cause: "The specified tolerated failure threshold was exceeded", phase: .run)
    }

    private func exceeded(by failures: Int, of total: Int) -> Bool? {
        if let count = number(of: "ToleratedFailureCount"), failures > Int(count) { return true }
        if let share = number(of: "ToleratedFailurePercentage"), total > 0 { return Double(failures * 100) / Double(total) > share }
        return false
    }

    // MARK: Values of fields

    /// What a Pass state with these fields makes of an input; nil if it fails.
    private func value(of fields: [(String, JSONValue)], on input: JSONValue) -> JSONValue? {
        let pass = JSONObject([("Type", "Pass")] + fields + [("End", true)])
        guard let run = try? begin(pass, on: input), run.execution.status == .succeeded else { return nil }
        return run.execution.output?.value
    }

    /// The fields of the state by these names, as another state may have them.
    private func fields(_ names: String...) -> [(String, JSONValue)] {
        names.compactMap { name in subject.fields[name].map { (name, $0) } }
    }

    /// A number that the state gives, or points at, or computes.
    func number(of field: String) -> Double? {
        if let path = subject.fields["\(field)Path"] {
            let found = value(of: fields("InputPath") + [("OutputPath", path)], on: subject.input)
            return found?.number?.doubleValue ?? found?.string.flatMap { Double($0) }
        }
        guard let given = subject.fields[field] else { return nil }
        if let number = given.number { return number.doubleValue }
        return subject.isJSONata ? value(of: [("Output", given)], on: subject.input)?.number?.doubleValue : nil
    }

    /// Why a Map state's items are none; nil if they are fine, or are read from elsewhere.
    func failureOfItems() throws -> Failure? {
        guard subject.isMap, subject.fields["ItemReader"] == nil else { return nil }
        if subject.isJSONata {
            let items = try begin(
                JSONObject([("Type", "Pass")] + (subject.fields["Items"].map { [("Output", $0)] } ?? []) + [("End", true)]),
                on: subject.input
            ).execution
            guard items.status == .succeeded else { return Failure(error: items.error, cause: Self.plain(items.cause)) }
            guard let value = items.output?.value, value.array == nil else { return nil }
            return Failure(
                error: "States.QueryEvaluationError", cause: "Map state input must be an array but was: \(value.compactText)")
        }
        let path = subject.fields["ItemsPath"]?.string
        let effective = try begin(JSONObject([("Type", "Pass")] + fields("InputPath") + [("End", true)]), on: subject.input)
            .execution
        let items = try begin(
            JSONObject([("Type", "Pass"), ("InputPath", .string(path ?? "$")), ("End", true)]),
            on: effective.output?.value ?? subject.input
        ).execution
        guard items.status == .succeeded else { return Failure(error: items.error, cause: Self.plain(items.cause)) }
        guard items.output?.value.array == nil else { return nil }
        // As recorded: a path into the context object is shown as one into the input.
        let shown = path.map { $0.hasPrefix("$$") ? String($0.dropFirst()) : $0 } ?? "$"
        return Failure(error: "States.Runtime", cause: "Reference path \"\(shown)\" must point to array.")
    }

    /// A cause without the lead that names the state: here it is plain which one is meant.
    static func plain(_ cause: String?) -> String? {
        guard let cause, cause.hasPrefix("An error occurred while executing the state '"), let end = cause.firstRange(of: "). ")
        else {
            return cause
        }
        return String(cause[end.upperBound...])
    }

    // MARK: Answers

    func answer(failed failure: Failure, _ request: Request) -> JSONObject {
        var inspection = JSONObject([("input", .string(subject.inputText))])
        if !subject.isJSONata {
            inspection["afterInputPath"] = value(of: fields("InputPath"), on: subject.input).map { .string($0.compactText) }
        }
        return response(failure, "FAILED", inspection: inspection, request)
    }

    private func response(
        _ failure: Failure, _ status: String, inspection: JSONObject, _ request: Request
    ) -> JSONObject {
        JSONObject(
            present: [
                ("error", failure.error.map { .string($0) }), ("cause", failure.cause.map { .string($0) }),
                ("status", .string(status)), ("inspectionData", showsInspection(request) ? .object(inspection) : nil),
            ])
    }

    private func showsInspection(_ request: Request) -> Bool { (request.optionalText("inspectionLevel") ?? "INFO") != "INFO" }

    func answer(_ performance: Performance, _ request: Request) throws -> JSONObject {
        let outcome = Outcome(performance, subject)
        var inspection = inspectionData(outcome)
        guard let failure = outcome.failure else {
            return JSONObject(
                present: [
                    ("output", outcome.output.map { .string($0.compactText) }), ("status", "SUCCEEDED"),
                    ("nextState", outcome.next.map { .string($0) }),
                    ("inspectionData", showsInspection(request) ? .object(inspection) : nil),
                ])
        }
        let count = request.object("stateConfiguration")?["retrierRetryCount"].flatMap(TestSubject.count) ?? 0
        let retry = RetryDecision(subject, error: failure.error, count: count)
        var details = JSONObject()
        details["retryIndex"] = retry.index.map { .integer($0) }
        details["retryBackoffIntervalSeconds"] = retry.backoff
        if retry.backoff == nil { details["catchIndex"] = outcome.catcher.map { .integer($0) } }
        if !details.isEmpty { inspection["errorDetails"] = .object(details) }
        if retry.backoff != nil { return response(failure, "RETRIABLE", inspection: inspection, request) }
        guard outcome.catcher != nil else { return response(failure, "FAILED", inspection: inspection, request) }
        var caught = response(failure, "CAUGHT_ERROR", inspection: inspection, request)
        caught["output"] = outcome.output.map { .string($0.compactText) }
        caught["nextState"] = outcome.next.map { .string($0) }
        return caught
    }

    /// What came of each field, by the state's type and language.
    private func inspectionData(_ outcome: Outcome) -> JSONObject {
        var data = JSONObject([("input", .string(subject.inputText))])
        func show(_ name: String, _ value: JSONValue?) { data[name] = value.map { .string($0.compactText) } }
        if subject.isJSONata {
            if subject.type == "Task" {
                show("afterArguments", outcome.request)
                show("result", outcome.result)
            }
        } else {
            let isLiteral = subject.type == "Pass" && subject.fields["Result"] != nil
            if !isLiteral, subject.type != "Parallel" { show("afterInputPath", value(of: fields("InputPath"), on: subject.input)) }
            switch subject.type {
            case "Pass": inspectPass(isLiteral, &data)
            case "Task", "Map", "Parallel": inspectTask(outcome, &data)
            default: break
            }
        }
        if subject.isMap { inspectMap(&data) }
        if !variables.isEmpty || !outcome.assigned.isEmpty {
            var all = variables
            for variable in outcome.assigned { all[variable.name] = variable.value }
            show("variables", .object(all))
        }
        return data
    }

    private func inspectPass(_ isLiteral: Bool, _ data: inout JSONObject) {
        let parameters = value(of: fields("InputPath", "Parameters"), on: subject.input)
        let result = subject.fields["Result"] ?? parameters
        if isLiteral { data["result"] = result.map { .string($0.compactText) } }
        if !isLiteral { data["afterParameters"] = parameters.map { .string($0.compactText) } }
        data["afterResultSelector"] = result.map { .string($0.compactText) }
        data["afterResultPath"] = placed(result).map { .string($0.compactText) }
    }

    private func inspectTask(_ outcome: Outcome, _ data: inout JSONObject) {
        if subject.type == "Task" { data["afterParameters"] = outcome.request.map { .string($0.compactText) } }
        guard let result = outcome.result else { return }
        if subject.type == "Task" { data["result"] = .string(result.compactText) }
        if subject.isMap, subject.fields["ItemsPath"] != nil {
            let effective = value(of: fields("InputPath"), on: subject.input) ?? subject.input
            data["afterItemsPath"] = value(of: [("InputPath", subject.fields["ItemsPath"] ?? "$")], on: effective)
                .map { .string($0.compactText) }
        }
        let selected =
            subject.fields["ResultSelector"].map { value(of: [("Parameters", $0)], on: result) } ?? result
        data["afterResultSelector"] = selected.map { .string($0.compactText) }
        data["afterResultPath"] = placed(selected).map { .string($0.compactText) }
    }

    /// A result where `ResultPath` puts it.
    private func placed(_ result: JSONValue?) -> JSONValue? {
        result.flatMap { value(of: [("Result", $0)] + fields("ResultPath"), on: subject.input) }
    }

    private func inspectMap(_ data: inout JSONObject) {
        data["maxConcurrency"] = .integer(Int(number(of: "MaxConcurrency") ?? 0))
        if let count = number(of: "ToleratedFailureCount") { data["toleratedFailureCount"] = .integer(Int(count)) }
        if let share = number(of: "ToleratedFailurePercentage") { data["toleratedFailurePercentage"] = .number(.double(share)) }
    }

    /// What the records of a run say about the tested state.
    struct Outcome {
        var request: JSONValue?
        var result: JSONValue?
        var output: JSONValue?
        var assigned: [Variable] = []
        /// The name of the state that is next.
        var next: String?
        /// The catcher that took the failure.
        var catcher: Int?
        var failure: Failure?

        init(_ performance: Performance, _ subject: TestSubject) {
            var isInside = false
            var hasLeft = false
            let plan = performance.execution.plan
            var state: StatePlan?
            for record in performance.records {
                switch record.change {
                case .stateEntered(let number, _):
                    isInside = plan.states[Int(number)].name == subject.name && !hasLeft
                    if isInside { state = plan.states[Int(number)] }
                case .taskScheduled(let schedule): request = schedule.input.value
                case .taskSucceeded(let output): result = output.value
                case .taskFailed(let error, let cause, _, _): failure = Failure(error: error, cause: cause)
                case .stateExited(let output, let assigned, let edge) where isInside:
                    (self.output, self.assigned, hasLeft, isInside) = (output.value, assigned, true, false)
                    leave(by: edge, state, plan)
                case .executionFailed(let error, let cause) where !hasLeft:
                    failure = Failure(error: error, cause: StateRehearsal.plain(cause))
                default: break
                }
            }
            if hasLeft, catcher == nil { failure = nil }
        }

        private mutating func leave(by edge: Edge, _ state: StatePlan?, _ plan: Plan) {
            switch edge {
            case .next: if case .state(let number)? = state?.next { next = plan.states[number].name }
            case .rule(let index):
                if case .choice(let choice)? = state?.kind { next = plan.states[choice.rules[Int(index)].next].name }
            case .otherwise:
                if case .choice(let choice)? = state?.kind { next = choice.otherwise.map { plan.states[$0].name } }
            case .catcher(let index):
                catcher = Int(index)
                next = state.map { plan.states[$0.catchers[Int(index)].next].name }
            }
        }
    }
}

/// Whether a retrier takes a failure, and how long it would wait: the request says how often the state was retried before.
private struct RetryDecision {
    var index: Int?
    /// Nil if the attempts are used up.
    var backoff: JSONValue?

    init(_ subject: TestSubject, error: String?, count: Int) {
        guard error != "States.Runtime", let retriers = subject.fields["Retry"]?.array else { return }
        index = retriers.firstIndex { retrier in
            (retrier["ErrorEquals"]?.array ?? []).contains { name in
                switch name.string {
                case "States.ALL": true
                case "States.TaskFailed": error != "States.Timeout"
                case let name: name == error
                }
            }
        }
        guard let index else { return }
        let fields = retriers[index]
        func whole(_ name: String, _ standard: Int64) -> Int64 { fields[name]?.number?.exactInteger ?? standard }
        guard Int64(count) < whole("MaxAttempts", 3) else { return }
        let retrier = Retrier(
            errorEquals: [], intervalSeconds: whole("IntervalSeconds", 1), maxAttempts: whole("MaxAttempts", 3),
            backoffRate: fields["BackoffRate"]?.number?.doubleValue ?? 2,
            maxDelaySeconds: fields["MaxDelaySeconds"]?.number?.exactInteger, fullJitter: false)
        backoff = .integer(Int(retrier.delayMilliseconds(beforeAttempt: Int64(count) + 1, jitter: nil) / 1_000))
    }
}
