import StatesJSON
import StatesKernel
import StatesLanguage
import Testing

@Suite("States, as their histories show them")
struct StateTests {
    static let function = "arn:aws:lambda:us-east-1:123456789012:function:f"

    @Test("a Pass state passes its input on; the first two events follow from nothing")
    func pass() throws {
        var run = try Rehearsal(#"{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}"#, input: ["x": 1])
        try run.run()
        #expect(run.execution.status == .succeeded)
        #expect(run.output == ["x": 1])
        #expect(run.story == ["1←0 ExecutionStarted", "2←0 PassStateEntered", "3←2 PassStateExited", "4←3 ExecutionSucceeded"])
    }

    @Test("a payload that passes unchanged is stored once")
    func storedOnce() throws {
        var run = try Rehearsal(
            #"{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Pass","End":true}}}"#, input: ["x": 1])
        try run.run()
        #expect(run.journal.records.compactMap { $0.change.payload?.record } == [1, 1, 1, 1, 1, 1])
    }

    @Test("Result, Parameters and ResultPath of a Pass state")
    func passFields() throws {
        var run = try Rehearsal(
            """
            {"StartAt":"A","States":{
              "A":{"Type":"Pass","Result":{"a":1},"ResultPath":"$.r","Next":"B"},
              "B":{"Type":"Pass","Parameters":{"sum.$":"States.MathAdd($.r.a, 1)","n.$":"$$.State.Name"},"OutputPath":"$.sum","Next":"C"},
              "C":{"Type":"Pass","InputPath":null,"End":true}}}
            """, input: ["x": 1])
        try run.run()
        let outputs = run.events.compactMap { $0.type == "PassStateExited" ? $0.details["output"]?.string : nil }
        #expect(outputs == [#"{"x":1,"r":{"a":1}}"#, "2", "{}"])
    }

    @Test("a Fail state ends the execution with its own texts and is never left")
    func fail() throws {
        var run = try Rehearsal(#"{"StartAt":"A","States":{"A":{"Type":"Fail","Error":"E","Cause":"why"}}}"#)
        try run.run()
        #expect(run.execution.status == .failed)
        #expect(run.events.last.map { JSONValue.object($0.details) } == ["error": "E", "cause": "why"])
        #expect(run.story == ["1←0 ExecutionStarted", "2←0 FailStateEntered", "3←2 ExecutionFailed"])
    }

    @Test(
        "a Choice state takes the first rule that holds, and Default otherwise",
        arguments: [(5, "Small"), (50, "Large"), (11, "Medium")])
    func choice(number: Int, expected: String) throws {
        var run = try Rehearsal(
            """
            {"StartAt":"C","States":{"C":{"Type":"Choice","Default":"Medium","Choices":[
              {"Variable":"$.n","NumericLessThan":10,"Next":"Small"},{"Variable":"$.n","NumericGreaterThan":20,"Next":"Large"}]},
              "Small":{"Type":"Succeed"},"Medium":{"Type":"Succeed"},"Large":{"Type":"Succeed"}}}
            """, input: ["n": .integer(number)])
        try run.run()
        #expect(run.path == ["C", expected])
    }

    @Test("a Choice state whose path finds nothing fails the execution after its Entered event")
    func choiceWithoutOperand() throws {
        var run = try Rehearsal(
            #"{"StartAt":"C","States":{"C":{"Type":"Choice","Choices":[{"Variable":"$.n","NumericEquals":1,"Next":"S"}]},"S":{"Type":"Succeed"}}}"#
        )
        try run.run()
        #expect(run.execution.error == "States.Runtime")
        #expect(
            run.execution.cause
                == "An error occurred while executing the state 'C' (entered at the event id #2). Invalid path '$.n': The choice state's condition path references an invalid value."
        )
    }

    @Test(
        "the four ways to say how long a Wait state waits, to the millisecond",
        arguments: [
            (#""Seconds":90"#, 90_000), (#""SecondsPath":"$.s""#, 12_000), (#""Timestamp":"2026-01-01T00:01:00Z""#, 60_000),
            (#""TimestampPath":"$.t""#, 1_500), (#""Seconds":0"#, 0), (#""Timestamp":"2020-01-01T00:00:00Z""#, 0),
        ])
    func wait(field: String, milliseconds: Int64) throws {
        var run = try Rehearsal(
            #"{"StartAt":"W","States":{"W":{"Type":"Wait",\#(field),"End":true}}}"#,
            input: ["s": 12, "t": "2026-01-01T01:00:01.5+01:00"])
        try run.run()
        #expect(run.execution.status == .succeeded)
        #expect(run.events.map { $0.timestamp - run.execution.start.time } == [0, 0, milliseconds, milliseconds])
    }

    @Test("a function's task shows the Lambda events; its result goes through ResultSelector, ResultPath and OutputPath")
    func task() throws {
        var run = try Rehearsal(
            """
            {"StartAt":"T","States":{"T":{"Type":"Task","Resource":"\(Self.function)","Parameters":{"q.$":"$.x"},
              "ResultSelector":{"only.$":"$.id"},"ResultPath":"$.r","OutputPath":"$.r.only","End":true}}}
            """, input: ["x": 1])
        run.answers = ["T": [.success(["id": 9, "more": true])]]
        try run.run()
        #expect(run.requests.map(\.input) == [["q": 1]])
        #expect(run.output == 9)
        #expect(
            run.story == [
                "1←0 ExecutionStarted", "2←0 TaskStateEntered", "3←2 LambdaFunctionScheduled", "4←3 LambdaFunctionStarted",
                "5←4 LambdaFunctionSucceeded", "6←5 TaskStateExited", "7←6 ExecutionSucceeded",
            ])
    }

    @Test("a caught failure leaves by the state's Exited event with the error output")
    func caught() throws {
        var run = try Rehearsal(
            """
            {"StartAt":"T","States":{"T":{"Type":"Task","Resource":"\(Self.function)","Next":"S",
              "Catch":[{"ErrorEquals":["Other"],"Next":"S"},{"ErrorEquals":["States.ALL"],"ResultPath":"$.e","Next":"S"}]},
              "S":{"Type":"Succeed"}}}
            """)
        run.answers = ["T": [.failure("Boom", "it broke")]]
        try run.run()
        #expect(run.output == ["e": ["Error": "Boom", "Cause": "it broke"]])
        #expect(run.story[4...6] == ["5←4 LambdaFunctionFailed", "6←5 TaskStateExited", "7←6 SucceedStateEntered"])
    }

    @Test("backoff grows by BackoffRate, stops at MaxDelaySeconds, and the attempts are counted as transitions")
    func backoff() throws {
        var run = try Rehearsal(
            """
            {"StartAt":"T","States":{"T":{"Type":"Task","Resource":"\(Self.function)","End":true,
              "Retry":[{"ErrorEquals":["States.ALL"],"IntervalSeconds":2,"BackoffRate":3,"MaxAttempts":4,"MaxDelaySeconds":20}]}}}
            """)
        run.answers = ["T": [.failure("Boom", nil)]]
        try run.run()
        #expect(run.requestTimes == [0, 2_000, 8_000, 26_000, 46_000])
        #expect(run.requests.map(\.attempt) == [0, 1, 2, 3, 4])
        #expect(run.execution.transitions == 5)
        #expect(run.execution.status == .failed)
    }

    @Test("each retrier counts for itself: errors A, B, C, B wait 1, 2 and 5 seconds, and then the catcher takes the fourth")
    func countersOfRetriers() throws {
        var run = try Rehearsal(
            """
            {"StartAt":"T","States":{"T":{"Type":"Task","Resource":"\(Self.function)","End":true,
              "Retry":[{"ErrorEquals":["A","B"],"IntervalSeconds":1,"BackoffRate":2,"MaxAttempts":2},
                       {"ErrorEquals":["C"],"IntervalSeconds":5}],
              "Catch":[{"ErrorEquals":["States.ALL"],"Next":"S"}]},"S":{"Type":"Succeed"}}}
            """)
        run.answers = ["T": ["A", "B", "C", "B"].map { .failure($0, nil) }]
        try run.run()
        #expect(run.requestTimes == [0, 1_000, 3_000, 8_000])
        #expect(run.path == ["T", "S"])
    }

    @Test("full jitter stays within the delay and is a function of the seed")
    func jitter() throws {
        func times() throws -> [Int64] {
            var run = try Rehearsal(
                """
                {"StartAt":"T","States":{"T":{"Type":"Task","Resource":"\(Self.function)","End":true,
                  "Retry":[{"ErrorEquals":["States.ALL"],"IntervalSeconds":10,"BackoffRate":1,"MaxAttempts":3,"JitterStrategy":"FULL"}]}}}
                """)
            run.answers = ["T": [.failure("Boom", nil)]]
            try run.run()
            return run.requestTimes
        }
        let first = try times()
        #expect(try times() == first)
        #expect(zip(first, first.dropFirst()).allSatisfy { (0...10_000).contains($1 - $0) })
        #expect(Set(zip(first, first.dropFirst()).map { $1 - $0 }).count == 3)
    }

    @Test("a task that is silent past TimeoutSeconds fails with States.Timeout and no cause")
    func timeout() throws {
        var run = try Rehearsal(
            #"{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"\#(Self.function)","TimeoutSeconds":30,"End":true}}}"#)
        try run.run()
        #expect(run.events.last?.timestamp == run.execution.start.time + 30_000)
        #expect(run.events.last.map { JSONValue.object($0.details) } == ["error": "States.Timeout"])
        #expect(run.story.suffix(2) == ["4←3 LambdaFunctionTimedOut", "5←4 ExecutionFailed"])
    }

    @Test("heartbeats put the timeout off; a missed one matches States.HeartbeatTimeout and shows as States.Timeout")
    func heartbeat() throws {
        var run = try Rehearsal(
            """
            {"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:us-east-1:123456789012:activity:a","HeartbeatSeconds":10,
              "End":true,"Catch":[{"ErrorEquals":["States.HeartbeatTimeout"],"Next":"S"}]},"S":{"Type":"Succeed"}}}
            """)
        try run.step(.proceed)
        let task = try #require(run.requests.first?.task)
        try run.step(.taskStarted(task, worker: "w"))
        try run.advance(seconds: 9)
        try run.step(.taskHeartbeat(task))
        try run.advance(seconds: 9)
        #expect(run.execution.status == .running)
        try run.run()
        #expect(run.output == ["Error": "States.Timeout", "Cause": ""])
        #expect(run.events.last?.timestamp == run.execution.start.time + 19_000)
    }

    @Test("branches share their input; both Succeeded and Exited follow from the last event of the last branch")
    func parallel() throws {
        var run = try Rehearsal(
            """
            {"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[
              {"StartAt":"A","States":{"A":{"Type":"Pass","Result":1,"End":true}}},
              {"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":5,"Next":"B"},"B":{"Type":"Pass","Result":2,"End":true}}}]}}}
            """)
        try run.run()
        #expect(run.output == [1, 2])
        #expect(
            run.story == [
                "1←0 ExecutionStarted", "2←0 ParallelStateEntered", "3←2 ParallelStateStarted", "4←3 PassStateEntered",
                "5←4 PassStateExited", "6←3 WaitStateEntered", "7←6 WaitStateExited", "8←7 PassStateEntered", "9←8 PassStateExited",
                "10←9 ParallelStateSucceeded", "11←9 ParallelStateExited", "12←11 ExecutionSucceeded",
            ])
    }

    @Test("a branch that fails gives up its siblings, and the Parallel state's Catch sees the branch's own error")
    func parallelFailure() throws {
        var run = try Rehearsal(
            """
            {"StartAt":"P","States":{"P":{"Type":"Parallel","Next":"S","Catch":[{"ErrorEquals":["Boom"],"Next":"S"}],"Branches":[
              {"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":50,"End":true}}},
              {"StartAt":"T","States":{"T":{"Type":"Task","Resource":"\(Self.function)","End":true}}}]},"S":{"Type":"Succeed"}}}
            """)
        run.answers = ["T": [.failure("Boom", "why")]]
        try run.run()
        #expect(run.output == ["Error": "Boom", "Cause": "why"])
        #expect(
            run.story[7...] == [
                "8←7 LambdaFunctionFailed", "9←8 TaskStateAborted", "10←8 WaitStateAborted", "11←8 ParallelStateFailed",
                "12←11 ParallelStateExited", "13←12 SucceedStateEntered", "14←13 SucceedStateExited", "15←14 ExecutionSucceeded",
            ])
    }

    @Test("one iteration after another: the next one follows from the last state event of the one before")
    func sequentialMap() throws {
        var run = try Rehearsal(
            """
            {"StartAt":"M","States":{"M":{"Type":"Map","MaxConcurrency":1,"ItemsPath":"$.xs","End":true,
              "ItemSelector":{"v.$":"$$.Map.Item.Value","i.$":"$$.Map.Item.Index"},
              "ItemProcessor":{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}}}}
            """, input: ["xs": ["a", "b"]])
        try run.run()
        #expect(run.output == [["v": "a", "i": 0], ["v": "b", "i": 1]])
        #expect(
            run.story[1...] == [
                "2←0 MapStateEntered", "3←2 MapStateStarted", "4←3 MapIterationStarted", "5←4 PassStateEntered",
                "6←5 PassStateExited",
                "7←6 MapIterationSucceeded", "8←6 MapIterationStarted", "9←8 PassStateEntered", "10←9 PassStateExited",
                "11←10 MapIterationSucceeded", "12←11 MapStateSucceeded", "13←11 MapStateExited", "14←13 ExecutionSucceeded",
            ])
    }

    @Test("a Map over many items ends with every result in its place")
    func wideMap() throws {
        let items = (0..<3_000).map { JSONValue.integer($0) }
        var run = try Rehearsal(
            """
            {"StartAt":"M","States":{"M":{"Type":"Map","End":true,
              "ItemProcessor":{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}}}}
            """, input: .array(items), express: true)
        try run.run()
        #expect(run.output == .array(items))
    }

    @Test("a Standard history ends at 25,000 events, and the last one says so")
    func historyLimit() throws {
        var run = try Rehearsal(
            #"{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Pass","Next":"A"}}}"#.looping)
        var sink = Rehearsal.Journal()
        var execution = run.execution
        var occurrences = 0
        while execution.status == .running, occurrences < 100 {
            try execution.step(Occurrence(at: run.now, .proceed), into: &sink)
            occurrences += 1
        }
        #expect(execution.lastEvent == 25_000)
        #expect(execution.error == "States.Runtime")
        run.answers = [:]
    }

    @Test("variables are seen below and never above: an iteration reads the outer one and keeps its own")
    func variables() throws {
        var run = try Rehearsal(
            """
            {"StartAt":"A","States":{"A":{"Type":"Pass","Assign":{"x":1,"y.$":"$.start"},"Next":"M"},
              "M":{"Type":"Map","ItemsPath":"$.xs","Next":"Z","ItemProcessor":{"StartAt":"I","States":{
                "I":{"Type":"Pass","Parameters":{"sum.$":"States.MathAdd($x, $$.Map.Item.Value)"},"Assign":{"z.$":"$.sum"},"End":true}}}},
              "Z":{"Type":"Pass","Parameters":{"x.$":"$x","y.$":"$y","maps.$":"$"},"End":true}}}
            """, input: ["start": "s", "xs": [10, 20]])
        try run.run()
        #expect(run.output == ["x": 1, "y": "s", "maps": [["sum": 11], ["sum": 21]]])
    }
}

extension String {
    /// A machine that never ends is no valid definition without an end state; this gives it one that is never reached.
    fileprivate var looping: String {
        #"{"StartAt":"C","States":{"C":{"Type":"Choice","Default":"A","Choices":[{"Variable":"$.stop","IsPresent":true,"Next":"S"}]},"A":{"Type":"Pass","Next":"C"},"S":{"Type":"Succeed"}}}"#
    }
}
