import Foundation
import StatesJSON
import StatesJSONata
import Testing

/// Random expressions over random values: each evaluates to something or ends in an error of a known kind, the same one each time.
///
/// A few thousand by default. `STEPWELL_FUZZ_SECONDS` makes it go on for that long, with seeds of its own: what CI does.
@Suite("Random expressions, evaluated")
struct EvaluationFuzzTests {
    /// Numbers that look random and are the same for the same seed.
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

    private static let operators = [
        "+", "-", "*", "/", "%", "=", "!=", "<", "<=", ">", ">=", "&", "and", "or", "in", "~>", "..", ".", ".", ".",
    ]
    private static let names = ["a", "b", "c", "`a b`", "*", "**", "$", "$$", "$x", "$y", "$f", "%"]
    private static let literals = [
        "0", "1", "2", "-1", "1.5", "1e3", "1e308", "\"\"", "\"a\"", "\"ab c\"", "\"é😀\"", "true", "false", "null", "/a+/i",
        "/(b)?/",
        "\"2024-02-29T12:30:15Z\"", "\"#,##0.00\"", "\"[Y]-[M01]-[D01]\"", "[]", "{}",
    ]
    private static let functions = [
        "sum", "count", "max", "min", "average", "string", "substring", "substringBefore", "substringAfter", "lowercase",
        "uppercase",
        "length", "trim", "pad", "match", "contains", "replace", "split", "join", "formatNumber", "formatBase", "formatInteger",
        "parseInteger", "number", "floor", "ceil", "round", "abs", "sqrt", "power", "boolean", "not", "map", "zip", "filter",
        "single",
        "reduce", "sift", "keys", "lookup", "append", "exists", "spread", "merge", "reverse", "each", "error", "assert", "type",
        "sort",
        "shuffle", "distinct", "base64encode", "base64decode", "encodeUrlComponent", "encodeUrl", "decodeUrlComponent", "decodeUrl",
        "toMillis", "fromMillis", "now", "millis", "clone", "random", "partition", "range", "hash", "uuid", "parse", "x", "f",
    ]

    private static func pick(_ texts: [String], _ numbers: inout Numbers) -> String { texts.randomElement(using: &numbers) ?? "1" }

    private static func expression(_ depth: Int, _ numbers: inout Numbers) -> String {
        if depth <= 0 { return pick(Bool.random(using: &numbers) ? names : literals, &numbers) }
        func part() -> String { expression(depth - Int.random(in: 1...2, using: &numbers), &numbers) }
        switch Int.random(in: 0..<19, using: &numbers) {
        case 0: return pick(names, &numbers)
        case 1: return pick(literals, &numbers)
        case 2, 3: return part() + " " + pick(operators, &numbers) + " " + part()
        case 4: return "(" + part() + ")"
        case 5: return part() + "[" + part() + "]"
        case 6: return part() + "[]"
        case 7: return "[" + part() + ", " + part() + "]"
        case 8: return "{\"k\": " + part() + ", " + part() + ": 1}"
        case 9: return part() + "{" + part() + ": " + part() + "}"
        case 10: return part() + " ? " + part() + " : " + part()
        case 11: return "($x := " + part() + "; " + part() + ")"
        case 12: return "function($x, $y) {" + part() + "}"
        case 13: return "$" + pick(functions, &numbers) + "(" + part() + ", " + part() + ")"
        case 14: return "$" + pick(functions, &numbers) + "(" + part() + ")"
        case 15: return "$" + pick(functions, &numbers) + "(" + part() + ", function($x, $f) {" + part() + "})"
        case 16: return part() + "^(" + part() + ", >" + part() + ")"
        case 17: return part() + (Bool.random(using: &numbers) ? "@$x." : "#$y.") + part()
        default: return part() + " ~> |" + part() + "|" + part() + ", " + part() + "|"
        }
    }

    private static func value(_ depth: Int, _ numbers: inout Numbers) -> JSONValue {
        switch Int.random(in: depth > 0 ? 0..<9 : 0..<6, using: &numbers) {
        case 0: return .null
        case 1: return .bool(.random(using: &numbers))
        case 2: return .integer(.random(in: -3...10, using: &numbers))
        case 3: return .number(.text("\(Int.random(in: -9...9, using: &numbers)).5"))
        case 4, 5: return .string(["", "a", "ab", "2.5", "é"].randomElement(using: &numbers) ?? "")
        case 6: return .array((0..<Int.random(in: 0...4, using: &numbers)).map { _ in value(depth - 1, &numbers) })
        default: return .object(JSONObject(["a", "b", "c", "a b"].map { ($0, value(depth - 1, &numbers)) }))
        }
    }

    @Test("the same expression over the same value always ends the same way")
    func random() throws {
        let seconds = ProcessInfo.processInfo.environment["STEPWELL_FUZZ_SECONDS"].flatMap(Double.init)
        let end = Date().addingTimeInterval(seconds ?? 0)
        var seed: UInt64 = seconds == nil ? 1 : .random(in: 1...UInt64.max / 2)
        var done = 0
        var evaluated = 0
        while seconds == nil ? done < 3000 : Date() < end {
            // Said before, because what is looked for here would leave nobody to say it after.
            if seconds != nil, done % 10_000 == 0 { print("random expressions: round \(done), seed \(seed)") }
            var numbers = Numbers(state: seed)
            if check(Self.expression(5, &numbers), Self.value(4, &numbers), seed) { evaluated += 1 }
            seed &+= 1
            done += 1
        }
        #expect(evaluated > done / 4, "most random expressions do not even parse")
    }

    /// Whether the expression parsed.
    private func check(_ text: String, _ input: JSONValue, _ seed: UInt64) -> Bool {
        let dialect: Dialect = seed % 3 == 0 ? .stepFunctions : .published
        guard let expression = try? JSONata(text, dialect: dialect) else { return false }
        let first = outcome(expression, input)
        let second = outcome(expression, input)
        // As texts, because what is no number equals nothing.
        #expect("\(second)" == "\(first)", "seed \(seed): \(text)")
        if case .failure(let error) = first {
            #expect(error.code.isEmpty || error.code.first == "T" || error.code.first == "D", "seed \(seed): \(text): \(error)")
        }
        return true
    }

    private func outcome(_ expression: JSONata, _ input: JSONValue) -> Result<JSONata.Outcome, JSONataError> {
        var world = NoWorld()
        let bounds = Bounds(depth: 100, memory: 1 << 20, visits: 50_000)
        do throws(JSONataError) {
            return .success(try expression.evaluate(input, in: &world, bounds: bounds))
        } catch {
            return .failure(error)
        }
    }
}
