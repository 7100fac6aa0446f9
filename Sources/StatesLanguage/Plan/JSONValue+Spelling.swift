import StatesJSON

/// A value has more levels of arrays and objects than a state may keep.
struct TooManyLevels: Error {}

extension JSONValue {
    /// The value with its numbers as JSONata hands them over: whole ones below 1e21 in digits, `1.0` as `1` and `1e2` as `100`,
    /// integers beyond 64 bits as the nearest double (query facts 3.2). Nil if it is so already.
    ///
    /// - Throws: if it has more than so many levels, which bounds the recursion too.
    func spelledByJSONata(levels: Int) throws(TooManyLevels) -> JSONValue? {
        switch self {
        case .null, .bool, .string, .number(.integer): return nil
        case .number(let number): return number.spelledByJSONata.map { .number($0) }
        case .array(let elements):
            if levels == 0 { throw TooManyLevels() }
            var changed: [JSONValue]?
            for at in elements.indices {
                guard let element = try elements[at].spelledByJSONata(levels: levels - 1) else { continue }
                if changed == nil { changed = elements }
                changed?[at] = element
            }
            return changed.map { .array($0) }
        case .object(let object):
            if levels == 0 { throw TooManyLevels() }
            var changed: JSONObject?
            for (at, member) in object.members.enumerated() {
                guard let value = try member.value.spelledByJSONata(levels: levels - 1) else { continue }
                if changed == nil { changed = object }
                changed?.replaceValue(at: at, with: value)
            }
            return changed.map { .object($0) }
        }
    }
}

extension JSONNumber {
    /// Nil where the number is so already. Fractions and whole numbers from 1e21 on are spelled when they are written.
    fileprivate var spelledByJSONata: JSONNumber? {
        if case .integer = self { return nil }
        let value = doubleValue
        if let whole = Int64(exactly: value), whole.magnitude <= 1 << 53 { return .integer(whole) }
        guard value.isFinite, value.rounded() == value, value.magnitude < 1e21 else {
            if case .text = self, value.isFinite { return .double(value) }
            return nil
        }
        return Self.digits(of: value)
    }

    /// A whole number beyond 2^53: the shortest digits that read back as the double, then zeros, as JavaScript prints it.
    private static func digits(of value: Double) -> JSONNumber? {
        // The standard library prints the same digits as `1.2345e+20`.
        let printed = value.magnitude.description.utf8
        guard let e = printed.firstIndex(of: UInt8(ascii: "e")) else { return Int64(exactly: value).map { .integer($0) } }
        let mantissa = printed[..<e].filter { $0 != UInt8(ascii: ".") }
        guard
            let exponent = Int(
                String(decoding: printed[printed.index(after: e)...].filter { $0 != UInt8(ascii: "+") }, as: UTF8.self))
        else { return nil }
        // `1.0e+20` has a digit behind the point that is none.
        let significant = mantissa.count == 2 && mantissa[1] == UInt8(ascii: "0") ? [mantissa[0]] : mantissa
        guard significant.count <= exponent + 1 else { return nil }
        let text = String(decoding: significant, as: UTF8.self) + String(repeating: "0", count: exponent + 1 - significant.count)
        return .text(value < 0 ? "-" + text : text)
    }
}
