#if Services
    import AsyncHTTPClient
    import NIOCore
    import NIOHTTP1
    public import StatesJSON
    import StatesLanguage
    public import StatesRuntime
    import StatesText

    /// Performs `http:invoke`: requests to APIs by URL, with the secrets of connections that a file holds (integrations.md section 4).
    public struct HTTPTasks: TaskInvoker {
        private let connections: Connections
        private let region: String
        private let client = SharedHTTPClient()

        /// AWS's own limit of a response.
        private static let answerLimit = 256 << 10

        /// Requests with the secrets of these connections.
        public init(connections: Connections = Connections(), region: String) {
            self.connections = connections
            self.region = region
        }

        /// Who performs `http:invoke`: this.
        public func resolution(of subject: TaskSubject) -> Resolution? {
            guard subject.resource.kind == .integration(service: "http", action: "invoke") else { return nil }
            return Resolution(
                function: .closure { (input: JSONValue, _: TaskCall) -> JSONValue in try await perform(input) },
                reason: "stepwell makes the request itself")
        }

        private func perform(_ input: JSONValue) async throws -> JSONValue {
            let message = try HTTPTaskRequest(input, connections: connections, region: region)
            var request = HTTPClientRequest(url: message.url)
            request.method = HTTPMethod(rawValue: message.method)
            for (name, value) in message.headers { request.headers.add(name: name, value: value) }
            if !message.body.isEmpty { request.body = .bytes(message.body) }
            do {
                let response = try await client.client().execute(request, timeout: .seconds(60))
                let bytes = try await response.body.collect(upTo: Self.answerLimit)
                return try Self.result(response, Array(bytes.readableBytesView))
            } catch let error as TaskFailure {
                throw error
            } catch let error as CancellationError {
                throw error
            } catch is NIOTooManyBytesError {
                throw TaskFailure("States.DataLimitExceeded", cause: "The response is larger than \(Self.answerLimit) bytes.")
            } catch {
                try Task.checkCancellation()
                throw TaskFailure("States.Http.Socket", cause: "\(error)")
            }
        }

        private static func result(_ response: HTTPClientResponse, _ body: [UInt8]) throws -> JSONValue {
            let status = Int(response.status.code)
            let text = String(decoding: body, as: UTF8.self)
            guard (200..<300).contains(status) else {
                throw TaskFailure("States.Http.StatusCode.\(status)", cause: text.isEmpty ? response.status.reasonPhrase : text)
            }
            var headers = JSONObject()
            for (name, value) in response.headers {
                headers[name] = .array((headers[name]?.array ?? []) + [.string(value)])
            }
            let value = body.isEmpty ? JSONValue.string("") : (try? JSONValue(parsing: body)) ?? .string(text)
            return [
                "Headers": .object(headers), "ResponseBody": value, "StatusCode": .integer(status),
                "StatusText": .string(response.status.reasonPhrase),
            ]
        }
    }

    /// Connections with their secrets, from a file such as
    /// `{"connections": {"partner": {"basic": {"username": "u", "password": "p"}}, "shop": {"apiKey": {"name": "X-Key", "value": "v"}}}}`.
    /// A name is a connection's, or its whole ARN.
    public struct Connections: Sendable {
        enum Secret: Sendable, Equatable {
            case basic(username: String, password: String)
            case apiKey(name: String, value: String)
        }

        private var secrets: [String: Secret] = [:]

        /// No connections.
        public init() {}

        /// Connections as a file has them.
        ///
        /// - Throws: `ConnectionsProblem`, which names what is wrong.
        public init(_ file: JSONValue) throws(ConnectionsProblem) {
            guard let members = file["connections"]?.object else {
                throw ConnectionsProblem(description: "a connections file has an object 'connections'")
            }
            for member in members {
                if let basic = member.value["basic"], let username = basic["username"]?.string,
                    let password = basic["password"]?.string
                {
                    secrets[member.name] = .basic(username: username, password: password)
                } else if let key = member.value["apiKey"], let name = key["name"]?.string, let value = key["value"]?.string {
                    secrets[member.name] = .apiKey(name: name, value: value)
                } else {
                    throw ConnectionsProblem(
                        description:
                            "the connection '\(member.name)' has 'basic' with username and password, or 'apiKey' with name and value"
                    )
                }
            }
        }

        /// The header that a connection adds, or nil if there is no such connection.
        func header(for arn: String) -> (String, String)? {
            let name = arn.split(separator: "/").dropFirst().first.map(String.init) ?? arn
            switch secrets[arn] ?? secrets[name] {
            case .basic(let username, let password):
                return ("Authorization", "Basic " + Base64.encode(Array("\(username):\(password)".utf8)))
            case .apiKey(let name, let value): return (name, value)
            case nil: return nil
            }
        }
    }

    /// What is wrong with a connections file.
    public struct ConnectionsProblem: Error, CustomStringConvertible {
        /// A sentence for people.
        public let description: String
    }

    /// A request of `http:invoke`, put together.
    struct HTTPTaskRequest {
        var url: String
        var method: String
        var headers: [(String, String)] = []
        var body: [UInt8] = []

        private static let methods: Set<String> = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"]

        init(_ input: JSONValue, connections: Connections, region: String) throws(TaskFailure) {
            guard let endpoint = input["ApiEndpoint"]?.string, let method = input["Method"]?.string, Self.methods.contains(method),
                endpoint.hasPrefix("https://") || Self.isLocal(endpoint)
            else {
                throw TaskFailure(
                    "States.Runtime",
                    cause: "The request needs a Method, and an ApiEndpoint that begins with https:// (or is on this machine)")
            }
            self.method = method
            let form = (input["Transform"]?["RequestBodyEncoding"]?.string ?? "NONE") == "URL_ENCODED"
            let arrays = ArrayFormat(rawValue: input["Transform"]?["RequestEncodingOptions"]?["ArrayFormat"]?.string ?? "INDICES")
            var query: [(String, String)] = []
            for member in input["QueryParameters"]?.object ?? JSONObject() {
                query += Self.pairs(member.name, member.value, .repeated)
            }
            url = query.isEmpty ? endpoint : endpoint + (endpoint.contains("?") ? "&" : "?") + Self.encoded(query)
            headers = [("User-Agent", "Amazon|StepFunctions|HttpInvoke|\(region)"), ("Range", "bytes=0-262144")]
            for member in input["Headers"]?.object ?? JSONObject() {
                guard Self.mayBeSet(member.name) else {
                    throw TaskFailure("States.Runtime", cause: "The header '\(member.name)' must not be set")
                }
                for (_, value) in Self.pairs(member.name, member.value, .repeated) where Self.isHarmless(value) {
                    headers.append((member.name, value))
                }
            }
            if let connection = (input["Authentication"] ?? input["InvocationConfig"])?["ConnectionArn"]?.string {
                guard let header = connections.header(for: connection) else {
                    throw TaskFailure(
                        "Events.ConnectionResource.NotFound",
                        cause: "There is no connection '\(connection)': name it in the file of --connections")
                }
                headers.append(header)
            }
            guard let content = input["RequestBody"] else { return }
            if form, let object = content.object {
                body = Array(Self.encoded(object.flatMap { Self.pairs($0.name, $0.value, arrays ?? .indices) }).utf8)
            } else {
                body = Array((content.string ?? content.compactText).utf8)
            }
            if !headers.contains(where: { $0.0.lowercased() == "content-type" }) {
                headers.append(("Content-Type", form ? "application/x-www-form-urlencoded" : "application/json"))
            }
        }

        /// How a list becomes a form's fields.
        private enum ArrayFormat: String {
            case indices = "INDICES"
            case repeated = "REPEAT"
            case commas = "COMMAS"
            case brackets = "BRACKETS"
        }

        private static func pairs(_ name: String, _ value: JSONValue, _ format: ArrayFormat) -> [(String, String)] {
            func text(_ value: JSONValue) -> String { value.string ?? value.compactText }
            guard let values = value.array else { return [(name, text(value))] }
            switch format {
            case .indices: return values.enumerated().map { ("\(name)[\($0.offset)]", text($0.element)) }
            case .repeated: return values.map { (name, text($0)) }
            case .commas: return [(name, values.map(text).joined(separator: ","))]
            case .brackets: return values.map { ("\(name)[]", text($0)) }
            }
        }

        private static func encoded(_ pairs: [(String, String)]) -> String {
            pairs.map { "\(LambdaEndpoint.percentEncoded($0.0))=\(LambdaEndpoint.percentEncoded($0.1))" }.joined(separator: "&")
        }

        private static func mayBeSet(_ name: String) -> Bool {
            let lower = name.lowercased()
            let forbidden: Set<String> = [
                "connection", "host", "te", "trailer", "transfer-encoding", "upgrade", "via", "proxy-authorization",
                "proxy-authenticate", "proxy-connection", "keep-alive",
            ]
            return !lower.hasPrefix("x-forwarded") && !lower.hasPrefix("x-amz") && !forbidden.contains(lower)
        }

        /// A value that cannot end its header and begin another.
        private static func isHarmless(_ value: String) -> Bool { !value.utf8.contains { $0 == 0x0A || $0 == 0x0D || $0 == 0 } }

        private static func isLocal(_ url: String) -> Bool {
            ["http://localhost", "http://127.0.0.1", "http://[::1]"].contains { prefix in
                url.hasPrefix(prefix) && (url.dropFirst(prefix.count).first.map { ":/?".contains($0) } ?? true)
            }
        }
    }
#endif
