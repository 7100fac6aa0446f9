import StatesJSON
import StatesKernel
import StatesRuntime
import Testing

@Suite("Functions in Swift")
struct ClosureTests {
    struct Order: Codable { var id: Int }
    struct Reservation: Codable { var id: String }

    @Test("a saga runs as the library's own example shows it")
    func example() async throws {
        let machine = try machine(
            """
            "Reserve":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:reserve","ResultPath":"$.reservation","Next":"Charge"},
            "Charge":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:charge",
              "Retry":[{"ErrorEquals":["Card.Declined"],"IntervalSeconds":1,"MaxAttempts":2}],
              "Catch":[{"ErrorEquals":["States.ALL"],"ResultPath":"$.error","Next":"Release"}],"End":true},
            "Release":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:release","Next":"OrderFailed"},
            "OrderFailed":{"Type":"Fail","ErrorPath":"$.error.Error","CausePath":"$.error.Cause"}
            """, startAt: "Reserve")
        let runtime = try Runtime(
            functions: [
                "reserve": .closure { (order: Order, _) in Reservation(id: "r-\(order.id)") },
                "charge": .closure { (_: Order, task) in throw TaskFailure("Card.Declined", cause: "attempt \(task.attempt)") },
                "release": .closure { (input: JSONValue, _) in input },
            ], clock: .virtual())
        let run = try await runtime.run(machine, name: "order-7", input: ["id": 7])
        #expect(run.status == .failed)
        #expect("\(run.status)" == "failed")
        #expect(run.path == ["Reserve", "Charge", "Release", "OrderFailed"])
        #expect(run.error == "Card.Declined")
        #expect(run.cause == "attempt 3")
        #expect(run.transitions == 6)
        #expect(run.name == "order-7")
        #expect(run.arn == "arn:aws:states:us-east-1:123456789012:execution:test:order-7")
    }

