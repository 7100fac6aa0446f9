import StatesJSON
import StatesKernel

/// Compares a history with the recorded one, at three levels of strictness.
struct HistoryComparison {
    /// What differs in the events' types, or nil.
    var types: String?
    /// What differs in their details, or nil.
    var details: String?
    /// What differs in their ids and what they follow from, or nil.
    var links: String?

    /// - Parameters:
    ///   - unordered: Whether order depended on timing: types and details are then compared as multisets, links not at all.
    ///   - mayOmit: Types of events that the service sends but the recording lost.
    init(want: [JSONValue], got: [HistoryEvent], unordered: Bool, mayOmit: Set<String>) {
        let wantTypes = want.map { $0["type"]?.string ?? "" }
        types =
            unordered ? Self.countDifference(wantTypes, got.map(\.type), mayOmit) : Self.typeDifference(wantTypes, got.map(\.type))
        if types != nil {
            (details, links) = (types, types)
        } else if unordered {
            details = Self.unorderedDetailDifference(want, got)
        } else {
            details = zip(want, got).lazy.compactMap(Self.detailDifference).first
            links = zip(want, got).lazy.compactMap(Self.linkDifference).first
        }
    }

    private static func typeDifference(_ want: [String], _ got: [String]) -> String? {
        for index in 0..<max(want.count, got.count) {
            let a = index < want.count ? want[index] : "nothing"
            let b = index < got.count ? got[index] : "nothing"
            if a != b { return "event \(index + 1): expected \(a), got \(b)" }
        }
        return nil
    }

    private static func countDifference(_ want: [String], _ got: [String], _ mayOmit: Set<String>) -> String? {
        var surplus: [String: Int] = [:]
        for type in got { surplus[type, default: 0] += 1 }
        for type in want { surplus[type, default: 0] -= 1 }
        let missing = surplus.filter { $0.value < 0 }.keys.sorted().map { "\($0) x\(-surplus[$0, default: 0])" }
        let unexpected = surplus.filter { $0.value > 0 && !mayOmit.contains($0.key) }.keys.sorted()
            .map { "\($0) x\(surplus[$0, default: 0])" }
        guard !missing.isEmpty || !unexpected.isEmpty else { return nil }
        return "missing [\(missing.joined(separator: ", "))], unexpected [\(unexpected.joined(separator: ", "))]"
    }

    private static func detailDifference(_ want: JSONValue, _ got: HistoryEvent) -> String? {
        Comparison.difference(want["details"] ?? .emptyObject, .object(got.details)).map { "event \(got.id) \(got.type): \($0)" }
    }

    private static func linkDifference(_ want: JSONValue, _ got: HistoryEvent) -> String? {
        guard let id = want["id"]?.number?.exactInteger, let previous = want["previousEventId"]?.number?.exactInteger else {
            return nil
        }
        guard id != got.id || previous != got.previousEventId else { return nil }
        return
            "event \(id) \(got.type): expected previousEventId \(previous), got id \(got.id) previousEventId \(got.previousEventId)"
    }

    /// Pairs each recorded event with one that came, by augmenting paths, so that an early choice cannot spoil a later one.
    private static func unorderedDetailDifference(_ want: [JSONValue], _ got: [HistoryEvent]) -> String? {
        var owner = [Int?](repeating: nil, count: got.count)
        func fits(_ i: Int, _ j: Int) -> Bool {
            want[i]["type"]?.string == got[j].type
                && Comparison.difference(want[i]["details"] ?? .emptyObject, .object(got[j].details)) == nil
        }
        func place(_ i: Int, _ seen: inout Set<Int>) -> Bool {
            for j in got.indices where !seen.contains(j) && fits(i, j) {
                seen.insert(j)
                if let other = owner[j], !place(other, &seen) { continue }
                owner[j] = i
                return true
            }
            return false
        }
        for i in want.indices {
            var seen: Set<Int> = []
            if place(i, &seen) { continue }
            let type = want[i]["type"]?.string ?? ""
            let name = want[i]["details"]?["name"]
            let alike = got.first { $0.type == type && $0.details["name"] == name } ?? got.first { $0.type == type }
            let near = alike.flatMap { Comparison.difference(want[i]["details"] ?? .emptyObject, .object($0.details)) }
            return "\(type) (recorded event \(want[i]["id"]?.compactText ?? "?")): \(near ?? "no such event is left")"
        }
        return nil
    }
}
