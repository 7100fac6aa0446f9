import StatesJSON
import StatesKernel
import StatesLanguage
import StatesRuntime

// Executions: started, stopped, shown, listed, their histories (api.md section 4).

extension StatesService {
    // MARK: Starting

    func startExecution(_ request: Request, _ reply: @escaping @Sendable (Response) -> Void) throws(APIError) {
        let (start, _) = try startRequest(request)
        runtime.start(
            start,
            started: { result in
                switch result {
                case .success(let handle):
                    reply(
                        .success(
                            JSONObject([
                                ("executionArn", .string(handle.arn)), ("startDate", WireTime.value(handle.startTime)),
                            ])))
                case .failure(let error): reply(.failure(APIError(error)))
                }
            }, finished: nil)
    }

    func startSyncExecution(_ request: Request, _ reply: @escaping @Sendable (Response) -> Void) throws(APIError) {
        var (start, machine) = try startRequest(request)
        guard machine.settings.isExpress else { throw .typeNotSupported }
        start.isSynchronous = true
        start.keepsHistory = false
        let showsData = request.optionalText("includedData") != "METADATA_ONLY"
        let trace = request.optionalText("traceHeader")
        runtime.start(
            start,
            finished: { result in
                reply(
                    result.map { Self.description(of: $0, showsData, trace: trace) }.mapError { APIError($0) })
            })
    }

    /// A wish to start what an ARN names: a machine, a version, an alias; `#TestCase` behind it chooses mocks.
    private func startRequest(_ request: Request) throws(APIError) -> (StartRequest, Machine) {
        let (text, testCase) = Self.split(request.text("stateMachineArn"))
        let target = try target(of: text)
        if let name = request.optionalText("name"), MachineName.problem(with: name) != nil { throw .invalidName(name) }
        let inputText = request.optionalText("input") ?? "{}"
        let input: JSONValue
        do {
            input = try JSONValue(parsing: inputText)
        } catch {
            let reason = inputText.isEmpty ? "Invalid execution input." : JacksonText.reason(error, in: inputText)
            throw APIError("InvalidExecutionInput", "Invalid State Machine Execution Input: '\(reason)'")
        }
        let runnable = try runnable(target.machine, target.revision)
        var start = StartRequest(
            runnable, name: request.optionalText("name"), inputText: inputText, inputValue: input)
        start.roleArn = target.revision.roleArn
        start.labels = ExecutionLabels(
            versionArn: target.versionArn, aliasArn: target.aliasArn, traceHeader: request.optionalText("traceHeader"),
            revisionID: target.revision.id)
        if let testCase {
            start.labels.testCase = testCase
            start.mocks = try mocks(of: target.machine.name, testCase)
        }
        return (start, target.machine)
    }

    private static func split(_ text: String) -> (arn: String, testCase: String?) {
        guard let mark = text.firstIndex(of: "#") else { return (text, nil) }
        return (String(text[..<mark]), String(text[text.index(after: mark)...]))
    }

    private func mocks(of machine: String, _ testCase: String) throws(APIError) -> Mocks {
        guard let mockFile = configuration.mockFile else {
            throw .validation(
                "The test case '\(testCase)' was chosen, and there is no mock file: start the server with --mocks FILE")
        }
        do {
            return try mockFile().mocks(machine: machine, testCase: testCase)
        } catch {
            throw .validation("\(error)")
        }
    }

    /// What an ARN that is started names.
    struct StartTarget {
        var machine: Machine
        var revision: Revision
        var versionArn: String?
        var aliasArn: String?
    }

    func target(of text: String) throws(APIError) -> StartTarget {
        let arn = try Arn(text)
        guard case .stateMachine(let name, let qualifier) = arn.resource else { throw arn.labelledOrMisplaced }
        let machineArn = configuration.machineArn(name)
        guard arn.text.hasPrefix(machineArn), let machine = registry.machine(name) else { throw .noStateMachine(text) }
        guard let qualifier else { return StartTarget(machine: machine, revision: machine.revision) }
        var number = Int(qualifier)
        var aliasArn: String?
        if let alias = machine.alias(qualifier) {
            let draw = runtime.randomBytes(2).reduce(0) { $0 << 8 | Int($1) } * 100 / 65_536
            number = alias.version(for: draw)
            aliasArn = text
        }
        guard let number, let version = machine.version(number) else { throw .noStateMachine(text) }
        return StartTarget(
            machine: machine, revision: version.revision, versionArn: "\(machineArn):\(number)", aliasArn: aliasArn)
    }

