import StatesJSON
import StatesLanguage

// Retry, Catch and what happens twice (wellarchitected.md, WA2xx and WA4xx).
extension Adviser {
    mutating func adviseOnFailure(_ state: Flow.State) {
        if let resource = state.resource { adviseOnRetry(state, resource) }
        for (at, retrier) in state.retriers.enumerated() {
            adviseOnRetrier(retrier, after: state.retriers[..<at].map(\.errors), state)
        }
        for (at, catcher) in state.catchers.enumerated() {
            adviseOnCatcher(catcher, after: state.catchers[..<at].map(\.errors), state)
        }
        let isRisky = state.resource != nil || !flow.scopes(of: state).isEmpty
        if isRisky, flow.scopes[state.scope].owner == nil, type == .standard,
            !state.catchers.contains(where: { $0.errors.contains("States.ALL") })
        {
            say(
                "WA206", "nothing catches whatever may fail in \(state.name)",
                because: "An execution that fails tells nobody; a last catcher can park the work and say so.", about: state)
        }
    }

    private mutating func adviseOnRetry(_ state: Flow.State, _ resource: Resource) {
        let retried = state.retriers.flatMap { $0.maxAttempts > 0 ? $0.errors : [] }
        let retriesAll = retried.contains("States.ALL") || retried.contains("States.TaskFailed")
        if retried.isEmpty, !resource.isActivity {
            say(
                "WA201", "\(state.name) is never tried again",
                because: "Services fail for moments; a retry costs one transition, a failed execution more.", about: state)
        } else if resource.isFunction, !retriesAll {
            let missing = Self.transientErrors.filter { !retried.contains($0) }
            if !missing.isEmpty {
                say(
                    "WA202", "\(state.name) does not retry \(missing.joined(separator: ", "))",
                    because: "Lambda itself fails with these now and then, before or after the function ran.", about: state)
            }
        }
        if retriesAll, let reason = Obstacle.notIdempotent(resource, state) {
            say(
                "WA204", "\(state.name) may do twice what should happen once: \(reason), retried on everything",
                because: "After a timeout nobody knows whether the first attempt was done.", about: state)
        }
    }

    static let transientErrors = [
        "Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException", "Lambda.TooManyRequestsException",
    ]

    private mutating func adviseOnRetrier(_ retrier: Flow.Retrier, after earlier: [[String]], _ state: Flow.State) {
        let isPatient = retrier.node["JitterStrategy"]?.value.string == "FULL" || retrier.node["MaxDelaySeconds"] != nil
        if retrier.maxAttempts > 3, !isPatient {
            say(
                "WA203", "a retrier of \(state.name) tries \(retrier.maxAttempts) times without JitterStrategy or MaxDelaySeconds",
                because: "Many executions that failed together come back together, or wait for hours.", about: state,
                at: retrier.node.range)
        }
        if retrier.maxAttempts > 5, retrier.node["BackoffRate"]?.value.number?.doubleValue == 1 {
            say(
                "WA205", "a retrier of \(state.name) tries \(retrier.maxAttempts) times at a steady pace",
                because: "What is overloaded needs more time each time.", about: state, at: retrier.node.range)
        }
        if Self.isIdle(retrier.errors, after: earlier) {
            say(
                "WA211", "a retrier of \(state.name) can never match: \(retrier.errors.joined(separator: ", "))",
                because: "The first retrier that matches decides, even when it is used up; and nothing retries States.Runtime.",
                isWarning: true, about: state, at: retrier.node.range)
        }
    }

