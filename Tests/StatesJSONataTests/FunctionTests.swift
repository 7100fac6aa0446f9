import StatesJSON
import Testing

@testable import StatesJSONata

/// Each line of a table is an expression and what it amounts to.
@Suite("Built-in functions")
struct FunctionTests {
    @Test(
        "numbers of an array are summed up, counted and compared",
        arguments: [
            ("$sum([1, 2.5, 3])", "6.5"), ("$sum(7)", "7"), ("$sum([])", "0"), ("$sum(a)", "nothing"),
            ("$sum([0.1, 0.2])", "0.30000000000000004"),
            ("$sum([9007199254740992, 1])", "9007199254740992"),
            ("$sum([1, \"2\"])", "T0412: Argument 1 of function \"sum\" must be an array of \"numbers\""),
            ("$sum(1, 2)", "T0410: Argument 2 of function \"sum\" does not match function signature"),
            ("$count([1, [2, 3], null])", "3"), ("$count(\"a\")", "1"), ("$count(a)", "0"), ("$count([])", "0"),
            ("$max([3, -1, 10.5])", "10.5"), ("$max([])", "nothing"), ("$max(a)", "nothing"), ("$min([3, -1, 10.5])", "-1"),
            ("$min(4)", "4"),
            ("$average([1, 2])", "1.5"), ("$average([])", "nothing"), ("$average(a)", "nothing"), ("$average(5)", "5"),
        ])
    func aggregates(expression: String, result: String) {
        #expect(outcome(of: expression) == result)
    }

    @Test(
        "anything but infinity has a text",
        arguments: [
            ("$string(\"a\")", "\"a\""), ("$string(1.50)", "\"1.5\""), ("$string(1/3)", "\"0.333333333333333\""),
            ("$string(0.1 + 0.2)", "\"0.3\""),
            ("$string(1e3)", "\"1000\""), ("$string(12345678901234567890)", "\"12345678901234600000\""),
            ("$string(true)", "\"true\""),
            ("$string(null)", "\"null\""), ("$string(a)", "nothing"), ("$string($sum)", "\"\""), ("$string([])", "\"[]\""),
            ("$string({})", "\"{}\""),
            (
                "$string([1, \"a\\n\\u0001\\\"\", null, {\"b\": $sum}])",
                "\"[1,\\\"a\\\\n\\\\u0001\\\\\\\"\\\",null,{\\\"b\\\":\\\"\\\"}]\""
            ),
            (
                "$string([1, {\"a\": [], \"b\": {\"c\": 2}}], true)",
                "\"[\\n  1,\\n  {\\n    \\\"a\\\": [],\\n    \\\"b\\\": {\\n      \\\"c\\\": 2\\n    }\\n  }\\n]\""
            ),
            ("$string(1/0)", "D3001: Attempting to invoke string function on Infinity or NaN"),
            ("$string([-1/0])", "D1001: Number out of range: null"),
        ])
    func string(expression: String, result: String) {
        #expect(outcome(of: expression) == result)
    }

    @Test("the whole input is the context item of $string, also where it is an array")
    func stringOfInput() {
        #expect(outcome(of: "$string()", [[1]]) == "\"[[1]]\"")
        #expect(outcome(of: "$string()", []) == "\"[]\"")
        #expect(outcome(of: "$string()", ["a": 1]) == "\"{\\\"a\\\":1}\"")
    }

