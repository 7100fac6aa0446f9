import Foundation
import Stepwell
import Testing

/// The README's Swift examples, which are one program. Between the marks it stands here as it stands there, but for the path.
@Suite("README")
struct ReadmeTests {
    @Test("the Swift examples are those that are tested here, and do what their comments say")
    func swiftExample() async throws {
        let root = Example.home.deletingLastPathComponent()
        let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
        let shown = readme.components(separatedBy: "```swift\n").dropFirst().compactMap { $0.components(separatedBy: "```").first }
            .joined()
        let source = try String(contentsOfFile: #filePath, encoding: .utf8)
        let tested = try #require(
            source.components(separatedBy: "// example begins\n").dropFirst().first?.components(
                separatedBy: "        // example ends"
            )
            .first)
        let example = Self.lines(shown).filter { $0 != "import Stepwell" }
        let test = Self.lines(tested).map { $0.replacing("Self.saga", with: "\"StateMachines/order-saga\"") }
        #expect(example == test)
        #expect(try await Self.run() == Self.comments(in: shown))
    }

    static let saga = Example("order-saga").directory

    /// What the example prints.
    static func run() async throws -> [String] {
        var printed: [String] = []
        func print(_ items: Any...) { printed.append(items.map { "\($0)" }.joined(separator: " ")) }
        // example begins
        struct Order: Codable { var orderId: Int }
        struct Reservation: Codable { var reservation: String }

        let machine = try StateMachine(contentsOf: Self.saga)
        let runtime = try Runtime(
            functions: [
                "reserve": .closure { (order: Order, _) in Reservation(reservation: "r-\(order.orderId)") },
                "charge": .closure { (_: Order, task) in throw TaskFailure("Card.Declined", cause: "attempt \(task.attempt)") },
                "*": .returns([:]),
            ], clock: .virtual())
        let order: JSONValue = ["orderId": 7, "items": ["lamp"], "amount": 59.9, "card": "visa", "address": "1 Harbour Road"]
        let run = try await runtime.run(machine, name: "order-7", input: order)

        print(run.status, run.error ?? "", run.cause ?? "")  // failed Card.Declined attempt 1
        print(run.path.suffix(3))  // ["CancelCourier", "Release", "OrderFailed"]
        if let cost = run.cost(in: "us-east-1") { print(cost) }  // $0.00015 us-east-1, prices of 2025-08-01
        // example ends
        return printed
    }

    private static func lines(_ text: String) -> [String] {
        text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    private static func comments(in text: String) -> [String] {
        lines(text).filter { $0.contains("print(") }.compactMap { $0.components(separatedBy: "  // ").last }
    }
}
