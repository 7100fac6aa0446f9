import StatesJSON
import Testing

@testable import StatesJSONata

/// `$fromMillis` and `$toMillis`, by the rules of XPath's `format-dateTime`.
@Suite("Date and time pictures")
struct PictureDateTimeTests {
    /// 2024-02-29T16:05:09.042Z, a Thursday.
    private static let leapDay = 1_709_222_709_042.0

    @Test(
        "parts of a date and time",
        arguments: [
            ("[Y]-[M]-[D]", "2024-2-29"), ("[Y0001]-[M01]-[D01]", "2024-02-29"), ("[Y,2]", "24"), ("[Y01]", "24"),
            ("[Y,2-2]", "24"), ("[YI]", "MMXXIV"),
            ("[Yw]", "two thousand and twenty-four"), ("[M]/[d]", "2/60"), ("[MNn] [D1o]", "February 29th"), ("[MN,3-3]", "FEB"),
            ("[Mn,*-4]", "febr"),
            ("[F]", "thursday"), ("[FNn,*-2]", "Th"), ("[F1]", "4"), ("[Dwo]", "twenty-ninth"), ("[DWw]", "Twenty-Nine"),
            ("[Da]", "ac"),
            ("[H01]:[m01]:[s01].[f001]", "16:05:09.042"), ("[H]:[m]:[s].[f]", "16:05:09.42"), ("[h].[m] [P]", "4.05 pm"),
            ("[h01] [PN]", "04 PM"),
            ("[Z] [z]", "+00:00 GMT+00:00"), ("[Z0101t]", "Z"), ("[Z0]", "+0"), ("[W] [w] [X] [xNn]", "9 5 2024 February"),
            ("[C] [E]", "ISO ISO"),
            ("[[[Y]]]", "[2024]"), ("at [ H 0 1 ]", "at 16"), ("", ""), ("[q1]", "undefined"),
        ])
    func formatted(picture: String, text: String) throws {
        #expect(try DateTimePicture.format(millis: Self.leapDay, picture: picture) == text)
    }

    @Test(
        "weeks begin on Monday and belong to the year of their Thursday",
        arguments: [
            ("2021-01-03", "2020 53 7 December 5"), ("2021-01-04", "2021 1 1 January 1"), ("2024-12-29", "2024 52 7 December 4"),
            ("2024-12-30", "2025 1 1 January 1"), ("2026-01-01", "2026 1 4 January 1"), ("2027-01-01", "2026 53 5 December 5"),
            ("2024-09-01", "2024 35 7 August 5"),
        ])
    func weeks(date: String, text: String) throws {
        let millis = try #require(try DateTimePicture.parse(date, picture: nil, now: 0))
        #expect(try DateTimePicture.format(millis: millis, picture: "[X] [W] [F1] [xNn] [w]") == text)
    }

    @Test(
        "without a picture the text is ISO 8601",
        arguments: [
            (0, nil, "1970-01-01T00:00:00.000Z"), (-1, nil, "1969-12-31T23:59:59.999Z"), (1.9, nil, "1970-01-01T00:00:00.001Z"),
            (-62_167_219_200_000, nil, "0000-01-01T00:00:00.000Z"), (253_402_300_799_999, nil, "9999-12-31T23:59:59.999Z"),
            (253_402_300_800_000, nil, "0000-01-01T00:00:00.000Z"), (-62_167_219_200_001, nil, "-0001-12-31T23:59:59.999Z"),
            (0, "+0530", "1970-01-01T05:30:00.000+05:30"), (0, "-0800", "1969-12-31T16:00:00.000-08:00"),
            (0, "0", "1970-01-01T00:00:00.000Z"),
            (8.7e15, nil, "0NaN-NaN-NaNTNaN:NaN:NaN.NaNZ"),
        ] as [(Double, String?, String)])
    func standard(millis: Double, zone: String?, text: String) throws {
        #expect(try DateTimePicture.format(millis: millis, timezone: zone) == text)
    }

    @Test(
        "a picture that says nothing is refused",
        arguments: [
            ("[Y", "D3135"), ("[]", "D3132"), ("[q]", "D3132"), ("[DN]", "D3133"), ("[HNn]", "D3133"), ("[Z000001]", "D3134"),
            ("[ZI]", "D3134"),
            ("[Y#]", "D3130"), ("[D0٠]", "D3131"),
        ])
    func refused(picture: String, code: String) {
        #expect(pictureErrorCode { try DateTimePicture.format(millis: 0, picture: picture) } == code)
    }

