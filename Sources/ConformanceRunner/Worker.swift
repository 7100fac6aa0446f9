import StatesJSON

/// Somebody outside who answers task tokens: a poller of an activity, or a reader of a queue.
struct Worker {
    /// The ARN of the activity it polls.
    let activity: String?
    /// The name of the queue it reads.
    let queue: String?
    /// The name it gives when it polls.
    let name: String?
    /// How many heartbeats it sends for each task.
    let heartbeats: Int
    /// How long it waits before each, in milliseconds.
    let heartbeatEvery: Int64
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

    /// What it answers to a task of that body; nil if it says nothing.
    func answer(to body: String) -> CaseWorld.TokenAnswer? {
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
