import StatesJSON
import StatesQuery

/// What expressions see in these tests.
struct TestScope: QueryScope {
    var input: JSONValue = .emptyObject
    var contextObject: JSONValue = ["State": ["Name": "S"], "Task": ["Token": "secret"]]
    var variables: [String: JSONValue] = [:]
    var draws: [UInt64] = []
    private var drawn = 0

    init(input: JSONValue = .emptyObject, variables: [String: JSONValue] = [:], draws: [UInt64] = []) {
        self.input = input
        self.variables = variables
        self.draws = draws
    }

    func variable(named name: String) -> JSONValue? { variables[name] }

    mutating func randomBits() -> UInt64 {
        drawn += 1
        return drawn <= draws.count ? draws[drawn - 1] : UInt64(drawn) &* 0x9E37_79B9_7F4A_7C15
    }
}

/// What came of an evaluation.
enum Outcome: Equatable, CustomStringConvertible {
    case value(JSONValue)
    case notFound(String)
    case invalid(String)
    case failure(String, String)
    case refused

    var description: String {
        switch self {
        case .value(let value): value.compactText
        case .notFound(let message): "not found: \(message)"
        case .invalid(let message): "invalid: \(message)"
        case .failure(let error, let cause): "\(error): \(cause)"
        case .refused: "refused"
        }
    }
}

func json(_ text: String) throws -> JSONValue { try JSONValue(parsing: text) }

/// What a path finds in a document.
func outcome(_ path: String, in document: JSONValue) -> Outcome {
    guard let compiled = try? JSONPath(path) else { return .refused }
    do {
        return .value(try compiled.evaluate(document))
    } catch {
        return error.kind == .notFound ? .notFound(error.message) : .invalid(error.message)
    }
}

/// What an expression answers for an input.
func outcome(_ expression: String, _ scope: TestScope, field: String = "v.$") -> Outcome {
    guard let compiled = try? PayloadExpression(expression) else { return .refused }
    var scope = scope
    do {
        return .value(try compiled.evaluate(in: &scope, field: field))
    } catch {
        return .failure(error.error, error.cause)
    }
}
