import StatesJournal
import StatesKernel
import StatesRuntime
import Testing

let day: Int64 = 86_400_000

/// A journal in which execution n ended on day n, except for those in `open`.
func journal(
    _ disk: SimulatedFileSystem, executions: ClosedRange<UInt64>, open: Set<UInt64> = [], work: inout Workload
) throws -> DirectoryJournal {
    for number in executions {
        let example = ExecutionSummary.example(number)
        work.add(.started(example), .record(number, "began"))
        if number > executions.lowerBound { work.add(.record(number - 1, "went on")) }
        let text = String(repeating: "x", count: 150)
        work.groups.append([.record(number, text)] + (open.contains(number) ? [] : [.closed(example, at: Int64(number) * day)]))
    }
    let journal = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
    try journal.commit(work)
    return journal
}

private func size(of disk: SimulatedFileSystem) throws -> Int {
    try disk.names(in: directory)?.reduce(0) { $0 + (disk.bytes(of: directory + "/" + $1)?.count ?? 0) } ?? 0
}

@Suite("Retention")
struct CompactionTests {
    @Test("executions that ended long ago are deleted whole, and the others keep every entry", arguments: [false, true])
    func deletion(reopens: Bool) throws {
        let disk = SimulatedFileSystem()
        var work = Workload()
        var journal = try journal(disk, executions: 1...40, open: [3, 17], work: &work)
        let before = try size(of: disk)
        let report = try journal.compact(keepingClosedFor: .seconds(5 * 86_400), namesFor: .zero, now: 41 * day)
        #expect(report.filesReplaced > report.filesWritten)
        #expect(report.bytesAfter < report.bytesBefore / 3)
        #expect(try size(of: disk) < before)
        if reopens {
            try journal.close()
            journal = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
            #expect(try journal.openExecutions().map(\.number) == [3, 17])
        }
        let kept = Set([3, 17, Workload.counter] + Array(36...40))
        let expected = work.contents(ofFirst: .max).filter { kept.contains($0.key) }
        #expect(try journal.contents(of: work.executions) == expected)
        #expect(try journal.executions(before: nil, limit: 100).map(\.number) == [40, 39, 38, 37, 36, 17, 3])
        #expect(try journal.execution(named: "order-10", machineArn: nil) == nil)
        #expect(try journal.nextExecutionNumber() == 1000)
        #expect(try DirectoryJournal.check(directory: directory, fileSystem: disk).isSound)
    }

    @Test("a name stays taken after the history is deleted, for as long as it is told")
    func names() throws {
        let disk = SimulatedFileSystem()
        var work = Workload()
        var journal = try journal(disk, executions: 1...40, work: &work)
        for round in 0..<3 {
            try journal.compact(keepingClosedFor: .seconds(5 * 86_400), namesFor: .seconds(20 * 86_400), now: 41 * day)
            let taken = try (1...40).filter { try journal.execution(named: "order-\($0)", machineArn: nil) != nil }
            #expect(taken == Array(21...40), "round \(round)")
            #expect(try journal.execution(named: "order-30", machineArn: nil) == .example(30).ended(at: 30 * day))
            #expect(try journal.entries(of: 30, kind: .closed).isEmpty)
            #expect(try journal.executions(before: nil, limit: 100).map(\.number) == (36...40).reversed())
            try journal.close()
            journal = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        }
    }

    @Test("an execution that is older than everything else pins nothing and goes on after its entries moved")
    func longWait() throws {
        let disk = SimulatedFileSystem()
        var work = Workload()
        var journal = try journal(disk, executions: 1...20, open: [1], work: &work)
        for round: UInt64 in 1...6 {
            let now = (20 + Int64(round) * 10) * day
            try journal.compact(keepingClosedFor: .zero, namesFor: .zero, now: now)
            work.add(.record(1, "round \(round)"))
            try journal.commit(JournalBatch(work.groups[work.groups.count - 1]))
            for number in (round * 100)...(round * 100 + 10) {
                let example = ExecutionSummary.example(number)
                work.groups.append([
                    .started(example), .record(number, String(repeating: "y", count: 200)), .closed(example, at: now + day),
                ])
                try journal.commit(JournalBatch(work.groups[work.groups.count - 1]))
            }
            if round % 2 == 0 {
                try journal.close()
                journal = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
            }
            #expect(try journal.contents(of: [1]) == work.contents(ofFirst: .max).filter { $0.key == 1 })
            #expect(try journal.openExecutions().map(\.number).filter { $0 != 1 } == [] || round % 2 == 1)
            #expect(try DirectoryJournal.check(directory: directory, fileSystem: disk).isSound)
        }
        try journal.compact(keepingClosedFor: .zero, namesFor: .zero, now: 1000 * day)
        #expect(try journal.executions(before: nil, limit: 100).map(\.number) == [1])
        #expect(try #require(try disk.names(in: directory)).count <= 8)
    }

