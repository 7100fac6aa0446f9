import StatesJSON
import StatesRuntime
import StatesText

/// A request to a service before it is signed.
struct ServiceMessage: Equatable {
    var method = "POST"
    var url: String
    /// Names in lower case.
    var headers: [(String, String)] = []
    var body: [UInt8] = []

    static func == (left: ServiceMessage, right: ServiceMessage) -> Bool {
        left.method == right.method && left.url == right.url && left.body == right.body
            && left.headers.elementsEqual(right.headers) { $0 == $1 }
    }
}

/// What a service answered.
struct ServiceAnswer {
    var status: Int
    var body: [UInt8]
    var requestID: String
    var queryError: String?
    var headers: [(String, String)] = []
}

/// One action of one service, and how it is asked for: the protocol is a table, not a case each.
struct ServiceCall: Equatable {
    /// The service's name without `aws-sdk:`.
    let name: String
    private let isSDK: Bool
    private let action: String

    init(service: String, action: String) {
        let prefix = "aws-sdk:"
        isSDK = service.hasPrefix(prefix)
        let bare = isSDK ? String(service.dropFirst(prefix.count)) : service
        name = bare == "eventbridge" ? "events" : bare
        self.action = action.prefix(1).uppercased() + action.dropFirst()
    }

    private enum Form {
        /// JSON in the body, the operation in `X-Amz-Target`.
        case json(target: String, version: String)
        /// A form in the body, XML in the answer.
        case query(version: String)
    }

    private static let forms: [String: Form] = [
        "sqs": .json(target: "AmazonSQS", version: "1.0"),
        "dynamodb": .json(target: "DynamoDB_20120810", version: "1.0"),
        "events": .json(target: "AWSEvents", version: "1.1"),
        "sfn": .json(target: "AWSStepFunctions", version: "1.0"),
        "secretsmanager": .json(target: "secretsmanager", version: "1.1"),
        "ssm": .json(target: "AmazonSSM", version: "1.1"),
        "kms": .json(target: "TrentService", version: "1.1"),
        "kinesis": .json(target: "Kinesis_20131202", version: "1.1"),
        "firehose": .json(target: "Firehose_20150804", version: "1.1"),
        "cloudwatchlogs": .json(target: "Logs_20140328", version: "1.1"),
        "sns": .query(version: "2010-03-31"),
    ]

    var isKnown: Bool { Self.forms[name] != nil }

    /// The name in the scope of a signature.
    var signingName: String { ["sfn": "states", "cloudwatchlogs": "logs"][name] ?? name }

    /// What stands before the dot in errors.
    var errorPrefix: String { Self.prefixes[name].map { isSDK ? $0.sdk : $0.optimized } ?? name }

    private static let prefixes: [String: (optimized: String, sdk: String, service: String)] = [
        "sqs": ("SQS", "Sqs", "AmazonSQS"), "sns": ("SNS", "Sns", "AmazonSNS"),
        "dynamodb": ("DynamoDB", "DynamoDb", "AmazonDynamoDBv2"), "events": ("EventBridge", "EventBridge", "AmazonEventBridge"),
        "sfn": ("StepFunctions", "Sfn", "AWSStepFunctions"),
        "secretsmanager": ("SecretsManager", "SecretsManager", "AWSSecretsManager"),
        "ssm": ("SSM", "Ssm", "AWSSimpleSystemsManagement"),
        "kms": ("KMS", "Kms", "AWSKMS"), "kinesis": ("Kinesis", "Kinesis", "AmazonKinesis"),
        "firehose": ("Firehose", "Firehose", "AmazonKinesisFirehose"),
        "cloudwatchlogs": ("CloudWatchLogs", "CloudWatchLogs", "AWSLogs"),
    ]

    // MARK: Asking

    func message(_ input: JSONValue, at endpoint: String) -> ServiceMessage {
        var url = endpoint
        while url.hasSuffix("/") { url.removeLast() }
        var message = ServiceMessage(url: url + "/")
        let request = Self.request(input)
        switch Self.forms[name] {
        case .json(let target, let version)?:
            message.headers = [("content-type", "application/x-amz-json-\(version)"), ("x-amz-target", "\(target).\(action)")]
            let isLower = name == "sfn" || name == "cloudwatchlogs"
            (isLower ? Self.lowered(request) : request).write(into: &message.body)
        case .query(let version)?:
            message.headers = [("content-type", "application/x-www-form-urlencoded; charset=utf-8")]
            let fields = [("Action", action), ("Version", version)] + Self.fields(request)
            message.body = Array(
                fields.map { "\(LambdaEndpoint.percentEncoded($0.0))=\(LambdaEndpoint.percentEncoded($0.1))" }
                    .joined(separator: "&").utf8)
        case nil: break
        }
        return message
    }

