import StatesJSON
import StatesLanguage
import StatesRuntime

/// Where the performers of tasks come from: a functions file, and a case of a mock file.
struct TaskSources {
    /// The functions file, if there is one.
    private(set) var functions: FunctionsFile?
    /// Its path.
    private(set) var functionsPath: String?
    /// The mocks of the chosen case, if one was chosen.
    private(set) var mocks: Mocks?
    /// The mock file and the case as messages call them: `mocks.json#declined`.
    private(set) var mocksName: String?
    /// The mock file's path, if mocks were chosen.
    private(set) var mocksPath: String?
    /// The case that was chosen.
    private(set) var testCase: String?
    /// The name under which the mock file knows the state machine.
    private(set) var mockedMachine: String?
    /// What somebody should know, such as a mock file that is not used.
    private(set) var note: String?

    private var mockFile: (file: MockFile, source: SourceText)?

    /// What the options name, and what the project's folder has.
    struct Choice: Equatable {
        var functions: String?
        var mocks: String?
        var testCase: String?
        var machineName: String?
    }

    init(_ choice: Choice, project: Project?) throws {
        if let path = choice.functions.map({ project?.resolve($0) ?? $0 }) ?? project?.functions { try read(functions: path) }
        try read(choice, project)
    }

    private mutating func read(functions path: String) throws {
        let (node, source) = try NodeFile.read(path)
        let folder =
            path.contains("/")
            ? path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/") : "."
        do throws(FileProblems) {
            functions = try FunctionsFile(node: node, directory: folder.isEmpty ? "/" : folder)
        } catch {
            throw Self.complaint(error, source)
        }
        functionsPath = path
    }

    private mutating func read(_ choice: Choice, _ project: Project?) throws {
        let (given, ownCase) = Self.split(choice.mocks)
        guard let path = given.map({ project?.resolve($0) ?? $0 }) ?? project?.mocks else {
            if let testCase = choice.testCase { throw Complaint.cannotAsk("--test-case \(testCase): there is no mock file") }
            return
        }
        let (node, source) = try NodeFile.read(path)
        let file: MockFile
        do throws(FileProblems) { file = try MockFile(node: node) } catch { throw Self.complaint(error, source) }
        let machine = try Self.machine(in: file, choice, project, path)
        let cases = machine.map { file.testCases(of: $0) } ?? []
        let testCase = choice.testCase ?? ownCase ?? (given != nil && cases.count == 1 ? cases.first : nil)
        guard let machine, let testCase else {
            let label = project?.shortName(of: path) ?? path
            let names = cases.map(DisplayText.visible).joined(separator: ", ")
            if given != nil { throw Complaint.cannotAsk("\(TextFile.label(path)): choose a test case with --test-case: \(names)") }
            // With a functions file it is plain who performs tasks; without one, somebody may expect the mocks to.
            if functions == nil, !cases.isEmpty { note = "\(label) is not used; its cases are chosen with --test-case: \(names)" }
            return
        }
        mocks = try file.mocks(machine: machine, testCase: testCase)
        mocksName = "\(project?.shortName(of: path) ?? path)#\(testCase)"
        mockFile = (file, source)
        (mocksPath, self.testCase, mockedMachine) = (path, testCase, machine)
    }

    /// The name under which the mock file knows the machine: the one that was given, the definition's, or the only one there is.
    private static func machine(in file: MockFile, _ choice: Choice, _ project: Project?, _ path: String) throws(Complaint)
        -> String?
    {
        let names = file.machineNames
        if let given = choice.machineName { return given }
        if let own = project?.machineName, names.contains(own) { return own }
        if names.count == 1 { return names[0] }
        guard choice.mocks != nil || choice.testCase != nil else { return nil }
        throw .cannotAsk(
            "\(TextFile.label(path)): choose a state machine with --machine-name: "
                + names.map(DisplayText.visible).joined(separator: ", "))
    }

    /// `FILE#CASE`, taken apart.
    private static func split(_ argument: String?) -> (path: String?, testCase: String?) {
        guard let argument, let hash = argument.lastIndex(of: "#") else { return (argument, nil) }
        return (String(argument[..<hash]), String(argument[argument.index(after: hash)...]))
    }

    /// Refuses mocks of states that the definition does not have: they would silently not be used.
    func check(against plan: Plan) throws(Complaint) {
        guard let mockFile, let mockedMachine, let testCase else { return }
        let unused = mockFile.file.unusedStates(machine: mockedMachine, testCase: testCase, plan: plan)
        guard unused.isEmpty else { throw Self.complaint(FileProblems(unused), mockFile.source) }
    }

    /// All problems of a file, each with its place.
    private static func complaint(_ problems: FileProblems, _ source: SourceText) -> Complaint {
        .cannotAsk(
            problems.problems.map { PlacedMessage($0.message, at: $0.range.lowerBound, in: source).text }.joined(separator: "\n"))
    }
}
