import StatesJSON
import Testing

@testable import StatesJSONata

/// Calls that nobody would write end in a value or an error.
@Suite("Fuzzing of functions")
struct FunctionFuzzTests {
    /// SplitMix64.
    private struct Numbers: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var bits = state
            bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
            bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
            return bits ^ (bits >> 31)
        }
    }

    private static let arguments = [
        "nothing", "null", "true", "false", "0", "1", "-1", "2.5", "-0.5", "1e300", "-1e300", "9223372036854775807", "1/0", "0/0",
        "\"\"", "\"a\"",
        "\"Hello World\"", "\"💩é\"", "\"$1$0\"", "\"%41\"", "\"#,##0.00\"", "\"[Y]\"", "\"2020-01-01\"", "\"12\"", "\"w\"", "[]",
        "[1]", "[3, 1, 2]",
        "[\"b\", \"a\"]", "[1, \"a\", null, [2], {}]", "[[]]", "[$sum, 1]", "[1/0, 0/0]", "{}", "{\"a\": 1}",
        "{\"a\": {\"b\": [1, 2]}, \"c\": null}",
        "{\"f\": $sum, \"a\": 1}", "[{\"a\": 1}, {\"a\": 2, \"b\": 3}]", "[{\"f\": $sum}, {\"f\": 1}]", "$sum", "$string",
        "$append", "/a/", "/(l+)o/", "/x*/",
        "function($x) { $x }", "function($x, $y, $z) { [$x, $y, $z] }",
        "function() { {\"start\": 1, \"end\": 0, \"match\": \"abc\", \"groups\": 7} }",
        "function() { {\"start\": -9, \"end\": 1e300, \"match\": \"\", \"next\": function() { nothing }} }",
        "function($x) { $error(\"no\") }", "$substring(?, 1)",
        "[1..100]", "$pad(\"\", 300, \"ab\")",
    ]

    private static let bounds = Bounds(depth: 100, memory: 1 << 18, visits: 5_000)

    @Test("any function takes any arguments, of any context item", arguments: [Dialect.published, .stepFunctions])
    func calls(dialect: Dialect) {
        var numbers = Numbers(state: 17)
        for name in BuiltIns.table(for: dialect).keys.sorted() {
            for _ in 0..<25 {
                let count = Int.random(in: 0...4, using: &numbers)
                let arguments = (0..<count).map { _ in Self.arguments.randomElement(using: &numbers) ?? "" }
                let item = Self.arguments.randomElement(using: &numbers) ?? ""
                let expression = "(\(item)).$\(name)(\(arguments.joined(separator: ", ")))"
                let result = outcome(of: expression, dialect: dialect, bounds: Self.bounds)
                #expect(result == outcome(of: expression, dialect: dialect, bounds: Self.bounds), "\(expression)")
            }
        }
    }

    @Test("any signature is read or refused, and fits or does not")
    func signatures() {
        var numbers = Numbers(state: 4)
        let symbols = Array("snbloafjx-?+(<>):")
        let values: [Value] = [
            .undefined, .json(nil), .json(true), .json(1), .json("a"), .json([1]), .json(["a": 1]), .list(.init([], [])),
        ]
        for _ in 0..<4000 {
            let text =
                "<"
                + String((0..<Int.random(in: 0...12, using: &numbers)).compactMap { _ in symbols.randomElement(using: &numbers) })
                + ">"
            guard let signature = try? Signature(parsing: text, position: 0, range: SourceRange(0, 0)) else { continue }
            for _ in 0..<5 {
                let arguments = (0..<Int.random(in: 0...5, using: &numbers)).compactMap { _ in values.randomElement(using: &numbers)
                }
                do throws(JSONataError) {
                    _ = try signature.match(arguments, context: values.randomElement(using: &numbers) ?? .undefined, function: "f")
                } catch {
                    #expect(["T0410", "T0411", "T0412"].contains(error.code))
                }
            }
        }
    }
}