    private static func description(of run: Run, _ showsData: Bool, trace: String?) -> JSONObject {
        let start = run.start
        return JSONObject(
            present: [
                ("executionArn", .string(start.arn)), ("stateMachineArn", .string(start.machineArn)), ("name", .string(start.name)),
                ("startDate", WireTime.value(start.time)), ("stopDate", WireTime.value(run.stopTime)),
                ("status", .string(run.status.rawValue)), ("error", run.error.map { .string($0) }),
                ("cause", run.cause.map { .string($0) }), ("input", showsData ? .string(start.inputText) : nil),
                ("inputDetails", ["included": .bool(showsData)]),
                ("output", showsData ? run.output.map { .string($0.compactText) } : nil),
                ("outputDetails", ["included": .bool(showsData)]), ("traceHeader", trace.map { .string($0) }),
                (
                    "billingDetails",
                    [
                        "billedMemoryUsedInMB": 64,
                        "billedDurationInMilliseconds": .integer(Int(max(run.stopTime - start.time, 1) + 99) / 100 * 100),
                    ]
                ),
            ])
    }

    // MARK: One execution

    /// The summary of the Standard execution that a request names.
    func summary(_ request: Request) throws(APIError) -> ExecutionSummary {
        let arn = try request.arn("executionArn")
        guard case .execution = arn.resource else { throw arn.misplaced }
        do {
            return try runtime.archive.summary(of: arn.text)
        } catch {
            throw APIError(error)
        }
    }

