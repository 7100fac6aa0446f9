#if CommandLineTool && Server
    import ArgumentParser

    struct ServeCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "serve", abstract: "Answers as AWS Step Functions does, on this machine.",
            discussion: """
                Point clients at it with AWS_ENDPOINT_URL_SFN=http://localhost:8083 and, for StartSyncExecution and TestState, \
                AWS_DISABLE_HOST_PREFIX_INJECTION=true. The environment variables and flags of Step Functions Local are understood.
                """)

        @Option(help: ArgumentHelp("The port.", valueName: "port"))
        var port = 8_083

        @Option(
            help: ArgumentHelp(
                "The address to bind to. Any other than loopback lets others run commands of yours.", valueName: "address"))
        var host = "127.0.0.1"

        @Option(name: .customLong("data"), help: ArgumentHelp("The directory that everything is kept in.", valueName: "dir"))
        var directory: String?

        @Flag(help: "Keep nothing: what is acknowledged ends with the process.")
        var inMemory = false

        @Option(help: ArgumentHelp("A functions file, JSON or YAML.", valueName: "file"))
        var functions: String?

        @Option(help: ArgumentHelp("A mock file of Step Functions Local; ARN#TestCase chooses from it.", valueName: "file"))
        var mocks: String?

        @Option(
            name: [.customLong("lambda-endpoint"), .customLong("lambdaEndpoint", withSingleDash: true)],
            help: ArgumentHelp("Where functions are invoked that the functions file does not have.", valueName: "url"))
        var lambdaEndpoint: String?

        @Option(
            name: .customLong("service-endpoint"),
            help: ArgumentHelp(
                "Where a service's requests are sent, such as sqs=http://localhost:4566. May be given several times.",
                valueName: "name=url"))
        var serviceEndpoints: [String] = []

        @Option(help: ArgumentHelp("Secrets of connections for http:invoke, JSON or YAML.", valueName: "file"))
        var connections: String?

        @Option(help: ArgumentHelp("A folder of definitions that are there from the beginning.", valueName: "dir"))
        var definitions: String?

        @Flag(help: "Update state machines when their files under --definitions change.")
        var watch = false

        @Option(
            help: ArgumentHelp("real, virtual, virtual@2026-01-01T00:00:00Z, or x60 for sixty times as fast.", valueName: "clock"))
        var clock: ClockChoice?

        @Option(
            name: [.customLong("region"), .customLong("aws-region"), .customLong("region", withSingleDash: true)],
            help: ArgumentHelp("The region in ARNs.", valueName: "region"))
        var region: String?

        @Option(
            name: [.customLong("account"), .customLong("aws-account"), .customLong("account", withSingleDash: true)],
            help: ArgumentHelp("The account in ARNs.", valueName: "account"))
        var account: String?

        @Option(
            name: [.customLong("wait-time-scale"), .customLong("waitTimeScale", withSingleDash: true)],
            help: ArgumentHelp("How long time takes: 0.1 is ten times as fast.", valueName: "factor"))
        var waitTimeScale: Double?

        @Option(help: ArgumentHelp("error, warning, info or debug.", valueName: "level"))
        var logLevel = "warning"

        @Flag(help: "Show outputs, errors and causes in the log.")
        var logData = false

        @Option(help: ArgumentHelp("Where changes of executions' status are posted, as EventBridge would.", valueName: "url"))
        var eventsURL: String?

        @OptionGroup(title: "Step Functions Local") var local: LocalEndpointOptions

        func run() async throws {
            let plan = try ServePlan(self)
            try await plan.perform()
        }
    }

    /// The endpoints of services as Step Functions Local's flags name them.
    struct LocalEndpointOptions: ParsableArguments {
        @Option(name: [.customLong("batch-endpoint"), .customLong("batchEndpoint", withSingleDash: true)], help: .hidden)
        var batch: String?
        @Option(name: [.customLong("dynamodb-endpoint"), .customLong("dynamoDBEndpoint", withSingleDash: true)], help: .hidden)
        var dynamodb: String?
        @Option(name: [.customLong("ecs-endpoint"), .customLong("ecsEndpoint", withSingleDash: true)], help: .hidden)
        var ecs: String?
        @Option(name: [.customLong("glue-endpoint"), .customLong("glueEndpoint", withSingleDash: true)], help: .hidden)
        var glue: String?
        @Option(name: [.customLong("sagemaker-endpoint"), .customLong("sageMakerEndpoint", withSingleDash: true)], help: .hidden)
        var sagemaker: String?
        @Option(name: [.customLong("sqs-endpoint"), .customLong("sqsEndpoint", withSingleDash: true)], help: .hidden)
        var sqs: String?
        @Option(name: [.customLong("sns-endpoint"), .customLong("snsEndpoint", withSingleDash: true)], help: .hidden)
        var sns: String?
        @Option(
            name: [.customLong("step-functions-endpoint"), .customLong("stepFunctionsEndpoint", withSingleDash: true)],
            help: .hidden)
        var stepFunctions: String?

        /// By service name. The endpoint of Step Functions itself is this server, whatever was given.
        var byName: [String: String] {
            let all = [
                "batch": batch, "dynamodb": dynamodb, "ecs": ecs, "glue": glue, "sagemaker": sagemaker, "sqs": sqs, "sns": sns,
            ]
            return all.compactMapValues { $0 }
        }
    }
#endif
