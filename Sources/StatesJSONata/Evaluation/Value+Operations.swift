import StatesJSON

extension Value {
    /// Whether this is nothing.
    @inline(__always) var isUndefined: Bool {
        if case .undefined = self { true } else { false }
    }

    /// Whether this is an array of any kind.
    var isArray: Bool {
        switch self {
        case .json(.array), .sequence, .list: true
        default: false
        }
    }

    /// The flags of an array; none for any other value.
    var arrayFlags: Flags {
        switch self {
        case .sequence(let sequence): sequence.flags
        case .list(let list): list.flags
        default: []
        }
    }

    /// The elements of an array, or nil.
    var elements: [Value]? {
        switch self {
        case .json(.array(let values)): values.map { .json($0) }
        case .sequence(let sequence): sequence.values.map { .json($0) }
        case .list(let list): list.values
        default: nil
        }
    }

    /// The elements of an array of data, or nil.
    var dataElements: [JSONValue]? {
        switch self {
        case .json(.array(let values)): values
        case .sequence(let sequence): sequence.values
        default: nil
        }
    }

    /// The number, if this is one.
    @inline(__always) var number: JSONNumber? {
        if case .json(.number(let number)) = self { number } else { nil }
    }

    /// The text, if this is one.
    @inline(__always) var string: String? {
        if case .json(.string(let text)) = self { text } else { nil }
    }

    /// The function, if this is one.
    var function: Function? {
        if case .function(let function) = self { function } else { nil }
    }

    /// This as data: undefined and functions have none. Functions inside arrays and objects make the whole have none.
    var data: JSONValue? {
        switch self {
        case .json(let value): value
        case .sequence(let sequence): .array(sequence.values)
        case .undefined, .list, .record, .function: nil
        }
    }

    /// This without flags, as an element or a member is stored; functions stay.
    var stored: Value {
        if case .sequence(let sequence) = self { .json(.array(sequence.values)) } else { self }
    }

    /// A number as JavaScript computes it: whole numbers that are exact become integers again.
    @inline(__always) static func number(_ value: Double) -> Value {
        if let whole = Int64(exactly: value), whole.magnitude <= 1 << 53 { return .json(.number(.integer(whole))) }
        return .json(.number(.double(value)))
    }

    @inline(__always) static func bool(_ value: Bool) -> Value { .json(.bool(value)) }

    /// What `$boolean` says, with undefined being false.
    /// - Throws: D1001 for infinity.
    func isTruthy() throws(JSONataError) -> Bool {
        switch self {
        case .undefined, .function: return false
        case .json(let value): return try value.isTruthy()
        case .sequence(let sequence): return try JSONValue.anyTruthy(sequence.values)
        case .list(let list):
            for value in list.values where try value.isTruthy() { return true }
            return false
        case .record(let record): return !record.members.isEmpty
        }
    }

    /// Deep equality, arrays without regard to flags.
    static func areEqual(_ left: Value, _ right: Value) -> Bool {
        switch (left, right) {
        case (.json(let a), .json(let b)): return a == b
        case (.undefined, .undefined): return true
        case (.function(let a), .function(let b)): return a === b
        case (.record(let a), .record(let b)):
            guard a.members.count == b.members.count else { return false }
            for member in a.members {
                guard let other = b.members.first(where: { $0.name.utf8Equals(member.name) }),
                    areEqual(member.value, other.value)
                else { return false }
            }
            return true
        default:
            if let a = left.dataElements, let b = right.dataElements { return a == b }
            guard let a = left.elements, let b = right.elements, a.count == b.count else { return false }
            for at in a.indices where !areEqual(a[at], b[at]) { return false }
            return true
        }
    }
}

extension JSONValue {
    func isTruthy() throws(JSONataError) -> Bool {
        switch self {
        case .null: return false
        case .bool(let value): return value
        case .string(let text): return !text.utf8.isEmpty
        case .number(let number):
            if case .integer(let value) = number { return value != 0 }
            let value = number.fastDouble
            if value.isInfinite { throw .outOfRange(value) }
            return value != 0 && !value.isNaN
        case .array(let values): return try JSONValue.anyTruthy(values)
        case .object(let object): return !object.isEmpty
        }
    }

