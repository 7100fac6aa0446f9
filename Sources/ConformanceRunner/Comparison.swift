import StatesJSON

/// Compares what came with what was recorded, by the rules that come with the recordings.
///
/// In expected text `{{name}}` stands for one or more characters of any kind; a text that is nothing else matches any value.
/// Objects and arrays are also expected of text that holds them as JSON. Members are compared without regard to order, numbers by
/// value.
enum Comparison {
    /// Nil if `got` is what `want` describes; otherwise where and how it differs.
    static func difference(_ want: JSONValue, _ got: JSONValue, at path: String = "") -> String? {
        if case .string(let text) = want, Wildcard(text).matchesEverything { return nil }
        switch want {
        case .object(let members): return objectDifference(members, got, path)
        case .array(let items): return arrayDifference(items, got, path)
        case .bool, .null: return want == got && want.kindName == got.kindName ? nil : mismatch(want, got, path)
        case .number(let number): return numberDifference(number, got, path)
        case .string(let text): return textDifference(text, got, path)
        }
    }

    private static func objectDifference(_ want: JSONObject, _ got: JSONValue, _ path: String) -> String? {
        guard case .object(let members) = parsed(got) else { return mismatch(.object(want), got, path) }
        var left = members
        var wild: [JSONObject.Member] = []
        for member in want {
            if Wildcard(member.name).isWild {
                wild.append(member)
                continue
            }
            guard let value = left[member.name] else { return "\(path).\(member.name): missing" }
            if let difference = difference(member.value, value, at: "\(path).\(member.name)") { return difference }
            left[member.name] = nil
        }
        for member in wild {
            let wildcard = Wildcard(member.name)
            guard let hit = left.first(where: { wildcard.matches($0.name) && difference(member.value, $0.value) == nil }) else {
                return "\(path).\(member.name): missing"
            }
            left[hit.name] = nil
        }
        return left.isEmpty ? nil : "\(place(path)): unexpected \(left.names.sorted().joined(separator: ", "))"
    }

    private static func arrayDifference(_ want: [JSONValue], _ got: JSONValue, _ path: String) -> String? {
        guard case .array(let items) = parsed(got) else { return mismatch(.array(want), got, path) }
        guard want.count == items.count else { return "\(place(path)): expected \(want.count) items, got \(items.count)" }
        for (index, pair) in zip(want, items).enumerated() {
            if let difference = difference(pair.0, pair.1, at: "\(path)[\(index)]") { return difference }
        }
        return nil
    }

    private static func numberDifference(_ want: JSONNumber, _ got: JSONValue, _ path: String) -> String? {
        guard let number = got.number else { return mismatch(.number(want), got, path) }
        let a = want.doubleValue
        let b = number.doubleValue
        return abs(a - b) <= 1e-9 * max(1, abs(a), abs(b)) ? nil : mismatch(.number(want), got, path)
    }

    private static func textDifference(_ want: String, _ got: JSONValue, _ path: String) -> String? {
        switch got {
        case .bool, .null: return mismatch(.string(want), got, path)
        case .string, .number, .array, .object: break
        }
        let text = got.string ?? got.compactText
        if want.utf8.elementsEqual(text.utf8) || Wildcard(want).matches(text) { return nil }
        if let a = try? JSONValue(parsing: want), a.string == nil, let b = try? JSONValue(parsing: text), difference(a, b) == nil {
            return nil
        }
        return "\(place(path)): expected \(JSONValue.string(want).brief(300)), got \(JSONValue.string(text).brief(300))"
    }

    /// Text that holds JSON, where an object or array is expected, is that object or array.
    private static func parsed(_ value: JSONValue) -> JSONValue {
        guard case .string(let text) = value, let inner = try? JSONValue(parsing: text) else { return value }
        return inner
    }

    private static func mismatch(_ want: JSONValue, _ got: JSONValue, _ path: String) -> String {
        "\(place(path)): expected \(want.brief(200)), got \(got.brief(200))"
    }

    private static func place(_ path: String) -> String { path.isEmpty ? "." : path }
}

extension JSONValue {
    /// The beginning of its JSON text.
    func brief(_ limit: Int) -> String {
        let text = compactText
        return text.count <= limit ? text : text.prefix(limit) + "…"
    }
}

/// Expected text: literal pieces with `{{name}}` between them, each of which stands for one or more characters.
struct Wildcard {
    /// The pieces around the wildcards; one more than there are wildcards.
    private var pieces: [[UInt8]] = [[]]

    init(_ text: String) {
        let bytes = Array(text.utf8)
        var at = 0
        while at < bytes.count {
            if let end = Self.end(of: at, in: bytes) {
                pieces.append([])
                at = end
            } else {
                pieces[pieces.count - 1].append(bytes[at])
                at += 1
            }
        }
    }

    /// Where the wildcard that begins there ends: `{{`, no brace in between, `}}`.
    private static func end(of start: Int, in bytes: [UInt8]) -> Int? {
        let open = UInt8(ascii: "{")
        let close = UInt8(ascii: "}")
        guard start + 3 < bytes.count, bytes[start] == open, bytes[start + 1] == open else { return nil }
        var at = start + 2
        while at < bytes.count, bytes[at] != open, bytes[at] != close { at += 1 }
        return at + 1 < bytes.count && bytes[at] == close && bytes[at + 1] == close ? at + 2 : nil
    }

    /// Whether there is any wildcard.
    var isWild: Bool { pieces.count > 1 }
    /// Whether there is nothing but one wildcard.
    var matchesEverything: Bool { pieces.count == 2 && pieces[0].isEmpty && pieces[1].isEmpty }

    /// Whether the text is what this describes. The leftmost place of each piece is as good as any.
    func matches(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard isWild else { return bytes == pieces[0] }
        let last = pieces[pieces.count - 1]
        guard bytes.starts(with: pieces[0]), bytes.count >= last.count, bytes.suffix(last.count).elementsEqual(last) else {
            return false
        }
        var at = pieces[0].count
        let end = bytes.count - last.count
        for piece in pieces[1..<(pieces.count - 1)] {
            guard let found = Self.find(piece, in: bytes, from: at + 1, to: end) else { return false }
            at = found + piece.count
        }
        return at + 1 <= end
    }

    private static func find(_ piece: [UInt8], in bytes: [UInt8], from: Int, to end: Int) -> Int? {
        var at = from
        while at + piece.count <= end {
            if bytes[at..<(at + piece.count)].elementsEqual(piece) { return at }
            at += 1
        }
        return nil
    }
}
