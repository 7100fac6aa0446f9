import StatesJSON
import StatesLanguage

// Timeouts, waits and loops (wellarchitected.md, WA1xx and WA3xx).
extension Adviser {
    mutating func adviseOnTime(_ state: Flow.State) {
        guard let resource = state.resource else { return }
        let waits = resource.isCallback || resource.isSync || resource.isActivity
        if !state.has("TimeoutSeconds") {
            say(
                "WA101", "\(state.name) has no TimeoutSeconds",
                because: "A task that never answers holds its execution for a year.",
                isWarning: waits, about: state)
        }
        if resource.isCallback || resource.isActivity, !state.has("HeartbeatSeconds") {
            say(
                "WA102", "\(state.name) has no HeartbeatSeconds",
                because: "Without a heartbeat, a worker that died is noticed only when the whole time is over.", about: state)
        }
        let seconds = state.node["TimeoutSeconds"]?.integer
        if let seconds, resource.isFunction, !resource.isCallback, seconds > 900 {
            say(
                "WA103", "\(state.name) waits \(seconds) s for a function that may run 900 s",
                because: "A timeout a little above the normal time is noticed in time.", about: state,
                at: state.node["TimeoutSeconds"]?.range)
        }
        if type == .express, seconds.map({ $0 >= 300 }) ?? !state.has("TimeoutSeconds") {
            say(
                "WA106", "\(state.name) may take the whole five minutes that an Express execution has",
                because: "An Express execution that takes longer fails with States.Timeout, and nothing catches that.", about: state
            )
        }
    }

    mutating func adviseOnLoops() {
        for loop in bounds.loops where !loop.isByFailure {
            let header = flow.states[loop.header]
            adviseOnPolling(loop)
            for member in loop.members.map({ flow.states[$0] }) {
                guard case .wait(let seconds?) = member.kind, seconds < 10 else { continue }
                say(
                    "WA302", "\(member.name) waits \(seconds) s in a loop",
                    because: "Every round is billed; a short wait burns transitions.",
                    saving: "waiting 30 s instead makes \(30 / max(1, seconds)) times fewer rounds", about: member)
            }
            let members = Set(loop.members)
            let leaves = loop.members.contains { member in
                flow.states[member].edges.contains { $0.target.map { !members.contains($0) } ?? true }
            }
            if !leaves {
                say(
                    "WA308", "the loop of \(header.name) is left only by a failure",
                    because: "Without a counter or a limit it goes on for a year, or for 25,000 events.", isWarning: true,
                    about: header)
            }
        }
    }

    /// Wait, ask, decide, and back: where the service could say itself when it is done.
    private mutating func adviseOnPolling(_ loop: Bounds.Loop) {
        let members = loop.members.map { flow.states[$0] }
        let wait = members.first { if case .wait = $0.kind { true } else { false } }
        let asks = members.filter { $0.resource != nil && $0.resource?.isCallback == false && $0.resource?.isSync == false }
        let decides = members.contains { if case .choice = $0.kind { true } else { false } }
        guard let wait, let asked = asks.first, decides else { return }
        let service = asked.resource?.call.split(separator: ":").dropLast().last.map(String.init) ?? ""
        let way =
            Self.servicesWithSync.contains(service)
            ? "start the job with \(service):….sync" : "hand the job a task token (.waitForTaskToken)"
        say(
            "WA301", "\(wait.name), \(asked.name) and a Choice poll; \(way)",
            because: "Standard bills every round, and the answer is known only at the next question.",
            saving: "\(members.count) transitions for each round; a job that says itself when it is done costs 1", about: wait)
    }

    private static let servicesWithSync: Set<String> = [
        "batch", "ecs", "glue", "databrew", "athena", "codebuild", "elasticmapreduce", "emr-containers", "emr-serverless", "eks",
        "sagemaker", "bedrock", "mediaconvert", "states", "sfn",
    ]

    mutating func adviseOnMachine() {
        let waitsForOthers = flow.states.contains { $0.resource?.isCallback == true || $0.resource?.isActivity == true }
        if definition["TimeoutSeconds"] == nil, waitsForOthers || bounds.loops.contains(where: { !$0.isByFailure }) {
            sayOfMachine(
                "WA104", "the machine has no TimeoutSeconds, and it has loops or waits for others",
                because: "A limit of the whole execution is the last one that holds.")
        }
        if type == .express {
            let waits = flow.states.reduce(0) { sum, state in
                if case .wait(let seconds?) = state.kind { sum.plus(seconds) } else { sum }
            }
            if waits >= 300 {
                sayOfMachine(
                    "WA105", "its waits add up to \(waits) s, and an Express execution has 300",
                    because: "After five minutes it fails with States.Timeout.", isWarning: true)
            }
        }
        let events = Bounds(of: flow, tally: .events).any.most.value
        if let events, events > 20_000, type == .standard {
            sayOfMachine(
                "WA307", "a history may have \(events) events",
                because: "At 25,000 events an execution fails; nested executions have histories of their own.", isWarning: true)
        }
    }
}
