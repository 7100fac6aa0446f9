import StatesJSON
import StatesKernel
import StatesLanguage
import StatesRuntime
import StatesText

/// Runs a state's excerpt, and at the higher levels variants of it.
struct Inspector {
    let machine: StateMachine
    let state: String
    let request: StateInspection.Request

    func inspection() throws -> StateInspection {
        let excerpt = try StateExcerpt(state, in: machine)
        try checkMock(of: excerpt)
        let runnable = ["Map", "Parallel"].contains(excerpt.type) ? excerpt.asTask() : excerpt
        let fate = try fate(of: runnable)
        var data = JSONObject()
        if request.level != .info {
            data = JourneyThroughState(excerpt: excerpt, runnable: runnable, fate: fate, inspector: self).data()
        }
        return StateInspection(
            status: fate.status, output: fate.output, error: fate.error, cause: fate.cause,
            nextState: fate.next.map(excerpt.original), data: data, trail: fate.trail)
    }

    /// The rules that TestState has for mocks (api.md section 4).
    private func checkMock(of excerpt: StateExcerpt) throws(StateInspectionProblem) {
        let canBeMocked = ["Task", "Map", "Parallel"].contains(excerpt.type)
        guard let mock = request.mock else {
            if excerpt.type == "Task" { throw StateInspectionProblem("Nothing answers '\(state)': a Task state needs a mock.") }
            guard canBeMocked else { return }
            throw StateInspectionProblem(
                "TestState API does not support Map or Parallel states. Supported state types include: "
                    + "[Task, Wait, Pass, Succeed, Fail, Choice]")
        }
        guard canBeMocked else {
            throw StateInspectionProblem("State type '\(excerpt.type)' is not supported when a mock is specified")
        }
        guard case .returns(let result) = mock.outcome, request.validation != .none else { return }
        if excerpt.type == "Map" {
            let isWritten = excerpt.fields["ResultWriter"] != nil
            if isWritten, result.object == nil { throw StateInspectionProblem("Mocked result must be a JSON object.") }
            if !isWritten, result.array == nil { throw StateInspectionProblem("Mocked result must be an array.") }
        }
        if excerpt.type == "Parallel", result.array?.count != excerpt.fields["Branches"]?.array?.count {
            throw StateInspectionProblem("Mocked result must contain the same number of items as number of Parallel branches.")
        }
    }

    // MARK: Running

    /// What became of a state.
    struct Fate {
        var status: StateInspection.Status
        var output: JSONValue?
        var error: String?
        var cause: String?
        var next: String?
        var assigned: [Variable] = []
        var catcher: Int?
        var retrier: Int?
        var backoffSeconds: Int64?
        var trail: Trail
    }

    /// Runs an excerpt until it is decided what becomes of the state.
    func fate(of excerpt: StateExcerpt) throws -> Fate {
        let machine = try excerpt.machine(input: request.input, variables: request.variables, type: machine.type)
        var scenario = Scenario(machine)
        scenario.validation = request.validation
        if excerpt.type == "Task", let mock = request.mock {
            scenario.rules = [MockRule(key: state, answers: answers(mock, excerpt))]
        }
        var rehearsal = Rehearsal(scenario, start: start(of: scenario))
        while true {
            if let fate = decided(rehearsal, machine.plan) { return fate }
            guard rehearsal.takeNext() else { break }
        }
        if let fault = rehearsal.fault { throw fault }
        return decided(rehearsal, machine.plan)
            ?? Fate(status: .failed, error: "States.Timeout", trail: rehearsal.run.trail)
    }

    /// The mock, after as many failures as there were retries before.
    private func answers(_ mock: MockAnswer, _ excerpt: StateExcerpt) -> [MockAnswer] {
        guard request.retryCount > 0 else { return [mock, .never] }
        if case .fails(let error, let cause) = mock.outcome {
            return [.throws(error, cause: cause).times(request.retryCount + 1), .never]
        }
        let named = excerpt.fields["Retry"]?.array?.first?["ErrorEquals"]?.array?.first?.string ?? "States.TaskFailed"
        return [.throws(named == "States.ALL" ? "States.TaskFailed" : named).times(request.retryCount), mock, .never]
    }

