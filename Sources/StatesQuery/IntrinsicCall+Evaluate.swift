import StatesJSON
import StatesText

extension IntrinsicCall {
    /// The longest text that `Base64Encode`, `Base64Decode` and `Hash` take, in UTF-16 code units.
    static let characterLimit = 10_000
    /// The most items that `ArrayRange` answers.
    static let rangeLimit = 1000
    /// The most bytes of text that one call makes or reads: far beyond what a state may pass on (256 KiB), so that nobody meets it
    /// who does not multiply values in nested calls.
    static let textLimit = 16 << 20

    /// The value of the call.
    ///
    /// - Throws: `QueryFailure` named `States.Runtime` if an argument's path finds nothing, and `States.IntrinsicFailure` if the
    ///   function cannot answer. The texts of the latter are our own: none is on record.
    func evaluate(in scope: inout some QueryScope) throws(QueryFailure) -> JSONValue {
        switch function {
        case .mathAdd: return try mathAdd(&scope)
        case .format: return try format(&scope)
        case .stringToJSON: return try stringToJSON(&scope)
        case .jsonToString: return .string(try jsonText(of: try value(0, &scope)))
        case .array:
            var elements: [JSONValue] = []
            elements.reserveCapacity(arguments.count)
            for position in arguments.indices { elements.append(try value(position, &scope)) }
            return .array(elements)
        case .arrayPartition: return try arrayPartition(&scope)
        case .arrayContains:
            let elements = try limited(try array(0, &scope))
            let wanted = try value(1, &scope)
            return .bool(elements.contains(wanted))
        case .arrayRange: return try arrayRange(&scope)
        case .arrayGetItem:
            let elements = try array(0, &scope)
            let index = try integer(1, &scope)
            guard index >= 0, index < elements.count else {
                throw failure("the index \(index) is outside of the array, which has \(elements.count) items")
            }
            return elements[Int(index)]
        case .arrayLength: return .integer(try array(0, &scope).count)
        case .arrayUnique:
            var seen: Set<JSONValue> = []
            return .array(try limited(try array(0, &scope)).filter { seen.insert($0).inserted })
        case .base64Encode: return .string(Base64.encode(Array(try shortText(0, &scope).utf8)))
        case .base64Decode: return try base64Decode(&scope)
        case .hash: return try hash(&scope)
        case .jsonMerge: return try jsonMerge(&scope)
        case .mathRandom: return try mathRandom(&scope)
        case .stringSplit: return try stringSplit(&scope)
        case .uuid: return .string(UUIDText.version4(scope.randomBits(), scope.randomBits()))
        }
    }

    // MARK: Numbers

    /// Each argument is rounded before the sum is made (recorded).
    private func mathAdd(_ scope: inout some QueryScope) throws(QueryFailure) -> JSONValue {
        let left = try integer(0, &scope)
        let right = try integer(1, &scope)
        let range = Int64(Int32.min)...Int64(Int32.max)
        guard range.contains(left), range.contains(right) else {
            throw failure("both numbers must be from -2147483648 to 2147483647")
        }
        return .number(.integer(left + right))
    }

    /// With a seed, the number is what `java.util.Random` gives for it (assumed: no sequence is on record).
    private func mathRandom(_ scope: inout some QueryScope) throws(QueryFailure) -> JSONValue {
        let first = try integer(0, &scope)
        let end = try integer(1, &scope)
        let (span, isOverflow) = end.subtractingReportingOverflow(first)
        guard !isOverflow, span > 0 else { throw failure("the start \(first) must be less than the end \(end)") }
        if arguments.count == 3 {
            var random = JavaRandom(seed: try integer(2, &scope))
            if let bound = Int32(exactly: span) { return .number(.integer(first + Int64(random.nextInt(bound: bound)))) }
            return .number(.integer(first + min(span - 1, Int64(random.nextDouble() * Double(span)))))
        }
        let offset = scope.randomBits().multipliedFullWidth(by: UInt64(span)).high
        return .number(.integer(first + Int64(offset)))
    }

    private func arrayRange(_ scope: inout some QueryScope) throws(QueryFailure) -> JSONValue {
        let first = try integer(0, &scope)
        let last = try integer(1, &scope)
        let step = try integer(2, &scope)
        guard step != 0 else { throw failure("the step must not be 0") }
        guard step > 0 ? first <= last : first >= last else { return .array([]) }
        let (distance, isOverflow) = last.subtractingReportingOverflow(first)
        guard !isOverflow, distance.magnitude / step.magnitude < UInt64(Self.rangeLimit) else {
            throw failure("the range has more than \(Self.rangeLimit) items")
        }
        return .array(stride(from: first, through: last, by: Int(step)).map { .number(.integer($0)) })
    }

    // MARK: Arrays and objects

