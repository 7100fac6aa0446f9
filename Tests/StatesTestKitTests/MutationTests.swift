#if YAML
    import StatesTemplates
    import StatesTestKit
    import Testing

    /// The shipped cases notice what people do wrong.
    @Suite("mutations")
    struct MutationTests {
        struct Example: Sendable, CustomStringConvertible {
            let name: String
            let definition: String
            let compensations: [String]

            var description: String { name }
            var testFile: String { "StateMachines/\(name)/\(name).test.yaml" }
            var path: String { "\(Repository.root)/StateMachines/\(name)/\(definition)" }

            func mutants() throws -> [Mutant] {
                let bytes = try Repository.bytes(path)
                let value = definition.hasSuffix(".json") ? try JSONValue(parsing: bytes) : try parseYAML(bytes).value
                return Mutation(of: value, swapping: compensations).mutants
            }
        }

        static let examples = [
            Example(name: "order-saga", definition: "order-saga.asl.json", compensations: ["Refund", "CancelCourier", "Release"]),
            Example(name: "callback-approval", definition: "callback-approval.asl.yaml", compensations: []),
        ]

        @Test("the shipped cases fail on every mutant of their example", arguments: examples)
        func everyMutantIsKilled(example: Example) throws {
            let mutants = try example.mutants()
            print("\(example): \(mutants.count) mutants")
            #expect(mutants.count >= 25)
            var survivors: [String] = []
            for mutant in mutants {
                // A mutant that is no valid definition is noticed too.
                guard let file = try? Repository.testFile(example.testFile, replacing: [example.path: mutant.definition]) else {
                    continue
                }
                if file.cases.allSatisfy({ file.run($0).hasPassed }) { survivors.append(mutant.description) }
            }
            #expect(survivors == [])
        }

        @Test("the cases pass on what was not changed", arguments: examples)
        func originalsPass(example: Example) throws {
            let file = try Repository.testFile(example.testFile)
            for name in file.caseNames { #expect(file.failure(of: name) == nil) }
        }
    }
#endif
