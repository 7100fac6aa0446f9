import StatesJSON
import Testing

@testable import StatesJSONata

/// Texts put together at random: each parses or fails with one of the parser's codes, at a place in the text, and does so again.
@Suite("Random expressions")
struct ParserFuzzTests {
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

    private static let pieces = [
        "a", "b.c", "$", "$$", "$x", "%", "*", "**", ".", ".", "..", "[", "]", "[0]", "[]", "{", "}", "(", ")", "(", ")", ",", ";",
        ":",
        "?", "+", "-", "/", "|", "=", "<", ">", "^", "^(", "&", "!", "!=", "~>", ":=", "@", "@$y", "#$i", "and", "or", "in", "true",
        "null", "function", "function($x)", "λ($a, $b)<s-n?:a<n>>{", "1", "2.5e3", "'s'", "\"", "'", "`", "`q`", "\\", "\\u00",
        "/r/i",
        "/*", "*/", " ", "\n", "é", "😀", "\u{0}", "{'k': ", ": %.v}", "a.b[%.c]",
    ]
    private static let seeds = [
        "Account.Order[0].Product^(>Price, <Name){`Product Name`: {'p': Price, 'q': %.OrderID}}",
        "($f := function($x)<n:n>{$x <= 1 ? 1 : $x * $f($x - 1)}; [1..5].$f($) ~> $sum)",
        "library.loans@$l.books@$b[$l.isbn = $b.isbn]#$i.{'t': $b.title, 'n': $i, 'p': %.%.name}[]",
        "$ ~> |Account.Order|{'x': $merge([$, {'a': -1.5e2}])}, ['b', \"\\u00e9\"]|",
        "$map($states.input.items, function($v, $i){ $v.price > 10 and $v.tag in ['a', 'b'] ? $replace($v.n, /a(b)\\/c/i, '$1') })",
    ]

    private func check(_ text: String) {
        do throws(JSONataError) {
            let tree = try Parser.parse(text)
            let found = references(in: tree)
            #expect(found.allSatisfy { 0 <= $0.range.lowerBound && $0.range.upperBound <= text.utf8.count })
            #expect(found == references(in: tree))
        } catch {
            #expect(error.code.isEmpty || ErrorText.templates[error.code] != nil && error.code.utf8.first == UInt8(ascii: "S"))
            #expect(!error.message.isEmpty && !error.message.contains("{{"))
            let range = error.range ?? SourceRange(0, 0)
            #expect(0 <= range.lowerBound && range.lowerBound <= range.upperBound && range.upperBound <= text.utf8.count)
            #expect((error.position ?? 0) <= text.utf16.count + 4)
            #expect(parsed(text) == error.line)
        }
    }

    @Test("pieces in any order", arguments: 1...4)
    func pieces(seed: UInt64) {
        var numbers = Numbers(state: seed)
        for _ in 0..<1500 {
            let count = Int.random(in: 1...14, using: &numbers)
            check((0..<count).map { _ in Self.pieces.randomElement(using: &numbers) ?? "" }.joined())
        }
    }

    @Test("expressions with bytes changed, taken out, doubled or swapped for pieces", arguments: 1...4)
    func mutations(seed: UInt64) {
        var numbers = Numbers(state: seed &* 1000)
        for _ in 0..<1000 {
            var bytes = Array((Self.seeds.randomElement(using: &numbers) ?? "").utf8)
            for _ in 0..<Int.random(in: 1...4, using: &numbers) { mutate(&bytes, &numbers) }
            check(String(decoding: bytes, as: UTF8.self))
        }
    }

    private func mutate(_ bytes: inout [UInt8], _ numbers: inout Numbers) {
        guard let at = bytes.indices.randomElement(using: &numbers) else { return }
        switch Int.random(in: 0..<5, using: &numbers) {
        case 0: bytes[at] = UInt8.random(in: 0...255, using: &numbers)
        case 1: bytes.remove(at: at)
        case 2: bytes.removeSubrange(at...)
        case 3: bytes.insert(contentsOf: bytes[at..<min(at + 12, bytes.count)], at: at)
        default: bytes.replaceSubrange(at...at, with: (Self.pieces.randomElement(using: &numbers) ?? "").utf8)
        }
    }

    @Test("every beginning of an expression", arguments: seeds)
    func beginnings(seed: String) {
        for end in seed.indices { check(String(seed[..<end])) }
    }
}
