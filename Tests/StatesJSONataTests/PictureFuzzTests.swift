import Testing

@testable import StatesJSONata

/// Pictures and texts put together at random: each gives a text, a number or one of the errors of pictures, and gives it again.
@Suite("Random pictures")
struct PictureFuzzTests {
    private static let codes: Set<String> = [
        "", "D3080", "D3081", "D3082", "D3083", "D3084", "D3085", "D3086", "D3087", "D3088", "D3089", "D3090", "D3091", "D3092",
        "D3093", "D3100",
        "D3110", "D3130", "D3131", "D3132", "D3133", "D3134", "D3135", "D3136",
    ]

    private static let pieces = [
        "#", "0", "0", "9", ",", ".", "e", "%", "‰", ";", "-", "o", "w", "Ww", "I", "a", "٠", "１", "x", " ", "[", "]", "[[", "]]",
        "[Y", "[M", "[D", "[H", "[m", "[s",
        "[f", "[F", "[P", "[Z", "[z", "[d", "[W", "[w", "[X", "[x", "[h", "[C", "Nn", "N", "n", "01", "0001", ",2-2", ",*-3",
        ",99999999", "t", "c", "*", "+", "😀", "ß",
        "\u{301}", "\n", "twenty", "-one", "and ", "2024", "-02", "-29", "T16", ":05", "Z", "MMXX", "1st",
    ]

    private static func text(_ random: inout PictureRandom) -> String {
        (0..<Int.random(in: 0...12, using: &random)).map { _ in pieces[Int.random(in: 0..<pieces.count, using: &random)] }.joined()
    }

    private static func number(_ random: inout PictureRandom) -> Double {
        switch Int.random(in: 0..<5, using: &random) {
        case 0: Double(bitPattern: random.next())
        case 1: Double(Int.random(in: -5000...5000, using: &random))
        case 2: Double(Int.random(in: -9_000_000_000_000...9_000_000_000_000, using: &random))
        case 3: Double.random(in: -1000...1000, using: &random)
        default: [0, -0.0, .infinity, -.infinity, .nan, 1e21, .leastNonzeroMagnitude][Int.random(in: 0..<7, using: &random)]
        }
    }

    private static let optionNames = [
        "decimal-separator", "grouping-separator", "exponent-separator", "minus-sign", "percent", "per-mille", "zero-digit",
        "digit", "pattern-separator",
    ]

    private func check<Result>(_ body: () throws -> Result) {
        do {
            let first = try body()
            // NaN is not equal to itself.
            #expect(try "\(first)" == "\(body())")
        } catch let error as JSONataError {
            #expect(Self.codes.contains(error.code))
            #expect(!error.message.isEmpty)
        } catch {
            Issue.record("\(error)")
        }
    }

    @Test("nothing crashes, hangs or fails otherwise", .timeLimit(.minutes(1)), arguments: 0..<40)
    func anything(seed: UInt64) {
        var random = PictureRandom(seed: seed)
        for _ in 0..<60 {
            let picture = Self.text(&random)
            let text = Self.text(&random)
            let value = Self.number(&random)
            var options: [String: String] = [:]
            if Bool.random(using: &random) {
                options[Self.optionNames[Int.random(in: 0..<Self.optionNames.count, using: &random)]] = Self.text(&random)
            }
            check { try NumberPicture.format(value, picture: picture, options: options) }
            check { try IntegerPicture.format(value, picture: picture) }
            check { try IntegerPicture.parse(text, picture: picture) }
            check { try DateTimePicture.format(millis: value, picture: picture, timezone: text) }
            check { try DateTimePicture.parse(text, picture: picture, now: 0) }
            check { try DateTimePicture.parse(text, picture: nil, now: 0) }
            check { try RadixText.format(value, radix: Self.number(&random)) }
        }
    }

    @Test("a text made by a picture is read by it without any error of its own", arguments: 0..<40)
    func backAndForth(seed: UInt64) {
        var random = PictureRandom(seed: seed)
        for _ in 0..<60 {
            let picture = Self.text(&random)
            let millis = Double(Int.random(in: 0..<4_102_444_800_000, using: &random))
            guard let text = try? DateTimePicture.format(millis: millis, picture: picture) else { continue }
            check { try DateTimePicture.parse(text, picture: picture, now: Int64(millis)) }
        }
    }
}