    private func start(of scenario: Scenario) -> ExecutionStart {
        let plain = ExecutionStart(scenario, input: request.input)
        let execution = request.context["Execution"]
        let own = request.context["StateMachine"]
        let input = execution?["Input"] ?? request.input
        let time = execution?["StartTime"]?.string.flatMap { Timestamp(rfc3339: $0)?.milliseconds }
        return ExecutionStart(
            number: 1, name: execution?["Name"]?.string ?? plain.name, arn: execution?["Id"]?.string ?? plain.arn,
            machineName: own?["Name"]?.string ?? machine.name, machineArn: own?["Id"]?.string ?? plain.machineArn,
            roleArn: execution?["RoleArn"]?.string ?? plain.roleArn, isExpress: plain.isExpress, time: time ?? plain.time,
            inputText: input.compactText, input: input, seed: plain.seed, definitionHash: plain.definitionHash)
    }

    /// What became of the state, if that is decided.
    private func decided(_ rehearsal: Rehearsal, _ plan: Plan) -> Fate? {
        guard let number = plan.states.first(where: { $0.name == state })?.number else { return nil }
        // The thread of control that is in the state.
        var inside: Int32 = -1
        var failures = 0
        var failure: (error: String?, cause: String?) = (nil, nil)
        for record in rehearsal.records {
            let isInside = record.thread == inside
            switch record.change {
            case .stateEntered(let entered, _):
                if Int(entered) == number { inside = record.thread } else if isInside { inside = -1 }
            case .taskFailed(let error, let cause, _, _) where isInside:
                failures += 1
                failure = (error, cause)
            case .evaluationFailed(let cause, _) where isInside:
                failures += 1
                failure = ("States.QueryEvaluationError", cause)
            case .taskTimedOut where isInside:
                failures += 1
                failure = ("States.Timeout", nil)
            case .retryScheduled(let retrier, let due) where isInside && failures > request.retryCount:
                return Fate(
                    status: .retriable, error: failure.error, cause: failure.cause, retrier: Int(retrier),
                    backoffSeconds: (due - record.time) / 1_000, trail: rehearsal.run.trail)
            case .stateExited(let output, let assigned, let edge) where isInside:
                return left(output.value, assigned, edge, failure, rehearsal, plan.states[number])
            case .executionFailed(let error, let cause) where inside >= 0:
                return Fate(status: .failed, error: error, cause: cause, trail: rehearsal.run.trail)
            default: break
            }
        }
        return nil
    }

    private func left(
        _ output: JSONValue, _ assigned: [Variable], _ edge: Edge, _ failure: (error: String?, cause: String?),
        _ rehearsal: Rehearsal, _ state: StatePlan
    ) -> Fate {
        var fate = Fate(status: .succeeded, output: output, assigned: assigned, trail: rehearsal.run.trail)
        let path = rehearsal.path
        if let at = path.firstIndex(of: state.name), at + 1 < path.count { fate.next = path[at + 1] }
        if case .catcher(let index) = edge {
            fate.status = .caughtError
            fate.catcher = Int(index)
            // Failures of the state itself have no event of their own; the error is in what the catcher wrote.
            let written = Self.errorOutput(in: output)
            fate.error = failure.error ?? written?.error
            fate.cause = failure.cause ?? written?.cause
        }
        return fate
    }

    private static func errorOutput(in value: JSONValue) -> (error: String?, cause: String?)? {
        if let error = value["Error"]?.string { return (error, value["Cause"]?.string) }
        return value.object?.lazy.compactMap { $0.value["Error"]?.string == nil ? nil : $0.value }.last.map {
            ($0["Error"]?.string, $0["Cause"]?.string)
        }
    }
}
