public import StatesJSON
import StatesKernel
import StatesLanguage
import StatesRuntime

/// A request that a task makes: what mocks choose by, and what a failing test shows.
public struct MockCall: Sendable {
    /// The state's name.
    public let state: String
    /// The state's `Resource`.
    public let resource: String
    /// What the mock is asked: the request as the state made it, or of `lambda:invoke` the payload, if the mock stands for the
    /// function.
    public let input: JSONValue
    /// 1 for the first attempt of this visit of the state, 2 for its first retry, and so on.
    public let attempt: Int
    /// 1 for the first request of this state in the execution; retries, loops and iterations count.
    public let number: Int
    /// The index of the innermost Map iteration it runs in, or nil.
    public let iteration: Int?
    /// The task token, for callbacks and activities.
    public let token: String?

    init(_ request: TaskRequest, key: String) {
        state = request.state.name
        resource = request.resource.text
        input = key == request.state.name ? request.input : ResultShape.input(of: request, key: key)
        attempt = request.attempt + 1
        number = request.invocation + 1
        iteration = request.iteration
        token = request.token
    }
}

extension MockCall: CustomStringConvertible {
    /// `Charge (arn:…:charge), attempt 2, asked {"orderId":7}`.
    public var description: String {
        var text = "'\(state)' (\(resource))"
        if let iteration { text += ", iteration \(iteration)" }
        if attempt > 1 { text += ", attempt \(attempt)" }
        return text + ", was asked \(Excerpt.of(input))"
    }
}

/// Values in messages: whole if short, else their beginning.
enum Excerpt {
    static let limit = 160

    static func of(_ value: JSONValue, limit: Int = Self.limit) -> String {
        let text = value.compactText
        guard text.utf8.count > limit else { return text }
        return String(text.prefix(limit - 1)) + "…"
    }
}