    static func anyTruthy(_ values: [JSONValue]) throws(JSONataError) -> Bool {
        for value in values where try value.isTruthy() { return true }
        return false
    }
}

extension JSONNumber {
    /// The nearest double. Short texts, which most fractions in documents are, are read without the C library: up to fifteen digits
    /// and a power of ten up to 22 are both exact as doubles, so one division rounds once and correctly.
    @inline(__always) var fastDouble: Double {
        switch self {
        case .integer(let value): Double(value)
        case .double(let value): value
        case .text(let text): Self.read(text)
        }
    }

    private static let powersOfTen: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    ]

    private static func read(_ text: String) -> Double {
        var digits: Int64 = 0
        var count = 0
        var fraction = -1
        var isNegative = false
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                digits = digits &* 10 &+ Int64(byte &- UInt8(ascii: "0"))
                count += 1
                if fraction >= 0 { fraction += 1 }
            case UInt8(ascii: ".") where fraction < 0: fraction = 0
            case UInt8(ascii: "-") where count == 0: isNegative = true
            default: return JSONNumber.text(text).doubleValue
            }
            if count > 15 { return JSONNumber.text(text).doubleValue }
        }
        let value = fraction > 0 ? Double(digits) / powersOfTen[fraction] : Double(digits)
        return isNegative ? -value : value
    }
}

/// Gathers the elements of a sequence, as data for as long as they are data.
struct Gathering {
    private(set) var values: [JSONValue] = []
    /// All elements, once one of them is no data.
    private var mixed: [Value]?

    var count: Int { mixed?.count ?? values.count }
    var isEmpty: Bool { count == 0 }

    /// Adds one element, an array as it is.
    @inline(__always) mutating func append(_ value: Value) {
        if case .json(let data) = value, mixed == nil { values.append(data) } else { appendSlowly(value) }
    }

    private mutating func appendSlowly(_ value: Value) {
        switch value {
        case .undefined: break
        case .json(let data):
            if mixed == nil { values.append(data) } else { mixed?.append(value) }
        case .sequence(let sequence): appendSlowly(.json(.array(sequence.values)))
        case .list, .record, .function:
            if mixed == nil {
                mixed = values.map { .json($0) }
                values = []
            }
            mixed?.append(value)
        }
    }

    /// Adds data.
    @inline(__always) mutating func append(data: JSONValue) {
        if mixed == nil { values.append(data) } else { mixed?.append(.json(data)) }
    }

    /// Adds the elements of an array, or the value if it is no array or one that a constructor made.
    @inline(__always) mutating func appendFlattening(_ value: Value) {
        switch value {
        case .undefined: break
        case .json(.array(let elements)): append(contentsOf: elements)
        case .json(let data): append(data: data)
        case .sequence(let sequence):
            if sequence.flags.contains(.constructed) {
                append(data: .array(sequence.values))
            } else {
                append(contentsOf: sequence.values)
            }
        case .list(let list):
            if list.flags.contains(.constructed) { append(value) } else { for each in list.values { append(each) } }
        case .record, .function: append(value)
        }
    }

    /// Adds all elements of an array, or the value if it is no array, as `$append` does.
    mutating func appendAll(_ value: Value) {
        switch value {
        case .sequence(let sequence): append(contentsOf: sequence.values)
        case .list(let list): for each in list.values { append(each) }
        default: appendFlattening(value)
        }
    }

    mutating func append(contentsOf elements: [JSONValue]) {
        if mixed == nil {
            if values.isEmpty { values = elements } else { values.append(contentsOf: elements) }
        } else {
            for element in elements { mixed?.append(.json(element)) }
        }
    }

    mutating func reserve(_ count: Int) { values.reserveCapacity(count) }

