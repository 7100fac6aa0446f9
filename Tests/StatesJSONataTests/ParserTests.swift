import StatesJSON
import StatesText
import Testing

@testable import StatesJSONata

/// Expressions and their trees, in the notation of `SyntaxNode.tree`.
@Suite("Parsing")
struct ParserTests {
    @Test(
        "literals are themselves, and a sign before a number belongs to it",
        arguments: [
            ("1", "1"), ("0", "0"), ("-5", "-5"), ("- -5", "5"), ("1.50", "1.5"), ("1e3", "1000"), ("2.5E-1", "0.25"),
            ("9007199254740993", "9007199254740993"), ("1e300", "1e+300"), ("-a", "(- (. a))"), ("-5[0]", "-5[=0]"),
            ("true", "true"), ("false", "false"), ("null", "null"), ("truer", "(. truer)"), ("nullable", "(. nullable)"),
            (#""a\"b""#, #""a\"b""#), (#"'a"b'"#, #""a\"b""#), (#""\u0041\n\t\b\f\r\\\/""#, #""A\n\t\b\f\r\\/""#),
            (#""\ud83d\ude00""#, #""😀""#), (#""\ud83d""#, "\"\u{FFFD}\""), (#""\ud83d\u0041""#, "\"\u{FFFD}A\""), (#""""#, #""""#),
            ("\"a\nb\"", #""a\nb""#), ("'é😀'", #""é😀""#),
        ])
    func literals(text: String, tree: String) {
        #expect(parsed(text) == tree)
    }

    @Test("a negative zero is a double")
    func negativeZero() throws {
        guard case .number(.double(let value)) = try Parser.parse("-0").kind else {
            Issue.record("no double")
            return
        }
        #expect(value.sign == .minus && value == 0)
    }

    @Test(
        "names end at space and operators only",
        arguments: [
            ("a", "(. a)"), ("`a b`", "(. a b)"), ("``", "(. )"), ("$", "$"), ("$$", "$$"), ("$a_1", "$a_1"), ("a$b", "(. a$b)"),
            ("a\"b", "(. a\"b)"), ("été", "(. été)"), ("a\u{A0}b", "(. a\u{A0}b)"), ("\u{0B}a\r\n", "(. a)"), ("and", "(. and)"),
            ("or.in", "(. or in)"), ("and and and", "(and (. and) (. and))"), ("order", "(. order)"), ("\"a\".b", "(. a b)"),
            ("a.'b'", "(. a b)"), ("$'", "$'"),
        ])
    func names(text: String, tree: String) {
        #expect(parsed(text) == tree)
    }

    @Test(
        "comments are space",
        arguments: [
            ("/* x */ a /* y *//**/", "(. a)"), ("a/* / */.b", "(. a b)"), ("1 /* * */ / 2", "(/ 1 2)"), ("/***/1", "1"),
        ])
    func comments(text: String, tree: String) {
        #expect(parsed(text) == tree)
    }

    @Test(
        "operators group by strength, and to the left where it is the same",
        arguments: [
            ("1 + 2 * 3 - 4", "(- (+ 1 (* 2 3)) 4)"), ("1 - 2 - 3", "(- (- 1 2) 3)"), ("2 * 3 % 4 / 5", "(/ (% (* 2 3) 4) 5)"),
            ("1 & 2 + 3", "(+ (& 1 2) 3)"), ("1 < 2 and 3 >= 4 or 5 != 6", "(or (and (< 1 2) (>= 3 4)) (!= 5 6))"),
            ("1 = 2 = 3", "(= (= 1 2) 3)"), ("1 in [1] and 2 <= 3 > 4", "(and (in 1 [1]) (> (<= 2 3) 4))"),
            ("-a.b + c", "(+ (- (. a b)) (. c))"), ("-a * b", "(* (- (. a)) (. b))"), ("-$f(1)", "(- (call $f 1))"),
            ("a ? b : c ? d : e", "(? (. a) (. b) (? (. c) (. d) (. e)))"), ("a ? b", "(? (. a) (. b))"),
            ("a or b ? c : d & e", "(? (or (. a) (. b)) (. c) (& (. d) (. e)))"),
            ("$a := $b := 1 + 2", "(:= $a (:= $b (+ 1 2)))"), ("$a := b ? c : d", "(:= $a (? (. b) (. c) (. d)))"),
            ("a ~> $f ~> $g(1)", "(~> (~> (. a) $f) (call $g 1))"), ("(1 + 2) * 3", "(* (; (+ 1 2)) 3)"),
            ("(a; b; )", "(; (. a) (. b))"), ("()", "(; )"), ("[1..3, a, [] ]", "[(.. 1 3) (. a) []]"),
            ("{}", "{}"), ("{'a': 1, b: [2]}", #"{"a": 1, (. b): [2]}"#), ("a[1] = 2", "(= (. a[1]) 2)"),
        ])
    func operators(text: String, tree: String) {
        #expect(parsed(text) == tree)
    }

    @Test(
        "paths are flat, and what follows a step stays with it",
        arguments: [
            ("a.b.c", "(. a b c)"), ("a.(b.c).d", "(. a (; (. b c)) d)"), ("a.*.**", "(. a * **)"), ("*", "*"),
            ("**.a", "(. ** a)"),
            ("a[0].b[1][x]", "(. a[0] b[1][(. x)])"), ("(a)[0]", "(; (. a))[=0]"), ("(a)[0].b", "(. (; (. a))[=0] b)"),
            ("a.(b)[0]", "(. a (; (. b))[0])"), ("$x[0].a", "(. $x[=0] a)"), ("$f(a).b", "(. (call $f (. a)) b)"),
            ("a.$f(b)[0]", "(. a (call $f (. b))[0])"), ("a.{'b': c}", #"(. a {"b": (. c)})"#), ("a.$", "(. a $)"),
            ("a.\"b\".c", "(. a b c)"), ("$f(1)(2)", "(call (call $f 1) 2)"), ("a(1)", "(call (. a) 1)"),
        ])
    func paths(text: String, tree: String) {
        #expect(parsed(text) == tree)
    }

    @Test(
        "brackets keep arrays, and arrays at the ends of a path are kept as they are made",
        arguments: [
            ("a[]", "(. a:keep):keep:keepOne"), ("a.b[]", "(. a b:keep):keepOne"), ("a[].b", "(. a:keep b):keep:keepOne"),
            ("a[][0]", "(. a[0]:keep):keep:keepOne"), ("a[0][]", "(. a[0]:keep):keep:keepOne"), ("$x[]", "$x:keep"),
            ("(a.b)[]", "(; (. a b)):keep"), ("a.(b)[]", "(. a (; (. b)):keep):keepOne"), ("$f(a)[]", "(call $f (. a)):keep"),
            ("a^(b)[]", "(. a (^ <(. b))):keep"), ("a@$x[].b", "(. a@x:tuple:keep b):keep:keepOne"),
            ("[a].b", "(. [(. a)]:made b)"), ("a.[b]", "(. a [(. b)]:made)"), ("a.[b].c", "(. a [(. b)]:made c)"),
            ("([a].b)", "(; (. [(. a)]:made b)):made"), ("[a]", "[(. a)]"),
        ])
    func kept(text: String, tree: String) {
        #expect(parsed(text) == tree)
    }

    @Test(
        "groupings, sort terms and variables of steps",
        arguments: [
            ("a{b: c}", "(. a){(. b): (. c)}"), ("a.b{c: d}", "(. a b){(. c): (. d)}"), ("a{b: c}.d", "(. a d){(. b): (. c)}"),
            ("a{b: c}[0]", "(. a[0]){(. b): (. c)}"), ("$x{b: c}", "$x{(. b): (. c)}"), ("a.{b: c}", "(. a {(. b): (. c)})"),
            ("a^(b)", "(. a (^ <(. b)))"), ("a^(>b, <c, d.e)", "(. a (^ >(. b) <(. c) <(. d e)))"),
            ("$x^($)", "(. $x (^ <$))"), ("a^(b)[0].c", "(. a (^ <(. b))[0] c)"), ("a.b^(c).d", "(. a b (^ <(. c)) d)"),
            ("a@$x.b", "(. a@x:tuple b)"), ("$x@$y", "$x@y:tuple"), ("a#$i.b", "(. a#i:tuple b)"), ("$x#$i", "(. $x#i:tuple)"),
            ("a[0]#$i[$i = 1]", "(. a[0][#i][(= $i 1)]:tuple)"), ("(a)[0]#$i", "(. (; (. a))[0][#i]:tuple)"),
            ("a@$x[$x.b]#$i", "(. a[(. $x b)][#i]@x:tuple)"),
        ])
    func attachments(text: String, tree: String) {
        #expect(parsed(text) == tree)
    }

    @Test(
        "a parent finds the step it means, or shares the label of another that means it",
        arguments: [
            ("a.b.%", "(. a b!0:tuple %0)"), ("a.b.%.%.c", "(. a!1:tuple b!0:tuple %0 %1 c)"),
            ("a.b.c.%.%.d", "(. a b!1:tuple c!0:tuple %0 %1 d)"),
            ("a.b.(%.c)", "(. a b!0:tuple (; (. %0 c)))"), ("a.b[%.c = 1]", "(. a b[(= (. %0 c) 1)]!0:tuple)"),
            ("a.b[%.%.c]", "(. a!1:tuple b[(. %0 %1 c)]!0:tuple)"), ("a.b.{'x': %.c}", #"(. a b!0:tuple {"x": (. %0 c)})"#),
            ("a.b^(%.c)", "(. a b!0:tuple (^ <(. %0 c)))"), ("a.*.%", "(. a *!0:tuple %0)"),
            ("(a.b).%", "(. (; (. a b!0:tuple):tuple):tuple %0)"),
            ("a.b.(%.c & %.d)", "(. a b!0:tuple (; (& (. %0 c) (. %0 d))))"),
            ("a.b@$x.c@$y.%", "(. a b@x!0:tuple c@y:tuple %0)"), ("a.b.$f(%, 1)", "(. a b!0:tuple (call $f %0 1))"),
            ("a.b.[1, %]", "(. a b!0:tuple [1 %0]:made)"), ("a.b.(c ? % : -%)", "(. a b!0:tuple (; (? (. c) %0 (- %0))))"),
            // In groupings and lambdas nothing is sought, as in the reference implementation.
            ("a.b{c: %.d}", "(. a b){(. c): (. %0?1 d)}"), ("a.b.(function(){%})", "(. a b (; (λ [] %0?1)))"),
        ])
    func parents(text: String, tree: String) {
        #expect(parsed(text) == tree)
    }

    @Test(
        "functions: lambdas, signatures, placeholders, transforms",
        arguments: [
            ("function($x){$x + 1}", #"(λ ["x"] (+ $x 1))"#), ("λ(){1}", "(λ [] 1)"), ("`function`($x){$x}", #"(λ ["x"] $x)"#),
            ("function($x, $y)< n - : n >{$x}(1, 2)", #"(call (λ ["x", "y"]<n-:n> $x) 1 2)"#),
            ("function($f)<f<n:n>:a<n>>{1}", #"(λ ["f"]<f<n:n>:a<n>> 1)"#), ("function($x){}", "S0211@14 13..<14 "),
            ("$f(?, 1, ?)", "(partial $f ? 1 ?)"), ("f(?)", "(partial (. f) ?)"), ("|a|b|", "(| (. a) (. b))"),
            ("$ ~> |a.b|{'c': 1}, ['d', 'e']|", #"(~> $ (| (. a b) {"c": 1} ["d" "e"]))"#),
        ])
    func functions(text: String, tree: String) {
        #expect(parsed(text).hasPrefix(tree))
    }

    @Test(
        "a slash divides after an operand and begins a regular expression elsewhere",
        arguments: [
            ("a / b / c", "(/ (/ (. a) (. b)) (. c))"), ("$match(a, /b/)", "(call $match (. a) /b/)"), ("(1) / 2", "(/ (; 1) 2)"),
            ("[1] / 2", "(/ [1] 2)"), (#"/a\/b/"#, #"/a\/b/"#), (#"/a\\/"#, #"/a\\/"#), ("/[/]/", "/[/]/"), ("/(/)/im", "/(/)/"),
            ("/a/ / 2", "(/ /a/ 2)"),
        ])
    func slashes(text: String, tree: String) {
        #expect(parsed(text) == tree)
    }

    @Test("the flags of a regular expression are read")
    func regexFlags() throws {
        guard case .regex(let pattern) = try Parser.parse("/^b/im").kind else {
            Issue.record("no regular expression")
            return
        }
        var budget = 1000
        #expect(try pattern.firstMatch(in: Array("a\nB".utf16), budget: &budget)?.range == 2..<3)
    }

    @Test("positions are in UTF-16 units behind the token, ranges in bytes")
    func places() throws {
        let tree = try Parser.parse("'é😀' & $f(a.b)")
        guard case .binary(_, let left, let right) = tree.kind, case .call(let procedure, let arguments) = right.kind else {
            Issue.record("\(tree.tree)")
            return
        }
        let places = [tree, left, right, procedure, arguments[0]].map { [$0.position, $0.range.lowerBound, $0.range.upperBound] }
        #expect(places == [[7, 9, 10], [5, 0, 8], [11, 13, 14], [10, 11, 13], [12, 14, 17]])
    }
}
