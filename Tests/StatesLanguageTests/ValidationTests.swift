import StatesJSON
import StatesLanguage
import Testing

extension DefinitionCheck {
    /// The findings with all that is on record of them, in order.
    var found: [Found] {
        diagnostics.map { diagnostic in
            let place = source.position(of: diagnostic.range.lowerBound)
            return Found(
                code: diagnostic.code, severity: diagnostic.severity, pointer: diagnostic.pointer, message: diagnostic.message,
                line: place.line, column: place.column)
        }
    }
}

/// A text in which `▸` marked places.
struct MarkedText {
    let text: String
    /// The bytes that the marks stood before.
    let offsets: [Int]

    init(_ marked: String) {
        let parts = marked.split(separator: "▸", omittingEmptySubsequences: false)
        text = parts.joined()
        var offsets: [Int] = []
        var offset = 0
        for part in parts.dropLast() {
            offset += part.utf8.count
            offsets.append(offset)
        }
        self.offsets = offsets
    }
}

@Suite("Validation of definitions in JSON")
struct ValidationTests {
    @Test("every check answers code, pointer, message, line and column", arguments: ValidationCheck.all)
    func findings(check: ValidationCheck) {
        let marked = MarkedText(check.definition)
        let source = SourceText(marked.text, name: "test")
        let expected = zip(check.findings, marked.offsets).map { finding, offset in
            let place = source.position(of: offset)
            return Found(
                code: finding.code, severity: finding.severity, pointer: finding.pointer, message: finding.message,
                line: place.line,
                column: place.column)
        }
        #expect(marked.offsets.count == check.findings.count)
        #expect(DefinitionCheck(definition: marked.text, type: check.type).found == expected)
    }

    @Test("every numbered check has a row, but those of texts and names, which have tests below")
    func completeness() {
        let covered = Set(ValidationCheck.all.flatMap(\.numbers))
        let elsewhere: Set = [1, 2, 3, 5, 95]
        #expect(Set(1...100).subtracting(covered) == elsewhere)
    }

    @Test("text that is no JSON is answered in the words of AWS's parser")
    func notJSON() {
        let check = DefinitionCheck(definition: "{\"StartAt\": oops}")
        let location = "[Source: (String)\"{\"StartAt\": oops}\"; line: 1, column: 17]"
        let message =
            "Unrecognized token 'oops': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')\n at "
            + location
        #expect(
            check.found == [
                Found(code: .invalidJSONDescription, severity: .error, pointer: location, message: message, line: 1, column: 13)
            ])
    }

    @Test("a long text is quoted up to 500 characters")
    func truncatedSource() {
        let text = "{\"a\": \"\(String(repeating: "x", count: 600))\", oops"
        let pointer = DefinitionCheck(definition: text).diagnostics.first?.pointer
        #expect(
            pointer
                == "[Source: (String)\"\(text.prefix(500))\"[truncated \(text.count - 500) chars]; line: 1, column: \(text.count + 1)]"
        )
    }

    @Test(
        "what is no object is no definition",
        arguments: [
            ("", Diagnostic.Code.schemaValidationFailed, "Definition must be a valid JSON object"),
            ("  \n", .schemaValidationFailed, "Definition must be a valid JSON object"),
            ("[]", .schemaValidationFailed, "Definition must be a valid JSON object"),
            ("\"StartAt\"", .schemaValidationFailed, "Definition must be a valid JSON object"),
            ("null", .missingDescription, "There is no definition"),
        ])
    func noObject(text: String, code: Diagnostic.Code, message: String) {
        #expect(
            DefinitionCheck(definition: text).found == [
                Found(code: code, severity: .error, pointer: nil, message: message, line: 1, column: 1)
            ])
    }

    @Test("a definition of more than 1,048,576 characters is too long, one of as many is not")
    func length() {
        func definition(of count: Int) -> String {
            let start = "{\"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"Succeed\"}}, \"Comment\": \""
            return start + String(repeating: "ä", count: count - start.count - 2) + "\"}"
        }
        #expect(DefinitionCheck(definition: definition(of: 1_048_576)).found == [])
        #expect(
            DefinitionCheck(definition: definition(of: 1_048_577)).found == [
                Found(
                    code: .schemaValidationFailed, severity: .error, pointer: "/",
                    message: "The definition is longer than 1048576 characters", line: 1, column: 1)
            ])
        #expect(
            DefinitionCheck(definition: String(repeating: " ", count: 5_000_000) + "{}").diagnostics.map(\.message) == [
                "The definition is longer than 1048576 characters"
            ])
    }

    @Test("bytes that are not UTF-8 are pointed at")
    func encoding() {
        let check = DefinitionCheck(bytes: Array("{\n\"StartAt\": \"".utf8) + [0xFF] + Array("\"}".utf8))
        #expect(check.diagnostics.map(\.code) == [.invalidJSONDescription])
        #expect(check.found.map(\.line) == [2])
        #expect(check.found.map(\.column) == [13])
    }

    @Test(
        "names of state machines",
        arguments: [
            ("", Diagnostic.Code.stateMachineNameEmpty), (String(repeating: "x", count: 81), .stateMachineNameTooLong),
            ("a b", .stateMachineNameInvalid), ("a/b", .stateMachineNameInvalid), ("a\u{7}b", .stateMachineNameInvalid),
            ("a\u{85}b", .stateMachineNameInvalid),
        ])
    func machineNames(name: String, code: Diagnostic.Code) {
        #expect(MachineName.problem(with: name)?.code == code)
    }

    @Test("letters of any script, digits and -_.()+!@='; are good names", arguments: ["order-saga", "Größe_2", "a.b(c)+!@='"])
    func goodMachineNames(name: String) {
        #expect(MachineName.problem(with: name) == nil)
    }

    @Test("an object that names a field twice says so")
    func duplicateField() {
        let check = DefinitionCheck(definition: #"{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true, "End": false}}}"#)
        #expect(
            check.found == [
                Found(
                    code: .schemaValidationFailed, severity: .error, pointer: "/States/A/End", message: "Duplicate field 'End'",
                    line: 1,
                    column: 64)
            ])
    }

    @Test("rules nested more than a hundred deep are refused")
    func deepRules() {
        let depth = 101
        let rule =
            String(repeating: #"{"Not": "#, count: depth) + #"{"Variable": "$.x", "IsNull": true}"#
            + String(repeating: "}", count: depth)
        let definition = """
            {"StartAt": "A", "States": {"A": {"Type": "Choice", "Choices": [{"Next": "B", \(rule.dropFirst())], "Default": "B"},
             "B": {"Type": "Succeed"}}}
            """
        #expect(DefinitionCheck(definition: definition).diagnostics.map(\.code) == [.tooDeeplyNested])
    }

    @Test("text nested ten thousand deep is refused without recursion without end")
    func deepText() {
        let check = DefinitionCheck(definition: String(repeating: "[", count: 10_000))
        #expect(check.diagnostics.map(\.code) == [.tooDeeplyNested])
    }
}

