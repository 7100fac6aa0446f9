import StatesJSON
import StatesKernel
import StatesLanguage

// Tasks: offered, admitted, handed over, answered, given up.

extension Shard {
    /// Finds out who performs a task, and starts it at once if there is room.
    func offer(_ request: TaskRequest, _ live: LiveExecution) {
        let resolution = context.resolver.resolution(of: TaskSubject(request), mocks: live.mocks)
        var task = LiveTask(request: request, resolution: resolution)
        switch resolution.performer {
        case .nothing:
            live.tasks[request.task] = task
            failStart(request.task, live, cause: resolution.reason)
        case .activity(let name):
            live.tasks[request.task] = task
            effects.append(.offer(ActivityOffer(activity: name, execution: live.number, task: request.task)))
            showToken(of: request, live)
        case .mock:
            live.tasks[request.task] = task
            step(live, .taskStarted(request.task, worker: nil))
        case .function(let function):
            task.gatesAhead = context.performers.gates(of: function)
            live.tasks[request.task] = task
            passGates(live, request.task)
        }
    }

    /// Nothing was started, and the history says so.
    private func failStart(_ task: TaskName, _ live: LiveExecution, cause: String) {
        forget(task, live)
        step(live, .taskFailed(task, error: "States.Runtime", cause: cause, phase: .start))
    }

    /// A gate has let a task pass that had to wait.
    func admit(_ task: TaskName, _ number: UInt64, through gate: Gate) {
        guard let live = executions[number], live.tasks[task] != nil else { return gate.leave() }
        live.tasks[task]?.gatesAhead.removeLast()
        live.tasks[task]?.gatesPassed.append(gate)
        passGates(live, task)
    }

    /// Goes on through the gates; behind the last one the task is started.
    private func passGates(_ live: LiveExecution, _ task: TaskName) {
        let number = live.number
        while let gate = live.tasks[task]?.gatesAhead.last {
            guard gate.enter(orWait: { [inbox] in inbox.post(.admitted(number, task, gate)) }) else { return }
            live.tasks[task]?.gatesAhead.removeLast()
            live.tasks[task]?.gatesPassed.append(gate)
        }
        step(live, .taskStarted(task, worker: nil))
    }

    // MARK: Handing over

    /// A task's start is durable: it is performed.
    func perform(_ name: TaskName, _ live: LiveExecution) {
        guard executions[live.number] === live, let task = live.tasks[name] else { return }
        switch task.resolution.performer {
        case .nothing: break
        case .mock(let script): scheduleAnswer(script, name, live)
        case .function(let function):
            if case .answers(let answers) = function.kind {
                scheduleAnswer(AnswerScript(repeating: answers, name: task.resolution.key ?? ""), name, live)
            } else {
                hand(name, live, to: function, task)
            }
        case .activity:
            guard let poll = task.poll else { return }
            let performance = Performance(
                live.number, name, inbox: inbox, gates: [], time: poll.holdsTime ? context.virtual : nil)
            live.tasks[name]?.performance = performance
            live.tasks[name]?.poll = nil
            if poll.holdsTime { noteHandedOut(live.number, name) }
            poll.finish(
                .success(ActivityTask(token: task.request.token ?? "", input: task.request.input.compactText)))
        }
    }

    private func hand(_ name: TaskName, _ live: LiveExecution, to function: Function, _ task: LiveTask) {
        // The end of a job may be as far away in virtual time as it likes.
        if case .job = function.kind { return handJob(name, live, to: function, task) }
        let performance = Performance(live.number, name, inbox: inbox, gates: task.gatesPassed, time: context.virtual)
        live.tasks[name]?.performance = performance
        live.tasks[name]?.gatesPassed = []
        noteHandedOut(live.number, name)
        context.performers.perform(task.request, by: function, key: task.resolution.key, performance)
    }

    private func handJob(_ name: TaskName, _ live: LiveExecution, to function: Function, _ task: LiveTask) {
        let performance = Performance(
            live.number, name, inbox: inbox, gates: task.gatesPassed, time: task.isSubmitted ? nil : context.virtual)
        live.tasks[name]?.performance = performance
        live.tasks[name]?.gatesPassed = []
        context.performers.perform(
            task.request, by: function, key: task.resolution.key, performance, isSubmitted: task.isSubmitted)
    }

    /// Goes on waiting for the jobs that a recovered execution has submitted.
    func resumeJobs(of live: LiveExecution) {
        guard live.execution.status == .running else { return }
        for waiting in live.execution.waiting {
            guard case .taskRunning(let name) = waiting.reason, let request = live.execution.request(of: waiting.thread),
                request.resource.pattern == .sync || request.resource.pattern == .sync2, live.tasks[name] == nil
            else { continue }
            let resolution = context.resolver.resolution(of: TaskSubject(request), mocks: live.mocks)
            var task = LiveTask(request: request, resolution: resolution)
            task.isSubmitted = true
            live.tasks[name] = task
            if case .function(let function) = resolution.performer, case .job = function.kind {
                effects.append(.perform(live, name))
            } else {
                forget(name, live)
                step(live, .taskFailed(name, error: "States.TaskFailed", cause: resolution.reason, phase: .run))
            }
        }
    }

    /// A fixed answer comes after its delay; which one, is decided by how many requests the state made before.
    private func scheduleAnswer(_ script: AnswerScript, _ name: TaskName, _ live: LiveExecution) {
        guard let task = live.tasks[name] else { return }
        let answer = script.answer(for: task.request.invocation)
        live.tasks[name]?.answer =
            answer
            ?? .throws(
                error: "States.Runtime",
                cause:
                    "The mock '\(script.name)' of state '\(task.request.state.name)' has answers for \(script.count ?? 0) "
                    + "requests, "
                    + "and this is request number \(task.request.invocation) (counted from 0).")
        setTimer(
            TimerEntry(due: now + (answer?.afterMilliseconds ?? 0), execution: live.number, task: name, purpose: .answer), live)
    }

