import StatesJSON
import Testing

@Suite("Writing JSON text")
struct WritingTests {
    @Test(
        "numbers come out as Jackson writes them",
        arguments: [
            ("0", "0"), ("-0", "0"), ("-7", "-7"), ("9223372036854775807", "9223372036854775807"),
            ("-9223372036854775808", "-9223372036854775808"),
            ("123456789012345678901", "123456789012345678901"), ("-123456789012345678901", "-123456789012345678901"),
            ("1.0", "1.0"), ("1.10", "1.1"), ("1.100", "1.1"), ("0.0", "0.0"), ("0.00", "0.0"), ("-0.0", "-0.0"), ("-0e5", "-0.0"),
            ("1e2", "100.0"), ("1E2", "100.0"), ("12e-1", "1.2"), ("1e7", "1.0E7"), ("9999999.0", "9999999.0"),
            ("10000000.0", "1.0E7"),
            ("9999999.9", "9999999.9"), ("12345678.9", "1.23456789E7"), ("0.001", "0.001"), ("0.0010", "0.001"),
            ("0.00099", "9.9E-4"),
            ("1e-3", "0.001"), ("0.01", "0.01"), ("0.0123", "0.0123"), ("1.0E-5", "1.0E-5"), ("5e-7", "5.0E-7"),
            ("1e-10", "1.0E-10"), ("123.456", "123.456"),
            ("0.1", "0.1"), ("0.30000000000000004", "0.30000000000000004"), ("0.3000000000000000444", "0.30000000000000004"),
            ("1234567.125", "1234567.125"), ("3.0e10", "3.0E10"), ("1e21", "1.0E21"), ("1.5e300", "1.5E300"),
            ("1.7976931348623157e308", "1.7976931348623157E308"), ("33554432.5", "3.35544325E7"),
            ("9007199254740993.0", "9.007199254740992E15"),
            ("1e999999", "1e999999"), ("-1.50e999", "-1.50e999"), ("1e-999999", "0.0"), ("-1e-999999", "-0.0"),
        ])
    func numbers(text: String, written: String) throws {
        let value = try JSONValue(parsing: text)
        #expect(value.compactText == written)
        #expect(value.utf8Count == written.utf8.count)
        #expect(value.number?.jsonText == written)
    }

    @Test(
        "computed doubles come out as Java prints them",
        arguments: [
            (1.0, "1.0"), (-0.0, "-0.0"), (100.0, "100.0"), (1e7, "1.0E7"), (9_999_999.0, "9999999.0"),
            (0.1 + 0.2, "0.30000000000000004"),
            (1.0 / 3, "0.3333333333333333"), (2e-3, "0.002"), (1e-4, "1.0E-4"), (123e18, "1.23E20"),
            (9_007_199_254_740_992.0, "9.007199254740992E15"),
            (Double(bitPattern: 1), "4.9E-324"), (Double(bitPattern: 2), "9.9E-324"), (Double(bitPattern: 4), "2.0E-323"),
            (Double(bitPattern: 12), "5.9E-323"), (1e23, "1.0E23"),
            (.infinity, "\"Infinity\""), (-.infinity, "\"-Infinity\""), (.nan, "\"NaN\""),
        ] as [(Double, String)])
    func doubles(value: Double, written: String) {
        #expect(JSONValue.number(.double(value)).compactText == written)
        #expect(JSONValue.number(.double(value)).utf8Count == written.utf8.count)
    }

    @Test("a double's text reads back as the same double")
    func doublesReadBack() {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<20_000 {
            let value = Double(bitPattern: random.next())
            guard value.isFinite else { continue }
            let text = JavaNumberText.text(of: value)
            #expect(Double(text) == value, "\(text)")
            #expect(JSONNumber.text(text).jsonText == text)
        }
    }

    @Test("of decimals only those that Java prints differently change")
    func decimalsOfMoney() throws {
        var random = SeededGenerator(seed: 8)
        for _ in 0..<20_000 {
            let places = Int(random.next() % 12)
            var text = String(random.next() % 100_000_000)
            if places > 0 {
                text += "." + String(repeating: "0", count: Int(random.next() % 4)) + String(random.next() % 1_000_000_000)
            }
            guard places > 0 else { continue }
            let value = try #require(Double(text))
            #expect(JSONNumber.text(text).jsonText == JavaNumberText.text(of: value), "\(text)")
        }
    }

    @Test(
        "quotes, backslashes and control characters are escaped, nothing else",
        arguments: [
            ("", "\"\""), ("a/b", "\"a/b\""), ("\"", "\"\\\"\""), ("\\", "\"\\\\\""), ("\u{8}\u{C}\n\r\t", "\"\\b\\f\\n\\r\\t\""),
            ("\0\u{1}\u{B}\u{1F}", "\"\\u0000\\u0001\\u000B\\u001F\""), ("\u{7F}\u{80}é€😀\u{2028}", "\"\u{7F}\u{80}é€😀\u{2028}\""),
            ("12345678\"12345678", "\"12345678\\\"12345678\""),
            ("a plain text of more than sixteen bytes", "\"a plain text of more than sixteen bytes\""),
            ("ends with a quote: 1234567\"", "\"ends with a quote: 1234567\\\"\""),
        ])
    func strings(text: String, written: String) throws {
        #expect(JSONValue.string(text).compactText == written)
        #expect(JSONValue.string(text).utf8Count == written.utf8.count)
        #expect(JSONValue.object(JSONObject([(text, 1)])).compactText == "{\(written):1}")
        #expect(try JSONValue(parsing: written) == .string(text))
    }

    @Test("every ASCII byte survives writing and reading in every place of a word")
    func everyByteInEveryPlace() throws {
        for byte in UInt8(0)..<128 {
            for place in 0..<18 {
                let text = String(repeating: "x", count: place) + String(Unicode.Scalar(byte)) + "tail"
                let value = JSONValue.string(text)
                #expect(try JSONValue(parsing: value.compactText) == value)
                #expect(value.utf8Count == value.compactText.utf8.count)
            }
        }
    }

    @Test("compact text has no spaces and keeps the order of members")
    func compact() throws {
        let value: JSONValue = ["z": [1, 2.5, nil, true, false], "a": ["": "x", "b": []], "e": [:]]
        #expect(value.compactText == #"{"z":[1,2.5,null,true,false],"a":{"":"x","b":[]},"e":{}}"#)
        #expect(value.utf8Count == value.compactText.utf8.count)
        var bytes = Array("before ".utf8)
        value.write(into: &bytes)
        #expect(bytes == Array("before ".utf8) + Array(value.compactText.utf8))
    }

    @Test("text for people has a line for every member and element")
    func pretty() {
        let value: JSONValue = ["a": [1, [:], []], "b": ["c": "d"]]
        #expect(
            value.prettyText() == """
                {
                  "a": [
                    1,
                    {},
                    []
                  ],
                  "b": {
                    "c": "d"
                  }
                }
                """)
        #expect(JSONValue.array([1]).prettyText(indent: 0) == "[\n1\n]")
        #expect(JSONValue.string("x").prettyText() == "\"x\"")
        #expect(JSONValue.array([]).prettyText() == "[]")
    }
}
