#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// How far a time zone is from UTC.
struct DateTimeZone {
    /// Hours rounded down, so that the minutes of a negative offset point further back, as the reference implementation has them.
    var hours = 0.0
    var minutes = 0.0

    /// Reads a number such as `+0530` or `-0800`; NaN where the text is none.
    init(_ text: String?) {
        guard let text else { return }
        let offset = CodeUnits(text.utf16).leadingInteger
        hours = (offset / 100).rounded(.down)
        minutes = offset.truncatingRemainder(dividingBy: 100)
    }

    /// Hours and minutes as one number: 530.
    var number: Double { hours * 100 + minutes }
    var milliseconds: Double { (hours * 60 + minutes) * 60_000 }
}

extension DateTimePicture {
    func format(_ millis: Double, zone: DateTimeZone) throws(JSONataError) -> String {
        let time = CivilTime(milliseconds: millis + zone.milliseconds)
        var text = ""
        for part in parts {
            switch part {
            case .literal(let literal): text += literal.text
            case .marker(let marker): text += try marker.format(time, zone: zone)
            }
        }
        return text
    }
}

extension CivilTime {
    /// The value of a component; nil for one that is no number.
    func value(of component: UInt16) -> Double? {
        switch Unicode.Scalar(component) {
        case "Y": year
        case "M": month
        case "D": day
        case "d": dayOfYear
        case "F": weekday
        case "W": weekOfYear
        case "w": weekOfMonth
        case "X": weekYear
        case "x": weekMonth
        case "H": hour
        case "h": hour.truncatingRemainder(dividingBy: 12) == 0 ? 12 : hour.truncatingRemainder(dividingBy: 12)
        case "m": minute
        case "s": second
        case "f": millisecond
        default: nil
        }
    }
}

extension DateTimePicture.Marker {
    fileprivate func format(_ time: CivilTime, zone: DateTimeZone) throws(JSONataError) -> String {
        if isZone { return try format(zone) }
        if let value = time.value(of: component) {
            if let names { return try name(of: value, in: names) }
            guard let integer else { throw noNames }
            return try integer.format(
                shows("Y") && yearDigits != -1 ? value.truncatingRemainder(dividingBy: pow(10, yearDigits)) : value)
        }
        if shows("P") {
            let half = time.hour >= 12 ? "pm" : "am"
            return names == .upper ? half.uppercased() : half
        }
        // Any other letter with a presentation of its own has no value.
        return shows("C") || shows("E") ? "ISO" : "undefined"
    }

    private func name(of value: Double, in letterCase: IntegerPicture.LetterCase) throws(JSONataError) -> String {
        let names: [String]
        if shows("M") || shows("x") {
            names = CalendarName.months
        } else if shows("F") {
            names = CalendarName.days
        } else {
            throw noNames
        }
        guard !value.isNaN else {
            // The reference implementation prints this too, where it does not break down.
            if letterCase == .title, maximumWidth == nil { return "undefined" }
            throw .limit("The instant is beyond the range of dates")
        }
        var name = names[Int(value) - 1]
        switch letterCase {
        case .upper: name = name.uppercased()
        case .lower: name = name.lowercased()
        case .title: break
        }
        guard let maximumWidth, Double(name.utf8.count) > maximumWidth else { return name }
        return String(name.prefix(Int(max(0, maximumWidth))))
    }

    private func format(_ zone: DateTimeZone) throws(JSONataError) -> String {
        guard let integer else { return "" }
        if zone.number == 0, isTraditional {
            // The picture is tried nevertheless, so that it fails in every zone or in none.
            _ = try offset(of: zone, in: integer)
            return "Z"
        }
        return (shows("z") ? "GMT" : "") + (zone.number >= 0 ? "+" : "") + (try offset(of: zone, in: integer))
    }

    private func offset(of zone: DateTimeZone, in integer: IntegerPicture) throws(JSONataError) -> String {
        if integer.isDecimal {
            if case .regular = integer.grouping { return try integer.format(zone.number) }
            switch integer.mandatoryDigits {
            case 1, 2:
                let hours = try integer.format(zone.hours)
                return zone.minutes == 0 ? hours : hours + ":" + (try IntegerPicture.format(zone.minutes, picture: "00"))
            case 3, 4: return try integer.format(zone.number)
            default: break
            }
        }
        throw .make("D3134")
    }
}
