import StatesKernel
import StatesLanguage
import StatesRuntime
import Synchronization

/// Shows on standard error what runs.
///
/// The runtime's threads hand events in and never wait for the terminal; a thread of its own writes. On a terminal running states are
/// drawn anew ten times a second; elsewhere every line is written once, when it will not change any more.
final class ProgressReporter: Sendable {
    private struct State {
        var entries: [UInt64: Entry] = [:]
        var order: [UInt64] = []
        var finished: [String] = []
        var screen = ProgressScreen()
        var hasDifferences = false
    }

    private struct Entry: Sendable {
        var name: String
        var board: ProgressBoard
        var layout: StateLineLayout
    }

    /// How it shows.
    struct Style: Sendable {
        var ink: Ink
        /// Whether lines are drawn anew.
        var isLive: Bool
        /// Whether lines say whose they are, because several executions run.
        var showsNames: Bool
        /// Nothing but messages.
        var isQuiet: Bool
    }

    private let state = Mutex(State())
    private let ticker = Mutex<Ticker?>(nil)
    private let style: Style
    private let stream: StandardStream
    private let header: @Sendable (ExecutionStart) -> String
    private let board: @Sendable (ExecutionStart) -> ProgressBoard?

    /// A reporter that shows nothing yet.
    ///
    /// - Parameters:
    ///   - header: The line above everything else of an execution.
    ///   - board: What keeps an execution's lines; nil if it shall not be shown.
    init(
        style: Style, stream: StandardStream = .error, header: @escaping @Sendable (ExecutionStart) -> String,
        board: @escaping @Sendable (ExecutionStart) -> ProgressBoard?
    ) {
        self.style = style
        self.stream = stream
        self.header = header
        self.board = board
    }

    /// Takes an event, on whatever thread it happens.
    func take(_ event: ProgressEvent) {
        state.withLock { state in
            if case .duplicatesDiffer(let first, let second) = event.kind {
                state.hasDifferences = true
                state.finished += DuplicateReport.lines(first, second, ink: style.ink)
            }
            let number = event.execution.number
            if state.entries[number] == nil { state.entries[number] = newEntry(event.execution, &state) }
            // In place: a copy of the board for each event would be seen in long runs.
            guard let lines = state.entries[number]?.board.take(event, announcing: !style.isLive), !lines.isEmpty,
                let entry = state.entries[number], !style.isQuiet
            else { return }
            state.finished += lines.flatMap { text($0, of: entry, width: nil) }
        }
    }

    private func newEntry(_ start: ExecutionStart, _ state: inout State) -> Entry? {
        guard let board = board(start) else { return nil }
        state.order.append(start.number)
        if !style.isQuiet { state.finished.append(header(start)) }
        return Entry(name: start.name, board: board, layout: StateLineLayout(names: board.names, ink: style.ink))
    }

    /// A line that somebody else has to say, such as a function's standard error. It stays.
    func say(_ line: String) {
        state.withLock { $0.finished.append(line) }
    }

    /// How many retries an execution has made.
    func retries(of number: UInt64) -> Int { state.withLock { $0.entries[number]?.board.retries ?? 0 } }

    /// Whether an execution that was run twice ended in two ways.
    var hasDifferences: Bool { state.withLock { $0.hasDifferences } }

    private func text(_ line: StateLine, of entry: Entry, width: Int?) -> [String] {
        let prefix = style.showsNames ? "  " + DisplayText.visible(entry.name) : ""
        return entry.layout.text(line, width: width.map { max(0, $0 - DisplayText.width(prefix)) }).map { prefix + $0 }
    }
}

// MARK: - Writing

extension ProgressReporter {
    private static let milliseconds: Int32 = 100

    /// Begins to write; `now` is the clock that waits are shown by, in milliseconds since 1970.
    func begin(now: @escaping @Sendable () -> Int64) throws(Complaint) {
        let started = try Ticker(milliseconds: Self.milliseconds) { [self] in draw(at: now()) }
        ticker.withLock { $0 = started }
    }

    /// Writes what is left, and writes no more. States that still run are taken off the terminal, or with `leaving` shown a last time.
    func end(leaving time: Int64? = nil) {
        ticker.withLock { $0.take() }?.end()
        let last = state.withLock { state in
            var last = state.screen.erase()
            for number in state.order {
                guard let entry = state.entries[number], !style.isQuiet else { continue }
                let lines = time.map { entry.board.live(at: $0) } ?? entry.board.repeatedVisits
                state.finished += lines.flatMap { text($0, of: entry, width: nil) }
            }
            for line in state.finished { last += line + "\n" }
            state.finished = []
            return last
        }
        if !last.isEmpty { try? stream.write(last) }
    }

    private func draw(at time: Int64) {
        let size = style.isLive ? stream.size ?? (columns: 80, rows: 24) : (columns: 0, rows: 0)
        let text = state.withLock { state in
            guard style.isLive, !style.isQuiet else { return Self.takeFinished(&state) }
            let live = state.order.flatMap { number -> [String] in
                guard let entry = state.entries[number] else { return [] }
                return entry.board.live(at: time).flatMap { self.text($0, of: entry, width: size.columns - 1) }
            }
            let finished = state.finished
            state.finished = []
            return state.screen.frame(finished: finished, live: live, columns: size.columns, rows: size.rows)
        }
        if !text.isEmpty { try? stream.write(text) }
    }

    private static func takeFinished(_ state: inout State) -> String {
        defer { state.finished = [] }
        return state.finished.map { $0 + "\n" }.joined()
    }
}
