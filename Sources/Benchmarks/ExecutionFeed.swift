import StatesKernel
import StatesRuntime
import Synchronization

/// Keeps so many executions running until time is up, and counts those that end.
final class ExecutionFeed: Sendable {
    private let runtime: Runtime
    private let request: StartRequest
    private let deadline: ContinuousClock.Instant
    private let counts: Mutex<Counts>

    private struct Counts {
        var running = 0
        var ended = 0
        var failed = 0
        var transitions = 0
        var waiter: CheckedContinuation<Void, Never>?
    }

    /// What came of it.
    struct Outcome: Sendable {
        /// Executions that ended.
        var executions: Int
        /// Of those, the ones that did not succeed, or could not be started.
        var failed: Int
        /// Their transitions.
        var transitions: Int
        /// How long it took, in seconds.
        var seconds: Double
    }

    private init(_ runtime: Runtime, _ request: StartRequest, deadline: ContinuousClock.Instant) {
        self.runtime = runtime
        self.request = request
        self.deadline = deadline
        counts = Mutex(Counts())
    }

    /// Runs executions of that kind, `concurrency` at a time, for about so many seconds.
    static func run(_ runtime: Runtime, _ request: StartRequest, concurrency: Int, seconds: Double) async -> Outcome {
        let began = ContinuousClock.now
        let feed = ExecutionFeed(runtime, request, deadline: began + .milliseconds(Int(seconds * 1000)))
        feed.counts.withLock { $0.running = concurrency }
        feed.start(concurrency)
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let isOver = feed.counts.withLock { counts in
                if counts.running > 0 { counts.waiter = continuation }
                return counts.running == 0
            }
            if isOver { continuation.resume() }
        }
        let passed = (ContinuousClock.now - began).seconds
        return feed.counts.withLock {
            Outcome(executions: $0.ended, failed: $0.failed, transitions: $0.transitions, seconds: passed)
        }
    }

    private func start(_ count: Int) {
        runtime.start(Array(repeating: request, count: count)) { _, result in self.end(result) }
    }

    /// One ended; the next begins in its place.
    private func end(_ result: Result<Run, any Error>) {
        let goesOn = ContinuousClock.now < deadline
        let waiter = counts.withLock { counts -> CheckedContinuation<Void, Never>? in
            counts.ended += 1
            if case .success(let run) = result, run.status == .succeeded {
                counts.transitions += run.transitions
            } else {
                counts.failed += 1
            }
            if goesOn { return nil }
            counts.running -= 1
            defer { if counts.running == 0 { counts.waiter = nil } }
            return counts.running == 0 ? counts.waiter : nil
        }
        if goesOn { start(1) }
        waiter?.resume()
    }
}
