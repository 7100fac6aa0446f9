import StatesJSON
import StatesKernel
import StatesLanguage

/// Everything a case runs in: executions on the kernel, a virtual clock, functions, queues and workers.
///
/// A driver of the kernel in its smallest form: one thread; time jumps to whatever comes next. Records are durable by being kept,
/// so commands may leave at once.
struct CaseWorld {
    /// An execution with all it recorded.
    struct Running {
        var execution: Execution
        var records: [Record] = []
        var requests: [TaskName: TaskRequest] = [:]
    }

    /// Something that will happen.
    enum Event {
        /// Tells an execution something. A refusal is no fault: timers may be stale, answers late.
        case occurrence(execution: Int, Occurrence.Kind)
        /// Gives a worker the answer to a token; repeated if the request is still being submitted.
        case tokenAnswer(token: String, WorkerAnswer)
        /// A worker of an activity is ready for its next task.
        case workerIsFree(Int)
        /// A call of `during`.
        case call(JSONValue)
    }

    /// Milliseconds since 1970.
    private var now = CaseSetting.beginning
    private var executions: [Running] = []
    private let machines: [String: StateMachine]
    private var services: ServiceStandIns
    private var workers: [Worker]
    /// The activities' tasks that nobody has taken, in order.
    private var waitingTasks: [(activity: String, execution: Int, task: TaskName)] = []
    private var agenda = Agenda<Event>()

    private init(_ setting: CaseSetting) {
        machines = setting.machines
        services = setting.services
        workers = setting.workers
    }

    /// Runs a case to its end.
    static func run(_ setting: CaseSetting) throws -> CaseOutcome {
        var world = CaseWorld(setting)
        let place = try world.start(setting.machineArn, name: world.services.uuid(), inputText: setting.inputText)
        for (index, call) in setting.calls.enumerated() { world.post(.call(call), after: 300 * Int64(index + 1)) }
        world.run(until: place)
        let running = world.executions[place]
        let execution = running.execution
        return CaseOutcome(
            status: execution.status, output: execution.output?.value, error: execution.error, cause: execution.cause,
            records: running.records, replayDifference: Replay.difference(running.records, plan: execution.plan) { $0 == execution }
        )
    }

    /// Starts an execution; answers its place.
    private mutating func start(_ machineArn: String, name: String, inputText: String) throws -> Int {
        guard let machine = machines[machineArn] else { preconditionFailure("only machines that were created are started") }
        let number = executions.count
        let kind = machine.type == .express ? "express" : "execution"
        let suffix = machine.type == .express ? ":" + services.uuid() : ""
        let arn = "arn:aws:states:\(CaseSetting.region):\(CaseSetting.account):\(kind):\(machine.name):\(name)\(suffix)"
        let start = ExecutionStart(
            number: UInt64(number + 1), name: name, arn: arn, machineName: machine.name, machineArn: machineArn,
            roleArn: CaseSetting.role,
            isExpress: machine.type == .express, time: now, inputText: inputText, input: try JSONValue(parsing: inputText),
            seed: Seed(number: 1, text: arn), definitionHash: machine.plan.definitionHash)
        executions.append(Running(execution: Execution(plan: machine.plan, start: start)))
        post(.occurrence(execution: number, .proceed))
        return number
    }

    /// Makes something happen after so many milliseconds.
    private mutating func post(_ event: Event, after delay: Int64 = 0) {
        agenda.add(event, at: now + delay)
    }

    // MARK: The loop

    /// Runs until the execution of that place has ended, or nothing will ever happen again, or far too much has.
    private mutating func run(until place: Int) {
        var budget = 1_000_000
        while executions[place].execution.status == .running, budget > 0, let (time, event) = agenda.next() {
            now = max(now, time)
            happen(event)
            budget -= 1
        }
    }

    private mutating func happen(_ event: Event) {
        switch event {
        case .occurrence(let execution, let kind): _ = step(execution, kind)
        case .tokenAnswer(let token, let answer): take(answer, for: token)
        case .workerIsFree(let worker):
            workers[worker].isFree = true
            offerActivityTasks()
        case .call(let call): make(call)
        }
    }

    /// Steps an execution and does what it asks; answers the refusal, if it refused.
    private mutating func step(_ place: Int, _ kind: Occurrence.Kind) -> Refusal? {
        var collector = Collector()
        do {
            try executions[place].execution.step(Occurrence(at: now, kind), into: &collector)
        } catch {
            return error
        }
        executions[place].records += collector.records
        for command in collector.commands { obey(command, of: place) }
        return nil
    }

    private mutating func obey(_ command: Command, of place: Int) {
        switch command {
        case .schedule(let request):
            executions[place].requests[request.task] = request
            if request.resource.isActivity {
                waitingTasks.append((request.resource.text, place, request.task))
                offerActivityTasks()
            } else {
                _ = step(place, .taskStarted(request.task, worker: nil))
            }
        case .perform(let task):
            if let request = executions[place].requests[task], !request.resource.isActivity { perform(request, of: place) }
        case .cancel(let task): executions[place].requests[task] = nil
        case .setTimer(let timer, let due): agenda.add(.occurrence(execution: place, .timerFired(timer)), at: due)
        case .proceed: post(.occurrence(execution: place, .proceed))
        case .closed: break
        }
    }