@Suite("Suggestions")
struct SuggestionTests {
    private func suggestions(_ definition: String) -> [String?] {
        DefinitionCheck(definition: definition).diagnostics.filter { $0.severity == .error }.map(\.suggestion)
    }

    @Test("a target that is nearly a state's name")
    func target() {
        let check = DefinitionCheck(
            definition: #"""
                {"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "ChargeCrad"}, "ChargeCard": {"Type": "Succeed"}}}
                """#)
        #expect(check.diagnostics.first?.suggestion == "did you mean \"ChargeCard\"?")
        #expect(check.diagnostics.first?.fix == .init(range: SourceRange(58, 70), replacement: "\"ChargeCard\""))
    }

    @Test(
        "names that are nearly right",
        arguments: [
            (#"{"Type": "Succeed", "Coment": ""}"#, "did you mean \"Comment\"?"),
            (#"{"Type": "Succed"}"#, "did you mean \"Succeed\"?"),
            (#"{"type": "Succeed"}"#, nil),
            (#"{"Type": "Pass", "QueryLanguage": "jsonata", "End": true}"#, "did you mean \"JSONata\"?"),
            (
                #"{"Type": "Task", "Resource": "reserve", "End": true}"#,
                "a Lambda function is written \"arn:aws:lambda:us-east-1:123456789012:function:reserve\""
            ),
            (
                #"{"Type": "Task", "Resource": "arn:aws:states:::lambda:invok", "End": true}"#,
                "did you mean \"arn:aws:states:::lambda:invoke\"?"
            ),
            (
                #"{"Type": "Task", "Resource": "arn:aws:states:::kinesis:listStreams", "End": true}"#,
                "any other action is called by \"arn:aws:states:::aws-sdk:kinesis:listStreams\""
            ),
            (#"{"Type": "Wait", "Seconds": "$.s", "End": true}"#, "did you mean \"SecondsPath\"?"),
            (#"{"Type": "Pass", "Arguments": {}, "End": true}"#, nil),
        ])
    func nearNames(state: String, suggestion: String?) {
        let found = suggestions("{\"StartAt\": \"A\", \"States\": {\"A\": \(state)}}")
        #expect(found.first == suggestion)
    }

    @Test("ten thousand misspelt targets cost no product of names")
    func manyMisspeltTargets() {
        let states = (0..<10_000).map { "\"State\($0)\": {\"Type\": \"Pass\", \"Next\": \"Sttae\($0 + 1)\"}" }
        let check = DefinitionCheck(definition: "{\"StartAt\": \"State0\", \"States\": {\(states.joined(separator: ","))}}")
        #expect(check.diagnostics.count > 10_000)
    }
}
