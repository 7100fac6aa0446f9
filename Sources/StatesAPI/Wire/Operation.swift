/// The operations of the service, by the names that stand in `X-Amz-Target` after `AWSStepFunctions.`.
public enum Operation: String, Sendable, Hashable, CaseIterable {
    /// An activity is made.
    case createActivity = "CreateActivity"
    /// A state machine is made.
    case createStateMachine = "CreateStateMachine"
    /// An alias is made.
    case createStateMachineAlias = "CreateStateMachineAlias"
    /// An activity is deleted.
    case deleteActivity = "DeleteActivity"
    /// A state machine is deleted.
    case deleteStateMachine = "DeleteStateMachine"
    /// An alias is deleted.
    case deleteStateMachineAlias = "DeleteStateMachineAlias"
    /// A version is deleted.
    case deleteStateMachineVersion = "DeleteStateMachineVersion"
    /// An activity is shown.
    case describeActivity = "DescribeActivity"
    /// An execution is shown.
    case describeExecution = "DescribeExecution"
    /// A map run is shown.
    case describeMapRun = "DescribeMapRun"
    /// A state machine is shown.
    case describeStateMachine = "DescribeStateMachine"
    /// An alias is shown.
    case describeStateMachineAlias = "DescribeStateMachineAlias"
    /// What an execution runs is shown.
    case describeStateMachineForExecution = "DescribeStateMachineForExecution"
    /// A worker asks for a task.
    case getActivityTask = "GetActivityTask"
    /// An execution's history is shown.
    case getExecutionHistory = "GetExecutionHistory"
    /// Activities are listed.
    case listActivities = "ListActivities"
    /// Executions are listed.
    case listExecutions = "ListExecutions"
    /// Map runs are listed.
    case listMapRuns = "ListMapRuns"
    /// Aliases are listed.
    case listStateMachineAliases = "ListStateMachineAliases"
    /// Versions are listed.
    case listStateMachineVersions = "ListStateMachineVersions"
    /// State machines are listed.
    case listStateMachines = "ListStateMachines"
    /// Tags are listed.
    case listTagsForResource = "ListTagsForResource"
    /// A version is made.
    case publishStateMachineVersion = "PublishStateMachineVersion"
    /// An execution that failed goes on.
    case redriveExecution = "RedriveExecution"
    /// A task fails.
    case sendTaskFailure = "SendTaskFailure"
    /// A task is alive.
    case sendTaskHeartbeat = "SendTaskHeartbeat"
    /// A task succeeds.
    case sendTaskSuccess = "SendTaskSuccess"
    /// An execution is started.
    case startExecution = "StartExecution"
    /// An Express execution is started, and its end awaited.
    case startSyncExecution = "StartSyncExecution"
    /// An execution is stopped.
    case stopExecution = "StopExecution"
    /// Tags are added.
    case tagResource = "TagResource"
    /// One state is tried out.
    case testState = "TestState"
    /// Tags are removed.
    case untagResource = "UntagResource"
    /// A map run is changed.
    case updateMapRun = "UpdateMapRun"
    /// A state machine is changed.
    case updateStateMachine = "UpdateStateMachine"
    /// An alias is changed.
    case updateStateMachineAlias = "UpdateStateMachineAlias"
    /// A definition is checked.
    case validateStateMachineDefinition = "ValidateStateMachineDefinition"

    private static let byName = Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0) })

    /// The operation that a target names, such as `AWSStepFunctions.StartExecution`.
    ///
    /// - Throws: `UnknownOperationException`.
    init(target: String?) throws(APIError) {
        let prefix = "AWSStepFunctions."
        guard let target, target.hasPrefix(prefix), let operation = Self.byName[String(target.dropFirst(prefix.count))] else {
            throw .unknownOperation
        }
        self = operation
    }
}

// The service's model, 2016-11-23: what the members of each request are and must be.
extension Operation {
    /// The members of the request.
    var members: [MemberShape] { Self.shapes[self] ?? [] }

