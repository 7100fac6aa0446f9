import StatesCost
import StatesJSON

extension CostDocument {
    /// What a change of a definition changes: for the whole, by where it ends, and for a month.
    init(comparing old: Estimate, with new: Estimate) {
        title = "\(old.name) → \(new.name) · \(new.tariff.region), prices of \(new.tariff.prices.date)"
        let rows = Self.counts(old, new)
        var whole = Section(
            title: "Transitions", columns: [("", .left), ("BEFORE", .right), ("AFTER", .right), ("CHANGE", .right)])
        whole.rows = rows.map { [$0.0, Self.text($0.1), Self.text($0.2), Self.change($0.1, $0.2)] }
        var ends = Section(
            title: "At most, by where it ends",
            columns: [("END", .left), ("BEFORE", .right), ("AFTER", .right), ("CHANGE", .right)])
        let (before, after) = (Self.ends(old), Self.ends(new))
        for name in before.map(\.name) + after.map(\.name).filter({ name in !before.contains { $0.name == name } }) {
            let (left, right) = (before.first { $0.name == name }, after.first { $0.name == name })
            let change = left == nil ? "new" : right == nil ? "gone" : Self.change(left?.most, right?.most)
            ends.rows.append([name, left?.text ?? "–", right?.text ?? "–", change])
        }
        sections = [whole, ends]
        var months: [JSONValue] = []
        if let oldMonth = old.month, let newMonth = new.month {
            var month = Section(
                title: "A month, \(CostText.count(newMonth.volume.executions)) executions",
                columns: [("DESIGN", .left), ("BEFORE", .right), ("AFTER", .right), ("CHANGE", .right)])
            for (left, right) in zip(oldMonth.designs, newMonth.designs) {
                let change = left.amount.flatMap { before in right.amount.map { $0 - before } }
                month.rows.append([
                    CostText.design(left.kind), CostText.amount(left.amount), CostText.amount(right.amount),
                    change.map { ($0.nanodollars > 0 ? "+" : "") + $0.shortText } ?? "unknown",
                ])
                months.append([
                    "design": .string(left.kind.rawValue), "before": Self.money(left.amount), "after": Self.money(right.amount),
                    "change": Self.money(change),
                ])
            }
            sections.append(month)
        }
        json = [
            "before": old.json(), "after": new.json(), "monthly": .array(months),
            "transitions": .object(
                JSONObject(
                    rows.map { row in
                        (
                            row.key,
                            [
                                "before": row.1.map { .decimalNumber($0) } ?? .null,
                                "after": row.2.map { .decimalNumber($0) } ?? .null,
                            ]
                        )
                    })),
        ]
    }

    private static func counts(_ old: Estimate, _ new: Estimate) -> [(String, Double?, Double?, key: String)] {
        func errorFree(_ estimate: Estimate) -> Double? { estimate.bounds.errorFree?.most.value.map(Double.init) }
        func most(_ estimate: Estimate) -> Double? { estimate.bounds.any.most.value.map(Double.init) }
        return [
            ("at least", Double(old.bounds.any.least), Double(new.bounds.any.least), "min"),
            ("when nothing fails, at most", errorFree(old), errorFree(new), "errorFree"),
            ("at most", most(old), most(new), "max"),
            ("expected", old.expectation?.mean, new.expectation?.mean, "expected"),
        ]
    }

    private static func ends(_ estimate: Estimate) -> [(name: String, text: String, most: Double?)] {
        estimate.bounds.ends.filter { $0.kind != .uncaught }.map { end in
            (
                estimate.flow.states[end.state].name, end.any.most.value.map(CostText.count) ?? estimate.bounds.text(end.any.most),
                end.any.most.value.map(Double.init)
            )
        }
    }

    private static func text(_ value: Double?) -> String { value.map(CostText.decimal) ?? "unknown" }

    private static func change(_ before: Double?, _ after: Double?) -> String {
        guard let before, let after else { return "unknown" }
        let change = after - before
        return change == 0 ? "0" : change > 0 ? "+" + CostText.decimal(change) : "-" + CostText.decimal(-change)
    }

    private static func money(_ amount: Money?) -> JSONValue { amount.map { .string($0.decimalText) } ?? .null }
}

extension JSONValue {
    /// A whole number where it is one.
    static func decimalNumber(_ value: Double) -> JSONValue {
        .number(Int64(exactly: value).map { .integer($0) } ?? .double(value))
    }
}
