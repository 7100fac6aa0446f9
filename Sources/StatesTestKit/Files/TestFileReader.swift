import StatesJSON
import StatesLanguage
import StatesRuntime
import StatesText

/// Reads a test file and what it refers to; goes on after an error, so that all are told.
struct TestFileReader {
    let path: String
    let surroundings: TestSurroundings
    var problems = NodeReader()

    init(path: String, surroundings: TestSurroundings) {
        self.path = path
        self.surroundings = surroundings
    }

    /// What a file comes to.
    struct Draft {
        var machine: StateMachine
        var cases: [TestCase] = []
        var sharedRules: [MockRule] = []
    }

    /// What cases inherit from their file.
    private struct Defaults {
        var input: JSONValue = .emptyObject
        var validation = ResultValidation.strict
        var startTime = ManualTime.defaultStart
        var mockFile: MockFile?
        var mockFilePlace = SourceRange(0, 0)
        var machineName = ""
    }

    private static let keys = [
        "definition", "type", "substitutions", "machineName", "input", "inputFile", "mocks", "mockFile", "validate", "clock",
        "cases",
    ]

    mutating func read(_ node: JSONNode) -> Draft? {
        let members = problems.members(of: node, what: "a test file")
        guard case .object = node.content else { return nil }
        problems.refuse(members, except: Self.keys, in: "a test file")
        guard let machine = machine(node) else { return nil }
        var defaults = Defaults()
        defaults.machineName = node["machineName"].flatMap { problems.text($0, what: "'machineName'") } ?? machine.name
        if let input = input(node) { defaults.input = input }
        if let mode = node["validate"] { defaults.validation = validation(mode) }
        if let clock = node["clock"] { defaults.startTime = time(clock) }
        if let file = node["mockFile"] {
            defaults.mockFile = mockFile(file)
            defaults.mockFilePlace = file.range
        }
        var draft = Draft(machine: machine)
        if let mocks = node["mocks"] { draft.sharedRules = rules(mocks, machine.plan, isShared: true) }
        draft.cases = cases(node, defaults, machine)
        addCasesOfMockFile(defaults, machine, to: &draft)
        checkNames(of: draft.cases)
        return draft
    }

    // MARK: The definition

    private mutating func machine(_ node: JSONNode) -> StateMachine? {
        guard let definition = definitionPath(node) else { return nil }
        let type: MachineType =
            node["type"].flatMap { problems.text($0, what: "'type'") }.map { $0.lowercased() == "express" } == true
            ? .express : .standard
        var values: [String: JSONValue] = [:]
        if let substitutions = node["substitutions"] {
            for member in problems.members(of: substitutions, what: "'substitutions'") { values[member.name] = member.value.value }
        }
        do {
            let (tree, source) = try surroundings.node(definition)
            let check = DefinitionCheck(node: tree, source: source, type: type, substitutions: values)
            return try StateMachine(check, name: Self.machineName(of: definition))
        } catch {
            problems.report("the definition \(definition) cannot be tested: \(error)", at: node["definition"] ?? node)
            return nil
        }
    }

    private mutating func definitionPath(_ node: JSONNode) -> String? {
        if let given = node["definition"] {
            return problems.text(given, what: "'definition'").map { TestPath.resolve($0, beside: path) }
        }
        let name = TestPath.machineName(ofTestFile: path) ?? ""
        let candidates = [".asl.json", ".asl.yaml", ".asl.yml"].map { TestPath.folder(of: path) + name + $0 }
        if let found = candidates.first(where: surroundings.exists) { return found }
        problems.report(
            "there is no \(name).asl.json or \(name).asl.yaml beside this file; name the definition with 'definition'", at: node)
        return nil
    }

    private static func machineName(of path: String) -> String {
        let name = String(path[path.index(path.startIndex, offsetBy: TestPath.folder(of: path).count)...])
        let ending = [".asl.json", ".asl.yaml", ".asl.yml", ".json", ".yaml", ".yml"].first { name.hasSuffix($0) } ?? ""
        return String(name.dropLast(ending.count))
    }

    // MARK: Parts that files and cases share

    private mutating func input(_ node: JSONNode) -> JSONValue? {
        if let given = node["input"] { return given.value }
        guard let file = node["inputFile"], let name = problems.text(file, what: "'inputFile'") else { return nil }
        do {
            return try surroundings.node(TestPath.resolve(name, beside: path)).node.value
        } catch {
            problems.report("\(error)", at: file)
            return nil
        }
    }

    private mutating func validation(_ node: JSONNode) -> ResultValidation {
        if let text = problems.text(node, what: "'validate'") {
            if let mode = ResultValidation(rawValue: text) { return mode }
            problems.report("'validate' is one of STRICT, PRESENT and NONE", at: node)
        }
        return .strict
    }

    private mutating func time(_ node: JSONNode) -> Int64 {
        if let text = problems.text(node, what: "'clock'") {
            if let time = Timestamp(rfc3339: text) { return time.milliseconds }
            problems.report("'clock' is a time such as 2026-01-01T00:00:00Z", at: node)
        }
        return ManualTime.defaultStart
    }

