import StatesJSON
import Testing

@testable import StatesJSONata

/// What does not parse, with code, position, bytes and text.
@Suite("Parse errors")
struct ParserErrorTests {
    @Test(
        "tokens that are none",
        arguments: [
            ("\"abc", "S0101@4 0..<4 String literal must be terminated by a matching quote"),
            ("'é", "S0101@2 0..<3 String literal must be terminated by a matching quote"),
            (#""a\u12"#, "S0101@8 0..<6 String literal must be terminated by a matching quote"),
            ("1e309", "S0102@0 0..<5 Number out of range: \"1e309\""),
            (#""a\xb""#, #"S0103@3 2..<4 Unsupported escape sequence: \"x""#),
            (#""a\é""#, #"S0103@3 2..<5 Unsupported escape sequence: \"é""#),
            (#""\"#, #"S0103@2 1..<2 Unsupported escape sequence: \"""#),
            (#""\u12g4""#, #"S0104@2 1..<7 The escape sequence \u must be followed by 4 hex digits"#),
            ("a.`b", "S0105@4 2..<4 Quoted property name must be terminated with a backquote (`)"),
            ("é /* b", "S0106@2 3..<7 Comment has no closing tag"),
            ("/*/", "S0106@0 0..<3 Comment has no closing tag"),
            ("a ! b", "S0204@3 2..<3 Unknown operator: \"!\""),
            ("a ~ b", "S0204@3 2..<3 Unknown operator: \"~\""),
            ("//", "S0301@1 0..<2 Empty regular expressions are not allowed"),
            ("/ab", "S0302@3 0..<3 No terminating / in regular expression"),
            ("/[(]/", "S0302@5 0..<5 No terminating / in regular expression"),
            ("$f(/a/ii)", "@8 3..<8 Invalid flags supplied to RegExp constructor 'iig'"),
        ])
    func tokens(text: String, line: String) {
        #expect(parsed(text) == line)
    }

    @Test(
        "grammar",
        arguments: [
            ("", "S0207@0 0..<0 Unexpected end of expression"), (" \n", "S0207@2 2..<2 Unexpected end of expression"),
            ("1 +", "S0207@3 3..<3 Unexpected end of expression"), ("$a := ", "S0207@6 6..<6 Unexpected end of expression"),
            ("a.", "S0207@2 2..<2 Unexpected end of expression"), ("-", "S0207@1 1..<1 Unexpected end of expression"),
            ("a b", "S0201@3 2..<3 Syntax error: \"b\""), ("1 2", "S0201@3 2..<3 Syntax error: 2"),
            ("1 null", "S0201@6 2..<6 Syntax error: null"), ("a;", "S0201@2 1..<2 Syntax error: \";\""),
            ("a[1,2)", "S0202@4 3..<4 Expected \"]\", got \",\""), ("(1]", "S0202@3 2..<3 Expected \")\", got \"]\""),
            ("[1 true]", "S0202@7 3..<7 Expected \"]\", got true"), ("a^b", "S0202@3 2..<3 Expected \"(\", got \"b\""),
            ("{'a' 1}", "S0202@6 5..<6 Expected \":\", got 1"), ("(1 '2')", "S0202@6 3..<6 Expected \")\", got \"2\""),
            ("(", "S0203@1 1..<1 Expected \")\" before end of expression"),
            ("a[1", "S0203@3 3..<3 Expected \"]\" before end of expression"),
            ("{'a'", "S0203@4 4..<4 Expected \":\" before end of expression"),
            ("$f(1,", "S0203@5 5..<5 Expected \")\" before end of expression"),
            ("function($x)", "S0203@12 12..<12 Expected \"{\" before end of expression"),
            ("|a|b", "S0203@4 4..<4 Expected \"|\" before end of expression"),
            ("* / )", "S0211@5 4..<5 The symbol \")\" cannot be used as a unary operator"),
            ("a ?? b", "S0211@4 3..<4 The symbol \"?\" cannot be used as a unary operator"),
            ("a ?: b", "S0211@4 3..<4 The symbol \":\" cannot be used as a unary operator"),
            ("function($x, 1){1}", "S0208@14 13..<14 Parameter 2 of function definition must be a variable name (start with $)"),
            ("λ(?){1}", "S0208@3 3..<4 Parameter 1 of function definition must be a variable name (start with $)"),
            ("a := 1", "S0212@1 0..<1 The left side of := must be a variable name (start with $)"),
            ("$a[0] := 1", "S0212@3 2..<3 The left side of := must be a variable name (start with $)"),
            ("a@b", "S0214@3 2..<3 The right side of \"@\" must be a variable name (start with $)"),
            ("a#1", "S0214@3 2..<3 The right side of \"#\" must be a variable name (start with $)"),
            // A wrong token further on is met first.
            ("@ 'a", "S0101@4 2..<4 String literal must be terminated by a matching quote"),
        ])
    func grammar(text: String, line: String) {
        #expect(parsed(text) == line)
    }

    @Test(
        "steps",
        arguments: [
            ("$x{a: b}[0]", "S0209@9 8..<9 A predicate cannot follow a grouping expression in a step"),
            ("a{b: c}{d: e}", "S0210@8 7..<8 Each step can only have one grouping expression"),
            ("a.1", "S0213@3 2..<3 The literal value 1 cannot be used as a step within a path expression"),
            ("true.a", "S0213@4 0..<4 The literal value true cannot be used as a step within a path expression"),
            ("a.-1", "S0213@4 3..<4 The literal value -1 cannot be used as a step within a path expression"),
            ("1#$i.b", "S0213@1 0..<1 The literal value 1 cannot be used as a step within a path expression"),
            ("a[0]@$x", "S0215@5 4..<5 A context variable binding must precede any predicates on a step"),
            ("a^(b)@$x", "S0216@6 5..<6 A context variable binding must precede the 'order-by' clause on a step"),
            ("%", "S0217@1 0..<1 The object representing the 'parent' cannot be derived from this expression"),
            ("$x.%", "S0217@2 0..<2 The object representing the 'parent' cannot be derived from this expression"),
            ("a.%.%", "S0217@- 0..<5 The object representing the 'parent' cannot be derived from this expression"),
            ("1 + %.a", "S0217@3 2..<3 The object representing the 'parent' cannot be derived from this expression"),
        ])
    func steps(text: String, line: String) {
        #expect(parsed(text) == line)
    }

    @Test("a pattern that is none says why, without a code")
    func patterns() {
        let line = parsed("/a(b/c)/")
        #expect(!line.isEmpty)
        #expect(parsed("/*+/").hasPrefix("S0106"))
        #expect(parsed("/+/").hasPrefix("@3 0..<3 Invalid regular expression: /+/g: "))
    }

    @Test("a signature that is none is refused at its place in the expression")
    func signatures() {
        #expect(throws: (any Error).self) { try Parser.parse("function($x)<n<n>>{1}") }
        #expect(parsed("function($x)<n<n>>{1}").hasPrefix("S0401@"))
        #expect(parsed("function($x)<a<n>{1}") == "S0202@18 17..<18 Expected \">\", got \"{\"")
        #expect(parsed("function($x)<a") == "S0203@14 14..<14 Expected \">\" before end of expression")
    }

    @Test(
        "texts quote their values as JSON, and bare between three braces",
        arguments: [
            (JSONataError.make("T2001", token: "+"), #"The left side of the "+" operator must evaluate to a number"#),
            (.make("T1005", token: "sum"), "Attempted to invoke a non-function. Did you mean $sum?"),
            (.make("D3137", text: "no \"luck\""), "no \"luck\""),
            (
                .make("T2009", token: "<", value: 1, value2: "a\n\u{1}\\"),
                #"The values 1 and "a\n\u0001\\" either side of operator "<" must be of the same data type"#
            ),
            (
                .make("T0412", token: "sum", index: 1, type: "numbers"),
                #"Argument 1 of function "sum" must be an array of "numbers""#
            ),
            (
                .make("D3061", value: 1e21, exponent: 0.5),
                "The power function has resulted in a value that cannot be represented as a JSON number: base=1e+21, exponent=0.5"
            ),
            (.make("D1002", value: ["a": [1.0, nil, true, [:]]]), #"Cannot negate a non-numeric value: {"a":[1,null,true,{}]}"#),
            (.make("D1001", value: .number(.double(.infinity))), "Number out of range: null"),
            (.make("T1003"), "Key in object structure must evaluate to a string; got: undefined"),
            (.make("D3140", value: "%", functionName: "decodeUrl"), #"Malformed URL passed to $decodeUrl(): "%""#),
        ])
    func texts(error: JSONataError, message: String) {
        #expect(error.message == message)
    }
}
