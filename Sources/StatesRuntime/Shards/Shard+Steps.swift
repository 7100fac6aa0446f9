import StatesJSON
package import StatesKernel
import StatesLanguage

// Stepping executions: what the kernel answers becomes records in the batch, timers, and effects.

extension Shard {
    /// Steps an execution; the refusal if the kernel refused.
    @discardableResult
    func step(_ live: LiveExecution, _ kind: Occurrence.Kind, at time: Int64? = nil) -> Refusal? {
        sink.execution = live.number
        sink.isJournaled = live.isJournaled && !live.start.isExpress
        sink.keepsRecords = live.records != nil || live.progress != nil
        do {
            try live.execution.step(Occurrence(at: time ?? now, kind), into: &sink)
        } catch {
            return error
        }
        if sink.keepsRecords { show(live) }
        carryOutCommands(of: live)
        return nil
    }

    /// Keeps the step's records, and tells the observer of them once they are durable.
    private func show(_ live: LiveExecution) {
        live.records?.append(contentsOf: sink.records)
        if live.progress != nil {
            for record in sink.records {
                if let event = live.progress?.event(for: record) { effects.append(.progress(event)) }
            }
        }
        sink.records.removeAll(keepingCapacity: true)
    }

    private func carryOutCommands(of live: LiveExecution) {
        guard !sink.commands.isEmpty else { return }
        let commands = sink.commands
        sink.commands.removeAll(keepingCapacity: true)
        let hasEnded = live.execution.status != .running
        for command in commands {
            switch command {
            case .schedule(let request): if !hasEnded { offer(request, live) }
            case .perform(let task): if !hasEnded { effects.append(.perform(live, task)) }
            case .cancel(let task): giveUp(task, live)
            case .setTimer(let timer, let due):
                if !hasEnded {
                    setTimer(
                        TimerEntry(
                            due: due, execution: live.number, task: timer.task, purpose: TimerEntry.Purpose(timer.purpose)), live)
                }
            case .proceed:
                if !hasEnded {
                    setTimer(
                        TimerEntry(due: now, execution: live.number, task: TaskName(thread: -1, generation: 0), purpose: .proceed),
                        live)
                }
            case .closed: close(live)
            }
        }
    }

    /// An execution ended: its end is written in the batch of its last records.
    private func close(_ live: LiveExecution) {
        guard executions[live.number] === live else { return }
        for task in Array(live.tasks.keys) { giveUp(task, live) }
        if live.isJournaled {
            let kind: EntryKind = live.start.isExpress ? .expressEnded : .closed
            var summary = ExecutionSummary(live.execution)
            summary.labels = live.labels
            sink.batch.append(kind, execution: live.number) { summary.encode(into: &$0) }
        }
        drop(live)
        effects.append(.finish(live))
    }

    // MARK: Beginning

    func begin(_ order: StartOrder) {
        let start = order.start
        let live = LiveExecution(Execution(plan: order.plan, start: start), isJournaled: order.isJournaled)
        live.mocks = order.mocks
        live.labels = order.labels
        live.twin = order.twin
        if order.keepsRecords { live.records = [] }
        if let waiter = order.waiter { live.waiters = [waiter] }
        if context.observer != nil, order.twin?.isFirst ?? true {
            live.progress = ProgressReader(start: start, plan: order.plan)
        }
        executions[live.number] = live
        if order.isJournaled, !order.isResumed {
            var summary = ExecutionSummary(live.execution)
            summary.labels = live.labels
            sink.batch.append(start.isExpress ? .expressStarted : .started, execution: live.number) { bytes in
                summary.encode(into: &bytes)
                if start.isExpress { start.encode(into: &bytes) }
            }
        }
        if let tell = context.onStatusChange, order.twin?.isFirst ?? true {
            let change = StatusChange(live, hasEnded: false)
            effects.append(.call { if $0 == nil { tell(change) } })
        }
        if let started = order.started {
            let handle = ExecutionHandle(start)
            effects.append(.call { error in started(error.map { .failure($0) } ?? .success(handle)) })
        }
        // The first step happens at the start's own time, whatever time the shard found to make it.
        step(live, .proceed, at: start.time)
    }

    func adopt(_ adoption: Adoption) {
        guard executions[adoption.execution.start.number] == nil else {
            for waiter in adoption.waiters { executions[adoption.execution.start.number]?.waiters.append(waiter) }
            return
        }
        let live = LiveExecution(adoption.execution, isJournaled: true)
        live.isRecovered = true
        live.labels = adoption.labels
        live.waiters = adoption.waiters
        executions[live.number] = live
        if context.observer != nil {
            var progress = ProgressReader(start: live.start, plan: live.execution.plan)
            for record in adoption.records { _ = progress.event(for: record) }
            effects.append(.progress(progress.event(at: now, .resumed)))
            live.progress = progress
        }
        live.mocks = adoption.mocks
        if live.execution.status != .running {
            // Its last records were written and its end was not: say it now.
            return close(live)
        }
        step(live, .recovered)
        resumeJobs(of: live)
        showTokens(of: live)
    }

    /// Shows the tokens that a recovered execution waits for.
    private func showTokens(of live: LiveExecution) {
        guard let progress = live.progress, live.execution.status == .running else { return }
        for waiting in live.execution.waiting {
            guard case .callback(_, let token) = waiting.reason, let place = progress.place(of: waiting.thread) else { continue }
            effects.append(.progress(progress.event(at: now, .waitingForToken(place, token: token, until: waiting.due))))
        }
    }

    func attach(_ attachment: Attachment) {
        if executions[attachment.number] == nil, context.names.isClaimed(attachment.arn, by: attachment.number) {
            // Its start is on its way here, or its end on the way to disk.
            return inbox.post(.attach(attachment))
        }
        guard let live = executions[attachment.number], live.start.input == attachment.input else {
            return effects.append(
                .call { fault in attachment.refuse(fault ?? RuntimeError.executionAlreadyExists(arn: attachment.arn)) })
        }
        if let waiter = attachment.waiter { live.waiters.append(waiter) }
        if let started = attachment.started {
            let handle = ExecutionHandle(live.start)
            effects.append(.call { error in started(error.map { .failure($0) } ?? .success(handle)) })
        }
    }
}

extension ExecutionSummary {
    /// The summary of an execution as it stands.
    package init(_ execution: Execution) {
        let start = execution.start
        self.init(
            number: start.number, name: start.name, arn: start.arn, machineName: start.machineName, machineArn: start.machineArn,
            isExpress: start.isExpress, status: execution.status, startTime: start.time, stopTime: execution.stopTime,
            definitionHash: start.definitionHash)
    }
}
