import StatesJSON
import StatesKernel
import StatesLanguage
import StatesRuntime
import Synchronization

/// Runs a case through `StatesRuntime`, so that what is measured is what users run: its virtual clock, its functions with their
/// envelopes, its tokens and activities.
final class RuntimeWorld: Sendable {
    private let runtime: Runtime
    private let services: Mutex<ServiceStandIns>
    private let workers: [Worker]
    private let machines: [String: StateMachine]

    /// Runs a case to its end.
    static func run(_ setting: CaseSetting) async throws -> CaseOutcome {
        let world = try RuntimeWorld(setting)
        defer { world.runtime.close() }
        for worker in world.workers where worker.activity != nil { world.poll(for: worker) }
        let run = try await world.start(setting)
        return CaseOutcome(
            status: run.status, output: run.output, error: run.error, cause: run.cause, records: run.records,
            replayDifference: Replay.difference(run.records, plan: run.plan) {
                ($0.status, $0.output?.value, $0.error, $0.cause) == (run.status, run.output, run.error, run.cause)
            })
    }

    private init(_ setting: CaseSetting) throws {
        workers = setting.workers
        machines = setting.machines
        services = Mutex(setting.services)
        let rule = StandInRule()
        var options = RuntimeOptions()
        (options.region, options.account, options.roleArn) = (CaseSetting.region, CaseSetting.account, CaseSetting.role)
        options.invokers = [rule]
        runtime = try Runtime(
            functions: Self.functions(setting.services.functions), clock: .virtual(startingAt: CaseSetting.beginning), seed: 1,
            options: options)
        rule.reference.withLock { $0.world = self }
    }

    private func start(_ setting: CaseSetting) async throws -> Run {
        var request = StartRequest(setting.machine, inputText: setting.inputText)
        request.isSynchronous = setting.machine.type == .express
        return try await withCheckedThrowingContinuation { continuation in
            runtime.start(
                request,
                started: { result in
                    guard case .success(let handle) = result else { return }
                    for (index, call) in setting.calls.enumerated() {
                        self.plan(call, on: handle, after: .milliseconds(300 * (index + 1)))
                    }
                }, finished: { continuation.resume(with: $0) })
        }
    }

    private func plan(_ call: JSONValue, on execution: ExecutionHandle, after delay: Duration) {
        guard call["op"]?.string == "StopExecution", let parameters = call["params"] else { return }
        runtime.schedule(after: delay) { [runtime] in
            runtime.stop(execution, error: parameters["error"]?.string, cause: parameters["cause"]?.string) { _ in }
        }
    }

    /// The functions that answer at once, as an embedder would register them.
    private static func functions(_ all: [String: LambdaFunction]) -> FunctionTable {
        var table = FunctionTable()
        for name in all.keys.sorted() {
            guard let function = all[name], !function.takesTime else { continue }
            table.append(
                name,
                .closure { (event: JSONValue, call: TaskCall) -> JSONValue in
                    switch function.invoke(event, requestID: call.idempotencyKey).outcome {
                    case .payload(let payload): return payload
                    case .error(let error):
                        throw TaskFailure(error["errorType"]?.string ?? "Lambda.Unknown", cause: error.spacedText)
                    }
                })
        }
        return table
    }

    // MARK: Services

    /// What a stand-in answers. A message that this sends reaches its worker.
    fileprivate func answer(to subject: TaskSubject) -> Answer {
        if case .integration("states", "startExecution") = subject.resource.kind { return startExecution(subject.input) }
        let (answer, messages) = services.withLock { services in
            (services.answer(to: subject.resource, subject.input), services.takeMessages())
        }
        for message in messages { deliver(message) }
        return Self.answer(answer)
    }

    private static func answer(_ answer: ServiceAnswer) -> Answer {
        switch answer.outcome {
        case .result(let value): .returns(value, after: .milliseconds(answer.delay))
        case .failure(let error, let cause): .throws(error: error, cause: cause, after: .milliseconds(answer.delay))
        }
    }

    private func startExecution(_ input: JSONValue) -> Answer {
        Self.answer(
            services.withLock { services in
                guard let arn = input["StateMachineArn"]?.string, let machine = machines[arn] else {
                    return services.noMachine(input)
                }
                let name = input["Name"]?.string ?? services.uuid()
                runtime.start(StartRequest(machine, name: name, inputText: ServiceStandIns.inputText(of: input)), finished: nil)
                return services.started(machine.name, name, at: CaseSetting.beginning)
            })
    }

    private func deliver(_ message: ServiceStandIns.Message) {
        guard let token = (try? JSONValue(parsing: message.body))?["TaskToken"]?.string else { return }
        for worker in workers where worker.queue == message.queue { finish(worker, token: token, body: message.body) }
    }

    // MARK: Workers

    private func poll(for worker: Worker) {
        guard let activity = worker.activity else { return }
        runtime.poll(activity: activity, worker: worker.name, holdsTime: false) { [weak self] result in
            guard let self, case .success(let found) = result, let task = found else { return }
            let end = finish(worker, token: task.token, body: task.input)
            runtime.schedule(after: .milliseconds(end)) { [weak self] in self?.poll(for: worker) }
        }
    }

    @discardableResult private func finish(_ worker: Worker, token: String, body: String) -> Int64 {
        let schedule = worker.schedule(for: body)
        for (delay, answer) in schedule.answers {
            runtime.schedule(after: .milliseconds(delay)) { [runtime] in
                switch answer {
                case .heartbeat: runtime.send(.heartbeat, token: token) { _ in }
                case .success(let output):
                    guard let value = try? JSONValue(parsing: output) else { return }
                    runtime.send(.success(value), token: token) { _ in }
                case .failure(let error, let cause): runtime.send(.failure(error: error, cause: cause), token: token) { _ in }
                }
            }
        }
        return schedule.end
    }
}

/// Everything that is no registered function is answered by the stand-ins, at modelled times.
private final class StandInRule: TaskInvoker {
    struct Reference {
        weak var world: RuntimeWorld?
    }

    let reference = Mutex(Reference())

    func resolution(of subject: TaskSubject) -> Resolution? {
        if case .activity = subject.resource.kind { return nil }
        guard let world = reference.withLock({ $0.world }) else { return nil }
        return Resolution(function: .answers([world.answer(to: subject)]), key: "stand-in", reason: "stood for by this tool")
    }
}
