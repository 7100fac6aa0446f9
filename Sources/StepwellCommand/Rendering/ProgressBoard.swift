import StatesJSON
import StatesKernel
import StatesLanguage
import StatesRuntime
import StatesText

/// What is to be seen of a running execution, kept up to date by its progress events.
///
/// Lines of states that ended are handed out once; lines of states that run are made when asked for.
struct ProgressBoard: Sendable {
    private let plan: Plan
    private let name: String
    private let words: TypedCommands
    private var visits: [Int32: Visit] = [:]
    private var repeats: [Int: Repeats] = [:]

    /// How many retries were made.
    private(set) var retries = 0
    /// Whether the execution has ended.
    private(set) var hasEnded = false

    /// A state visited more often than this is counted instead of printed, so that a loop does not fill the screen.
    static let printedVisits = 5
    /// The most lines of things that run inside of Parallel and Map states.
    static let nestedLines = 8
    /// A wait at least this long, in milliseconds, is worth a line where nothing is redrawn.
    static let longWait: Int64 = 10_000

    /// One visit of a state by a thread of control.
    private struct Visit {
        var place: ProgressEvent.Place
        var enteredAt: Int64
        var retries = 0
        var failure = ""
        var phase = Phase.idle
        var children: Children?

        /// Whether it waits for an answer.
        var asks: Bool {
            if case .callback = phase { true } else { false }
        }
    }

    private enum Phase: Equatable {
        case idle
        case queued
        case running
        case waiting(until: Int64)
        case retrying(at: Int64)
        case callback(token: String, until: Int64?)
    }

    /// How many branches or iterations there are, and how many ended.
    private struct Children {
        var total: Int
        var ended = 0
    }

    private struct Repeats {
        var visits = 0
        var hidden = 0
        var hiddenTime: Int64 = 0
    }

    /// A board for an execution of that plan and name; `words` are the commands that it tells people to type.
    init(plan: Plan, name: String, words: TypedCommands) {
        self.plan = plan
        self.name = name
        self.words = words
    }

    /// A board for an execution that goes on: it knows what is waited for, and not when it began.
    init(resuming execution: Execution, words: TypedCommands) {
        self.init(plan: execution.plan, name: execution.start.name, words: words)
        for waiting in execution.waiting {
            // Names of states are unique in a definition.
            guard let state = plan.states.first(where: { $0.name == waiting.state }) else { continue }
            let place = ProgressEvent.Place(
                state: state.name, number: state.number, thread: waiting.thread, depth: plan.depth(of: state.number))
            enter(place, at: execution.lastTime)
            switch (waiting.reason, waiting.due) {
            case (.time, let due?): visits[waiting.thread]?.phase = .waiting(until: due)
            case (.retry, let due?): visits[waiting.thread]?.phase = .retrying(at: due)
            case (.callback(_, let token), let due): visits[waiting.thread]?.phase = .callback(token: token, until: due)
            case (.time, nil), (.retry, nil), (.taskScheduled, _), (.taskRunning, _): break
            }
        }
    }

    /// The names of all states, for the width of their column.
    var names: [String] { plan.states.map(\.name) }
}

// MARK: - Events

extension ProgressBoard {
    /// Takes the next event; returns the lines that will not change any more: states that ended, and with `announcing` also long waits
    /// and waits for an answer, for streams where nothing is redrawn.
    mutating func take(_ event: ProgressEvent, announcing: Bool = false) -> [StateLine] {
        switch event.kind {
        case .started, .resumed, .iterationStarted, .duplicatesDiffer: return []
        case .ended(let status, let error, let cause):
            return close(event.time, status, FailureText.line(error: error, cause: cause))
        case .stateEntered(let place): enter(place, at: event.time)
        case .stateExited(let place, let caught): return leave(place, at: event.time, caught: caught)
        case .stateAborted(let place): visits[place.thread] = nil
        case .taskScheduled(let place, _, _): update(place, event.time) { $0.phase = .queued }
        case .taskStarted(let place, _): update(place, event.time) { $0.phase = .running }
        case .taskSucceeded(let place): update(place, event.time) { $0.phase = .idle }
        case .taskFailed(let place, let error, let cause, _):
            update(place, event.time) { visit in
                visit.phase = .idle
                visit.failure = FailureText.line(error: error, cause: cause)
            }
        case .evaluationFailed(let place, let cause):
            update(place, event.time) { visit in
                visit.phase = .idle
                visit.failure = FailureText.line(error: "States.QueryEvaluationError", cause: cause)
            }
        case .taskTimedOut(let place, let heartbeat):
            update(place, event.time) { visit in
                visit.phase = .idle
                visit.failure = heartbeat ? "States.Timeout: no heartbeat in time" : "States.Timeout"
            }
        case .retryScheduled(let place, let due):
            retries += 1
            update(place, event.time) { visit in
                visit.retries += 1
                visit.phase = .retrying(at: due)
            }
            return announcing && due - event.time >= Self.longWait ? announcement(of: place, event.time) : []
        case .waiting(let place, let until):
            update(place, event.time) { $0.phase = .waiting(until: until) }
            return announcing && until - event.time >= Self.longWait ? announcement(of: place, event.time) : []
        case .waitingForToken(let place, let token, let until):
            update(place, event.time) { $0.phase = .callback(token: token, until: until) }
            return announcing ? announcement(of: place, event.time) : []
        case .parallelStarted(let place, let branches):
            update(place, event.time) { $0.children = Children(total: branches) }
        case .mapStarted(let place, let items):
            update(place, event.time) { $0.children = Children(total: items) }
        case .iterationEnded(let place, _, _):
            update(place, event.time) { $0.children?.ended += 1 }
        case .childrenEnded(let place, _):
            if place.depth == 0 { visits = visits.filter { $0.key == place.thread } }
        }
        return []
    }

