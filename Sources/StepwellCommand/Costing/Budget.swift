import StatesCost

/// What must not be exceeded.
struct Budget {
    var monthly: Money?
    var mostTransitions: Int?

    /// `25USD/month`, and a number of transitions.
    init(_ monthly: String?, mostTransitions: Int?) throws(Complaint) {
        self.mostTransitions = mostTransitions
        guard let monthly else { return }
        guard monthly.hasSuffix("USD/month"), let amount = Money(decimal: monthly.dropLast("USD/month".count)) else {
            throw .cannotAsk("--budget: an amount such as 25USD/month is expected")
        }
        self.monthly = amount
    }

    /// What is exceeded, as sentences.
    func excess(of estimate: Estimate) throws(Complaint) -> [String] {
        var excess: [String] = []
        if let limit = mostTransitions {
            let most = estimate.bounds.any.most
            if most.value.map({ $0 > limit }) ?? true {
                excess.append("an execution may make \(estimate.bounds.text(most)) transitions, and \(limit) are allowed")
            }
        }
        guard let monthly else { return excess }
        guard let month = estimate.month else {
            throw .cannotAsk("--budget needs to know how often it runs (--executions 2M/month)")
        }
        let design = month.designs.first { $0.kind == (estimate.isExpress ? .express : .standard) }
        // What is not known is taken at its most, for a budget that data can break is none.
        guard let amount = design?.amount ?? (estimate.isExpress ? nil : month.errorFree.most ?? month.any.most) else {
            return excess + ["the bill is not known: \((estimate.missing + (design?.notes ?? [])).joined(separator: "; "))"]
        }
        if amount > monthly { excess.append("a month costs \(amount.shortText), and \(monthly.shortText) are allowed") }
        return excess
    }

    /// The same for a total.
    func excess(ofTotal total: Money?) -> [String] {
        guard let monthly else { return [] }
        guard let total else { return ["the bill is not known"] }
        return total > monthly ? ["a month costs \(total.shortText), and \(monthly.shortText) are allowed"] : []
    }
}
