import StatesJSON
import StatesKernel
import StatesLanguage
import Testing

@testable import StatesCost

/// Runs a random machine as it is written, its tasks answered by dice: the other side of what is expected.
private struct Improvisation: Sink {
    private let random: RandomMachine
    private let failures: [(error: String, probability: Double)]
    private var dice: Dice
    private var due: [(time: Int64, order: Int, kind: Occurrence.Kind)] = []
    private var requests: [TaskRequest] = []
    private var timers: [(TimerName, Int64)] = []
    private var order = 0
    private var proceeds = false

    init(_ random: RandomMachine, failures: [String: Double], seed: UInt64) {
        self.random = random
        self.failures = failures.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        dice = Dice(seed: seed)
    }

    mutating func record(_ record: borrowing Record) {}

    mutating func command(_ command: consuming Command) {
        switch command {
        case .schedule(let request): requests.append(request)
        case .setTimer(let name, let due): if name.purpose != .execution { timers.append((name, due)) }
        case .proceed: proceeds = true
        case .perform, .cancel, .closed: break
        }
    }

    /// The transitions of one execution.
    mutating func transitions(_ machine: StateMachine, _ start: ExecutionStart) -> Int {
        var execution = Execution(plan: machine.plan, start: start)
        due.removeAll(keepingCapacity: true)
        step(&execution, at: 0, .proceed)
        while execution.status == .running,
            let next = due.indices.min(by: { (due[$0].time, due[$0].order) < (due[$1].time, due[$1].order) })
        {
            let event = due.remove(at: next)
            step(&execution, at: event.time, event.kind)
        }
        return execution.transitions
    }

    private mutating func step(_ execution: inout Execution, at time: Int64, _ kind: Occurrence.Kind) {
        guard (try? execution.step(Occurrence(at: time, kind), into: &self)) != nil else { return }
        for (name, moment) in timers { add(moment, .timerFired(name)) }
        timers.removeAll(keepingCapacity: true)
        let asked = requests
        requests.removeAll(keepingCapacity: true)
        for request in asked where execution.status == .running {
            guard (try? execution.step(Occurrence(at: time, .taskStarted(request.task, worker: nil)), into: &self)) != nil else {
                continue
            }
            add(time, answer(to: request))
        }
        if proceeds {
            proceeds = false
            step(&execution, at: time, .proceed)
        }
    }

    private mutating func add(_ time: Int64, _ kind: Occurrence.Kind) {
        order += 1
        due.append((time, order, kind))
    }

    private mutating func answer(to request: TaskRequest) -> Occurrence.Kind {
        var drawn = dice.fraction()
        for failure in failures {
            if drawn < failure.probability { return .taskFailed(request.task, error: failure.error, cause: nil, phase: .run) }
            drawn -= failure.probability
        }
        return .taskSucceeded(request.task, output: .integer(dice.below(random.ways[request.state.name] ?? 1)))
    }
}

private func start(_ random: RandomMachine, _ machine: StateMachine) -> ExecutionStart {
    let input = random.input
    return ExecutionStart(
        number: 1, name: "n", arn: "arn:aws:states:us-east-1:123456789012:execution:m:n", machineName: "m", machineArn: "",
        roleArn: "", isExpress: true, time: 0, inputText: "{}", input: input, seed: Seed(number: 1, text: "n"),
        definitionHash: machine.plan.definitionHash)
}

@Suite("expectations")
struct ExpectationTests {
    static let failures = ["A": 0.1, "B": 0.05, "C": 0.05, "States.Timeout": 0.02]

    @Test("what is expected is the mean of what the kernel does, and every run lies within the bounds")
    func expectedIsTheMean() throws {
        var (exact, simulated, seen) = (0, 0, 0)
        var (worst, within) = (0.0, 0)
        for seed in 0..<Family.size {
            let random = RandomMachine(seed: UInt64(seed), size: 4, depth: 2)
            let flow = try random.flow()
            let machine = try random.machine()
            let numbers = try Numbers(random.profile(failures: Self.failures), for: flow)
            let bounds = Bounds(of: flow, items: numbers.items)
            let open = Bounds(of: flow)
            let expected = try Expectation(of: flow, numbers: numbers, bounds: bounds, runs: Family.runs, seed: 7)
            if case .exact = expected.method { exact += 1 } else { simulated += 1 }
            var improvisation = Improvisation(random, failures: Self.failures, seed: UInt64(seed))
            let start = start(random, machine)
            var (sum, squares) = (0.0, 0.0)
            for _ in 0..<Family.runs {
                let count = improvisation.transitions(machine, start)
                sum += Double(count)
                squares += Double(count) * Double(count)
                if count < bounds.any.least || count > bounds.any.most.value ?? .max || count < open.any.least {
                    Issue.record("seed \(seed): \(count) is not within \(bounds.any)")
                }
            }
            let mean = sum / Double(Family.runs)
            // One percent, and five standard errors where a few thousand runs say no more than that. A simulation has an error too.
            let error = max(0, squares / Double(Family.runs) - mean * mean).squareRoot() / Double(Family.runs).squareRoot()
            let allowed = max(0.01 * mean, 5 * error * (expected.method == .exact ? 1 : 1.5))
            worst = max(worst, abs(expected.mean - mean) / mean)
            seen += 1
            if abs(expected.mean - mean) <= 0.01 * mean { within += 1 }
            #expect(
                abs(expected.mean - mean) <= allowed,
                "seed \(seed): expected \(expected.mean), seen \(mean) ± \(error), \(expected.method): \(random.definition.compactText)"
            )
        }
        print(
            "expectations: \(seen) machines × \(Family.runs) runs, \(exact) exact, \(simulated) simulated, \(within) within 1 %, worst \(worst)"
        )
    }

    @Test("exact propagation and simulation of the same numbers agree, state by state")
    func exactAndSimulatedAgree() throws {
        let random = RandomMachine(seed: 3, size: 5, depth: 0)
        let flow = try random.flow()
        let numbers = try Numbers(random.profile(failures: Self.failures), for: flow)
        let bounds = Bounds(of: flow, items: numbers.items)
        let exact = try Expectation(of: flow, numbers: numbers, bounds: bounds)
        let simulated = try Expectation(of: flow, numbers: numbers, bounds: bounds, runs: 20_000, exactly: false)
        #expect(exact.method == .exact)
        #expect(simulated.method == .simulated(runs: 20_000, seed: 1))
        for (left, right) in zip(exact.counts, simulated.counts) { #expect(abs(left - right) < 0.05) }
    }
}
