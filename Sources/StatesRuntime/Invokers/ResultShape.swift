package import StatesJSON
package import StatesKernel
import StatesLanguage

/// How a function's own answer becomes the result that AWS's service would give (integrations.md sections 3 and 5).
package struct ResultShape {
    private let request: TaskRequest
    /// Whether the result is `lambda:invoke`'s envelope around the function's answer.
    private let isEnvelope: Bool

    init(_ task: LiveTask) { self.init(task.request, key: task.resolution.key) }

    /// The shape of that request's result, where the answer was found by that key.
    package init(_ request: TaskRequest, key: String?) {
        self.request = request
        isEnvelope = Self.isFunctionBehindInvoke(request, key: key)
    }

    /// Whether a function is meant that `lambda:invoke` calls, and not a stand-in for the whole of `lambda:invoke`.
    package static func isFunctionBehindInvoke(_ request: TaskRequest, key: String?) -> Bool {
        guard request.resource.kind == .integration(service: "lambda", action: "invoke") else { return false }
        guard let key else { return true }
        return !key.hasPrefix("lambda:invoke") && key != request.resource.text
    }

    /// What a function gets to read: the state's input, or of `lambda:invoke` the payload.
    package static func input(of request: TaskRequest, key: String?) -> JSONValue {
        guard isFunctionBehindInvoke(request, key: key) else { return request.input }
        // As recorded: nothing and null are an empty event, and a text is the request's body as it stands.
        guard let payload = request.input["Payload"], !payload.isNull else { return .emptyObject }
        guard case .string(let text) = payload, let body = try? JSONValue(parsing: text) else { return payload }
        return body
    }

    /// A function's own answer as the service would give it.
    package func outcome(_ outcome: Answer.Outcome) -> Answer.Outcome {
        switch outcome {
        case .value(let value): .value(shaped(value))
        case .failure(let error, let cause): .failure(error: error, cause: shaped(cause))
        }
    }

    func outcome(_ outcome: TaskOutcome) -> Answer.Outcome {
        switch outcome {
        case .value(let value): .value(shaped(value))
        case .failure(let error, let cause): .failure(error: error, cause: shaped(cause))
        case .process(let outcome, let limit): process(outcome, limit)
        }
    }

    private func shaped(_ value: JSONValue) -> JSONValue {
        guard isEnvelope else { return value }
        let isEvent = request.input["InvocationType"]?.string == "Event"
        let version = TaskSubject(request).function.qualifier ?? "$LATEST"
        let id = requestID
        let headers: [(String, String)] = [
            ("Content-Type", "application/json"), ("X-Amz-Executed-Version", version), ("x-amzn-RequestId", id),
        ]
        let status = isEvent ? 202 : 200
        var members: [(String, JSONValue)] = [("ExecutedVersion", .string(version))]
        // The log's last lines in Base64; a function of ours has none that AWS would show.
        if request.input["LogType"]?.string == "Tail" { members.append(("LogResult", "")) }
        members += [
            ("Payload", isEvent ? "" : value),
            (
                "SdkHttpMetadata",
                .object(
                    JSONObject([
                        ("AllHttpHeaders", .object(JSONObject(headers.map { ($0, .array([.string($1)])) }))),
                        ("HttpHeaders", .object(JSONObject(headers.map { ($0, .string($1)) }))),
                        ("HttpStatusCode", .integer(status)),
                    ]))
            ),
            ("SdkResponseMetadata", .object(JSONObject([("RequestId", .string(id))]))),
            ("StatusCode", .integer(status)),
        ]
        return .object(JSONObject(members))
    }

    /// An identifier that is the same whenever the same execution runs from the same seed. `lambda:invoke` starts no child
    /// execution, so the name that one would have is free.
    private var requestID: String {
        RandomBytes.uuid(
            from: request.execution.seed.bytes(
                for: .childName, thread: request.task.thread, counter: UInt64(UInt32(bitPattern: request.task.generation))))
    }

    /// The error payload is kept as the function wrote it, but `lambda:invoke` writes it anew, compactly (FACTS 22).
    private func shaped(_ cause: String) -> String {
        guard isEnvelope, cause.utf8.first == UInt8(ascii: "{"), let payload = try? JSONValue(parsing: cause) else { return cause }
        return payload.compactText
    }

    // MARK: Commands

    private func process(_ outcome: ProcessOutcome, _ limit: Duration?) -> Answer.Outcome {
        switch outcome {
        case .ended(0, 0, let output, let errorTail): answered(output, errorTail)
        case .ended(let status, let signal, let output, let errorTail): failed(status, signal, output, errorTail)
        case .timedOut:
            .failure(error: "Sandbox.Timedout", cause: "The command did not end within \(limit.map { "\($0)" } ?? "its time").")
        case .tooMuchOutput: .failure(error: "States.DataLimitExceeded", cause: sizeCause)
        case .notStarted(let reason): .failure(error: "Lambda.Unknown", cause: reason)
        case .cancelled: .failure(error: "Lambda.Unknown", cause: "The command was ended.")
        }
    }

    private func answered(_ output: [UInt8], _ errorTail: [UInt8]) -> Answer.Outcome {
        let text = Self.trimmed(output)
        if text.isEmpty { return .value(shaped(.null)) }
        do {
            return .value(shaped(try JSONValue(parsing: text)))
        } catch {
            return .failure(
                error: "Lambda.Unknown",
                cause: Self.text(errorTail, else: "The command's standard output is no JSON: \(error)."))
        }
    }

    private func failed(_ status: Int32, _ signal: Int32, _ output: [UInt8], _ errorTail: [UInt8]) -> Answer.Outcome {
        let text = Self.trimmed(output)
        if text.first == UInt8(ascii: "{"), let payload = try? JSONValue(parsing: text), let error = payload["errorType"]?.string {
            return .failure(error: error, cause: shaped(String(decoding: text, as: UTF8.self)))
        }
        let end = signal == 0 ? "ended with exit status \(status)" : "was ended by signal \(signal)"
        return .failure(
            error: "Lambda.Unknown", cause: Self.text(errorTail, else: "The command \(end) and wrote nothing to standard error."))
    }

    /// The last bytes of standard error, from the beginning of a character on.
    private static func text(_ tail: [UInt8], else otherwise: String) -> String {
        let start = tail.firstIndex { $0 & 0xC0 != 0x80 } ?? tail.endIndex
        let text = String(decoding: trimmed(tail[start...]), as: UTF8.self)
        return text.isEmpty ? otherwise : text
    }

    private static func trimmed(_ bytes: some BidirectionalCollection<UInt8>) -> ArraySlice<UInt8> {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
        let bytes = Array(bytes)
        guard let first = bytes.firstIndex(where: { !isSpace($0) }), let last = bytes.lastIndex(where: { !isSpace($0) }) else {
            return []
        }
        return bytes[first...last]
    }

    /// The text for a result that is too large, as the kernel words it for smaller ones (FACTS 24).
    private var sizeCause: String {
        let name =
            switch request.resource.kind {
            case .integration(let service, _): service
            case .function, .activity: request.resource.text
            }
        return "The state/task '\(name)' returned a result with a size exceeding the maximum number of bytes service limit."
    }
}
