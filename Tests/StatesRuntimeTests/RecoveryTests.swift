import StatesJSON
import StatesKernel
import StatesLanguage
import StatesRuntime
import Synchronization
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A journal whose commits can be held back, and made to fail.
final class HeldJournal: Journal {
    let memory: MemoryJournal
    private let gate: Gate
    private let commits = Atomic<Int>(0)

    struct Failure: Error, CustomStringConvertible { var description: String { "the disk is full" } }

    /// What commits wait for.
    final class Gate: Sendable {
        private let state = Mutex((isOpen: true, isBroken: false))

        func close() { state.withLock { $0.isOpen = false } }
        func open() { state.withLock { $0.isOpen = true } }
        func breakDown() { state.withLock { $0.isBroken = true } }

        func pass() throws {
            while !state.withLock({ $0.isOpen || $0.isBroken }) { sched_yield() }
            if state.withLock({ $0.isBroken }) { throw Failure() }
        }
    }

    init(memory: MemoryJournal = MemoryJournal(), gate: Gate = Gate()) {
        self.memory = memory
        self.gate = gate
    }

    var commitCount: Int { commits.load(ordering: .relaxed) }

    func commit(_ batch: JournalBatch) throws {
        try gate.pass()
        commits.add(1, ordering: .relaxed)
        try memory.commit(batch)
    }

    func openExecutions() throws -> [ExecutionSummary] { try memory.openExecutions() }
    func nextExecutionNumber() throws -> UInt64 { try memory.nextExecutionNumber() }
    func entries(of execution: UInt64, kind: EntryKind) throws -> [[UInt8]] { try memory.entries(of: execution, kind: kind) }
    func definition(hash: String) throws -> String? { try memory.definition(hash: hash) }
    func executions(before: UInt64?, limit: Int) throws -> [ExecutionSummary] {
        try memory.executions(before: before, limit: limit)
    }
    func execution(named name: String, machineArn: String?) throws -> ExecutionSummary? {
        try memory.execution(named: name, machineArn: machineArn)
    }
    func close() throws { try memory.close() }
}

@Suite("Durability and recovery")
struct RecoveryTests {
    /// Goes on with what a journal holds, at a later time, and returns the run of that name.
    private func resume(
        _ journal: MemoryJournal, _ name: String, at start: Int64, functions: FunctionTable = [:]
    ) async throws -> Run {
        let runtime = try Runtime(journal: .custom(journal.copy()), functions: functions, clock: .virtual(startingAt: start))
        let handles = try runtime.resumeAll()
        let handle = try #require(handles.first { $0.name == name })
        return try await runtime.finished(handle)
    }

    @Test("an execution that waits goes on after a restart and ends as an uninterrupted one does")
    func waits() async throws {
        let machine = try machine(
            """
            "Set":{"Type":"Pass","Assign":{"x.$":"$.n"},"Next":"Both"},
            "Both":{"Type":"Parallel","Next":"Last","Branches":[
              {"StartAt":"W1","States":{"W1":{"Type":"Wait","Seconds":100,"End":true}}},
              {"StartAt":"Try","States":{"Try":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:1:function:f","End":true,
                "Retry":[{"ErrorEquals":["Busy"],"IntervalSeconds":40,"MaxAttempts":3,"BackoffRate":1}]}}}]},
            "Last":{"Type":"Pass","Parameters":{"all.$":"$","x.$":"$x"},"End":true}
            """, startAt: "Set")
        let functions: FunctionTable = [
            "f": .answers([.throws(error: "Busy"), .throws(error: "Busy"), .returns("at last")])
        ]
        let whole = try await Runtime(functions: functions, clock: .virtual(), seed: 5).run(machine, name: "n", input: ["n": 1])

        for seconds in [1, 30, 41, 79, 81, 99] {
            let time = ManualTime()
            let journal = MemoryJournal()
            let runtime = try Runtime(journal: .custom(journal), functions: functions, clock: .manual(time), seed: 5)
            _ = try await runtime.start(machine, name: "n", input: ["n": 1])
            await time.advance(by: .seconds(seconds))
            let resumed = try await resume(journal, "n", at: time.now + 500, functions: functions)
            #expect(resumed.output == whole.output, "stopped after \(seconds) s")
            #expect(resumed.stopTime == whole.stopTime, "deadlines are kept")
            #expect(resumed.records == whole.records)
        }
    }

