import StatesJSON

/// What is kept of a run, to be compared with later ones: what a reader of a diff would want to see.
enum Snapshot {
    static func of(_ outcome: Outcome) -> JSONValue {
        var snapshot = JSONObject([("status", .string(outcome.status))])
        snapshot["output"] = outcome.output
        snapshot["error"] = outcome.error.map { .string($0) }
        snapshot["cause"] = outcome.cause.map { .string($0) }
        snapshot["took"] = .string(TimeText.of(outcome.stopTime - outcome.startTime))
        snapshot["states"] = .array(outcome.trail.visits.map(visit))
        return .object(snapshot)
    }

    private static func visit(_ visit: Trail.Visit) -> JSONValue {
        var line = JSONObject([("state", .string(visit.state))])
        if visit.attempts.count > 1 { line["attempts"] = .integer(visit.attempts.count) }
        line["error"] = visit.failure?.error.map { .string($0) }
        if let output = visit.output, output != visit.input { line["output"] = output }
        return .object(line)
    }

    static func mismatches(stored: JSONValue?, _ actual: JSONValue, _ testCase: TestCase) -> [Mismatch] {
        guard let stored else { return [Mismatch("there is no snapshot yet; take it with --update", place: testCase.place)] }
        return Difference.between(expected: stored, actual: actual).map {
            Mismatch(
                "the snapshot differs at \($0.path)", place: testCase.place,
                expected: $0.expected.map { Excerpt.of($0) } ?? "nothing",
                actual: $0.actual.map { Excerpt.of($0) } ?? "nothing")
        }
    }
}
