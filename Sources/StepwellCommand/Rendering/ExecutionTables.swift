import StatesJSON
import StatesKernel
import StatesLanguage
import StatesRuntime
import StatesText

/// What `list` prints: one line for each execution, newest first.
enum ExecutionList {
    static func text(_ executions: [ExecutionSummary], ink: Ink) -> String {
        var table = Table([
            ("NAME", .left), ("MACHINE", .left), ("TYPE", .left), ("STATUS", .left), ("STARTED", .left), ("TOOK", .right),
        ])
        for summary in executions {
            table.add([
                DisplayText.visible(summary.name), DisplayText.visible(summary.machineName),
                summary.isExpress ? "Express" : "Standard", summary.status.rawValue,
                Timestamp(milliseconds: summary.startTime).rfc3339Milliseconds,
                summary.stopTime.map { DurationText(sentence: $0 - summary.startTime).text } ?? "",
            ])
        }
        return table.text(ink: ink)
    }
}

/// What `history` prints: one line for each event, with the time since the start and the event it follows from.
enum HistoryTable {
    /// Details are cut here, on a terminal or not: what a script needs is in `--json`.
    private static let detailWidth = 100

    static func text(_ events: [HistoryEvent], ink: Ink) -> String {
        let start = events.first?.timestamp ?? 0
        var table = Table([("ID", .right), ("PREV", .right), ("SECONDS", .right), ("EVENT", .left), ("", .left)])
        for event in events {
            table.add([
                "\(event.id)", "\(event.previousEventId)", DurationText.seconds(event.timestamp - start), event.type,
                DisplayText.shortened(DisplayText.visible(detail(of: event)), to: detailWidth),
            ])
        }
        return table.text(ink: ink)
    }

    /// The one thing of an event's details that says most.
    private static func detail(of event: HistoryEvent) -> String {
        let details = event.details
        func text(_ name: String) -> String? { details[name]?.string }
        if details["error"] != nil || details["cause"] != nil {
            return FailureText.line(error: text("error"), cause: text("cause"))
        }
        if let name = text("name") {
            guard let index = details["index"]?.number?.exactInteger else { return name }
            return "\(name)[\(index)]"
        }
        if let resource = text("resource") {
            let service = text("resourceType").map { "\($0):\(resource)" } ?? resource
            guard let output = text("output") else { return service }
            return "\(service)  \(output)"
        }
        if let length = details["length"]?.number?.exactInteger { return length == 1 ? "1 item" : "\(length) items" }
        return text("output") ?? text("input") ?? ""
    }
}

/// What `describe` prints: everything about one execution, and what it waits for.
enum DescriptionText {
    /// Values are cut here: they may have 256 KiB, and `--json` has them whole.
    private static let valueWidth = 400

    static func text(_ execution: ExecutionDescription, ink: Ink, sendCommand: (TypedCommands.SendTarget) -> String) -> String {
        let start = execution.start
        var lines = ["\(ink.bold(DisplayText.visible(start.name)))  \(status(execution.status, ink))"]
        func add(_ title: String, _ value: String) {
            lines.append(
                "  " + DisplayText.padded(title, to: 12) + DisplayText.shortened(DisplayText.visible(value), to: valueWidth))
        }
        add("machine", "\(start.machineName) · \(start.isExpress ? "Express" : "Standard")")
        add("arn", start.arn)
        add("started", Timestamp(milliseconds: start.time).rfc3339Milliseconds)
        if let stop = execution.stopTime {
            add(
                "stopped",
                "\(Timestamp(milliseconds: stop).rfc3339Milliseconds), after \(DurationText(sentence: stop - start.time).text)")
        }
        if let error = execution.error { add("error", error) }
        if let cause = execution.cause { add("cause", cause) }
        add("input", start.inputText)
        if let output = execution.output { add("output", output) }
        add("transitions", "\(execution.transitions)")
        add("definition", start.definitionHash)
        for waiting in execution.waiting { lines += self.waiting(waiting, among: execution.waiting, sendCommand) }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func status(_ status: ExecutionStatus, _ ink: Ink) -> String {
        switch status {
        case .succeeded: ink.green(status.rawValue)
        case .failed, .timedOut, .aborted: ink.red(status.rawValue)
        case .running: ink.yellow(status.rawValue)
        }
    }

    private static func waiting(
        _ waiting: Waiting, among all: [Waiting], _ sendCommand: (TypedCommands.SendTarget) -> String
    ) -> [String] {
        let state = DisplayText.visible(waiting.state)
        let until = waiting.due.map { " until \(Timestamp(milliseconds: $0).rfc3339Milliseconds)" } ?? ""
        switch waiting.reason {
        case .time: return ["  … \(state) waits\(until)"]
        case .retry: return ["  … \(state) waits to be tried again\(until)"]
        case .taskScheduled: return ["  … \(state) is scheduled"]
        case .taskRunning: return ["  … \(state) runs\(until)"]
        case .callback(_, let token):
            let isOnly = all.count { $0.state == waiting.state } == 1
            return [
                "  … \(state) waits for an answer\(until)", "      " + sendCommand(isOnly ? .state(waiting.state) : .token(token)),
            ]
        }
    }
}
