import StatesRuntime

/// What the files of a directory amount to.
struct JournalLayout {
    var manifest: Manifest
    var hasManifest: Bool
    /// The files of the log, in order.
    var files: [SegmentName]
    /// Our own files that are no part of the log: interrupted preparations and what compaction has replaced.
    var leftovers: [String]
}

/// A journal as it was found.
struct LoadedJournal {
    var index: JournalIndex
    var manifest: Manifest
    /// Of the last segment in `index.files`, where the log ends.
    var tally: SegmentTally
    /// Where the next group belongs in that segment.
    var end = SegmentHeader.size
    /// The last group, if nothing declares it synced: number, offset and size in the last segment.
    var lastUnsynced: (offset: Int, size: Int)?
    /// The last segment has its index: the log goes on in another one.
    var isLastSealed = false
    /// The number of the next group.
    var nextGroup: UInt64 = 1
    /// The highest epoch seen.
    var epoch: UInt64 = 0
    /// Earlier segments that lack an index, with the one that they should have.
    var unsealed: [(place: Int, index: SegmentIndex)] = []
    /// Files after the last, where no valid group is.
    var followers: [SegmentName] = []
    /// How many bytes follow the end and are not zero, in how many files.
    var bytesBeyondEnd = 0
}

/// Reads a directory: indexes of sealed segments, and the groups of the others.
struct JournalLoader {
    let fileSystem: any FileSystem
    let directory: String

    /// A group that is not what it should be, and a later one that shows it once was.
    private struct Gap {
        var place: Int
        var offset: Int
        /// Where the gap ends, as far as is known, in the same file.
        var end: Int
        var reason: String
    }

    private enum Ending {
        /// The log goes on with the first group of the next file.
        case inNextFile
        /// Nothing valid comes after.
        case here
        /// Something was lost.
        case gap(Gap)
    }

    // MARK: - Files

    /// The files of the log; nil if there is no journal.
    func layout() throws(ReadFault) -> JournalLayout? {
        guard let names = try disk({ () throws(FileFault) in try fileSystem.names(in: directory) }) else { return nil }
        let manifest = try names.contains(Manifest.fileName) ? readManifest() : nil
        let listed = manifest?.files ?? []
        let firstUnlisted = manifest?.firstUnlisted ?? 1
        let found = names.compactMap { SegmentName(fileName: $0) }
        let unlisted = found.filter { !$0.isCompacted && $0.first >= firstUnlisted }.sorted { $0.first < $1.first }
        if manifest == nil, unlisted.isEmpty, !found.contains(where: \.isCompacted) { return nil }
        for name in listed where !found.contains(name) { throw missing(name) }
        for (place, name) in unlisted.enumerated() where name.first != firstUnlisted + UInt32(place) {
            throw missing(SegmentName(log: firstUnlisted + UInt32(place)))
        }
        if unlisted.isEmpty { throw missing(SegmentName(log: firstUnlisted)) }
        let kept = Set((listed + unlisted).map(\.fileName))
        let leftovers = names.filter { name in
            !kept.contains(name) && (SegmentName(fileName: name) != nil || name.hasSuffix(".new") && isOurs(name.dropLast(4)))
        }
        return JournalLayout(
            manifest: manifest ?? Manifest(), hasManifest: manifest != nil, files: listed + unlisted, leftovers: leftovers)
    }

    /// The manifest, or nil if there is none.
    func readManifest() throws(ReadFault) -> Manifest? {
        let path = directory + "/" + Manifest.fileName
        guard let handle = try disk({ () throws(FileFault) in try fileSystem.open(path, for: .read) }) else { return nil }
        defer { fileSystem.close(handle) }
        let bytes = try disk { () throws(FileFault) in try fileSystem.read(handle, at: 0, count: fileSystem.size(of: handle)) }
        do { return try Manifest(bytes) } catch { throw problem(error, path) }
    }

    private func isOurs(_ name: some StringProtocol) -> Bool {
        name == Manifest.fileName || SegmentName(fileName: String(name)) != nil
    }

    // MARK: - Loading

    /// Everything that is durable, and where it ends.
    func load(_ layout: JournalLayout) throws(ReadFault) -> LoadedJournal {
        let identity = try layout.hasManifest ? layout.manifest.identity : header(of: layout.files[0]).identity
        var journal = LoadedJournal(
            index: JournalIndex(identity: identity), manifest: layout.manifest, tally: SegmentTally(log: 1, firstGroup: 1))
        journal.manifest.identity = identity
        journal.index.generation = layout.manifest.generation
        journal.index.historyCutoff = layout.manifest.historyCutoff
        journal.index.nameCutoff = layout.manifest.nameCutoff
        for place in layout.files.indices {
            if try !load(place, of: layout, into: &journal) {
                try lookBeyondEnd(place, of: layout, into: &journal)
                break
            }
        }
        return journal
    }

