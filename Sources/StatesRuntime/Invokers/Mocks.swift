import StatesJSON
public import StatesLanguage

/// Answers in turn: which one is decided by how many requests the state made before.
struct AnswerScript: Sendable, Equatable {
    /// Each answer with the last request that it is given to.
    private var steps: [(through: Int, answer: Answer)]
    /// Whether the last answer is given to all that follow.
    private let repeatsLast: Bool
    /// The mock's name, for the error when the answers are used up.
    let name: String

    init(repeating answers: [Answer], name: String) {
        steps = answers.enumerated().map { ($0.offset, $0.element) }
        repeatsLast = true
        self.name = name
    }

    /// Answers for ranges of requests that follow each other from 0 on.
    init(ranges: [(through: Int, answer: Answer)], name: String) {
        steps = ranges
        repeatsLast = false
        self.name = name
    }

    static func == (left: AnswerScript, right: AnswerScript) -> Bool {
        left.name == right.name && left.repeatsLast == right.repeatsLast
            && left.steps.elementsEqual(right.steps) { $0.through == $1.through && $0.answer == $1.answer }
    }

    /// The answers, each with the number of requests that it is given to; the last one has none if it repeats.
    var runs: [(answer: Answer, times: Int?)] {
        steps.enumerated().map { place, step in
            let before = place == 0 ? -1 : steps[place - 1].through
            return (step.answer, repeatsLast && place == steps.count - 1 ? nil : step.through - before)
        }
    }

    /// How many requests are answered; nil if all are.
    var count: Int? { repeatsLast ? nil : (steps.last?.through ?? -1) + 1 }

    /// The answer for the request of that number, counted from 0; nil if they are used up.
    func answer(for invocation: Int) -> Answer? {
        var (low, high) = (0, steps.count)
        while low < high {
            let middle = (low + high) / 2
            if steps[middle].through < invocation { low = middle + 1 } else { high = middle }
        }
        if low < steps.count { return steps[low].answer }
        return repeatsLast ? steps.last?.answer : nil
    }
}

/// Answers that stand in for whatever would perform a task. A mock replaces the raw task result, before `ResultSelector`.
public struct Mocks: Sendable, TaskInvoker {
    private var states: [String: AnswerScript] = [:]
    private var resources: [(key: String, script: AnswerScript)] = []

    /// No mocks.
    public init() {}

    /// The names of the states that are mocked, sorted.
    public var stateNames: [String] { states.keys.sorted() }

    /// The answers of a mocked state in turn, each with the number of requests that it is given to; nil for the last of those that
    /// repeat it.
    package func answers(ofState state: String) -> [(answer: Answer, times: Int?)] { states[state]?.runs ?? [] }

    /// Mocks a state: one answer for each request it makes in an execution, the last one repeating.
    public mutating func mock(state: String, _ answers: [Answer]) {
        precondition(!answers.isEmpty, "a mock has at least one answer")
        states[state] = AnswerScript(repeating: answers, name: state)
    }

    /// Mocks a resource, known or not, by the same keys as functions have: `sqs:sendMessage`, an ARN with `*`, a function's name.
    public mutating func mock(resource: String, _ answers: [Answer]) {
        precondition(!answers.isEmpty, "a mock has at least one answer")
        resources.append((resource, AnswerScript(repeating: answers, name: resource)))
    }

    mutating func mock(state: String, _ script: AnswerScript) { states[state] = script }

    /// The mock of that task; a state's own goes before a resource's.
    public func resolution(of subject: TaskSubject) -> Resolution? {
        if let state = subject.state, let script = states[state] {
            return Resolution(
                rule: .mock, key: script.name, reason: "the state '\(state)' is mocked by '\(script.name)'",
                performer: .mock(script))
        }
        guard !resources.isEmpty else { return nil }
        let names = subject.names
        guard let (key, script) = resources.first(where: { pair in names.contains { Wildcard.matches($0, pattern: pair.key) } })
        else {
            return nil
        }
        return Resolution(rule: .mock, key: key, reason: "the resource is mocked by '\(key)'", performer: .mock(script))
    }

    /// Mocked states that a plan does not have, or that are no Task states: mocks that would silently not be used.
    public func unusedStates(in plan: Plan) -> [String] {
        let tasks = Set(
            plan.states.compactMap { state in
                if case .task = state.kind { state.name } else { nil }
            })
        return states.keys.filter { !tasks.contains($0) }.sorted()
    }
}
