/// Reads a pattern into a tree, by the grammar of `java.util.regex.Pattern` or of ECMA-262 with Annex B.
struct PatternParser {
    /// The pattern's code points; in JavaScript's dialect its UTF-16 units.
    private let source: [PatternUnit]
    /// Where each of them stands in the pattern, in UTF-16 units.
    private let offsets: [Int]
    private var at = 0
    private var depth = 0
    private var flags: Pattern.Flags
    let dialect: Pattern.Dialect
    /// The groups opened so far.
    private(set) var groupCount = 0
    private(set) var groupNames: [(name: String, number: Int)] = []
    private var referenceCount = 0
    private(set) var sets: [ScalarSet] = []
    private var setNumbers: [ScalarSet: Int] = [:]
    /// The properties named so far: making their sets means asking every scalar there is.
    private var properties: [String: ScalarSet] = [:]
    /// JavaScript reads `\2` and `\k` by what the whole pattern holds.
    private let outline: PatternOutline

    /// Deeper groups and classes are refused: the tree is walked on the thread's stack.
    private static let depthLimit = 100
    private static let lengthLimit = 65_536

    init(_ source: String, flags: Pattern.Flags, dialect: Pattern.Dialect) throws(PatternError) {
        guard source.utf8.count <= Self.lengthLimit else {
            throw PatternError("a pattern has at most 65,536 bytes", offset: 0)
        }
        switch dialect {
        case .java: (self.source, offsets) = PatternUnit.withoutQuotes(source.unicodeScalars.map { PatternUnit($0.value) })
        case .javaScript: (self.source, offsets) = (source.utf16.map { PatternUnit(UInt32($0)) }, Array(0...source.utf16.count))
        }
        self.flags = flags
        self.dialect = dialect
        outline = PatternOutline(self.source)
    }

    /// Reads the whole pattern.
    mutating func parse() throws(PatternError) -> PatternNode {
        let node = try alternatives()
        guard at == source.count else { throw error("this ) closes no group") }
        return node
    }
}

// MARK: - Structure

extension PatternParser {
    private mutating func alternatives() throws(PatternError) -> PatternNode {
        try enter()
        defer { depth -= 1 }
        var choices = [try sequence()]
        while take("|") { choices.append(try sequence()) }
        return choices.count == 1 ? choices[0] : .choice(choices)
    }

    private mutating func enter() throws(PatternError) {
        depth += 1
        guard depth <= Self.depthLimit else { throw error("groups are nested more than \(Self.depthLimit) deep") }
    }

    private mutating func sequence() throws(PatternError) -> PatternNode {
        var nodes: [PatternNode] = []
        while let next = peek(), next != "|", next != ")" {
            let firstGroup = groupCount + 1
            let start = at
            let atom = try self.atom()
            guard let count = try quantifier() else {
                nodes.append(atom)
                continue
            }
            if dialect == .javaScript, isAnchor(at: start) { throw error("nothing to repeat", at: start) }
            nodes.append(.repetition(atom, count, groups: firstGroup..<(groupCount + 1)))
        }
        return nodes.count == 1 ? nodes[0] : nodes.isEmpty ? .empty : .sequence(nodes)
    }

    private mutating func atom() throws(PatternError) -> PatternNode {
        guard let next = peek() else { return .empty }
        switch next {
        case "*", "+", "?": throw error("nothing to repeat")
        case "{" where dialect == .java:
            // Java repeats the nothing before a brace, if it reads as a count.
            guard peek(1)?.decimalValue != nil else { throw error("a { that counts nothing must be escaped") }
            return .empty
        case "{" where looksLikeCount: throw error("nothing to repeat")
        case "(": return try group()
        case "[": return single(folded: try characterClass())
        case "\\": return try escape()
        default: break
        }
        at += 1
        switch next {
        case ".": return single(dot)
        case "^": return .assertion(flags.contains(.multiline) ? .lineStart(isUnix: isUnix) : .textStart)
        case "$":
            if flags.contains(.multiline) { return .assertion(.lineEnd(isUnix: isUnix)) }
            return .assertion(dialect == .java ? .finalLineEnd(isUnix: isUnix) : .textEnd)
        default: return literal(next.value)
        }
    }