    private func arrayPartition(_ scope: inout some QueryScope) throws(QueryFailure) -> JSONValue {
        let elements = try array(0, &scope)
        let size = try integer(1, &scope)
        guard size > 0 else { throw failure("the chunk size must be a positive integer but was \(size)") }
        guard size < elements.count else { return .array(elements.isEmpty ? [] : [.array(elements)]) }
        let step = Int(size)
        return .array(
            stride(from: 0, to: elements.count, by: step).map { start in
                .array(Array(elements[start..<min(start + step, elements.count)]))
            })
    }

    private func jsonMerge(_ scope: inout some QueryScope) throws(QueryFailure) -> JSONValue {
        let left = try value(0, &scope)
        let right = try value(1, &scope)
        let isDeep = try value(2, &scope)
        guard case .object(var merged) = left, case .object(let added) = right else {
            throw failure("the first two arguments must be objects but were \(left.kindName) and \(right.kindName)")
        }
        guard case .bool(false) = isDeep else {
            throw failure("the third argument must be false: only shallow merging is supported")
        }
        for member in added.members { merged[member.name] = member.value }
        return .object(merged)
    }

    // MARK: Text

    private func format(_ scope: inout some QueryScope) throws(QueryFailure) -> JSONValue {
        let template: FormatTemplate
        if case .template(let literal) = arguments[0] {
            template = literal
        } else {
            template = FormatTemplate(data: try text(0, &scope))
        }
        guard template.parts.count == arguments.count else {
            throw failure(
                "the template has \(template.parts.count - 1) placeholders but \(arguments.count - 1) arguments are given")
        }
        var result = template.parts[0]
        for position in 1..<arguments.count {
            try append(try value(position, &scope), to: &result)
            result += template.parts[position]
        }
        return .string(result)
    }

    /// Text goes in bare, numbers and truth values as JSON, objects and arrays as Java prints them (recorded).
    private func append(_ value: JSONValue, to result: inout String) throws(QueryFailure) {
        switch value {
        case .string(let text): result += text
        case .null, .bool, .number: result += value.compactText
        case .array, .object:
            guard let text = JavaText.text(of: value, limit: Self.textLimit) else { throw tooMuchText }
            result += text
        }
        if result.utf8.count > Self.textLimit { throw tooMuchText }
    }

    private func stringToJSON(_ scope: inout some QueryScope) throws(QueryFailure) -> JSONValue {
        let text = try text(0, &scope)
        // Nothing, and nothing but space, is null (recorded).
        if text.utf8.allSatisfy({ $0 <= .space }) { return .null }
        do {
            let value = try JSONValue(parsing: text)
            // `-0` is 0 (recorded).
            if case .number(.text(let digits)) = value, digits.utf8Equals("-0") { return 0 }
            return value
        } catch {
            throw failure("the text is not valid JSON")
        }
    }

    /// The delimiters are a set of characters, and empty parts are dropped (recorded).
    private func stringSplit(_ scope: inout some QueryScope) throws(QueryFailure) -> JSONValue {
        let text = try text(0, &scope)
        let delimiters = Set(try self.text(1, &scope).unicodeScalars)
        if delimiters.count == 1, let delimiter = delimiters.first, delimiter.isASCII {
            let byte = UInt8(ascii: delimiter)
            return .array(text.utf8.split(separator: byte).map { .string(String(Substring($0))) })
        }
        return .array(text.unicodeScalars.split { delimiters.contains($0) }.map { .string(String($0)) })
    }

    private func base64Decode(_ scope: inout some QueryScope) throws(QueryFailure) -> JSONValue {
        guard let bytes = Base64.decode(try shortText(0, &scope)) else { throw failure("the text is not valid Base64") }
        return .string(String(decoding: bytes, as: UTF8.self))
    }

    /// What is no text is hashed as its JSON text.
    private func hash(_ scope: inout some QueryScope) throws(QueryFailure) -> JSONValue {
        let data = try value(0, &scope)
        let algorithm = try text(1, &scope)
        let text: String
        if case .string(let string) = data { text = string } else { text = try jsonText(of: data) }
        try checkLength(text)
        let bytes = Array(text.utf8)
        switch algorithm {
        case "MD5": return .string(Digest.hexadecimal(Digest.md5(bytes)))
        case "SHA-1": return .string(Digest.hexadecimal(Digest.sha1(bytes)))
        case "SHA-256": return .string(Digest.hexadecimal(Digest.sha256(bytes)))
        case "SHA-384": return .string(Digest.hexadecimal(Digest.sha384(bytes)))
        case "SHA-512": return .string(Digest.hexadecimal(Digest.sha512(bytes)))
        default: throw failure("the algorithm '\(algorithm)' is not one of MD5, SHA-1, SHA-256, SHA-384, SHA-512")
        }
    }

    // MARK: Arguments

    private func value(_ position: Int, _ scope: inout some QueryScope) throws(QueryFailure) -> JSONValue {
        switch arguments[position] {
        case .literal(let value): return value
        case .path(let path):
            do {
                return try path.evaluate(in: scope)
            } catch {
                throw .argumentPath(path, error, in: scope)
            }
        case .call(let call): return try call.evaluate(in: &scope)
        case .template(let template): return .string(template.parts.joined(separator: "{}"))
        }
    }

