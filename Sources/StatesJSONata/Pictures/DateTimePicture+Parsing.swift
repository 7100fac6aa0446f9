extension DateTimePicture {
    /// The instant that a text names; nil where it does not match the picture or the picture has no parts.
    func parse(_ text: String, now: CivilTime, attempts: inout Int) throws(JSONataError) -> Double? {
        var matcher = try PictureMatcher(parts)
        guard text.utf8.count <= PictureLimit.text else { throw .limit("The text is too long for a date/time picture string") }
        defer { attempts += matcher.attempts }
        guard let values = try matcher.match(CodeUnits(text.utf16)), !values.isEmpty else { return nil }
        return try TimestampParts(values).milliseconds(now: now)
    }
}

// MARK: - Matching

/// Finds the parts of a text that a picture describes.
///
/// It goes as an expression of JavaScript with one group for each part would go, and finds the same groups: each part takes as much
/// as it can, and less where the rest would not match. What cannot match from somewhere on is remembered, so the work is bounded by
/// the number of parts times the lengths they can have.
private struct PictureMatcher {
    private enum Piece {
        case literal(CodeUnits)
        /// Digits: as many as there are, or an exact number; then perhaps the letters of an ordinal number.
        case digits(count: Double?, isOrdinal: Bool)
        /// One or more of these, or of their small letters.
        case letters(isRoman: Bool)
        case words
        /// `GMT` perhaps, a sign, digits, and perhaps a separator and more digits.
        case offset(hasName: Bool, separator: CodeUnits?)
    }

    /// What is looked for, and what is made of it. The weight is the cost of looking beyond that of a place in the text.
    private let pieces: [(piece: Piece, marker: DateTimePicture.Marker?, weight: Int)]
    private(set) var attempts = 0

    /// - Throws: D3130 for numbers that nobody can read, D3133 for names of what has none.
    init(_ parts: [DateTimePicture.Part]) throws(JSONataError) {
        var pieces: [(Piece, DateTimePicture.Marker?, Int)] = []
        for part in parts {
            switch part {
            case .literal(let text): pieces.append((.literal(text.map(\.caseFolded)), nil, text.count / 16))
            case .marker(let marker): pieces.append((try Self.piece(of: marker), marker, 0))
            }
        }
        self.pieces = pieces
    }

    private static func piece(of marker: DateTimePicture.Marker) throws(JSONataError) -> Piece {
        if marker.isZone {
            var separator: CodeUnits?
            if let integer = marker.integer, integer.isDecimal, case .regular(let regular) = integer.grouping {
                separator = regular.character.map(\.caseFolded)
            }
            return .offset(hasName: marker.shows("z"), separator: separator)
        }
        guard let integer = marker.integer else {
            guard marker.shows("M") || marker.shows("x") || marker.shows("F") || marker.shows("P") else { throw marker.noNames }
            return .letters(isRoman: false)
        }
        try integer.checkNotation()
        switch integer.notation {
        case .letters: return .letters(isRoman: false)
        case .roman: return .letters(isRoman: true)
        case .words: return .words
        case .decimal, .sequence:
            let count = marker.isFollowedByInteger && integer.mandatoryDigits > 0 ? integer.mandatoryDigits : nil
            return .digits(count: count, isOrdinal: integer.isOrdinal)
        }
    }

    /// The values of the components in the text, or nil where it does not match. A component without a known name is there without
    /// a value; of two of the same the last one counts.
    mutating func match(_ text: CodeUnits) throws(JSONataError) -> [UInt16: Double?]? {
        guard let ends = try ends(in: text.map(\.caseFolded)) else { return nil }
        var values: [UInt16: Double?] = [:]
        var start = 0
        for (index, end) in ends.enumerated() {
            if let marker = pieces[index].marker {
                values[marker.component] = .some(try marker.value(of: CodeUnits(text[start..<end])))
            }
            start = end
        }
        return values
    }

    /// Where each piece ends, or nil where the text does not match. The pieces are tried in a loop, not by recursion: a picture has
    /// many.
    private mutating func ends(in text: CodeUnits) throws(JSONataError) -> [Int]? {
        guard !pieces.isEmpty else { return text.isEmpty ? [] : nil }
        // The ends that are left to try for each piece up to the current one, the best last.
        var choices = [try choices(for: 0, at: 0, in: text)]
        var failed = Set<Int>()
        var ends: [Int] = []
        while !choices.isEmpty {
            guard let end = choices[choices.count - 1].popLast() else {
                choices.removeLast()
                if let start = ends.popLast() { failed.insert(start * (pieces.count + 1) + choices.count) }
                continue
            }
            let next = choices.count
            if next == pieces.count {
                if end == text.count { return ends + [end] }
                continue
            }
            // Nothing is tried twice from the same place.
            if failed.contains(end * (pieces.count + 1) + next) { continue }
            ends.append(end)
            choices.append(try self.choices(for: next, at: end, in: text))
        }
        return nil
    }

