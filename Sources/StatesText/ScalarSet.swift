/// A set of code points, or of UTF-16 units: ranges in order, which neither touch nor overlap.
struct ScalarSet: Sendable, Hashable {
    private(set) var ranges: [ClosedRange<UInt32>]
    /// The members below 128 as bits, because most text is there.
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    static let last: UInt32 = 0x10FFFF
    static let everything = ScalarSet([0...last])
    static let nothing = ScalarSet([])

    /// The union of ranges in any order.
    init(_ unordered: [ClosedRange<UInt32>]) {
        ranges = []
        for range in unordered.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let end = ranges.last?.upperBound, range.lowerBound <= end + 1 {
                if range.upperBound > end { ranges[ranges.count - 1] = ranges[ranges.count - 1].lowerBound...range.upperBound }
            } else {
                ranges.append(range)
            }
        }
        for range in ranges where range.lowerBound < 128 {
            for scalar in range.lowerBound...min(range.upperBound, 127) {
                if scalar < 64 { low |= 1 << UInt64(scalar) } else { high |= 1 << UInt64(scalar - 64) }
            }
        }
    }

    init(_ characters: String) { self.init(characters.unicodeScalars.map { $0.value...$0.value }) }

    func contains(_ scalar: UInt32) -> Bool {
        if scalar < 64 { return low >> UInt64(scalar) & 1 != 0 }
        if scalar < 128 { return high >> UInt64(scalar - 64) & 1 != 0 }
        var from = 0
        var to = ranges.count
        while from < to {
            let middle = (from + to) / 2
            if ranges[middle].upperBound < scalar { from = middle + 1 } else { to = middle }
        }
        return from < ranges.count && ranges[from].lowerBound <= scalar
    }

    /// The only member, if there is just one.
    var only: UInt32? {
        guard ranges.count == 1, let range = ranges.first, range.lowerBound == range.upperBound else { return nil }
        return range.lowerBound
    }

    func union(_ other: ScalarSet) -> ScalarSet { ScalarSet(ranges + other.ranges) }

    var inverted: ScalarSet {
        var gaps: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in ranges {
            if range.lowerBound > next { gaps.append(next...(range.lowerBound - 1)) }
            next = range.upperBound + 1
        }
        if next <= Self.last { gaps.append(next...Self.last) }
        return ScalarSet(gaps)
    }

    func intersection(_ other: ScalarSet) -> ScalarSet { inverted.union(other.inverted).inverted }

    /// The set with the folded form of every member added: whoever asks with a folded scalar finds a member in whatever case.
    func folded(by fold: CaseFold) -> ScalarSet {
        if fold == .none { return self }
        var added: [ClosedRange<UInt32>] = []
        func add(_ scalar: UInt32) {
            let other = fold(scalar)
            if other != scalar { added.append(other...other) }
        }
        for range in ranges {
            if range.lowerBound < 128 { for scalar in range.lowerBound...min(range.upperBound, 127) { add(scalar) } }
            guard fold != .ascii, range.upperBound > 127 else { continue }
            if range.count <= 32 {
                for scalar in range { add(scalar) }
            } else {
                for (scalar, other) in fold.beyondASCII where range.contains(scalar) { added.append(other...other) }
            }
        }
        return added.isEmpty ? self : union(ScalarSet(added))
    }
}

/// How scalars are made equal before they are compared.
enum CaseFold: Sendable, Hashable {
    /// Not at all.
    case none
    /// Letters of ASCII (Java's `i`).
    case ascii
    /// All letters with one counterpart, by way of the lower case (Java's `iu`).
    case unicode
    /// UTF-16 units, by way of the upper case (ECMA-262, Canonicalize without `u`).
    case units

    @inline(__always)
    func callAsFunction(_ scalar: UInt32) -> UInt32 {
        switch self {
        case .none: scalar
        case .ascii: scalar &- 0x41 < 26 ? scalar | 0x20 : scalar
        case .unicode: scalar < 128 ? (scalar &- 0x41 < 26 ? scalar | 0x20 : scalar) : slow(scalar)
        case .units: scalar < 128 ? (scalar &- 0x61 < 26 ? scalar & ~0x20 : scalar) : slow(scalar)
        }
    }

