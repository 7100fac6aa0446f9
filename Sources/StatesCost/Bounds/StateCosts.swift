/// What one visit of a state can cost, by how it ends.
struct StateCosts {
    /// Without a failure of anything.
    var errorFree: CountRange?
    /// Ending well, perhaps after retries.
    var success: CountRange?
    /// Ending in each catcher.
    var caught: [CountRange?]
    /// Failing with an error that nothing in the state takes, by the number of the error outside of it.
    var uncaught: [Int: CountRange] = [:]
    /// The most it can have cost while it still waits.
    var waiting: Amount?
    /// What is counted before anything is waited for.
    var beginning = Beginning()

    /// Any visit at all.
    var any: CountRange? {
        (caught + uncaught.sorted { $0.key < $1.key }.map(\.value)).reduce(success) { CountRange.covering($0, $1) }
    }
}

/// What going through a `States` object can cost.
struct ScopeCosts {
    /// Without a failure of anything.
    var errorFree: CountRange?
    /// Ending well.
    var success: CountRange?
    /// Failing, by the number of the error outside.
    var failures: [Int: CountRange] = [:]
    /// What is counted before anything is waited for.
    var beginning = Beginning()
    /// Whether it can fail without having waited for anything.
    var failsAtOnce = false
    /// The most it can have cost while it still waits, or has ended well.
    var waiting: Amount?

    var any: CountRange? { failures.sorted { $0.key < $1.key }.map(\.value).reduce(success) { CountRange.covering($0, $1) } }
}

/// What one attempt at a state costs beside entering it: what runs inside.
struct AttemptCosts {
    var errorFree: CountRange?
    var success: CountRange?
    var failures: [Int: CountRange] = [:]
    var waiting: Amount?
    var beginning = Beginning()
}

/// The fewest that are counted at once, before anything is waited for: states that ask nothing of the outside run on within a step.
struct Beginning {
    /// Up to where something is waited for; nil if nothing ever is.
    var pausing: Int?
    /// Up to the end; nil if something is waited for on the way.
    var passing: Int?

    /// What is certainly counted.
    var certain: Int { Swift.min(pausing ?? .max, passing ?? .max) == .max ? 0 : Swift.min(pausing ?? .max, passing ?? .max) }

    static func + (left: Beginning, right: Int) -> Beginning {
        Beginning(pausing: left.pausing.map { $0.plus(right) }, passing: left.passing.map { $0.plus(right) })
    }

    /// Of things that run side by side: one that waits keeps all from ending.
    static func together(_ parts: [Beginning]) -> Beginning {
        let certain = parts.reduce(0) { $0.plus($1.certain) }
        let extra = parts.compactMap { part in part.pausing.map { $0 - part.certain } }.min()
        let passing = parts.reduce(Optional(0)) { sum, part in sum.flatMap { sum in part.passing.map { sum.plus($0) } } }
        return Beginning(pausing: extra.map { certain.plus($0) }, passing: passing)
    }

    /// Of so many iterations, of which so many run at once.
    func times(_ count: Int, atOnce limit: Int) -> Beginning {
        guard count > 0 else { return Beginning(pausing: nil, passing: 0) }
        var fewest = pausing.map { $0.times(Swift.min(limit, count)) }
        if let pausing, let passing { fewest = Swift.min(fewest ?? .max, passing.times(count - 1).plus(pausing)) }
        return Beginning(pausing: fewest, passing: passing?.times(count))
    }
}

extension StateCosts {
    /// Puts attempts together: retries first, then a catcher, then whoever is outside.
    ///
    /// The first retrier that matches an error decides, even when it is used up; each has a count of its own.
    init(_ state: Flow.State, _ attempt: AttemptCosts, _ tally: Tally, names: ErrorNames, outer: ErrorNames) {
        let isParallel = if case .parallel = state.kind { true } else { false }
        func first(_ lists: [[String]], taking error: Int) -> Int? {
            lists.firstIndex { names.matches($0, error, isFromBranch: isParallel) }
        }
        let errors = attempt.failures.keys.sorted()
        var retrierOf: [Int: Int] = [:]
        var used: [CountRange?] = Array(repeating: nil, count: state.retriers.count)
        for error in errors {
            guard let retrier = first(state.retriers.map(\.errors), taking: error) else { continue }
            retrierOf[error] = retrier
            used[retrier] = CountRange.covering(used[retrier], attempt.failures[error].map { $0 + tally.retry(state) })
        }
        let retries = zip(state.retriers, used).reduce(Amount.zero) { sum, each in
            each.1.map { sum + $0.most.times(each.0.maxAttempts) } ?? sum
        }
        let enter = tally.enter(state)
        errorFree = attempt.errorFree.map { $0 + enter }
        success = attempt.success.map { CountRange($0.least.plus(enter), $0.most + retries + enter) }
        waiting = attempt.waiting.map { $0 + retries + enter }
        beginning = attempt.beginning + enter
        caught = Array(repeating: nil, count: state.catchers.count)
        for error in errors {
            guard let last = attempt.failures[error] else { continue }
            var least = last.least.plus(enter)
            if let retrier = retrierOf[error], let each = used[retrier] {
                least = least.plus(each.least.times(state.retriers[retrier].maxAttempts))
            }
            let cost = CountRange(least, last.most + retries + enter)
            if let catcher = first(state.catchers.map(\.errors), taking: error) {
                caught[catcher] = CountRange.covering(caught[catcher], cost)
            } else {
                let outside = outer.number(of: names.name(error))
                uncaught[outside] = CountRange.covering(uncaught[outside], cost)
            }
        }
    }
}
