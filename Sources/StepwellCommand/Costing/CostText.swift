import StatesCost
import StatesJSON

/// Words and numbers of `cost`.
enum CostText {
    /// `1`, `1 to 4`, `0 to 3·Items`.
    static func range(_ range: CountRange, _ bounds: Bounds) -> String {
        let most = range.most.value.map(count) ?? bounds.text(range.most)
        return most == "\(range.least)" ? most : "\(count(range.least)) to \(most)"
    }

    static func count(_ value: Int) -> String { value.grouped }

    static func decimal(_ value: Double) -> String {
        if value >= 1_000 { return count(Int(min(value, 1e15).rounded())) }
        let thousandths = Int((value * 1_000).rounded())
        var fraction = "\(thousandths % 1_000)"
        fraction = String(repeating: "0", count: 3 - fraction.count) + fraction
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return "\(thousandths / 1_000)" + (fraction.isEmpty ? "" : ".\(fraction)")
    }

    static func amount(_ amount: Money?) -> String { amount?.shortText ?? "unknown" }

    static func design(_ kind: Month.Design.Kind) -> String {
        switch kind {
        case .standard: "Standard"
        case .express: "Express"
        case .standardWithExpressChildren: "Standard with Express children"
        }
    }
}

extension CostDocument {
    /// An estimate, from what everybody wants to know down to what few do.
    init(_ estimate: Estimate) {
        let type = estimate.isExpress ? "Express" : "Standard"
        title = "\(estimate.name) · \(type) · \(estimate.tariff.region), prices of \(estimate.tariff.prices.date)"
        json = estimate.json()
        lead = Self.lead(estimate)
        sections = [Self.ends(estimate), Self.states(estimate)]
        if let month = estimate.month { sections += Self.month(month, estimate) }
        sections.append(Self.calls(estimate))
        var notes: [String] = estimate.warnings
        if !estimate.missing.isEmpty {
            notes.append("nothing is expected without " + estimate.missing.prefix(6).joined(separator: ", "))
        }
        notes += estimate.assumptions.map { "assumed: \($0)" }
        notes.append("not included: " + Estimate.notIncluded.joined(separator: ", "))
        sections.append(Section(title: "", lines: notes))
        drawings = [CostGraph(estimate).svg()]
        if let curves = CostCurves(estimate) { drawings.append(curves.svg()) }
    }

    private static func lead(_ estimate: Estimate) -> [String] {
        let bounds = estimate.bounds
        var lines: [String] = []
        let each = estimate.tariff.prices.standardTransition(in: estimate.tariff.region)
        func price(_ count: Int?) -> String {
            guard let count, let each, !estimate.isExpress else { return "" }
            return " (\((each * (count + estimate.tariff.rule.extra)).description))"
        }
        if let errorFree = bounds.errorFree {
            let exact = errorFree.most.value == errorFree.least
            lines.append(
                "transitions when nothing fails: \(CostText.range(errorFree, bounds))\(exact ? price(errorFree.least) : "")")
        } else {
            lines.append("no execution ends well without a failure")
        }
        let most = bounds.any.most.value
        lines.append(
            "at least \(CostText.count(bounds.any.least))\(price(bounds.any.least)), at most \(most.map(CostText.count) ?? bounds.text(bounds.any.most))\(price(most))"
        )
        for loop in estimate.unboundedLoops {
            let state = estimate.flow.states[loop.header]
            lines.append("unbounded: the loop of \(state.name) (line \(state.line)): \(estimate.why(loop))")
        }
        if let expectation = estimate.expectation {
            let way = if case .simulated(let runs, _) = expectation.method { "\(runs) simulated executions" } else { "exact" }
            lines.append(
                "expected \(CostText.decimal(expectation.mean)); 50 % make up to \(expectation.transitions.percentile(50)), 90 % \(expectation.transitions.percentile(90)), 99 % \(expectation.transitions.percentile(99)) (\(way))"
            )
        }
        lines.append(
            estimate.tariff.rule == .states
                ? "counted: states entered, and retries" : "counted: states entered, retries, and two more for each execution")
        return lines
    }

