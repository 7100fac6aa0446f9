import StatesJSON
import StatesKernel
import StatesLanguage
import StatesRuntime
import Synchronization
import Testing

@Suite("Determinism")
struct DeterminismTests {
    private static let definition = """
        "Each":{"Type":"Map","ItemsPath":"$.items","MaxConcurrency":3,"Next":"Wait","ItemProcessor":{"StartAt":"Do","States":{
          "Do":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:1:function:f","Next":"Roll",
                "Retry":[{"ErrorEquals":["Busy"],"IntervalSeconds":2,"MaxAttempts":5,"JitterStrategy":"FULL"}]},
          "Roll":{"Type":"Pass","Parameters":{"r.$":"States.MathRandom(1, 1000000)","u.$":"States.UUID()"},"End":true}}}},
        "Wait":{"Type":"Wait","Seconds":0,"Next":"Both"},
        "Both":{"Type":"Parallel","End":true,"Branches":[
          {"StartAt":"P1","States":{"P1":{"Type":"Wait","Seconds":1,"Next":"T1"},
            "T1":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage","Parameters":{"QueueUrl":"q","MessageBody":"m"},"End":true}}},
          {"StartAt":"T2","States":{"T2":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:1:function:f","End":true,
            "Catch":[{"ErrorEquals":["Busy"],"Next":"P2"}]},"P2":{"Type":"Wait","Seconds":1,"End":true}}}]}
        """

    private static let functions: FunctionTable = [
        "f": .answers([
            .throws(error: "Busy"), .returns(1, after: .seconds(1)), .throws(error: "Busy", after: .seconds(1)), .returns(2),
        ]),
        "sqs:sendMessage": .returns(["MessageId": "m"]),
    ]

    /// All records of forty executions, as the journal has them.
    private func records(shards: Int, durably: Bool) async throws -> [[[UInt8]]] {
        var options = RuntimeOptions()
        options.shards = shards
        let memory = MemoryJournal()
        let choice: JournalChoice = durably ? .custom(memory) : JournalChoice(commitsAtOnce: true) { memory }
        let runtime = try Runtime(journal: choice, functions: Self.functions, clock: .virtual(), seed: 42, options: options)
        let machine = try machine(Self.definition, startAt: "Each")
        let requests = (0..<40).map { StartRequest(machine, input: ["items": .array((0...$0 % 7).map { .integer($0) })]) }
        let left = Atomic<Int>(requests.count)
        let done = Signal<Bool>()
        runtime.start(requests) { _, _ in if left.subtract(1, ordering: .relaxed).newValue == 0 { done.send(true) } }
        _ = await done.value()
        return try runtime.list(limit: 1_000).map(\.number).sorted().map { try memory.entries(of: $0, kind: .record) }
    }

    @Test("one, two and eight shards write the same bytes, whether a journal takes time or not")
    func shards() async throws {
        let reference = try await records(shards: 1, durably: false)
        #expect(reference.count == 40)
        #expect(reference.allSatisfy { $0.count > 20 })
        for (shards, durably) in [(1, true), (2, false), (2, true), (8, false), (8, true)] {
            #expect(try await records(shards: shards, durably: durably) == reference, "\(shards) shards")
        }
    }

    @Test("another seed gives other names and other chances")
    func seeds() async throws {
        let machine = try machine(#""Roll":{"Type":"Pass","Parameters":{"u.$":"States.UUID()"},"End":true}"#, startAt: "Roll")
        func run(_ seed: UInt64?) async throws -> Run { try await Runtime(clock: .virtual(), seed: seed).run(machine) }
        let (one, again, other) = (try await run(1), try await run(1), try await run(2))
        #expect(one.records == again.records)
        #expect(one.name != other.name)
        #expect(one.output != other.output)
        let (free, freer) = (try await run(nil), try await run(nil))
        #expect(free.name != freer.name)
        #expect(free.output != freer.output)
    }
}