    private mutating func enter(_ place: ProgressEvent.Place, at time: Int64) {
        visits[place.thread] = Visit(place: place, enteredAt: time)
    }

    /// Changes a visit. One that began before the process did is first heard of here.
    private mutating func update(_ place: ProgressEvent.Place, _ time: Int64, _ change: (inout Visit) -> Void) {
        if visits[place.thread]?.place.number != place.number { enter(place, at: time) }
        change(&visits[place.thread, default: Visit(place: place, enteredAt: time)])
    }

    private mutating func leave(_ place: ProgressEvent.Place, at time: Int64, caught: Bool) -> [StateLine] {
        let visit = visits.removeValue(forKey: place.thread) ?? Visit(place: place, enteredAt: time)
        guard place.depth == 0 else {
            if !caught { noteEnd(ofBranchAt: place.number) }
            return []
        }
        return finish(visit, at: time, caught ? .failed : .succeeded, note: caught ? visit.failure : "")
    }

    /// Counts a branch of the machine's own Parallel state as ended when its last state was left.
    private mutating func noteEnd(ofBranchAt number: Int) {
        let state = plan.states[number]
        guard case .end = state.next, let owner = plan.scopes[state.scope].owner, case .parallel = plan.states[owner].kind,
            let parent = visits.first(where: { $0.value.place.depth == 0 && $0.value.place.number == owner })?.key
        else { return }
        visits[parent]?.children?.ended += 1
    }

    private mutating func close(_ time: Int64, _ status: ExecutionStatus, _ failure: String) -> [StateLine] {
        hasEnded = true
        guard status != .succeeded, let visit = visits.values.first(where: { $0.place.depth == 0 }) else { return [] }
        visits = [:]
        // The summary says what a Fail state says, and stands right below it.
        if case .fail = plan.states[visit.place.number].kind { return finish(visit, at: time, .failed, note: "") }
        switch status {
        case .aborted: return finish(visit, at: time, .stopped, note: "stopped")
        case .timedOut: return finish(visit, at: time, .failed, note: "the time of the execution is over")
        case .running, .succeeded, .failed:
            // So does it with the failure that nothing caught.
            return finish(visit, at: time, .failed, note: visit.failure == failure ? "" : visit.failure)
        }
    }

    /// The line of a visit that ended; none if this state has had its share of lines.
    private mutating func finish(_ visit: Visit, at time: Int64, _ mark: StateLine.Mark, note: String) -> [StateLine] {
        let number = visit.place.number
        let duration = time - visit.enteredAt
        var repeats = repeats[number] ?? Repeats()
        defer { self.repeats[number] = repeats }
        repeats.visits += 1
        if repeats.visits > Self.printedVisits, mark == .succeeded {
            repeats.hidden += 1
            repeats.hiddenTime += duration
            return []
        }
        var line = StateLine(mark: mark, name: visit.place.state, duration: takesTime(number) ? duration : nil)
        if visit.retries > 0 { line.notes.append("\(visit.retries + 1) attempts") }
        if let children = visit.children { line.notes.append(count(children, of: number)) }
        if !note.isEmpty { line.notes.append(note) }
        return [line]
    }

    private func takesTime(_ state: Int) -> Bool {
        switch plan.states[state].kind {
        case .task, .wait, .parallel, .map: true
        case .pass, .choice, .succeed, .fail: false
        }
    }

    private func count(_ children: Children, of state: Int) -> String {
        var noun = children.total == 1 ? "item" : "items"
        if case .parallel = plan.states[state].kind { noun = children.total == 1 ? "branch" : "branches" }
        return children.ended == children.total
            ? "\(children.total.grouped) \(noun)" : "\(children.ended.grouped) of \(children.total.grouped) \(noun)"
    }

