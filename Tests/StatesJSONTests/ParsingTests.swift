import StatesJSON
import Testing

@Suite("Reading JSON text")
struct ParsingTests {
    @Test(
        "what RFC 8259 allows is read",
        arguments: [
            ("null", JSONValue.null), ("true", true), (" false\n", false), ("0", 0), ("-0", 0), ("-12", -12),
            ("9223372036854775807", .number(.integer(.max))), ("-9223372036854775808", .number(.integer(.min))),
            ("9223372036854775808", .number(.text("9223372036854775808"))),
            ("-9223372036854775809", .number(.text("-9223372036854775809"))),
            ("1.50", .number(.text("1.50"))), ("1e999999", .number(.text("1e999999"))), ("-0.0", .number(.text("-0.0"))),
            ("1E+2", .number(.text("1E+2"))), ("\"\"", ""), ("\"a\\/b\"", "a/b"), ("[]", []), ("{}", [:]),
            ("[ 1 , [ ] ]", [1, []]),
            ("{\"a\":{\"b\":null}}", ["a": ["b": nil]]), ("\t\r\n {\"\" : \"\"} \t", ["": ""]),
            ("\"\u{7F}\u{FFFF}\u{10FFFF}\"", "\u{7F}\u{FFFF}\u{10FFFF}"),
        ] as [(String, JSONValue)])
    func accepted(text: String, value: JSONValue) throws {
        #expect(try JSONValue(parsing: text) == value)
        #expect(try JSONValue(parsing: Array(text.utf8)) == value)
        #expect(try JSONNode(parsing: text).value == value)
    }

