import Foundation
import StatesJSON
import Synchronization
import Testing

@testable import StatesJSONata

/// Hostile texts end in a tree or an error, soon, on a small stack.
@Suite("Bounds of parsing")
struct ParserBoundsTests {
    /// Texts that nest or repeat something that often.
    private static let shapes: [@Sendable (Int) -> String] = [
        { String(repeating: "(", count: $0) + "1" + String(repeating: ")", count: $0) },
        { String(repeating: "[", count: $0) + "1" + String(repeating: "]", count: $0) },
        { String(repeating: "a[", count: $0) + "1" + String(repeating: "]", count: $0) },
        { String(repeating: "{'a':", count: $0) + "1" + String(repeating: "}", count: $0) },
        { String(repeating: "a{'a':", count: $0) + "1" + String(repeating: "}", count: $0) },
        { String(repeating: "$f(", count: $0) + "1" + String(repeating: ")", count: $0) },
        { String(repeating: "λ($x){", count: $0) + "1" + String(repeating: "}", count: $0) },
        { String(repeating: "a^(", count: $0) + "1" + String(repeating: ")", count: $0) },
        { String(repeating: "|a|", count: $0) + "1" + String(repeating: "|", count: $0) },
        { String(repeating: "a ? b : ", count: $0) + "1" },
        { "a" + String(repeating: " ? a", count: $0) },
        { String(repeating: "$a := ", count: $0) + "1" },
        { String(repeating: "-", count: $0) + "a" },
        { "1" + String(repeating: " + 1", count: $0) },
        { "a" + String(repeating: ".a", count: $0) },
        { "a" + String(repeating: "[1]", count: $0) },
        { "a" + String(repeating: "#$i", count: $0) },
        { "a" + String(repeating: "^(b)", count: $0) },
        { "$f" + String(repeating: "()", count: $0) },
        { String(repeating: "(", count: $0) + "a" + String(repeating: ")", count: $0) + ".%" },
    ]
    private static let depth = Parser.nestingLimit - 2

    /// What something answers on a thread of 512 KB.
    private func onSmallStack<Answer: Sendable>(_ body: @escaping @Sendable () -> Answer) -> Answer? {
        let run = Run(body: body)
        let thread = Thread { run.perform() }
        thread.stackSize = 512 << 10
        thread.start()
        run.done.wait()
        return run.answer.withLock { $0 }
    }

    private final class Run<Answer: Sendable>: Sendable {
        let body: @Sendable () -> Answer
        let answer = Mutex<Answer?>(nil)
        let done = DispatchSemaphore(value: 0)

        init(body: @escaping @Sendable () -> Answer) { self.body = body }

        func perform() {
            let found = body()
            answer.withLock { $0 = found }
            done.signal()
        }
    }

    @Test("the deepest expressions are read and let go on a stack of 512 KB", arguments: shapes.indices)
    func deepest(shape: Int) {
        let text = Self.shapes[shape](Self.depth)
        let error = onSmallStack { () -> String in
            do throws(JSONataError) {
                let tree = try Parser.parse(text)
                return references(in: tree).count >= 0 ? "" : "none"
            } catch {
                return error.line
            }
        }
        #expect(error == "")
    }

    @Test("deeper ones end in an error", arguments: shapes.indices)
    func tooDeep(shape: Int) {
        let error = onSmallStack { [Self.depth + 3, 100_000].map { parsed(Self.shapes[shape]($0)) } }
        #expect(error?.allSatisfy { $0.hasSuffix("Expression is nested too deeply") } == true)
    }

    @Test(
        "long flat texts are read in time that grows with their length",
        arguments: [
            ("[", "1,", "1]"), ("$f(", "%.%,", "1)"), ("a.b.c.($f(", "%.%,", "1))"), ("a", "[]", ""), ("", "/**/", "1"),
            ("λ(", "$x,", "$y){1}"),
            ("λ($x)<", "a", ">{1}"), ("λ($x)", "<", ""), ("(", "$a := λ(){$a};", "1)"), ("[", "a[%.x],", "1]"), ("/", #"a\/"#, "/"),
            ("'", #"\\"#, ""), ("", "'a'", ""), ("{", "a:b,", "c:d}"), ("`", "a", "`"), ("/", "(", ""), ("|", "|", "|"),
            ("", "é😀", "\""),
        ])
    func long(start: String, piece: String, end: String) {
        for count in [10, 10_000] {
            let text = start + String(repeating: piece, count: count) + end
            if let tree = try? Parser.parse(text) { #expect(references(in: tree).count <= 3 * count + 3) }
        }
    }

    @Test("a text beyond the limit is refused unread")
    func tooLong() {
        let text = String(repeating: " ", count: Parser.textLimit) + "1"
        #expect(parsed(text) == "@- Expression is longer than 1048576 bytes")
    }
}