    private mutating func make(_ call: JSONValue) {
        guard call["op"]?.string == "StopExecution", let parameters = call["params"] else { return }
        _ = step(0, .stop(error: parameters["error"]?.string, cause: parameters["cause"]?.string))
    }

    // MARK: Tasks

    private mutating func perform(_ request: TaskRequest, of place: Int) {
        let answer = answer(to: request)
        let kind: Occurrence.Kind
        switch answer.outcome {
        case .result(let output) where request.resource.pattern == .waitForTaskToken:
            kind = .taskSubmitted(request.task, output: output)
        case .result(let output): kind = .taskSucceeded(request.task, output: output)
        case .failure(let error, let cause):
            let phase: FailurePhase = request.resource.pattern == .requestResponse ? .run : .submit
            kind = .taskFailed(request.task, error: error, cause: cause, phase: phase)
        }
        post(.occurrence(execution: place, kind), after: answer.delay)
        for message in services.takeMessages() { deliver(message) }
    }

    private mutating func answer(to request: TaskRequest) -> ServiceAnswer {
        if case .integration("states", "startExecution") = request.resource.kind { return startExecution(request.input) }
        return services.answer(to: request.resource, request.input)
    }

    /// `states:startExecution` without waiting.
    private mutating func startExecution(_ input: JSONValue) -> ServiceAnswer {
        guard let arn = input["StateMachineArn"]?.string, let machine = machines[arn] else { return services.noMachine(input) }
        let name = input["Name"]?.string ?? services.uuid()
        do {
            _ = try start(arn, name: name, inputText: ServiceStandIns.inputText(of: input))
        } catch {
            preconditionFailure("text that was written from a value can be read")
        }
        return services.started(machine.name, name, at: now)
    }

    // MARK: Workers

    private mutating func offerActivityTasks() {
        for worker in workers.indices where workers[worker].isFree && workers[worker].activity != nil {
            offerTask(to: worker)
        }
    }

    /// Gives the worker the first task of its activity that is still waited for.
    private mutating func offerTask(to worker: Int) {
        while let at = waitingTasks.firstIndex(where: { $0.activity == workers[worker].activity }) {
            let (_, place, task) = waitingTasks.remove(at: at)
            guard let request = executions[place].requests[task], let token = request.token,
                step(place, .taskStarted(task, worker: workers[worker].name)) == nil
            else { continue }
            workers[worker].isFree = false
            let end = finish(worker, token: token, body: request.input.compactText)
            post(.workerIsFree(worker), after: end)
            return
        }
    }

    /// Brings a queue's message to the worker that reads it.
    private mutating func deliver(_ message: ServiceStandIns.Message) {
        guard let token = (try? JSONValue(parsing: message.body))?["TaskToken"]?.string else { return }
        for worker in workers.indices where workers[worker].queue == message.queue {
            _ = finish(worker, token: token, body: message.body)
        }
    }

    /// Plans a worker's heartbeats and answer; answers how long it takes.
    private mutating func finish(_ worker: Int, token: String, body: String) -> Int64 {
        let schedule = workers[worker].schedule(for: body)
        for (delay, answer) in schedule.answers { post(.tokenAnswer(token: token, answer), after: delay) }
        return schedule.end
    }

    private mutating func take(_ answer: WorkerAnswer, for token: String) {
        guard let parsed = TaskToken(token), let place = Int(exactly: parsed.execution).map({ $0 - 1 }),
            executions.indices.contains(place),
            executions[place].execution.issued(parsed)
        else { return }
        let kind: Occurrence.Kind
        switch answer {
        case .heartbeat: kind = .taskHeartbeat(parsed.task)
        case .success(let output):
            guard let value = try? JSONValue(parsing: output) else { return }
            kind = .taskSucceeded(parsed.task, output: value)
        case .failure(let error, let cause): kind = .taskFailed(parsed.task, error: error, cause: cause, phase: .run)
        }
        if case .notYetSubmitted = step(place, kind) { post(.tokenAnswer(token: token, answer), after: 10) }
    }
}

/// Keeps what a step decides.
private struct Collector: Sink {
    var records: [Record] = []
    var commands: [Command] = []

    mutating func record(_ record: borrowing Record) { records.append(copy record) }
    mutating func command(_ command: consuming Command) { commands.append(command) }
}

/// What will happen, by time; of equal times the first that was added comes first.
struct Agenda<Element> {
    private var heap: [(time: Int64, order: Int, element: Element)] = []
    private var added = 0

    mutating func add(_ element: Element, at time: Int64) {
        heap.append((time, added, element))
        added += 1
        var at = heap.count - 1
        while at > 0, isEarlier(at, (at - 1) / 2) {
            heap.swapAt(at, (at - 1) / 2)
            at = (at - 1) / 2
        }
    }

    mutating func next() -> (time: Int64, element: Element)? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        return (first.time, first.element)
    }

    private mutating func sink() {
        var at = 0
        while true {
            var least = at
            for child in [2 * at + 1, 2 * at + 2] where child < heap.count && isEarlier(child, least) { least = child }
            if least == at { return }
            heap.swapAt(at, least)
            at = least
        }
    }

    private func isEarlier(_ a: Int, _ b: Int) -> Bool {
        (heap[a].time, heap[a].order) < (heap[b].time, heap[b].order)
    }
}