    /// Stopping an execution that has ended succeeds, and says when it ended.
    func stopExecution(_ request: Request) async throws -> JSONObject {
        let summary = try summary(request)
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            runtime.stop(summary, error: request.optionalText("error"), cause: request.optionalText("cause")) { error in
                if let error { continuation.resume(throwing: error) } else { continuation.resume() }
            }
        }
        let ended = try runtime.archive.summary(of: summary.arn)
        return JSONObject([("stopDate", WireTime.value(ended.stopTime ?? runtime.now))])
    }

    func describeExecution(_ request: Request) async throws -> JSONObject {
        let summary = try summary(request)
        let description = try await runtime.describe(summary)
        return document(of: description, summary.labels, showsData: request.optionalText("includedData") != "METADATA_ONLY")
    }

    /// What DescribeExecution answers.
    func document(of execution: ExecutionDescription, _ labels: ExecutionLabels, showsData: Bool) -> JSONObject {
        let start = execution.start
        let reason = Self.reasonAgainstRedrive(execution.status)
        return JSONObject(
            present: [
                ("executionArn", .string(start.arn)), ("stateMachineArn", .string(start.machineArn)), ("name", .string(start.name)),
                ("status", .string(execution.status.rawValue)), ("startDate", WireTime.value(start.time)),
                ("stopDate", execution.stopTime.map { WireTime.value($0) }),
                ("input", showsData ? .string(start.inputText) : nil), ("inputDetails", ["included": .bool(showsData)]),
                ("output", showsData ? execution.output.map { .string($0) } : nil),
                ("outputDetails", execution.output.map { _ in ["included": .bool(showsData)] }),
                ("traceHeader", labels.traceHeader.map { .string($0) }), ("error", execution.error.map { .string($0) }),
                ("cause", execution.cause.map { .string($0) }),
                ("stateMachineVersionArn", labels.versionArn.map { .string($0) }),
                ("stateMachineAliasArn", labels.aliasArn.map { .string($0) }), ("redriveCount", 0),
                ("redriveStatus", .string(reason == nil ? "REDRIVABLE" : "NOT_REDRIVABLE")),
                ("redriveStatusReason", reason.map { .string($0) }),
            ])
    }

    static func reasonAgainstRedrive(_ status: ExecutionStatus) -> String? {
        switch status {
        case .running, .succeeded: "Execution is \(status.rawValue) and cannot be redriven"
        case .failed, .timedOut, .aborted: nil
        }
    }

    /// Refuses, as AWS refuses what cannot be redriven; what could be, says honestly that this program cannot yet.
    func redriveExecution(_ request: Request) throws -> JSONObject {
        let summary = try summary(request)
        let reason = Self.reasonAgainstRedrive(summary.status)
        throw APIError(
            "ExecutionNotRedrivable",
            "Execution Not Redrivable: '\(reason ?? "stepwell cannot redrive executions yet; start the execution again")'")
    }

    func getExecutionHistory(_ request: Request) throws -> JSONObject {
        let summary = try summary(request)
        var events = try runtime.archive.history(summary)
        if request.flag("reverseOrder") == true { events.reverse() }
        let showsData = request.flag("includeExecutionData") ?? true
        return try pages.page(events, of: request, named: "events", name: { "\($0.id)" }) { event in
            Self.document(of: event, summary.labels, showsData)
        }
    }

    private static let dataMembers = ["input", "inputDetails", "output", "outputDetails", "parameters"]

    private static func document(of event: HistoryEvent, _ labels: ExecutionLabels, _ showsData: Bool) -> JSONObject {
        var document = JSONObject([
            ("timestamp", WireTime.value(event.timestamp)), ("type", .string(event.type)), ("id", .integer(event.id)),
            ("previousEventId", .integer(event.previousEventId)),
        ])
        guard let name = event.detailsName else { return document }
        var details = event.details
        if event.type == "ExecutionStarted" {
            if let alias = labels.aliasArn { details["stateMachineAliasArn"] = .string(alias) }
            if let version = labels.versionArn { details["stateMachineVersionArn"] = .string(version) }
        }
        if !showsData { for member in dataMembers { details[member] = nil } }
        document[name] = .object(details)
        return document
    }

    // MARK: Many

    func listExecutions(_ request: Request) throws -> JSONObject {
        let filter = try executionFilter(request)
        if request.optionalText("mapRunArn") != nil { throw try noMapRun(request) }
        let size = PageTokens.size(request)
        var bound = try pages.place(request).flatMap { UInt64($0) }
        var found: [ExecutionSummary] = []
        // One more than the page holds says whether there is another.
        search: while true {
            let batch = try runtime.list(before: bound, limit: 1_000)
            for summary in batch where filter.matches(summary) {
                found.append(summary)
                if found.count > size { break search }
            }
            guard let last = batch.last, batch.count == 1_000 else { break }
            bound = last.number
        }
        var response = JSONObject([("executions", .array(found.prefix(size).map { .object(Self.line(of: $0)) }))])
        if found.count > size {
            response["nextToken"] = .string(pages.token(request, place: "\(found[size - 1].number)"))
        }
        return response
    }

    private struct ExecutionFilter {
        var machineArn: String
        var versionArn: String?
        var aliasArn: String?
        var status: String?
        var isRedriven: Bool?

        func matches(_ summary: ExecutionSummary) -> Bool {
            summary.machineArn == machineArn && !summary.isExpress && (status == nil || summary.status.rawValue == status)
                && (versionArn == nil || summary.labels.versionArn == versionArn)
                && (aliasArn == nil || summary.labels.aliasArn == aliasArn) && isRedriven != true
        }
    }

    private func executionFilter(_ request: Request) throws(APIError) -> ExecutionFilter {
        let isMapRun = request.optionalText("mapRunArn") != nil
        guard let text = request.optionalText("stateMachineArn") else {
            if isMapRun { return ExecutionFilter(machineArn: "") }
            throw .validation("Must specify either a state machine ARN or a Map Run ARN", reason: "MISSING_REQUIRED_PARAMETER")
        }
        guard !isMapRun else { throw .validation("Must specify either a state machine ARN or a Map Run ARN, not both") }
        let arn = try Arn(text)
        guard case .stateMachine(let name, let qualifier) = arn.resource else { throw arn.labelledOrMisplaced }
        let machineArn = configuration.machineArn(name)
        guard text.hasPrefix(machineArn), let machine = registry.machine(name) else { throw .noStateMachine(text) }
        guard !machine.settings.isExpress else { throw .typeNotSupported }
        guard request.optionalText("statusFilter") != "PENDING_REDRIVE" else {
            throw .validation("The status filter PENDING_REDRIVE needs a Map Run ARN")
        }
        var filter = ExecutionFilter(
            machineArn: machineArn, status: request.optionalText("statusFilter"),
            isRedriven: request.optionalText("redriveFilter").map { $0 == "REDRIVEN" })
        if let qualifier {
            if machine.alias(qualifier) != nil {
                filter.aliasArn = text
            } else if let number = Int(qualifier), machine.version(number) != nil {
                filter.versionArn = text
            } else {
                throw .noStateMachine(text)
            }
        }
        return filter
    }

    private static func line(of summary: ExecutionSummary) -> JSONObject {
        JSONObject(
            present: [
                ("executionArn", .string(summary.arn)), ("stateMachineArn", .string(summary.machineArn)),
                ("name", .string(summary.name)), ("status", .string(summary.status.rawValue)),
                ("startDate", WireTime.value(summary.startTime)), ("stopDate", summary.stopTime.map { WireTime.value($0) }),
                ("stateMachineVersionArn", summary.labels.versionArn.map { .string($0) }),
                ("stateMachineAliasArn", summary.labels.aliasArn.map { .string($0) }), ("redriveCount", 0),
            ])
    }

    // MARK: Map runs

    /// There are no map runs yet, so every well-formed ARN names one that does not exist.
    func noMapRun(_ request: Request) throws(APIError) -> APIError {
        let arn = try request.arn("mapRunArn")
        guard case .mapRun = arn.resource else { throw arn.misplaced }
        return .noReference(arn.text)
    }

    func listMapRuns(_ request: Request) throws -> JSONObject {
        _ = try summary(request)
        _ = try pages.place(request)
        return JSONObject([("mapRuns", [])])
    }
}
