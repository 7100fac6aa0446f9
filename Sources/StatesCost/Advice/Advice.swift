public import StatesJSON
public import StatesLanguage

/// A piece of advice about a definition that is valid: what AWS's Well-Architected papers would say about it.
public struct Advice: Sendable, Hashable {
    /// Its code: `WA301`.
    public let code: String
    /// Whether it probably matters.
    public let isWarning: Bool
    /// What is so, and what would be better.
    public let message: String
    /// Why it matters, as a sentence.
    public let reason: String
    /// What following it saves, where that can be said.
    public let saving: String?
    /// Where, as diagnostics write it: `/States/Charge`.
    public let pointer: String
    /// The bytes of the text that it speaks of.
    public let range: SourceRange

    /// All advice about a definition, in document order, without what it silences itself.
    ///
    /// A state, or the machine, silences advice in its comment: `"Comment": "stepwell:allow WA101 WA201, the queue has a limit"`.
    ///
    /// - Parameters:
    ///   - node: The definition.
    ///   - source: The text its places lie in.
    ///   - type: The type it is to have.
    ///   - allowed: Codes that are silenced everywhere.
    public static func all(
        for node: JSONNode, source: SourceText, type: MachineType = .standard, allowing allowed: Set<String> = []
    ) -> [Advice] {
        guard let flow = Flow(node, source: source) else { return [] }
        var adviser = Adviser(flow: flow, definition: node, type: type)
        adviser.advise()
        let everywhere = allowed.union(silenced(by: node))
        return adviser.found.filter { found in
            guard !everywhere.contains(found.advice.code) else { return false }
            return found.state.map { !silenced(by: flow.states[$0].node).contains(found.advice.code) } ?? true
        }.map(\.advice).enumerated().sorted {
            ($0.element.range.lowerBound, $0.element.code, $0.offset) < ($1.element.range.lowerBound, $1.element.code, $1.offset)
        }.map(\.element)
    }

    /// The codes behind `stepwell:allow` in a comment.
    static func silenced(by node: JSONNode) -> Set<String> {
        guard let comment = node["Comment"]?.value.string else { return [] }
        var codes: Set<String> = []
        var isList = false
        for word in comment.split(whereSeparator: { $0 == " " || $0 == "," || $0 == ";" || $0 == "\n" }) {
            if word == "stepwell:allow" {
                isList = true
            } else if isList, word.hasPrefix("WA"), word.dropFirst(2).allSatisfy(\.isNumber) {
                codes.insert(String(word))
            } else {
                isList = false
            }
        }
        return codes
    }
}

/// The work of giving advice: each rule looks at what it needs and says what it finds.
struct Adviser {
    let flow: Flow
    let definition: JSONNode
    let type: MachineType
    let bounds: Bounds
    private(set) var found: [(advice: Advice, state: Int?)] = []

    init(flow: Flow, definition: JSONNode, type: MachineType) {
        self.flow = flow
        self.definition = definition
        self.type = type
        bounds = Bounds(of: flow)
    }

    mutating func advise() {
        for state in flow.states {
            adviseOnTime(state)
            adviseOnFailure(state)
            adviseOnCalls(state)
            adviseOnShape(state)
        }
        adviseOnLoops()
        adviseOnMachine()
        adviseOnSecrets()
    }

    mutating func say(
        _ code: String, _ message: String, because reason: String, saving: String? = nil, isWarning: Bool = false,
        about state: Flow.State, at range: SourceRange? = nil
    ) {
        let advice = Advice(
            code: code, isWarning: isWarning, message: message, reason: reason, saving: saving, pointer: state.pointer,
            range: range ?? state.nameRange)
        found.append((advice, state.number))
    }

    mutating func sayOfMachine(
        _ code: String, _ message: String, because reason: String, isWarning: Bool = false, at range: SourceRange? = nil
    ) {
        let start = definition.range.lowerBound
        let advice = Advice(
            code: code, isWarning: isWarning, message: message, reason: reason, saving: nil, pointer: "/",
            range: range ?? SourceRange(start, start + 1))
        found.append((advice, nil))
    }
}

extension Flow.State {
    /// Whether the field is there, as a value, a path, or an expression.
    func has(_ field: String) -> Bool { node[field] != nil || node[field + "Path"] != nil || node[field + ".$"] != nil }

    /// The request that a Task makes, in either language.
    var request: JSONNode? { node["Parameters"] ?? node["Arguments"] }

    /// Whether expressions are JSONata, which has `Output` where JSONPath has `ResultPath`.
    func isJSONata(in definition: JSONNode) -> Bool {
        (node["QueryLanguage"] ?? definition["QueryLanguage"])?.value.string == "JSONata"
    }
}
