import StatesKernel
import Synchronization

/// A journal in memory.
///
/// It keeps what it is given in the very form in which a file would, so that recovery from it is recovery as it always is. Of
/// executions that ended it keeps the newest, so that a process that runs for months does not grow.
public final class MemoryJournal: Journal {
    private struct Stored: Sendable {
        var summary: ExecutionSummary
        var isOpen = true
        /// The framed entries.
        var bytes: [UInt8] = []
    }

    private struct State: Sendable {
        var definitions: [String: String] = [:]
        var executions: [UInt64: Stored] = [:]
        /// The numbers of the executions, oldest first.
        var order: [UInt64] = []
        var names: [String: UInt64] = [:]
        /// Those that ended, in the order of their ends.
        var ended = Queue<UInt64>()
        var nextNumber: UInt64 = 1
        var isClosed = false
    }

    private let state: Mutex<State>
    private let closedLimit: Int

    /// An empty journal that keeps at most `closedLimit` executions that ended.
    public init(keepingClosed closedLimit: Int = 10_000) {
        self.closedLimit = closedLimit
        state = Mutex(State())
    }

    private init(state: State, closedLimit: Int) {
        self.state = Mutex(state)
        self.closedLimit = closedLimit
    }

    /// A journal of its own with the same entries: what a restarted process would find.
    public func copy() -> MemoryJournal {
        var copied = state.withLock { $0 }
        copied.isClosed = false
        return MemoryJournal(state: copied, closedLimit: closedLimit)
    }

    /// Why a memory journal refuses entries.
    public enum Problem: Error, Sendable, Equatable {
        /// It was closed.
        case closed
        /// An entry is not what its kind says.
        case malformed
    }

    /// Keeps the entries.
    public func commit(_ batch: JournalBatch) throws {
        try state.withLock { state in
            guard !state.isClosed else { throw Problem.closed }
            for frame in Frames(bytes: batch.bytes) { try Self.add(frame, of: batch.bytes, to: &state) }
            while state.ended.count > closedLimit, let oldest = state.ended.popFirst() { Self.forget(oldest, &state) }
            // Numbers of what was forgotten are left in the order until they are many.
            if state.order.count > 2 * state.executions.count + 1_000 { state.order.removeAll { state.executions[$0] == nil } }
        }
    }

    private static func add(_ frame: Frames.Element, of bytes: [UInt8], to state: inout State) throws {
        state.nextNumber = max(state.nextNumber, frame.execution &+ 1)
        switch frame.kind {
        case .definition:
            let text = String(decoding: bytes[frame.body], as: UTF8.self)
            let (hash, rest) = Self.split(text)
            state.definitions[hash] = rest
        case .started, .expressStarted:
            let summary = try summary(bytes[frame.body])
            state.executions[frame.execution] = Stored(summary: summary)
            state.order.append(frame.execution)
            state.names[summary.machineArn + " " + summary.name] = frame.execution
            state.names[" " + summary.name] = frame.execution
        case .closed, .expressEnded:
            state.executions[frame.execution]?.summary = try summary(bytes[frame.body])
            state.executions[frame.execution]?.isOpen = false
            state.ended.append(frame.execution)
        case .record, .expressAttempt: break
        }
        if frame.kind != .definition { state.executions[frame.execution]?.bytes.append(contentsOf: bytes[frame.whole]) }
    }

    private static func forget(_ number: UInt64, _ state: inout State) {
        guard let stored = state.executions.removeValue(forKey: number) else { return }
        for key in [stored.summary.machineArn + " " + stored.summary.name, " " + stored.summary.name]
        where state.names[key] == number {
            state.names[key] = nil
        }
    }

    private static func summary(_ body: ArraySlice<UInt8>) throws -> ExecutionSummary {
        var consumed = 0
        guard let summary = ExecutionSummary(decoding: body, consumed: &consumed) else { throw Problem.malformed }
        return summary
    }

    /// A definition's entry is its hash, 64 hexadecimal digits, and its text.
    private static func split(_ text: String) -> (hash: String, text: String) {
        (String(decoding: text.utf8.prefix(64), as: UTF8.self), String(decoding: text.utf8.dropFirst(64), as: UTF8.self))
    }

    /// The executions that have not ended, in the order of their numbers.
    public func openExecutions() throws -> [ExecutionSummary] {
        state.withLock { state in
            state.order.compactMap { number in
                state.executions[number].flatMap { $0.isOpen ? $0.summary : nil }
            }
            .sorted { $0.number < $1.number }
        }
    }

    /// One more than the greatest number used.
    public func nextExecutionNumber() throws -> UInt64 { state.withLock { $0.nextNumber } }

    /// The bodies of an execution's entries of that kind, in order.
    public func entries(of execution: UInt64, kind: EntryKind) throws -> [[UInt8]] {
        let bytes = state.withLock { $0.executions[execution]?.bytes ?? [] }
        return Frames(bytes: bytes).filter { $0.kind == kind }.map { Array(bytes[$0.body]) }
    }

    /// A definition's text.
    public func definition(hash: String) throws -> String? { state.withLock { $0.definitions[hash] } }

    /// The executions that are kept, newest first.
    public func executions(before: UInt64?, limit: Int) throws -> [ExecutionSummary] {
        state.withLock { state in
            let numbers = state.executions.keys.filter { $0 < before ?? .max }.sorted(by: >)
            return numbers.prefix(max(limit, 0)).compactMap { state.executions[$0]?.summary }
        }
    }

    /// The newest execution of that name.
    public func execution(named name: String, machineArn: String?) throws -> ExecutionSummary? {
        state.withLock { state in
            state.names[(machineArn ?? "") + " " + name].flatMap { state.executions[$0]?.summary }
        }
    }

    /// Refuses entries from now on.
    public func close() throws { state.withLock { $0.isClosed = true } }
}

/// The entries of a batch, by their places.
struct Frames: Sequence, IteratorProtocol {
    private let bytes: [UInt8]
    private var at = 0

    struct Element {
        let kind: EntryKind
        let execution: UInt64
        let body: Range<Int>
        let whole: Range<Int>
    }

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func next() -> Element? {
        let header = JournalBatch.headerSize
        guard at + header <= bytes.count else { return nil }
        let length = (0..<4).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) }
        let execution = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[at + 5 + $1]) << (8 * UInt64($1)) }
        guard let kind = EntryKind(rawValue: bytes[at + 4]), at + header + length <= bytes.count else { return nil }
        defer { at += header + length }
        return Element(kind: kind, execution: execution, body: at + header..<at + header + length, whole: at..<at + header + length)
    }
}
