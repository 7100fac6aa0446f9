import StatesJSON
import StatesKernel
import StatesLanguage
import Testing

/// The smallest driver: one execution, a virtual clock, and answers given by hand or by a table.
///
/// After every step it replays the records, through their bytes, and requires an equal execution.
struct Rehearsal {
    struct Journal: Sink {
        var records: [Record] = []
        var commands: [Command] = []

        mutating func record(_ record: borrowing Record) { records.append(copy record) }
        mutating func command(_ command: consuming Command) { commands.append(command) }
    }

    enum Answer {
        case success(JSONValue)
        case failure(String?, String?)
        case silence
    }

    private(set) var execution: Execution
    private(set) var journal = Journal()
    private(set) var now: Int64 = 1_767_225_600_000  // 2026-01-01T00:00:00Z
    private var timers: [(due: Int64, name: TimerName)] = []
    private(set) var requests: [TaskRequest] = []
    /// What tasks answer, by state name; the attempts in order, the last one for all that follow.
    var answers: [String: [Answer]] = [:]

    init(_ definition: String, input: JSONValue = [:], express: Bool = false) throws {
        let machine = try StateMachine(definition: definition, name: "machine", type: express ? .express : .standard)
        let start = ExecutionStart(
            number: 7, name: "run", arn: "arn:aws:states:us-east-1:123456789012:execution:machine:run", machineName: "machine",
            machineArn: "arn:aws:states:us-east-1:123456789012:stateMachine:machine", roleArn: "arn:aws:iam::123456789012:role/r",
            isExpress: express, time: now, inputText: input.compactText, input: input, seed: Seed(number: 1, text: "rehearsal"),
            definitionHash: machine.plan.definitionHash)
        execution = Execution(plan: machine.plan, start: start)
    }

    /// Steps once, performs what was asked as the table says, and checks that the records rebuild the execution.
    mutating func step(_ kind: Occurrence.Kind, sourceLocation: SourceLocation = #_sourceLocation) throws {
        var sink = Journal()
        try execution.step(Occurrence(at: now, kind), into: &sink)
        journal.records += sink.records
        journal.commands += sink.commands
        #expect(try replayed() == execution, "replay rebuilds the execution", sourceLocation: sourceLocation)
        for command in sink.commands {
            switch command {
            case .schedule(let request):
                requests.append(request)
                if case .silence = answer(to: request) { continue }
                try step(.taskStarted(request.task, worker: nil))
            case .perform(let task):
                guard let request = requests.last(where: { $0.task == task }) else { continue }
                try perform(request)
            case .setTimer(let name, let due): timers.append((due, name))
            case .proceed: try step(.proceed)
            case .cancel, .closed: break
            }
        }
    }

    private func answer(to request: TaskRequest) -> Answer {
        let table = answers[request.state.name] ?? [.silence]
        return table[min(request.invocation, table.count - 1)]
    }

    private mutating func perform(_ request: TaskRequest) throws {
        if case .silence = answer(to: request) { return }
        if request.resource.pattern != .requestResponse { try step(.taskSubmitted(request.task, output: ["accepted": true])) }
        switch answer(to: request) {
        case .success(let output): try step(.taskSucceeded(request.task, output: output))
        case .failure(let error, let cause): try step(.taskFailed(request.task, error: error, cause: cause, phase: .run))
        case .silence: break
        }
    }

    func replayed() throws -> Execution? {
        var decoder = RecordDecoder()
        var rebuilt: Execution?
        for record in journal.records {
            var bytes: [UInt8] = []
            record.encode(into: &bytes)
            let decoded = try decoder.decode(bytes)
            #expect(decoded == record)
            if rebuilt == nil {
                rebuilt = Execution(plan: execution.plan, replaying: decoded)
            } else {
                #expect(rebuilt?.accepts(decoded) == true, "record \(decoded.number) follows")
                rebuilt?.apply(decoded)
            }
        }
        return rebuilt
    }

    /// Lets time jump from one due time to the next until the execution ends or waits for an answer only.
    mutating func run() throws {
        if execution.lastRecord == 0 { try step(.proceed) }
        while execution.status == .running, try fireNext() {}
    }

    /// Fires the earliest timer that is still wanted, before that moment if one is given.
    mutating func fireNext(before limit: Int64 = .max) throws -> Bool {
        while let next = timers.indices.min(by: { order(timers[$0]) < order(timers[$1]) }) {
            guard timers[next].due < limit else { return false }
            let timer = timers.remove(at: next)
            now = max(now, timer.due)
            do {
                try step(.timerFired(timer.name))
                return true
            } catch is Refusal {
                continue
            }
        }
        return false
    }

    /// What is due at the same time happens in the order of thread and generation, whoever set the timer first.
    private func order(_ timer: (due: Int64, name: TimerName)) -> (Int64, Int32, Int32) {
        (timer.due, timer.name.task.thread, timer.name.task.generation)
    }

    mutating func advance(seconds: Int64) throws {
        let limit = now + seconds * 1000
        while execution.status == .running, try fireNext(before: limit + 1) {}
        now = limit
    }

    /// As after a crash and a restart: the process is gone, the records are not.
    mutating func restart() throws {
        execution = try #require(try replayed())
        timers = []
        try step(.recovered)
    }

    var events: [HistoryEvent] { HistoryView.events(of: journal.records, plan: execution.plan) }

    /// `id←previous Type` for each event: what most tests compare.
    var story: [String] { events.map { "\($0.id)←\($0.previousEventId) \($0.type)" } }

    var path: [String] {
        events.filter { $0.type.hasSuffix("StateEntered") }.compactMap { $0.details["name"]?.string }
    }

    var output: JSONValue? { execution.output?.value }

    /// The instants at which tasks were asked for, in milliseconds after the start.
    var requestTimes: [Int64] { requests.map { $0.scheduledAt - execution.start.time } }
}
