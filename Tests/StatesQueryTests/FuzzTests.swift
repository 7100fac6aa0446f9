import StatesJSON
import StatesQuery
import Testing

/// Numbers that look random and are always the same.
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

@Suite("Made-up text")
struct FuzzTests {
    private static let pathPieces = [
        "$", "$", "@", ".", "..", ".a", ".b", "['a']", "['a','b']", "[0]", "[1]", "[-1]", "[0,1]", "[1:]", "[:2]", "[0:1]", "[*]",
        ".*",
        "[?(@.a)]", "[?(@.a == 1)]", "[?(", ")]", "@.b", "=~ /a.*/", "==", "<", "&&", "||", "!", "'", "\"", "[", "]", "(", ")", " ",
        ",", ":", "-",
        "7", "(@.length-1)", "\\", "é", "\u{0}", "null", "true", "/", "?",
    ]
    private static let callPieces = [
        "States.Format(", "States.Array(", "States.MathAdd(", "States.StringSplit(", "States.", ")", ")", ",", ",", "'", "'a'",
        "'{} {}'", "\\", "\\'",
        "{}", "1", "-1.5", "1e9", "null", "true", "$.a", "$$", "$v", "$.a[?(@.b == ',')]", "$", " ", "é", "(", "[", "]", "\"",
    ]
    private static let document: JSONValue = [
        "a": [["a": 1, "b": "x"], ["a": nil, "b": [1, 2]], 3, "a"], "b": ["a": ["a": ["b": true]]], "": 0,
    ]

    private func text(of pieces: [String], _ numbers: inout Numbers) -> String {
        (0..<Int.random(in: 1...12, using: &numbers)).map { _ in pieces.randomElement(using: &numbers) ?? "" }.joined()
    }

    @Test("no path text crashes or hangs, and what compiles either answers or fails", arguments: 1...4)
    func paths(seed: UInt64) {
        var numbers = Numbers(state: seed)
        for _ in 0..<5000 {
            let text = "$" + text(of: Self.pathPieces, &numbers)
            _ = outcome(text, in: Self.document)
            if let path = try? DataPath(text) { _ = try? path.evaluate(in: TestScope(input: Self.document, variables: ["v": 1])) }
            if let path = try? ReferencePath(text) { _ = try? path.placing(1, in: Self.document) }
            _ = (try? StringPattern(text))?.matches(text)
        }
    }

    @Test("no call text crashes or hangs", arguments: 1...4)
    func calls(seed: UInt64) {
        var numbers = Numbers(state: seed)
        let scope = TestScope(input: Self.document, variables: ["v": 1])
        for _ in 0..<5000 { _ = outcome(text(of: Self.callPieces, &numbers), scope) }
    }

    @Test("random bytes are refused or read, never more", arguments: 1...2)
    func bytes(seed: UInt64) {
        var numbers = Numbers(state: seed)
        for _ in 0..<5000 {
            let bytes = (0..<Int.random(in: 0...24, using: &numbers)).map { _ in UInt8.random(in: 0x20...0x7E, using: &numbers) }
            let text = String(decoding: bytes, as: UTF8.self)
            _ = outcome("$" + text, in: Self.document)
            _ = outcome("States.Array(" + text + ")", TestScope(input: Self.document))
        }
    }

    @Test(
        "long and deeply nested text is refused or read in a moment",
        arguments: [
            String(repeating: "[", count: 100_000), String(repeating: ".a", count: 100_000),
            String(repeating: "[0]", count: 100_000),
            String(repeating: "[?(@", count: 50_000), String(repeating: "..a", count: 100_000),
            ".a[?(" + String(repeating: "@.a && ", count: 20_000) + "@.a)]",
            "['" + String(repeating: "a", count: 1_000_000) + "']", "[" + String(repeating: "1,", count: 100_000) + "1]",
            ".a[?(" + String(repeating: "(", count: 100_000) + "@.a" + String(repeating: ")", count: 100_000) + ")]",
        ])
    func long(text: String) {
        _ = outcome("$" + text, in: Self.document)
        _ = outcome("States.Array($" + text + ")", TestScope(input: Self.document))
    }

    @Test(
        "a path ends after a fixed number of values, whatever it is that takes them",
        arguments: ["$..a..a..a", "$..[?(@.b =~ /(1*)*2/)]", "$..[?(@.a && @.b && @.c)]", "$.l[*][*][*]", "$..*..*"])
    func effort(path: String) throws {
        var value: JSONValue = ["a": 1, "b": .string(String(repeating: "1", count: 40)), "c": 2]
        let row: JSONValue = .array(Array(repeating: 0, count: 30))
        let rows: JSONValue = .array(Array(repeating: row, count: 30))
        for _ in 0..<100 { value = ["a": value, "b": .string(String(repeating: "1", count: 40)), "c": [1, 2, 3]] }
        let document: JSONValue = ["v": value, "l": .array(Array(repeating: rows, count: 30))]
        let failure = PathFailure(.invalid, "The path has too many values to look at")
        #expect(throws: failure) { try JSONPath(path).evaluate(document, visitLimit: 20_000) }
        let elsewhere: JSONValue = ["v": ["b": "x"]]
        #expect(throws: Never.self) { try JSONPath(path).evaluate(elsewhere, visitLimit: 20_000) }
    }
}
