import StatesJSON
import Testing

@testable import StatesAPI

@Suite("requests")
struct ShapeTests {
    private func error(_ operation: Operation, _ members: JSONValue) -> APIError? {
        do {
            _ = try Request(operation, members.object ?? JSONObject())
            return nil
        } catch {
            return error
        }
    }

    @Test("all 37 operations of the model have a shape")
    func everyOperationHasAShape() {
        #expect(Operation.allCases.count == 37)
        #expect(Operation.allCases.allSatisfy { !$0.members.isEmpty })
    }

    static let violations: [(Operation, JSONValue, String)] = [
        (.describeExecution, [:], "Value null at 'executionArn' failed to satisfy constraint: Member must not be null"),
        (
            .listStateMachines, ["maxResults": 1001],
            "Value '1001' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 1000"
        ),
        (
            .listActivities, ["nextToken": ""],
            "Value '' at 'nextToken' failed to satisfy constraint: Member must have length greater than or equal to 1"
        ),
        (
            .listExecutions, ["statusFilter": "DONE"],
            "Value 'DONE' at 'statusFilter' failed to satisfy constraint: Member must satisfy enum value set: "
                + "[SUCCEEDED, TIMED_OUT, PENDING_REDRIVE, ABORTED, FAILED, RUNNING]"
        ),
        (
            .createStateMachineAlias,
            ["name": "42", "routingConfiguration": [["stateMachineVersionArn": "a", "weight": 100]]],
            #"Value '42' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: "#
                + #"^(?=.*[a-zA-Z_\-\.])[a-zA-Z0-9_\-\.]+$"#
        ),
        (
            .createStateMachineAlias,
            ["name": "live", "routingConfiguration": [["stateMachineVersionArn": "a", "weight": 101]]],
            "Value '101' at 'routingConfiguration.1.member.weight' failed to satisfy constraint: "
                + "Member must have value less than or equal to 100"
        ),
    ]

    @Test("a constraint that does not hold is told as AWS tells it", arguments: violations)
    func constraints(operation: Operation, members: JSONValue, text: String) {
        #expect(error(operation, members)?.code == "ValidationException")
        #expect(error(operation, members)?.message == "1 validation error detected: \(text)")
    }

    @Test("several constraints are told together")
    func severalConstraints() {
        let found = error(.listStateMachines, ["maxResults": -1, "nextToken": ""])
        #expect(found?.message.hasPrefix("2 validation errors detected: Value '' at 'nextToken'") == true)
    }

    @Test("a sensitive value is not repeated")
    func sensitiveValues() {
        let long = String(repeating: "s", count: 262_145)
        #expect(
            error(.startExecution, ["stateMachineArn": "a", "input": .string(long)])?.message
                == "1 validation error detected: Value at 'input' failed to satisfy constraint: "
                + "Member must have length less than or equal to 262144")
    }

    @Test("null is absent, and members that nobody knows are let be")
    func nullAndUnknown() {
        #expect(error(.listStateMachines, ["maxResults": nil, "colour": "blue"]) == nil)
    }

    static let mismatches: [(Operation, JSONValue)] = [
        (.describeExecution, ["executionArn": 1]), (.listStateMachines, ["maxResults": "many"]),
        (.tagResource, ["resourceArn": "a", "tags": "all"]), (.createStateMachine, ["loggingConfiguration": []]),
        (.getExecutionHistory, ["executionArn": "a", "reverseOrder": "yes"]),
    ]

    @Test("a value of the wrong type is a SerializationException", arguments: mismatches)
    func types(operation: Operation, members: JSONValue) {
        #expect(error(operation, members)?.code == "SerializationException")
    }

    @Test("a body that is no JSON object is refused, and an unknown target too")
    func bodies() {
        func code(_ target: String?, _ body: String) -> String? {
            do throws(APIError) {
                _ = try Request(target: target, body: Array(body.utf8))
                return nil
            } catch {
                return error.code
            }
        }
        #expect(code("AWSStepFunctions.ListActivities", "{") == "SerializationException")
        #expect(code("AWSStepFunctions.ListActivities", "[]") == "SerializationException")
        #expect(code("AWSStepFunctions.ListActivities", "") == nil)
        #expect(code("AWSStepFunctions.MakeCoffee", "{}") == "UnknownOperationException")
        #expect(code(nil, "{}") == "UnknownOperationException")
    }
}
