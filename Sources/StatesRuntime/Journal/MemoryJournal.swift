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
        /// The executions of each name, oldest first.
        var names: [String: [UInt64]] = [:]
        /// The register's entries, framed.
        var registry: [UInt8] = []
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
            // Entries of one execution mostly follow each other, and are then kept at once.
            var kept: (execution: UInt64, bytes: Range<Int>)?
            for frame in Frames(bytes: batch.bytes) {
                if let before = kept, before.execution != frame.execution {
                    state.executions[before.execution]?.bytes.append(contentsOf: batch.bytes[before.bytes])
                    kept = nil
                }
                try Self.note(frame, of: batch.bytes, in: &state)
                if frame.kind != .definition, frame.kind != .registry {
                    kept = (frame.execution, (kept?.bytes.lowerBound ?? frame.whole.lowerBound)..<frame.whole.upperBound)
                }
            }
            if let last = kept { state.executions[last.execution]?.bytes.append(contentsOf: batch.bytes[last.bytes]) }
            while state.ended.count > closedLimit, let oldest = state.ended.popFirst() { Self.forget(oldest, &state) }
            // Numbers of what was forgotten are left in the order until they are many.
            if state.order.count > 2 * state.executions.count + 1_000 { state.order.removeAll { state.executions[$0] == nil } }
        }
    }

    /// Takes up what an entry says about how its execution stands.
    private static func note(_ frame: Frames.Element, of bytes: [UInt8], in state: inout State) throws {
        state.nextNumber = max(state.nextNumber, frame.execution &+ 1)
        switch frame.kind {
        case .definition:
            let (hash, rest) = split(String(decoding: bytes[frame.body], as: UTF8.self))
            state.definitions[hash] = rest
        case .started, .expressStarted:
            let summary = try summary(bytes[frame.body])
            state.names[summary.name, default: []].append(frame.execution)
            state.executions[frame.execution] = Stored(summary: summary)
            state.order.append(frame.execution)
        case .closed, .expressEnded:
            let summary = try summary(bytes[frame.body])
            state.executions[frame.execution]?.summary = summary
            state.executions[frame.execution]?.isOpen = false
            state.ended.append(frame.execution)
        case .registry: state.registry.append(contentsOf: bytes[frame.whole])
        case .record, .expressAttempt: break
        }
    }

    private static func forget(_ number: UInt64, _ state: inout State) {
        guard let stored = state.executions.removeValue(forKey: number) else { return }
        let others = state.names.removeValue(forKey: stored.summary.name)?.filter { $0 != number } ?? []
        if !others.isEmpty { state.names[stored.summary.name] = others }
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
        let bytes = state.withLock { kind == .registry ? $0.registry : $0.executions[execution]?.bytes ?? [] }
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
            for number in (state.names[name] ?? []).reversed() {
                guard let summary = state.executions[number]?.summary else { continue }
                if machineArn == nil || summary.machineArn == machineArn { return summary }
            }
            return nil
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
