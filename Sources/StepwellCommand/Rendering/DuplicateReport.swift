import StatesJSON
import StatesKernel
import StatesRuntime

/// What is said about an Express execution that was run twice with different ends.
enum DuplicateReport {
    private static let width = 200

    static func lines(_ first: Run, _ second: Run, ink: Ink) -> [String] {
        [
            ink.yellow(
                "\(DisplayText.visible(first.name)) was run twice, as may happen to an Express execution, and the ends differ:"),
            "  once   " + end(of: first),
            "  again  " + end(of: second),
        ]
    }

    private static func end(of run: Run) -> String {
        let detail = run.output?.compactText ?? FailureText.line(error: run.error, cause: run.cause)
        return DisplayText.shortened("\(run.status.rawValue)  \(DisplayText.visible(detail))", to: width)
    }
}
