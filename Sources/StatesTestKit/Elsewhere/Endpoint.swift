package import StatesJSON
import StatesKernel
import StatesLanguage

/// Another implementation of Step Functions, reached by its operations.
package struct Endpoint: Sendable {
    /// Performs an operation such as `StartExecution`.
    var call: @Sendable (_ operation: String, _ request: JSONValue) async throws -> JSONValue
    /// Lets real time pass.
    var pause: @Sendable (Duration) async throws -> Void
    /// How long an execution may take, of real time.
    var patience: Duration
    /// The role that state machines are created with.
    var roleArn: String

    package init(
        patience: Duration, roleArn: String, pause: @escaping @Sendable (Duration) async throws -> Void,
        call: @escaping @Sendable (_ operation: String, _ request: JSONValue) async throws -> JSONValue
    ) {
        self.call = call
        self.pause = pause
        self.patience = patience
        self.roleArn = roleArn
    }
}

/// Why an endpoint did not do what it was asked.
package struct EndpointProblem: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}

extension TestFile {
    /// Runs cases elsewhere, one after the other: each as far as the endpoint allows, compared with its expectations and with what the
    /// same case does here.
    ///
    /// The state machine has a name of its own there, unless a mock file decides: it knows machines by their names.
    /// - Parameter prefix: What the names of the state machine and its executions begin with; another one for each run.
    package func run(_ chosen: [TestCase], at endpoint: Endpoint, prefix: String, seed: UInt64) async throws -> FileResult {
        let usesMockFile = chosen.contains { $0.testCase != nil }
        let name = usesMockFile ? machine.name : String("\(prefix)-\(machine.name)".prefix(80))
        if usesMockFile, try await endpoint.hasStateMachine(named: name) {
            throw EndpointProblem("there is a state machine '\(name)' already, and test cases of a mock file need that name")
        }
        let created = try await endpoint.call(
            "CreateStateMachine",
            [
                "name": .string(name), "definition": .string(machine.definition), "roleArn": .string(endpoint.roleArn),
                "type": machine.type == .express ? "EXPRESS" : "STANDARD",
            ])
        guard let arn = created["stateMachineArn"]?.string else { throw EndpointProblem("CreateStateMachine answered no ARN") }
        var results: [CaseResult] = []
        for (number, testCase) in chosen.enumerated() {
            do {
                results.append(try await run(testCase, at: endpoint, machineArn: arn, name: "\(prefix)-\(number)", seed: seed))
            } catch {
                var result = CaseResult(name: testCase.name, place: testCase.place)
                result.mismatches = [Mismatch("the endpoint did not run it: \(error)", place: testCase.place)]
                results.append(result)
            }
        }
        _ = try? await endpoint.call("DeleteStateMachine", ["stateMachineArn": .string(arn)])
        return FileResult(file: self, cases: results)
    }

    private func run(_ testCase: TestCase, at endpoint: Endpoint, machineArn: String, name: String, seed: UInt64) async throws
        -> CaseResult
    {
        var result = CaseResult(name: testCase.name, place: testCase.place)
        let here = run(testCase, seed: seed)
        if let reason = testCase.skip ?? obstacle(to: testCase, here, endpoint) {
            result.skipped = reason
            return result
        }
        let clock = ContinuousClock()
        let start = clock.now
        let outcome =
            if let state = testCase.state {
                try await endpoint.inspect(state, of: machine)
            } else {
                try await endpoint.execute(machineArn: machineArn, name: name, testCase: testCase)
            }
        result.seconds = (clock.now - start) / .seconds(1)
        result.outcome = outcome
        result.mismatches = testCase.expectation.withoutTime.mismatches(in: outcome)
        if let local = here.outcome { result.mismatches += outcome.differences(from: local, at: testCase.place) }
        return result
    }

    /// What keeps a case from running elsewhere.
    private func obstacle(to testCase: TestCase, _ here: CaseResult, _ endpoint: Endpoint) -> String? {
        if testCase.state != nil { return nil }
        if !testCase.steps.isEmpty { return "its steps move time, which runs by itself elsewhere" }
        let asked = here.outcome?.trail.visits.contains { $0.type == "Task" } ?? true
        if asked, testCase.testCase == nil {
            return "its mocks are known here alone; only test cases of a mock file can be named elsewhere"
        }
        if machine.type == .express { return "an Express execution leaves nothing to read" }
        if let outcome = here.outcome {
            let time = outcome.stopTime - outcome.startTime
            if Duration.milliseconds(time) > endpoint.patience { return "it takes \(TimeText.of(time)) where time is real" }
        }
        return nil
    }
}

extension Endpoint {
    /// Whether there is a state machine of that name: creating it again would answer with the one that is there, which is not ours.
    fileprivate func hasStateMachine(named name: String) async throws -> Bool {
        var token: JSONValue?
        repeat {
            var request = JSONObject([("maxResults", 1_000)])
            request["nextToken"] = token
            let page = try await call("ListStateMachines", .object(request))
            if page["stateMachines"]?.array?.contains(where: { $0["name"]?.string == name }) == true { return true }
            token = page["nextToken"].flatMap { $0.isNull ? nil : $0 }
        } while token != nil
        return false
    }

