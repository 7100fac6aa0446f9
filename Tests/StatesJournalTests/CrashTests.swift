import StatesJournal
import StatesRuntime
import Testing

/// What a test does to a journal, one step after the other.
private enum Step {
    case commit([Entry])
    case compact(now: Int64)
    case close
    case open
}

/// What was promised when so many operations had been done.
private struct Promise: Equatable {
    var operations: Int
    var groups: Int
    var deleted: Set<UInt64>
}

/// A script, carried out once on a disk that remembers every state it was in.
private struct Story {
    var steps: [Step]
    var work = Workload()
    let disk = SimulatedFileSystem()
    var promises: [Promise] = []

    static let kept: Int64 = 1000

    init(_ steps: [Step]) throws {
        self.steps = steps
        disk.recordStates()
        var journal: DirectoryJournal?
        var promise = Promise(operations: 0, groups: 0, deleted: [])
        for step in steps {
            switch step {
            case .open: journal = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
            case .close: try journal?.close()
            case .commit(let group):
                work.groups.append(group)
                try journal?.commit(JournalBatch(group))
                promise.groups += 1
            case .compact(let now):
                try journal?.compact(keepingClosedFor: .milliseconds(Self.kept), namesFor: .zero, now: now)
                promise.deleted = Self.deleted(in: work, at: now)
            }
            promise.operations = disk.operations
            promises.append(promise)
        }
    }

    static func deleted(in work: Workload, at now: Int64) -> Set<UInt64> {
        Set(
            work.groups.joined().compactMap { entry in
                guard entry.kind == .closed || entry.kind == .expressEnded else { return nil }
                var consumed = 0
                let summary = ExecutionSummary(decoding: entry.body[...], consumed: &consumed)
                return (summary?.stopTime ?? .max) < now - kept ? entry.execution : nil
            })
    }

    /// What held before an operation, and what the step that it belongs to was about to promise.
    func promises(before operation: Int) -> (before: Promise, after: Promise) {
        let none = Promise(operations: 0, groups: 0, deleted: [])
        let before = promises.last { $0.operations < operation } ?? none
        return (before, promises.first { $0.operations >= operation } ?? before)
    }
}

/// Whether what is found after a crash is what was promised: nil, or what is wrong.
private func broken(_ disk: SimulatedFileSystem, _ story: Story, before operation: Int) throws -> String? {
    let (before, after) = story.promises(before: operation)
    let journal: DirectoryJournal
    do {
        journal = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
    } catch {
        return "it does not open: \(error)"
    }
    let count = try journal.groupCount()
    guard (before.groups...max(before.groups, after.groups)).contains(count) else {
        return "\(count) groups of \(before.groups)...\(after.groups)"
    }
    let executions = story.work.executions
    var expected = story.work.contents(ofFirst: count)
    for execution in before.deleted { expected[execution] = nil }
    var found = try journal.contents(of: executions)
    if found != expected {
        // The deletion that was going on has happened as a whole.
        for execution in after.deleted { expected[execution] = nil }
        if found != expected { return "contents differ" }
    }
    let open = try journal.openExecutions().map(\.number)
    if open != story.work.open(inFirst: count) { return "open executions \(open)" }
    if operation % 4 == 0 {
        let check = try DirectoryJournal.check(directory: directory, fileSystem: disk)
        if !check.isSound { return "\(check.damages)" }
    }

    // And it goes on: what is acknowledged now survives the worst, whatever state the first crash had left.
    try journal.commit(JournalBatch([.record(Workload.counter, "after the crash")]))
    let again = try DirectoryJournal(directory: directory, fileSystem: disk.afterCrash(.synced), options: smallSegments())
    expected[Workload.counter, default: [:]][.record, default: []].append(Array("after the crash".utf8))
    found = try again.contents(of: executions.union([Workload.counter]))
    return found == expected ? nil : "contents differ after it went on"
}

/// Executions that end one after the other while one goes on, over several segments, with three openings and two compactions.
private func longStory() throws -> Story {
    var work = Workload()
    work.add(.definition("a", "{}"), .started(.example(1)), .record(1, "began"))
    for number: UInt64 in 2...9 {
        let example = ExecutionSummary.example(number, isExpress: number % 3 == 0)
        work.add(.started(example), .record(number, String(repeating: "x", count: 90)), .record(1, "saw \(number) begin"))
        work.add(.record(number, String(repeating: "y", count: Int(number) * 20)), .closed(example, at: Int64(number) * 1000))
    }
    func commits(_ range: Range<Int>) -> [Step] { work.groups[range].map { .commit($0) } }
    let steps: [Step] =
        [.open] + commits(0..<5) + [.close, .open] + commits(5..<11) + [.compact(now: 7500)] + commits(11..<13) + [.close, .open]
        + commits(13..<17) + [.compact(now: 11_000)]
    return try Story(steps)
}

@Suite("Crashes")
struct CrashTests {
    @Test(
        "what was acknowledged is there after a crash at any operation, and nothing is there by halves",
        arguments: [.synced, .everything, .some(seed: 1), .some(seed: 2)] as [SimulatedFileSystem.Survival])
    func everyOperation(survival: SimulatedFileSystem.Survival) throws {
        let story = try longStory()
        #expect(try story.disk.names(in: directory)?.contains { $0.hasPrefix("compacted") } == true)
        for operation in 1...story.disk.operations {
            let disk = try #require(story.disk.crashed(before: operation, survival.varied(by: operation)))
            let problem = try broken(disk, story, before: operation)
            #expect(problem == nil, "operation \(operation), \(survival)")
        }
    }

