import StatesJSON

/// A function that a recording was made with, told by its behaviour.
struct LambdaFunction: Sendable {
    /// What an invocation came to.
    enum Outcome {
        /// The payload it returned.
        case payload(JSONValue)
        /// The error payload of the runtime.
        case error(JSONValue)
    }

    private let behaviour: JSONValue

    init(_ behaviour: JSONValue) { self.behaviour = behaviour }

    /// Whether its answer takes time.
    var takesTime: Bool {
        switch behaviour["do"]?.string {
        case "sleep": true
        case "sequence": (behaviour["steps"]?.array ?? []).contains { LambdaFunction($0).takesTime }
        default: false
        }
    }

    /// What it answers to the event, and after how many milliseconds.
    func invoke(_ event: JSONValue, requestID: String) -> (outcome: Outcome, delay: Int64) {
        switch behaviour["do"]?.string ?? "" {
        case "echo": return (.payload(event), 0)
        case "return": return (.payload(Self.returned(behaviour["value"] ?? .null)), 0)
        case "return-repeated":
            let count = Int(behaviour["count"]?.number?.exactInteger ?? 0)
            return (.payload(.string(String(repeating: behaviour["character"]?.string ?? "", count: count))), 0)
        case "prefix":
            return (.payload(.string((behaviour["prefix"]?.string ?? "") + (event.string ?? event.pythonText))), 0)
        case "sleep": return (.payload(.null), Int64((behaviour["seconds"]?.number?.doubleValue ?? 0) * 1000))
        case "raise": return (.error(error(requestID)), 0)
        case "sequence": return sequence(event, requestID)
        case let unknown:
            return (.error(["errorMessage": .string("unknown behaviour \(unknown)"), "errorType": "Runtime.Unknown"]), 0)
        }
    }

    private func sequence(_ event: JSONValue, _ requestID: String) -> (outcome: Outcome, delay: Int64) {
        var last: Outcome = .payload(.null)
        var delay: Int64 = 0
        for step in behaviour["steps"]?.array ?? [] {
            let answer = LambdaFunction(step).invoke(event, requestID: requestID)
            delay += answer.delay
            last = answer.outcome
        }
        return (last, delay)
    }

    /// A returned text that is itself JSON text is the payload as it stands: what was recorded were functions that return bytes.
    private static func returned(_ value: JSONValue) -> JSONValue {
        guard let text = value.string, let inner = try? JSONValue(parsing: text) else { return value }
        return inner
    }

    private func error(_ requestID: String) -> JSONValue {
        let type = behaviour["errorType"]?.string ?? ""
        return [
            "errorMessage": behaviour["message"] ?? "", "errorType": .string(type), "requestId": .string(requestID),
            "stackTrace": [.string("  File \"/var/task/handler.py\", line 2, in handler\n    raise \(type)()\n")],
        ]
    }
}

extension JSONValue {
    /// The text that Python's `str` makes of it: the recorded functions were written in Python.
    fileprivate var pythonText: String {
        switch self {
        case .null: "None"
        case .bool(let value): value ? "True" : "False"
        case .number: compactText
        case .string(let text): "'\(text)'"
        case .array(let items): "[" + items.map(\.pythonText).joined(separator: ", ") + "]"
        case .object(let object): "{" + object.map { "'\($0.name)': \($0.value.pythonText)" }.joined(separator: ", ") + "}"
        }
    }
}
