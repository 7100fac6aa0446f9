#if Services
    import AsyncHTTPClient
    import NIOCore
    import NIOHTTP1
    import StatesJSON
    import StatesLanguage
    public import StatesRuntime
    import StatesText

    /// Performs service integrations by forwarding them to endpoints that speak AWS's protocols: an emulator, or AWS itself.
    ///
    /// Requests are signed; without credentials in the environment the signature is made with `test`, which local services accept.
    public struct ServiceEndpoints: TaskInvoker {
        private let urls: [String: String]
        private let client: ServiceClient

        /// Endpoints by service name, such as `sqs` or `dynamodb`; the name `*` stands for every other service.
        public init(_ urls: [String: String], region: String, credentials: ServiceCredentials = .environment) {
            self.urls = urls
            client = ServiceClient(region: region, credentials: credentials)
        }

        /// Who performs an integration: the endpoint of its service, if there is one.
        public func resolution(of subject: TaskSubject) -> Resolution? {
            guard case .integration(let service, let action) = subject.resource.kind else { return nil }
            let call = ServiceCall(service: service, action: action)
            guard let url = urls[call.name] ?? urls["*"] else { return nil }
            guard call.isKnown else {
                return Resolution(
                    function: .throws(
                        error: "States.Runtime",
                        cause:
                            "stepwell does not know how to ask '\(call.name)' for '\(action)': mock the state, or register a function"
                    ),
                    reason: "the protocol of '\(call.name)' is not known")
            }
            return Resolution(
                function: .closure { [client] (input: JSONValue, _: TaskCall) -> JSONValue in
                    try await client.perform(call, input, at: url)
                }, key: call.name, reason: "'\(call.name)' is asked at \(url)")
        }
    }

    /// Who signs.
    public struct ServiceCredentials: Sendable {
        var accessKey: String
        var secret: String
        var sessionToken: String?

        /// Credentials.
        public init(accessKey: String, secret: String, sessionToken: String? = nil) {
            self.accessKey = accessKey
            self.secret = secret
            self.sessionToken = sessionToken
        }

        /// Those of the environment variables that AWS's tools read; `test` where there are none.
        public static var environment: ServiceCredentials {
            ServiceCredentials(
                accessKey: Self.variable("AWS_ACCESS_KEY_ID") ?? "test", secret: Self.variable("AWS_SECRET_ACCESS_KEY") ?? "test",
                sessionToken: Self.variable("AWS_SESSION_TOKEN"))
        }

        private static func variable(_ name: String) -> String? {
            guard let value = getenv(name) else { return nil }
            let text = String(cString: value)
            return text.isEmpty ? nil : text
        }
    }

    /// Sends requests and reads answers.
    final class ServiceClient: Sendable {
        private let region: String
        private let credentials: ServiceCredentials
        private let http = SharedHTTPClient()

        init(region: String, credentials: ServiceCredentials) {
            self.region = region
            self.credentials = credentials
        }

        func perform(_ call: ServiceCall, _ input: JSONValue, at endpoint: String) async throws -> JSONValue {
            var message = call.message(input, at: endpoint)
            let time = Timestamp(milliseconds: wallMilliseconds())
            RequestSignature(region: region, service: call.signingName, credentials: credentials, time: time).sign(&message)
            var request = HTTPClientRequest(url: message.url)
            request.method = HTTPMethod(rawValue: message.method)
            for (name, value) in message.headers where name != "host" { request.headers.add(name: name, value: value) }
            request.body = .bytes(message.body)
            let answer: ServiceAnswer
            do {
                let response = try await http.client().execute(request, timeout: .seconds(60))
                let bytes = try await response.body.collect(upTo: HTTPInvoker.answerLimit)
                answer = ServiceAnswer(
                    status: Int(response.status.code), body: Array(bytes.readableBytesView),
                    requestID: response.headers.first(name: "x-amzn-RequestId") ?? "",
                    queryError: response.headers.first(name: "x-amzn-query-error"),
                    headers: response.headers.map { ($0.name, $0.value) })
            } catch let error as CancellationError {
                throw error
            } catch {
                try Task.checkCancellation()
                throw TaskFailure(
                    "\(call.errorPrefix).SdkClientException", cause: "Unable to execute HTTP request: \(endpoint): \(error)")
            }
            return try call.result(answer)
        }
    }

    #if canImport(Glibc)
        import Glibc
    #elseif canImport(Musl)
        import Musl
    #elseif canImport(Darwin)
        import Darwin
    #endif
    import Synchronization

    /// The machine's clock, in milliseconds since 1970: signatures name the real time.
    private func wallMilliseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// A client that is made when it is first needed, and ended with its owner.
    final class SharedHTTPClient: Sendable {
        private let made = Mutex<HTTPClient?>(nil)

        deinit {
            // Nothing can be done about a client that does not end, and nothing depends on it.
            made.withLock { $0.take() }?.shutdown { _ in }
        }

        func client() -> HTTPClient {
            made.withLock { made in
                if let made { return made }
                var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
                configuration.timeout.connect = .seconds(10)
                configuration.connectionPool.retryConnectionEstablishment = false
                let client = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
                made = client
                return client
            }
        }
    }
#endif
