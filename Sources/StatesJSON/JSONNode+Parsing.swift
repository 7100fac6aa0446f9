extension JSONNode {
    /// Reads JSON text, keeping the place of every value and name, and duplicate members.
    ///
    /// - Parameter allowingSymbols: whether a bare `${Name}` may stand where a value is expected.
    public init(parsing text: String, limits: JSONLimits = .definition, allowingSymbols: Bool = false) throws(JSONSyntaxError) {
        var text = text
        self = try text.withUTF8 {
            Result(parsing: $0, isTrusted: true, limits: limits, allowingSymbols: allowingSymbols)
        }.get()
    }

    /// Reads JSON text given as bytes, which must be UTF-8.
    ///
    /// - Parameter allowingSymbols: whether a bare `${Name}` may stand where a value is expected.
    public init(parsing bytes: [UInt8], limits: JSONLimits = .definition, allowingSymbols: Bool = false) throws(JSONSyntaxError) {
        self = try bytes.withUnsafeBufferPointer {
            Result(parsing: $0, isTrusted: false, limits: limits, allowingSymbols: allowingSymbols)
        }.get()
    }
}

extension Result where Success == JSONNode, Failure == JSONSyntaxError {
    fileprivate init(parsing buffer: UnsafeBufferPointer<UInt8>, isTrusted: Bool, limits: JSONLimits, allowingSymbols: Bool) {
        do throws(JSONSyntaxError) {
            try limits.check(size: buffer.count)
            let builder = JSONNodeBuilder()
            var parser = JSONParser(
                buffer, isTrusted: isTrusted, allowsSymbols: allowingSymbols, maxDepth: limits.maxDepth, builder: builder)
            try parser.parse()
            self = .success(parser.builder.result)
        } catch {
            self = .failure(error)
        }
    }
}

/// Puts nodes together.
struct JSONNodeBuilder: JSONBuilder {
    private var nodes: [JSONNode] = []
    private var names: [(name: String, range: SourceRange)] = []
    private var open: [(nodes: Int, names: Int, offset: Int)] = []

    /// The node, once the parser has returned.
    var result: JSONNode { nodes.last ?? JSONNode(.null, range: SourceRange(0, 0)) }

    mutating func addNull(_ range: SourceRange) { nodes.append(JSONNode(.null, range: range)) }
    mutating func addBool(_ value: Bool, _ range: SourceRange) { nodes.append(JSONNode(.bool(value), range: range)) }
    mutating func addNumber(_ value: JSONNumber, _ range: SourceRange) { nodes.append(JSONNode(.number(value), range: range)) }
    mutating func addString(_ value: String, _ range: SourceRange) { nodes.append(JSONNode(.string(value), range: range)) }
    mutating func addSymbol(_ name: String, _ range: SourceRange) { nodes.append(JSONNode(.symbol(name), range: range)) }
    mutating func addName(_ name: String, digest: UInt64, _ range: SourceRange) { names.append((name, range)) }
    mutating func beginArray(at offset: Int) { open.append((nodes.count, names.count, offset)) }
    mutating func beginObject(at offset: Int) { open.append((nodes.count, names.count, offset)) }

    mutating func endArray(at end: Int) {
        let first = open.removeLast()
        let elements = Array(nodes[first.nodes...])
        nodes.removeSubrange(first.nodes...)
        nodes.append(JSONNode(.array(elements), range: SourceRange(first.offset, end)))
    }

    mutating func endObject(at end: Int) {
        let first = open.removeLast()
        let members = zip(names[first.names...], nodes[first.nodes...]).map { name, node in
            JSONNode.Member(name: name.name, nameRange: name.range, value: node)
        }
        names.removeSubrange(first.names...)
        nodes.removeSubrange(first.nodes...)
        nodes.append(JSONNode(.object(members), range: SourceRange(first.offset, end)))
    }
}
