public import StatesJSON

extension Estimate {
    /// The estimate for programs. Money is text, counts are numbers, and what is not known is null.
    public func json() -> JSONValue {
        .object(
            JSONObject([
                ("type", .string(isExpress ? "EXPRESS" : "STANDARD")), ("region", .string(tariff.region)),
                ("pricesAsOf", .string(tariff.prices.date)), ("countingRule", .string(tariff.rule.rawValue)),
                ("transitions", transitions), ("terms", .array(terms.map(\.json))), ("calls", .array(calls.map(\.json))),
                ("monthly", month.map { monthly($0) } ?? .null), ("name", .string(name)), ("ends", .array(ends)),
                ("expectedDistribution", distribution), ("history", history), ("expressObstacles", .array(obstacles.map(\.json))),
                ("missing", .texts(missing)), ("warnings", .texts(warnings)), ("assumptions", .texts(assumptions)),
                ("notIncluded", .texts(Self.notIncluded)),
            ]))
    }

    private var transitions: JSONValue {
        .object(
            JSONObject([
                ("min", .integer(bounds.any.least)), ("max", .integer(bounds.any.most.value)),
                ("errorFree", .integer(bounds.errorFree?.least)), ("expected", .decimal(expectation?.mean)),
                ("expression", expression.map { .string($0) } ?? .null),
                ("unbounded", .array(unboundedLoops.map(unbounded))), ("errorFreeMax", .integer(bounds.errorFree?.most.value)),
                ("maxExpression", .string(bounds.text(bounds.any.most))), ("symbols", .array(bounds.symbols.map(symbol))),
            ]))
    }

    private func unbounded(_ loop: Bounds.Loop) -> JSONValue {
        let state = flow.states[loop.header]
        return ["state": .string(state.name), "line": .integer(state.line), "why": .string(why(loop))]
    }

    private func symbol(_ symbol: Bounds.Symbol) -> JSONValue {
        [
            "name": .string(symbol.name), "counts": .string(symbol.kind.rawValue),
            "line": .integer(flow.states[symbol.state].line),
        ]
    }

    private var ends: [JSONValue] {
        bounds.ends.map { end in
            [
                "state": .string(flow.states[end.state].name), "line": .integer(flow.states[end.state].line),
                "how": .string(end.kind.rawValue), "min": .integer(end.any.least), "max": .integer(end.any.most.value),
                "errorFree": .integer(end.errorFree?.least), "expression": .string(bounds.text(end.any.most)),
                "shortest": .texts(end.route.map { flow.states[$0].name }),
            ]
        }
    }

    private var distribution: JSONValue {
        guard let expectation else { return .null }
        let method: JSONValue =
            switch expectation.method {
            case .exact: ["kind": "exact"]
            case .simulated(let runs, let seed):
                ["kind": "simulated", "runs": .integer(runs), "seed": .number(.integer(Int64(clamping: seed)))]
            }
        return [
            "p50": .integer(expectation.transitions.percentile(50)), "p90": .integer(expectation.transitions.percentile(90)),
            "p99": .integer(expectation.transitions.percentile(99)), "method": method,
            "billedMilliseconds": .decimal(expectation.billedMilliseconds),
        ]
    }

    private var history: JSONValue {
        ["minEvents": .integer(events.any.least + 2), "maxEvents": .integer(mostEvents), "limit": 25_000]
    }

    private func monthly(_ month: Month) -> JSONValue {
        var monthly = JSONObject([
            ("executions", .integer(month.volume.executions)), ("hoursPerMonth", .integer(Volume.hoursPerMonth)),
            ("freeTier", .bool(tariff.hasFreeTier)), ("discountPercent", .decimal(Double(tariff.discount) / 10)),
            ("errorFree", ["min": .money(month.errorFree.least), "max": .money(month.errorFree.most)]),
            ("any", ["min": .money(month.any.least), "max": .money(month.any.most)]),
        ])
        for design in month.designs { monthly[design.kind.rawValue] = design.json }
        monthly["breakEvenSeconds"] = .decimal(month.breakEvenSeconds)
        monthly["limits"] = .texts(month.limits)
        if let other = month.otherRule {
            monthly["otherCountingRule"] = ["countingRule": .string(other.rule.rawValue), "cost": .money(other.amount)]
        }
        return .object(monthly)
    }
}

extension Month.Design {
    fileprivate var json: JSONValue {
        [
            "cost": .money(amount), "transitions": .integer(usage?.transitions), "requests": .integer(usage?.requests),
            "gigabyteHours": .decimal(usage?.memory.gigabyteHours), "notes": .texts(notes),
        ]
    }
}

extension Term {
    fileprivate var json: JSONValue {
        [
            "state": .string(state), "line": .integer(line), "min": .integer(least), "max": .integer(most),
            "why": why.map { .string($0) } ?? .null, "expression": .string(expression), "expected": .decimal(expected),
        ]
    }
}

extension Estimate.Call {
    fileprivate var json: JSONValue {
        [
            "resource": .string(resource), "min": .integer(range.least), "max": .integer(range.most.value),
            "expected": .decimal(expected),
        ]
    }
}

extension Obstacle {
    fileprivate var json: JSONValue {
        ["state": .string(name), "line": .integer(line), "kind": .string(kind.rawValue), "reason": .string(reason)]
    }
}

extension JSONValue {
    package static func integer(_ value: Int?) -> JSONValue { value.map { JSONValue.integer($0) } ?? .null }
    package static func money(_ value: Money?) -> JSONValue { value.map { .string($0.decimalText) } ?? .null }
    package static func texts(_ values: [String]) -> JSONValue { .array(values.map { .string($0) }) }

    /// A number to six digits after the point: more would only be noise.
    package static func decimal(_ value: Double?) -> JSONValue {
        guard let value, value.isFinite else { return .null }
        let rounded = (value * 1e6).rounded() / 1e6
        return .number(Int64(exactly: rounded).map { .integer($0) } ?? .double(rounded))
    }
}
