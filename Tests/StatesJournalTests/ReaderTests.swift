import StatesJournal
import StatesRuntime
import Synchronization
import Testing

/// A disk on which something happens just before one of the reads.
private final class OvertakenDisk: FileSystem {
    private let disk: SimulatedFileSystem
    private let event: Mutex<(reads: Int, body: (@Sendable () -> Void)?)>

    init(_ disk: SimulatedFileSystem, beforeRead number: Int, _ body: @escaping @Sendable () -> Void) {
        self.disk = disk
        event = Mutex((number, body))
    }

    /// Whether there were fewer reads than that.
    var isWaiting: Bool { event.withLock { $0.body != nil } }

    private func count() {
        let body = event.withLock { event in
            event.reads -= 1
            return event.reads == 0 ? event.body.take() : nil
        }
        body?()
    }

    func createDirectory(_ path: String) throws(FileFault) -> Bool { try disk.createDirectory(path) }
    func names(in directory: String) throws(FileFault) -> [String]? {
        count()
        return try disk.names(in: directory)
    }
    func open(_ path: String, for access: FileAccess) throws(FileFault) -> FileHandle? {
        count()
        return try disk.open(path, for: access)
    }
    func close(_ file: FileHandle) { disk.close(file) }
    func size(of file: FileHandle) throws(FileFault) -> Int { try disk.size(of: file) }
    func read(_ file: FileHandle, at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FileFault) -> Int {
        count()
        return try disk.read(file, at: offset, into: buffer)
    }
    func write(_ file: FileHandle, at offset: Int, _ bytes: UnsafeRawBufferPointer) throws(FileFault) {
        try disk.write(file, at: offset, bytes)
    }
    func sync(_ file: FileHandle) throws(FileFault) { try disk.sync(file) }
    func syncDirectory(_ path: String) throws(FileFault) { try disk.syncDirectory(path) }
    func rename(_ path: String, to newPath: String) throws(FileFault) { try disk.rename(path, to: newPath) }
    func remove(_ path: String) throws(FileFault) { try disk.remove(path) }
    func lock(_ file: FileHandle) throws(FileFault) -> Bool { try disk.lock(file) }
}

