import StatesJSON
import StatesRuntime

/// The rules for the mock of a tested state, and what the mock comes to (api.md, TestState).
enum TestMock {
    /// Checks everything about mocks that needs no execution.
    ///
    /// - Throws: `ValidationException`, `InvalidDefinition`.
    static func check(_ request: Request, _ subject: TestSubject) throws(APIError) {
        guard let mock = request.object("mock") else { return try checkWithout(request, subject) }
        guard ["Task", "Map", "Parallel"].contains(subject.type) else {
            throw .validation("State type '\(subject.type)' is not supported when a mock is specified")
        }
        guard request.flag("revealSecrets") != true else {
            throw .validation("TestState does not support RevealSecrets when a mock is specified.")
        }
        guard (mock["result"] == nil) != (mock["errorOutput"] == nil) else {
            throw .validation("A test mock should have only one of the following fields: [result, errorOutput].")
        }
        guard let text = mock["result"]?.string else { return }
        guard let result = try? JSONValue(parsing: text) else { throw .validation("Mocked result must be valid JSON") }
        try check(result, of: subject)
        let mode = mock["fieldValidationMode"]?.string ?? "STRICT"
        if subject.type == "Task", mode != "NONE" {
            try ResultSchemas.check(result, of: subject.resource, requiresMembers: mode == "STRICT")
        }
    }

    private static func checkWithout(_ request: Request, _ subject: TestSubject) throws(APIError) {
        if request.object("stateConfiguration")?["mapIterationFailureCount"] != nil {
            throw .validation("TestState does not support MapIterationFailureCount when a mock is not specified.")
        }
        if request.optionalText("context") != nil {
            throw .validation("TestState does not support Context when a mock is not specified.")
        }
        guard subject.type != "Map", subject.type != "Parallel" else {
            throw APIError(
                "InvalidDefinition",
                "TestState API does not support Map or Parallel states. Supported state types include: "
                    + "[Task, Wait, Pass, Succeed, Fail, Choice]")
        }
        if subject.type == "Task", request.optionalText("roleArn") == nil {
            throw .validation("RoleArn must be specified when testing a Task state")
        }
    }

    private static func check(_ result: JSONValue, of subject: TestSubject) throws(APIError) {
        switch subject.type {
        case "Map" where subject.fields["ResultWriter"] != nil:
            if result.object == nil { throw .validation("Mocked result must be a JSON object.") }
        case "Map":
            if result.array == nil { throw .validation("Mocked result must be an array.") }
        case "Parallel":
            guard let results = result.array else { throw .validation("Mocked result must be an array.") }
            guard results.count == subject.fields["Branches"]?.array?.count else {
                throw .validation("Mocked result must contain the same number of items as number of Parallel branches.")
            }
        default: break
        }
    }

    /// What the task that stands for the state answers.
    static func outcome(_ mock: JSONObject, _ request: Request, _ subject: TestSubject) throws(APIError) -> Answer.Outcome {
        if let failure = mock["errorOutput"] {
            return .failure(error: failure["error"]?.string ?? "", cause: failure["cause"]?.string ?? "")
        }
        let result = mock["result"]?.string.flatMap { try? JSONValue(parsing: $0) } ?? .null
        let failures = request.object("stateConfiguration")?["mapIterationFailureCount"].flatMap(TestSubject.count)
        if let failures, let results = result.array, subject.isMap {
            guard failures <= results.count else {
                throw .validation("Map iteration failure count must be less than or equal to the number of Map iterations")
            }
        }
        return .value(result)
    }
}