    /// Bodies that a state gives as JSON are texts for the service (integrations.md section 2).
    private static func request(_ input: JSONValue) -> JSONValue {
        guard var object = input.object else { return .emptyObject }
        for name in ["MessageBody", "Message", "SecretString"] {
            if let value = object[name], value.string == nil, !value.isNull { object[name] = .string(value.compactText) }
        }
        if let entries = object["Entries"]?.array {
            object["Entries"] = .array(
                entries.map { entry in
                    guard var members = entry.object, let detail = members["Detail"], detail.string == nil else { return entry }
                    members["Detail"] = .string(detail.compactText)
                    return .object(members)
                })
        }
        return .object(object)
    }

    private static func lowered(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let object):
            .object(JSONObject(object.map { ($0.name.prefix(1).lowercased() + $0.name.dropFirst(), lowered($0.value)) }))
        case .array(let values): .array(values.map(lowered))
        case .null, .bool, .number, .string: value
        }
    }

    /// The query protocol's flat names: `MessageAttributes.entry.1.Name`.
    private static func fields(_ value: JSONValue, _ path: String = "") -> [(String, String)] {
        switch value {
        case .object(let object):
            if path.hasSuffix("Attributes") {
                return object.enumerated().flatMap { index, member in
                    [("\(path).entry.\(index + 1).Name", member.name)] + fields(member.value, "\(path).entry.\(index + 1).Value")
                }
            }
            return object.flatMap { fields($0.value, path.isEmpty ? $0.name : "\(path).\($0.name)") }
        case .array(let values):
            return values.enumerated().flatMap { fields($0.element, "\(path).member.\($0.offset + 1)") }
        case .null: return []
        case .string(let text): return [(path, text)]
        case .bool, .number: return [(path, value.compactText)]
        }
    }

    // MARK: Answers

    func result(_ answer: ServiceAnswer) throws(TaskFailure) -> JSONValue {
        let value = value(of: answer)
        guard (200..<300).contains(answer.status) else { throw failure(answer, value) }
        if name == "events", let failed = value["FailedEntryCount"]?.number?.exactInteger, failed > 0, !isSDK {
            throw TaskFailure("EventBridge.FailedEntry", cause: value.compactText)
        }
        if isSDK || name == "events" { return value }
        return withMetadata(value, answer)
    }

    private func value(of answer: ServiceAnswer) -> JSONValue {
        if case .query? = Self.forms[name] { return .object(XMLScan.leaves(answer.body)) }
        let value = (try? JSONValue(parsing: answer.body, limits: .default)) ?? .emptyObject
        return name == "sfn" || name == "cloudwatchlogs" ? Self.raised(value) : value
    }

    private static func raised(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let object):
            .object(JSONObject(object.map { ($0.name.prefix(1).uppercased() + $0.name.dropFirst(), raised($0.value)) }))
        case .array(let values): .array(values.map(raised))
        case .null, .bool, .number, .string: value
        }
    }

    private func withMetadata(_ value: JSONValue, _ answer: ServiceAnswer) -> JSONValue {
        var members = (value.object?.members ?? []).filter { $0.name != "RequestId" }.map { ($0.name, $0.value) }
        members.append(
            (
                "SdkHttpMetadata",
                .object(
                    JSONObject([
                        (
                            "AllHttpHeaders",
                            .object(JSONObject(answer.headers.map { ($0.0, .array([.string($0.1)])) }))
                        ),
                        ("HttpHeaders", .object(JSONObject(answer.headers.map { ($0.0, .string($0.1)) }))),
                        ("HttpStatusCode", .integer(answer.status)),
                    ]))
            ))
        members.append(("SdkResponseMetadata", ["RequestId": .string(answer.requestID)]))
        return .object(JSONObject(members.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }))
    }

    /// The service's error as Step Functions words it (integrations.md section 5): modelled exceptions by their names, others by the
    /// client's own.
    private func failure(_ answer: ServiceAnswer, _ value: JSONValue) -> TaskFailure {
        let type = value["__type"]?.string ?? value["Code"]?.string ?? "ServiceException"
        let code = type.split(separator: "#").last.map(String.init) ?? type
        let message = value["message"]?.string ?? value["Message"]?.string ?? code
        let names = Self.prefixes[name]
        if isSDK {
            let error = code.hasSuffix("Exception") ? code : code + "Exception"
            return TaskFailure(
                "\(errorPrefix).\(error)",
                cause:
                    "\(message) (Service: \(names?.sdk ?? name), Status Code: \(answer.status), Request ID: \(answer.requestID)) "
                    + "(SDK Attempt Count: 1)")
        }
        // What a service renamed for JSON keeps its older name in a header; those have no exception of their own in the SDK.
        let older = answer.queryError?.split(separator: ";").first.map(String.init)
        let shown = older ?? code
        let isModelled = older == nil && code.hasSuffix("Exception") && code != "ValidationException"
        let error = isModelled ? code : "\(names?.service.replacingVersion ?? name)Exception"
        return TaskFailure(
            "\(errorPrefix).\(error)",
            cause: "\(message) (Service: \(names?.service ?? name); Status Code: \(answer.status); Error Code: \(shown); "
                + "Request ID: \(answer.requestID); Proxy: null)")
    }
}