    @Test(
        "texts are cut by code points",
        arguments: [
            ("$length(\"a💩é\")", "3"), ("$length(\"\")", "0"), ("$length(a)", "nothing"),
            ("$substring(\"hello\", 1)", "\"ello\""), ("$substring(\"hello\", 1, 2)", "\"el\""),
            ("$substring(\"hello\", -3, 2)", "\"ll\""),
            ("$substring(\"hello\", -9)", "\"hello\""), ("$substring(\"hello\", -9, 2)", "\"he\""),
            ("$substring(\"hello\", 9)", "\"\""),
            ("$substring(\"hello\", 0, 0)", "\"\""), ("$substring(\"hello\", 0, -1)", "\"\""),
            ("$substring(\"hello\", -3, -1)", "\"\""),
            ("$substring(\"hello\", 1.9, 1.5)", "\"el\""), ("$substring(\"hello\", 1, 1e300)", "\"ello\""),
            ("$substring(\"hello\", 1e300)", "\"\""),
            ("$substring(\"a💩é\", 1, 1)", "\"💩\""), ("$substring(\"a💩é\", -1)", "\"é\""), ("$substring(a, 1)", "nothing"),
            ("$substringBefore(\"a-b-c\", \"-\")", "\"a\""), ("$substringBefore(\"abc\", \"-\")", "\"abc\""),
            ("$substringBefore(\"abc\", \"\")", "\"\""),
            ("$substringAfter(\"a-b-c\", \"-\")", "\"b-c\""), ("$substringAfter(\"abc\", \"-\")", "\"abc\""),
            ("$substringAfter(\"💩é\", \"💩\")", "\"é\""),
            ("$substringBefore(\"aaaaaaaabaaaaaaaaac\", \"aaaaaaaaac\")", "\"aaaaaaaab\""),
            ("$pad(\"ab\", 5)", "\"ab   \""), ("$pad(\"ab\", -5)", "\"   ab\""), ("$pad(\"ab\", 5, \"#\")", "\"ab###\""),
            ("$pad(\"ab\", 5, \"-+\")", "\"ab-+-\""),
            ("$pad(\"ab\", -6, \"💩x\")", "\"💩x💩xab\""), ("$pad(\"ab\", 1)", "\"ab\""), ("$pad(\"ab\", 4, \"\")", "\"ab  \""),
            ("$pad(a, 4)", "nothing"),
            ("$trim(\" \\t a \\n\\r b  \")", "\"a b\""), ("$trim(\"\")", "\"\""), ("$trim(\"   \")", "\"\""),
            ("$trim(\"\\u00a0a\")", "\"\u{A0}a\""),
            ("$join([\"a\", \"b\"], \", \")", "\"a, b\""), ("$join(\"a\", \"-\")", "\"a\""), ("$join([])", "\"\""),
            ("$join(a, \"-\")", "nothing"),
        ])
    func texts(expression: String, result: String) {
        #expect(outcome(of: expression) == result)
    }

    @Test(
        "letters change their case as Unicode has it",
        arguments: [
            ("$uppercase(\"Hello 1\")", "\"HELLO 1\""), ("$lowercase(\"Hello [\")", "\"hello [\""),
            ("$uppercase(\"straße é\")", "\"STRASSE É\""),
            ("$lowercase(\"ÀÉ\")", "\"àé\""), ("$lowercase(\"ΟΔΟΣ ΣΑΣ. Σ ΑΣ'Α\")", "\"οδος σας. σ ασ'α\""),
            ("$uppercase(a)", "nothing"),
        ])
    func letterCase(expression: String, result: String) {
        #expect(outcome(of: expression) == result)
    }

    @Test(
        "texts are encoded and decoded",
        arguments: [
            ("$base64encode(\"abc\")", "\"YWJj\""), ("$base64encode(\"é\")", "\"6Q==\""), ("$base64decode(\"YWJj\")", "\"abc\""),
            ("$base64decode(\"6Q==\")", "\"é\""), ("$base64decode(\"Y W!J-j\")", "\"ab~\""), ("$base64decode(\"YWJ\")", "\"ab\""),
            ("$base64decode(\"Y\")", "\"\""),
            ("$encodeUrlComponent(\"a b/é?\")", "\"a%20b%2F%C3%A9%3F\""), ("$encodeUrl(\"a b/é?\")", "\"a%20b/%C3%A9?\""),
            ("$decodeUrlComponent(\"a%20b%2F%C3%A9%3f\")", "\"a b/é?\""), ("$decodeUrl(\"a%20b%2F%C3%A9%3f\")", "\"a b%2Fé%3f\""),
            ("$decodeUrl(\"%\")", "D3140: Malformed URL passed to $decodeUrl(): \"%\""),
            ("$decodeUrlComponent(\"%C3x\")", "D3140: Malformed URL passed to $decodeUrlComponent(): \"%C3x\""),
            ("$decodeUrlComponent(\"%ed%a0%80\")", "D3140: Malformed URL passed to $decodeUrlComponent(): \"%ed%a0%80\""),
        ])
    func encodings(expression: String, result: String) {
        #expect(outcome(of: expression) == result)
    }

