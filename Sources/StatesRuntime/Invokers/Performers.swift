import StatesJSON
import StatesKernel
import StatesLanguage
import Synchronization

/// Those who really do something: closures and calls to the outside as Swift tasks, commands as processes.
final class Performers: Sendable {
    private let remote: (any RemoteInvoker)?
    private let onStandardError: (@Sendable (TaskCall, String) -> Void)?
    /// All commands share it: each takes four descriptors.
    private let commandGate: Gate
    private let processes = Mutex<ProcessThread?>(nil)

    init(remote: (any RemoteInvoker)?, commandConcurrency: Int, onStandardError: (@Sendable (TaskCall, String) -> Void)?) {
        self.remote = remote
        self.onStandardError = onStandardError
        commandGate = Gate(limit: commandConcurrency)
    }

    /// The gates that a task of this function must pass, the last one first.
    func gates(of function: Function) -> [Gate] {
        var gates: [Gate] = []
        if case .command = function.kind { gates.append(commandGate) }
        if let own = function.gate { gates.append(own) }
        return gates
    }

    /// Hands a task over; the performance is told the outcome.
    func perform(
        _ request: TaskRequest, by function: Function, key: String?, _ performance: Performance, isSubmitted: Bool = false
    ) {
        let input = ResultShape.input(of: request, key: key)
        let call = TaskCall(request)
        switch function.kind {
        case .closure(let body):
            run(performance) { try await body(input, call) }
        case .remote(let target):
            let subject = TaskSubject(request).function
            let remoteRequest = RemoteRequest(function: subject.name, qualifier: subject.qualifier, input: input, call: call)
            run(performance) { [remote] in
                guard let remote else {
                    throw TaskFailure(
                        "States.Runtime", cause: "No client for functions outside this process was given to the runtime.")
                }
                return try await remote.invoke(target, remoteRequest)
            }
        case .job(let job):
            run(performance) {
                if !isSubmitted { performance.submit(try await job.begin(input, call)) }
                return try await job.end(input, call)
            }
        case .command(let command):
            start(command, TaskSubject(request).function.name, input, call, performance)
        case .answers:
            preconditionFailure("fixed answers are given by the shard itself")
        }
    }

    private func run(_ performance: Performance, _ body: @escaping @Sendable () async throws -> JSONValue) {
        let task = Task {
            do {
                performance.finish(.value(try await body()))
            } catch let failure as TaskFailure {
                performance.finish(.failure(error: failure.error, cause: failure.cause))
            } catch {
                performance.finish(.failure(error: "\(type(of: error))", cause: "\(error)"))
            }
        }
        performance.onCancel { task.cancel() }
    }

    // MARK: Commands

    private func start(
        _ command: CommandFunction, _ name: String, _ input: JSONValue, _ call: TaskCall, _ performance: Performance
    ) {
        let thread: ProcessThread
        do {
            thread = try processThread()
        } catch {
            return performance.finish(.failure(error: "Lambda.Unknown", cause: "\(error)"))
        }
        var bytes: [UInt8] = []
        input.write(into: &bytes)
        var environment = command.environment
        environment["AWS_LAMBDA_FUNCTION_NAME"] = name
        environment["STEPWELL_EXECUTION"] = call.executionName
        environment["STEPWELL_STATE"] = call.state
        environment["STEPWELL_ATTEMPT"] = String(call.attempt)
        environment["STEPWELL_IDEMPOTENCY_KEY"] = call.idempotencyKey
        let limit = command.timeout
        let cancel = thread.start(
            ProcessRequest(
                words: command.words, directory: command.directory, environment: environment, input: bytes,
                limit: limit.map { Self.nanoseconds($0) },
                onStandardError: lineReader(call),
                completion: { outcome in performance.finish(.process(outcome, limit: limit)) }))
        performance.onCancel(cancel)
    }

    private func lineReader(_ call: TaskCall) -> (@Sendable (String) -> Void)? {
        guard let onStandardError else { return nil }
        return { line in onStandardError(call, line) }
    }

    private static func nanoseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max : product &+ attoseconds / 1_000_000_000
    }

    private func processThread() throws(RuntimeError) -> ProcessThread {
        let result = processes.withLock { thread -> Result<ProcessThread, RuntimeError> in
            if let thread { return .success(thread) }
            let made = Result { () throws(RuntimeError) in try ProcessThread() }
            thread = try? made.get()
            return made
        }
        return try result.get()
    }

    /// Ends all commands.
    func end() {
        let thread = processes.withLock { $0 }
        thread?.end()
    }
}