    /// Takes up one file. False if the log ends in it.
    private func load(_ place: Int, of layout: JournalLayout, into journal: inout LoadedJournal) throws(ReadFault) -> Bool {
        let name = layout.files[place]
        let opened = try open(name, identity: journal.index.identity)
        defer { fileSystem.close(opened.handle) }
        var scanner = opened.scanner
        if let (index, placed) = try sealedIndex(&scanner, name) {
            try takeUp(index, placed, name, seed: scanner.seed, into: &journal)
            // A segment is sealed only when the next one is in use.
            if place + 1 == layout.files.count { throw missing(SegmentName(log: name.last + 1)) }
            return true
        }
        if name.isCompacted { throw damaged(name, scanner.size, "its index cannot be read") }
        journal.index.files.append(SegmentFile(name: name, seed: scanner.seed, end: SegmentHeader.size))
        journal.tally = SegmentTally(log: name.first, firstGroup: journal.nextGroup)
        journal.end = SegmentHeader.size
        journal.isLastSealed = false
        journal.lastUnsynced = nil
        var lookedAt: Int?
        while true {
            try scan(&scanner, name, into: &journal)
            switch try ending(place, of: layout, &scanner, journal) {
            case .here: return false
            case .inNextFile:
                sealLater(&journal)
                return true
            case .gap(let gap):
                // A writer may have gone on while this was read. What it wrote later is no sign of damage, unless the gap stays.
                if lookedAt == journal.end { throw try damage(gap, layout, journal) }
                lookedAt = journal.end
                scanner = try open(name, handle: opened.handle, identity: journal.index.identity)
            }
        }
    }

    private func takeUp(
        _ index: SegmentIndex, _ placed: SegmentFile.IndexPlace, _ name: SegmentName, seed: UInt32,
        into journal: inout LoadedJournal
    ) throws(ReadFault) {
        guard index.firstGroup == journal.nextGroup else {
            throw damaged(
                name, placed.offset, "it begins with group \(index.firstGroup), and group \(journal.nextGroup) should follow")
        }
        journal.index.add(index, of: name)
        journal.index.files.append(SegmentFile(name: name, seed: seed, end: placed.offset, index: placed))
        journal.nextGroup = index.lastGroup + 1
        journal.epoch = max(journal.epoch, index.epoch)
        journal.isLastSealed = true
        journal.lastUnsynced = nil
    }

    /// Takes up groups as long as they are valid.
    private func scan(_ scanner: inout GroupScanner, _ name: SegmentName, into journal: inout LoadedJournal) throws(ReadFault) {
        while let header = try disk({ () throws(FileFault) in try scanner.header(at: journal.end) }) {
            guard header.kind != .index, header.number == journal.nextGroup, header.epoch >= journal.epoch else { return }
            let offset = journal.end
            let base = offset + GroupHeader.size
            let isComplete = try disk { () throws(FileFault) in
                try scanner.withBody(of: header, at: offset) { body in
                    journal.index.add(group: body, count: header.count, at: base, tally: &journal.tally)
                }
            }
            guard let isComplete else { return }
            if !isComplete { throw damaged(name, offset, "the entries of a group do not fit together") }
            journal.end = offset + header.totalSize
            journal.index.files[journal.index.files.count - 1].end = journal.end
            journal.nextGroup = header.number + 1
            journal.epoch = header.epoch
            journal.lastUnsynced = (offset, header.totalSize)
        }
    }

    /// The segment just scanned is not the last: notes which index it should have.
    private func sealLater(_ journal: inout LoadedJournal) {
        let index = journal.index.index(of: journal.tally, lastGroup: journal.nextGroup - 1, epoch: journal.epoch)
        journal.unsealed.append((journal.index.files.count - 1, index))
    }

    // MARK: - The end of the log

