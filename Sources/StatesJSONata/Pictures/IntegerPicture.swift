import StatesJSON

/// A picture of `$formatInteger` and `$parseInteger`, which dates use for their parts as well: `#,##0`, `w;o`, `I`, `a`.
///
/// The rules are those of XPath's `format-integer` as the reference implementation has them.
struct IntegerPicture {
    /// In what a number is written.
    enum Notation {
        case letters
        case roman
        case words
        case decimal
        /// A numbering that nobody knows.
        case sequence(String)
    }

    enum LetterCase {
        case upper
        case lower
        case title
    }

    /// A character between digits and how many digits stand to its right.
    struct Separator {
        var position: Int
        var character: CodeUnits
    }

    enum Grouping {
        /// The same character after every so many digits.
        case regular(Separator)
        /// Separators where the picture has them, the rightmost first.
        case places([Separator])
    }

    var notation = Notation.decimal
    var letterCase = LetterCase.lower
    var isOrdinal = false
    /// The least number of digits; NaN where it comes from a width that is no number.
    var mandatoryDigits = 0.0
    var optionalDigits = 0.0
    var grouping = Grouping.places([])
    /// The character that stands for zero.
    var zero: Unicode.Scalar = "0"

    var isDecimal: Bool {
        if case .decimal = notation { true } else { false }
    }

    /// Formats a number, rounded down, as `$formatInteger` does.
    ///
    /// - Throws: D3130 for a numbering that nobody knows, D3131 for digits of different scripts, and errors without a code for what
    ///   is too long.
    static func format(_ value: Double, picture: String) throws(JSONataError) -> String {
        try IntegerPicture(PictureLimit.units(of: picture)).format(value.rounded(.down))
    }

    /// Reads a number as `$parseInteger` does; NaN where the text is none.
    ///
    /// - Throws: D3130 and D3131 as above, and an error without a code where a text has no such digits.
    static func parse(_ text: String, picture: String) throws(JSONataError) -> Double {
        try IntegerPicture(PictureLimit.units(of: picture)).parse(CodeUnits(text.utf16))
    }
}

// MARK: - Reading the picture

extension IntegerPicture {
    /// Reads a picture: how a number is written and, after the last semicolon, `o` for an ordinal number.
    ///
    /// - Throws: D3131 for digits of different scripts.
    init(_ picture: CodeUnits) throws(JSONataError) {
        var primary = picture
        if let semicolon = picture.lastIndex(of: CodeUnits.ascii(";")) {
            primary = CodeUnits(picture[..<semicolon])
            isOrdinal = picture.dropFirst(semicolon + 1).first == CodeUnits.ascii("o")
        }
        let text = primary.text
        switch text {
        case "A", "a":
            notation = .letters
            letterCase = text == "A" ? .upper : .lower
        case "I", "i":
            notation = .roman
            letterCase = text == "I" ? .upper : .lower
        case "W", "w", "Ww":
            notation = .words
            letterCase = text == "W" ? .upper : text == "w" ? .lower : .title
        default:
            try readDigits(text)
        }
    }

    private mutating func readDigits(_ text: String) throws(JSONataError) {
        var zero: Unicode.Scalar?
        var mandatory = 0
        var optional = 0
        var separators: [Separator] = []
        for scalar in text.unicodeScalars.reversed() {
            if let family = DigitFamily.zero(of: scalar) {
                if let zero, zero != family {
                    throw .make("D3131")
                }
                zero = family
                mandatory += 1
            } else if scalar == "#" {
                optional += 1
            } else {
                separators.append(Separator(position: mandatory + optional, character: CodeUnits(String(scalar).utf16)))
            }
        }
        guard let zero else {
            notation = .sequence(text)
            return
        }
        self.zero = zero
        mandatoryDigits = Double(mandatory)
        optionalDigits = Double(optional)
        grouping = Grouping(separators)
    }
}

extension IntegerPicture.Grouping {
    /// Whether the separators, the rightmost first, are one character at equal distances.
    init(_ separators: [IntegerPicture.Separator]) {
        self = .places(separators)
        guard let first = separators.first, separators.allSatisfy({ $0.character == first.character }) else { return }
        let distance = Self.distance(of: separators.map(\.position))
        if distance > 0 { self = .regular(.init(position: distance, character: first.character)) }
    }

    /// The distance of positions that are 1, 2, 3 … times as much, or 0.
    static func distance(of positions: [Int]) -> Int {
        guard var factor = positions.first else { return 0 }
        for position in positions.dropFirst() {
            var rest = position
            while rest != 0 { (factor, rest) = (rest, factor % rest) }
        }
        let known = Set(positions)
        return (1...positions.count).allSatisfy { known.contains($0 * factor) } ? factor : 0
    }
}

