#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Numbers in English words: `one thousand and one`, `twenty-third`.
enum EnglishNumber {
    private static let small = [
        "Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve", "Thirteen",
        "Fourteen", "Fifteen", "Sixteen", "Seventeen", "Eighteen", "Nineteen",
    ]
    private static let smallOrdinals = [
        "Zeroth", "First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth", "Eleventh",
        "Twelfth", "Thirteenth", "Fourteenth", "Fifteenth", "Sixteenth", "Seventeenth", "Eighteenth", "Nineteenth",
    ]
    private static let tens = ["Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety", "Hundred"]
    private static let thousands: [(word: String, value: Double)] = [
        ("Thousand", 1e3), ("Million", 1e6), ("Billion", 1e9), ("Trillion", 1e12),
    ]

    /// The words of a whole number that is finite and not negative, each with a capital: `One Hundred and Twenty-Three`. Beyond
    /// trillions the greatest word repeats: `One Billion Trillion`.
    static func words(_ value: Double, isOrdinal: Bool) -> String {
        var text = ""
        append(value, to: &text, isContinued: false, isOrdinal: isOrdinal)
        return text
    }

    /// Appends a number, with what joins it to greater parts before it. It calls itself with the number of trillions, so 26 times
    /// at most.
    private static func append(_ value: Double, to text: inout String, isContinued: Bool, isOrdinal: Bool) {
        switch value {
        case ..<20:
            if isContinued { text += " and " }
            text += (isOrdinal ? smallOrdinals : small)[Int(value)]
        case ..<100:
            if isContinued { text += " and " }
            appendTens(Int(value), to: &text, isOrdinal: isOrdinal)
        case ..<1000:
            if isContinued { text += ", " }
            text += small[Int(value) / 100] + " Hundred"
            append(rest: Double(Int(value) % 100), to: &text, isOrdinal: isOrdinal)
        default:
            if isContinued { text += ", " }
            let unit = thousands.last { $0.value <= value } ?? thousands[0]
            let count = (value / unit.value).rounded(.down)
            append(count, to: &text, isContinued: false, isOrdinal: false)
            text += " " + unit.word
            append(rest: value - count * unit.value, to: &text, isOrdinal: isOrdinal)
        }
    }

    private static func appendTens(_ value: Int, to text: inout String, isOrdinal: Bool) {
        text += tens[value / 10 - 2]
        if value % 10 > 0 {
            text += "-" + (isOrdinal ? smallOrdinals : small)[value % 10]
        } else if isOrdinal {
            text.removeLast()
            text += "ieth"
        }
    }

    /// Appends what remains below a word; an ordinal ends where nothing does.
    private static func append(rest: Double, to text: inout String, isOrdinal: Bool) {
        if rest > 0 {
            append(rest, to: &text, isContinued: true, isOrdinal: isOrdinal)
        } else if isOrdinal {
            text += "th"
        }
    }

    /// The number that words in lower case amount to; NaN where one is unknown.
    ///
    /// Words are parted by white space, a comma before it, hyphens, backslashes, or `and` between white space.
    static func value(of text: CodeUnits) -> Double {
        // Numbers below a hundred are added, greater words multiply what stands before them.
        var sum = 0.0
        var top = 0.0
        forEachWord(of: text) { word in
            guard let value = values[word.text] else {
                top = .nan
                return
            }
            if value >= 100 {
                top *= value
            } else if top >= 1000 {
                sum += top
                top = value
            } else {
                top += value
            }
        }
        return sum + top
    }

    private static func forEachWord(of text: CodeUnits, _ body: (CodeUnits) -> Void) {
        var start = 0
        var index = 0
        while index < text.count {
            let length = separatorLength(at: index, of: text)
            if length == 0 {
                index += 1
                continue
            }
            body(CodeUnits(text[start..<index]))
            index += length
            start = index
        }
        body(CodeUnits(text[start...]))
    }

    private static let and = CodeUnits("and".utf16)

