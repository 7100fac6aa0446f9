public import StatesJSON
import StatesKernel
public import StatesLanguage
import Synchronization

extension Runtime {
    // MARK: With async

    /// Starts an execution and returns it when it has ended.
    ///
    /// Names follow StartExecution: while a Standard execution of that name and an equal input runs, this waits for that one.
    /// - Parameters:
    ///   - machine: What shall run.
    ///   - name: The execution's name, unique among the machine's executions; nil for a random one.
    ///   - input: The input.
    /// - Throws: `RuntimeError` if it was not started, or for a fault. A workflow that fails is no error: see `Run.status`.
    public func run(_ machine: StateMachine, name: String? = nil, input: JSONValue = .emptyObject) async throws -> Run {
        var request = StartRequest(machine, name: name, input: input)
        request.isSynchronous = true
        return try await run(request)
    }

    /// Starts an execution and returns it when it has ended.
    public func run(_ request: StartRequest) async throws -> Run {
        try await withCheckedThrowingContinuation { continuation in
            start(request, finished: { continuation.resume(with: $0) })
        }
    }

    /// Starts an execution and returns when its start is durable.
    public func start(_ machine: StateMachine, name: String? = nil, input: JSONValue = .emptyObject) async throws -> ExecutionHandle
    {
        try await start(StartRequest(machine, name: name, input: input))
    }

    /// Starts an execution and returns when its start is durable.
    public func start(_ request: StartRequest) async throws -> ExecutionHandle {
        try await withCheckedThrowingContinuation { continuation in
            start(request, started: { continuation.resume(with: $0) }, finished: nil)
        }
    }

    /// Returns an execution when it has ended.
    ///
    /// A Standard execution may have ended long ago. Of an Express execution nothing is left once it has ended: whoever wants its
    /// outcome says so when starting or resuming it.
    public func finished(_ execution: ExecutionHandle) async throws -> Run {
        try await withCheckedThrowingContinuation { continuation in
            whenFinished(execution) { continuation.resume(with: $0) }
        }
    }

    // MARK: Without

    /// Starts an execution and waits for its end on this thread. Not for use inside async code.
    public func runAndWait(_ request: StartRequest) throws -> Run {
        let result = Monitor<Result<Run, any Error>?>(nil)
        start(
            request,
            finished: { run in
                result.withLock { $0 = run }
                result.broadcast()
            })
        return try result.wait { $0.map { .done($0) } ?? .wait(nanoseconds: nil) }.get()
    }

    /// Starts an execution and calls back.
    ///
    /// - Parameters:
    ///   - request: What to start.
    ///   - started: Called when the start is durable, or was refused.
    ///   - finished: Called when the execution has ended, or will not end here. Callbacks come from the threads that run executions
    ///     and must be quick.
    public func start(
        _ request: StartRequest, started: (@Sendable (Result<ExecutionHandle, any Error>) -> Void)? = nil,
        finished: (@Sendable (Result<Run, any Error>) -> Void)?
    ) {
        var all: (@Sendable (Int, Result<Run, any Error>) -> Void)?
        if let finished { all = { _, result in finished(result) } }
        start([request], started: { _, result in started?(result) }, finished: all)
    }

    /// Starts many executions at the same instant and calls back for each, with its place in the list.
    public func start(
        _ requests: [StartRequest], started: (@Sendable (Int, Result<ExecutionHandle, any Error>) -> Void)? = nil,
        finished: (@Sendable (Int, Result<Run, any Error>) -> Void)?
    ) {
        // Time must not move while some are started and others are not.
        context.virtual?.hold()
        defer { context.virtual?.release() }
        var messages: [[Message]] = Array(repeating: [], count: allInboxes.count)
        let now = self.now
        for (place, request) in requests.enumerated() {
            let acknowledged = started.map { started in { @Sendable result in started(place, result) } }
            let waiter = finished.map { finished in
                Waiter(wantsHistory: request.keepsHistory) { finished(place, $0) }
            }
            do {
                for (number, message) in try self.messages(for: request, at: now, acknowledged, waiter) {
                    messages[Int(number % UInt64(messages.count))].append(message)
                }
            } catch {
                acknowledged?(.failure(error))
                waiter?.finished(.failure(error))
            }
        }
        for (inbox, messages) in zip(allInboxes, messages) { inbox.post(messages) }
    }

    /// Calls back when an execution has ended, or will not end here.
    public func whenFinished(_ execution: ExecutionHandle, _ finished: @escaping @Sendable (Result<Run, any Error>) -> Void) {
        inbox(of: execution.number).post(.await(execution.number, Waiter(finished: finished)))
    }

    /// Calls back when an execution has ended, or will not end here.
    public func whenFinished(_ summary: ExecutionSummary, _ finished: @escaping @Sendable (Result<Run, any Error>) -> Void) {
        inbox(of: summary.number).post(.await(summary.number, Waiter(wantsHistory: false, finished: finished)))
    }

    // MARK: What a start is made of