    private mutating func adviseOnCatcher(_ catcher: Flow.Catcher, after earlier: [[String]], _ state: Flow.State) {
        if !state.isJSONata(in: definition), catcher.node["ResultPath"] == nil, catcher.node["Assign"] == nil {
            say(
                "WA207", "a catcher of \(state.name) drops the input: it has no ResultPath",
                because: "What undoes or reports the work needs to know what it was.", about: state, at: catcher.node.range)
        }
        if case .succeed = flow.states[catcher.target].kind {
            say(
                "WA208", "a catcher of \(state.name) ends in success",
                because: "An error that nobody hears of is found late.", about: state, at: catcher.node.range)
        }
        if Self.isIdle(catcher.errors, after: earlier) {
            say(
                "WA212", "a catcher of \(state.name) can never match: \(catcher.errors.joined(separator: ", "))",
                because: "The first catcher that matches decides, and nothing catches States.Runtime.", isWarning: true,
                about: state,
                at: catcher.node.range)
        }
    }

    /// Whether every error that a list names is taken by an earlier one, or by nobody.
    private static func isIdle(_ errors: [String], after earlier: [[String]]) -> Bool {
        !errors.isEmpty
            && errors.allSatisfy { name in
                if name == "States.Runtime" { return true }
                let isWildcard = ["States.ALL", "States.TaskFailed", "States.BranchFailed"].contains(name)
                return earlier.joined().contains { before in
                    before == name || (!isWildcard && ErrorNames.matches(before, name, isFromBranch: false))
                }
            }
    }

    // MARK: Requests

    mutating func adviseOnCalls(_ state: Flow.State) {
        guard let resource = state.resource else { return }
        if type == .express, let reason = Obstacle.notIdempotent(resource, state) {
            say(
                "WA401", "\(state.name): \(reason)",
                because: "An asynchronous Express execution may run twice.", about: state)
        }
        if resource.startsExecution {
            if Obstacle.notIdempotent(resource, state) != nil {
                say(
                    "WA402", "\(state.name) starts an execution without a Name",
                    because: "A retry starts another one; the same name is refused.", about: state)
            }
            let input = state.request?["Input"]
            if let input, case .object = input.content, input["AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID.$"] == nil,
                input["AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID"] == nil
            {
                say(
                    "WA403", "\(state.name) does not say who started the execution",
                    because: "With AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID the console links parent and child.", about: state)
            }
        }
        if resource.isFunction, let name = Self.unqualified(resource, state) {
            say(
                "WA504", "\(state.name) calls \(name) without version or alias",
                because: "A deployment changes what running executions call.", about: state)
        }
        let action = resource.call.split(separator: ":").last.map(String.init) ?? ""
        if let fields = Self.batches[action], !mentions(fields) {
            say(
                "WA210", "\(state.name) asks for many things and never looks at \(fields.joined(separator: ", "))",
                because: "Some of a batch can fail while the call succeeds.", isWarning: true, about: state)
        }
    }

    private static let batches: [String: [String]] = [
        "batchWriteItem": ["UnprocessedItems"], "batchGetItem": ["UnprocessedKeys"], "putRecords": ["FailedRecordCount"],
        "putRecordBatch": ["FailedPutCount"], "sendMessageBatch": ["Failed"], "publishBatch": ["Failed"],
    ]

    /// Whether any of these words stands in a path or an expression of the definition.
    private func mentions(_ words: [String]) -> Bool {
        var work = [definition]
        while let node = work.popLast() {
            switch node.content {
            case .array(let nodes): work += nodes
            case .object(let members): work += members.map(\.value)
            case .string(let text) where text.hasPrefix("$") || text.hasPrefix("{%"):
                if words.contains(where: { text.contains($0) }) { return true }
            case .null, .bool, .number, .string, .symbol: break
            }
        }
        return false
    }

    /// The function's name if nothing says which version; symbols may say it.
    private static func unqualified(_ resource: Resource, _ state: Flow.State) -> String? {
        let text = resource.isIntegration ? state.request?["FunctionName"]?.text ?? "" : resource.text
        guard !text.isEmpty, !text.contains("$"), !text.contains("{%"), state.request?["Qualifier"] == nil else {
            return text.hasSuffix(":$LATEST") ? text : nil
        }
        let parts = text.split(separator: ":")
        let isQualified = parts.count == 8 || parts.count == 2
        return isQualified ? nil : parts.last.map(String.init)
    }
}