    private func slow(_ value: UInt32) -> UInt32 {
        guard let scalar = Unicode.Scalar(value) else { return value }
        let upper = Self.single(scalar.properties.uppercaseMapping) ?? scalar
        if self == .units { return upper.value < 128 || upper.value > 0xFFFF || value > 0xFFFF ? value : upper.value }
        return (Self.single(upper.properties.lowercaseMapping) ?? upper).value
    }

    private static func single(_ text: String) -> Unicode.Scalar? {
        text.unicodeScalars.count == 1 ? text.unicodeScalars.first : nil
    }

    /// Every scalar beyond ASCII that changes when folded, with what it becomes.
    var beyondASCII: [(UInt32, UInt32)] { self == .units ? Self.unitPairs : Self.unicodePairs }

    private static let unitPairs = CaseFold.units.pairs()
    private static let unicodePairs = CaseFold.unicode.pairs()

    private func pairs() -> [(UInt32, UInt32)] {
        // No letter with case stands above this one.
        (0x80...0x1E943).compactMap { (value: UInt32) -> (UInt32, UInt32)? in
            guard let properties = Unicode.Scalar(value)?.properties, properties.isCased || properties.changesWhenCaseMapped else {
                return nil
            }
            let folded = self(value)
            return folded == value ? nil : (value, folded)
        }
    }
}

// MARK: - Sets with names