    @Test("an integer of 64 bits is exact, other numbers keep their text")
    func numbersKeepTheirText() throws {
        let value = try JSONValue(parsing: "[9007199254740993, 1.10, 123456789012345678901234567890, 0.1e1]")
        let numbers = try #require(value.array).map { element -> String in
            switch element.number {
            case .integer(let value): "integer \(value)"
            case .text(let text): "text \(text)"
            case .double, nil: "neither"
            }
        }
        #expect(numbers == ["integer 9007199254740993", "text 1.10", "text 123456789012345678901234567890", "text 0.1e1"])
    }

    @Test(
        "what breaks the grammar is refused with a reason and a place",
        arguments: [
            ("", 0, "the text is empty"), ("  ", 2, "the text ends where a value was expected"),
            ("nul", 0, "expected a value; nul is none"), ("nullx", 0, "expected a value; nullx is none"),
            ("True", 0, "expected a value; True is none"), ("NaN", 0, "expected a value; NaN is none"),
            ("-Infinity", 1, "expected a digit after the minus sign"),
            ("[1,]", 3, "a comma stands before ]; JSON has no trailing commas"),
            ("{\"a\":1,}", 7, "a comma stands before }; JSON has no trailing commas"),
            ("[1 2]", 3, "expected a comma or ] after this element"),
            ("{\"a\":1 \"b\":2}", 7, "expected a comma or } after this member"),
            ("{\"a\" 1}", 5, "expected a colon after this member name"),
            ("{a:1}", 1, "expected a member name in double quotes or }"),
            ("{\"a\":1,b:2}", 7, "expected a member name in double quotes"),
            ("[", 0, "this array is never closed"), ("[[1]", 0, "this array is never closed"),
            ("{\"a\":", 0, "this object is never closed"),
            ("[{\"a\"", 1, "this object is never closed"), ("[1,", 0, "this array is never closed"),
            ("{", 0, "this object is never closed"),
            ("{\"a\":1,", 0, "this object is never closed"), ("[1]]", 3, "expected the end of the text after the value"),
            ("1 2", 2, "expected the end of the text after the value"), ("\"abc", 0, "this string is never closed"),
            ("[\"abc]", 1, "this string is never closed"), ("\"a\\", 2, "the text ends within an escape"),
            ("01", 0, "a number must not begin with zeros"), ("-01", 1, "a number must not begin with zeros"),
            ("1.", 2, "expected a digit after the decimal point"), ("1.e5", 2, "expected a digit after the decimal point"),
            (".5", 0, "a number begins with a digit"), ("+1", 0, "a number does not begin with a plus sign"),
            ("1e", 2, "expected a digit in the exponent"), ("1e+", 3, "expected a digit in the exponent"),
            ("1a", 1, "unexpected character in a number"), ("0x10", 1, "unexpected character in a number"),
            ("-", 1, "expected a digit after the minus sign"),
            ("'a'", 0, "a string stands in double quotes"), ("// no", 0, "expected a value; JSON has no comments"),
            ("[1/*x*/]", 2, "expected a comma or ] after this element"), ("[,1]", 1, "expected a value before this comma"),
            ("{\"a\":}", 5, "expected a value before this bracket"), ("]", 0, "expected a value before this bracket"),
            ("${Max}", 0, "expected a value; a symbol such as ${Name} has no meaning here"),
            ("\"a\nb\"", 2, "a control character in a string must be written as \\n"),
            ("\"12345678\u{1F}\"", 9, "a control character in a string must be written as \\u001F"),
            ("\"\\x\"", 1, "an escape is one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX"),
            ("\"\\u12\"", 1, "four hexadecimal digits must follow \\u"),
            ("\"\\u12g4\"", 1, "four hexadecimal digits must follow \\u"),
            ("\"\\ud800\\u12\"", 7, "four hexadecimal digits must follow \\u"),
            ("\u{FEFF}1", 0, "the text begins with a byte order mark, which JSON does not allow"),
            (" \u{FEFF}1", 1, "expected a value"), ("\u{A0}1", 0, "expected a value"), ("[1,\u{2028}2]", 3, "expected a value"),
        ] as [(String, Int, String)])
    func refused(text: String, offset: Int, reason: String) {
        let error = JSONSyntaxError(.grammar, reason, offset: offset)
        #expect(throws: error) { try JSONValue(parsing: text) }
        #expect(throws: error) { try JSONNode(parsing: text) }
    }

    @Test(
        "escapes are read, and half a surrogate pair becomes U+FFFD",
        arguments: [
            ("\\\" \\\\ \\/ \\b \\f \\n \\r \\t", "\" \\ / \u{8} \u{C} \n \r \t"), ("\\u0041\\u00e9\\u20AC", "Aé€"),
            ("\\u0000", "\0"), ("\\ud83d\\ude00", "😀"), ("x\\uD83D\\uDE00y", "x😀y"), ("\\ud83d", "\u{FFFD}"),
            ("\\ude00", "\u{FFFD}"),
            ("\\ud83dx", "\u{FFFD}x"), ("\\ud83d\\n", "\u{FFFD}\n"), ("\\ud83d\\ud83d\\ude00", "\u{FFFD}😀"),
            ("\\ude00\\ud83d", "\u{FFFD}\u{FFFD}"), ("\\ud83d\\u0041", "\u{FFFD}A"), ("é\\né", "é\né"),
            ("a long text before \\u00e9 and a long text after it", "a long text before é and a long text after it"),
        ])
    func escapes(inside: String, text: String) throws {
        #expect(try JSONValue(parsing: "\"\(inside)\"") == .string(text))
        #expect(try JSONValue(parsing: "{\"\(inside)\": 1}").object?.names == [text])
    }

    @Test(
        "bytes that are not UTF-8 are refused where they stand",
        arguments: [
            ("a lone continuation byte", [0x80], 0), ("two of them", [0x41, 0xBF, 0xBF], 1),
            ("an overlong slash", [0xC0, 0xAF], 0),
            ("an overlong of two bytes", [0xC1, 0xBF], 0), ("an overlong of three", [0xE0, 0x9F, 0xBF], 0),
            ("an overlong of four", [0xF0, 0x8F, 0xBF, 0xBF], 0),
            ("half a surrogate pair", [0xED, 0xA0, 0x80], 0), ("the other half", [0xED, 0xBF, 0xBF], 0),
            ("beyond U+10FFFF", [0xF4, 0x90, 0x80, 0x80], 0),
            ("a byte that leads nothing", [0xF5, 0x80, 0x80, 0x80], 0), ("FE", [0xFE], 0), ("FF", [0x41, 0x42, 0xFF], 2),
            ("a cut sequence of two", [0xC3], 0),
            ("a cut sequence of three", [0xE2, 0x82], 0), ("a cut sequence of four", [0xF0, 0x9F, 0x98], 0),
            ("a wrong last byte", [0xE2, 0x82, 0x41], 0),
            ("after what is right", [0xC3, 0xA9, 0xE2, 0x82, 0xAC, 0xC3, 0x28], 5),
        ] as [(String, [UInt8], Int)])
    func notUTF8(name: String, inside: [UInt8], offset: Int) {
        for filler in ["", "12345678", "12345678901"] {
            let error = JSONSyntaxError(.encoding, "the bytes here are not UTF-8", offset: 1 + filler.utf8.count + offset)
            let start = Array("\"\(filler)".utf8)
            #expect(throws: error, "\(name)") { try JSONValue(parsing: start + inside + Array("\"".utf8)) }
            #expect(throws: error, "\(name)") { try JSONValue(parsing: start + inside + Array("\\n\"".utf8)) }
            #expect(throws: error, "\(name)") { try JSONNode(parsing: start + inside + Array("\"".utf8)) }
        }
    }

    @Test("bytes outside strings must be ASCII, and UTF-16 is named")
    func encodingsOutsideStrings() {
        #expect(throws: JSONSyntaxError(.encoding, "expected a value", offset: 1)) {
            try JSONValue(parsing: [0x5B, 0xFF] as [UInt8])
        }
        #expect(throws: JSONSyntaxError(.encoding, "the text is UTF-16; JSON is UTF-8", offset: 0)) {
            try JSONValue(parsing: [0xFF, 0xFE, 0x31, 0x00] as [UInt8])
        }
    }

    @Test("of members with one name the last value stands, at the place of the first")
    func duplicateMembers() throws {
        #expect(try JSONValue(parsing: #"{"a":1,"b":2,"a":3,"\u0061":4}"#).compactText == #"{"a":4,"b":2}"#)
        let many = (0..<100).map { "\"k\($0 % 40)\":\($0)" }.joined(separator: ",")
        let object = try #require(try JSONValue(parsing: "{\(many)}").object)
        #expect(object.names == (0..<40).map { "k\($0)" })
        #expect(object["k7"] == 87)
        #expect(object["k39"] == 79)
    }

    @Test("names that only normalisation makes equal are different")
    func namesAreBytes() throws {
        let object = try #require(try JSONValue(parsing: "{\"\u{E9}\":1,\"e\u{301}\":2}").object)
        #expect(object.count == 2)
        #expect(object["\u{E9}"] == 1)
        #expect(object["e\u{301}"] == 2)
    }

    @Test("a slice is read with offsets from its beginning")
    func slices() throws {
        let bytes = Array("xx[1]xx".utf8)
        #expect(try JSONValue(parsing: bytes[2..<5]) == [1])
        #expect(throws: JSONSyntaxError(.grammar, "expected the end of the text after the value", offset: 3)) {
            try JSONValue(parsing: bytes[2..<6])
        }
    }
}

