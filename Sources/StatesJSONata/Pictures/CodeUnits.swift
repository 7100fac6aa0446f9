/// Text as JavaScript sees it: UTF-16 code units, counted and cut one by one.
///
/// Pictures are defined in the reference implementation by positions in such text, so they are here too.
typealias CodeUnits = [UInt16]

extension CodeUnits {
    /// The code units of an ASCII character.
    static func ascii(_ character: Unicode.Scalar) -> UInt16 { UInt16(truncatingIfNeeded: character.value) }

    /// The text; half a surrogate pair becomes the replacement character.
    var text: String { String(decoding: self, as: UTF16.self) }

    /// Where `part` first begins at `start` or later, or nil. Nothing is found at once, as in JavaScript.
    func firstIndex(of part: CodeUnits, from start: Int = 0) -> Int? {
        var index = Swift.min(start, count)
        while index + part.count <= count {
            if self[index..<(index + part.count)].elementsEqual(part) { return index }
            index += 1
        }
        return nil
    }

    /// Where `part` last begins, or nil.
    func lastIndex(of part: CodeUnits) -> Int? {
        var index = count - part.count
        while index >= 0 {
            if self[index..<(index + part.count)].elementsEqual(part) { return index }
            index -= 1
        }
        return nil
    }

    /// The parts between occurrences of a separator, at least one; an empty separator stands between any two code units.
    func split(by separator: CodeUnits) -> [CodeUnits] {
        if separator.isEmpty { return isEmpty ? [[]] : map { [$0] } }
        var parts: [CodeUnits] = []
        var start = 0
        while let index = firstIndex(of: separator, from: start) {
            parts.append(CodeUnits(self[start..<index]))
            start = index + separator.count
        }
        parts.append(CodeUnits(self[start...]))
        return parts
    }

    /// Puts a separator before the last `distance` code units.
    ///
    /// Where there are fewer, the separator comes first, and as in the reference implementation only as many code units follow as
    /// were missing.
    mutating func insert(_ separator: CodeUnits, beforeLast distance: Int) {
        let position = count - distance
        if position < 0 { removeFirst(Swift.max(0, count + position)) }
        insert(contentsOf: separator, at: Swift.max(0, position))
    }

    /// The number at the front as `parseInt` reads it: white space, a sign, `0x` and hexadecimal or decimal digits; NaN without a
    /// digit.
    var leadingInteger: Double {
        var index = firstIndex { !$0.isWhiteSpace } ?? count
        var isNegative = false
        if index < count, self[index] == .minus || self[index] == .plus {
            isNegative = self[index] == .minus
            index += 1
        }
        let isHexadecimal = index + 1 < count && self[index] == .zero && self[index + 1] | 0x20 == Self.ascii("x")
        let magnitude = isHexadecimal ? hexadecimal(from: index + 2) : decimal(from: index)
        return isNegative ? -magnitude : magnitude
    }

    private func hexadecimal(from start: Int) -> Double {
        let digits = self[start...].prefix { $0.hexadecimalValue != nil }
        if digits.isEmpty { return .nan }
        return digits.reduce(0) { $0 * 16 + Double($1.hexadecimalValue ?? 0) }
    }

    private func decimal(from start: Int) -> Double {
        let digits = self[start...].prefix { $0.isDigit }
        if digits.isEmpty { return .nan }
        if digits.count <= 15 { return Double(digits.reduce(0) { $0 * 10 + Int64($1 - .zero) }) }
        let significant = digits.drop { $0 == .zero }
        // No double has so many digits.
        if significant.count > 310 { return .infinity }
        return significant.isEmpty ? 0 : Double(String(decoding: significant, as: UTF16.self)) ?? .infinity
    }
}

extension UInt16 {
    static let zero: UInt16 = 0x30
    static let plus: UInt16 = 0x2B
    static let comma: UInt16 = 0x2C
    static let minus: UInt16 = 0x2D
    static let point: UInt16 = 0x2E
    static let openBracket: UInt16 = 0x5B
    static let closeBracket: UInt16 = 0x5D

    /// Whether this is one of the ASCII digits.
    var isDigit: Bool { self &- 0x30 < 10 }

    /// Whether this is an ASCII letter.
    var isLetter: Bool { (self | 0x20) &- 0x61 < 26 }

    fileprivate var hexadecimalValue: Int? {
        if isDigit { return Int(self - 0x30) }
        let letter = self | 0x20
        return letter >= 0x61 && letter <= 0x66 ? Int(letter - 0x61 + 10) : nil
    }

    /// Whether JavaScript's `\s` matches it.
    var isWhiteSpace: Bool {
        switch self {
        case 0x09...0x0D, 0x20, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000, 0xFEFF: true
        default: false
        }
    }

    /// What JavaScript compares where case is ignored: the capital letter, where that is one code unit and not ASCII for something
    /// else.
    var caseFolded: UInt16 {
        if self < 0x80 { return self &- 0x61 < 26 ? self - 0x20 : self }
        guard let scalar = Unicode.Scalar(self) else { return self }
        let capital = scalar.properties.uppercaseMapping.utf16
        guard capital.count == 1, let unit = capital.first, unit >= 0x80 else { return self }
        return unit
    }
}
