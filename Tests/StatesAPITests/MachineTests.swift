import StatesJSON
import Testing

@testable import StatesAPI

@Suite("state machines, versions, aliases, tags")
struct MachineTests {
    private let prefix = "arn:aws:states:us-east-1:123456789012:stateMachine:"

    @Test("a machine is made once: the same request again answers the same, another one does not")
    func creationIsIdempotent() async throws {
        let server = try TestService()
        let members: JSONValue = [
            "name": "m", "definition": .string(Definitions.pass.compactText), "roleArn": .string(TestService.role),
        ]
        let first = try await server.call(.createStateMachine, members)
        #expect(first["stateMachineArn"] == .string(prefix + "m"))
        #expect(try await server.call(.createStateMachine, members) == first)
        // A definition that says the same in other words is another one.
        var changed = try #require(members.object)
        changed["definition"] = .string(Definitions.pass.prettyText())
        let failure = await server.failure(.createStateMachine, .object(changed))
        #expect(failure?.message == "State Machine Already Exists: '\(prefix)m'")
    }

    static let refusals: [(JSONValue, String)] = [
        (["name": "a b"], "InvalidName"), (["roleArn": "role"], "InvalidArn"), (["definition": "{"], "InvalidDefinition"),
        (["versionDescription": "v"], "ValidationException"),
        (["loggingConfiguration": ["level": "ALL"]], "InvalidLoggingConfiguration"),
        (["encryptionConfiguration": ["type": "CUSTOMER_MANAGED_KMS_KEY"]], "InvalidEncryptionConfiguration"),
        (["tags": [["key": "aws:x", "value": "y"]]], "ValidationException"), (["type": "FAST"], "ValidationException"),
    ]

    @Test("a machine that AWS would refuse is refused", arguments: refusals)
    func refusedMachines(change: JSONValue, code: String) async throws {
        let server = try TestService()
        var members = JSONObject([
            ("name", "m"), ("definition", .string(Definitions.pass.compactText)), ("roleArn", .string(TestService.role)),
        ])
        for member in change.object ?? JSONObject() { members[member.name] = member.value }
        #expect(await server.failure(.createStateMachine, .object(members))?.code == code)
    }