    /// Starts an execution and reads it when it has ended. A test case of a mock file is named as Step Functions Local does.
    fileprivate func execute(machineArn: String, name: String, testCase: TestCase) async throws -> Outcome {
        let started = try await call(
            "StartExecution",
            [
                "stateMachineArn": .string(machineArn + (testCase.testCase.map { "#\($0)" } ?? "")),
                "name": .string(name), "input": .string(testCase.input.compactText),
            ])
        guard let arn = started["executionArn"] else { throw EndpointProblem("StartExecution answered no ARN") }
        let clock = ContinuousClock()
        let end = clock.now.advanced(by: patience + .seconds(5))
        var description = try await call("DescribeExecution", ["executionArn": arn])
        while description["status"]?.string == "RUNNING", clock.now < end {
            try await pause(.milliseconds(100))
            description = try await call("DescribeExecution", ["executionArn": arn])
        }
        let events = try await history(of: arn)
        var outcome = Outcome(
            status: description["status"]?.string ?? "",
            output: description["output"]?.string.flatMap { try? JSONValue(parsing: $0) },
            error: description["error"]?.string, cause: description["cause"]?.string, trail: Trail(events),
            startTime: events.first?.timestamp ?? 0, stopTime: events.last?.timestamp ?? 0)
        // Some implementations tell why an execution failed in its history alone.
        if outcome.error == nil { outcome.error = events.last?.details["error"]?.string }
        if outcome.cause == nil { outcome.cause = events.last?.details["cause"]?.string }
        return outcome
    }

    private func history(of arn: JSONValue) async throws -> [HistoryEvent] {
        var events: [HistoryEvent] = []
        var token: JSONValue?
        repeat {
            var request = JSONObject([("executionArn", arn), ("maxResults", 1_000), ("includeExecutionData", true)])
            request["nextToken"] = token
            let page = try await call("GetExecutionHistory", .object(request))
            guard let elements = page["events"]?.array else { throw EndpointProblem("GetExecutionHistory answered no events") }
            events += elements.compactMap { HistoryEvent(aws: $0) }
            token = page["nextToken"].flatMap { $0.isNull ? nil : $0 }
        } while token != nil
        return events
    }

    /// Asks TestState about one state.
    fileprivate func inspect(_ state: TestCase.StateTest, of machine: StateMachine) async throws -> Outcome {
        let request = state.request
        var members = JSONObject([
            ("definition", .string(machine.definition)), ("stateName", .string(state.name.value)), ("roleArn", .string(roleArn)),
            ("input", .string(request.input.compactText)), ("inspectionLevel", .string(request.level.rawValue)),
        ])
        if !request.variables.isEmpty { members["variables"] = .string(JSONValue.object(request.variables).compactText) }
        if !request.context.isEmpty { members["context"] = .string(JSONValue.object(request.context).compactText) }
        if request.retryCount > 0 { members["stateConfiguration"] = ["retrierRetryCount": .integer(request.retryCount)] }
        switch request.mock?.outcome {
        case .returns(let value):
            members["mock"] = [
                "result": .string(value.compactText), "fieldValidationMode": .string(request.validation.rawValue),
            ]
        case .fails(let error, let cause): members["mock"] = ["errorOutput": ["error": .string(error), "cause": .string(cause)]]
        case .silence, .computes: throw EndpointProblem("a mock that does not answer cannot be sent")
        case nil: break
        }
        let answer = try await call("TestState", .object(members))
        var outcome = Outcome(
            status: answer["status"]?.string ?? "", output: answer["output"]?.string.flatMap { try? JSONValue(parsing: $0) },
            error: answer["error"]?.string, cause: answer["cause"]?.string, trail: Trail([]), startTime: 0, stopTime: 0)
        outcome.next = answer["nextState"]?.string
        for member in answer["inspectionData"]?.object ?? JSONObject() {
            outcome.inspection[member.name] = member.value.string.flatMap { try? JSONValue(parsing: $0) } ?? member.value
        }
        return outcome
    }
}

extension Outcome {
    /// In what a run elsewhere differs from the same case here.
    fileprivate func differences(from local: Outcome, at place: SourceRange) -> [Mismatch] {
        var found: [Mismatch] = []
        func compare(_ what: String, _ here: String, _ there: String) {
            if here != there {
                found.append(Mismatch("\(what) is another one elsewhere", place: place, expected: here, actual: there))
            }
        }
        compare("the status", local.status, status)
        compare("the error", local.error ?? "none", error ?? "none")
        if local.output != output {
            let texts = [local.output, output].map { $0.map { Excerpt.of($0) } ?? "none" }
            found.append(Mismatch("the output is another one elsewhere", place: place, expected: texts[0], actual: texts[1]))
        }
        if !trail.visits.isEmpty {
            compare("the path", local.trail.path.joined(separator: ", "), trail.path.joined(separator: ", "))
        }
        return found
    }
}

extension Expectation {
    /// What is expected of anything but time, which is real elsewhere.
    fileprivate var withoutTime: Expectation {
        Expectation(
            clauses: clauses.compactMap { clause in
                switch clause.kind {
                case .waits, .delays, .took, .snapshot: return nil
                case .budget(var budget):
                    budget.time = nil
                    return Clause(kind: .budget(budget), place: clause.place)
                default: return clause
                }
            })
    }
}
