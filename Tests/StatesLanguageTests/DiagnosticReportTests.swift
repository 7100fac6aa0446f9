import StatesJSON
import StatesLanguage
import Testing

@Suite("Reports of diagnostics")
struct DiagnosticReportTests {
    private let report: DiagnosticReport = {
        let check = DefinitionCheck(
            definition: """
                {
                  "StartAt": "Reserve",
                  "States": {
                    "Reserve": {"Type": "Pass", "Next": "ChargeCrad"},
                    "ChargeCard": {"Type": "Fail", "Error": "$.e"}
                  }
                }
                """, source: "check out.asl.json")
        return DiagnosticReport(diagnostics: check.diagnostics, source: check.source)
    }()

    @Test("text shows place, code, pointer, line, carets, message and remedy")
    func text() {
        #expect(
            report.text() == """
                check out.asl.json:4:41: error: MISSING_TRANSITION_TARGET at /States/Reserve/Next
                    4 |     "Reserve": {"Type": "Pass", "Next": "ChargeCrad"},
                      |                                         ^^^^^^^^^^^^ Missing 'Next' target: ChargeCrad; did you mean "ChargeCard"?
                check out.asl.json:5:5: error: MISSING_TRANSITION_TARGET at /States/ChargeCard
                    5 |     "ChargeCard": {"Type": "Fail", "Error": "$.e"}
                      |     ^^^^^^^^^^^^ State "ChargeCard" is not reachable.
                check out.asl.json:5:45: warning: NO_PATH at /States/ChargeCard/Error
                    5 |     "ChargeCard": {"Type": "Fail", "Error": "$.e"}
                      |                                             ^^^^^ Field value looks like a path, but field name does not end with 'Path'; did you mean "ErrorPath"?
                """)
    }

    @Test("colour adds escape sequences and nothing else")
    func colour() {
        let coloured = report.text(colour: true)
        #expect(coloured.contains("\u{1B}[1;31m"))
        #expect(coloured.contains("\u{1B}[1;33m"))
        var plain = ""
        var isEscape = false
        for character in coloured.unicodeScalars {
            if character == "\u{1B}" { isEscape = true }
            if !isEscape { plain.unicodeScalars.append(character) }
            if character == "m" { isEscape = false }
        }
        #expect(plain == report.text())
    }

    @Test("a place in a long line is shown in a window, and control characters do not reach the terminal")
    func longLine() throws {
        let marked = MarkedText(
            "{\"Comment\": \"\(String(repeating: "ü", count: 5_000))\t\u{1B}\", ▸\"x\": 1, \"y\": \(String(repeating: "9", count: 500))}"
        )
        let at = try #require(marked.offsets.first)
        let report = DiagnosticReport(
            diagnostics: [Diagnostic(.schemaValidationFailed, .error, "m", pointer: "/", range: SourceRange(at, at + 3))],
            source: SourceText(marked.text, name: "f"))
        let lines = report.text().split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[1].unicodeScalars.count <= 8 + 122)
        #expect(!report.text().contains("\u{1B}"))
        let caret = lines[2].unicodeScalars.firstIndex(of: "^").map {
            lines[2].unicodeScalars.distance(from: lines[2].startIndex, to: $0)
        }
        let shown = lines[1].unicodeScalars
        #expect(caret.map { String(String.UnicodeScalarView(shown.dropFirst($0).prefix(3))) } == "\"x\"")
    }

    @Test("JSON says everything once")
    func json() {
        #expect(
            report.json()[0] == [
                "file": "check out.asl.json", "line": 4, "column": 41, "endLine": 4, "endColumn": 53, "severity": "ERROR",
                "code": "MISSING_TRANSITION_TARGET", "message": "Missing 'Next' target: ChargeCrad",
                "location": "/States/Reserve/Next",
                "suggestion": "did you mean \"ChargeCard\"?",
                "fix": ["line": 4, "column": 41, "endLine": 4, "endColumn": 53, "replacement": "\"ChargeCard\""],
            ])
    }

    @Test("GitHub's commands escape what they must")
    func github() {
        let lines = report.github().split(separator: "\n")
        #expect(
            lines.first
                == "::error file=check out.asl.json,line=4,col=41,endColumn=53,title=MISSING_TRANSITION_TARGET::Missing 'Next' target: ChargeCrad; did you mean \"ChargeCard\"? (/States/Reserve/Next)"
        )
        #expect(lines.last?.hasPrefix("::warning file=") == true)
        let odd = DiagnosticReport(
            diagnostics: [Diagnostic(.unresolvedSymbol, .note, "50% off\nnow", pointer: nil, range: SourceRange(0, 1))],
            source: SourceText("{}", name: "a,b:c"))
        #expect(odd.github() == "::notice file=a%2Cb%3Ac,line=1,col=1,endColumn=2,title=UNRESOLVED_SYMBOL::50%25 off")
    }

    @Test("SARIF 2.1.0 has rules, results, regions and fixes")
    func sarif() throws {
        let log = report.sarif(version: "1.2.3")
        #expect(log["version"] == "2.1.0")
        let run = try #require(log["runs"]?[0])
        #expect(
            run["tool"] == [
                "driver": [
                    "name": "stepwell", "version": "1.2.3", "rules": [["id": "MISSING_TRANSITION_TARGET"], ["id": "NO_PATH"]],
                ]
            ])
        let region: JSONValue = [
            "startLine": 4, "startColumn": 41, "endLine": 4, "endColumn": 53, "byteOffset": 80, "byteLength": 12,
        ]
        #expect(
            run["results"]?[0] == [
                "ruleId": "MISSING_TRANSITION_TARGET", "ruleIndex": 0, "level": "error",
                "message": ["text": "Missing 'Next' target: ChargeCrad; did you mean \"ChargeCard\"?"],
                "locations": [
                    [
                        "physicalLocation": ["artifactLocation": ["uri": "check%20out.asl.json"], "region": region],
                        "logicalLocations": [["fullyQualifiedName": "/States/Reserve/Next"]],
                    ]
                ],
                "fixes": [
                    [
                        "description": ["text": "did you mean \"ChargeCard\"?"],
                        "artifactChanges": [
                            [
                                "artifactLocation": ["uri": "check%20out.asl.json"],
                                "replacements": [["deletedRegion": region, "insertedContent": ["text": "\"ChargeCard\""]]],
                            ]
                        ],
                    ]
                ],
            ])
    }
}