    @Test("what a function is told about its task")
    func call() async throws {
        let calls = Log<TaskCall>()
        let machine = try taskMachine(
            "arn:aws:lambda:us-east-1:123456789012:function:work:prod",
            #""TimeoutSeconds":30,"Retry":[{"ErrorEquals":["Again"],"IntervalSeconds":2}]"#, name: "caller")
        let runtime = try Runtime(
            functions: [
                "work:prod": .closure { (_: JSONValue, call) -> Int in
                    calls.append(call)
                    guard call.attempt > 1 else { throw TaskFailure("Again") }
                    return call.attempt
                }
            ], clock: .virtual())
        let run = try await runtime.run(machine, name: "one")
        #expect(run.output == 2)
        let all = calls.all
        #expect(all.map(\.attempt) == [1, 2])
        #expect(all.map(\.invocation) == [0, 1])
        #expect(all.map(\.state) == ["Do", "Do"])
        #expect(all.map(\.executionName) == ["one", "one"])
        #expect(all.map(\.machineName) == ["caller", "caller"])
        #expect(all.map { ($0.deadline ?? 0) - run.startTime } == [30_000, 32_000])
        #expect(Set(all.map(\.idempotencyKey)) == ["\(run.arn)#2"])
        #expect(all.map(\.token) == [nil, nil])
    }

    struct Surprise: Error, CustomStringConvertible { var description: String { "nobody saw it coming" } }

    @Test("any other error fails the task by the name of its type")
    func otherErrors() async throws {
        let runtime = try Runtime(functions: ["work": .closure { (_: JSONValue, _) in throw Surprise() }])
        let run = try await runtime.run(try taskMachine())
        #expect(run.error == "Surprise")
        #expect(run.cause == "nobody saw it coming")
    }

    @Test("an input that does not fit fails the task")
    func badInput() async throws {
        let runtime = try Runtime(functions: ["work": .closure { (order: Order, _) in order }])
        let run = try await runtime.run(try taskMachine(), input: ["id": "seven"])
        #expect(run.error == "DecodingError")
        #expect(run.cause?.contains("expected a number, found string") == true)
    }

    @Test("a closure that returns nothing answers null")
    func void() async throws {
        let runtime = try Runtime(functions: ["work": .closure { (_: Order, _) in await Task.yield() }])
        #expect(try await runtime.run(try taskMachine(), input: ["id": 1]).output == .null)
    }

    @Test("a closure is cancelled when nobody waits for it any more")
    func cancellation() async throws {
        let begun = Signal<Bool>()
        let cancelled = Signal<Bool>()
        let runtime = try Runtime(
            functions: [
                "work": .closure { (_: JSONValue, _) in
                    begun.send(true)
                    do {
                        try await Task.sleep(for: .seconds(600))
                    } catch {
                        cancelled.send(Task.isCancelled)
                        throw error
                    }
                }
            ], clock: .virtual())
        let execution = try await runtime.start(try taskMachine())
        _ = await begun.value()
        try await runtime.stop(execution.name)
        #expect(await cancelled.value())
        #expect(try await runtime.finished(execution).status == .aborted)
    }

    @Test("lambda:invoke wraps the answer in the service's envelope and unwraps the payload")
    func envelope() async throws {
        let machine = try taskMachine(
            "arn:aws:states:::lambda:invoke",
            #""Parameters":{"FunctionName":"arn:aws:lambda:us-east-1:123456789012:function:double:live","Payload":{"n.$":"$.n"}}"#)
        let runtime = try Runtime(
            functions: ["double": .closure { (input: [String: Int], _) in ["n": (input["n"] ?? 0) * 2] }], seed: 1)
        let output = try #require(try await runtime.run(machine, input: ["n": 21]).output)
        #expect(output["Payload"] == ["n": 42])
        #expect(output["ExecutedVersion"] == "live")
        #expect(output["StatusCode"] == 200)
        #expect(output.object?.names == ["ExecutedVersion", "Payload", "SdkHttpMetadata", "SdkResponseMetadata", "StatusCode"])
        let again = try await Runtime(
            functions: ["double": .closure { (input: [String: Int], _) in ["n": (input["n"] ?? 0) * 2] }], seed: 1
        ).run(machine, input: ["n": 21])
        #expect(again.output == output)
    }

    @Test("forty tasks run at once, each waiting for all others to begin", .timeLimit(.minutes(1)))
    func manyAtOnce() async throws {
        let machine = try machine(
            """
            "Each":{"Type":"Map","ItemsPath":"$.items","MaxConcurrency":40,"End":true,"ItemProcessor":{"StartAt":"Do","States":{
              "Do":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:work","End":true}}}}
            """, startAt: "Each")
        let begun = Log<Int>()
        let allBegun = Signal<Bool>()
        let runtime = try Runtime(
            functions: [
                "work": .closure { (input: Int, _) in
                    begun.append(input)
                    if begun.all.count == 40 { allBegun.send(true) }
                    _ = await allBegun.value()
                    return input
                }
            ])
        let items: JSONValue = .array((0..<40).map { .integer($0) })
        let run = try await runtime.run(machine, input: ["items": items])
        #expect(run.output == items)
    }
}

@Suite("Room for tasks")
struct GateTests {
    private static let definition = """
        "Each":{"Type":"Map","MaxConcurrency":3,"End":true,"ItemProcessor":{"StartAt":"Do","States":{
          "Do":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:1:function:work","TimeoutSeconds":20,"End":true,
                "Catch":[{"ErrorEquals":["States.Timeout"],"Next":"Late"}]},
          "Late":{"Type":"Pass","Result":"late","End":true}}}}
        """

    @Test("a task that waits for room is not started, times out like any other, and leaves its place")
    func timeoutWhileWaiting() async throws {
        let begun = Signal<Bool>()
        let freed = Signal<Bool>()
        let work = Function.closure { (input: Int, _) in
            if input == 0 {
                begun.send(true)
                _ = await freed.value()
            }
            return input
        }.limited(to: 1)
        // Another runtime has taken the room, so nothing holds this one's virtual time.
        let other = try Runtime(functions: ["work": work])
        let holding = try await other.start(try taskMachine(), input: 0)
        _ = await begun.value()
        let machine = try machine(Self.definition, startAt: "Each")
        let runtime = try Runtime(functions: ["work": work], clock: .virtual())
        let run = try await runtime.run(machine, input: [1, 2, 3])
        #expect(run.output == ["late", "late", "late"])
        #expect(run.stopTime - run.startTime == 20_000)
        #expect(run.history.filter { $0.type == "LambdaFunctionStarted" }.isEmpty)
        freed.send(true)
        #expect(try await other.finished(holding).output == 0)
        // Those who had given up were let in and went away again.
        #expect(try await runtime.run(machine, input: [4]).status == .succeeded)
    }

    @Test("room goes to the tasks in the order in which they came")
    func order() async throws {
        let machine = try machine(Self.definition, startAt: "Each")
        let calls = Log<Int>()
        let runtime = try Runtime(
            functions: [
                "work": Function.closure { (input: Int, _) in
                    calls.append(input)
                    await Task.yield()
                    return input * 2
                }.limited(to: 1)
            ], clock: .virtual())
        let run = try await runtime.run(machine, input: [1, 2, 3])
        #expect(run.output == [2, 4, 6])
        #expect(calls.all == [1, 2, 3])
    }
}
