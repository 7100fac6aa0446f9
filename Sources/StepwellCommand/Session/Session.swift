import StatesJournal
import StatesKernel
import StatesRuntime
import StatesServices
import Synchronization

/// A process that runs executions: a runtime, what shows its progress, who answers other processes, and what signals do to it.
final class Session: Sendable {
    /// Everything that is decided before anything runs.
    struct Settings: Sendable {
        /// Where executions are written, or nil for memory.
        var data: String?
        var clock: RuntimeClock = .real
        var seed: UInt64?
        var functions: FunctionsFile?
        var mocks: Mocks?
        /// The share of Express executions that are run twice.
        var duplicates = 0.0
        /// For what standard error shows.
        var ink = Ink.plain
    }

    /// Who runs.
    let runtime: Runtime
    /// What opening the data directory found and cut; empty if there is nothing to tell.
    let recovery: String
    private let reporter: ProgressReporter
    private let data: String?
    private let server = Mutex<ControlServer?>(nil)
    private let interruption = Mutex<Complaint.Status?>(nil)

    /// Opens the data directory and starts the threads. An owner who holds the directory for a moment only is waited for.
    ///
    /// - Throws: `JournalFault` if somebody else writes to the directory, or it cannot be written.
    init(_ settings: Settings, reporter: ProgressReporter) throws {
        self.reporter = reporter
        data = settings.data
        var options = RuntimeOptions()
        options.functionsFile = settings.functions
        options.mocks = settings.mocks
        options.duplicates = settings.duplicates
        #if Services
            options.remoteInvoker = HTTPInvoker()
        #endif
        let ink = settings.ink
        options.onStandardError = { call, line in
            reporter.say(ink.dim("  \(DisplayText.visible(call.state)):") + " " + DisplayText.visible(line))
        }
        let journal = try settings.data.map(BriefWait.open)
        recovery = journal?.report.description ?? ""
        runtime = try Runtime(
            journal: journal.map { .custom($0) } ?? .memory, clock: settings.clock, seed: settings.seed, options: options,
            observer: { reporter.take($0) })
    }

    /// Begins to show progress, to answer other processes, and to hear signals.
    func begin() throws {
        let runtime = runtime
        try Interruption.onFirst { [self] status in
            interruption.withLock { $0 = status }
            runtime.close()
        }
        try reporter.begin { runtime.now }
        guard let data else { return }
        do throws(Complaint) {
            let started = try ControlServer(directory: data) { request in await Self.answer(request, runtime) }
            server.withLock { $0 = started }
        } catch {
            reporter.say("stop and send cannot reach this process: \(error.message)")
        }
    }

    /// Ends everything, and writes the last of the progress.
    func end() {
        server.withLock { $0.take() }?.close()
        let time = runtime.now
        runtime.close()
        reporter.end(leaving: interrupted == nil ? nil : time)
    }

    /// With which status a signal asked the process to end, or nil if none did.
    var interrupted: Complaint.Status? { interruption.withLock { $0 } }

    private static func answer(_ request: ControlRequest, _ runtime: Runtime) async -> ControlReply {
        do {
            switch request {
            case .stop(let execution, let error, let cause): try await runtime.stop(execution, error: error, cause: cause)
            case .answer(.token(let token), let answer): try await runtime.send(answer, token: token)
            case .answer(.state(let state, let execution), let answer):
                try await runtime.send(answer, state: state, execution: execution)
            }
            return .done
        } catch {
            return .refused("\(error)")
        }
    }
}
