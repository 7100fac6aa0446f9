import StatesJSON
import StatesText

/// Functions that look for a text or a pattern.
///
/// Instead of a regular expression any function can say what matches: called with the text it answers an object with the `match`, its
/// `start` and `end`, its `groups`, and a function `next` that answers the next such object. Places are counted in UTF-16 units, as in
/// the reference implementation.
extension BuiltIns {
    /// `$contains(str, pattern)`.
    static func contains(_ call: inout Call) throws(JSONataError) -> Value {
        if call[0].isUndefined || call[1].isUndefined { return .undefined }
        guard let function = call[1].function else { return .bool(try find(call) != nil) }
        guard let text = call.text(0) else { return .undefined }
        var matches = MatchCursor(function, in: text, call, for: "contains")
        return .bool(try matches.next() != nil)
    }

    /// `$match(str, pattern, limit)`.
    /// - Throws: D3040 for a limit below zero, D1004 for a pattern that matches nothing at all, T1010 for a function that answers no match.
    static func match(_ call: inout Call) throws(JSONataError) -> Value {
        guard let text = call.text(0), let function = call[1].function else { return .undefined }
        let limit = try limit(call, 2, "D3040")
        var results = Gathering()
        var matches = MatchCursor(function, in: text, call, for: "match")
        while Double(results.count) < limit, let match = try matches.next() {
            results.append(
                .object([("match", match.text(in: matches)), ("index", .number(match.start)), ("groups", match.groups)]))
            try call.charge(elements: 8)
        }
        return results.array(.sequence)
    }

    /// `$replace(str, pattern, replacement, limit)`.
    /// - Throws: D3010 for an empty text to look for, D3011 for a limit below zero, D3012 for a replacement that is no text, D1004 and
    ///   T1010 as `match` does.
    static func replace(_ call: inout Call) throws(JSONataError) -> Value {
        guard let text = call.text(0), !call[1].isUndefined else { return .undefined }
        if call.text(1)?.utf8.isEmpty == true { throw .make("D3010", value: "", index: 2) }
        let limit = try limit(call, 3, "D3011")
        if limit <= 0 { return .json(.string(text)) }
        if let function = call[1].function { return try replace(in: text, function, limit, call) }
        guard let wanted = call.text(1) else { return .undefined }
        guard let replacement = call.text(2) else { throw .make("D3012", value: call[2].data) }
        return .json(.string(try replace(in: text, wanted, by: replacement, limit, call)))
    }

