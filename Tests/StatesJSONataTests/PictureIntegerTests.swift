import StatesJSON
import Testing

@testable import StatesJSONata

/// `$formatInteger` and `$parseInteger`, by the rules of XPath's `format-integer`.
@Suite("Integer pictures")
struct PictureIntegerTests {
    @Test(
        "digits",
        arguments: [
            (7, "0", "7"), (7, "000", "007"), (-7, "00", "-07"), (7.9, "0", "7"), (-7.1, "0", "-8"),
            (1234567, "#,##0", "1,234,567"),
            (1234567, "#.##0", "1.234.567"), (1234567, "0,0", "1,2,3,4,5,6,7"), (123456, "##-00-00", "12-34-56"),
            (12, "00-00", "00-12"),
            (1234567, "#,##0.00", "12,345.67"), (5, "٠٠", "٠٥"), (1e21, "0", "1e+21"), (.nan, "0000", "0NaN"),
            (.infinity, "0", "Infinity"),
            (12, "#:###,#0", ":,12"),
        ] as [(Double, String, String)])
    func digits(value: Double, picture: String, text: String) throws {
        #expect(try IntegerPicture.format(value, picture: picture) == text)
    }

    @Test(
        "ordinal numbers",
        arguments: [
            (1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (10, "10th"), (11, "11th"), (12, "12th"), (13, "13th"), (21, "21st"),
            (112, "112th"),
            (1023, "1023rd"), (-1, "-1st"), (0, "0th"),
        ] as [(Double, String)])
    func ordinals(value: Double, text: String) throws {
        #expect(try IntegerPicture.format(value, picture: "0;o") == text)
        #expect(try IntegerPicture.parse(text, picture: "0;o") == value)
    }

    @Test(
        "words",
        arguments: [
            (0, "w", "zero"), (0, "w;o", "zeroth"), (8, "Ww", "Eight"), (18, "W", "EIGHTEEN"), (40, "w", "forty"),
            (40, "w;o", "fortieth"),
            (42, "Ww;o", "Forty-Second"), (101, "w", "one hundred and one"), (200, "w;o", "two hundredth"),
            (1000, "w;o", "one thousandth"),
            (1100, "w", "one thousand, one hundred"), (12_000_012, "w", "twelve million and twelve"), (-3, "w", "-three"),
            (2_000_000_000_000_000, "w", "two thousand trillion"), (1e24, "w", "one trillion trillion"),
        ] as [(Double, String, String)])
    func words(value: Double, picture: String, text: String) throws {
        #expect(try IntegerPicture.format(value, picture: picture) == text)
    }

    @Test(
        "Roman numerals and letters",
        arguments: [
            (1, "I", "I"), (4, "i", "iv"), (1999, "I", "MCMXCIX"), (2024, "i", "mmxxiv"), (0, "I", ""), (5003, "I", "MMMMMIII"),
            (1, "a", "a"),
            (26, "A", "Z"), (28, "a", "ab"), (702, "A", "ZZ"), (703, "A", "AAA"), (0, "A", ""), (-2, "a", "-b"),
        ] as [(Double, String, String)])
    func letters(value: Double, picture: String, text: String) throws {
        #expect(try IntegerPicture.format(value, picture: picture) == text)
    }

    @Test(
        "texts are read back",
        arguments: [
            ("1,234,567", "#,##0", 1_234_567), ("1-2.34", "0-0.00", 1234), ("12-34", "0-00", 12), ("0x1F", "0", 31),
            (" 12abc", "0", 12), ("-12", "0", -12), ("٣٤", "٠", 34),
            ("mcmxcix", "i", 1999), ("IM", "I", 999), ("zz", "a", 702), ("forty-two", "w", 42),
            ("one million, two hundred and six", "w", 1_000_206),
            ("two hundredth", "w;o", 200), ("NINETEEN", "W", 19), ("seventeen hundred and eighty-nine", "w", 1789),
            ("ninth", "w", 9),
        ] as [(String, String, Double)])
    func parsed(text: String, picture: String, value: Double) throws {
        #expect(try IntegerPicture.parse(text, picture: picture) == value)
    }

    @Test(
        "other texts are not numbers",
        arguments: [("", "0"), ("abc", "0"), ("forty-tow", "w"), ("", "w"), ("XYZ", "I"), ("xiv", "I")])
    func unread(text: String, picture: String) throws {
        #expect(try IntegerPicture.parse(text, picture: picture).isNaN)
    }

    @Test(
        "what is formatted in words or numerals reads back",
        arguments: ["w", "W", "Ww", "w;o", "I", "i", "a", "A", "0", "#,##0", "0;o"])
    func roundTrip(picture: String) throws {
        for value in Array(1...1200) + stride(from: 1201, to: 3_000_000, by: 9973) {
            let text = try IntegerPicture.format(Double(value), picture: picture)
            #expect(try IntegerPicture.parse(text, picture: picture) == Double(value), "\(text)")
        }
    }

    @Test("unknown sequences and mixed digits are refused")
    func refused() {
        #expect(throws: JSONataError.make("D3130", value: .string("#"))) { try IntegerPicture.format(5, picture: "#") }
        #expect(throws: JSONataError.make("D3130", value: .string("①"))) { try IntegerPicture.parse("5", picture: "①") }
        #expect(pictureErrorCode { try IntegerPicture.format(5, picture: "") } == "D3130")
        #expect(pictureErrorCode { try IntegerPicture.format(5, picture: "0٠") } == "D3131")
        #expect(pictureErrorCode { try IntegerPicture.parse("5", picture: "0٠") } == "D3131")
        #expect(pictureErrorCode { try IntegerPicture.parse("12", picture: "٠") } == "")
    }

    @Test("what would be too long is refused at once")
    func bounds() {
        #expect(pictureErrorCode { try IntegerPicture.format(1, picture: String(repeating: "0", count: 5000)) } == "")
        #expect(pictureErrorCode { try IntegerPicture.format(1e300, picture: "I") } == "")
        #expect(pictureErrorCode { try IntegerPicture.format(.infinity, picture: "a") } == "")
        #expect(pictureErrorCode { try IntegerPicture.format(.infinity, picture: "w") } == "")
        #expect(pictureErrorCode { try IntegerPicture.format(.greatestFiniteMagnitude, picture: "w") } == nil)
        #expect(pictureErrorCode { try IntegerPicture.parse(String(repeating: "9", count: 1_000_000), picture: "0") } == nil)
    }
}
