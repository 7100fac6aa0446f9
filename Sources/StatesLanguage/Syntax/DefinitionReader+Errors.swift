import StatesJSON
import StatesQuery

// Retry and Catch (asl.md section 10).
extension DefinitionReader {
    mutating func retriers(_ fields: Fields) -> [Retrier] {
        guard let member = fields["Retry"], let elements = elements(of: member, in: fields, mayBeEmpty: true) else { return [] }
        let pointer = fields.pointer(of: "Retry")
        var retriers: [Retrier] = []
        for (index, element) in elements.enumerated() {
            if let retrier = retrier(element, at: "\(pointer)[\(index)]", isLast: index == elements.count - 1) {
                retriers.append(retrier)
            }
        }
        return retriers
    }

    private mutating func retrier(_ node: JSONNode, at pointer: String, isLast: Bool) -> Retrier? {
        guard let fields = fields(of: node, at: pointer, .retrier, language: nil) else { return nil }
        comment(in: fields)
        let errors = errorEquals(in: fields, isLast: isLast)
        let interval = integer(fields["IntervalSeconds"], in: fields, 1...99_999_999) ?? 1
        let attempts = integer(fields["MaxAttempts"], in: fields, 0...99_999_999) ?? 3
        let rate = number(fields["BackoffRate"], in: fields, 1...Double.infinity) ?? 2
        let delay = integer(fields["MaxDelaySeconds"], in: fields, 1...31_622_400)
        if let delay, let place = fields["MaxDelaySeconds"], delay <= interval {
            report(
                "The value for the field 'MaxDelaySeconds' must be greater than 'IntervalSeconds'",
                at: fields.pointer(of: "MaxDelaySeconds"), place.value.range)
        }
        let jitter = word(fields["JitterStrategy"], of: ["NONE", "FULL"], in: fields)
        return Retrier(
            errorEquals: errors, intervalSeconds: interval, maxAttempts: attempts, backoffRate: rate, maxDelaySeconds: delay,
            fullJitter: jitter == "FULL")
    }

    mutating func catchers(_ fields: Fields, _ language: QueryLanguage) -> [CatcherSyntax] {
        guard let member = fields["Catch"], let elements = elements(of: member, in: fields, mayBeEmpty: true) else { return [] }
        let pointer = fields.pointer(of: "Catch")
        var catchers: [CatcherSyntax] = []
        for (index, element) in elements.enumerated() {
            if let catcher = catcher(element, at: "\(pointer)[\(index)]", language, isLast: index == elements.count - 1) {
                catchers.append(catcher)
            }
        }
        return catchers
    }

    private mutating func catcher(
        _ node: JSONNode, at pointer: String, _ language: QueryLanguage, isLast: Bool
    ) -> CatcherSyntax? {
        guard let fields = fields(of: node, at: pointer, .catcher, language: language) else { return nil }
        comment(in: fields)
        if !require("Next", in: fields) { lostTarget = true }
        let errors = errorEquals(in: fields, isLast: isLast)
        let output = output(fields, language, .errorOutput)
        let next = target(fields["Next"], in: fields)
        return CatcherSyntax(
            errorEquals: errors, resultPath: language == .jsonPath ? resultPlacement(in: fields) : .replace,
            assign: assign(fields["Assign"], in: fields, language, .errorOutput, next: next), output: output, next: next)
    }

    /// `ErrorEquals`: names, of which `States.ALL` stands alone and last.
    private mutating func errorEquals(in fields: Fields, isLast: Bool) -> [String] {
        guard require("ErrorEquals", in: fields), let member = fields["ErrorEquals"],
            let elements = elements(of: member, in: fields)
        else { return [] }
        let pointer = fields.pointer(of: "ErrorEquals")
        var names: [String] = []
        for (index, element) in elements.enumerated() {
            switch element.content {
            case .string(let name): names.append(name)
            case .symbol: _ = needsValue(element, at: "\(pointer)[\(index)]")
            case .null, .bool, .number, .array, .object: mismatch("STRING", element, at: "\(pointer)[\(index)]")
            }
        }
        if names.contains("States.ALL"), elements.count > 1 || !isLast {
            report("States.ALL must appear alone and at end of list", at: pointer, member.value.range)
        }
        return names
    }
}
