import StatesJSON
import StatesLanguage
import Testing

/// Checks 63 to 67 of the list in asl.md section 15, with places inside the strings of a definition.
@Suite("JSONata expressions of a definition")
struct ExpressionTests {
    /// What is found in a machine whose only state is this one, besides where it begins: the source text of each finding.
    private func findings(_ state: String) -> [String] {
        let check = DefinitionCheck(
            definition: #"{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": \#(state), "B": {"Type": "Succeed"}}}"#)
        let text = Array(check.source.text.utf8)
        return check.diagnostics.filter { $0.message != "State \"B\" is not reachable." }.map { finding in
            let written = String(decoding: text[finding.range.lowerBound..<finding.range.upperBound], as: UTF8.self)
            let severity = finding.severity == .error ? "" : "\(finding.severity.word) "
            return "\(severity)\(finding.code.rawValue) at \(finding.pointer ?? "-"): \(finding.message) <\(written)>"
        }
    }

    @Test(
        "every name at the top level is refused once, with its place inside the string",
        arguments: [
            ("phone", ["phone"]), ("phone & phone", ["phone"]), ("a.b + c.d", ["a", "c"]), ("$sum(prices)", ["prices"]),
            ("[x, {'k': y}]", ["x", "y"]), ("($v := z; $v)", ["z"]), ("$ + 1", ["$"]), ("function($p){q}", ["q"]),
            ("$states.input.items[price > 3].name", []), ("$map($states.input, function($i){$i.name})", []),
            ("$states.input.{'a': b}", []), ("$states.input^(<price)", []), ("$states.input.(name & $)", []),
        ])
    func topLevel(expression: String, names: [String]) {
        #expect(
            findings(#"{"Type": "Pass", "Output": {"v": "{% \#(expression) %}"}, "Next": "B"}"#)
                == names.map {
                    "UNSUPPORTED_JSONATA_EXPRESSION at /States/A/Output/v: Reference to '\($0)' at the top level is not supported. <\($0)>"
                })
    }

    @Test("$$ is refused everywhere")
    func root() {
        #expect(
            findings(#"{"Type": "Pass", "Output": "{% $states.input[$$.x] %}", "Next": "B"}"#) == [
                "UNSUPPORTED_JSONATA_EXPRESSION at /States/A/Output: Reference to '$$' is not supported. <$$>"
            ])
    }

