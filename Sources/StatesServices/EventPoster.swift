#if Services
    import AsyncHTTPClient
    import NIOCore
    import NIOHTTP1
    import Synchronization

    /// Posts events to a URL, one after the other, in the order in which they came.
    ///
    /// An event that cannot be delivered is tried twice more; then it is given up and counted. When too many wait, new ones are
    /// dropped and counted: whoever receives events must not be able to stop executions.
    public final class EventPoster: Sendable {
        private let url: String
        private let client = SharedHTTPClient()
        private let continuation: AsyncStream<[UInt8]>.Continuation
        private let lost = Mutex(0)
        private static let waitingLimit = 10_000

        /// A poster to that URL.
        public init(_ url: String) {
            self.url = url
            let (stream, continuation) = AsyncStream.makeStream(
                of: [UInt8].self, bufferingPolicy: .bufferingOldest(Self.waitingLimit))
            self.continuation = continuation
            Task { [weak self] in
                for await body in stream {
                    guard let self else { return }
                    await self.deliver(body)
                }
            }
        }

        deinit { continuation.finish() }

        /// How many events were given up or dropped.
        public var lostCount: Int { lost.withLock { $0 } }

        /// Takes an event. Returns at once.
        public func post(_ body: [UInt8]) {
            if case .dropped = continuation.yield(body) { lost.withLock { $0 += 1 } }
        }

        private func deliver(_ body: [UInt8]) async {
            for attempt in 0..<3 {
                if attempt > 0 { try? await Task.sleep(for: .milliseconds(200 << attempt)) }
                var request = HTTPClientRequest(url: url)
                request.method = .POST
                request.headers.add(name: "Content-Type", value: "application/json")
                request.body = .bytes(body)
                guard let response = try? await client.client().execute(request, timeout: .seconds(10)) else { continue }
                _ = try? await response.body.collect(upTo: 1 << 20)
                if (200..<300).contains(Int(response.status.code)) { return }
            }
            lost.withLock { $0 += 1 }
        }
    }
#endif
