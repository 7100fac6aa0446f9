import StatesKernel
public import StatesRuntime
import Synchronization

/// What the service tells about itself: counts, durations and log lines.
public final class Telemetry: Sendable {
    private struct Counts: Sendable {
        var requests: [String: Int] = [:]
        var errors: [String: Int] = [:]
        var started = 0
        var ended: [ExecutionStatus: Int] = [:]
        var milliseconds: Int64 = 0
        var transitions = 0
    }

    private let counts = Mutex(Counts())
    private let log: EventLog?

    /// Telemetry that writes log lines, or none.
    public init(log: EventLog? = nil) { self.log = log }

    /// A request that is being answered.
    struct Measurement: Sendable {
        var target: String
    }

    func begin(_ target: String?) -> Measurement { Measurement(target: target ?? "") }

    func end(_ measurement: Measurement, _ request: Request?, _ answer: StatesService.Response, requestID: String) {
        let name = request?.operation.rawValue ?? "unknown"
        counts.withLock { counts in
            counts.requests[name, default: 0] += 1
            if case .failure(let error) = answer { counts.errors[error.code, default: 0] += 1 }
        }
        log?.note(request, answer, requestID: requestID)
    }

    /// An execution began or ended.
    public func note(_ change: StatusChange) {
        counts.withLock { counts in
            if change.status == .running {
                counts.started += 1
            } else {
                counts.ended[change.status, default: 0] += 1
                counts.milliseconds += (change.stopTime ?? change.start.time) - change.start.time
                counts.transitions += change.transitions
            }
        }
        log?.note(change)
    }

    /// The counts in Prometheus's text format, under the names that CloudWatch has for them.
    func metricsText() -> String {
        let counts = counts.withLock { $0 }
        var text = ""
        func metric(_ name: String, _ help: String, _ lines: [(labels: String, value: String)]) {
            text += "# HELP \(name) \(help)\n# TYPE \(name) counter\n"
            for (labels, value) in lines { text += "\(name)\(labels) \(value)\n" }
        }
        func plain(_ value: Int) -> [(labels: String, value: String)] { [("", "\(value)")] }
        metric("ExecutionsStarted", "Executions that were started.", plain(counts.started))
        metric("ExecutionsSucceeded", "Executions that succeeded.", plain(counts.ended[.succeeded] ?? 0))
        metric("ExecutionsFailed", "Executions that failed.", plain(counts.ended[.failed] ?? 0))
        metric("ExecutionsAborted", "Executions that were stopped.", plain(counts.ended[.aborted] ?? 0))
        metric("ExecutionsTimedOut", "Executions that ran out of time.", plain(counts.ended[.timedOut] ?? 0))
        metric("ExecutionTime", "Milliseconds from start to end, of all executions that ended.", plain(Int(counts.milliseconds)))
        metric("ConsumedTransitions", "State transitions of executions that ended.", plain(counts.transitions))
        metric(
            "ServiceRequests", "Requests by operation.",
            counts.requests.sorted { $0.key < $1.key }.map { ("{operation=\"\($0.key)\"}", "\($0.value)") })
        metric(
            "ServiceErrors", "Answers that were errors, by code.",
            counts.errors.sorted { $0.key < $1.key }.map { ("{code=\"\($0.key)\"}", "\($0.value)") })
        return text
    }
}
