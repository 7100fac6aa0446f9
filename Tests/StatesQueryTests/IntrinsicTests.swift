import StatesJSON
import StatesQuery
import Testing

@Suite("Intrinsic functions")
struct IntrinsicTests {
    static let scope = TestScope(
        input: [
            "n": 4, "half": 2.5, "s": "a-b_c", "t": "{} and {}", "o": ["k": 1, "l": [nil, "x"]],
            "xs": [3, 1, 3, nil, nil, [1], [1], "3"],
            "empty": [], "nul": nil, "yes": true, "json": "{\"a\": [1, 2.50]}",
            "long": .string(String(repeating: "é", count: 10_001)),
            "edge": .string(String(repeating: "é", count: 10_000)),
        ], variables: ["v": ["w": "var"]])

    @Test(
        "each function answers as documented",
        arguments: [
            ("States.Format('plain')", #""plain""#), ("States.Format('{}-{}', $.n, 'x')", #""4-x""#),
            ("States.Format($.t, 1.5, true)", #""1.5 and true""#), ("States.Format('{}', null)", #""null""#),
            ("States.Format('{}|{}', $.o, $.empty)", #""{k=1, l=[null, x]}|[]""#),
            (#"States.Format('\{\} \'q\' \\ {}', 1)"#, #""{} 'q' \\ 1""#),
            ("States.Format('a{b}c {}', $v.w)", #""a{b}c var""#), ("States.Format('$ {}', $$.State.Name)", #""$ S""#),
            ("States.StringToJson($.json)", #"{"a":[1,2.50]}"#), ("States.StringToJson('')", "null"),
            ("States.StringToJson(' \n')", "null"),
            ("States.StringToJson('-0')", "0"), ("States.StringToJson('\"x\"')", #""x""#),
            ("States.JsonToString($.o)", #""{\"k\":1,\"l\":[null,\"x\"]}""#), ("States.JsonToString('a\"b')", #""\"a\\\"b\"""#),
            ("States.JsonToString(null)", #""null""#),
            ("States.Array()", "[]"), ("States.Array(1, 'two', $.empty, null, false)", #"[1,"two",[],null,false]"#),
            ("States.ArrayPartition($.xs, 3)", #"[[3,1,3],[null,null,[1]],[[1],"3"]]"#),
            ("States.ArrayPartition($.xs, 99)", #"[[3,1,3,null,null,[1],[1],"3"]]"#),
            ("States.ArrayPartition($.empty, 2)", "[]"), ("States.ArrayPartition(States.Array(1,2,3), 1.5)", "[[1,2],[3]]"),
            ("States.ArrayContains($.xs, 1)", "true"), ("States.ArrayContains($.xs, 1.0)", "true"),
            ("States.ArrayContains($.xs, '1')", "false"),
            ("States.ArrayContains($.xs, null)", "true"), ("States.ArrayContains($.xs, States.Array(1))", "true"),
            ("States.ArrayRange(0, 9, 3)", "[0,3,6,9]"), ("States.ArrayRange(0, 10, 3)", "[0,3,6,9]"),
            ("States.ArrayRange(3, 1, -1)", "[3,2,1]"),
            ("States.ArrayRange(1, 9, 9)", "[1]"), ("States.ArrayRange(5, 5, 1)", "[5]"), ("States.ArrayRange(2, 1, 1)", "[]"),
            ("States.ArrayRange(0.4, 2.6, 1.2)", "[0,1,2,3]"),
            ("States.ArrayGetItem($.xs, 0)", "3"), ("States.ArrayGetItem($.xs, 7)", #""3""#), ("States.ArrayLength($.xs)", "8"),
            ("States.ArrayLength($.empty)", "0"), ("States.ArrayUnique($.xs)", #"[3,1,null,[1],"3"]"#),
            ("States.ArrayUnique($.empty)", "[]"),
            ("States.Base64Encode('Ünï')", #""w5xuw68=""#), ("States.Base64Decode('w5xuw68=')", #""Ünï""#),
            ("States.Base64Encode('')", #""""#),
            ("States.Base64Decode('')", #""""#),
            ("States.Hash('abc', 'MD5')", #""900150983cd24fb0d6963f7d28e17f72""#),
            ("States.Hash('abc', 'SHA-1')", #""a9993e364706816aba3e25717850c26c9cd0d89d""#),
            ("States.Hash('abc', 'SHA-256')", #""ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad""#),
            (
                "States.Hash('abc', 'SHA-384')",
                #""cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7""#
            ),
            (
                "States.JsonMerge($.o, States.StringToJson('{\"k\":{\"z\":1},\"m\":2}'), false)",
                #"{"k":{"z":1},"l":[null,"x"],"m":2}"#
            ),
            ("States.MathAdd(1, 2)", "3"), ("States.MathAdd($.n, -1)", "3"), ("States.MathAdd(1.49, 1.5)", "3"),
            ("States.MathAdd(-1.5, 0)", "-1"),
            ("States.MathAdd(-2.5, 0)", "-2"), ("States.MathAdd(-0.5, 0)", "0"), ("States.MathAdd(2.5, 0)", "3"),
            ("States.MathAdd($.half, 0)", "3"),
            ("States.MathAdd(0.49999999999999994, 0)", "0"), ("States.MathAdd(2147483647, 2147483647)", "4294967294"),
            ("States.StringSplit($.s, '-_')", #"["a","b","c"]"#), ("States.StringSplit(',,,,', ',')", "[]"),
            ("States.StringSplit(', ,', ',')", #"[" "]"#),
            ("States.StringSplit('a→b', '→')", #"["a","b"]"#), ("States.StringSplit('ab', '')", #"["ab"]"#),
            ("States.StringSplit('', ',')", "[]"),
            ("States.ArrayGetItem(States.StringSplit('p/q/r', '/'), States.MathAdd(1, 1))", #""r""#),
            (" States.MathAdd( 1 ,2 ) ", "3"),
            ("States.Array($.xs[?(@ == 3)], $.o['k','l'])", #"[[3,3,"3"],{"k":1,"l":[null,"x"]}]"#),
        ])
    func answers(expression: String, expected: String) throws {
        #expect(outcome(expression, Self.scope) == .value(try json(expected)), "\(expression)")
    }

    @Test(
        "what a function cannot answer is an IntrinsicFailure that names it",
        arguments: [
            "States.Format('{}')", "States.Format('x', 1)", "States.Format($.n)", "States.Format('{} {}', 1)",
            "States.StringToJson('{')",
            "States.StringToJson('1 2')", "States.StringToJson($.n)", "States.ArrayPartition($.xs, 0)",
            "States.ArrayPartition($.xs, -1)",
            "States.ArrayPartition($.s, 1)", "States.ArrayContains($.o, 1)", "States.ArrayRange(1, 5, 0)",
            "States.ArrayRange(1, 1001.9, 1)",
            "States.ArrayRange(1, 2000, 1)", "States.ArrayRange(-9223372036854775808, 9223372036854775807, 1)",
            "States.ArrayGetItem($.xs, 8)",
            "States.ArrayGetItem($.xs, -1)", "States.ArrayGetItem($.xs, '0')", "States.ArrayLength($.nul)",
            "States.ArrayUnique($.s)",
            "States.Base64Encode($.long)", "States.Base64Encode($.n)", "States.Base64Decode('%%%')", "States.Hash('a', 'md5')",
            "States.Hash('a', 'SHA-224')", "States.Hash($.long, 'MD5')", "States.Hash('a', 1)", "States.JsonMerge($.o, $.o, true)",
            "States.JsonMerge($.o, $.xs, false)", "States.JsonMerge($.o, $.o, null)", "States.MathAdd(2147483648, 0)",
            "States.MathAdd('1', 0)",
            "States.MathAdd(1e400, 0)", "States.MathRandom(5, 5)", "States.MathRandom(6, 5)", "States.StringSplit($.xs, ',')",
            "States.StringSplit($.s, 1)",
        ])
    func failures(expression: String) {
        guard case .failure(let error, let cause) = outcome(expression, Self.scope) else {
            Issue.record("\(expression) did not fail")
            return
        }
        #expect(error == "States.IntrinsicFailure")
        #expect(cause.hasPrefix("The function States.") && cause.contains(" failed: "))
    }

    @Test(
        "unknown names, wrong numbers of arguments and illegal text are refused at creation",
        arguments: [
            "States.Nope()", "States.format('x')", "States.Format()", "States.StringToJson()", "States.StringToJson('1', '2')",
            "States.ArrayRange(1, 2)",
            "States.JsonMerge($.o, $.o)", "States.MathRandom(1)", "States.MathRandom(1, 2, 3, 4)", "States.UUID(1)",
            "States.MathAdd(1)", "States.Array(",
            "States.Array(1", "States.Array(1,)", "States.Array(,1)", "States.Array(1 2)", "States.Array(1) x", "States.Array ()",
            "States.Array('a)",
            #"States.Array('a\"b')"#, #"States.Array('a\nb')"#, #"States.Format('\x {}', 1)"#, #"States.Array('a\')"#,
            "States.Array(01)",
            "States.Array(1.)", "States.Array(+1)", "States.Array(--1)", "States.Array(truex)", "States.Array(TRUE)",
            "States.Array(a)", "States.Array($.a[x])",
            "States.Array($$a)", "States.Array(\"a\")", "States.", "States",
        ])
    func refused(expression: String) {
        #expect(outcome(expression, Self.scope) == .refused, "\(expression)")
    }

    @Test("what is no text is hashed as its JSON text")
    func hashOfValues() {
        #expect(
            outcome("States.Hash($.o, 'SHA-1')", Self.scope)
                == outcome("States.Hash(States.JsonToString($.o), 'SHA-1')", Self.scope))
        #expect(outcome("States.Hash('abc', 'SHA-512')", Self.scope).description.hasPrefix("\"ddaf35a193617abacc417349ae204131"))
    }

    @Test("calls nest ten deep, not eleven")
    func nesting() {
        func nested(_ depth: Int) -> String {
            String(repeating: "States.Array(", count: depth) + String(repeating: ")", count: depth)
        }
        #expect(outcome(nested(10), Self.scope) == .value([[[[[[[[[[]]]]]]]]]]))
        #expect(outcome(nested(11), Self.scope) == .refused)
    }

    @Test("texts of ten thousand characters are taken, whatever their bytes")
    func lengthLimit() {
        guard case .value = outcome("States.Hash($.edge, 'SHA-256')", Self.scope) else {
            Issue.record("it was not taken")
            return
        }
    }

    @Test("an argument's path that finds nothing is a runtime error, and so is one that cannot be applied")
    func argumentPaths() {
        let scope = TestScope(input: ["a": 1], variables: ["v": [2]])
        #expect(
            outcome("States.Array($.b)", scope)
                == .failure(
                    "States.Runtime", "The JsonPath argument for the field '$.b' could not be found in the input '{\"a\":1}'"))
        #expect(
            outcome("States.Array(States.Array($v[1]))", scope)
                == .failure("States.Runtime", "The JsonPath argument for the field '$v[1]' could not be found in the input '[2]'"))
        #expect(
            outcome("States.Array($.a[0])", scope)
                == .failure(
                    "States.Runtime", "Invalid path '$.a[0]' : Filter: [0] can only be applied to arrays. Current context is: 1"))
    }

    @Test("the same bits give the same UUID, of version 4")
    func uuid() {
        let zero = TestScope(draws: [0, 0])
        #expect(outcome("States.UUID()", zero) == .value("00000000-0000-4000-8000-000000000000"))
        let ones = TestScope(draws: [.max, .max])
        #expect(outcome("States.UUID()", ones) == .value("ffffffff-ffff-4fff-bfff-ffffffffffff"))
        let mixed = TestScope(draws: [0x0123_4567_89AB_CDEF, 0xFEDC_BA98_7654_3210])
        #expect(outcome("States.UUID()", mixed) == .value("01234567-89ab-4def-bedc-ba9876543210"))
    }

    @Test("random numbers include the start and never the end")
    func random() {
        #expect(outcome("States.MathRandom(5, 8)", TestScope(draws: [0])) == .value(5))
        #expect(outcome("States.MathRandom(5, 8)", TestScope(draws: [.max])) == .value(7))
        #expect(outcome("States.MathRandom(-8, -5)", TestScope(draws: [.max])) == .value(-6))
        #expect(outcome("States.MathRandom(12.5, 13.51)", TestScope(draws: [.max])) == .value(13))
    }

    @Test("the same seed gives the same number, that of Java's generator")
    func seededRandom() {
        // The first number of seed 42 is 1562431130 of 31 bits.
        #expect(outcome("States.MathRandom(0, 10, 42)", TestScope(draws: [1])) == .value(0))
        #expect(outcome("States.MathRandom(0, 10, 42)", TestScope(draws: [2])) == .value(0))
        #expect(outcome("States.MathRandom(100, 200, 42)", TestScope()) == .value(130))
        #expect(outcome("States.MathRandom(0, 64, -5)", TestScope()) == .value(17))
    }

    @Test("numbers in objects go into text as Java prints them")
    func javaNumbers() throws {
        let scope = TestScope(
            input: try json("[1.0, 0.5, 1e10, 1.5e-7, 12345678, 1234567.25, -0.001, 100000000000000000000, 1E7, 9999999.0]"))
        let text = "[1.0, 0.5, 1.0E10, 1.5E-7, 12345678, 1234567.25, -0.001, 100000000000000000000, 1.0E7, 9999999.0]"
        #expect(outcome("States.Format('{}', $)", scope) == .value(.string(text)))
    }

    @Test("values multiplied by nested calls are not turned into endless text")
    func multiplied() {
        var scope = TestScope(input: .array(Array(repeating: .string(String(repeating: "x", count: 1000)), count: 1000)))
        let many = Array(repeating: "$", count: 40).joined(separator: ",")
        for expression in [
            "States.JsonToString(States.Array(\(many)))", "States.Format('{}', States.Array(\(many)))",
            "States.ArrayUnique(States.Array(\(many)))",
        ] {
            guard case .failure("States.IntrinsicFailure", _) = outcome(expression, scope) else {
                Issue.record("\(expression.prefix(20)) did not fail")
                continue
            }
        }
        scope.input = "x"
        #expect(outcome("States.ArrayLength(States.Array(\(many)))", scope) == .value(40))
    }
}
