public import StatesJSON

/// Turns `Encodable` values into JSON values, without text in between.
public struct JSONValueEncoder: Sendable {
    /// An encoder.
    public init() {}

    /// The JSON value of a Swift value. Object members keep the order in which they are encoded.
    ///
    /// - Throws: `EncodingError` for a number that JSON has none for, and whatever the value's own `encode(to:)` throws.
    public func encode(_ value: some Encodable) throws -> JSONValue {
        try Node.encoding(value, at: []).json
    }
}

/// A value under construction. Encoders hand out containers that are filled after they were handed out.
private final class Node {
    private enum Content {
        case value(JSONValue)
        case array([Node])
        case object([(String, Node)])
    }

    private var content: Content?

    var json: JSONValue {
        switch content {
        // An Encodable that encodes nothing at all is an empty object, as other JSON encoders have it.
        case nil: return .emptyObject
        case .value(let value): return value
        case .array(let nodes): return .array(nodes.map(\.json))
        case .object(let members): return .object(JSONObject(members.map { ($0, $1.json) }))
        }
    }

    var count: Int {
        if case .array(let nodes) = content { nodes.count } else { 0 }
    }

    func set(_ value: JSONValue) { content = .value(value) }

    func beginArray() { if case .array = content {} else { content = .array([]) } }

    func beginObject() { if case .object = content {} else { content = .object([]) } }

    func append(_ node: Node) {
        guard case .array(var nodes) = content else { return content = .array([node]) }
        content = nil
        nodes.append(node)
        content = .array(nodes)
    }

    func add(_ name: String, _ node: Node) {
        guard case .object(var members) = content else { return content = .object([(name, node)]) }
        content = nil
        members.append((name, node))
        content = .object(members)
    }

    static func encoding(_ value: some Encodable, at path: [any CodingKey]) throws -> Node {
        let node = Node()
        if let json = value as? JSONValue {
            node.set(json)
        } else {
            try value.encode(to: NodeEncoder(node: node, codingPath: path))
        }
        return node
    }
}

