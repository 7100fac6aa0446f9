import StatesJSON

/// Results for other programs.
package enum MachineReport {
    /// The Test Anything Protocol, version 14.
    package static func tap(_ results: [FileResult]) -> String {
        var lines = ["TAP version 14", "1..\(results.reduce(0) { $0 + $1.cases.count + ($1.mismatches.isEmpty ? 0 : 1) })"]
        var number = 0
        for result in results {
            for found in result.cases {
                number += 1
                let name = Control.visible("\(result.file.path): \(found.name)").replacing("#", with: "\\#")
                let reason = found.skipped.map { " # SKIP \(Control.visible($0))" } ?? ""
                lines.append("\(found.hasPassed ? "ok" : "not ok") \(number) - \(name)\(reason)")
                if !found.hasPassed { lines += diagnosis(TextReport.failure(of: found, in: result.file)) }
            }
            guard !result.mismatches.isEmpty else { continue }
            number += 1
            lines.append("not ok \(number) - \(Control.visible(result.file.path)): mocks that all cases share")
            lines += diagnosis(result.mismatches.map(\.message).joined(separator: "\n"))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func diagnosis(_ text: String) -> [String] {
        ["  ---", "  message: |"] + text.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)" } + ["  ..."]
    }

    /// One object for everything: counts, and the cases with what was wrong.
    package static func json(_ results: [FileResult]) -> JSONValue {
        let cases = results.flatMap(\.cases)
        return [
            "cases": .integer(cases.count), "failed": .integer(cases.count { !$0.hasPassed }),
            "skipped": .integer(cases.count { $0.skipped != nil }), "files": .array(results.map(file)),
        ]
    }

    private static func file(_ result: FileResult) -> JSONValue {
        [
            "path": .string(result.file.path), "machine": .string(result.file.machine.name),
            "problems": .array(result.mismatches.map { mismatch($0, result.file) }),
            "unvisitedStates": .array(result.unvisitedStates.map { .string($0) }),
            "cases": .array(result.cases.map { found($0, result.file) }),
        ]
    }

    private static func found(_ result: CaseResult, _ file: TestFile) -> JSONValue {
        var line = JSONObject([
            ("name", .string(result.name)), ("line", .integer(file.source.position(of: result.place.lowerBound).line)),
            ("result", .string(result.skipped != nil ? "skipped" : result.hasPassed ? "passed" : "failed")),
            ("seconds", .number(.double((result.seconds * 1_000_000).rounded() / 1_000_000))),
        ])
        line["reason"] = result.skipped.map { .string($0) }
        if let outcome = result.outcome {
            line["status"] = .string(outcome.status)
            line["path"] = .array(outcome.trail.path.map { .string($0) })
            line["transitions"] = .integer(outcome.trail.transitions)
        }
        line["problems"] = .array(result.mismatches.map { mismatch($0, file) })
        return .object(line)
    }

    private static func mismatch(_ mismatch: Mismatch, _ file: TestFile) -> JSONValue {
        var line = JSONObject([("message", .string(mismatch.message))])
        if let place = mismatch.place {
            let position = file.source.position(of: place.lowerBound)
            line["line"] = .integer(position.line)
            line["column"] = .integer(position.column)
        }
        line["expected"] = mismatch.expected.map { .string($0) }
        line["actual"] = mismatch.actual.map { .string($0) }
        return .object(line)
    }
}
