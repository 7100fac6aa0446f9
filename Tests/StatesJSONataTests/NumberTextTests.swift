import StatesJSON
import Testing

@testable import StatesJSONata

@Suite("Numbers as text")
struct NumberTextTests {
    @Test(
        "numbers are printed as JavaScript prints them",
        arguments: [
            (0, "0"), (-0.0, "0"), (1, "1"), (-17, "-17"), (0.1, "0.1"), (-2.5, "-2.5"), (0.1 + 0.2, "0.30000000000000004"),
            (123456.789, "123456.789"), (1e20, "100000000000000000000"), (123_456_789_012_345_683_968, "123456789012345680000"),
            (1e21, "1e+21"), (1.5e21, "1.5e+21"), (-1.25e300, "-1.25e+300"), (0.000001, "0.000001"), (0.0000012, "0.0000012"),
            (1e-7, "1e-7"), (1.2e-7, "1.2e-7"), (.leastNonzeroMagnitude, "5e-324"),
            (.greatestFiniteMagnitude, "1.7976931348623157e+308"),
            (9_007_199_254_740_991, "9007199254740991"), (0x1p53, "9007199254740992"), (0x1p63, "9223372036854776000"),
            (.infinity, "Infinity"), (-.infinity, "-Infinity"), (.nan, "NaN"),
        ] as [(Double, String)])
    func printed(value: Double, text: String) {
        #expect(NumberText.javaScript(value) == text)
    }

    @Test(
        "fifteen digits are kept, a half is rounded away from zero",
        arguments: [
            (0.1 + 0.2, "0.3"), (1.0 / 3, "0.333333333333333"), (-2.0 / 3, "-0.666666666666667"), (100, "100"),
            (999_999_999_999_999, "999999999999999"), (1_234_567_890_123_456, "1234567890123460"),
            (9_999_999_999_999_996, "10000000000000000"), (123_456_789_012_344.5, "123456789012345"),
            (-123_456_789_012_344.5, "-123456789012345"), (123_456_789_012_345.5, "123456789012346"), (1e21, "1e+21"),
            (.leastNonzeroMagnitude, "5e-324"),
            (1.7976931348623157e308, "null"), (.infinity, "Infinity"), (.nan, "NaN"),
        ] as [(Double, String)])
    func fifteenDigits(value: Double, text: String) {
        #expect(NumberText.fifteenDigits(value) == text)
    }

    @Test(
        "decimals are exact and a half is rounded up",
        arguments: [
            (0, 0, "0"), (0, 2, "0.00"), (0.5, 0, "1"), (1.5, 0, "2"), (2.5, 0, "3"), (1.005, 2, "1.00"), (1.25, 1, "1.3"),
            (0.1, 20, "0.10000000000000000555"), (-3.14159, 3, "3.142"), (1e20, 1, "100000000000000000000.0"), (1e21, 2, "1e+21"),
            (.leastNonzeroMagnitude, 3, "0.000"), (999.995, 2, "1000.00"),
            (
                0.000001, 100,
                "0.0000009999999999999999547481118258862586856139387236908078193664550781250000000000000000000000000000"
            ),
        ] as [(Double, Int, String)])
    func decimals(value: Double, decimals: Int, text: String) {
        #expect(NumberText.fixed(value, decimals: decimals) == text)
    }

    @Test(
        "a text is a number if all of it is one",
        arguments: [
            ("0", 0), ("-0", 0), ("17", 17), ("007", 7), ("-1.50", -1.5), ("2e3", 2000), ("2E+3", 2000), ("2.5e-1", 0.25),
            ("0x1f", 31), ("0XFF", 255), ("0o17", 15), ("0B110", 6), ("12345678901234567890", 12_345_678_901_234_567_168),
            ("1e-400", 0),
            ("", nil), (" 1", nil), ("1 ", nil), ("+1", nil), (".5", nil), ("1.", nil), ("1e", nil), ("1e1.5", nil), ("1e400", nil),
            ("-", nil),
            ("0x", nil), ("-0x1", nil), ("Infinity", nil), ("NaN", nil), ("1,000", nil), ("٣", nil), ("0b2", nil), (" 0x1", nil),
        ] as [(String, Double?)])
    func read(text: String, value: Double?) {
        #expect(NumberText.parse(text) == value)
    }

