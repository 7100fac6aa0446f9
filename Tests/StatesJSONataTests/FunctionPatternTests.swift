import StatesJSON
import Testing

@testable import StatesJSONata

/// Each line of a table is an expression and what it amounts to.
@Suite("Functions of patterns")
struct FunctionPatternTests {
    @Test(
        "a text or a pattern is found",
        arguments: [
            ("$contains(\"abc\", \"bc\")", "true"), ("$contains(\"abc\", \"\")", "true"), ("$contains(\"abc\", \"x\")", "false"),
            ("$contains(a, \"x\")", "nothing"),
            ("$contains(\"abc\", /B/i)", "true"), ("$contains(\"abc\", /^b/)", "false"), ("$contains(\"a\\nb\", /^b/m)", "true"),
            ("$contains(\"abc\", /x*/)", "true"),
            (
                "$match(\"a1b22\", /[a-z]([0-9])+/)",
                "[{\"match\":\"a1\",\"index\":0,\"groups\":[\"1\"]},{\"match\":\"b22\",\"index\":2,\"groups\":[\"2\"]}]"
            ),
            ("$match(\"💩x\", /x/).index", "2"), ("$match(\"ab\", /(x)?b/).groups", "[null]"),
            ("$match(\"aaa\", /a/, 2).index", "[0,1]"), ("$match(\"aaa\", /a/, 0)", "nothing"),
            ("$match(\"aaa\", /b/)", "nothing"),
            ("$match(\"aaa\", /a/, -1)", "D3040: Third argument of match function must evaluate to a positive number"),
            ("$match(\"abc\", /x*/)", "D1004: Regular expression matches zero length string"), ("$match(a, /a/)", "nothing"),
        ])
    func finding(expression: String, result: String) {
        #expect(outcome(of: expression) == result)
    }

    @Test(
        "a text is split",
        arguments: [
            ("$split(\"a,b,,c\", \",\")", "[\"a\",\"b\",\"\",\"c\"]"), ("$split(\"a,b,c\", \",\", 2)", "[\"a\",\"b\"]"),
            ("$split(\"a,b\", \",\", 1.9)", "[\"a\"]"),
            ("$split(\"a💩\", \"\")", "[\"a\",\"💩\"]"), ("$split(\"abc\", \"\", 2)", "[\"a\",\"b\"]"),
            ("$split(\"\", \",\")", "[\"\"]"), ("$split(\"\", \"\")", "[]"),
            ("$split(\"a1b22c\", /[0-9]+/)", "[\"a\",\"b\",\"c\"]"), ("$split(\"a1b22c\", /[0-9]+/, 2)", "[\"a\",\"b\"]"),
            ("$split(\"abc\", /x/)", "[\"abc\"]"),
            ("$split(\"abc\", \"b\", 0)", "[]"),
            ("$split(\"abc\", \"b\", -1)", "D3020: Third argument of split function must evaluate to a positive number"),
            ("$split(\"abc\", /x*/)", "D1004: Regular expression matches zero length string"),
        ])
    func splitting(expression: String, result: String) {
        #expect(outcome(of: expression) == result)
    }

    @Test(
        "what is found is replaced",
        arguments: [
            ("$replace(\"banana\", \"an\", \"-\")", "\"b--a\""), ("$replace(\"banana\", \"an\", \"$0\", 1)", "\"b$0ana\""),
            ("$replace(\"abc\", \"x\", \"y\")", "\"abc\""),
            ("$replace(\"John Smith\", /(\\w+) (\\w+)/, \"$2, $1\")", "\"Smith, John\""),
            ("$replace(\"ab\", /b/, \"[$0$$$x$\")", "\"a[b$$x$\""),
            ("$replace(\"ab\", /(b)/, \"$1$2$12\")", "\"abb2\""), ("$replace(\"ab\", /b/, \"<$1>\")", "\"a<>\""),
            ("$replace(\"ab\", /(x)?b/, \"<$1>\")", "\"a<>\""),
            ("$replace(\"aaa\", /a/, \"b\", 2)", "\"bba\""), ("$replace(\"aaa\", /a/, \"b\", 0)", "\"aaa\""),
            ("$replace(\"x💩y\", /💩/, \"é\")", "\"xéy\""),
            (
                "$replace(\"a1b2\", /([a-z])([0-9])/, function($m) { $m.groups[1] & $m.groups[0] & $m.start & $m.end })",
                "\"1a022b24\""
            ),
            ("$replace(\"abc\", /b/, function() { 1 })", "D3012: Attempted to replace a matched string with a non-string value"),
            ("$replace(\"abc\", \"\", \"x\")", "D3010: Second argument of replace function cannot be an empty string"),
            (
                "$replace(\"abc\", \"b\", \"x\", -1)",
                "D3011: Fourth argument of replace function must evaluate to a positive number"
            ),
            ("$replace(a, \"b\", \"x\")", "nothing"),
        ])
    func replacing(expression: String, result: String) {
        #expect(outcome(of: expression) == result)
    }

    @Test("a group has as many digits as there are groups")
    func manyGroups() {
        let pattern = "/(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)/"
        #expect(outcome(of: "$replace(\"abcdefghijk\", \(pattern), \"$11-$10-$12-$1$99\")") == "\"k-j-a2-ai9\"")
    }

    @Test("a pattern is a function of a text")
    func patternAsFunction() {
        #expect(outcome(of: "/b(.)/(\"abcbd\").[match, start, end, groups]") == "[\"bc\",1,3,\"c\"]")
        #expect(outcome(of: "/b(.)/(\"abcbd\").next().match") == "\"bd\"")
        #expect(outcome(of: "/b/(\"abcbd\").next().next()") == "nothing")
        #expect(outcome(of: "/b/(\"x\")") == "nothing")
        #expect(outcome(of: "/2/(123).start") == "1")
        #expect(outcome(of: "/b*/(\"ab\").next()") == "D1004: Regular expression matches zero length string")
        #expect(outcome(of: "/b/(\"b\")") == "a function")
    }

    /// Finds each `ch` and says so as a pattern would.
    private static let matcher = """
        $find := function($s, $from) {(
            $rest := $substring($s, $from);
            $contains($rest, "b") ? (
                $at := $from + $length($substringBefore($rest, "b"));
                {"match": "b", "start": $at, "end": $at + 1, "groups": ["B"], "next": function() { $find($s, $at + 1) }}
            )
        )};
        $matcher := function($s) { $find($s, 0) };
        """

    @Test(
        "a function can say what matches",
        arguments: [
            ("$contains(\"abc\", $matcher)", "true"), ("$contains(\"ac\", $matcher)", "false"),
            ("$split(\"abcbd\", $matcher)", "[\"a\",\"c\",\"d\"]"),
            ("$replace(\"abcbd\", $matcher, \"<$0$1>\")", "\"a<bB>c<bB>d\""), ("$match(\"abcbd\", $matcher).index", "[1,3]"),
            ("$match(\"abcbd\", $matcher)[0].groups", "[\"B\"]"),
        ])
    func matchers(expression: String, result: String) {
        #expect(outcome(of: "(\(Self.matcher) \(expression))") == result)
    }

    @Test("a function that answers no match is told", arguments: ["contains", "match", "replace", "split"])
    func noMatcher(function: String) {
        let rest = function == "replace" ? ", \"x\"" : ""
        let message =
            "T1010: The matcher function argument passed to function \"\(function)\" does not return the correct object structure"
        #expect(outcome(of: "$\(function)(\"abc\", $uppercase\(rest))") == message)
    }
}