    private static func separatorLength(at index: Int, of text: CodeUnits) -> Int {
        let unit = text[index]
        if unit == .comma, index + 1 < text.count, text[index + 1].isWhiteSpace { return 2 }
        if unit.isWhiteSpace {
            let isAnd = index + 4 < text.count && text[(index + 1)...].starts(with: and) && text[index + 4].isWhiteSpace
            return isAnd ? 5 : 1
        }
        return unit == .minus || unit == 0x5C ? 1 : 0
    }

    /// The words and what they are worth, in the order in which they are tried on a text.
    private static let table: [(word: String, value: Double)] = {
        var table: [(String, Double)] = []
        for words in [small, smallOrdinals] {
            for (value, word) in words.enumerated() { table.append((word.lowercased(), Double(value))) }
        }
        for (index, word) in tens.enumerated() {
            let word = word.lowercased()
            table.append((word, Double(index + 2) * 10))
            table.append((word.dropLast() + "ieth", Double(index + 2) * 10))
        }
        table.append(("hundredth", 100))
        for (word, value) in thousands {
            table.append((word.lowercased(), value))
            table.append((word.lowercased() + "th", value))
        }
        return table
    }()

    private static let values = Dictionary(table, uniquingKeysWith: { first, _ in first })

    /// What a text of words is put together from, in capitals and in the order in which it is tried.
    static let pieces: [CodeUnits] = (table.map(\.word) + ["and", "-", ",", " "]).map { CodeUnits($0.uppercased().utf16) }
}

/// Roman numerals.
enum RomanNumber {
    private static let numerals: [(value: Int, text: String)] = [
        (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"),
        (5, "v"), (4, "iv"), (1, "i"),
    ]

    /// The numerals of a number in lower case, nothing for 0; thousands are as many `m`.
    ///
    /// - Throws: an error without a code if that would be too many.
    static func numerals(_ value: Double) throws(JSONataError) -> String {
        if value.isNaN { return "" }
        try PictureLimit.check(width: value / 1000)
        var rest = Int(value)
        var text = ""
        for numeral in numerals {
            while rest >= numeral.value {
                text += numeral.text
                rest -= numeral.value
            }
        }
        return text
    }

    /// What numerals in capitals amount to; NaN where one is none. A lesser numeral before a greater one is taken away.
    static func value(of text: CodeUnits) -> Double {
        var sum = 0.0
        var greatest = 1.0
        for unit in text.reversed() {
            guard let value = value(of: unit) else { return .nan }
            if value < greatest {
                sum -= value
            } else {
                greatest = value
                sum += value
            }
        }
        return sum
    }

    static func value(of unit: UInt16) -> Double? {
        switch Unicode.Scalar(unit) {
        case "M": 1000
        case "D": 500
        case "C": 100
        case "L": 50
        case "X": 10
        case "V": 5
        case "I": 1
        default: nil
        }
    }
}

/// Numbers in letters, as columns of a spreadsheet are numbered: A to Z, then AA.
enum LetterNumber {
    /// The letters of a whole number, beginning with `first`; nothing for 0.
    ///
    /// - Throws: an error without a code if the number is infinite.
    static func letters(_ value: Double, first: Unicode.Scalar) throws(JSONataError) -> String {
        try PictureLimit.check(width: value.isInfinite ? value : 0)
        var rest = value
        var letters: [UInt8] = []
        while rest > 0 {
            letters.append(UInt8(first.value) + UInt8((rest - 1).truncatingRemainder(dividingBy: 26)))
            rest = ((rest - 1) / 26).rounded(.down)
        }
        return String(decoding: letters.reversed(), as: UTF8.self)
    }

    /// What letters amount to; other characters count by their distance from `first`.
    static func value(of text: CodeUnits, first: Unicode.Scalar) -> Double {
        var value = 0.0
        for (place, unit) in text.reversed().enumerated() {
            value += (Double(unit) - Double(first.value) + 1) * pow(26, Double(place))
        }
        return value
    }
}