    /// Whether JavaScript forbids to repeat what stands there: an anchor or a look-behind.
    private func isAnchor(at place: Int) -> Bool {
        switch source[place] {
        case "^", "$": true
        case "\\": source[place + 1] == "b" || source[place + 1] == "B"
        case "(": source[(place + 1)...].starts(with: ["?", "<", "="]) || source[(place + 1)...].starts(with: ["?", "<", "!"])
        default: false
        }
    }

    private mutating func quantifier() throws(PatternError) -> PatternCount? {
        var count = PatternCount(minimum: 0, maximum: PatternCount.unlimited, mood: .greedy)
        switch peek() {
        case "*": at += 1
        case "+":
            at += 1
            count.minimum = 1
        case "?":
            at += 1
            count.maximum = 1
        case "{":
            guard dialect == .java || looksLikeCount else { return nil }
            (count.minimum, count.maximum) = try bracedCount()
        default: return nil
        }
        if take("?") {
            count.mood = .lazy
        } else if dialect == .java, take("+") {
            count.mood = .possessive
        }
        return count
    }

    /// Whether `{2}`, `{2,}` or `{2,3}` stands here; JavaScript takes any other brace for itself.
    private var looksLikeCount: Bool {
        var ahead = 1
        while peek(ahead)?.decimalValue != nil { ahead += 1 }
        guard ahead > 1 else { return false }
        if peek(ahead) == "," {
            ahead += 1
            while peek(ahead)?.decimalValue != nil { ahead += 1 }
        }
        return peek(ahead) == "}"
    }

    private mutating func bracedCount() throws(PatternError) -> (Int, Int) {
        let start = at
        at += 1
        guard let minimum = try countNumber() else { throw error("a { that counts nothing must be escaped", at: start) }
        var maximum = minimum
        if take(",") { maximum = try countNumber() ?? PatternCount.unlimited }
        guard take("}") else { throw error("this count is never closed", at: start) }
        guard minimum <= maximum else { throw error("the first number of a count is above the second", at: start) }
        return (minimum, maximum)
    }

    private mutating func countNumber() throws(PatternError) -> Int? {
        var value: Int?
        while let digit = peek()?.decimalValue {
            at += 1
            value = min((value ?? 0) * 10 + digit, PatternCount.largest + 1)
        }
        guard let value, value > PatternCount.largest else { return value }
        if dialect == .java { throw error("a count is at most \(PatternCount.largest)") }
        return PatternCount.unlimited
    }
}

// MARK: - Groups

extension PatternParser {
    private mutating func group() throws(PatternError) -> PatternNode {
        let start = at
        let outerFlags = flags
        at += 1
        guard let node = try groupContent(from: start) else { return .empty }
        guard take(")") else { throw error("this group is never closed", at: start) }
        flags = outerFlags
        return node
    }

    /// What stands between the brackets; nil for Java's `(?i)`, which is read whole and holds up to the end of the group around it.
    private mutating func groupContent(from start: Int) throws(PatternError) -> PatternNode? {
        guard take("?") else { return try numbered(nil) }
        if take(":") { return try alternatives() }
        if take("=") { return .look(try alternatives(), isBehind: false, isNegative: false) }
        if take("!") { return .look(try alternatives(), isBehind: false, isNegative: true) }
        if take("<") { return try groupAfterAngle() }
        guard dialect == .java else { throw error("a group of an unknown kind", at: start) }
        if take(">") { return .atomic(try alternatives()) }
        return try flagGroup(from: start)
    }

    private mutating func numbered(_ name: String?) throws(PatternError) -> PatternNode {
        groupCount += 1
        let number = groupCount
        if let name { groupNames.append((name, number)) }
        return .group(try alternatives(), number: number)
    }

    /// What follows `(?<`: a look-behind or a name.
    private mutating func groupAfterAngle() throws(PatternError) -> PatternNode {
        if peek() == "=" || peek() == "!" {
            let isNegative = peek() == "!"
            let start = at - 3
            let earlier = referenceCount
            at += 1
            let node = try alternatives()
            if dialect == .java, referenceCount > earlier { throw error("a look-behind must not hold a reference", at: start) }
            return .look(node, isBehind: true, isNegative: isNegative)
        }
        let start = at
        let name = try groupName()
        guard !groupNames.contains(where: { $0.name == name }) else { throw error("two groups are named \(name)", at: start) }
        return try numbered(name)
    }