    private func ending(
        _ place: Int, of layout: JournalLayout, _ scanner: inout GroupScanner, _ journal: LoadedJournal
    ) throws(ReadFault) -> Ending {
        let (expected, epoch, end) = (journal.nextGroup, journal.epoch, journal.end)
        func declaresSynced(_ header: GroupHeader) -> Bool {
            header.kind != .index && header.number > expected && header.synced >= expected && header.epoch >= epoch
        }
        let later = try disk { () throws(FileFault) in try scanner.nextHeader(from: end, where: declaresSynced) }
        if let (offset, header) = later {
            return .gap(Gap(place: place, offset: end, end: offset, reason: Self.reason(expected, header.number)))
        }
        for next in layout.files.indices.dropFirst(place + 1) {
            let opened = try open(layout.files[next], identity: journal.index.identity)
            defer { fileSystem.close(opened.handle) }
            var follower = opened.scanner
            let whole = Gap(place: place, offset: end, end: scanner.size, reason: "")
            if let (index, _) = try sealedIndex(&follower, layout.files[next]) {
                if index.firstGroup == expected, next == place + 1 { return .inNextFile }
                return .gap(Gap(place: place, offset: end, end: scanner.size, reason: Self.reason(expected, index.firstGroup)))
            }
            let first = try disk { () throws(FileFault) in try follower.header(at: SegmentHeader.size) }
            if let first, first.number == expected, first.epoch >= epoch, next == place + 1 { return .inNextFile }
            let found = try disk { () throws(FileFault) in try follower.nextHeader(from: SegmentHeader.size, where: declaresSynced)
            }
            if let found {
                var gap = whole
                gap.reason = Self.reason(expected, found.1.number)
                return .gap(gap)
            }
        }
        return .here
    }

    private static func reason(_ expected: UInt64, _ found: UInt64) -> String {
        "group \(expected) is not as it was written, and group \(found) shows that it had been"
    }

    /// Looks what stands after the end of the log: the remains of groups that were never acknowledged.
    private func lookBeyondEnd(_ place: Int, of layout: JournalLayout, into journal: inout LoadedJournal) throws(ReadFault) {
        for next in layout.files.indices.dropFirst(place) {
            let opened = try open(layout.files[next], identity: journal.index.identity)
            defer { fileSystem.close(opened.handle) }
            var scanner = opened.scanner
            if next > place { journal.followers.append(layout.files[next]) }
            if next == place, journal.isLastSealed { continue }
            let start = next == place ? journal.end : SegmentHeader.size
            let end = try disk { () throws(FileFault) in try scanner.endOfContent(from: start) }
            if next == place, try isIndex(&scanner, at: start) {
                // Its index was written, and the next segment not begun.
                sealLater(&journal)
                journal.isLastSealed = true
                continue
            }
            journal.bytesBeyondEnd += end - start
        }
    }

    private func isIndex(_ scanner: inout GroupScanner, at offset: Int) throws(ReadFault) -> Bool {
        guard let header = try disk({ () throws(FileFault) in try scanner.header(at: offset) }), header.kind == .index else {
            return false
        }
        return try disk { () throws(FileFault) in try scanner.withBody(of: header, at: offset) { _ in true } } == true
    }

    // MARK: - Damage

    private func damage(_ gap: Gap, _ layout: JournalLayout, _ journal: LoadedJournal) throws(ReadFault) -> ReadFault {
        let name = layout.files[gap.place]
        let opened = try open(name, identity: journal.index.identity)
        defer { fileSystem.close(opened.handle) }
        var scanner = opened.scanner
        let survey = try disk { () throws(FileFault) in
            try DamageSurvey(log: name.first, gap: gap.offset..<gap.end).executions(&scanner) {
                journal.index.table.find($0) != nil
            }
        }
        return .fault(
            .damaged(
                JournalDamage(
                    file: directory + "/" + name.fileName, offset: gap.offset, executions: survey, reason: gap.reason)))
    }

    private func damaged(_ name: SegmentName, _ offset: Int, _ reason: String) -> ReadFault {
        .fault(.damaged(JournalDamage(file: directory + "/" + name.fileName, offset: offset, reason: reason)))
    }

    private func missing(_ name: SegmentName) -> ReadFault { damaged(name, 0, "it is missing") }

    private func problem(_ problem: FormatProblem, _ path: String) -> ReadFault {
        switch problem {
        case .damaged(let reason): .fault(.damaged(JournalDamage(file: path, offset: 0, reason: reason)))
        case .newer(let format): .fault(.newerFormat(file: path, format: format, newestKnown: Format.version))
        }
    }

    // MARK: - Reading files

    /// Opens a segment and verifies its header. The caller closes the handle.
    func open(_ name: SegmentName, identity: UInt64) throws(ReadFault) -> (handle: FileHandle, scanner: GroupScanner) {
        let path = directory + "/" + name.fileName
        guard let handle = try disk({ () throws(FileFault) in try fileSystem.open(path, for: .read) }) else { throw .stale }
        do throws(ReadFault) {
            return (handle, try open(name, handle: handle, identity: identity))
        } catch {
            fileSystem.close(handle)
            throw error
        }
    }

    private func open(_ name: SegmentName, handle: FileHandle, identity: UInt64) throws(ReadFault) -> GroupScanner {
        let header = try header(of: name, handle)
        guard header.identity == identity else { throw damaged(name, 16, "it belongs to another journal") }
        guard header.name == name else { throw damaged(name, 24, "it is another file's content: \(header.name.fileName)") }
        return try disk { () throws(FileFault) in try GroupScanner(fileSystem: fileSystem, handle: handle, seed: header.seed) }
    }

