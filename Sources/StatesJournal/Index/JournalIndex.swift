import StatesRuntime

/// A file of the log, as far as reading entries needs it.
struct SegmentFile: Sendable {
    var name: SegmentName
    /// What the checksums in it start from.
    var seed: UInt32
    /// Where its entries end.
    var end: Int
    /// Where its index is, if it is sealed.
    var index: IndexPlace?

    /// Where an index is, and what it covers.
    struct IndexPlace: Sendable {
        var offset: Int
        var rowCount: Int
        var firstGroup: UInt64
        var lastGroup: UInt64
        var epoch: UInt64
        /// The size of all entries in the file.
        var bytes: UInt64
    }

    func entrySize() -> Int { end - SegmentHeader.size }
}

/// What a segment's index will say, gathered while groups are added.
struct SegmentTally {
    var log: UInt32
    var firstGroup: UInt64
    /// The places of the executions with entries in the segment, in the order of their first.
    var touched: [Int] = []
    var definitions: [DefinitionRow] = []
    var bytes: UInt64 = 0
}

/// Where everything is: held in memory, rebuilt when a journal is opened.
struct JournalIndex {
    let identity: UInt64
    var generation: UInt64 = 0
    var historyCutoff = Int64.min
    var nameCutoff = Int64.min
    /// The files of the log, in order.
    var files: [SegmentFile] = []
    var table = ExecutionTable()
    var definitions: [String: Position] = [:]
    /// The highest execution number ever used.
    var highestExecution: UInt64 = 0
    /// The newest execution by the hash of its name; nil until somebody asks.
    private var names: [UInt64: UInt64]?

    init(identity: UInt64) {
        self.identity = identity
    }

    // MARK: - Adding

    /// Takes up the entries of a durable group that was found in a segment. False if they do not fit together.
    mutating func add(group body: UnsafeRawBufferPointer, count: UInt32, at base: Int, tally: inout SegmentTally) -> Bool {
        var (offset, found) = (0, UInt32(0))
        while offset < body.count {
            guard body.count - offset >= EntryHeader.size else { return false }
            let entry = EntryHeader(body, at: offset)
            let bodyStart = offset + EntryHeader.size
            guard body.count - bodyStart >= entry.length else { return false }
            let content = UnsafeRawBufferPointer(rebasing: body[bodyStart..<bodyStart + entry.length])
            let position = Position(log: tally.log, offset: base + offset)
            if entry.kind == EntryKind.definition.rawValue {
                note(definition: content, at: position, tally: &tally)
            } else {
                let (place, _) = touch(entry.execution, at: position, size: EntryHeader.size + entry.length, tally: &tally)
                table.slots[place].last = position
                note(EntryKind(rawValue: entry.kind), content, of: entry.execution, place, at: position)
            }
            tally.bytes += UInt64(EntryHeader.size + entry.length)
            (offset, found) = (bodyStart + entry.length, found + 1)
        }
        return found == count
    }

    /// Makes an entry the newest of its execution; the place of the slot and the entry before it.
    @inline(__always)
    mutating func touch(
        _ execution: UInt64, at position: Position, size: Int, tally: inout SegmentTally
    ) -> (place: Int, previous: Position) {
        let place = table.place(of: execution)
        let previous = table.slots[place].newest
        if previous.log != position.log {
            tally.touched.append(place)
            table.slots[place].bytes = 0
        }
        table.slots[place].newest = position
        table.slots[place].bytes = UInt32(clamping: Int(table.slots[place].bytes) + size)
        if execution > highestExecution { highestExecution = execution }
        return (place, previous)
    }

    /// Takes up what a durable entry says about how its execution stands.
    mutating func note(
        _ kind: EntryKind?, _ body: UnsafeRawBufferPointer, of execution: UInt64, _ place: Int, at position: Position
    ) {
        switch kind {
        case .started, .expressStarted: set(.open, body, of: execution, place, at: position)
        case .closed, .expressEnded: set(.closed, body, of: execution, place, at: position)
        case .definition, .record, .expressAttempt, .registry, nil: break
        }
    }

    /// Takes up a durable definition.
    mutating func note(definition body: UnsafeRawBufferPointer, at position: Position, tally: inout SegmentTally) {
        guard body.count >= DefinitionRow.hashSize else { return }
        let hash = String(decoding: body[..<DefinitionRow.hashSize], as: UTF8.self)
        definitions[hash] = position
        tally.definitions.append(DefinitionRow(hash: hash, offset: UInt32(position.offset)))
    }

    /// Takes up what a sealed segment's index says.
    mutating func add(_ index: SegmentIndex, of name: SegmentName) {
        for row in index.rows {
            let place = table.place(of: row.execution)
            let position = Position(log: name.last, offset: Int(row.last))
            table.slots[place].last = position
            table.slots[place].newest = position
            guard row.standing != .unknown else { continue }
            table.slots[place].standing = row.standing
            table.slots[place].summary = Position(log: name.last, offset: Int(row.summary))
            table.slots[place].nameHash = row.nameHash
            table.slots[place].stopTime = row.stopTime
        }
        for definition in index.definitions {
            definitions[definition.hash] = Position(log: name.last, offset: Int(definition.offset))
        }
        highestExecution = max(highestExecution, index.highestExecution)
    }

