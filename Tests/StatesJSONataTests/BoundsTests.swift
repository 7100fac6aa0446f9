import Foundation
import StatesJSON
import StatesJSONata
import Testing

@Suite("Bounds of an evaluation")
struct BoundsTests {
    static let depth =
        "Stack overflow error: Check for non-terminating recursive function. "
        + "Consider rewriting as tail-recursive. Depth=101 max=100"
    static let memory = "Expression evaluation memory limit exceeded: Check for excessive memory usage"
    static let visits = "Expression evaluation limit exceeded: Check for excessive work or non-terminating recursive function"

    private func message(_ expression: String, _ bounds: Bounds? = nil, _ dialect: Dialect = .stepFunctions) throws -> String? {
        var world = NoWorld()
        let compiled = try JSONata(expression, dialect: dialect)
        do {
            _ = try compiled.evaluate(in: &world, bounds: bounds)
            return nil
        } catch {
            #expect(error.code.isEmpty)
            return error.message
        }
    }

    @Test("an operator, a bracket, a call and a path step nest one each, up to 100")
    func depthIsCounted() throws {
        let sum = { (terms: Int) in Array(repeating: "1", count: terms).joined(separator: "+") }
        #expect(try message(sum(100)) == nil)
        #expect(try message(sum(101)) == Self.depth)
        #expect(try message(String(repeating: "[", count: 100) + String(repeating: "]", count: 100)) == nil)
        #expect(try message(String(repeating: "[", count: 101) + String(repeating: "]", count: 101)) == Self.depth)
        // A lambda's level takes three: the condition, the product and the call.
        let factorial = { (n: Int) in "($f := function($n) { $n = 0 ? 1 : $n * $f($n - 1) }; $f(\(n)))" }
        #expect(try message(factorial(31)) == nil)
        #expect(try message(factorial(33)) == Self.depth)
    }

    @Test("what is nested too deeply but not reached does no harm")
    func depthCountsWhatIsEvaluated() throws {
        let deep = Array(repeating: "1", count: 150).joined(separator: "+")
        #expect(try message("true ? 1 : (\(deep))") == nil)
        #expect(try message("false and (\(deep))") == nil)
        #expect(try message("missing.(\(deep))") == nil)
        #expect(try message("$map([], function($x) { \(deep) })") == nil)
        #expect(try message("[1].(\(deep))") == Self.depth)
        #expect(try message("[1][\(deep)]") == Self.depth)
        #expect(try message("$map([1], function($x) { \(deep) })") == Self.depth)
    }

    @Test("tail calls nest nothing")
    func tailCalls() throws {
        #expect(try message("($f := function($n) { $n = 0 ? 0 : $f($n - 1) }; $f(20000))") == nil)
        #expect(try message("($f := function($n) { ($m := $n - 1; $n = 0 ? 0 : $f($m)) }; $f(20000))") == nil)
    }

    @Test("the memory tally ends where the service's does")
    func memoryIsCounted() throws {
        #expect(try message("$count([1..873782])") == nil)
        #expect(try message("$count([1..873783])") == Self.memory)
        #expect(try message("$count($range(1, 360145, 1))") == nil)
        #expect(try message("$count($range(1, 360146, 1))") == Self.memory)
        let double = { (times: Int) in "($d := function($s, $n) { $n = 0 ? $s : $d($s & $s, $n - 1) }; $length($d('x', \(times))))"
        }
        #expect(try message(double(22)) == nil)
        #expect(try message(double(23)) == Self.memory)
    }