    private static let arn = Shape.string(min: 1, max: 256)
    private static let longArn = Shape.string(min: 1, max: 2_000)
    private static let name = Shape.string(min: 1, max: 80)
    private static let definition = Shape.string(min: 1, max: 1_048_576, isSensitive: true)
    private static let payload = Shape.string(max: 262_144, isSensitive: true)
    private static let errorName = Shape.string(max: 256, isSensitive: true)
    private static let errorCause = Shape.string(max: 32_768, isSensitive: true)
    private static let description = Shape.string(max: 256, isSensitive: true)
    private static let stateName = Shape.string(min: 1, max: 80, isSensitive: true)
    private static let token = Shape.string(min: 1, max: 2_048)
    private static let pageToken = Shape.string(min: 1, max: 1_024)
    private static let pageSize = Shape.integer(min: 0, max: 1_000)
    private static let machineType = Shape.word(["STANDARD", "EXPRESS"])
    private static let includedData = MemberShape("includedData", .word(["ALL_DATA", "METADATA_ONLY"]))
    private static let traceHeader = MemberShape("traceHeader", .pattern(.ascii, min: 0, max: 256))
    private static let paging = [MemberShape("nextToken", pageToken), MemberShape("maxResults", pageSize)]

    private static let logging = MemberShape(
        "loggingConfiguration",
        .structure(
            "LoggingConfiguration",
            [
                MemberShape("level", .word(["ALL", "ERROR", "FATAL", "OFF"])), MemberShape("includeExecutionData", .boolean),
                MemberShape(
                    "destinations",
                    .list(
                        .structure(
                            "LogDestination",
                            [
                                MemberShape(
                                    "cloudWatchLogsLogGroup",
                                    .structure("CloudWatchLogsLogGroup", [MemberShape("logGroupArn", arn)]))
                            ]))),
            ]))
    private static let tracing = MemberShape(
        "tracingConfiguration", .structure("TracingConfiguration", [MemberShape("enabled", .boolean)]))
    private static let encryption = MemberShape(
        "encryptionConfiguration",
        .structure(
            "EncryptionConfiguration",
            [
                MemberShape("kmsKeyId", .string(min: 1, max: 2_048)),
                MemberShape("kmsDataKeyReusePeriodSeconds", .integer(min: 60, max: 900)),
                .required("type", .word(["AWS_OWNED_KEY", "CUSTOMER_MANAGED_KMS_KEY"])),
            ]))
    private static let tags = Shape.list(
        .structure(
            "Tag", [MemberShape("key", .string(min: 1, max: 128)), MemberShape("value", .string(max: 256))]))
    private static let routing = Shape.list(
        .structure(
            "RoutingConfigurationListItem",
            [.required("stateMachineVersionArn", arn), .required("weight", .integer(min: 0, max: 100))]), min: 1, max: 2)
    private static let mock = Shape.structure(
        "MockInput",
        [
            MemberShape("result", payload),
            MemberShape(
                "errorOutput", .structure("MockErrorOutput", [MemberShape("error", errorName), MemberShape("cause", errorCause)])),
            MemberShape("fieldValidationMode", .word(["STRICT", "PRESENT", "NONE"])),
        ])
    private static let stateConfiguration = Shape.structure(
        "TestStateConfiguration",
        [
            MemberShape("retrierRetryCount", .integer(min: 0)), MemberShape("errorCausedByState", stateName),
            MemberShape("mapIterationFailureCount", .integer(min: 0)), MemberShape("mapItemReaderData", payload),
        ])

