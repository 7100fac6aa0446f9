import StatesJSON

/// A picture of `$fromMillis` and `$toMillis`: `[Y0001]-[M01]-[D01]`, `[FNn], [D1o] [MNn] [Y]`.
///
/// The rules are those of XPath's `format-dateTime` as the reference implementation has them.
struct DateTimePicture {
    /// Formats an instant as `$fromMillis` does, without a picture as ISO 8601. The time zone is a number of hours and minutes:
    /// `+0530`.
    ///
    /// - Throws: D3130 to D3135 for a picture that says nothing; an error without a code for what is too long.
    static func format(millis: Double, picture: String? = nil, timezone: String? = nil) throws(JSONataError) -> String {
        if picture == nil, timezone == nil, let text = ISO8601.text(of: millis) { return text }
        return try DateTimePicture(picture ?? ISO8601.picture).format(millis, zone: DateTimeZone(timezone))
    }

    /// Reads an instant as `$toMillis` does, without a picture as ISO 8601; nil where the text does not match the picture, NaN
    /// where it names no instant. What the picture leaves out before its first part is taken from `now`, in milliseconds since
    /// 1970.
    ///
    /// - Throws: D3110 for a text that is not ISO 8601, D3136 where the picture leaves out too much, and what `format` throws.
    static func parse(_ text: String, picture: String?, now: Int64) throws(JSONataError) -> Double? {
        var attempts = 0
        return try parse(text, picture: picture, now: now, attempts: &attempts)
    }

    /// Reads an instant and adds up how many attempts it took to match the text with the picture, which can be many more than there
    /// are characters.
    static func parse(_ text: String, picture: String?, now: Int64, attempts: inout Int) throws(JSONataError) -> Double? {
        guard let picture else { return try ISO8601.milliseconds(of: text) }
        return try DateTimePicture(picture).parse(text, now: CivilTime(milliseconds: Double(now)), attempts: &attempts)
    }

    enum Part {
        case literal(CodeUnits)
        case marker(Marker)
    }

    /// What stands between brackets.
    struct Marker {
        /// The part of a date or time: `Y`, `M`, `D`.
        var component: UInt16
        var names: IntegerPicture.LetterCase?
        var integer: IntegerPicture?
        var isTraditional = false
        /// The greatest width, which may be NaN, or nil.
        var maximumWidth: Double?
        /// How many digits of a year are shown, or -1 for all of them.
        var yearDigits = -1.0
        /// Whether another number follows at once, so that reading must stop at the digits that the picture demands.
        var isFollowedByInteger = false
    }

    var parts: [Part] = []
}

// MARK: - Reading the picture

extension DateTimePicture {
    private init(_ picture: String) throws(JSONataError) {
        let picture = try PictureLimit.units(of: picture)
        var start = 0
        var index = 0
        while index < picture.count {
            guard picture[index] == .openBracket else {
                index += 1
                continue
            }
            appendLiteral(picture[start..<index])
            if index + 1 < picture.count, picture[index + 1] == .openBracket {
                parts.append(.literal([.openBracket]))
                index += 2
            } else {
                guard let end = picture[index...].firstIndex(of: .closeBracket) else {
                    throw .make("D3135")
                }
                append(try Marker(picture[(index + 1)..<end].filter { !$0.isWhiteSpace }))
                index = end + 1
            }
            start = index
        }
        appendLiteral(picture[start...])
    }

    private mutating func append(_ marker: Marker) {
        if marker.isInteger, marker.names == nil, case .marker(var previous) = parts.last {
            previous.isFollowedByInteger = true
            parts[parts.count - 1] = .marker(previous)
        }
        parts.append(.marker(marker))
    }

    /// Two closing brackets stand for one.
    private mutating func appendLiteral(_ text: ArraySlice<UInt16>) {
        if text.isEmpty { return }
        var literal: CodeUnits = []
        var rest = text
        while let unit = rest.popFirst() {
            literal.append(unit)
            if unit == .closeBracket, rest.first == .closeBracket { rest.removeFirst() }
        }
        parts.append(.literal(literal))
    }
}