    @Test(
        "numbers are read, rounded and computed",
        arguments: [
            ("$number(\"-1.5e2\")", "-150"), ("$number(\"0x1f\")", "31"), ("$number(true)", "1"), ("$number(false)", "0"),
            ("$number(7)", "7"),
            ("$number(\"1,5\")", "D3030: Unable to cast value to a number: \"1,5\""),
            ("$number(null)", "T0410: Argument 1 of function \"number\" does not match function signature"),
            ("$number(a)", "nothing"),
            ("$floor(-1.5)", "-2"), ("$floor(3)", "3"), ("$ceil(-1.5)", "-1"), ("$ceil(1.1)", "2"), ("$abs(-5)", "5"),
            ("$abs(-0.5)", "0.5"),
            ("$round(2.5)", "2"), ("$round(3.5)", "4"), ("$round(1.005, 2)", "1"), ("$round(125, -1)", "120"),
            ("$round(9223372036854775807)", "9223372036854775807"),
            ("$sqrt(16)", "4"), ("$sqrt(-4)", "D3060: The sqrt function cannot be applied to a negative number: -4"),
            ("$power(2, 10)", "1024"), ("$power(4, 0.5)", "2"),
            (
                "$power(10, 400)",
                "D3061: The power function has resulted in a value that cannot be represented as a JSON number: base=10, exponent=400"
            ),
            ("$formatBase(255, 16)", "\"ff\""), ("$formatBase(-5.5, 2)", "\"-110\""), ("$formatBase(10)", "\"10\""),
            ("$formatBase(1, 1)", "D3100: The radix of the formatBase function must be between 2 and 36.  It was given 1"),
            ("$formatNumber(-1234.5, \"#,##0.00\")", "\"-1,234.50\""),
            ("$formatNumber(0.5, \"0x\", {\"percent\": \"x\"})", "\"50x\""),
            ("$formatInteger(14, \"I\")", "\"XIV\""), ("$parseInteger(\"XIV\", \"I\")", "14"),
            ("$formatInteger(a, \"I\")", "nothing"),
        ])
    func numbers(expression: String, result: String) {
        #expect(outcome(of: expression) == result)
    }

    @Test(
        "time stands still",
        arguments: [
            ("$now()", "\"2024-02-29T12:30:15.250Z\""), ("$millis()", "1709209815250"),
            ("$now(\"[H01]:[m01]\", \"+0100\")", "\"13:30\""),
            ("$toMillis($now()) = $millis()", "true"), ("$fromMillis(0)", "\"1970-01-01T00:00:00.000Z\""),
            ("$fromMillis(a)", "nothing"),
            ("$fromMillis(0, \"[D]/[M]/[Y]\")", "\"1/1/1970\""), ("$toMillis(\"1/2/1970\", \"[D]/[M]/[Y]\")", "2678400000"),
            (
                "$toMillis(\"yesterday\")",
                "D3110: The argument of the toMillis function must be an ISO 8601 formatted timestamp. Given \"yesterday\""
            ),
        ])
    func times(expression: String, result: String) {
        #expect(outcome(of: expression) == result)
    }

    @Test(
        "values are looked at",
        arguments: [
            ("$boolean([0, \"\"])", "false"), ("$boolean([0, 1])", "true"), ("$boolean({})", "false"), ("$boolean($sum)", "false"),
            ("$boolean(a)", "nothing"),
            ("$not(0)", "true"), ("$not(a)", "nothing"), ("$exists(a)", "false"), ("$exists(null)", "true"),
            ("$exists($sum)", "true"),
            ("$type(1)", "\"number\""), ("$type(null)", "\"null\""), ("$type(true)", "\"boolean\""), ("$type(\"\")", "\"string\""),
            ("$type([])", "\"array\""),
            ("$type({})", "\"object\""), ("$type({\"a\": $sum})", "\"object\""), ("$type([$sum])", "\"array\""),
            ("$type($sum)", "\"function\""),
            ("$type(/a/)", "\"function\""), ("$type(a)", "nothing"), ("$type(1/0)", "D1001: Number out of range: null"),
            ("$error(\"no\")", "D3137: no"), ("$error()", "D3137: $error() function evaluated"),
            ("$error(\"\")", "D3137: $error() function evaluated"),
            ("$assert(true)", "nothing"), ("$assert(1 = 2, \"one\")", "D3141: one"),
            ("$assert(false)", "D3141: $assert() statement failed"),
            ("$assert(a)", "D3141: $assert() statement failed"),
        ])
    func values(expression: String, result: String) {
        #expect(outcome(of: expression) == result)
    }