    /// A name and its `>`.
    private mutating func groupName() throws(PatternError) -> String {
        var name = ""
        while let next = peek(), next != ">" {
            guard next.isNameUnit(isFirst: name.isEmpty, dialect), let scalar = Unicode.Scalar(next.value) else {
                throw error("a group's name consists of letters and digits")
            }
            name.unicodeScalars.append(scalar)
            at += 1
        }
        guard !name.isEmpty else { throw error("a group's name is missing") }
        guard take(">") else { throw error("expected > after the group's name") }
        return name
    }

    /// Java's `(?i)` or `(?i:…)`.
    private mutating func flagGroup(from start: Int) throws(PatternError) -> PatternNode? {
        var adds = true
        while let next = peek() {
            at += 1
            if next == ":" { return try alternatives() }
            if next == ")" { return nil }
            if next == "-" {
                adds = false
            } else if let flag = next.flag {
                if adds { flags.formUnion(flag) } else { flags.subtract(flag) }
            } else {
                throw error("a group of an unknown kind", at: start)
            }
        }
        throw error("this group is never closed", at: start)
    }
}

// MARK: - Escapes

extension PatternParser {
    private mutating func escape() throws(PatternError) -> PatternNode {
        if let set = try setEscape() { return single(set) }
        guard let kind = peek(1) else { throw error("a backslash ends the pattern") }
        switch kind {
        case "b", "B":
            if dialect == .java, kind == "b", peek(2) == "{", peek(3) == "g" {
                throw error("boundaries of other kinds are not supported")
            }
            at += 2
            return .assertion(kind == "b" ? .wordBoundary : .noWordBoundary)
        case "k": if let node = try namedReference() { return node }
        case "0": break
        case "A", "Z", "z", "G", "R": if dialect == .java { return javaEscape(kind) }
        case _ where kind.decimalValue != nil: if let node = numberedReference() { return node }
        default: break
        }
        return literal(try characterEscape(inClass: false))
    }

    private mutating func javaEscape(_ kind: PatternUnit) -> PatternNode {
        at += 2
        switch kind {
        case "A": return .assertion(.textStart)
        case "Z": return .assertion(.finalLineEnd(isUnix: isUnix))
        case "z": return .assertion(.textEnd)
        case "G": return .assertion(.searchStart)
        default: return .atomic(.choice([.sequence([plain(0x0D), plain(0x0A)]), single(.verticalSpaces)]))
        }
    }

    private mutating func numberedReference() -> PatternNode? {
        let start = at
        at += 1
        let limit = dialect == .java ? groupCount : outline.groupCount
        var number = 0
        while let digit = peek()?.decimalValue {
            // Java takes another digit only if such a group was opened before.
            if dialect == .java, number > 0, number * 10 + digit > limit { break }
            number = min(number * 10 + digit, Self.lengthLimit)
            at += 1
        }
        if dialect == .javaScript, number > limit {
            at = start
            return nil
        }
        referenceCount += 1
        return .reference(number, fold)
    }

    private mutating func namedReference() throws(PatternError) -> PatternNode? {
        if dialect == .javaScript, !outline.hasNames { return nil }
        let start = at
        at += 2
        guard take("<") else { throw error("expected a group's name in < > after \\k", at: start) }
        let name = try groupName()
        if dialect == .java, !groupNames.contains(where: { $0.name == name }) {
            throw error("no group before this place is named \(name)", at: start)
        }
        referenceCount += 1
        return .namedReference(name, fold, offset: unitOffset(start))
    }

    /// Takes an escape that stands for a set, if there is one.
    private mutating func setEscape() throws(PatternError) -> ScalarSet? {
        guard let kind = peek(1) else { return nil }
        var set: ScalarSet
        switch kind {
        case "d", "D": set = .digits
        case "w", "W": set = .wordCharacters
        case "s", "S": set = dialect == .java ? .javaSpaces : .javaScriptSpaces
        case "h" where dialect == .java, "H" where dialect == .java: set = .horizontalSpaces
        case "v" where dialect == .java, "V" where dialect == .java: set = .verticalSpaces
        case "p" where dialect == .java, "P" where dialect == .java:
            set = try property()
            return kind == "P" ? set.inverted : set
        default: return nil
        }
        at += 2
        if kind.isUpperCase { set = set.inverted }
        return set
    }

