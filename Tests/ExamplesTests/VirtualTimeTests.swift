import Stepwell
import Testing

/// What the examples say about time, to the millisecond.
@Suite("examples on virtual time")
struct VirtualTimeTests {
    #if YAML
        @Test("backoff grows by its rate up to its limit, and each retrier counts for itself")
        func backoff() async throws {
            let limited = try await Example("retry-showcase").run("RateLimitedForLong")
            #expect(limited.instants(of: "TaskScheduled") == [0, 1_000, 4_000, 9_000, 14_000])
            let mixed = try await Example("retry-showcase").run("TwoKindsOfTrouble")
            #expect(mixed.instants(of: "TaskScheduled") == [0, 1_000, 4_000, 5_000])
        }

        @Test("full jitter stays below the delay, and the same seed gives the same jitter")
        func jitter() async throws {
            let first = try await Example("retry-showcase").run("Timeouts").instants(of: "TaskScheduled")
            let second = try await Example("retry-showcase").run("Timeouts").instants(of: "TaskScheduled")
            #expect(first == second)
            let delays = zip(first.dropFirst(), first).map { $0 - $1 }
            #expect(delays.count == 2)
            #expect(zip(delays, [2_000, 4_000]).allSatisfy { (0...$1).contains($0) })
        }

        @Test("nobody looks within the hour: a reminder goes out; nobody decides within the day: it fails")
        func silence() async throws {
            let example = Example("callback-approval")
            let time = ManualTime()
            let runtime = try Runtime(functions: ["sqs:sendMessage": .returns(["MessageId": "m-1"])], clock: .manual(time))
            defer { runtime.close() }
            let execution = try await runtime.start(try example.machine(), input: try example.input())
            await time.advance(by: .seconds(3_600 + 86_400))
            let run = try await runtime.finished(execution)
            #expect(run.status == .failed)
            #expect(run.error == "Expense.Undecided")
            #expect(run.instants(of: "TaskTimedOut") == [3_600_000, 90_000_000])
        }

        @Test("a heartbeat says that somebody looked; the answer to the token decides")
        func answer() async throws {
            let example = Example("callback-approval")
            let time = ManualTime()
            let runtime = try Runtime(
                functions: ["sqs:sendMessage": .returns(["MessageId": "m-1"]), "pay-out": .returns(["paid": true])],
                clock: .manual(time))
            defer { runtime.close() }
            let execution = try await runtime.start(try example.machine(), name: "expense-12", input: try example.input())
            for _ in 0..<3 {
                await time.advance(by: .seconds(3_500))
                try await runtime.send(.heartbeat, state: "AskForApproval", execution: "expense-12")
            }
            try await runtime.send(.success(["approved": true, "by": "ada"]), state: "AskForApproval", execution: "expense-12")
            await time.settle()
            let run = try await runtime.finished(execution)
            #expect(run.path == ["AskForApproval", "IsItApproved", "PayOut"])
            #expect(run.output == ["paid": true])
            #expect(run.stopTime - run.startTime == 10_500_000)
        }
    #endif

    @Test("an order waits as long as it is told to, and compensations are retried")
    func saga() async throws {
        let run = try await Example("order-saga").run("AddressUnknown", input: "unknown-address")
        #expect(run.instants(of: "WaitStateExited") == [1_000])
        #expect(run.attempts(of: "Release") == 3)
        #expect(run.stopTime - run.startTime == 4_000)
    }

    @Test("polling costs three transitions for each question, the callback two in all")
    func transitions() async throws {
        let polled = try await Example("polling-loop").run("DoneAtTheThirdQuestion")
        #expect(polled.transitions == 11)
        let answered = try await Example("polling-loop", name: "polling-loop-callback").run("Answers")
        #expect(answered.transitions == 2)
    }

    @Test("a Map with MaxConcurrency 2 never runs three iterations at once")
    func concurrency() async throws {
        let run = try await Example("fan-out").run("AllPriced")
        var live = 0
        var most = 0
        for event in run.history {
            if event.type == "MapIterationStarted" { live += 1 }
            if event.type == "MapIterationSucceeded" { live -= 1 }
            most = max(most, live)
        }
        #expect(most == 2)
    }
}
