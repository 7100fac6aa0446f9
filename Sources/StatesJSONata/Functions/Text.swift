import StatesJSON

/// Functions of texts. Characters are code points; nothing here looks at graphemes.
extension BuiltIns {
    /// `$string(arg, prettify)`.
    /// - Throws: D3001 for infinity and NaN, D1001 for infinity inside an array or object.
    static func string(_ call: inout Call) throws(JSONataError) -> Value {
        switch call[0].unwrapped {
        case .undefined: return .undefined
        case .json(.string): return call[0]
        case .function: return .json("")
        case .json(.number(let number)): return .json(.string(try text(of: number)))
        case let value:
            let isPretty = call[1].data?.bool ?? false
            return .json(.string(try StringText.text(of: value, isPretty: isPretty, call)))
        }
    }

    /// A number as `$string` and `&` print it.
    static func text(of number: JSONNumber) throws(JSONataError) -> String {
        if case .integer(let value) = number, value.magnitude < 1_000_000_000_000_000 { return String(value) }
        let value = number.fastDouble
        guard value.isFinite else { throw .make("D3001", value: .number(number)) }
        return NumberText.fifteenDigits(value)
    }

    /// `$length(str)`.
    static func length(_ call: inout Call) throws(JSONataError) -> Value {
        guard let text = call.text(0) else { return .undefined }
        try call.work(text: text.utf8.count)
        return .json(.number(.integer(Int64(text.scalarCount))))
    }

    /// `$substring(str, start, length)`: a start below zero counts from the end.
    static func substring(_ call: inout Call) throws(JSONataError) -> Value {
        guard let text = call.text(0) else { return .undefined }
        let count = text.utf8.count
        try call.work(text: count)
        var start = call.number(1) ?? .nan
        let wanted = call.number(2)
        // Only from the end it matters how long the text is.
        let length = start < 0 || start.isNaN ? Double(text.scalarCount) : .infinity
        if length + start < 0 { start = 0 }
        var end = Double.infinity
        if let wanted {
            if wanted <= 0 { return .json("") }
            end = start >= 0 ? start + wanted : length + start + wanted
        }
        let range = place(start, length)..<Swift.max(place(start, length), place(end, length))
        try call.charge(text: Swift.min(count, range.count < count ? 4 * range.count : count))
        return .json(.string(text.scalars(in: range)))
    }

    /// A place in a text as JavaScript's `slice` takes it: without a fraction, and from the end where it is below zero.
    private static func place(_ value: Double, _ length: Double) -> Int {
        if value.isNaN { return 0 }
        let whole = value.rounded(.towardZero)
        let place = whole < 0 ? Swift.max(0, length + whole) : whole
        return place < 0x1p62 ? Int(place) : .max
    }

    /// `$substringBefore(str, chars)`: the whole text where it does not hold the characters.
    static func substringBefore(_ call: inout Call) throws(JSONataError) -> Value {
        guard let text = call.text(0) else { return .undefined }
        guard let found = try find(call) else { return .json(.string(text)) }
        return .json(.string(text.bytes(0..<found.lowerBound)))
    }

    /// `$substringAfter(str, chars)`: the whole text where it does not hold the characters.
    static func substringAfter(_ call: inout Call) throws(JSONataError) -> Value {
        guard let text = call.text(0) else { return .undefined }
        guard let found = try find(call) else { return .json(.string(text)) }
        return .json(.string(text.bytes(found.upperBound..<text.utf8.count)))
    }

    /// Where the second argument stands in the first one, in bytes. Nothing given is looked for as JavaScript does it.
    static func find(_ call: Call) throws(JSONataError) -> Range<Int>? {
        guard var text = call.text(0) else { return nil }
        let wanted = call.text(1) ?? "undefined"
        try call.work(text: text.utf8.count + wanted.utf8.count)
        let search = TextSearch(wanted)
        return text.withUTF8 { search.first(in: $0, from: 0) }.map { $0..<($0 + search.count) }
    }

    /// `$lowercase(str)`.
    static func lowercase(_ call: inout Call) throws(JSONataError) -> Value {
        guard let text = call.text(0) else { return .undefined }
        try call.charge(text: text.utf8.count)
        return .json(.string(text.mappedASCII(UInt8(ascii: "A")...UInt8(ascii: "Z")) ?? text.lowercasedAsInJavaScript))
    }

    /// `$uppercase(str)`.
    static func uppercase(_ call: inout Call) throws(JSONataError) -> Value {
        guard let text = call.text(0) else { return .undefined }
        try call.charge(text: text.utf8.count)
        return .json(.string(text.mappedASCII(UInt8(ascii: "a")...UInt8(ascii: "z")) ?? text.uppercased()))
    }

