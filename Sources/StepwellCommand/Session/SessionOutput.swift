import StatesCost
import StatesJSON
import StatesKernel
import StatesRuntime

/// What is written about executions that have ended.
struct SessionOutput: Equatable, Sendable {
    /// Whether standard output gets DescribeExecution instead of the output.
    var writesJSON: Bool
    var isQuiet: Bool
    /// For standard error.
    var ink: Ink
    /// Whether standard error is a terminal, on which lines are drawn anew.
    var isLive: Bool

    /// Writes an execution's result to standard output and its summary to standard error.
    func write(_ run: Run, retries: Int) throws(StreamFault) {
        if !isQuiet { for line in Self.summary(of: run, retries: retries).lines(ink: ink) { StandardStream.error.tell(line) } }
        if writesJSON {
            try StandardStream.output.write(AWSDocument.text(AWSDocument.execution(run)))
        } else if let output = run.output {
            try StandardStream.output.write(output.compactText + "\n")
        }
    }

    /// The summary, with a price where there is one: Express executions are not paid by transition.
    private static func summary(of run: Run, retries: Int) -> RunSummary {
        RunSummary(
            status: run.status, error: run.error, cause: run.cause, transitions: run.transitions, retries: retries,
            duration: run.stopTime - run.startTime,
            cost: run.start.isExpress ? nil : PriceTable.builtIn.cost(ofTransitions: run.transitions, in: region(of: run.arn)))
    }

    private static func region(of arn: String) -> String {
        let parts = arn.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count > 3 ? String(parts[3]) : ""
    }

    func note(_ text: String) {
        if !isQuiet { StandardStream.error.tell(ink.dim(text)) }
    }
}
