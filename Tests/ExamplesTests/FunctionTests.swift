#if YAML
    import Foundation
    import Stepwell
    import Testing

    /// The examples with their real functions: commands, started for real while time is virtual.
    @Suite("examples with their functions")
    struct FunctionTests {
        func run(_ example: Example, input: String = "default") async throws -> Run {
            var options = RuntimeOptions()
            options.functionsFile = try example.functions()
            let runtime = try Runtime(clock: .virtual(), seed: 1, options: options)
            defer { runtime.close() }
            return try await runtime.run(StartRequest(try example.machine(), input: try example.input(input)))
        }

        @Test("an order is shipped")
        func shipped() async throws {
            let run = try await run(Example("order-saga"))
            #expect(run.status == .succeeded)
            #expect(run.output == ["orderId": 7, "paid": 59.9, "tracking": "t-7"])
        }

        @Test("a declined card is undone in reverse order, and the order fails with the original error")
        func declined() async throws {
            let run = try await run(Example("order-saga"), input: "declined")
            #expect(run.error == "Card.Declined")
            #expect(run.attempts(of: "Charge") == 3)
            #expect(run.path.suffix(3) == ["CancelCourier", "Release", "OrderFailed"])
        }

        @Test("an unknown address undoes everything, the payment first")
        func unknownAddress() async throws {
            let run = try await run(Example("order-saga"), input: "unknown-address")
            #expect(run.error == "Courier.AddressUnknown")
            #expect(run.attempts(of: "Ship") == 1)
            #expect(run.path.suffix(4) == ["Refund", "CancelCourier", "Release", "OrderFailed"])
        }

        @Test("a job is asked until it is done, or until patience ends")
        func polling() async throws {
            let done = try await run(Example("polling-loop"))
            #expect(done.output == ["id": "j-1", "status": "DONE", "asked": 3])
            let gaveUp = try await run(Example("polling-loop"), input: "impatient")
            #expect(gaveUp.error == "Job.TooSlow")
        }

        @Test("retries end in a result")
        func retries() async throws {
            let run = try await run(Example("retry-showcase"))
            #expect(run.output == ["imported": 314])
            #expect(run.attempts(of: "Import") == 4)
        }

        @Test("malformed work is parked")
        func parked() async throws {
            let run = try await run(Example("dead-letter"))
            #expect(run.output == ["message": "m-1"])
        }

        @Test("an offer is put together; an item without a price does not stop it")
        func offer() async throws {
            let run = try await run(Example("fan-out"))
            #expect(
                run.output == [
                    "title": "Offer for Ada: 4 lines",
                    "lines": [
                        ["sku": "lamp", "price": 49.9], ["sku": "bulb", "price": 5], ["sku": "unicorn", "price": "on request"],
                        ["sku": "cable", "price": 9.5],
                    ],
                ])
            let empty = try await self.run(Example("fan-out"), input: "empty")
            #expect(empty.error == "Offer.Empty")
        }
    }
#endif
