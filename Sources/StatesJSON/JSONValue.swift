/// A JSON value: the data that flows through a state machine.
///
/// Members of objects keep their order, and numbers keep what they were: an integer that fits stays exact, and any other number
/// read from text keeps its digits until something computes with it.
public enum JSONValue: Sendable {
    /// The literal `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number.
    case number(JSONNumber)
    /// A text.
    case string(String)
    /// An ordered list of values.
    case array([JSONValue])
    /// A list of named values, in the order they were written.
    case object(JSONObject)
}

extension JSONValue: Equatable {
    /// Equality by value: numbers by what they amount to (`1` equals `1.0`), objects without regard to the order of their members.
    public static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.number(let a), .number(let b)): a == b
        case (.string(let a), .string(let b)): a.utf8Equals(b)
        case (.array(let a), .array(let b)): a == b
        case (.object(let a), .object(let b)): a == b
        case (.null, _), (.bool, _), (.number, _), (.string, _), (.array, _), (.object, _): false
        }
    }
}

extension JSONValue: Hashable {
    /// Hashes what `==` compares.
    public func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .bool(let value): hasher.combine(value)
        case .number(let value): hasher.combine(value)
        case .string(let value): hasher.combine(utf8: value)
        case .array(let values):
            hasher.combine(values.count)
            for value in values { hasher.combine(value) }
        case .object(let object): hasher.combine(object)
        }
    }
}

extension JSONValue {
    /// The truth value, if this is one.
    @inlinable public var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The number, if this is one.
    @inlinable public var number: JSONNumber? {
        if case .number(let value) = self { value } else { nil }
    }

    /// The text, if this is one.
    @inlinable public var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The elements, if this is an array.
    @inlinable public var array: [JSONValue]? {
        if case .array(let values) = self { values } else { nil }
    }

    /// The members, if this is an object.
    @inlinable public var object: JSONObject? {
        if case .object(let value) = self { value } else { nil }
    }

    /// Whether this is `null`.
    @inlinable public var isNull: Bool {
        if case .null = self { true } else { false }
    }

    /// The member of that name, if this is an object that has one.
    @inlinable public subscript(name: String) -> JSONValue? {
        if case .object(let object) = self { object[name] } else { nil }
    }

    /// The element at that place, if this is an array that reaches so far.
    @inlinable public subscript(index: Int) -> JSONValue? {
        if case .array(let values) = self, values.indices.contains(index) { values[index] } else { nil }
    }

    /// The word for this kind of value: `null`, `boolean`, `number`, `string`, `array` or `object`.
    public var kindName: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }

    /// An integer.
    @inlinable public static func integer(_ value: Int) -> JSONValue { .number(.integer(Int64(value))) }

    /// An object without members.
    @inlinable public static var emptyObject: JSONValue { .object(JSONObject()) }
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByStringInterpolation, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// `null`.
    public init(nilLiteral: ()) { self = .null }
    /// `true` or `false`.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// A whole number.
    public init(integerLiteral value: Int64) { self = .number(.integer(value)) }
    /// A number with a fraction.
    public init(floatLiteral value: Double) { self = .number(.double(value)) }
    /// A text.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A list.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    /// An object, its members in the order written; of equal names the last one stands.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        var object = JSONObject()
        for (name, value) in elements { object[name] = value }
        self = .object(object)
    }
}

extension String {
    /// Equality of bytes: JSON text is compared without Unicode normalisation, which is what the recorded service does and is faster.
    @inlinable package func utf8Equals(_ other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        let same = utf8.withContiguousStorageIfAvailable { mine in
            other.utf8.withContiguousStorageIfAvailable { mine.elementsEqual($0) }
        }
        return (same ?? nil) ?? utf8.elementsEqual(other.utf8)
    }
}
