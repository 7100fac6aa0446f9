#if YAML
    import StatesJSON
    import StatesLanguage
    import StatesTemplates
    import Testing

    @Suite("Validation of definitions in YAML")
    struct YAMLValidationTests {
        @Test("every check answers code, pointer, message, line and column", arguments: ValidationCheck.all)
        func findings(check: ValidationCheck) throws {
            let parts = check.definition.split(separator: "▸", omittingEmptySubsequences: false)
            let yaml = YAMLForm(try JSONNode(parsing: parts.joined()))
            let source = SourceText(yaml.text, name: "test")
            var offset = 0
            var expected: [Found] = []
            for (part, finding) in zip(parts, check.findings) {
                offset += part.utf8.count
                let place = source.position(of: try #require(yaml.offsets[offset]))
                expected.append(
                    Found(
                        code: finding.code, severity: finding.severity, pointer: finding.pointer, message: finding.message,
                        line: place.line, column: place.column))
            }
            let found = DefinitionCheck(yaml: yaml.text, type: check.type)
            #expect(found.diagnostics.map { Found($0, in: found.source) } == expected, "\(yaml.text)")
        }

        @Test("text that is no YAML is pointed at")
        func notYAML() {
            let check = DefinitionCheck(yaml: "StartAt: A\nStates: [A\nB: c")
            #expect(check.diagnostics.map(\.code) == [.invalidJSONDescription])
            #expect(check.diagnostics.map { Found($0, in: check.source).line } == [3])
            #expect(!check.isValid)
        }

        @Test(
            "what is no map is no definition",
            arguments: [
                ("", Diagnostic.Code.missingDescription), ("# nothing\n", .missingDescription), ("- a", .schemaValidationFailed),
                ("text", .schemaValidationFailed),
            ])
        func noObject(text: String, code: Diagnostic.Code) {
            #expect(DefinitionCheck(yaml: text).diagnostics.map(\.code) == [code])
        }

        @Test("a definition that is too long as JSON is too long")
        func length() {
            let yaml = "StartAt: A\nStates:\n  A: {Type: Succeed, Comment: \(String(repeating: "x", count: 1_048_576))}\n"
            #expect(DefinitionCheck(yaml: yaml).diagnostics.map(\.message) == ["The definition is longer than 1048576 characters"])
        }

        @Test("a machine made from YAML keeps compact JSON")
        func machine() throws {
            let check = DefinitionCheck(
                yaml: """
                    StartAt: Wait
                    States:
                      Wait:
                        Type: Wait
                        Seconds: ${Seconds}
                        End: yes
                    """, substitutions: ["Seconds": 7])
            #expect(check.diagnostics == [])
            let machine = try StateMachine(check, name: "m")
            #expect(machine.definition == #"{"StartAt":"Wait","States":{"Wait":{"Type":"Wait","Seconds":7,"End":true}}}"#)
        }
    }

    extension Found {
        fileprivate init(_ diagnostic: Diagnostic, in source: SourceText) {
            let place = source.position(of: diagnostic.range.lowerBound)
            self.init(
                code: diagnostic.code, severity: diagnostic.severity, pointer: diagnostic.pointer, message: diagnostic.message,
                line: place.line, column: place.column)
        }
    }
#endif
