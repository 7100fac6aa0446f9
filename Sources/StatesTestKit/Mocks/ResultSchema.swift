import StatesJSON
import StatesKernel
import StatesLanguage

/// The members of an integration's answer (integrations.md section 3).
struct ResultSchema {
    private let fields: [Field]
    /// What to say to somebody who gave a function's own answer where the service's envelope is expected.
    private var advice = ""

    private struct Field {
        let name: String
        let type: FieldType
        let isRequired: Bool

        /// A member that a service always answers.
        static func always(_ name: String, _ type: FieldType) -> Field { Field(name: name, type: type, isRequired: true) }
        /// A member that a service may answer.
        static func maybe(_ name: String, _ type: FieldType) -> Field { Field(name: name, type: type, isRequired: false) }
    }

    private enum FieldType: String {
        case string = "a string"
        case number = "a number"
        case array = "an array"
        case object = "an object"
        case any = "anything"

        func holds(_ value: JSONValue) -> Bool { self == .any || rawValue.hasSuffix(" " + value.kindName) }
    }

    private init(_ fields: Field..., advice: String = "") { self.init(fields, advice: advice) }

    private init(_ fields: [Field], advice: String = "") {
        self.fields = fields
        self.advice = advice
    }

    /// The shape of a request's result; nil where it is the user's own: functions by ARN, activities and callbacks.
    static func of(_ request: TaskRequest) -> ResultSchema? {
        guard case .integration(let service, let action) = request.resource.kind else { return nil }
        switch request.resource.pattern {
        case .waitForTaskToken: return nil
        // A job's result describes it; only child executions are the same everywhere.
        case .sync, .sync2: return service == "states" && action == "startExecution" ? childExecution : ResultSchema()
        case .requestResponse: break
        }
        if service == "lambda", action == "invoke" { return ofFunction(request) }
        return table["\(service):\(action)"] ?? ResultSchema()
    }

    private static func ofFunction(_ request: TaskRequest) -> ResultSchema {
        let isAwaited = ["RequestResponse", nil].contains(request.input["InvocationType"]?.string)
        let name = request.input["FunctionName"]?.string ?? "the function"
        return ResultSchema(
            [isAwaited ? .always("Payload", .any) : .maybe("Payload", .any), .maybe("StatusCode", .number)]
                + [.maybe("ExecutedVersion", .string)] + sdk,
            advice: "; give { Payload: … }, or mock '\(name)' to give what the function answers")
    }

    private static let sdk: [Field] = [.maybe("SdkHttpMetadata", .object), .maybe("SdkResponseMetadata", .object)]

    private static let response: [Field] = [
        .always("ResponseBody", .any), .always("StatusCode", .number), .maybe("Headers", .object), .maybe("StatusText", .string),
    ]

    private static let childExecution = ResultSchema(
        .always("ExecutionArn", .string), .always("Status", .string), .maybe("Name", .string), .maybe("StateMachineArn", .string),
        .maybe("Output", .any))

    private static let table: [String: ResultSchema] = [
        "sqs:sendMessage": ResultSchema(
            [.always("MessageId", .string), .maybe("MD5OfMessageBody", .string), .maybe("SequenceNumber", .string)] + sdk),
        "sns:publish": ResultSchema([.always("MessageId", .string)] + sdk),
        "dynamodb:getItem": ResultSchema([.maybe("Item", .object)] + sdk),
        "dynamodb:putItem": ResultSchema([.maybe("Attributes", .object)] + sdk),
        "dynamodb:deleteItem": ResultSchema([.maybe("Attributes", .object)] + sdk),
        "dynamodb:updateItem": ResultSchema([.maybe("Attributes", .object)] + sdk),
        "ecs:runTask": ResultSchema([.maybe("Tasks", .array), .maybe("Failures", .array)] + sdk),
        "events:putEvents": ResultSchema(.always("Entries", .array), .always("FailedEntryCount", .number)),
        "states:startExecution": ResultSchema([.always("ExecutionArn", .string), .always("StartDate", .any)] + sdk),
        "apigateway:invoke": ResultSchema(response),
        "http:invoke": ResultSchema(response),
    ]

    /// In the words of TestState's own messages.
    func problem(with value: JSONValue, isStrict: Bool) -> String? {
        guard let object = value.object else { return "it must be an object, not \(value.kindName)\(advice)" }
        for field in fields {
            if let found = object[field.name] {
                if !field.type.holds(found) { return "field '\(field.name)' must be \(field.type.rawValue)" }
            } else if isStrict, field.isRequired {
                return "required field '\(field.name)' is missing\(advice)"
            }
        }
        return nil
    }
}
