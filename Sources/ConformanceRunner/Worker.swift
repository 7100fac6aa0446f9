import StatesJSON

/// What a worker says about a task token.
enum WorkerAnswer {
    /// The task is alive.
    case heartbeat
    /// The task's output, as JSON text.
    case success(output: String)
    /// The task failed.
    case failure(error: String?, cause: String?)
}

/// Somebody outside who answers task tokens: a poller of an activity, or a reader of a queue.
struct Worker {
    /// The ARN of the activity it polls.
    let activity: String?
    /// The name of the queue it reads.
    let queue: String?
    /// The name it gives when it polls.
    let name: String?
    /// How many heartbeats it sends for each task.
    private let heartbeats: Int
    /// How long it waits before each, in milliseconds.
    private let heartbeatEvery: Int64
    /// Whether it can take a task.
    var isFree = true
    private let content: JSONValue

    /// A worker as a case describes it, placeholders replaced.
    init(_ content: JSONValue) {
        self.content = content
        activity = content["activity"]?.string
        queue = content["queue"]?.string
        name = content["workerName"]?.string
        heartbeats = Int(content["heartbeats"]?.number?.exactInteger ?? 0)
        heartbeatEvery = Int64((content["heartbeatEvery"]?.number?.doubleValue ?? 0.2) * 1000)
    }

    /// What it says to a task of that body, each after so many milliseconds, and when it is done with it.
    func schedule(for body: String) -> (answers: [(delay: Int64, answer: WorkerAnswer)], end: Int64) {
        var answers: [(Int64, WorkerAnswer)] = []
        var delay: Int64 = 50
        for _ in 0..<heartbeats {
            delay += heartbeatEvery
            answers.append((delay, .heartbeat))
        }
        if let answer = answer(to: body) { answers.append((delay, answer)) }
        return (answers, delay)
    }

    /// What it answers in the end; nil if it says nothing.
    private func answer(to body: String) -> WorkerAnswer? {
        switch content["do"]?.string {
        case "success": .success(output: text(content["output"] ?? "${body}", body, asJSON: true))
        case "failure":
            .failure(
                error: content["error"].map { text($0, body, asJSON: false) },
                cause: content["cause"].map { text($0, body, asJSON: false) })
        default: nil
        }
    }

    /// `${body}` is the body, `${body.NAME}` the JSON text of a member of it, anything else itself.
    private func text(_ value: JSONValue, _ body: String, asJSON: Bool) -> String {
        guard let string = value.string else { return value.spacedText }
        if string == "${body}" { return body }
        if string.hasPrefix("${body."), string.hasSuffix("}") {
            let name = String(string.dropFirst(7).dropLast())
            return ((try? JSONValue(parsing: body))?[name] ?? .null).spacedText
        }
        return asJSON ? value.spacedText : string
    }
}
