import StatesJSON
import StatesLanguage

/// The data on its way through a state: what TestState calls inspection data.
struct JourneyThroughState {
    let excerpt: StateExcerpt
    let runnable: StateExcerpt
    let fate: Inspector.Fate
    let inspector: Inspector

    private var request: StateInspection.Request { inspector.request }
    private var attempt: Trail.Attempt? { fate.trail.visits(of: inspector.state).last?.attempts.last }

    func data() -> JSONObject {
        var data = JSONObject([("input", request.input)])
        if excerpt.isJSONataState {
            data["afterArguments"] = attempt?.asked
        } else {
            addSelections(to: &data)
        }
        if excerpt.type == "Map", !excerpt.isJSONataState { addItems(to: &data) }
        if let result = result { data["result"] = result }
        if fate.status == .succeeded, !excerpt.isJSONataState { addResults(to: &data) }
        addVariables(to: &data)
        addErrorDetails(to: &data)
        if request.level == .trace { addExchange(to: &data) }
        return data
    }

    /// What a variant of the state gives, or nil if it fails.
    private func output(of variant: StateExcerpt) -> JSONValue? {
        guard let fate = try? inspector.fate(of: variant), fate.status == .succeeded else { return nil }
        return fate.output
    }

    // MARK: Before the task

    private func addSelections(to data: inout JSONObject) {
        data["afterInputPath"] = output(of: excerpt.pass(keeping: ["InputPath"]))
        switch excerpt.type {
        case "Task": data["afterParameters"] = attempt?.asked ?? data["afterInputPath"]
        case "Pass", "Parallel": data["afterParameters"] = output(of: excerpt.pass(keeping: ["InputPath", "Parameters"]))
        default: break
        }
    }

    private func addItems(to data: inout JSONObject) {
        let path = excerpt.fields["ItemsPath"] ?? "$"
        let items = output(of: excerpt.pass(keeping: ["InputPath"], adding: [("Parameters", ["items.$": path])]))
        data["afterItemsPath"] = items?["items"]
        let echo: JSONValue = ["StartAt": "Echo", "States": ["Echo": ["Type": "Pass", "End": true]]]
        let selector = excerpt.fields["ItemSelector"] ?? excerpt.fields["Parameters"]
        if let selector {
            var added: [(String, JSONValue)] = [("Type", "Map"), ("ItemSelector", selector), ("ItemProcessor", echo)]
            if let path = excerpt.fields["ItemsPath"] { added.append(("ItemsPath", path)) }
            data["afterItemSelector"] = output(of: excerpt.pass(keeping: ["InputPath"], adding: added))
        }
        for (field, name) in [
            ("MaxConcurrency", "maxConcurrency"), ("ToleratedFailureCount", "toleratedFailureCount"),
            ("ToleratedFailurePercentage", "toleratedFailurePercentage"),
        ] {
            data[name] = excerpt.fields[field]
        }
    }

    // MARK: After the task

    private var result: JSONValue? {
        switch excerpt.type {
        case "Task", "Map", "Parallel": attempt?.result
        case "Pass": excerpt.fields["Result"] ?? output(of: excerpt.pass(keeping: ["InputPath", "Parameters"]))
        default: nil
        }
    }

    private func addResults(to data: inout JSONObject) {
        guard ["Task", "Map", "Parallel", "Pass"].contains(excerpt.type) else { return }
        data["afterResultSelector"] = output(of: runnable.without(["ResultPath", "OutputPath"]))
        data["afterResultPath"] = output(of: runnable.without(["OutputPath"]))
    }

    private func addVariables(to data: inout JSONObject) {
        var variables = request.variables
        for variable in fate.assigned { variables[variable.name] = variable.value }
        if !variables.isEmpty { data["variables"] = .object(variables) }
    }

    private func addErrorDetails(to data: inout JSONObject) {
        var details = JSONObject()
        details["catchIndex"] = fate.catcher.map { .integer($0) }
        details["retryIndex"] = fate.retrier.map { .integer($0) }
        details["retryBackoffIntervalSeconds"] = fate.backoffSeconds.map { .number(.integer($0)) }
        if !details.isEmpty { data["errorDetails"] = .object(details) }
    }

    /// The request and the response of an HTTP task.
    private func addExchange(to data: inout JSONObject) {
        guard excerpt.fields["Resource"]?.string?.hasSuffix(":http:invoke") == true, let asked = attempt?.asked else { return }
        var request = JSONObject([("protocol", "https")])
        for (field, name) in [("Method", "method"), ("ApiEndpoint", "url"), ("Headers", "headers"), ("RequestBody", "body")] {
            request[name] = asked[field]
        }
        data["request"] = .object(request)
        guard let result = attempt?.result else { return }
        var response = JSONObject([("protocol", "https")])
        for (field, name) in [
            ("StatusCode", "statusCode"), ("StatusText", "statusMessage"), ("Headers", "headers"), ("ResponseBody", "body"),
        ] {
            response[name] = result[field]
        }
        data["response"] = .object(response)
    }
}
