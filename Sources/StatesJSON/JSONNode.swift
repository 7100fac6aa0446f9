/// A range of bytes in a source text, counted in UTF-8.
public struct SourceRange: Sendable, Hashable {
    /// The first byte.
    public var lowerBound: Int
    /// One past the last byte.
    public var upperBound: Int

    /// A range of bytes.
    public init(_ lowerBound: Int, _ upperBound: Int) {
        self.lowerBound = lowerBound
        self.upperBound = upperBound
    }
}

/// JSON (or YAML) as it was written: values that know their places, and duplicate members where there are any.
///
/// Definitions are read into nodes so that every diagnostic can point at the text it speaks of.
public struct JSONNode: Sendable {
    /// What stands there.
    public enum Content: Sendable {
        /// The literal `null`.
        case null
        /// `true` or `false`.
        case bool(Bool)
        /// A number.
        case number(JSONNumber)
        /// A text; `${Name}` inside it is still unreplaced.
        case string(String)
        /// A list.
        case array([JSONNode])
        /// Members in order, duplicates included.
        case object([Member])
        /// A bare `${Name}` where a value is expected, such as `"MaxAttempts": ${Max}`.
        case symbol(String)
    }

    /// A name, its place, and its value.
    public struct Member: Sendable {
        /// The member's name.
        public var name: String
        /// Where the name stands, quotes included.
        public var nameRange: SourceRange
        /// The value.
        public var value: JSONNode

        /// A member.
        public init(name: String, nameRange: SourceRange, value: JSONNode) {
            self.name = name
            self.nameRange = nameRange
            self.value = value
        }
    }

    /// What stands there.
    public var content: Content
    /// Where it stands.
    public var range: SourceRange

    /// A node.
    public init(_ content: Content, range: SourceRange) {
        self.content = content
        self.range = range
    }
}

extension JSONNode {
    /// The value without its places. Of duplicate members the last one stands; a symbol becomes its own text, `${Name}`.
    public var value: JSONValue {
        switch content {
        case .null: return .null
        case .bool(let value): return .bool(value)
        case .number(let value): return .number(value)
        case .string(let value): return .string(value)
        case .array(let nodes): return .array(nodes.map(\.value))
        case .object(let members):
            var object = JSONObject()
            for member in members { object[member.name] = member.value.value }
            return .object(object)
        case .symbol(let name): return .string("${\(name)}")
        }
    }

    /// The first member of that name, if this is an object that has one.
    public subscript(name: String) -> JSONNode? {
        guard case .object(let members) = content else { return nil }
        return members.first { $0.name.utf8Equals(name) }?.value
    }
}
