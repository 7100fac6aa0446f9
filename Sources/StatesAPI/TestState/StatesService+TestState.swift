import StatesJSON
import StatesKernel
import StatesLanguage
import StatesRuntime
import StatesText

extension StatesService {
    /// Tries one state out: a driver of the kernel that shows what came of each of the state's fields (api.md, TestState).
    func testState(_ request: Request) async throws -> JSONObject {
        let subject = try TestSubject(request)
        try TestMock.check(request, subject)
        let context = try subject.context(request, self)
        var rehearsal = StateRehearsal(
            subject: subject, context: context, variables: try subject.variables(request), at: runtime.now)
        if request.object("mock")?["result"] != nil {
            rehearsal.failureCount = request.object("stateConfiguration")?["mapIterationFailureCount"].flatMap(TestSubject.count)
        }
        if let failure = try rehearsal.failureOfItems() {
            return rehearsal.answer(failed: failure, request)
        }
        var performance = try rehearsal.begin()
        if let task = performance.request {
            let outcome = try await answer(to: task, request, subject)
            rehearsal.finish(&performance, with: outcome)
        }
        return try rehearsal.answer(performance, request)
    }

    /// What the tested task comes to: the mock's word, or that of whoever performs such tasks here.
    private func answer(to task: TaskRequest, _ request: Request, _ subject: TestSubject) async throws -> Answer.Outcome {
        if let mock = request.object("mock") { return try TestMock.outcome(mock, request, subject) }
        guard task.resource.pattern == .requestResponse, !task.resource.isActivity else {
            throw APIError(
                "InvalidDefinition",
                "TestState API does not support tasks that wait for a job, a callback or an activity unless a mock is specified")
        }
        var fields = JSONObject([("Type", "Task"), ("Resource", .string(task.resource.text)), ("End", true)])
        if case .integration = task.resource.kind, let members = task.input.object {
            fields["Parameters"] = .object(JSONObject(members.map { ("\($0.name).$", .string("$['\($0.name)']")) }))
        }
        let definition: JSONValue = ["StartAt": "Task", "States": ["Task": .object(fields)]]
        let machine = try StateMachine(definition: definition.compactText, name: "TestState", type: .express)
        var start = StartRequest(machine, input: task.input)
        start.isSynchronous = true
        start.keepsHistory = false
        let run = try await runtime.run(start)
        if run.status == .succeeded { return .value(run.output ?? .null) }
        return .failure(error: run.error ?? "States.TaskFailed", cause: run.cause ?? "")
    }
}

/// The state that is tested, and what surrounds it.
struct TestSubject {
    /// Its name in the definition, or the one that AWS gives a state that comes alone.
    let name: String
    /// Its fields.
    let fields: JSONObject
    let isJSONata: Bool
    let input: JSONValue
    let inputText: String

    static let loneName = "StateName"

    var type: String { fields["Type"]?.string ?? "" }
    var isMap: Bool { type == "Map" }
    var resource: String { fields["Resource"]?.string ?? "" }

    /// - Throws: `InvalidDefinition`, `ValidationException`, `InvalidExecutionInput`.
    init(_ request: Request) throws {
        let text = request.text("definition")
        let hasName = request.optionalText("stateName") != nil
        let definition: JSONValue
        do {
            definition = try JSONValue(parsing: text)
        } catch {
            throw APIError(InvalidDefinition(text))
        }
        guard let object = definition.object else { throw APIError(InvalidDefinition(text)) }
        if let wanted = request.optionalText("stateName") {
            try Self.check(definition.compactText)
            guard let found = Self.find(wanted, in: definition, isJSONata: false) else {
                throw APIError.validation("State not found in definition")
            }
            (fields, isJSONata) = found
            name = wanted
        } else {
            (fields, isJSONata, name) = (object, object["QueryLanguage"]?.string == "JSONata", Self.loneName)
        }
        inputText = request.optionalText("input") ?? "{}"
        do {
            input = try JSONValue(parsing: inputText)
        } catch {
            throw APIError(
                "InvalidExecutionInput",
                "Invalid State Machine Execution Input: '\(JacksonText.reason(error, in: inputText))'")
        }
        if !hasName { try Self.check(machine(of: fields).compactText) }
    }

    private static func check(_ text: String) throws(APIError) {
        let check = DefinitionCheck(definition: text)
        if !check.isValid { throw APIError(InvalidDefinition(diagnostics: check.diagnostics, source: check.source)) }
    }

    /// Looks for a state by its name, inside Map and Parallel states too.
    private static func find(_ name: String, in machine: JSONValue, isJSONata: Bool) -> (JSONObject, Bool)? {
        let own = machine["QueryLanguage"]?.string.map { $0 == "JSONata" } ?? isJSONata
        for state in machine["States"]?.object ?? JSONObject() {
            guard let fields = state.value.object else { continue }
            if state.name == name { return (fields, fields["QueryLanguage"]?.string.map { $0 == "JSONata" } ?? own) }
            let inner = (fields["Branches"]?.array ?? []) + [fields["ItemProcessor"], fields["Iterator"]].compactMap { $0 }
            for machine in inner {
                if let found = find(name, in: machine, isJSONata: own) { return found }
            }
        }
        return nil
    }

