import StatesJournal
import StatesKernel
import StatesRuntime
import Testing

@Suite("A journal in a directory")
struct JournalTests {
    @Test("every entry is found again, at once and after the journal was opened again")
    func roundTrip() throws {
        let disk = SimulatedFileSystem()
        let work = Workload.interleaved()
        let journal = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        try journal.commit(work)
        let expected = work.contents(ofFirst: .max)
        #expect(try journal.contents(of: work.executions) == expected)
        try journal.close()
        let reopened = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        #expect(try reopened.contents(of: work.executions) == expected)
        #expect(try reopened.openExecutions().map(\.number) == work.open(inFirst: .max))
        #expect(try reopened.nextExecutionNumber() == 1000)
        #expect(reopened.report.bytesCut == 0)
        #expect(try DirectoryJournal.check(directory: directory, fileSystem: disk).isSound)
    }

    @Test("a journal can be opened and extended many times")
    func manyOpenings() throws {
        let disk = SimulatedFileSystem()
        let work = Workload.interleaved()
        for (number, group) in work.groups.enumerated() {
            let journal = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
            #expect(try journal.groupCount() == number)
            try journal.commit(JournalBatch(group))
            if number % 2 == 0 { try journal.close() }
        }
        let journal = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        #expect(try journal.contents(of: work.executions) == work.contents(ofFirst: .max))
        #expect(try DirectoryJournal.check(directory: directory, fileSystem: disk).isSound)
    }

    @Test("a group larger than a segment gets a segment of its own size", arguments: [900, 1100, 5000, 100_000])
    func largeGroups(size: Int) throws {
        let disk = SimulatedFileSystem()
        let journal = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        var work = Workload()
        for number in 0..<5 { work.add(.record(1, String(repeating: "\(number)", count: size)), .record(2, "small")) }
        try journal.commit(work)
        try journal.close()
        let reopened = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        #expect(try reopened.contents(of: work.executions) == work.contents(ofFirst: .max))
    }

    @Test("an empty batch is no group")
    func emptyBatch() throws {
        let disk = SimulatedFileSystem()
        let journal = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        let before = disk.operations
        try journal.commit(JournalBatch())
        #expect(disk.operations == before)
    }

    @Test("one write and one sync make a group durable")
    func groupCommit() throws {
        let disk = SimulatedFileSystem()
        let journal = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        let before = disk.operations
        try journal.commit(JournalBatch((1...10).map { .record($0, "x") }))
        #expect(disk.operations == before + 2)
    }

    @Test("a definition is found by its hash")
    func definitions() throws {
        let disk = SimulatedFileSystem()
        let journal = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        try journal.commit(JournalBatch([.definition("a", "{}"), .definition("b", "{\"é\": 1}")]))
        for _ in 0..<50 { try journal.commit(JournalBatch([.record(1, String(repeating: "x", count: 100))])) }
        try journal.close()
        let reopened = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        #expect(try reopened.definition(hash: String(repeating: "a", count: 64)) == "{}")
        #expect(try reopened.definition(hash: String(repeating: "b", count: 64)) == "{\"é\": 1}")
        #expect(try reopened.definition(hash: String(repeating: "c", count: 64)) == nil)
    }

    @Test("the newest execution of a name is found, of any machine or of one", arguments: [false, true])
    func names(reopens: Bool) throws {
        let disk = SimulatedFileSystem()
        var journal = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        let first = ExecutionSummary.example(1, name: "nightly")
        let second = ExecutionSummary.example(2, name: "nightly", machine: "report")
        let third = ExecutionSummary.example(3, name: "nightly")
        #expect(try journal.execution(named: "nightly", machineArn: nil) == nil)
        try journal.commit(JournalBatch([.started(first), .closed(first, at: 5), .started(second)]))
        #expect(try journal.execution(named: "nightly", machineArn: first.machineArn) == first.ended(at: 5))
        try journal.commit(JournalBatch([.started(third)]))
        if reopens {
            try journal.close()
            journal = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        }
        #expect(try journal.execution(named: "nightly", machineArn: nil) == third)
        #expect(try journal.execution(named: "nightly", machineArn: second.machineArn) == second)
        #expect(try journal.execution(named: "nightly", machineArn: first.machineArn) == third)
        #expect(try journal.execution(named: "nightl", machineArn: nil) == nil)
        #expect(try journal.execution(named: "nightly", machineArn: "other") == nil)
    }

    @Test("executions are listed newest first, in pages, also with gaps between their numbers")
    func pages() throws {
        let disk = SimulatedFileSystem()
        let journal = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        let numbers: [UInt64] = [1, 2, 3, 127, 128, 129, 5000, 1 << 40]
        for number in numbers { try journal.commit(JournalBatch([.started(.example(number)), .record(number, "x")])) }
        var (found, bound): ([UInt64], UInt64?) = ([], nil)
        while true {
            let page = try journal.executions(before: bound, limit: 3)
            if page.isEmpty { break }
            found += page.map(\.number)
            bound = page.last?.number
        }
        #expect(found == numbers.reversed())
        #expect(try journal.executions(before: 128, limit: 100).map(\.number) == [127, 3, 2, 1])
        #expect(try journal.executions(before: nil, limit: 0).isEmpty)
    }