    static let hostile = [
        "($f := function() { $f() }; $f())", "($f := function($n) { 1 + $f($n) }; $f(0))",
        "($f := function($x) { $map([1], $f) }; $f(0))",
        "($f := function() { [1].($f()) }; $f())", "($f := function() { [1][$f()] }; $f())",
        "($f := function() { [1, 2]^($f()) }; $f())",
        "($f := function() { {'a': $f()} }; $f())", "($f := function() { [1]{'a': $f()} }; $f())",
        "($f := function() { {'a': {}} ~> |a|$f()| }; $f())", "($f := function() { $f() & 'x' }; $f())",
        "($f := function($x) { $sort([1, 2], function($a, $b) { $f(1) }) }; $f(1))", "($f := function() { [1]@$x.($f()) }; $f())",
        "($f := function($x) { $replace('a', /a/, function($m) { $f(1) }) }; $f(1))",
        "($f := function($x) { $x ~> $f ~> $string }; $f(1))",
        "($f := function($x) { ($g := $f ~> $string; $g(1)) }; $f(1))", "($f := function($x) { $filter([1], $f) }; $f(0))",
        "$reduce([1..100000], function($a, $b) { [$a, $a] }, [1])", "$reduce([1..1000], function($a, $b) { $append($a, $a) }, [1])",
        "$reduce([1..1000], function($a, $b) { $a & $a }, 'x')",
        "$map([1..3000], function($x) { $map([1..3000], function($y) { $x }) })",
        "($g := function($a, $n) { $n = 0 ? $a : $g([[$a]], $n - 1) }; $g([], 5000))",
        "($g := function($a, $n) { $n = 0 ? $a : $g({'a': $a}, $n - 1) }; $g({}, 5000))",
        "($g := function($f, $n) { $n = 0 ? $f : $g($f ~> $string, $n - 1) }; $g($string, 5000)(1))",
        "[1..3000].[1..3000].$", "$contains('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', /^(a+)+$/)",
    ]

    @Test("a hostile expression ends in an error, the same one each time, on a small stack", arguments: hostile)
    func hostileExpression(_ text: String) throws {
        let expression = try JSONata(text)
        let bounds = Bounds(depth: 300, memory: 8 << 20, visits: 400_000)
        let first = SmallThread.error(of: expression, bounds)
        #expect(first != nil)
        #expect(first?.code == "")
        #expect(SmallThread.error(of: expression, bounds) == first)
    }

    @Test("chains of functions of any length are let go of without recursion")
    func longChains() throws {
        let chain = "($g := function($f, $n) { $n = 0 ? $f : $g(function() { $f() }, $n - 1) }; $g(function() { 1 }, 20000)())"
        let partial = "($g := function($f, $n) { $n = 0 ? $f : $g($f(?), $n - 1) }; $g($string, 20000)(1))"
        for text in [chain, partial] {
            let expression = try JSONata(text)
            let error = SmallThread.error(of: expression, Bounds(depth: 100, memory: 64 << 20, visits: 10_000_000))
            #expect(error == nil, "\(text)")
        }
    }

    @Test("an expression nested as deeply as the parser allows compiles or is refused on a small stack")
    func deepExpressions() throws {
        let shapes = [
            ("(", ")"), ("[", "]"), ("a[", "]"), ("a.(", ")"), ("1+(", ")"), ("-(", ")"), ("{'a':", "}"), ("$f(", ")"),
            ("a^(", ")"),
        ]
        for (open, close) in shapes {
            for levels in [20, 100, 160, 300] {
                let text = String(repeating: open, count: levels) + "1" + String(repeating: close, count: levels)
                SmallThread.run {
                    guard let expression = try? JSONata(text) else { return }
                    _ = try? expression.evaluate()
                }
            }
        }
    }
}

/// A world with nothing in it.
struct NoWorld: Environment {
    var now: Int64 { 0 }

    func variable(_ name: String) -> JSONValue? { nil }

    mutating func randomBits() -> UInt64 { 0 }
}

/// A thread with the smallest stack that threads commonly have.
enum SmallThread {
    static func run(_ work: @escaping @Sendable () -> Void) {
        let done = DispatchSemaphore(value: 0)
        let thread = Thread {
            work()
            done.signal()
        }
        thread.stackSize = 512 << 10
        thread.start()
        done.wait()
    }

    /// What evaluating ends in.
    static func error(of expression: JSONata, _ bounds: Bounds) -> JSONataError? {
        let box = Box()
        run {
            var world = NoWorld()
            do throws(JSONataError) { _ = try expression.evaluate(in: &world, bounds: bounds) } catch { box.error = error }
        }
        return box.error
    }

    /// `@unchecked Sendable`: written by the thread before it signals and read after that.
    private final class Box: @unchecked Sendable {
        var error: JSONataError?
    }
}
