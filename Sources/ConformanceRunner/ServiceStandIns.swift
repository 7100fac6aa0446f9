import StatesJSON
import StatesLanguage
import StatesText

/// What a service answers, and after how many milliseconds.
struct ServiceAnswer {
    enum Outcome {
        case result(JSONValue)
        case failure(error: String, cause: String)
    }

    var outcome: Outcome
    var delay: Int64 = 0
}

/// As much of the services as the cases call: functions, queues, topics, tables and event buses, all in memory.
struct ServiceStandIns {
    /// A message that was sent to a queue.
    struct Message {
        var queue: String
        var body: String
    }

    /// Functions by name.
    var functions: [String: LambdaFunction] = [:]
    /// The names of the queues that exist.
    var queues: Set<String> = []
    /// Tables by name: items, each with the attributes it was put with.
    private var tables: [String: [JSONObject]] = [:]
    private var messages: [Message] = []
    private let uid: String
    private var identifiers: UInt64 = 0

    /// The services that are stood in for.
    static let available: Set<String> = ["sqs", "sns", "dynamodb", "events"]

    init(uid: String) { self.uid = uid }

    /// A new identifier, the same in every run.
    mutating func uuid() -> String {
        identifiers += 1
        let digits = Array(Digest.hexadecimal(Digest.sha256(Array("\(uid)/\(identifiers)".utf8))))
        let ends = [0, 8, 12, 16, 20, 32]
        return zip(ends, ends.dropFirst()).map { String(digits[$0..<$1]) }.joined(separator: "-")
    }

    /// The messages sent since the last time.
    mutating func takeMessages() -> [Message] {
        defer { messages = [] }
        return messages
    }

    /// Performs a task.
    mutating func answer(to resource: TaskResource, _ input: JSONValue) -> ServiceAnswer {
        switch resource.kind {
        case .function(let name): return invokeDirectly(name, arn: resource.text, input)
        case .activity: preconditionFailure("workers perform activities")
        case .integration("lambda", "invoke"): return invokeByIntegration(input)
        case .integration("sqs", "sendMessage"): return sendMessage(input)
        case .integration("sns", "publish"): return publish(input)
        case .integration("events", "putEvents"): return putEvents(input)
        case .integration("dynamodb", let action): return useTable(action, input)
        case .integration(let service, let action):
            return ServiceAnswer(
                outcome: .failure(error: "States.TaskFailed", cause: "nobody here performs \(service):\(action)"))
        }
    }

    // MARK: Shapes of answers

    /// A result with the members that the SDK adds, in the service's order: by name.
    mutating func result(_ members: JSONValue, status: Int = 200) -> ServiceAnswer {
        ServiceAnswer(outcome: .result(withMetadata(members, status: status)))
    }

    private mutating func withMetadata(_ members: JSONValue, status: Int = 200) -> JSONValue {
        let id = uuid()
        var all = (members.object?.members ?? []).map { ($0.name, $0.value) }
        all.append(
            (
                "SdkHttpMetadata",
                [
                    "AllHttpHeaders": ["x-amzn-RequestId": [.string(id)]], "HttpHeaders": ["x-amzn-RequestId": .string(id)],
                    "HttpStatusCode": .integer(status),
                ]
            ))
        all.append(("SdkResponseMetadata", ["RequestId": .string(id)]))
        return .object(JSONObject(all.sorted { $0.0 < $1.0 }))
    }

    /// An error as optimised integrations word it.
    mutating func failure(_ error: String, _ message: String, service: String, status: Int, code: String) -> ServiceAnswer {
        let cause =
            "\(message) (Service: \(service); Status Code: \(status); Error Code: \(code); Request ID: \(uuid()); Proxy: null)"
        return ServiceAnswer(outcome: .failure(error: error, cause: cause))
    }

    // MARK: Lambda

    /// A function's ARN as `Resource`: the payload itself; the error payload as the runtime wrote it.
    private mutating func invokeDirectly(_ name: String, arn: String, _ event: JSONValue) -> ServiceAnswer {
        guard let function = functions[name] else { return noFunction(arn) }
        let (outcome, delay) = function.invoke(event, requestID: uuid())
        switch outcome {
        case .payload(let payload): return ServiceAnswer(outcome: .result(payload), delay: delay)
        case .error(let error):
            return ServiceAnswer(
                outcome: .failure(error: error["errorType"]?.string ?? "Lambda.Unknown", cause: error.spacedText), delay: delay)
        }
    }

