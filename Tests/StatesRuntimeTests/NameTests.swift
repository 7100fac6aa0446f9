import StatesJSON
import StatesKernel
import StatesLanguage
import StatesRuntime
import Testing

@Suite("Names, inputs and stopping")
struct NameTests {
    private static func waiting(_ type: MachineType = .standard) throws -> StateMachine {
        try machine(#""Pause":{"Type":"Wait","Seconds":60,"End":true}"#, startAt: "Pause", type: type)
    }

    @Test("the same name with an equal input attaches to the execution while it runs")
    func attach() async throws {
        let time = ManualTime()
        let runtime = try Runtime(clock: .manual(time))
        let machine = try Self.waiting()
        let first = try await runtime.start(machine, name: "n", input: ["a": 1, "b": 2])
        await time.advance(by: .seconds(10))
        var again = StartRequest(machine, name: "n", inputText: #"{ "b": 2, "a": 1.0 }"#)
        again.keepsHistory = true
        let second = try await runtime.start(again)
        #expect(first == second)
        await #expect(throws: RuntimeError.executionAlreadyExists(arn: first.arn)) {
            try await runtime.start(machine, name: "n", input: ["a": 2])
        }
        await time.advance(by: .seconds(50))
        #expect(try await runtime.finished(second).status == .succeeded)
    }

    @Test("a name stays taken when its execution has ended")
    func taken() async throws {
        let runtime = try Runtime(clock: .virtual())
        let machine = try Self.waiting()
        let run = try await runtime.run(machine, name: "n")
        await #expect(throws: RuntimeError.executionAlreadyExists(arn: run.arn)) { try await runtime.run(machine, name: "n") }
        #expect(
            try await runtime.run(try StateMachine(definition: machine.definition, name: "other"), name: "n").status == .succeeded)
    }

    @Test("many starts of one name at once are one execution")
    func race() async throws {
        let time = ManualTime()
        let runtime = try Runtime(clock: .manual(time))
        let machine = try Self.waiting()
        let handles = try await withThrowingTaskGroup(of: ExecutionHandle.self) { group in
            for _ in 0..<50 { group.addTask { try await runtime.start(machine, name: "n") } }
            return try await group.reduce(into: Set<ExecutionHandle>()) { $0.insert($1) }
        }
        #expect(handles.count == 1)
        #expect(try runtime.list().count == 1)
    }

    @Test("Express executions may share a name")
    func express() async throws {
        let runtime = try Runtime(clock: .virtual())
        let machine = try Self.waiting(.express)
        let one = try await runtime.run(machine, name: "n")
        let two = try await runtime.run(machine, name: "n")
        #expect(one.name == two.name)
        #expect(one.arn != two.arn)
        #expect(one.arn.hasPrefix("arn:aws:states:us-east-1:123456789012:express:test:n:"))
    }

    @Test("names that AWS refuses", arguments: ["", "a b", "a/b", "a:b", "a*", String(repeating: "x", count: 81), "a\u{7F}", "#"])
    func invalid(_ name: String) async throws {
        let runtime = try Runtime()
        await #expect(throws: RuntimeError.invalidName(name)) { try await runtime.run(try Self.waiting(), name: name) }
    }

    @Test("an input must be JSON of at most 262,144 bytes, and is kept as it was written")
    func input() async throws {
        let runtime = try Runtime(clock: .virtual())
        let machine = try Self.waiting()
        for text in ["", "{", "not json", "\"\(String(repeating: "x", count: 262_143))\""] {
            await #expect(throws: RuntimeError.self) { try await runtime.run(StartRequest(machine, inputText: text)) }
        }
        let run = try await runtime.run(StartRequest(machine, inputText: " [1,  2] "))
        #expect(run.history.first?.details["input"] == " [1,  2] ")
        #expect(run.output == [1, 2])
    }

    @Test("region, account and role are options")
    func arns() async throws {
        var options = RuntimeOptions()
        options.region = "eu-west-1"
        options.account = "111111111111"
        options.roleArn = "arn:aws:iam::111111111111:role/r"
        let run = try await Runtime(clock: .virtual(), options: options).run(try Self.waiting(), name: "n")
        #expect(run.arn == "arn:aws:states:eu-west-1:111111111111:execution:test:n")
        #expect(run.history.first?.details["roleArn"] == "arn:aws:iam::111111111111:role/r")
    }

    @Test("a stopped execution is ABORTED with what the caller said")
    func stop() async throws {
        let time = ManualTime()
        let runtime = try Runtime(clock: .manual(time))
        let execution = try await runtime.start(try Self.waiting(), name: "n")
        await time.advance(by: .seconds(5))
        try await runtime.stop("n", error: "Changed", cause: "my mind")
        let run = try await runtime.finished(execution)
        #expect(run.status == .aborted)
        #expect([run.error, run.cause] == ["Changed", "my mind"])
        #expect(run.stopTime - run.startTime == 5_000)
        try await runtime.stop(execution.arn)
        await #expect(throws: RuntimeError.executionDoesNotExist("x")) { try await runtime.stop("x") }
    }

    @Test("describe, list and history show how an execution stands")
    func look() async throws {
        let time = ManualTime()
        let runtime = try Runtime(clock: .manual(time))
        let execution = try await runtime.start(try Self.waiting(), name: "n", input: 7)
        await time.settle()
        let running = try await runtime.describe("n")
        #expect(running.status == .running)
        #expect(running.waiting.map(\.state) == ["Pause"])
        #expect(running.waiting.map(\.reason) == [.time])
        #expect(running.waiting.map(\.due) == [execution.startTime + 60_000])
        #expect(try runtime.history(of: "n").map(\.type) == ["ExecutionStarted", "WaitStateEntered"])
        #expect(try runtime.list().map(\.status) == [.running])
        await time.advance(by: .seconds(60))
        let ended = try await runtime.describe(execution.arn)
        #expect(ended.status == .succeeded)
        #expect(ended.output == "7")
        #expect(ended.transitions == 1)
        #expect(ended.stopTime == execution.startTime + 60_000)
        #expect(try runtime.history(of: "n").map(\.type).last == "ExecutionSucceeded")
        #expect(try runtime.list().map(\.status) == [.succeeded])
    }

    @Test("the blocking way gives the same run")
    func blocking() throws {
        let run = try Runtime(clock: .virtual()).runAndWait(StartRequest(try Self.waiting(), name: "n"))
        #expect(run.status == .succeeded)
        #expect(run.path == ["Pause"])
    }
}
