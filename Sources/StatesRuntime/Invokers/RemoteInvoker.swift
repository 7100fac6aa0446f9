public import StatesJSON

/// Something outside this process that performs tasks.
public enum RemoteTarget: Sendable, Hashable {
    /// The input is posted there as JSON, and the answer is JSON.
    case url(String)
    /// A Lambda endpoint, such as `sam local start-lambda` offers: `POST /2015-03-31/functions/NAME/invocations` below this URL.
    case lambda(endpoint: String)
}

/// A request to something outside this process.
public struct RemoteRequest: Sendable {
    /// The function's bare name, or an integration's `service:action`.
    public let function: String
    /// The version or alias, if the state names one.
    public let qualifier: String?
    /// What to send.
    public let input: JSONValue
    /// About the task.
    public let call: TaskCall
}

/// Calls functions outside this process: the seam behind which an HTTP client stands.
public protocol RemoteInvoker: Sendable {
    /// Performs one request and returns the function's own answer, without any envelope.
    ///
    /// The surrounding task is cancelled when nobody waits for the answer any more.
    /// - Throws: `TaskFailure` with the function's or the service's error; the cause of a function's error is its payload as text.
    func invoke(_ target: RemoteTarget, _ request: RemoteRequest) async throws -> JSONValue
}