    private static let shapes: [Operation: [MemberShape]] = [
        .createActivity: [.required("name", name), MemberShape("tags", tags), encryption],
        .createStateMachine: [
            .required("name", name), .required("definition", definition), .required("roleArn", arn),
            MemberShape("type", machineType), logging, MemberShape("tags", tags), tracing, MemberShape("publish", .boolean),
            MemberShape("versionDescription", description), encryption,
        ],
        .createStateMachineAlias: [
            MemberShape("description", description), .required("name", .pattern(.aliasName, min: 1, max: 80)),
            .required("routingConfiguration", routing),
        ],
        .deleteActivity: [.required("activityArn", arn)],
        .deleteStateMachine: [.required("stateMachineArn", arn)],
        .deleteStateMachineAlias: [.required("stateMachineAliasArn", arn)],
        .deleteStateMachineVersion: [.required("stateMachineVersionArn", longArn)],
        .describeActivity: [.required("activityArn", arn)],
        .describeExecution: [.required("executionArn", arn), includedData],
        .describeMapRun: [.required("mapRunArn", longArn)],
        .describeStateMachine: [.required("stateMachineArn", arn), includedData],
        .describeStateMachineAlias: [.required("stateMachineAliasArn", arn)],
        .describeStateMachineForExecution: [.required("executionArn", arn), includedData],
        .getActivityTask: [.required("activityArn", arn), MemberShape("workerName", name)],
        .getExecutionHistory: [
            .required("executionArn", arn), MemberShape("maxResults", pageSize), MemberShape("reverseOrder", .boolean),
            MemberShape("nextToken", pageToken), MemberShape("includeExecutionData", .boolean),
        ],
        .listActivities: paging,
        .listExecutions: [
            MemberShape("stateMachineArn", arn),
            MemberShape("statusFilter", .word(["SUCCEEDED", "TIMED_OUT", "PENDING_REDRIVE", "ABORTED", "FAILED", "RUNNING"])),
            MemberShape("maxResults", pageSize), MemberShape("nextToken", .string(min: 1, max: 3_096)),
            MemberShape("mapRunArn", longArn), MemberShape("redriveFilter", .word(["REDRIVEN", "NOT_REDRIVEN"])),
        ],
        .listMapRuns: [.required("executionArn", arn)] + paging,
        .listStateMachineAliases: [.required("stateMachineArn", arn)] + paging,
        .listStateMachineVersions: [.required("stateMachineArn", arn)] + paging,
        .listStateMachines: paging,
        .listTagsForResource: [.required("resourceArn", arn)],
        .publishStateMachineVersion: [
            .required("stateMachineArn", arn), MemberShape("revisionId", .string()), MemberShape("description", description),
        ],
        .redriveExecution: [.required("executionArn", arn), MemberShape("clientToken", .pattern(.clientToken, min: 1, max: 64))],
        .sendTaskFailure: [.required("taskToken", token), MemberShape("error", errorName), MemberShape("cause", errorCause)],
        .sendTaskHeartbeat: [.required("taskToken", token)],
        .sendTaskSuccess: [.required("taskToken", token), .required("output", payload)],
        .startExecution: [
            .required("stateMachineArn", arn), MemberShape("name", name), MemberShape("input", payload), traceHeader,
        ],
        .startSyncExecution: [
            .required("stateMachineArn", arn), MemberShape("name", name), MemberShape("input", payload), traceHeader, includedData,
        ],
        .stopExecution: [.required("executionArn", arn), MemberShape("error", errorName), MemberShape("cause", errorCause)],
        .tagResource: [.required("resourceArn", arn), .required("tags", tags)],
        .testState: [
            .required("definition", definition), MemberShape("roleArn", arn), MemberShape("input", payload),
            MemberShape("inspectionLevel", .word(["INFO", "DEBUG", "TRACE"])), MemberShape("revealSecrets", .boolean),
            MemberShape("variables", payload), MemberShape("stateName", stateName), MemberShape("mock", mock),
            MemberShape("context", payload), MemberShape("stateConfiguration", stateConfiguration),
        ],
        .untagResource: [.required("resourceArn", arn), .required("tagKeys", .list(.string(min: 1, max: 128)))],
        .updateMapRun: [
            .required("mapRunArn", longArn), MemberShape("maxConcurrency", .integer(min: 0)),
            MemberShape("toleratedFailurePercentage", .double(min: 0, max: 100)),
            MemberShape("toleratedFailureCount", .integer(min: 0)),
        ],
        .updateStateMachine: [
            .required("stateMachineArn", arn), MemberShape("definition", .string(max: 1_048_576, isSensitive: true)),
            MemberShape("roleArn", arn), logging, tracing, MemberShape("publish", .boolean),
            MemberShape("versionDescription", description), encryption,
        ],
        .updateStateMachineAlias: [
            .required("stateMachineAliasArn", arn), MemberShape("description", description),
            MemberShape("routingConfiguration", routing),
        ],
        .validateStateMachineDefinition: [
            .required("definition", definition), MemberShape("type", machineType),
            MemberShape("severity", .word(["ERROR", "WARNING"])), MemberShape("maxResults", .integer(min: 0, max: 100)),
        ],
    ]
}
