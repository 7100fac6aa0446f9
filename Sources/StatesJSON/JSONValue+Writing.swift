extension JSONValue {
    /// The value as JSON text without spaces, members in their order.
    ///
    /// Numbers are written as the service's Java writes them: see `JSONNumber.jsonText`. Of characters only quotes, backslashes and
    /// control characters are escaped.
    public var compactText: String {
        var bytes: [UInt8] = []
        write(into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends the compact text as UTF-8 bytes.
    public func write(into bytes: inout [UInt8]) {
        var writer = JSONWriter(bytes: bytes)
        bytes = []
        walk(self, &writer)
        bytes = writer.bytes
    }

    /// The number of bytes of the compact text, counted without building it.
    public var utf8Count: Int {
        var counter = JSONCounter()
        walk(self, &counter)
        return counter.count
    }

    /// The value as JSON text for people: one line for each member and element.
    public func prettyText(indent: Int = 2) -> String {
        var writer = JSONPrettyWriter(indent: max(indent, 0))
        walk(self, &writer)
        return String(decoding: writer.writer.bytes, as: UTF8.self)
    }

    /// Whether arrays and objects are nested in more levels than that; `[[1]]` has two.
    ///
    /// No text deeper than `JSONLimits.maxDepth` is read, but values are also put together. Who builds a value from others asks this
    /// before keeping it, because everything that handles values may count on a bounded depth.
    public func isNested(deeperThan levels: Int) -> Bool {
        switch self {
        case .null, .bool, .number, .string: false
        case .array(let values): levels <= 0 || values.contains { $0.isNested(deeperThan: levels - 1) }
        case .object(let object): levels <= 0 || object.members.contains { $0.value.isNested(deeperThan: levels - 1) }
        }
    }
}

/// What a walk over a value tells, in the order of the text.
protocol JSONSink {
    mutating func addLiteral(_ literal: StaticString)
    mutating func add(_ number: JSONNumber)
    mutating func add(_ string: String)
    mutating func addName(_ name: String)
    mutating func separate()
    mutating func begin(_ bracket: UInt8)
    mutating func end(_ bracket: UInt8)
}

/// An array or object whose text is being written, and the place of what comes next in it.
private enum OpenContainer {
    case array([JSONValue], next: Int)
    case object([JSONObject.Member], next: Int)
}

/// Tells a sink what a value consists of. Depth costs memory of the heap and not of the thread's stack.
private func walk<Sink: JSONSink>(_ root: JSONValue, _ sink: inout Sink) {
    var open: [OpenContainer] = []
    if !enter(root, &open, &sink) { return }
    while let container = open.last {
        switch container {
        case .array(let values, var next):
            var descends = false
            while next < values.count, !descends {
                if next > 0 { sink.separate() }
                let depth = open.count
                next += 1
                if case .array = values[next - 1] {
                    open[depth - 1] = .array(values, next: next)
                    descends = enter(values[next - 1], &open, &sink)
                } else if case .object = values[next - 1] {
                    open[depth - 1] = .array(values, next: next)
                    descends = enter(values[next - 1], &open, &sink)
                } else {
                    _ = enter(values[next - 1], &open, &sink)
                }
            }
            if descends { continue }
            sink.end(.closeBracket)
            open.removeLast()
        case .object(let members, var next):
            var descends = false
            while next < members.count, !descends {
                if next > 0 { sink.separate() }
                sink.addName(members[next].name)
                let depth = open.count
                next += 1
                open[depth - 1] = .object(members, next: next)
                descends = enter(members[next - 1].value, &open, &sink)
            }
            if descends { continue }
            sink.end(.closeBrace)
            open.removeLast()
        }
    }
}

/// Tells a value that holds no others, or opens it. Returns whether it was opened.
@inline(__always)
private func enter<Sink: JSONSink>(_ value: JSONValue, _ open: inout [OpenContainer], _ sink: inout Sink) -> Bool {
    switch value {
    case .null: sink.addLiteral("null")
    case .bool(let value): sink.addLiteral(value ? "true" : "false")
    case .number(let number): sink.add(number)
    case .string(let text): sink.add(text)
    case .array(let values):
        sink.begin(.openBracket)
        open.append(.array(values, next: 0))
        return true
    case .object(let object):
        sink.begin(.openBrace)
        open.append(.object(object.members, next: 0))
        return true
    }
    return false
}

/// Compact text.
struct JSONWriter: JSONSink {
    var bytes: [UInt8]

    mutating func addLiteral(_ literal: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
    }
    mutating func add(_ number: JSONNumber) { number.write(into: &bytes) }
    mutating func add(_ string: String) { string.writeQuoted(into: &bytes) }
    mutating func addName(_ name: String) {
        name.writeQuoted(into: &bytes)
        bytes.append(.colon)
    }
    mutating func separate() { bytes.append(.comma) }
    mutating func begin(_ bracket: UInt8) { bytes.append(bracket) }
    mutating func end(_ bracket: UInt8) { bytes.append(bracket) }
}

/// The size of compact text.
struct JSONCounter: JSONSink {
    var count = 0

    mutating func addLiteral(_ literal: StaticString) { count += literal.utf8CodeUnitCount }
    mutating func add(_ number: JSONNumber) { count += number.jsonUTF8Count }
    mutating func add(_ string: String) { count += string.quotedUTF8Count }
    mutating func addName(_ name: String) { count += name.quotedUTF8Count + 1 }
    mutating func separate() { count += 1 }
    mutating func begin(_ bracket: UInt8) { count += 1 }
    mutating func end(_ bracket: UInt8) { count += 1 }
}

/// Text with lines and indentation; empty arrays and objects stay on their line.
struct JSONPrettyWriter: JSONSink {
    var writer = JSONWriter(bytes: [])
    private let indent: Int
    private var depth = 0
    private var isFresh = false

    init(indent: Int) { self.indent = indent }

    mutating func addLiteral(_ literal: StaticString) {
        breakIfFresh()
        writer.addLiteral(literal)
    }
    mutating func add(_ number: JSONNumber) {
        breakIfFresh()
        writer.add(number)
    }
    mutating func add(_ string: String) {
        breakIfFresh()
        writer.add(string)
    }
    mutating func addName(_ name: String) {
        breakIfFresh()
        writer.addName(name)
        writer.bytes.append(0x20)
    }
    mutating func separate() {
        writer.separate()
        breakLine()
    }
    mutating func begin(_ bracket: UInt8) {
        breakIfFresh()
        writer.begin(bracket)
        depth += 1
        isFresh = true
    }
    mutating func end(_ bracket: UInt8) {
        depth -= 1
        if !isFresh { breakLine() }
        isFresh = false
        writer.end(bracket)
    }

    private mutating func breakIfFresh() {
        if isFresh { breakLine() }
        isFresh = false
    }
    private mutating func breakLine() {
        writer.bytes.append(0x0A)
        writer.bytes.append(contentsOf: repeatElement(0x20, count: depth * indent))
    }
}

// MARK: - Strings

extension String {
    /// Appends the text as a JSON string, quotes included.
    package func writeQuoted(into bytes: inout [UInt8]) {
        var copy = self
        copy.withUTF8 { content in
            bytes.append(.quote)
            var plain = 0
            for at in content.indices where content[at].needsEscape {
                bytes.append(contentsOf: content[plain..<at])
                bytes.append(contentsOf: UInt8.escape(for: content[at]).utf8)
                plain = at + 1
            }
            bytes.append(contentsOf: content[plain...])
            bytes.append(.quote)
        }
    }

    /// The number of bytes that `writeQuoted` appends.
    var quotedUTF8Count: Int {
        var copy = self
        return copy.withUTF8 { content in
            var count = content.count + 2
            for byte in content where byte.needsEscape { count += UInt8.escape(for: byte).utf8.count - 1 }
            return count
        }
    }
}

extension UInt8 {
    @inline(__always)
    var needsEscape: Bool { self < 0x20 || self == .quote || self == .backslash }

    /// The escape for a quote, a backslash or a control character, as Jackson writes it: upper-case digits after `\u`.
    static func escape(for byte: UInt8) -> String {
        switch byte {
        case .quote: return "\\\""
        case .backslash: return "\\\\"
        case 0x08: return "\\b"
        case 0x09: return "\\t"
        case 0x0A: return "\\n"
        case 0x0C: return "\\f"
        case 0x0D: return "\\r"
        default:
            let digits = String(byte, radix: 16, uppercase: true)
            return "\\u00" + (byte < 16 ? "0" : "") + digits
        }
    }
}