    /// `lambda:invoke`: the API's answer around the payload; the error payload written anew.
    private mutating func invokeByIntegration(_ input: JSONValue) -> ServiceAnswer {
        let given = input["FunctionName"]?.string ?? ""
        let name = given.hasPrefix("arn:") ? String(given.split(separator: ":").dropFirst(6).first ?? "") : given
        guard let function = functions[name] else {
            return noFunction("arn:aws:lambda:\(CaseSetting.region):\(CaseSetting.account):function:\(name)")
        }
        let (outcome, delay) = function.invoke(Self.event(of: input["Payload"]), requestID: uuid())
        switch outcome {
        case .payload(let payload):
            var members: JSONValue = ["ExecutedVersion": "$LATEST", "Payload": payload, "StatusCode": 200]
            if input["LogType"]?.string == "Tail", case .object(var object) = members {
                object["LogResult"] = .string(Base64.encode(Array("START\nEND\nREPORT\n".utf8)))
                members = .object(object)
            }
            return ServiceAnswer(outcome: .result(withMetadata(members)), delay: delay)
        case .error(let error):
            return ServiceAnswer(
                outcome: .failure(error: error["errorType"]?.string ?? "Lambda.Unknown", cause: error.compactText), delay: delay)
        }
    }

    /// Nothing and null are an empty event; a text is the request's body as it stands.
    private static func event(of payload: JSONValue?) -> JSONValue {
        guard let payload, !payload.isNull else { return .emptyObject }
        guard let text = payload.string, let inner = try? JSONValue(parsing: text) else { return payload }
        return inner
    }

    private mutating func noFunction(_ arn: String) -> ServiceAnswer {
        failure(
            "Lambda.ResourceNotFoundException", "Function not found: \(arn):$LATEST", service: "AWSLambda", status: 404,
            code: "ResourceNotFoundException")
    }

    // MARK: Step Functions

    /// The text that StartExecution sends for `Input`; null and nothing are an empty object.
    static func inputText(of request: JSONValue) -> String {
        request["Input"].map { $0.isNull ? "{}" : $0.compactText } ?? "{}"
    }

    /// The answer of `states:startExecution` to a request that names no machine.
    mutating func noMachine(_ request: JSONValue) -> ServiceAnswer {
        failure(
            "StepFunctions.StateMachineDoesNotExistException",
            "State Machine Does Not Exist: '\(request["StateMachineArn"]?.string ?? "")'", service: "AWSStepFunctions", status: 400,
            code: "StateMachineDoesNotExist")
    }

    /// The answer of `states:startExecution` that has started one.
    mutating func started(_ machine: String, _ name: String, at time: Int64) -> ServiceAnswer {
        let arn = "arn:aws:states:\(CaseSetting.region):\(CaseSetting.account):execution:\(machine):\(name)"
        return result(["ExecutionArn": .string(arn), "StartDate": .integer(Int(time))])
    }

    // MARK: SQS and SNS

    private mutating func sendMessage(_ input: JSONValue) -> ServiceAnswer {
        let url = input["QueueUrl"]?.string ?? ""
        guard url.hasPrefix(Substitution.queueHost) else {
            let host = url.split(separator: "/", omittingEmptySubsequences: true).dropFirst().first.map(String.init) ?? url
            return ServiceAnswer(
                outcome: .failure(
                    error: "SQS.SdkClientException", cause: "Unable to execute HTTP request: \(host): Name or service not known"))
        }
        let queue = String(url.dropFirst(Substitution.queueHost.count))
        guard queues.contains(queue) else {
            return failure(
                "SQS.AmazonSQSException", "The specified queue does not exist.", service: "AmazonSQS", status: 400,
                code: "AWS.SimpleQueueService.NonExistentQueue")
        }
        let body = input["MessageBody"].map { $0.string ?? $0.compactText } ?? ""
        messages.append(Message(queue: queue, body: body))
        var members = JSONObject([("MD5OfMessageBody", .string(Self.md5(body))), ("MessageId", .string(uuid()))])
        if let attributes = input["MessageAttributes"] {
            members["MD5OfMessageAttributes"] = .string(Self.md5(attributes.compactText))
        }
        return result(.object(members))
    }

