import StatesJSON
import StatesKernel
import StatesLanguage
import StatesRuntime
import Testing

@Suite("Express executions")
struct ExpressTests {
    @Test("an Express execution has a history in its run, and no record in the journal")
    func history() async throws {
        let journal = MemoryJournal()
        let runtime = try Runtime(journal: .custom(journal), clock: .virtual())
        let machine = try machine(#""A":{"Type":"Pass","Next":"B"},"B":{"Type":"Pass","End":true}"#, startAt: "A", type: .express)
        let run = try await runtime.run(machine, input: 1)
        #expect(run.path == ["A", "B"])
        #expect(run.history.count == 6)
        #expect(try journal.executions(before: nil, limit: 10) == [])
    }

    @Test("it ends as TIMED_OUT after five minutes of its clock")
    func limit() async throws {
        let machine = try machine(#""Pause":{"Type":"Wait","Seconds":301,"End":true}"#, startAt: "Pause", type: .express)
        let run = try await Runtime(clock: .virtual()).run(machine)
        #expect(run.status == .timedOut)
        #expect(run.stopTime - run.startTime == 300_000)
    }

    @Test("an asynchronous start and its end are written where that outlives the process, and nothing between")
    func asynchronous() async throws {
        let journal = MemoryJournal()
        let runtime = try Runtime(journal: .custom(journal), clock: .virtual())
        let machine = try machine(#""A":{"Type":"Pass","End":true}"#, startAt: "A", type: .express)
        let handle = try await runtime.start(machine, name: "n")
        while try runtime.list().map(\.status) != [.succeeded] { await Task.yield() }
        #expect(try journal.entries(of: handle.number, kind: .record).isEmpty)
        #expect(try journal.entries(of: handle.number, kind: .expressStarted).count == 1)
        await #expect(throws: RuntimeError.isExpress(handle.arn)) { try await runtime.describe("n") }
        await #expect(throws: RuntimeError.isExpress(handle.arn)) { try await runtime.stop("n") }
    }

    @Test("an acknowledged start runs again after a restart, three times in all, each with its own five minutes")
    func attempts() async throws {
        let time = ManualTime()
        var journal = MemoryJournal()
        let machine = try machine(#""Pause":{"Type":"Wait","Seconds":200,"End":true}"#, startAt: "Pause", type: .express)
        let runtime = try Runtime(journal: .custom(journal), clock: .manual(time))
        let first = try await runtime.start(machine, name: "n", input: ["a": 1])
        for attempt in 2...3 {
            journal = journal.copy()
            let later = ManualTime(startingAt: time.now + Int64(attempt) * 1_000_000)
            let next = try Runtime(journal: .custom(journal), clock: .manual(later))
            let handle = try #require(try next.resumeAll().first)
            #expect(handle.arn == first.arn)
            if attempt == 2 {
                let finished = Signal<Run?>()
                let whole = try Runtime(journal: .custom(journal.copy()), clock: .virtual(startingAt: later.now))
                try whole.resumeAll { finished.send(try? $0.get()) }
                #expect(await finished.value()?.status == .succeeded)
                #expect(try whole.list().map(\.status) == [.succeeded])
            }
        }
        let last = try Runtime(journal: .custom(journal.copy()))
        #expect(try last.resumeAll() == [])
        #expect(try last.list().map(\.status) == [.failed])
    }

    @Test("executions that are run twice report differing outputs, and the first one's counts")
    func duplicates() async throws {
        let differing = Log<String>()
        var options = RuntimeOptions()
        options.duplicates = 1
        let calls = Log<Int>()
        let runtime = try Runtime(
            functions: [
                "work": .closure { (_: JSONValue, _) -> Int in
                    calls.append(1)
                    return calls.all.count
                }
            ], clock: .virtual(), options: options
        ) { event in
            if case .duplicatesDiffer(let first, let second) = event.kind {
                differing.append("\(first.output?.compactText ?? "") \(second.output?.compactText ?? "")")
            }
        }
        let run = try await runtime.run(try taskMachine(type: .express))
        #expect(run.status == .succeeded)
        #expect(calls.all.count == 2)
        #expect(differing.all == ["\(run.output?.compactText ?? "") \(run.output == 1 ? 2 : 1)"])
        let same = try await runtime.run(try machine(#""A":{"Type":"Pass","End":true}"#, startAt: "A", type: .express))
        #expect(same.status == .succeeded)
        #expect(differing.all.count == 1)
    }

    @Test("about the chosen share is run twice, and under a seed always the same ones")
    func share() async throws {
        func calls(_ seed: UInt64) async throws -> Int {
            let calls = Log<Int>()
            var options = RuntimeOptions()
            options.duplicates = 0.25
            let runtime = try Runtime(
                functions: ["work": .closure { (_: JSONValue, _) in calls.append(1) }], clock: .virtual(), seed: seed,
                options: options)
            let machine = try taskMachine(type: .express)
            for _ in 0..<200 { _ = try await runtime.run(machine) }
            return calls.all.count
        }
        let count = try await calls(7)
        #expect((220...280).contains(count))
        #expect(try await calls(7) == count)
    }
}
