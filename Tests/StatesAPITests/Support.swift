import StatesJSON
import StatesKernel
import StatesRuntime

@testable import StatesAPI

/// A service over a journal in memory, and calls to it as a client would make them.
final class TestService: Sendable {
    let service: StatesService
    let journal: MemoryJournal
    let runtime: Runtime

    static let role = "arn:aws:iam::123456789012:role/test"

    init(journal: MemoryJournal = MemoryJournal(), functions: FunctionTable = [:], configuration: ServiceConfiguration = .init())
        throws
    {
        self.journal = journal
        let tasks = StepFunctionsTasks()
        var options = RuntimeOptions()
        options.invokers = [tasks, UnprovidedTasks()]
        options.recoveredMocks = { configuration.recoveredMocks($0) }
        runtime = try Runtime(
            journal: JournalChoice(isDurable: true, commitsAtOnce: true) { journal }, functions: functions, options: options)
        service = try StatesService(runtime: runtime, configuration: configuration)
        tasks.attach(service)
    }

    /// What a process would find that was started after this one was killed.
    func restarted(functions: FunctionTable = [:], configuration: ServiceConfiguration = .init()) throws -> TestService {
        let next = try TestService(journal: journal.copy(), functions: functions, configuration: configuration)
        try next.runtime.resumeAll()
        return next
    }

    func call(_ operation: Operation, _ members: JSONValue) async throws -> JSONValue {
        .object(try await service.answer(try Request(operation, members.object ?? JSONObject())))
    }

    /// The code and text of the error that a call is answered with, or nil.
    func failure(_ operation: Operation, _ members: JSONValue) async -> (code: String, message: String)? {
        do {
            _ = try await call(operation, members)
            return nil
        } catch let error as APIError {
            return (error.code, error.message)
        } catch {
            return ("\(error)", "")
        }
    }

    func create(
        _ name: String, _ definition: JSONValue, type: String = "STANDARD", publish: Bool = false
    ) async throws -> String {
        let answer = try await call(
            .createStateMachine,
            [
                "name": .string(name), "definition": .string(definition.compactText), "roleArn": .string(Self.role),
                "type": .string(type), "publish": .bool(publish),
            ])
        return answer["stateMachineArn"]?.string ?? ""
    }

    func start(_ machine: String, name: String? = nil, input: String = "{}") async throws -> String {
        var members = JSONObject([("stateMachineArn", .string(machine)), ("input", .string(input))])
        members["name"] = name.map { .string($0) }
        return try await call(.startExecution, .object(members))["executionArn"]?.string ?? ""
    }

    /// The description of an execution once it has ended.
    func ended(_ arn: String) async throws -> JSONValue {
        for _ in 0..<2_000 {
            let description = try await call(.describeExecution, ["executionArn": .string(arn)])
            if description["status"]?.string != "RUNNING" { return description }
            try await Task.sleep(for: .milliseconds(2))
        }
        return .null
    }

    /// Waits until an execution's history has an event of that type.
    func reached(_ type: String, in arn: String) async throws {
        for _ in 0..<2_000 {
            if try await types(arn).contains(type) { return }
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    func types(_ arn: String) async throws -> [String] {
        let history = try await call(.getExecutionHistory, ["executionArn": .string(arn)])
        return (history["events"]?.array ?? []).compactMap { $0["type"]?.string }
    }
}

/// Definitions that many tests use.
enum Definitions {
    static let pass: JSONValue = ["StartAt": "P", "States": ["P": ["Type": "Pass", "Result": ["a": 1], "End": true]]]
    static let otherPass: JSONValue = ["StartAt": "P", "States": ["P": ["Type": "Pass", "Result": ["a": 2], "End": true]]]
    static let wait: JSONValue = ["StartAt": "W", "States": ["W": ["Type": "Wait", "Seconds": 3_600, "End": true]]]
    static let fail: JSONValue = ["StartAt": "F", "States": ["F": ["Type": "Fail", "Error": "No", "Cause": "because"]]]
    static func task(_ resource: String, _ parameters: JSONValue = [:]) -> JSONValue {
        let fields: JSONValue = ["Type": "Task", "Resource": .string(resource), "Parameters": parameters, "End": true]
        return ["StartAt": "T", "States": ["T": fields]]
    }
}
