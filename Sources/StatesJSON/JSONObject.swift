/// The members of a JSON object, in the order they were written.
///
/// Names are compared byte by byte, without Unicode normalisation. Small objects are searched from front to back, which is faster
/// than hashing; above sixteen members an index is kept, so that no input makes looking up quadratic.
public struct JSONObject: Sendable {
    /// A name and its value.
    public struct Member: Sendable {
        /// The member's name.
        public var name: String
        /// The member's value.
        public var value: JSONValue

        /// A member.
        @inlinable public init(name: String, value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// The members in order. Names are unique.
    public private(set) var members: [Member]
    private var index: NameIndex

    /// An object without members.
    public init() {
        members = []
        index = NameIndex()
    }

    /// An object of these members; of equal names the last value stands, at the place of the first.
    public init(_ members: [(String, JSONValue)]) {
        self.init(parsed: members.map { Member(name: $0.0, value: $0.1) })
    }

    /// Takes members whose names are known to be unique.
    package init(uniqueMembers: [Member]) {
        members = uniqueMembers
        index = NameIndex()
        if members.count > NameIndex.linearLimit { index.rebuild(for: members) }
    }

    /// Takes members as a text gives them; of equal names the last value stands, at the place of the first.
    init(parsed: [Member]) {
        self.init(uniqueMembers: parsed)
        if hasDuplicates { removeDuplicates() }
    }

    /// The number of members.
    public var count: Int { members.count }
    /// Whether there are no members.
    public var isEmpty: Bool { members.isEmpty }
    /// The names in order.
    public var names: [String] { members.map(\.name) }

    /// The value of that name. Setting a new name appends it; setting nil removes it.
    public subscript(name: String) -> JSONValue? {
        get { position(of: name).map { members[$0].value } }
        set {
            switch (position(of: name), newValue) {
            case (let at?, let value?): members[at].value = value
            case (let at?, nil): remove(at: at)
            case (nil, let value?): append(Member(name: name, value: value))
            case (nil, nil): break
            }
        }
    }

    /// Where that name stands, or nil.
    public func position(of name: String) -> Int? {
        if index.isEmpty { return members.firstIndex { $0.name.utf8Equals(name) } }
        return index.position(of: name, in: members)
    }

    /// Replaces the value of the member at that place, which must exist: no name is looked up.
    package mutating func replaceValue(at position: Int, with value: JSONValue) { members[position].value = value }

    /// Appends a member whose name is new.
    private mutating func append(_ member: Member) {
        members.append(member)
        if index.isEmpty {
            if members.count > NameIndex.linearLimit { index.rebuild(for: members) }
        } else {
            index.insertLast(of: members)
        }
    }

    private mutating func remove(at position: Int) {
        members.remove(at: position)
        if !index.isEmpty { index.rebuild(for: members) }
    }

    private var hasDuplicates: Bool {
        if !index.isEmpty { return index.count < members.count }
        for at in members.indices.dropFirst() {
            let name = members[at].name
            for earlier in 0..<at where members[earlier].name.utf8Equals(name) { return true }
        }
        return false
    }

    private mutating func removeDuplicates() {
        let all = members
        self = JSONObject()
        for member in all { self[member.name] = member.value }
    }
}

/// A hash table from names to positions.
///
/// It holds positions only and compares with the names where they are, so it costs one allocation and no reference counts. Hashes are
/// seeded per process; nothing ever depends on the table's order.
struct NameIndex: Sendable {
    /// Up to so many members a search from front to back is faster.
    static let linearLimit = 16

    /// Positions plus one, zero where free; a power of two long, at most half full.
    private var slots: [Int32] = []
    /// The number of different names.
    private(set) var count = 0

    var isEmpty: Bool { slots.isEmpty }

    /// Indexes all members anew. Of equal names the first one is found.
    mutating func rebuild(for members: [JSONObject.Member]) {
        var capacity = 64
        while capacity < members.count * 3 { capacity *= 2 }
        slots = [Int32](repeating: 0, count: capacity)
        count = 0
        for position in members.indices { insert(position, in: members) }
    }

    /// Adds the last member.
    mutating func insertLast(of members: [JSONObject.Member]) {
        if members.count * 2 > slots.count { rebuild(for: members) } else { insert(members.count - 1, in: members) }
    }

    func position(of name: String, in members: [JSONObject.Member]) -> Int? {
        let found = slots[slot(of: name, in: members)]
        return found == 0 ? nil : Int(found) - 1
    }

    private mutating func insert(_ position: Int, in members: [JSONObject.Member]) {
        let slot = slot(of: members[position].name, in: members)
        guard slots[slot] == 0 else { return }
        slots[slot] = Int32(position + 1)
        count += 1
    }

    /// The slot that holds the name, or the free one where it belongs.
    private func slot(of name: String, in members: [JSONObject.Member]) -> Int {
        let mask = slots.count - 1
        var slot = name.utf8Hash & mask
        while slots[slot] != 0, !members[Int(slots[slot]) - 1].name.utf8Equals(name) { slot = (slot + 1) & mask }
        return slot
    }
}

extension JSONObject: Hashable {
    /// Equality without regard to order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        guard left.count == right.count else { return false }
        for (at, member) in left.members.enumerated() {
            // Members mostly stand in the same order.
            let found = right.members[at].name.utf8Equals(member.name) ? at : right.position(of: member.name)
            guard let found, right.members[found].value == member.value else { return false }
        }
        return true
    }

    /// Hashes what `==` compares: the sum of the members' hashes does not depend on their order.
    public func hash(into hasher: inout Hasher) {
        var sum = 0
        for member in members {
            var each = Hasher()
            each.combine(utf8: member.name)
            each.combine(member.value)
            sum &+= each.finalize()
        }
        hasher.combine(sum)
    }
}

extension JSONObject: Sequence {
    /// The members in order.
    public func makeIterator() -> IndexingIterator<[Member]> { members.makeIterator() }
}

extension String {
    /// A hash of the bytes, which agrees with `utf8Equals`.
    fileprivate var utf8Hash: Int {
        var hasher = Hasher()
        hasher.combine(utf8: self)
        return hasher.finalize()
    }
}

extension Hasher {
    /// Takes in a text byte by byte, without normalisation.
    mutating func combine(utf8 text: String) {
        let done: Void? = text.utf8.withContiguousStorageIfAvailable { combine(bytes: UnsafeRawBufferPointer($0)) }
        if done == nil { for byte in text.utf8 { combine(byte) } }
        combine(UInt8(0xFF))
    }
}
