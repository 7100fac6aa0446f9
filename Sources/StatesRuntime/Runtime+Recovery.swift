import StatesJSON
import StatesKernel
import StatesLanguage

extension Runtime {
    /// The attempts that an acknowledged Express execution gets over restarts of the process.
    private static let expressAttempts = 3

    /// Goes on with every execution that the journal has and that has not ended.
    ///
    /// Deadlines are kept. A task that ran when the process stopped is in doubt and fails with `States.TaskFailed`, so that Retry
    /// and Catch decide. Asynchronous Express executions run again from their input, three times at most.
    /// - Parameter finished: Called for each when it has ended, or will not end here.
    /// - Returns: The executions, in the order of their starts.
    /// - Throws: What the journal throws, and `RuntimeError.damaged` for records that do not fit together. Then nothing was resumed.
    @discardableResult
    public func resumeAll(finished: (@Sendable (Result<Run, any Error>) -> Void)? = nil) throws -> [ExecutionHandle] {
        try resume(try journal.openExecutions(), finished)
    }

    /// Goes on with one execution, by its name or ARN.
    ///
    /// - Parameter finished: Called when it has ended, or will not end here.
    @discardableResult
    public func resume(
        _ nameOrArn: String, finished: (@Sendable (Result<Run, any Error>) -> Void)? = nil
    ) throws -> ExecutionHandle {
        let open = try journal.openExecutions()
        guard let summary = open.last(where: { $0.name == nameOrArn || $0.arn == nameOrArn }),
            let handle = try resume([summary], finished).first
        else {
            throw RuntimeError.executionDoesNotExist(nameOrArn)
        }
        return handle
    }

    private func resume(
        _ summaries: [ExecutionSummary], _ finished: (@Sendable (Result<Run, any Error>) -> Void)?
    ) throws -> [ExecutionHandle] {
        let waiter = finished.map { Waiter(finished: $0) }
        context.virtual?.hold()
        defer { context.virtual?.release() }
        var messages: [(UInt64, Message)] = []
        var handles: [ExecutionHandle] = []
        for summary in summaries {
            if summary.isExpress {
                guard let order = try expressOrder(summary, waiter) else { continue }
                messages.append((summary.number, .start(order)))
                handles.append(ExecutionHandle(order.start))
            } else {
                let (execution, records) = try archive.rebuild(summary)
                messages.append(
                    (summary.number, .adopt(adoption(of: execution, records: records, summary, waiter))))
                handles.append(ExecutionHandle(execution.start))
            }
        }
        for handle in handles { names.adopt(handle.arn, number: handle.number) }
        // All at once: what one of them does first may concern another.
        var posted: [[Message]] = Array(repeating: [], count: allInboxes.count)
        for (number, message) in messages { posted[Int(number % UInt64(posted.count))].append(message) }
        for (inbox, messages) in zip(allInboxes, posted) { inbox.post(messages) }
        return handles
    }

    func adoption(
        of execution: Execution, records: [Record], _ summary: ExecutionSummary, _ waiter: Waiter? = nil
    ) -> Adoption {
        Adoption(
            execution: execution, labels: summary.labels, records: context.observer == nil ? [] : records,
            mocks: mocks(of: summary),
            waiters: waiter.map { [$0] } ?? [])
    }

    /// Whoever was mocked before a restart is mocked after it.
    private func mocks(of summary: ExecutionSummary) -> Mocks? {
        summary.labels.testCase == nil ? nil : options.recoveredMocks?(summary)
    }

    // MARK: Express

    /// The next attempt of an acknowledged Express execution, or nil if it has had all of them and ends here.
    private func expressOrder(_ summary: ExecutionSummary, _ waiter: Waiter?) throws -> StartOrder? {
        guard let body = try journal.entries(of: summary.number, kind: .expressStarted).first else {
            throw RuntimeError.damaged(execution: summary.name, reason: "its start is missing")
        }
        var consumed = 0
        guard ExecutionSummary(decoding: body[...], consumed: &consumed) != nil else {
            throw RuntimeError.damaged(execution: summary.name, reason: "its summary cannot be read")
        }
        let first: ExecutionStart
        do {
            first = try ExecutionStart(decoding: Array(body[consumed...]))
        } catch {
            throw RuntimeError.damaged(execution: summary.name, reason: "\(error)")
        }
        let attempts = 1 + (try journal.entries(of: summary.number, kind: .expressAttempt).count)
        var batch = JournalBatch()
        guard attempts < Self.expressAttempts else {
            var ended = summary
            ended.status = .failed
            ended.stopTime = now
            batch.append(.expressEnded, execution: summary.number) { ended.encode(into: &$0) }
            try commit(&batch)
            return nil
        }
        batch.append(.expressAttempt, execution: summary.number) { _ in }
        try commit(&batch)
        // Each attempt has its own five minutes.
        let start = ExecutionStart(
            number: first.number, name: first.name, arn: first.arn, machineName: first.machineName, machineArn: first.machineArn,
            roleArn: first.roleArn, isExpress: true, time: now, inputText: first.inputText, input: first.input, seed: first.seed,
            definitionHash: first.definitionHash)
        return StartOrder(
            start: start, plan: try archive.plan(hash: first.definitionHash, execution: first.name), keepsRecords: true,
            isJournaled: true, isResumed: true, labels: summary.labels, mocks: mocks(of: summary), waiter: waiter)
    }
}
