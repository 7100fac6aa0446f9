import Foundation
import StatesJSON
import StatesLanguage
import StatesRuntime
import Testing

@testable import StatesServices

@Suite("Answers of functions outside")
struct HTTPAnswerTests {
    private func answer(_ status: Int, _ body: String, functionError: String? = nil) -> HTTPAnswer {
        HTTPAnswer(url: "http://x/f", status: status, functionError: functionError, body: Array(body.utf8), requestID: "r-1")
    }

    @Test(
        "a URL's answer is its body; nothing is null",
        arguments: [("{\"a\":1}", ["a": 1]), ("5", 5), ("", nil), (" \n", nil)] as [(String, JSONValue)])
    func values(body: String, value: JSONValue) throws {
        #expect(try URLAnswer(answer(200, body)).value() == value)
        #expect(try LambdaAnswer(answer(200, body), function: "f").value() == value)
    }

    @Test(
        "statuses of a URL become the errors that one retries",
        arguments: [
            (429, "slow", "Lambda.TooManyRequestsException"), (500, "oops", "Lambda.ServiceException"),
            (503, "", "Lambda.ServiceException"),
            (404, "no", "Lambda.Unknown"), (301, "", "Lambda.Unknown"),
            (500, #"{"errorType":"Card.Declined","errorMessage":"no"}"#, "Card.Declined"),
            (200, "not json", "Lambda.Unknown"),
        ])
    func urlErrors(status: Int, body: String, error: String) {
        #expect { _ = try URLAnswer(answer(status, body)).value() } throws: { ($0 as? TaskFailure)?.error == error }
    }

    @Test(
        "a Lambda endpoint tells the function's errors from its own",
        arguments: [
            (200, #"{"errorType":"Oops","errorMessage":"m"}"#, "Unhandled", "Oops", #"{"errorType":"Oops","errorMessage":"m"}"#),
            (200, "out of memory", "Unhandled", "Lambda.Unknown", "out of memory"),
            (
                404, "", nil, "Lambda.ResourceNotFoundException",
                "Function not found: f (Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: r-1; Proxy: null)"
            ),
            (
                429, "slow", nil, "Lambda.TooManyRequestsException",
                "slow (Service: AWSLambda; Status Code: 429; Error Code: TooManyRequestsException; Request ID: r-1; Proxy: null)"
            ),
            (
                502, "bad", nil, "Lambda.ServiceException",
                "bad (Service: AWSLambda; Status Code: 502; Error Code: ServiceException; Request ID: r-1; Proxy: null)"
            ),
            (
                403, "no", nil, "Lambda.AWSLambdaException",
                "no (Service: AWSLambda; Status Code: 403; Error Code: AWSLambdaException; Request ID: r-1; Proxy: null)"
            ),
        ] as [(Int, String, String?, String, String)])
    func lambdaErrors(status: Int, body: String, functionError: String?, error: String, cause: String) {
        #expect(throws: TaskFailure(error, cause: cause)) {
            _ = try LambdaAnswer(answer(status, body, functionError: functionError), function: "f").value()
        }
    }

    @Test(
        "an invocation's address takes any name and endpoint",
        arguments: [
            ("http://h:3001", "f", nil, "http://h:3001/2015-03-31/functions/f/invocations"),
            ("http://h:3001//", "f", "PROD", "http://h:3001/2015-03-31/functions/f/invocations?Qualifier=PROD"),
            ("http://h", "a/b ü?", "$LATEST", "http://h/2015-03-31/functions/a%2Fb%20%C3%BC%3F/invocations?Qualifier=%24LATEST"),
        ] as [(String, String, String?, String)])
    func addresses(endpoint: String, function: String, qualifier: String?, url: String) {
        #expect(LambdaEndpoint.url(endpoint: endpoint, function: function, qualifier: qualifier) == url)
    }

    @Test(
        "a header holds any name", arguments: [("plain name", "plain name"), ("ü\r\nX: y", "%C3%BC%0D%0AX: y"), ("50%", "50%25")])
    func headers(text: String, encoded: String) {
        #expect(CallHeaders.headerText(text) == encoded)
    }
}

#if Services
    /// A server that answers every request alike and keeps what it was asked.
    private final class SmallServer: @unchecked Sendable {
        // `@unchecked`: the lock guards the requests; the listener is a constant.
        let port: UInt16
        private let listener: Int32
        private let lock = NSLock()
        private var kept: [String] = []