    @Test("a text that only begins like a number of another base is not a number", arguments: ["0x1g", "0o1o", "a0b1", "0b1 0b1"])
    func misread(text: String) {
        #expect(NumberText.parse(text)?.isNaN == true)
    }

    @Test("what is printed reads back", arguments: 0..<200)
    func roundTrip(seed: UInt64) {
        var random = PictureRandom(seed: seed)
        for _ in 0..<50 {
            let value = Double(bitPattern: random.next())
            guard value.isFinite else { continue }
            #expect(NumberText.parse(NumberText.javaScript(value)) == value)
        }
    }

    @Test(
        "a half is rounded to the even neighbour in decimal",
        arguments: [
            (0.5, 0, 0), (1.5, 0, 2), (2.5, 0, 2), (-1.5, 0, -2), (-2.5, 0, -2), (0.49999999999999994, 0, 0), (1.005, 2, 1),
            (1.015, 2, 1.02),
            (1.025, 2, 1.02), (2.675, 2, 2.68), (125, -1, 120), (135, -1, 140), (-135, -1, -140), (1e300, 5, 1e300),
            (12.345, 1, 12.3),
            (1e-10, 3, 0), (6.5e20, -20, 6e20), (4503599627370497.5, 0, 4503599627370498), (0.1, 1_000, .nan), (1e300, 20, .nan),
            (.infinity, 2, .nan), (.infinity, 0, .infinity), (5, -400, 0),
        ] as [(Double, Int, Double)])
    func rounded(value: Double, precision: Int, result: Double) {
        let rounded = Rounding.halfEven(value, precision: precision)
        #expect(rounded == result || rounded.isNaN && result.isNaN)
        #expect(rounded != 0 || rounded.sign == .plus)
    }

    @Test("a precision that is no whole number gives no number")
    func fractionalPrecision() {
        #expect(Rounding.halfEven(1.25, precision: 0.5).isNaN)
        #expect(Rounding.halfEven(1.25, precision: .infinity).isNaN)
        #expect(Rounding.halfEven(1.25, precision: 1.0) == 1.2)
        #expect(Rounding.halfEven(1.25, precision: 1e20).isNaN)
        #expect(Rounding.halfEven(1.25, precision: -1e20) == 0)
        #expect(Rounding.halfEven(1.25, precision: .nan) == 1)
    }

    @Test(
        "numbers have digits to bases from 2 to 36",
        arguments: [
            (255, 16, "ff"), (-255, 2, "-11111111"), (0, 7, "0"), (35.5, 36, "10"), (34.5, 36, "y"), (10, 2.4, "1010"),
            (1e21, 10, "1e+21"),
            (0x1p64, 16, "10000000000000000"), (0x1p60, 3, "21200101122222021102111220121112212101"), (.infinity, 2, "Infinity"),
        ] as [(Double, Double, String)])
    func radix(value: Double, radix: Double, text: String) throws {
        #expect(try RadixText.format(value, radix: radix) == text)
    }

    @Test("other bases are refused", arguments: [1.4, 36.6, 0, -2, .nan, .infinity])
    func wrongRadix(radix: Double) {
        #expect(pictureErrorCode { try RadixText.format(7, radix: radix) } == "D3100")
    }

    @Test("the text of a refused base names it")
    func radixText() {
        #expect(throws: JSONataError.make("D3100", value: .number(.integer(40)))) { try RadixText.format(7, radix: 40) }
    }

    @Test("powers are finite or refused")
    func power() throws {
        #expect(try Exponentiation.power(2, 10) == 1024)
        #expect(try Exponentiation.power(9, 0.5) == 3)
        #expect(try Exponentiation.power(0, 0) == 1)
        #expect(pictureErrorCode { try Exponentiation.power(10, 400) } == "D3061")
        #expect(pictureErrorCode { try Exponentiation.power(-8, 1.0 / 3) } == "D3061")
        #expect(pictureErrorCode { try Exponentiation.power(0, -1) } == "D3061")
        #expect(pictureErrorCode { try Exponentiation.power(1, .nan) } == "D3061")
        #expect(pictureErrorCode { try Exponentiation.power(-1, .infinity) } == "D3061")
    }
}

/// The code of the error that is thrown, or nil if there is none.
func pictureErrorCode<Result>(_ body: () throws -> Result) -> String? {
    do {
        _ = try body()
        return nil
    } catch {
        return (error as? JSONataError)?.code ?? "\(error)"
    }
}

/// Numbers from a seed.
struct PictureRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }
}
