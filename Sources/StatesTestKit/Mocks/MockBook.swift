import StatesJSON
import StatesKernel
import StatesLanguage
import StatesRuntime

/// The answers for one key: a state's name or a resource's.
struct MockRule: Sendable {
    var key: String
    var answers: [MockAnswer]
    /// Where the key stands in a file.
    var place: SourceRange?
    /// Whether every case of a file shares it, so that a case need not use it.
    var isShared = false
    /// Whether it counts as mock files of Step Functions Local do: the last answer does not repeat, and answers may be left over.
    var isExact = false
}

/// All mocks of an execution, with what was asked of them so far.
struct MockBook: Sendable {
    let rules: [MockRule]
    /// How often each answer of each rule was given.
    private(set) var uses: [[Int]]
    /// States that the test answers itself.
    var answeredByHand: Set<String> = []
    /// How strictly answers are compared with what the service answers.
    var validation = ResultValidation.strict

    init(_ rules: [MockRule] = []) {
        self.rules = rules
        uses = rules.map { Array(repeating: 0, count: $0.answers.count) }
    }

    // MARK: Choosing

    /// The answer to a request; it counts as given.
    mutating func answer(to request: TaskRequest) throws(MockFault) -> (answer: MockAnswer, call: MockCall, key: String) {
        for place in order(for: request) {
            let call = MockCall(request, key: rules[place].key)
            guard let chosen = try choose(from: place, for: call) else { continue }
            uses[place][chosen] += 1
            let answer = rules[place].answers[chosen]
            if case .returns(let value) = answer.outcome {
                try validate(value, request, rules[place], answer)
            }
            return (answer, call, rules[place].key)
        }
        if answeredByHand.contains(request.state.name) {
            return (.never, MockCall(request, key: request.state.name), request.state.name)
        }
        throw unanswered(request)
    }

    /// The rules that speak of a request: a case's own before shared ones, and of those a state's before a resource's.
    private func order(for request: TaskRequest) -> [Int] {
        var byState: [Int] = []
        var byResource: [Int] = []
        lazy var names = TaskSubject(request).names
        for place in rules.indices {
            if rules[place].key == request.state.name {
                byState.append(place)
            } else if names.contains(where: { Wildcard.matches($0, pattern: rules[place].key) }) {
                byResource.append(place)
            }
        }
        let all = byState + byResource
        return all.filter { !rules[$0].isShared } + all.filter { rules[$0].isShared }
    }

    /// Which of a rule's answers is due: one whose condition holds, or the next without a condition. Nil if the rule has conditions
    /// alone and none of them holds.
    private func choose(from place: Int, for call: MockCall) throws(MockFault) -> Int? {
        let answers = rules[place].answers
        for (index, answer) in answers.enumerated() where !answer.condition.isEmpty {
            if uses[place][index] < answer.limit ?? .max, answer.condition.holds(for: call) { return index }
        }
        let plain = answers.indices.filter { answers[$0].condition.isEmpty }
        guard let last = plain.last else { return nil }
        for index in plain {
            let isOpen = index == last && answers[index].limit == nil && !rules[place].isExact
            if isOpen || uses[place][index] < answers[index].limit ?? 1 { return index }
        }
        let given = plain.reduce(0) { $0 + uses[place][$1] }
        throw MockFault(
            .exhausted, "The mock '\(rules[place].key)' has \(Self.count(given, "answer")), and \(call) once more.",
            place: rules[place].place, state: call.state)
    }

    private func validate(_ value: JSONValue, _ request: TaskRequest, _ rule: MockRule, _ answer: MockAnswer) throws(MockFault) {
        // What stands for a function may be anything; the service's envelope is put around it.
        guard rule.key == request.state.name || !ResultShape.isFunctionBehindInvoke(request, key: rule.key) else { return }
        guard let problem = validation.problem(with: value, of: request) else { return }
        throw MockFault(
            .misshapen, "The mock '\(rule.key)' cannot be an answer of \(request.resource.text): \(problem)",
            place: answer.place ?? rule.place, state: request.state.name)
    }

    private func unanswered(_ request: TaskRequest) -> MockFault {
        let keys = rules.map(\.key)
        let known = keys.isEmpty ? "nothing is mocked" : "mocked are " + keys.map { "'\($0)'" }.joined(separator: ", ")
        return MockFault(
            .unanswered, "Nothing answers \(MockCall(request, key: request.state.name)); \(known).", state: request.state.name)
    }

    // MARK: What was not used

    /// Mocks that nothing asked for, and answers that were never due.
    func unused() -> [MockFault] { rules.indices.filter { !rules[$0].isShared }.flatMap(unused(of:)) }

    private func unused(of place: Int) -> [MockFault] {
        let rule = rules[place]
        guard uses[place].contains(where: { $0 > 0 }) else {
            return [MockFault(.unused, "The mock '\(rule.key)' was never asked.", place: rule.place)]
        }
        // Mock files of Step Functions Local often have answers to spare.
        guard !rule.isExact else { return [] }
        return rule.answers.indices.compactMap { index in
            let answer = rule.answers[index]
            let given = uses[place][index]
            // The last plain answer repeats, so any number of requests will do; but one that was listed must have been due.
            let wanted = answer.limit ?? 1
            guard given < wanted else { return nil }
            let which = rule.answers.count == 1 ? "The answer" : "Answer \(index + 1)"
            let count = given == 0 ? "never" : "\(Self.count(given, "time")) of \(wanted)"
            return MockFault(
                .unused, "\(which) of the mock '\(rule.key)' was given \(count).", place: answer.place ?? rule.place)
        }
    }

    /// The keys of shared mocks that were used.
    var usedSharedKeys: Set<String> {
        Set(rules.indices.filter { rules[$0].isShared && uses[$0].contains { $0 > 0 } }.map { rules[$0].key })
    }

    /// Mocks whose key is neither a Task state of the plan nor matches a resource of it.
    func unknown(in plan: Plan) -> [MockFault] {
        rules.compactMap { rule in
            guard !plan.knows(mock: rule.key) else { return nil }
            let advice =
                Nearest.name(to: rule.key, among: plan.taskNames).map { "; did you mean '\($0)'?" }
                ?? "; its Task states are \(plan.taskNames.map { "'\($0)'" }.joined(separator: ", "))."
            return MockFault(
                .unknown, "The definition has no Task state '\(rule.key)' and no resource of that name\(advice)", place: rule.place)
        }
    }

    private static func count(_ number: Int, _ noun: String) -> String { number == 1 ? "1 \(noun)" : "\(number) \(noun)s" }
}
