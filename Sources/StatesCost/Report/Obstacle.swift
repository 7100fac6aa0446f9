import StatesJSON

/// What speaks against running a machine as Express.
public struct Obstacle: Sendable, Hashable {
    /// The state, by number.
    public let state: Int
    /// Its name.
    public let name: String
    /// Its line.
    public let line: Int
    /// What kind of thing it is.
    public let kind: Kind
    /// What it is, as a noun phrase.
    public let reason: String

    /// The kinds of obstacle.
    public enum Kind: String, Sendable, Hashable {
        /// A task token is waited for.
        case callback
        /// A job is waited for.
        case sync
        /// A worker of an activity performs it.
        case activity
        /// Child executions of a Distributed Map.
        case distributedMap
        /// It waits or may take longer than five minutes.
        case tooLong
        /// It should not happen twice, and asynchronous Express executions may.
        case notIdempotent
    }

    /// Whether Express cannot run it at all.
    public var isHard: Bool { kind != .notIdempotent }

    /// All obstacles of a definition, in document order.
    public static func all(in flow: Flow) -> [Obstacle] {
        flow.states.compactMap { state in
            guard !flow.runsInExpressChild(state), let (kind, reason) = obstacle(state) else { return nil }
            return Obstacle(state: state.number, name: state.name, line: state.line, kind: kind, reason: reason)
        }
    }

    private static func obstacle(_ state: Flow.State) -> (Kind, String)? {
        switch state.kind {
        case .task(let resource):
            if resource.isCallback { return (.callback, "a task token") }
            if resource.isSync { return (.sync, "a job that is waited for (.sync)") }
            if resource.isActivity { return (.activity, "an activity") }
            return notIdempotent(resource, state).map { (.notIdempotent, $0) }
        case .wait(let seconds?) where seconds >= 300: return (.tooLong, "a wait of \(seconds) s")
        case .map(let map) where map.isDistributed: return (.distributedMap, "a Distributed Map")
        case .pass, .choice, .wait, .succeed, .fail, .parallel, .map: return nil
        }
    }

    /// Integrations whose doing twice shows, unless the request says how to tell.
    static func notIdempotent(_ resource: Resource, _ state: Flow.State) -> String? {
        let request = state.node["Parameters"] ?? state.node["Arguments"]
        func lacks(_ names: String...) -> Bool {
            names.allSatisfy { request?[$0] == nil && request?[$0 + ".$"] == nil }
        }
        switch resource.call {
        case "states:startExecution": return lacks("Name") ? "startExecution without a Name" : nil
        case "sqs:sendMessage": return lacks("MessageDeduplicationId") ? "sendMessage without a MessageDeduplicationId" : nil
        case "sns:publish": return lacks("MessageDeduplicationId") ? "publish without a MessageDeduplicationId" : nil
        case "dynamodb:putItem", "dynamodb:updateItem", "aws-sdk:dynamodb:putItem", "aws-sdk:dynamodb:updateItem":
            return lacks("ConditionExpression") ? "\(resource.call) without a ConditionExpression" : nil
        default: return nil
        }
    }
}
