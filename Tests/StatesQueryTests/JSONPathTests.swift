import StatesJSON
import StatesQuery
import Testing

@Suite("JSONPath")
struct JSONPathTests {
    static let garden: JSONValue = [
        "beds": [
            ["plant": "leek", "rows": 3, "wet": true, "notes": ["early", "deep"]],
            ["plant": "kale", "rows": 12, "wet": false],
            ["plant": "mint", "rows": 7, "pot": ["cm": 20]],
        ],
        "gate": nil, "a b": 1, "x.y": 2, "don't": 3, "size": 7, "": 4, "gärtner": "Ö", "$": 5,
    ]

    @Test(
        "definite paths name one value",
        arguments: [
            ("$.size", "7"), ("$['size']", "7"), ("$.beds[1].plant", #""kale""#), ("$.['beds'].[2]['pot'].cm", "20"),
            ("$.gate", "null"),
            ("$['a b']", "1"), ("$['x.y']", "2"), ("$['']", "4"), ("$.gärtner", #""Ö""#), ("$.$", "5"), ("$.size ", "7"),
            (" $.size", "7"), ("$.beds[ 1 ].rows", "12"), ("$[ 'size' ]", "7"), ("$.beds[01].rows", "12"),
            ("$.beds[1,].rows", "12"),
            ("$.beds[(@.length-1)].plant", #""mint""#), ("$.beds[(@.size() - 2)].plant", #""kale""#),
            ("$.beds[0]['plant','rows']", #"{"plant":"leek","rows":3}"#), ("$['size','none']", #"{"size":7}"#),
            ("$['no','none']", "{}"),
            ("$.beds[0]plant", #""leek""#), ("$.size]", "{}"), ("$.beds[0]$.plant", #""leek""#),
        ])
    func definite(path: String, expected: String) throws {
        #expect(outcome(path, in: Self.garden) == .value(try json(expected)))
        #expect(try JSONPath(path).isDefinite)
    }

    @Test(
        "indefinite paths answer an array of what they find",
        arguments: [
            ("$.beds[*].plant", #"["leek","kale","mint"]"#), ("$.beds.*.rows", "[3,12,7]"), ("$.beds[*].pot.cm", "[20]"),
            ("$.beds[1:].rows", "[12,7]"), ("$.beds[:2].rows", "[3,12]"), ("$.beds[0:99].rows", "[3,12,7]"),
            ("$.beds[-1:].rows", "[7]"),
            ("$.beds[:-2].rows", "[3]"), ("$.beds[2:1]", "[]"), ("$.beds[9:]", "[]"), ("$.beds[0:2:5].rows", "[3,12]"),
            ("$.beds[0,2].rows", "[3,7]"), ("$.beds[2,0].rows", "[7,3]"), ("$.beds[1,1].rows", "[12,12]"),
            ("$..cm", "[20]"), ("$..rows", "[3,12,7]"), ("$..notes[0]", #"["early"]"#),
            ("$.beds..['plant','wet']", #"[{"plant":"leek","wet":true},{"plant":"kale","wet":false}]"#),
            ("$.size.*", "[]"), ("$.size[*]", "[]"), ("$.none[*]", "[]"), ("$.none[*].x", "[]"), ("$.none.x[*]", "[]"),
            ("$.none[1:]", "[]"),
            ("$.none[?(@.x)]", "[]"), ("$..none", "[]"), ("$.beds[*].none", "[]"), ("$.beds[*].none.x", "[]"),
            ("$.beds[2].pot.*", "[20]"), ("$.beds[0].notes[*]", #"["early","deep"]"#), ("$...cm", "[20]"),
        ])
    func indefinite(path: String, expected: String) throws {
        #expect(outcome(path, in: Self.garden) == .value(try json(expected)))
        #expect(try !JSONPath(path).isDefinite)
    }

    @Test("a scan goes through parents before children, in document order")
    func scan() throws {
        let document = try json(#"{"a":{"b":[1,{"a":2}]},"c":3}"#)
        #expect(outcome("$..*", in: document) == .value(try json(#"[{"b":[1,{"a":2}]},3,[1,{"a":2}],1,{"a":2},2]"#)))
        #expect(outcome("$..a", in: document) == .value(try json(#"[{"b":[1,{"a":2}]},2]"#)))
        #expect(outcome("$..[1]", in: document) == .value(try json(#"[{"a":2}]"#)))
    }

    @Test(
        "what is missing is not found, in the library's words",
        arguments: [
            ("$.none", "No results for path: $['none']"), ("$.none.x", "Missing property in path $['none']"),
            ("$.none[0]", "Missing property in path $['none']"), ("$.beds[0].none", "No results for path: $['beds'][0]['none']"),
            ("$.size.x", "Property ['x'] not found in path $['size']"), ("$.gate.x", "Property ['x'] not found in path $['gate']"),
            ("$.beds.plant", "Property ['plant'] not found in path $['beds']"),
            ("$.gate['x','y']", "Property ['x', 'y'] not found in path $['gate']"),
            ("$.beds[3]", "Index out of bounds when evaluating path $['beds'][3]"),
            ("$.beds[-1]", "Index out of bounds when evaluating path $['beds'][-1]"),
            ("$.beds[0,3]", "Index out of bounds when evaluating path $['beds'][3]"),
            ("$.beds[-2:-1]", "Index out of bounds when evaluating path $['beds'][-2]"),
            ("$.beds[(@.length-9)]", "Index out of bounds when evaluating path $['beds'][-6]"),
            ("$.gate[0]", "The path $['gate'] is null"), ("$.beds.length()", "Property ['length()'] not found in path $['beds']"),
            ("$.sum()", "No results for path: $['sum()']"), ("$..rows.x", "Property ['x'] not found in path $['beds'][0]['rows']"),
            ("$.beds[1:].pot", "No results for path: $['beds'][1]['pot']"),
        ])
    func missing(path: String, message: String) {
        #expect(outcome(path, in: Self.garden) == .notFound(message))
    }

    @Test(
        "what cannot be applied is an error, in the library's words",
        arguments: [
            ("$.size[0]", "Filter: [0] can only be applied to arrays. Current context is: 7"),
            ("$.beds[2].pot[0].x", "Filter: [0]['x'] can only be applied to arrays. Current context is: {cm=20}"),
            ("$.beds[0].notes[*][0]", "Filter: [0] can only be applied to arrays. Current context is: early"),
            ("$.size[0:2]", "Filter: [0:2] can only be applied to arrays. Current context is: 7"),
            ("$.size[2:]", "Filter: [2:] can only be applied to arrays. Current context is: 7"),
            ("$.size[0,1]", "Filter: [0,1] can only be applied to arrays. Current context is: 7"),
            ("$.size[(@.length-1)]", "Filter: [@.size()-1] can only be applied to arrays. Current context is: 7"),
            ("$.size[?(@.x)]", "Filter: [?] can not be applied to primitives. Current context is: 7"),
            ("$['size','gate'].x", "Multi properties can only be used as path leafs: $['size', 'gate']"),
            (
                "$.beds[?(@.rows > 5)][0]",
                "Filter: [0] can only be applied to arrays. Current context is: {plant=kale, rows=12, wet=false}"
            ),
        ])
    func inapplicable(path: String, message: String) {
        #expect(outcome(path, in: Self.garden) == .invalid(message))
    }

    @Test(
        "what the library cannot compile is refused",
        arguments: [
            "", " ", "size", "@.size", "$size", "$$.size", "$.", "$.size.", "$.beds..", "$..", "$.beds[", "$.beds[]", "$.beds[x]",
            "$.beds[0",
            "$[\"size\"]", "$['size", "$. size", "$.si ze", "$ .size", "$.beds[:]", "$.beds[::2]", "$.beds[*,*]",
            "$.beds[99999999999]",
            "$.beds[(@.length)]", "$.beds[(@.width-1)]", "$.beds[--1]", "$.beds[?]x[", "$.beds[?()]", "$.beds[?@.x]",
            "$.beds[?(@.x]",
            "$.beds[?(1)]", "$.beds[?(@.x ==  @..y)]", "$.beds[?(@.a in [1])]", "$.beds[?(@.a contains 'x')]",
            "$.beds[?(@.a == !@.b)]",
            "$.beds[?(@.a =~ /(/)]", "$.beds[?(@.x && )]", "$.beds[?(@[?(@.x)])]",
        ])
    func refused(path: String) {
        #expect(outcome(path, in: Self.garden) == .refused)
    }

    @Test("a refusal says where it is")
    func refusalOffset() {
        #expect(throws: QuerySyntaxError("Space not allowed in path", offset: 4)) { try JSONPath("$.ab c") }
        #expect(throws: QuerySyntaxError("Could not analyze path component: [x]", offset: 3)) { try JSONPath("$.a[x]") }
        #expect(throws: QuerySyntaxError("A path can not end with a scan.", offset: 3)) { try JSONPath("$.a..") }
    }

    @Test(
        "a Reference Path has names and indexes only",
        arguments: [
            ("$", true), ("$.a", true), ("$.a.b[0]", true), ("$['a b'][0]", true), ("$.[0].a", true), ("$.ä/b-c", true),
            ("$['@']", true),
            ("$.a[*]", false), ("$..a", false), ("$.a[0,1]", false), ("$.a[1:]", false), ("$.a[-1]", false), ("$.a[?(@.b)]", false),
            ("$['a','b']", false), ("$.a()", false), ("$.@", false), ("$.a[ 0 ]", false), ("$.a ", false), ("$.a[0]b", false),
            ("$.a[(@.length-1)]", false),
        ])
    func reference(path: String, isReference: Bool) throws {
        #expect(try JSONPath(path).isReference == isReference)
    }

    @Test("a wildcard over an array swallows what is missing below; a filter and an object's wildcard do not")
    func swallowing() throws {
        let document = try json(#"{"list":[{"a":{"b":{"c":1}}},{"a":{"b":{}}},{"a":7}],"map":{"x":{"a":{"b":{}}}}}"#)
        #expect(outcome("$.list[*].a.b.c", in: document) == .value([1]))
        #expect(outcome("$.list[?(@.a)].a.b.c", in: document) == .notFound("No results for path: $['list'][1]['a']['b']['c']"))
        #expect(outcome("$.map.*.a.b.c", in: document) == .notFound("No results for path: $['map']['x']['a']['b']['c']"))
        #expect(outcome("$.map.*.b.c", in: document) == .value([]))
    }
}

@Suite("JSONPath filters")
struct JSONPathFilterTests {
    static let rows: JSONValue = [
        ["id": 1, "n": 5, "s": "pear", "b": true, "sub": ["k": 1]], ["id": 2, "n": 5.5, "s": "plum", "b": false],
        ["id": 3, "n": -2, "s": "", "b": nil], ["id": 4, "s": "10", "sub": ["k": 2]], ["id": 5, "n": 0],
    ]

    @Test(
        "conditions choose the elements of an array",
        arguments: [
            ("@.n", [1, 2, 3, 5]), ("!@.n", [4]), ("@.b", [1, 2]), ("!@.b", [3, 4, 5]), ("@.n == 5", [1]), ("@.n == 5.0", [1]),
            ("@.n==5.50", [2]), ("@.n != 5", [2, 3, 5]), ("@.n < 5", [3, 5]), ("@.n <= 5", [1, 3, 5]), ("@.n > 5", [2]),
            ("@.n >= 5", [1, 2]),
            ("@.n == '5'", [1]), ("@.n > -1e1", [1, 2, 3, 5]), ("@.s == pear", [1]), ("@.s == 'pear'", [1]),
            ("@.s != 'pear'", [2, 3, 4]),
            ("@.s > 'pf'", [2]), ("@.s == 10", [4]), ("@.s == ''", [3]), ("@.b == true", [1]), ("@.b == TRUE", [1]),
            ("@.b == 1", [2]),
            ("@.b == null", [3]), ("@.b != null", [1, 2]), ("@.b > null", [1, 2]), ("@['s'] == 'plum'", [2]), ("@.sub.k == 2", [4]),
            ("@.sub", [1, 4]), ("@.sub == 1", []), ("@.sub == @.sub", [1, 4]), ("@.n == $[0].n", [1]), ("@.id == $[9].n", []),
            ("5 == @.n", []),
            ("@.n > 0 && @.b == true", [1]), ("@.n < 0 || @.s == 'plum'", [2, 3]), ("@.id == 1 || @.id == 2 && @.n > 100", [1]),
            ("@.id == 2 && @.n > 100 || @.id == 5", [5]), ("(@.id == 1 || @.id == 2)", [1, 2]), ("((@.id == 1))", [1]),
            ("@.id==1||@.id==3", [1, 3]),
            ("!(@.id == 1)", []), ("@.s == 'it\\'s'", []),
        ] as [(String, [Int])])
    func conditions(condition: String, ids: [Int]) throws {
        #expect(outcome("$[?(\(condition))].id", in: Self.rows) == .value(.array(ids.map { .integer($0) })), "\(condition)")
    }

    @Test(
        "patterns match the whole text",
        arguments: [("/p.*/", [1, 2]), ("/P.*/", []), ("/P.*/i", [1, 2]), ("/pe/", []), ("/.+/", [1, 2, 4]), ("/[0-9]+/", [4])]
            as [(String, [Int])])
    func patterns(pattern: String, ids: [Int]) throws {
        #expect(outcome("$[?(@.s =~ \(pattern))].id", in: Self.rows) == .value(.array(ids.map { .integer($0) })))
    }

    @Test("an object is asked itself, once; scalars of an array are asked too")
    func subjects() throws {
        #expect(outcome("$[?(@.a == 1)]", in: ["a": 1, "b": 2]) == .value([["a": 1, "b": 2]]))
        #expect(outcome("$[?(@.a == 2)]", in: ["a": 1]) == .value([]))
        #expect(outcome("$[?(@ > 2)]", in: [1, 2, 3, "4", nil]) == .value([3, "4"]))
        #expect(outcome("$[?(@)]", in: [0, nil, false, ""]) == .value([0, false, ""]))
        #expect(outcome("$..[?(@.k > 1)].k", in: Self.rows) == .value([2]))
    }

    @Test("a literal that is no number fails the path as soon as a number is compared with it")
    func noNumber() {
        let message = "Character f is neither a decimal digit number, decimal point, nor \"e\" notation exponential mark."
        #expect(outcome("$[?(@.n == five)]", in: Self.rows) == .invalid(message))
        #expect(outcome("$[?(@.n == five)]", in: [["n": "five"], ["n": true]]) == .value([["n": "five"]]))
        #expect(outcome("$[?(@.n == five && @.id > 9)]", in: Self.rows) == .value([]))
    }

    @Test("numbers are compared by all their digits")
    func digits() throws {
        let document = try json("[9007199254740993, 9007199254740992, 123456789012345678901234567890, 0.1, 1e300]")
        #expect(outcome("$[?(@ == 9007199254740993)]", in: document) == .value([9_007_199_254_740_993]))
        #expect(
            outcome("$[?(@ > 123456789012345678901234567889)]", in: document)
                == .value(try json("[123456789012345678901234567890, 1e300]")))
        #expect(outcome("$[?(@ == 0.10)]", in: document) == .value(try json("[0.1]")))
        #expect(outcome("$[?(@ == 1E+300)]", in: document) == .value(try json("[1e300]")))
    }

    @Test("text is compared by UTF-16 code unit")
    func order() {
        let document: JSONValue = ["\u{FFFD}", "😀", "z"]
        #expect(outcome("$[?(@ < '\u{FFFD}')]", in: document) == .value(["😀", "z"]))
        #expect(outcome("$[?(@ > '😀')]", in: document) == .value(["\u{FFFD}"]))
    }

    @Test("a filter without a condition compiles and fails when it is used")
    func placeholder() throws {
        #expect(try !JSONPath("$[?]").isDefinite)
        #expect(outcome("$[?]", in: []) == .value([]))
        guard case .invalid = outcome("$[?]", in: [1]) else {
            Issue.record("it did not fail")
            return
        }
    }
}
