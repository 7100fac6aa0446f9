#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A date and time of the Gregorian calendar in UTC, from milliseconds as JavaScript's `Date` holds them.
struct CivilTime {
    static let millisecondsOfDay = 86_400_000.0
    /// Milliseconds since 1970-01-01T00:00:00Z, a whole number; NaN beyond some 270,000 years on either side.
    let milliseconds: Double
    private let fields: Fields?

    private struct Fields {
        var year: Int
        var month: Int
        var day: Int
        var millisecond: Int
        var weekday: Int
    }

    /// The date and time of an instant; fractions of a millisecond are dropped.
    init(milliseconds: Double) {
        guard milliseconds.magnitude <= 8.64e15 else {
            self.milliseconds = .nan
            fields = nil
            return
        }
        let whole = Int(milliseconds)
        self.milliseconds = Double(whole)
        let millisecond = (whole % 86_400_000 + 86_400_000) % 86_400_000
        let days = (whole - millisecond) / 86_400_000
        let (year, month, day) = Self.date(daysSinceEpoch: days)
        // The first day of 1970 was a Thursday.
        let weekday = ((days + 3) % 7 + 7) % 7 + 1
        fields = Fields(year: year, month: month, day: day, millisecond: millisecond, weekday: weekday)
    }

    // All parts are NaN where the instant is.

    var year: Double { fields.map { Double($0.year) } ?? .nan }
    /// 1 to 12.
    var month: Double { fields.map { Double($0.month) } ?? .nan }
    var day: Double { fields.map { Double($0.day) } ?? .nan }
    /// Monday is 1, Sunday 7.
    var weekday: Double { fields.map { Double($0.weekday) } ?? .nan }
    var hour: Double { fields.map { Double($0.millisecond / 3_600_000) } ?? .nan }
    var minute: Double { fields.map { Double($0.millisecond / 60_000 % 60) } ?? .nan }
    var second: Double { fields.map { Double($0.millisecond / 1000 % 60) } ?? .nan }
    var millisecond: Double { fields.map { Double($0.millisecond % 1000) } ?? .nan }

    /// The instant of a date and time as `Date.UTC` computes it: every part may be beyond its bounds and carries over, the years 0
    /// to 99 are 1900 to 1999, months count from 0. NaN where a part is, or the instant is out of range.
    static func milliseconds(
        year: Double, month: Double, day: Double = 1, hour: Double = 0, minute: Double = 0, second: Double = 0,
        millisecond: Double = 0
    ) -> Double {
        let year = year.rounded(.towardZero)
        let month = month.rounded(.towardZero)
        guard year.magnitude <= 1_000_000, month.magnitude <= 10_000_000, day.isFinite else { return .nan }
        let fullYear = 0...99 ~= year ? year + 1900 : year
        let months = fullYear * 12 + month
        let firstOfMonth = daysSinceEpoch(
            year: Int((months / 12).rounded(.down)), month: Int(months - (months / 12).rounded(.down) * 12) + 1)
        let days = Double(firstOfMonth) + day.rounded(.towardZero) - 1
        let time =
            hour.rounded(.towardZero) * 3_600_000 + minute.rounded(.towardZero) * 60_000 + second.rounded(.towardZero) * 1000
            + millisecond.rounded(.towardZero)
        let instant = days * millisecondsOfDay + time
        return instant.magnitude <= 8.64e15 ? instant : .nan
    }

    /// The days from 1970-01-01 to the first of a month, 1 to 12, reckoned by the Gregorian calendar before its introduction as
    /// well.
    static func daysSinceEpoch(year: Int, month: Int) -> Int {
        // Years are counted from March, so that the leap day is the last; the calendar repeats every 400 years.
        let fromMarch = month <= 2 ? year - 1 : year
        let era = (fromMarch >= 0 ? fromMarch : fromMarch - 399) / 400
        let yearOfEra = fromMarch - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func date(daysSinceEpoch: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = daysSinceEpoch + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }
}

// MARK: - Weeks

extension CivilTime {
    /// A month of a year; months count from 0.
    private struct Month {
        var year: Double
        var month: Double

        func adding(_ months: Double) -> Month {
            switch month + months {
            case 12...: Month(year: year + 1, month: 0)
            case ..<0: Month(year: year - 1, month: 11)
            default: Month(year: year, month: month + months)
            }
        }

        /// The instant in which the first week begins: weeks begin on Monday, and the first one has the first Thursday.
        var startOfFirstWeek: Double {
            let first = CivilTime.milliseconds(year: year, month: month)
            let weekday = CivilTime(milliseconds: first).weekday
            let days = weekday > 4 ? 8 - weekday : 1 - weekday
            return first + days * CivilTime.millisecondsOfDay
        }

        /// The week of a day, counted from the first week, with a fraction within the week.
        func week(of day: Double) -> Double { (day - startOfFirstWeek) / (CivilTime.millisecondsOfDay * 7) + 1 }
    }

    private var startOfDay: Double { Self.milliseconds(year: year, month: month - 1, day: day) }

    /// 1 to 366.
    var dayOfYear: Double { (startOfDay - Self.milliseconds(year: year, month: 0)) / Self.millisecondsOfDay + 1 }

    /// The week of the year as ISO 8601 numbers them: 1 to 53.
    var weekOfYear: Double {
        week(
            last: 52, of: Month(year: year, month: 0), next: Month(year: year + 1, month: 0),
            previous: Month(year: year - 1, month: 0))
    }

    /// The week of the month by the same rule: 1 to 5.
    var weekOfMonth: Double {
        let month = Month(year: year, month: month - 1)
        return week(last: 4, of: month, next: month.adding(1), previous: month.adding(-1))
    }

    private func week(last: Double, of period: Month, next: Month, previous: Month) -> Double {
        let week = period.week(of: startOfDay)
        if week > last, startOfDay >= next.startOfFirstWeek { return 1 }
        return (week < 1 ? previous.week(of: startOfDay) : week).rounded(.down)
    }

    /// The year that the week of the year belongs to.
    var weekYear: Double {
        if milliseconds < Month(year: year, month: 0).startOfFirstWeek { return year - 1 }
        return milliseconds >= Month(year: year + 1, month: 0).startOfFirstWeek ? year + 1 : year
    }

    /// The month that the week of the month belongs to, 1 to 12.
    var weekMonth: Double {
        let month = Month(year: year, month: month - 1)
        if milliseconds < month.startOfFirstWeek { return month.adding(-1).month + 1 }
        return milliseconds >= month.adding(1).startOfFirstWeek ? month.adding(1).month + 1 : month.month + 1
    }
}
