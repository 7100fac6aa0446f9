import StatesKernel
import Synchronization

/// A task that waits for an activity's worker.
struct ActivityOffer: Sendable, Hashable {
    let activity: String
    let execution: UInt64
    let task: TaskName
}

/// A task as GetActivityTask hands it out.
public struct ActivityTask: Sendable, Equatable {
    /// Answers the task.
    public let token: String
    /// The input as JSON text.
    public let input: String
}

/// A worker that waits for a task.
final class ActivityPoll: Sendable {
    let activity: String
    let worker: String?
    /// Whether virtual time stands still while the worker has the task.
    let holdsTime: Bool
    private let completion: Mutex<(@Sendable (Result<ActivityTask?, any Error>) -> Void)?>

    init(
        activity: String, worker: String?, holdsTime: Bool,
        _ completion: @escaping @Sendable (Result<ActivityTask?, any Error>) -> Void
    ) {
        self.activity = activity
        self.worker = worker
        self.holdsTime = holdsTime
        self.completion = Mutex(completion)
    }

    /// Answers the worker, the first time it is called. Whether it was the first time.
    @discardableResult
    func finish(_ result: Result<ActivityTask?, any Error>) -> Bool {
        let completion = completion.withLock { completion in
            defer { completion = nil }
            return completion
        }
        completion?(result)
        return completion != nil
    }

    var isFinished: Bool { completion.withLock { $0 == nil } }
}

/// Activities: tasks in the order in which they were offered, and workers in the order in which they came. An activity exists as
/// soon as somebody names it.
final class Activities: Sendable {
    private struct Desk {
        var offers = Queue<ActivityOffer>()
        /// Those of `offers` that were not withdrawn.
        var live: Set<ActivityOffer> = []
        var polls = Queue<ActivityPoll>()
    }

    /// Nil once the runtime is closed.
    private let desks = Mutex<[String: Desk]?>([:])
    private let take: @Sendable (ActivityOffer, ActivityPoll) -> Void

    /// - Parameter take: Lets a worker take a task: the task's shard decides whether it is still to be had.
    init(take: @escaping @Sendable (ActivityOffer, ActivityPoll) -> Void) { self.take = take }

    /// The name in an activity's ARN, or the name itself.
    static func name(of activity: String) -> String {
        activity.split(separator: ":").last.map(String.init) ?? activity
    }

    func offer(_ offer: ActivityOffer) {
        let poll = desks.withLock { desks -> ActivityPoll? in
            while let poll = desks?[offer.activity]?.polls.popFirst() {
                if !poll.isFinished { return poll }
            }
            desks?[offer.activity, default: Desk()].offers.append(offer)
            desks?[offer.activity]?.live.insert(offer)
            return nil
        }
        if let poll { take(offer, poll) }
    }

    func withdraw(_ offer: ActivityOffer) {
        desks.withLock { desks in
            guard var desk = desks?.removeValue(forKey: offer.activity) else { return }
            desk.live.remove(offer)
            if desk.offers.count > 2 * desk.live.count + 16 {
                let live = desk.live
                desk.offers.filter { live.contains($0) }
            }
            desks?[offer.activity] = desk
        }
    }

    func poll(_ poll: ActivityPoll) {
        let (offer, isEnded) = desks.withLock { desks -> (ActivityOffer?, Bool) in
            while let offer = desks?[poll.activity]?.offers.popFirst() {
                if desks?[poll.activity]?.live.remove(offer) != nil { return (offer, false) }
            }
            desks?[poll.activity, default: Desk()].polls.append(poll)
            return (nil, desks == nil)
        }
        if isEnded { poll.finish(.failure(RuntimeError.closed)) }
        if let offer { take(offer, poll) }
    }

    /// Forgets workers that no longer wait.
    func forgetFinishedPolls(of activity: String) {
        desks.withLock { $0?[activity]?.polls.filter { !$0.isFinished } }
    }

    /// Sends all workers home.
    func end() {
        let polls = desks.withLock { desks -> [ActivityPoll] in
            var polls: [ActivityPoll] = []
            for var desk in (desks ?? [:]).values {
                while let poll = desk.polls.popFirst() { polls.append(poll) }
            }
            desks = nil
            return polls
        }
        for poll in polls { poll.finish(.failure(RuntimeError.closed)) }
    }
}
