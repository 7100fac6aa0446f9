import StatesJSON
import StatesLanguage

/// What is to be said about several definitions.
struct ValidationReports {
    private let reports: [DiagnosticReport]

    init(paths: [String], type: MachineType, substitutions: [String: JSONValue]) throws(Complaint) {
        var reports: [DiagnosticReport] = []
        for path in paths {
            let check = try DefinitionFile(path: path).check(type: type, substitutions: substitutions)
            reports.append(DiagnosticReport(diagnostics: check.diagnostics, source: check.source))
        }
        self.reports = reports
    }

    var hasErrors: Bool { reports.contains { $0.diagnostics.contains { $0.severity == .error } } }

    func text(ink: Ink) -> String {
        reports.map { $0.text(colour: ink.isColoured) }.filter { !$0.isEmpty }.map { $0 + "\n" }.joined()
    }

    var json: JSONValue { .array(reports.flatMap { $0.json().array ?? [] }) }
    var sarif: JSONValue { DiagnosticReport.sarif(reports, version: Version.text) }
    var github: String { reports.map { $0.github() }.filter { !$0.isEmpty }.map { $0 + "\n" }.joined() }

    /// `3 definitions: 2 errors, 1 warning`.
    var summary: String {
        let counts = Diagnostic.Severity.allCases.map { severity in
            (severity.word, reports.reduce(0) { $0 + $1.diagnostics.count { $0.severity == severity } })
        }
        let found = counts.filter { $0.1 > 0 }.map { Self.count($0.1, $0.0) }
        return "\(Self.count(reports.count, "definition")): \(found.isEmpty ? "nothing to say" : found.joined(separator: ", "))"
    }

    private static func count(_ number: Int, _ noun: String) -> String { number == 1 ? "1 \(noun)" : "\(number) \(noun)s" }
}
