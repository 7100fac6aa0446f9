public import StatesJSON

/// A definition as cost sees it: states, where each may go, how often it may try again, and on which line it says so.
///
/// Read from the text's own tree and not from the plan, because a price must name lines, and because what cannot be run here yet (a
/// Distributed Map, say) still costs something. States have the numbers that the plan gives them: document order, depth first.
public struct Flow: Sendable {
    /// All states, nested ones included.
    public let states: [State]
    /// The `States` objects: the machine's own first, then those inside of states, in document order.
    public let scopes: [Scope]
    /// The limit of a whole execution in seconds, or nil.
    public let timeoutSeconds: Int?
    /// The size of the definition's text in bytes.
    public let definitionBytes: Int

    /// One `States` object.
    public struct Scope: Sendable {
        /// The state it starts at.
        public let startAt: Int
        /// The Parallel or Map state it belongs to, or nil for the machine's own.
        public let owner: Int?
        /// Its own states, without those inside of them.
        public let states: [Int]
    }

    /// One state.
    public struct State: Sendable {
        /// Its place in document order.
        public let number: Int
        /// Its name.
        public let name: String
        /// The `States` object it stands in.
        public let scope: Int
        /// Its type.
        public let kind: Kind
        /// The line of its name, from 1.
        public let line: Int
        /// Where it goes when nothing fails.
        public let edges: [Edge]
        /// `Retry`, in order.
        public let retriers: [Retrier]
        /// `Catch`, in order.
        public let catchers: [Catcher]
        /// Its text, for those who look closer.
        public let node: JSONNode
        /// Where its name stands.
        public let nameRange: SourceRange
        /// Its JSON pointer, as diagnostics write it.
        public let pointer: String
    }

    /// The type of a state, with what costs depend on.
    public enum Kind: Sendable {
        /// A Pass state.
        case pass
        /// A Task state.
        case task(Resource)
        /// A Choice state.
        case choice
        /// A Wait state; its seconds if the definition gives them.
        case wait(seconds: Int?)
        /// A Succeed state.
        case succeed
        /// A Fail state; its error's name if the definition gives it.
        case fail(error: String?)
        /// A Parallel state with its branches' scopes.
        case parallel([Int])
        /// A Map state.
        case map(Map)
    }

    /// A Map state's own fields.
    public struct Map: Sendable {
        /// The item processor's scope.
        public let processor: Int
        /// Whether each item runs in an execution of its own.
        public let isDistributed: Bool
        /// Whether those executions are Express.
        public let hasExpressChildren: Bool
        /// How many iterations run at once; 0 means as many as there may be.
        public let maxConcurrency: Int
        /// How many items a child execution takes at once; nil if they are not batched by number.
        public let itemsPerBatch: Int?
    }

    /// Where a state may go.
    public struct Edge: Sendable, Hashable {
        /// The state, or nil for the end of the `States` object.
        public let target: Int?
        /// What leads there.
        public let by: Way
        /// The line that says so.
        public let line: Int
    }

    /// The ways to leave a state that did not fail.
    public enum Way: Sendable, Hashable {
        /// `Next`, `End`, or the end that Succeed is.
        case next
        /// The choice rule of that place.
        case rule(Int)
        /// `Default`.
        case otherwise
    }

    /// One element of `Retry`.
    public struct Retrier: Sendable {
        /// `ErrorEquals`.
        public let errors: [String]
        /// `MaxAttempts`; AWS's default of 3 where it is absent or a symbol without value.
        public let maxAttempts: Int
        /// The line it stands on.
        public let line: Int
        /// Its text.
        public let node: JSONNode
    }

    /// One element of `Catch`.
    public struct Catcher: Sendable {
        /// `ErrorEquals`.
        public let errors: [String]
        /// Where it goes.
        public let target: Int
        /// The line it stands on.
        public let line: Int
        /// Its text.
        public let node: JSONNode
    }

    package init(states: [State], scopes: [Scope], timeoutSeconds: Int?, definitionBytes: Int) {
        self.states = states
        self.scopes = scopes
        self.timeoutSeconds = timeoutSeconds
        self.definitionBytes = definitionBytes
    }
}

/// A Task's resource, as far as money is concerned.
public struct Resource: Sendable, Hashable {
    /// The text of the definition.
    public let text: String

    /// The resource of that text.
    public init(_ text: String) { self.text = text }

    /// How others would look up its price: `lambda:invoke` for functions however they are called, `activity`, `sqs:sendMessage`,
    /// `aws-sdk:s3:getObject`.
    public var call: String {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        if parts.count > 2, parts[0] == "arn", parts[2] == "lambda" { return "lambda:invoke" }
        guard parts.count > 5, parts[0] == "arn", parts[2] == "states" else { return "lambda:invoke" }
        if parts[5] == "activity" { return "activity" }
        var call = parts[5...].joined(separator: ":")
        for suffix in [".waitForTaskToken", ".sync:2", ".sync"] where call.hasSuffix(suffix) { call.removeLast(suffix.utf8.count) }
        return call
    }

    /// Whether a function is called, directly or by `lambda:invoke`.
    public var isFunction: Bool { call == "lambda:invoke" }
    /// Whether a worker of an activity performs it.
    public var isActivity: Bool { call == "activity" }
    /// Whether the job that it starts is waited for.
    public var isSync: Bool { text.hasSuffix(".sync") || text.hasSuffix(".sync:2") }
    /// Whether a task token is waited for.
    public var isCallback: Bool { text.hasSuffix(".waitForTaskToken") }
    /// Whether it starts another state machine.
    public var startsExecution: Bool { call == "states:startExecution" }
    /// Whether it is neither a function's ARN nor an activity, but an integration.
    public var isIntegration: Bool { text.contains(":states:") && !isActivity }
}

extension Flow {
    /// The scopes inside a state: branches, or an item processor.
    public func scopes(of state: State) -> [Int] {
        switch state.kind {
        case .parallel(let branches): branches
        case .map(let map): [map.processor]
        case .pass, .task, .choice, .wait, .succeed, .fail: []
        }
    }

    /// The states whose name that is; names are unique in practice, and on AWS in each machine.
    public func states(named name: String) -> [State] { states.filter { $0.name == name } }

    /// The states a state may go to, catchers included, each once.
    public func targets(of state: State) -> [Int] {
        var targets: [Int] = []
        for target in state.edges.compactMap(\.target) + state.catchers.map(\.target) where !targets.contains(target) {
            targets.append(target)
        }
        return targets
    }
}

extension Flow.State {
    /// The Task's resource, if this is a Task.
    public var resource: Resource? {
        if case .task(let resource) = kind { resource } else { nil }
    }

    /// The value of `Type`.
    public var typeName: String {
        switch kind {
        case .pass: "Pass"
        case .task: "Task"
        case .choice: "Choice"
        case .wait: "Wait"
        case .succeed: "Succeed"
        case .fail: "Fail"
        case .parallel: "Parallel"
        case .map: "Map"
        }
    }

    /// Whether the `States` object can end here.
    public var isTerminal: Bool {
        if case .fail = kind { return true }
        return edges.contains { $0.target == nil }
    }
}
