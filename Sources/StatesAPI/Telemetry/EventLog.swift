import StatesJSON
import StatesKernel
import StatesRuntime
import StatesText

/// Log lines: one JSON object each, with the execution's ARN where there is one.
public struct EventLog: Sendable {
    /// How much is told.
    public enum Level: String, Sendable, CaseIterable, Comparable {
        /// Faults of the service alone.
        case error
        /// Executions that did not succeed, too.
        case warning
        /// Executions that begin and end, too.
        case info
        /// Every request, too.
        case debug

        /// What tells less comes first.
        public static func < (left: Level, right: Level) -> Bool {
            (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
        }
    }

    private let level: Level
    private let showsData: Bool
    private let now: @Sendable () -> Int64
    private let write: @Sendable (String) -> Void

    /// A log.
    ///
    /// - Parameters:
    ///   - level: How much is told.
    ///   - showsData: Whether outputs, errors and causes are shown: they may hold what nobody should read.
    ///   - now: The time, in milliseconds since 1970.
    ///   - write: Takes a line without its end.
    public init(
        level: Level, showsData: Bool = false, now: @escaping @Sendable () -> Int64, write: @escaping @Sendable (String) -> Void
    ) {
        self.level = level
        self.showsData = showsData
        self.now = now
        self.write = write
    }

    func note(_ request: Request?, _ answer: StatesService.Response, requestID: String) {
        var fault: APIError?
        if case .failure(let error) = answer { fault = error }
        let own: Level = fault.map { $0.status >= 500 ? .error : .debug } ?? .debug
        guard own <= level else { return }
        line(
            own, "request",
            [
                ("requestId", .string(requestID)), ("operation", request.map { .string($0.operation.rawValue) }),
                ("executionArn", request?.optionalText("executionArn").map { .string($0) }),
                ("error", fault.map { .string($0.code) }),
                ("message", fault.flatMap { showsData || $0.status >= 500 ? .string($0.message) : nil }),
            ])
    }

    func note(_ change: StatusChange) {
        let own: Level = change.status == .running || change.status == .succeeded ? .info : .warning
        guard own <= level else { return }
        line(
            own, "execution",
            [
                ("executionArn", .string(change.start.arn)), ("status", .string(change.status.rawValue)),
                ("milliseconds", change.stopTime.map { .number(.integer($0 - change.start.time)) }),
                ("error", showsData ? change.error.map { .string($0) } : nil),
                ("cause", showsData ? change.cause.map { .string($0) } : nil),
                ("output", showsData ? change.output.map { .string($0) } : nil),
            ])
    }

    private func line(_ level: Level, _ event: String, _ members: [(String, JSONValue?)]) {
        let head: [(String, JSONValue?)] = [
            ("time", .string(Timestamp(milliseconds: now()).rfc3339Milliseconds)), ("level", .string(level.rawValue)),
            ("event", .string(event)),
        ]
        write(JSONValue.object(JSONObject(present: head + members)).compactText)
    }
}
