#if Services
    import StatesJSON
    import StatesRuntime
    import StatesText
    import Testing

    @testable import StatesServices

    @Suite("calls to services")
    struct ServiceCallTests {
        @Test("a signature is the one of AWS's own example")
        func signature() throws {
            var message = ServiceMessage(url: "https://example.amazonaws.com/")
            RequestSignature(
                region: "us-east-1", service: "service",
                credentials: ServiceCredentials(accessKey: "AKIDEXAMPLE", secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
                time: try #require(Timestamp(rfc3339: "2015-08-30T12:36:00Z"))
            ).sign(&message)
            let authorization = message.headers.first { $0.0 == "authorization" }?.1
            #expect(
                authorization
                    == "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
                    + "SignedHeaders=host;x-amz-date, Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")
        }

        @Test("a message is asked for in JSON, its body as text; a publication in a form")
        func messages() {
            let sqs = ServiceCall(service: "sqs", action: "sendMessage").message(
                ["MessageBody": ["a": 1]], at: "http://localhost:1/")
            #expect(sqs.url == "http://localhost:1/")
            #expect(sqs.headers.contains { $0 == ("x-amz-target", "AmazonSQS.SendMessage") })
            #expect(String(decoding: sqs.body, as: UTF8.self) == #"{"MessageBody":"{\"a\":1}"}"#)
            let sns = ServiceCall(service: "sns", action: "publish").message(
                ["TopicArn": "t", "Message": "a b"], at: "http://localhost:1")
            #expect(String(decoding: sns.body, as: UTF8.self) == "Action=Publish&Version=2010-03-31&TopicArn=t&Message=a%20b")
        }

        @Test("an optimised result has what the SDK adds, an SDK's has not")
        func results() throws {
            let answer = ServiceAnswer(status: 200, body: Array(#"{"MessageId":"m"}"#.utf8), requestID: "r")
            let optimized = try ServiceCall(service: "sqs", action: "sendMessage").result(answer)
            #expect(optimized.object?.names == ["MessageId", "SdkHttpMetadata", "SdkResponseMetadata"])
            #expect(try ServiceCall(service: "aws-sdk:sqs", action: "sendMessage").result(answer) == ["MessageId": "m"])
            let xml = "<R><PublishResult><MessageId>a &amp; b</MessageId></PublishResult></R>"
            #expect(
                try ServiceCall(service: "aws-sdk:sns", action: "publish").result(
                    ServiceAnswer(status: 200, body: Array(xml.utf8), requestID: "r")) == ["MessageId": "a & b"])
        }

        @Test("errors are named and worded as Step Functions does")
        func errors() {
            func failure(_ service: String, _ body: String, query: String? = nil) -> TaskFailure? {
                do throws(TaskFailure) {
                    _ = try ServiceCall(service: service, action: "act").result(
                        ServiceAnswer(status: 400, body: Array(body.utf8), requestID: "r", queryError: query))
                    return nil
                } catch {
                    return error
                }
            }
            let missing = #"{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"gone"}"#
            #expect(
                failure("dynamodb", missing)
                    == TaskFailure(
                        "DynamoDB.ResourceNotFoundException",
                        cause:
                            "gone (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ResourceNotFoundException; Request ID: r; Proxy: null)"
                    ))
            #expect(
                failure("aws-sdk:dynamodb", missing)
                    == TaskFailure(
                        "DynamoDb.ResourceNotFoundException",
                        cause: "gone (Service: DynamoDb, Status Code: 400, Request ID: r) (SDK Attempt Count: 1)"))
            let queue = failure(
                "sqs", #"{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"no"}"#,
                query: "AWS.SimpleQueueService.NonExistentQueue;Sender")
            #expect(queue?.error == "SQS.AmazonSQSException")
            #expect(queue?.cause.contains("Error Code: AWS.SimpleQueueService.NonExistentQueue") == true)
        }

        static let arrays: [(String, String)] = [
            ("INDICES", "a%5B0%5D=x&a%5B1%5D=y"), ("REPEAT", "a=x&a=y"), ("COMMAS", "a=x%2Cy"), ("BRACKETS", "a%5B%5D=x&a%5B%5D=y"),
        ]

        @Test("a form writes its lists as the state says", arguments: arrays)
        func forms(format: String, text: String) throws {
            let request = try HTTPTaskRequest(
                [
                    "ApiEndpoint": "https://api.example/x", "Method": "POST", "QueryParameters": ["q": "1 2"],
                    "RequestBody": ["a": ["x", "y"]],
                    "Transform": [
                        "RequestBodyEncoding": "URL_ENCODED", "RequestEncodingOptions": ["ArrayFormat": .string(format)],
                    ],
                ], connections: Connections(), region: "us-east-1")
            #expect(request.url == "https://api.example/x?q=1%202")
            #expect(String(decoding: request.body, as: UTF8.self) == text)
        }

        @Test("a connection adds its secret; one that is not there, a forbidden header and plain HTTP elsewhere are refused")
        func connections() throws {
            let connections = try Connections(["connections": ["shop": ["apiKey": ["name": "X-Key", "value": "v"]]]])
            let arn = "arn:aws:events:us-east-1:123456789012:connection/shop/1"
            func request(_ change: JSONValue) -> Result<HTTPTaskRequest, TaskFailure> {
                var members = JSONObject([("ApiEndpoint", "https://api.example"), ("Method", "GET")])
                for member in change.object ?? JSONObject() { members[member.name] = member.value }
                return Result { () throws(TaskFailure) in
                    try HTTPTaskRequest(.object(members), connections: connections, region: "us-east-1")
                }
            }
            let authenticated = try request(["Authentication": ["ConnectionArn": .string(arn)]]).get()
            #expect(authenticated.headers.contains { $0 == ("X-Key", "v") })
            for change: JSONValue in [
                ["Authentication": ["ConnectionArn": "arn:aws:events:::connection/other/1"]], ["Headers": ["X-Amz-Date": "1"]],
                ["ApiEndpoint": "http://api.example"], ["ApiEndpoint": "http://localhost.evil.example"], ["Method": "BREW"],
            ] {
                #expect(throws: TaskFailure.self) { try request(change).get() }
            }
        }
    }
#endif