    /// Where a piece that begins at a place can end, in the order opposite to that in which the ends are tried.
    private mutating func choices(for index: Int, at start: Int, in text: CodeUnits) throws(JSONataError) -> [Int] {
        let choices: [Int]
        switch pieces[index].piece {
        case .literal(let literal): choices = text[start...].starts(with: literal) ? [start + literal.count] : []
        case .digits(let count, let isOrdinal): choices = digits(count, isOrdinal: isOrdinal, at: start, in: text)
        case .letters(let isRoman):
            let run = text[start...].prefix { isRoman ? RomanNumber.value(of: $0) != nil : $0.isLetter }
            choices = Array((start..<(start + run.count)).map { $0 + 1 })
        case .words: choices = words(at: start, in: text)
        case .offset(let hasName, let separator): choices = offsets(hasName: hasName, separator: separator, at: start, in: text)
        }
        attempts += 1 + choices.count + pieces[index].weight
        if attempts > PictureLimit.attempts { throw .limit("The text takes too long to match the date/time picture string") }
        return choices
    }

    private func digits(_ count: Double?, isOrdinal: Bool, at start: Int, in text: CodeUnits) -> [Int] {
        let run = text[start...].prefix { $0.isDigit }.count
        var ends: [Int] = []
        if let count {
            if count <= Double(run) { ends = [start + Int(count)] }
        } else {
            ends = (start..<(start + run)).map { $0 + 1 }
        }
        guard isOrdinal else { return ends }
        return ends.filter { end in Self.ordinalSuffixes.contains { text[end...].starts(with: $0) } }.map { $0 + 2 }
    }

    private static let ordinalSuffixes = ["TH", "ST", "ND", "RD"].map { CodeUnits($0.utf16) }

    /// The words are tried in a fixed order, each followed by as many more as there are, and a place that was reached by other
    /// words before is passed over.
    private mutating func words(at start: Int, in text: CodeUnits) -> [Int] {
        var ends: [Int] = []
        var reached: Set<Int> = [start]
        // The places to go on from, each with the next word to try.
        var path = [(place: start, word: 0)]
        while let (place, word) = path.last {
            guard word < EnglishNumber.pieces.count, attempts <= PictureLimit.attempts else {
                path.removeLast()
                if place > start { ends.append(place) }
                continue
            }
            path[path.count - 1].word += 1
            attempts += 1
            let piece = EnglishNumber.pieces[word]
            if text[place...].starts(with: piece), reached.insert(place + piece.count).inserted {
                path.append((place + piece.count, 0))
            }
        }
        return ends.reversed()
    }

    private func offsets(hasName: Bool, separator: CodeUnits?, at start: Int, in text: CodeUnits) -> [Int] {
        var place = start
        if hasName {
            guard text[place...].starts(with: Self.zoneName) else { return [] }
            place += 3
        }
        guard place < text.count, text[place] == .minus || text[place] == .plus else { return [] }
        place += 1
        let run = text[place...].prefix { $0.isDigit }.count
        guard let separator else { return (place..<(place + run)).map { $0 + 1 } }
        // No digit is a separator, so it can only stand behind all digits.
        guard run > 0, text[(place + run)...].starts(with: separator) else { return [] }
        place += run + separator.count
        let minutes = text[place...].prefix { $0.isDigit }.count
        return (place..<(place + minutes)).map { $0 + 1 }
    }

    private static let zoneName = CodeUnits("GMT".utf16)
}

extension DateTimePicture.Marker {
    /// The number that the text of this part stands for, minutes for a time zone; nil for a name that nobody knows.
    fileprivate func value(of text: CodeUnits) throws(JSONataError) -> Double? {
        if isZone { return zoneMinutes(of: text) }
        if let integer { return try integer.parse(text) }
        if shows("P") { return ["am": 0, "AM": 0, "pm": 1, "PM": 1][text.text] }
        let names = shows("F") ? CalendarName.days : CalendarName.months
        // A width of 0 or none at all leaves the names whole.
        let width = maximumWidth.flatMap { $0.isNaN || $0 == 0 ? nil : Int(max(0, min($0, 20))) }
        let name = text.text
        // Of names that are cut to the same letters, the last one is meant.
        let index = names.lastIndex { $0.prefix(width ?? 20) == name }
        return index.map { Double($0 + 1) }
    }

