import StatesLanguage
public import StatesRuntime

/// Invokes every function that nothing before it performs at one Lambda endpoint: `--lambda-endpoint`.
public struct LambdaEndpointTasks: TaskInvoker {
    private let endpoint: String

    /// Functions are invoked at that URL.
    public init(_ endpoint: String) { self.endpoint = endpoint }

    /// Functions by ARN or name, and those of `lambda:invoke`.
    public func resolution(of subject: TaskSubject) -> Resolution? {
        switch subject.resource.kind {
        case .function, .integration("lambda", "invoke"):
            Resolution(function: .remote(.lambda(endpoint: endpoint)), reason: "invoked at the Lambda endpoint \(endpoint)")
        case .integration, .activity: nil
        }
    }
}
