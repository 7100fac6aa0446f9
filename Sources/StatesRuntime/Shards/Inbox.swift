/// What a shard is told from other threads.
final class Inbox: Sendable {
    struct Contents: Sendable {
        var messages: [Message] = []
        /// Whether deadlines may be acted on (virtual time).
        var isDue = false
        /// The last group known to be durable.
        var durable: UInt64 = 0
        var fault: RuntimeError?
        var isEnding = false
        var isClosed = false
    }

    private let contents = Monitor(Contents())
    private let time: VirtualTime?

    init(time: VirtualTime?) { self.time = time }

    /// Leaves a message. A shard that has ended answers at once.
    func post(_ message: Message) { post([message]) }

    /// Leaves messages, in their order.
    func post(_ messages: [Message]) {
        guard !messages.isEmpty else { return }
        time?.hold(messages.count)
        let isClosed = contents.withLock { contents in
            if !contents.isClosed { contents.messages.append(contentsOf: messages) }
            return contents.isClosed
        }
        if isClosed {
            for message in messages { message.refuse(RuntimeError.closed) }
            time?.release(messages.count)
        } else {
            contents.signal()
        }
    }

    func noteDue() {
        contents.withLock { $0.isDue = true }
        contents.signal()
    }

    func noteDurable(_ ticket: UInt64) {
        contents.withLock { $0.durable = max($0.durable, ticket) }
        contents.signal()
    }

    func noteFault(_ fault: RuntimeError) {
        contents.withLock { if $0.fault == nil { $0.fault = fault } }
        contents.signal()
    }

    func noteEnding() {
        contents.withLock { $0.isEnding = true }
        contents.signal()
    }

    /// Takes what is there; sleeps until there is something, or until that many nanoseconds have passed.

    /// What is known already is no news: the group that is durable, that the journal failed, that the runtime ends.
    func take(sleep: Int64?, durable: UInt64, knowsFault: Bool, knowsEnding: Bool) -> Contents {
        var hasSlept = false
        return contents.wait { contents in
            let isNews =
                !contents.messages.isEmpty || contents.isDue || contents.durable > durable
                || (contents.fault != nil && !knowsFault) || (contents.isEnding && !knowsEnding)
            if !isNews, !hasSlept, sleep != 0 {
                hasSlept = sleep != nil
                return .wait(nanoseconds: sleep)
            }
            defer {
                contents.messages = []
                contents.isDue = false
            }
            return .done(contents)
        }
    }

    /// Accepts nothing any more; returns what was left.
    func close() -> [Message] {
        contents.withLock { contents in
            contents.isClosed = true
            defer { contents.messages = [] }
            return contents.messages
        }
    }
}
