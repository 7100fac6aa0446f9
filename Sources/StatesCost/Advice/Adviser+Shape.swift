import StatesJSON

// The shape of states, and what should not stand in a definition (wellarchitected.md, WA3xx, WA5xx and WA6xx).
extension Adviser {
    mutating func adviseOnShape(_ state: Flow.State) {
        switch state.kind {
        case .pass: adviseOnPass(state)
        case .choice: adviseOnChoice(state)
        case .fail: adviseOnFail(state)
        case .map(let map): adviseOnMap(state, map)
        case .task, .wait, .succeed, .parallel: break
        }
    }

    private mutating func adviseOnPass(_ state: Flow.State) {
        guard let next = state.edges.first?.target, case .pass = flow.states[next].kind else { return }
        // Another way to the second state keeps the two apart.
        let ways = flow.scopes[state.scope].states.count { flow.targets(of: flow.states[$0]).contains(next) }
        guard ways == 1, flow.scopes[state.scope].startAt != next, next != state.number else { return }
        say(
            "WA304", "\(state.name) and \(flow.states[next].name) are Pass states that could be one",
            because: "Each Pass is a transition.", saving: "1 transition for each visit", about: state)
    }

    private mutating func adviseOnChoice(_ state: Flow.State) {
        guard !state.edges.contains(where: { $0.by == .otherwise }) else { return }
        say(
            "WA603", "\(state.name) has no Default",
            because: "Data that no rule foresaw ends the execution with States.NoChoiceMatched.", about: state)
    }

    private mutating func adviseOnFail(_ state: Flow.State) {
        guard !state.has("Error") || !state.has("Cause") else { return }
        say(
            "WA606", "\(state.name) does not say \(state.has("Error") ? "its Cause" : "its Error")",
            because: "Whoever looks at a failed execution sees nothing else first.", about: state)
    }

    private mutating func adviseOnMap(_ state: Flow.State, _ map: Flow.Map) {
        let calls = flow.states.contains { $0.resource != nil && flow.isInside($0, map.processor) }
        if !state.has("MaxConcurrency"), calls {
            say(
                "WA601", "\(state.name) calls others with as many iterations at once as there may be",
                because: "What it calls may be throttled, or worse, not.", about: state)
        }
        guard map.isDistributed else { return }
        if !state.has("ToleratedFailurePercentage"), !state.has("ToleratedFailureCount") {
            say(
                "WA605", "\(state.name) tolerates no failure: one item of many fails it all",
                because: "Large sets of data have bad items.", about: state)
        }
        if state.node["ResultWriter"] == nil {
            say(
                "WA613", "\(state.name) has no ResultWriter",
                because: "The results of all children must fit into 256 KiB otherwise.", about: state)
        }
    }

    // MARK: Secrets

    /// Literals that look like keys. What stands there is not repeated: reports are read by many.
    mutating func adviseOnSecrets() {
        for state in flow.states {
            guard let request = state.request ?? state.node["Result"] else { continue }
            var work: [(name: String, node: JSONNode)] = [("", request)]
            while let (name, node) = work.popLast() {
                switch node.content {
                case .array(let nodes): work += nodes.map { (name, $0) }
                case .object(let members): work += members.map { ($0.name, $0.value) }
                case .string(let text) where Self.looksSecret(text, under: name):
                    say(
                        "WA503", "a value in \(state.name) looks like a secret",
                        because: "Definitions, histories and logs are read by more people than a secret store.", isWarning: true,
                        about: state, at: node.range)
                case .null, .bool, .number, .string, .symbol: break
                }
            }
        }
    }

    static func looksSecret(_ text: String, under name: String) -> Bool {
        if text.hasPrefix("$") || text.hasPrefix("{%") || text.hasPrefix("States.") || text.contains("${") { return false }
        if text.utf8.count == 20, text.hasPrefix("AKIA") || text.hasPrefix("ASIA") { return true }
        if ["-----BEGIN", "ghp_", "sk_live_", "xoxb-"].contains(where: { text.hasPrefix($0) }) { return true }
        if text.hasPrefix("Bearer ") || text.hasPrefix("Basic "), text.utf8.count > 20 { return true }
        let lower = name.lowercased()
        let isNamed = ["password", "secret", "apikey", "api_key", "api-key", "accesskey", "access_key", "private_key"].contains {
            lower.contains($0)
        }
        // A name or an ARN under such a member points at a secret; it is none.
        return isNamed && text.utf8.count >= 8 && !text.contains(" ") && !text.hasPrefix("arn:") && !lower.hasSuffix("arn")
            && !lower.hasSuffix("name") && !lower.hasSuffix("id")
    }
}

extension Flow {
    /// Whether a state stands in a scope, at any depth.
    func isInside(_ state: State, _ scope: Int) -> Bool {
        var at: Int? = state.scope
        while let number = at {
            if number == scope { return true }
            at = scopes[number].owner.map { states[$0].scope }
        }
        return false
    }
}
