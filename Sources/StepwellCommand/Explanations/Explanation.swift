import StatesJSON
import StatesLanguage
import StatesRuntime

/// What a resource or an error's name means, and who would perform the resource here.
struct Explanation {
    let text: String

    /// Explains a word: what contains a colon or names no namespace is a resource, what has a dot is an error.
    init(_ subject: String, _ sources: TaskSources) throws {
        let isError = !subject.contains(":") && subject.contains(".") && !subject.contains("${")
        text = isError ? ErrorExplanation(subject).text : try ResourceExplanation(subject, sources).text
    }
}

/// What a Task's resource is, and which rule finds somebody to perform it.
struct ResourceExplanation {
    let text: String

    init(_ written: String, _ sources: TaskSources) throws {
        let resource = try Self.resource(written)
        var options = RuntimeOptions()
        options.functionsFile = sources.functions
        options.mocks = sources.mocks
        let runtime = try Runtime(options: options)
        defer { runtime.close() }
        let resolution = runtime.explain(TaskSubject(resource: resource))
        text = """
            \(DisplayText.visible(written)) is \(Self.kind(resource)).

            \(Self.pattern(resource))
            Its history shows \(Self.events(resource)).

            Who performs it, first match wins:
            \(Self.rules(resolution, sources))

            """
    }

    /// Reads an ARN, `service:action`, or a function's name.
    private static func resource(_ written: String) throws(Complaint) -> TaskResource {
        if let resource = try? TaskResource(parsing: written) { return resource }
        if !written.hasPrefix("arn:"), written.contains(":"),
            let resource = try? TaskResource(parsing: "arn:aws:states:::" + written)
        {
            return resource
        }
        let isName = written.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        if isName, !written.isEmpty,
            let resource = try? TaskResource(parsing: "arn:aws:lambda:us-east-1:123456789012:function:" + written)
        {
            return resource
        }
        throw .cannotAsk(
            "\(DisplayText.visible(written)) is no resource, error or code that is known: a resource is a function's name or ARN, an activity's "
                + "ARN, or arn:aws:states:::SERVICE:ACTION; an error is a name such as States.Timeout")
    }

    private static func kind(_ resource: TaskResource) -> String {
        switch resource.kind {
        case .function(let name): "the Lambda function \(DisplayText.visible(name))"
        case .activity(let name): "the activity \(DisplayText.visible(name)), which workers poll"
        case .integration("lambda", "invoke"): "the integration that calls a Lambda function and wraps its answer"
        case .integration("http", "invoke"): "the integration that calls an HTTPS endpoint"
        case .integration("states", "startExecution"): "the integration that starts another state machine"
        case .integration(let service, let action) where service.hasPrefix("aws-sdk:"):
            "a call of the AWS API \(DisplayText.visible(String(service.dropFirst(8)))):\(DisplayText.visible(action))"
        case .integration(let service, let action):
            "the integration of \(DisplayText.visible(service)) with the action \(DisplayText.visible(action))"
        }
    }

    private static func pattern(_ resource: TaskResource) -> String {
        switch (resource.pattern, resource.kind) {
        case (.requestResponse, .function): "The state goes on with the value that the function returns, as it is."
        case (.requestResponse, .activity):
            "The state goes on when a worker sends success or failure with the task's token. Standard only."
        case (.requestResponse, .integration): "The state goes on as soon as the service has answered, with its answer."
        case (.sync, _): "The state goes on when the job that it started has ended, with the job's description. Standard only."
        case (.sync2, _): "As .sync, with the job's output as JSON instead of text. Standard only."
        case (.waitForTaskToken, _):
            "The state goes on when somebody sends success or failure with the token of $$.Task.Token: stepwell send. Standard only."
        }
    }

    private static func events(_ resource: TaskResource) -> String {
        switch (resource.kind, resource.pattern) {
        case (.function, _): "LambdaFunctionScheduled, LambdaFunctionStarted, LambdaFunctionSucceeded or …Failed or …TimedOut"
        case (.activity, _): "ActivityScheduled, ActivityStarted, ActivitySucceeded or …Failed or …TimedOut"
        case (.integration, .requestResponse): "TaskScheduled, TaskStarted, TaskSucceeded or …Failed or …TimedOut"
        case (.integration, _): "TaskScheduled, TaskStarted, TaskSubmitted, TaskSucceeded or …Failed or …TimedOut"
        }
    }

    private static func rules(_ resolution: Resolution, _ sources: TaskSources) -> String {
        let rules: [(rule: Resolution.Rule, title: String, absence: String)] = [
            (.mock, "a mock", sources.mocks == nil ? "no test case was chosen" : "the test case has none for it"),
            (.function, "a Swift function", "the command registers none"),
            (.functionsFile, "the functions file", sources.functionsPath.map { "\($0) has none for it" } ?? "there is none"),
            (.builtIn, "built in", "it is none of the resources that need nobody else"),
        ]
        var lines: [String] = []
        for (place, entry) in rules.enumerated() {
            let isMatch = entry.rule == resolution.rule
            lines.append(
                "  \(place + 1) \(DisplayText.padded(entry.title, to: 18)) \(isMatch ? "→ \(resolution.reason)" : "– \(entry.absence)")"
            )
            if isMatch { return lines.joined(separator: "\n") }
        }
        lines.append("  → nobody: the task would fail. \(resolution.reason)")
        return lines.joined(separator: "\n")
    }
}
