import Foundation
import StatesJSON
import StatesQuery

/// Runs the cases of intrinsic functions of a folder and prints those that fail.
///
/// Each line has `expr`, `field` and `input`, and `result`, or `error` and perhaps `cause`, or `check` where the answer varies.
/// - Returns: The exit status: 0 if all passed, 1 if some failed, 2 if the folder could not be read.
func runIntrinsicCases(folder: String) -> Int32 {
    guard let lines = CaseLine.read(folder: folder) else { return 2 }
    var score = CaseScore()
    for line in lines where line.value["expr"] != nil { score.count(line.id, complaint(about: line.value)) }
    return score.finish()
}

/// What is wrong with our answer to a case, if anything.
private func complaint(about expected: JSONValue) -> String? {
    let text = expected["expr"]?.string ?? ""
    let expression: PayloadExpression
    do {
        expression = try PayloadExpression(text)
    } catch {
        return "\(text) was refused: \(error.reason)"
    }
    var scope = CaseScope(input: expected["input"] ?? .emptyObject)
    do {
        let value = try expression.evaluate(in: &scope, field: expected["field"]?.string ?? "")
        if let error = expected["error"]?.string { return "\(text) answered \(value.compactText) where the case says \(error)" }
        if let check = expected["check"]?.string {
            return isPlausible(value, check) ? nil : "\(text) answered \(value.compactText)"
        }
        return value == expected["result"] ? nil : "\(text) answered \(value.compactText)"
    } catch {
        guard error.error == expected["error"]?.string else { return "\(text) failed: \(error.error): \(error.cause)" }
        guard let cause = expected["cause"]?.string, cause != error.cause else { return nil }
        return "\(text) said: \(error.cause)"
    }
}

private func isPlausible(_ value: JSONValue, _ check: String) -> Bool {
    switch check {
    case "uuid": value.string.flatMap(UUID.init(uuidString:)) != nil
    case "random": value.number?.exactInteger != nil
    default: false
    }
}

/// What a case's expression sees.
private struct CaseScope: QueryScope {
    let input: JSONValue
    private var draws: UInt64 = 0

    init(input: JSONValue) { self.input = input }

    var contextObject: JSONValue { .emptyObject }

    func variable(named name: String) -> JSONValue? { nil }

    /// SplitMix64.
    mutating func randomBits() -> UInt64 {
        draws &+= 0x9E37_79B9_7F4A_7C15
        var bits = draws
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }
}
