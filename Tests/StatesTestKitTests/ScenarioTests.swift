import StatesTestKit
import Testing

@Suite("scenarios")
struct ScenarioTests {
    let machine: StateMachine

    init() throws { machine = try Written.machine() }

    /// The happy path's answers.
    var happy: Scenario {
        machine.mocking("Reserve", .returns(["id": "r-1"])).mocking("Charge", .returns(["amount": 7]))
    }

    @Test("a retried charge reads as a sentence")
    func retriedCharge() async throws {
        let run =
            try await machine
            .mocking("Reserve", .returns(["id": "r-1"]))
            .mocking("Charge", .throws("Bank.Busy"), then: .returns(["amount": 7]))
            .run(input: ["order": 1])
        #expect(run.status == .succeeded)
        #expect(run.output == ["paid": 7])
        #expect(run.path == ["Reserve", "Charge", "Ship"])
        #expect(run.attempts(of: "Charge") == 2)
        #expect(run.retries(of: "Charge") == 1)
        #expect(run.delays(of: "Charge") == [.seconds(2)])
        #expect(run.duration == .seconds(2))
        #expect(run.visited("Ship") && !run.visited("Release"))
    }

    @Test("a failure's requests and data can be asked for")
    func requests() async throws {
        let run =
            try await machine
            .mocking("Reserve", .returns(["id": "r-1"]))
            .mocking("Charge", .throws("Card.Declined", cause: "limit"))
            .mocking("sqs:sendMessage", .returns(["MessageId": "m"]))
            .run(input: ["order": 1])
        #expect(run.error == "Card.Declined")
        #expect(run.asked(of: "Release") == [["QueueUrl": "q", "MessageBody": ["Error": "Card.Declined", "Cause": "limit"]]])
        #expect(run.trail.visits.map(\.isCaught) == [false, true, false, false])
    }

    @Test("a request that nothing answers says what was asked and what is mocked")
    func unanswered() async throws {
        let fault = await #expect(throws: MockFault.self) {
            try await machine.mocking("Reserve", .returns(["id": "r-1"])).run(input: ["order": 1])
        }
        #expect(fault?.kind == .unanswered)
        #expect(fault?.state == "Charge")
        #expect(
            fault?.description
                == "Nothing answers 'Charge' (arn:aws:lambda:us-east-1:123456789012:function:charge), was asked "
                + #"{"order":1,"reservation":{"id":"r-1"}}; mocked are 'Reserve'."#)
    }

    @Test("a mock that was never asked fails the test, unless it need not be")
    func unused() async throws {
        let scenario = happy.mocking("Release", .returns(["MessageId": "m"]))
        let faults = await #expect(throws: MockFaults.self) { try await scenario.run() }
        #expect(faults?.description == "The mock 'Release' was never asked.")
        #expect(try await scenario.allowingUnusedMocks().run().status == .succeeded)
    }

    @Test("an answer that was never given fails the test")
    func unusedAnswer() async throws {
        let scenario = happy.mocking(
            "Charge", .throws("Bank.Busy").times(2), then: .returns(["amount": 7]), .returns(["amount": 8]))
        let faults = await #expect(throws: MockFaults.self) { try await scenario.run() }
        #expect(faults?.description == "Answer 3 of the mock 'Charge' was given never.")
    }

    @Test("answers that are used up fail the test")
    func exhausted() async throws {
        let fault = await #expect(throws: MockFault.self) {
            try await happy.mocking("Charge", .throws("Bank.Busy").times(2)).run()
        }
        #expect(fault?.kind == .exhausted)
        #expect(fault?.description.hasPrefix("The mock 'Charge' has 2 answers, and 'Charge' ") == true)
    }

    @Test("a mock of a state that is not there is told with the one that was meant")
    func unknown() throws {
        let fault = #expect(throws: MockFault.self) { try machine.mocking("Chrage", .never).begin() }
        #expect(
            fault?.description == "The definition has no Task state 'Chrage' and no resource of that name; did you mean 'Charge'?")
    }

    @Test("an answer that the service cannot give fails the test, as strictly as wanted")
    func misshapen() async throws {
        let declined = machine.mocking("Reserve", .returns([:])).mocking("Charge", .throws("Card.Declined"))
        let fault = await #expect(throws: MockFault.self) {
            try await declined.mocking("Release", .returns(["MessageID": "m"])).run()
        }
        #expect(
            fault?.description
                == "The mock 'Release' cannot be an answer of arn:aws:states:::sqs:sendMessage: required field 'MessageId' is missing"
        )
        let loose = declined.mocking("Release", .returns(["MessageID": "m"]))
        #expect(try await loose.validating(.present).run().status == .failed)
        #expect(try await loose.mocking("Release", .returns(7)).validating(.none).run().status == .failed)
        await #expect(throws: MockFault.self) {
            try await loose.mocking("Release", .returns(["MessageId": 7])).validating(.present).run()
        }
    }

    @Test("answers are chosen by attempt and input, and are computed")
    func chosen() async throws {
        let byInput = happy.mocking(
            "Charge", .throws("Card.Declined").when(input: ["order": 2]), then: .throws("Bank.Busy").when(attempt: 1),
            .returns(["amount": 7]))
        #expect(try await byInput.allowingUnusedMocks().run(input: ["order": 1]).retries(of: "Charge") == 1)
        let failed = try await byInput.mocking("Release", .returns(["MessageId": "m"])).allowingUnusedMocks().run(input: [
            "order": 2
        ])
        #expect(failed.error == "Card.Declined")

        let computed = happy.mocking("Charge", .computes { call in ["amount": .integer(call.attempt * 10)] })
        #expect(try await computed.run().output == ["paid": 10])
        struct Order: Codable { var order: Int }
        struct Payment: Codable { var amount: Int }
        let typed = happy.mocking("Charge", .computes { (order: Order) in Payment(amount: order.order + 1) })
        #expect(try await typed.run(input: ["order": 4]).output == ["paid": 5])
    }

    @Test("a shared scenario is changed by none that uses it")
    func values() async throws {
        let scenario = happy
        async let one = scenario.mocking("Charge", .returns(["amount": 1])).run()
        async let two = scenario.mocking("Charge", .returns(["amount": 2])).run()
        let outputs = try await [one.output, two.output]
        #expect(outputs == [["paid": 1], ["paid": 2]])
        #expect(try await scenario.run().output == ["paid": 7])
    }

    @Test("the same seed gives the same run, and another seed another")
    func seeds() async throws {
        let random = try Written.machine(
            #"{ "StartAt": "A", "States": { "A": { "Type": "Pass", "Parameters": { "id.$": "States.UUID()" }, "End": true } } }"#)
        let first = try await Scenario(random).run()
        #expect(try await Scenario(random).run().records == first.records)
        #expect(try await Scenario(random).seeded(2).run().output != first.output)
    }
}

