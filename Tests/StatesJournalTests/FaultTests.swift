import StatesJournal
import StatesRuntime
import Testing

private let inputOutput: Int32 = 5
private let noSpace: Int32 = 28
private let readOnlyCode: Int32 = 30
private let segment = directory + "/segment-00000001"

/// Commits until a fault comes; how many groups were acknowledged.
private func acknowledgedGroups(of work: Workload, on disk: SimulatedFileSystem) -> Int {
    var acknowledged = 0
    do throws(JournalFault) {
        let journal = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        for group in work.groups {
            try journal.commit(JournalBatch(group))
            acknowledged += 1
        }
        try journal.compact(keepingClosedFor: .zero, now: 0)
    } catch {}
    return acknowledged
}

@Suite("Faults")
struct FaultTests {
    @Test("after a sync that failed nothing more is accepted, and what was not acknowledged is not shown")
    func failedSync() throws {
        let disk = SimulatedFileSystem()
        let journal = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        try journal.commit(JournalBatch([.started(.example(1)), .record(1, "safe")]))
        disk.failSync(code: inputOutput)
        let fault = JournalFault.file(FileFault(operation: "sync", path: segment, code: inputOutput))
        for _ in 0..<3 {
            #expect(throws: fault) { try journal.commit(JournalBatch([.record(1, "lost"), .closed(.example(1), at: 9)])) }
        }
        #expect(try journal.entries(of: 1, kind: .record) == [Array("safe".utf8)])
        #expect(try journal.entries(of: 1, kind: .closed).isEmpty)
        #expect(try journal.executions(before: nil, limit: 9) == [.example(1)])
        try journal.close()
        #expect(throws: fault) { try journal.commit(JournalBatch([.record(1, "lost")])) }
        #expect(throws: fault) { try journal.compact(keepingClosedFor: .zero, now: 5) }
    }

    @Test("what a failed sync left in memory only is made durable when the journal is opened again")
    func bytesBelievedWritten() throws {
        let disk = SimulatedFileSystem()
        let journal = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        disk.failSync(code: inputOutput)
        #expect(throws: JournalFault.self) { try journal.commit(JournalBatch([.record(1, "in memory")])) }
        try journal.close()
        let second = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        #expect(try second.entries(of: 1, kind: .record) == [Array("in memory".utf8)])
        let third = try DirectoryJournal(directory: directory, fileSystem: disk.afterCrash(.synced), options: smallSegments())
        #expect(try third.entries(of: 1, kind: .record) == [Array("in memory".utf8)])
    }

    @Test("after a write that failed nothing more is accepted, and the half that was written is cut")
    func failedWrite() throws {
        let disk = SimulatedFileSystem()
        let journal = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        try journal.commit(JournalBatch([.record(1, "safe")]))
        disk.failWrite(code: noSpace)
        let fault = JournalFault.file(FileFault(operation: "write", path: segment, code: noSpace))
        #expect(throws: fault) { try journal.commit(JournalBatch([.record(1, "lost")])) }
        #expect(throws: fault) { try journal.commit(JournalBatch([.record(1, "lost")])) }
        #expect(fault.description == "cannot write \(segment): No space left on device")
        try journal.close()
        let reopened = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        #expect(try reopened.entries(of: 1, kind: .record) == [Array("safe".utf8)])
        #expect(reopened.report.bytesCut > 0)
    }

    @Test("any write or sync may fail, and what was acknowledged before is there", arguments: [inputOutput, noSpace])
    func anyFault(code: Int32) throws {
        let work = Workload.interleaved(3, rounds: 2)
        for count in 0..<40 {
            let disk = SimulatedFileSystem()
            if count % 2 == 0 { disk.failWrite(after: count / 2, code: code) } else { disk.failSync(after: count / 2, code: code) }
            let acknowledged = acknowledgedGroups(of: work, on: disk)
            let after = disk.afterCrash(count % 3 == 0 ? .synced : .some(seed: UInt64(count)))
            let journal = try DirectoryJournal(directory: directory, fileSystem: after, options: smallSegments())
            let found = try journal.groupCount()
            #expect((acknowledged...acknowledged + 1).contains(found), "fault \(count)")
            #expect(try journal.contents(of: work.executions) == work.contents(ofFirst: found), "fault \(count)")
        }
    }

