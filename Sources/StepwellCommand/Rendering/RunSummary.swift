import StatesCost
import StatesJSON
import StatesKernel

/// The last lines of a run:
///
/// ```
/// FAILED  Card.Declined: limit reached
/// 6 transitions (2 of them retries) · 6.2 s · $0.00015 us-east-1, prices of 2025-08-01
/// ```
struct RunSummary: Equatable {
    var status: ExecutionStatus
    var error: String?
    var cause: String?
    var transitions: Int
    var retries: Int
    /// Milliseconds from start to end.
    var duration: Int64
    /// What it cost, for Standard executions in a region whose price is known.
    var cost: ExecutionCost?

    func lines(ink: Ink) -> [String] {
        var first = status == .succeeded ? ink.green(status.rawValue) : ink.red(status.rawValue)
        let failure = FailureText.line(error: error, cause: cause)
        if !failure.isEmpty { first += "  " + failure }
        var counts = "\(transitions.grouped) \(transitions == 1 ? "transition" : "transitions")"
        if retries > 0 { counts += " (\(retries.grouped) of them \(retries == 1 ? "a retry" : "retries"))" }
        var parts = [counts, DurationText(sentence: duration).text]
        if let cost { parts.append("\(cost)") }
        return [first, ink.dim(parts.joined(separator: " · "))]
    }
}