    /// Takes `\pL` or `\p{Lu}`.
    private mutating func property() throws(PatternError) -> ScalarSet {
        let start = at
        at += 2
        var name = ""
        if take("{") {
            while let next = peek(), next != "}", let scalar = Unicode.Scalar(next.value) {
                name.unicodeScalars.append(scalar)
                at += 1
            }
            guard take("}") else { throw error("this name of a property is never closed", at: start) }
        } else if let scalar = peek().flatMap({ Unicode.Scalar($0.value) }) {
            name.unicodeScalars.append(scalar)
            at += 1
        }
        let ignoresCase = flags.contains(.ignoreCase)
        let key = ignoresCase ? name + " " : name
        guard let set = properties[key] ?? ScalarSet.property(name, ignoringCase: ignoresCase) else {
            throw error("the property \(name) is not supported", at: start)
        }
        properties[key] = set
        return set
    }

    /// Takes an escape that stands for one scalar.
    private mutating func characterEscape(inClass: Bool) throws(PatternError) -> UInt32 {
        let start = at
        at += 1
        guard let kind = peek() else { throw error("a backslash ends the pattern", at: start) }
        at += 1
        switch kind {
        case "t": return 0x09
        case "n": return 0x0A
        case "r": return 0x0D
        case "f": return 0x0C
        default: break
        }
        switch dialect {
        case .java: return try javaCharacter(kind, at: start)
        case .javaScript: return javaScriptCharacter(kind, inClass: inClass)
        }
    }

    private mutating func javaCharacter(_ kind: PatternUnit, at start: Int) throws(PatternError) -> UInt32 {
        switch kind {
        case "a": return 0x07
        case "e": return 0x1B
        case "0":
            guard let value = octal(atMost: 0xFF) else { throw error("octal digits must follow \\0", at: start) }
            return value
        case "x":
            if take("{") {
                var value: UInt32 = 0
                let first = at
                while let digit = peek()?.hexadecimalValue, value <= ScalarSet.last {
                    value = value << 4 | digit
                    at += 1
                }
                if at > first, value <= ScalarSet.last, take("}") { return value }
            } else if let value = hexadecimal(digits: 2) {
                return value
            }
            throw error("hexadecimal digits must follow \\x", at: start)
        case "u":
            guard let value = hexadecimal(digits: 4) else { throw error("four hexadecimal digits must follow \\u", at: start) }
            return withLowSurrogate(value)
        case "c":
            guard let next = peek() else { throw error("a character must follow \\c", at: start) }
            at += 1
            return next.value ^ 64
        default:
            guard !kind.isASCIILetter, kind.decimalValue == nil else { throw error("an escape that Java does not know", at: start) }
            return kind.value
        }
    }

    /// JavaScript reads what makes no sense as an escape as the character itself.
    private mutating func javaScriptCharacter(_ kind: PatternUnit, inClass: Bool) -> UInt32 {
        switch kind {
        case "v": return 0x0B
        case "b" where inClass: return 0x08
        case "x": return hexadecimal(digits: 2) ?? kind.value
        case "u": return hexadecimal(digits: 4) ?? kind.value
        case "c":
            if let next = peek(), next.isASCIILetter || inClass && (next.decimalValue != nil || next == "_") {
                at += 1
                return next.value & 31
            }
            at -= 1
            return PatternUnit("\\").value
        case _ where kind.value &- 0x30 < 8:
            at -= 1
            return octal(atMost: 0xFF) ?? kind.value
        default: return kind.value
        }
    }

    /// Takes up to three octal digits, as many as stay within the bound.
    private mutating func octal(atMost bound: UInt32) -> UInt32? {
        var value: UInt32?
        for _ in 0..<3 {
            guard let digit = peek()?.decimalValue, digit < 8 else { break }
            let next = (value ?? 0) * 8 + UInt32(digit)
            if next > bound { break }
            value = next
            at += 1
        }
        return value
    }

    /// Takes so many hexadecimal digits, if they are there.
    private mutating func hexadecimal(digits: Int) -> UInt32? {
        var value: UInt32 = 0
        for ahead in 0..<digits {
            guard let digit = peek(ahead)?.hexadecimalValue else { return nil }
            value = value << 4 | digit
        }
        at += digits
        return value
    }

    /// A high surrogate and the `\uXXXX` of a low one that follows are one scalar.
    private mutating func withLowSurrogate(_ high: UInt32) -> UInt32 {
        guard high & 0xFC00 == 0xD800, peek() == "\\", peek(1) == "u" else { return high }
        let start = at
        at += 2
        if let low = hexadecimal(digits: 4), low & 0xFC00 == 0xDC00 { return 0x10000 + (high & 0x3FF) << 10 + low & 0x3FF }
        at = start
        return high
    }
}