    /// A machine of this state, with an end wherever it may go.
    func machine(of fields: JSONObject, variables: [String] = []) -> JSONValue {
        var states = JSONObject()
        if !variables.isEmpty {
            // The variables come in with the input and leave it again, so that no value is taken for an expression.
            let assign = JSONObject(variables.map { ("\($0).$", .string("$.variables.\($0)")) })
            states[Self.beginning] = [
                "Type": "Pass", "Assign": .object(assign), "OutputPath": "$.input",
                "Next": .string(name),
            ]
        }
        var fields = fields
        if isJSONata { fields["QueryLanguage"] = "JSONata" }
        states[name] = .object(fields)
        for target in Self.targets(of: .object(fields)) where states[target] == nil { states[target] = ["Type": "Succeed"] }
        return ["StartAt": .string(variables.isEmpty ? name : Self.beginning), "States": .object(states)]
    }

    private static let beginning = "stepwell: variables"

    private static func targets(of state: JSONValue) -> [String] {
        let inner = (state["Choices"]?.array ?? []) + (state["Catch"]?.array ?? [])
        return ([state["Next"], state["Default"]] + inner.map { $0["Next"] }).compactMap { $0?.string }
    }

    // MARK: What it sees

    /// The context object: the request's, or that of an Express execution, as recorded.
    func context(_ request: Request, _ service: StatesService) throws(APIError) -> JSONValue {
        if let text = request.optionalText("context") { return try TestContext.checked(text, self) }
        let configuration = service.configuration
        let machine = service.runtime.randomUUID()
        let name = service.runtime.randomUUID()
        let now = Timestamp(milliseconds: service.runtime.now).rfc3339Milliseconds
        var state = JSONObject([("Name", .string(Self.loneName)), ("EnteredTime", .string(now))])
        if ["Task", "Map", "Parallel"].contains(type) {
            state["RetryCount"] = .integer(request.object("stateConfiguration")?["retrierRetryCount"].flatMap(Self.count) ?? 0)
        }
        return [
            "Execution": [
                "Id": .string("\(configuration.arnPrefix)express:\(machine):\(name)"), "Input": input,
                "Name": .string(name), "RoleArn": request.optionalText("roleArn").map { .string($0) } ?? .null,
                "StartTime": .string(now),
            ],
            "StateMachine": ["Id": .string(configuration.machineArn(machine)), "Name": .string(machine)],
            "State": .object(state),
        ]
    }

    /// The variables that the state finds.
    func variables(_ request: Request) throws(APIError) -> JSONObject {
        guard let text = request.optionalText("variables") else { return JSONObject() }
        guard let value = try? JSONValue(parsing: text), let object = value.object else {
            throw .validation("Variables must be a valid JSON object")
        }
        for member in object where !member.name.isVariableName {
            throw .validation("Invalid variable name: '\(member.name)'")
        }
        return object
    }

    static func count(_ value: JSONValue) -> Int? { value.number?.exactInteger.flatMap { Int(exactly: $0) } }
}

extension String {
    fileprivate var isVariableName: Bool {
        guard let first = unicodeScalars.first, first.properties.isIDStart || first == "_" else { return false }
        return unicodeScalars.count <= 80 && unicodeScalars.allSatisfy { $0.properties.isIDContinue || $0 == "_" }
    }
}

extension InvalidDefinition {
    /// What is wrong with a text that is no state at all.
    fileprivate init(_ text: String) {
        let check = DefinitionCheck(definition: text)
        self.init(diagnostics: check.diagnostics, source: check.source)
    }
}

/// The rules for a context object that a request brings.
enum TestContext {
    private static let members: [String: [String]] = [
        "Execution": ["Id", "Input", "Name", "RoleArn", "StartTime", "RedriveCount", "RedriveTime"],
        "State": ["EnteredTime", "Name", "RetryCount"], "StateMachine": ["Id", "Name"], "Task": ["Token"],
    ]
    private static let numbers: Set<String> = ["RetryCount", "RedriveCount"]

    static func checked(_ text: String, _ subject: TestSubject) throws(APIError) -> JSONValue {
        guard let value = try? JSONValue(parsing: text), let object = value.object else {
            throw problem("Context must be a valid JSON object")
        }
        for part in object {
            if part.name == "Map" { throw problem("'Map' field is not supported when mocking a Context object") }
            guard let known = members[part.name] else { throw problem("Field '\(part.name)' is not allowed") }
            if part.name == "Task", !subject.waits {
                throw problem(
                    "Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' service "
                        + "integration pattern")
            }
            guard let fields = part.value.object else { throw problem("\(part.name) must be an object") }
            for field in fields {
                guard known.contains(field.name) else { throw problem("Field '\(part.name).\(field.name)' is not allowed") }
                if field.name == "Input" { continue }
                if numbers.contains(field.name) {
                    if field.value.number == nil { throw problem("\(part.name).\(field.name) must be a number") }
                } else if field.value.string == nil {
                    throw problem("\(part.name).\(field.name) must be a string")
                }
            }
        }
        return value
    }

    private static func problem(_ text: String) -> APIError { .validation("Invalid Context object provided: \(text)") }
}

extension TestSubject {
    /// Whether a job or a callback is waited for.
    fileprivate var waits: Bool {
        type == "Task" && [".sync", ".sync:2", ".waitForTaskToken"].contains { resource.hasSuffix($0) }
    }
}
