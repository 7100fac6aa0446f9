/// What is known of an execution without reading its entries.
struct ExecutionSlot {
    /// Its last durable entry.
    var last = Position.none
    /// Its last entry, which may be on its way to the medium; `none` if the slot is not in use.
    var newest = Position.none
    /// The last durable entry that holds its summary.
    var summary = Position.none
    /// The hash of its name.
    var nameHash: UInt64 = 0
    /// When it ended.
    var stopTime: Int64 = 0
    /// The next older execution whose name has the same hash, or 0.
    var sameName: UInt64 = 0
    /// The size of its entries in the segment of `newest`, at most `UInt32.max`.
    var bytes: UInt32 = 0
    /// How it stands, by its durable entries.
    var standing = Standing.unknown
}

/// Slots by execution number.
///
/// Numbers are handed out in order, so that executions lie in pages of neighbours and finding one costs no hash of its own. A
/// million executions take about 60 MB; what they wrote is not held.
struct ExecutionTable {
    private static let pageBits: UInt64 = 7
    private static let pageSize = 1 << Int(pageBits)

    /// All slots. A place in here stays valid as long as the execution is not removed.
    var slots: ContiguousArray<ExecutionSlot> = []
    /// The number of slots in use.
    private(set) var count = 0
    private var keys: [UInt64] = []
    private var used: [Int] = []
    private var pages: [UInt64: Int] = [:]
    private var sortedKeys: [UInt64] = []
    private var freePages: [Int] = []
    private var recent: (key: UInt64, page: Int) = (.max, 0)

    /// The execution whose slot is at that place.
    func execution(at place: Int) -> UInt64 {
        keys[place >> Int(Self.pageBits)] << Self.pageBits | UInt64(place & (Self.pageSize - 1))
    }

    /// The place of an execution's slot, or nil.
    func find(_ execution: UInt64) -> Int? {
        let key = execution >> Self.pageBits
        guard let page = recent.key == key ? recent.page : pages[key] else { return nil }
        let place = page << Int(Self.pageBits) | Int(truncatingIfNeeded: execution) & (Self.pageSize - 1)
        return slots[place].newest == .none ? nil : place
    }

    /// The slot of an execution, or nil.
    subscript(_ execution: UInt64) -> ExecutionSlot? { find(execution).map { slots[$0] } }

    /// The place of an execution's slot. The caller sets `newest`, which marks it as used.
    mutating func place(of execution: UInt64) -> Int {
        let key = execution >> Self.pageBits
        if recent.key != key { recent = (key, page(of: key)) }
        let place = recent.page << Int(Self.pageBits) | Int(truncatingIfNeeded: execution) & (Self.pageSize - 1)
        if slots[place].newest == .none {
            used[recent.page] += 1
            count += 1
        }
        return place
    }

    /// Forgets an execution.
    mutating func remove(_ execution: UInt64) {
        guard let place = find(execution) else { return }
        slots[place] = ExecutionSlot()
        count -= 1
        let page = place >> Int(Self.pageBits)
        used[page] -= 1
        guard used[page] == 0 else { return }
        let key = keys[page]
        pages[key] = nil
        recent = (.max, 0)
        freePages.append(page)
        if let index = sortedKeys.firstIndex(of: key) { sortedKeys.remove(at: index) }
    }

    /// Shows the places in use from the highest execution number below `bound` down, as long as `body` wants more.
    func descending(below bound: UInt64?, _ body: (UInt64, Int) -> Bool) {
        let start = bound.map { bound in sortedKeys.partitioningIndex { $0 > bound >> Self.pageBits } } ?? sortedKeys.count
        for key in sortedKeys[..<start].reversed() {
            guard let page = pages[key] else { continue }
            for offset in (0..<Self.pageSize).reversed() {
                let place = page << Int(Self.pageBits) | offset
                let execution = key << Self.pageBits | UInt64(offset)
                if slots[place].newest == .none || bound.map({ execution >= $0 }) == true { continue }
                if !body(execution, place) { return }
            }
        }
    }

    /// Shows the places in use in the order of execution numbers.
    func ascending(_ body: (UInt64, Int) -> Void) {
        for key in sortedKeys {
            guard let page = pages[key] else { continue }
            for offset in 0..<Self.pageSize {
                let place = page << Int(Self.pageBits) | offset
                if slots[place].newest != .none { body(key << Self.pageBits | UInt64(offset), place) }
            }
        }
    }

    private mutating func page(of key: UInt64) -> Int {
        if let page = pages[key] { return page }
        let page = newPage(key)
        pages[key] = page
        if let last = sortedKeys.last, last > key {
            sortedKeys.insert(key, at: sortedKeys.partitioningIndex { $0 > key })
        } else {
            sortedKeys.append(key)
        }
        return page
    }

    private mutating func newPage(_ key: UInt64) -> Int {
        if let page = freePages.popLast() {
            keys[page] = key
            return page
        }
        keys.append(key)
        used.append(0)
        slots.append(contentsOf: repeatElement(ExecutionSlot(), count: Self.pageSize))
        return keys.count - 1
    }
}

extension Array {
    /// The first index whose element satisfies the predicate, if all that do come after all that do not.
    func partitioningIndex(where predicate: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if predicate(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