    private static func md5(_ text: String) -> String { Digest.hexadecimal(Digest.md5(Array(text.utf8))) }

    /// Every topic exists: the cases that are run do not create the one they name.
    private mutating func publish(_ input: JSONValue) -> ServiceAnswer {
        result(["MessageId": .string(uuid())])
    }

    // MARK: EventBridge

    private mutating func putEvents(_ input: JSONValue) -> ServiceAnswer {
        var entries: [JSONValue] = []
        var failed = 0
        for entry in input["Entries"]?.array ?? [] {
            if let (code, message) = Self.fault(in: entry) {
                failed += 1
                entries.append(["ErrorCode": .string(code), "ErrorMessage": .string(message)])
            } else {
                entries.append(["EventId": .string(uuid())])
            }
        }
        let answer: JSONValue = ["Entries": .array(entries), "FailedEntryCount": .integer(failed)]
        guard failed > 0 else { return ServiceAnswer(outcome: .result(answer)) }
        return ServiceAnswer(outcome: .failure(error: "EventBridge.FailedEntry", cause: answer.compactText))
    }

    private static func fault(in entry: JSONValue) -> (code: String, message: String)? {
        for name in ["Source", "DetailType", "Detail"] where entry[name] == nil {
            return ("InvalidArgument", "Parameter \(name) is not valid. Reason: \(name) is a required argument.")
        }
        let detail = entry["Detail"] ?? .null
        let value = detail.string.map { (try? JSONValue(parsing: $0)) ?? .null } ?? detail
        return value.object == nil ? ("MalformedDetail", "Detail is malformed.") : nil
    }

    // MARK: DynamoDB

    private mutating func useTable(_ action: String, _ input: JSONValue) -> ServiceAnswer {
        let name = input["TableName"]?.string ?? ""
        guard name.utf8.allSatisfy({ Self.isTableNameByte($0) }) else {
            return failure(
                "DynamoDB.AmazonDynamoDBException",
                "1 validation error detected: Value '\(name)' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
                service: "AmazonDynamoDBv2", status: 400, code: "ValidationException")
        }
        // The cases do not create the tables they use; the names of those that shall be missing say so.
        guard !name.hasPrefix("no_such") else {
            return failure(
                "DynamoDB.ResourceNotFoundException", "Requested resource not found", service: "AmazonDynamoDBv2", status: 400,
                code: "ResourceNotFoundException")
        }
        var items = tables[name] ?? []
        defer { tables[name] = items }
        let key = input["Key"]?.object
        let at = items.firstIndex { item in key?.allSatisfy { item[$0.name] == $0.value } ?? false }
        switch action {
        case "getItem": return result(at.map { ["Item": .object(items[$0])] } ?? [:])
        case "putItem":
            if let item = input["Item"]?.object { items.append(item) }
            return result([:])
        case "deleteItem":
            if let at { items.remove(at: at) }
            return result([:])
        default:
            var item = at.map { items[$0] } ?? key ?? JSONObject()
            let updated = Self.update(&item, input)
            if let at { items[at] = item } else { items.append(item) }
            return result(input["ReturnValues"]?.string == "UPDATED_NEW" ? ["Attributes": .object(updated)] : [:])
        }
    }

    private static func isTableNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// Carries out `set NAME=:value, ...`; answers what was set.
    private static func update(_ item: inout JSONObject, _ input: JSONValue) -> JSONObject {
        var updated = JSONObject()
        var expression = input["UpdateExpression"]?.string ?? ""
        guard expression.lowercased().hasPrefix("set ") else { return updated }
        expression.removeFirst(4)
        for assignment in expression.split(separator: ",") {
            let sides = assignment.split(separator: "=").map { String($0.filter { $0 != " " }) }
            guard sides.count == 2, let value = input["ExpressionAttributeValues"]?[sides[1]] else { continue }
            item[sides[0]] = value
            updated[sides[0]] = value
        }
        return updated
    }
}
