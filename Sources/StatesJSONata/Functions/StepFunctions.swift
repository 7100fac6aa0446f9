import StatesJSON
import StatesText

/// What AWS Step Functions adds to the language, as recorded there. Numbers that are not whole are cut off.
extension BuiltIns {
    /// `$partition(array, size)`: arrays of that size, the last one perhaps shorter.
    /// - Throws: T0412 for what is no array, D3137 for a size below zero.
    static func partition(_ call: inout Call) throws(JSONataError) -> Value {
        let array = call[0]
        if array.isUndefined { return .undefined }
        guard array.isArray else { throw .make("T0412", token: "partition", value: array.data, index: 1, type: "values") }
        let elements = Elements(array)
        guard elements.count > 0 else { return .undefined }
        let size = (call.number(1) ?? Double(elements.count)).rounded(.towardZero)
        if size < 0 { throw .make("D3137", text: "Second argument must be zero or greater") }
        guard size >= 1 else { return .undefined }
        let length = size < Double(elements.count) ? Int(size) : elements.count
        try call.charge(elements: elements.count + elements.count / length + 1)
        var parts = Gathering()
        for start in stride(from: 0, to: elements.count, by: length) {
            parts.append(elements.array(in: Array(start..<Swift.min(start + length, elements.count))))
        }
        return parts.array()
    }

    /// `$range(start, end, step)`: up to and including the end. A step of zero or in the wrong direction yields nothing.
    static func range(_ call: inout Call) throws(JSONataError) -> Value {
        guard let start = call.number(0)?.rounded(.towardZero), let end = call.number(1)?.rounded(.towardZero),
            let step = call.number(2)?.rounded(.towardZero), step != 0
        else { return .undefined }
        let steps = ((end - start) / step).rounded(.down)
        guard steps >= 0 else { return .undefined }
        if steps >= 0x1p40 { throw .memoryExceeded }
        var room = 10
        var values: [JSONValue] = []
        for index in 0...Int(steps) {
            // Memory is charged as the recorded service's list grows: 24 bytes an item, and 8 for each place of a list that is half
            // as large again each time. That is where its limit of 360,145 items comes from.
            if index == room {
                room += room / 2
                try call.evaluation.charge(bytes: 8 * room)
                try call.evaluation.visit(room >> 4)
            }
            try call.evaluation.charge(bytes: 24)
            let value = start + Double(index) * step
            values.append(.number(Int64(exactly: value).map { .integer($0) } ?? .double(value)))
        }
        return .sequence(Value.Sequence(values, .sequence))
    }

    /// `$hash(text, algorithm)`: lower-case hexadecimal digits.
    /// - Throws: D3137 for an algorithm that there is none.
    static func hash(_ call: inout Call) throws(JSONataError) -> Value {
        guard let text = call.text(0), let algorithm = call.text(1) else { return .undefined }
        try call.charge(text: 2 * text.utf8.count)
        try call.evaluation.visit(text.utf8.count >> 4)
        let bytes = Array(text.utf8)
        let digest =
            switch algorithm {
            case "MD5": Digest.md5(bytes)
            case "SHA-1": Digest.sha1(bytes)
            case "SHA-256": Digest.sha256(bytes)
            case "SHA-384": Digest.sha384(bytes)
            case "SHA-512": Digest.sha512(bytes)
            default:
                throw .make("D3137", text: "Hash algorithm '\(algorithm)' must be one of SHA-1, SHA-384, SHA-256, SHA-512, MD5")
            }
        return .json(.string(Digest.hexadecimal(digest)))
    }

    /// `$random(seed)`: from 0 up to, but not including, 1. With a seed it is what Java's generator yields first.
    static func seededRandom(_ call: inout Call) throws(JSONataError) -> Value {
        guard let seed = call[0].number else { return .number(call.evaluation.randomFraction()) }
        var generator = JavaRandom(seed: seed.javaLong)
        return .number(generator.nextDouble())
    }

    /// `$uuid()`: version 4.
    static func uuid(_ call: inout Call) throws(JSONataError) -> Value {
        let high = call.evaluation.randomBits() & ~0xF000 | 0x4000
        let low = call.evaluation.randomBits() & ~(0xC000 << 48) | 0x8000 << 48
        var bytes: [UInt8] = []
        for word in [high, low] {
            for shift in stride(from: UInt64(56), through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
        }
        let digits = Array(Digest.hexadecimal(bytes).utf8)
        let parts = [digits[0..<8], digits[8..<12], digits[12..<16], digits[16..<20], digits[20..<32]]
        return .json(.string(String(decoding: Array(parts.joined(separator: [UInt8(ascii: "-")])), as: UTF8.self)))
    }

    /// `$parse(text)`: JSON without duplicate members.
    /// - Throws: D3137 for anything else.
    static func parse(_ call: inout Call) throws(JSONataError) -> Value {
        guard let text = call.text(0) else { return .undefined }
        try call.charge(text: 8 * text.utf8.count)
        let invalid = JSONataError.make("D3137", text: "Invalid JSON")
        let node: JSONNode
        do { node = try JSONNode(parsing: text, limits: .default) } catch { throw invalid }
        if node.hasDuplicateMembers { throw invalid }
        return .json(node.value)
    }
}

extension JSONNumber {
    /// The number as Java casts it to a `long`: cut off, the nearest there is where it is too great, and 0 for NaN.
    fileprivate var javaLong: Int64 {
        if case .integer(let value) = self { return value }
        let value = fastDouble.rounded(.towardZero)
        return Int64(exactly: value) ?? (value.isNaN ? 0 : value < 0 ? .min : .max)
    }
}

extension JSONNode {
    /// Whether an object in here has two members of one name.
    fileprivate var hasDuplicateMembers: Bool {
        switch content {
        case .null, .bool, .number, .string, .symbol: return false
        case .array(let nodes): return nodes.contains { $0.hasDuplicateMembers }
        case .object(let members):
            var names: Set<JSONValue> = []
            return members.contains { !names.insert(.string($0.name)).inserted || $0.value.hasDuplicateMembers }
        }
    }
}
