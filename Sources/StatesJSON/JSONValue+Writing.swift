extension JSONValue {
    /// The value as JSON text without spaces, members in their order.
    ///
    /// Numbers are written as the service's Java writes them: see `JSONNumber.jsonText`. Of characters only quotes, backslashes and
    /// control characters are escaped.
    public var compactText: String {
        var writer = JSONWriter()
        walk(self, &writer)
        return writer.text.string
    }

    /// Appends the compact text as UTF-8 bytes.
    public func write(into bytes: inout [UInt8]) {
        var writer = JSONWriter()
        walk(self, &writer)
        writer.text.append(to: &bytes)
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
        return writer.writer.text.string
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
protocol JSONSink: ~Copyable {
    mutating func addLiteral(_ literal: StaticString)
    mutating func add(_ number: JSONNumber)
    mutating func add(_ string: String)
    mutating func addName(_ name: String)
    mutating func separate()
    mutating func begin(_ bracket: UInt8)
    mutating func end(_ bracket: UInt8)
}

/// Where a walk is within an array or object.
private struct WalkPlace {
    var values: [JSONValue]
    var members: [JSONObject.Member]
    var isObject: Bool
    var next = 0

    init(_ values: [JSONValue]) {
        self.values = values
        members = []
        isObject = false
    }

    init(_ members: [JSONObject.Member]) {
        values = []
        self.members = members
        isObject = true
    }
}

/// Tells a sink what a value consists of. Depth costs memory of the heap and not of the thread's stack.
private func walk<Sink: JSONSink & ~Copyable>(_ root: JSONValue, _ sink: inout Sink) {
    guard var place = visit(root, &sink) else { return }
    var outer: [WalkPlace] = []
    while true {
        if let inner = place.isObject ? visitMembers(&place, &sink) : visitElements(&place, &sink) {
            outer.append(place)
            place = inner
        } else {
            sink.end(place.isObject ? .closeBrace : .closeBracket)
            guard let last = outer.popLast() else { return }
            place = last
        }
    }
}

/// Tells elements up to the next one that holds others, and returns that one's beginning.
@inline(__always)
private func visitElements<Sink: JSONSink & ~Copyable>(_ place: inout WalkPlace, _ sink: inout Sink) -> WalkPlace? {
    while place.next < place.values.count {
        if place.next > 0 { sink.separate() }
        place.next += 1
        if let inner = visit(place.values[place.next - 1], &sink) { return inner }
    }
    return nil
}

/// Tells members up to the next one that holds others, and returns that one's beginning.
@inline(__always)
private func visitMembers<Sink: JSONSink & ~Copyable>(_ place: inout WalkPlace, _ sink: inout Sink) -> WalkPlace? {
    while place.next < place.members.count {
        if place.next > 0 { sink.separate() }
        sink.addName(place.members[place.next].name)
        place.next += 1
        if let inner = visit(place.members[place.next - 1].value, &sink) { return inner }
    }
    return nil
}

/// Tells a value that holds no others, or returns the beginning of one that does.
@inline(__always)
private func visit<Sink: JSONSink & ~Copyable>(_ value: JSONValue, _ sink: inout Sink) -> WalkPlace? {
    switch value {
    case .null: sink.addLiteral("null")
    case .bool(let value): sink.addLiteral(value ? "true" : "false")
    case .number(let number): sink.add(number)
    case .string(let text): sink.add(text)
    case .array(let values):
        sink.begin(.openBracket)
        return WalkPlace(values)
    case .object(let object):
        sink.begin(.openBrace)
        return WalkPlace(object.members)
    }
    return nil
}

/// Compact text.
struct JSONWriter: JSONSink, ~Copyable {
    var text = TextBuffer()

    mutating func addLiteral(_ literal: StaticString) {
        text.append(UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
    }
    mutating func add(_ number: JSONNumber) { text.append(number) }
    mutating func add(_ string: String) { text.append(quoted: string) }
    mutating func addName(_ name: String) {
        text.append(quoted: name)
        text.append(.colon)
    }
    mutating func separate() { text.append(.comma) }
    mutating func begin(_ bracket: UInt8) { text.append(bracket) }
    mutating func end(_ bracket: UInt8) { text.append(bracket) }
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
struct JSONPrettyWriter: JSONSink, ~Copyable {
    var writer = JSONWriter()
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
        writer.text.append(0x20)
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
        writer.text.append(0x0A)
        for _ in 0..<(depth * indent) { writer.text.append(0x20) }
    }
}
