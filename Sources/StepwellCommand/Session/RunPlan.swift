import StatesJSON
import StatesKernel
import StatesLanguage
import StatesRuntime
import Synchronization

/// A run with everything read and checked, before anything is opened or started.
struct RunPlan {
    /// What somebody typed.
    struct Wish {
        var definition: String
        var input: String?
        var name: String?
        var clock: ClockChoice
        var seed: UInt64?
        var duplicates: Double
        var type: MachineType
        var substitutions: [String: JSONValue]
        var sources: TaskSources.Choice
        var data: String
        var output: SessionOutput
    }

    private let wish: Wish
    private let project: Project
    private let machine: StateMachine
    private let input: GivenInput
    private let sources: TaskSources
    private let launch: Launch

    init(_ wish: Wish) throws {
        self.wish = wish
        project = try Project(wish.definition)
        let file = try DefinitionFile(path: project.definition)
        let check = file.check(type: wish.type, substitutions: wish.substitutions)
        guard check.isValid else {
            throw Complaint.cannotAsk(
                DiagnosticReport(diagnostics: check.diagnostics.filter { $0.severity == .error }, source: check.source)
                    .text(colour: wish.output.ink.isColoured))
        }
        machine = try StateMachine(check, name: Self.machineName(wish, project))
        input = try Self.input(wish, project)
        sources = try TaskSources(wish.sources, project: project)
        try sources.check(against: machine.plan)
        launch = Launch(
            definition: project.definition == "-" ? nil : FilePath.absolute(project.definition),
            fingerprint: Launch.fingerprint(of: file.bytes), functions: sources.functionsPath.map(FilePath.absolute),
            mocks: sources.mocksPath.map(FilePath.absolute), testCase: sources.testCase, machineName: sources.mockedMachine,
            clock: wish.clock.text)
    }

    private static func machineName(_ wish: Wish, _ project: Project) throws(Complaint) -> String {
        guard let name = wish.sources.machineName else { return project.machineName }
        if let problem = MachineName.problem(with: name) {
            throw .cannotAsk("--machine-name: \(DisplayText.visible(problem.message))")
        }
        return name
    }

    private static func input(_ wish: Wish, _ project: Project) throws(Complaint) -> GivenInput {
        if let given = wish.input { return try GivenInput(given, in: project) }
        return try GivenInput(project.defaultInput.map { "@" + $0 } ?? "{}", in: nil)
    }

    /// `order-7 · order-saga · Standard · functions.yaml · .stepwell`.
    private func header(of start: ExecutionStart) -> String {
        var parts = [start.name, start.machineName, start.isExpress ? "Express" : "Standard"]
        if wish.input == nil, let found = project.defaultInput { parts.append(project.shortName(of: found)) }
        if let path = sources.functionsPath { parts.append(project.shortName(of: path)) }
        if let name = sources.mocksName { parts.append(name) }
        if wish.clock != .real { parts.append("\(wish.clock.text) clock") }
        parts.append(start.isExpress ? "in memory" : wish.data)
        return parts.map(DisplayText.visible).joined(separator: " · ")
    }

    // MARK: Performing

    /// Runs it to its end.
    ///
    /// - Throws: `Complaint` without a message if the execution did not succeed, because everything was said.
    func perform() async throws {
        let isExpress = machine.type == .express
        let plan = machine.plan
        let words = TypedCommands(data: wish.data)
        let interrupted = interruptedNamesake()
        let reporter = ProgressReporter(
            style: ProgressReporter.Style(
                ink: wish.output.ink, isLive: wish.output.isLive, showsNames: false, isQuiet: wish.output.isQuiet),
            header: { [self] start in header(of: start) },
            board: { start in
                if let interrupted, interrupted.start.number == start.number {
                    return ProgressBoard(resuming: interrupted, words: words)
                }
                return ProgressBoard(plan: plan, name: start.name, words: words)
            })
        let session = try Session(
            Session.Settings(
                data: isExpress ? nil : wish.data, clock: wish.clock.clock, seed: wish.seed, functions: sources.functions,
                mocks: sources.mocks, duplicates: wish.duplicates, ink: wish.output.ink),
            reporter: reporter)
        if !session.recovery.isEmpty { StandardStream.error.tell("note: \(DisplayText.visible(session.recovery))") }
        if let note = sources.note { wish.output.note("note: \(note)") }
        try session.begin()
        let run = try await finish(session)
        try wish.output.write(run, retries: reporter.retries(of: run.start.number))
        if run.status != .succeeded || reporter.hasDifferences { throw Complaint.notWell() }
    }

    /// The execution of that name that was interrupted, if there is one: the same name and input go on with it.
    private func interruptedNamesake() -> Execution? {
        guard machine.type == .standard, let name = wish.name,
            let stored = try? StoredExecutions(directory: wish.data).running(name), stored.start.machineName == machine.name
        else { return nil }
        return stored
    }

    private func finish(_ session: Session) async throws -> Run {
        var request = StartRequest(machine, name: wish.name, inputText: input.text)
        request.keepsHistory = false
        request.isSynchronous = machine.type == .express
        var name: String?
        do {
            defer { session.end() }
            if machine.type == .express { return try await session.runtime.run(request) }
            let shelf = LaunchShelf(data: wish.data)
            shelf.keep(launch, definitionHash: machine.plan.definitionHash)
            let handle = try await session.runtime.start(request)
            name = handle.name
            shelf.keep(launch, execution: handle.number)
            let run = try await session.runtime.finished(handle)
            shelf.forget(execution: handle.number)
            return run
        } catch {
            guard let status = session.interrupted else { throw Self.fault(error, name: name, TypedCommands(data: wish.data)) }
            throw Self.interruption(status, name: name, TypedCommands(data: wish.data))
        }
    }

    /// A journal that failed under a started execution: how to go on once there is room again.
    static func fault(_ error: any Error, name: String?, _ words: TypedCommands) -> any Error {
        guard let failed = error as? RuntimeError, case .journalFailed = failed, let name else { return error }
        return Complaint.fault(
            "\(DisplayText.visible("\(failed)"))\nWhat was acknowledged is on disk. Continue: \(words.resume(name))")
    }

    /// What is said after Ctrl-C: how to go on.
    static func interruption(_ status: Complaint.Status, name: String?, _ words: TypedCommands) -> Complaint {
        guard let name else { return Complaint(status: status, message: "") }
        return Complaint(
            status: status, message: "\(DisplayText.visible(name)) is safe on disk. Continue: \(words.resume(name))", isPlain: true)
    }
}