@Suite("time by hand")
struct RehearsalTests {
    static let approval = """
        { "StartAt": "Ask", "States": {
            "Ask": { "Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
                     "Parameters": { "QueueUrl": "q", "MessageBody": { "token.$": "$$.Task.Token" } }, "HeartbeatSeconds": 3600,
                     "Catch": [ { "ErrorEquals": ["States.Timeout"], "Next": "Pause" } ], "Next": "Work" },
            "Pause": { "Type": "Wait", "Seconds": 31536000, "Next": "Work" },
            "Work": { "Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:work", "End": true } } }
        """

    @Test("time passes when the test says so")
    func byHand() throws {
        var rehearsal = try Written.machine(Self.approval).mocking("Ask", .never).mocking("Work", .never).begin()
        #expect(rehearsal.waitingStates == ["Ask"])
        try rehearsal.advance(by: .seconds(3599))
        try rehearsal.heartbeat("Ask")
        try rehearsal.advance(by: .seconds(3599))
        #expect(rehearsal.waitingStates == ["Ask"])
        try rehearsal.answer("Ask", with: ["approved": true])
        #expect(rehearsal.path == ["Ask", "Work"])
        try rehearsal.fail("Work", "Worker.Gone", cause: "bye")
        #expect(rehearsal.status == .failed)
        #expect(rehearsal.run.error == "Worker.Gone")
        try rehearsal.checkMocksWereUsed()
    }

    @Test("silence for an hour, and a year of waiting")
    func silence() throws {
        var rehearsal = try Written.machine(Self.approval).mocking("Ask", .never).mocking("Work", .returns(1, after: .seconds(5)))
            .begin()
        try rehearsal.advance(by: .seconds(3600))
        #expect(rehearsal.waitingStates == ["Pause"])
        rehearsal.stop(error: "Stopped")
        #expect(rehearsal.status == .aborted)
    }

    @Test("who answers a state that does not wait is told what does")
    func notWaiting() throws {
        var rehearsal = try Written.machine(Self.approval).mocking("Ask", .never).allowingUnusedMocks().begin()
        let fault = #expect(throws: MockFault.self) { try rehearsal.answer("Work", with: 1) }
        #expect(fault?.description == "No task waits in the state 'Work'; waiting are 'Ask'.")
    }

    @Test("an execution that never ends is given up")
    func endless() async throws {
        let loop = try Written.machine(
            """
            { "StartAt": "A", "States": { "End": { "Type": "Succeed" }, "A": { "Type": "Choice", "Default": "A",
                "Choices": [ { "Variable": "$.end", "IsPresent": true, "Next": "End" } ] } } }
            """, type: .express)
        let fault = await #expect(throws: MockFault.self) { try await Scenario(loop).run() }
        #expect(fault?.kind == .endless)
    }
}
