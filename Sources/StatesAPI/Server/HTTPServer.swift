#if Server
    import NIOCore
    import NIOHTTP1
    import NIOPosix
    import StatesJSON
    import StatesRuntime
    import Synchronization

    /// Serves a `StatesService` over HTTP 1.1: the AWS JSON protocol on `/`, `GET /healthz` and `GET /metrics`.
    public final class HTTPServer: Sendable {
        private let group: MultiThreadedEventLoopGroup
        private let channel: any Channel
        private let connections: ConnectionRegister
        private let endpoint: Endpoint

        /// The port that is listened on.
        public let port: Int

        /// Binds and begins to answer.
        ///
        /// - Throws: What binding throws: the port may be taken.
        public init(_ service: StatesService, options: ServerOptions = ServerOptions(), telemetry: Telemetry = Telemetry()) throws {
            group = MultiThreadedEventLoopGroup(numberOfThreads: max(options.threads, 1))
            let connections = ConnectionRegister(limit: options.connectionLimit)
            let endpoint = Endpoint(service: service, options: options, telemetry: telemetry)
            let bootstrap = ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: 1_024)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelInitializer { channel in
                    guard connections.add(channel) else { return channel.close() }
                    return channel.eventLoop.makeCompletedFuture {
                        let pipeline = channel.pipeline.syncOperations
                        try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: true, withErrorHandling: true)
                        try pipeline.addHandler(Connection(endpoint))
                    }
                }
                .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
                .childChannelOption(.maxMessagesPerRead, value: 4)
            do {
                channel = try bootstrap.bind(host: options.host, port: options.port).wait()
            } catch {
                group.shutdownGracefully { _ in }
                throw error
            }
            port = channel.localAddress?.port ?? options.port
            self.connections = connections
            self.endpoint = endpoint
        }

        /// Stops accepting, lets what is in flight be answered, and ends at the latest after `limit`.
        public func close(within limit: Duration = .seconds(3)) {
            endpoint.isClosing.store(true, ordering: .relaxed)
            try? channel.close().wait()
            endpoint.endPolls()
            let until = limit.components.seconds * 100
            for _ in 0..<max(until, 1) where endpoint.inFlight.load(ordering: .relaxed) > 0 {
                try? group.next().scheduleTask(in: .milliseconds(10)) {}.futureResult.wait()
            }
            connections.closeAll()
            try? group.syncShutdownGracefully()
        }
    }

    /// The connections that are open.
    private final class ConnectionRegister: Sendable {
        private let open = Mutex<[ObjectIdentifier: any Channel]>([:])
        private let limit: Int

        init(limit: Int) { self.limit = limit }

        func add(_ channel: any Channel) -> Bool {
            let isAdded = open.withLock { open in
                guard open.count < limit else { return false }
                open[ObjectIdentifier(channel)] = channel
                return true
            }
            if isAdded {
                channel.closeFuture.whenComplete { _ in self.open.withLock { $0[ObjectIdentifier(channel)] = nil } }
            }
            return isAdded
        }

        func closeAll() {
            for channel in open.withLock({ Array($0.values) }) { channel.close(promise: nil) }
        }
    }

    /// What all connections share.
    final class Endpoint: Sendable {
        let service: StatesService
        let options: ServerOptions
        let telemetry: Telemetry
        let inFlight = Atomic<Int>(0)
        let isClosing = Atomic<Bool>(false)
        /// The bytes of bodies that have arrived and not been answered, over all connections.
        let buffered = Atomic<Int>(0)
        /// Waits for activities' tasks, by number.
        private let polls = Mutex<(next: Int, waiting: [Int: PendingAnswer])>((0, [:]))

        init(service: StatesService, options: ServerOptions, telemetry: Telemetry) {
            self.service = service
            self.options = options
            self.telemetry = telemetry
        }

        /// Remembers a wait; nil if there are too many.
        func note(_ poll: PendingAnswer) -> Int? {
            polls.withLock { polls in
                guard polls.waiting.count < options.pollLimit else { return nil }
                polls.next += 1
                polls.waiting[polls.next] = poll
                return polls.next
            }
        }

        func endPoll(_ number: Int) { polls.withLock { $0.waiting.removeValue(forKey: number) }?.end() }

        func forgetPoll(_ number: Int) { polls.withLock { $0.waiting[number] = nil } }

        func endPolls() {
            for poll in polls.withLock({ Array($0.waiting.values) }) { poll.end() }
        }

        /// Answers what has a body at hand.
        ///
        /// - Returns: For a request that waits, how to end the wait.
        func answer(
            _ exchange: Exchange, body: [UInt8], _ reply: @escaping @Sendable (Reply) -> Void
        ) -> PendingAnswer? {
            let requestID = service.runtime.randomUUID()
            if let refusal = exchange.refusal(isLoopback: options.isLoopback) {
                reply(Reply(.failure(.forbidden(refusal)), requestID: requestID))
                return nil
            }
            switch exchange.kind {
            case .operation: return perform(exchange, body, requestID, reply)
            case .health: reply(Reply(status: 200, text: "ok\n", requestID: requestID))
            case .metrics:
                reply(
                    Reply(
                        status: 200, text: telemetry.metricsText(), contentType: "text/plain; version=0.0.4; charset=utf-8",
                        requestID: requestID))
            case .unknown: reply(Reply(status: 404, text: "nothing here\n", requestID: requestID))
            }
            return nil
        }

        private func perform(
            _ exchange: Exchange, _ body: [UInt8], _ requestID: String, _ reply: @escaping @Sendable (Reply) -> Void
        ) -> PendingAnswer? {
            let measurement = telemetry.begin(exchange.target)
            do throws(APIError) {
                let request = try Request(target: exchange.target, body: body, traceHeader: exchange.traceHeader)
                return service.answer(request) { [telemetry] answer in
                    let made = Reply(answer, requestID: requestID)
                    telemetry.end(measurement, request, answer, requestID: requestID)
                    reply(made)
                }
            } catch {
                telemetry.end(measurement, nil, .failure(error), requestID: requestID)
                reply(Reply(.failure(error), requestID: requestID))
                return nil
            }
        }
    }

    /// One connection: collects a request, has it answered, writes the response. Belongs to its event loop.
    private final class Connection: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let endpoint: Endpoint
        private var exchange: Exchange?
        private var keepsAlive = true
        private var body: [UInt8] = []
        private var isTooLarge = false
        private var poll: Int?
        private var deadline: Scheduled<Void>?

        init(_ endpoint: Endpoint) { self.endpoint = endpoint }

        func channelActive(context: ChannelHandlerContext) {
            expect(within: endpoint.options.requestSeconds, context)
            context.fireChannelActive()
        }

        func channelInactive(context: ChannelHandlerContext) {
            deadline?.cancel()
            forgetBody()
            // A task that is handed to a worker who went away would only time out.
            if let poll { endpoint.endPoll(poll) }
            context.fireChannelInactive()
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): begin(head, context)
            case .body(var bytes): add(&bytes)
            case .end: finish(context)
            }
        }

        private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
            expect(within: endpoint.options.requestSeconds, context)
            keepsAlive = head.isKeepAlive
            forgetBody()
            isTooLarge = false
            let headers = head.headers
            exchange = Exchange(
                method: head.method.rawValue, path: head.uri, target: headers.first(name: "X-Amz-Target"),
                traceHeader: headers.first(name: "X-Amzn-Trace-Id"), host: headers.first(name: "Host"),
                origin: headers.first(name: "Origin"), fetchSite: headers.first(name: "Sec-Fetch-Site"))
            if let length = headers.first(name: "Content-Length").flatMap({ Int($0) }) {
                // A header alone takes no memory to speak of.
                if length > Request.bodyLimit { isTooLarge = true } else { body.reserveCapacity(min(length, 16_384)) }
            }
        }

        private func add(_ bytes: inout ByteBuffer) {
            guard !isTooLarge else { return }
            let count = bytes.readableBytes
            guard body.count + count <= Request.bodyLimit,
                endpoint.buffered.add(count, ordering: .relaxed).newValue <= endpoint.options.bufferLimit
            else {
                if body.count + count <= Request.bodyLimit { endpoint.buffered.subtract(count, ordering: .relaxed) }
                isTooLarge = true
                forgetBody()
                return
            }
            body.append(contentsOf: bytes.readableBytesView)
        }

        private func forgetBody() {
            endpoint.buffered.subtract(body.count, ordering: .relaxed)
            body = []
        }

        private func finish(_ context: ChannelHandlerContext) {
            deadline?.cancel()
            deadline = nil
            guard let exchange else { return context.close(promise: nil) }
            self.exchange = nil
            let requestBody = body
            forgetBody()
            if isTooLarge {
                keepsAlive = false
                return write(Reply(.failure(.tooLarge), requestID: endpoint.service.runtime.randomUUID()), context)
            }
            endpoint.inFlight.add(1, ordering: .relaxed)
            let own = NIOLoopBound(context, eventLoop: context.eventLoop)
            let me = NIOLoopBound(self, eventLoop: context.eventLoop)
            let eventLoop = context.eventLoop
            let waits = endpoint.answer(exchange, body: requestBody) { reply in
                if eventLoop.inEventLoop {
                    me.value.answered(reply, own.value)
                } else {
                    eventLoop.execute { me.value.answered(reply, own.value) }
                }
            }
            guard let waits else { return }
            guard let number = endpoint.note(waits) else { return waits.end() }
            poll = number
            let endpoint = endpoint
            deadline = context.eventLoop.scheduleTask(in: .seconds(endpoint.options.activityWaitSeconds)) {
                endpoint.endPoll(number)
            }
        }

        private func answered(_ reply: Reply, _ context: ChannelHandlerContext) {
            endpoint.inFlight.subtract(1, ordering: .relaxed)
            if let poll { endpoint.forgetPoll(poll) }
            poll = nil
            write(reply, context)
        }

        private func write(_ reply: Reply, _ context: ChannelHandlerContext) {
            guard context.channel.isActive else { return }
            let keepsAlive = keepsAlive && !endpoint.isClosing.load(ordering: .relaxed)
            var headers = HTTPHeaders()
            headers.reserveCapacity(5)
            headers.add(name: "x-amzn-RequestId", value: reply.requestID)
            headers.add(name: "Content-Type", value: reply.contentType)
            headers.add(name: "Content-Length", value: String(reply.body.count))
            if let code = reply.errorCode { headers.add(name: "x-amzn-ErrorType", value: code) }
            if !keepsAlive { headers.add(name: "Connection", value: "close") }
            let head = HTTPResponseHead(
                version: .http1_1, status: HTTPResponseStatus(statusCode: reply.status), headers: headers)
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            var buffer = context.channel.allocator.buffer(capacity: reply.body.count)
            buffer.writeBytes(reply.body)
            context.write(wrapOutboundOut(.body(.byteBuffer(buffer))), promise: nil)
            let written = context.writeAndFlush(wrapOutboundOut(.end(nil)))
            if keepsAlive {
                expect(within: endpoint.options.idleSeconds, context)
            } else {
                let own = NIOLoopBound(context, eventLoop: context.eventLoop)
                written.whenComplete { _ in own.value.close(promise: nil) }
            }
        }

        /// Closes the connection unless the next thing happens in time.
        private func expect(within seconds: Int64, _ context: ChannelHandlerContext) {
            deadline?.cancel()
            let channel = context.channel
            deadline = context.eventLoop.scheduleTask(in: .seconds(seconds)) { channel.close(promise: nil) }
        }
    }
#endif
