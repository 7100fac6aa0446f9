import StatesLanguage
public import StatesRuntime

/// The last rule of a server: a task that nobody performs fails with a cause that names the flag that would help.
public struct UnprovidedTasks: TaskInvoker {
    /// The rule.
    public init() {}

    /// A failure for everything but activities, which wait for their workers.
    public func resolution(of subject: TaskSubject) -> Resolution? {
        let advice: String
        switch subject.resource.kind {
        case .activity: return nil
        case .function, .integration("lambda", "invoke"):
            advice = "start the server with --lambda-endpoint URL, --functions FILE or --mocks FILE"
        case .integration(let service, _):
            let name = service.hasPrefix("aws-sdk:") ? String(service.dropFirst("aws-sdk:".count)) : service
            advice = "start the server with --service-endpoint \(name)=URL, --functions FILE or --mocks FILE"
        }
        let cause = "Nothing performs the resource '\(subject.resource.text)': \(advice)."
        return Resolution(function: .throws(error: "States.Runtime", cause: cause), reason: advice)
    }
}
