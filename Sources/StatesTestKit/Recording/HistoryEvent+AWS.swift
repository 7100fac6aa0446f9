package import StatesJSON
package import StatesKernel
import StatesText

extension HistoryEvent {
    /// An event as GetExecutionHistory gives it, with times as numbers of seconds or as ISO 8601 texts; nil if it is none.
    package init?(aws event: JSONValue) {
        guard let id = event["id"]?.number?.exactInteger, let type = event["type"]?.string,
            let time = event["timestamp"].flatMap(Self.milliseconds)
        else { return nil }
        let details = event.object?.lazy.first { $0.name.hasSuffix("EventDetails") }?.value.object
        self.init(
            id: Int(id), previousEventId: Int(event["previousEventId"]?.number?.exactInteger ?? 0), timestamp: time, type: type,
            details: details ?? JSONObject())
    }

    /// All events of a GetExecutionHistory answer, or of a list of events; nil if it is neither.
    package static func list(aws value: JSONValue) -> [HistoryEvent]? {
        guard let events = value["events"]?.array ?? value.array else { return nil }
        let read = events.compactMap { HistoryEvent(aws: $0) }
        return read.count == events.count && !read.isEmpty ? read.sorted { $0.id < $1.id } : nil
    }

    package static func milliseconds(_ value: JSONValue) -> Int64? {
        if let seconds = value.number?.doubleValue, abs(seconds) < 1e12 { return Int64((seconds * 1_000).rounded()) }
        return value.string.flatMap { Timestamp(rfc3339: $0.replacingOffset)?.milliseconds }
    }
}

extension String {
    /// `+0000` at the end as `+00:00`, which RFC 3339 wants and some clients leave out.
    fileprivate var replacingOffset: String {
        let tail = suffix(5)
        guard let sign = tail.first, sign == "+" || sign == "-", tail.dropFirst().allSatisfy(\.isNumber) else { return self }
        return dropLast(2) + ":" + suffix(2)
    }
}
