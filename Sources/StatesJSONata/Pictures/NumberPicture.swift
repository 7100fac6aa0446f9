#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A picture of `$formatNumber`: `#,##0.00`, `00.000e0`, `0%;(0%)`.
///
/// The rules are those of XPath's `format-number` as the reference implementation has them.
struct NumberPicture {
    private var symbols: NumberSymbols
    private var positive: NumberSubpicture
    private var negative: NumberSubpicture

    /// Formats a number, as `$formatNumber` does. The options rename the characters of the picture: `decimal-separator` and its
    /// like.
    ///
    /// - Throws: D3080 to D3093 for a picture that says nothing; an error without a code for what is too long.
    static func format(_ value: Double, picture: String, options: [String: String] = [:]) throws(JSONataError) -> String {
        let symbols = try NumberSymbols(options)
        return try NumberPicture(PictureLimit.units(of: picture), symbols: symbols).format(value)
    }

    private init(_ picture: CodeUnits, symbols: NumberSymbols) throws(JSONataError) {
        let pictures = picture.split(by: symbols.patternSeparator)
        if pictures.count > 2 {
            throw .make("D3080")
        }
        self.symbols = symbols
        var subpictures: [NumberSubpicture] = []
        for picture in pictures { subpictures.append(try NumberSubpicture(picture, symbols: symbols)) }
        positive = subpictures[0]
        if subpictures.count == 2 {
            negative = subpictures[1]
        } else {
            negative = positive
            negative.prefix = symbols.minusSign + positive.prefix
        }
    }

    private func format(_ value: Double) throws(JSONataError) -> String {
        let subpicture = value >= 0 ? positive : negative
        let scaled = value * subpicture.factor
        if value.isInfinite, subpicture.exponentSize > 0 {
            // No mantissa is as great, and the reference implementation looks for one for ever.
            return (subpicture.prefix + symbols.infinity + subpicture.suffix).text
        }
        if subpicture.maximumFractionSize > 100 {
            throw .limit("The picture string asks for more than 100 decimals")
        }
        let (mantissa, exponent) = subpicture.split(scaled)
        var text = subpicture.digits(of: mantissa, symbols: symbols)
        if let exponent { text += subpicture.exponentText(exponent, symbols: symbols) }
        return (subpicture.prefix + text + subpicture.suffix).text
    }
}

/// The characters of a picture and of the number that comes of it.
private struct NumberSymbols {
    var decimalSeparator: CodeUnits
    var groupingSeparator: CodeUnits
    var exponentSeparator: CodeUnits
    var infinity: CodeUnits
    var minusSign: CodeUnits
    var percent: CodeUnits
    var perMille: CodeUnits
    var zeroDigit: CodeUnits
    var digit: CodeUnits
    var patternSeparator: CodeUnits

    init(_ options: [String: String]) throws(JSONataError) {
        func units(_ name: String, _ standard: String) throws(JSONataError) -> CodeUnits {
            try PictureLimit.units(of: options[name] ?? standard)
        }
        decimalSeparator = try units("decimal-separator", ".")
        groupingSeparator = try units("grouping-separator", ",")
        exponentSeparator = try units("exponent-separator", "e")
        infinity = try units("infinity", "Infinity")
        minusSign = try units("minus-sign", "-")
        percent = try units("percent", "%")
        perMille = try units("per-mille", "‰")
        zeroDigit = try units("zero-digit", "0")
        digit = try units("digit", "#")
        patternSeparator = try units("pattern-separator", ";")
    }

    /// Whether a character is one of the ten digits, which follow the zero.
    func isDigit(_ unit: UInt16) -> Bool { zeroDigit.first.map { unit &- $0 < 10 } ?? false }

    func isOptionalDigit(_ unit: UInt16) -> Bool { digit.count == 1 && digit[0] == unit }

    func isAnyDigit(_ unit: UInt16) -> Bool { isDigit(unit) || isOptionalDigit(unit) }

    func isExponentSeparator(_ unit: UInt16) -> Bool { exponentSeparator.count == 1 && exponentSeparator[0] == unit }

