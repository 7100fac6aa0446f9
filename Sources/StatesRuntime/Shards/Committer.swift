import Synchronization

/// Makes the records of all shards durable, in groups: one write and one sync for everything that waits.
///
/// A thread of its own commits a group while the shards go on; what they produce meanwhile is the next group. A journal that takes
/// no time is written at once by whoever has something to write.
final class Committer: Sendable {
    private struct State {
        var group = JournalBatch()
        /// The memory of the group before, to be used again.
        var spare: JournalBatch?
        /// The group that is being collected.
        var ticket: UInt64 = 1
        /// The last group that is durable.
        var durable: UInt64 = 0
        /// The shards that have something in it.
        var shards: Set<Int> = []
        var isEnding = false
        var fault: RuntimeError?
    }

    private let journal: any Journal
    private let commitsAtOnce: Bool
    /// Guards a journal that is written by whoever has something to write, and remembers its failure.
    private let turn = Mutex<RuntimeError?>(nil)
    private let state = Monitor(State())
    private let inboxes: [Inbox]
    private let thread = Mutex<Thread?>(nil)

    /// A shard waits when this much is on its way to disk.
    private static let waitingLimit = 64 << 20

    init(_ journal: any Journal, commitsAtOnce: Bool, inboxes: [Inbox]) throws(RuntimeError) {
        self.journal = journal
        self.inboxes = inboxes
        self.commitsAtOnce = commitsAtOnce
        guard !commitsAtOnce else { return }
        let started = try Thread { [self] in run() }
        thread.withLock { $0 = started }
    }

    /// What becomes of a batch that was handed over.
    enum Promise {
        case durable
        /// The shard is told when that group is durable.
        case ticket(UInt64)
        case failed(RuntimeError)
    }

    /// Takes over a batch and empties it. Batches become durable in the order in which they are handed over.
    func submit(_ batch: inout JournalBatch, shard: Int?) -> Promise {
        guard commitsAtOnce else { return wait(with: &batch, shard) }
        return turn.withLock { fault in
            if let fault { return .failed(fault) }
            do {
                try journal.commit(batch)
                batch.removeAll()
                return .durable
            } catch {
                let failure = RuntimeError.journalFailed("\(error)")
                fault = failure
                return .failed(failure)
            }
        }
    }

    private func wait(with batch: inout JournalBatch, _ shard: Int?) -> Promise {
        let promise: Promise = state.wait { state in
            if let fault = state.fault { return .done(.failed(fault)) }
            guard state.group.bytes.count < Self.waitingLimit || state.isEnding else { return .wait(nanoseconds: nil) }
            state.group.append(contentsOf: batch)
            if let shard { state.shards.insert(shard) }
            return .done(.ticket(state.ticket))
        }
        batch.removeAll()
        state.broadcast()
        return promise
    }

    /// Takes over a batch and returns when it is durable.
    func commit(_ batch: inout JournalBatch) throws(RuntimeError) {
        switch submit(&batch, shard: nil) {
        case .durable: return
        case .failed(let fault): throw fault
        case .ticket(let ticket):
            let fault: RuntimeError? = state.wait { state in
                state.durable >= ticket ? .done(nil) : state.fault.map { .done($0) } ?? .wait(nanoseconds: nil)
            }
            if let fault { throw fault }
        }
    }

    private func run() {
        while let (collected, ticket, shards) = nextGroup() {
            var group = collected
            do {
                try journal.commit(group)
                group.removeAll()
                state.withLock { state in
                    state.durable = ticket
                    state.spare = group
                }
                state.broadcast()
                for shard in shards { inboxes[shard].noteDurable(ticket) }
            } catch {
                let fault = RuntimeError.journalFailed("\(error)")
                state.withLock { $0.fault = fault }
                state.broadcast()
                for inbox in inboxes { inbox.noteFault(fault) }
                return
            }
        }
    }

    private func nextGroup() -> (JournalBatch, UInt64, Set<Int>)? {
        defer { state.broadcast() }
        return state.wait { state in
            guard !state.group.isEmpty else { return state.isEnding ? .done(nil) : .wait(nanoseconds: nil) }
            defer {
                state.group = state.spare ?? JournalBatch()
                state.spare = nil
                state.shards = []
                state.ticket += 1
            }
            return .done((state.group, state.ticket, state.shards))
        }
    }

    /// Commits what waits and ends.
    func end() {
        state.withLock { $0.isEnding = true }
        state.broadcast()
        thread.withLock { thread in
            defer { thread = nil }
            return thread
        }?.join()
    }
}
