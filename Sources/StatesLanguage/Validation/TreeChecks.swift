import StatesJSON

/// The checks that need more than one state at a time: names, transitions, ends, variables.
///
/// One walk over the tree, linear in its size. The tree's depth is bounded by the reader.
struct TreeChecks {
    private(set) var diagnostics: [Diagnostic] = []
    private var stateNames: Set<String> = []
    private var labels: Set<String> = []
    /// The scopes around the one being looked at, as far as their variables can be seen.
    private var outer: [VariableFrame] = []
    /// How many more names may be compared for suggestions: many errors in a large definition must not cost their product.
    private var suggestionBudget = 200_000
    /// How many more transitions may be followed from assignments, likewise.
    private var assignmentBudget = 2_000_000

    static func diagnostics(of machine: MachineSyntax) -> [Diagnostic] {
        var checks = TreeChecks()
        checks.scope(machine.scope)
        return checks.diagnostics
    }

    private mutating func report(
        _ code: Diagnostic.Code, _ severity: Diagnostic.Severity = .error, message: String, at pointer: String,
        _ range: SourceRange,
        suggestion: String? = nil, fix: Diagnostic.Fix? = nil
    ) {
        diagnostics.append(Diagnostic(code, severity, message, pointer: pointer, range: range, suggestion: suggestion, fix: fix))
    }

    private mutating func scope(_ scope: ScopeSyntax) {
        for state in scope.states { name(of: state) }
        var numbers: [String: Int] = [:]
        for (number, state) in scope.states.enumerated() where numbers[state.name] == nil { numbers[state.name] = number }
        let edges = transitions(in: scope, numbers)
        variables(in: scope, numbers, edges)
    }

    // MARK: Names

    private mutating func name(of state: StateSyntax) {
        if state.name.isEmpty {
            report(.invalidStateName, message: "State name cannot be empty", at: state.pointer, state.nameRange)
        } else if state.name.utf8.count > 80, state.name.unicodeScalars.count > 80 {
            report(
                .invalidStateName, message: "State name '\(state.name)' exceeds the 80-character limit allowed by the service",
                at: state.pointer, state.nameRange)
        }
        if !stateNames.insert(state.name).inserted {
            report(.duplicateStateName, message: "Duplicate State name: \(state.name)", at: state.pointer, state.nameRange)
        }
        if case .map(let map) = state.kind, let label = map.label, !labels.insert(label.value).inserted {
            report(.duplicateLabelName, message: "Duplicate Label name: \(label.value)", at: state.pointer + "/Label", label.range)
        }
    }

    // MARK: Transitions

    /// Every target exists, every state is reached from `StartAt`, and somewhere it ends.
    private mutating func transitions(in scope: ScopeSyntax, _ numbers: [String: Int]) -> [[Int]] {
        // An empty scope has been reported; every name would be missing there.
        if scope.states.isEmpty { return [] }
        var edges: [[Int]] = []
        edges.reserveCapacity(scope.states.count)
        // A symbol may lead anywhere, so that nothing can be called unreachable; a state that could not be read likewise.
        var leadsAnywhere = scope.startAt?.isSymbolic ?? true
        var start: Int?
        if let startAt = scope.startAt { start = find(startAt, numbers, scope) }
        for state in scope.states {
            if state.leadsAnywhere { leadsAnywhere = true }
            edges.append(
                state.targets.compactMap { target in
                    if target.isSymbolic { leadsAnywhere = true }
                    return find(target, numbers, scope)
                })
        }
        if !leadsAnywhere { unreachable(in: scope, from: start, numbers, edges) }
        if !scope.states.contains(where: \.isTerminal) {
            report(.missingEndState, message: "Workflow has no terminal state", at: scope.pointer + "/States", scope.statesRange)
        }
        return edges
    }

    private mutating func find(_ target: Target, _ numbers: [String: Int], _ scope: ScopeSyntax) -> Int? {
        if target.isSymbolic { return nil }
        if let number = numbers[target.name] { return number }
        var suggestion: String?
        var fix: Diagnostic.Fix?
        if let near = nearest(to: target.name, in: scope) {
            suggestion = "did you mean \"\(near)\"?"
            fix = .init(range: target.range, replacement: "\"\(near)\"")
        } else {
            suggestion = "no state of this \"States\" object has that name"
        }
        report(
            .missingTransitionTarget, message: "Missing 'Next' target: \(target.name)", at: target.pointer, target.range,
            suggestion: suggestion,
            fix: fix)
        return nil
    }