    private func zoneMinutes(of text: CodeUnits) -> Double {
        let text = CodeUnits(text.dropFirst(shows("z") ? 3 : 0))
        if let integer, integer.isDecimal, case .regular(let separator) = integer.grouping {
            let place = text.firstIndex(of: separator.character) ?? 0
            return CodeUnits(text[..<place]).leadingInteger * 60 + CodeUnits(text.dropFirst(place + 1)).leadingInteger
        }
        if text.count <= 3 { return text.leadingInteger * 60 }
        return CodeUnits(text[..<3]).leadingInteger * 60 + CodeUnits(text[3...]).leadingInteger
    }
}

// MARK: - From parts to an instant

/// The components that a text has given, and the rules by which the others are filled in.
///
/// A date is year, month and day or year and day of the year; dates by weeks are not supported. Components before the first given
/// one are those of the present, components after the last one are the least possible. Between them none may be missing.
private struct TimestampParts {
    private var values: [UInt16: Double?]

    init(_ values: [UInt16: Double?]) { self.values = values }

    private subscript(_ letter: Unicode.Scalar) -> Double? {
        get { values[CodeUnits.ascii(letter)] ?? nil }
        set { values[CodeUnits.ascii(letter)] = newValue }
    }

    /// A component counts in choosing the kind of date where it is neither missing nor zero.
    private func isGiven(_ letter: Unicode.Scalar) -> Bool { self[letter].map { $0 != 0 && !$0.isNaN } ?? false }

    /// Whether one of the components is given, and none of the others of a date or time.
    private func isKind(_ components: String, among all: String) -> Bool {
        let given = all.unicodeScalars.filter(isGiven)
        return !given.isEmpty && given.allSatisfy(components.unicodeScalars.contains)
    }

    /// - Throws: D3136 where a component between others is missing, or the date is one by weeks.
    func milliseconds(now: CivilTime) throws(JSONataError) -> Double {
        let dates = "YXMxWwdD"
        let isByDay = !isKind("YMD", among: dates) && isKind("Yd", among: dates)
        if isKind("Xxw", among: dates) || isKind("XW", among: dates) { throw Self.isUnderspecified }
        let isHalfDay = !isKind("Hmsf", among: "PHhmsf") && isKind("Phmsf", among: "PHhmsf")

        var parts = self
        try parts.fillIn((isByDay ? "YD" : "YMD") + (isHalfDay ? "Phmsf" : "Hmsf"), now: now)
        parts["M"] = parts["M"].map { $0 > 0 ? $0 - 1 : 0 } ?? 0
        if isByDay {
            let firstOfYear = CivilTime.milliseconds(year: parts["Y"] ?? .nan, month: 0)
            let date = CivilTime(milliseconds: firstOfYear + ((parts["d"] ?? .nan) - 1) * CivilTime.millisecondsOfDay)
            parts["M"] = date.month - 1
            parts["D"] = date.day
        }
        if isHalfDay {
            let hour = parts["h"] == 12 ? 0 : parts["h"] ?? .nan
            parts["H"] = parts["P"] == 1 ? hour + 12 : hour
        }
        let instant = CivilTime.milliseconds(
            year: parts["Y"] ?? .nan, month: parts["M"] ?? .nan, day: parts["D"] ?? .nan, hour: parts["H"] ?? .nan,
            minute: parts["m"] ?? .nan, second: parts["s"] ?? .nan, millisecond: parts["f"] ?? .nan)
        let offset = isGiven("Z") ? parts["Z"] : isGiven("z") ? parts["z"] : nil
        return instant - (offset ?? 0) * 60_000
    }

    private mutating func fillIn(_ components: String, now: CivilTime) throws(JSONataError) {
        var isInside = false
        var isBehind = false
        for letter in components.unicodeScalars {
            if self[letter] != nil {
                if isBehind { throw Self.isUnderspecified }
                isInside = true
            } else if isInside {
                self[letter] = letter == "M" || letter == "D" || letter == "d" ? 1 : 0
                isBehind = true
            } else {
                self[letter] = letter == "P" ? -1 : now.value(of: CodeUnits.ascii(letter)) ?? .nan
            }
        }
    }

    private static var isUnderspecified: JSONataError {
        .make("D3136")
    }
}
