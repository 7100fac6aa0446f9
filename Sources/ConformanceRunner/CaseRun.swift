import StatesJSON
import StatesKernel
import StatesLanguage

/// What measuring one case came to.
struct CaseResult {
    let found: ConformanceCase
    /// Whether each level was met, strictest last.
    var levels: [(level: Level, passed: Bool)] = []
    /// What differed, for the levels that were not met.
    var why: [Level: String] = [:]
    /// Seconds it took.
    var seconds = 0.0
    /// Why replaying the encoded records does not rebuild the execution, if it does not.
    var replayDifference: String?

    init(_ found: ConformanceCase) { self.found = found }

    /// Notes how a level was met: `nil` means that nothing differed.
    mutating func mark(_ level: Level, _ difference: String?) {
        levels.append((level, difference == nil))
        why[level] = difference
    }

    /// Whether a level was met; nil if it cannot be measured.
    func passed(_ level: Level) -> Bool? { levels.first { $0.level == level }?.passed }
    /// Whether everything but the links was met.
    var isFull: Bool { levels.allSatisfy { $0.passed || $0.level == .links } }
    /// The weakest level that was not met, and why.
    var firstFailure: (level: Level, why: String)? {
        levels.first { !$0.passed }.map { ($0.level, why[$0.level] ?? "") }
    }
}

/// Carries out one case of the kind `execution`.
struct CaseRun {
    let found: ConformanceCase
    /// A number that no other case of this run has.
    let number: Int
    let driver: CaseDriver

    /// Measures the case.
    func run() async -> CaseResult {
        var result = CaseResult(found)
        do {
            let setting = try CaseSetting(found, uid: "u" + String(0x10_0000 + number, radix: 16))
            let outcome =
                switch driver {
                case .kernel: try CaseWorld.run(setting)
                case .runtime: try await RuntimeWorld.run(setting)
                }
            result.replayDifference = outcome.replayDifference
            judge(outcome, setting, &result)
        } catch {
            let reason = (error as? InvalidDefinition)?.awsMessage ?? "\(error)"
            for level in found.levels { result.mark(level, reason) }
        }
        return result
    }

    // MARK: Judging

    private func judge(_ execution: CaseOutcome, _ setting: CaseSetting, _ result: inout CaseResult) {
        let wanted = found.expectation["status"]?.string ?? ""
        let got = execution.status.rawValue
        let outcome = "\(execution.error ?? "no error"): \(execution.cause ?? "no cause")"
        result.mark(.status, wanted == got ? nil : "expected \(wanted), got \(got): \(outcome.prefix(300))")
        result.mark(.result, result.why[.status] ?? resultDifference(execution))
        guard let history = found.history else { return }
        let events = HistoryView.events(of: execution.records, plan: setting.machine.plan, region: CaseSetting.region)
        let mayOmit = Set((found.expectation["historyMayOmit"]?.array ?? []).compactMap(\.string))
        let comparison = HistoryComparison(want: history, got: events, unordered: found.isUnordered, mayOmit: mayOmit)
        result.mark(.types, comparison.types)
        result.mark(.history, comparison.details)
        if !found.isUnordered { result.mark(.links, comparison.links) }
    }

    private func resultDifference(_ execution: CaseOutcome) -> String? {
        let want = found.expectation
        if let output = want["output"] {
            guard let got = execution.output else { return "output: missing" }
            if let difference = Comparison.difference(output, got, at: "output") { return difference }
        }
        return textDifference("error", want["error"], execution.error) ?? textDifference("cause", want["cause"], execution.cause)
    }

    private func textDifference(_ name: String, _ want: JSONValue?, _ got: String?) -> String? {
        guard let want else { return got.map { "\(name): not expected, got \(JSONValue.string($0).brief(200))" } }
        return Comparison.difference(want, got.map { .string($0) } ?? .null, at: name)
    }
}