    private mutating func mockFile(_ node: JSONNode) -> MockFile? {
        guard let name = problems.text(node, what: "'mockFile'") else { return nil }
        do {
            let (tree, source) = try surroundings.node(TestPath.resolve(name, beside: path))
            do throws(FileProblems) {
                return try MockFile(node: tree)
            } catch {
                for problem in error.problems {
                    problems.report(SourceExcerpt.line(problem.message, problem.range, source), at: node)
                }
            }
        } catch {
            problems.report("\(error)", at: node)
        }
        return nil
    }

    private mutating func rules(_ node: JSONNode, _ plan: Plan, isShared: Bool) -> [MockRule] {
        let rules = problems.members(of: node, what: "'mocks'").map { member in
            MockRule(
                key: member.name, answers: MockAnswer.list(member.value, &problems), place: member.nameRange, isShared: isShared)
        }
        for fault in MockBook(rules).unknown(in: plan) { problems.report(fault.description, at: fault.place ?? node.range) }
        return rules
    }

    // MARK: Cases

    private mutating func cases(_ node: JSONNode, _ defaults: Defaults, _ machine: StateMachine) -> [TestCase] {
        guard let list = node["cases"] else {
            if node["mockFile"] == nil { problems.report("a test file has a member 'cases'", at: node) }
            return []
        }
        guard case .array(let nodes) = list.content else {
            problems.report("'cases' must be a list, not \(NodeReader.kind(of: list))", at: list)
            return []
        }
        var names: Set<String> = []
        return nodes.compactMap { entry in
            guard let found = self.testCase(entry, defaults, machine) else { return nil }
            if !names.insert(found.name).inserted { problems.report("there are two cases '\(found.name)'", at: entry) }
            return found
        }
    }

    private static let caseKeys = [
        "name", "skip", "input", "inputFile", "mocks", "testCase", "validate", "clock", "steps", "expect", "state", "mock",
        "variables",
        "context", "level", "retryCount",
    ]

    private mutating func testCase(_ node: JSONNode, _ defaults: Defaults, _ machine: StateMachine) -> TestCase? {
        let members = problems.members(of: node, what: "a case")
        problems.refuse(members, except: Self.caseKeys, in: "a case")
        guard let name = node["name"] else {
            if case .object = node.content { problems.report("a case has a member 'name'", at: node) }
            return nil
        }
        guard let text = problems.text(name, what: "'name'") else { return nil }
        var found = TestCase(name: text, place: name.range)
        found.skip = node["skip"].flatMap { problems.text($0, what: "'skip'") }
        found.input = input(node) ?? defaults.input
        found.validation = node["validate"].map { validation($0) } ?? defaults.validation
        found.startTime = node["clock"].map { time($0) } ?? defaults.startTime
        if let mocks = node["mocks"] { found.rules = rules(mocks, machine.plan, isShared: false) }
        if let testCase = node["testCase"] { take(testCase, defaults, &found) }
        if let steps = node["steps"] { found.steps = self.steps(steps) }
        if let expect = node["expect"] { found.expectation = Expectation(expect, &problems) }
        readState(node, machine, into: &found)
        checkStates(of: found, machine.plan)
        return found
    }

    private mutating func take(_ node: JSONNode, _ defaults: Defaults, _ found: inout TestCase) {
        guard let name = problems.text(node, what: "'testCase'") else { return }
        found.testCase = name
        guard let file = defaults.mockFile else {
            return problems.report("'testCase' is a test case of the file's 'mockFile', which it does not name", at: node)
        }
        do throws(RuntimeError) {
            found.rules += try MockRule.rules(of: file, machine: defaults.machineName, testCase: name)
        } catch {
            problems.report("\(error)", at: node)
        }
    }

    /// The test cases of the mock file that no case of this file refers to become cases: each must be answered to its end.
    private mutating func addCasesOfMockFile(_ defaults: Defaults, _ machine: StateMachine, to draft: inout Draft) {
        guard let file = defaults.mockFile else { return }
        let known = Set(draft.cases.compactMap(\.testCase))
        for name in file.testCases(of: defaults.machineName) {
            for problem in file.unusedStates(machine: defaults.machineName, testCase: name, plan: machine.plan) {
                problems.report("test case '\(name)': \(problem.message)", at: defaults.mockFilePlace)
            }
            guard !known.contains(name) else { continue }
            var found = TestCase(name: name, place: defaults.mockFilePlace)
            found.testCase = name
            found.input = defaults.input
            // Step Functions Local does not look at what mocks answer.
            found.validation = .none
            found.startTime = defaults.startTime
            found.rules = (try? MockRule.rules(of: file, machine: defaults.machineName, testCase: name)) ?? []
            draft.cases.append(found)
        }
    }

    private mutating func checkNames(of cases: [TestCase]) {
        var names: Set<String> = []
        for found in cases where !names.insert(found.name).inserted && found.testCase == found.name {
            problems.report("a case and a test case of the mock file are both called '\(found.name)'", at: found.place)
        }
    }

    /// A misspelt state would let `notVisited` pass.
    private mutating func checkStates(of found: TestCase, _ plan: Plan) {
        let known = plan.states.map(\.name)
        var named = found.expectation.namedStates + found.steps.flatMap { $0.expectation?.namedStates ?? [] }
        named += found.steps.compactMap(\.state)
        if let state = found.state { named.append(state.name) }
        for name in named where !known.contains(name.value) {
            let advice = Nearest.name(to: name.value, among: known).map { "; did you mean '\($0)'?" } ?? ""
            problems.report("the definition has no state '\(name.value)'\(advice)", at: name.place)
        }
    }
}
