import StatesJSON
import StatesKernel
import StatesLanguage
public import StatesRuntime
import StatesText
import Synchronization

/// Performs what state machines ask of Step Functions itself: `states:startExecution` in all its forms, and `aws-sdk:sfn:*`.
///
/// A rule is needed before the runtime exists, and the service after it, so the service is attached when both are there.
public final class StepFunctionsTasks: TaskInvoker {
    private struct Reference {
        weak var service: StatesService?
    }

    private let reference = Mutex(Reference())

    /// A rule without a service.
    public init() {}

    /// Lets the rule answer.
    public func attach(_ service: StatesService) { reference.withLock { $0.service = service } }

    /// Who performs tasks of Step Functions: this.
    public func resolution(of subject: TaskSubject) -> Resolution? {
        switch subject.resource.kind {
        case .integration("states", "startExecution"):
            return Resolution(function: nested(subject.resource.pattern), reason: "stepwell starts the execution itself")
        case .integration("aws-sdk:sfn", let action):
            guard let operation = Operation(rawValue: action.prefix(1).uppercased() + action.dropFirst()) else { return nil }
            return Resolution(function: call(operation), reason: "stepwell answers \(operation.rawValue) itself")
        case .integration, .function, .activity: return nil
        }
    }

    private func service() throws(TaskFailure) -> StatesService {
        guard let service = reference.withLock({ $0.service }) else {
            throw TaskFailure("States.TaskFailed", cause: "The service is not running.")
        }
        return service
    }

    // MARK: Nested executions

    private func nested(_ pattern: TaskResource.Pattern) -> Function {
        let begin: @Sendable (JSONValue, TaskCall) async throws -> JSONValue = { [self] input, call in
            try await NestedStart(input, call).begin(by: try service())
        }
        switch pattern {
        case .requestResponse, .waitForTaskToken:
            return .closure { (input: JSONValue, call: TaskCall) -> JSONValue in try await begin(input, call) }
        case .sync, .sync2:
            return .job(begin: begin) { [self] input, call in
                try await NestedStart(input, call).end(by: try service(), parses: pattern == .sync2)
            }
        }
    }

    // MARK: The SDK

    private func call(_ operation: Operation) -> Function {
        .closure { [self] (input: JSONValue, call: TaskCall) -> JSONValue in
            let service = try service()
            switch await service.outcome(of: operation, SDKNames.lowered(input).object ?? JSONObject()) {
            case .success(let members): return SDKNames.raised(.object(members))
            case .failure(let error):
                throw TaskFailure(
                    "Sfn.\(error.exceptionName)",
                    cause: "\(error.message) (Service: Sfn, Status Code: \(error.status), "
                        + "Request ID: \(service.runtime.randomUUID())) (SDK Attempt Count: 1)")
            }
        }
    }
}

extension StatesService {
    /// What a state that asks for an operation is answered.
    fileprivate func outcome(of operation: Operation, _ members: JSONObject) async -> Response {
        let request: Request
        do throws(APIError) {
            request = try Request(operation, members)
        } catch {
            return .failure(error)
        }
        return await withCheckedContinuation { continuation in
            _ = answer(request, then: { continuation.resume(returning: $0) })
        }
    }
}

extension APIError {
    /// The name of the exception that an SDK makes of it.
    fileprivate var exceptionName: String { code.hasSuffix("Exception") ? code : code + "Exception" }
}

/// An execution that a state starts.
private struct NestedStart {
    private let members: JSONObject
    private let machineArn: String
    private let name: String

    /// The name is the request's, or one that is fixed before the start, so that the execution is found again after a restart.
    init(_ input: JSONValue, _ call: TaskCall) {
        machineArn = input["StateMachineArn"]?.string ?? ""
        name = input["Name"]?.string ?? Self.name(for: call)
        let text = input["Input"].map { $0.isNull ? "{}" : $0.compactText } ?? "{}"
        members = JSONObject([("stateMachineArn", .string(machineArn)), ("name", .string(name)), ("input", .string(text))])
    }

    private static func name(for call: TaskCall) -> String {
        let digits = Digest.hexadecimal(Digest.sha256(Array("\(call.idempotencyKey)#\(call.invocation)".utf8)))
        let ends = [0, 8, 12, 16, 20, 32]
        let bytes = Array(digits.utf8)
        return zip(ends, ends.dropFirst()).map { String(decoding: bytes[$0..<$1], as: UTF8.self) }.joined(separator: "-")
    }

