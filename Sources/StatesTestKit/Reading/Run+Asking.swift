public import StatesJSON
import StatesKernel
public import StatesRuntime

// What a test asks of a run, in words that read in a sentence.

extension Run {
    /// What the execution did, visit by visit.
    public var trail: Trail { Trail(history) }

    /// Whether a state was entered.
    public func visited(_ state: String) -> Bool { path.contains(state) }

    /// How often a state was retried, over all visits.
    public func retries(of state: String) -> Int {
        trail.visits(of: state).reduce(0) { $0 + max(0, $1.attempts.count - 1) }
    }

    /// How long a Wait state waited, at each visit.
    public func waits(of state: String) -> [Duration] {
        trail.visits(of: state).map { .milliseconds(($0.exitedAt ?? stopTime) - $0.enteredAt) }
    }

    /// How long a state waited before each retry, over all visits.
    public func delays(of state: String) -> [Duration] { trail.delays(of: state).map { .milliseconds($0) } }

    /// What a Task state's task was asked, at each attempt.
    public func asked(of state: String) -> [JSONValue] { trail.visits(of: state).flatMap { $0.attempts.compactMap(\.asked) } }

    /// The workflow's variables as they are at the end, of the outermost scope.
    public var variables: JSONObject { trail.variables }

    /// How long it took, on the clock of the test.
    public var duration: Duration { .milliseconds(stopTime - startTime) }
}

extension Trail {
    /// The milliseconds between a failed attempt and the next one.
    func delays(of state: String) -> [Int64] {
        visits(of: state).flatMap { visit in
            zip(visit.attempts, visit.attempts.dropFirst()).map { $1.beganAt - ($0.endedAt ?? $0.beganAt) }
        }
    }
}