    /// The lines of visits that were only counted, in document order.
    var repeatedVisits: [StateLine] {
        repeats.keys.sorted().compactMap { state in
            guard let repeats = repeats[state], repeats.hidden > 0 else { return nil }
            return StateLine(
                mark: .succeeded, name: plan.states[state].name, duration: takesTime(state) ? repeats.hiddenTime : nil,
                notes: [repeats.hidden == 1 ? "1 more visit" : "\(repeats.hidden.grouped) more visits"])
        }
    }
}

// MARK: - What runs

extension ProgressBoard {
    /// The lines of what runs at that time (milliseconds since 1970): the machine's own state first, what runs inside below it.
    func live(at now: Int64) -> [StateLine] {
        guard !hasEnded else { return [] }
        var lines = repeatedVisits
        if let own = visits.values.first(where: { $0.place.depth == 0 }), let line = line(for: own, at: now) { lines.append(line) }
        return lines + nested(at: now)
    }

    /// What runs inside of Parallel and Map states, in document order: one line for each state, because iterations are many.
    private func nested(at now: Int64) -> [StateLine] {
        let nested = visits.values.filter { $0.place.depth > 0 && $0.phase != .idle }
        let groups = Dictionary(grouping: nested, by: \.place.number).sorted { $0.key < $1.key }
        var lines: [StateLine] = []
        for (number, group) in groups.prefix(Self.nestedLines) {
            if group.count == 1 {
                if let line = line(for: group[0], at: now) { lines.append(line) }
            } else {
                var line = StateLine(
                    mark: .running, name: plan.states[number].name, duration: nil, notes: Self.summary(of: group), depth: 1)
                if group.contains(where: \.asks) { line.below = words.describe(name) }
                lines.append(line)
            }
        }
        if groups.count > Self.nestedLines {
            lines.append(
                StateLine(mark: .running, name: "\(groups.count - Self.nestedLines) more states", duration: nil, depth: 1))
        }
        return lines
    }

    private static func summary(of group: [Visit]) -> [String] {
        var (running, queued, waiting, retrying, asking) = (0, 0, 0, 0, 0)
        for visit in group {
            switch visit.phase {
            case .idle: break
            case .running: running += 1
            case .queued: queued += 1
            case .waiting: waiting += 1
            case .retrying: retrying += 1
            case .callback: asking += 1
            }
        }
        let counts = [
            (running, "running"), (queued, "queued"), (waiting, "waiting"), (retrying, "waiting to retry"),
            (asking, "waiting for an answer"),
        ]
        return counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    }

    /// The line of something that runs; nil if there is nothing to say, because it is over in no time.
    private func line(for visit: Visit, at now: Int64) -> StateLine? {
        var line = StateLine(mark: .waiting, name: visit.place.state, duration: nil, depth: min(visit.place.depth, 1))
        switch visit.phase {
        case .idle:
            guard let children = visit.children else { return nil }
            line.mark = .running
            line.duration = now - visit.enteredAt
            line.notes = [count(children, of: visit.place.number)]
        case .queued:
            line.notes = ["queued"]
        case .running:
            line.mark = .running
            line.duration = now - visit.enteredAt
            if visit.retries > 0 { line.notes = ["attempt \(visit.retries + 1)", visit.failure] }
        case .waiting(let until):
            line.notes = ["waits \(DurationText.countdown(until - now))"]
        case .retrying(let due):
            line.notes = ["attempt \(visit.retries + 1) in \(DurationText.countdown(due - now))", visit.failure]
        case .callback(let token, let until):
            line.notes = ["waits for an answer" + (until.map { " until \(Timestamp(milliseconds: $0).rfc3339Milliseconds)" } ?? "")]
            line.below = words.send(name, isOnlyCallback(of: visit.place.number) ? .state(visit.place.state) : .token(token))
        }
        return line
    }

    /// Whether the state's name is enough to find the task: nobody else waits for an answer there, and no iteration will.
    private func isOnlyCallback(of number: Int) -> Bool {
        let isIterated = sequence(first: plan.states[number].scope) {
            self.plan.scopes[$0].owner.map { self.plan.states[$0].scope }
        }
        .contains { scope in
            guard let owner = plan.scopes[scope].owner, case .map = plan.states[owner].kind else { return false }
            return true
        }
        return !isIterated
    }

    private func announcement(of place: ProgressEvent.Place, _ now: Int64) -> [StateLine] {
        guard let visit = visits[place.thread], let line = line(for: visit, at: now) else { return [] }
        return [line]
    }
}

extension Plan {
    /// How many Parallel and Map states enclose a state.
    fileprivate func depth(of state: Int) -> Int {
        var depth = 0
        var scope = states[state].scope
        while let owner = scopes[scope].owner {
            depth += 1
            scope = states[owner].scope
        }
        return depth
    }
}