    /// The index of the segment that a tally was kept for. To be asked before anything is added to the next.
    func index(of tally: SegmentTally, lastGroup: UInt64, epoch: UInt64) -> SegmentIndex {
        let rows = tally.touched.map { place in
            let slot = table.slots[place]
            let isSummaryHere = slot.summary.log == tally.log
            return IndexRow(
                execution: table.execution(at: place), nameHash: isSummaryHere ? slot.nameHash : 0,
                stopTime: isSummaryHere ? slot.stopTime : 0, last: UInt32(slot.last.offset),
                summary: isSummaryHere ? UInt32(slot.summary.offset) : 0, bytes: slot.bytes,
                standing: isSummaryHere ? slot.standing : .unknown)
        }
        return SegmentIndex(
            firstGroup: tally.firstGroup, lastGroup: lastGroup, epoch: epoch, highestExecution: highestExecution,
            bytes: tally.bytes,
            rows: rows.sorted { $0.execution < $1.execution }, definitions: tally.definitions)
    }

    private mutating func set(
        _ standing: Standing, _ body: UnsafeRawBufferPointer, of execution: UInt64, _ place: Int, at position: Position
    ) {
        let hash = Self.hash(ofNameIn: body, identity: identity)
        let isNew = table.slots[place].standing == .unknown
        table.slots[place].standing = standing
        table.slots[place].summary = position
        table.slots[place].nameHash = hash
        table.slots[place].stopTime =
            standing == .closed && body.count >= ExecutionSummary.nameOffset
            ? body.number(Int64.self, at: ExecutionSummary.stopTimeOffset) : 0
        if isNew, names != nil { link(execution, place) }
    }

    // MARK: - Finding

    /// Whether the execution's history is kept.
    func isKept(_ slot: ExecutionSlot) -> Bool { slot.standing != .closed || slot.stopTime >= historyCutoff }

    /// Whether the execution's name is taken.
    func isNameKept(_ slot: ExecutionSlot) -> Bool {
        slot.standing == .open || (slot.standing == .closed && slot.stopTime >= nameCutoff)
    }

    /// The place of the file in `files` that holds that part of the log.
    func file(holding log: UInt32) -> Int? { files.place(holding: log) }

    /// The newest execution, below `bound` if given, whose name may be that one.
    mutating func candidate(named name: String, below bound: UInt64?) -> UInt64? {
        if names == nil { buildNames() }
        if let bound { return table[bound].flatMap { $0.sameName == 0 ? nil : $0.sameName } }
        return names?[Self.hash(of: name, identity: identity)]
    }

    /// Forgets what was derived from slots that were removed since.
    mutating func forgetNames() { names = nil }

    private mutating func buildNames() {
        names = [:]
        names?.reserveCapacity(table.count)
        var found: [(UInt64, Int)] = []
        found.reserveCapacity(table.count)
        table.ascending { execution, place in found.append((execution, place)) }
        for (execution, place) in found where table.slots[place].standing != .unknown { link(execution, place) }
    }

    private mutating func link(_ execution: UInt64, _ place: Int) {
        let hash = table.slots[place].nameHash
        table.slots[place].sameName = names?[hash] ?? 0
        names?[hash] = execution
    }

    // MARK: - Names

    /// A hash of a name: the same in every process, and different in every directory, so that nobody can choose names that collide.
    static func hash(of name: String, identity: UInt64) -> UInt64 {
        var name = name
        return name.withUTF8 { hash(of: UnsafeRawBufferPointer($0), identity: identity) }
    }

    /// The hash of the name in a summary's bytes; 0 if it is not there.
    static func hash(ofNameIn summary: UnsafeRawBufferPointer, identity: UInt64) -> UInt64 {
        let start = ExecutionSummary.nameOffset + 4
        guard summary.count >= start else { return 0 }
        let length = Int(summary.number(UInt32.self, at: ExecutionSummary.nameOffset))
        guard summary.count - start >= length else { return 0 }
        return hash(of: UnsafeRawBufferPointer(rebasing: summary[start..<start + length]), identity: identity)
    }

    private static func hash(of bytes: UnsafeRawBufferPointer, identity: UInt64) -> UInt64 {
        var hash = mix(identity ^ 0x9E37_79B9_7F4A_7C15, UInt64(bytes.count) ^ 0xD6E8_FEB8_6659_FD93)
        var offset = 0
        while offset + 8 <= bytes.count {
            hash = mix(hash ^ bytes.number(UInt64.self, at: offset), 0xA076_1D64_78BD_642F ^ identity)
            offset += 8
        }
        var rest: UInt64 = 0
        while offset < bytes.count {
            rest = rest << 8 | UInt64(bytes[offset])
            offset += 1
        }
        return mix(hash ^ rest, 0xE703_7ED1_A0B4_28DB)
    }

    private static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }
}

extension [SegmentFile] {
    /// The place of the file that holds that part of the log.
    func place(holding log: UInt32) -> Int? {
        let place = partitioningIndex { $0.name.last >= log }
        return indices.contains(place) && self[place].name.first <= log ? place : nil
    }
}
