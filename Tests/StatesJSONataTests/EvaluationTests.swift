import StatesJSON
import StatesJSONata
import Testing

/// One expression over one input, and what it amounts to, as JSON text; nil for nothing.
struct Evaluated: Sendable, CustomTestStringConvertible {
    let expression: String
    let input: String
    let result: String?

    init(_ expression: String, over input: String = "null", _ result: String?) {
        self.expression = expression
        self.input = input
        self.result = result
    }

    var testDescription: String { expression }

    /// What the expression amounts to now.
    func answer(_ dialect: Dialect = .published) throws -> String? {
        let value = try JSONata(expression, dialect: dialect).evaluate(JSONValue(parsing: Array(input.utf8)))
        return value?.compactText
    }
}

/// What is in the shop.
private let shop = """
    {"name": "corner", "tags": [], "one": [7], "nested": [[1, 2], [3]],
     "rows": [{"id": 1, "kind": "a", "price": 2.5, "qty": 4, "parts": [{"n": "x"}, {"n": "y"}]},
              {"id": 2, "kind": "b", "price": 10, "qty": 1, "parts": [{"n": "z"}]},
              {"id": 3, "kind": "a", "price": 4, "qty": 0}]}
    """

@Suite("Evaluation")
struct EvaluationTests {
    static let paths: [Evaluated] = [
        .init("name", over: shop, #""corner""#), .init("missing.name", over: shop, nil), .init("rows.id", over: shop, "[1,2,3]"),
        .init("rows.parts.n", over: shop, #"["x","y","z"]"#), .init("rows[0].parts[-1].n", over: shop, #""y""#),
        .init("rows[1].parts.n", over: shop, #""z""#), .init("rows[1].parts.n[]", over: shop, #"["z"]"#),
        .init("one", over: shop, "[7]"), .init("$.one", over: shop, "[7]"), .init("one[0]", over: shop, "7"),
        .init("tags", over: shop, "[]"), .init("tags.x", over: shop, nil), .init("nested", over: shop, "[[1,2],[3]]"),
        .init("nested[0]", over: shop, "[1,2]"), .init("nested.$", over: shop, "[1,2,3]"),
        .init("rows[price > 3].id", over: shop, "[2,3]"), .init("rows[price > 3][0].id", over: shop, "2"),
        .init("rows.parts[0].n", over: shop, #"["x","z"]"#), .init("(rows.parts)[0].n", over: shop, #""x""#),
        .init("rows[kind = 'a' and qty > 0].id", over: shop, "1"), .init("rows[[0, 2]].id", over: shop, "[1,3]"),
        .init("rows[-5].id", over: shop, nil), .init("rows.(price * qty)", over: shop, "[10,10,0]"),
        .init("rows.[id, kind]", over: shop, #"[[1,"a"],[2,"b"],[3,"a"]]"#), .init("[rows.id][0]", over: shop, "1"),
        .init("rows^(price).id", over: shop, "[1,3,2]"), .init("rows^(kind, >id).id", over: shop, "[3,1,2]"),
        .init("rows.*.n", over: shop, #"["x","y","z"]"#), .init("**.n", over: shop, #"["x","y","z"]"#),
        .init("$count(rows.**)", over: shop, "21"), .init("$[0]", over: "[[1],[2]]", "[1]"),
        .init("a", over: "[{\"a\":1},{\"a\":[2,3]}]", "[1,2,3]"),
        .init("$$.name & rows[0].($$.name)", over: shop, #""cornercorner""#),
    ]

    @Test("a path goes over items, and a sequence of one is its element", arguments: paths)
    func path(_ example: Evaluated) throws { #expect(try example.answer() == example.result) }

    static let tuples: [Evaluated] = [
        .init("rows#$i[$i > 0].id", over: shop, "[2,3]"), .init("rows#$i.($i * 10)", over: shop, "[0,10,20]"),
        .init("rows.parts.(n & %.kind)", over: shop, #"["xa","ya","zb"]"#),
        .init("rows.parts.(%.%.name)", over: shop, #"["corner","corner","corner"]"#),
        .init("rows@$r.parts.{'n': n, 'of': $r.id}", over: shop, nil),
        .init("rows@$r.$r.parts.{'n': n, 'of': $r.id}", over: shop, #"[{"n":"x","of":1},{"n":"y","of":1},{"n":"z","of":2}]"#),
        .init("rows#$i^(>price)[0].$i", over: shop, "1"), .init("rows@$a.rows@$b[$a.id = $b.qty].($a.id)", over: shop, "1"),
        .init("rows#$i{kind: $i}", over: shop, #"{"a":[0,2],"b":1}"#),
    ]

    @Test("a path with @, # or % carries bindings along", arguments: tuples)
    func tuple(_ example: Evaluated) throws { #expect(try example.answer() == example.result) }

    static let operators: [Evaluated] = [
        .init("1 + 2 * 3", "7"), .init("7 % 3 - 10 / 4", "-1.5"), .init("0.1 + 0.2", "0.30000000000000004"),
        .init("9007199254740993 + 0", "9007199254740992"), .init("-(3)", "-3"), .init("1 + missing", nil),
        .init("1 = 1.0", "true"), .init("missing = missing", "false"), .init("missing != 1", "false"),
        .init("[1, {'a': [2]}] = [1, {'a': [2]}]", "true"), .init("'b' > 'a'", "true"), .init("'\u{FF5E}' > '\u{1F600}'", "true"),
        .init("3 < missing", nil), .init("2 in [1, 2]", "true"), .init("2 in 2", "true"), .init("[1] in [[1]]", "false"),
        .init("true and missing", "false"), .init("false or 'x'", "true"), .init("1 & 'a' & null & missing & [1]", #""1anull[1]""#),
        .init("[1..3, 5, missing]", "[1,2,3,5]"), .init("[3..1]", "[]"), .init("[[1..2], [3]]", "[[1,2],[3]]"),
        .init("missing ? 1 : 2", "2"), .init("[0] ? 1 : 2", "2"), .init("1 ? 2", "2"), .init("0 ? 2", nil),
        .init("{'a': 1, 'b': missing, 'c': [1..2]}", #"{"a":1,"c":[1,2]}"#), .init("()", nil),
        .init("rows{kind: $sum(price)}", over: shop, #"{"a":6.5,"b":10}"#), .init("missing{'a': 1}", #"{"a":1}"#),
        .init("{'n': $count($)}", over: "[1,2]", #"{"n":2}"#), .init("'a'[0]", #""a""#), .init("5[$ = 5]", "5"),
    ]

    @Test("operators and constructors", arguments: operators)
    func `operator`(_ example: Evaluated) throws { #expect(try example.answer() == example.result) }

    static let functions: [Evaluated] = [
        .init("($x := 1; ($x := 2; $x) * 10 + $x)", "21"), .init("($x := 1; ($y := $x; $x := 2; [$y, $x]))", "[1,2]"),
        .init("($f := function($n) { $n > 1 ? $n * $f($n - 1) : 1 }; $f(5))", "120"),
        .init(
            "($even := function($n) { $n = 0 ? true : $odd($n - 1) }; $odd := function($n) { $n = 0 ? false : $even($n - 1) }; $even(5000))",
            "true"),
        .init("($add := function($a) { function($b) { $a + $b } }; $add(3)(4))", "7"),
        .init("($x := 1; $f := function() { $x }; $x := 2; $f())", "2"),
        .init("($three := function($a, $b, $c) { [$a, $b, $c] }; $three(?, 2, ?)(1, 3))", "[1,2,3]"),
        .init("($up := $uppercase ~> $length; 'abc' ~> $up)", "3"), .init("'a-b' ~> $substringBefore('-')", #""a""#),
        .init("$map([1..3], function($v, $i, $a) { $v * $i + $count($a) })", "[3,5,9]"),
        .init("$map(5, function($v) { $v + 1 })", "6"), .init("$map(missing, function($v) { 1 })", nil),
        .init("$map([1, 2], function($v) { [$v] })", "[[1],[2]]"), .init("$filter([1..5], function($v) { $v % 2 = 1 })", "[1,3,5]"),
        .init("$filter([1..5], function($v) { $v > 4 })", "5"), .init("$reduce([1..4], function($a, $b) { $a * $b })", "24"),
        .init("$reduce([], function($a, $b) { $a + $b }, 7)", "7"),
        .init("$reduce([1..3], function($a, $b, $i) { $a + $i }, 0)", "3"),
        .init("$map([1..3], function($v) { function() { $v } }).($())", "[1,2,3]"),
        .init("($sum := function($x) { 'mine' }; $sum([1]))", #""mine""#), .init("(function($a) { $a })()", nil),
        .init("(function($a)<n:n> { $a * 2 })(4)", "8"), .init("[1, 2].(function() { $ })()", "[1,2]"),
        .init("($f := function() { $uppercase() }; ['a', 'b'].$f())", #"["A","B"]"#),
        .init("{'a': {'b': 1}} ~> |a|{'c': b + 1}, 'b'|", #"{"a":{"c":2}}"#),
        .init("{'a': [{'b': 1}, {}]} ~> |a|{'c': b}|", #"{"a":[{"b":1,"c":1},{}]}"#),
        .init("{'a': {'b': {'c': 1}}} ~> |a.b|{'d': 2}| ~> |a|{'e': b.d}|", #"{"a":{"b":{"c":1,"d":2},"e":2}}"#),
    ]

    @Test("variables, lambdas and transforms", arguments: functions)
    func function(_ example: Evaluated) throws { #expect(try example.answer() == example.result) }

    static let failures: [(String, code: String, position: Int?)] = [
        ("1 + 'a'", "T2002", 3), ("'a' * 2", "T2001", 5), ("2 - true", "T2002", 3), ("1 < true", "T2010", 3),
        ("1 < 'a'", "T2009", 3),
        ("-'a'", "D1002", 1), ("(1 / 0) + 1", "D1001", 9), ("['a'..2]", "T2003", 6), ("[1..1.5]", "T2004", 4),
        ("[1..1e8]", "D2014", 4),
        ("{1: 2}", "T1003", 1), ("{'a': 1, 'a': 2}", "D1009", 1), ("'x'()", "T1006", 4), ("sum([1])", "T1005", 4),
        ("$nothing()", "T1006", 9),
        ("5 ~> 6", "T2006", 4), ("'x'(?)", "T1008", 4), ("sum(?)", "T1007", 4), ("[1, true]^($)", "T2008", 10),
        ("[1, 'a']^($)", "T2007", 9),
        ("{} ~> |$|5|", "T2011", 10), ("{} ~> |$|{}, 5|", "T2012", 14), ("($clone := 5; {} ~> |$|{}|)", "T2013", nil),
        ("$length(5)", "T0410", 8), ("$map([1], function($x) { $x + 'a' })", "T2002", 29),
    ]

    @Test("errors have the reference implementation's code and say where", arguments: failures)
    func failure(_ expression: String, code: String, position: Int?) throws {
        let compiled = try JSONata(expression)
        let error = try #require(throws: JSONataError.self) { try compiled.evaluate() }
        #expect(error.code == code)
        if let position { #expect(error.position == position) }
    }

    @Test("an input that is an array is one item")
    func arrayInput() throws {
        let examples: [Evaluated] = [
            .init("$", over: "[1]", "[1]"), .init("$count($)", over: "[1,2]", "2"), .init("$$", over: "[[]]", "[[]]"),
            .init("*", over: "[1,[2]]", "[1,2]"), .init("$[1]", over: "[1,2]", "2"),
            .init("{'all': $}", over: "[1,2]", #"{"all":[1,2]}"#),
        ]
        for example in examples { #expect(try example.answer() == example.result, "\(example.expression)") }
    }

    @Test("in Step Functions' dialect infinity and NaN come out as texts, and there is no context item")
    func stepFunctions() throws {
        let examples: [Evaluated] = [
            .init("1/0", #""Infinity""#), .init("[-1/0, {'a': 0/0}]", #"["-Infinity",{"a":"NaN"}]"#),
            .init("$partition([1..5], 2)", "[[1,2],[3,4],[5]]"),
        ]
        for example in examples { #expect(try example.answer(.stepFunctions) == example.result, "\(example.expression)") }
        #expect(try JSONata("1/0").evaluate() == .number(.double(.infinity)))
        #expect(try JSONata("$", dialect: .stepFunctions).evaluate() == nil)
    }

    @Test("functions are no data")
    func unsupported() throws {
        var world = CountingWorld(variables: [:])
        for text in ["$sum", "/a/", "[1, function() { 1 }]", "{'f': $sum}", "function($x) { $x }"] {
            #expect(try JSONata(text).evaluate(in: &world) == .unsupported, "\(text)")
        }
        #expect(try JSONata("missing").evaluate(in: &world) == .nothing)
        #expect(try JSONata("null").evaluate(in: &world) == .value(.null))
    }

    @Test("a variable from outside is asked for once, and of an object only the members that are named")
    func environment() throws {
        var world = CountingWorld(variables: ["x": 2, "states": ["input": ["a": [1, 2]], "list": [["b": 1], ["b": 2]]]])
        let text = "$x * $x + $sum($states.input.a) + $sum($states.input.a.($ * $x)) + $sum($states.list.b)"
        #expect(try JSONata(text).evaluate(in: &world) == .value(16))
        #expect(world.asked.names.sorted() == ["states.input", "states.list", "x"])
        var list = CountingWorld(variables: ["rows": [["n": 1], ["n": 2]], "f": 5])
        #expect(try JSONata("$rows.n").evaluate(in: &list) == .value([1, 2]))
        #expect(try JSONata("$none.n").evaluate(in: &list) == .nothing)
    }

    @Test(
        "a member that is asked for alone keeps what follows it",
        arguments: [
            ("$states.input[0]", ["a": 1]), ("$states.input[-1].a", 2), ("$states.input[a = 2].a", 2), ("$states.input[5]", nil),
            ("$states.input[0].a[]", [1]), ("$states.input{$string(a): a}", ["1": 1, "2": 2]), ("$states.input^(>a).a", [2, 1]),
            ("$states.input#$i.($i + a)", [1, 3]), ("$states.input@$x.$x.a", [1, 2]), ("$states.deep.rows[1].n", 20),
            ("$states.deep.rows.n[1]", nil), ("($states.deep.rows.n)[1]", 20),
        ] as [(String, JSONValue?)])
    func membersAndPredicates(text: String, value: JSONValue?) throws {
        var world = CountingWorld(variables: [
            "states": ["input": [["a": 1], ["a": 2]], "deep": ["rows": [["n": 10], ["n": 20]]]]
        ])
        #expect(try JSONata(text).evaluate(in: &world) == value.map { .value($0) } ?? .nothing)
    }

    @Test("expressions are evaluated on several threads at once")
    func threads() async throws {
        let expression = try JSONata("$sum($map([1..100], function($n) { $n * factor }))")
        let sums = await withTaskGroup(of: JSONValue?.self) { group in
            for factor in 1...20 { group.addTask { try? expression.evaluate(["factor": .integer(factor)]) } }
            return await group.reduce(into: []) { $0.append($1?.number?.exactInteger ?? 0) }
        }
        #expect(sums.sorted() == (1...20).map { Int64($0 * 5050) })
    }
}

/// Remembers what it was asked for.
private struct CountingWorld: Environment {
    final class Asked {
        var names: [String] = []
    }

    let variables: [String: JSONValue]
    let asked = Asked()

    var now: Int64 { 0 }

    func variable(_ name: String) -> JSONValue? {
        asked.names.append(name)
        return variables[name]
    }

    func member(_ member: String, ofVariable name: String) -> JSONValue? {
        guard case .object(let object)? = variables[name] else { return nil }
        asked.names.append("\(name).\(member)")
        return object[member]
    }

    mutating func randomBits() -> UInt64 { 0 }
}
