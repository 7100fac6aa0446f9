import StatesJSON
public import StatesKernel
import StatesLanguage

/// Something that happened to an execution and is durable: what a live display is made of.
public struct ProgressEvent: Sendable {
    /// The execution: name, ARN, machine.
    public let execution: ExecutionStart
    /// When it happened, in milliseconds since 1970 of the runtime's clock.
    public let time: Int64
    /// What happened.
    public let kind: Kind

    /// A visit of a state: where it happened.
    public struct Place: Sendable, Hashable {
        /// The state's name.
        public let state: String
        /// The state's number in its plan, which is unique where names are not.
        public let number: Int
        /// The thread of control, which tells branches and iterations apart.
        public let thread: Int32
        /// How many Parallel and Map states enclose it.
        public let depth: Int

        package init(state: String, number: Int, thread: Int32, depth: Int) {
            self.state = state
            self.number = number
            self.thread = thread
            self.depth = depth
        }
    }

    /// What can happen.
    public enum Kind: Sendable {
        /// The execution began.
        case started
        /// The execution goes on after its process was stopped.
        case resumed
        /// The execution ended.
        case ended(status: ExecutionStatus, error: String?, cause: String?)
        /// A state was entered.
        case stateEntered(Place)
        /// A state was left; `caught` if a catcher took its failure.
        case stateExited(Place, caught: Bool)
        /// A state was given up because a sibling failed.
        case stateAborted(Place)
        /// A task's request was made: the first attempt is 1.
        case taskScheduled(Place, resource: String, attempt: Int)
        /// Somebody took the task.
        case taskStarted(Place, worker: String?)
        /// The task answered.
        case taskSucceeded(Place)
        /// The task failed; `inDoubt` if nobody knows what it did, because the process stopped while it ran.
        case taskFailed(Place, error: String?, cause: String?, inDoubt: Bool)
        /// The task's time or its heartbeat ran out.
        case taskTimedOut(Place, heartbeat: Bool)
        /// A field of a JSONata state has no usable value: `States.QueryEvaluationError`.
        case evaluationFailed(Place, cause: String)
        /// The state tries again at that time, in milliseconds since 1970.
        case retryScheduled(Place, due: Int64)
        /// A Wait state waits until that time, in milliseconds since 1970.
        case waiting(Place, until: Int64)
        /// A token's answer is waited for, until that time if there is a limit.
        case waitingForToken(Place, token: String, until: Int64?)
        /// A Parallel state began.
        case parallelStarted(Place, branches: Int)
        /// A Map state began.
        case mapStarted(Place, items: Int)
        /// An iteration of the Map state at that place began.
        case iterationStarted(Place, index: Int)
        /// An iteration of the Map state at that place ended.
        case iterationEnded(Place, index: Int, succeeded: Bool)
        /// All branches or iterations ended well, or one failed.
        case childrenEnded(Place, succeeded: Bool)
        /// Both runs of an Express execution that was run twice have ended, and differ.
        case duplicatesDiffer(first: Run, second: Run)
    }
}

/// Turns an execution's records into progress events. Follows which state each thread of control is in.
struct ProgressReader {
    private let start: ExecutionStart
    private let plan: Plan
    private var states: [Int32: Int] = [:]
    private var iterations: [Int32: (parent: Int32, index: Int)] = [:]
    private var attempts: [Int32: Int] = [:]

    init(start: ExecutionStart, plan: Plan) {
        self.start = start
        self.plan = plan
    }

    /// The place of what happens to that thread, if it is in a state.
    func place(of thread: Int32) -> ProgressEvent.Place? {
        guard let number = states[thread] else { return nil }
        var depth = 0
        var scope = plan.states[number].scope
        while let owner = plan.scopes[scope].owner {
            depth += 1
            scope = plan.states[owner].scope
        }
        return ProgressEvent.Place(state: plan.states[number].name, number: number, thread: thread, depth: depth)
    }

    func event(at time: Int64, _ kind: ProgressEvent.Kind) -> ProgressEvent {
        ProgressEvent(execution: start, time: time, kind: kind)
    }

