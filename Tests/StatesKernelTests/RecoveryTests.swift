import StatesJSON
import StatesKernel
import StatesLanguage
import Testing

@Suite("After a restart")
struct RecoveryTests {
    static let callback = """
        {"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken",
          "Parameters":{"QueueUrl":"q","MessageBody":{"token.$":"$$.Task.Token"}},"TimeoutSeconds":100,"HeartbeatSeconds":20,"End":true}}}
        """

    @Test("a Wait keeps its deadline")
    func wait() throws {
        var run = try Rehearsal(#"{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":60,"End":true}}}"#)
        try run.step(.proceed)
        try run.advance(seconds: 45)
        try run.restart()
        try run.run()
        #expect(run.events.map { $0.timestamp - run.execution.start.time } == [0, 0, 60_000, 60_000])
    }

    @Test("a task that was started and not answered is in doubt: it fails, and only Retry runs it again")
    func inDoubt() throws {
        var run = try Rehearsal(
            """
            {"StartAt":"T","States":{"T":{"Type":"Task","Resource":"\(StateTests.function)","End":true,
              "Retry":[{"ErrorEquals":["States.TaskFailed"],"MaxAttempts":1}],"Catch":[{"ErrorEquals":["States.ALL"],"Next":"S"}]},
              "S":{"Type":"Succeed"}}}
            """)
        try run.step(.proceed)
        let task = try #require(run.requests.last?.task)
        try run.step(.taskStarted(task, worker: nil))
        try run.restart()
        #expect(run.requests.count == 1, "nothing is started by the restart itself")
        #expect(throws: Refusal.unknownTask(task)) { try run.step(.taskSucceeded(task, output: 1)) }
        run.answers = ["T": [.success("again")]]
        try run.run()
        #expect(run.requests.count == 2)
        #expect(run.output == "again")
    }

    @Test("a task that was only scheduled is simply offered again")
    func scheduled() throws {
        var run = try Rehearsal(
            #"{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"\#(StateTests.function)","End":true}}}"#)
        try run.step(.proceed)
        run.answers = ["T": [.success(1)]]
        try run.restart()
        #expect(run.execution.status == .succeeded)
        #expect(run.requests.map(\.task) == [run.requests[0].task, run.requests[0].task])
    }

    @Test("a submitted callback stays valid, its timeout keeps its deadline, and the heartbeat's clock starts again")
    func callback() throws {
        var run = try Rehearsal(Self.callback)
        try run.step(.proceed)
        let request = try #require(run.requests.last)
        try run.step(.taskStarted(request.task, worker: nil))
        try run.step(.taskSubmitted(request.task, output: [:]))
        try run.advance(seconds: 15)
        try run.restart()
        try run.advance(seconds: 15)
        let token = try #require(request.token.flatMap(TaskToken.init))
        #expect(run.execution.issued(token))
        #expect(request.input["MessageBody"]?["token"]?.string == request.token)
        try run.step(.taskSucceeded(token.task, output: ["ok": true]))
        #expect(run.output == ["ok": true])
    }

    @Test("an answer before the request was accepted is refused, and is welcome afterwards")
    func earlyAnswer() throws {
        var run = try Rehearsal(Self.callback)
        try run.step(.proceed)
        let task = try #require(run.requests.last?.task)
        try run.step(.taskStarted(task, worker: nil))
        let before = run.execution
        #expect(throws: Refusal.notYetSubmitted(task)) { try run.step(.taskSucceeded(task, output: 1)) }
        #expect(run.execution == before)
        try run.step(.taskSubmitted(task, output: [:]))
        try run.step(.taskSucceeded(task, output: 1))
        #expect(run.output == 1)
    }

    @Test("a forged token is not one of the execution's")
    func forgedToken() throws {
        var run = try Rehearsal(Self.callback)
        try run.step(.proceed)
        let text = try #require(run.requests.last?.token)
        let forged = try #require(TaskToken(text.dropLast(4) + "AAAA"))
        #expect(!run.execution.issued(forged))
        #expect(TaskToken("") == nil)
        #expect(TaskToken(String(repeating: "A", count: 10_000)) == nil)
    }

    @Test("stopped after every single step and started again, each machine ends as it would have", arguments: machines.indices)
    func everyStep(machine: Int) throws {
        let (definition, input, answers) = Self.machines[machine]
        var whole = try Rehearsal(definition, input: input)
        whole.answers = answers
        try whole.run()
        #expect(whole.execution.status == .succeeded)
        var due: Int64 = 0
        while due < 200 {
            var run = try Rehearsal(definition, input: input)
            run.answers = answers
            try run.step(.proceed)
            for _ in 0..<due where run.execution.status == .running { _ = try run.fireNext() }
            guard run.execution.status == .running else { break }
            try run.restart()
            try run.run()
            #expect(run.output == whole.output)
            #expect(run.story.sorted() == whole.story.sorted())
            #expect(run.events.last?.timestamp == whole.events.last?.timestamp)
            due += 1
        }
    }

    static let machines: [(String, JSONValue, [String: [Rehearsal.Answer]])] = [
        (
            """
            {"StartAt":"A","States":{
              "A":{"Type":"Wait","Seconds":3,"Next":"T"},
              "T":{"Type":"Task","Resource":"\(StateTests.function)","Retry":[{"ErrorEquals":["States.ALL"],"JitterStrategy":"FULL"}],
                "ResultPath":"$.t","Assign":{"seen.$":"$.n"},"Next":"P"},
              "P":{"Type":"Parallel","ResultPath":"$.p","Next":"M","Branches":[
                {"StartAt":"W1","States":{"W1":{"Type":"Wait","Seconds":1,"End":true}}},
                {"StartAt":"W2","States":{"W2":{"Type":"Wait","Seconds":2,"Next":"U"},"U":{"Type":"Pass","Parameters":{"id.$":"States.UUID()"},"End":true}}}]},
              "M":{"Type":"Map","ItemsPath":"$.xs","MaxConcurrency":2,"ResultPath":"$.m","End":true,"ItemProcessor":{"StartAt":"MW","States":{
                "MW":{"Type":"Wait","SecondsPath":"$","Next":"MP"},"MP":{"Type":"Pass","Parameters":{"v.$":"$seen"},"End":true}}}}}}
            """, ["xs": [3, 1, 2]], ["T": [.failure("E", nil), .failure("E", nil), .success(["n": 5])]]
        ),
        (
            """
            {"StartAt":"M","States":{"M":{"Type":"Map","End":true,"Retry":[{"ErrorEquals":["E"],"MaxAttempts":2}],
              "Catch":[{"ErrorEquals":["States.ALL"],"Next":"S"}],"ItemProcessor":{"StartAt":"W","States":{
                "W":{"Type":"Wait","Seconds":1,"Next":"T"},"T":{"Type":"Task","Resource":"\(StateTests.function)","End":true}}}},
              "S":{"Type":"Succeed"}}}
            """, [1, 2, 3], ["T": [.success(0), .failure("E", "first"), .failure("E", "second"), .success(1)]]
        ),
    ]
}
