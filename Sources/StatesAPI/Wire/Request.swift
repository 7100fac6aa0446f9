import StatesJSON

/// A request, its body read and checked against the operation's shape.
public struct Request: Sendable {
    /// What is asked for.
    public let operation: Operation
    /// The members. Their types and constraints hold.
    let members: JSONObject

    /// The most bytes of a body: a definition of the greatest length, in which every character is escaped.
    public static let bodyLimit = 8 << 20

    /// A checked request.
    ///
    /// - Parameters:
    ///   - target: The header `X-Amz-Target`.
    ///   - body: The body: a JSON object, or nothing.
    ///   - traceHeader: The header `X-Amzn-Trace-Id`, which goes before the member of the body.
    public init(target: String?, body: [UInt8], traceHeader: String? = nil) throws(APIError) {
        operation = try Operation(target: target)
        var members = try Self.members(of: body)
        if let traceHeader, operation == .startExecution || operation == .startSyncExecution {
            members["traceHeader"] = .string(traceHeader)
        }
        try ShapeCheck.check(members, against: operation.members)
        self.members = members
    }

    /// A request whose members are known as values.
    init(_ operation: Operation, _ members: JSONObject) throws(APIError) {
        self.operation = operation
        try ShapeCheck.check(members, against: operation.members)
        self.members = members
    }

    private static func members(of body: [UInt8]) throws(APIError) -> JSONObject {
        if body.isEmpty { return JSONObject() }
        do {
            let value = try JSONValue(parsing: body, limits: JSONLimits(maxDepth: 1_000, maxBytes: bodyLimit))
            if case .object(let object) = value { return object }
        } catch {
            if error.kind == .size { throw .tooLarge }
            throw .serialization(error.reason)
        }
        throw .serialization("Unexpected field type")
    }

    // MARK: Members

    /// A member that the shape requires.
    func text(_ name: String) -> String { members[name]?.string ?? "" }

    /// A member that may be absent, as may `null`.
    func optionalText(_ name: String) -> String? { members[name]?.string }

    func flag(_ name: String) -> Bool? { members[name]?.bool }

    func integer(_ name: String) -> Int? { members[name]?.number?.exactInteger.flatMap { Int(exactly: $0) } }

    func object(_ name: String) -> JSONObject? { members[name]?.object }

    func list(_ name: String) -> [JSONValue]? { members[name]?.array }

    /// The ARN in a required member.
    func arn(_ name: String) throws(APIError) -> Arn { try Arn(text(name)) }
}

/// Times as the protocol has them: seconds since 1970 with a fraction.
enum WireTime {
    static func value(_ milliseconds: Int64) -> JSONValue { .number(.double(Double(milliseconds) / 1_000)) }
}

/// Objects whose members may be absent.
extension JSONObject {
    init(present members: [(String, JSONValue?)]) {
        self.init(members.compactMap { name, value in value.map { (name, $0) } })
    }
}
