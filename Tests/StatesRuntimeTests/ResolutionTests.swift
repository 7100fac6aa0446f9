import StatesJSON
import StatesKernel
import StatesLanguage
import StatesRuntime
import Testing

@Suite("Who performs a task")
struct ResolutionTests {
    private static let parameters = [
        "sqs": #""QueueUrl":"q","MessageBody.$":"$$.Task.Token""#, "lambda": #""FunctionName":"f""#, "glue": #""JobName":"j""#,
        "aws-sdk": #""TableName":"t""#,
    ]

    /// A resource as a definition gives it.
    private func resource(_ text: String) throws -> TaskResource {
        let parameters = Self.parameters.first { text.contains(":::\($0.key)") }.map { "\"Parameters\":{\($0.value)}" } ?? ""
        let machine = try taskMachine(text, parameters)
        guard case .task(let task) = machine.plan.states[0].kind else { throw RuntimeError.closed }
        return task.resource
    }

    private static let function = "arn:aws:lambda:us-east-1:123456789012:function:notify-user"

    @Test(
        "keys and what they match",
        arguments: [
            ("notify-user", function, true), ("notify-user", function + ":7", true), ("notify-user:7", function + ":7", true),
            ("notify-user:8", function + ":7", false), (function, function, true),
            ("arn:aws:lambda:*:*:function:notify-*", function, true),
            ("arn:aws:lambda:*:*:function:send-*", function, false), ("sqs:sendMessage", "arn:aws:states:::sqs:sendMessage", true),
            ("sqs:sendMessage", "arn:aws:states:::sqs:sendMessage.waitForTaskToken", true),
            ("sqs:sendMessage.waitForTaskToken", "arn:aws:states:::sqs:sendMessage", false),
            ("aws-sdk:dynamodb:putItem", "arn:aws:states:::aws-sdk:dynamodb:putItem", true), ("Notify", "${Notify}", true),
            ("Notify", "${Notify.Arn}", true), ("Notify", "${NotifyArn}", true), ("*", function, true),
            ("glue:startJobRun", "arn:aws:states:::glue:startJobRun.sync", true),
        ])
    func keys(_ key: String, _ text: String, _ matches: Bool) throws {
        let runtime = try Runtime(functions: [key: .returns(1)])
        let resolution = runtime.explain(TaskSubject(resource: try resource(text)))
        #expect(resolution.rule == (matches ? .function : .nothing))
        #expect(resolution.key == (matches ? key : nil))
    }

    @Test(
        "the function that lambda:invoke names",
        arguments: [
            "work", "work:live", "arn:aws:lambda:eu-west-1:1:function:work", "1:function:work:live", "${work}", "${WorkArn}",
        ])
    func functionName(_ name: String) throws {
        let runtime = try Runtime(functions: ["work": .returns(1), "Work": .returns(2)])
        let subject = TaskSubject(resource: try resource("arn:aws:states:::lambda:invoke"), input: ["FunctionName": .string(name)])
        #expect(runtime.explain(subject).key?.lowercased() == "work")
    }

