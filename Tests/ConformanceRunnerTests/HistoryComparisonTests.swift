import StatesJSON
import StatesKernel
import Testing

@testable import ConformanceRunner

@Suite("How histories are compared")
struct HistoryComparisonTests {
    private static func event(_ id: Int, _ previous: Int, _ type: String, _ details: JSONObject = JSONObject()) -> HistoryEvent {
        HistoryEvent(id: id, previousEventId: previous, timestamp: 0, type: type, details: details)
    }

    private static func recorded(_ id: Int, _ previous: Int, _ type: String, _ details: JSONValue = [:]) -> JSONValue {
        ["id": .integer(id), "previousEventId": .integer(previous), "type": .string(type), "details": details]
    }

    private func compare(
        _ want: [JSONValue], _ got: [HistoryEvent], unordered: Bool = false, mayOmit: Set<String> = []
    ) -> [String?] {
        let comparison = HistoryComparison(want: want, got: got, unordered: unordered, mayOmit: mayOmit)
        return [comparison.types, comparison.details, comparison.links]
    }

    @Test("equal histories differ at no level")
    func equal() {
        let want = [Self.recorded(1, 0, "A"), Self.recorded(2, 0, "B", ["x": "{{any}}"])]
        #expect(compare(want, [Self.event(1, 0, "A"), Self.event(2, 0, "B", JSONObject([("x", 5)]))]) == [nil, nil, nil])
    }

    @Test("the order of types is compared first")
    func types() {
        let want = [Self.recorded(1, 0, "A"), Self.recorded(2, 0, "B")]
        let reason = "event 1: expected A, got B"
        #expect(compare(want, [Self.event(1, 0, "B"), Self.event(2, 0, "A")]) == [reason, reason, reason])
        let short = "event 2: expected B, got nothing"
        #expect(compare(want, [Self.event(1, 0, "A")]) == [short, short, short])
    }

    @Test("details and links are levels of their own")
    func detailsAndLinks() {
        let want = [Self.recorded(1, 0, "A", ["x": 1]), Self.recorded(2, 1, "B")]
        let got = [Self.event(1, 0, "A", JSONObject([("x", 2)])), Self.event(2, 0, "B")]
        #expect(
            compare(want, got) == [
                nil, "event 1 A: .x: expected 1, got 2", "event 2 B: expected previousEventId 1, got id 2 previousEventId 0",
            ])
    }

    @Test("where order depends on timing, each recorded event needs one of its own")
    func unordered() {
        let want = [Self.recorded(1, 0, "A", ["x": "{{any}}"]), Self.recorded(2, 0, "A", ["x": 1])]
        let one = Self.event(1, 0, "A", JSONObject([("x", 1)]))
        let two = Self.event(2, 0, "A", JSONObject([("x", 2)]))
        #expect(compare(want, [one, two], unordered: true) == [nil, nil, nil])
        #expect(compare(want, [two, two], unordered: true)[1] == "A (recorded event 2): .x: expected 1, got 2")
    }

    @Test("types that a recording lost may be there in surplus")
    func omitted() {
        let want = [Self.recorded(1, 0, "A")]
        let got = [Self.event(1, 0, "A"), Self.event(2, 0, "B")]
        #expect(compare(want, got, unordered: true, mayOmit: ["B"]) == [nil, nil, nil])
        #expect(compare(want, got, unordered: true)[0] == "missing [], unexpected [B x1]")
    }
}
