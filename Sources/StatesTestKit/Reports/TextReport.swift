import StatesJSON

/// How results are painted; the command gives a terminal's colours.
package struct ReportInk: Sendable {
    package var passed: @Sendable (String) -> String
    package var failed: @Sendable (String) -> String
    package var dim: @Sendable (String) -> String

    /// No colours.
    package static let plain = ReportInk(passed: { $0 }, failed: { $0 }, dim: { $0 })

    package init(
        passed: @escaping @Sendable (String) -> String, failed: @escaping @Sendable (String) -> String,
        dim: @escaping @Sendable (String) -> String
    ) {
        self.passed = passed
        self.failed = failed
        self.dim = dim
    }
}

/// Results for people.
package enum TextReport {
    /// A file's results: one line for those that pass, everything about those that fail.
    package static func text(of result: FileResult, ink: ReportInk = .plain) -> String {
        var lines: [String] = []
        let failed = result.cases.filter { !$0.hasPassed }
        let skipped = result.cases.filter { $0.skipped != nil }
        let isWell = failed.isEmpty && result.mismatches.isEmpty
        let mark = isWell ? ink.passed("✓") : ink.failed("✗")
        var line = "\(mark) \(Control.visible(result.file.path))  \(count(result.cases.count, "case"))"
        if !failed.isEmpty { line += ", " + ink.failed("\(failed.count) failed") }
        if !skipped.isEmpty { line += ", \(skipped.count) left out" }
        lines.append(line)
        for mismatch in result.mismatches { lines += self.lines(of: mismatch, nil, result.file.source, ink) }
        for result in skipped { lines.append("  - \(Control.visible(result.name)): \(Control.visible(result.skipped ?? ""))") }
        for failure in failed { lines += ["", self.failure(of: failure, in: result.file, ink: ink)] }
        if !failed.isEmpty { lines.append("") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A failed case: what differs, with its place, and the part of the run around.
    package static func failure(of result: CaseResult, in file: TestFile, ink: ReportInk = .plain) -> String {
        let place = file.source.position(of: result.place.lowerBound)
        var lines = ["\(ink.failed("✗")) \(Control.visible(result.name))  \(ink.dim("\(file.source.name):\(place.line)"))"]
        for mismatch in result.mismatches { lines += self.lines(of: mismatch, result.outcome, file.source, ink) }
        if let outcome = result.outcome {
            lines += around(result.mismatches.lazy.compactMap(\.visit).first, outcome).map { ink.dim("  " + $0) }
        }
        return lines.joined(separator: "\n")
    }

    private static func lines(of mismatch: Mismatch, _ outcome: Outcome?, _ source: SourceText, _ ink: ReportInk) -> [String] {
        var lines: [String] = []
        let message = Control.visible(mismatch.message)
        if let place = mismatch.place {
            lines.append("  " + SourceExcerpt.line(message, place, source))
            lines += SourceExcerpt.excerpt(place, source).map { "  " + Control.visible($0) }
        } else {
            lines.append("  " + message)
        }
        if let expected = mismatch.expected { lines.append("      expected  " + ink.passed(Control.visible(expected))) }
        if let actual = mismatch.actual { lines.append("      actual    " + ink.failed(Control.visible(actual))) }
        return lines
    }

    /// The visits around one of them, or at the run's end.
    private static func around(_ focus: Int?, _ outcome: Outcome) -> [String] {
        let visits = outcome.trail.visits
        guard !visits.isEmpty else { return [] }
        let middle = focus ?? visits.count - 1
        let range = max(0, middle - 3)..<min(visits.count, middle + 4)
        let width = visits[range].map { $0.state.unicodeScalars.count + 2 * $0.depth }.max() ?? 0
        var lines = [range.lowerBound > 0 ? "the run around it:" : "the run:"]
        if range.lowerBound > 0 { lines.append("    …") }
        for number in range {
            lines.append((number == focus ? "  ▸ " : "    ") + line(of: visits[number], since: outcome.startTime, width: width))
        }
        if range.upperBound < visits.count {
            lines.append("    …")
        } else {
            lines.append("    → " + Control.visible(ending(of: outcome)))
        }
        return lines
    }

    private static func line(of visit: Trail.Visit, since start: Int64, width: Int) -> String {
        let name = String(repeating: "  ", count: visit.depth) + Control.visible(visit.state)
        var line = name + String(repeating: " ", count: max(0, width - name.unicodeScalars.count)) + "  "
        line += "at " + TimeText.of(visit.enteredAt - start)
        if let iteration = visit.iteration { line += ", iteration \(iteration)" }
        if visit.attempts.count > 1 { line += ", \(visit.attempts.count) attempts" }
        if let failure = visit.failure {
            line += ", \(failure.error ?? "failed")" + (failure.cause.map { $0.isEmpty ? "" : ": \($0)" } ?? "")
            if visit.isCaught { line += ", caught" }
        } else if visit.exitedAt == nil {
            line += ", was not left"
        } else if let output = visit.output, output != visit.input {
            line += ", gave \(Excerpt.of(output, limit: 80))"
        }
        return Control.visible(line)
    }

    private static func ending(of outcome: Outcome) -> String {
        switch (outcome.error, outcome.output) {
        case (let error?, _): "\(outcome.status)  \(error)" + (outcome.cause.map { $0.isEmpty ? "" : ": \($0)" } ?? "")
        case (nil, let output?): "\(outcome.status)  \(Excerpt.of(output))"
        case (nil, nil): outcome.status
        }
    }

    static func count(_ number: Int, _ noun: String) -> String { number == 1 ? "1 \(noun)" : "\(number) \(noun)s" }
}

/// Names, errors and causes come from definitions and mocks; a control character in them must not reach a terminal.
enum Control {
    static func visible(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        return text.unicodeScalars.map { isControl($0) ? ($0 == "\n" ? "\\n" : "\\u{\(String($0.value, radix: 16))}") : String($0) }
            .joined()
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || (0x202A...0x202E).contains(scalar.value)
            || (0x2066...0x2069).contains(scalar.value)
    }
}
