import Synchronization

/// Lets a limited number of tasks run at once; the others wait in the order in which they came.
final class Gate: Sendable {
    private struct State {
        var running = 0
        var waiting = Queue<@Sendable () -> Void>()
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) { self.limit = max(limit, 1) }

    /// Whether there is room, which the caller then has taken. If not, `admitted` is called once room was taken in its name.
    func enter(orWait admitted: @escaping @Sendable () -> Void) -> Bool {
        state.withLock { state in
            guard state.running >= limit else {
                state.running += 1
                return true
            }
            state.waiting.append(admitted)
            return false
        }
    }

    /// Gives room back.
    func leave() {
        let next = state.withLock { state -> (@Sendable () -> Void)? in
            if let next = state.waiting.popFirst() { return next }
            state.running -= 1
            return nil
        }
        next?()
    }
}

/// First in, first out.
struct Queue<Element> {
    private var elements: [Element?] = []
    private var head = 0

    var isEmpty: Bool { head == elements.count }
    var count: Int { elements.count - head }
    var first: Element? { isEmpty ? nil : elements[head] }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func popFirst() -> Element? {
        guard !isEmpty else { return nil }
        let element = elements[head]
        elements[head] = nil
        head += 1
        if head > 32, head * 2 > elements.count {
            elements.removeFirst(head)
            head = 0
        }
        return element
    }

    /// Keeps what `isKept` says.
    mutating func filter(_ isKept: (Element) -> Bool) {
        elements = elements[head...].filter { $0.map(isKept) ?? false }
        head = 0
    }
}

extension Queue: Sendable where Element: Sendable {}