    /// Whether a character means something in a picture; percent and per mille signs do not, they stand before or behind.
    func isActive(_ unit: UInt16) -> Bool {
        if isAnyDigit(unit) || isExponentSeparator(unit) { return true }
        let single = CodeUnits([unit])
        return single == decimalSeparator || single == groupingSeparator || single == patternSeparator
    }
}

/// The parts of the text of a sub-picture.
private struct NumberPictureParts {
    var subpicture: CodeUnits
    var prefix: CodeUnits
    var suffix: CodeUnits
    var active: CodeUnits
    var mantissa: CodeUnits
    var exponent: CodeUnits?
    var integer: CodeUnits
    var fraction: CodeUnits

    init(_ subpicture: CodeUnits, symbols: NumberSymbols) {
        self.subpicture = subpicture
        func isCore(_ unit: UInt16) -> Bool { symbols.isActive(unit) && !symbols.isExponentSeparator(unit) }
        if let first = subpicture.firstIndex(where: isCore), let last = subpicture.lastIndex(where: isCore) {
            prefix = CodeUnits(subpicture[..<first])
            suffix = CodeUnits(subpicture[(last + 1)...])
            active = CodeUnits(subpicture[first...last])
        } else {
            // All of it is passive, and no number can be put there.
            (prefix, suffix, active) = ([], [], subpicture)
        }
        mantissa = active
        // As in the reference implementation, the place is counted from the front of the sub-picture and used within its active
        // part.
        if let place = subpicture.firstIndex(of: symbols.exponentSeparator, from: prefix.count),
            place <= subpicture.count - suffix.count
        {
            mantissa = CodeUnits(active.prefix(place))
            exponent = CodeUnits(active.dropFirst(place + 1))
        }
        if let point = mantissa.firstIndex(of: symbols.decimalSeparator) {
            integer = CodeUnits(mantissa[..<point])
            fraction = CodeUnits(mantissa.dropFirst(point + 1))
        } else {
            integer = mantissa
            fraction = suffix
        }
    }

    /// Checks the rules of XPath 4.7.3. Where several are broken, the last one is reported.
    func check(_ symbols: NumberSymbols) throws(JSONataError) {
        var fault: String?
        func require(_ isKept: Bool, _ code: String) {
            if !isKept { fault = code }
        }
        func isTwice(_ symbol: CodeUnits) -> Bool { subpicture.firstIndex(of: symbol) != subpicture.lastIndex(of: symbol) }
        let holdsPercent = subpicture.firstIndex(of: symbols.percent) != nil
        let holdsPerMille = subpicture.firstIndex(of: symbols.perMille) != nil

        require(!isTwice(symbols.decimalSeparator), "D3081")
        require(!isTwice(symbols.percent), "D3082")
        require(!isTwice(symbols.perMille), "D3083")
        require(!(holdsPercent && holdsPerMille), "D3084")
        require(mantissa.contains(where: symbols.isAnyDigit), "D3085")
        require(active.allSatisfy(symbols.isActive), "D3086")
        checkGrouping(symbols, require)
        checkOptionalDigits(symbols, require)
        if let exponent {
            require(exponent.isEmpty || !holdsPercent && !holdsPerMille, "D3092")
            require(!exponent.isEmpty && exponent.allSatisfy(symbols.isDigit), "D3093")
        }
        if let fault { throw .make(fault) }
    }

    private func checkGrouping(_ symbols: NumberSymbols, _ require: (Bool, String) -> Void) {
        func isSeparator(_ index: Int) -> Bool {
            subpicture.indices.contains(index)
                ? symbols.groupingSeparator == [subpicture[index]] : symbols.groupingSeparator.isEmpty
        }
        if let point = subpicture.firstIndex(of: symbols.decimalSeparator) {
            require(!isSeparator(point - 1) && !isSeparator(point + 1), "D3087")
        } else {
            require(integer.last.map { symbols.groupingSeparator != [$0] } ?? !symbols.groupingSeparator.isEmpty, "D3088")
        }
        require(subpicture.firstIndex(of: symbols.groupingSeparator + symbols.groupingSeparator) == nil, "D3089")
    }

