import StatesJSON
import StatesKernel
import StatesRuntime
import StatesText

/// Answers of the Step Functions API, as the AWS CLI v2 prints them: members in the order of the API's model, four spaces, dates in
/// ISO 8601 with an offset, which here is always UTC.
enum AWSDocument {
    /// DescribeExecution. `output` only of what succeeded; `error` and `cause` where there are any (api.md section 4).
    static func execution(_ execution: ExecutionDescription) -> JSONValue {
        document(
            start: execution.start, status: execution.status, stopTime: execution.stopTime, output: execution.output,
            error: execution.error, cause: execution.cause)
    }

    /// DescribeExecution of what has just ended.
    static func execution(_ run: Run) -> JSONValue {
        document(
            start: run.start, status: run.status, stopTime: run.stopTime, output: run.output?.compactText, error: run.error,
            cause: run.cause)
    }

    private static func document(
        start: ExecutionStart, status: ExecutionStatus, stopTime: Int64?, output: String?, error: String?, cause: String?
    ) -> JSONValue {
        var document = JSONObject([
            ("executionArn", .string(start.arn)), ("stateMachineArn", .string(start.machineArn)), ("name", .string(start.name)),
            ("status", .string(status.rawValue)), ("startDate", .string(date(start.time))),
        ])
        if let stopTime { document["stopDate"] = .string(date(stopTime)) }
        document["input"] = .string(start.inputText)
        document["inputDetails"] = ["included": true]
        if let output {
            document["output"] = .string(output)
            document["outputDetails"] = ["included": true]
        }
        if let error { document["error"] = .string(error) }
        if let cause { document["cause"] = .string(cause) }
        document["redriveCount"] = 0
        return .object(document)
    }

    /// ListExecutions.
    static func list(_ executions: [ExecutionSummary]) -> JSONValue {
        let entries = executions.map { summary -> JSONValue in
            var document = JSONObject([
                ("executionArn", .string(summary.arn)), ("stateMachineArn", .string(summary.machineArn)),
                ("name", .string(summary.name)), ("status", .string(summary.status.rawValue)),
                ("startDate", .string(date(summary.startTime))),
            ])
            if let stop = summary.stopTime { document["stopDate"] = .string(date(stop)) }
            document["redriveCount"] = 0
            return .object(document)
        }
        return ["executions": .array(entries)]
    }

    /// GetExecutionHistory.
    static func history(_ events: [HistoryEvent]) -> JSONValue {
        ["events": .array(events.map(event))]
    }

    private static func event(_ event: HistoryEvent) -> JSONValue {
        var document = JSONObject([
            ("timestamp", .string(date(event.timestamp))), ("type", .string(event.type)), ("id", .integer(event.id)),
            ("previousEventId", .integer(event.previousEventId)),
        ])
        if let name = event.detailsName { document[name] = .object(event.details) }
        return .object(document)
    }

    /// The text of a document, with a line end.
    static func text(_ document: JSONValue) -> String { document.prettyText(indent: 4) + "\n" }

    /// `2026-01-01T00:00:00.123000+00:00`: six digits of a second, or none if it is a whole one.
    static func date(_ milliseconds: Int64) -> String {
        let text = Timestamp(milliseconds: milliseconds).rfc3339Milliseconds
        guard text.hasSuffix("Z"), let dot = text.lastIndex(of: ".") else { return text }
        let fraction = text[text.index(after: dot)...].dropLast()
        let whole = text[..<dot]
        return fraction.allSatisfy { $0 == "0" } ? "\(whole)+00:00" : "\(whole).\(fraction)000+00:00"
    }
}
