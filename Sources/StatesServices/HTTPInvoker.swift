#if Services
    #if canImport(Glibc)
        import Glibc
    #elseif canImport(Musl)
        import Musl
    #elseif canImport(Darwin)
        import Darwin
    #endif
    import AsyncHTTPClient
    import NIOCore
    import NIOHTTP1
    public import StatesJSON
    public import StatesRuntime
    import Synchronization

    /// Calls functions by URL, and functions behind a Lambda endpoint such as `sam local start-lambda`.
    ///
    /// ```swift
    /// let invoker = HTTPInvoker()
    /// let runtime = try Runtime(functions: ["rates": .remote(.url("https://example.test/rates"))], remote: invoker)
    /// ```
    ///
    /// Answers are taken as Lambda's are (integrations.md section 5): a connection that fails is `Lambda.SdkClientException`, status 404
    /// `Lambda.ResourceNotFoundException`, 429 `Lambda.TooManyRequestsException`, 5xx `Lambda.ServiceException`, so that the retriers that
    /// AWS recommends work here too. Redirects are not followed, because a request that was posted is not posted elsewhere.
    public final class HTTPInvoker: RemoteInvoker {
        private static let connectSeconds: Int64 = 10

        private let client = Mutex<HTTPClient?>(nil)
        private let limit: TimeAmount

        /// The most bytes of an answer that are read: Lambda's own limit of 6 MiB. The limit of a task's result is the interpreter's business.
        static let answerLimit = 6 << 20

        /// An invoker that gives an answer up after `limit`; Lambda's own limit is 15 minutes.
        public init(limit: Duration = .seconds(900)) {
            self.limit = .nanoseconds(Int64(limit / .nanoseconds(1)))
        }

        deinit { Self.end(client.withLock { $0.take() }) }

        /// Performs one request and returns the function's own answer.
        ///
        /// - Throws: `TaskFailure` with the function's or the service's error; `CancellationError` if nobody waits any more.
        public func invoke(_ target: RemoteTarget, _ request: RemoteRequest) async throws -> JSONValue {
            switch target {
            case .url(let url):
                return try URLAnswer(await post(to: url, target: url, request)).value()
            case .lambda(let endpoint):
                let url = LambdaEndpoint.url(endpoint: endpoint, function: request.function, qualifier: request.qualifier)
                let answer = try await post(to: url, target: endpoint, request, ("X-Amz-Invocation-Type", "RequestResponse"))
                return try LambdaAnswer(answer, function: request.function).value()
            }
        }

        private func post(
            to url: String, target: String, _ request: RemoteRequest, _ header: (String, String)? = nil
        ) async throws -> HTTPAnswer {
            var message = HTTPClientRequest(url: url)
            message.method = .POST
            message.headers.add(name: "Content-Type", value: "application/json")
            if let header { message.headers.add(name: header.0, value: header.1) }
            for (name, value) in CallHeaders.headers(for: request.call) { message.headers.add(name: name, value: value) }
            var body: [UInt8] = []
            request.input.write(into: &body)
            message.body = .bytes(body)
            do {
                let response = try await runningClient().execute(message, timeout: limit)
                let bytes = try await response.body.collect(upTo: Self.answerLimit)
                return HTTPAnswer(
                    url: target, status: Int(response.status.code),
                    functionError: response.headers.first(name: "X-Amz-Function-Error"), body: Array(bytes.readableBytesView),
                    requestID: response.headers.first(name: "x-amzn-RequestId") ?? "")
            } catch let error as CancellationError {
                throw error
            } catch is NIOTooManyBytesError {
                throw TaskFailure(
                    "Lambda.Unknown", cause: "\(target) answered with more than \(Self.answerLimit) bytes")
            } catch {
                try Task.checkCancellation()
                throw Self.failure(error, target)
            }
        }

        /// A request that got no answer.
        private static func failure(_ error: any Error, _ target: String) -> TaskFailure {
            switch error as? HTTPClientError {
            case .deadlineExceeded?, .readTimeout?, .writeTimeout?:
                TaskFailure("Lambda.ClientExecutionTimeoutException", cause: "\(target) did not answer in time")
            default:
                TaskFailure("Lambda.SdkClientException", cause: "\(target) could not be reached: \(reason(error))")
            }
        }

        private static func reason(_ error: any Error) -> String {
            if let error = error as? IOError { return String(cString: strerror(error.errnoCode)) }
            switch error as? HTTPClientError {
            case .connectTimeout?: return "no connection within \(connectSeconds) seconds"
            case .remoteConnectionClosed?: return "the connection was closed before the answer came"
            default: return "\(error)"
            }
        }

        /// The client, made when it is first needed: it starts threads.
        private func runningClient() -> HTTPClient {
            client.withLock { client in
                if let client { return client }
                var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
                configuration.timeout.connect = .seconds(Self.connectSeconds)
                // The definition's Retry decides what is tried again.
                configuration.connectionPool.retryConnectionEstablishment = false
                let made = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
                client = made
                return made
            }
        }

        private static func end(_ client: HTTPClient?) {
            // Nothing can be done about a client that does not end, and nothing depends on it.
            client?.shutdown { _ in }
        }
    }
#endif
