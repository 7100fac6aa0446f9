#if Server
    import StatesJSON
    import Testing

    @testable import StatesAPI

    #if canImport(Glibc)
        import Glibc
    #elseif canImport(Musl)
        import Musl
    #elseif canImport(Darwin)
        import Darwin
    #endif

    /// A connection that sends whatever it is told to.
    private struct Wire {
        private let descriptor: Int32

        init(port: Int) throws {
            #if canImport(Darwin) || canImport(Musl)
                descriptor = socket(AF_INET, SOCK_STREAM, 0)
            #else
                descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            #endif
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(port).bigEndian
            address.sin_addr = in_addr(s_addr: in_addr_t(0x7F00_0001).bigEndian)
            var limit = timeval(tv_sec: 10, tv_usec: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
            let own = descriptor
            let failed = withUnsafePointer(to: &address) { address in
                address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(own, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            try #require(failed == 0)
        }

        func send(_ text: String) { _ = Array(text.utf8).withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } }

        /// What comes until the other side closes, or enough has come.
        func receive(until mark: String? = nil) -> String {
            var all: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = read(descriptor, &buffer, buffer.count)
                guard count > 0 else { break }
                all += buffer[..<count]
                if let mark, String(decoding: all, as: UTF8.self).contains(mark) { break }
            }
            return String(decoding: all, as: UTF8.self)
        }

        func close() { shutdown(descriptor, Int32(2)) }
    }

    @Suite("the server", .serialized)
    struct ServerTests {
        private func serving<Answer>(
            _ change: (inout ServerOptions) -> Void = { _ in }, _ body: (HTTPServer, TestService) async throws -> Answer
        ) async throws -> Answer {
            let service = try TestService()
            var options = ServerOptions()
            options.port = 0
            change(&options)
            let server = try HTTPServer(service.service, options: options)
            defer { server.close(within: .seconds(1)) }
            return try await body(server, service)
        }

        private func request(_ target: String, _ body: String, _ headers: String = "") -> String {
            "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: \(target)\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        }

        @Test("requests on one connection are answered in order, each with an id")
        func pipelining() async throws {
            try await serving { server, _ in
                let wire = try Wire(port: server.port)
                let one = request("AWSStepFunctions.ListActivities", "{}")
                wire.send(one + one + request("AWSStepFunctions.ListStateMachines", "{}", "Connection: close\r\n"))
                let answer = wire.receive()
                #expect(answer.components(separatedBy: "HTTP/1.1 200 OK").count == 4)
                #expect(answer.components(separatedBy: "x-amzn-RequestId: ").count == 4)
                #expect(answer.hasSuffix(#"{"stateMachines":[]}"#))
            }
        }

        static let hostile: [(String, String)] = [
            (
                "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: AWSStepFunctions.ListActivities\r\nContent-Length: 1\r\nConnection: close\r\n\r\n{",
                "SerializationException"
            ),
            ("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}", "UnknownOperationException"),
            ("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n", ""),
            (
                "POST / HTTP/1.1\r\nHost: evil.example\r\nX-Amz-Target: AWSStepFunctions.ListActivities\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
                "403"
            ),
            (
                "POST / HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
                "403"
            ),
            ("GET /../../etc/passwd HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "404"),
            ("NONSENSE\r\n\r\n", "400"), (String(repeating: "A", count: 100_000) + "\r\n\r\n", ""),
        ]

        @Test("a hostile request gets a proper error or a closed connection, and the next client is served", arguments: hostile)
        func hostileRequests(text: String, expected: String) async throws {
            try await serving({ $0.requestSeconds = 1 }) { server, _ in
                let wire = try Wire(port: server.port)
                wire.send(text)
                #expect(expected.isEmpty || wire.receive().contains(expected))
                wire.close()
                let next = try Wire(port: server.port)
                next.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                #expect(next.receive().hasSuffix("ok\n"))
            }
        }

        @Test("a request that does not arrive in time is given up, in real seconds")
        func slowSenders() async throws {
            try await serving({ $0.requestSeconds = 1 }) { server, _ in
                let wire = try Wire(port: server.port)
                wire.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Le")
                #expect(wire.receive() == "")
            }
        }

        @Test("a poll is answered with nothing when its time is over, and a worker who went away gets no task")
        func polls() async throws {
            try await serving({ $0.activityWaitSeconds = 1 }) { server, service in
                let activity = try await service.call(.createActivity, ["name": "a"])["activityArn"]?.string ?? ""
                let poll = request("AWSStepFunctions.GetActivityTask", #"{"activityArn":"\#(activity)"}"#, "Connection: close\r\n")
                let gone = try Wire(port: server.port)
                gone.send(poll)
                try await Task.sleep(for: .milliseconds(100))
                gone.close()
                try await Task.sleep(for: .milliseconds(100))
                let execution = try await service.start(service.create("m", Definitions.task(activity, ["x": 1])))
                let wire = try Wire(port: server.port)
                wire.send(poll)
                #expect(wire.receive().contains(#""input":"{\"x\":1}""#))
                #expect(try await service.types(execution).contains("ActivityStarted"))
                let idle = try Wire(port: server.port)
                idle.send(poll)
                #expect(idle.receive().hasSuffix("{}"))
            }
        }

        @Test("metrics are text")
        func metrics() async throws {
            try await serving { server, _ in
                let wire = try Wire(port: server.port)
                wire.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                #expect(wire.receive().contains("# TYPE ExecutionsStarted counter"))
            }
        }
    }

    extension String {
        fileprivate func components(separatedBy mark: String) -> [Substring] {
            split(separator: mark, omittingEmptySubsequences: false)
        }
    }
#endif
