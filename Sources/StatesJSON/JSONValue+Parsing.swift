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
            self = .success(parser.builder.takeResult())
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
