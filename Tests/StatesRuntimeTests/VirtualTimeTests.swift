import StatesJSON
import StatesKernel
import StatesRuntime
import Testing

@Suite("Virtual time")
struct VirtualTimeTests {
    @Test("a Wait of most of a year takes no time, and its end is exact")
    func longWait() async throws {
        let machine = try machine(#""Pause":{"Type":"Wait","Seconds":31000000,"End":true}"#, startAt: "Pause")
        let run = try await Runtime(clock: .virtual()).run(machine)
        #expect(run.status == .succeeded)
        #expect(run.startTime == ManualTime.defaultStart)
        #expect(run.stopTime - run.startTime == 31_000_000_000)
    }

    @Test("retries happen at the instants that IntervalSeconds, BackoffRate and MaxDelaySeconds give")
    func backoff() async throws {
        let machine = try taskMachine(
            "arn:aws:lambda:us-east-1:123456789012:function:work",
            #""Retry":[{"ErrorEquals":["Busy"],"IntervalSeconds":3,"MaxAttempts":4,"BackoffRate":2,"MaxDelaySeconds":10}]"#)
        let run = try await Runtime(functions: ["work": .throws(error: "Busy")], clock: .virtual()).run(machine)
        #expect(run.status == .failed)
        #expect(run.instants(of: "LambdaFunctionScheduled") == [0, 3_000, 9_000, 19_000, 29_000])
        #expect(run.attempts(of: "Do") == 5)
        #expect(run.transitions == 5)
    }

    @Test("an answer that comes after TimeoutSeconds is too late, at the exact instant")
    func taskTimeout() async throws {
        let machine = try taskMachine("arn:aws:lambda:us-east-1:123456789012:function:work", #""TimeoutSeconds":5"#)
        let late = try await Runtime(functions: ["work": .returns(1, after: .seconds(6))], clock: .virtual()).run(machine)
        #expect(late.status == .failed)
        #expect(late.error == "States.Timeout")
        #expect(late.stopTime - late.startTime == 5_000)
        let early = try await Runtime(functions: ["work": .returns(1, after: .milliseconds(4_999))], clock: .virtual()).run(machine)
        #expect(early.output == 1)
        #expect(early.stopTime - early.startTime == 4_999)
    }

    @Test("an activity times out when its worker was silent for HeartbeatSeconds, counted from its last heartbeat")
    func heartbeat() async throws {
        let runtime = try Runtime(clock: .virtual())
        let machine = try taskMachine("arn:aws:states:us-east-1:123456789012:activity:pick", #""HeartbeatSeconds":10"#)
        runtime.poll(activity: "pick", worker: "w", holdsTime: false) { task in
            guard let token = (try? task.get())?.token else { return }
            runtime.schedule(after: .seconds(7)) { runtime.send(.heartbeat, token: token) { _ in } }
        }
        let run = try await runtime.run(machine)
        #expect(run.error == "States.Timeout")
        #expect(run.stopTime - run.startTime == 17_000)
        #expect(run.history.map(\.type).suffix(2) == ["ActivityTimedOut", "ExecutionFailed"])
    }

    @Test("a heartbeat exactly at its deadline is too late")
    func lateHeartbeat() async throws {
        let runtime = try Runtime(clock: .virtual())
        let machine = try taskMachine("arn:aws:states:us-east-1:123456789012:activity:pick", #""HeartbeatSeconds":10"#)
        let answer = Signal<(any Error)?>()
        runtime.poll(activity: "pick", holdsTime: false) { task in
            guard let token = (try? task.get())?.token else { return }
            runtime.schedule(after: .seconds(10)) { runtime.send(.heartbeat, token: token) { answer.send($0) } }
        }
        let run = try await runtime.run(machine)
        #expect(run.stopTime - run.startTime == 10_000)
        #expect(await answer.value() as? RuntimeError == .taskTimedOut)
    }

    @Test("TimeoutSeconds of the whole execution ends it as TIMED_OUT")
    func executionTimeout() async throws {
        let machine = try machine(#""Pause":{"Type":"Wait","Seconds":100,"End":true}"#, startAt: "Pause", timeout: 60)
        let run = try await Runtime(clock: .virtual()).run(machine)
        #expect(run.status == .timedOut)
        #expect(run.stopTime - run.startTime == 60_000)
        #expect(run.history.last?.type == "ExecutionTimedOut")
    }

    @Test("a manual clock does what is due on the way and stops where it was told to")
    func manual() async throws {
        let time = ManualTime(startingAt: 1_000_000)
        let seen = Log<String>()
        let runtime = try Runtime(clock: .manual(time)) { event in
            if case .stateEntered(let place) = event.kind { seen.append("\(place.state) at \(event.time - 1_000_000)") }
        }
        let machine = try machine(
            #""A":{"Type":"Wait","Seconds":10,"Next":"B"},"B":{"Type":"Wait","Seconds":10,"Next":"C"},"C":{"Type":"Succeed"}"#,
            startAt: "A")
        let execution = try await runtime.start(machine)
        await time.advance(by: .seconds(15))
        #expect(seen.all == ["A at 0", "B at 10000"])
        #expect(time.now == 1_015_000)
        await time.advance(by: .seconds(5))
        #expect(seen.all == ["A at 0", "B at 10000", "C at 20000"])
        let run = try await runtime.finished(execution)
        #expect(run.path == ["A", "B", "C"])
    }

    @Test("a scaled clock passes the scaled time")
    func scaled() async throws {
        let machine = try machine(#""Pause":{"Type":"Wait","Seconds":3600,"End":true}"#, startAt: "Pause")
        let run = try await Runtime(clock: .scaled(by: 360_000)).run(machine)
        #expect(run.stopTime - run.startTime >= 3_600_000)
    }

    @Test("virtual time stands still while a closure has not answered")
    func closureHoldsTime() async throws {
        let machine = try machine(
            """
            "Both":{"Type":"Parallel","End":true,"Branches":[
              {"StartAt":"Work","States":{"Work":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:work","End":true}}},
              {"StartAt":"Pause","States":{"Pause":{"Type":"Wait","Seconds":1000,"End":true}}}]}
            """, startAt: "Both")
        let runtime = try Runtime(
            functions: [
                "work": .closure { (input: JSONValue, _) in
                    for _ in 0..<50 { await Task.yield() }
                    return input
                }
            ], clock: .virtual())
        let run = try await runtime.run(machine)
        #expect(run.instants(of: "LambdaFunctionSucceeded") == [0])
        #expect(run.instants(of: "WaitStateExited") == [1_000_000])
    }

    @Test("a function that does not answer within the real limit is a fault of the run")
    func unanswered() async throws {
        var options = RuntimeOptions()
        options.invocationLimit = .milliseconds(20)
        let runtime = try Runtime(
            functions: ["work": .closure { (_: JSONValue, _) in try await Task.sleep(for: .seconds(600)) }], clock: .virtual(),
            options: options)
        await #expect(throws: RuntimeError.unanswered(execution: "slow", state: "Do", seconds: 0.02)) {
            try await runtime.run(try taskMachine(), name: "slow")
        }
        // The execution is as it was: resumed, its task is in doubt.
        let handle = try runtime.resume("slow")
        #expect(try await runtime.finished(handle).error == "States.TaskFailed")
    }

    @Test("a callback nobody answers ends at its deadline, because tokens do not hold virtual time")
    func tokensDoNotHold() async throws {
        let machine = try taskMachine(
            "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            #""TimeoutSeconds":86400,"Parameters":{"QueueUrl":"q","MessageBody.$":"$$.Task.Token"}"#)
        let run = try await Runtime(functions: ["sqs:sendMessage": .returns(["MessageId": "m-1"])], clock: .virtual()).run(machine)
        #expect(run.error == "States.Timeout")
        #expect(run.stopTime - run.startTime == 86_400_000)
    }
}
