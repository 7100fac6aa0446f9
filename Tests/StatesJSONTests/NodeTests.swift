import StatesJSON
import Testing

@Suite("Nodes")
struct NodeTests {
    /// Every value and name of a tree with the text its range covers.
    private func places(_ node: JSONNode, in text: String) -> [String] {
        func covered(_ range: SourceRange) -> String {
            String(decoding: Array(text.utf8)[range.lowerBound..<range.upperBound], as: UTF8.self)
        }
        let own = [covered(node.range)]
        switch node.content {
        case .array(let nodes): return own + nodes.flatMap { places($0, in: text) }
        case .object(let members): return own + members.flatMap { [covered($0.nameRange)] + places($0.value, in: text) }
        case .null, .bool, .number, .string, .symbol: return own
        }
    }

    @Test("ranges cover exactly what was written, quotes included")
    func ranges() throws {
        let text = #" { "né" : [ 1.50 , "a\"b" ,true], "b":{ } , "c" : ${Max} } "#
        let node = try JSONNode(parsing: text, allowingSymbols: true)
        #expect(
            places(node, in: text) == [
                #"{ "né" : [ 1.50 , "a\"b" ,true], "b":{ } , "c" : ${Max} }"#, #""né""#, #"[ 1.50 , "a\"b" ,true]"#, "1.50",
                #""a\"b""#, "true",
                #""b""#, "{ }", #""c""#, "${Max}",
            ])
    }

    @Test("members with the same name are all kept")
    func duplicates() throws {
        let node = try JSONNode(parsing: #"{"a":1,"b":2,"a":3}"#)
        guard case .object(let members) = node.content else {
            Issue.record("not an object")
            return
        }
        #expect(members.map(\.name) == ["a", "b", "a"])
        #expect(members.map(\.nameRange) == [SourceRange(1, 4), SourceRange(7, 10), SourceRange(13, 16)])
        #expect(node["a"]?.value == 1)
        #expect(node.value.compactText == #"{"a":3,"b":2}"#)
    }

    @Test(
        "a bare symbol needs a name in braces",
        arguments: [
            ("[$]", "expected { after $ in a symbol such as ${Name}", 2), ("[${}]", "expected a symbol such as ${Name}", 1),
            ("[${a b}]", "expected a symbol such as ${Name}", 1), ("[${a", "expected a symbol such as ${Name}", 1),
            ("{${a}:1}", "expected a member name in double quotes or }", 1),
        ])
    func wrongSymbols(text: String, reason: String, offset: Int) {
        #expect(throws: JSONSyntaxError(.grammar, reason, offset: offset)) { try JSONNode(parsing: text, allowingSymbols: true) }
    }

    @Test("symbols are found in values, in strings and in names, where they stand")
    func unresolved() throws {
        let text = ##"{"${Key}": ${AWS::Region}, "b": ["x${A.b-c_1}y${D}", "\n${E}", "${!F} ${} ${G H} $ {I} $${J}"]}"##
        let found = try JSONNode(parsing: text, allowingSymbols: true).unresolvedSymbols
        #expect(found.map(\.name) == ["Key", "AWS::Region", "A.b-c_1", "D", "E", "J"])
        let bytes = Array(text.utf8)
        #expect(
            found.map { String(decoding: bytes[$0.range.lowerBound..<$0.range.upperBound], as: UTF8.self) } == [
                "${Key}", "${AWS::Region}", "${A.b-c_1}", "${D}", #""\n${E}""#, "${J}",
            ])
    }

    @Test("a bare symbol becomes any value, a symbol in a string becomes text")
    func replacing() throws {
        let text = ##"{"${K}x": ${Max}, "s": "${Max}", "t": "a${T}b${O}c${None}d${!T}", "u": ${None}, "n": [${O}]}"##
        let node = try JSONNode(parsing: text, allowingSymbols: true)
        let replaced = node.replacing(symbols: ["K": "key", "Max": 3, "T": "te\"xt", "O": ["a": [1.0, nil]]])
        #expect(
            replaced.value.compactText
                == ##"{"keyx":3,"s":"3","t":"ate\"xtb{\"a\":[1.0,null]}c${None}d${!T}","u":"${None}","n":[{"a":[1.0,null]}]}"##)
        #expect(replaced.unresolvedSymbols.map(\.name) == ["None", "None"])
        #expect(replaced.range == node.range)
        #expect(replaced["n"]?.range == node["n"]?.range)
    }

    @Test("values put in for a symbol all have the symbol's range")
    func rangesOfReplacements() throws {
        let node = try JSONNode(parsing: "[${A}]", allowingSymbols: true).replacing(symbols: ["A": ["x": [1]]])
        guard case .array(let nodes) = node.content, case .object(let members)? = nodes.first?.content else {
            Issue.record("no object in an array")
            return
        }
        #expect(members.first?.nameRange == SourceRange(1, 5))
        #expect(members.first?.value.range == SourceRange(1, 5))
    }

    @Test("replacing does not look again at what it put in")
    func replacementsAreFinal() throws {
        let node = try JSONNode(parsing: ##""${A}${B}""##).replacing(symbols: ["A": "${B}", "B": "${A}"])
        #expect(node.value == "${B}${A}")
    }

    @Test("many opening braces are looked at once")
    func manyOpenings() throws {
        let text = String(repeating: "${", count: 200_000)
        #expect(try JSONNode(parsing: "\"\(text)\"").replacing(symbols: ["A": 1]).value == .string(text))
    }
}

