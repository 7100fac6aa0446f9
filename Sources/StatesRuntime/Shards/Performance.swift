import StatesJSON
import StatesKernel
import Synchronization

/// One task in the hands of whoever performs it.
///
/// It ends once: with an outcome, or because nobody waits any more. Until then it holds virtual time.
final class Performance: Sendable {
    private struct State {
        var holdsTime: Bool
        var isCancelled = false
        var cancel: (@Sendable () -> Void)?
    }

    private let state: Mutex<State>
    private let execution: UInt64
    private let task: TaskName
    private let inbox: Inbox
    private let gates: [Gate]
    private let time: VirtualTime?

    init(_ execution: UInt64, _ task: TaskName, inbox: Inbox, gates: [Gate], time: VirtualTime?) {
        self.execution = execution
        self.task = task
        self.inbox = inbox
        self.gates = gates
        self.time = time
        state = Mutex(State(holdsTime: time != nil))
        time?.hold()
    }

    /// How to make whoever performs it stop.
    func onCancel(_ cancel: @escaping @Sendable () -> Void) {
        let isLate = state.withLock { state in
            state.cancel = cancel
            return state.isCancelled
        }
        if isLate { cancel() }
    }

    /// The performer is done. Called once, even after `cancel`: the room it took is free only now.
    func finish(_ outcome: TaskOutcome) {
        // The shard lets go as soon as it has the outcome; who waits for room must be let in before time moves.
        time?.hold()
        if !state.withLock({ $0.isCancelled }) { inbox.post(.answered(execution, task, outcome)) }
        for gate in gates { gate.leave() }
        letGo()
        time?.release()
    }

    /// The job was accepted. Its end may be far away, so time moves on.
    func submit(_ output: JSONValue) {
        time?.hold()
        if !state.withLock({ $0.isCancelled }) { inbox.post(.submitted(execution, task, output)) }
        letGo()
        time?.release()
    }

    /// Nobody waits any more.
    func cancel() {
        let cancel = state.withLock { state in
            state.isCancelled = true
            defer { state.cancel = nil }
            return state.cancel
        }
        cancel?()
        letGo()
    }

    /// Lets virtual time move on.
    func letGo() {
        let held = state.withLock { state in
            defer { state.holdsTime = false }
            return state.holdsTime
        }
        if held { time?.release() }
    }
}
