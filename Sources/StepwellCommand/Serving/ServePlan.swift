#if CommandLineTool && Server
    import StatesAPI
    import StatesJournal
    import StatesJSON
    import StatesLanguage
    import StatesRuntime
    import StatesServices
    import StatesTemplates
    import Synchronization

    /// Everything that is decided before a server runs, from flags and the environment.
    struct ServePlan: Sendable {
        private let server: ServerOptions
        private let configuration: ServiceConfiguration
        private let data: String?
        private let clock: ClockChoice
        private let functions: FunctionsFile?
        private let lambdaEndpoint: String?
        private let endpoints: [String: String]
        private let definitions: String?
        private let watches: Bool
        private let logLevel: EventLog.Level
        private let logsData: Bool
        private let eventsURL: String?
        #if Services
            private let connections: Connections
        #endif

        init(_ command: ServeCommand) throws {
            var server = ServerOptions()
            (server.host, server.port) = (command.host, command.port)
            self.server = server
            var configuration = ServiceConfiguration()
            configuration.region = command.region ?? Self.variable("AWS_DEFAULT_REGION") ?? configuration.region
            configuration.account = command.account ?? Self.variable("AWS_ACCOUNT_ID") ?? configuration.account
            configuration.mockFile = Self.mockFile(command.mocks ?? Self.variable("SFN_MOCK_CONFIG"))
            self.configuration = configuration
            guard !command.inMemory || command.directory == nil else {
                throw Complaint.cannotAsk("--data and --in-memory exclude each other")
            }
            data = command.inMemory ? nil : command.directory ?? Self.variable("STEPWELL_DATA") ?? DataOptions.standard
            clock = try Self.clock(command)
            functions = try TaskSources(
                TaskSources.Choice(functions: command.functions, mocks: nil, testCase: nil, machineName: nil), project: nil
            ).functions
            lambdaEndpoint =
                command.lambdaEndpoint ?? Self.variable("LAMBDA_ENDPOINT") ?? Self.variable("AWS_ENDPOINT_URL_LAMBDA")
            endpoints = try Self.endpoints(command)
            (definitions, watches) = (command.definitions, command.watch)
            guard let level = EventLog.Level(rawValue: command.logLevel) else {
                throw Complaint.cannotAsk("--log-level is error, warning, info or debug")
            }
            (logLevel, logsData, eventsURL) = (level, command.logData, command.eventsURL)
            #if Services
                connections = try Self.connections(command.connections)
            #endif
        }

        private static func variable(_ name: String) -> String? { environmentVariable(name).flatMap { $0.isEmpty ? nil : $0 } }

        /// Step Functions Local scales waits; here time itself runs faster, so that retries and limits agree with them.
        private static func clock(_ command: ServeCommand) throws(Complaint) -> ClockChoice {
            if let clock = command.clock { return clock }
            guard let scale = command.waitTimeScale ?? variable("WAIT_TIME_SCALE").flatMap({ Double($0) }), scale != 1 else {
                return .real
            }
            guard scale >= 0, scale <= 1_000_000 else { throw .cannotAsk("the wait time scale is a number from 0 up") }
            return .scaled(min(1 / max(scale, 0.000_001), 1_000_000))
        }

        #if Services
            private static func connections(_ path: String?) throws(Complaint) -> Connections {
                guard let path else { return Connections() }
                let value = try NodeFile.read(path).node.value
                do throws(ConnectionsProblem) { return try Connections(value) } catch { throw .cannotAsk("\(path): \(error)") }
            }
        #endif

        private static func mockFile(_ path: String?) -> (@Sendable () throws -> MockFile)? {
            guard let path else { return nil }
            return {
                let (node, _) = try NodeFile.read(path)
                return try MockFile(node: node)
            }
        }

        /// Endpoints by service: flags, then Step Functions Local's variables, then `AWS_ENDPOINT_URL_<SERVICE>`.
        private static func endpoints(_ command: ServeCommand) throws(Complaint) -> [String: String] {
            var endpoints: [String: String] = [:]
            for argument in command.serviceEndpoints {
                let parts = argument.split(separator: "=", maxSplits: 1)
                guard parts.count == 2, parts[1].hasPrefix("http://") || parts[1].hasPrefix("https://") else {
                    throw .cannotAsk("--service-endpoint is NAME=URL, such as sqs=http://localhost:4566")
                }
                endpoints[String(parts[0])] = String(parts[1])
            }
            for (name, url) in command.local.byName where endpoints[name] == nil { endpoints[name] = url }
            for name in [
                "sqs", "sns", "dynamodb", "batch", "ecs", "glue", "s3", "events", "secretsmanager", "ssm", "kms", "kinesis",
            ]
            where endpoints[name] == nil {
                let upper = name.uppercased()
                endpoints[name] =
                    variable("\(upper)_ENDPOINT") ?? variable("AWS_ENDPOINT_URL_\(name == "events" ? "EVENTBRIDGE" : upper)")
            }
            // The general variable is what clients of this very server set; it must not lead back here.
            if let url = variable("AWS_ENDPOINT_URL"), !url.hasSuffix(":\(command.port)"), !url.hasSuffix(":\(command.port)/") {
                endpoints["*"] = endpoints["*"] ?? url
            }
            return endpoints
        }

        // MARK: Serving

        /// Serves until somebody ends the process.
        func perform() async throws {
            let log = EventLog(level: logLevel, showsData: logsData, now: { wallClock() }) { StandardStream.error.tell($0) }
            let telemetry = Telemetry(log: log)
            let tasks = StepFunctionsTasks()
            let journal = try data.map(BriefWait.open)
            let runtime = try Runtime(
                journal: journal.map { .custom($0) } ?? .memory, clock: clock.clock, options: options(tasks, telemetry))
            let service = try StatesService(runtime: runtime, configuration: configuration)
            tasks.attach(service)
            let ended = Ended()
            try Interruption.onFirst { ended.note($0) }
            try runtime.resumeAll()
            let folder = try definitions.map { try DefinitionFolder($0, service: service) }
            if watches { try folder?.watch() }
            let listening: HTTPServer
            do {
                listening = try HTTPServer(service, options: server, telemetry: telemetry)
            } catch {
                runtime.close()
                throw Complaint.cannotAsk("cannot listen on \(server.host):\(server.port): \(error)")
            }
            greet(listening.port)
            await ended.wait()
            listening.close()
            runtime.close()
            // Until here the folder is watched.
            withExtendedLifetime(folder) {}
        }

        private func greet(_ port: Int) {
            let place = data.map { FilePath.short($0) } ?? "in memory: nothing outlives this process"
            StandardStream.error.tell("stepwell serves Step Functions on http://\(server.host):\(port) (\(place))")
            if !server.isLoopback {
                StandardStream.error.tell(
                    "warning: \(server.host) is not loopback: whoever can connect can run state machines, and so your commands")
            }
        }

        private func options(_ tasks: StepFunctionsTasks, _ telemetry: Telemetry) -> RuntimeOptions {
            var options = RuntimeOptions()
            options.region = configuration.region
            options.account = configuration.account
            options.roleArn = "arn:aws:iam::\(configuration.account):role/stepwell"
            options.functionsFile = functions
            options.recoveredMocks = { [configuration] in configuration.recoveredMocks($0) }
            options.invokers = [tasks]
            if let lambdaEndpoint { options.invokers.append(LambdaEndpointTasks(lambdaEndpoint)) }
            #if Services
                options.remoteInvoker = HTTPInvoker()
                options.invokers.append(HTTPTasks(connections: connections, region: configuration.region))
                if !endpoints.isEmpty { options.invokers.append(ServiceEndpoints(endpoints, region: configuration.region)) }
                let poster = eventsURL.map { EventPoster($0) }
                options.onStatusChange = { change in
                    telemetry.note(change)
                    guard let poster else { return }
                    poster.post(StatusEvent.body(of: change))
                }
            #else
                options.onStatusChange = { telemetry.note($0) }
            #endif
            options.invokers.append(UnprovidedTasks())
            options.onStandardError = { call, line in
                StandardStream.error.tell("\(DisplayText.visible(call.state)): \(DisplayText.visible(line))")
            }
            return options
        }
    }

    /// The signal that ends the process, which may come before anybody waits for it.
    private final class Ended: Sendable {
        private enum State {
            case running
            case awaited(CheckedContinuation<Void, Never>)
            case over
        }

        private let state = Mutex(State.running)

        func note(_ status: Complaint.Status) {
            let waiting = state.withLock { state -> CheckedContinuation<Void, Never>? in
                defer { state = .over }
                if case .awaited(let continuation) = state { return continuation }
                return nil
            }
            waiting?.resume()
        }

        /// Returns when the signal has come. The threads that serve requests are not held up by it.
        func wait() async {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if case .over = state { return true }
                    state = .awaited(continuation)
                    return false
                }
                if isOver { continuation.resume() }
            }
        }
    }
#endif
