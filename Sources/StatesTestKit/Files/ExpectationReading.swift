import StatesJSON
import StatesQuery
import StatesRuntime

extension Expectation {
    /// The keys of `expect`, in the order in which a person would think of them.
    private static let keys = [
        "status", "output", "outputContains", "check", "error", "cause", "causeContains", "path", "visited", "notVisited", "order",
        "afterFailure", "variables", "events", "retries", "attempts", "waits", "delays", "asked", "gave", "transitions", "took",
        "budget",
        "waiting", "snapshot", "next", "inspection",
    ]

    init(_ node: JSONNode, _ reader: inout NodeReader) {
        let members = reader.members(of: node, what: "'expect'")
        reader.refuse(members, except: Self.keys, in: "'expect'")
        for member in members {
            for kind in Self.kinds(member, &reader) { clauses.append(Clause(kind: kind, place: member.value.range)) }
        }
    }

    private static func kinds(_ member: JSONNode.Member, _ reader: inout NodeReader) -> [Kind] {
        let node = member.value
        let what = "'\(member.name)'"
        switch member.name {
        case "status": return status(node, &reader).map { [.status($0)] } ?? []
        case "output": return [.output(node.value)]
        case "outputContains": return [.outputContains(node.value)]
        case "check": return checks(node, &reader).map { .check($0) }
        case "error": return [.error(optionalText(node, what, &reader))]
        case "cause": return [.cause(optionalText(node, what, &reader))]
        case "causeContains": return reader.text(node, what: what).map { [.causeContains($0)] } ?? []
        case "path": return [.path(reader.names(node, what: what))]
        case "visited": return [.visited(reader.names(node, what: what))]
        case "notVisited": return [.notVisited(reader.names(node, what: what))]
        case "order": return [.order(reader.names(node, what: what))]
        case "variables": return reader.members(of: node, what: what).map { .variable($0.name, $0.value.value) }
        case "events": return [.events(events(node))]
        case "transitions": return reader.count(node, what: what, from: 0).map { [.transitions($0)] } ?? []
        case "took": return reader.duration(node, what: what).map { [.took($0.wholeMilliseconds)] } ?? []
        case "budget": return [.budget(budget(node, &reader))]
        case "waiting": return [.waiting(reader.names(node, what: what))]
        case "snapshot":
            if case .bool(let isWanted) = node.content { return isWanted ? [.snapshot] : [] }
            reader.report("'snapshot' must be true or false", at: node)
            return []
        case "next": return [.next(optionalText(node, what, &reader))]
        case "inspection": return reader.members(of: node, what: what).map { .inspection($0.name, $0.value.value) }
        default: return byState(member, &reader)
        }
    }

    /// Clauses that say something of each of several states.
    private static func byState(_ member: JSONNode.Member, _ reader: inout NodeReader) -> [Kind] {
        let known = ["retries", "attempts", "waits", "delays", "asked", "gave", "afterFailure"]
        guard known.contains(member.name) else { return [] }
        return reader.members(of: member.value, what: "'\(member.name)'").compactMap { entry in
            let state = Placed(value: entry.name, place: entry.nameRange)
            let what = "'\(member.name)' of '\(entry.name)'"
            switch member.name {
            case "retries": return reader.count(entry.value, what: what, from: 0).map { .retries(state, $0) }
            case "attempts": return reader.count(entry.value, what: what, from: 0).map { .attempts(state, $0) }
            case "waits": return .waits(state, reader.durations(entry.value, what: what))
            case "delays": return .delays(state, reader.durations(entry.value, what: what))
            case "afterFailure": return .afterFailure(state, reader.names(entry.value, what: what))
            default:
                var values = [entry.value.value]
                if case .array(let nodes) = entry.value.content, !nodes.isEmpty { values = nodes.map(\.value) }
                return member.name == "gave" ? .gave(state, values) : .asked(state, values)
            }
        }
    }

    // MARK: Parts

    private static let statuses = ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "RUNNING", "RETRIABLE", "CAUGHT_ERROR"]

    private static func status(_ node: JSONNode, _ reader: inout NodeReader) -> String? {
        guard let text = reader.text(node, what: "'status'") else { return nil }
        if !statuses.contains(text) {
            let advice =
                Nearest.name(to: text, among: statuses).map { "; did you mean \($0)?" } ?? ": \(statuses.joined(separator: ", "))"
            reader.report("'\(text)' is no status\(advice)", at: node)
        }
        return text
    }

    private static func optionalText(_ node: JSONNode, _ what: String, _ reader: inout NodeReader) -> String? {
        if case .null = node.content { return nil }
        return reader.text(node, what: what)
    }

    private static func checks(_ node: JSONNode, _ reader: inout NodeReader) -> [Check] {
        guard case .array(let nodes) = node.content else { return check(node, &reader).map { [$0] } ?? [] }
        return nodes.compactMap { check($0, &reader) }
    }

    private static func check(_ node: JSONNode, _ reader: inout NodeReader) -> Check? {
        do throws(QuerySyntaxError) {
            if case .string(let text) = node.content { return try Check(expression: text) }
            let members = reader.members(of: node, what: "a check")
            reader.refuse(members, except: ["path", "is"], in: "a check")
            guard let path = node["path"] else {
                if case .object = node.content {
                    reader.report("a check has a member 'path', or is a JSONata expression", at: node)
                }
                return nil
            }
            guard let text = reader.text(path, what: "'path'") else { return nil }
            return try Check(path: text, value: node["is"]?.value)
        } catch {
            reader.report(error.reason, at: node["path"] ?? node)
            return nil
        }
    }

    private static func events(_ node: JSONNode) -> [Placed<JSONValue>] {
        guard case .array(let nodes) = node.content else { return [Placed(value: node.value, place: node.range)] }
        return nodes.map { Placed(value: $0.value, place: $0.range) }
    }

    private static func budget(_ node: JSONNode, _ reader: inout NodeReader) -> Budget {
        var budget = Budget()
        let members = reader.members(of: node, what: "'budget'")
        reader.refuse(members, except: ["transitions", "dollars", "region", "time"], in: "'budget'")
        for member in members {
            switch member.name {
            case "transitions": budget.transitions = reader.count(member.value, what: "'transitions'", from: 0)
            case "region": budget.region = reader.text(member.value, what: "'region'") ?? budget.region
            case "time": budget.time = reader.duration(member.value, what: "'time'")?.wholeMilliseconds
            case "dollars": budget.nanodollars = nanodollars(member.value, &reader)
            default: break
            }
        }
        return budget
    }

    private static func nanodollars(_ node: JSONNode, _ reader: inout NodeReader) -> Int64? {
        if case .number(let number) = node.content, (0...1_000_000).contains(number.doubleValue) {
            return Int64((number.doubleValue * 1_000_000_000).rounded())
        }
        reader.report("'dollars' must be a number of dollars", at: node)
        return nil
    }
}
