import StatesText
import Testing

@Suite("Timestamps")
struct TimestampTests {
    @Test(
        "RFC 3339 text is read",
        arguments: [
            ("1970-01-01T00:00:00Z", 0, 0), ("2026-01-02T03:04:05Z", 1_767_323_045, 0),
            ("2026-01-02T03:04:05.1Z", 1_767_323_045, 100_000_000),
            ("2026-01-02T03:04:05.000000001Z", 1_767_323_045, 1),
            ("2026-01-02T03:04:05.123456789+18:00", 1_767_258_245, 123_456_789),
            ("2026-01-02T03:04:05-00:00", 1_767_323_045, 0), ("2026-01-02T03:04:05+00:00", 1_767_323_045, 0),
            ("2026-01-02T03:04:05-01:30", 1_767_328_445, 0),
            ("1969-12-31T23:59:59.5Z", -1, 500_000_000), ("0000-02-29T00:00:00Z", -62_162_121_600, 0),
            ("9999-12-31T23:59:59Z", 253_402_300_799, 0),
            ("2024-02-29T12:00:00Z", 1_709_208_000, 0), ("2000-02-29T00:00:00Z", 951_782_400, 0),
            ("2001-01-01T00:00:00+01:00", 978_303_600, 0),
        ] as [(String, Int64, Int32)])
    func accepted(text: String, seconds: Int64, nanoseconds: Int32) {
        #expect(Timestamp(rfc3339: text) == Timestamp(seconds: seconds, nanoseconds: nanoseconds))
    }

    @Test(
        "anything else is not",
        arguments: [
            "", "2026", "2026-01-02", "2026-01-02T03:04:05", "2026-01-02T03:04Z", "2026-01-02 03:04:05Z", "2026-01-02t03:04:05Z",
            "2026-01-02T03:04:05z",
            "2026-02-29T00:00:00Z", "2026-02-30T00:00:00Z", "1900-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "2026-00-01T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-01-00T00:00:00Z", "2026-01-32T00:00:00Z", "2026-01-02T24:00:00Z", "2026-01-02T23:60:00Z", "2026-01-02T23:59:60Z",
            "2026-01-02T03:04:05.Z",
            "2026-01-02T03:04:05.1234567890Z", "2026-01-02T03:04:05,5Z", "2026-01-02T03:04:05+18:01", "2026-01-02T03:04:05+0100",
            "2026-01-02T03:04:05+01",
            "2026-01-02T03:04:05+01:60", "2026-01-02T03:04:05ZZ", "2026-01-02T03:04:05Z ", " 2026-01-02T03:04:05Z",
            "+2026-01-02T03:04:05Z", "12026-01-02T03:04:05Z",
            "-001-01-02T03:04:05Z", "2026-1-2T03:04:05Z", "2026-01-02T03:04:05+01:00:30", "２026-01-02T03:04:05Z",
            "2026-01-02T03:04:05.5", "not a time",
        ])
    func refused(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test(
        "milliseconds are counted from 1970 and rounded down",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (1_767_323_045_678, "2026-01-02T03:04:05.678Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"), (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
            (253_402_300_800_000, "+10000-01-01T00:00:00.000Z"),
            (-62_198_755_200_000, "-0001-01-01T00:00:00.000Z"), (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"),
        ] as [(Int64, String)])
    func milliseconds(value: Int64, text: String) {
        let timestamp = Timestamp(milliseconds: value)
        #expect(timestamp.milliseconds == value)
        #expect(timestamp.rfc3339Milliseconds == text)
        if text.utf8.count == 24 { #expect(Timestamp(rfc3339: text) == timestamp) }
    }

    @Test("the ends of the range are numbers, not crashes")
    func extremes() {
        #expect(Timestamp(seconds: .max, nanoseconds: 0).milliseconds == .max)
        #expect(Timestamp(seconds: .min, nanoseconds: 0).milliseconds == .min)
        #expect(Timestamp(milliseconds: .min).milliseconds == .min)
        #expect(Timestamp(milliseconds: .max).milliseconds == .max)
        #expect(Timestamp(milliseconds: .max).rfc3339Milliseconds == "+292278994-08-17T07:12:55.807Z")
        #expect(!Timestamp(seconds: .max, nanoseconds: 0).rfc3339Milliseconds.isEmpty)
        #expect(!Timestamp(seconds: .min, nanoseconds: 0).rfc3339Milliseconds.isEmpty)
    }

    @Test("days of eight centuries come back")
    func days() {
        let wrong = stride(from: -150_000, to: 150_000, by: 13).first { day in
            let timestamp = Timestamp(milliseconds: Int64(day) * 86_400_000)
            return Timestamp(rfc3339: timestamp.rfc3339Milliseconds) != timestamp
        }
        #expect(wrong == nil)
    }

    @Test("earlier is less")
    func order() {
        #expect(Timestamp(seconds: 1, nanoseconds: 999) < Timestamp(seconds: 2, nanoseconds: 0))
        #expect(Timestamp(seconds: 1, nanoseconds: 1) < Timestamp(seconds: 1, nanoseconds: 2))
    }
}
