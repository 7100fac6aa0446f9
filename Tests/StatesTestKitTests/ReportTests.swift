import Foundation
import StatesTestKit
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite("reports")
struct ReportTests {
    /// A file with a case that passes, one that fails and one that is left out.
    static func results() async throws -> [FileResult] {
        let file = try Written.file(
            """
            { "mocks": { "Reserve": { "return": {} } },
              "cases": [
                { "name": "shipped", "mocks": { "Charge": { "return": { "amount": 7 } } }, "expect": { "status": "SUCCEEDED" } },
                { "name": "a <declined> & \\"refused\\" card", "mocks": { "Charge": { "throw": { "error": "Card.Declined", "cause": "\\u001b[31m" } },
                  "Release": { "return": { "MessageId": "m" } } },
                  "expect": { "path": ["Reserve", "Charge", "Ship"] } },
                { "name": "later", "skip": "not yet" } ] }
            """)
        return await TestSuite([file]).run(jobs: 1)
    }

    @Test("a failure shows what differs, where, and the part of the run around")
    func text() async throws {
        let text = TextReport.text(of: try await Self.results()[0])
        #expect(
            text == #"""
                ✗ order.test.json  3 cases, 1 failed, 1 left out
                  - later: not yet

                ✗ a <declined> & "refused" card  order.test.json:4
                  order.test.json:6:49: state 3 of the path is 'Release', not 'Ship'
                      6 |       "expect": { "path": ["Reserve", "Charge", "Ship"] } },
                        |                                                 ^^^^^^
                      expected  Reserve, Charge, Ship
                      actual    Reserve, Charge, Release, Failed
                  the run:
                      Reserve  at 0s, gave {"reservation":{}}
                      Charge   at 0s, Card.Declined: \u{1b}[31m, caught
                    ▸ Release  at 0s
                      Failed   at 0s, was not left
                      → FAILED  Card.Declined


                """#)
    }

    @Test("TAP numbers the cases and tells why one is not ok")
    func tap() async throws {
        let lines = MachineReport.tap(try await Self.results()).split(separator: "\n").map(String.init)
        #expect(lines.prefix(3) == ["TAP version 14", "1..3", "ok 1 - order.test.json: shipped"])
        #expect(lines[3] == #"not ok 2 - order.test.json: a <declined> & "refused" card"#)
        #expect(lines[4...5] == ["  ---", "  message: |"])
        #expect(lines.suffix(2) == ["  ...", "ok 3 - order.test.json: later # SKIP not yet"])
    }

    @Test("JSON counts, and places what is wrong")
    func json() async throws {
        let report = MachineReport.json(try await Self.results())
        #expect(report["cases"] == 3 && report["failed"] == 1 && report["skipped"] == 1)
        let cases = report["files"]?[0]?["cases"]
        #expect(cases?[1]?["problems"]?[0]?["line"] == 6)
        #expect(cases?[0]?["path"] == ["Reserve", "Charge", "Ship"])
        #expect(report["files"]?[0]?["unvisitedStates"] == [])
    }

    @Test("JUnit's document is what the common schema wants")
    func junit() async throws {
        let text = JUnitReport.text(try await Self.results())
        let problems = try JUnitSchema.problems(in: text)
        #expect(problems == [], "\(text)")
        #expect(text.contains(#"tests="3" failures="1" errors="0" skipped="1""#))
        #expect(text.contains(#"name="a &lt;declined&gt; &amp; &quot;refused&quot; card""#))
        #expect(text.contains(#"<skipped message="not yet"/>"#))
    }

    @Test("control characters never reach a document or a terminal")
    func escapes() {
        #expect(JUnitReport.escaped("a\u{1B}\u{0}<b>\n", inAttribute: true) == "a\u{FFFD}\u{FFFD}&lt;b&gt;&#10;")
    }
}

/// The rules of the schema that build servers use (the Jenkins flavour of JUnit's Ant task), for the elements that are written.
final class JUnitSchema: NSObject, XMLParserDelegate {
    private struct Element {
        var parents: Set<String>
        var required: Set<String>
        var optional: Set<String>
    }

    private static let elements = [
        "testsuites": Element(parents: [""], required: [], optional: ["name", "tests", "failures", "errors", "time", "disabled"]),
        "testsuite": Element(
            parents: ["testsuites"], required: ["name", "tests"],
            optional: ["failures", "errors", "skipped", "time", "timestamp", "hostname", "id", "package", "disabled"]),
        "testcase": Element(parents: ["testsuite"], required: ["name", "classname"], optional: ["time", "assertions", "status"]),
        "failure": Element(parents: ["testcase"], required: [], optional: ["message", "type"]),
        "skipped": Element(parents: ["testcase"], required: [], optional: ["message"]),
    ]

    private var path: [String] = [""]
    private var counts: [String: [Int]] = ["testcase": [], "failure": [], "skipped": []]
    private var wanted: [[String: String]] = []
    private var problems: [String] = []

    static func problems(in text: String) throws -> [String] {
        let schema = JUnitSchema()
        let parser = XMLParser(data: Data(text.utf8))
        parser.delegate = schema
        if !parser.parse() { schema.problems.append("not well-formed: \(parser.parserError.map { "\($0)" } ?? "")") }
        return schema.problems
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String] = [:]
    ) {
        guard let element = Self.elements[name] else { return problems.append("no element \(name)") }
        if !element.parents.contains(path.last ?? "") { problems.append("\(name) inside of \(path.last ?? "")") }
        let given = Set(attributes.keys)
        if !element.required.isSubset(of: given) { problems.append("\(name) lacks \(element.required.subtracting(given))") }
        let foreign = given.subtracting(element.required).subtracting(element.optional)
        if !foreign.isEmpty { problems.append("\(name) has \(foreign)") }
        for count in ["tests", "failures", "errors", "skipped"] {
            if let text = attributes[count], Int(text).map({ $0 < 0 }) ?? true { problems.append("\(name) \(count)=\(text)") }
        }
        if let time = attributes["time"], Double(time) == nil { problems.append("\(name) time=\(time)") }
        if name == "testsuite" {
            for key in counts.keys { counts[key] = [] }
            wanted.append(attributes)
        }
        counts[name]?.append(1)
        path.append(name)
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        path.removeLast()
        guard name == "testsuite", let attributes = wanted.last else { return }
        for (count, element) in [("tests", "testcase"), ("failures", "failure"), ("skipped", "skipped")]
        where attributes[count] != "\(counts[element]?.count ?? 0)" {
            problems.append("\(count) is \(attributes[count] ?? ""), and there are \(counts[element]?.count ?? 0)")
        }
    }
}