    private static func replace(
        in text: String, _ wanted: String, by replacement: String, _ limit: Double, _ call: Call
    ) throws(JSONataError) -> String {
        let source = Array(text.utf8)
        try call.charge(text: source.count)
        let search = TextSearch(wanted)
        let replacement = Array(replacement.utf8)
        var bytes: [UInt8] = []
        var at = 0
        var count = 0.0
        while count < limit, let found = source.withUnsafeBufferPointer({ search.first(in: $0, from: at) }) {
            bytes += source[at..<found]
            try call.charge(text: replacement.count)
            try call.evaluation.visit()
            bytes += replacement
            at = found + search.count
            count += 1
        }
        if at == 0 { return text }
        bytes += source[at...]
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func replace(
        in text: String, _ function: Function, _ limit: Double, _ call: Call
    ) throws(JSONataError) -> Value {
        var matches = MatchCursor(function, in: text, call, for: "replace")
        let template = call.text(2).map { ReplacementTemplate($0) }
        var units: [UInt16] = []
        var at = 0
        var count = 0.0
        while count < limit, let match = try matches.next() {
            let start = matches.place(match.start)
            units += matches.units[Swift.min(at, start)..<Swift.max(at, start)]
            let before = units.count
            if let template {
                template.append(match, of: matches, to: &units)
            } else {
                try units.append(contentsOf: replacement(for: match.value(of: matches), call).utf16)
            }
            try call.charge(text: units.count - before + 1)
            try call.evaluation.visit(4)
            at = Swift.min(start + match.length(in: matches), matches.units.count)
            count += 1
        }
        if count == 0 { return .json(.string(text)) }
        units += matches.units[at...]
        try call.charge(text: matches.units.count)
        return .json(.string(String(decoding: units, as: UTF16.self)))
    }

    private static func replacement(for match: Value, _ call: Call) throws(JSONataError) -> String {
        guard let function = call[2].function else { throw .make("D3012", value: call[2].data) }
        let result = try call.evaluation.invoke(function, [match])
        guard let text = result.string else { throw .make("D3012", value: result.data) }
        return text
    }

    /// `$split(str, separator, limit)`.
    /// - Throws: D3020 for a limit below zero, D1004 and T1010 as `match` does.
    static func split(_ call: inout Call) throws(JSONataError) -> Value {
        guard let text = call.text(0), !call[1].isUndefined else { return .undefined }
        let limit = try limit(call, 2, "D3020")
        if limit <= 0 { return .json([]) }
        if let function = call[1].function { return try split(text, function, limit, call) }
        guard let separator = call.text(1) else { return .undefined }
        // A limit is taken as JavaScript's `split` does: as a whole number of 32 bits.
        let whole =
            limit.isFinite ? limit.rounded(.down).truncatingRemainder(dividingBy: 0x1p32) : call[2].isUndefined ? .infinity : 0
        return .json(.array(try split(text, separator, Int(Swift.min(whole, 0x1p40)), call)))
    }

    private static func split(_ text: String, _ separator: String, _ limit: Int, _ call: Call) throws(JSONataError) -> [JSONValue] {
        try call.charge(text: text.utf8.count)
        var parts: [JSONValue] = []
        if separator.utf8.isEmpty {
            try call.charge(elements: Swift.min(limit, text.utf8.count))
            for scalar in text.unicodeScalars.prefix(limit) { parts.append(.string(String(Character(scalar)))) }
            return parts
        }
        let source = Array(text.utf8)
        let search = TextSearch(separator)
        var at = 0
        while parts.count < limit {
            try call.charge(elements: 1)
            try call.evaluation.visit()
            let found = source.withUnsafeBufferPointer { search.first(in: $0, from: at) }
            parts.append(.string(String(decoding: source[at..<(found ?? source.count)], as: UTF8.self)))
            guard let found else { break }
            at = found + search.count
        }
        return parts
    }

    private static func split(_ text: String, _ function: Function, _ limit: Double, _ call: Call) throws(JSONataError) -> Value {
        var matches = MatchCursor(function, in: text, call, for: "split")
        var parts: [JSONValue] = []
        var at = 0
        while Double(parts.count) < limit, let match = try matches.next() {
            try call.charge(elements: 1)
            let start = matches.place(match.start)
            parts.append(.string(matches.text(Swift.min(at, start)..<Swift.max(at, start))))
            at = matches.place(match.end)
        }
        if parts.isEmpty { return .json([.string(text)]) }
        if Double(parts.count) < limit { parts.append(.string(matches.text(at..<matches.units.count))) }
        try call.charge(text: text.utf8.count)
        return .json(.array(parts))
    }

    /// A limit, which is infinite where none was given.
    private static func limit(_ call: Call, _ index: Int, _ code: String) throws(JSONataError) -> Double {
        guard let limit = call.number(index) else { return .infinity }
        if limit < 0 { throw .make(code, value: call[index].data, index: index + 1) }
        return limit
    }
}

// MARK: - Regular expressions as functions

extension BuiltIns {
    /// What a regular expression answers when it is called: the object of the first match, or nothing.
    static func search(_ pattern: Pattern, _ call: inout Call) throws(JSONataError) -> Value {
        guard let text = try searchedText(call[0]) else { return .undefined }
        var matches = MatchCursor(Function(.regex(pattern)), in: text, call, for: "match")
        if let start = call.number(1), start > 0 { matches.skip(to: start) }
        guard let match = try matches.next() else { return .undefined }
        return match.value(of: matches)
    }