    @Test("an execution does not come back when the file with its end is compacted before the one with its beginning")
    func noResurrection() throws {
        let disk = SimulatedFileSystem()
        let journal = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        let filling = String(repeating: "x", count: 200)
        // The first segments are mostly an execution that stays open; the later ones mostly one that ended.
        try journal.commit(JournalBatch([.started(.example(1)), .started(.example(2)), .record(2, "a")]))
        for _ in 0..<12 { try journal.commit(JournalBatch([.record(1, filling)])) }
        for _ in 0..<12 { try journal.commit(JournalBatch([.record(2, filling)])) }
        try journal.commit(JournalBatch([.closed(.example(2), at: day)]))
        for _ in 0..<3 { try journal.commit(JournalBatch([.record(2, filling)])) }
        for _ in 0..<40 { try journal.commit(JournalBatch([.record(1, filling)])) }
        let report = try journal.compact(keepingClosedFor: .zero, namesFor: .zero, now: 5 * day)
        #expect(report.filesReplaced > 0)
        #expect(try #require(try disk.names(in: directory)).contains("segment-00000001"))
        try journal.close()
        let reopened = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        #expect(try reopened.openExecutions().map(\.number) == [1])
        #expect(try reopened.entries(of: 1, kind: .record).count == 52)
        #expect(try reopened.entries(of: 2, kind: .record).isEmpty)
        #expect(try DirectoryJournal.check(directory: directory, fileSystem: disk).isSound)
    }

    @Test("definitions stay as long as the journal")
    func definitions() throws {
        let disk = SimulatedFileSystem()
        var work = Workload()
        work.add(.definition("a", "{}"))
        let journal = try journal(disk, executions: 1...40, work: &work)
        for now: Int64 in [20, 60] {
            try journal.compact(keepingClosedFor: .zero, namesFor: .zero, now: now * day)
            #expect(try journal.definition(hash: String(repeating: "a", count: 64)) == "{}")
        }
        try journal.close()
        let reopened = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        #expect(try reopened.definition(hash: String(repeating: "a", count: 64)) == "{}")
    }

    @Test("nothing is written where nothing can be saved")
    func idle() throws {
        let disk = SimulatedFileSystem()
        var work = Workload()
        let journal = try journal(disk, executions: 1...10, work: &work)
        let before = disk.operations
        #expect(try journal.compact(keepingClosedFor: .seconds(100 * 86_400), now: 20 * day) == CompactionReport())
        #expect(disk.operations == before)
    }

    @Test("damage is not copied: compaction stops and changes nothing")
    func damage() throws {
        let disk = SimulatedFileSystem()
        var work = Workload()
        let journal = try journal(disk, executions: 1...40, open: [1], work: &work)
        // An entry that is kept, in a file that is mostly deleted: a record of the counter.
        let path = directory + "/segment-00000003"
        var bytes = try #require(disk.bytes(of: path))
        let frame = [EntryKind.record.rawValue] + [UInt8](withUnsafeBytes(of: Workload.counter.littleEndian, Array.init))
        let place = try #require(bytes.indices.first { bytes[$0...].starts(with: frame) })
        bytes[place + 21] ^= 1
        disk.overwrite(path, with: bytes)
        let names = try disk.names(in: directory)
        #expect(throws: JournalFault.self) { try journal.compact(keepingClosedFor: .zero, namesFor: .zero, now: 60 * day) }
        #expect(try #require(try disk.names(in: directory)).filter { $0.hasPrefix("compacted") } == [])
        #expect(try #require(names).filter { $0.hasPrefix("segment") }.allSatisfy { disk.bytes(of: directory + "/" + $0) != nil })
        try journal.commit(JournalBatch([.record(1, "it goes on")]))
    }
}