    @Test("a crash while a crash is being recovered from does no harm")
    func crashInRecovery() throws {
        let story = try longStory()
        for operation in stride(from: 3, through: story.disk.operations, by: 7) {
            let seed = UInt64(operation)
            let disk = try #require(story.disk.crashed(before: operation, .some(seed: seed)))
            disk.recordStates()
            _ = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
            for second in 1...disk.operations {
                let again = try #require(disk.crashed(before: second, .some(seed: seed &* 31 &+ UInt64(second))))
                let problem = try broken(again, story, before: operation)
                #expect(problem == nil, "operation \(operation), then \(second)")
            }
        }
    }

    @Test(
        "a process that dies at an operation acknowledges nothing after it",
        arguments: [SimulatedFileSystem.Survival.synced, .everything])
    func deathWhileRunning(survival: SimulatedFileSystem.Survival) throws {
        let work = Workload.interleaved(3, rounds: 1)
        let whole = SimulatedFileSystem()
        try DirectoryJournal(directory: directory, fileSystem: whole, options: smallSegments()).commit(work)
        for operation in 1...whole.operations {
            let disk = SimulatedFileSystem()
            disk.crash(atOperation: operation)
            var acknowledged = 0
            #expect(throws: JournalFault.self) {
                let journal = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
                for group in work.groups {
                    try journal.commit(JournalBatch(group))
                    acknowledged += 1
                }
                // A crash in what is done beside the last commit is noticed by the next.
                try journal.commit(JournalBatch(work.groups[0]))
            }
            let journal = try DirectoryJournal(
                directory: directory, fileSystem: disk.afterCrash(survival), options: smallSegments())
            let found = try journal.groupCount()
            #expect((acknowledged...acknowledged + 1).contains(found), "operation \(operation)")
            #expect(try journal.contents(of: work.executions) == work.contents(ofFirst: found), "operation \(operation)")
        }
    }

    @Test("without syncs a prefix of the groups is there after a crash", arguments: 0..<12)
    func notDurable(seed: UInt64) throws {
        let disk = SimulatedFileSystem()
        let work = Workload.interleaved(3, rounds: 3)
        let journal = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments(isDurable: false))
        try journal.commit(work)
        let after = disk.afterCrash(.some(seed: seed))
        let reopened = try DirectoryJournal(directory: directory, fileSystem: after, options: smallSegments())
        let found = try reopened.groupCount()
        #expect(try reopened.contents(of: work.executions) == work.contents(ofFirst: found))
        #expect(try DirectoryJournal.check(directory: directory, fileSystem: after).isSound)
    }

    @Test("what is left of groups that were cut never follows a new group")
    func remains() throws {
        let disk = SimulatedFileSystem()
        let path = directory + "/segment-00000001"
        let journal = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments(isDurable: false))
        var ends: [Int] = []
        for text in ["one", "two", "old"] {
            try journal.commit(JournalBatch([.record(1, text)]))
            ends.append(try #require(disk.bytes(of: path)?.lastIndex { $0 != 0 }) / 8 * 8 + 8)
        }
        // The second group is torn, the third is there: nothing says that either was synced.
        var bytes = try #require(disk.bytes(of: path))
        let remains = bytes[ends[1]..<ends[2]]
        bytes[ends[1] - 9] ^= 1
        disk.overwrite(path, with: bytes)
        let power = disk.afterCrash(.everything)
        let reopened = try DirectoryJournal(directory: directory, fileSystem: power, options: smallSegments())
        #expect(try reopened.report.bytesCut == #require(bytes.lastIndex { $0 != 0 }) + 1 - ends[0])
        #expect(try #require(power.bytes(of: path))[ends[0]...].allSatisfy { $0 == 0 })
        try reopened.commit(JournalBatch([.record(1, "new")]))
        // Even a medium that brings the old bytes back does not bring the old group back: its epoch is over.
        bytes = try #require(power.bytes(of: path))
        bytes.replaceSubrange(ends[1]..<ends[2], with: remains)
        power.overwrite(path, with: bytes)
        let last = try DirectoryJournal(directory: directory, fileSystem: power.afterCrash(.everything), options: smallSegments())
        #expect(try last.entries(of: 1, kind: .record) == [Array("one".utf8), Array("new".utf8)])
    }

    @Test("the bytes of a torn group are cut and reported")
    func tornGroup() throws {
        let disk = SimulatedFileSystem()
        let journal = try DirectoryJournal(directory: directory, fileSystem: disk, options: smallSegments())
        try journal.commit(JournalBatch([.started(.example(1)), .record(1, "safe")]))
        try journal.commit(JournalBatch([.record(1, String(repeating: "torn", count: 20))]))
        let path = directory + "/segment-00000001"
        var bytes = try #require(disk.bytes(of: path))
        let end = try #require(bytes.lastIndex { $0 != 0 })
        bytes[end - 1] ^= 1
        disk.overwrite(path, with: bytes)
        let reopened = try DirectoryJournal(
            directory: directory, fileSystem: disk.afterCrash(.everything), options: smallSegments())
        let report = reopened.report
        #expect(report.bytesCut == 48 + 25 + 80)
        #expect(report.file == path)
        #expect(report.groups == 1)
        #expect(report.openExecutions == 1)
        #expect(
            report.description
                == "153 bytes at the end of \(path) were cut at byte \(report.offset): never acknowledged, or damaged since")
        #expect(try reopened.entries(of: 1, kind: .record) == [Array("safe".utf8)])
    }
}

extension SimulatedFileSystem.Survival {
    /// The same for everything and nothing; another part for each number.
    fileprivate func varied(by number: Int) -> Self {
        if case .some(let seed) = self { .some(seed: seed << 32 | UInt64(number)) } else { self }
    }
}
