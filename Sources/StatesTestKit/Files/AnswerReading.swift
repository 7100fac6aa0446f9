import StatesJSON
import StatesRuntime

// Answers as test files write them: the grammar of functions files, and what a test wants besides.
//
//   return: VALUE | throw: { error, cause } | never: true      what is answered
//   after: 1h                                                   when
//   times: 3                                                    to how many requests
//   when: { attempt: 2, call: 1-3, iteration: 0, input: {…} }   to which
//   heartbeat: 30m | { every: 30m, for: 5h }                    signs of life until then

extension MockAnswer {
    private static let keys = ["return", "throw", "never", "after", "times", "when", "heartbeat"]

    /// One answer, a list of them, or the word `never`.
    static func list(_ node: JSONNode, _ reader: inout NodeReader) -> [MockAnswer] {
        guard case .array(let nodes) = node.content else { return answer(node, &reader).map { [$0] } ?? [] }
        if nodes.isEmpty { reader.report("a list of answers has at least one", at: node) }
        return nodes.compactMap { answer($0, &reader) }
    }

    static func answer(_ node: JSONNode, _ reader: inout NodeReader) -> MockAnswer? {
        if case .string("never") = node.content { return placed(.never, node) }
        let before = reader.problems.count
        let members = reader.members(of: node, what: "an answer")
        guard reader.problems.count == before else { return nil }
        reader.refuse(members, except: keys, in: "an answer")
        var outcomes: [MockAnswer] = []
        for member in members {
            switch member.name {
            case "return": outcomes.append(.returns(member.value.value))
            case "throw": if let failure = failure(member.value, &reader) { outcomes.append(failure) }
            case "never": if isTrue(member.value, "'never'", &reader) { outcomes.append(.never) }
            default: break
            }
        }
        if reader.problems.count == before, outcomes.count != 1 {
            reader.report("an answer has one of 'return', 'throw' and 'never'", at: node)
        }
        guard var answer = outcomes.first else { return nil }
        for member in members { answer.take(member, &reader) }
        return reader.problems.count == before ? placed(answer, node) : nil
    }

    private static func placed(_ answer: MockAnswer, _ node: JSONNode) -> MockAnswer {
        var answer = answer
        answer.place = node.range
        return answer
    }

    /// The parts of an answer that are not what it answers.
    private mutating func take(_ member: JSONNode.Member, _ reader: inout NodeReader) {
        switch member.name {
        case "after": delay = reader.duration(member.value, what: "'after'")?.wholeMilliseconds ?? 0
        case "times": limit = reader.count(member.value, what: "'times'")
        case "when": condition = MockCondition(member.value, &reader)
        case "heartbeat": pulse = Pulse(member.value, &reader)
        default: break
        }
    }

    static func failure(_ node: JSONNode, _ reader: inout NodeReader) -> MockAnswer? {
        if case .string(let error) = node.content { return .throws(error) }
        let members = reader.members(of: node, what: "'throw'")
        reader.refuse(members, except: ["error", "cause"], in: "'throw'")
        var texts: [String: String] = [:]
        for member in members where ["error", "cause"].contains(member.name) {
            texts[member.name] = reader.text(member.value, what: "'\(member.name)'")
        }
        if case .object = node.content, !members.contains(where: { $0.name == "error" }) {
            reader.report("'throw' has a member 'error'", at: node)
        }
        return texts["error"].map { .throws($0, cause: texts["cause"] ?? "") }
    }

    private static func isTrue(_ node: JSONNode, _ what: String, _ reader: inout NodeReader) -> Bool {
        if case .bool(true) = node.content { return true }
        reader.report("\(what) is either true or not there", at: node)
        return false
    }
}

extension MockAnswer.Pulse {
    init?(_ node: JSONNode, _ reader: inout NodeReader) {
        guard case .object(let members) = node.content else {
            guard let every = reader.duration(node, what: "'heartbeat'")?.wholeMilliseconds, every > 0 else { return nil }
            self.init(every: every, through: nil)
            return
        }
        reader.refuse(members, except: ["every", "for"], in: "'heartbeat'")
        var times: [String: Int64] = [:]
        for member in members where ["every", "for"].contains(member.name) {
            times[member.name] = reader.duration(member.value, what: "'\(member.name)'")?.wholeMilliseconds
        }
        guard let every = times["every"], every > 0 else {
            reader.report("'heartbeat' has a member 'every', a duration", at: node)
            return nil
        }
        self.init(every: every, through: times["for"])
    }
}

extension MockCondition {
    init(_ node: JSONNode, _ reader: inout NodeReader) {
        let members = reader.members(of: node, what: "'when'")
        reader.refuse(members, except: ["attempt", "call", "iteration", "input"], in: "'when'")
        for member in members {
            switch member.name {
            case "attempt": attempts = reader.range(member.value, what: "'attempt'")
            case "call": calls = reader.range(member.value, what: "'call'")
            case "iteration": iteration = reader.count(member.value, what: "'iteration'", from: 0)
            case "input": input = member.value.value
            default: break
            }
        }
    }
}

extension NodeReader {
    /// A whole number.
    mutating func count(_ node: JSONNode, what: String, from least: Int64 = 1) -> Int? {
        if case .number(let number) = node.content, let count = number.exactInteger, (least...1_000_000_000).contains(count) {
            return Int(count)
        }
        report("\(what) must be a whole number from \(least) up", at: node)
        return nil
    }

    /// A number from 1 up, or a range such as `2-4`.
    mutating func range(_ node: JSONNode, what: String) -> ClosedRange<Int>? {
        if case .string(let text) = node.content {
            let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            if parts.count == 2, let low = parts[0], let high = parts[1], 1 <= low, low <= high { return low...high }
        } else if case .number(let number) = node.content, let count = number.exactInteger, (1...1_000_000_000).contains(count) {
            return Int(count)...Int(count)
        }
        report("\(what) must be a whole number from 1 up, or a range such as 2-4", at: node)
        return nil
    }

    /// Texts with their places: a list, or one alone.
    mutating func names(_ node: JSONNode, what: String) -> [Expectation.Placed<String>] {
        guard case .array(let nodes) = node.content else {
            return text(node, what: what).map { [Expectation.Placed(value: $0, place: node.range)] } ?? []
        }
        return nodes.compactMap { element in
            text(element, what: "an element of \(what)").map { Expectation.Placed(value: $0, place: element.range) }
        }
    }

    /// Durations: a list, or one alone.
    mutating func durations(_ node: JSONNode, what: String) -> [Int64] {
        guard case .array(let nodes) = node.content else { return duration(node, what: what).map { [$0.wholeMilliseconds] } ?? [] }
        return nodes.compactMap { duration($0, what: "an element of \(what)")?.wholeMilliseconds }
    }
}
