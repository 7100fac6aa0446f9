import StatesJSON
import StatesKernel
import StatesLanguage

/// A generator of random numbers that is the same everywhere: SplitMix64.
package struct Dice: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to 1.
    package mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }
}

/// What many simulated executions did.
struct SimulationResult: Sendable {
    /// The transitions of each.
    var transitions: [Int] = []
    /// How long each took, in milliseconds.
    var milliseconds: [Int] = []
    /// How often each state counted, on average.
    var counts: [Double]
    /// How often each state was entered, on average.
    var entered: [Double]
    /// Whether executions were cut short because they would not end.
    var isCut = false

    /// Time as Express bills it, on average.
    var meanBilledMilliseconds: Double {
        milliseconds.isEmpty
            ? 0 : milliseconds.reduce(0) { $0 + Double(MemoryTime.billedMilliseconds($1)) } / Double(milliseconds.count)
    }
}

/// Runs executions on the real kernel, on time that only jumps, with dice for what is uncertain.
struct Simulation {
    private let rehearsal: Rehearsal
    private let decisions: Decisions
    private var dice: Dice
    private var result: SimulationResult
    /// Whether a state's visits are billed one by one: not inside Express child executions.
    private let isBilled: [Bool]

    /// No execution is followed further than this.
    static let transitionLimit = 1_000_000

    init(_ rehearsal: Rehearsal, _ decisions: Decisions, seed: UInt64) {
        self.rehearsal = rehearsal
        self.decisions = decisions
        dice = Dice(seed: seed)
        let flow = rehearsal.flow
        let none = [Double](repeating: 0, count: flow.states.count)
        result = SimulationResult(counts: none, entered: none)
        isBilled = flow.states.map { !flow.runsInExpressChild($0) }
    }

    /// Runs so many executions, fewer if they are so long that it would take for ever.
    mutating func run(_ runs: Int, seed: UInt64) -> SimulationResult {
        var done = 0
        var total = 0
        while done < runs, total < 50 * Self.transitionLimit {
            total += perform(rehearsal.start(number: UInt64(done), seed: seed))
            done += 1
        }
        result.isCut = result.isCut || done < runs
        for at in result.counts.indices {
            result.counts[at] /= Double(max(1, done))
            result.entered[at] /= Double(max(1, done))
        }
        return result
    }

    /// Runs one execution to its end; answers how many transitions it made.
    private mutating func perform(_ start: ExecutionStart) -> Int {
        var execution = Execution(plan: rehearsal.plan, start: start)
        var stage = Stage(decisions, isBilled: isBilled)
        advance(&execution, .proceed, &stage)
        while execution.status == .running, stage.counted.count < Self.transitionLimit, let event = stage.next() {
            switch event {
            case .timer(let name): advance(&execution, .timerFired(name), &stage)
            case .answer(let request): advance(&execution, answer(to: request, stage), &stage)
            }
        }
        if execution.status == .running { result.isCut = true }
        for state in stage.counted { result.counts[state] += 1 }
        for state in stage.entered { result.entered[state] += 1 }
        result.transitions.append(stage.counted.count)
        result.milliseconds.append(Int(stage.now))
        return stage.counted.count
    }

    private enum Work {
        case step(Occurrence.Kind)
        case offer(TaskRequest)
    }

    /// Steps, and does at once what is asked for; what takes time is put on the stage.
    private mutating func advance(_ execution: inout Execution, _ kind: Occurrence.Kind, _ stage: inout Stage) {
        var work: [Work] = [.step(kind)]
        while let next = work.popLast() {
            switch next {
            case .step(let kind):
                // What nobody waits for any more is refused, and nothing follows from it.
                guard (try? execution.step(Occurrence(at: stage.now, kind), into: &stage)) != nil else { continue }
            case .offer(let request):
                let started = Occurrence(at: stage.now, .taskStarted(request.task, worker: nil))
                guard (try? execution.step(started, into: &stage)) != nil else { continue }
                let state = rehearsal.flow.states[request.state.number]
                if case .choice = state.kind {
                    // A Choice asks nobody: what follows it happens before anything else does.
                    work.append(.step(answer(to: request, stage)))
                } else {
                    let time = decisions.numbers.durations[state.number] ?? 0
                    stage.schedule(.answer(request), at: stage.now + Int64(time))
                }
            }
            var offers: [Work] = []
            for command in stage.takeCommands() {
                switch command {
                case .schedule(let request): offers.append(.offer(request))
                case .setTimer(let name, let due): if name.purpose != .execution { stage.schedule(.timer(name), at: due) }
                case .proceed: work.insert(.step(.proceed), at: 0)
                case .perform, .cancel, .closed: break
                }
            }
            work += offers.reversed()
        }
    }