    @Test("a deadline that passed while nobody was there is acted on at once")
    func late() async throws {
        let time = ManualTime()
        let journal = MemoryJournal()
        let runtime = try Runtime(journal: .custom(journal), clock: .manual(time))
        _ = try await runtime.start(try machine(#""Pause":{"Type":"Wait","Seconds":10,"End":true}"#, startAt: "Pause"), name: "n")
        await time.settle()
        let run = try await resume(journal, "n", at: time.now + 3_600_000)
        #expect(run.stopTime - run.startTime == 3_600_000)
    }

    @Test("a task that ran when the process stopped is in doubt: Retry and Catch decide, and nothing else")
    func inDoubt() async throws {
        let undo = #","Undo":{"Type":"Pass","End":true}"#
        for (fields, path, calls) in [
            ("", ["Do"], 0), (#""Retry":[{"ErrorEquals":["States.TaskFailed"],"MaxAttempts":1}]"#, ["Do"], 1),
            (#""Catch":[{"ErrorEquals":["States.TaskFailed"],"Next":"Undo"}]"#, ["Do", "Undo"], 0),
        ] {
            let machine = try machine(
                #""Do":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:1:function:f","End":true\#(fields.isEmpty ? "" : "," + fields)}\#(path.count > 1 ? undo : "")"#,
                startAt: "Do")
            let journal = MemoryJournal()
            let begun = Signal<Bool>()
            let runtime = try Runtime(
                journal: .custom(journal),
                functions: [
                    "f": .closure { (_: JSONValue, _) in
                        begun.send(true)
                        try await Task.sleep(for: .seconds(600))
                    }
                ], clock: .virtual())
            _ = try await runtime.start(machine, name: "n")
            _ = await begun.value()
            let count = Log<Int>()
            let run = try await resume(
                journal, "n", at: ManualTime.defaultStart + 1_000,
                functions: [
                    "f": .closure { (_: JSONValue, call) -> String in
                        count.append(call.attempt)
                        return "done"
                    }
                ])
            runtime.close()
            #expect(run.path == path)
            #expect(count.all.count == calls)
            let failed = try #require(run.history.first { $0.type == "LambdaFunctionFailed" })
            #expect(failed.details["error"] == "States.TaskFailed")
            #expect(failed.details["cause"]?.string?.contains("is unknown") == true)
        }
    }

    @Test("a token stays valid over a restart")
    func token() async throws {
        let time = ManualTime()
        let journal = MemoryJournal()
        let asked = Signal<String>()
        let runtime = try Runtime(
            journal: .custom(journal),
            functions: [
                "ask": .closure { (input: [String: String], _) -> Bool in
                    asked.send(input["token"] ?? "")
                    return true
                }
            ], clock: .manual(time))
        _ = try await runtime.start(try TokenTests.approval(), name: "n")
        await time.settle()

        let shown = Log<String>()
        let later = ManualTime(startingAt: time.now + 1_000)
        let next = try Runtime(journal: .custom(journal.copy()), clock: .manual(later)) { event in
            if case .waitingForToken(let place, let token, _) = event.kind { shown.append("\(place.state) \(token)") }
        }
        let handle = try next.resume("n")
        await later.settle()
        #expect(shown.all == ["Ask \(await asked.value())"])
        try await next.send(.success("after"), token: await asked.value())
        #expect(try await next.finished(handle).output == "after")
    }

    @Test("an activity's task that was handed out stays answerable, and one that was not is offered again")
    func activities() async throws {
        let time = ManualTime()
        let journal = MemoryJournal()
        let runtime = try Runtime(journal: .custom(journal), clock: .manual(time))
        _ = try await runtime.start(try taskMachine(ActivityTests.arn), name: "taken", input: 1)
        let task = try #require(try await runtime.nextTask(activity: "pick"))
        _ = try await runtime.start(try taskMachine(ActivityTests.arn), name: "waiting", input: 2)
        let next = try Runtime(journal: .custom(journal.copy()), clock: .manual(ManualTime(startingAt: time.now)))
        let handles = try next.resumeAll()
        #expect(handles.map(\.name) == ["taken", "waiting"])
        try await next.send(.success("one"), token: task.token)
        #expect(try await next.finished(handles[0]).output == "one")
        let second = try #require(try await next.nextTask(activity: "pick"))
        #expect(second.input == "2")
        try await next.send(.success("two"), token: second.token)
        #expect(try await next.finished(handles[1]).output == "two")
    }

    @Test("starting again by name attaches to an execution that the journal holds")
    func attachAfterRestart() async throws {
        let time = ManualTime()
        let journal = MemoryJournal()
        let machine = try machine(#""Pause":{"Type":"Wait","Seconds":10,"End":true}"#, startAt: "Pause")
        let runtime = try Runtime(journal: .custom(journal), clock: .manual(time))
        let first = try await runtime.start(machine, name: "n", input: 1)
        let next = try Runtime(journal: .custom(journal.copy()), clock: .virtual(startingAt: time.now))
        await #expect(throws: RuntimeError.executionAlreadyExists(arn: first.arn)) {
            try await next.run(machine, name: "n", input: 2)
        }
        let run = try await next.run(machine, name: "n", input: 1)
        #expect(run.stopTime - run.startTime == 10_000)
        #expect(run.startTime == first.startTime)
    }

    @Test("nothing leaves before its records are durable")
    func effectsWait() async throws {
        let gate = HeldJournal.Gate()
        let journal = HeldJournal(gate: gate)
        let events = Log<String>()
        let runtime = try Runtime(
            journal: .custom(journal),
            functions: [
                "work": .closure { (_: JSONValue, _) in
                    events.append("called")
                    return 1
                }
            ]
        ) { event in
            if case .started = event.kind { events.append("shown") }
        }
        gate.close()
        let outcome = Signal<Run?>()
        runtime.start(
            StartRequest(try taskMachine(), name: "n"), started: { _ in events.append("acknowledged") },
            finished: { outcome.send(try? $0.get()) })
        for _ in 0..<200 { await Task.yield() }
        #expect(events.all == [])
        gate.open()
        #expect(await outcome.value()?.output == 1)
        #expect(events.all == ["acknowledged", "shown", "called"])
        #expect(journal.commitCount >= 2)
    }

    @Test("after the journal failed nothing is acknowledged, and everybody who waits gets the fault")
    func fault() async throws {
        let gate = HeldJournal.Gate()
        let time = ManualTime()
        let runtime = try Runtime(journal: .custom(HeldJournal(gate: gate)), clock: .manual(time))
        let machine = try machine(#""Pause":{"Type":"Wait","Seconds":10,"End":true}"#, startAt: "Pause")
        let handle = try await runtime.start(machine, name: "before")
        let waiting = Task { try await runtime.finished(handle) }
        await time.settle()
        gate.breakDown()
        let expected = RuntimeError.journalFailed("the disk is full")
        await #expect(throws: expected) { try await runtime.start(machine, name: "after") }
        await #expect(throws: expected) { try await waiting.value }
        await #expect(throws: expected) { try await runtime.run(machine, name: "later") }
        await #expect(throws: RuntimeError.self) { try await runtime.send(.success(1), state: "Pause") }
    }

    @Test("records that do not fit together are damage, not another execution")
    func damage() async throws {
        let journal = MemoryJournal()
        let time = ManualTime()
        let runtime = try Runtime(journal: .custom(journal), clock: .manual(time))
        let handle = try await runtime.start(
            try machine(#""Pause":{"Type":"Wait","Seconds":10,"End":true}"#, startAt: "Pause"), name: "n")
        await time.settle()
        let copy = journal.copy()
        let record = try #require(try copy.entries(of: handle.number, kind: .record).last)
        var batch = JournalBatch()
        batch.append(.record, execution: handle.number) { $0 += record }
        try copy.commit(batch)
        let next = try Runtime(journal: .custom(copy))
        #expect(throws: RuntimeError.damaged(execution: "n", reason: "record 3 does not follow from those before")) {
            try next.resumeAll()
        }
    }

    @Test("closing tells those who wait, and loses nothing")
    func close() async throws {
        let journal = MemoryJournal()
        let runtime = try Runtime(journal: .custom(journal), clock: .manual(ManualTime()))
        let machine = try machine(#""Pause":{"Type":"Wait","Seconds":10,"End":true}"#, startAt: "Pause")
        let handle = try await runtime.start(machine, name: "n")
        let waiting = Task { try await runtime.finished(handle) }
        while try await runtime.describe("n").status != .running {}
        runtime.close()
        await #expect(throws: RuntimeError.closed) { try await waiting.value }
        await #expect(throws: RuntimeError.closed) { try await runtime.run(machine) }
        #expect(try await resume(journal, "n", at: ManualTime.defaultStart).status == .succeeded)
    }
}