        init(answering response: String) throws {
            let listener = socket(AF_INET, streamSocketType(), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let isBound = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(listener, $0, size) == 0 && listen(listener, 8) == 0 && getsockname(listener, $0, &size) == 0
                }
            }
            try #require(isBound)
            self.listener = listener
            port = UInt16(bigEndian: address.sin_port)
            Thread.detachNewThread { [self] in serve(response) }
        }

        var requests: [String] { lock.withLock { kept } }

        private func serve(_ response: String) {
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                var bytes: [UInt8] = []
                var piece = [UInt8](repeating: 0, count: 4096)
                while !Self.isComplete(bytes) {
                    let count = recv(connection, &piece, piece.count, 0)
                    guard count > 0 else { break }
                    bytes += piece[..<count]
                }
                lock.withLock { kept.append(String(decoding: bytes, as: UTF8.self)) }
                _ = response.withCString { send(connection, $0, strlen($0), 0) }
                close(connection)
            }
        }

        private static func isComplete(_ bytes: [UInt8]) -> Bool {
            let text = String(decoding: bytes, as: UTF8.self)
            guard let end = text.range(of: "\r\n\r\n") else { return false }
            let length = text.lowercased().components(separatedBy: "\r\n").first { $0.hasPrefix("content-length:") }
            let expected = length.flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) } ?? 0
            return text[end.upperBound...].utf8.count >= expected
        }

    }

    private func streamSocketType() -> Int32 {
        #if canImport(Darwin)
            SOCK_STREAM
        #else
            Int32(SOCK_STREAM.rawValue)
        #endif
    }

    @Suite("Functions outside")
    struct HTTPInvokerTests {
        private static func response(_ status: String, _ body: String, _ headers: String = "") -> String {
            "HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\(headers)\r\n\(body)"
        }

        private func run(_ target: RemoteTarget) async throws -> Run {
            let machine = try StateMachine(
                definition: """
                    {"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:1:function:quote:PROD","End":true}}}
                    """, name: "m")
            var options = RuntimeOptions()
            options.remoteInvoker = HTTPInvoker()
            let runtime = try Runtime(functions: ["quote": .remote(target)], options: options)
            defer { runtime.close() }
            return try await runtime.run(machine, name: "run-1", input: ["n": 1])
        }

        @Test("a URL is posted the input and told about the task")
        func url() async throws {
            let server = try SmallServer(answering: Self.response("200 OK", #"{"price":12}"#))
            #expect(try await run(.url("http://127.0.0.1:\(server.port)/rates")).output == ["price": 12])
            let request = try #require(server.requests.first)
            #expect(request.hasPrefix("POST /rates HTTP/1.1\r\n"))
            #expect(request.hasSuffix("\r\n\r\n{\"n\":1}"))
            for header in [
                "Content-Type: application/json", "X-Stepwell-Execution: run-1", "X-Stepwell-State: A", "X-Stepwell-Attempt: 1",
            ] {
                #expect(request.contains(header + "\r\n"))
            }
        }

        @Test("a Lambda endpoint is invoked by name and qualifier, and its function's error is the task's")
        func lambda() async throws {
            let server = try SmallServer(
                answering: Self.response(
                    "200 OK", #"{"errorType":"Oops","errorMessage":"m"}"#, "X-Amz-Function-Error: Unhandled\r\n"))
            let run = try await run(.lambda(endpoint: "http://127.0.0.1:\(server.port)"))
            #expect(run.error == "Oops")
            #expect(run.cause == #"{"errorType":"Oops","errorMessage":"m"}"#)
            #expect(
                server.requests.first?.hasPrefix("POST /2015-03-31/functions/quote/invocations?Qualifier=PROD HTTP/1.1\r\n") == true
            )
        }

        @Test("a redirect is not followed")
        func redirect() async throws {
            let server = try SmallServer(answering: Self.response("302 Found", "", "Location: http://127.0.0.1:1/elsewhere\r\n"))
            #expect(try await run(.url("http://127.0.0.1:\(server.port)/")).error == "Lambda.Unknown")
        }

        @Test("nobody there, or no address, fails the task", arguments: ["http://127.0.0.1:1/", "http://no such host/"])
        func unreachable(url: String) async throws {
            #expect(try await run(.url(url)).error == "Lambda.SdkClientException")
        }
    }
#endif