    private mutating func nearest(to name: String, in scope: ScopeSyntax) -> String? {
        guard suggestionBudget > 0 else { return nil }
        suggestionBudget -= scope.states.count
        var search = NearestName(to: name)
        for state in scope.states { search.consider(state.name) }
        return search.best
    }

    private mutating func unreachable(in scope: ScopeSyntax, from start: Int?, _ numbers: [String: Int], _ edges: [[Int]]) {
        var reached = [Bool](repeating: false, count: scope.states.count)
        var open: [Int] = []
        if let start {
            reached[start] = true
            open.append(start)
        }
        while let number = open.popLast() {
            for next in edges[number] where !reached[next] {
                reached[next] = true
                open.append(next)
            }
        }
        // Nothing can lead to the second of two equal names, which is reported for that.
        for (number, state) in scope.states.enumerated() where !reached[number] && numbers[state.name] == number {
            report(
                .missingTransitionTarget, message: "State \"\(state.name)\" is not reachable.", at: state.pointer, state.nameRange)
        }
    }

    // MARK: Variables

    /// Nothing that an outer scope may have assigned before is assigned again (check 61), and what is read is assigned somewhere it
    /// can be seen (check 62).
    private mutating func variables(in scope: ScopeSyntax, _ numbers: [String: Int], _ edges: [[Int]]) {
        // Child executions see nothing of what is outside: their frames are put aside, not copied.
        var hidden: [VariableFrame] = []
        if !scope.seesOuterVariables { swap(&hidden, &outer) }
        defer { if !scope.seesOuterVariables { swap(&hidden, &outer) } }
        for use in scope.assigned where isAssignedBefore(use.name) {
            report(
                .schemaValidationFailed,
                message: "The variable '\(use.name)' is assigned in an outer scope already and cannot be assigned again here",
                at: use.pointer, use.range)
        }
        outer.append(VariableFrame(scope, numbers, edges))
        for use in scope.reads where !outer.contains(where: { $0.assigned[use.name] != nil }) {
            report(
                .schemaValidationFailed, .warning, message: "The variable '$\(use.name)' is never assigned in this scope",
                at: use.pointer, use.range)
        }
        let own = outer.count - 1
        for (number, state) in scope.states.enumerated() {
            let scopes = state.scopes
            if scopes.isEmpty { continue }
            outer[own].entered = number
            for inner in scopes { self.scope(inner) }
        }
        outer.removeLast()
    }

    private mutating func isAssignedBefore(_ name: String) -> Bool {
        for at in outer.indices where outer[at].isAssignedBefore(name, &assignmentBudget) { return true }
        return false
    }
}

/// A scope on the way down to the one being looked at, entered through one of its states.
///
/// A variable exists there if an assignment of it leads to that state. AWS was seen to accept a branch that assigns what its own
/// Parallel's Catch assigns: that happens after.
private struct VariableFrame {
    /// For each variable, the states that follow its assignments.
    let assigned: [String: [Int]]
    /// The state it was entered through.
    var entered = 0
    private let edges: [[Int]]
    /// For each variable that was asked for, whether it may be assigned when a state is entered.
    private var known: [String: [Bool]] = [:]

    init(_ scope: ScopeSyntax, _ numbers: [String: Int], _ edges: [[Int]]) {
        var assigned: [String: [Int]] = [:]
        for use in scope.assigned {
            let next = use.next.flatMap { numbers[$0] }
            assigned[use.name, default: []] += next.map { [$0] } ?? []
        }
        self.assigned = assigned
        self.edges = edges
    }

    /// When the budget is used up, nothing is called assigned before.
    mutating func isAssignedBefore(_ name: String, _ budget: inout Int) -> Bool {
        guard let nexts = assigned[name], !nexts.isEmpty else { return false }
        if let known = known[name] { return known[entered] }
        guard budget > 0 else { return false }
        var reached = [Bool](repeating: false, count: edges.count)
        budget -= edges.count / 16
        var open = nexts
        while let state = open.popLast() {
            if reached[state] { continue }
            reached[state] = true
            budget -= 1 + edges[state].count
            open += edges[state]
        }
        known[name] = reached
        return reached[entered]
    }
}
