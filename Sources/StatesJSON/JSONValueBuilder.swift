/// Puts values together.
///
/// Finished values wait on one stack until their container closes, so that every array is allocated once, in its size, and its
/// elements are moved and not copied. That moving is what the raw memory here is for: it spares a retain and a release for each.
struct JSONValueBuilder: JSONBuilder, ~Copyable {
    private var values = MovingStack<JSONValue>()
    private var names = MovingStack<String>()
    /// A digest of each name: only names whose digests agree need to be compared.
    private var digests = MovingStack<UInt64>()
    private var open: [Mark] = []

    /// How much there was when a container was opened.
    private struct Mark {
        var values: Int
        var names: Int
    }

    /// The value, once the parser has returned.
    mutating func takeResult() -> JSONValue { values.removeLast() ?? .null }

    mutating func addNull(_ range: SourceRange) { values.append(.null) }
    mutating func addBool(_ value: Bool, _ range: SourceRange) { values.append(.bool(value)) }
    mutating func addNumber(_ value: JSONNumber, _ range: SourceRange) { values.append(.number(value)) }
    mutating func addString(_ value: String, _ range: SourceRange) { values.append(.string(value)) }
    mutating func addSymbol(_ name: String, _ range: SourceRange) { values.append(.string("${\(name)}")) }
    mutating func addName(_ name: String, digest: UInt64, _ range: SourceRange) {
        names.append(name)
        digests.append(digest)
    }
    mutating func beginArray(at offset: Int) { open.append(Mark(values: values.count, names: names.count)) }
    mutating func beginObject(at offset: Int) { open.append(Mark(values: values.count, names: names.count)) }

    mutating func endArray(at end: Int) {
        let mark = open.removeLast()
        values.append(.array(values.removeAll(from: mark.values)))
    }

    mutating func endObject(at end: Int) {
        let mark = open.removeLast()
        let count = names.count - mark.names
        let mayRepeat = count > NameIndex.linearLimit || digests.hasEqualElements(from: mark.names)
        digests.removeLast(count)
        var members: [JSONObject.Member] = []
        members.reserveCapacity(count)
        for index in 0..<count {
            members.append(JSONObject.Member(name: names.take(at: mark.names + index), value: values.take(at: mark.values + index)))
        }
        names.forgetTaken(count)
        values.forgetTaken(count)
        values.append(.object(mayRepeat ? JSONObject(parsed: members) : JSONObject(uniqueMembers: members)))
    }
}

/// A stack whose top can be moved out to where it stays.
private struct MovingStack<Element>: ~Copyable {
    private var base: UnsafeMutablePointer<Element>
    private var capacity: Int
    private(set) var count = 0

    init() {
        capacity = 32
        base = .allocate(capacity: capacity)
    }

    deinit {
        base.deinitialize(count: count)
        base.deallocate()
    }

    @inline(__always)
    mutating func append(_ element: consuming Element) {
        if count == capacity { grow() }
        (base + count).initialize(to: element)
        count += 1
    }

    @inline(never)
    private mutating func grow() {
        let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity * 2)
        larger.moveInitialize(from: base, count: count)
        base.deallocate()
        base = larger
        capacity *= 2
    }

    mutating func removeLast() -> Element? {
        guard count > 0 else { return nil }
        count -= 1
        return (base + count).move()
    }

    mutating func removeLast(_ number: Int) {
        count -= number
        (base + count).deinitialize(count: number)
    }

    /// Moves everything from a place on into an array.
    @inline(__always)
    mutating func removeAll(from first: Int) -> [Element] {
        let number = count - first
        // `init(unsafeUninitializedCapacity:)` would look up the array's type at run time, at the price of moving twenty elements.
        var elements: [Element] = []
        elements.reserveCapacity(number)
        for index in first..<count { elements.append((base + index).move()) }
        count = first
        return elements
    }

    /// Moves one element out of the middle. `forgetTaken` must follow before anything else happens.
    @inline(__always)
    func take(at index: Int) -> Element { (base + index).move() }

    /// Lowers the count by the number of elements taken from the top.
    @inline(__always)
    mutating func forgetTaken(_ number: Int) { count -= number }
}

extension MovingStack<UInt64> {
    func hasEqualElements(from first: Int) -> Bool {
        for at in first..<count {
            for earlier in first..<at where base[earlier] == base[at] { return true }
        }
        return false
    }
}
