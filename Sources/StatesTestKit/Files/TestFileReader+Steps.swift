import StatesJSON
import StatesLanguage
import StatesRuntime

extension TestFileReader {
    // MARK: Steps in time

    private static let stepKeys = ["advance", "answer", "return", "throw", "heartbeat", "stop", "expect"]

    mutating func steps(_ node: JSONNode) -> [TestCase.Step] {
        guard case .array(let nodes) = node.content else {
            problems.report("'steps' must be a list, not \(NodeReader.kind(of: node))", at: node)
            return []
        }
        return nodes.compactMap { step($0) }
    }

    private mutating func step(_ node: JSONNode) -> TestCase.Step? {
        let members = problems.members(of: node, what: "a step")
        problems.refuse(members, except: Self.stepKeys, in: "a step")
        let actions = members.filter { ["advance", "answer", "heartbeat", "stop"].contains($0.name) }
        if actions.count > 1 {
            problems.report("a step does one thing: 'advance', 'answer', 'heartbeat' or 'stop'", at: actions[1].nameRange)
        }
        var step = TestCase.Step(action: .look, place: node.range)
        if let member = actions.first, let action = action(member, of: node) { step.action = action }
        step.expectation = node["expect"].map { Expectation($0, &problems) }
        return step
    }

    private mutating func action(_ member: JSONNode.Member, of node: JSONNode) -> TestCase.Step.Action? {
        switch member.name {
        case "advance": return problems.duration(member.value, what: "'advance'").map { .advance($0) }
        case "heartbeat": return stateName(member).map { .heartbeat($0) }
        case "stop": return stop(member.value)
        default: break
        }
        guard let state = stateName(member) else { return nil }
        switch (node["return"], node["throw"]) {
        case (let output?, nil): return .answer(state, output.value)
        case (nil, let failure?):
            guard case .fails(let error, let cause) = MockAnswer.failure(failure, &problems)?.outcome else { return nil }
            return .fail(state, error: error, cause: cause)
        default:
            problems.report("'answer' needs one of 'return' and 'throw'", at: node)
            return nil
        }
    }

    private mutating func stateName(_ member: JSONNode.Member) -> Expectation.Placed<String>? {
        problems.text(member.value, what: "'\(member.name)'").map { Expectation.Placed(value: $0, place: member.value.range) }
    }

    private mutating func stop(_ node: JSONNode) -> TestCase.Step.Action {
        if case .bool(true) = node.content { return .stop(error: nil, cause: nil) }
        let members = problems.members(of: node, what: "'stop'")
        problems.refuse(members, except: ["error", "cause"], in: "'stop'")
        return .stop(
            error: node["error"].flatMap { problems.text($0, what: "'error'") },
            cause: node["cause"].flatMap { problems.text($0, what: "'cause'") })
    }

    // MARK: One state alone

    private static let stateKeys = ["mock", "variables", "context", "level", "retryCount"]

    mutating func readState(_ node: JSONNode, _ machine: StateMachine, into found: inout TestCase) {
        guard let state = node["state"], let name = problems.text(state, what: "'state'") else {
            for key in Self.stateKeys {
                if let foreign = node[key] { problems.report("'\(key)' belongs to a case about one 'state'", at: foreign) }
            }
            return
        }
        for key in ["mocks", "steps", "testCase"] {
            if let foreign = node[key] {
                problems.report("a case about one 'state' has no '\(key)'; its answer is 'mock'", at: foreign)
            }
        }
        var request = StateInspection.Request()
        request.input = found.input
        request.validation = found.validation
        request.mock = node["mock"].flatMap { MockAnswer.answer($0, &problems) }
        request.variables = object(node, "variables")
        request.context = object(node, "context")
        if let count = node["retryCount"] { request.retryCount = problems.count(count, what: "'retryCount'", from: 0) ?? 0 }
        if let level = node["level"], let text = problems.text(level, what: "'level'") {
            if let known = StateInspection.Level(rawValue: text) {
                request.level = known
            } else {
                problems.report("'level' is one of INFO, DEBUG and TRACE", at: level)
            }
        }
        found.state = TestCase.StateTest(name: Expectation.Placed(value: name, place: state.range), request: request)
    }

    private mutating func object(_ node: JSONNode, _ key: String) -> JSONObject {
        guard let member = node[key] else { return JSONObject() }
        return JSONObject(problems.members(of: member, what: "'\(key)'").map { ($0.name, $0.value.value) })
    }
}
