import StatesJSON
import Testing

@testable import ConformanceRunner

@Suite("What counts as the recorded answer")
struct ComparisonTests {
    @Test(
        "expected text may hold wildcards, each of which stands for one or more characters",
        arguments: [
            ("plain", "plain", true), ("plain", "plane", false), ("{{any}}", "", true), ("a{{x}}", "ab", true),
            ("a{{x}}", "a", false),
            ("{{x}}b", "ab", true), ("{{x}}b", "b", false), ("a{{x}}c{{y}}e", "abcde", true), ("a{{x}}c{{y}}e", "acde", false),
            ("{{x}}-{{y}}", "1-2-3", true), ("a{{x}}a", "aa", false), ("a{{x}}a", "aba", true), ("{{x}}{{y}}", "1", false),
            ("{{x}}{{y}}", "12", true), ("{{}}", "x", true), ("{x}", "{x}", true), ("{{a{b}}", "{{a{b}}", true),
            ("ü{{x}}ü", "üöü", true),
        ])
    func wildcards(want: String, got: String, matches: Bool) {
        #expect((Comparison.difference(.string(want), .string(got)) == nil) == matches)
    }

    @Test(
        "a wildcard and nothing else matches every value",
        arguments: [JSONValue.null, true, 1, "text", [1, 2], ["a": 1]])
    func everything(got: JSONValue) {
        #expect(Comparison.difference("{{any}}", got) == nil)
    }

    @Test(
        "values are equal by what they amount to",
        arguments: [
            (#"{"a":1,"b":[1,2]}"#, #"{"b":[1,2],"a":1.0}"#, true),
            (#"{"a":1}"#, #"{"a":1,"b":2}"#, false),
            (#"{"a":1}"#, #"{}"#, false),
            (#"[1,2]"#, #"[2,1]"#, false),
            (#"[1,2]"#, #"[1,2,3]"#, false),
            (#"1"#, #"1.0000000001"#, true),
            (#"1"#, #"1.1"#, false),
            (#"true"#, #"1"#, false),
            (#"null"#, #"false"#, false),
            (#"1"#, #""1""#, false),
            (#""1""#, #"1"#, true),
        ])
    func values(want: String, got: String, equal: Bool) throws {
        let difference = try Comparison.difference(JSONValue(parsing: want), JSONValue(parsing: got))
        #expect((difference == nil) == equal)
    }

    @Test(
        "an object or array is also expected of text that holds it",
        arguments: [
            (#"{"a":{"b":1}}"#, #"{"a":"{\"b\": 1}"}"#, true), (#"[1,2]"#, #""[1, 2]""#, true), (#"{"a":1}"#, #""text""#, false),
            (#""[1, 2]""#, #""[1,2]""#, true), (#""\"a\"""#, #""\"a\" ""#, false), (#""{\"a\":1}""#, #"{"a":1}"#, true),
        ])
    func textThatHoldsJSON(want: String, got: String, equal: Bool) throws {
        let difference = try Comparison.difference(JSONValue(parsing: want), JSONValue(parsing: got))
        #expect((difference == nil) == equal)
    }

    @Test("a member's name may be a wildcard")
    func wildNames() {
        #expect(Comparison.difference(["a": 1, "{{id}}": 2], ["x-7": 2, "a": 1]) == nil)
        #expect(Comparison.difference(["a": 1, "{{id}}": 2], ["x-7": 3, "a": 1]) == ".{{id}}: missing")
        #expect(Comparison.difference(["{{id}}": 2], ["x": 2, "y": 2]) == ".: unexpected y")
    }

    @Test("a difference names its place")
    func places() {
        #expect(Comparison.difference(["a": [1, ["b": "x"]]], ["a": [1, ["b": "y"]]]) == #".a[1].b: expected "x", got "y""#)
        #expect(Comparison.difference(["a": 1], ["b": 1], at: "output") == "output.a: missing")
    }
}
