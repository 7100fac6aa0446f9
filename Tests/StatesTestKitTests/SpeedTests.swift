import StatesTestKit
import Testing

/// Time passes on paper. The limits are generous for a debug build on a busy machine; the guide names what to expect of a release.
@Suite("speed", .serialized)
struct SpeedTests {
    static let patient = """
        { "StartAt": "Pause", "States": {
            "Pause": { "Type": "Wait", "Seconds": 31000000, "Next": "Work" },
            "Work": { "Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:work",
                      "Retry": [ { "ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 100, "MaxDelaySeconds": 60 } ],
                      "Next": "Ask" },
            "Ask": { "Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "HeartbeatSeconds": 86400,
                     "Parameters": { "QueueUrl": "q", "MessageBody": { "token.$": "$$.Task.Token" } },
                     "Catch": [ { "ErrorEquals": ["States.Timeout"], "Next": "Done" } ], "Next": "Done" },
            "Done": { "Type": "Succeed" } } }
        """

    @Test("a year of waiting, a hundred retries and a day without a heartbeat take milliseconds")
    func patience() async throws {
        let scenario = try Written.machine(Self.patient).mocking("Work", .throws("Busy").times(100), then: .returns(1))
            .mocking("Ask", .never)
        let clock = ContinuousClock()
        var best = Duration.seconds(60)
        for _ in 0..<5 {
            let start = clock.now
            let run = try await scenario.run()
            best = min(best, clock.now - start)
            #expect(run.status == .succeeded)
            #expect(run.duration > .seconds(31_000_000))
        }
        print("a year, 100 retries and a heartbeat of a day: \(best)")
        #expect(best < .milliseconds(100))
    }

    @Test("ten thousand small cases take seconds")
    func manyCases() async throws {
        let cases = (0..<10_000).map { number in
            #"""
            { "name": "case \#(number)", "input": { "order": \#(number) },
              "mocks": { "Reserve": { "return": { "id": \#(number) } }, "Charge": { "return": { "amount": \#(number) } } },
              "expect": { "status": "SUCCEEDED", "output": { "paid": \#(number) }, "path": ["Reserve", "Charge", "Ship"] } }
            """#
        }
        let text = #"{ "cases": [\#(cases.joined(separator: ","))] }"#
        let clock = ContinuousClock()
        let start = clock.now
        let file = try Written.file(text)
        let results = await TestSuite([file]).run(jobs: 2)
        let took = clock.now - start
        print("10,000 cases: \(took)")
        #expect(results[0].cases.count == 10_000)
        #expect(results[0].cases.count { !$0.hasPassed } == 0)
        #expect(took < .seconds(60))
    }
}
