#if YAML
    import StatesJSON
    import StatesLanguage
    import StatesTemplates
    import Testing

    @Suite("Places inside of expressions in YAML")
    struct YAMLExpressionTests {
        /// `▸` stands before the name that is not supported.
        @Test(
            "a finding points at the name, however the scalar is written",
            arguments: [
                "Output: \"{% \\\"\\u00e4\\\" & \\t ▸oops %}\"",
                "Output: '{% ''ä'' & ▸oops %}'",
                "Output: '{% ''two''\n      & ▸oops %}'",
                "Output: |-\n      {% (\n        $x := 1;\n        ▸oops + $x\n      ) %}",
                "Output: >-\n      {% 1 +\n      2 + ▸oops\n      %}",
                "Output: !!str \"{% ▸oops %}\"",
                "Output: &anchor '{% ▸oops %}'",
                "Output:\n      '{% 1 +\n      ▸oops %}'",
                "Output: [\"{% 1 %}\", {a: \"{% ▸oops %}\"}]",
            ])
        func places(field: String) throws {
            let marked = """
                QueryLanguage: JSONata
                StartAt: A
                States:
                  A:
                    Type: Succeed
                    \(field)

                """
            let parts = marked.split(separator: "▸", omittingEmptySubsequences: false)
            let check = DefinitionCheck(yaml: parts.joined())
            #expect(check.diagnostics.map(\.message) == ["Reference to 'oops' at the top level is not supported."])
            let offset = try #require(parts.first).utf8.count
            #expect(check.diagnostics.map(\.range) == [SourceRange(offset, offset + 4)])
        }
    }
#endif
