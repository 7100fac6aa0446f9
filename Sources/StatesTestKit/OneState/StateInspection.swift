public import StatesJSON
public import StatesLanguage

/// What one state alone does with an input, as TestState shows it.
///
/// ```swift
/// let charge = try machine.inspect("Charge", input: order, mock: .throws("Card.Declined"))
/// #expect(charge.status == .caughtError)
/// #expect(charge.nextState == "CancelCourier")
/// ```
public struct StateInspection: Sendable {
    /// How it went.
    public let status: Status
    /// What the state gives to the next, if it was left.
    public let output: JSONValue?
    /// The error's name, if it failed; also where a catcher took it.
    public let error: String?
    /// The error's text, if it failed.
    public let cause: String?
    /// Where control goes; nil if it ends here or the state failed.
    public let nextState: String?
    /// The data on its way through the state, by AWS's names: empty at level `INFO`.
    public let data: JSONObject
    /// The run that it was seen in.
    let trail: Trail

    /// What can come of a state, as TestState names it.
    public enum Status: String, Sendable, CaseIterable {
        /// It was left as its definition wants.
        case succeeded = "SUCCEEDED"
        /// It failed, and nothing catches that.
        case failed = "FAILED"
        /// It failed, and a retrier would try again.
        case retriable = "RETRIABLE"
        /// It failed, and a catcher took it.
        case caughtError = "CAUGHT_ERROR"
    }

    /// How much is shown.
    public enum Level: String, Sendable, CaseIterable {
        /// The outcome.
        case info = "INFO"
        /// The data after each field of the state as well.
        case debug = "DEBUG"
        /// The request and the response of an HTTP task as well.
        case trace = "TRACE"
    }

    /// What a state is given.
    public struct Request: Sendable {
        /// Its input.
        public var input: JSONValue = .emptyObject
        /// What its task answers, or what a Map or Parallel state results in.
        public var mock: MockAnswer?
        /// The variables it sees.
        public var variables = JSONObject()
        /// Parts of the context object: `Execution` with `Id`, `Name`, `Input`, `RoleArn` and `StartTime`, and `StateMachine`.
        public var context = JSONObject()
        /// How often the state was retried before.
        public var retryCount = 0
        /// How much is shown.
        public var level = Level.debug
        /// How strictly the mock is compared with what the service answers.
        public var validation = ResultValidation.strict

        /// A request.
        public init() {}
    }
}

/// Why a state cannot be looked at alone, in TestState's words where it has some.
public struct StateInspectionProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// A sentence.
    public let description: String

    package init(_ description: String) { self.description = description }
}

extension StateMachine {
    /// Runs one state alone.
    ///
    /// - Parameters:
    ///   - state: Its name, at any depth.
    ///   - input: Its input.
    ///   - mock: What its task answers, or what a Map or Parallel state results in.
    ///   - variables: The variables it sees.
    ///   - retryCount: How often it was retried before.
    ///   - level: How much is shown.
    /// - Throws: `StateInspectionProblem` if there is no such state or it cannot be run alone; `MockFault` if the mock cannot be an
    /// answer.
    public func inspect(
        _ state: String, input: JSONValue = .emptyObject, mock: MockAnswer? = nil, variables: JSONObject = JSONObject(),
        retryCount: Int = 0, level: StateInspection.Level = .debug
    ) throws -> StateInspection {
        var request = StateInspection.Request()
        request.input = input
        request.mock = mock
        request.variables = variables
        request.retryCount = retryCount
        request.level = level
        return try inspect(state, request)
    }

    /// Runs one state alone.
    ///
    /// - Throws: As the other `inspect`.
    public func inspect(_ state: String, _ request: StateInspection.Request) throws -> StateInspection {
        try Inspector(machine: self, state: state, request: request).inspection()
    }
}
