import StatesJSON
import StatesKernel
import StatesLanguage

/// Measures the kernel alone: one thread, tasks answered at once, nothing written.
enum KernelBenchmarks {
    /// One more than elsewhere: a Standard execution of 10,000 iterations would have too many events.
    private static let large = BenchmarkSubject(
        name: "inline Map of 10,000 items", definition: BenchmarkMachines.map, input: BenchmarkMachines.items(10_000))

    static func run(_ options: BenchmarkOptions, _ report: inout BenchmarkReport) throws {
        for subject in BenchmarkSubject.all + [large] where options.wants(measurement: subject.name) {
            let machine = try StateMachine(definition: subject.definition, name: "benchmark", type: .express)
            try measure(subject, machine, isExpress: true, ForgetfulSink(), options, &report)
            if subject.name == large.name { continue }
            try measure(subject, machine, isExpress: false, EncodingSink(), options, &report)
        }
    }

    private static func measure(
        _ subject: BenchmarkSubject, _ machine: StateMachine, isExpress: Bool, _ sink: some BenchmarkSink,
        _ options: BenchmarkOptions,
        _ report: inout BenchmarkReport
    ) throws {
        let start = start(machine, isExpress: isExpress, input: subject.input)
        var driver = KernelDriver(sink: sink)
        let first = try driver.run(machine.plan, start)
        guard first.status == .succeeded else {
            throw BenchmarkOptions.Problem(description: "\(subject.name): \(first.error ?? "") \(first.cause ?? "")")
        }
        let bytes = driver.sink.bytes
        let (runs, seconds) = try Stopwatch.measure(seconds: options.seconds) { _ = try driver.run(machine.plan, start) }
        var figures = [
            ("transitions/s", Double(first.transitions * runs) / seconds), ("executions/s", Double(runs) / seconds),
            ("us/execution", seconds / Double(runs) * 1e6),
        ]
        if bytes > 0 { figures.append(("bytes/execution", Double(bytes))) }
        report.add(subject.name + (isExpress ? "" : ", records encoded"), figures)
    }

    private static func start(_ machine: StateMachine, isExpress: Bool, input: JSONValue) -> ExecutionStart {
        let arn = "arn:aws:states:us-east-1:123456789012:express:benchmark:run:1"
        return ExecutionStart(
            number: 1, name: "run", arn: arn, machineName: "benchmark",
            machineArn: "arn:aws:states:us-east-1:123456789012:stateMachine:benchmark",
            roleArn: "arn:aws:iam::123456789012:role/benchmark", isExpress: isExpress, time: 1_767_225_600_000,
            inputText: input.compactText, input: input, seed: Seed(number: 1, text: arn),
            definitionHash: machine.plan.definitionHash)
    }
}

/// Runs executions on the kernel in the calling thread and answers tasks at once.
struct KernelDriver<S: BenchmarkSink> {
    var sink: S
    private var time: Int64 = 1_767_225_600_000

    init(sink: S) { self.sink = sink }

    mutating func run(_ plan: Plan, _ start: ExecutionStart) throws -> Execution {
        var execution = Execution(plan: plan, start: start)
        sink.begin()
        try execution.step(Occurrence(at: time, .proceed), into: &sink)
        while execution.status == .running, let next = sink.takeNext() {
            time += 1
            try execution.step(Occurrence(at: time, next), into: &sink)
        }
        return execution
    }
}

/// A sink that knows what to report next.
protocol BenchmarkSink: Sink {
    /// Bytes written since `begin`.
    var bytes: Int { get }
    /// An execution begins.
    mutating func begin()
    /// The answer to the last thing that was asked for.
    mutating func takeNext() -> Occurrence.Kind?
}

/// What a driver of a benchmark has been asked for: a stack, since order does not matter here.
struct Requests {
    private var pending: [Occurrence.Kind] = []

    mutating func removeAll() { pending.removeAll(keepingCapacity: true) }

    mutating func take() -> Occurrence.Kind? { pending.popLast() }

    mutating func add(_ command: Command) {
        switch command {
        case .schedule(let request): pending.append(.taskStarted(request.task, worker: nil))
        case .perform(let task): pending.append(.taskSucceeded(task, output: Self.answer))
        case .proceed: pending.append(.proceed)
        case .cancel, .setTimer, .closed: break
        }
    }

    private static let answer: JSONValue = ["id": "r-7", "ok": true]
}

/// Keeps nothing, as an Express execution without logging.
struct ForgetfulSink: BenchmarkSink {
    private var requests = Requests()

    var bytes: Int { 0 }
    mutating func begin() { requests.removeAll() }
    mutating func takeNext() -> Occurrence.Kind? { requests.take() }
    mutating func record(_ record: borrowing Record) {}
    mutating func command(_ command: consuming Command) { requests.add(command) }
}

/// Encodes every record into a buffer, as a journal does before it writes.
struct EncodingSink: BenchmarkSink {
    private var requests = Requests()
    private var buffer: [UInt8] = []

    var bytes: Int { buffer.count }

    mutating func begin() {
        requests.removeAll()
        buffer.removeAll(keepingCapacity: true)
    }

    mutating func takeNext() -> Occurrence.Kind? { requests.take() }
    mutating func record(_ record: borrowing Record) { record.encode(into: &buffer) }
    mutating func command(_ command: consuming Command) { requests.add(command) }
}