    @Test("an execution that ended and began again is open")
    func redrive() throws {
        let disk = SimulatedFileSystem()
        let journal = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        let example = ExecutionSummary.example(1)
        try journal.commit(JournalBatch([.started(example), .record(1, "a"), .closed(example, at: 5)]))
        try journal.commit(JournalBatch([.started(example), .record(1, "b")]))
        try journal.close()
        let reopened = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        #expect(try reopened.openExecutions() == [example])
        #expect(try reopened.entries(of: 1, kind: .record) == [Array("a".utf8), Array("b".utf8)])
        #expect(try reopened.entries(of: 1, kind: .closed).count == 1)
    }

    @Test("an execution without entries has none")
    func unknownExecution() throws {
        let disk = SimulatedFileSystem()
        let journal = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        #expect(try journal.entries(of: 5, kind: .record).isEmpty)
        #expect(try journal.entries(of: .max, kind: .record).isEmpty)
        #expect(try journal.executions(before: nil, limit: 10).isEmpty)
        #expect(try journal.nextExecutionNumber() == 1)
    }

    @Test("segments double in size up to the largest, and the first is small")
    func segmentSizes() throws {
        let disk = SimulatedFileSystem()
        let journal = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        var sizes: [String: Int] = [:]
        for _ in 0..<100 {
            try journal.commit(JournalBatch([.record(1, String(repeating: "x", count: 100))]))
            for name in try disk.names(in: directory) ?? [] where name.hasPrefix("segment") && sizes[name] == nil {
                sizes[name] = disk.bytes(of: directory + "/" + name)?.count
            }
        }
        #expect(sizes.sorted { $0.key < $1.key }.map(\.value).prefix(5) == [1024, 2048, 4096, 4096, 4096])
    }

    @Test("a closed journal refuses entries and still answers")
    func closed() throws {
        let disk = SimulatedFileSystem()
        let journal = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        try journal.commit(JournalBatch([.record(1, "x")]))
        try journal.close()
        try journal.close()
        #expect(throws: JournalFault.closed(directory: directory)) { try journal.commit(JournalBatch([.record(1, "y")])) }
        #expect(try journal.entries(of: 1, kind: .record) == [Array("x".utf8)])
    }

    @Test("a directory keeps itself out of version control, unless other things were in it before")
    func versionControl() throws {
        let disk = SimulatedFileSystem()
        _ = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        #expect(disk.bytes(of: directory + "/.gitignore") == Array("*\n".utf8))
        let other = SimulatedFileSystem()
        _ = try other.createDirectory(directory)
        _ = try other.open(directory + "/README.md", for: .create)
        _ = try DirectoryJournal(directory: directory, fileSystem: other, options: smallSegments())
        #expect(try other.names(in: directory) == ["README.md", "lock", "segment-00000001"])
    }

    @Test("files that are not ours are left alone")
    func strangers() throws {
        let disk = SimulatedFileSystem()
        let work = Workload.interleaved()
        let journal = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        try journal.commit(work)
        try journal.close()
        for name in ["socket", "notes.new", "segment-1", "segment-00000099.bak"] {
            _ = try disk.open(directory + "/" + name, for: .create)
        }
        let before = try disk.names(in: directory)
        let reopened = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        #expect(try reopened.contents(of: work.executions) == work.contents(ofFirst: .max))
        #expect(try disk.names(in: directory) == before)
    }
}

@Suite("Formats")
struct FormatTests {
    @Test("a summary is read as it was written", arguments: ExecutionStatus.allCases)
    func summary(status: ExecutionStatus) throws {
        var summary = ExecutionSummary.example(77, name: "ünïcode 🙂", isExpress: status == .failed)
        summary.status = status
        summary.stopTime = status == .running ? nil : -5
        let bytes = [1, 2] + summary.encoded + [3]
        var consumed = 10
        let read = ExecutionSummary(decoding: bytes[2...], consumed: &consumed)
        #expect(read == summary)
        #expect(consumed == 10 + summary.encoded.count)
    }

    @Test("a summary that is cut short is none")
    func cutSummary() {
        let bytes = ExecutionSummary.example(77).encoded
        for count in bytes.indices {
            var consumed = 0
            #expect(ExecutionSummary(decoding: bytes[..<count], consumed: &consumed) == nil)
            #expect(consumed == 0)
        }
    }

    @Test("a batch shows its entries in order")
    func batchEntries() throws {
        let entries: [Entry] = [.definition("a", "{}"), .record(1, ""), .started(.example(1 << 62)), .record(2, "é")]
        var batch = JournalBatch([entries[0]])
        batch.append(contentsOf: JournalBatch(Array(entries.dropFirst())))
        var shown: [Entry] = []
        batch.forEachEntry { shown.append(Entry(kind: $0, execution: $1, body: Array($2))) }
        #expect(shown == entries)
        #expect(batch.count == 4)
    }
}
