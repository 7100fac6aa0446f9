public import StatesJSON
public import StatesKernel
import StatesLanguage
public import StatesRuntime

/// An execution that a test moves: time passes when the test says so.
///
/// ```swift
/// var expense = try machine.mocking("AskForApproval", .never).mocking("AskAgain", .never).begin(input: input)
/// try expense.advance(by: .seconds(3600))
/// #expect(expense.waitingStates == ["AskAgain"])
/// try expense.answer("AskAgain", with: ["approved": true])
/// ```
///
/// It is the kernel's smallest driver: one thread, and time that stands still while anything is left to do. Two rehearsals share
/// nothing.
public struct Rehearsal: Sendable {
    /// The present, in milliseconds since 1970.
    public private(set) var now: Int64
    private(set) var execution: Execution
    private(set) var records: [Record] = []
    private(set) var mocks: MockBook
    /// Why the rehearsal cannot go on.
    private(set) var fault: MockFault?
    private var requests: [TaskName: TaskRequest] = [:]
    private var timetable = Timetable<Event>()
    private var steps = 0

    /// A rehearsal that takes more steps than this is taken to go on forever; so is one of a tenth of the transitions. Standard
    /// executions end at their 25,000 events.
    private static let stepLimit = 1_000_000

    /// Something that will happen. A refusal is no fault: timers may be stale, answers late.
    private enum Event: Sendable {
        case occurrence(Occurrence.Kind)
        case pulse(TaskName, MockAnswer.Pulse, begun: Int64)
    }

    init(_ scenario: Scenario, input: JSONValue) {
        self.init(scenario, start: ExecutionStart(scenario, input: input))
    }

    init(_ scenario: Scenario, start: ExecutionStart) {
        now = start.time
        mocks = MockBook(scenario.rules)
        mocks.validation = scenario.validation
        mocks.answeredByHand = scenario.answeredByHand
        execution = Execution(plan: scenario.machine.plan, start: start)
        timetable.add(.occurrence(.proceed), at: now)
    }

    // MARK: How it stands

    /// How the execution stands.
    public var status: ExecutionStatus { execution.status }

    /// Everything that happened so far, as a run. Its status is `running` while it has not ended.
    public var run: Run { Run(execution, records: records) }

    /// The names of the states it entered so far, in order.
    public var path: [String] { run.path }

    /// What the execution waits for, in the order of its threads of control.
    public var waiting: [Waiting] { status == .running ? execution.waiting : [] }

    /// The names of the states that wait for something.
    public var waitingStates: [String] { waiting.map(\.state) }

    // MARK: Moving

    /// Lets time pass, stopping at everything that is due on the way.
    ///
    /// - Throws: `MockFault` if a request has no answer, or an answer cannot be one.
    public mutating func advance(by duration: Duration) throws(MockFault) {
        let end = now + max(0, duration.wholeMilliseconds)
        goOn(until: end)
        if let fault { throw fault }
        now = max(now, end)
    }

    /// Runs to the end. Time jumps to whatever comes next.
    ///
    /// - Throws: `MockFault` if a request has no answer, or an answer cannot be one.
    @discardableResult
    public mutating func finish() throws(MockFault) -> Run {
        goOn(until: .max)
        if let fault { throw fault }
        return run
    }

    /// Answers the task that waits in a state: a callback's token, an activity, or a mock that never answers.
    ///
    /// - Throws: `MockFault` if no task waits there.
    public mutating func answer(_ state: String, with output: JSONValue) throws(MockFault) {
        try report(state) { .taskSucceeded($0, output: output) }
    }

    /// Fails the task that waits in a state.
    ///
    /// - Throws: `MockFault` if no task waits there.
    public mutating func fail(_ state: String, _ error: String?, cause: String? = nil) throws(MockFault) {
        try report(state) { .taskFailed($0, error: error, cause: cause, phase: .run) }
    }

    /// Sends a heartbeat for the task that waits in a state.
    ///
    /// - Throws: `MockFault` if no task waits there.
    public mutating func heartbeat(_ state: String) throws(MockFault) {
        try report(state) { .taskHeartbeat($0) }
    }

    /// Stops the execution, as StopExecution does.
    public mutating func stop(error: String? = nil, cause: String? = nil) {
        step(.stop(error: error, cause: cause))
    }

    /// Says whether every mock, and every answer of it, was asked for.
    ///
    /// - Throws: `MockFaults` with those that were not.
    public func checkMocksWereUsed() throws(MockFaults) {
        let unused = mocks.unused()
        if !unused.isEmpty { throw MockFaults(faults: unused) }
    }

    // MARK: The loop

    mutating func goOn(until end: Int64) {
        while let due = timetable.nextTime, due <= end, takeNext() {}
    }

    /// Lets the next thing happen; answers whether there was one.
    mutating func takeNext() -> Bool {
        guard fault == nil, execution.status == .running, let (time, event) = timetable.next() else { return false }
        now = max(now, time)
        happen(event)
        steps += 1
        if steps > Self.stepLimit || execution.transitions > Self.stepLimit / 10 {
            fault = MockFault(.endless, "The execution does not end: it made \(execution.transitions) transitions.")
        }
        return true
    }

