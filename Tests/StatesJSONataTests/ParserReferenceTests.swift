import StatesJSON
import Testing

@testable import StatesJSONata

/// What expressions read from outside.
@Suite("References")
struct ParserReferenceTests {
    /// Each reference as a word with the text it points to: `a` for a name, `$$`, `$v.m` for a variable, `$f()` for a call.
    private func references(_ text: String) throws -> [String] {
        let bytes = Array(text.utf8)
        return try StatesJSONata.references(in: Parser.parse(text)).map { reference in
            let quoted = String(decoding: bytes[reference.range.lowerBound..<reference.range.upperBound], as: UTF8.self)
            let word =
                switch reference.kind {
                case .topLevelName(let name): name
                case .rootContext: "$$"
                case .variable(let name, let members): "$" + ([name] + members).joined(separator: ".")
                case .function(let name): "$\(name)()"
                }
            return word == quoted ? word : "\(word) <\(quoted)>"
        }
    }

    @Test(
        "names read the context item only where there is no other",
        arguments: [
            ("a.b", ["a"]), ("$", ["$"]), ("$.a", ["$"]), ("\"a\".b", ["a <\"a\">"]), ("a + b.c * -d", ["a", "b", "d"]),
            ("[a, {b: c}]", ["a", "b", "c"]), ("a ? b : c", ["a", "b", "c"]), ("(a; b)", ["a", "b"]), ("$x := a", ["a"]),
            ("function(){a}", ["a"]), ("(a).b", ["a"]), ("[a].b", ["a"]), ("a in b and c", ["a", "b", "c"]),
            ("a & '' ~> $f", ["a", "$f() <$f>"]),
            ("a[b]", ["a"]), ("a^(b)", ["a"]), ("a{b: c}", ["a"]), ("a.(b + $)", ["a"]), ("(a)[b]", ["a"]), ("a.{b: c}", ["a"]),
            ("|a|b, c|", []), ("*.a", []), ("'a'", []), ("a.(function(){b})", ["a"]), ("[1..a]", ["a"]),
        ] as [(String, [String])])
    func names(text: String, expected: [String]) throws {
        #expect(try references(text) == expected)
    }

    @Test(
        "the root is a reference wherever it stands",
        arguments: [("$$", ["$$"]), ("a.($$.b)[$$]", ["a", "$$", "$$"]), ("|a|$$|", ["$$"])] as [(String, [String])])
    func root(text: String, expected: [String]) throws {
        #expect(try references(text) == expected)
    }

    @Test(
        "a variable comes with the names behind it up to a predicate",
        arguments: [
            ("$x", ["$x"]), ("$x.a.b", ["$x.a.b"]), ("$x.a[0].b", ["$x.a"]), ("$x[0].a", ["$x"]),
            ("$x.`a b`", ["$x.a b <$x.`a b`>"]),
            ("$x.*.a", ["$x"]), ("$x.(a)", ["$x"]), ("$x.a^(b).c", ["$x.a"]), ("a[$x.b = $y]", ["a", "$x.b", "$y"]),
            ("$x.a.$y.b", ["$x.a", "$y"]), ("é + $x.é", ["é", "$x.é"]),
        ] as [(String, [String])])
    func variables(text: String, expected: [String]) throws {
        #expect(try references(text) == expected)
    }

    @Test(
        "what an expression binds itself is no reference",
        arguments: [
            ("($x := 1; $x.a)", []), ("($x := $x; $x)", ["$x"]), ("(($x := 1); $x)", ["$x"]), ("($x; $x := 1)", ["$x"]),
            ("$x := $x + 1", ["$x"]), ("function($x){$x + $y}", ["$y"]), ("[function($x){$x}, $x]", ["$x"]),
            ("($f := function($n){$n ? $f($n - 1) : $g()}; $g := function(){1}; $f(2))", []),
            ("(function(){$x}; $x := 1)", []), ("(function(){($y; $y := 1)})", ["$y"]), ("function(){($x := 1; $x)}", []),
            ("a@$i.b[$i = $j]^($i){$i: c}", ["a", "$j"]), ("(a@$i.b; $i)", ["a", "$i"]), ("a#$i[$i]", ["a"]),
            ("a[b]#$i[$i].($i)", ["a"]), ("[$x := 1, $x]", []), ("(function($x){$x := 2}; $x)", ["$x"]),
        ] as [(String, [String])])
    func bound(text: String, expected: [String]) throws {
        #expect(try references(text) == expected)
    }

    @Test(
        "calls name their functions",
        arguments: [
            ("$f($x)", ["$f() <$f>", "$x"]), ("$f(?, a)", ["$f() <$f>", "a"]), ("a ~> $f", ["a", "$f() <$f>"]),
            ("a ~> $f($y)", ["a", "$f() <$f>", "$y"]), ("$map($x, $f)", ["$map() <$map>", "$x", "$f"]), ("f(1)", ["f"]),
            ("$x.f(1)", ["$x"]), ("(function($x){1})($y)", ["$y"]), ("$f(1)(2)", ["$f() <$f>"]),
        ] as [(String, [String])])
    func calls(text: String, expected: [String]) throws {
        #expect(try references(text) == expected)
    }
}