    @Test("the rules are asked in order: mocks, Swift, the file, what the runtime does itself")
    func order() throws {
        var options = RuntimeOptions()
        options.functionsFile = try FunctionsFile(
            node: JSONNode(parsing: #"{"functions":{"a":"from-file","b":"from-file","c":"from-file"}}"#), directory: "/")
        var mocks = Mocks()
        mocks.mock(resource: "a", [.returns(0)])
        options.mocks = mocks
        let runtime = try Runtime(functions: ["b": .returns(0)], options: options)
        func rule(_ name: String) throws -> Resolution.Rule {
            runtime.explain(TaskSubject(resource: try resource("arn:aws:lambda:us-east-1:123456789012:function:\(name)"))).rule
        }
        #expect(try [rule("a"), rule("b"), rule("c"), rule("d")] == [.mock, .function, .functionsFile, .nothing])
        let activity = try resource("arn:aws:states:us-east-1:123456789012:activity:pick")
        #expect(runtime.explain(TaskSubject(resource: activity)).rule == .builtIn)
        var own = Mocks()
        own.mock(state: "Do", [.returns(1)])
        #expect(runtime.explain(TaskSubject(resource: activity, state: "Do"), mocks: own).rule == .mock)
    }

    @Test("of several keys that match the first one performs the task")
    func firstMatch() throws {
        let runtime = try Runtime(functions: ["other": .returns(0), "arn:aws:lambda:*": .returns(1), "notify-user": .returns(2)])
        #expect(runtime.explain(TaskSubject(resource: try resource(Self.function))).key == "arn:aws:lambda:*")
    }

    @Test("a task that nothing performs fails, names its resource, and says three ways to provide it")
    func nothing() async throws {
        let machine = try taskMachine(
            Self.function, #""Retry":[{"ErrorEquals":["States.ALL"]}],"Catch":[{"ErrorEquals":["States.ALL"],"Next":"Do"}]"#)
        let run = try await Runtime(clock: .virtual()).run(machine)
        #expect(run.status == .failed)
        #expect(run.error == "States.Runtime")
        #expect(
            run.cause
                == "Nothing performs the resource '\(Self.function)'. Provide it as a function registered in Swift (\"notify-user\": .closure { ... }), in the functions file (notify-user: COMMAND), or as a mock of the state or resource."
        )
        #expect(run.history.map(\.type).suffix(3) == ["LambdaFunctionScheduled", "LambdaFunctionStartFailed", "ExecutionFailed"])
    }

    struct Echo: TaskInvoker {
        func resolution(of subject: TaskSubject) -> Resolution? {
            subject.resource.text.contains("notify") ? Resolution(function: .returns("own"), reason: "it says notify") : nil
        }
    }

    @Test("an embedder's own rule stands after the functions and before what the runtime does")
    func custom() async throws {
        var options = RuntimeOptions()
        options.invokers = [Echo()]
        let runtime = try Runtime(clock: .virtual(), options: options)
        #expect(try await runtime.run(try taskMachine(Self.function)).output == "own")
    }

    struct Client: RemoteInvoker {
        let seen = Log<String>()

        func invoke(_ target: RemoteTarget, _ request: RemoteRequest) async throws -> JSONValue {
            seen.append("\(target) \(request.function) \(request.qualifier ?? "-") \(request.input.compactText)")
            if request.function == "bad" { throw TaskFailure("Lambda.SdkClientException", cause: "refused") }
            return ["answer": request.input]
        }
    }

    @Test("functions outside this process are called through the remote invoker")
    func remote() async throws {
        let client = Client()
        var options = RuntimeOptions()
        options.remoteInvoker = client
        options.functionsFile = try FunctionsFile(
            node: JSONNode(
                parsing: #"{"functions":{"good":{"lambda":"http://127.0.0.1:3001"},"bad":{"url":"https://example.test/x"}}}"#),
            directory: "/")
        let runtime = try Runtime(clock: .virtual(), options: options)
        let good = try await runtime.run(try taskMachine("arn:aws:lambda:us-east-1:1:function:good:live"), input: 7)
        #expect(good.output == ["answer": 7])
        let bad = try await runtime.run(try taskMachine("arn:aws:lambda:us-east-1:1:function:bad"), input: 8)
        #expect(bad.error == "Lambda.SdkClientException")
        #expect(
            client.seen.all == [
                #"lambda(endpoint: "http://127.0.0.1:3001") good live 7"#, #"url("https://example.test/x") bad - 8"#,
            ])
        let without = try Runtime(functions: ["good": .remote(.url("http://x.test"))])
        #expect(try await without.run(try taskMachine("arn:aws:lambda:us-east-1:1:function:good")).error == "States.Runtime")
    }
}
