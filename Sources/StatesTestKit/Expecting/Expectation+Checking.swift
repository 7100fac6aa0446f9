import StatesCost
import StatesJSON

extension Expectation {
    /// Everything in which a run is not as expected, in the order of the file. Snapshots are compared elsewhere.
    func mismatches(in outcome: Outcome) -> [Mismatch] {
        clauses.flatMap { Verdict(outcome: outcome, place: $0.place).mismatches(of: $0.kind) }
    }
}

/// Compares one clause with a run.
private struct Verdict {
    let outcome: Outcome
    let place: SourceRange
    private var trail: Trail { outcome.trail }

    init(outcome: Outcome, place: SourceRange) {
        self.outcome = outcome
        self.place = place
    }

    func mismatches(of kind: Expectation.Kind) -> [Mismatch] {
        switch kind {
        case .status(let status): return same("status", status, outcome.status, visit: lastFailure)
        case .output(let value): return compare("output", value, outcome.output, isPartial: false)
        case .outputContains(let value): return compare("output", value, outcome.output, isPartial: true)
        case .check(let check): return self.check(check)
        case .error(let error): return same("error", error ?? "none", outcome.error ?? "none", visit: lastFailure)
        case .cause(let cause): return same("cause", cause ?? "none", outcome.cause ?? "none", visit: lastFailure)
        case .causeContains(let part): return causeContains(part)
        case .path(let names): return path(names)
        case .visited(let names):
            return names.filter { !trail.path.contains($0.value) }.map { note("'\($0.value)' was not visited", $0) }
        case .notVisited(let names): return names.compactMap(notVisited)
        case .order(let names): return order(names, from: 0, "")
        case .afterFailure(let state, let names): return afterFailure(state, names)
        case .variable(let name, let value): return compare("variable '\(name)'", value, trail.variables[name], isPartial: false)
        case .events(let patterns): return events(patterns)
        case .retries(let state, let count):
            return same("retries of '\(state.value)'", count, visits(state).reduce(0) { $0 + max(0, $1.attempts.count - 1) }, state)
        case .attempts(let state, let count):
            return same("attempts of '\(state.value)'", count, visits(state).reduce(0) { $0 + $1.attempts.count }, state)
        case .waits(let state, let times):
            let actual = visits(state).map { ($0.exitedAt ?? outcome.stopTime) - $0.enteredAt }
            return same("waits of '\(state.value)'", TimeText.list(times), TimeText.list(actual), state)
        case .delays(let state, let times):
            return same("delays of '\(state.value)'", TimeText.list(times), TimeText.list(trail.delays(of: state.value)), state)
        case .asked(let state, let values):
            return each("request", visits(state).flatMap { $0.attempts.compactMap(\.asked) }, of: state, values)
        case .gave(let state, let values): return each("output", visits(state).compactMap(\.output), of: state, values)
        case .transitions(let count): return same("transitions", "\(count)", "\(trail.transitions)")
        case .took(let time):
            return same("took", TimeText.of(time), TimeText.of(outcome.stopTime - outcome.startTime))
        case .budget(let budget): return self.budget(budget)
        case .waiting(let names):
            return same("waiting", names.map(\.value).joined(separator: ", "), outcome.waiting.joined(separator: ", "))
        case .next(let state): return same("next", state ?? "the end", outcome.next ?? "the end")
        case .inspection(let name, let value): return compare(name, value, outcome.inspection[name], isPartial: true)
        case .snapshot: return []
        }
    }

    // MARK: Parts

    private var lastFailure: Int? { trail.visits.lastIndex { $0.failure != nil } }

    private func visits(_ state: Expectation.Placed<String>) -> [Trail.Visit] { trail.visits(of: state.value) }

    private func note(_ message: String, _ name: Expectation.Placed<String>, visit: Int? = nil) -> Mismatch {
        Mismatch(message, place: name.place, visit: visit)
    }

    private func same(_ what: String, _ expected: String, _ actual: String, visit: Int? = nil) -> [Mismatch] {
        guard expected != actual else { return [] }
        return [Mismatch("\(what) differs", place: place, expected: expected, actual: actual, visit: visit)]
    }

    private func same(_ what: String, _ expected: Int, _ actual: Int, _ state: Expectation.Placed<String>) -> [Mismatch] {
        same(what, "\(expected)", "\(actual)", state)
    }

    private func same(_ what: String, _ expected: String, _ actual: String, _ state: Expectation.Placed<String>) -> [Mismatch] {
        guard expected != actual else { return [] }
        let visit = trail.visits.lastIndex { $0.state == state.value }
        return [Mismatch("\(what) differ", place: state.place, expected: expected, actual: actual, visit: visit)]
    }

    private func compare(_ what: String, _ expected: JSONValue, _ actual: JSONValue?, isPartial: Bool) -> [Mismatch] {
        guard let actual else { return [Mismatch("there is no \(what)", place: place, expected: Excerpt.of(expected))] }
        return Difference.between(expected: expected, actual: actual, isPartial: isPartial).map {
            Mismatch(
                "\(what) differs at \($0.path)", place: place, expected: $0.expected.map { Excerpt.of($0) } ?? "nothing",
                actual: $0.actual.map { Excerpt.of($0) } ?? "nothing")
        }
    }

    private func check(_ check: Check) -> [Mismatch] {
        guard let output = outcome.output else { return [Mismatch("there is no output to check", place: place)] }
        return check.problem(with: output).map { [Mismatch($0, place: place, actual: Excerpt.of(output))] } ?? []
    }

    private func causeContains(_ part: String) -> [Mismatch] {
        guard outcome.cause?.contains(part) != true else { return [] }
        return [
            Mismatch(
                "the cause does not contain that", place: place, expected: "…\(part)…", actual: outcome.cause ?? "none",
                visit: lastFailure)
        ]
    }

