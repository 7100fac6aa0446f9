import StatesJSON
import StatesKernel
import StatesLanguage

// What is said to a shard, and what leaves it.

extension Shard {
    func take(_ message: Message) {
        switch message {
        case .start(let order): begin(order)
        case .attach(let attachment): attach(attachment)
        case .adopt(let adoption): adopt(adoption)
        case .await(let number, let waiter): add(waiter, to: number)
        case .stop(let number, let error, let cause, let reply): stop(number, error: error, cause: cause, reply)
        case .answered(let number, let task, let outcome): receive(outcome, of: task, number)
        case .submitted(let number, let task, let output): receive(submission: output, of: task, number)
        case .admitted(let number, let task, let gate): admit(task, number, through: gate)
        case .token(let token, let answer, let reply): receive(answer, for: token, reply)
        case .task(let number, let task, let answer, let reply): receive(answer, for: task, of: number, reply)
        case .take(let offer, let poll): take(offer, poll)
        case .describe(let number, let reply): describe(number, reply)
        case .call(let due, let body): call(body, at: due)
        case .find(let state, let number, let reply): find(state, in: number, reply)
        }
    }

    private func add(_ waiter: Waiter, to number: UInt64) {
        if let live = executions[number] {
            live.waiters.append(waiter)
        } else if context.names.runs(number) {
            // It is on its way here from the journal, or its end is on the way to disk.
            inbox.post(.await(number, waiter))
        } else {
            // It has ended, or was never here. The journal knows, once everything before is durable.
            let archive = context.archive
            effects.append(
                .call { fault in waiter.finished(fault.map { .failure($0) } ?? Result { try archive.run(number: number) }) })
        }
    }

    private func stop(_ number: UInt64, error: String?, cause: String?, _ reply: @escaping Reply) {
        guard let live = executions[number] else {
            // Stopping an execution that has ended succeeds (api.md section 4).
            return effects.append(.reply(reply, nil))
        }
        step(live, .stop(error: error, cause: cause))
        effects.append(.reply(reply, nil))
    }

    private func describe(_ number: UInt64, _ reply: @escaping @Sendable (Result<LiveDescription?, any Error>) -> Void) {
        let description = executions[number].map { live in
            LiveDescription(start: live.start, transitions: live.execution.transitions, waiting: live.execution.waiting)
        }
        effects.append(.call { fault in reply(fault.map { .failure($0) } ?? .success(description)) })
    }

    private func call(_ body: @escaping @Sendable () -> Void, at due: Int64) {
        lastCall += 1
        calls[lastCall] = body
        // After everything that executions do at that time.
        timers.insert(
            TimerEntry(due: due, execution: .max, task: TaskName(thread: 0, generation: lastCall), purpose: .call))
    }

    private func find(_ state: String, in number: UInt64?, _ reply: @escaping @Sendable (Result<[FoundTask], any Error>) -> Void) {
        var found: [FoundTask] = []
        for live in executions.values where number == nil || live.number == number {
            for waiting in live.execution.waiting where waiting.state == state {
                guard let request = live.execution.request(of: waiting.thread), request.token != nil else { continue }
                found.append(FoundTask(execution: live.number, name: live.start.name, task: request.task))
            }
        }
        found.sort { ($0.execution, $0.task.thread) < ($1.execution, $1.task.thread) }
        effects.append(.call { [found] fault in reply(fault.map { .failure($0) } ?? .success(found)) })
    }

    // MARK: Tokens

    private func receive(_ answer: TokenAnswer, for token: TaskToken, _ reply: @escaping Reply) {
        guard let live = executions[token.execution] else {
            // Every token that was once issued and whose task ended is timed out (api.md, SendTaskSuccess).
            return effects.append(.reply(reply, RuntimeError.taskTimedOut))
        }
        guard live.execution.issued(token) else { return effects.append(.reply(reply, RuntimeError.invalidToken)) }
        receive(answer, for: token.task, of: live, reply)
    }

    private func receive(_ answer: TokenAnswer, for task: TaskName, of number: UInt64, _ reply: @escaping Reply) {
        guard let live = executions[number] else { return effects.append(.reply(reply, RuntimeError.taskTimedOut)) }
        receive(answer, for: task, of: live, reply)
    }

    /// Steps an answer. One that comes before the request was accepted waits for that, and so does who sent it.
    func receive(_ answer: TokenAnswer, for task: TaskName, of live: LiveExecution, _ reply: @escaping Reply) {
        if live.tasks[task].map({ $0.isActivity && $0.performance == nil && $0.poll == nil }) == true {
            // Nobody has polled the activity: whoever answers by its state's name is its worker.
            step(live, .taskStarted(task, worker: nil))
        }
        switch step(live, answer.occurrence(of: task)) {
        case nil:
            if answer != .heartbeat { forget(task, live) }
            effects.append(.reply(reply, nil))
        case .notYetSubmitted where live.tasks[task] != nil:
            live.tasks[task]?.deferred.append((answer, reply))
        case .notYetSubmitted, .closed, .unknownTask, .unknownTimer, .alreadyStarted:
            effects.append(.reply(reply, RuntimeError.taskTimedOut))
        }
    }

    // MARK: Effects

    func carryOut(_ effect: Effect) {
        switch effect {
        case .perform(let live, let task): if !isEnding { perform(task, live) }
        case .offer(let offer): context.activities.offer(offer)
        case .cancel(let performance): performance.cancel()
        case .withdraw(let offer): context.activities.withdraw(offer)
        case .reply(let reply, let error): reply(error)
        case .progress(let event): context.observer?(event)
        case .finish(let live): finish(live)
        case .call(let call): call(nil)
        }
    }

    private func finish(_ live: LiveExecution) {
        context.names.release(live.start)
        if let tell = context.onStatusChange, live.twin?.isFirst ?? true { tell(StatusChange(live, hasEnded: true)) }
        let waiters = live.waiters
        live.waiters = []
        guard live.twin != nil || !waiters.isEmpty else { return }
        var run = Run(live.execution, records: live.records ?? [])
        if live.records == nil, waiters.contains(where: \.wantsHistory), live.isJournaled, !live.start.isExpress {
            do {
                run = try context.archive.run(number: live.number)
            } catch {
                for waiter in waiters { waiter.finished(.failure(error)) }
                return
            }
        }
        if let twin = live.twin {
            twin.pair.finish(run, isFirst: twin.isFirst, waiters: waiters)
        } else {
            for waiter in waiters { waiter.finished(.success(run)) }
        }
    }
}

extension TokenAnswer {
    func occurrence(of task: TaskName) -> Occurrence.Kind {
        switch self {
        case .success(let output): .taskSucceeded(task, output: output)
        case .failure(let error, let cause): .taskFailed(task, error: error, cause: cause, phase: .run)
        case .heartbeat: .taskHeartbeat(task)
        }
    }
}