    @Test(
        "arrays are put together and taken apart",
        arguments: [
            ("$append([1], [2, 3])", "[1,2,3]"), ("$append(1, 2)", "[1,2]"), ("$append(1, [])", "[1]"), ("$append(a, 1)", "1"),
            ("$append(1, a)", "1"),
            ("$append(1, [[2]])", "[1,[2]]"), ("$append([], [])", "[]"),
            ("$reverse([1, 2, 3])", "[3,2,1]"), ("$reverse([1])", "[1]"), ("$reverse(1)", "[1]"), ("$reverse(a)", "nothing"),
            ("$zip([1, 2, 3], [4, 5])", "[[1,4],[2,5]]"), ("$zip(1, [2, 3])", "[[1,2]]"), ("$zip([1], a)", "[]"),
            (
                "$distinct([1, \"1\", 1.0, {\"a\": 1, \"b\": 2}, {\"b\": 2, \"a\": 1}, [1], [1], null, null])",
                "[1,\"1\",{\"a\":1,\"b\":2},[1],null]"
            ),
            ("$distinct(1)", "1"), ("$distinct([1])", "[1]"), ("$distinct([1, 1])", "[1]"),
            ("$distinct([{\"a\": 1}, {\"a\": 1}].a)", "1"), ("$distinct(a)", "nothing"),
            ("$count($distinct([$sum, $sum, [$max], [$max]]))", "2"),
            ("$sort([3, 1.5, 2])", "[1.5,2,3]"), ("$sort([\"b\", \"a\", \"é\", \"Z\"])", "[\"Z\",\"a\",\"b\",\"é\"]"),
            ("$sort([\"\u{FF5A}\", \"💩\"])", "[\"💩\",\"\u{FF5A}\"]"),
            ("$sort(1)", "[1]"), ("$sort(a)", "nothing"),
            (
                "$sort([{\"n\": 2, \"k\": 1}, {\"n\": 1, \"k\": 2}, {\"n\": 2, \"k\": 3}], function($a, $b) { $a.n > $b.n }).k",
                "[2,1,3]"
            ),
            ("$sort([1, 2, 3], function($a, $b) { true })", "[3,2,1]"), ("$sort([1, 2, 3], function($a, $b) { [] })", "[3,2,1]"),
            (
                "$sort([1, \"a\"])",
                "D3070: The single argument form of the sort function can only be applied to an array of strings or an array of numbers.  Use the second argument to specify a comparison function"
            ),
            ("$sort($shuffle([1..100])) = [1..100]", "true"), ("$shuffle([1..100]) = [1..100]", "false"), ("$shuffle([])", "[]"),
        ])
    func arrays(expression: String, result: String) {
        #expect(outcome(of: expression) == result)
    }

