import Stepwell
import Testing

/// One machine in both query languages.
@Suite("twins in two languages")
struct TwinTests {
    static let jsonata = Example("two-languages")
    static let jsonPath = Example("two-languages", name: "two-languages-jsonpath")

    @Test("JSONata and JSONPath come to the same end by the same states", arguments: ["default", "far", "empty", "stranger"])
    func sameEnd(input: String) async throws {
        let runs = try await [run(Self.jsonata, input), run(Self.jsonPath, input)]
        #expect(runs[0].status == runs[1].status)
        #expect(runs[0].output == runs[1].output)
        #expect(runs[0].error == runs[1].error)
        #expect(runs[0].cause == runs[1].cause)
        #expect(runs[0].stopTime == runs[1].stopTime)
        // JSONPath cannot multiply and asks a function.
        #expect(runs[0].path == runs[1].path.filter { $0 != "HowLong" })
    }

    @Test("a quote is made, by agreement where a parcel is too heavy")
    func quote() async throws {
        #expect(
            try await run(Self.jsonata, "default").output == [
                "title": "3 parcels to Finland for Ada", "price": 50,
                "parcels": [
                    ["id": "books", "price": 48], ["id": "piano", "price": 0, "reason": "Prices.TooHeavy"],
                    ["id": "lamp", "price": 8],
                ],
                "checked": false,
            ])
    }

    @Test("somebody looks for a minute at each parcel over the limit")
    func overTheLimit() async throws {
        let run = try await run(Self.jsonata, "far")
        #expect(run.output?["checked"] == true)
        #expect(run.stopTime == run.startTime + 61_000)
    }

    @Test("the history shows the same variables")
    func variables() async throws {
        func assigned(_ run: Run) -> [JSONValue] { run.history.compactMap { $0.details["assignedVariables"] } }
        let expected: [JSONValue] = [
            ["country": "\"Finland\"", "limit": "200"], ["name": "\"Ada\""], ["checked": "false"],
        ]
        #expect(try await assigned(run(Self.jsonata, "default")) == expected)
        #expect(try await assigned(run(Self.jsonPath, "default")) == expected)
    }

    /// Runs it on virtual time, with the functions of the folder as closures.
    private func run(_ example: Example, _ input: String) async throws -> Run {
        let runtime = try Runtime(functions: Self.functions, clock: .virtual(), seed: 1)
        defer { runtime.close() }
        return try await runtime.run(StartRequest(try example.machine(), input: try example.input(input)))
    }

    private static let functions: FunctionTable = [
        "customer": .closure { (request: JSONValue, task) -> JSONValue in
            switch request["customer"] {
            case "c-3": return ["name": "Ada", "level": "gold", "since": 2019]
            case "c-7" where task.attempt == 1: throw TaskFailure("Customers.Busy", cause: "try again")
            case "c-7": return ["name": "Grace", "level": "plain", "since": 2024]
            default: throw TaskFailure("Customers.Unknown", cause: "nobody has this number")
            }
        },
        "price": .closure { (request: JSONValue, _) -> JSONValue in
            let kg = request["kg"]?.number?.exactInteger ?? 0
            let rate: Int64 = request["country"] == "Finland" ? 4 : 9
            if kg > 30 { throw TaskFailure("Prices.TooHeavy", cause: "\(kg) kg") }
            return ["id": request["id"] ?? .null, "price": .number(.integer(kg * rate)), "rate": .number(.integer(rate))]
        },
        "total": .closure { (request: JSONValue, _) -> JSONValue in
            if request["level"] == "none" { throw TaskFailure("Totals.Refused", cause: "strangers pay first") }
            let sum = (request["parcels"]?.array ?? []).reduce(0) { $0 + ($1["price"]?.number?.exactInteger ?? 0) }
            return ["price": .number(.integer(request["level"] == "gold" ? sum * 9 / 10 : sum))]
        },
        "seconds": .closure { (request: JSONValue, _) -> JSONValue in
            ["seconds": .number(.integer(60 * (request["parcels"]?.number?.exactInteger ?? 0)))]
        },
    ]
}