// MARK: - Classes

extension PatternParser {
    /// Takes a class, brackets included. The set is folded already.
    private mutating func characterClass() throws(PatternError) -> ScalarSet {
        try enter()
        defer { depth -= 1 }
        let start = at
        at += 1
        let isNegative = take("^")
        let set = dialect == .java ? try javaClass(from: start) : try javaScriptClass(from: start)
        return isNegative ? set.inverted : set
    }

    private mutating func javaScriptClass(from start: Int) throws(PatternError) -> ScalarSet {
        var ranges: [ClosedRange<UInt32>] = []
        while let next = peek() {
            if next == "]" {
                at += 1
                return ScalarSet(ranges).folded(by: fold)
            }
            let place = at
            let first = try classAtom()
            guard peek() == "-", let after = peek(1), after != "]" else {
                ranges += first.ranges
                continue
            }
            at += 1
            let last = try classAtom()
            guard let from = first.only, let to = last.only else {
                // A set at either end makes the dash a dash.
                ranges += first.ranges + last.ranges + [0x2D...0x2D]
                continue
            }
            guard from <= to else { throw error("this range runs backwards", at: place) }
            ranges.append(from...to)
        }
        throw error("this class is never closed", at: start)
    }

    private mutating func classAtom() throws(PatternError) -> ScalarSet {
        if peek() == "\\" {
            if let set = try setEscape() { return set }
            let value = try characterEscape(inClass: true)
            return ScalarSet([value...value])
        }
        guard let next = peek() else { return .nothing }
        at += 1
        return ScalarSet([next.value...next.value])
    }

    /// Java's classes also hold classes, and `&&` cuts what is left of it down to what is right of it.
    private mutating func javaClass(from start: Int) throws(PatternError) -> ScalarSet {
        var result: ScalarSet?
        var current: [ClosedRange<UInt32>] = []
        var isEmpty = true
        while let next = peek() {
            if next == "]", !isEmpty || result != nil {
                at += 1
                return intersection(result, isEmpty ? nil : ScalarSet(current)) ?? .nothing
            }
            if next == "&", peek(1) == "&" {
                at += 2
                result = intersection(result, isEmpty ? nil : ScalarSet(current))
                (current, isEmpty) = ([], true)
                continue
            }
            isEmpty = false
            // So that naming a large set again and again does not pile it up.
            if current.count > 4096 { current = ScalarSet(current).ranges }
            if next == "[" {
                current += try characterClass().ranges
            } else if next == "\\", let set = try setEscape() {
                current += set.folded(by: fold).ranges
            } else {
                current += ScalarSet([try javaRange()]).folded(by: fold).ranges
            }
        }
        throw error("this class is never closed", at: start)
    }

    private func intersection(_ left: ScalarSet?, _ right: ScalarSet?) -> ScalarSet? {
        guard let left, let right else { return left ?? right }
        return left.intersection(right)
    }

    /// Takes a scalar, or a range of them.
    private mutating func javaRange() throws(PatternError) -> ClosedRange<UInt32> {
        let start = at
        let first = try javaClassScalar()
        guard peek() == "-", let after = peek(1), after != "]", after != "[" else { return first...first }
        at += 1
        let last = try javaClassScalar()
        guard first <= last else { throw error("this range runs backwards", at: start) }
        return first...last
    }

    private mutating func javaClassScalar() throws(PatternError) -> UInt32 {
        if peek() == "\\" { return try characterEscape(inClass: true) }
        guard let next = peek() else { throw error("the pattern ends within a class") }
        at += 1
        return next.value
    }
}

// MARK: - Parts

extension PatternParser {
    private func peek(_ ahead: Int = 0) -> PatternUnit? { at + ahead < source.count ? source[at + ahead] : nil }

    private mutating func take(_ unit: PatternUnit) -> Bool {
        guard peek() == unit else { return false }
        at += 1
        return true
    }

    private var isUnix: Bool { flags.contains(.unixLines) }

    private var fold: CaseFold {
        guard flags.contains(.ignoreCase) else { return .none }
        if dialect == .javaScript { return .units }
        return flags.contains(.unicodeCase) ? .unicode : .ascii
    }

    private var dot: ScalarSet {
        if flags.contains(.dotAll) { return .everything }
        if isUnix { return ScalarSet.lineFeed.inverted }
        return (dialect == .java ? ScalarSet.javaLineEnds : ScalarSet.javaScriptLineEnds).inverted
    }

