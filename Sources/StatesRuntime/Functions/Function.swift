public import StatesJSON

/// A piece of user code, or a stand-in for one, that performs a task.
///
/// ```swift
/// let runtime = try Runtime(functions: [
///     "reserve": .closure { (order: Order, _) in Reservation(id: "r-\(order.id)") },
///     "charge": .closure { (_: Order, call) in throw TaskFailure("Card.Declined", cause: "attempt \(call.attempt)") },
///     "release": .command("python3", "release.py"),
///     "quote": .returns(["price": 12]),
/// ])
/// ```
public struct Function: Sendable {
    let kind: Kind
    /// Lets a limited number run at once; nil for as many as there are.
    private(set) var gate: Gate?

    enum Kind: Sendable {
        case closure(@Sendable (JSONValue, TaskCall) async throws -> JSONValue)
        case command(CommandFunction)
        case remote(RemoteTarget)
        case answers([Answer])
        case job(Job)
    }

    /// Something that is begun, and whose end is waited for: what `.sync` integrations ask for.
    struct Job: Sendable {
        let begin: @Sendable (JSONValue, TaskCall) async throws -> JSONValue
        let end: @Sendable (JSONValue, TaskCall) async throws -> JSONValue
    }

    init(kind: Kind, concurrency: Int? = nil) {
        self.kind = kind
        gate = concurrency.map { Gate(limit: $0) }
    }

    /// A closure over JSON or over any `Codable` types. It is cancelled when the task times out or is given up.
    ///
    /// What it throws fails the task: a `TaskFailure` as it says; any other error by the name of its type.
    public static func closure<Input: Decodable & SendableMetatype, Output: Encodable & SendableMetatype>(
        _ body: @escaping @Sendable (Input, TaskCall) async throws -> Output
    ) -> Function {
        Function(
            kind: .closure { input, call in
                try JSONValue(encoding: try await body(try input.decoded(), call))
            })
    }

    /// A closure that returns nothing: the task's result is `null`.
    public static func closure<Input: Decodable & SendableMetatype>(
        _ body: @escaping @Sendable (Input, TaskCall) async throws -> Void
    ) -> Function {
        Function(
            kind: .closure { input, call in
                try await body(try input.decoded(), call)
                return .null
            })
    }

    /// A command that reads the input as JSON on standard input and writes one JSON value to standard output.
    ///
    /// No shell is involved. An exit status other than 0 fails the task with `errorType` of the JSON on standard output, or with
    /// `Lambda.Unknown` and the end of standard error.
    public static func command(_ words: String...) -> Function { command(CommandFunction(words: words)) }

    /// A command with its directory, environment, limit and concurrency.
    public static func command(_ line: CommandFunction, concurrency: Int? = nil) -> Function {
        Function(kind: .command(line), concurrency: concurrency)
    }

    /// Something outside this process that a `RemoteInvoker` calls: a URL, or a Lambda endpoint.
    public static func remote(_ target: RemoteTarget, concurrency: Int? = nil) -> Function {
        Function(kind: .remote(target), concurrency: concurrency)
    }

    /// A job for a `.sync` integration: `begin` has it started, and what it returns is what `TaskSubmitted` shows; `end` waits for its
    /// end and returns the result.
    ///
    /// Once the submission is durable, a restarted process calls `end` alone, with the same input and call: it must find the job by
    /// those.
    public static func job(
        begin: @escaping @Sendable (JSONValue, TaskCall) async throws -> JSONValue,
        end: @escaping @Sendable (JSONValue, TaskCall) async throws -> JSONValue
    ) -> Function {
        Function(kind: .job(Job(begin: begin, end: end)))
    }

    /// The same value every time.
    public static func returns(_ value: JSONValue, after delay: Duration = .zero) -> Function {
        .answers([.returns(value, after: delay)])
    }

    /// The same failure every time.
    public static func `throws`(error: String, cause: String = "", after delay: Duration = .zero) -> Function {
        .answers([.throws(error: error, cause: cause, after: delay)])
    }

    /// The same function, of which at most so many calls run at once. Further tasks wait, and their start is recorded when there is
    /// room.
    public func limited(to concurrency: Int) -> Function {
        var limited = self
        limited.gate = Gate(limit: concurrency)
        return limited
    }

    /// One answer for each request that a state makes in an execution, the last one repeating. Retries, loops and iterations count.
    public static func answers(_ answers: [Answer]) -> Function {
        precondition(!answers.isEmpty, "a list of answers has at least one")
        return Function(kind: .answers(answers))
    }
}

/// A command with everything it is started with.
public struct CommandFunction: Sendable, Equatable {
    /// The command and its arguments; the first is searched for in `PATH` unless it contains a slash.
    public var words: [String]
    /// Where it runs; nil for our own directory. A relative command is relative to it.
    public var directory: String?
    /// Variables added to our own environment.
    public var environment: [String: String]
    /// How long it may run in real time before it fails with `Sandbox.Timedout`; nil for as long as the state allows.
    public var timeout: Duration?

    /// A command.
    public init(words: [String], directory: String? = nil, environment: [String: String] = [:], timeout: Duration? = nil) {
        precondition(!words.isEmpty, "a command has at least a name")
        self.words = words
        self.directory = directory
        self.environment = environment
        self.timeout = timeout
    }
}