    // MARK: Order

    private func path(_ names: [Expectation.Placed<String>]) -> [Mismatch] {
        let expected = names.map(\.value)
        let actual = trail.path
        guard expected != actual else { return [] }
        let at = zip(expected, actual).prefix { $0 == $1 }.count
        let message =
            switch (at < expected.count, at < actual.count) {
            case (true, true): "state \(at + 1) of the path is '\(actual[at])', not '\(expected[at])'"
            case (true, false): "the path ends before '\(expected[at])'"
            default: "the path goes on to '\(actual[at])'"
            }
        return [
            Mismatch(
                message, place: at < names.count ? names[at].place : place, expected: Self.around(at, expected),
                actual: Self.around(at, actual), visit: min(at, actual.count - 1))
        ]
    }

    /// The part of a path that differs, with three states before it.
    private static func around(_ at: Int, _ path: [String]) -> String {
        let start = max(0, at - 3)
        let part = path[min(start, path.count)..<min(path.count, at + 6)]
        return (start > 0 ? "… " : "") + part.joined(separator: ", ") + (path.count > at + 6 ? " …" : "")
    }

    private func notVisited(_ name: Expectation.Placed<String>) -> Mismatch? {
        trail.visits.firstIndex { $0.state == name.value }.map { note("'\(name.value)' was visited", name, visit: $0) }
    }

    private func afterFailure(_ state: Expectation.Placed<String>, _ names: [Expectation.Placed<String>]) -> [Mismatch] {
        guard let failed = trail.visits.lastIndex(where: { $0.state == state.value && $0.failure != nil }) else {
            return [note("'\(state.value)' did not fail", state, visit: trail.visits.lastIndex { $0.state == state.value })]
        }
        return order(names, from: failed + 1, " after the failure of '\(state.value)'")
    }

    private func order(_ names: [Expectation.Placed<String>], from start: Int, _ where: String) -> [Mismatch] {
        let path = trail.path
        var at = start
        for name in names {
            guard let found = path[min(at, path.count)...].firstIndex(of: name.value) else {
                let isEarlier = path[min(start, path.count)..<min(at, path.count)].contains(name.value)
                return [
                    Mismatch(
                        isEarlier
                            ? "'\(name.value)' did not come in this order\(`where`)" : "'\(name.value)' did not come\(`where`)",
                        place: name.place, expected: names.map(\.value).joined(separator: ", "),
                        actual: path[min(start, path.count)...].joined(separator: ", "), visit: min(at, path.count - 1))
                ]
            }
            at = found + 1
        }
        return []
    }

    private func events(_ patterns: [Expectation.Placed<JSONValue>]) -> [Mismatch] {
        var rest = trail.events[...]
        for pattern in patterns {
            guard let found = rest.firstIndex(where: { matches($0, pattern.value) }) else {
                return [
                    Mismatch(
                        "no event \(pattern.value.string ?? Excerpt.of(pattern.value)) came here", place: pattern.place,
                        actual: rest.prefix(8).map(\.type).joined(separator: ", "))
                ]
            }
            rest = rest[(found + 1)...]
        }
        return []
    }

    /// A type's name, or an object with `type` and members of the event's details.
    private func matches(_ event: HistoryEvent, _ pattern: JSONValue) -> Bool {
        if let type = pattern.string { return event.type == type }
        guard var members = pattern.object else { return false }
        if let type = members["type"]?.string, type != event.type { return false }
        members["type"] = nil
        return Difference.between(expected: .object(members), actual: .object(event.details), isPartial: true).isEmpty
    }

    // MARK: Requests and budgets

    /// Compares requests or outputs with what was expected of each, or of all.
    private func each(
        _ what: String, _ found: [JSONValue], of state: Expectation.Placed<String>, _ values: [JSONValue]
    ) -> [Mismatch] {
        let visit = trail.visits.lastIndex { $0.state == state.value }
        guard !found.isEmpty else { return [note("there is no \(what) of '\(state.value)'", state, visit: visit)] }
        if values.count > 1, values.count != found.count {
            return same("number of \(what)s of '\(state.value)'", values.count, found.count, state)
        }
        return found.enumerated().flatMap { number, value in
            Difference.between(expected: values[min(number, values.count - 1)], actual: value, isPartial: true).map {
                Mismatch(
                    "\(what) \(number + 1) of '\(state.value)' differs at \($0.path)", place: state.place,
                    expected: $0.expected.map { Excerpt.of($0) } ?? "nothing",
                    actual: $0.actual.map { Excerpt.of($0) } ?? "nothing",
                    visit: visit)
            }
        }
    }

    private func budget(_ budget: Expectation.Budget) -> [Mismatch] {
        var found: [Mismatch] = []
        if let most = budget.transitions, trail.transitions > most {
            found.append(
                Mismatch(
                    "over the budget of transitions", place: place, expected: "at most \(most)", actual: "\(trail.transitions)"))
        }
        if let most = budget.time, outcome.stopTime - outcome.startTime > most {
            let took = TimeText.of(outcome.stopTime - outcome.startTime)
            found.append(Mismatch("over the budget of time", place: place, expected: "at most \(TimeText.of(most))", actual: took))
        }
        if let most = budget.nanodollars, !outcome.isExpress {
            guard let cost = PriceTable.builtIn.cost(ofTransitions: trail.transitions, in: budget.region) else {
                return found + [Mismatch("no price is known for the region '\(budget.region)'", place: place)]
            }
            if cost.amount.nanodollars > most {
                let limit = "at most \(Money(nanodollars: most))"
                found.append(Mismatch("over the budget of money", place: place, expected: limit, actual: "\(cost)"))
            }
        }
        return found
    }
}
