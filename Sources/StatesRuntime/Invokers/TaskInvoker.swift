public import StatesJSON
package import StatesKernel
public import StatesLanguage

/// What is asked about: a resource, and as far as they are known the state and the request.
public struct TaskSubject: Sendable {
    /// The resource, taken apart.
    public let resource: TaskResource
    /// The state's name, or nil if one asks about a resource alone.
    public let state: String?
    /// The evaluated request; `FunctionName` in it decides which function `lambda:invoke` calls.
    public let input: JSONValue

    /// A subject.
    public init(resource: TaskResource, state: String? = nil, input: JSONValue = .emptyObject) {
        self.resource = resource
        self.state = state
        self.input = input
    }

    package init(_ request: TaskRequest) { self.init(resource: request.resource, state: request.state.name, input: request.input) }
}

/// One rule by which a task finds who performs it. Rules are asked in order, and the first that knows the task has it.
public protocol TaskInvoker: Sendable {
    /// Who performs that task by this rule, or nil to ask the next.
    func resolution(of subject: TaskSubject) -> Resolution?
}

/// Who performs a task, and why: what `stepwell explain` prints.
public struct Resolution: Sendable {
    /// The rule that matched.
    public let rule: Rule
    /// The key in a mock file, a functions file or a table of functions that matched, if there is one.
    public let key: String?
    /// A sentence for people.
    public let reason: String
    let performer: Performer

    /// The rules in the order in which they are asked (design.md section 6).
    public enum Rule: String, Sendable, Hashable, CaseIterable {
        /// A mock: it stands before everything else.
        case mock
        /// A function registered in Swift.
        case function
        /// An entry of the functions file.
        case functionsFile
        /// Something the runtime does itself: activities.
        case builtIn
        /// An invoker that the embedder added.
        case custom
        /// Nothing; the task fails.
        case nothing
    }

    enum Performer: Sendable {
        case function(Function)
        case mock(AnswerScript)
        case activity(name: String)
        case nothing
    }

    init(rule: Rule, key: String?, reason: String, performer: Performer) {
        self.rule = rule
        self.key = key
        self.reason = reason
        self.performer = performer
    }

    /// What an embedder's own `TaskInvoker` answers: a function that performs the task.
    public init(function: Function, key: String? = nil, reason: String) {
        self.init(rule: .custom, key: key, reason: reason, performer: .function(function))
    }
}

/// A table of functions as a rule.
struct NamedFunctions: TaskInvoker {
    let table: FunctionTable
    let rule: Resolution.Rule

    func resolution(of subject: TaskSubject) -> Resolution? {
        guard !table.isEmpty, let (key, function) = table.first(matching: subject.names) else { return nil }
        let place = rule == .functionsFile ? "the functions file" : "a function registered in Swift"
        return Resolution(
            rule: rule, key: key, reason: "'\(key)' of \(place) \(Self.verb(of: function))", performer: .function(function))
    }

    private static func verb(of function: Function) -> String {
        switch function.kind {
        case .closure: "is called"
        case .job: "begins a job and waits for its end"
        case .command(let command): "runs the command '\(command.words.joined(separator: " "))'"
        case .remote(.url(let url)): "is posted to \(url)"
        case .remote(.lambda(let endpoint)): "is invoked at the Lambda endpoint \(endpoint)"
        case .answers(let answers): answers.count == 1 ? "gives a fixed answer" : "gives \(answers.count) fixed answers in turn"
        }
    }
}

/// What the runtime performs itself.
struct BuiltInTasks: TaskInvoker {
    func resolution(of subject: TaskSubject) -> Resolution? {
        guard case .activity(let name) = subject.resource.kind else { return nil }
        return Resolution(
            rule: .builtIn, key: nil, reason: "the activity '\(name)' waits for a worker that polls it",
            performer: .activity(name: name))
    }
}

/// The rules in order.
struct Resolver: Sendable {
    private let invokers: [any TaskInvoker]

    init(_ invokers: [any TaskInvoker]) { self.invokers = invokers }

    func resolution(of subject: TaskSubject, mocks: Mocks?) -> Resolution {
        if let mocked = mocks?.resolution(of: subject) { return mocked }
        for invoker in invokers {
            if let resolution = invoker.resolution(of: subject) { return resolution }
        }
        return Resolution(rule: .nothing, key: nil, reason: Self.advice(subject), performer: .nothing)
    }

    /// Names the resource and the three ways to provide it.
    private static func advice(_ subject: TaskSubject) -> String {
        let name = subject.names.last ?? subject.resource.text
        return "Nothing performs the resource '\(subject.resource.text)'. "
            + "Provide it as a function registered in Swift (\"\(name)\": .closure { ... }), "
            + "in the functions file (\(name): COMMAND), or as a mock of the state or resource."
    }
}
