package import StatesJSON
package import StatesKernel

/// A test file made of what an execution did: its answers as mocks, its outcome as expectations.
package enum Recording {
    /// A case, from the history of an execution that has ended.
    ///
    /// - Parameters:
    ///   - events: The whole history.
    ///   - name: What the case is called.
    ///   - definition: The path of the definition as the test file shall name it; nil where it is named after it.
    package static func testFile(of events: [HistoryEvent], name: String, definition: String? = nil) -> JSONValue {
        let trail = Trail(events)
        var found = JSONObject([("name", .string(name))])
        found["input"] = events.first?.details["input"]?.string.flatMap { try? JSONValue(parsing: $0) }
        let mocks = mocks(of: trail)
        if !mocks.isEmpty { found["mocks"] = .object(mocks) }
        found["expect"] = .object(expectation(of: events, trail))
        var file = JSONObject()
        file["definition"] = definition.map { .string($0) }
        file["cases"] = .array([.object(found)])
        return .object(file)
    }

    /// The answers of each Task state, in the order of its requests; equal ones that follow each other are one.
    package static func mocks(of trail: Trail) -> JSONObject {
        var attempts: [(state: String, attempt: Trail.Attempt)] = []
        for visit in trail.visits where visit.type == "Task" { attempts += visit.attempts.map { (visit.state, $0) } }
        attempts.sort { $0.attempt.event < $1.attempt.event }
        var answers: [(state: String, answers: [(answer: JSONObject, times: Int)])] = []
        for (state, attempt) in attempts {
            let place = answers.firstIndex { $0.state == state } ?? answers.count
            if place == answers.count { answers.append((state, [])) }
            let answer = answer(of: attempt)
            if let last = answers[place].answers.indices.last, answers[place].answers[last].answer == answer {
                answers[place].answers[last].times += 1
            } else {
                answers[place].answers.append((answer, 1))
            }
        }
        return JSONObject(answers.map { ($0.state, value(of: $0.answers)) })
    }

    private static func value(of answers: [(answer: JSONObject, times: Int)]) -> JSONValue {
        let all = answers.map { answer, times -> JSONValue in
            var answer = answer
            if times > 1 { answer["times"] = .integer(times) }
            return .object(answer)
        }
        return all.count == 1 ? all[0] : .array(all)
    }

    private static func answer(of attempt: Trail.Attempt) -> JSONObject {
        var answer = JSONObject()
        if let result = attempt.result {
            answer["return"] = result
        } else if let failure = attempt.failure, !attempt.isTimedOut {
            var thrown = JSONObject([("error", .string(failure.error ?? "States.TaskFailed"))])
            if let cause = failure.cause, !cause.isEmpty { thrown["cause"] = .string(cause) }
            answer["throw"] = .object(thrown)
        } else {
            answer["never"] = true
            return answer
        }
        if let end = attempt.endedAt, end > attempt.beganAt { answer["after"] = .string(duration(end - attempt.beganAt)) }
        return answer
    }

    /// The largest unit that says it exactly, as test files read it.
    private static func duration(_ milliseconds: Int64) -> String {
        for (unit, factor) in [("d", Int64(86_400_000)), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)]
        where milliseconds % factor == 0 {
            return "\(milliseconds / factor)\(unit)"
        }
        return "\(milliseconds)ms"
    }

    private static func expectation(of events: [HistoryEvent], _ trail: Trail) -> JSONObject {
        let statuses = [
            "ExecutionSucceeded": "SUCCEEDED", "ExecutionFailed": "FAILED", "ExecutionTimedOut": "TIMED_OUT",
            "ExecutionAborted": "ABORTED",
        ]
        let last = events.last
        var expect = JSONObject([("status", .string(last.flatMap { statuses[$0.type] } ?? "RUNNING"))])
        expect["output"] = last?.details["output"]?.string.flatMap { try? JSONValue(parsing: $0) }
        expect["error"] = last?.details["error"]
        expect["cause"] = last?.details["cause"]
        expect["path"] = .array(trail.path.map { .string($0) })
        return expect
    }
}
