import StatesRuntime

/// What a look at every byte of a journal has found.
public struct JournalCheck: Sendable, Hashable {
    /// The files of the log.
    public var files = 0
    /// Groups of entries that are as they were written.
    public var groups = 0
    /// Entries that are as they were written.
    public var entries = 0
    /// Executions that have begun and not ended.
    public var openExecutions = 0
    /// Executions that have ended and are kept.
    public var closedExecutions = 0
    /// Bytes after the end of the log: never acknowledged, being written just now, or damaged since.
    public var bytesBeyondEnd = 0
    /// What is not as it was written.
    public var damages: [JournalDamage] = []

    /// Whether everything that was acknowledged is there, as far as the journal itself can tell.
    public var isSound: Bool { damages.isEmpty }
}

extension DirectoryJournal {
    /// Reads every byte of the journal in a directory, and every execution's entries, and says what is wrong.
    ///
    /// It takes no lock and changes nothing. Damage is in the answer; thrown is only what keeps it from looking: no journal, a newer
    /// format, a file that the system does not let it read.
    public static func check(directory: String) throws(JournalFault) -> JournalCheck {
        try check(directory: directory, fileSystem: POSIXFileSystem())
    }

    /// Reads every byte of the journal in a directory of that file system.
    package static func check(directory: String, fileSystem: any FileSystem) throws(JournalFault) -> JournalCheck {
        let loader = JournalLoader(fileSystem: fileSystem, directory: directory)
        for _ in 0..<JournalOpener.attempts {
            do throws(ReadFault) {
                guard let layout = try loader.layout() else { throw .fault(.noJournal(directory: directory)) }
                let check = try check(layout, loader)
                // Files may have been replaced while they were read.
                if check.isSound || (try? loader.layout())?.files == layout.files { return check }
            } catch {
                guard case .fault(let fault) = error else { continue }
                guard case .damaged(let damage) = fault else { throw fault }
                return JournalCheck(damages: [damage])
            }
        }
        throw .unsettled(directory: directory)
    }

    private static func check(_ layout: JournalLayout, _ loader: JournalLoader) throws(ReadFault) -> JournalCheck {
        var check = JournalCheck(files: layout.files.count)
        var journal: LoadedJournal?
        do throws(ReadFault) {
            journal = try loader.load(layout)
        } catch {
            guard case .fault(.damaged(let damage)) = error else { throw error }
            check.damages.append(damage)
        }
        if let journal {
            for file in journal.index.files { try checkGroups(file, journal, loader, &check) }
            checkExecutions(journal, loader, &check)
            check.bytesBeyondEnd = journal.bytesBeyondEnd
        }
        return check
    }

    /// Every group of a file, up to the end that opening has found, and every entry's own checksum.
    private static func checkGroups(
        _ file: SegmentFile, _ journal: LoadedJournal, _ loader: JournalLoader, _ check: inout JournalCheck
    ) throws(ReadFault) {
        let (handle, opened) = try loader.open(file.name, identity: journal.index.identity)
        defer { loader.fileSystem.close(handle) }
        var scanner = opened
        let seed = scanner.seed
        var offset = SegmentHeader.size
        do throws(FileFault) {
            while offset < file.end {
                var entries: Int?
                let header = try scanner.header(at: offset)
                if let header { entries = try scanner.withBody(of: header, at: offset) { intactEntries(in: $0, seed) } }
                if let header, let entries, entries == header.count {
                    check.groups += header.kind == .entries ? 1 : 0
                    check.entries += entries
                    offset += header.totalSize
                    continue
                }
                let next = try scanner.nextHeader(from: offset + Format.alignment) { $0.kind != .index }?.offset ?? file.end
                let survey = DamageSurvey(log: file.name.first, gap: offset..<next)
                let touched = try survey.executions(&scanner) { journal.index.table.find($0) != nil }
                let path = loader.directory + "/" + file.name.fileName
                check.damages.append(
                    JournalDamage(file: path, offset: offset, executions: touched, reason: "a group is not as it was written"))
                offset = next
            }
        } catch {
            throw .fault(.file(error))
        }
    }

    private static func intactEntries(in body: UnsafeRawBufferPointer, _ seed: UInt32) -> Int {
        var (offset, count) = (0, 0)
        while offset + EntryHeader.size <= body.count {
            let entry = EntryHeader(body, at: offset)
            guard entry.length <= body.count - offset - EntryHeader.size,
                EntryHeader.checksum(body, at: offset, length: entry.length, seed: seed) == entry.checksum
            else { return -1 }
            offset += EntryHeader.size + entry.length
            count += 1
        }
        return offset == body.count ? count : -1
    }

    /// Whether each execution's entries can be reached from its last to its first.
    private static func checkExecutions(_ journal: LoadedJournal, _ loader: JournalLoader, _ check: inout JournalCheck) {
        var reader = EntryReader(fileSystem: loader.fileSystem, directory: loader.directory)
        defer { reader.forgetFiles() }
        var executions: [(UInt64, ExecutionSlot)] = []
        journal.index.table.ascending { execution, place in executions.append((execution, journal.index.table.slots[place])) }
        var known = Set(check.damages.flatMap(\.executions))
        for (execution, slot) in executions where journal.index.isKept(slot) {
            check.openExecutions += slot.standing == .open ? 1 : 0
            check.closedExecutions += slot.standing == .closed ? 1 : 0
            do throws(ReadFault) {
                let rest = try reader.walk(execution, from: slot.last, in: journal.index.files) { _, _, _ in }
                if rest != .none, let place = journal.index.files.place(holding: slot.last.log) {
                    let path = loader.directory + "/" + journal.index.files[place].name.fileName
                    throw .fault(
                        .damaged(
                            JournalDamage(
                                file: path, offset: slot.last.offset, executions: [execution],
                                reason: "the beginning of the execution's entries is missing")))
                }
            } catch {
                // One damage that keeps several executions from being read is told once for each.
                if case .fault(.damaged(let damage)) = error, known.insert(execution).inserted { check.damages.append(damage) }
            }
        }
    }
}