    @Test(
        "ISO 8601 is read",
        arguments: [
            ("2024", "2024-01-01T00:00:00.000Z"), ("2024-02", "2024-02-01T00:00:00.000Z"),
            ("2024-02-29", "2024-02-29T00:00:00.000Z"),
            ("2024-02-29T16:05:09", "2024-02-29T16:05:09.000Z"), ("2024-02-29T16:05:09.5Z", "2024-02-29T16:05:09.500Z"),
            ("2024-02-29T16:05:09.0429999+01:30", "2024-02-29T14:35:09.042Z"), ("2024T16:05:09-0800", "2024-01-02T00:05:09.000Z"),
            ("2024-02-28T24:00:00Z", "2024-02-29T00:00:00.000Z"), ("2023-02-31", "2023-03-03T00:00:00.000Z"),
            ("2024Z", "2024-01-01T00:00:00.000Z"),
            ("0001-01-01", "0001-01-01T00:00:00.000Z"),
        ])
    func iso(text: String, normal: String) throws {
        let millis = try #require(try DateTimePicture.parse(text, picture: nil, now: 0))
        #expect(try DateTimePicture.format(millis: millis) == normal)
    }

    @Test(
        "a text in the form of ISO 8601 may name no instant",
        arguments: [
            "2024-13", "2024-00-10", "2024-01-00", "2024-02-30-01", "2024-01-01T25:00:00", "2024-01-01T24:00:01", "2024+0100",
            "2024-0530", "2024-01-01T00:00:00+24:00",
        ])
    func noInstant(text: String) throws {
        #expect(try DateTimePicture.parse(text, picture: nil, now: 0)?.isNaN == true)
    }

    @Test(
        "other texts are refused",
        arguments: [
            "", "now", "24", "20240", "2024-1-1", "2024-02-29 16:05:09", "2024-02-29T16:05", "2024-02-29T16:05:09.",
            "2024-02-29T16:05:60", "2024-02-29T16:05:09z",
            "2024-02-29T16:05:09+1", " 2024", "2024-02-29T16:05:09+01", "２０２４",
        ])
    func notISO(text: String) {
        #expect(throws: JSONataError.make("D3110", value: .string(text))) { try DateTimePicture.parse(text, picture: nil, now: 0) }
    }

    @Test(
        "a picture says how to read",
        arguments: [
            ("29/2/2024", "[D]/[M]/[Y]", "2024-02-29T00:00:00.000Z"),
            ("February 29th, 2024", "[MNn] [D1o], [Y]", "2024-02-29T00:00:00.000Z"),
            ("29-Feb-2024 4:05 PM", "[D]-[MNn,3-3]-[Y] [h]:[m] [P]", "2024-02-29T16:05:00.000Z"),
            ("20240229160509", "[Y0001][M01][D01][H01][m01][s01]", "2024-02-29T16:05:09.000Z"),
            ("2024-060", "[Y]-[d001]", "2024-02-29T00:00:00.000Z"), ("MMXXIV", "[YI]", "2024-01-01T00:00:00.000Z"),
            ("the twenty-ninth of FEBRUARY", "the [Dwo] of february", "2020-06-29T00:00:00.000Z"),
            ("16:05", "[H]:[m]", "2020-06-15T16:05:00.000Z"), ("12:30 am", "[h]:[m] [P]", "2020-06-15T00:30:00.000Z"),
            ("2024-02-29 01:00 -08:00", "[Y]-[M]-[D] [H]:[m] [Z]", "2024-02-29T09:00:00.000Z"),
            ("2024 GMT+0530", "[Y] [z0101]", "2023-12-31T18:30:00.000Z"),
            ("(2024) [x]", "([Y]) [[x]]", "2024-01-01T00:00:00.000Z"), ("00", "[Y01]", "1900-01-01T00:00:00.000Z"),
            ("2024-14-01", "[Y]-[M]-[D]", "2025-02-01T00:00:00.000Z"),
        ])
    func parsed(text: String, picture: String, normal: String) throws {
        // 2020-06-15T12:00:00Z
        let millis = try #require(try DateTimePicture.parse(text, picture: picture, now: 1_592_222_400_000))
        #expect(try DateTimePicture.format(millis: millis) == normal)
    }