extension DateTimePicture.Marker {
    /// Reads a marker without its brackets and white space: a component, how it is presented, and after a comma its width.
    init(_ marker: CodeUnits) throws(JSONataError) {
        component = marker.first ?? 0
        var presentation = CodeUnits(marker.dropFirst())
        var minimumWidth: Double?
        if let comma = marker.lastIndex(of: .comma) {
            // A comma in place of the component counts as its presentation.
            presentation = comma == 0 ? [.comma] : CodeUnits(marker[1..<comma])
            (minimumWidth, maximumWidth) = Self.widths(marker[(comma + 1)...])
        }
        var modifier: UInt16?
        if presentation.isEmpty {
            guard let standard = Self.standardPresentation(of: component) else {
                let name = marker.isEmpty ? "" : CodeUnits([component]).text
                throw .make("D3132", value: .string(name))
            }
            presentation = CodeUnits(standard.utf16)
        } else if presentation.count > 1, let last = presentation.last, "atco".utf16.contains(last) {
            modifier = last
            presentation.removeLast()
        }
        isTraditional = modifier == CodeUnits.ascii("t")
        try setPresentation(presentation, modifier: modifier, minimumWidth: minimumWidth)
    }

    private static func widths(_ text: ArraySlice<UInt16>) -> (minimum: Double?, maximum: Double?) {
        func width(_ text: ArraySlice<UInt16>) -> Double? {
            text.elementsEqual([CodeUnits.ascii("*")]) ? nil : CodeUnits(text).leadingInteger
        }
        guard let dash = text.firstIndex(of: .minus) else { return (width(text), nil) }
        return (width(text[..<dash]), width(text[(dash + 1)...]))
    }

    private static func standardPresentation(of component: UInt16) -> String? {
        switch Unicode.Scalar(component) {
        case "Y", "M", "D", "d", "W", "w", "X", "x", "H", "h", "f": "1"
        case "F", "P", "C", "E": "n"
        case "m", "s": "01"
        case "Z", "z": "01:01"
        default: nil
        }
    }

    private mutating func setPresentation(_ presentation: CodeUnits, modifier: UInt16?, minimumWidth: Double?) throws(JSONataError)
    {
        if presentation.first == CodeUnits.ascii("n") {
            names = .lower
        } else if presentation.first == CodeUnits.ascii("N") {
            names = presentation.dropFirst().first == CodeUnits.ascii("n") ? .title : .upper
        } else if isInteger {
            var integer = try IntegerPicture(modifier.map { presentation + [CodeUnits.ascii(";"), $0] } ?? presentation)
            if let minimumWidth, integer.mandatoryDigits < minimumWidth { integer.mandatoryDigits = minimumWidth }
            if shows("Y") { setYear(&integer) }
            self.integer = integer
        }
        if isZone { integer = try IntegerPicture(presentation) }
    }

    /// A year is cut to as many digits as the picture has, if it has two or more.
    private mutating func setYear(_ integer: inout IntegerPicture) {
        if let maximumWidth {
            yearDigits = maximumWidth
            integer.mandatoryDigits = maximumWidth
        } else if integer.isDecimal, integer.mandatoryDigits + integer.optionalDigits >= 2 {
            yearDigits = integer.mandatoryDigits + integer.optionalDigits
        }
    }

    func shows(_ letter: Unicode.Scalar) -> Bool { component == CodeUnits.ascii(letter) }

    var isZone: Bool { shows("Z") || shows("z") }

    /// Whether the component is a number.
    var isInteger: Bool { "YMDdFWwXxHhmsf".utf16.contains(component) }

    var noNames: JSONataError {
        .make("D3133", value: .string(CodeUnits([component]).text))
    }
}

/// Names of days and months.
enum CalendarName {
    static let days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
    ]
}