    func take(_ offer: ActivityOffer, _ poll: ActivityPoll) {
        guard let live = executions[offer.execution], live.tasks[offer.task] != nil, !poll.isFinished else {
            if !poll.isFinished { return context.activities.poll(poll) }
            // The worker went away, and the task is there for the next.
            if executions[offer.execution]?.tasks[offer.task] != nil { context.activities.offer(offer) }
            return
        }
        live.tasks[offer.task]?.poll = poll
        if step(live, .taskStarted(offer.task, worker: poll.worker)) != nil {
            live.tasks[offer.task]?.poll = nil
            context.activities.poll(poll)
        }
    }

    // MARK: Answers

    /// What performed a task is done.
    func receive(_ outcome: TaskOutcome, of name: TaskName, _ number: UInt64) {
        guard let live = executions[number], let task = live.tasks[name], task.performance != nil else { return }
        finishTask(live, name, ResultShape(task).outcome(outcome))
    }

    /// A job was accepted: that is recorded, and its end is waited for.
    func receive(submission output: JSONValue, of name: TaskName, _ number: UInt64) {
        guard let live = executions[number], let task = live.tasks[name], task.performance != nil else { return }
        live.tasks[name]?.isSubmitted = true
        step(live, .taskSubmitted(name, output: output))
    }

    /// A task's request has its answer: it is the result, or for callbacks and jobs what TaskSubmitted shows.
    func finishTask(_ live: LiveExecution, _ name: TaskName, _ outcome: Answer.Outcome) {
        guard let task = live.tasks[name] else { return }
        let isMock = task.resolution.rule == .mock
        if task.isSubmitted {
            forget(name, live)
            switch outcome {
            case .value(let value): step(live, .taskSucceeded(name, output: value))
            case .failure(let error, let cause): step(live, .taskFailed(name, error: error, cause: cause, phase: .run))
            }
            return
        }
        switch (outcome, task.request.resource.pattern) {
        case (.value(let value), .requestResponse):
            forget(name, live)
            step(live, .taskSucceeded(name, output: value))
        case (.failure(let error, let cause), .requestResponse):
            forget(name, live)
            step(live, .taskFailed(name, error: error, cause: cause, phase: .run))
        case (.value(let value), .waitForTaskToken) where !isMock:
            live.tasks[name]?.answer = nil
            live.tasks[name]?.performance = nil
            step(live, .taskSubmitted(name, output: value))
            submitted(name, live)
        case (.value(let value), .sync), (.value(let value), .sync2), (.value(let value), .waitForTaskToken):
            // Submitted and answered in one batch: nobody would be there to answer after a restart.
            step(live, .taskSubmitted(name, output: isMock ? .emptyObject : value))
            forget(name, live)
            step(live, .taskSucceeded(name, output: value))
        case (.failure(let error, let cause), .sync), (.failure(let error, let cause), .sync2),
            (.failure(let error, let cause), .waitForTaskToken):
            // A mock stands for the job or the callback itself; a function for the request that starts it.
            if isMock { step(live, .taskSubmitted(name, output: .emptyObject)) }
            forget(name, live)
            step(live, .taskFailed(name, error: error, cause: cause, phase: isMock ? .run : .submit))
        }
    }

    /// The request was accepted: answers that came early are taken now.
    private func submitted(_ name: TaskName, _ live: LiveExecution) {
        guard let task = live.tasks[name], live.execution.status == .running else { return }
        showToken(of: task.request, live)
        live.tasks[name]?.deferred = []
        for (answer, reply) in task.deferred { receive(answer, for: name, of: live, reply) }
    }

    private func showToken(of request: TaskRequest, _ live: LiveExecution) {
        guard let progress = live.progress, request.resource.pattern != .sync, request.resource.pattern != .sync2,
            let token = request.token, let place = progress.place(of: request.task.thread)
        else {
            return
        }
        let due = live.execution.waiting.first { $0.thread == request.task.thread }?.due
        effects.append(.progress(progress.event(at: now, .waitingForToken(place, token: token, until: due))))
    }

    // MARK: Giving up

    /// A task has its answer: who waited with it is told, and room is given back.
    func forget(_ name: TaskName, _ live: LiveExecution) {
        guard let task = live.tasks.removeValue(forKey: name) else { return }
        noteStale(task.timers)
        live.timers -= task.timers
        live.heartbeats.remove(name)
        for (_, reply) in task.deferred { effects.append(.reply(reply, RuntimeError.taskTimedOut)) }
        if let performance = task.performance {
            performance.letGo()
        } else {
            for gate in task.gatesPassed { gate.leave() }
        }
    }

    /// Nobody waits for a task any more: whoever performs it may stop.
    func giveUp(_ name: TaskName, _ live: LiveExecution) {
        guard let task = live.tasks[name] else { return }
        if let performance = task.performance { effects.append(.cancel(performance)) }
        if case .activity(let activity) = task.resolution.performer {
            effects.append(.withdraw(ActivityOffer(activity: activity, execution: live.number, task: name)))
        }
        if let poll = task.poll {
            let activities = context.activities
            effects.append(
                .call { fault in
                    if let fault { poll.finish(.failure(fault)) } else { activities.poll(poll) }
                })
        }
        forget(name, live)
    }
}

extension LiveTask {
    var isActivity: Bool {
        if case .activity = resolution.performer { true } else { false }
    }
}