    private mutating func happen(_ event: Event) {
        switch event {
        case .occurrence(let kind): step(kind)
        case .pulse(let task, let pulse, let begun):
            guard requests[task] != nil, step(.taskHeartbeat(task)) else { return }
            beat(task, pulse, begun: begun)
        }
    }

    /// Plans the next heartbeat of a task.
    private mutating func beat(_ task: TaskName, _ pulse: MockAnswer.Pulse, begun: Int64) {
        let next = now + pulse.every
        if next - begun <= pulse.through ?? .max { timetable.add(.pulse(task, pulse, begun: begun), at: next) }
    }

    /// Steps the execution and does what it asks; answers whether it accepted.
    @discardableResult
    private mutating func step(_ kind: Occurrence.Kind) -> Bool {
        var decisions = Decisions()
        do {
            try execution.step(Occurrence(at: now, kind), into: &decisions)
        } catch {
            return false
        }
        records += decisions.records
        for command in decisions.commands { obey(command) }
        return true
    }

    private mutating func obey(_ command: Command) {
        guard fault == nil else { return }
        switch command {
        case .schedule(let request):
            requests[request.task] = request
            step(.taskStarted(request.task, worker: nil))
        case .perform(let task): if let request = requests[task] { perform(request) }
        case .cancel(let task): requests[task] = nil
        case .setTimer(let timer, let due): timetable.add(.occurrence(.timerFired(timer)), at: due)
        case .proceed: timetable.add(.occurrence(.proceed), at: now)
        case .closed: requests = [:]
        }
    }

    private mutating func perform(_ request: TaskRequest) {
        let answer: MockAnswer
        let outcome: Answer.Outcome?
        do throws(MockFault) {
            let (chosen, call, key) = try mocks.answer(to: request)
            answer = chosen
            outcome = chosen.outcome(for: call).map { key == request.state.name ? $0 : ResultShape(request, key: key).outcome($0) }
        } catch {
            fault = error
            return
        }
        // A mock stands for the job or the callback itself, whose request was accepted.
        if request.resource.pattern != .requestResponse { step(.taskSubmitted(request.task, output: .emptyObject)) }
        if let pulse = answer.pulse { beat(request.task, pulse, begun: now) }
        switch outcome {
        case nil: break
        case .value(let value): timetable.add(.occurrence(.taskSucceeded(request.task, output: value)), at: now + answer.delay)
        case .failure(let error, let cause):
            timetable.add(
                .occurrence(.taskFailed(request.task, error: error, cause: cause, phase: .run)), at: now + answer.delay)
        }
    }

    /// Reports something about the task that waits in a state.
    private mutating func report(_ state: String, _ kind: (TaskName) -> Occurrence.Kind) throws(MockFault) {
        let tasks = waiting.filter { $0.state == state }.compactMap { execution.request(of: $0.thread)?.task }
        guard let task = tasks.first, step(kind(task)) else {
            let others = waitingStates.map { "'\($0)'" }.joined(separator: ", ")
            let known = status == .running ? "waiting are \(others.isEmpty ? "none" : others)" : "the execution has ended"
            throw MockFault(.notWaiting, "No task waits in the state '\(state)'; \(known).", state: state)
        }
        goOn(until: now)
        if let fault { throw fault }
    }
}

/// Keeps what a step decides.
private struct Decisions: Sink {
    var records: [Record] = []
    var commands: [Command] = []

    mutating func record(_ record: borrowing Record) { records.append(copy record) }
    mutating func command(_ command: consuming Command) { commands.append(command) }
}

extension MockAnswer {
    /// What the task answers; nil for a mock that never does.
    func outcome(for call: MockCall) -> Answer.Outcome? {
        switch outcome {
        case .returns(let value): return .value(value)
        case .fails(let error, let cause): return .failure(error: error, cause: cause)
        case .silence: return nil
        case .computes(let compute):
            do {
                return .value(try compute(call))
            } catch let failure as TaskFailure {
                return .failure(error: failure.error, cause: failure.cause)
            } catch {
                return .failure(error: "\(type(of: error))", cause: "\(error)")
            }
        }
    }
}

extension ExecutionStart {
    /// What a test's execution is given: always the same names, so that the same test gives the same run.
    convenience init(_ scenario: Scenario, input: JSONValue) {
        let machine = scenario.machine
        let isExpress = machine.type == .express
        let account = "us-east-1:123456789012"
        let arn = "arn:aws:states:\(account):\(isExpress ? "express" : "execution"):\(machine.name):\(scenario.name)"
        self.init(
            number: 1, name: scenario.name, arn: isExpress ? arn + ":1" : arn, machineName: machine.name,
            machineArn: "arn:aws:states:\(account):stateMachine:\(machine.name)",
            roleArn: "arn:aws:iam::123456789012:role/test", isExpress: isExpress, time: scenario.startTime,
            inputText: input.compactText, input: input, seed: Seed(number: scenario.seed, text: arn),
            definitionHash: machine.plan.definitionHash)
    }
}