    @Test(
        "an expression that does not parse is refused in the library's words, without its code",
        arguments: [
            ("1 +", "Unexpected end of expression"), ("", "Unexpected end of expression"), ("a[1,2)", #"Expected "]", got ",""#),
        ])
    func syntax(expression: String, message: String) {
        let found = findings(#"{"Type": "Pass", "Assign": {"v": "{% \#(expression) %}"}, "Next": "B"}"#)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("INVALID_JSONATA_EXPRESSION at /States/A/Assign/v: \(message) <") == true)
    }

    @Test(
        "$states.result and $states.errorOutput exist where there is one, and no other members do",
        arguments: [
            (#"{"Type": "Pass", "Output": "{% $states.result %}", "Next": "B"}"#, ["/States/A/Output", "result"]),
            (
                #"{"Type": "Pass", "Assign": {"x": "{% $states.errorOutput %}"}, "Next": "B"}"#,
                ["/States/A/Assign/x", "errorOutput"]
            ),
            (#"{"Type": "Wait", "Seconds": "{% $states.results %}", "Next": "B"}"#, ["/States/A/Seconds", "results"]),
            (
                #"{"Type": "Choice", "Choices": [{"Condition": "{% $states.result %}", "Next": "B"}]}"#,
                ["/States/A/Choices[0]/Condition", "result"]
            ),
            (#"{"Type": "Parallel", "Arguments": ["{% $states.result %}"], \#(branches)}"#, ["/States/A/Arguments[0]", "result"]),
            (#"{"Type": "Parallel", "Output": "{% $states.result %}", "Assign": {"x": "{% $states.result %}"}, \#(branches)}"#, []),
            (
                #"{"Type": "Parallel", "Catch": [{"ErrorEquals": ["X"], "Next": "B", "Output": {"v": "{% $states.errorOutput.Error %}"}, "Assign": {"e": "{% $states.errorOutput %}"}}], \#(branches)}"#,
                []
            ),
            (
                #"{"Type": "Parallel", "Catch": [{"ErrorEquals": ["X"], "Next": "B", "Output": {"v": "{% $states.result %}"}}], \#(branches)}"#,
                ["/States/A/Catch[0]/Output/v", "result"]
            ),
            (
                #"{"Type": "Pass", "Output": ["{% $states.input %}", "{% $states.context.State.Name %}", "{% $states %}"], "Next": "B"}"#,
                []
            ),
        ])
    func reserved(state: String, place: [String]) {
        let found = findings(state)
        guard place.count == 2 else { return #expect(found == []) }
        #expect(found.count == 1)
        #expect(
            found.first?.hasPrefix(
                "UNSUPPORTED_JSONATA_EXPRESSION at \(place[0]): Reference to '$states.\(place[1])' is not supported. <$states")
                == true)
    }

    private static let branches = #""Branches": [{"StartAt": "I", "States": {"I": {"Type": "Succeed"}}}], "Next": "B""#

    @Test("what AWS accepts and fails later is a doubt: unknown functions, $eval, variables that nobody assigns")
    func doubts() {
        #expect(
            findings(
                #"{"Type": "Pass", "Output": ["{% $eval('1') %}", "{% $lenght('1') %}", "{% $x + $now() %}", "{% $map([1], $string) %}"], "Next": "B"}"#
            ) == [
                "warning UNSUPPORTED_JSONATA_EXPRESSION at /States/A/Output[0]: The function $eval is not available. <$eval>",
                "warning UNSUPPORTED_JSONATA_EXPRESSION at /States/A/Output[1]: There is no function $lenght. <$lenght>",
                "warning SCHEMA_VALIDATION_FAILED at /States/A/Output[2]: The variable '$x' is never assigned in this scope <$x>",
            ])
    }

    @Test("variables that are assigned, bound or parameters are no doubt")
    func variables() {
        #expect(
            findings(
                #"{"Type": "Pass", "Assign": {"x": 1}, "Output": "{% ($y := $x; $map([1], function($z){$y + $z})) %}", "Next": "B"}"#
            )
                == [])
    }

    @Test("an inner scope may not assign what an outer one has assigned before")
    func shadowing() {
        let check = DefinitionCheck(
            definition: #"""
                {"QueryLanguage": "JSONata", "StartAt": "A", "States": {
                  "A": {"Type": "Pass", "Assign": {"x": "{% 1 %}"}, "Next": "P"},
                  "P": {"Type": "Parallel", "End": true, "Branches": [{"StartAt": "I", "States": {
                    "I": {"Type": "Pass", "Assign": {"x": "{% 2 %}"}, "End": true}}}]}}}
                """#)
        #expect(check.diagnostics.map(\.pointer) == ["/States/P/Branches[0]/States/I/Assign"])
    }

    @Test("escapes in the string do not shift the place")
    func escapes() {
        let marked = MarkedText(
            #"""
            {"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Pass", "End": true, "Output":
              {"v\n": "{% \"ä\\n\" & '\u00e4\ud83d\ude00'\t\n & ▸oops & '\/' & ▸more %}"}}}}
            """#)
        let check = DefinitionCheck(definition: marked.text)
        #expect(check.diagnostics.map(\.range.lowerBound) == marked.offsets)
        #expect(check.diagnostics.map { $0.range.upperBound - $0.range.lowerBound } == [4, 4])
    }

    @Test("where a substitution has been made inside, the whole string is the place")
    func substituted() {
        let marked = MarkedText(
            #"{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Pass", "End": true, "Output": ▸"{% '${Name}' & oops %}"}}}"#
        )
        let check = DefinitionCheck(definition: marked.text, substitutions: ["Name": "a longer text"])
        #expect(check.diagnostics.map(\.range.lowerBound) == marked.offsets)
        #expect(
            DefinitionCheck(definition: marked.text).diagnostics.map(\.code) == [.unresolvedSymbol, .unsupportedJSONataExpression])
    }

    @Test("an expression that a symbol's value would complete waits for the value")
    func symbols() {
        let definition =
            #"{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": "{% 5 * ${Factor} %}", "End": true}}}"#
        #expect(DefinitionCheck(definition: definition).diagnostics.map(\.code) == [.unresolvedSymbol])
        #expect(throws: UnresolvedSymbols.self) { try StateMachine(definition: definition) }
        #expect(throws: Never.self) { try StateMachine(definition: definition, substitutions: ["Factor": 3]) }
    }

    @Test("a definition of many deeply nested expressions is read in linear time")
    func deep() {
        let depth = 900
        let value = String(repeating: #"{"a": ["{% 1 %}", "#, count: depth / 2) + "0" + String(repeating: "]}", count: depth / 2)
        #expect(findings(#"{"Type": "Pass", "Output": \#(value), "Next": "B"}"#) == [])
    }
}
