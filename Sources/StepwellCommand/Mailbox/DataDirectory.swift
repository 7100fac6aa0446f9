import StatesJSON
import StatesJournal
import StatesKernel
import StatesRuntime

/// A data directory that something is asked of: of the process that owns it, or of its journal if no process does.
struct DataDirectory {
    private let path: String

    init(_ path: String) { self.path = path }

    /// Does what is asked, and returns when it is on disk.
    func ask(_ request: ControlRequest) throws {
        guard let journal = try BriefWait.forLock({ try self.opened(request) }) else { return }
        defer { try? journal.close() }
        guard let parked = try ParkedExecutions(journal).perform(request) else { return }
        if parked.status == .running {
            let words = TypedCommands(data: path)
            StandardStream.error.tell(
                "No process runs \(DisplayText.visible(parked.start.name)); it goes on with this when it is resumed: \(words.resume(parked.start.name))"
            )
        } else {
            LaunchShelf(data: path).forget(execution: parked.start.number)
        }
    }

    /// The journal, or nil if the process that owns it did what was asked.
    private func opened(_ request: ControlRequest) throws -> DirectoryJournal? {
        if let reply = try ControlClient.ask(request, directory: path) {
            try Self.accept(reply)
            return nil
        }
        return try DirectoryJournal(directory: path)
    }

    private static func accept(_ reply: ControlReply) throws(Complaint) {
        if case .refused(let reason) = reply { throw .cannotAsk(reason) }
    }
}

/// Executions that nobody runs: what happens to them is written down, and they go on with it when they are resumed.
struct ParkedExecutions {
    private let journal: any Journal
    private let archive: Archive
    private let now: () -> Int64

    init(_ journal: any Journal, now: @escaping () -> Int64 = wallClock) {
        self.journal = journal
        self.now = now
        archive = Archive(journal)
    }

    /// Does what is asked; returns the execution as it stands then, or nil if nothing had to be written.
    func perform(_ request: ControlRequest) throws -> Execution? {
        switch request {
        case .stop(let name, let error, let cause):
            let summary = try archive.summary(of: name)
            if summary.isExpress { throw RuntimeError.isExpress(summary.arn) }
            guard summary.status == .running else { return nil }
            return try step(try archive.rebuild(summary).execution, .stop(error: error, cause: cause))
        case .answer(let target, let answer):
            let (execution, waiting) = try task(target)
            guard case .callback(let task, _) = waiting.reason else { throw RuntimeError.taskTimedOut }
            if let due = waiting.due, due <= now() { throw RuntimeError.taskTimedOut }
            switch answer {
            case .success(let output):
                guard output.utf8Count <= KernelLimits.payloadBytes else {
                    throw RuntimeError.invalidOutput("The output is longer than \(KernelLimits.payloadBytes) bytes.")
                }
                return try step(execution, .taskSucceeded(task, output: output))
            case .failure(let error, let cause):
                return try step(execution, .taskFailed(task, error: error, cause: cause, phase: .run))
            case .heartbeat:
                // Heartbeats leave no record: their deadline begins again when the execution is resumed (design.md section 1).
                return nil
            }
        }
    }

    /// The task that is meant, and its execution.
    private func task(_ target: ControlRequest.AnswerTarget) throws -> (Execution, Waiting) {
        switch target {
        case .token(let text):
            guard let token = TaskToken(text) else { throw RuntimeError.invalidToken }
            guard let summary = try journal.openExecutions().first(where: { $0.number == token.execution }) else {
                throw RuntimeError.taskTimedOut
            }
            let execution = try archive.rebuild(summary).execution
            guard execution.issued(token) else { throw RuntimeError.invalidToken }
            guard let waiting = execution.waiting.first(where: { $0.isCallback(of: token.task) }) else {
                throw RuntimeError.taskTimedOut
            }
            return (execution, waiting)
        case .state(let state, let name):
            var found: [(Execution, Waiting)] = []
            for summary in try journal.openExecutions() where !summary.isExpress {
                if let name, summary.name != name, summary.arn != name { continue }
                let execution = try archive.rebuild(summary).execution
                found += execution.waiting.filter { $0.state == state && $0.isCallback }.map { (execution, $0) }
            }
            guard let only = found.first else { throw RuntimeError.noTaskWaiting(state: state) }
            guard found.count == 1 else {
                throw RuntimeError.severalTasksWaiting(state: state, executions: found.map(\.0.start.name))
            }
            return only
        }
    }

    /// Takes one occurrence and makes what follows from it durable. What the outside would have to do now is asked for again on
    /// resuming, because the records say that it is scheduled and not that it began.
    private func step(_ parked: Execution, _ kind: Occurrence.Kind) throws -> Execution {
        var execution = parked
        var sink = RecordSink()
        do throws(Refusal) {
            try execution.step(Occurrence(at: now(), kind), into: &sink)
        } catch .closed, .unknownTask, .unknownTimer, .alreadyStarted {
            throw RuntimeError.taskTimedOut
        } catch .notYetSubmitted {
            throw Complaint.cannotAsk("the task's request was not accepted yet; resume the execution first")
        }
        let number = execution.start.number
        var batch = JournalBatch()
        for record in sink.records { batch.append(.record, execution: number) { record.encode(into: &$0) } }
        if execution.status != .running {
            batch.append(.closed, execution: number) { ExecutionSummary(execution).encode(into: &$0) }
        }
        try journal.commit(batch)
        return execution
    }
}

/// Keeps the records of a step. Commands are not carried out.
private struct RecordSink: Sink {
    var records: [Record] = []

    mutating func record(_ record: borrowing Record) { records.append(copy record) }
    mutating func command(_ command: consuming Command) {}
}

extension Waiting {
    fileprivate var isCallback: Bool {
        if case .callback = reason { true } else { false }
    }

    fileprivate func isCallback(of task: TaskName) -> Bool {
        if case .callback(task, _) = reason { true } else { false }
    }
}