    private func messages(
        for request: StartRequest, at now: Int64, _ started: (@Sendable (Result<ExecutionHandle, any Error>) -> Void)?,
        _ waiter: Waiter?
    ) throws -> [(UInt64, Message)] {
        if let name = request.name, MachineName.problem(with: name) != nil { throw RuntimeError.invalidName(name) }
        let input = try value(of: request)
        let isExpress = request.machine.type == .express
        let number = nextNumber.add(1, ordering: .relaxed).oldValue
        var order = StartOrder(
            start: beginning(of: request, number: number, input: input, at: now), plan: request.machine.plan,
            keepsRecords: request.keepsHistory && waiter != nil, isJournaled: !isExpress || (isDurable && !request.isSynchronous),
            labels: request.labels, mocks: request.mocks, started: started, waiter: waiter)
        if !isExpress, request.name != nil {
            let start = order.start
            switch try names.claim(start.name, arn: start.arn, machineArn: start.machineArn, number: number) {
            case .taken: break
            case .running(let running):
                return [
                    (running, .attach(Attachment(number: running, arn: start.arn, input: input, started: started, waiter: waiter)))
                ]
            case .stored(let summary): return try attach(to: summary, input: input, started, waiter)
            }
        }
        do {
            if order.isJournaled { try register(order.plan) }
        } catch {
            names.release(order.start)
            throw error
        }
        guard isExpress, isChosenForDuplication(order.start) else { return [(number, .start(order))] }
        return duplicate(&order)
    }

    /// The name belongs to an execution that the journal has and that does not run here: it goes on, or the name is taken.
    private func attach(
        to summary: ExecutionSummary, input: JSONValue, _ started: (@Sendable (Result<ExecutionHandle, any Error>) -> Void)?,
        _ waiter: Waiter?
    ) throws -> [(UInt64, Message)] {
        guard summary.status == .running else { throw RuntimeError.executionAlreadyExists(arn: summary.arn) }
        let (execution, records) = try archive.rebuild(summary)
        guard execution.start.input == input else { throw RuntimeError.executionAlreadyExists(arn: summary.arn) }
        names.adopt(summary.arn, number: summary.number)
        return [
            (summary.number, .adopt(adoption(of: execution, records: records, summary))),
            (
                summary.number,
                .attach(Attachment(number: summary.number, arn: summary.arn, input: input, started: started, waiter: waiter))
            ),
        ]
    }

    private func value(of request: StartRequest) throws -> JSONValue {
        guard request.inputText.utf8.count <= KernelLimits.payloadBytes else {
            throw RuntimeError.invalidInput("The input is longer than \(KernelLimits.payloadBytes) bytes.")
        }
        if let value = request.inputValue { return value }
        do {
            return try JSONValue(parsing: request.inputText)
        } catch {
            throw RuntimeError.invalidInput(request.inputText.isEmpty ? "Invalid execution input." : error.reason)
        }
    }

    /// The execution's number, names and seed. Under a run seed all of them follow from it.
    private func beginning(of request: StartRequest, number: UInt64, input: JSONValue, at now: Int64) -> ExecutionStart {
        let machine = request.machine
        let isExpress = machine.type == .express
        let identity = seed.map { Seed(number: $0, text: "execution \(number)").bytes } ?? random.take(32)
        let name = request.name ?? RandomBytes.uuid(from: identity)
        let prefix = "arn:aws:states:\(options.region):\(options.account):"
        let arn =
            isExpress
            ? "\(prefix)express:\(machine.name):\(name):\(RandomBytes.uuid(from: identity[16...]))"
            : "\(prefix)execution:\(machine.name):\(name)"
        return ExecutionStart(
            number: number, name: name, arn: arn, machineName: machine.name, machineArn: "\(prefix)stateMachine:\(machine.name)",
            roleArn: request.roleArn ?? options.roleArn, isExpress: isExpress, time: now, inputText: request.inputText,
            input: input,
            seed: seed.map { Seed(number: $0, text: arn) } ?? Seed(bytes: random.take(32)),
            definitionHash: machine.plan.definitionHash)
    }

    // MARK: Duplicates

    private func isChosenForDuplication(_ start: ExecutionStart) -> Bool {
        guard options.duplicates > 0 else { return false }
        // The last bits of the seed decide, which nothing else reads unhashed.
        let bits = start.seed.bytes.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Double(bits >> 11) / Double(UInt64(1) << 53) < options.duplicates
    }

    /// The same execution twice: same ARN, name and input, and its own randomness.
    private func duplicate(_ order: inout StartOrder) -> [(UInt64, Message)] {
        let first = order.start
        let number = nextNumber.add(1, ordering: .relaxed).oldValue
        let second = ExecutionStart(
            number: number, name: first.name, arn: first.arn, machineName: first.machineName, machineArn: first.machineArn,
            roleArn: first.roleArn, isExpress: true, time: first.time, inputText: first.inputText, input: first.input,
            seed: seed.map { Seed(number: $0, text: "\(first.arn) again") } ?? Seed(bytes: random.take(32)),
            definitionHash: first.definitionHash)
        let twin = Twin { [observer = context.observer] one, other in
            observer?(
                ProgressEvent(
                    execution: one.start, time: max(one.stopTime, other.stopTime),
                    kind: .duplicatesDiffer(first: one, second: other)))
        }
        var again = order
        again.start = second
        again.isJournaled = false
        again.started = nil
        again.waiter = nil
        again.twin = (twin, false)
        order.twin = (twin, true)
        return [(first.number, .start(order)), (number, .start(again))]
    }
}
