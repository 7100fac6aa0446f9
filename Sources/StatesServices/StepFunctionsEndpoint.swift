#if Services
    import AsyncHTTPClient
    import NIOCore
    import NIOHTTP1
    public import StatesJSON

    /// Another implementation of Step Functions, called by its operations as AWS's clients do: JSON 1.0 posted over HTTP.
    ///
    /// Requests are not signed, so AWS itself refuses them; local implementations do not look.
    public struct StepFunctionsEndpoint: Sendable {
        private let url: String
        private let region: String
        private static let answerLimit = 32 << 20

        /// An error that the endpoint answered, or that no answer came.
        public struct Failure: Error, Sendable, CustomStringConvertible {
            /// The error's name and what it says.
            public let description: String
        }

        /// The endpoint at that URL.
        public init(url: String, region: String = "us-east-1") {
            self.url = url.hasSuffix("/") ? url : url + "/"
            self.region = region
        }

        /// Performs an operation such as `StartExecution`.
        ///
        /// - Throws: `Failure`.
        public func call(_ operation: String, _ request: JSONValue) async throws -> JSONValue {
            var message = HTTPClientRequest(url: url)
            message.method = .POST
            message.headers.add(name: "Content-Type", value: "application/x-amz-json-1.0")
            message.headers.add(name: "X-Amz-Target", value: "AWSStepFunctions.\(operation)")
            // Several local implementations read the region, and which service is meant, from here and look at nothing else of it.
            message.headers.add(
                name: "Authorization",
                value: "AWS4-HMAC-SHA256 Credential=test/20260101/\(region)/states/aws4_request, SignedHeaders=host, Signature=none"
            )
            var body: [UInt8] = []
            request.write(into: &body)
            message.body = .bytes(body)
            let status: UInt
            let bytes: ByteBuffer
            do {
                let response = try await HTTPClient.shared.execute(message, timeout: .seconds(60))
                status = response.status.code
                bytes = try await response.body.collect(upTo: Self.answerLimit)
            } catch {
                throw Failure(description: "\(url) could not be reached: \(error)")
            }
            let answer = try? JSONValue(parsing: Array(bytes.readableBytesView))
            guard (200..<300).contains(status) else {
                let type =
                    answer?["__type"]?.string.map { $0.split(separator: "#").last.map(String.init) ?? $0 } ?? "status \(status)"
                let text = answer?["message"]?.string ?? answer?["Message"]?.string ?? ""
                throw Failure(description: "\(operation): \(type)\(text.isEmpty ? "" : ": \(text)")")
            }
            guard let answer else { throw Failure(description: "\(operation): the answer is no JSON") }
            return answer
        }
    }
#endif