    private func array(_ position: Int, _ scope: inout some QueryScope) throws(QueryFailure) -> [JSONValue] {
        let value = try value(position, &scope)
        guard case .array(let elements) = value else { throw mismatch(position, "an array", value) }
        return elements
    }

    private func text(_ position: Int, _ scope: inout some QueryScope) throws(QueryFailure) -> String {
        let value = try value(position, &scope)
        guard case .string(let text) = value else { throw mismatch(position, "a string", value) }
        return text
    }

    private func shortText(_ position: Int, _ scope: inout some QueryScope) throws(QueryFailure) -> String {
        let text = try text(position, &scope)
        try checkLength(text)
        return text
    }

    private func checkLength(_ text: String) throws(QueryFailure) {
        // No text has more UTF-16 code units than bytes.
        guard text.utf8.count <= Self.characterLimit || text.utf16.count <= Self.characterLimit else {
            throw failure("the text has more than \(Self.characterLimit) characters")
        }
    }

    /// A number, rounded to the nearest integer; halves go up (recorded of `MathAdd`).
    private func integer(_ position: Int, _ scope: inout some QueryScope) throws(QueryFailure) -> Int64 {
        let value = try value(position, &scope)
        guard case .number(let number) = value else { throw mismatch(position, "a number", value) }
        if case .integer(let integer) = number { return integer }
        let whole = number.doubleValue.rounded(.down)
        guard let integer = Int64(exactly: number.doubleValue - whole >= 0.5 ? whole + 1 : whole) else {
            throw failure("argument \(position + 1) is too large")
        }
        return integer
    }

    /// The array, unless it is so large that comparing its elements would take too long: nested calls can multiply a value.
    private func limited(_ elements: [JSONValue]) throws(QueryFailure) -> [JSONValue] {
        var left = Self.textLimit
        for element in elements { element.spend(&left, depth: 0) }
        if left < 0 { throw tooMuchText }
        return elements
    }

    private func jsonText(of value: JSONValue) throws(QueryFailure) -> String {
        var left = Self.textLimit
        value.spend(&left, depth: 0)
        if left < 0 { throw tooMuchText }
        return value.compactText
    }

    // MARK: Failures

    private func mismatch(_ position: Int, _ wanted: String, _ value: JSONValue) -> QueryFailure {
        failure("argument \(position + 1) must be \(wanted) but was \(value.kindName)")
    }

    private var tooMuchText: QueryFailure { failure("the values hold more than \(Self.textLimit) bytes") }

    private func failure(_ reason: String) -> QueryFailure {
        QueryFailure(error: "States.IntrinsicFailure", cause: "The function \(function.rawValue) failed: \(reason).")
    }
}

extension QueryFailure {
    /// The failure of a path that is an argument of a call (recorded).
    static func argumentPath(_ path: DataPath, _ failure: PathFailure, in scope: some QueryScope) -> QueryFailure {
        if failure.kind == .invalid { return .invalidPath(path, failure) }
        let input = path.searchedText(in: scope)
        return QueryFailure(
            error: "States.Runtime",
            cause: "The JsonPath argument for the field '\(path.text)' could not be found in the input '\(input)'")
    }

    /// The failure of a path that cannot be applied; the library's text shows (recorded in kind).
    static func invalidPath(_ path: DataPath, _ failure: PathFailure) -> QueryFailure {
        QueryFailure(error: "States.Runtime", cause: "Invalid path '\(path.text)' : \(failure.message)")
    }
}

extension JSONValue {
    /// Takes roughly the length of the value's text off `left`; stops early once that is negative.
    fileprivate func spend(_ left: inout Int, depth: Int) {
        guard left >= 0 else { return }
        left -= 4
        switch self {
        case .null, .bool: break
        case .number(.text(let text)), .string(let text): left -= text.utf8.count
        case .number: left -= 4
        case .array(let elements):
            if depth == JSONPath.stepLimit { left = -1 }
            for element in elements where left >= 0 { element.spend(&left, depth: depth + 1) }
        case .object(let object):
            if depth == JSONPath.stepLimit { left = -1 }
            for member in object.members where left >= 0 {
                left -= member.name.utf8.count
                member.value.spend(&left, depth: depth + 1)
            }
        }
    }
}

/// The text form of UUIDs.
enum UUIDText {
    private static let digits = Array("0123456789abcdef".utf8)

    /// A random UUID of version 4 (RFC 9562) from 128 random bits, of which 122 are used.
    static func version4(_ high: UInt64, _ low: UInt64) -> String {
        let high = high & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        let low = low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for position in 0..<32 {
            if position == 8 || position == 12 || position == 16 || position == 20 { text.append(.minus) }
            let word = position < 16 ? high : low
            text.append(digits[Int(word >> UInt64(60 - 4 * (position % 16)) & 0xF)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