    /// Scalars are looked at as texts, as JavaScript does.
    private static func searchedText(_ value: Value) throws(JSONataError) -> String? {
        switch value {
        case .json(.string(let text)): text
        case .json(.number(let number)): NumberText.javaScript(number.fastDouble)
        case .json(.bool(let value)): value ? "true" : "false"
        case .json(.null): "null"
        case .undefined, .json, .sequence, .list, .record, .function: nil
        }
    }
}

/// One match.
private struct PatternMatch {
    /// Where it begins and ends, in UTF-16 units; a function may answer anything here.
    let start: Double
    let end: Double
    /// What a pattern captured, nil where a group took no part.
    var captures: [Range<Int>?] = []
    /// What a function answered.
    var answer: Value?

    /// The text that matched.
    func text(in matches: MatchCursor) -> Value {
        if let answer { return answer.member("match") }
        return .json(.string(matches.text(matches.place(start)..<matches.place(end))))
    }

    /// How many UTF-16 units matched.
    func length(in matches: MatchCursor) -> Int {
        if answer != nil { return text(in: matches).string?.utf16.count ?? 0 }
        return matches.place(end) - matches.place(start)
    }

    /// What was captured, as the caller of `$match` sees it.
    var groups: Value { answer?.member("groups") ?? .json(.array(captured)) }
    private(set) var captured: [JSONValue] = []

    init(_ match: Pattern.Match, in matches: MatchCursor) {
        start = Double(match.range.lowerBound)
        end = Double(match.range.upperBound)
        captures = match.groups
        captured = match.groups.map { range in range.map { .string(matches.text($0)) } ?? .null }
    }

    /// - Throws: T1010 for what is no match.
    init(answer: Value, for caller: String) throws(JSONataError) {
        let start = answer.member("start").number?.fastDouble
        let end = answer.member("end").number?.fastDouble
        // The reference implementation asks for less, and then trips over what is missing.
        guard let start else { throw .make("T1010", token: caller) }
        self.start = start
        self.end = end ?? start + Double(answer.member("match").string?.utf16.count ?? 0)
        self.answer = answer
    }

    /// The UTF-16 units of a group, counted from 1, or nil if there is none or it took no part.
    func units(ofGroup number: Int, of matches: MatchCursor) -> [UInt16]? {
        if let answer {
            let groups = Elements(answer.member("groups"))
            return 1...Swift.max(1, groups.count) ~= number && number <= groups.count
                ? groups[number - 1].string.map { Array($0.utf16) } : nil
        }
        guard captures.indices.contains(number - 1), let range = captures[number - 1] else { return nil }
        return Array(matches.units[range])
    }

    var groupCount: Int { answer.map { Elements($0.member("groups")).count } ?? captures.count }

    /// The object that a matching function answers.
    func value(of matches: MatchCursor) -> Value {
        if let answer { return answer }
        let rest = matches
        let next = Function(
            .native(
                arity: 0,
                body: { (call) throws(JSONataError) in
                    var rest = rest
                    return try rest.next()?.value(of: rest) ?? .undefined
                }))
        return .record(
            Value.Record([
                ("match", text(in: matches)), ("start", .number(start)), ("end", .number(end)), ("groups", groups),
                ("next", .function(next)),
            ]))
    }
}

/// Goes from match to match.
private struct MatchCursor {
    /// The text.
    let units: [UInt16]
    private let text: String
    private let function: Function
    private let evaluation: Evaluation
    private let caller: String
    /// Where the next match of a pattern may begin.
    private var at = 0
    /// Whether there was a match.
    private var hasMatched = false
    /// What the next match of a function comes from.
    private var successor: Value = .undefined

    /// The matches in a text.
    ///
    /// - Parameter caller: The name of the function that looks for them.
    init(_ function: Function, in text: String, _ call: Call, for caller: String) {
        self.caller = caller
        self.text = text
        self.function = function
        evaluation = call.evaluation
        units = Array(text.utf16)
    }

    mutating func skip(to place: Double) { at = self.place(place) }

