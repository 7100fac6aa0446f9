public import StatesJSON
import StatesLanguage
import StatesRuntime

/// What a mock answers, after how long, and to which requests.
///
/// ```swift
/// machine.mocking("Charge", .throws("Card.Declined").times(2), then: .returns(["id": 7], after: .seconds(3)))
/// ```
///
/// Answers without a condition are given in turn, and the last one repeats; an answer with a condition goes before them whenever
/// its condition holds.
public struct MockAnswer: Sendable {
    /// What is answered.
    var outcome: Outcome
    /// How long after its start the task answers, in milliseconds.
    var delay: Int64 = 0
    /// Heartbeats until the answer.
    var pulse: Pulse?
    /// How many requests it is given to; nil for one, or if it is the last for all that follow.
    var limit: Int?
    /// Which requests it is for.
    var condition = MockCondition()
    /// Where it stands in a file.
    var place: SourceRange?

    /// The things a mock can do.
    enum Outcome: Sendable {
        case returns(JSONValue)
        case fails(error: String, cause: String)
        /// It never answers; somebody else may, or a limit passes.
        case silence
        case computes(@Sendable (MockCall) throws -> JSONValue)
    }

    /// Heartbeats at equal distances.
    struct Pulse: Sendable, Equatable {
        /// The distance in milliseconds.
        var every: Int64
        /// After how many milliseconds they cease; nil goes on until the answer.
        var through: Int64?
    }

    init(_ outcome: Outcome, after delay: Duration = .zero) {
        self.outcome = outcome
        self.delay = delay.wholeMilliseconds
    }

    init(_ answer: Answer) {
        switch answer.outcome {
        case .value(let value): outcome = .returns(value)
        case .failure(let error, let cause): outcome = .fails(error: error, cause: cause)
        }
        delay = answer.afterMilliseconds
    }
}

extension MockAnswer {
    /// The task answers with this value after that time. It stands for the task's raw result, before `ResultSelector`.
    public static func returns(_ value: JSONValue, after delay: Duration = .zero) -> MockAnswer {
        MockAnswer(.returns(value), after: delay)
    }

    /// The task fails with this error after that time.
    public static func `throws`(_ error: String, cause: String = "", after delay: Duration = .zero) -> MockAnswer {
        MockAnswer(.fails(error: error, cause: cause), after: delay)
    }

    /// The task never answers: its limit passes, or the test answers it by hand (`Rehearsal.answer`).
    public static var never: MockAnswer { MockAnswer(.silence) }

    /// The task answers with what a function makes of the request. A thrown `TaskFailure` is the task's failure.
    public static func computes(
        after delay: Duration = .zero, _ answer: @escaping @Sendable (MockCall) throws -> JSONValue
    ) -> MockAnswer {
        MockAnswer(.computes(answer), after: delay)
    }

    /// The task answers with what a function makes of its input, both in types of one's own.
    public static func computes<Input: Decodable & Sendable, Output: Encodable & Sendable>(
        after delay: Duration = .zero, _ answer: @escaping @Sendable (Input) throws -> Output
    ) -> MockAnswer {
        computes(after: delay) { call in try JSONValue(encoding: answer(call.input.decoded())) }
    }

    /// The same answer for so many requests, and for no more.
    public func times(_ count: Int) -> MockAnswer {
        precondition(count > 0, "an answer is given at least once")
        var answer = self
        answer.limit = count
        return answer
    }

    /// The same answer, with heartbeats at that distance until it comes, or for a time.
    public func heartbeats(every distance: Duration, for time: Duration? = nil) -> MockAnswer {
        precondition(distance.wholeMilliseconds > 0, "heartbeats are at least a millisecond apart")
        var answer = self
        answer.pulse = Pulse(every: distance.wholeMilliseconds, through: time?.wholeMilliseconds)
        return answer
    }

    /// The same answer, for requests alone that meet all of this.
    ///
    /// - Parameters:
    ///   - attempt: 1 for the first attempt of a visit of the state, 2 for its first retry.
    ///   - iteration: The index of the innermost Map iteration, counted from 0 as in `$$.Map.Item.Index`.
    ///   - input: Members that the request has; other members of the request do not matter.
    public func when(attempt: Int? = nil, iteration: Int? = nil, input: JSONValue? = nil) -> MockAnswer {
        var answer = self
        answer.condition = MockCondition(
            attempts: attempt.map { $0...$0 }, calls: nil, iteration: iteration, input: input)
        return answer
    }
}

/// Which requests an answer is for; without anything, all.
struct MockCondition: Sendable, Equatable {
    /// The attempts of one visit, from 1.
    var attempts: ClosedRange<Int>?
    /// The requests of the state in the whole execution, from 1.
    var calls: ClosedRange<Int>?
    var iteration: Int?
    /// Members that the request has.
    var input: JSONValue?

    var isEmpty: Bool { self == MockCondition() }

    func holds(for call: MockCall) -> Bool {
        (attempts?.contains(call.attempt) ?? true) && (calls?.contains(call.number) ?? true)
            && (iteration.map { $0 == call.iteration } ?? true)
            && (input.map { Difference.between(expected: $0, actual: call.input, isPartial: true).isEmpty } ?? true)
    }
}

extension Duration {
    /// The duration in milliseconds, rounded down.
    var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000 + attoseconds / 1_000_000_000_000_000
    }
}