    /// The event for the next record, or nil if there is nothing to show.
    mutating func event(for record: Record) -> ProgressEvent? {
        kind(of: record).map { event(at: record.time, $0) }
    }

    private mutating func kind(of record: Record) -> ProgressEvent.Kind? {
        let thread = record.thread
        switch record.change {
        case .executionStarted: return .started
        case .executionSucceeded: return .ended(status: .succeeded, error: nil, cause: nil)
        case .executionFailed(let error, let cause): return .ended(status: .failed, error: error, cause: cause)
        case .executionTimedOut: return .ended(status: .timedOut, error: nil, cause: nil)
        case .executionAborted(let error, let cause): return .ended(status: .aborted, error: error, cause: cause)
        case .iterationStarted(let parent, let index, _):
            iterations[thread] = (parent, Int(index))
            return place(of: parent).map { .iterationStarted($0, index: Int(index)) }
        case .iterationSucceeded: return iterationEnded(thread, succeeded: true)
        case .iterationFailed, .iterationAborted: return iterationEnded(thread, succeeded: false)
        case .stateEntered(let state, _):
            states[thread] = Int(state)
            attempts[thread] = 0
            return place(of: thread).map { .stateEntered($0) }
        case .stateExited, .stateAborted, .taskScheduled, .taskStarted, .taskSubmitted, .taskSucceeded, .taskFailed, .taskTimedOut,
            .retryScheduled, .waitStarted, .parallelStarted, .parallelSucceeded, .parallelFailed, .mapStarted, .mapSucceeded,
            .mapFailed, .evaluationFailed:
            return place(of: thread).flatMap { kind(of: record.change, thread, at: $0) }
        }
    }

    private func iterationEnded(_ thread: Int32, succeeded: Bool) -> ProgressEvent.Kind? {
        guard let iteration = iterations[thread], let place = place(of: iteration.parent) else { return nil }
        return .iterationEnded(place, index: iteration.index, succeeded: succeeded)
    }

    private mutating func kind(of change: Change, _ thread: Int32, at place: ProgressEvent.Place) -> ProgressEvent.Kind? {
        switch change {
        case .stateExited(_, _, let edge):
            if case .catcher = edge { return .stateExited(place, caught: true) }
            return .stateExited(place, caught: false)
        case .stateAborted: return .stateAborted(place)
        case .taskScheduled:
            attempts[thread, default: 0] += 1
            guard case .task(let task) = plan.states[place.number].kind else { return nil }
            return .taskScheduled(place, resource: task.resource.text, attempt: attempts[thread] ?? 1)
        case .taskStarted(let worker): return .taskStarted(place, worker: worker)
        case .taskSucceeded: return .taskSucceeded(place)
        case .taskFailed(let error, let cause, _, let inDoubt):
            return .taskFailed(place, error: error, cause: cause, inDoubt: inDoubt)
        case .taskTimedOut(let heartbeat): return .taskTimedOut(place, heartbeat: heartbeat)
        case .retryScheduled(_, let due): return .retryScheduled(place, due: due)
        case .waitStarted(let due): return .waiting(place, until: due)
        case .parallelStarted:
            guard case .parallel(let parallel) = plan.states[place.number].kind else { return nil }
            return .parallelStarted(place, branches: parallel.branches.count)
        case .mapStarted(let items, _): return .mapStarted(place, items: items.value.array?.count ?? 0)
        case .parallelSucceeded, .mapSucceeded: return .childrenEnded(place, succeeded: true)
        case .parallelFailed, .mapFailed: return .childrenEnded(place, succeeded: false)
        case .evaluationFailed(let cause, _): return .evaluationFailed(place, cause: cause)
        case .taskSubmitted: return nil
        case .executionStarted, .executionSucceeded, .executionFailed, .executionTimedOut, .executionAborted, .stateEntered,
            .iterationStarted, .iterationSucceeded, .iterationFailed, .iterationAborted:
            return nil
        }
    }
}
