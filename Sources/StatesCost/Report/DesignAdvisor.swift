/// Compares ways to build the same thing.
struct DesignAdvisor {
    let flow: Flow
    let volume: Volume
    let tariff: Tariff
    /// Transitions of an execution; nil if they are not known.
    let typical: Double?
    let expectation: Expectation?
    let memory: ExpressModel

    private static let unknownTransitions = "the transitions of an execution are not known"
    private static let unknownTime = "how long tasks take is not known (--duration STATE=120ms)"

    func standard() -> Month.Design {
        guard let typical else { return design(.standard, nil, [Self.unknownTransitions]) }
        return design(.standard, Usage(transitions: tariff.transitions(typical, executions: volume.executions)), [])
    }

    func express() -> Month.Design {
        var notes = memory.notes
        let hard = Obstacle.all(in: flow).filter(\.isHard)
        if let first = hard.first { notes.insert("ruled out: \(first.reason) in \(first.name)", at: 0) }
        guard let milliseconds = memory.billedMilliseconds else { return design(.express, nil, [Self.unknownTime] + notes) }
        if milliseconds > 300_000 { notes.insert("ruled out: it takes longer than five minutes", at: 0) }
        return design(.express, usage(requests: volume.executions, each: milliseconds), notes)
    }

    /// Runs of states that Express may take become a child execution each; the rest stays with the Standard parent.
    func combined() -> Month.Design {
        guard let expectation else {
            return design(.standardWithExpressChildren, nil, ["numbers are needed for what happens how often (a profile)"])
        }
        let split = ExpressSplit(flow, expectation)
        guard split.children > 0 else {
            return design(.standardWithExpressChildren, nil, ["nothing that an Express child could take over"])
        }
        var notes = [
            "\(split.childStates.count) states in Express children, \(Self.rounded(split.parent)) transitions left to the parent"
        ]
        guard let milliseconds = memory.billedMilliseconds else {
            return design(.standardWithExpressChildren, nil, notes + [Self.unknownTime])
        }
        let requests = Int((split.children * Double(volume.executions)).rounded())
        notes.append("each child is taken to last its share of the execution")
        var usage = usage(requests: requests, each: max(100, milliseconds * split.timeShare / max(1, split.children)))
        usage.transitions = tariff.transitions(split.parent, executions: volume.executions)
        return design(.standardWithExpressChildren, usage, notes)
    }

    private func usage(requests: Int, each milliseconds: Double) -> Usage {
        Usage(
            requests: requests,
            memory: MemoryTime(executions: requests, meanBilledMilliseconds: milliseconds, megabytes: memory.megabytes))
    }

    private func design(_ kind: Month.Design.Kind, _ usage: Usage?, _ notes: [String]) -> Month.Design {
        let amount = usage.flatMap { tariff.amount(of: $0) }
        let unpriced = usage != nil && amount == nil ? ["no price for \(tariff.region) in the table (--prices FILE)"] : []
        return Month.Design(kind: kind, usage: usage, amount: amount, notes: notes + unpriced)
    }

    /// Where one Express execution costs what one Standard execution costs, at the price of the first gigabyte-hours.
    func breakEvenSeconds() -> Double? {
        guard let typical, let each = tariff.prices.standardTransition(in: tariff.region),
            let express = tariff.prices.express(in: tariff.region), let tier = express.tiers.first
        else { return nil }
        let standard = Double(each.nanodollars) * (typical + Double(tariff.rule.extra))
        let left = standard - Double(express.request.nanodollars)
        let gigabytes = Double(MemoryTime.billedMegabytes(memory.megabytes)) / 1_024
        return max(0, left / (gigabytes * Double(tier.gigabyteHour.nanodollars) / 3_600))
    }

    // MARK: Limits

    func limits(_ bounds: Bounds) -> [String] {
        let quotas = Quotas(region: tariff.region)
        let rate = volume.perSecond
        var limits: [String] = []
        if let seconds = quotas.standardStarts.secondsUntilEmpty(at: rate) {
            limits.append(
                "StartExecution is throttled after \(Self.rounded(seconds)) s: \(Self.rounded(rate)) starts/s, quota \(quotas.standardStarts.perSecond)/s in \(tariff.region)"
            )
        }
        if let typical, let seconds = quotas.transitions.secondsUntilEmpty(at: rate * typical) {
            limits.append(
                "StateTransition is throttled after \(Self.rounded(seconds)) s: \(Self.rounded(rate * typical)) transitions/s, quota \(quotas.transitions.perSecond)/s in \(tariff.region); transitions are delayed, not failed"
            )
        }
        if let seconds = quotas.expressStarts.secondsUntilEmpty(at: rate) {
            limits.append(
                "Express starts are throttled after \(Self.rounded(seconds)) s: quota \(quotas.expressStarts.perSecond)/s")
        }
        return limits
    }

    static func rounded(_ value: Double) -> String {
        if value >= 100 || abs(value - value.rounded()) < 1e-9 { return "\(Int(min(value, 1e15).rounded()))" }
        let hundredths = Int((value * 100).rounded())
        let fraction = hundredths % 100
        return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
    }
}

/// Which states an Express child could take over, and what that leaves to the parent.
struct ExpressSplit {
    /// The states of the children.
    let childStates: Set<Int>
    /// Transitions that are left to the parent, one for each child it starts included.
    let parent: Double
    /// Children that are started in one execution.
    let children: Double
    /// The part of the visits, and so by assumption of the time, that the children take.
    let timeShare: Double

    init(_ flow: Flow, _ expectation: Expectation) {
        let root = flow.scopes[0]
        let barred = Set(Obstacle.all(in: flow).filter { $0.isHard || $0.kind == .notIdempotent }.map { flow.top(of: $0.state) })
        let able = Set(
            root.states.filter { number in
                guard !barred.contains(number) else { return false }
                switch flow.states[number].kind {
                case .fail, .succeed: return false
                case .wait(let seconds): return seconds.map { $0 < 60 } ?? false
                case .pass, .task, .choice, .parallel, .map: return true
                }
            })
        childStates = able
        var entries = able.contains(root.startAt) ? 1.0 : 0
        for number in root.states where !able.contains(number) {
            // How a state's visits go on is known where only one way leads into the children.
            let into = flow.targets(of: flow.states[number]).filter(able.contains)
            if !into.isEmpty {
                entries +=
                    expectation.entered[number] / Double(max(1, flow.targets(of: flow.states[number]).count)) * Double(into.count)
            }
        }
        children = able.isEmpty ? 0 : entries
        let inside = flow.states.filter { able.contains(flow.top(of: $0.number)) }.reduce(0) { $0 + expectation.counts[$1.number] }
        let all = expectation.counts.reduce(0, +)
        parent = all - inside + children
        timeShare = all > 0 ? inside / all : 0
    }
}

extension Flow {
    /// The machine's own state that a nested state stands in, or the state itself.
    func top(of number: Int) -> Int {
        var number = number
        while let owner = scopes[states[number].scope].owner { number = owner }
        return number
    }
}
