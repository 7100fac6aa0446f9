import StatesCost
import StatesJSON
import StatesJournal
import StatesKernel
import StatesRuntime

/// What executions that ran really cost, and what a month of them would.
struct HistoryCost {
    /// What was counted, by execution.
    private(set) var counts: [(name: String, count: HistoryCount)] = []
    /// Express executions, which keep no history.
    private(set) var skipped = 0

    /// The history in a file, or an execution of a data directory, or all of them.
    init(_ argument: String?, data: String) throws {
        if let argument, FileKind.of(argument) == .file {
            counts = [(argument, try Self.count(file: argument))]
            return
        }
        let stored = try StoredExecutions(directory: data)
        if let argument {
            counts = [(argument, HistoryCount(try stored.history(of: argument)))]
            return
        }
        for summary in try stored.list(status: nil, limit: 10_000) {
            if summary.isExpress {
                skipped += 1
            } else {
                counts.append((summary.name, HistoryCount(try stored.history(of: summary.name))))
            }
        }
        guard !counts.isEmpty else { throw Complaint.cannotAsk("\(DisplayText.visible(data)): no Standard execution has run here") }
    }

    private static func count(file: String) throws(Complaint) -> HistoryCount {
        let text = try TextFile.read(file)
        do {
            return try HistoryCount(reading: try JSONValue(parsing: text))
        } catch let mistake as ProfileMistake {
            throw .cannotAsk("\(TextFile.label(file)): \(mistake)")
        } catch let error as JSONSyntaxError {
            throw NodeFile.complaint(error.reason, at: error.offset, SourceText(text, name: TextFile.label(file)))
        } catch {
            throw .cannotAsk("\(TextFile.label(file)): \(error)")
        }
    }

    /// Transitions of an execution, on average.
    var mean: Double { Double(counts.reduce(0) { $0 + $1.count.transitions }) / Double(max(1, counts.count)) }

    /// The report. Times of runs here say nothing about AWS, so Express is priced only with durations that somebody gave.
    func document(_ tariff: Tariff, volume: Volume?, durations: [String: Int], definitionBytes: Int = 0) -> CostDocument {
        let total = counts.reduce(0) { $0 + $1.count.transitions }
        let retries = counts.reduce(0) { $0 + $1.count.retries.values.reduce(0, +) }
        var document = CostDocument(
            title:
                "\(counts.count == 1 ? counts[0].name : "\(counts.count) executions") · \(tariff.region), prices of \(tariff.prices.date)",
            json: .null)
        document.lead = [
            "\(CostText.count(total)) transitions, \(CostText.count(retries)) of them retries; \(CostText.decimal(mean)) for one execution"
        ]
        if let amount = tariff.amount(of: Usage(transitions: total)) { document.lead.append("as Standard: \(amount)") }
        document.sections = [byState]
        var monthly: JSONValue = .null
        if let volume {
            let (section, json) = month(tariff, volume, durations)
            document.sections.append(section)
            monthly = json
        }
        var notes = ["not included: " + Estimate.notIncluded.joined(separator: ", ")]
        if durations.isEmpty {
            notes.insert(
                "durations of this run are not priced: they may come from mocks (--duration STATE=120ms says otherwise)", at: 0)
        }
        if skipped > 0 { notes.insert("\(skipped) Express executions keep no history and are not counted", at: 0) }
        document.sections.append(CostDocument.Section(title: "", lines: notes))
        document.json = json(tariff, total: total, monthly: monthly)
        return document
    }

    /// States in the order of their first visit, over all executions.
    private var states: [(name: String, entered: Int, retries: Int)] {
        var order: [String] = []
        var sums: [String: (Int, Int)] = [:]
        for (_, count) in counts {
            for name in count.states + count.retries.keys.sorted() where sums[name] == nil {
                order.append(name)
                sums[name] = (0, 0)
            }
            for (name, entered) in count.entered { sums[name]?.0 += entered }
            for (name, retries) in count.retries { sums[name]?.1 += retries }
        }
        return order.map { ($0, sums[$0]?.0 ?? 0, sums[$0]?.1 ?? 0) }
    }

    private var byState: CostDocument.Section {
        var section = CostDocument.Section(
            title: "By state", columns: [("STATE", .left), ("ENTERED", .right), ("RETRIES", .right)])
        section.rows = states.map { [$0.name, CostText.count($0.entered), CostText.count($0.retries)] }
        return section
    }

    private func month(_ tariff: Tariff, _ volume: Volume, _ durations: [String: Int]) -> (CostDocument.Section, JSONValue) {
        let transitions = tariff.transitions(mean, executions: volume.executions)
        let standard = tariff.amount(of: Usage(transitions: transitions))
        var section = CostDocument.Section(
            title: "A month of \(Volume.hoursPerMonth) hours, \(CostText.count(volume.executions)) executions",
            columns: [("DESIGN", .left), ("A MONTH", .right)])
        section.rows = [["Standard", CostText.amount(standard)]]
        var express: Money?
        if !durations.isEmpty {
            let each =
                states.reduce(0.0) { $0 + Double($1.entered + $1.retries) * Double(durations[$1.name] ?? 0) } / Double(counts.count)
            let usage = Usage(
                requests: volume.executions,
                memory: MemoryTime(executions: volume.executions, meanBilledMilliseconds: each, megabytes: 50))
            express = tariff.amount(of: usage)
            section.rows.append(["Express, tasks one after the other, 64 MB", CostText.amount(express)])
        }
        let json: JSONValue = [
            "executions": .integer(volume.executions), "hoursPerMonth": .integer(Volume.hoursPerMonth),
            "standard": ["transitions": .integer(transitions), "cost": standard.map { .string($0.decimalText) } ?? .null],
            "express": ["cost": express.map { .string($0.decimalText) } ?? .null],
        ]
        return (section, json)
    }

    private func json(_ tariff: Tariff, total: Int, monthly: JSONValue) -> JSONValue {
        let calls = counts.reduce(into: [String: Int]()) { sums, each in
            for (call, count) in each.count.calls { sums[call, default: 0] += count }
        }
        return [
            "region": .string(tariff.region), "pricesAsOf": .string(tariff.prices.date),
            "countingRule": .string(tariff.rule.rawValue), "executions": .integer(counts.count),
            "transitions": .integer(total), "meanTransitions": .decimalNumber(mean),
            "cost": tariff.amount(of: Usage(transitions: total)).map { .string($0.decimalText) } ?? .null,
            "states": .array(
                states.map { ["state": .string($0.name), "entered": .integer($0.entered), "retries": .integer($0.retries)] }),
            "calls": .array(
                calls.sorted { $0.key < $1.key }.map { ["resource": .string($0.key), "count": .integer($0.value)] }),
            "monthly": monthly, "notIncluded": .array(Estimate.notIncluded.map { .string($0) }),
        ]
    }
}
