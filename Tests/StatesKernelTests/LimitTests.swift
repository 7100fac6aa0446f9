import StatesJSON
import StatesKernel
import StatesLanguage
import Testing

@Suite("Limits end an execution in one way only")
struct LimitTests {
    @Test(
        "TimeoutSeconds of the machine, and five minutes for Express, end the execution at that instant",
        arguments: [(#""TimeoutSeconds":90,"#, false, 90_000), (#""TimeoutSeconds":900,"#, true, 300_000), ("", true, 300_000)])
    func executionTimeout(field: String, express: Bool, milliseconds: Int64) throws {
        var run = try Rehearsal(
            #"{\#(field)"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":5000,"End":true}}}"#, express: express)
        try run.run()
        #expect(run.execution.status == .timedOut)
        #expect(run.execution.stopTime == run.execution.start.time + milliseconds)
        #expect(run.story.last == "3←0 ExecutionTimedOut")
        #expect(run.events.last.map { JSONValue.object($0.details) } == [:])
    }

    @Test("a Standard execution is stopped after a year")
    func year() throws {
        var run = try Rehearsal(
            #"{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"\#(StateTests.function)","End":true}}}"#)
        try run.run()
        #expect(run.execution.status == .timedOut)
        #expect(run.execution.stopTime == run.execution.start.time + 31_536_000_000)
    }

    @Test("a task's result over 256 KiB is the task's failure, and States.ALL catches it")
    func largeResult() throws {
        var run = try Rehearsal(
            """
            {"StartAt":"T","States":{"T":{"Type":"Task","Resource":"\(StateTests.function)","Next":"S",
              "Catch":[{"ErrorEquals":["States.ALL"],"Next":"S"}]},"S":{"Type":"Succeed"}}}
            """)
        run.answers = ["T": [.success(.string(String(repeating: "a", count: 262_143)))]]
        try run.run()
        #expect(
            run.output == [
                "Error": "States.DataLimitExceeded",
                "Cause":
                    "The state/task '\(StateTests.function)' returned a result with a size exceeding the maximum number of bytes service limit.",
            ])
    }

    @Test("a result of exactly 256 KiB passes")
    func largestResult() throws {
        var run = try Rehearsal(
            #"{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"\#(StateTests.function)","End":true}}}"#)
        run.answers = ["T": [.success(.string(String(repeating: "a", count: 262_142)))]]
        try run.run()
        #expect(run.execution.status == .succeeded)
    }

    @Test("a state's output over 256 KiB fails the execution at once")
    func largeOutput() throws {
        let half = JSONValue.string(String(repeating: "a", count: 140_000))
        var run = try Rehearsal(
            #"{"StartAt":"A","States":{"A":{"Type":"Pass","Parameters":{"a.$":"$.x","b.$":"$.x"},"End":true}}}"#, input: ["x": half]
        )
        try run.run()
        #expect(run.story == ["1←0 ExecutionStarted", "2←0 PassStateEntered", "3←2 ExecutionFailed"])
        #expect(run.execution.error == "States.DataLimitExceeded")
    }

    @Test("a Wait of 24,856 days is too long, one of 24,855 is not", arguments: [(24_855, false), (24_856, true)])
    func longWait(days: Int, fails: Bool) throws {
        var run = try Rehearsal(
            #"{"StartAt":"W","States":{"W":{"Type":"Wait","SecondsPath":"$.s","End":true}}}"#, input: ["s": .integer(days * 86_400)]
        )
        try run.step(.proceed)
        #expect((run.execution.status == .failed) == fails)
    }

    @Test("a loop that wraps its input ever deeper ends before nobody could read it again")
    func depth() throws {
        var run = try Rehearsal(
            #"{"StartAt":"C","States":{"C":{"Type":"Choice","Default":"A","Choices":[{"Variable":"$.stop","IsPresent":true,"Next":"S"}]},"A":{"Type":"Pass","Parameters":{"a.$":"$"},"Next":"C"},"S":{"Type":"Succeed"}}}"#
        )
        var sink = Rehearsal.Journal()
        var execution = run.execution
        while execution.status == .running { try execution.step(Occurrence(at: run.now, .proceed), into: &sink) }
        #expect(execution.error == "States.Runtime")
        #expect(execution.cause?.hasSuffix("The value has more than 1000 levels of arrays and objects.") == true)
        run.answers = [:]
    }

    @Test("a step makes a bounded number of transitions and asks to go on")
    func boundedStep() throws {
        let loop =
            #"{"StartAt":"C","States":{"C":{"Type":"Choice","Default":"A","Choices":[{"Variable":"$.stop","IsPresent":true,"Next":"S"}]},"A":{"Type":"Pass","Next":"C"},"S":{"Type":"Succeed"}}}"#
        var execution = try Rehearsal(loop, express: true).execution
        var sink = Rehearsal.Journal()
        try execution.step(Occurrence(at: execution.start.time, .proceed), into: &sink)
        #expect(execution.transitions == KernelLimits.transitionsPerStep)
        #expect(
            sink.commands.contains { command in
                if case .proceed = command { true } else { false }
            })
    }

    @Test("a closed execution refuses everything and stays as it is")
    func closed() throws {
        var run = try Rehearsal(#"{"StartAt":"S","States":{"S":{"Type":"Succeed"}}}"#)
        try run.run()
        let ended = run.execution
        #expect(throws: Refusal.closed) { try run.step(.stop(error: nil, cause: nil)) }
        #expect(run.execution == ended)
    }

    @Test("stopping follows from nothing and gives up what runs")
    func stop() throws {
        var run = try Rehearsal(
            #"{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"\#(StateTests.function)","End":true}}}"#)
        try run.step(.proceed)
        try run.step(.stop(error: "E", cause: "because"))
        #expect(run.execution.status == .aborted)
        #expect(run.story.last == "4←0 ExecutionAborted")
        #expect(
            run.journal.commands.contains { command in
                if case .cancel(let task) = command { task == run.requests[0].task } else { false }
            })
    }
}

@Suite("Failures inside Parallel and Map")
struct NestedFailureTests {
    @Test("a retried Parallel begins again from the failure, and says it failed once")
    func retriedParallel() throws {
        var run = try Rehearsal(
            """
            {"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Retry":[{"ErrorEquals":["Boom"],"MaxAttempts":1}],"Branches":[
              {"StartAt":"F","States":{"F":{"Type":"Fail","Error":"Boom"}}}]}}}
            """)
        try run.run()
        #expect(
            run.story == [
                "1←0 ExecutionStarted", "2←0 ParallelStateEntered", "3←2 ParallelStateStarted", "4←3 FailStateEntered",
                "5←4 ParallelStateStarted", "6←5 FailStateEntered", "7←6 ParallelStateFailed", "8←7 ExecutionFailed",
            ])
        #expect(run.execution.transitions == 4)
    }

    @Test("everything below a failed iteration's siblings is given up, innermost first")
    func nestedAbort() throws {
        var run = try Rehearsal(
            """
            {"StartAt":"M","States":{"M":{"Type":"Map","End":true,"ItemProcessor":{"StartAt":"C","States":{
              "C":{"Type":"Choice","Choices":[{"Variable":"$","NumericEquals":2,"Next":"V"}],"Default":"P"},
              "V":{"Type":"Wait","Seconds":1,"Next":"F"},
              "F":{"Type":"Fail","Error":"Boom"},
              "P":{"Type":"Parallel","End":true,"Branches":[{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":9,"End":true}}}]}}}}}}
            """, input: [1, 2])
        try run.run()
        #expect(run.execution.error == "Boom")
        #expect(
            run.events.suffix(6).map(\.type) == [
                "MapIterationFailed", "WaitStateAborted", "ParallelStateAborted", "MapIterationAborted", "MapStateFailed",
                "ExecutionFailed",
            ])
    }

    @Test("an error inside an iteration that nothing there catches is caught by the Map, with the iteration's own error")
    func mapCatch() throws {
        var run = try Rehearsal(
            """
            {"StartAt":"M","States":{"M":{"Type":"Map","Next":"S","Catch":[{"ErrorEquals":["Boom"],"ResultPath":"$.e","Next":"S"}],
              "ItemsPath":"$.xs","ItemProcessor":{"StartAt":"F","States":{"F":{"Type":"Fail","Error":"Boom","Cause":"item"}}}},
              "S":{"Type":"Succeed"}}}
            """, input: ["xs": [1]])
        try run.run()
        #expect(run.output == ["xs": [1], "e": ["Error": "Boom", "Cause": "item"]])
    }

    @Test("States.Runtime inside a branch is not caught by the Parallel state")
    func runtimeErrorInBranch() throws {
        var run = try Rehearsal(
            """
            {"StartAt":"P","States":{"P":{"Type":"Parallel","Next":"S","Catch":[{"ErrorEquals":["States.ALL"],"Next":"S"}],"Branches":[
              {"StartAt":"A","States":{"A":{"Type":"Pass","InputPath":"$.missing","End":true}}}]},"S":{"Type":"Succeed"}}}
            """)
        try run.run()
        #expect(run.execution.status == .failed)
        #expect(run.execution.error == "States.Runtime")
        #expect(run.path == ["P", "A"])
    }

    @Test("slots of ended iterations are used again, and late answers to them are refused by name")
    func reusedSlots() throws {
        var run = try Rehearsal(
            """
            {"StartAt":"M","States":{"M":{"Type":"Map","MaxConcurrency":1,"End":true,"ItemProcessor":{"StartAt":"T","States":{
              "T":{"Type":"Task","Resource":"\(StateTests.function)","End":true}}}}}}
            """, input: [1, 2])
        try run.step(.proceed)
        let first = try #require(run.requests.last?.task)
        try run.step(.taskStarted(first, worker: nil))
        try run.step(.taskSucceeded(first, output: "one"))
        let second = try #require(run.requests.last?.task)
        #expect(second.thread == first.thread)
        #expect(throws: Refusal.unknownTask(first)) { try run.step(.taskSucceeded(first, output: "late")) }
        try run.step(.taskStarted(second, worker: nil))
        try run.step(.taskSucceeded(second, output: "two"))
        #expect(run.output == ["one", "two"])
    }
}
