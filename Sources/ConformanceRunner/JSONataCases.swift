import StatesJSON
import StatesJSONata

/// Runs the JSONata cases of a folder and prints those that fail.
///
/// The folder holds `*.jsonl` files of cases (`expr`, `input` or `dataset`, `bindings`, `limits`, and `result`, `undefined` or `error`)
/// and of data sets (`dataset`, `input`). Cases that hold for Step Functions are evaluated in its dialect, without a context item; those
/// that need the context item, and all others, in the published one. What uses `$eval`, which neither dialect has, and what only newer
/// versions of the language answer is left out by name.
/// - Returns: The exit status: 0 if all passed, 1 if some failed, 2 if the folder could not be read.
func runJSONataCases(folder: String) -> Int32 {
    guard let lines = CaseLine.read(folder: folder) else { return 2 }
    var inputs: [String: JSONValue] = [:]
    for line in lines where line.value["expr"] == nil {
        if let name = line.value["dataset"]?.string, let input = line.value["input"] { inputs[name] = input }
    }
    var score = CaseScore()
    var leftOut: [String: [String]] = [:]
    for line in lines where line.value["expr"] != nil {
        let testCase = JSONataCase(line.value, inputs)
        if let tag = testCase.reasonToLeaveOut {
            leftOut[tag, default: []].append(line.id)
            continue
        }
        let complaint = testCase.complaint
        if let complaint, let reason = JSONataCase.exceptions[line.id] {
            print("exception \(line.id): \(reason) (\(complaint))")
        } else {
            score.count(line.id, complaint)
        }
    }
    for (tag, ids) in leftOut.sorted(by: { $0.key < $1.key }) {
        print("left out (\(tag)), \(ids.count): \(ids.joined(separator: " "))")
    }
    return score.finish()
}

/// One case.
private struct JSONataCase {
    /// Known differences, by case, with their reason.
    static let exceptions = [
        "function-encodeUrl/case002": loneSurrogate,
        "function-encodeUrlComponent/case002": loneSurrogate,
    ]
    private static let loneSurrogate = "the text is half of a surrogate pair, which a text of Unicode scalars cannot hold"

    private let expected: JSONValue
    private let text: String
    private let input: JSONValue?
    private let tags: [String]

    init(_ expected: JSONValue, _ inputs: [String: JSONValue]) {
        self.expected = expected
        text = expected["expr"]?.string ?? ""
        input = expected["dataset"]?.string.flatMap { inputs[$0] } ?? expected["input"]
        tags = expected["tags"]?.array?.compactMap(\.string) ?? []
    }

    /// The tag for which the case is not run, or nil.
    var reasonToLeaveOut: String? { tags.first { $0 == "eval" || $0 == "newer" } }

    private var dialect: Dialect { expected["asl"]?.bool == true && !tags.contains("context") ? .stepFunctions : .published }

    /// The bounds of the dialect; those of the published one, but for the depth, where the case brings limits.
    private var bounds: Bounds {
        guard let limits = expected["limits"] else { return dialect.bounds }
        var bounds = Bounds.published
        if let depth = limits["depth"]?.number?.exactInteger { bounds.depth = Int(depth) }
        return bounds
    }

    /// What is wrong with our answer, if anything.
    var complaint: String? {
        var environment = CaseEnvironment(variables: expected["bindings"]?.object ?? JSONObject())
        do {
            let expression = try JSONata(text, dialect: dialect)
            let outcome = try expression.evaluate(dialect == .published ? input : nil, in: &environment, bounds: bounds)
            return complaint(about: outcome)
        } catch {
            return complaint(about: error)
        }
    }

    private func complaint(about outcome: JSONata.Outcome) -> String? {
        let answer = "\(text) answered \(outcome.words)"
        if let error = expected["error"] { return "\(answer) where the case says \(error["code"]?.string ?? error.compactText)" }
        if expected["undefined"]?.bool == true { return outcome == .nothing ? nil : answer }
        guard case .value(let value) = outcome, let wanted = expected["result"] else { return answer }
        return isSame(value, wanted) ? nil : "\(answer) where the case says \(wanted.compactText)"
    }

    private func isSame(_ value: JSONValue, _ wanted: JSONValue) -> Bool {
        guard expected["unordered"]?.bool == true, let ours = value.array, var theirs = wanted.array else { return value == wanted }
        for element in ours {
            guard let at = theirs.firstIndex(of: element) else { return false }
            theirs.remove(at: at)
        }
        return theirs.isEmpty
    }

    private func complaint(about error: JSONataError) -> String? {
        guard let wanted = expected["error"] else { return "\(text) failed: \(error)" }
        // The suite's code for a time or depth limit; ours has a text only.
        let code = error.code.isEmpty ? "U1001" : error.code
        if let expectedCode = wanted["code"]?.string, expectedCode != code { return "\(text) failed: \(error)" }
        if let token = wanted["token"]?.string, token != error.token { return "\(text) names \(error.token ?? "nothing")" }
        if let position = wanted["position"]?.number?.exactInteger, Int(position) != error.position {
            return "\(text) points to \(error.position.map(String.init) ?? "nothing")"
        }
        if let value = wanted["value"], value != error.value { return "\(text) is about \(error.value?.compactText ?? "nothing")" }
        return nil
    }
}

extension JSONata.Outcome {
    fileprivate var words: String {
        switch self {
        case .value(let value): value.compactText
        case .nothing: "nothing"
        case .unsupported: "a function"
        }
    }
}

/// What a case's expression sees: its bindings, a fixed time and the same randomness every time.
private struct CaseEnvironment: Environment {
    let variables: JSONObject
    private var draws: UInt64 = 0

    init(variables: JSONObject) { self.variables = variables }

    var now: Int64 { 1_700_000_000_000 }

    func variable(_ name: String) -> JSONValue? { variables[name] }

    /// SplitMix64.
    mutating func randomBits() -> UInt64 {
        draws &+= 0x9E37_79B9_7F4A_7C15
        var bits = draws
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }
}
