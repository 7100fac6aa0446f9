extension JSONValue {
    /// Reads JSON text. Of duplicate members the last value stands, at the place of the first.
    public init(parsing text: String, limits: JSONLimits = .default) throws(JSONSyntaxError) {
        var text = text
        self = try text.withUTF8 { Result(parsing: $0, isTrusted: true, limits: limits) }.get()
    }

    /// Reads JSON text given as bytes, which must be UTF-8.
    public init(parsing bytes: UnsafeBufferPointer<UInt8>, limits: JSONLimits = .default) throws(JSONSyntaxError) {
        self = try Result(parsing: bytes, isTrusted: false, limits: limits).get()
    }

    /// Reads JSON text given as bytes, which must be UTF-8.
    public init(parsing bytes: [UInt8], limits: JSONLimits = .default) throws(JSONSyntaxError) {
        self = try bytes.withUnsafeBufferPointer { Result(parsing: $0, isTrusted: false, limits: limits) }.get()
    }

    /// Reads JSON text given as bytes, which must be UTF-8. Offsets in errors count from the beginning of the slice.
    public init(parsing bytes: ArraySlice<UInt8>, limits: JSONLimits = .default) throws(JSONSyntaxError) {
        self = try bytes.withUnsafeBufferPointer { Result(parsing: $0, isTrusted: false, limits: limits) }.get()
    }
}

extension Result where Success == JSONValue, Failure == JSONSyntaxError {
    fileprivate init(parsing buffer: UnsafeBufferPointer<UInt8>, isTrusted: Bool, limits: JSONLimits) {
        do throws(JSONSyntaxError) {
            try limits.check(size: buffer.count)
            var parser = JSONParser(buffer, isTrusted: isTrusted, maxDepth: limits.maxDepth, builder: JSONValueBuilder())
            try parser.parse()
            self = .success(parser.builder.result)
        } catch {
            self = .failure(error)
        }
    }
}

extension JSONLimits {
    func check(size: Int) throws(JSONSyntaxError) {
        guard size > maxBytes else { return }
        throw JSONSyntaxError(.size, "\(size.grouped) bytes of text; the limit is \(maxBytes.grouped)", offset: maxBytes)
    }
}

/// Puts values together.
///
/// Finished values wait on one stack until their container closes, so that every array is allocated once and in its size.
struct JSONValueBuilder: JSONBuilder {
    private var values: [JSONValue] = []
    private var names: [String] = []
    private var open: [(values: Int, names: Int)] = []

    /// The value, once the parser has returned.
    var result: JSONValue { values.last ?? .null }

    mutating func addNull(_ range: SourceRange) { values.append(.null) }
    mutating func addBool(_ value: Bool, _ range: SourceRange) { values.append(.bool(value)) }
    mutating func addNumber(_ value: JSONNumber, _ range: SourceRange) { values.append(.number(value)) }
    mutating func addString(_ value: String, _ range: SourceRange) { values.append(.string(value)) }
    mutating func addSymbol(_ name: String, _ range: SourceRange) { values.append(.string("${\(name)}")) }
    mutating func addName(_ name: String, _ range: SourceRange) { names.append(name) }
    mutating func beginArray(at offset: Int) { open.append((values.count, names.count)) }
    mutating func beginObject(at offset: Int) { open.append((values.count, names.count)) }

    mutating func endArray(at end: Int) {
        let first = open.removeLast().values
        let elements = Array(values[first...])
        values.removeSubrange(first...)
        values.append(.array(elements))
    }

    mutating func endObject(at end: Int) {
        let first = open.removeLast()
        var members: [JSONObject.Member] = []
        members.reserveCapacity(values.count - first.values)
        for index in first.values..<values.count {
            members.append(JSONObject.Member(name: names[first.names + index - first.values], value: values[index]))
        }
        values.removeSubrange(first.values...)
        names.removeSubrange(first.names...)
        values.append(.object(JSONObject(parsed: members)))
    }
}
