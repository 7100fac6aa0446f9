import StatesJSON
public import StatesKernel
import StatesLanguage
import StatesText

// What a server keeps beside executions: state machines, aliases, activities, tags. The runtime keeps it durable and does not look
// into it.

extension Runtime {
    /// The entries of the register, in order, as `appendToRegistry` was given them.
    public func registryEntries() throws -> [[UInt8]] { try journal.entries(of: 0, kind: .registry) }

    /// Adds entries to the register, and returns when they and the definitions are durable. May wait for the medium.
    ///
    /// - Throws: `RuntimeError.journalFailed`.
    public func appendToRegistry(_ entries: [[UInt8]], definitions: [String] = []) throws {
        var batch = JournalBatch()
        for text in definitions {
            let hash = Self.definitionHash(of: text)
            guard try journal.definition(hash: hash) == nil else { continue }
            batch.append(.definition, execution: 0) { bytes in
                bytes.append(contentsOf: hash.utf8)
                bytes.append(contentsOf: text.utf8)
            }
        }
        for entry in entries { batch.append(.registry, execution: 0) { $0.append(contentsOf: entry) } }
        guard !batch.isEmpty else { return }
        try commit(&batch)
    }

    /// The text of a definition that is kept, by its hash.
    public func definition(hash: String) throws -> String? { try journal.definition(hash: hash) }

    /// By what a definition is known: the SHA-256 of its text in hexadecimal.
    public static func definitionHash(of text: String) -> String { Digest.hexadecimal(Digest.sha256(Array(text.utf8))) }

    /// A random UUID from the system's generator.
    public func randomUUID() -> String { RandomBytes.uuid(from: random.take(16)) }

    /// Bytes from the system's generator, at most 2,048.
    public func randomBytes(_ count: Int) -> [UInt8] { random.take(count) }
}

/// An execution began or ended, and that is durable.
public struct StatusChange: Sendable {
    /// What it was given.
    public let start: ExecutionStart
    /// What else it was started with.
    public let labels: ExecutionLabels
    /// How it stands now.
    public let status: ExecutionStatus
    /// When it ended, in milliseconds since 1970; nil if it began.
    public let stopTime: Int64?
    /// Its output as JSON text if it succeeded.
    public let output: String?
    /// The error it failed with, if it named one.
    public let error: String?
    /// The cause it failed with, if it named one.
    public let cause: String?
    /// How many state transitions it made, retries included.
    public let transitions: Int

    init(_ live: LiveExecution, hasEnded: Bool) {
        start = live.start
        labels = live.labels
        status = hasEnded ? live.execution.status : .running
        stopTime = hasEnded ? live.execution.stopTime : nil
        output = hasEnded ? live.execution.output?.value.compactText : nil
        error = hasEnded ? live.execution.error : nil
        cause = hasEnded ? live.execution.cause : nil
        transitions = hasEnded ? live.execution.transitions : 0
    }
}