    @Test("versions count up, are kept per revision, and are not deleted while an alias routes to them")
    func versions() async throws {
        let server = try TestService()
        let arn = try await server.create("m", Definitions.pass, publish: true)
        let update: JSONValue = [
            "stateMachineArn": .string(arn), "definition": .string(Definitions.otherPass.compactText), "publish": true,
        ]
        #expect(try await server.call(.updateStateMachine, update)["stateMachineVersionArn"] == .string(arn + ":2"))
        let again = try await server.call(.updateStateMachine, update)
        #expect(again["stateMachineVersionArn"] == .string(arn + ":2"))
        #expect(again["revisionId"] == nil)
        let routing: JSONValue = [["stateMachineVersionArn": .string(arn + ":1"), "weight": 100]]
        _ = try await server.call(.createStateMachineAlias, ["name": "live", "routingConfiguration": routing])
        let failure = await server.failure(.deleteStateMachineVersion, ["stateMachineVersionArn": .string(arn + ":1")])
        #expect(failure?.code == "ConflictException")
        let versions = try await server.call(.listStateMachineVersions, ["stateMachineArn": .string(arn)])
        #expect(
            versions["stateMachineVersions"]?.array?.map { $0["stateMachineVersionArn"] } == [
                .string(arn + ":2"), .string(arn + ":1"),
            ])
        let run = try await server.ended(server.start(arn + ":live"))
        #expect(run["output"] == #"{"a":1}"#)
        #expect(run["stateMachineAliasArn"] == .string(arn + ":live"))
        #expect(run["stateMachineVersionArn"] == .string(arn + ":1"))
        #expect(run["stateMachineArn"] == .string(arn))
        for (qualifier, count) in [("", 1), (":live", 1), (":1", 1), (":2", 0)] {
            let list = try await server.call(.listExecutions, ["stateMachineArn": .string(arn + qualifier)])
            #expect(list["executions"]?.array?.count == count)
        }
    }

    static let routings: [([(String, Int)], String)] = [
        ([("", 100)], "Routing configuration must contain state machine version ARNs. Received: [M]"),
        ([(":1", 50), (":1", 50)], "Routing configuration must contain distinct state machine version ARNs. Received: [M:1, M:1]"),
        ([(":1", 70), (":2", 29)], "Sum of routing configuration weights must equal 100. Received: [70, 29]"),
    ]

    @Test("a routing that makes no sense is told in AWS's words", arguments: routings)
    func wrongRoutings(items: [(String, Int)], text: String) async throws {
        let server = try TestService()
        let arn = try await server.create("m", Definitions.pass, publish: true)
        let routing = items.map { item -> JSONValue in
            ["stateMachineVersionArn": .string(arn + item.0), "weight": .integer(item.1)]
        }
        let failure = await server.failure(.createStateMachineAlias, ["name": "a", "routingConfiguration": .array(routing)])
        #expect(failure?.message == text.replacing("M", with: arn).replacing("Su\(arn)", with: "SuM"))
    }

    @Test("everything acknowledged is there after a restart")
    func restart() async throws {
        let server = try TestService()
        let arn = try await server.create("m", Definitions.pass, publish: true)
        let activity = try await server.call(.createActivity, ["name": "a", "tags": [["key": "k", "value": "v"]]])
        _ = try await server.call(.tagResource, ["resourceArn": .string(arn), "tags": [["key": "team", "value": "blue"]]])
        _ = try await server.call(
            .createStateMachineAlias,
            ["name": "live", "routingConfiguration": [["stateMachineVersionArn": .string(arn + ":1"), "weight": 100]]])
        let before = try await server.call(.describeStateMachine, ["stateMachineArn": .string(arn)])
        let next = try server.restarted()
        #expect(try await next.call(.describeStateMachine, ["stateMachineArn": .string(arn)]) == before)
        #expect(
            try await next.call(.listTagsForResource, ["resourceArn": .string(arn)])
                == ["tags": [["key": "team", "value": "blue"]]])
        #expect(
            try await next.call(.listTagsForResource, ["resourceArn": activity["activityArn"] ?? .null])
                == ["tags": [["key": "k", "value": "v"]]])
        #expect(try await next.ended(next.start(arn + ":live"))["status"] == "SUCCEEDED")
    }

    @Test("a deleted machine is gone, and its running executions are aborted")
    func deletion() async throws {
        let server = try TestService()
        let arn = try await server.create("m", Definitions.wait)
        let execution = try await server.start(arn)
        #expect(try await server.call(.deleteStateMachine, ["stateMachineArn": .string(arn)]) == [:])
        #expect(try await server.call(.deleteStateMachine, ["stateMachineArn": .string(arn)]) == [:])
        #expect(await server.failure(.startExecution, ["stateMachineArn": .string(arn)])?.code == "StateMachineDoesNotExist")
        #expect(try await server.ended(execution)["status"] == "ABORTED")
    }

    @Test("pages go on where the last one ended, and a token is good for its own request alone")
    func paging() async throws {
        let server = try TestService()
        for number in 0..<5 { _ = try await server.create("m\(number)", Definitions.pass) }
        var names: [String] = []
        var token: JSONValue?
        repeat {
            let page = try await server.call(.listStateMachines, ["maxResults": 2, "nextToken": token ?? .null])
            names += (page["stateMachines"]?.array ?? []).compactMap { $0["name"]?.string }
            token = page["nextToken"]
        } while token != nil
        #expect(names == ["m0", "m1", "m2", "m3", "m4"])
        let first = try await server.call(.listStateMachines, ["maxResults": 2])
        #expect(await server.failure(.listActivities, ["nextToken": first["nextToken"] ?? .null])?.code == "InvalidToken")
        #expect(await server.failure(.listActivities, ["nextToken": "bm90IG91cnM="])?.message == "Invalid Token: 'Invalid token'")
    }

    @Test("variables are listed by the states that refer to them")
    func variableReferences() async throws {
        let server = try TestService()
        let definition: JSONValue = [
            "StartAt": "A",
            "States": [
                "A": ["Type": "Pass", "Assign": ["x": 1, "y": 2], "Next": "B"],
                "B": [
                    "Type": "Pass", "Parameters": ["sum.$": "States.MathAdd($y, $x)", "t": "$x", "c.$": "$$.State.Name"],
                    "Next": "C",
                ],
                "C": [
                    "Type": "Pass", "QueryLanguage": "JSONata",
                    "Output": "{% ( $n := $x; $sum([$n, $y]) & $states.input.sum & $uppercase('$z') ) %}", "End": true,
                ],
            ],
        ]
        let arn = try await server.create("m", definition)
        #expect(
            try await server.call(.describeStateMachine, ["stateMachineArn": .string(arn)])["variableReferences"]
                == ["B": ["x", "y"], "C": ["x", "y"]])
    }
}