    /// How an attempt ends: as the dice say.
    private mutating func answer(to request: TaskRequest, _ stage: Stage) -> Occurrence.Kind {
        let state = rehearsal.flow.states[request.state.number]
        var drawn = dice.fraction()
        if case .choice = state.kind {
            let options = decisions.options(after: state, visits: stage.visits(of: request.task.thread))
            var target = options.last?.target
            for option in options {
                if drawn < option.probability {
                    target = option.target
                    break
                }
                drawn -= option.probability
            }
            let place = Rehearsal.targets(of: state).firstIndex { $0 == target } ?? 0
            return .taskFailed(request.task, error: Rehearsal.error(forTarget: place), cause: nil, phase: .run)
        }
        for failure in decisions.failures(of: state.number) {
            if drawn < failure.probability {
                return .taskFailed(request.task, error: failure.error, cause: nil, phase: .run)
            }
            drawn -= failure.probability
        }
        return .taskSucceeded(request.task, output: 0)
    }
}

/// What one simulated execution has going on: what was counted, what is due, and where its threads are.
private struct Stage: Sink {
    enum Event {
        case timer(TimerName)
        case answer(TaskRequest)
    }

    private(set) var now: Int64 = 0
    /// The states that were counted, in order: entered or retried.
    private(set) var counted: [Int] = []
    private(set) var entered: [Int] = []
    private let decisions: Decisions
    private let isBilled: [Bool]
    private var queue = Heap()
    private var events: [Event?] = []
    private var commands: [Command] = []
    private var places: [Int32: Place] = [:]

    private struct Place {
        var state: Int
        /// Of each counted loop.
        var visits: [Int]
    }

    init(_ decisions: Decisions, isBilled: [Bool]) {
        self.decisions = decisions
        self.isBilled = isBilled
    }

    mutating func record(_ record: borrowing Record) {
        switch record.change {
        case .stateEntered(let number, _):
            let state = Int(number)
            entered.append(state)
            count(state)
            follow(record.thread, to: state)
        case .retryScheduled: if let place = places[record.thread] { count(place.state) }
        case .mapStarted(let items, _):
            guard let place = places[record.thread], case .map(let map) = decisions.flow.states[place.state].kind,
                map.isDistributed, map.hasExpressChildren
            else { break }
            for _ in 0..<(items.value.array?.count ?? 0) { count(place.state) }
        // A thread's slot is used again by somebody else.
        case .iterationStarted, .stateAborted: places[record.thread] = nil
        default: break
        }
    }

    mutating func command(_ command: consuming Command) { commands.append(command) }

    private mutating func count(_ state: Int) { if isBilled[state] { counted.append(state) } }

    private mutating func follow(_ thread: Int32, to next: Int) {
        let flow = decisions.flow
        var before = places[thread]
        if let place = before, flow.states[place.state].scope != flow.states[next].scope || flow.states[place.state].isTerminal {
            before = nil
        }
        let visits = decisions.visits(before?.visits ?? decisions.noVisits, from: before?.state, to: next)
        places[thread] = Place(state: next, visits: visits)
    }

    func visits(of thread: Int32) -> [Int] { places[thread]?.visits ?? decisions.noVisits }

    mutating func takeCommands() -> [Command] {
        defer { commands.removeAll(keepingCapacity: true) }
        return commands
    }

    /// What is due at the same time happens in the order in which it was asked for.
    mutating func schedule(_ event: Event, at due: Int64) {
        queue.push(Int(clamping: min(due, 1 << 42)) << 20 | min(events.count, 0xF_FFFF), events.count)
        events.append(event)
    }

    /// What happens next; time jumps there.
    mutating func next() -> Event? {
        while let (key, at) = queue.pop() {
            guard let event = events[at] else { continue }
            events[at] = nil
            now = max(now, Int64(key >> 20))
            return event
        }
        return nil
    }
}

extension Flow {
    /// Whether a state stands inside of a Distributed Map whose child executions are Express.
    package func runsInExpressChild(_ state: State) -> Bool {
        var scope = state.scope
        while let owner = scopes[scope].owner {
            if case .map(let map) = states[owner].kind, map.isDistributed, map.hasExpressChildren { return true }
            scope = states[owner].scope
        }
        return false
    }
}
