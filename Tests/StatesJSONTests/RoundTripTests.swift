import StatesJSON
import Testing

/// A small generator (SplitMix64), so that a failure comes again.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

@Suite("Round trips")
struct RoundTripTests {
    private static let texts = [
        "", "a", "name", "é", "e\u{301}", "😀", "\"quoted\"", "back\\slash", "\0\u{1F}\n", "a text of more than sixteen bytes",
        "${Name}",
    ]

    private func value(_ random: inout SeededGenerator, depth: Int) -> JSONValue {
        switch random.next() % (depth > 0 ? 10 : 7) {
        case 0: .null
        case 1: .bool(random.next() % 2 == 0)
        case 2: .number(.integer(Int64(bitPattern: random.next()) >> Int64(random.next() % 64)))
        case 3: .number(.double(Double(Int64(bitPattern: random.next()) >> 20) / 1000))
        case 4: .number(.text(["1.50", "1e400", "123456789012345678901", "-0.0", "2e-5"][Int(random.next() % 5)]))
        case 5, 6: .string(Self.texts[Int(random.next() % UInt64(Self.texts.count))])
        case 7: .array((0..<Int(random.next() % 5)).map { _ in value(&random, depth: depth - 1) })
        default:
            .object(
                JSONObject(
                    (0..<Int(random.next() % 24)).map { number in
                        let text = Self.texts[Int(random.next() % UInt64(Self.texts.count))]
                        return (number < 12 ? text : "\(text)\(number)", value(&random, depth: depth - 1))
                    }))
        }
    }

    @Test("what is written reads back equal, and is written the same again")
    func generatedValues() throws {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<400 {
            let original = value(&random, depth: 4)
            let text = original.compactText
            let back = try JSONValue(parsing: text, limits: .default)
            #expect(back == original)
            #expect(back.compactText == text)
            #expect(back.hashValue == original.hashValue)
            #expect(original.utf8Count == text.utf8.count)
            #expect(try JSONValue(parsing: original.prettyText()) == original)
            #expect(try JSONNode(parsing: text).value == original)
        }
    }

    private static let corpus = [
        #"{"Comment":"x","StartAt":"A","States":{"A":{"Type":"Pass","Next":"B","Result":[1,2.5,-3e10,null]},"B":{"Type":"Succeed"}}}"#,
        #"[[],{},"",0,-0,1.0,1e5,true,false,null,"\u00e9\ud83d\ude00\n\"\\",[[[[1]]]]]"#,
        "{\"é\":\"😀\",\"e\u{301}\":{\"a\":1,\"a\":2},\"c\":${Name},\"d\":\"x${Name}y\"}",
        #"  {  "a" : [ 1 , 2 , { "b" : "c" } ] , "long name of a member" : "a long text that takes more than one word" }  "#,
    ]
    private static let pieces = [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "d83d", "-", "0", "1", ".", "e", "E+", "null", "true", " ", "\n", "${",
        "é", "\u{FEFF}",
    ]

    /// Removes, doubles, changes and inserts at random places.
    private func mutated(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0...Int(random.next() % 4) {
            let at = Int(random.next() % UInt64(bytes.count + 1))
            switch random.next() % 5 {
            case 0 where at < bytes.count: bytes.remove(at: at)
            case 1 where at < bytes.count: bytes[at] = UInt8(truncatingIfNeeded: random.next())
            case 2: bytes.insert(contentsOf: Self.pieces[Int(random.next() % UInt64(Self.pieces.count))].utf8, at: at)
            case 3: bytes.insert(contentsOf: bytes[at..<min(at + Int(random.next() % 20), bytes.count)], at: at)
            default: bytes.removeSubrange(at..<min(at + Int(random.next() % 10), bytes.count))
            }
        }
        return bytes
    }

    @Test("whatever bytes are thrown at the reader, it answers, and what it accepts reads back equal")
    func fuzz() throws {
        var random = SeededGenerator(seed: 2)
        let corpus = Self.corpus.map { Array($0.utf8) }
        var accepted = 0
        for round in 0..<20_000 {
            let bytes = mutated(corpus[round % corpus.count], &random)
            let node = try? JSONNode(parsing: bytes, allowingSymbols: true)
            _ = node?.replacing(symbols: ["Name": [1]]).unresolvedSymbols
            do {
                let value = try JSONValue(parsing: bytes)
                accepted += 1
                let text = value.compactText
                guard try JSONValue(parsing: text) == value, node?.value == value, String(validating: bytes, as: UTF8.self) != nil
                else {
                    Issue.record("round \(round): \(String(decoding: bytes, as: UTF8.self))")
                    return
                }
            } catch {
                guard 0...bytes.count ~= error.offset else {
                    Issue.record("round \(round): \(error) in \(String(decoding: bytes, as: UTF8.self))")
                    return
                }
            }
        }
        #expect(accepted > 1000)
    }
}
