#if YAML
    import StatesJSON
    import StatesTemplates
    import Testing

    @Suite("YAML as CloudFormation reads it")
    struct YAMLTextTests {
        @Test(
            "what unquoted scalars mean",
            arguments: [
                ("NO", JSONValue.bool(false)), ("yes", true), ("On", true), ("off", false), ("true", true), ("y", "y"), ("n", "n"),
                ("1_000", 1000), ("0x1F", 31), ("0b101", 5), ("0755", 493), ("1:30", 90), ("+7", 7), ("-7", -7), ("0", 0),
                ("-0", 0),
                ("012345678901", "012345678901"), ("08", "08"), ("12_", 12), ("1.5", 1.5), (".5", 0.5), ("-1.", -1.0),
                ("1e3", 1000.0),
                ("1.2.3", "1.2.3"), ("1-2", "1-2"), (".inf", ".inf"), (".", "."), ("-", .array([nil])),
                ("2001-12-14", "2001-12-14"),
                ("~", nil), ("null", nil), ("", nil), ("NULL", nil), ("text", "text"), ("\"NO\"", "NO"), ("'1_000'", "1_000"),
                ("99999999999999999999", .number(.text("99999999999999999999"))), ("!!str 5", "5"), ("!!int \"5\"", 5),
                ("! 5", "5"),
            ])
        func scalars(text: String, value: JSONValue) throws {
            #expect(try parseYAML(text).value == value)
        }

        @Test("numbers beyond 64 bits and fractions keep their digits")
        func digits() throws {
            guard case .array(let elements) = try parseYAML("[1_0.50, 123456789012345678901, -.5e+3]").content else {
                Issue.record("no list")
                return
            }
            let texts = elements.map { element -> String in
                if case .number(.text(let text)) = element.content { text } else { "\(element.content)" }
            }
            #expect(texts == ["10.50", "123456789012345678901", "-0.5e+3"])
        }

        @Test("keys are text as it is written")
        func keys() throws {
            #expect(try parseYAML("No: 1\n1_000: 2\n~: 3\n\"a b\": 4\n").value == ["No": 1, "1_000": 2, "~": 3, "a b": 4])
        }

        @Test(
            "tags of CloudFormation's functions",
            arguments: [
                ("!Sub \"${A}-x\"", JSONNode.Content.string("${A}-x")), ("!Ref Table", .symbol("Table")),
                ("!GetAtt Charge.Arn", .symbol("Charge.Arn")), ("!GetAtt [Charge, Arn]", .symbol("Charge.Arn")),
                ("!Sub [\"${A}\", {A: 1}]", .string("${A}")), ("!Join [\"\", [a, b]]", .symbol("Join")),
                ("!ImportValue shared", .symbol("shared")), ("!If [c, 1, 2]", .symbol("If")), ("${Max}", .symbol("Max")),
                ("\"${Max}\"", .string("${Max}")), ("${Max} x", .string("${Max} x")),
            ])
        func tags(text: String, content: JSONNode.Content) throws {
            #expect("\(try parseYAML(text).content)" == "\(content)")
        }

        @Test("every value knows its bytes, also after characters of several bytes and behind a byte order mark")
        func ranges() throws {
            let text =
                "\u{FEFF}# größer\nä: \"b\\n\" # c\nlist:\n  - plain text  \n  - {x: [1, 2]}\nblock: |\n  one\n  two\nlast: 'é'\n"
            let bytes = Array(text.utf8)
            func slice(_ range: SourceRange) -> String {
                String(decoding: bytes[range.lowerBound..<range.upperBound], as: UTF8.self)
            }
            guard case .object(let members) = try parseYAML(text).content else {
                Issue.record("no map")
                return
            }
            #expect(members.map { slice($0.nameRange) } == ["ä", "list", "block", "last"])
            #expect(
                members.map { slice($0.value.range) } == [
                    "\"b\\n\"", "- plain text  \n  - {x: [1, 2]}", "|\n  one\n  two", "'é'",
                ])
            #expect(members[2].value.value == "one\ntwo\n")
            guard case .array(let elements) = members[1].value.content else {
                Issue.record("no list")
                return
            }
            #expect(elements.map { slice($0.range) } == ["plain text", "{x: [1, 2]}"])
        }

        @Test("characters of several bytes do not shift places far below")
        func manyCharacters() throws {
            let text = String(repeating: "# äöü€😀\n", count: 1_000) + "key: value\n"
            let node = try parseYAML(text)
            #expect(node["key"]?.range == SourceRange(text.utf8.count - 6, text.utf8.count - 1))
        }

        @Test("duplicate keys are kept")
        func duplicates() throws {
            guard case .object(let members) = try parseYAML("a: 1\nb: 2\na: 3\n").content else {
                Issue.record("no map")
                return
            }
            #expect(members.map(\.name) == ["a", "b", "a"])
        }

        @Test("an alias stands for its anchor's value, at its own place")
        func aliases() throws {
            let text = "a: &x {n: 1}\nb: *x\nc: [*x, *x]\n"
            let node = try parseYAML(text)
            #expect(node.value == ["a": ["n": 1], "b": ["n": 1], "c": [["n": 1], ["n": 1]]])
            #expect(node["b"]?.range == SourceRange(16, 18))
        }

        @Test(
            "what cannot be JSON is refused with its place",
            arguments: [
                ("a: *x", 3, "the anchor &x is not defined before this alias"),
                ("&x [*x]", 4, "the anchor &x is not defined before this alias"),
                ("[a]: 1", 0, "a list or a map cannot be a key in JSON"), ("a: 1\n---\nb: 2\n", 5, "a second document begins here"),
            ])
        func refused(text: String, offset: Int, reason: String) {
            #expect(throws: YAMLSyntaxError(reason, offset: offset)) { try parseYAML(text) }
        }

        @Test("aliases cannot grow without bound")
        func laughs() {
            var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
            for level in 1...20 {
                let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
                text += "a\(level): &a\(level) [\(aliases)]\n"
            }
            let error = #expect(throws: YAMLSyntaxError.self) { try parseYAML(text) }
            #expect(error?.reason == "there are more than 1000000 values, aliases written out")
        }

        @Test("nesting has a limit, also by aliases")
        func depth() throws {
            let flow = String(repeating: "[", count: 10_000)
            #expect(throws: YAMLSyntaxError.self) { try parseYAML(flow) }
            let block = (0..<2_000).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n")
            #expect(throws: YAMLSyntaxError.self) { try parseYAML(block) }
            var chain = "a0: &a0 [x]\n"
            for level in 1...1_100 { chain += "a\(level): &a\(level) [*a\(level - 1)]\n" }
            let error = #expect(throws: YAMLSyntaxError.self) { try parseYAML(chain) }
            #expect(error?.reason == "values are nested more than 1000 deep")
            #expect(try parseYAML("[[[x]]]", limits: YAMLLimits(depth: 3)).value == [[["x"]]])
            #expect(throws: YAMLSyntaxError.self) { try parseYAML("[[[x]]]", limits: YAMLLimits(depth: 2)) }
        }

        @Test("bytes that are not UTF-8 are pointed at")
        func encoding() {
            let error = #expect(throws: YAMLSyntaxError.self) { try parseYAML(Array("a: ä".utf8) + [0xC3, 0x28]) }
            #expect(error?.offset == 5)
        }

        @Test("an empty text is null")
        func empty() throws {
            #expect(try parseYAML("").value == nil)
            #expect(try parseYAML("# nothing\n").value == nil)
        }
    }
#else
    import StatesTemplates
    import Testing

    @Test("without its trait the reader of YAML says so")
    func noYAML() {
        #expect(throws: YAMLSyntaxError("this build cannot read YAML: it was made without the package trait YAML", offset: 0)) {
            try parseYAML("a: 1")
        }
    }
#endif