    @Test(
        "objects are put together and taken apart",
        arguments: [
            ("$keys({\"b\": 1, \"a\": 2})", "[\"b\",\"a\"]"), ("$keys({\"b\": 1})", "\"b\""), ("$keys({})", "nothing"),
            ("$keys(1)", "nothing"),
            ("$keys([{\"b\": 1}, [{\"a\": 2}], {\"b\": 3}])", "[\"b\",\"a\"]"), ("$keys({\"f\": $sum, \"g\": 1})", "[\"f\",\"g\"]"),
            ("$lookup({\"a\": 1}, \"a\")", "1"), ("$lookup({\"a\": null}, \"a\")", "null"),
            ("$lookup([{\"a\": 1}, [{\"a\": [2, 3]}], 4], \"a\")", "[1,2,3]"),
            ("$lookup({\"f\": $sum}, \"f\")([1, 2])", "3"), ("$lookup({}, \"a\")", "nothing"),
            ("$spread({\"a\": 1, \"b\": 2})", "[{\"a\":1},{\"b\":2}]"), ("$spread({\"a\": 1})", "{\"a\":1}"),
            ("$spread([{\"a\": 1}])", "[{\"a\":1}]"),
            ("$spread([{\"a\": 1, \"b\": 2}, [{\"c\": 3}], 4])", "[{\"a\":1},{\"b\":2},{\"c\":3},4]"), ("$spread(5)", "5"),
            ("$spread([])", "nothing"),
            ("$merge([{\"a\": 1, \"b\": 2}, {\"b\": 3, \"c\": 4}])", "{\"a\":1,\"b\":3,\"c\":4}"),
            ("$merge({\"a\": 1})", "{\"a\":1}"), ("$merge([])", "{}"),
            ("$string($merge([{\"a\": $sum, \"b\": 1}, {\"b\": $sum, \"a\": 2}]))", "\"{\\\"a\\\":2,\\\"b\\\":\\\"\\\"}\""),
            ("$merge(a)", "nothing"),
            ("$clone({\"a\": [0.12345678901234567, $sum, 1]})", "{\"a\":[0.123456789012346,\"\",1]}"),
            ("$clone([1/0])", "D1001: Number out of range: null"),
            ("$each({\"a\": 1, \"b\": 2}, function($v, $k, $o) { $k & $v & $count($keys($o)) })", "[\"a12\",\"b22\"]"),
            ("$each({}, $string)", "nothing"),
            ("$sift({\"a\": 1, \"b\": 2}, function($v) { $v > 1 })", "{\"b\":2}"),
            ("$sift({\"a\": 1}, function($v, $k) { $k = \"b\" })", "nothing"),
            ("{\"a\": 1}.$sift(function($v) { true })", "{\"a\":1}"),
        ])
    func objects(expression: String, result: String) {
        #expect(outcome(of: expression) == result)
    }

    @Test(
        "functions are called for each element",
        arguments: [
            ("$map([1, 2], function($x) { $x * 2 })", "[2,4]"), ("$map([1, 2], function($x, $i) { $i })", "[0,1]"),
            ("$map([5], function($x, $i, $a) { $a })", "[5]"),
            ("$map([1, 2], function($x) { $x = 1 ? $x })", "1"), ("$map(a, $string)", "nothing"), ("$map([], $string)", "nothing"),
            ("$map(3, $string)", "\"3\""),
            ("$map([\"a\", \"b\"], $uppercase)", "[\"A\",\"B\"]"), ("$map([1, 2], function() { 7 })", "[7,7]"),
            ("$filter([1, 2, 3], function($x) { $x % 2 = 1 })", "[1,3]"), ("$filter([\"x1\", \"y\"], /[0-9]/)", "\"x1\""),
            ("$filter([0, 1], $boolean)", "1"),
            ("$single([1, 2, 3], function($x) { $x > 2 })", "3"), ("$single([7])", "7"), ("$single(a)", "nothing"),
            ("$single([1, 2])", "D3138: The $single() function expected exactly 1 matching result.  Instead it matched more."),
            ("$single([])", "D3139: The $single() function expected exactly 1 matching result.  Instead it matched 0."),
            ("$reduce([1, 2, 3], function($a, $b) { $a - $b })", "-4"), ("$reduce([1, 2], function($a, $b) { $a + $b }, 10)", "13"),
            ("$reduce([5, 6, 7], function($a, $x, $i, $all) { $a & $i & $count($all) }, \"\")", "\"031323\""),
            ("$reduce([], function($a, $b) { 1 })", "nothing"),
            ("$reduce([[1], 2, [[3]]], $append)", "[1,2,[3]]"), ("$reduce([1], $append)", "1"),
            ("$reduce([1, 2], $append, [0])", "[0,1,2]"),
            (
                "$reduce([1, 2], function($a) { 1 })",
                "D3050: The second argument of reduce function must be a function with at least two arguments"
            ),
        ])
    func higherOrder(expression: String, result: String) {
        #expect(outcome(of: expression) == result)
    }
}
