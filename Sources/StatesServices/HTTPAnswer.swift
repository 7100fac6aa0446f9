import StatesJSON
import StatesRuntime

/// What an HTTP request was answered with, as far as functions are concerned.
struct HTTPAnswer: Equatable {
    /// Whom to name in a cause: the URL or endpoint of the functions file.
    var url: String
    var status: Int
    /// `X-Amz-Function-Error`, with which a Lambda endpoint marks that the body is an error of the function's own.
    var functionError: String?
    var body: [UInt8]
    /// `x-amzn-RequestId`, which causes name.
    var requestID = ""

    var isSuccess: Bool { (200..<300).contains(status) }

    /// The body as text, with what is no UTF-8 replaced, cut to what a cause may hold.
    var text: String { String(decoding: body.prefix(32_768), as: UTF8.self) }

    /// The body's value; nothing at all means null.
    func value() throws(TaskFailure) -> JSONValue {
        if body.allSatisfy({ $0 == 0x20 || (0x09...0x0D).contains($0) }) { return .null }
        do {
            return try JSONValue(parsing: body, limits: .default)
        } catch {
            throw TaskFailure(
                "Lambda.Unknown",
                cause: "\(url) answered with something that is no JSON (\(error.reason)): \(Self.beginning(of: text))")
        }
    }

    /// The error that the body tells of: `errorType`, with the whole body as cause, as Lambda gives it.
    func ownError() -> TaskFailure? {
        guard let value = try? JSONValue(parsing: body, limits: .default), let error = value["errorType"]?.string, !error.isEmpty
        else {
            return nil
        }
        return TaskFailure(error, cause: text)
    }

    static func beginning(of text: String) -> String {
        text.unicodeScalars.count > 500 ? String(text.unicodeScalars.prefix(500)) + "…" : text
    }
}

/// The answer of a function that has a URL of its own.
struct URLAnswer {
    private let answer: HTTPAnswer

    init(_ answer: HTTPAnswer) { self.answer = answer }

    func value() throws(TaskFailure) -> JSONValue {
        guard !answer.isSuccess else { return try answer.value() }
        if let error = answer.ownError() { throw error }
        let cause = "\(answer.url) answered with status \(answer.status): \(HTTPAnswer.beginning(of: answer.text))"
        switch answer.status {
        case 429: throw TaskFailure("Lambda.TooManyRequestsException", cause: cause)
        case 500...: throw TaskFailure("Lambda.ServiceException", cause: cause)
        default: throw TaskFailure("Lambda.Unknown", cause: cause)
        }
    }
}

/// The answer of a Lambda endpoint, which tells the function's errors from the service's own.
struct LambdaAnswer {
    private let answer: HTTPAnswer
    private let function: String

    init(_ answer: HTTPAnswer, function: String) {
        self.answer = answer
        self.function = function
    }

    func value() throws(TaskFailure) -> JSONValue {
        if answer.functionError != nil { throw answer.ownError() ?? TaskFailure("Lambda.Unknown", cause: answer.text) }
        if answer.isSuccess { return try answer.value() }
        let (error, code) =
            switch answer.status {
            case 404: ("Lambda.ResourceNotFoundException", "ResourceNotFoundException")
            case 429: ("Lambda.TooManyRequestsException", "TooManyRequestsException")
            case 500...: ("Lambda.ServiceException", "ServiceException")
            default: ("Lambda.AWSLambdaException", "AWSLambdaException")
            }
        throw TaskFailure(
            error,
            cause: "\(message) (Service: AWSLambda; Status Code: \(answer.status); Error Code: \(code); "
                + "Request ID: \(answer.requestID); Proxy: null)")
    }

    /// The service's own words; of a function that is not there with the version that was asked for, as AWS shows it.
    private var message: String {
        guard answer.status == 404 else { return HTTPAnswer.beginning(of: answer.text) }
        let said = (try? JSONValue(parsing: answer.body, limits: .default))?["Message"]?.string
        guard let said, said.hasPrefix("Function not found: arn:") else { return said ?? "Function not found: \(function)" }
        return said.split(separator: ":").count > 8 ? said : said + ":$LATEST"
    }
}

/// The address of an invocation at a Lambda endpoint.
enum LambdaEndpoint {
    static func url(endpoint: String, function: String, qualifier: String?) -> String {
        var base = Substring(endpoint)
        while base.utf8.last == UInt8(ascii: "/") { base.removeLast() }
        let url = "\(base)/2015-03-31/functions/\(percentEncoded(function))/invocations"
        return qualifier.map { "\(url)?Qualifier=\(percentEncoded($0))" } ?? url
    }

    /// Text for a path or a query: everything but letters, digits and `-._~` is percent-encoded (RFC 3986).
    static func percentEncoded(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return encoded
    }
}

/// What a remote function is told about its task: the same as a command finds in its environment.
enum CallHeaders {
    static func headers(for call: TaskCall) -> [(String, String)] {
        [
            ("Idempotency-Key", headerText(call.idempotencyKey)), ("X-Stepwell-Execution", headerText(call.executionName)),
            ("X-Stepwell-State", headerText(call.state)), ("X-Stepwell-Attempt", String(call.attempt)),
        ]
    }

    /// Names may hold any character; a header may not. What is no printable ASCII, and the percent sign, is percent-encoded.
    static func headerText(_ text: String) -> String {
        guard !text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "%") }) else { return text }
        var encoded = ""
        for byte in text.utf8 {
            if byte >= 0x20, byte < 0x7F, byte != UInt8(ascii: "%") {
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return encoded
    }
}
