import StatesJSON

/// Instants in ISO 8601, as `$fromMillis`, `$toMillis` and `$now` have them without a picture.
enum ISO8601 {
    static let picture = "[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]"

    /// The instant in UTC: `2018-03-23T10:33:36.617Z`; nil in a year without four digits.
    static func text(of millis: Double) -> String? {
        guard millis >= -62_167_219_200_000, millis < 253_402_300_800_000 else { return nil }
        let time = CivilTime(milliseconds: millis)
        return String(unsafeUninitializedCapacity: 24) { buffer in
            var count = 0
            func append(_ value: Double, digits: Int, then mark: Unicode.Scalar) {
                var rest = Int(value)
                for index in stride(from: count + digits - 1, through: count, by: -1) {
                    buffer[index] = 0x30 + UInt8(rest % 10)
                    rest /= 10
                }
                buffer[count + digits] = UInt8(ascii: mark)
                count += digits + 1
            }
            append(time.year, digits: 4, then: "-")
            append(time.month, digits: 2, then: "-")
            append(time.day, digits: 2, then: "T")
            append(time.hour, digits: 2, then: ":")
            append(time.minute, digits: 2, then: ":")
            append(time.second, digits: 2, then: ".")
            append(time.millisecond, digits: 3, then: "Z")
            return count
        }
    }

    /// The instant of a text: a year, perhaps with month and day, time, fraction and zone; without a zone it is UTC. Every month
    /// has 31 days, which run on into the next one. NaN where the text has the form of an instant and names none.
    ///
    /// - Throws: D3110 where it has not even that form.
    static func milliseconds(of text: String) throws(JSONataError) -> Double {
        var reader = ISO8601Reader(text)
        guard let parts = reader.parts() else {
            throw .make("D3110", value: .string(text))
        }
        return parts.milliseconds
    }
}

/// What a text in the form of ISO 8601 holds.
private struct ISO8601Parts {
    var year = 0
    /// Month and day, and any more that the form allows.
    var dateParts: [Int] = []
    var times: [(hour: Int, minute: Int, second: Int)] = []
    /// The digits after the point, or nil.
    var fraction: Substring.UTF8View?
    /// Hours and minutes from UTC with a sign, or nil for UTC.
    var offset: (sign: Int, hours: Int, minutes: Int)?

    /// The instant, or NaN. A fraction without a time stands for the part of the date that comes next, as it does for V8.
    var milliseconds: Double {
        var date = dateParts
        if times.isEmpty, let fraction {
            if date.count > 1 || fraction.count > 2 { return .nan }
            date.append(fraction.reduce(0) { $0 * 10 + Int($1 - 0x30) })
        }
        guard date.count <= 2, times.count <= 1, times.count == 1 || offset == nil else { return .nan }
        let month = date.first ?? 1
        let day = date.dropFirst().first ?? 1
        guard 1...12 ~= month, 1...31 ~= day, let time else { return .nan }
        let days = CivilTime.daysSinceEpoch(year: year, month: month) + day - 1
        return Double(days * 86_400_000 + time)
    }

    /// Milliseconds of the day, less the offset; nil where there is no such time.
    private var time: Int? {
        guard let (hour, minute, second) = times.first else { return 0 }
        let digits = fraction.map { $0.prefix(3) }
        var millisecond = digits?.reduce(0) { $0 * 10 + Int($1 - 0x30) } ?? 0
        for _ in (digits?.count ?? 3)..<3 { millisecond *= 10 }
        let isMidnight = hour == 24 && minute == 0 && second == 0 && fraction?.allSatisfy { $0 == 0x30 } ?? true
        guard hour < 24 || isMidnight else { return nil }
        var minutes = hour * 60 + minute
        if let offset {
            guard offset.hours < 24 else { return nil }
            minutes -= offset.sign * (offset.hours * 60 + offset.minutes)
        }
        return minutes * 60_000 + second * 1000 + millisecond
    }
}

private struct ISO8601Reader {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = Substring(text).utf8 }

    /// The parts of the text, or nil where its form is not that which the reference implementation's expression admits.
    mutating func parts() -> ISO8601Parts? {
        guard let year = number(digits: 4, firstUpTo: 9) else { return nil }
        var parts = ISO8601Parts(year: year)
        while let month = dashed(firstUpTo: 1) { parts.add(datePart: month) }
        while let day = dashed(firstUpTo: 3) { parts.add(datePart: day) }
        while let time = time() { parts.add(time: time) }
        if rest.first == UInt8(ascii: "."), rest.dropFirst().first.map({ $0 &- 0x30 < 10 }) == true {
            rest.removeFirst()
            parts.fraction = rest.prefix { $0 &- 0x30 < 10 }
            rest = rest.drop { $0 &- 0x30 < 10 }
        }
        if !take("Z") { parts.offset = offset() }
        return rest.isEmpty ? parts : nil
    }

    private mutating func dashed(firstUpTo limit: UInt8) -> Int? {
        // At the end of a text this may be an offset instead.
        var reader = self
        if reader.offset() != nil, reader.rest.isEmpty { return nil }
        return attempt { reader in reader.take("-") ? reader.number(digits: 2, firstUpTo: limit) : nil }
    }

    private mutating func time() -> (hour: Int, minute: Int, second: Int)? {
        attempt { reader in
            guard reader.take("T"), let hour = reader.number(digits: 2, firstUpTo: 2), reader.take(":"),
                let minute = reader.number(digits: 2, firstUpTo: 5), reader.take(":"),
                let second = reader.number(digits: 2, firstUpTo: 5)
            else { return nil }
            return (hour, minute, second)
        }
    }

    private mutating func offset() -> (sign: Int, hours: Int, minutes: Int)? {
        attempt { reader in
            let isNegative = reader.take("-")
            guard isNegative || reader.take("+"), let hours = reader.number(digits: 2, firstUpTo: 2) else { return nil }
            _ = reader.take(":")
            guard let minutes = reader.number(digits: 2, firstUpTo: 5) else { return nil }
            return (isNegative ? -1 : 1, hours, minutes)
        }
    }

    /// Reads something, or nothing at all.
    private mutating func attempt<Result>(_ read: (inout Self) -> Result?) -> Result? {
        var reader = self
        guard let result = read(&reader) else { return nil }
        self = reader
        return result
    }

    private mutating func take(_ mark: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: mark) else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func number(digits: Int, firstUpTo limit: UInt8) -> Int? {
        var value = 0
        for place in 0..<digits {
            guard let byte = rest.first, byte &- 0x30 <= (place == 0 ? limit : 9) else { return nil }
            value = value * 10 + Int(byte - 0x30)
            rest.removeFirst()
        }
        return value
    }
}

extension ISO8601Parts {
    /// More than three of either are as wrong as three, and need not be kept.
    fileprivate mutating func add(datePart: Int) { if dateParts.count < 3 { dateParts.append(datePart) } }

    fileprivate mutating func add(time: (hour: Int, minute: Int, second: Int)) { if times.count < 2 { times.append(time) } }
}
