public import StatesJSON
public import StatesLanguage

/// A mock file of AWS Step Functions Local (integrations.md section 6).
///
/// ```json
/// { "StateMachines": { "order": { "TestCases": { "declined": { "Charge": "ChargeDeclined" } } } },
///   "MockedResponses": { "ChargeDeclined": { "0-1": { "Throw": { "Error": "Timeout", "Cause": "" } },
///                                            "2": { "Throw": { "Error": "Card.Declined", "Cause": "limit" } } } } }
/// ```
///
/// Numbers count a state's requests in one execution from 0: retries, loops and Map iterations count. A request past the last
/// number fails the execution. A mocked callback needs no token to be sent: the mock is the callback's result.
public struct MockFile: Sendable {
    private var machines: [String: [String: TestCase]] = [:]
    private var machineOrder: [String] = []

    private struct TestCase: Sendable {
        var mocks = Mocks()
        var states: [(name: String, range: SourceRange)] = []
    }

    /// Reads a file that was parsed from JSON (or YAML).
    ///
    /// - Throws: Everything that is wrong in it, with places.
    public init(node: JSONNode) throws(FileProblems) {
        var reader = NodeReader()
        let members = reader.members(of: node, what: "a mock file")
        // One sentence of AWS's documentation calls it MockedResponse; the program reads MockedResponses.
        reader.refuse(members, except: ["StateMachines", "MockedResponses", "MockedResponse"], in: "a mock file")
        var scripts: [String: AnswerScript] = [:]
        for member in members where member.name == "MockedResponses" || member.name == "MockedResponse" {
            for response in reader.members(of: member.value, what: "'\(member.name)'") {
                scripts[response.name] = Self.script(response, &reader)
            }
        }
        let known = Set(members.filter { $0.name.hasPrefix("MockedResponse") }.flatMap { Self.names(in: $0.value) })
        for member in members where member.name == "StateMachines" {
            for machine in reader.members(of: member.value, what: "'StateMachines'") {
                machineOrder.append(machine.name)
                machines[machine.name] = Self.testCases(of: machine, scripts, known: known, &reader)
            }
        }
        try reader.finish()
    }

    /// The names of the state machines in the order of the file.
    public var machineNames: [String] { machineOrder }

    /// The names of a state machine's test cases, sorted.
    public func testCases(of machine: String) -> [String] { machines[machine].map { $0.keys.sorted() } ?? [] }

    /// The mocks of a test case.
    ///
    /// - Throws: `RuntimeError.noTestCase`, which names what there is instead.
    public func mocks(machine: String, testCase: String) throws(RuntimeError) -> Mocks {
        guard let cases = machines[machine] else {
            throw .noTestCase(
                "The mock file has no state machine '\(machine)'; it has \(machineOrder.map { "'\($0)'" }.joined(separator: ", "))."
            )
        }
        guard let found = cases[testCase] else {
            let known = cases.keys.sorted().map { "'\($0)'" }.joined(separator: ", ")
            throw .noTestCase("The mock file has no test case '\(testCase)' for '\(machine)'; it has \(known).")
        }
        return found.mocks
    }

    /// States of a test case that the definition does not have, or that are no Task states, with their places in the file.
    public func unusedStates(machine: String, testCase: String, plan: Plan) -> [FileProblem] {
        guard let found = machines[machine]?[testCase] else { return [] }
        let unused = Set(found.mocks.unusedStates(in: plan))
        return found.states.filter { unused.contains($0.name) }.map {
            FileProblem("the state machine has no Task state '\($0.name)', so this mock would never be used", range: $0.range)
        }
    }

    private static func names(in node: JSONNode) -> [String] {
        if case .object(let members) = node.content { members.map(\.name) } else { [] }
    }

