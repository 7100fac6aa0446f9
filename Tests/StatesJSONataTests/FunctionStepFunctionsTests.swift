import StatesJSON
import Testing

@testable import StatesJSONata

/// What AWS Step Functions has otherwise, as recorded.
@Suite("Functions of Step Functions")
struct FunctionStepFunctionsTests {
    @Test(
        "arrays, numbers, digests and JSON",
        arguments: [
            ("$partition([1, 2, 3, 4, 5], 2)", "[[1,2],[3,4],[5]]"), ("$partition([1, 2], 5)", "[[1,2]]"),
            ("$partition([1, 2])", "[[1,2]]"), ("$partition([1, 2, 3], 2.9)", "[[1,2],[3]]"),
            ("$partition([1], 0)", "nothing"), ("$partition([], 1)", "nothing"), ("$partition($a, 1)", "nothing"),
            ("$partition([1, 2], 0.5)", "nothing"),
            ("$partition([1], -1)", "D3137: Second argument must be zero or greater"),
            ("$partition([1], 1, 2)", "T0410: Argument 3 of function \"partition\" does not match function signature"),
            ("$partition([1], \"1\")", "T0410: Argument 2 of function \"partition\" does not match function signature"),
            ("$range(0, 9, 3)", "[0,3,6,9]"), ("$range(0, 10, 3)", "[0,3,6,9]"), ("$range(1, 9, 9)", "1"),
            ("$range(3, 1, -1)", "[3,2,1]"), ("$range(1.9, 3.9, 1.9)", "[1,2,3]"),
            ("$range(1, 9, 0)", "nothing"), ("$range(1, 9, -1)", "nothing"), ("$range(1, 9)", "nothing"), ("$range(5, 5, -1)", "5"),
            ("$range(1, 2, 1, 1)", "T0410: Argument 4 of function \"range\" does not match function signature"),
            ("$hash(\"abc\", \"MD5\")", "\"900150983cd24fb0d6963f7d28e17f72\""),
            ("$hash(\"abc\", \"SHA-1\")", "\"a9993e364706816aba3e25717850c26c9cd0d89d\""),
            ("$length($hash(\"\", \"SHA-256\"))", "64"), ("$length($hash(\"\", \"SHA-384\"))", "96"),
            ("$length($hash(\"\", \"SHA-512\"))", "128"), ("$hash(\"abc\")", "nothing"),
            ("$hash(\"abc\", \"md5\")", "D3137: Hash algorithm 'md5' must be one of SHA-1, SHA-384, SHA-256, SHA-512, MD5"),
            ("$parse(\"{\\\"a\\\": [1, null]}\")", "{\"a\":[1,null]}"), ("$parse($a)", "nothing"),
            ("$parse(\"\")", "D3137: Invalid JSON"), ("$parse(\"1 2\")", "D3137: Invalid JSON"),
            ("$parse(\"{\\\"a\\\": 1, \\\"a\\\": 2}\")", "D3137: Invalid JSON"),
            ("$parse(\"[{\\\"b\\\": {\\\"a\\\": 1, \\\"a\\\": 1}}]\")", "D3137: Invalid JSON"),
            ("$base64encode(\"é\")", "\"w6k=\""), ("$base64decode(\"w6k=\")", "\"é\""),
            ("$base64decode(\"?\")", "The text given to $base64decode is not Base64"),
            ("$eval(\"1\")", "T1006: Attempted to invoke a non-function"),
        ])
    func functions(expression: String, result: String) {
        #expect(outcome(of: expression, dialect: .stepFunctions) == result)
    }

    @Test(
        "a seed gives the first number of Java's generator",
        arguments: [
            ("$random(42)", "0.7275636800328681"), ("$random(42.9)", "0.7275636800328681"), ("$random(0)", "0.730967787376657"),
            ("$random(-1)", "0.26894263088050496"),
            ("$random(1, 2)", "T0410: Argument 2 of function \"random\" does not match function signature"),
        ])
    func seeded(expression: String, result: String) {
        #expect(outcome(of: expression, dialect: .stepFunctions) == result)
    }

    @Test("random numbers come from the environment and are below one")
    func random() {
        #expect(outcome(of: "$random()", dialect: .stepFunctions) == outcome(of: "$random()"))
        #expect(outcome(of: "$filter([1..200].$random(), function($x) { $x < 0 or $x >= 1 })") == "nothing")
        #expect(outcome(of: "$count($distinct([1..200].$random()))") == "200")
    }

    @Test("a UUID is of version 4")
    func uuid() {
        let pattern = "/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/"
        #expect(outcome(of: "$contains($uuid(), \(pattern))", dialect: .stepFunctions) == "true")
        #expect(outcome(of: "$count($distinct([1..100].$uuid()))", dialect: .stepFunctions) == "100")
        #expect(
            outcome(of: "$uuid(1)", dialect: .stepFunctions)
                == "T0410: Argument 1 of function \"uuid\" does not match function signature")
    }

    @Test(
        "the published language has none of them",
        arguments: ["partition([1], 1)", "range(1, 2, 1)", "hash(\"a\", \"MD5\")", "uuid()", "parse(\"1\")"])
    func published(call: String) {
        #expect(outcome(of: "$" + call) == "T1006: Attempted to invoke a non-function")
    }

    @Test("a range may have as many items as the service's memory holds")
    func rangeLimit() {
        #expect(outcome(of: "$count($range(1, 360145, 1))", dialect: .stepFunctions) == "360145")
        let refusal = "Expression evaluation memory limit exceeded: Check for excessive memory usage"
        #expect(outcome(of: "$count($range(1, 360146, 1))", dialect: .stepFunctions) == refusal)
    }
}
