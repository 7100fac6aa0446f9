import StatesJSON
import StatesKernel
import StatesLanguage
import Synchronization

/// Runs state machines.
///
/// ```swift
/// let runtime = try Runtime(functions: [
///     "reserve": .closure { (order: Order, _) in Reservation(id: "r-\(order.id)") }
/// ])
/// let run = try await runtime.run(machine, name: "order-7", input: ["id": 7])
/// print(run.status, run.path)
/// ```
///
/// Executions live in shards: threads that own them. What a caller is told is durable in the journal by then. Close a runtime, or
/// let it go, and executions that have not ended can be resumed from their journal.
public final class Runtime: Sendable {
    let context: ShardContext
    let options: RuntimeOptions
    let journal: any Journal
    let isDurable: Bool
    let seed: UInt64?
    private let committer: Committer
    private let inboxes: [Inbox]
    private let threads = Mutex<[Thread]>([])
    let nextNumber: Atomic<UInt64>
    let random = RandomBytes()
    let names: NameRegister
    /// The hashes of the definitions that were handed to the journal.
    private let definitions = Mutex<Set<String>>([])
    private let hasClosed = Atomic<Bool>(false)
    /// Reads what the journal holds.
    public let archive: Archive

    /// A runtime.
    ///
    /// - Parameters:
    ///   - journal: Where Standard executions are written.
    ///   - functions: What performs tasks, before the functions file of the options.
    ///   - clock: What everything that waits reads.
    ///   - seed: A number from which every random decision is derived, so that runs can be repeated; nil for the system's own.
    ///   - options: Everything else.
    ///   - observer: Told everything durable that happens, by the threads that run executions: it must be quick.
    /// - Throws: What opening the journal throws, and `RuntimeError.noThread`.
    public init(
        journal choice: JournalChoice = .memory, functions: FunctionTable = [:], clock: RuntimeClock = .real, seed: UInt64? = nil,
        options: RuntimeOptions = RuntimeOptions(), observer: (@Sendable (ProgressEvent) -> Void)? = nil
    ) throws {
        let time = TimeSource(clock)
        let journal = try choice.open()
        let inboxes = (0..<max(options.shards, 1)).map { _ in Inbox(time: time.virtual) }
        time.virtual?.attach(inboxes.map { inbox in { inbox.noteDue() } })
        var rules: [any TaskInvoker] = []
        if let mocks = options.mocks { rules.append(mocks) }
        rules.append(NamedFunctions(table: functions, rule: .function))
        if let file = options.functionsFile { rules.append(NamedFunctions(table: file.table, rule: .functionsFile)) }
        rules += options.invokers
        rules.append(BuiltInTasks())

        let committer = try Committer(journal, commitsAtOnce: choice.commitsAtOnce, inboxes: inboxes)
        let names = NameRegister(journal: journal)
        let archive = Archive(journal)
        let (seconds, attoseconds) = options.invocationLimit.components
        context = ShardContext(
            time: time, committer: committer, resolver: Resolver(rules),
            performers: Performers(
                remote: options.remoteInvoker, commandConcurrency: options.commandConcurrency,
                onStandardError: options.onStandardError),
            activities: Activities { offer, poll in inboxes[Int(offer.execution % UInt64(inboxes.count))].post(.take(offer, poll))
            },
            archive: archive, names: names, observer: observer, onStatusChange: options.onStatusChange,
            invocationLimit: seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
        self.committer = committer
        self.inboxes = inboxes
        self.journal = journal
        self.options = options
        self.seed = seed
        self.names = names
        self.archive = archive
        isDurable = choice.isDurable
        nextNumber = Atomic(try journal.nextExecutionNumber())
        for (index, inbox) in inboxes.enumerated() {
            let shard = Shard(index: index, inbox: inbox, context: context)
            let thread = try Thread { shard.run() }
            threads.withLock { $0.append(thread) }
        }
    }

    deinit { close() }

    /// Ends the runtime: what was decided becomes durable, commands are killed, and whoever still waits gets `RuntimeError.closed`.
    ///
    /// Executions that have not ended go on when a runtime over the same journal resumes them.
    public func close() {
        guard !hasClosed.exchange(true, ordering: .relaxed) else { return }
        for inbox in inboxes { inbox.noteEnding() }
        for thread in threads.withLock({ $0 }) { thread.join() }
        committer.end()
        context.activities.end()
        context.performers.end()
        context.virtual?.detach()
        try? journal.close()
    }

    /// The present of the runtime's clock, in milliseconds since 1970.
    public var now: Int64 { context.time.now() }

    /// Who would perform a task, and why.
    public func explain(_ subject: TaskSubject, mocks: Mocks? = nil) -> Resolution {
        context.resolver.resolution(of: subject, mocks: mocks)
    }

    // MARK: Inside

    func inbox(of number: UInt64) -> Inbox { inboxes[Int(number % UInt64(inboxes.count))] }

    var allInboxes: [Inbox] { inboxes }

    /// Hands a definition to the journal before the first execution that names it.
    func register(_ plan: Plan) throws(RuntimeError) {
        let hash = plan.definitionHash
        // Handed over under the lock: an execution that names the definition cannot get to the journal before it.
        let failure = definitions.withLock { known -> RuntimeError? in
            guard !known.contains(hash) else { return nil }
            if let stored = try? journal.definition(hash: hash), stored == plan.definition {
                known.insert(hash)
                return nil
            }
            var batch = JournalBatch()
            batch.append(.definition, execution: 0) { bytes in
                bytes.append(contentsOf: hash.utf8)
                bytes.append(contentsOf: plan.definition.utf8)
            }
            if case .failed(let fault) = committer.submit(&batch, shard: nil) { return fault }
            known.insert(hash)
            return nil
        }
        if let failure { throw failure }
    }

    /// Writes entries that no shard writes, and returns when they are durable.
    func commit(_ batch: inout JournalBatch) throws(RuntimeError) { try committer.commit(&batch) }
}

/// The names of Standard executions that run, so that a second start of the same name finds the first.
final class NameRegister: Sendable {
    private let journal: any Journal
    private let open = Mutex<[String: UInt64]>([:])

    /// What a name stands for.
    enum Claim {
        /// It was free, and is taken now.
        case taken
        /// An execution of that name runs here.
        case running(UInt64)
        /// The journal has an execution of that name that does not run here.
        case stored(ExecutionSummary)
    }

    init(journal: any Journal) { self.journal = journal }

    /// Takes a name, unless it is taken. The journal is asked under the same lock, so that no execution can end in between.
    func claim(_ name: String, arn: String, machineArn: String, number: UInt64) throws -> Claim {
        try open.withLock { open in
            if let running = open[arn] { return .running(running) }
            if let stored = try journal.execution(named: name, machineArn: machineArn) { return .stored(stored) }
            open[arn] = number
            return .taken
        }
    }

    /// An execution that was found in the journal runs here again.
    func adopt(_ arn: String, number: UInt64) { open.withLock { $0[arn] = number } }

    /// Whether a name belongs to that execution.
    func isClaimed(_ arn: String, by number: UInt64) -> Bool { open.withLock { $0[arn] == number } }

    /// Whether an execution of that number runs here, or will in a moment.
    func runs(_ number: UInt64) -> Bool { open.withLock { $0.values.contains(number) } }

    /// An execution has ended, and the journal says so.
    func release(_ start: ExecutionStart) {
        guard !start.isExpress else { return }
        open.withLock { open in
            if open[start.arn] == start.number { open[start.arn] = nil }
        }
    }
}