    @Test("a disk that is full when the next segment is prepared stops nothing as long as this one has room")
    func fullDisk() throws {
        let disk = SimulatedFileSystem()
        var options = smallSegments()
        options.firstSegmentSize = 4096
        let journal = try DirectoryJournal(directory: directory, fileSystem: disk, options: options)
        disk.setCapacity(6000)
        var accepted = 0
        var fault: JournalFault?
        while fault == nil {
            do throws(JournalFault) {
                try journal.commit(JournalBatch([.record(1, String(repeating: "x", count: 100))]))
                accepted += 1
            } catch {
                fault = error
            }
        }
        // 176 bytes a group, after the header's 64.
        #expect(accepted == (4096 - 64) / 176)
        #expect(fault == .file(FileFault(operation: "write", path: directory + "/segment-00000002.new", code: noSpace)))
        try journal.close()
        disk.setCapacity(nil)
        let reopened = try DirectoryJournal(directory: directory, fileSystem: disk, options: options)
        #expect(try reopened.entries(of: 1, kind: .record).count == accepted)
        try reopened.commit(JournalBatch([.record(1, "there is room again")]))
        #expect(try disk.names(in: directory) == [".gitignore", "lock", "segment-00000001", "segment-00000002"])
    }

    @Test("a disk without room for anything is a fault with the file's name")
    func noRoomAtAll() throws {
        let disk = SimulatedFileSystem()
        disk.setCapacity(0)
        #expect(throws: JournalFault.file(FileFault(operation: "write", path: directory + "/.gitignore", code: noSpace))) {
            try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        }
        disk.setCapacity(nil)
        _ = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
    }

    @Test("a directory that cannot be written can be read")
    func readOnlyDisk() throws {
        let disk = SimulatedFileSystem()
        let work = Workload.interleaved()
        let journal = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        try journal.commit(work)
        try journal.close()
        disk.setReadOnly(true)
        let fault = JournalFault.file(FileFault(operation: "open", path: directory + "/lock", code: readOnlyCode))
        #expect(throws: fault) { try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments()) }
        let reader = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments(isReadOnly: true))
        #expect(try reader.contents(of: work.executions) == work.contents(ofFirst: .max))
    }

    @Test("a second writer is refused and told who the first is, as long as the first lives")
    func lock() throws {
        let disk = SimulatedFileSystem()
        let journal = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        let owner = LockOwner(processIdentifier: 7, startTime: 1_767_225_600_000, command: "stepwell run order.asl.json")
        let fault = JournalFault.locked(directory: directory, owner: owner)
        #expect(throws: fault) { try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments()) }
        #expect(
            fault.description
                == "/data is being written by process 7 (stepwell run order.asl.json), which opened it at 2026-01-01T00:00:00Z; "
                + "reading does not need the lock, and it is free once that process ends")
        try journal.close()
        var options = smallSegments()
        options.owner = LockOwner(processIdentifier: 8, startTime: 0, command: "two\nlines")
        let next = try DirectoryJournal(directory: directory, fileSystem: disk, options: options)
        let other = LockOwner(processIdentifier: 8, startTime: 0, command: "two lines")
        #expect(throws: JournalFault.locked(directory: directory, owner: other)) {
            try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        }
        _ = next
        // The owner died.
        _ = try DirectoryJournal(directory: directory, fileSystem: disk.afterCrash(.everything), options: smallSegments())
    }

    @Test("an opening that fails gives the lock back")
    func lockAfterFailure() throws {
        let disk = SimulatedFileSystem()
        try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments()).commit(
            JournalBatch([.record(1, "x")]))
        let bytes = try #require(disk.bytes(of: segment))
        disk.overwrite(segment, with: [UInt8](bytes.prefix(10)))
        #expect(throws: JournalFault.self) {
            try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        }
        disk.overwrite(segment, with: bytes)
        let journal = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        #expect(try journal.entries(of: 1, kind: .record).count == 1)
    }

    @Test("there is nothing to read where there is no journal")
    func noJournal() throws {
        let disk = SimulatedFileSystem()
        let fault = JournalFault.noJournal(directory: directory)
        #expect(throws: fault) {
            try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments(isReadOnly: true))
        }
        #expect(throws: fault) { try DirectoryJournal.check(directory: directory, fileSystem: disk) }
        #expect(disk.operations == 0)
        _ = try disk.createDirectory(directory)
        #expect(throws: fault) {
            try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments(isReadOnly: true))
        }
    }
}
