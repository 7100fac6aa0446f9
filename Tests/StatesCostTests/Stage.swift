import StatesCost
import StatesJSON
import StatesLanguage

@testable import StatesKernel

/// An execution on the real kernel of which every answer, and the order of answers, is given by hand.
struct Theatre {
    private(set) var execution: Execution
    private var sink = Journal()
    private let ways: [String: Int]

    private struct Journal: Sink {
        var commands: [Command] = []
        var requests: [Int32: TaskRequest] = [:]

        mutating func record(_ record: borrowing Record) {}
        mutating func command(_ command: consuming Command) { commands.append(command) }
    }

    /// Something that can happen next.
    enum Move {
        case succeed(TaskName, pick: Int)
        case fail(TaskName, error: String)
        case fire(TimerName)
    }

    init(_ machine: StateMachine, _ random: RandomMachine, seed: UInt64 = 1) throws {
        ways = random.ways
        let input = random.input
        execution = Execution(
            plan: machine.plan,
            start: ExecutionStart(
                number: 1, name: "n", arn: "arn:aws:states:us-east-1:123456789012:execution:m:n", machineName: "m", machineArn: "",
                roleArn: "", isExpress: true, time: 0, inputText: input.compactText, input: input,
                seed: Seed(number: seed, text: "n"), definitionHash: machine.plan.definitionHash))
        try step(.proceed)
    }

    var isOver: Bool { execution.status != .running }

    /// What can happen next: each pending task may answer or fail in every way, each time may come.
    var moves: [Move] {
        var moves: [Move] = []
        for (slot, thread) in execution.threads.enumerated() {
            let name = { TaskName(thread: Int32(slot), generation: $0) }
            switch thread.pending {
            case .task(let task):
                let state = execution.plan.states[Int(thread.state)].name
                for pick in 0..<(ways[state] ?? 1) { moves.append(.succeed(name(task.generation), pick: pick)) }
                for error in RandomMachine.errors { moves.append(.fail(name(task.generation), error: error)) }
            case .waiting(let generation, _): moves.append(.fire(TimerName(task: name(generation), purpose: .wait)))
            case .retrying(let generation, _): moves.append(.fire(TimerName(task: name(generation), purpose: .retry)))
            case .free, .ready, .entered, .children, .finished: break
            }
        }
        return moves
    }

    mutating func make(_ move: Move) throws {
        switch move {
        case .succeed(let task, let pick): try step(.taskSucceeded(task, output: .integer(pick)))
        case .fail(let task, let error): try step(.taskFailed(task, error: error, cause: nil, phase: .run))
        case .fire(let timer): try step(.timerFired(timer))
        }
    }

    private mutating func step(_ kind: Occurrence.Kind) throws {
        sink.commands = []
        try execution.step(Occurrence(at: 0, kind), into: &sink)
        for command in sink.commands {
            switch command {
            case .schedule(let request) where !isOver:
                sink.commands = []
                try execution.step(Occurrence(at: 0, .taskStarted(request.task, worker: nil)), into: &sink)
            case .proceed: try step(.proceed)
            case .schedule, .perform, .cancel, .setTimer, .closed: break
            }
        }
    }

    /// Everything that what may still happen depends on.
    var position: String {
        execution.threads.enumerated().map { slot, thread in
            let pending =
                switch thread.pending {
                case .free: "-"
                case .ready: "r"
                case .entered: "e"
                case .task: "t"
                case .waiting: "w"
                case .retrying: "y"
                case .finished: "f"
                case .children(let children): "c\(children.begun).\(children.ended).\(children.live)"
                }
            return pending == "-" ? "-" : "\(thread.parent),\(thread.index),\(thread.state)\(pending)\(thread.retries)"
        }.joined(separator: ";")
    }
}

/// Plays a machine through in every possible way: the independent answer to what its bounds are.
struct Playthrough {
    /// The fewest and the most transitions of any run; the most is nil if there may be ever more.
    private(set) var least: Int?
    private(set) var most: Int?
    /// Whether there was too much to see.
    private(set) var gaveUp = false
    private var budget: Int

    init(_ machine: StateMachine, _ random: RandomMachine, budget: Int = 20_000, wantsMost: Bool) throws {
        self.budget = budget
        let beginning = try Theatre(machine, random)
        try findLeast(from: beginning)
        guard wantsMost, !gaveUp else { return }
        var known: [String: Int] = [:]
        var open: Set<String> = []
        most = try longest(from: beginning, &known, &open).map { beginning.execution.transitions + $0 }
    }

    private mutating func findLeast(from beginning: Theatre) throws {
        var queue: [Int: [Theatre]] = [beginning.execution.transitions: [beginning]]
        var seen: Set<String> = []
        while let count = queue.keys.min(), let theatres = queue.removeValue(forKey: count) {
            for theatre in theatres {
                if theatre.isOver {
                    least = count
                    return
                }
                guard seen.insert(theatre.position).inserted else { continue }
                for move in theatre.moves {
                    budget -= 1
                    var next = theatre
                    try next.make(move)
                    queue[next.execution.transitions, default: []].append(next)
                }
                guard budget > 0 else {
                    gaveUp = true
                    return
                }
            }
        }
    }

    /// The most that may still be counted from here; nil if there is no end to it.
    private mutating func longest(from theatre: Theatre, _ known: inout [String: Int], _ open: inout Set<String>) throws -> Int? {
        if theatre.isOver { return 0 }
        let position = theatre.position
        if let count = known[position] { return count }
        budget -= 1
        guard budget > 0 else {
            gaveUp = true
            return 0
        }
        guard open.insert(position).inserted else { return nil }
        var best = 0
        for move in theatre.moves {
            var next = theatre
            try next.make(move)
            guard let rest = try longest(from: next, &known, &open) else { return nil }
            best = max(best, next.execution.transitions - theatre.execution.transitions + rest)
        }
        open.remove(position)
        known[position] = best
        return best
    }
}