extension ScalarSet {
    static let digits = ScalarSet([0x30...0x39])
    static let wordCharacters = ScalarSet([0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
    static let javaSpaces = ScalarSet([0x09...0x0D, 0x20...0x20])
    static let javaScriptSpaces = ScalarSet([
        0x09...0x0D, 0x20...0x20, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029, 0x202F...0x202F,
        0x205F...0x205F, 0x3000...0x3000, 0xFEFF...0xFEFF,
    ])
    static let horizontalSpaces = ScalarSet([
        0x09...0x09, 0x20...0x20, 0xA0...0xA0, 0x1680...0x1680, 0x180E...0x180E, 0x2000...0x200A, 0x202F...0x202F,
        0x205F...0x205F, 0x3000...0x3000,
    ])
    static let verticalSpaces = ScalarSet([0x0A...0x0D, 0x85...0x85, 0x2028...0x2029])
    static let javaLineEnds = ScalarSet([0x0A...0x0A, 0x0D...0x0D, 0x85...0x85, 0x2028...0x2029])
    static let javaScriptLineEnds = ScalarSet([0x0A...0x0A, 0x0D...0x0D, 0x2028...0x2029])
    static let lineFeed = ScalarSet([0x0A...0x0A])

    /// What `\p{…}` of Java names: POSIX classes of ASCII, general categories, and a few properties; nil for what is not supported.
    ///
    /// Java lets sets of one case be sets of both where case is ignored.
    static func property(_ name: String, ignoringCase: Bool) -> ScalarSet? {
        switch name {
        case "Lower" where ignoringCase, "Upper" where ignoringCase: return property("Alpha", ignoringCase: false)
        case "IsLowercase" where ignoringCase, "IsUppercase" where ignoringCase, "javaLowerCase" where ignoringCase,
            "javaUpperCase" where ignoringCase:
            return category("LC")
        case "Lower": return ScalarSet([0x61...0x7A])
        case "Upper": return ScalarSet([0x41...0x5A])
        case "ASCII": return ScalarSet([0x00...0x7F])
        case "Alpha": return ScalarSet([0x41...0x5A, 0x61...0x7A])
        case "Digit": return digits
        case "Alnum": return ScalarSet([0x30...0x39, 0x41...0x5A, 0x61...0x7A])
        case "Punct": return ScalarSet([0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E])
        case "Graph": return ScalarSet([0x21...0x7E])
        case "Print": return ScalarSet([0x20...0x7E])
        case "Blank": return ScalarSet([0x09...0x09, 0x20...0x20])
        case "Cntrl": return ScalarSet([0x00...0x1F, 0x7F...0x7F])
        case "XDigit": return ScalarSet([0x30...0x39, 0x41...0x46, 0x61...0x66])
        case "Space": return javaSpaces
        case "IsAlphabetic": return ScalarSet(where: \.isAlphabetic)
        case "IsLowercase", "javaLowerCase": return ScalarSet(where: \.isLowercase)
        case "IsUppercase", "javaUpperCase": return ScalarSet(where: \.isUppercase)
        case "IsWhite_Space": return ScalarSet(where: \.isWhitespace)
        case "IsIdeographic": return ScalarSet(where: \.isIdeographic)
        default:
            let short = name.hasPrefix("Is") ? String(name.dropFirst(2)) : name
            let bothCases = ignoringCase && ["Lu", "Ll", "Lt"].contains(short)
            return short.utf8.count <= 2 ? category(bothCases ? "LC" : short) : nil
        }
    }

    /// Letters and digits as Java's `Character.isLetterOrDigit` knows them.
    static func isLetterOrDigit(_ value: UInt32) -> Bool {
        guard value >= 128 else { return wordCharacters.contains(value) && value != 0x5F }
        switch Unicode.Scalar(value)?.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber: return true
        default: return false
        }
    }

    /// The scalars of a general category, such as `Lu`, or of all that begin with a letter, such as `L`; nil if there is none.
    private static func category(_ name: String) -> ScalarSet? {
        if name == "LC" {
            return category("Lu").flatMap { u in category("Ll").flatMap { l in category("Lt").map(u.union(l).union) } }
        }
        let sets = categories.filter { $0.key.hasPrefix(name) }
        guard !name.isEmpty, !sets.isEmpty else { return nil }
        return ScalarSet(sets.flatMap(\.value.ranges))
    }

    private static let categories: [String: ScalarSet] = {
        var ranges: [String: [ClosedRange<UInt32>]] = [:]
        var name = ""
        var start: UInt32 = 0
        for value in 0...(last + 1) {
            let next = value > last ? "" : categoryName(value)
            if next == name { continue }
            if !name.isEmpty { ranges[name, default: []].append(start...(value - 1)) }
            (name, start) = (next, value)
        }
        return ranges.mapValues { ScalarSet($0) }
    }()

    private static func categoryName(_ value: UInt32) -> String {
        // Above plane 3 there are a few tags and selectors, and private use.
        if 0x32_400..<0xE_0000 ~= value || 0xE_0200..<0xF_0000 ~= value { return "Cn" }
        if value >= 0xF_0000 { return value & 0xFFFE == 0xFFFE ? "Cn" : "Co" }
        guard let scalar = Unicode.Scalar(value) else { return "Cs" }
        return switch scalar.properties.generalCategory {
        case .uppercaseLetter: "Lu"
        case .lowercaseLetter: "Ll"
        case .titlecaseLetter: "Lt"
        case .modifierLetter: "Lm"
        case .otherLetter: "Lo"
        case .nonspacingMark: "Mn"
        case .spacingMark: "Mc"
        case .enclosingMark: "Me"
        case .decimalNumber: "Nd"
        case .letterNumber: "Nl"
        case .otherNumber: "No"
        case .connectorPunctuation: "Pc"
        case .dashPunctuation: "Pd"
        case .openPunctuation: "Ps"
        case .closePunctuation: "Pe"
        case .initialPunctuation: "Pi"
        case .finalPunctuation: "Pf"
        case .otherPunctuation: "Po"
        case .mathSymbol: "Sm"
        case .currencySymbol: "Sc"
        case .modifierSymbol: "Sk"
        case .otherSymbol: "So"
        case .spaceSeparator: "Zs"
        case .lineSeparator: "Zl"
        case .paragraphSeparator: "Zp"
        case .control: "Cc"
        case .format: "Cf"
        case .surrogate: "Cs"
        case .privateUse: "Co"
        case .unassigned: "Cn"
        @unknown default: "Cn"
        }
    }

    /// The scalars that have a property.
    private init(where has: (Unicode.Scalar.Properties) -> Bool) {
        var ranges: [ClosedRange<UInt32>] = []
        for value in (0...Self.last) where value < 0x32_400 {
            guard let scalar = Unicode.Scalar(value), has(scalar.properties) else { continue }
            if let range = ranges.last, range.upperBound == value - 1 {
                ranges[ranges.count - 1] = range.lowerBound...value
            } else {
                ranges.append(value...value)
            }
        }
        self.init(ranges)
    }
}