    /// `$trim(str)`: spaces, tabs and line ends inside become one space, those around it none.
    static func trim(_ call: inout Call) throws(JSONataError) -> Value {
        guard let text = call.text(0) else { return .undefined }
        try call.charge(text: text.utf8.count)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        var isAfterSpace = false
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): isAfterSpace = true
            default:
                if isAfterSpace, !bytes.isEmpty { bytes.append(UInt8(ascii: " ")) }
                isAfterSpace = false
                bytes.append(byte)
            }
        }
        return .json(.string(String(decoding: bytes, as: UTF8.self)))
    }

    /// `$pad(str, width, char)`: at the end, or at the beginning where the width is below zero.
    static func pad(_ call: inout Call) throws(JSONataError) -> Value {
        guard let text = call.text(0) else { return .undefined }
        try call.work(text: text.utf8.count)
        let width = call.number(1) ?? .nan
        let missing = width.magnitude - Double(text.scalarCount)
        guard missing >= 1 else { return .json(.string(text)) }
        var unit = Array((call.text(2) ?? "").unicodeScalars)
        if unit.isEmpty { unit = [" "] }
        // The size is found out, and refused, before anything is made; beyond 2^40 it is refused in any case.
        let count = missing < 0x1p40 ? Int(missing) : 1 << 40
        try call.charge(text: text.utf8.count + count)
        try call.evaluation.visit(count >> 3)
        let padding = repeated(unit, count: count)
        return .json(.string(width > 0 ? text + padding : padding + text))
    }

    /// So many scalars, the same ones again and again.
    private static func repeated(_ unit: [Unicode.Scalar], count: Int) -> String {
        if unit.count == 1 { return String(repeating: String(Character(unit[0])), count: count) }
        var padding = String.UnicodeScalarView()
        for at in 0..<count { padding.append(unit[at % unit.count]) }
        return String(padding)
    }

    /// `$join(array, separator)`.
    static func join(_ call: inout Call) throws(JSONataError) -> Value {
        if call[0].isUndefined { return .undefined }
        let separator = call.text(1) ?? ""
        let elements = Elements(call[0])
        try call.work(elements.count)
        var size = 0
        for at in 0..<elements.count { size += (elements[at].string?.utf8.count ?? 0) + separator.utf8.count }
        try call.charge(text: size)
        var text = ""
        text.reserveCapacity(size)
        for at in 0..<elements.count {
            if at > 0 { text += separator }
            if let element = elements[at].string { text += element }
        }
        return .json(.string(text))
    }
}

extension String {
    /// The number of code points.
    var scalarCount: Int {
        var count = 0
        for byte in utf8 where byte & 0xC0 != 0x80 { count += 1 }
        return count
    }

    /// The code points in a range, as far as there are any.
    func scalars(in range: Range<Int>) -> String {
        guard let start = byteOffset(ofScalar: range.lowerBound) else { return "" }
        return bytes(start..<(byteOffset(ofScalar: range.upperBound) ?? utf8.count))
    }

    /// The byte at which a code point begins, or nil if there are not so many.
    private func byteOffset(ofScalar number: Int) -> Int? {
        if number == 0 { return 0 }
        if number >= utf8.count { return nil }
        var seen = 0
        var at = 0
        for byte in utf8 {
            if byte & 0xC0 != 0x80 {
                if seen == number { return at }
                seen += 1
            }
            at += 1
        }
        return nil
    }

    /// A part, by bytes.
    func bytes(_ range: Range<Int>) -> String {
        let start = utf8.index(utf8.startIndex, offsetBy: range.lowerBound)
        return String(self[start..<utf8.index(start, offsetBy: range.count)])
    }

    /// The text with ASCII letters of a range in the other case, or nil if the text is not all ASCII.
    fileprivate func mappedASCII(_ letters: ClosedRange<UInt8>) -> String? {
        var text = self
        return text.withUTF8 { source in
            if source.contains(where: { $0 >= 0x80 }) { return nil }
            return String(unsafeUninitializedCapacity: source.count) { target in
                for at in 0..<source.count { target[at] = letters.contains(source[at]) ? source[at] ^ 0x20 : source[at] }
                return source.count
            }
        }
    }

    /// Lower case as Unicode has it. A capital sigma at the end of a word becomes a final one, which is the only letter whose
    /// neighbours matter and which the standard library does not look at.
    fileprivate var lowercasedAsInJavaScript: String {
        guard unicodeScalars.contains("Σ") else { return lowercased() }
        var result = String.UnicodeScalarView()
        /// Whether the last scalar that counts was a letter with a case.
        var isAfterLetter = false
        /// Where the text would need a final sigma if the word ends here.
        var pending: String.UnicodeScalarView.Index?
        for scalar in unicodeScalars {
            let isIgnorable = scalar.properties.isCaseIgnorable
            let isLetter = scalar.properties.isCased
            if !isIgnorable {
                if !isLetter, let place = pending { result.replaceSubrange(place...place, with: ["ς"]) }
                pending = nil
            }
            if scalar == "Σ" {
                if isAfterLetter { pending = result.endIndex }
                result.append("σ")
            } else {
                result.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
            }
            if !isIgnorable { isAfterLetter = isLetter }
        }
        if let place = pending { result.replaceSubrange(place...place, with: ["ς"]) }
        return String(result)
    }
}
