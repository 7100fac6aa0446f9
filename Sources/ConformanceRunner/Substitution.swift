import StatesJSON

/// What the placeholders of a case stand for.
struct Substitution {
    /// Letters and digits that are unique to this run of this case.
    let uid: String
    /// ARNs that setup created, by `activity:NAME` or `stateMachine:NAME`.
    var arns: [String: String] = [:]

    /// The URL of the queue of that name.
    static func queueURL(_ name: String) -> String { queueHost + name }
    /// Where all queues are.
    static let queueHost = "https://sqs.us-east-1.amazonaws.com/111111111111/"
    /// The topic that a case speaks of without creating it.
    func topicARN(_ call: String) -> String { "arn:aws:sns:us-east-1:111111111111:topic-\(uid)\(call)" }

    /// Replaces placeholders in every text, names of members included.
    func fill(_ value: JSONValue) -> JSONValue {
        switch value {
        case .null, .bool, .number: return value
        case .string(let text): return .string(fill(text))
        case .array(let items): return .array(items.map(fill))
        case .object(let object): return .object(JSONObject(object.map { (fill($0.name), fill($0.value)) }))
        }
    }

    /// Replaces placeholders, inner ones first: names of activities, queues and state machines contain `${uid:N}`.
    func fill(_ text: String) -> String {
        guard text.contains("${") else { return text }
        var text = replace("${uid:", in: text) { uid + $0 }
        text = replace("${activity:", in: text) { arns["activity:" + $0] }
        text = replace("${stateMachine:", in: text) { arns["stateMachine:" + $0] }
        text = replace("${queue:", in: text) { Self.queueURL($0) }
        return replace("${call:", in: text) { call in
            call.hasSuffix(".TopicArn") ? topicARN(String(call.prefix { $0 != "." })) : nil
        }
    }

    /// Replaces `OPENING...}` by what `replacement` says; nil leaves it.
    private func replace(_ opening: String, in text: String, by replacement: (String) -> String?) -> String {
        guard text.contains(opening) else { return text }
        var result = ""
        var rest = text[...]
        while let start = rest.range(of: opening) {
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else { break }
            result += rest[..<start.lowerBound]
            let after = rest.index(after: end)
            result += replacement(String(rest[start.upperBound..<end])) ?? String(rest[start.lowerBound..<after])
            rest = rest[after...]
        }
        return result + rest
    }
}

extension Substring {
    /// Where that text first stands.
    fileprivate func range(of other: String) -> Range<Index>? {
        var at = startIndex
        while at < endIndex {
            if self[at...].utf8.starts(with: other.utf8), let end = utf8.index(at, offsetBy: other.utf8.count, limitedBy: endIndex)
            {
                return at..<end
            }
            at = index(after: at)
        }
        return nil
    }
}
