import StatesJSON

@testable import StatesJSONata

/// What an expression amounts to, as one text: its JSON, `nothing`, `a function`, or the error as the service prints it.
func outcome(of expression: String, _ input: JSONValue? = nil, dialect: Dialect = .published, bounds: Bounds? = nil) -> String {
    var environment = TestEnvironment()
    do {
        switch try JSONata(expression, dialect: dialect).evaluate(input, in: &environment, bounds: bounds) {
        case .value(let value): return ScriptText.text(of: value)
        case .nothing: return "nothing"
        case .unsupported: return "a function"
        }
    } catch {
        return error.description
    }
}

/// The 29th of February 2024, 12:30:15.250 UTC, and random numbers that count.
struct TestEnvironment: Environment {
    private var count: UInt64 = 0

    let now: Int64 = 1_709_209_815_250

    func variable(_ name: String) -> JSONValue? { nil }

    mutating func randomBits() -> UInt64 {
        count &+= 0x9E37_79B9_7F4A_7C15
        return count
    }
}