/// The decimal digits of the world's scripts.
private enum DigitFamily {
    private static let zeros: [UInt32] = [
        0x30, 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6, 0x0E50,
        0x0ED0,
        0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0,
        0xA900,
        0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10,
    ]

    /// The zero of the script that a digit is from, or nil.
    static func zero(of scalar: Unicode.Scalar) -> Unicode.Scalar? {
        if scalar.value < 0x80 { return scalar.value &- 0x30 < 10 ? "0" : nil }
        return zeros.first { $0...($0 + 9) ~= scalar.value }.flatMap(Unicode.Scalar.init)
    }
}

// MARK: - Writing numbers

extension IntegerPicture {
    /// The text of a number, which is whole wherever the reference implementation has it whole.
    func format(_ value: Double) throws(JSONataError) -> String {
        let text = try formatMagnitude(value.magnitude)
        return value < 0 ? "-" + text : text
    }

    private func formatMagnitude(_ value: Double) throws(JSONataError) -> String {
        switch notation {
        case .letters: return try LetterNumber.letters(value, first: letterCase == .upper ? "A" : "a")
        case .roman:
            let text = try RomanNumber.numerals(value)
            return letterCase == .upper ? text.uppercased() : text
        case .words:
            guard value.isFinite else { throw .limit("The number has no words") }
            let text = EnglishNumber.words(value.rounded(.down), isOrdinal: isOrdinal)
            return letterCase == .title ? text : letterCase == .upper ? text.uppercased() : text.lowercased()
        case .decimal: return try decimal(value)
        case .sequence(let token): throw unknownSequence(token)
        }
    }

    private func unknownSequence(_ token: String) -> JSONataError {
        .make("D3130", value: .string(token))
    }

    private func decimal(_ value: Double) throws(JSONataError) -> String {
        var digits = CodeUnits(NumberText.javaScript(value).utf16)
        let padding = mandatoryDigits - Double(digits.count)
        if padding > 0 {
            try PictureLimit.check(width: mandatoryDigits)
            digits.insert(contentsOf: repeatElement(.zero, count: Int(padding)), at: 0)
        }
        if zero != "0" { digits = digits.map { $0 &+ UInt16(zero.value - 0x30) } }
        switch grouping {
        case .regular(let separator): digits = grouped(digits, by: separator)
        case .places(let separators):
            for separator in separators.reversed() { digits.insert(separator.character, beforeLast: separator.position) }
        }
        if isOrdinal { digits += CodeUnits(ordinalSuffix(of: digits).utf16) }
        return digits.text
    }

    private func grouped(_ digits: CodeUnits, by separator: Separator) -> CodeUnits {
        var result: CodeUnits = []
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % separator.position == 0 { result += separator.character }
            result.append(digit)
        }
        return result
    }

    private func ordinalSuffix(of digits: CodeUnits) -> String {
        if digits.dropLast().last == CodeUnits.ascii("1") { return "th" }
        return switch digits.last {
        case CodeUnits.ascii("1"): "st"
        case CodeUnits.ascii("2"): "nd"
        case CodeUnits.ascii("3"): "rd"
        default: "th"
        }
    }
}

// MARK: - Reading numbers

extension IntegerPicture {
    /// The number that a text stands for; NaN where it stands for none.
    func parse(_ text: CodeUnits) throws(JSONataError) -> Double {
        switch notation {
        case .letters: LetterNumber.value(of: text, first: letterCase == .upper ? "A" : "a")
        case .roman: RomanNumber.value(of: letterCase == .upper ? text : CodeUnits(text.text.uppercased().utf16))
        case .words: EnglishNumber.value(of: CodeUnits(text.text.lowercased().utf16))
        case .decimal: try parseDecimal(text)
        case .sequence(let token): throw unknownSequence(token)
        }
    }

    /// Refuses a notation in which nothing can be read.
    func checkNotation() throws(JSONataError) {
        if case .sequence(let token) = notation { throw unknownSequence(token) }
    }

    private func parseDecimal(_ text: CodeUnits) throws(JSONataError) -> Double {
        var digits = isOrdinal ? CodeUnits(text.dropLast(2)) : text
        switch grouping {
        // Whatever separates the digits, only commas are left out here.
        case .regular: digits.removeAll { $0 == .comma }
        case .places(let separators):
            let characters = Set(separators.map(\.character))
            digits = String(decoding: digits, as: UTF16.self).unicodeScalars.reduce(into: []) { kept, scalar in
                let units = UTF16.encode(scalar).map(CodeUnits.init) ?? []
                if !characters.contains(units) { kept += units }
            }
        }
        if zero != "0" {
            let distance = UInt16(zero.value - 0x30)
            if let alien = digits.first(where: { $0 < distance }) {
                throw .limit("Invalid code point \(Int(alien) - Int(distance))")
            }
            digits = digits.map { $0 - distance }
        }
        return digits.leadingInteger
    }
}