    /// The next match, or nil.
    mutating func next() throws(JSONataError) -> PatternMatch? {
        if let pattern = function.pattern { return try next(of: pattern) }
        let answer =
            if hasMatched {
                try nextAnswer()
            } else {
                try evaluation.invoke(function, [.json(.string(text))])
            }
        hasMatched = true
        if answer.isUndefined { return nil }
        let match = try PatternMatch(answer: answer, for: caller)
        successor = answer.member("next")
        return match
    }

    private func nextAnswer() throws(JSONataError) -> Value {
        guard let next = successor.function else { throw .make("T1010", token: caller) }
        return try evaluation.invoke(next, [])
    }

    /// A pattern may match nothing once, but there is no way on from there.
    private mutating func next(of pattern: Pattern) throws(JSONataError) -> PatternMatch? {
        if !hasMatched { try evaluation.charge(bytes: 2 * units.count) }
        if hasMatched, at >= units.count { return nil }
        var budget = evaluation.visitsLeft
        let match: Pattern.Match?
        do { match = try pattern.firstMatch(in: units, from: at, budget: &budget) } catch { throw .visitsExceeded }
        try evaluation.visit(evaluation.visitsLeft - budget)
        guard let match else {
            at = units.count
            hasMatched = true
            return nil
        }
        if hasMatched, match.range.isEmpty { throw .make("D1004", value: .string(pattern.source)) }
        hasMatched = true
        at = match.range.upperBound
        return PatternMatch(match, in: self)
    }

    /// A place within the text.
    func place(_ value: Double) -> Int { value > 0 ? Int(Swift.min(value, Double(units.count))) : 0 }

    func text(_ range: Range<Int>) -> String { String(decoding: units[range], as: UTF16.self) }
}

/// The third argument of `$replace`: text with `$0` for what matched, `$1` for what the first group captured, `$$` for a dollar.
private struct ReplacementTemplate {
    private let units: [UInt16]
    private let hasCodes: Bool

    private static let dollar = CodeUnits.ascii("$")

    init(_ text: String) {
        units = Array(text.utf16)
        hasCodes = units.contains(Self.dollar)
    }

    /// Appends what a match is replaced by.
    func append(_ match: PatternMatch, of matches: MatchCursor, to result: inout [UInt16]) {
        guard hasCodes else {
            result += units
            return
        }
        var at = 0
        while at < units.count {
            guard units[at] == Self.dollar else {
                result.append(units[at])
                at += 1
                continue
            }
            at += 1
            switch at < units.count ? units[at] : 0 {
            case Self.dollar:
                result.append(Self.dollar)
                at += 1
            case .zero:
                result += match.text(in: matches).string?.utf16 ?? "".utf16
                at += 1
            default:
                at += appendGroup(at, match, matches, &result)
            }
        }
    }

    /// Appends the group whose number stands at a place, and answers how many units the number takes. A number has as many digits as
    /// that of the last group, or one less if there is no such group; where there is no number the dollar stands for itself.
    private func appendGroup(_ at: Int, _ match: PatternMatch, _ matches: MatchCursor, _ result: inout [UInt16]) -> Int {
        let count = match.groupCount
        let digits = String(count).utf8.count
        var number = number(at, digits)
        if digits > 1, let found = number, found > count { number = self.number(at, digits - 1) }
        guard let number else {
            result.append(Self.dollar)
            return 0
        }
        result += match.units(ofGroup: number, of: matches) ?? []
        return String(number).utf8.count
    }

    /// The number in so many units from a place on.
    private func number(_ at: Int, _ digits: Int) -> Int? {
        var number: Int?
        for unit in units[at..<Swift.min(at + digits, units.count)] {
            guard unit >= .zero, unit < .zero + 10 else { break }
            number = (number ?? 0) * 10 + Int(unit - .zero)
        }
        return number
    }
}

extension Value {
    /// The member of a name, or nothing.
    fileprivate func member(_ name: String) -> Value {
        switch self {
        case .json(.object(let object)): object[name].map { .json($0) } ?? .undefined
        case .record(let record): record.members.first { $0.name.utf8Equals(name) }?.value ?? .undefined
        case .undefined, .json, .sequence, .list, .function: .undefined
        }
    }
}
