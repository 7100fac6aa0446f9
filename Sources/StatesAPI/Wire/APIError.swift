public import StatesJSON

/// An error as a client of AWS sees it: a code, a text, and for some codes further members.
public struct APIError: Error, Sendable, Equatable {
    /// AWS's name, which SDKs make exceptions of: `StateMachineDoesNotExist`.
    public var code: String
    /// The text.
    public var message: String
    /// Members beside `__type` and `message`.
    public var members: JSONObject
    /// The HTTP status.
    public var status: Int
    /// What stands before the code in `__type`.
    private var namespace: String

    /// Where an error is defined, which shows in `__type`.
    private enum Namespace {
        static let service = "com.amazonaws.swf.service.v2.model"
        static let validation = "com.amazon.coral.validate"
        static let transport = "com.amazon.coral.service"
    }

    private init(_ code: String, _ message: String, namespace: String, status: Int = 400, members: JSONObject = JSONObject()) {
        self.code = code
        self.message = message
        self.members = members
        self.status = status
        self.namespace = namespace
    }

    /// An error of the service's model.
    public init(_ code: String, _ message: String, members: JSONObject = JSONObject()) {
        self.init(code, message, namespace: Namespace.service, members: members)
    }

    /// The body of the response.
    public var body: JSONObject {
        var body = JSONObject([("__type", .string("\(namespace)#\(code)")), ("message", .string(message))])
        for member in members { body[member.name] = member.value }
        return body
    }
}

// Every text below is AWS's where one is on record (api.md).
extension APIError {
    /// The request breaks a rule that no single member's constraint says.
    static func validation(_ message: String, reason: String? = nil) -> APIError {
        APIError("ValidationException", message, members: JSONObject(reason.map { [("reason", .string($0))] } ?? []))
    }

    /// The request breaks constraints of the model.
    static func constraints(_ violations: [String]) -> APIError {
        let count = violations.count == 1 ? "1 validation error" : "\(violations.count) validation errors"
        return APIError(
            "ValidationException", "\(count) detected: \(violations.joined(separator: "; "))", namespace: Namespace.validation)
    }

    /// The body is no JSON, or a member has the wrong type.
    static func serialization(_ message: String) -> APIError {
        APIError("SerializationException", message, namespace: Namespace.transport)
    }

    /// The target names no operation of this service.
    static let unknownOperation = APIError("UnknownOperationException", "", namespace: Namespace.transport)

    /// The request is larger than any that the model allows.
    static let tooLarge = APIError(
        "RequestEntityTooLargeException", "Request size exceeded the limit.", namespace: Namespace.transport, status: 413)

    /// Somebody asks who must not.
    static func forbidden(_ message: String) -> APIError {
        APIError("AccessDeniedException", message, namespace: Namespace.transport, status: 403)
    }

    /// A fault of ours.
    static func internalFailure(_ message: String) -> APIError {
        APIError("InternalFailure", message, namespace: Namespace.transport, status: 500)
    }

    /// Too much of something waits.
    static func throttled(_ message: String) -> APIError {
        APIError("ThrottlingException", message, namespace: Namespace.transport)
    }

    /// The text is no ARN, or none of a kind that fits.
    static func invalidArn(_ reason: String) -> APIError { APIError("InvalidArn", "Invalid Arn: '\(reason)'") }

    /// The name has a character or a length that is refused.
    static func invalidName(_ name: String) -> APIError { APIError("InvalidName", "Invalid Name: '\(name)'") }

    /// No such state machine, or it was deleted.
    static func noStateMachine(_ arn: String) -> APIError {
        APIError("StateMachineDoesNotExist", "State Machine Does Not Exist: '\(arn)'")
    }

    /// No such execution.
    static func noExecution(_ arn: String) -> APIError {
        APIError("ExecutionDoesNotExist", "Execution Does Not Exist: '\(arn)'")
    }

    /// No such activity.
    static func noActivity(_ arn: String) -> APIError {
        APIError("ActivityDoesNotExist", "Activity Does Not Exist: '\(arn)'")
    }

    /// Nothing that could have tags has that ARN.
    static func noResource(_ arn: String) -> APIError {
        APIError(
            "ResourceNotFound", "Resource not found: '\(arn)'", members: JSONObject([("resourceName", .string(arn))]))
    }

    /// An alias, a version or a map run that does not exist.
    static func noReference(_ arn: String) -> APIError {
        APIError(
            "ResourceNotFound", "Request references a resource that does not exist.",
            members: JSONObject([("resourceName", .string(arn))]))
    }

    /// A page token, or a task token, that was not handed out here.
    static let invalidToken = APIError("InvalidToken", "Invalid Token: 'Invalid token'")

    /// The operation is not for machines of that type.
    static let typeNotSupported = APIError(
        "StateMachineTypeNotSupported", "This operation is not supported by this type of state machine")

    /// An ARN with the label of a Distributed Map where none may stand.
    static let labelledArn = APIError.validation(
        "This operation does not support state machine ARNs that name a Distributed Map state.",
        reason: "API_DOES_NOT_SUPPORT_LABELED_ARNS")

    /// Something that AWS can do and this program cannot yet.
    static func notImplemented(_ what: String) -> APIError { validation("stepwell: \(what)") }
}