    private func header(of name: SegmentName) throws(ReadFault) -> SegmentHeader {
        let path = directory + "/" + name.fileName
        guard let handle = try disk({ () throws(FileFault) in try fileSystem.open(path, for: .read) }) else { throw .stale }
        defer { fileSystem.close(handle) }
        return try header(of: name, handle)
    }

    private func header(of name: SegmentName, _ handle: FileHandle) throws(ReadFault) -> SegmentHeader {
        let bytes = try disk { () throws(FileFault) in try fileSystem.read(handle, at: 0, count: SegmentHeader.size) }
        do { return try SegmentHeader(bytes) } catch { throw problem(error, directory + "/" + name.fileName) }
    }

    /// The index of a sealed segment; nil if there is none that can be read.
    func sealedIndex(
        _ scanner: inout GroupScanner, _ name: SegmentName
    ) throws(ReadFault) -> (SegmentIndex, SegmentFile.IndexPlace)? {
        let seed = scanner.seed
        let trailer = try disk { () throws(FileFault) in
            try scanner.withRest(from: scanner.size - SegmentTrailer.size, to: scanner.size) { bytes in
                SegmentTrailer([UInt8](bytes), seed: seed)
            }
        }
        guard let trailer = trailer.flatMap({ $0 }) else { return nil }
        let offset = Int(trailer.indexOffset)
        guard let header = try disk({ () throws(FileFault) in try scanner.header(at: offset) }), header.kind == .index else {
            return nil
        }
        let index = try disk { () throws(FileFault) in try scanner.withBody(of: header, at: offset) { SegmentIndex(body: $0) } }
        guard let index = index.flatMap({ $0 }) else { return nil }
        let place = SegmentFile.IndexPlace(
            offset: offset, rowCount: index.rows.count, firstGroup: index.firstGroup, lastGroup: index.lastGroup,
            epoch: index.epoch,
            bytes: index.bytes)
        return (index, place)
    }

    private func disk<Answer>(_ body: () throws(FileFault) -> Answer) throws(ReadFault) -> Answer {
        do throws(FileFault) { return try body() } catch { throw .fault(.file(error)) }
    }
}

/// Finds out whom a damage touches: whose entries stand in the damaged bytes, and whose later entries point into them.
struct DamageSurvey {
    var log: UInt32
    var gap: Range<Int>

    /// The executions, in order.
    func executions(_ scanner: inout GroupScanner, isKnown: (UInt64) -> Bool) throws(FileFault) -> [UInt64] {
        let seed = scanner.seed
        let gap = gap
        var found =
            try scanner.withRest(from: gap.lowerBound, to: gap.upperBound) { Self.written(in: $0, seed: seed, isKnown) } ?? []
        var offset = gap.upperBound
        while let header = try scanner.header(at: offset), header.kind != .index {
            guard let touched = try scanner.withBody(of: header, at: offset, { pointing(from: $0) }) else { break }
            found.formUnion(touched)
            offset += header.totalSize
        }
        return found.sorted()
    }

    /// Whose entries can still be made out in the damaged bytes.
    private static func written(in bytes: UnsafeRawBufferPointer, seed: UInt32, _ isKnown: (UInt64) -> Bool) -> Set<UInt64> {
        var (certain, likely): (Set<UInt64>, Set<UInt64>) = ([], [])
        var offset = GroupHeader.size
        while offset + EntryHeader.size <= bytes.count {
            let entry = EntryHeader(bytes, at: offset)
            guard entry.length <= bytes.count - offset - EntryHeader.size, let kind = EntryKind(rawValue: entry.kind) else { break }
            if kind != .definition {
                let isIntact = EntryHeader.checksum(bytes, at: offset, length: entry.length, seed: seed) == entry.checksum
                likely.insert(entry.execution)
                if isIntact || isKnown(entry.execution) { certain.insert(entry.execution) }
            }
            offset += EntryHeader.size + entry.length
        }
        // If the frames lead exactly to the next group, it is not they that are damaged.
        return Format.aligned(offset) == bytes.count ? likely : certain
    }

    private func pointing(from body: UnsafeRawBufferPointer) -> Set<UInt64> {
        var found: Set<UInt64> = []
        var offset = 0
        while offset + EntryHeader.size <= body.count {
            let entry = EntryHeader(body, at: offset)
            guard entry.length <= body.count - offset - EntryHeader.size else { break }
            let isHere = entry.previous.log == 0 || entry.previous.log == log
            if entry.previous != .none, isHere, gap.contains(entry.previous.offset) { found.insert(entry.execution) }
            offset += EntryHeader.size + entry.length
        }
        return found
    }
}