private struct NodeEncoder: Encoder {
    let node: Node
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        node.beginObject()
        return KeyedEncodingContainer(MemberContainer<Key>(node: node, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        node.beginArray()
        return ElementContainer(node: node, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { ValueContainer(node: node, codingPath: codingPath) }
}

/// The scalars that JSON has, written once for the three kinds of container.
private enum Scalar {
    static func json(_ value: some BinaryInteger) -> JSONValue {
        Int64(exactly: value).map { .number(.integer($0)) } ?? .number(.text(String(value)))
    }

    static func json(_ value: Double, at path: [any CodingKey]) throws -> JSONValue {
        guard value.isFinite else {
            throw EncodingError.invalidValue(value, .init(codingPath: path, debugDescription: "JSON has no number \(value)"))
        }
        return .number(.double(value))
    }
}

private struct ValueContainer: SingleValueEncodingContainer {
    let node: Node
    let codingPath: [any CodingKey]

    mutating func encodeNil() { node.set(.null) }
    mutating func encode(_ value: Bool) { node.set(.bool(value)) }
    mutating func encode(_ value: String) { node.set(.string(value)) }
    mutating func encode(_ value: Double) throws { node.set(try Scalar.json(value, at: codingPath)) }
    mutating func encode(_ value: Float) throws { node.set(try Scalar.json(Double(value), at: codingPath)) }
    mutating func encode(_ value: Int) { node.set(Scalar.json(value)) }
    mutating func encode(_ value: Int8) { node.set(Scalar.json(value)) }
    mutating func encode(_ value: Int16) { node.set(Scalar.json(value)) }
    mutating func encode(_ value: Int32) { node.set(Scalar.json(value)) }
    mutating func encode(_ value: Int64) { node.set(Scalar.json(value)) }
    mutating func encode(_ value: UInt) { node.set(Scalar.json(value)) }
    mutating func encode(_ value: UInt8) { node.set(Scalar.json(value)) }
    mutating func encode(_ value: UInt16) { node.set(Scalar.json(value)) }
    mutating func encode(_ value: UInt32) { node.set(Scalar.json(value)) }
    mutating func encode(_ value: UInt64) { node.set(Scalar.json(value)) }
    mutating func encode(_ value: some Encodable) throws { node.set(try Node.encoding(value, at: codingPath).json) }
}

private struct MemberContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let node: Node
    let codingPath: [any CodingKey]

    private func add(_ value: JSONValue, _ key: Key) {
        let member = Node()
        member.set(value)
        node.add(key.stringValue, member)
    }

    mutating func encodeNil(forKey key: Key) { add(.null, key) }
    mutating func encode(_ value: Bool, forKey key: Key) { add(.bool(value), key) }
    mutating func encode(_ value: String, forKey key: Key) { add(.string(value), key) }
    mutating func encode(_ value: Double, forKey key: Key) throws { add(try Scalar.json(value, at: codingPath + [key]), key) }
    mutating func encode(_ value: Float, forKey key: Key) throws {
        add(try Scalar.json(Double(value), at: codingPath + [key]), key)
    }
    mutating func encode(_ value: Int, forKey key: Key) { add(Scalar.json(value), key) }
    mutating func encode(_ value: Int8, forKey key: Key) { add(Scalar.json(value), key) }
    mutating func encode(_ value: Int16, forKey key: Key) { add(Scalar.json(value), key) }
    mutating func encode(_ value: Int32, forKey key: Key) { add(Scalar.json(value), key) }
    mutating func encode(_ value: Int64, forKey key: Key) { add(Scalar.json(value), key) }
    mutating func encode(_ value: UInt, forKey key: Key) { add(Scalar.json(value), key) }
    mutating func encode(_ value: UInt8, forKey key: Key) { add(Scalar.json(value), key) }
    mutating func encode(_ value: UInt16, forKey key: Key) { add(Scalar.json(value), key) }
    mutating func encode(_ value: UInt32, forKey key: Key) { add(Scalar.json(value), key) }
    mutating func encode(_ value: UInt64, forKey key: Key) { add(Scalar.json(value), key) }
    mutating func encode(_ value: some Encodable, forKey key: Key) throws {
        node.add(key.stringValue, try Node.encoding(value, at: codingPath + [key]))
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy keyType: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        nested(key).container(keyedBy: keyType)
    }

    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { nested(key).unkeyedContainer() }

    mutating func superEncoder() -> any Encoder { nested(name: "super", codingPath) }

    mutating func superEncoder(forKey key: Key) -> any Encoder { nested(key) }

    private func nested(_ key: Key) -> NodeEncoder { nested(name: key.stringValue, codingPath + [key]) }

    private func nested(name: String, _ path: [any CodingKey]) -> NodeEncoder {
        let member = Node()
        node.add(name, member)
        return NodeEncoder(node: member, codingPath: path)
    }
}

private struct ElementContainer: UnkeyedEncodingContainer {
    let node: Node
    let codingPath: [any CodingKey]
    var count: Int { node.count }

    private func append(_ value: JSONValue) {
        let element = Node()
        element.set(value)
        node.append(element)
    }

    private var elementPath: [any CodingKey] { codingPath + [IndexKey(index: count)] }

    mutating func encodeNil() { append(.null) }
    mutating func encode(_ value: Bool) { append(.bool(value)) }
    mutating func encode(_ value: String) { append(.string(value)) }
    mutating func encode(_ value: Double) throws { append(try Scalar.json(value, at: elementPath)) }
    mutating func encode(_ value: Float) throws { append(try Scalar.json(Double(value), at: elementPath)) }
    mutating func encode(_ value: Int) { append(Scalar.json(value)) }
    mutating func encode(_ value: Int8) { append(Scalar.json(value)) }
    mutating func encode(_ value: Int16) { append(Scalar.json(value)) }
    mutating func encode(_ value: Int32) { append(Scalar.json(value)) }
    mutating func encode(_ value: Int64) { append(Scalar.json(value)) }
    mutating func encode(_ value: UInt) { append(Scalar.json(value)) }
    mutating func encode(_ value: UInt8) { append(Scalar.json(value)) }
    mutating func encode(_ value: UInt16) { append(Scalar.json(value)) }
    mutating func encode(_ value: UInt32) { append(Scalar.json(value)) }
    mutating func encode(_ value: UInt64) { append(Scalar.json(value)) }
    mutating func encode(_ value: some Encodable) throws { node.append(try Node.encoding(value, at: elementPath)) }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy keyType: Nested.Type) -> KeyedEncodingContainer<Nested> {
        nested().container(keyedBy: keyType)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { nested().unkeyedContainer() }

    mutating func superEncoder() -> any Encoder { nested() }

    private func nested() -> NodeEncoder {
        let path = elementPath
        let element = Node()
        node.append(element)
        return NodeEncoder(node: element, codingPath: path)
    }
}

/// The place of an element in an array.
struct IndexKey: CodingKey {
    let index: Int

    init(index: Int) { self.index = index }
    init?(stringValue: String) { return nil }
    init?(intValue: Int) { index = intValue }

    var stringValue: String { "Index \(index)" }
    var intValue: Int? { index }
}