extension String {
    /// The client's exception is called after the service without its version: `AmazonDynamoDBException`.
    fileprivate var replacingVersion: String { hasSuffix("v2") ? String(dropLast(2)) : self }
}

/// Reads the leaves of a small XML document: names and texts, which is all that query services answer to what is asked here.
enum XMLScan {
    static func leaves(_ body: [UInt8]) -> JSONObject {
        var found = JSONObject()
        let text = String(decoding: body, as: UTF8.self)
        var rest = text[...]
        var open: Substring?
        while let mark = rest.firstIndex(of: "<") {
            let content = rest[..<mark]
            rest = rest[rest.index(after: mark)...]
            guard let end = rest.firstIndex(of: ">") else { break }
            let tag = rest[..<end]
            rest = rest[rest.index(after: end)...]
            if tag.hasPrefix("/") {
                if let name = open, tag.dropFirst() == name { found[String(name)] = .string(unescaped(content)) }
                open = nil
            } else {
                open = tag.hasSuffix("/") || tag.hasPrefix("?") ? nil : tag.prefix { $0 != " " }
            }
        }
        return found
    }

    private static func unescaped(_ text: Substring) -> String {
        var result = ""
        var rest = text
        while let mark = rest.firstIndex(of: "&") {
            result += rest[..<mark]
            rest = rest[mark...]
            let known = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")]
            if let (name, character) = known.first(where: { rest.hasPrefix($0.0) }) {
                result += character
                rest = rest.dropFirst(name.count)
            } else {
                result += "&"
                rest = rest.dropFirst()
            }
        }
        return result + rest
    }
}

#if Services
    /// AWS's Signature Version 4.
    struct RequestSignature {
        let region: String
        let service: String
        let credentials: ServiceCredentials
        let time: Timestamp

        /// Adds the headers that sign a message.
        func sign(_ message: inout ServiceMessage) {
            let stamp = Self.stamp(time)
            let date = String(stamp.prefix(8))
            let (host, path) = Self.parts(of: message.url)
            message.headers.append(("host", host))
            message.headers.append(("x-amz-date", stamp))
            if let token = credentials.sessionToken { message.headers.append(("x-amz-security-token", token)) }
            let sorted = message.headers.sorted { $0.0 < $1.0 }
            let names = sorted.map(\.0).joined(separator: ";")
            let canonical =
                [message.method, path, ""].joined(separator: "\n") + "\n" + sorted.map { "\($0.0):\($0.1)\n" }.joined() + "\n"
                + names + "\n" + Digest.hexadecimal(Digest.sha256(message.body))
            let scope = "\(date)/\(region)/\(service)/aws4_request"
            let toSign =
                "AWS4-HMAC-SHA256\n\(stamp)\n\(scope)\n" + Digest.hexadecimal(Digest.sha256(Array(canonical.utf8)))
            var key = Array("AWS4\(credentials.secret)".utf8)
            for part in [date, region, service, "aws4_request"] { key = Digest.keyed(key, Array(part.utf8)) }
            let signature = Digest.hexadecimal(Digest.keyed(key, Array(toSign.utf8)))
            message.headers.append(
                (
                    "authorization",
                    "AWS4-HMAC-SHA256 Credential=\(credentials.accessKey)/\(scope), SignedHeaders=\(names), Signature=\(signature)"
                ))
        }

        /// `20260101T000000Z`.
        private static func stamp(_ time: Timestamp) -> String {
            let text = time.rfc3339Milliseconds
            return String(text.prefix(19).filter { $0 != "-" && $0 != ":" }) + "Z"
        }

        private static func parts(of url: String) -> (host: String, path: String) {
            var rest = url[...]
            if let scheme = rest.firstRange(of: "://") { rest = rest[scheme.upperBound...] }
            let host = rest.prefix { $0 != "/" }
            let path = rest.dropFirst(host.count)
            return (String(host), path.isEmpty ? "/" : String(path))
        }
    }
#endif
