import StatesJSON

/// Results in the XML that build servers read: `testsuites`, `testsuite`, `testcase`, `failure` and `skipped`, as JUnit's Ant task
/// writes them.
package enum JUnitReport {
    /// The document.
    package static func text(_ results: [FileResult]) -> String {
        let suites = results.map(suite)
        let all = results.flatMap(\.cases)
        let wrong = all.count { !$0.hasPassed } + results.count { !$0.mismatches.isEmpty }
        let seconds = all.reduce(0) { $0 + $1.seconds }
        let head = attributes([
            ("name", "stepwell"), ("tests", "\(all.count + results.count { !$0.mismatches.isEmpty })"), ("failures", "\(wrong)"),
            ("errors", "0"), ("time", time(seconds)),
        ])
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites\(head)>\n\(suites.joined())</testsuites>\n"
    }

    private static func suite(_ result: FileResult) -> String {
        let wrong = result.cases.count { !$0.hasPassed } + (result.mismatches.isEmpty ? 0 : 1)
        let head = attributes([
            ("name", result.file.path), ("tests", "\(result.cases.count + (result.mismatches.isEmpty ? 0 : 1))"),
            ("failures", "\(wrong)"), ("errors", "0"), ("skipped", "\(result.cases.count { $0.skipped != nil })"),
            ("time", time(result.cases.reduce(0) { $0 + $1.seconds })),
        ])
        var lines = "  <testsuite\(head)>\n"
        for found in result.cases { lines += testCase(found, result.file) }
        if !result.mismatches.isEmpty {
            lines += element(
                "mocks that all cases share", result.file, seconds: 0,
                body: failure(result.mismatches.map(\.message).joined(separator: "; "), text: ""))
        }
        return lines + "  </testsuite>\n"
    }

    private static func testCase(_ result: CaseResult, _ file: TestFile) -> String {
        var body = ""
        if let reason = result.skipped { body = "      <skipped\(attributes([("message", reason)]))/>\n" }
        if !result.hasPassed {
            body = failure(result.mismatches.map(\.message).joined(separator: "; "), text: TextReport.failure(of: result, in: file))
        }
        return element(result.name, file, seconds: result.seconds, body: body)
    }

    private static func element(_ name: String, _ file: TestFile, seconds: Double, body: String) -> String {
        let head = attributes([("name", name), ("classname", file.machine.name), ("time", time(seconds))])
        return body.isEmpty ? "    <testcase\(head)/>\n" : "    <testcase\(head)>\n\(body)    </testcase>\n"
    }

    private static func failure(_ message: String, text: String) -> String {
        "      <failure\(attributes([("message", message), ("type", "mismatch")]))>\(escaped(text))</failure>\n"
    }

    private static func attributes(_ pairs: [(String, String)]) -> String {
        pairs.map { " \($0.0)=\"\(escaped($0.1, inAttribute: true))\"" }.joined()
    }

    /// XML's five, and no character that XML 1.0 cannot hold.
    package static func escaped(_ text: String, inAttribute: Bool = false) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\n" where inAttribute: result += "&#10;"
            case "\t" where inAttribute: result += "&#9;"
            case "\n", "\t": result.unicodeScalars.append(scalar)
            case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Seconds with six digits behind the point, without an exponent.
    private static func time(_ seconds: Double) -> String {
        let micros = Int64((max(0, seconds) * 1_000_000).rounded())
        let fraction = String(micros % 1_000_000)
        return "\(micros / 1_000_000)." + String(repeating: "0", count: 6 - fraction.utf8.count) + fraction
    }
}