    @Test(
        "a text that does not match, or a picture without parts, gives nothing",
        arguments: [
            ("2024-02", "[Y]/[M]"), ("2024-02-29x", "[Y]-[M]-[D]"), ("", "[Y]"), ("Hello", "Hello"), ("", ""), ("12", "[D1o]"),
        ])
    func unmatched(text: String, picture: String) throws {
        #expect(try DateTimePicture.parse(text, picture: picture, now: 0) == nil)
    }

    @Test(
        "parts that are missing between others, weeks and unreadable parts are refused",
        arguments: [
            ("2024 29", "[Y] [D]", "D3136"), ("2024 16", "[Y] [H]", "D3136"), ("2024-02-29 05", "[Y]-[M]-[D] [m]", "D3136"),
            ("2024 9 4", "[X] [W] [F1]", "D3136"),
            ("2024-060 16", "[Y]-[d] [H]", "D3136"), ("ISO", "[C]", "D3133"), ("x", "[q1]", "D3133"), ("9", "[D#]", "D3130"),
            ("9", "[D", "D3135"),
        ])
    func underspecified(text: String, picture: String, code: String) {
        #expect(pictureErrorCode { try DateTimePicture.parse(text, picture: picture, now: 0) } == code)
    }

    @Test("widths and texts beyond all use are refused, at once", .timeLimit(.minutes(1)))
    func bounds() {
        #expect(pictureErrorCode { try DateTimePicture.format(millis: 0, picture: "[Y,1000000000]") } == "")
        #expect(pictureErrorCode { try DateTimePicture.format(millis: 0, picture: "[Y,99999999999999999999999-*]") } == "")
        #expect(pictureErrorCode { try DateTimePicture.format(millis: 0, picture: "[Y,*-1000000000]") } == "")
        #expect(pictureErrorCode { try DateTimePicture.format(millis: 0, picture: String(repeating: "[Y]", count: 2000)) } == "")
        let digits = String(repeating: "1", count: 60_000)
        #expect(
            pictureErrorCode { try DateTimePicture.parse(digits + "x", picture: "[Ma] [Ma][Da][Ha][ma][sa][fa]", now: 0) } == nil)
        let letters = String(repeating: "a", count: 60_000)
        #expect(pictureErrorCode { try DateTimePicture.parse(letters + "1", picture: "[Ma][Da][Ha][ma][sa][fa]", now: 0) } == "")
        #expect(
            pictureErrorCode {
                try DateTimePicture.parse(String(repeating: "one ", count: 15_000) + "1", picture: "[Dw][Mw][Yw]", now: 0)
            } == "")
        #expect(
            pictureErrorCode { try DateTimePicture.parse(String(repeating: "1", count: 100_000), picture: "[Y]", now: 0) } == "")
    }

    @Test("whatever is formatted with a full picture reads back", arguments: 0..<100)
    func roundTrip(seed: UInt64) throws {
        var random = PictureRandom(seed: seed)
        let pictures = [
            "[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001]", "[FNn], [D1o] [MNn] [Y] [h]:[m]:[s].[f] [P]",
            "[Yw]/[Mw]/[Dwo] [HI]-[m]-[s]-[f]",
            "[Y]-[d] ", "[Y0001][M01][D01][H01][m01][s01][f001]", "[MNn,3-3] [Da], [YI] [H]:[m]:[s].[f] [Z]",
        ]
        for picture in pictures {
            // From 1900 to 2100.
            var millis = Double(Int.random(in: -2_208_988_800_000..<4_102_444_800_000, using: &random))
            if picture.hasSuffix("[d] ") {
                millis -= (millis.truncatingRemainder(dividingBy: 86_400_000) + 86_400_000).truncatingRemainder(
                    dividingBy: 86_400_000)
            }
            // The first hour of a day has no Roman numeral.
            if picture.contains("[HI]"), CivilTime(milliseconds: millis).hour == 0 { millis += 3_600_000 }
            let text = try DateTimePicture.format(millis: millis, picture: picture)
            #expect(try DateTimePicture.parse(text, picture: picture, now: 0) == millis, "\(text)")
        }
    }
}
