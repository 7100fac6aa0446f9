extension Timestamp {
    /// Reads RFC 3339 text as the language demands it: an upper-case `T`, an upper-case `Z` or an offset such as `+01:00`, a fraction
    /// of up to nine digits, and a date and time that exist.
    ///
    /// `2026-01-02T03:04:05.678Z` is read; a missing zone, February 30th, hour 24 and second 60 are not. Offsets reach 18 hours, as
    /// those of the service's Java do.
    public init?(rfc3339 text: String) {
        var reader = DigitReader(text)
        guard let year = reader.number(digits: 4), reader.take("-"), let month = reader.number(digits: 2), reader.take("-"),
            let day = reader.number(digits: 2), reader.take("T"), let hour = reader.number(digits: 2), reader.take(":"),
            let minute = reader.number(digits: 2), reader.take(":"), let second = reader.number(digits: 2),
            let nanoseconds = reader.fraction(), let offset = reader.offset(), reader.isAtEnd
        else { return nil }
        guard 1...12 ~= month, 1...CalendarDate.days(in: month, of: year) ~= day, hour < 24, minute < 60, second < 60 else {
            return nil
        }
        let days = CalendarDate(year: year, month: month, day: day).daysSinceEpoch
        self.init(
            seconds: Int64(days * 86_400 + hour * 3600 + minute * 60 + second - offset), nanoseconds: Int32(nanoseconds))
    }

    /// A number of milliseconds since 1970-01-01T00:00:00Z.
    public init(milliseconds: Int64) {
        let (seconds, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        self.init(
            seconds: rest < 0 ? seconds - 1 : seconds, nanoseconds: Int32(rest < 0 ? rest + 1000 : rest) * 1_000_000)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z, rounded down; at the ends of the range the nearest number there is.
    public var milliseconds: Int64 {
        let (product, overflows) = seconds.multipliedReportingOverflow(by: 1000)
        let (sum, overflowsToo) = product.addingReportingOverflow(Int64(nanoseconds / 1_000_000))
        return overflows || overflowsToo ? (seconds < 0 ? .min : .max) : sum
    }

    /// The text as the service writes it, in UTC with three digits of a second: `2026-01-02T03:04:05.678Z`.
    ///
    /// Years beyond 9999 have more digits, years before 0 a minus sign, as Java writes them.
    public var rfc3339Milliseconds: String {
        var days = seconds / 86_400
        var second = Int(seconds % 86_400)
        if second < 0 {
            second += 86_400
            days -= 1
        }
        let date = CalendarDate(daysSinceEpoch: Int(days))
        var text: [UInt8] = []
        text.reserveCapacity(24)
        if date.year < 0 || date.year > 9999 { text.append(UInt8(ascii: date.year < 0 ? "-" : "+")) }
        text.append(date.year.magnitude, digits: 4)
        for (mark, part) in zip("--T::".utf8, [date.month, date.day, second / 3600, second / 60 % 60, second % 60]) {
            text.append(mark)
            text.append(part.magnitude, digits: 2)
        }
        text.append(UInt8(ascii: "."))
        text.append(UInt(nanoseconds / 1_000_000), digits: 3)
        text.append(UInt8(ascii: "Z"))
        return String(decoding: text, as: UTF8.self)
    }
}

/// A day of the Gregorian calendar, reckoned back before its introduction as ISO 8601 does.
private struct CalendarDate {
    var year: Int
    var month: Int
    var day: Int

    init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// The calendar repeats every 400 years, which have 146,097 days. Years are counted from March, so that the leap day is the last.
    init(daysSinceEpoch: Int) {
        let shifted = daysSinceEpoch + 719_468  // from 0000-03-01
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    var daysSinceEpoch: Int {
        let fromMarch = month <= 2 ? year - 1 : year
        let era = (fromMarch >= 0 ? fromMarch : fromMarch - 399) / 400
        let yearOfEra = fromMarch - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

/// Takes fixed marks and numbers from the front of a text.
private struct DigitReader {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = Substring(text).utf8 }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(_ mark: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: mark) else { return false }
        rest.removeFirst()
        return true
    }

    mutating func number(digits: Int) -> Int? {
        var value = 0
        for _ in 0..<digits {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    private mutating func digit() -> Int? {
        guard let byte = rest.first, byte &- 0x30 < 10 else { return nil }
        rest.removeFirst()
        return Int(byte - 0x30)
    }

    /// The nanoseconds of a fraction: 0 if there is none, nil if it has no digits or more than nine.
    mutating func fraction() -> Int? {
        guard take(".") else { return 0 }
        var value = 0
        var count = 0
        while let digit = digit() {
            value = value * 10 + digit
            count += 1
            if count > 9 { return nil }
        }
        guard count > 0 else { return nil }
        for _ in count..<9 { value *= 10 }
        return value
    }

    /// The seconds of an offset, nil if there is none.
    mutating func offset() -> Int? {
        if take("Z") { return 0 }
        let isNegative = take("-")
        guard isNegative || take("+"), let hours = number(digits: 2), take(":"), let minutes = number(digits: 2), minutes < 60
        else {
            return nil
        }
        let seconds = hours * 3600 + minutes * 60
        guard seconds <= 18 * 3600 else { return nil }
        return isNegative ? -seconds : seconds
    }
}

extension [UInt8] {
    /// Appends a number with at least so many digits.
    fileprivate mutating func append(_ value: UInt, digits: Int) {
        let text = String(value).utf8
        append(contentsOf: repeatElement(UInt8(ascii: "0"), count: Swift.max(0, digits - text.count)))
        append(contentsOf: text)
    }
}