    private static func testCases(
        of machine: JSONNode.Member, _ scripts: [String: AnswerScript], known: Set<String>, _ reader: inout NodeReader
    ) -> [String: TestCase] {
        let members = reader.members(of: machine.value, what: "the state machine '\(machine.name)'")
        reader.refuse(members, except: ["TestCases"], in: "a state machine")
        var cases: [String: TestCase] = [:]
        for member in members where member.name == "TestCases" {
            for testCase in reader.members(of: member.value, what: "'TestCases'") {
                cases[testCase.name] = states(of: testCase, scripts, known: known, &reader)
            }
        }
        return cases
    }

    private static func states(
        of testCase: JSONNode.Member, _ scripts: [String: AnswerScript], known: Set<String>, _ reader: inout NodeReader
    ) -> TestCase {
        var result = TestCase()
        for state in reader.members(of: testCase.value, what: "the test case '\(testCase.name)'") {
            guard let name = reader.text(state.value, what: "a mocked state's response") else { continue }
            if let script = scripts[name] {
                result.mocks.mock(state: state.name, script)
                result.states.append((state.name, state.nameRange))
            } else if !known.contains(name) {
                reader.report("there is no mocked response '\(name)'", at: state.value)
            }
        }
        return result
    }

    // MARK: Responses

    private static func script(_ response: JSONNode.Member, _ reader: inout NodeReader) -> AnswerScript? {
        let members = reader.members(of: response.value, what: "the mocked response '\(response.name)'")
        if members.isEmpty, case .object = response.value.content {
            reader.report("the mocked response '\(response.name)' has at least the member \"0\"", at: response.value)
        }
        var ranges: [(from: Int, through: Int, answer: Answer, place: SourceRange)] = []
        for member in members {
            let numbers = range(member.name)
            if numbers == nil {
                reader.report(
                    "'\(member.name)' is neither a number such as \"0\" nor a range such as \"1-3\"", at: member.nameRange)
            }
            if let answer = answer(member.value, &reader), let numbers {
                ranges.append((numbers.lowerBound, numbers.upperBound, answer, member.nameRange))
            }
        }
        guard ranges.count == members.count else { return nil }
        ranges.sort { $0.from < $1.from }
        var expected = 0
        for range in ranges {
            if range.from != expected {
                reader.report(
                    "the numbers must follow each other from 0 on without gap or overlap: \(expected) is next", at: range.place)
                return nil
            }
            expected = range.through + 1
        }
        return AnswerScript(ranges: ranges.map { ($0.through, $0.answer) }, name: response.name)
    }

    private static func range(_ text: String) -> ClosedRange<Int>? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part in
            part.utf8.count <= 9 && part.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int(part) : nil
        }
        guard numbers.count == parts.count, (1...2).contains(numbers.count), numbers[0] <= numbers[numbers.count - 1] else {
            return nil
        }
        return numbers[0]...numbers[numbers.count - 1]
    }

    private static func answer(_ node: JSONNode, _ reader: inout NodeReader) -> Answer? {
        let members = reader.members(of: node, what: "an answer")
        reader.refuse(members, except: ["Return", "Throw"], in: "an answer")
        let known = members.filter { $0.name == "Return" || $0.name == "Throw" }
        guard known.count == 1, let member = known.first else {
            if case .object = node.content { reader.report("an answer has exactly one of 'Return' and 'Throw'", at: node) }
            return nil
        }
        return member.name == "Return" ? .returns(member.value.value) : failure(member.value, &reader)
    }

    private static func failure(_ node: JSONNode, _ reader: inout NodeReader) -> Answer? {
        let members = reader.members(of: node, what: "'Throw'")
        reader.refuse(members, except: ["Error", "Cause"], in: "'Throw'")
        var texts: [String: String] = [:]
        for name in ["Error", "Cause"] {
            if let member = members.first(where: { $0.name == name }) {
                texts[name] = reader.text(member.value, what: "'\(name)'")
            } else if case .object = node.content {
                reader.report("'Throw' has a member '\(name)'", at: node)
            }
        }
        guard let error = texts["Error"], let cause = texts["Cause"] else { return nil }
        return .throws(error: error, cause: cause)
    }
}