    private func plain(_ value: UInt32) -> PatternNode { .single(.scalar(value, .none)) }

    private func literal(_ value: UInt32) -> PatternNode {
        // What has no case need not be folded again and again.
        if value < 128, !PatternUnit(value).isASCIILetter { return plain(value) }
        return .single(.scalar(fold(value), fold))
    }

    private mutating func single(_ set: ScalarSet) -> PatternNode { single(folded: set.folded(by: fold)) }

    private mutating func single(folded set: ScalarSet) -> PatternNode {
        let number = setNumbers[set] ?? sets.count
        if number == sets.count {
            sets.append(set)
            setNumbers[set] = number
        }
        return .single(.set(number, fold))
    }

    private func error(_ reason: String, at place: Int? = nil) -> PatternError {
        PatternError(reason, offset: unitOffset(place ?? at))
    }

    private func unitOffset(_ place: Int) -> Int { offsets[min(place, source.count)] }
}

/// A code point or UTF-16 unit of a pattern.
struct PatternUnit: Hashable, Sendable, ExpressibleByUnicodeScalarLiteral {
    var value: UInt32

    init(_ value: UInt32) { self.value = value }
    init(unicodeScalarLiteral scalar: Unicode.Scalar) { value = scalar.value }

    var decimalValue: Int? { value &- 0x30 < 10 ? Int(value - 0x30) : nil }
    var isUpperCase: Bool { value &- 0x41 < 26 }
    var isASCIILetter: Bool { value < 128 && (value | 0x20) &- 0x61 < 26 }

    var hexadecimalValue: UInt32? {
        if value &- 0x30 < 10 { return value - 0x30 }
        let lower = value | 0x20
        return value < 128 && lower &- 0x61 < 6 ? lower - 0x57 : nil
    }

    /// The flag that a letter of Java's `(?…)` stands for.
    var flag: Pattern.Flags? {
        switch self {
        case "i": .ignoreCase
        case "m": .multiline
        case "s": .dotAll
        case "d": .unixLines
        case "u": .unicodeCase
        default: nil
        }
    }

    func isNameUnit(isFirst: Bool, _ dialect: Pattern.Dialect) -> Bool {
        if isASCIILetter { return true }
        if decimalValue != nil { return !isFirst }
        return dialect == .javaScript && (self == "_" || self == "$" || ScalarSet.isLetterOrDigit(value) && value >= 128)
    }

    /// Java's `\Q…\E` as escapes, and where each unit stands in UTF-16 units, the end included.
    static func withoutQuotes(_ units: [PatternUnit]) -> ([PatternUnit], [Int]) {
        var result: [PatternUnit] = []
        var offsets: [Int] = []
        var isQuoted = false
        var offset = 0
        var at = 0
        func append(_ unit: PatternUnit, width: Int) {
            result.append(unit)
            offsets.append(offset)
            offset += width
        }
        while at < units.count {
            let unit = units[at]
            let next = at + 1 < units.count ? units[at + 1] : nil
            at += 1
            if unit == "\\", let next, isQuoted ? next == "E" : next == "Q" {
                isQuoted.toggle()
                offset += 2
                at += 1
                continue
            }
            if isQuoted, unit.value < 128, !unit.isASCIILetter, unit.decimalValue == nil { append("\\", width: 0) }
            append(unit, width: unit.width)
            if !isQuoted, unit == "\\", let next {
                append(next, width: next.width)
                at += 1
            }
        }
        return (result, offsets + [offset])
    }

    /// The number of UTF-16 units.
    private var width: Int { value > 0xFFFF ? 2 : 1 }
}

/// What must be known of a whole pattern before its first part is read.
struct PatternOutline {
    private(set) var groupCount = 0
    private(set) var hasNames = false

    init(_ source: [PatternUnit]) {
        var isClass = false
        var at = 0
        while at < source.count {
            switch source[at] {
            case "\\": at += 1
            case "[": isClass = true
            case "]": isClass = false
            case "(" where !isClass:
                let next = source[(at + 1)...].prefix(3).map(\.value).map(PatternUnit.init)
                let isNamed = next.count == 3 && next[0] == "?" && next[1] == "<" && next[2] != "=" && next[2] != "!"
                if isNamed { hasNames = true }
                if isNamed || next.first != "?" { groupCount += 1 }
            default: break
            }
            at += 1
        }
    }
}
