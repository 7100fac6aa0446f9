/// An integration that Step Functions knows by name: which patterns it has and which parameters it needs (integrations.md section 2).
struct OptimizedIntegration: Sendable {
    /// Patterns besides request and response.
    var patterns: [TaskResource.Pattern] = []
    /// Parameters without which AWS refuses the definition.
    var required: [String] = []
    /// All parameters, where the list is known to be complete.
    var parameters: [String]?

    /// The integration of that name; nil if AWS has none. The action may be anything for services whose list we do not have whole.
    static func find(_ service: Substring, _ action: Substring) -> OptimizedIntegration? {
        if let exact = table["\(service):\(action)"] { return exact }
        guard let patterns = open[String(service)], action.utf8.first.map({ $0 >= UInt8(ascii: "a") }) == true else { return nil }
        return OptimizedIntegration(patterns: patterns)
    }

    /// Names for suggestions.
    static let names: [String] = table.keys.sorted()

    private static let tokens: [TaskResource.Pattern] = [.waitForTaskToken]
    private static let jobs: [TaskResource.Pattern] = [.sync]

    /// Services of whose actions the documentation gives examples only.
    private static let open: [String: [TaskResource.Pattern]] = [
        "codebuild": jobs, "emr-serverless": jobs, "emr-containers": jobs, "bedrock-agentcore": [],
    ]

    private static let table: [String: OptimizedIntegration] = {
        var table: [String: OptimizedIntegration] = [
            "lambda:invoke": OptimizedIntegration(
                patterns: tokens, required: ["FunctionName"],
                parameters: ["FunctionName", "Payload", "InvocationType", "Qualifier", "ClientContext", "LogType", "TenantId"]),
            "sqs:sendMessage": OptimizedIntegration(
                patterns: tokens, required: ["QueueUrl", "MessageBody"],
                parameters: [
                    "QueueUrl", "MessageBody", "DelaySeconds", "MessageAttributes", "MessageSystemAttributes",
                    "MessageDeduplicationId",
                    "MessageGroupId",
                ]),
            "sns:publish": OptimizedIntegration(
                patterns: tokens, required: ["Message"],
                parameters: [
                    "TopicArn", "TargetArn", "PhoneNumber", "Message", "MessageAttributes", "MessageStructure", "Subject",
                    "MessageGroupId", "MessageDeduplicationId",
                ]),
            "events:putEvents": OptimizedIntegration(
                patterns: tokens, required: ["Entries"], parameters: ["Entries", "EndpointId"]),
            "states:startExecution": OptimizedIntegration(
                patterns: [.sync, .sync2, .waitForTaskToken], required: ["StateMachineArn"],
                parameters: ["StateMachineArn", "Input", "Name", "TraceHeader"]),
            "apigateway:invoke": OptimizedIntegration(
                patterns: tokens, required: ["ApiEndpoint", "Method"],
                parameters: [
                    "ApiEndpoint", "Method", "Path", "Stage", "Headers", "QueryParameters", "RequestBody", "AllowNullValues",
                    "AuthType",
                ]),
            "http:invoke": OptimizedIntegration(
                required: ["ApiEndpoint", "Method"],
                parameters: [
                    "ApiEndpoint", "Method", "Authentication", "InvocationConfig", "Headers", "QueryParameters", "RequestBody",
                    "Transform",
                ]),
            "dynamodb:getItem": OptimizedIntegration(
                required: ["TableName", "Key"],
                parameters: [
                    "TableName", "Key", "AttributesToGet", "ConsistentRead", "ExpressionAttributeNames", "ProjectionExpression",
                    "ReturnConsumedCapacity",
                ]),
            "dynamodb:putItem": OptimizedIntegration(
                required: ["TableName", "Item"],
                parameters: [
                    "TableName", "Item", "ConditionalOperator", "ConditionExpression", "Expected", "ExpressionAttributeNames",
                    "ExpressionAttributeValues", "ReturnConsumedCapacity", "ReturnItemCollectionMetrics", "ReturnValues",
                    "ReturnValuesOnConditionCheckFailure",
                ]),
            "dynamodb:deleteItem": OptimizedIntegration(
                required: ["TableName", "Key"],
                parameters: [
                    "TableName", "Key", "ConditionalOperator", "ConditionExpression", "Expected", "ExpressionAttributeNames",
                    "ExpressionAttributeValues", "ReturnConsumedCapacity", "ReturnItemCollectionMetrics", "ReturnValues",
                    "ReturnValuesOnConditionCheckFailure",
                ]),
            "dynamodb:updateItem": OptimizedIntegration(
                required: ["TableName", "Key"],
                parameters: [
                    "TableName", "Key", "AttributeUpdates", "ConditionalOperator", "ConditionExpression", "Expected",
                    "ExpressionAttributeNames", "ExpressionAttributeValues", "ReturnConsumedCapacity",
                    "ReturnItemCollectionMetrics",
                    "ReturnValues", "ReturnValuesOnConditionCheckFailure", "UpdateExpression",
                ]),
            "ecs:runTask": OptimizedIntegration(patterns: [.sync, .waitForTaskToken], required: ["TaskDefinition"]),
            "glue:startJobRun": OptimizedIntegration(patterns: jobs, required: ["JobName"]),
        ]
        func add(_ service: String, _ actions: String, _ patterns: [TaskResource.Pattern]) {
            for action in actions.split(separator: " ") { table["\(service):\(action)"] = OptimizedIntegration(patterns: patterns) }
        }
        add("batch", "submitJob", jobs)
        add("databrew", "startJobRun", jobs)
        add("athena", "startQueryExecution", jobs)
        add("athena", "stopQueryExecution getQueryExecution getQueryResults", [])
        add("elasticmapreduce", "createCluster terminateCluster addStep", jobs)
        add(
            "elasticmapreduce", "cancelStep setClusterTerminationProtection modifyInstanceFleetByName modifyInstanceGroupByName", []
        )
        add(
            "eks",
            "createCluster createNodegroup createFargateProfile deleteCluster deleteNodegroup deleteFargateProfile runJob", jobs)
        add("eks", "call", [])
        add(
            "sagemaker",
            "createTrainingJob createTransformJob createProcessingJob createLabelingJob createHyperParameterTuningJob", jobs)
        add("sagemaker", "createModel createEndpoint createEndpointConfig updateEndpoint", [])
        add("bedrock", "invokeModel", [])
        add("bedrock", "createModelCustomizationJob", jobs)
        add("mediaconvert", "createJob", jobs)
        return table
    }()
}