@Suite("Source texts")
struct SourceTextTests {
    @Test("a byte has a line and a column, counted in scalars")
    func positions() {
        let source = SourceText("ab\né€😀x\r\n\rlast", name: "a.json")
        let expected = [
            (0, 1, 1), (2, 1, 3), (3, 2, 1), (5, 2, 2), (8, 2, 3), (12, 2, 4), (13, 2, 5), (15, 3, 1), (16, 4, 1), (20, 4, 5),
            (99, 4, 5), (-1, 1, 1),
        ]
        for (offset, line, column) in expected {
            let place = source.position(of: offset)
            #expect(place.line == line && place.column == column, "byte \(offset) is at \(place)")
        }
        #expect(source.name == "a.json")
    }

    @Test("lines are given without what ends them")
    func lines() {
        let source = SourceText("ab\né€😀x\r\n\rlast", name: "")
        #expect(source.lineCount == 4)
        #expect((0...5).map(source.lineText) == ["", "ab", "é€😀x", "", "last", ""])
        #expect(SourceText("", name: "").lineText(1) == "")
        #expect(SourceText("a\n", name: "").lineCount == 2)
    }

    @Test("positions agree with counting from the start, in long lines too")
    func longLines() {
        var random = SeededGenerator(seed: 3)
        let pieces = ["a", "é", "€", "😀", "\n", "\r\n", "\r"]
        let text = (0..<5000).map { _ in
            random.next() % 50 == 0 ? pieces[4 + Int(random.next() % 3)] : pieces[Int(random.next() % 4)]
        }.joined()
        let source = SourceText(text, name: "")
        var (offset, line, column) = (0, 1, 1)
        var previous: Unicode.Scalar = " "
        for scalar in text.unicodeScalars {
            if previous == "\n" || previous == "\r" && scalar != "\n" { (line, column) = (line + 1, 1) }
            let place = source.position(of: offset)
            #expect(place.line == line && place.column == column)
            offset += UTF8.width(scalar)
            column += 1
            previous = scalar
        }
    }

    @Test("a text given as bytes is repaired")
    func bytes() {
        let source = SourceText([0x61, 0x0A, 0xFF, 0x62], name: "")
        #expect(source.text == "a\n\u{FFFD}b")
        #expect(source.position(of: 2).line == 2)
    }

    @Test("twenty thousand questions about a line of a megabyte are answered at once")
    func oneLongLine() {
        let source = SourceText(String(repeating: "é", count: 500_000), name: "")
        let wrong = stride(from: 0, to: 1_000_000, by: 50).first { source.position(of: $0).column != $0 / 2 + 1 }
        #expect(wrong == nil)
    }
}