    private func checkOptionalDigits(_ symbols: NumberSymbols, _ require: (Bool, String) -> Void) {
        if let optional = integer.firstIndex(of: symbols.digit) {
            require(!integer[..<optional].contains(where: symbols.isDigit), "D3090")
        }
        if let optional = fraction.lastIndex(of: symbols.digit) {
            require(!fraction[optional...].contains(where: symbols.isDigit), "D3091")
        }
    }
}

/// What a sub-picture asks of a number, as XPath 4.7.4 derives it.
private struct NumberSubpicture {
    var prefix: CodeUnits
    var suffix: CodeUnits
    /// What the number is multiplied by: 100 for percent, 1000 for per mille.
    private(set) var factor = 1.0
    /// How many digits stand to the right of each separator of the integer part, from the left.
    private var integerGroups: [Int]
    /// The distance of the separators, or 0.
    private var regularGroup: Int
    /// How many digits stand to the left of each separator of the fraction.
    private var fractionGroups: [Int]
    private var minimumIntegerSize: Int
    private var scale: Int
    private var minimumFractionSize: Int
    private(set) var maximumFractionSize: Int
    private(set) var exponentSize: Int
    private var hasDecimalSeparator: Bool

    init(_ picture: CodeUnits, symbols: NumberSymbols) throws(JSONataError) {
        let parts = NumberPictureParts(picture, symbols: symbols)
        try parts.check(symbols)
        prefix = parts.prefix
        suffix = parts.suffix
        if picture.firstIndex(of: symbols.percent) != nil {
            factor = 100
        } else if picture.firstIndex(of: symbols.perMille) != nil {
            factor = 1000
        }
        integerGroups = Self.groups(of: parts.integer, isFraction: false, continuedIn: parts.integer, symbols: symbols)
        regularGroup = IntegerPicture.Grouping.distance(of: integerGroups)
        fractionGroups = Self.groups(of: parts.fraction, isFraction: true, continuedIn: parts.integer, symbols: symbols)
        scale = parts.integer.count(where: symbols.isDigit)
        minimumIntegerSize = scale
        minimumFractionSize = parts.fraction.count(where: symbols.isDigit)
        maximumFractionSize = parts.fraction.count(where: symbols.isAnyDigit)
        exponentSize = parts.exponent?.count(where: symbols.isDigit) ?? 0
        hasDecimalSeparator = picture.firstIndex(of: symbols.decimalSeparator) != nil
        let hasExponent = parts.exponent != nil
        if minimumIntegerSize == 0, maximumFractionSize == 0 {
            if hasExponent {
                minimumFractionSize = 1
                maximumFractionSize = 1
            } else {
                minimumIntegerSize = 1
            }
        }
        if hasExponent, minimumIntegerSize == 0, parts.integer.firstIndex(of: symbols.digit) != nil { minimumIntegerSize = 1 }
        if minimumIntegerSize == 0, minimumFractionSize == 0 { minimumFractionSize = 1 }
    }

    /// How many digits stand beside each separator, to the left of it in a fraction, else to the right.
    ///
    /// The reference implementation finds only the first separator in the fraction; it looks for the others in the integer part.
    private static func groups(
        of part: CodeUnits, isFraction: Bool, continuedIn continuation: CodeUnits, symbols: NumberSymbols
    ) -> [Int] {
        guard var place = part.firstIndex(of: symbols.groupingSeparator) else { return [] }
        var before = [0]
        before.reserveCapacity(part.count + 1)
        for unit in part { before.append(before[before.count - 1] + (symbols.isAnyDigit(unit) ? 1 : 0)) }
        var groups: [Int] = []
        while true {
            let left = before[min(place, part.count)]
            groups.append(isFraction ? left : before[part.count] - left)
            guard let next = continuation.firstIndex(of: symbols.groupingSeparator, from: place + 1), next > place else { break }
            place = next
        }
        return groups
    }