@Suite("Readers beside a writer")
struct ReaderTests {
    @Test("a reader sees the groups that are there when it opens, takes no lock and writes nothing")
    func prefix() throws {
        let disk = SimulatedFileSystem()
        let work = Workload.interleaved()
        let journal = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        for (number, group) in work.groups.enumerated() {
            try journal.commit(JournalBatch(group))
            let before = try disk.names(in: directory)
            let reader = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments(isReadOnly: true))
            #expect(try reader.contents(of: work.executions) == work.contents(ofFirst: number + 1))
            #expect(try reader.openExecutions().map(\.number) == work.open(inFirst: number + 1))
            #expect(throws: JournalFault.readOnly(directory: directory)) { try reader.commit(JournalBatch(group)) }
            #expect(throws: JournalFault.readOnly(directory: directory)) { try reader.compact(keepingClosedFor: .zero, now: 0) }
            try reader.close()
            #expect(try disk.names(in: directory) == before)
        }
    }

    @Test("a reader finds a prefix whatever operation the writer is at, and cuts nothing")
    func anyMoment() throws {
        let disk = SimulatedFileSystem()
        disk.recordStates()
        let work = Workload.interleaved(3, rounds: 2)
        let journal = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        let start = disk.operations
        var acknowledged: [Int] = [start]
        for group in work.groups {
            try journal.commit(JournalBatch(group))
            acknowledged.append(disk.operations)
        }
        for operation in (start + 1)...disk.operations {
            let moment = try #require(disk.crashed(before: operation, .everything))
            let reader = try DirectoryJournal(directory: directory, fileSystem: moment, options: smallSegments(isReadOnly: true))
            let found = try reader.groupCount()
            #expect(found + 1 >= acknowledged.filter { $0 < operation }.count)
            #expect(try reader.contents(of: work.executions) == work.contents(ofFirst: found))
            #expect(reader.report.bytesCut == 0)
        }
    }

    @Test("a reader that the writer overtakes at any read finds a prefix", arguments: [1, 8, 30])
    func overtaken(groups: Int) throws {
        for number in 1... {
            let disk = SimulatedFileSystem()
            let journal = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
            // Thirteen groups: the third segment is prepared, and not begun.
            var work = Workload()
            for text in 0..<(13 + groups) { work.add(.record(1, String(repeating: "\(text % 10)", count: 50))) }
            for group in work.groups.prefix(13) { try journal.commit(JournalBatch(group)) }
            let later = work.groups.dropFirst(13)
            let overtaken = OvertakenDisk(disk, beforeRead: number) {
                for group in later { try? journal.commit(JournalBatch(group)) }
            }
            let reader = try DirectoryJournal(directory: directory, fileSystem: overtaken, options: smallSegments(isReadOnly: true))
            let found = try reader.groupCount()
            #expect(found >= 13)
            #expect(try reader.contents(of: work.executions) == work.contents(ofFirst: found), "read \(number)")
            if overtaken.isWaiting { return }
        }
    }

    @Test("a reader that compaction overtakes at any read finds what is kept")
    func overtakenByCompaction() throws {
        for number in 1... {
            let disk = SimulatedFileSystem()
            var work = Workload()
            let journal = try journal(disk, executions: 1...7, open: [2], work: &work)
            let overtaken = OvertakenDisk(disk, beforeRead: number) {
                _ = try? journal.compact(keepingClosedFor: .zero, namesFor: .zero, now: 60 * day)
            }
            let reader = try DirectoryJournal(directory: directory, fileSystem: overtaken, options: smallSegments(isReadOnly: true))
            #expect(try reader.contents(of: [2]) == work.contents(ofFirst: .max).filter { $0.key == 2 }, "read \(number)")
            let check = try DirectoryJournal.check(directory: directory, fileSystem: overtaken)
            #expect(check.damages == [], "read \(number)")
            if overtaken.isWaiting { return }
        }
    }

    @Test("what a reader has shown survives a loss of power, though the writer had not synced it")
    func shownIsDurable() throws {
        let disk = SimulatedFileSystem()
        let journal = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments(isDurable: false))
        try journal.commit(JournalBatch([.record(1, "seen")]))
        let reader = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments(isReadOnly: true))
        #expect(try reader.entries(of: 1, kind: .record) == [Array("seen".utf8)])
        let after = try DirectoryJournal(directory: directory, fileSystem: disk.afterCrash(.synced), options: smallSegments())
        #expect(try after.entries(of: 1, kind: .record) == [Array("seen".utf8)])
    }

    @Test("a reader takes up what came later when it is asked to")
    func refresh() throws {
        let disk = SimulatedFileSystem()
        let work = Workload.interleaved()
        let journal = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        try journal.commit(JournalBatch(work.groups[0]))
        let reader = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments(isReadOnly: true))
        for group in work.groups.dropFirst() { try journal.commit(JournalBatch(group)) }
        #expect(try reader.groupCount() == 1)
        try reader.refresh()
        #expect(try reader.contents(of: work.executions) == work.contents(ofFirst: .max))
    }

    @Test("a reader whose files compaction has replaced starts again with the new ones")
    func compactedMeanwhile() throws {
        let disk = SimulatedFileSystem()
        var work = Workload()
        let journal = try journal(disk, executions: 1...40, open: [3, 17], work: &work)
        let reader = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments(isReadOnly: true))
        let report = try journal.compact(keepingClosedFor: .zero, namesFor: .zero, now: 60 * day)
        #expect(report.filesReplaced > 0)
        #expect(try reader.contents(of: work.executions) == journal.contents(of: work.executions))
        #expect(try reader.executions(before: nil, limit: 100) == journal.executions(before: nil, limit: 100))
    }
}
