import StatesJSON
import Testing

@testable import StatesJSONata

/// What would take long or fill the memory ends in an error, soon.
@Suite("Bounds of functions")
struct FunctionBoundsTests {
    /// Small enough for a test; the outcome is the same in kind with any bounds.
    private static let bounds = Bounds(depth: 100, memory: 4 << 20, visits: 100_000)

    @Test(
        "a call that asks for too much is refused",
        arguments: [
            "$pad(\"\", 1e9)", "$pad(\"\", -1e300)", "$pad(\"\", 1e9, \"ab\")", "$range(0, 1e12, 1)", "$range(0, 1e300, 1)",
            "$split($pad(\"\", 1e6), \"\")",
            "$replace($pad(\"\", 10000), \" \", $pad(\"\", 10000))", "$replace($pad(\"\", 10000), / /, $pad(\"\", 10000))",
            "$match($pad(\"\", 1e6), / /)",
            "$zip([1..20000], [1..20000], [1..20000], [1..20000])", "$map([1..200000], $string)",
            "$sort([1..200000], function($a, $b) { $a > $b })",
            // What holds the same value twice, forty times over.
            "$reduce([1..40], function($a, $b) { [$a, $a] }, 1) ~> $string()",
            "$reduce([1..40], function($a, $b) { {\"a\": $a, \"b\": $a} }, 1) ~> $string()",
            "$reduce([1..40], function($a, $b) { {\"a\": $a, \"b\": $a} }, 0.1) ~> $clone()",
            "$distinct([1, $reduce([1..40], function($a, $b) { {\"a\": $a, \"b\": $a} }, 1)])",
            "$reduce([1..40], function($a, $b) { [[$a, 1], [$a, 1]] }, 1) ~> $keys()",
            "$reduce([1..40], function($a, $b) { [[$a, 1], [$a, 1]] }, 1) ~> $spread()",
            "$reduce([1..40], function($a, $b) { [[$a, 1], [$a, 1]] }, {\"a\": 1}) ~> $lookup(\"a\")",
            // What grows with each call.
            "$reduce([1..40], function($a, $b) { $join([$a, $a]) }, \"x\")",
            "$reduce([1..40], function($a, $b) { $replace($a, \"x\", \"xx\") }, \"x\")",
            "$reduce([1..40], function($a, $b) { $append($a, $a) }, [1])",
            "$reduce([1..20000], function($a, $b) { $append($a, $b) })",
            "$reduce([1..20000], function($a, $b) { $merge([$a, {$string($b): 1}]) }, {})",
            // What is gone through again and again.
            "($s := $pad(\"\", 100000); $map([1..9000], function($i) { $contains($s, \"x\") }))",
            "($s := $pad(\"\", 100000); $map([1..9000], function($i) { $length($s) }))",
            "($s := [1..10000]; $map([1..9000], function($i) { $sum($s) }))", "$replace($pad(\"\", 5000, \"a\"), /(a|a)*b/, \"\")",
            "($s := $pad(\"\", 100000); $map([1..9000], function($i) { $contains($s, /x/) }))",
        ])
    func refused(expression: String) {
        let result = outcome(of: expression, dialect: .stepFunctions, bounds: Self.bounds)
        #expect(result.hasPrefix("Expression evaluation "), "\(result.prefix(200))")
    }

    @Test(
        "nothing takes the square of its size",
        arguments: [
            ("$count($reduce([1..50000], $append))", "50000"), ("$count($distinct($append([1..50000], [1..50000])))", "50000"),
            ("$count($keys($merge($map([1..20000], function($i) { {$string($i): $i} }))))", "20000"),
            ("$count($sort($reverse([1..50000])))", "50000"),
            ("$contains($pad(\"\", 100000, \"a\"), $pad(\"\", 50000, \"a\") & \"b\")", "false"),
            ("$length($replace($pad(\"\", 50000, \"a\"), /a/, \"bb\"))", "100000"),
            ("$length($join($split($pad(\"\", 50000, \"a,\"), \",\")))", "25000"),
            ("$sum($map($zip([1..20000], [1..20000]), $sum))", "400020000"),
            ("$length($decodeUrl($pad(\"\", 90000, \"%41\")))", "30000"), ("$length($string([1..20000]))", "108895"),
        ])
    func size(expression: String, result: String) {
        #expect(outcome(of: expression) == result)
    }
}
