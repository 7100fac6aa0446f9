import StatesJSON
import StatesJournal
import StatesKernel
import StatesLanguage
import StatesRuntime

/// Executions that shall go on.
struct ResumePlan {
    /// Which; nil for the only one.
    var name: String?
    /// Whether all shall.
    var all: Bool
    /// Another clock than that of the start.
    var clock: ClockChoice?
    /// Other functions and mocks than those of the start.
    var sources: TaskSources.Choice
    var data: String
    var output: SessionOutput

    /// An execution that was interrupted, as the journal has it.
    private struct Interrupted {
        var summary: ExecutionSummary
        var launch: Launch?
        var execution: Execution
    }

    /// Goes on with them, and returns when they have ended.
    ///
    /// Executions that were launched alike go on together; groups of them one after the other, because functions and mocks belong to a
    /// whole runtime.
    func perform() async throws {
        var groups: [[Interrupted]] = []
        for one in try chosen() {
            if let place = groups.firstIndex(where: { $0.first?.launch?.isLike(one.launch) == true }) {
                groups[place].append(one)
            } else {
                groups.append([one])
            }
        }
        guard !groups.isEmpty else { return output.note("nothing was interrupted in \(DisplayText.visible(data))") }
        var isWell = true
        for group in groups { isWell = try await perform(group, isOnly: groups.count == 1) && isWell }
        if !isWell { throw Complaint.notWell() }
    }

    // MARK: Choosing

    private func chosen() throws -> [Interrupted] {
        let journal = try DirectoryJournal(directory: data, options: DirectoryJournal.Options(isReadOnly: true))
        let archive = Archive(journal)
        let open = try journal.openExecutions()
        let wanted = try choose(from: open, archive)
        let shelf = LaunchShelf(data: data)
        return try wanted.map { summary in
            Interrupted(
                summary: summary, launch: shelf.launch(of: summary.number, definitionHash: summary.definitionHash),
                execution: try archive.rebuild(summary).execution)
        }
    }

    private func choose(from open: [ExecutionSummary], _ archive: Archive) throws -> [ExecutionSummary] {
        if all { return open }
        if let name {
            if let found = open.last(where: { $0.name == name || $0.arn == name }) { return [found] }
            let summary = try archive.summary(of: name)
            throw Complaint.cannotAsk(
                "\(DisplayText.visible(name)) has ended (\(summary.status.rawValue)); there is nothing to go on with")
        }
        guard open.count > 1 else { return open }
        let names = open.map { DisplayText.visible($0.name) }.joined(separator: ", ")
        throw Complaint.cannotAsk("several executions were interrupted; name one, or say --all: \(names)")
    }

    // MARK: Performing

    /// Goes on with executions of one launch. Whether all of them succeeded.
    private func perform(_ group: [Interrupted], isOnly: Bool) async throws -> Bool {
        let launch = group.first?.launch
        let sources = try TaskSources(choice(launch), project: nil)
        for one in group { note(one) }
        let executions = Dictionary(group.map { ($0.summary.number, $0.execution) }) { first, _ in first }
        let words = TypedCommands(data: data)
        let reporter = ProgressReporter(
            style: ProgressReporter.Style(
                ink: output.ink, isLive: output.isLive, showsNames: group.count > 1 || !isOnly, isQuiet: output.isQuiet),
            header: { [self] start in header(of: start, sources, launch) },
            board: { start in executions[start.number].map { ProgressBoard(resuming: $0, words: words) } })
        let session = try Session(
            Session.Settings(
                data: data, clock: clock(launch, after: group.map(\.execution.lastTime).max() ?? 0), functions: sources.functions,
                mocks: sources.mocks, ink: output.ink),
            reporter: reporter)
        if !session.recovery.isEmpty { StandardStream.error.tell("note: \(DisplayText.visible(session.recovery))") }
        try session.begin()
        let runs = try await finish(group, session)
        for run in runs { try output.write(run, retries: Self.retries(of: run)) }
        return runs.allSatisfy { $0.status == .succeeded }
    }

    private func finish(_ group: [Interrupted], _ session: Session) async throws -> [Run] {
        let shelf = LaunchShelf(data: data)
        do {
            defer { session.end() }
            var handles: [ExecutionHandle] = []
            for one in group { handles.append(try session.runtime.resume(one.summary.arn)) }
            var runs: [Run] = []
            for handle in handles {
                runs.append(try await session.runtime.finished(handle))
                shelf.forget(execution: handle.number)
            }
            return runs
        } catch {
            let name = group.count == 1 ? group[0].summary.name : "--all"
            guard let status = session.interrupted else { throw RunPlan.fault(error, name: name, TypedCommands(data: data)) }
            throw RunPlan.interruption(status, name: name, TypedCommands(data: data))
        }
    }

    private static func retries(of run: Run) -> Int {
        run.records.count { record in
            if case .retryScheduled = record.change { true } else { false }
        }
    }

    // MARK: What is known about the launch

    private func choice(_ launch: Launch?) -> TaskSources.Choice {
        var choice = sources
        if choice.functions == nil { choice.functions = launch?.functions }
        if choice.mocks == nil, choice.testCase == nil {
            choice.mocks = launch?.mocks
            choice.testCase = launch?.testCase
            choice.machineName = choice.machineName ?? launch?.machineName
        }
        return choice
    }

    /// The clock of the start, going on where the executions are, so that their time never stands still.
    private func clock(_ launch: Launch?, after last: Int64) -> RuntimeClock {
        switch clock ?? launch.flatMap({ ClockChoice($0.clock) }) ?? .real {
        case .real: .real
        case .virtual(let start): .virtual(startingAt: max(start ?? last, last))
        case .scaled(let factor): .scaled(by: factor, startingAt: max(wallClock(), last))
        }
    }

    private func note(_ one: Interrupted) {
        let name = DisplayText.visible(one.summary.name)
        switch one.launch?.definitionChange() {
        case .changed?:
            output.note("note: the definition's file was changed since; \(name) goes on with the one it was started with")
        case .gone?: output.note("note: the definition's file is gone; \(name) goes on with the one it was started with")
        case .unchanged?, nil: break
        }
    }

    private func header(of start: ExecutionStart, _ sources: TaskSources, _ launch: Launch?) -> String {
        var parts = [start.name, start.machineName, "Standard"]
        if let path = sources.functionsPath { parts.append(FilePath.short(path)) }
        if let name = sources.mocksName { parts.append(FilePath.short(name)) }
        if let clock = clock?.text ?? launch?.clock, clock != ClockChoice.real.text { parts.append("\(clock) clock") }
        parts += [data, "resumed"]
        return parts.map(DisplayText.visible).joined(separator: " · ")
    }
}

extension Launch {
    /// Whether what runs is performed alike: the definition's own file does not matter.
    func isLike(_ other: Launch?) -> Bool {
        guard let other else { return false }
        return functions == other.functions && mocks == other.mocks && testCase == other.testCase
            && machineName == other.machineName
            && clock == other.clock
    }
}
