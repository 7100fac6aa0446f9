import StatesCost
import StatesJSON
import StatesLanguage

/// Many machines with one bill.
///
/// ```yaml
/// machines:
///   - { definition: order-saga, executions: 2M/month, profile: { failureRate: { Charge: 0.01 } } }
///   - { definition: ingest.asl.json, type: express, startsPerSecond: 40, profile: ingest.profile.yaml }
/// ```
struct Workload {
    /// A machine, how often it runs, and what is known about it.
    struct Entry {
        var estimate: Estimate
        var design: Month.Design?
    }

    private(set) var entries: [Entry] = []
    let tariff: Tariff

    /// Reads a file; definitions and profiles are looked for beside it.
    init(path: String, request: CostRequest) throws {
        let (node, source) = try NodeFile.read(path)
        tariff = try request.tariff()
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        do {
            let file = try Figures(node, allowing: ["machines"])
            guard let machines = file.node("machines"), case .array(let entries) = machines.content, !entries.isEmpty else {
                throw FigureProblem("a workload is a list of \"machines\"", at: node.range.lowerBound)
            }
            for entry in entries { self.entries.append(try Self.entry(entry, folder, request)) }
        } catch let problem as FigureProblem {
            throw NodeFile.complaint(problem.reason, at: problem.offset, source)
        }
    }

    private static func entry(_ node: JSONNode, _ folder: String, _ request: CostRequest) throws -> Entry {
        let figures = try Figures(node, allowing: ["definition", "type", "executions", "startsPerSecond", "profile"])
        guard let definition = try figures.text("definition") else {
            throw FigureProblem("a machine has a \"definition\"", at: node.range.lowerBound)
        }
        var request = request
        let type = try figures.text("type") ?? "standard"
        guard ["standard", "express"].contains(type.lowercased()) else {
            throw FigureProblem("type is standard or express", at: figures.node("type")?.range.lowerBound ?? 0)
        }
        request.type = type.lowercased() == "express" ? .express : .standard
        request.volume = try volume(figures)
        // The free tier belongs to the account: it is taken off the total, once.
        request.pricing.hasFreeTier = false
        let machine = try request.machine(folder + definition)
        var profile = Profile()
        if let given = figures.node("profile") {
            if let file = given.value.string {
                profile = try CostRequest.read(folder + file) { node throws(FigureProblem) in try Profile(reading: node) }
            } else {
                profile = try Profile(reading: given)
            }
        }
        let estimate = try request.estimate(machine, profile: profile)
        let kind: Month.Design.Kind = request.type == .express ? .express : .standard
        return Entry(estimate: estimate, design: estimate.month?.designs.first { $0.kind == kind })
    }

    private static func volume(_ figures: Figures) throws -> Volume {
        if let text = try figures.text("executions"), let volume = Volume(text) { return volume }
        if let rate = figures.node("startsPerSecond")?.value.number?.doubleValue, let volume = Volume("\(rate)/second") {
            return volume
        }
        throw FigureProblem(
            "a machine has \"executions\", such as 2M/month, or \"startsPerSecond\"", at: figures.node.range.lowerBound)
    }

    /// All usage together; nil if that of a machine is not known.
    var usage: Usage? {
        entries.reduce(Optional(Usage())) { sum, entry in sum.flatMap { sum in entry.design?.usage.map { sum + $0 } } }
    }

    /// The bill: tiers and the free tier apply to the sum, so it may be less than the parts.
    var total: Money? { usage.flatMap { tariff.amount(of: $0) } }

    func document() -> CostDocument {
        var table = CostDocument.Section(
            title: "A month of \(Volume.hoursPerMonth) hours",
            columns: [
                ("MACHINE", .left), ("TYPE", .left), ("EXECUTIONS", .right), ("TRANSITIONS", .right), ("A MONTH", .right),
                ("NOTES", .left),
            ])
        var machines: [JSONValue] = []
        for entry in entries {
            let (estimate, design) = (entry.estimate, entry.design)
            let each = estimate.typicalTransitions.map(CostText.decimal) ?? "unknown"
            let notes = design?.amount == nil ? estimate.missing + (design?.notes ?? []) : []
            table.rows.append([
                estimate.name, estimate.isExpress ? "Express" : "Standard", CostText.count(estimate.month?.volume.executions ?? 0),
                each,
                CostText.amount(design?.amount), notes.joined(separator: "; "),
            ])
            machines.append(estimate.json())
        }
        table.rows.append(["together", "", "", "", CostText.amount(total), tariff.hasFreeTier ? "free tier taken off" : ""])
        var document = CostDocument(
            title: "workload of \(entries.count) machines · \(tariff.region), prices of \(tariff.prices.date)",
            json: [
                "region": .string(tariff.region), "pricesAsOf": .string(tariff.prices.date),
                "countingRule": .string(tariff.rule.rawValue), "freeTier": .bool(tariff.hasFreeTier),
                "total": total.map { .string($0.decimalText) } ?? .null, "machines": .array(machines),
                "notIncluded": .array(Estimate.notIncluded.map { .string($0) }),
            ])
        document.sections = [
            table, CostDocument.Section(title: "", lines: ["not included: " + Estimate.notIncluded.joined(separator: ", ")]),
        ]
        return document
    }
}