    private static func ends(_ estimate: Estimate) -> Section {
        let flow = estimate.flow
        var section = Section(
            title: "Where it ends",
            columns: [("END", .left), ("LINE", .right), ("TRANSITIONS", .left), ("NOTHING FAILS", .left), ("SHORTEST WAY", .left)])
        let ended = estimate.bounds.ends.filter { $0.kind != .uncaught }
        for end in ended.prefix(40) {
            section.rows.append([
                flow.states[end.state].name + (end.kind == .fails ? " (fails)" : ""), "\(flow.states[end.state].line)",
                CostText.range(end.any, estimate.bounds), end.errorFree.map { CostText.range($0, estimate.bounds) } ?? "–",
                DisplayText.shortened(end.route.map { flow.states[$0].name }.joined(separator: " → "), to: 70),
            ])
        }
        let uncaught = estimate.bounds.ends.filter { $0.kind == .uncaught }
        if !uncaught.isEmpty {
            let names = uncaught.prefix(8).map { flow.states[$0.state].name }.joined(separator: ", ")
            section.lines.append(
                "an error that nothing catches ends it in \(names)\(uncaught.count > 8 ? " and \(uncaught.count - 8) others" : "")")
        }
        if ended.count > 40 { section.lines.append("\(ended.count - 40) more ends (--format json)") }
        return section
    }

    private static func states(_ estimate: Estimate) -> Section {
        var section = Section(
            title: "Each visit of a state",
            columns: [("STATE", .left), ("LINE", .right), ("COUNTS", .left)])
        if estimate.expectation != nil { section.columns.append(("EXPECTED", .right)) }
        section.columns.append(("WHY", .left))
        let terms = estimate.terms
        for term in terms.prefix(60) {
            let most = term.most.map(CostText.count) ?? term.expression
            var row = [
                term.state, "\(term.line)", most == "\(term.least)" ? most : "\(CostText.count(term.least)) to \(most)",
            ]
            if estimate.expectation != nil { row.append(term.expected.map(CostText.decimal) ?? "") }
            section.rows.append(row + [term.why ?? ""])
        }
        if terms.count > 60 { section.lines.append("\(terms.count - 60) more states (--format json)") }
        return section
    }

    private static func calls(_ estimate: Estimate) -> Section {
        var section = Section(
            title: "Requests to others, for one execution", columns: [("RESOURCE", .left), ("REQUESTS", .left)])
        if estimate.expectation != nil { section.columns.append(("EXPECTED", .right)) }
        for call in estimate.calls {
            var row = [call.resource, CostText.range(call.range, estimate.bounds)]
            if estimate.expectation != nil { row.append(call.expected.map(CostText.decimal) ?? "") }
            section.rows.append(row)
        }
        if estimate.calls.isEmpty { section.lines.append("none") }
        return section
    }

    private static func month(_ month: Month, _ estimate: Estimate) -> [Section] {
        var designs = Section(
            title: "A month of \(Volume.hoursPerMonth) hours, \(CostText.count(month.volume.executions)) executions",
            columns: [("DESIGN", .left), ("A MONTH", .right), ("NOTES", .left)])
        for design in month.designs {
            designs.rows.append([
                CostText.design(design.kind), CostText.amount(design.amount), design.notes.joined(separator: "; "),
            ])
        }
        let (least, most) = month.errorFree
        if let least, let most, least != most {
            designs.lines.append("Standard, when nothing fails: \(least.shortText) to \(most.shortText)")
        }
        if let seconds = month.breakEvenSeconds {
            designs.lines.append("break-even: Express costs less while an execution takes under \(CostText.decimal(seconds)) s")
        }
        if let other = month.otherRule {
            designs.lines.append("counted by the rule \(other.rule.rawValue), Standard is \(other.amount.shortText)")
        }
        if estimate.tariff.hasFreeTier { designs.lines.append("the free tier of the account is taken off") }
        designs.lines += month.limits
        for obstacle in estimate.obstacles.prefix(10) {
            designs.lines.append(
                "\(obstacle.isHard ? "Express cannot" : "Express may do twice"): \(obstacle.reason) in \(obstacle.name) (line \(obstacle.line))"
            )
        }
        return [designs]
    }
}

extension CostCurves {
    /// Volumes up to twice the month's; nil if no design has a price.
    init?(_ estimate: Estimate) {
        guard let month = estimate.month, month.volume.executions > 0 else { return nil }
        let volumes = (0...40).map { month.volume.executions / 20 * $0 }
        var lines: [(String, [Money])] = []
        for design in month.designs {
            guard let usage = design.usage, design.amount != nil else { continue }
            let amounts = volumes.map { volume in
                estimate.tariff.amount(of: usage.scaled(by: Double(volume) / Double(month.volume.executions))) ?? .zero
            }
            lines.append((CostText.design(design.kind), amounts))
        }
        guard !lines.isEmpty else { return nil }
        self.init(lines: lines, volumes: volumes, title: "\(estimate.name): cost of a month, \(estimate.tariff.region)")
    }
}
