import StatesJSON
import StatesQuery
import Testing

@Suite("Data paths")
struct DataPathTests {
    let scope = TestScope(
        input: ["a": ["b": 1], "x.y": 2, "foo": ["a@b[": 3]], variables: ["list": [10, 20], "größe": 5, "_": 6])

    @Test(
        "a path searches the input, the context object or a variable",
        arguments: [
            ("$", #"{"a":{"b":1},"x.y":2,"foo":{"a@b[":3}}"#), ("$.a.b", "1"), ("$$.State.Name", #""S""#),
            ("$$['State'].Name", #""S""#),
            ("$list", "[10,20]"), ("$list[1]", "20"), ("$list[*]", "[10,20]"), ("$größe", "5"), ("$list ", "[10,20]"),
        ])
    func roots(path: String, expected: String) throws {
        #expect(try DataPath(path).evaluate(in: scope) == json(expected))
    }

    @Test("the root is told apart by what follows the dollar sign")
    func rootNames() throws {
        #expect(try DataPath("$.a").root == .input)
        #expect(try DataPath("$").root == .input)
        #expect(try DataPath("$$").root == .context)
        #expect(try DataPath("$list[0]").root == .variable("list"))
        #expect(try DataPath("$list[0]").variable == "list")
        #expect(try DataPath("$list[0]").path.text == "$[0]")
    }

    @Test("a backslash takes the next character of a dot name literally")
    func escapes() throws {
        #expect(try DataPath(#"$.x\.y"#).evaluate(in: scope) == 2)
        #expect(try DataPath(#"$.foo.a\@b\["#).evaluate(in: scope) == 3)
        #expect(try DataPath(#"$.foo.a\@b\["#).isReference)
        #expect(outcome(#"$.x\.y"#, in: scope.input) == .notFound(#"Missing property in path $['x\']"#))
    }

    @Test(
        "what is no path is refused, and the refusal says where",
        arguments: [
            ("", 0), ("a.b", 0), (" a", 1), ("$1a", 1), ("$_", 1), ("$-a", 1), ("$a b", 2), ("$.a[x]", 3), ("$list.a[x]", 7),
            ("$$a", 2),
            ("$$$", 2),
        ])
    func refused(path: String, offset: Int) {
        #expect(performing: { try DataPath(path) }, throws: { ($0 as? QuerySyntaxError)?.offset == offset })
    }

    @Test("a variable's name has at most eighty characters")
    func longNames() throws {
        #expect(try DataPath("$" + String(repeating: "n", count: 80)).isReference)
        #expect(throws: QuerySyntaxError.self) { try DataPath("$" + String(repeating: "n", count: 81)) }
    }

    @Test("a variable that was never assigned is not found")
    func unassigned() {
        #expect(throws: PathFailure(.notFound, "No results for path: $nobody")) { try DataPath("$nobody.a").evaluate(in: scope) }
    }

    @Test(
        "the task token is used by paths that lead to it or to what contains it",
        arguments: [
            ("$$.Task.Token", true), ("$$['Task']['Token']", true), ("$$.Task", true), ("$$", true), ("$$.*", true),
            ("$$..Token", true),
            ("$$.Task.Other", false), ("$$.State.Name", false), ("$.Task.Token", false), ("$Task.Token", false), ("$$[0]", false),
        ])
    func taskToken(path: String, usesIt: Bool) throws {
        #expect(try DataPath(path).usesTaskToken == usesIt)
    }
}

@Suite("Reference Paths")
struct ReferencePathTests {
    @Test(
        "a result is written where the path says",
        arguments: [
            ("$", #"{"a":1}"#, "9"), ("$.b", #"{"a":1}"#, #"{"a":1,"b":9}"#), ("$.a", #"{"a":1,"b":2}"#, #"{"a":9,"b":2}"#),
            ("$.x.y.z", #"{"a":1}"#, #"{"a":1,"x":{"y":{"z":9}}}"#), ("$.a.b", #"{"a":{"c":1}}"#, #"{"a":{"c":1,"b":9}}"#),
            ("$['a b']['']", "{}", #"{"a b":{"":9}}"#), ("$.l[1]", #"{"l":[1,2,3]}"#, #"{"l":[1,9,3]}"#),
            ("$[0].a", "[{}]", #"[{"a":9}]"#),
            ("$.l[0].x.y", #"{"l":[{"k":1}]}"#, #"{"l":[{"k":1,"x":{"y":9}}]}"#), (#"$.a\.b"#, "{}", #"{"a.b":9}"#),
        ])
    func placing(path: String, input: String, expected: String) throws {
        let placed = try ReferencePath(path).placing(9, in: json(input))
        #expect(placed == (try json(expected)))
    }

    @Test("members keep their order")
    func order() throws {
        let placed = try ReferencePath("$.b.new").placing(9, in: json(#"{"c":1,"b":{"z":1},"a":2}"#))
        #expect(placed.compactText == #"{"c":1,"b":{"z":1,"new":9},"a":2}"#)
    }

    @Test(
        "what stands in the way is a ResultPathMatchFailure; an array is never extended",
        arguments: [
            ("$.a", #""text""#), ("$.a.b", #"{"a":1}"#), ("$.a.b", #"{"a":null}"#), ("$.l[2]", #"{"l":[1,2]}"#), ("$.l[0]", "{}"),
            ("$[0]", "{}"), ("$.l.x", #"{"l":[]}"#), ("$.a", "null"),
        ])
    func conflicts(path: String, input: String) {
        let failure = QueryFailure(
            error: "States.ResultPathMatchFailure", cause: "Unable to apply ReferencePath \(path) to input \(input)")
        #expect(throws: failure) { try ReferencePath(path).placing(9, in: json(input)) }
    }

    @Test(
        "only places in the input can be written to",
        arguments: ["$$", "$$.a", "$x", "$x.a", "$.a[*]", "$..a", "$.a[0,1]", "$.a[-1]", "$['a','b']", "a", "", "$.a[99999999999]"])
    func refused(path: String) {
        #expect(throws: QuerySyntaxError.self) { try ReferencePath(path) }
    }
}

@Suite("String patterns")
struct StringPatternTests {
    @Test(
        "a star stands for any text",
        arguments: [
            ("abc", "abc", true), ("abc", "abcd", false), ("", "", true), ("", "a", false), ("*", "", true), ("*", "abc", true),
            ("a*", "a", true), ("a*", "ba", false), ("*a", "ba", true), ("*a", "ab", false), ("a*c", "ac", true),
            ("a*c", "abbbc", true),
            ("a*a", "a", false), ("a**c", "abc", true), ("log-*.txt", "log-2026.txt", true), ("log-*.txt", "log-2026.tx", false),
            ("*ab*ab*", "abxab", true), ("*ab*ab*", "abxa", false), ("*aab", "aaab", true), ("a*b*c", "a-c-b-c", true),
            ("ä*ß", "äöüß", true),
            (#"\*"#, "*", true), (#"\*"#, "x", false), (#"a\\*"#, #"a\b"#, true), (#"\\"#, #"\"#, true), ("a?c", "abc", false),
            ("[a]", "a", false),
        ])
    func matching(pattern: String, text: String, isMatch: Bool) throws {
        #expect(try StringPattern(pattern).matches(text) == isMatch)
    }

    @Test("other escapes are refused", arguments: [(#"a\"#, 1), (#"\a*"#, 0), (#"\\\"#, 2)])
    func refused(pattern: String, offset: Int) {
        #expect(performing: { try StringPattern(pattern) }, throws: { ($0 as? QuerySyntaxError)?.offset == offset })
    }

    @Test("many stars on a long text take no more than the product of both lengths")
    func effort() throws {
        let pattern = try StringPattern(String(repeating: "*aab", count: 200) + "*c")
        #expect(!pattern.matches(String(repeating: "a", count: 20_000)))
    }
}
