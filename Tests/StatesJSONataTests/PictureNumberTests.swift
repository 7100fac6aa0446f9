import StatesJSON
import Testing

@testable import StatesJSONata

/// `$formatNumber`, by the rules of XPath's `format-number`.
@Suite("Number pictures")
struct PictureNumberTests {
    @Test(
        "digits, separators and signs",
        arguments: [
            (12345.6, "#,###.00", "12,345.60"), (0, "#", "0"), (0, "#.#", ".0"), (0, "0.#", "0"), (7, "00", "07"),
            (-7, "00", "-07"),
            (1234, "#", "1234"), (0.25, "#.##", ".25"), (0.25, "0.0", "0.2"), (0.35, "0.0", "0.4"), (2.5, "0", "2"),
            (3.5, "0", "4"),
            (1234567, "#,##0", "1,234,567"), (1234567, "#,##,##0", "12,34,567"), (999.999, "#,##0.00", "1,000.00"),
            (5, "$0.00", "$5.00"), (-5, "$0.00", "-$5.00"), (-5, "0;(0)", "(5)"), (5, "0;(0)", "5"), (1e21, "0", "1e+21"),
            (0.5, "0%", "50%"), (0.0125, "0.0%", "1.2%"), (0.5, "0‰", "500‰"), (-0.5, "0%;0% off", "50% off"),
            (0.1, "0.00000000000000000000", "0.10000000000000000555"), (1234.5678, "0.000,0", "1234.567,8"), (.nan, "0", "-NaN"),
            (.infinity, "0", "Infinity"), (123, "#,##,#0", "1,23"),
        ] as [(Double, String, String)])
    func formatted(value: Double, picture: String, text: String) throws {
        #expect(try NumberPicture.format(value, picture: picture) == text)
    }

    @Test(
        "mantissa and exponent",
        arguments: [
            (1234.5, "0.00e0", "1.23e3"), (0.00125, "0.00e00", "1.25e-03"), (1234.5, "000.0e0", "123.4e1"), (-42, "0e0", "-4e1"),
            (0, "0.0e0", "0.0e0"), (10, "0e0", "10e0"), (.leastNonzeroMagnitude, "0e0", "5e-324"), (1e300, "0.0e000", "1.0e300"),
            (.infinity, "0.0e0", "Infinity"),
        ] as [(Double, String, String)])
    func exponents(value: Double, picture: String, text: String) throws {
        #expect(try NumberPicture.format(value, picture: picture) == text)
    }

    @Test(
        "options rename the characters",
        arguments: [
            (1234.5, "#.##0,00", ["decimal-separator": ",", "grouping-separator": "."], "1.234,50"),
            (42, "٠٠٠", ["zero-digit": "٠"], "٠٤٢"), (-1, "0", ["minus-sign": "minus "], "minus 1"),
            (0.5, "0 p", ["percent": "p"], "50 p"), (12, "xx0", ["digit": "x"], "12"),
            (-3, "0|(0)", ["pattern-separator": "|"], "(3)"),
            (1200, "0.0E0", ["exponent-separator": "E"], "1.2E3"), (12, "#'##0", ["grouping-separator": "'"], "12"),
        ] as [(Double, String, [String: String], String)])
    func options(value: Double, picture: String, options: [String: String], text: String) throws {
        #expect(try NumberPicture.format(value, picture: picture, options: options) == text)
    }

    @Test(
        "a picture that says nothing is refused",
        arguments: [
            ("0;0;0", "D3080"), ("0.0.0", "D3081"), ("0%%", "D3082"), ("‰0‰", "D3083"), ("%0‰", "D3084"), (".", "D3085"),
            (",", "D3088"),
            ("0x0", "D3086"), ("0,.0", "D3087"), ("0.,0", "D3087"), ("#0,", "D3088"), ("0,,0", "D3089"), ("0#", "D3090"),
            ("0.#0", "D3091"),
            ("0e0%", "D3092"), ("0e", "D3093"), ("0e#", "D3093"), ("", "D3085"), ("---", "D3086"), ("%%", "D3086"),
        ])
    func refused(picture: String, code: String) {
        #expect(pictureErrorCode { try NumberPicture.format(1, picture: picture) } == code)
    }

    @Test("a refused picture has the text of the rule it breaks")
    func text() {
        let error = JSONataError.make("D3080")
        #expect(error.message == "The picture string must only contain a maximum of two sub-pictures")
        #expect(throws: error) { try NumberPicture.format(1, picture: "0;0;0") }
    }

    @Test(
        "empty options do no harm",
        arguments: ["zero-digit", "digit", "decimal-separator", "grouping-separator", "pattern-separator"])
    func emptyOptions(name: String) {
        for picture in ["", "#,##0.00", "0", ";"] {
            _ = try? NumberPicture.format(1234.5, picture: picture, options: [name: ""])
        }
    }

    @Test("a million digits are refused at once")
    func bounds() {
        #expect(pictureErrorCode { try NumberPicture.format(1, picture: String(repeating: "0", count: 1_000_000)) } == "")
        #expect(pictureErrorCode { try NumberPicture.format(1, picture: "0." + String(repeating: "0", count: 101)) } == "")
        #expect(pictureErrorCode { try NumberPicture.format(1, picture: String(repeating: "0,", count: 2000) + "0") } == nil)
        #expect(
            pictureErrorCode {
                try NumberPicture.format(1, picture: "0", options: ["infinity": String(repeating: "∞", count: 100_000)])
            } == "")
    }
}
