/// What will happen, by time; of equal times what was added first comes first, so that a run is the same every time.
struct Timetable<Element: Sendable>: Sendable {
    private var heap: [(time: Int64, order: Int, element: Element)] = []
    private var added = 0

    /// The time of what comes next.
    var nextTime: Int64? { heap.first?.time }

    mutating func add(_ element: Element, at time: Int64) {
        heap.append((time, added, element))
        added += 1
        var at = heap.count - 1
        while at > 0, isEarlier(at, (at - 1) / 2) {
            heap.swapAt(at, (at - 1) / 2)
            at = (at - 1) / 2
        }
    }

    mutating func next() -> (time: Int64, element: Element)? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        return (first.time, first.element)
    }

    private mutating func sink() {
        var at = 0
        while true {
            var least = at
            for child in [2 * at + 1, 2 * at + 2] where child < heap.count && isEarlier(child, least) { least = child }
            if least == at { return }
            heap.swapAt(at, least)
            at = least
        }
    }

    private func isEarlier(_ a: Int, _ b: Int) -> Bool { (heap[a].time, heap[a].order) < (heap[b].time, heap[b].order) }
}
