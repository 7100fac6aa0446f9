public import StatesJSON
import StatesKernel
public import StatesLanguage
public import StatesRuntime
import StatesText

/// A state machine with mocks: everything a test decides before the execution begins.
///
/// ```swift
/// let run = try await machine
///     .mocking("Charge", .throws("Card.Declined"), then: .returns(["id": 7]))
///     .run(input: ["order": 1])
/// #expect(run.status == .succeeded)
/// #expect(run.path == ["Reserve", "Charge", "Ship"])
/// ```
///
/// A scenario is a value: each call answers a new one, and one that many tests share is changed by none of them.
public struct Scenario: Sendable {
    /// What runs.
    public let machine: StateMachine
    var rules: [MockRule] = []
    var startTime = ManualTime.defaultStart
    var seed: UInt64 = 1
    var validation = ResultValidation.strict
    var requiresUse = true
    var name = "test"
    var answeredByHand: Set<String> = []

    /// A scenario without mocks.
    public init(_ machine: StateMachine) { self.machine = machine }

    /// The scenario with answers for a Task state, or for a resource by the keys that functions have: `sqs:sendMessage`, an ARN
    /// with
    /// `*`, a function's name.
    ///
    /// The answers are given in turn, the last one repeating. A state's mock goes before a resource's, and of two mocks of the same
    /// key
    /// the later one stands.
    public func mocking(_ key: String, _ first: MockAnswer, then others: MockAnswer...) -> Scenario {
        var scenario = self
        scenario.rules.removeAll { $0.key == key }
        scenario.rules.append(MockRule(key: key, answers: [first] + others))
        return scenario
    }

    /// The scenario with the mocks of a test case of a Step Functions Local mock file.
    ///
    /// - Throws: `RuntimeError.noTestCase`, which says which test cases there are.
    public func mocking(_ file: MockFile, testCase: String) throws -> Scenario {
        var scenario = self
        scenario.rules += try MockRule.rules(of: file, machine: machine.name, testCase: testCase)
        return scenario
    }

    /// The scenario with a clock that starts at that time, in milliseconds since 1970, and not at 2026-01-01T00:00:00Z.
    public func starting(at milliseconds: Int64) -> Scenario {
        var scenario = self
        scenario.startTime = milliseconds
        return scenario
    }

    /// The scenario with other random numbers: jitter, `States.UUID`, task tokens. The same seed gives the same run.
    public func seeded(_ seed: UInt64) -> Scenario {
        var scenario = self
        scenario.seed = seed
        return scenario
    }

    /// The scenario with answers compared more or less strictly with what services really answer; strictly unless told otherwise.
    public func validating(_ mode: ResultValidation) -> Scenario {
        var scenario = self
        scenario.validation = mode
        return scenario
    }

    /// The scenario with mocks that need not be asked for: for one that many tests share.
    public func allowingUnusedMocks() -> Scenario {
        var scenario = self
        scenario.requiresUse = false
        return scenario
    }

    // MARK: Running

    /// Runs an execution to its end. Time jumps to whatever comes next.
    ///
    /// - Throws: `MockFault` if a request has no answer or an answer cannot be; `MockFaults` if mocks were not used. A workflow
    /// that
    ///   fails is no error: see `Run.status`.
    public func run(input: JSONValue = .emptyObject) async throws -> Run {
        var rehearsal = try begin(input: input)
        let run = try rehearsal.finish()
        if requiresUse { try rehearsal.checkMocksWereUsed() }
        return run
    }

    /// Begins an execution whose time the test moves by hand. It has done everything that takes no time.
    ///
    /// - Throws: As `run(input:)`.
    public func begin(input: JSONValue = .emptyObject) throws -> Rehearsal {
        var rehearsal = Rehearsal(self, input: input)
        if let fault = MockBook(rules).unknown(in: machine.plan).first { throw fault }
        try rehearsal.advance(by: .zero)
        return rehearsal
    }
}

extension MockRule {
    static func rules(of file: MockFile, machine: String, testCase: String) throws(RuntimeError) -> [MockRule] {
        let mocks = try file.mocks(machine: machine, testCase: testCase)
        return mocks.stateNames.map { state in
            let answers = mocks.answers(ofState: state).map { answer, times in
                var answer = MockAnswer(answer)
                answer.limit = times
                return answer
            }
            return MockRule(key: state, answers: answers, isExact: true)
        }
    }
}

extension StateMachine {
    /// The machine with answers for a Task state or a resource; see `Scenario.mocking`.
    public func mocking(_ key: String, _ first: MockAnswer, then others: MockAnswer...) -> Scenario {
        var scenario = Scenario(self)
        scenario.rules.append(MockRule(key: key, answers: [first] + others))
        return scenario
    }

    /// The machine with the mocks of a test case of a Step Functions Local mock file.
    ///
    /// - Throws: `RuntimeError.noTestCase`, which says which test cases there are.
    public func mocking(_ file: MockFile, testCase: String) throws -> Scenario {
        try Scenario(self).mocking(file, testCase: testCase)
    }
}
