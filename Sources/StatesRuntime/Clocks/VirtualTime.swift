import Synchronization

/// Time that moves when nothing is left to do.
///
/// Whatever is being done holds it: a message on its way to a shard, a group of records on its way to disk, a function that was
/// really called. The last one to let go moves time to the next deadline and tells the shards that have something due. Shards act
/// on deadlines only when told, so what happens at one instant happens in rounds: everything that was due when the round began, and
/// in the next round what that caused. A round of one execution does not depend on other executions, and so not on the shards.
final class VirtualTime: Sendable {
    private struct State {
        var now: Int64
        /// How far it may move by itself.
        var limit: Int64
        /// How many things are being done.
        var holds = 0
        /// Each shard's next deadline.
        var due: [Int64] = []
        /// What to tell each shard that has something due.
        var tell: [@Sendable () -> Void] = []
        /// Who wants to know when nothing is left to do.
        var waiting: [@Sendable () -> Void] = []
    }

    private let state: Mutex<State>

    init(start: Int64, limit: Int64) { state = Mutex(State(now: start, limit: limit)) }

    var now: Int64 { state.withLock { $0.now } }

    /// Makes the shards known, each by how it is told that something is due.
    func attach(_ tell: [@Sendable () -> Void]) {
        state.withLock {
            $0.tell = tell
            $0.due = Array(repeating: .max, count: tell.count)
        }
    }

    /// Forgets the shards of a closed runtime.
    func detach() {
        let waiting = state.withLock { state in
            state.tell = []
            state.due = []
            state.holds = 0
            defer { state.waiting = [] }
            return state.waiting
        }
        for wake in waiting { wake() }
    }

    /// Something begins.
    func hold(_ count: Int = 1) { state.withLock { $0.holds += count } }

    /// Something ended.
    func release(_ count: Int = 1) { proceed { $0.holds -= count } }

    /// A shard did so many things, and its next deadline is `due`.
    func release(_ count: Int, shard: Int, due: Int64) {
        proceed {
            if $0.due.indices.contains(shard) { $0.due[shard] = due }
            $0.holds -= count
        }
    }

    /// Lets time move on by so much, and calls back when everything due has been done.
    func advance(by milliseconds: Int64, then done: @escaping @Sendable () -> Void) {
        proceed {
            let from = $0.limit == .max ? $0.now : $0.limit
            let (target, overflow) = from.addingReportingOverflow(max(milliseconds, 0))
            $0.limit = $0.limit == .max || overflow ? .max : target
            $0.waiting.append(done)
        }
    }

    /// Changes the state, and if nothing is being done any more, moves time.
    private func proceed(_ change: (inout State) -> Void) {
        let calls = state.withLock { state in
            change(&state)
            return state.holds <= 0 ? Self.move(&state) : []
        }
        for call in calls { call() }
    }

    private static func move(_ state: inout State) -> [@Sendable () -> Void] {
        let next = state.due.min() ?? .max
        if next != .max, next <= state.limit {
            state.now = max(state.now, next)
            var told: [@Sendable () -> Void] = []
            for shard in state.due.indices where state.due[shard] <= state.now {
                state.due[shard] = .max
                state.holds += 1
                told.append(state.tell[shard])
            }
            return told
        }
        if state.limit != .max { state.now = max(state.now, state.limit) }
        defer { state.waiting = [] }
        return state.waiting
    }
}
