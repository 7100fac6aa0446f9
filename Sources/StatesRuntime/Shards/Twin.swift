import Synchronization

/// The two runs of an Express execution that is run twice, because AWS may, to show whether its tasks bear it.
final class Twin: Sendable {
    private struct State {
        var runs: [Run?] = [nil, nil]
        var waiters: [Waiter] = []
    }

    private let state = Mutex(State())
    private let report: @Sendable (Run, Run) -> Void

    /// - Parameter report: Called with both runs if they differ.
    init(report: @escaping @Sendable (Run, Run) -> Void) { self.report = report }

    /// One of the two ended. Who waits is told when both have: the first run's result counts.
    func finish(_ run: Run, isFirst: Bool, waiters: [Waiter]) {
        let ended = state.withLock { state -> (Run, Run, [Waiter])? in
            state.runs[isFirst ? 0 : 1] = run
            state.waiters += waiters
            guard let first = state.runs[0], let second = state.runs[1] else { return nil }
            defer { state.waiters = [] }
            return (first, second, state.waiters)
        }
        guard let (first, second, waiters) = ended else { return }
        if first.status != second.status || first.output != second.output || first.error != second.error { report(first, second) }
        for waiter in waiters { waiter.finished(.success(first)) }
    }

    /// One of the two cannot end.
    func fail(_ error: any Error) {
        let waiters = state.withLock { state in
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.finished(.failure(error)) }
    }
}