    /// The sequence as it is handed on: nothing, its only element, or an array.
    func collapsed(keepingSingleton: Bool = false) -> Value {
        if let mixed {
            if mixed.count == 1, !keepingSingleton { return mixed[0] }
            return .list(Value.List(mixed, keepingSingleton ? [.sequence, .keepsSingleton] : .sequence))
        }
        return .gathered(values, keepingSingleton: keepingSingleton)
    }

    /// An array with these flags.
    func array(_ flags: Value.Flags = []) -> Value {
        if let mixed { return .list(Value.List(mixed, flags)) }
        return flags.isEmpty ? .json(.array(values)) : .sequence(Value.Sequence(values, flags))
    }
}

extension Value {
    /// A sequence of data as it is handed on: nothing, its only element, or an array.
    @inline(__always) static func gathered(_ values: [JSONValue], keepingSingleton: Bool = false) -> Value {
        if values.isEmpty { return .undefined }
        if keepingSingleton { return .sequence(Sequence(values, [.sequence, .keepsSingleton])) }
        return values.count == 1 ? .json(values[0]) : .sequence(Sequence(values, .sequence))
    }

    /// What leaves a node: a sequence of none is nothing and of one its element, unless it keeps a singleton.
    @inline(__always) func collapsed(keepingArray: Bool = false) -> Value {
        switch self {
        case .undefined, .json, .record, .function: self
        case .sequence, .list: collapsedSlowly(keepingArray)
        }
    }

    private func collapsedSlowly(_ keepingArray: Bool) -> Value {
        switch self {
        case .sequence(let sequence):
            guard sequence.flags.contains(.sequence), !sequence.flags.contains(.wrapsInput) else { return self }
            if sequence.values.isEmpty { return .undefined }
            if keepingArray, !sequence.flags.contains(.keepsSingleton) {
                return .sequence(Sequence(sequence.values, sequence.flags.union(.keepsSingleton)))
            }
            return sequence.values.count == 1 && !sequence.flags.contains(.keepsSingleton) ? .json(sequence.values[0]) : self
        case .list(let list):
            guard list.flags.contains(.sequence) else { return self }
            if list.values.isEmpty { return .undefined }
            if keepingArray, !list.flags.contains(.keepsSingleton) {
                return .list(List(list.values, list.flags.union(.keepsSingleton)))
            }
            return list.values.count == 1 && !list.flags.contains(.keepsSingleton) ? list.values[0] : self
        case .undefined, .json, .record, .function: return self
        }
    }

    /// The outermost item without its wrapping.
    @inline(__always) var unwrapped: Value {
        if case .sequence(let sequence) = self, sequence.flags.contains(.wrapsInput) { return .json(sequence.values[0]) }
        return self
    }
}

/// A member's name that is looked up often.
struct MemberName: Sendable {
    let text: String
    private let byteCount: Int
    private let isASCII: Bool

    init(_ text: String) {
        self.text = text
        byteCount = text.utf8.count
        isASCII = text.utf8.allSatisfy { $0 < 0x80 }
    }

    /// Whether the names are the same bytes. What equals an ASCII text in Unicode's sense and is as long is the same bytes, and the
    /// standard library's `==` answers at once for short texts.
    @inline(__always) func matches(_ other: String) -> Bool {
        other.utf8.count == byteCount && (isASCII ? other == text : other.utf8Equals(text))
    }

    /// Where the member of that name is. Few members are gone through faster than an index is asked.
    @inline(__always) func position(in object: JSONObject) -> Int? {
        if object.members.count > 16 { return object.position(of: text) }
        for at in object.members.indices where matches(object.members[at].name) { return at }
        return nil
    }

    /// The value of that name. `hint` is where it was in the last object like this one.
    @inline(__always) func find(in object: JSONObject, _ hint: inout Int) -> JSONValue? {
        if hint < object.members.count, matches(object.members[hint].name) { return object.members[hint].value }
        guard let position = position(in: object) else { return nil }
        hint = position
        return object.members[position].value
    }
}

/// The kinds of error that evaluation itself raises.
extension JSONataError {
    static func outOfRange(_ value: Double) -> JSONataError {
        .make("D1001", value: .number(.double(value)))
    }
}
