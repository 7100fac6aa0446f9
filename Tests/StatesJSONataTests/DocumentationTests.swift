import Foundation
import StatesJSON
import StatesJSONata
import Testing

// What the documentation shows as an environment.
struct World: Environment {
    var now: Int64 = 1_709_209_815_250
    var draws: UInt64 = 0

    func variable(_ name: String) -> JSONValue? { name == "limit" ? 10 : nil }

    mutating func randomBits() -> UInt64 {
        draws &+= 0x9E37_79B9_7F4A_7C15
        return draws
    }
}

@Suite("The documentation's examples")
struct DocumentationTests {
    @Test("evaluating")
    func overview() throws {
        let total = try JSONata("$sum(orders.(price * quantity))")
        let input = try JSONValue(parsing: #"{"orders": [{"price": 2, "quantity": 3}, {"price": 1, "quantity": 4}]}"#)
        let sum = try total.evaluate(input)  // 10
        #expect(sum == 10)

        let greeting = try JSONata(#"$greeting & ", " & name & "!""#)
        let text = try greeting.evaluate(["name": "Ann"], variables: ["greeting": "Hello"])  // "Hello, Ann!"
        let nothing = try JSONata("missing.member").evaluate(["name": "Ann"])  // nil
        #expect(text == "Hello, Ann!")
        #expect(nothing == nil)
    }

    @Test("the world outside")
    func environment() throws {
        var world = World()
        let outcome = try JSONata("$limit + $count($now())").evaluate(in: &world)  // .value(11)
        #expect(outcome == .value(11))
    }

    @Test("errors")
    func errors() throws {
        do throws(JSONataError) {
            _ = try JSONata("1 + name").evaluate(["name": "Ann"])
        } catch {
            print(error.code)  // T2002
            print(error.message)  // The right side of the "+" operator must evaluate to a number
            print(error.position ?? 0)  // 3
            #expect(error.code == "T2002")
            #expect(error.message == #"The right side of the "+" operator must evaluate to a number"#)
            #expect(error.position == 3)
        }
    }

    @Test("references")
    func references() throws {
        let names = try JSONata("$states.input.price * factor").references.map(\.kind)
        // [.variable("states", members: ["input", "price"]), .topLevelName("factor")]
        #expect(names == [.variable("states", members: ["input", "price"]), .topLevelName("factor")])
    }

    @Test("dialects")
    func dialects() throws {
        let chunks = try JSONata("$partition([1..5], 2)", dialect: .stepFunctions).evaluate()  // [[1, 2], [3, 4], [5]]
        let infinite = try JSONata("1 / 0", dialect: .stepFunctions).evaluate()  // "Infinity"
        #expect(chunks == [[1, 2], [3, 4], [5]])
        #expect(infinite == "Infinity")
    }

    @Test("bounds")
    func bounds() throws {
        var small = Bounds.stepFunctions
        small.visits = 10_000
        var world = World()
        let endless = try JSONata("($f := function() { $f() }; $f())")
        let message: String
        do throws(JSONataError) {
            _ = try endless.evaluate(in: &world, bounds: small)
            message = ""
        } catch {
            message = error.message  // Expression evaluation limit exceeded: …
        }
        #expect(message.hasPrefix("Expression evaluation limit exceeded: "))
    }

    @Test("every line of every example is in this file, so that it is compiled")
    func examplesAreHere() throws {
        let here = URL(filePath: #filePath)
        let tested = Set(try lines(of: here))
        let pages = here.deletingLastPathComponent().appending(path: "../../Sources/StatesJSONata/StatesJSONata.docc")
            .standardizedFileURL
        var examples = 0
        for name in try FileManager.default.contentsOfDirectory(atPath: pages.path).sorted() where name.hasSuffix(".md") {
            var isCode = false
            for line in try lines(of: pages.appending(path: name)) {
                if line.hasPrefix("```") {
                    isCode = line == "```swift"
                    examples += isCode ? 1 : 0
                } else if isCode, !line.isEmpty {
                    #expect(tested.contains(line), "\(name): \(line)")
                }
            }
        }
        #expect(examples >= 7)
    }

    private func lines(of file: URL) throws -> [String] {
        try String(contentsOf: file, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.trimmingCharacters(in: .whitespaces) }
    }
}