    /// The result of `states:startExecution`.
    func begin(by service: StatesService) async throws -> JSONValue {
        let id = service.runtime.randomUUID()
        switch await service.outcome(of: .startExecution, members) {
        case .success(let answer):
            return SDKResult.optimized(
                [
                    "ExecutionArn": answer["executionArn"] ?? .null,
                    "StartDate": SDKNames.milliseconds(answer["startDate"] ?? .null),
                ], requestID: id)
        case .failure(let error):
            throw TaskFailure(
                "StepFunctions.\(error.exceptionName)",
                cause: "\(error.message) (Service: AWSStepFunctions; Status Code: \(error.status); Error Code: \(error.code); "
                    + "Request ID: \(id); Proxy: null)")
        }
    }

    /// Waits for the execution's end, and stops it if nobody waits any more.
    func end(by service: StatesService, parses: Bool) async throws -> JSONValue {
        let target = try service.target(of: machineArn)
        guard !target.machine.settings.isExpress else {
            throw TaskFailure("StepFunctions.InvalidArnException", cause: "An Express execution's end cannot be waited for.")
        }
        let prefix = service.configuration.arnPrefix
        let arn = "\(prefix)execution:\(target.machine.name):\(name)"
        let summary = try service.runtime.archive.summary(of: arn)
        _ = try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Run, any Error>) in
                service.runtime.whenFinished(summary) { continuation.resume(with: $0) }
            }
        } onCancel: {
            service.runtime.stop(summary) { _ in }
        }
        let ended = try service.runtime.archive.summary(of: arn)
        let description = try service.runtime.archive.description(ended)
        let document = Self.description(service.document(of: description, ended.labels, showsData: true), parses: parses)
        guard description.status == .succeeded else {
            throw TaskFailure("States.TaskFailed", cause: document.compactText)
        }
        return document
    }

    /// The description of the ended execution, its members by name. `.sync` has texts for input and output and, as recorded, nothing
    /// about redrives; `.sync:2` has their values.
    private static func description(_ answer: JSONObject, parses: Bool) -> JSONValue {
        var members: [(String, JSONValue)] = []
        for member in answer {
            if !parses, member.name.hasPrefix("redrive") { continue }
            var value = SDKNames.raised(member.value)
            if member.name.hasSuffix("Date") { value = SDKNames.milliseconds(member.value) }
            if parses, member.name == "input" || member.name == "output", let text = value.string,
                let parsed = try? JSONValue(parsing: text)
            {
                value = parsed
            }
            members.append((SDKNames.raised(member.name), value))
        }
        return .object(JSONObject(members.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }))
    }
}

/// The shapes of results that an SDK adds something to.
enum SDKResult {
    /// A result of an optimised integration: its members and what the SDK knows of the response, by name.
    static func optimized(_ members: JSONValue, requestID: String, status: Int = 200) -> JSONValue {
        var all = (members.object?.members ?? []).map { ($0.name, $0.value) }
        all.append(
            (
                "SdkHttpMetadata",
                [
                    "AllHttpHeaders": ["x-amzn-RequestId": [.string(requestID)]],
                    "HttpHeaders": ["x-amzn-RequestId": .string(requestID)], "HttpStatusCode": .integer(status),
                ]
            ))
        all.append(("SdkResponseMetadata", ["RequestId": .string(requestID)]))
        return .object(JSONObject(all.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }))
    }
}

/// Names of members as state machines write them, and as the protocol does.
enum SDKNames {
    static func raised(_ name: String) -> String { name.prefix(1).uppercased() + name.dropFirst() }

    /// A response with its members' names in Pascal case, and its times as ISO 8601.
    static func raised(_ value: JSONValue, isTime: Bool = false) -> JSONValue {
        switch value {
        case .object(let object):
            .object(
                JSONObject(
                    object.map { member in
                        (
                            raised(member.name),
                            raised(member.value, isTime: member.name.hasSuffix("Date") || member.name == "timestamp")
                        )
                    }))
        case .array(let values): .array(values.map { raised($0) })
        case .number(let number) where isTime:
            .string(Timestamp(milliseconds: Int64((number.doubleValue * 1_000).rounded())).rfc3339Milliseconds)
        case .null, .bool, .number, .string: value
        }
    }

    /// A request with its members' names as the protocol has them. Payloads that are objects become JSON text.
    static func lowered(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let object):
            .object(
                JSONObject(
                    object.map { member in
                        let name = member.name.prefix(1).lowercased() + member.name.dropFirst()
                        let isText =
                            ["input", "output", "definition"].contains(name) && member.value.string == nil && !member.value.isNull
                        return (name, isText ? .string(member.value.compactText) : lowered(member.value))
                    }))
        case .array(let values): .array(values.map { lowered($0) })
        case .null, .bool, .number, .string: value
        }
    }

    /// A time of the protocol as a whole number of milliseconds.
    static func milliseconds(_ value: JSONValue) -> JSONValue {
        value.number.map { .number(.integer(Int64(($0.doubleValue * 1_000).rounded()))) } ?? value
    }
}