    /// The mantissa and exponent of a number; the whole number and nil where the picture has no exponent.
    func split(_ value: Double) -> (mantissa: Double, exponent: Int?) {
        if exponentSize == 0 { return (value, nil) }
        if value == 0 { return (value, 0) }
        let greatest = pow(10, Double(scale))
        let least = pow(10, Double(scale - 1))
        var mantissa = value
        var exponent = 0
        // No double takes more than some six hundred turns; beyond its range there is nowhere to go.
        while mantissa.magnitude < least {
            mantissa *= 10
            exponent -= 1
        }
        while mantissa.magnitude > greatest {
            mantissa /= 10
            exponent += 1
        }
        return (mantissa, exponent)
    }

    /// The digits of a number with their separators.
    func digits(of value: Double, symbols: NumberSymbols) -> CodeUnits {
        let rounded = Rounding.halfEven(value, precision: maximumFractionSize)
        var text = Self.plain(NumberText.fixed(rounded, decimals: maximumFractionSize), symbols: symbols)
        if let zero = symbols.zeroDigit.first, symbols.zeroDigit.count == 1 {
            text.removeFirst(text.prefix { $0 == zero }.count)
            text.removeLast(text.reversed().prefix { $0 == zero }.count)
        }
        let point = text.firstIndex(of: symbols.decimalSeparator) ?? -1
        let left = Self.zeros(minimumIntegerSize - point, symbols: symbols)
        let right = Self.zeros(minimumFractionSize - (text.count - point - 1), symbols: symbols)
        text = left + text + right
        insertIntegerSeparators(into: &text, symbols: symbols)
        insertFractionSeparators(into: &text, symbols: symbols)
        if !hasDecimalSeparator || text.firstIndex(of: symbols.decimalSeparator) == text.count - 1 { text.removeLast() }
        return text
    }

    private static func zeros(_ count: Int, symbols: NumberSymbols) -> CodeUnits {
        count <= 0 ? [] : CodeUnits(repeatElement(symbols.zeroDigit, count: count).joined())
    }

    /// Digits in the picture's family, with the picture's point, which is put behind if there is none.
    private static func plain(_ text: String, symbols: NumberSymbols) -> CodeUnits {
        let digits = familiar(text, symbols: symbols)
        guard let point = digits.firstIndex(of: CodeUnits.ascii(".")) else { return digits + symbols.decimalSeparator }
        return digits[..<point] + symbols.decimalSeparator + digits[(point + 1)...]
    }

    private static func familiar(_ text: String, symbols: NumberSymbols) -> CodeUnits {
        let units = CodeUnits(text.utf16)
        guard symbols.zeroDigit != [.zero] else { return units }
        guard let zero = symbols.zeroDigit.first else { return units.filter { !$0.isDigit } }
        return units.map { $0.isDigit ? zero &+ ($0 - .zero) : $0 }
    }

    private func insertIntegerSeparators(into text: inout CodeUnits, symbols: NumberSymbols) {
        guard var point = text.firstIndex(of: symbols.decimalSeparator) else { return }
        if regularGroup > 0 {
            for group in stride(from: 1, through: (point - 1) / regularGroup, by: 1) {
                text.insert(contentsOf: symbols.groupingSeparator, at: point - group * regularGroup)
            }
            return
        }
        for group in integerGroups {
            // A place before the front counts from the back, as it does when JavaScript cuts a text.
            let place = point - group
            text.insert(contentsOf: symbols.groupingSeparator, at: place >= 0 ? place : max(0, text.count + place))
            point += 1
        }
    }

    private func insertFractionSeparators(into text: inout CodeUnits, symbols: NumberSymbols) {
        let point = text.firstIndex(of: symbols.decimalSeparator) ?? -1
        for group in fractionGroups {
            text.insert(contentsOf: symbols.groupingSeparator, at: min(text.count, group + point + 1))
        }
    }

    func exponentText(_ exponent: Int, symbols: NumberSymbols) -> CodeUnits {
        let digits = Self.familiar(String(exponent.magnitude), symbols: symbols)
        let sign = exponent < 0 ? symbols.minusSign : []
        return symbols.exponentSeparator + sign + Self.zeros(exponentSize - digits.count, symbols: symbols) + digits
    }
}