@Suite("Hostile JSON text")
struct HostileTextTests {
    @Test("nesting is refused beyond the limit and read up to it", arguments: ["[", "{\"a\":"])
    func nesting(opening: String) throws {
        let closing = opening == "[" ? "]" : "}"
        func text(_ depth: Int) -> String {
            String(repeating: opening, count: depth) + "1" + String(repeating: closing, count: depth)
        }
        let value = try JSONValue(parsing: text(1000))
        #expect(value.compactText == text(1000))
        #expect(value.isNested(deeperThan: 999))
        #expect(!value.isNested(deeperThan: 1000))
        let error = JSONSyntaxError(
            .depth, "1,001 levels of nesting; the limit is 1,000", offset: 1000 * opening.utf8.count)
        #expect(throws: error) { try JSONValue(parsing: text(1001)) }
        #expect(throws: error) { try JSONNode(parsing: text(10_000)) }
        #expect(throws: error) { try JSONValue(parsing: String(repeating: opening, count: 1_000_000)) }
        #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: "[1]", limits: JSONLimits(maxDepth: 0, maxBytes: 10)) }
    }

    @Test("a text beyond the limit of bytes is refused before it is read")
    func size() throws {
        let limits = JSONLimits(maxBytes: 5)
        #expect(try JSONValue(parsing: "12345", limits: limits) == 12345)
        #expect(throws: JSONSyntaxError(.size, "6 bytes of text; the limit is 5", offset: 5)) {
            try JSONValue(parsing: "\"\"\"\"\"\"", limits: limits)
        }
        #expect(JSONLimits.payload.maxBytes == 262_144)
        #expect(throws: JSONSyntaxError.self) {
            try JSONValue(parsing: String(repeating: " ", count: 262_144) + "1", limits: .payload)
        }
    }

    @Test("a hundred megabytes are refused by their size alone")
    func hundredMegabytes() {
        // The length is a claim: were a byte beyond the first read, the test would crash.
        let one: [UInt8] = [0x31]
        one.withUnsafeBufferPointer { real in
            let claim = UnsafeBufferPointer(start: real.baseAddress, count: 100_000_000)
            #expect(throws: JSONSyntaxError(.size, "100,000,000 bytes of text; the limit is 67,108,864", offset: 67_108_864)) {
                try JSONValue(parsing: claim)
            }
        }
    }

    @Test("numbers of a million digits cost no more than their length")
    func longNumbers() throws {
        let digits = String(repeating: "7", count: 1_000_000)
        let whole = try JSONValue(parsing: digits)
        #expect(whole.utf8Count == 1_000_000)
        #expect(whole.number?.doubleValue == .infinity)
        #expect(whole.number?.exactInteger == nil)
        let fraction = try JSONValue(parsing: "0.\(digits)")
        #expect(fraction.compactText == "0.7777777777777778")
        #expect(try JSONValue(parsing: "1e\(digits)").compactText == "1e\(digits)")
        #expect(try JSONValue(parsing: "1e-\(digits)").compactText == "0.0")
    }

    @Test("fifty thousand members, and as many of one name, are read in time proportional to the text")
    func manyMembers() throws {
        let different = "{" + (0..<50_000).map { "\"name\($0)\":\($0)" }.joined(separator: ",") + "}"
        let object = try #require(try JSONValue(parsing: different).object)
        #expect(object.count == 50_000)
        #expect(object["name49999"] == 49_999)
        let same = "{" + (0..<50_000).map { "\"name\":\($0)" }.joined(separator: ",") + "}"
        #expect(try JSONValue(parsing: same).compactText == "{\"name\":49999}")
        // Names that agree in length and at both ends, which is all the reader's digest looks at.
        let alike = "{" + (100_000..<150_000).map { "\"prefix--\($0)--suffix\":1" }.joined(separator: ",") + "}"
        #expect(try JSONValue(parsing: alike).object?.count == 50_000)
    }
}
