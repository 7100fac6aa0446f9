/// What an error's name means, who can catch it, and what to do about it (asl.md section 12, integrations.md section 5).
struct ErrorExplanation: Equatable {
    /// Whether Retry and Catch can do something about an error.
    enum Matching: String, Equatable {
        case usual = "Retry and Catch match it by its name, by States.TaskFailed and by States.ALL."
        case timeout = "Retry and Catch match it by its name and by States.ALL; States.TaskFailed does not match it."
        case never = "Nothing retries or catches it, not even its own name: it ends the execution."
        case matcher = "It stands in ErrorEquals and is never reported as an error itself."
    }

    var name: String
    var meaning: String
    var matching: Matching
    var remedy: String

    /// The explanation of that name. Names that a function or a service chose are explained by their form.
    init(_ name: String) {
        if let known = Self.known.first(where: { $0.name == name }) {
            self = known
        } else if name.hasPrefix("States.Http.StatusCode.") {
            self.init(
                name, "The endpoint of an HTTP task answered with status \(name.dropFirst(23)), which is no success.",
                .usual, "The cause holds the answer's body. Retry what passes (429, 5xx) and catch what does not.")
        } else if name.hasPrefix("States.") {
            self.init(
                name, "The prefix States. is reserved, and the States Language defines no error of this name.", .usual,
                "Check the spelling: an ErrorEquals with an unknown States. name matches nothing that the interpreter reports.")
        } else {
            self.init(
                name, "An error that a function, a service or a Fail state reported under its own name.", .usual,
                "Write the name in ErrorEquals of Retry or Catch, or let States.TaskFailed or States.ALL match it.")
        }
    }

    private init(_ name: String, _ meaning: String, _ matching: Matching, _ remedy: String) {
        self.name = name
        self.meaning = meaning
        self.matching = matching
        self.remedy = remedy
    }

    var text: String {
        """
        \(DisplayText.visible(name)) is an error.

        \(DisplayText.visible(meaning))
        \(matching.rawValue)
        \(remedy)

        """
    }

    /// The names that are known, in the order of the specification.
    static let known: [ErrorExplanation] = [
        ErrorExplanation(
            "States.ALL", "The wildcard: it stands for every error that can be matched.", .matcher,
            "It stands alone in its ErrorEquals, and in the last retrier or catcher."),
        ErrorExplanation(
            "States.BranchFailed", "A branch of a Parallel state failed.", .usual,
            "What usually arrives is the branch's own error; match that, or States.ALL."),
        ErrorExplanation(
            "States.DataLimitExceeded", "An input, a result or an output is larger than 262,144 bytes of JSON text.", .usual,
            "Pass a reference instead of the data, or select less with ResultSelector. Too large an output of a state ends the execution."
        ),
        ErrorExplanation(
            "States.ExceedToleratedFailureThreshold", "More items of a Distributed Map failed than it tolerates.", .usual,
            "Raise ToleratedFailureCount or ToleratedFailurePercentage, or catch the error on the Map state."),
        ErrorExplanation(
            "States.HeartbeatTimeout", "A task sent no heartbeat within HeartbeatSeconds.", .timeout,
            "The history shows it as States.Timeout. Send heartbeats more often, or give the task longer."),
        ErrorExplanation(
            "States.Http.Socket", "An HTTP task could not connect, or got no answer within 60 seconds.", .usual,
            "Retry it; it is usually a matter of the network."),
        ErrorExplanation(
            "States.IntrinsicFailure", "A call of an intrinsic function failed while a state was processed.", .usual,
            "Try the call with its data: stepwell eval --intrinsic \"States.…\" < input.json."),
        ErrorExplanation(
            "States.ItemReaderFailed", "A Distributed Map could not read its items.", .usual,
            "Check ItemReader: the bucket, the key, the format, and the rights."),
        ErrorExplanation(
            "States.ResultWriterFailed", "A Distributed Map could not write its results.", .usual,
            "Check ResultWriter: the bucket, the prefix, and the rights."),
        ErrorExplanation(
            "States.NoChoiceMatched", "No rule of a Choice state matched, and it has no Default.", .usual,
            "Add a Default. A Choice state has no Catch of its own; one on an enclosing Parallel or Map state takes the error."),
        ErrorExplanation(
            "States.ParameterPathFailure", "A path in a payload template found nothing.", .usual,
            "Step Functions mostly reports States.Runtime here. Try the path: stepwell eval --jsonpath \"$.…\" < input.json."),
        ErrorExplanation(
            "States.Permissions", "The role lacks a right that the task needs.", .usual,
            "It does not occur here unless a function or a mock reports it; in the cloud, extend the role's policy."),
        ErrorExplanation(
            "States.QueryEvaluationError", "A JSONata expression could not be evaluated.", .usual,
            "The EvaluationFailed event names the state and the field."),
        ErrorExplanation(
            "States.ResultPathMatchFailure",
            "The result cannot be put where ResultPath says: something other than an object is in the way.",
            .usual, "Choose another place, or null to drop the result."),
        ErrorExplanation(
            "States.Runtime", "The interpreter could not process the state: a path that finds nothing, a wrong type, a null value.",
            .never, "The cause names the field and the input. The definition or the data must change."),
        ErrorExplanation(
            "States.TaskFailed", "A task failed without a better name. In ErrorEquals it stands for every error but timeouts.",
            .usual,
            "After a crash it also says that a task's outcome is unknown: it was started and its answer was never recorded."),
        ErrorExplanation(
            "States.Timeout",
            "A task took longer than TimeoutSeconds, sent no heartbeat in time, or the execution passed its limit.",
            .timeout, "Give it longer, or catch it. The limit of a whole execution cannot be caught inside of it."),
        ErrorExplanation(
            "Lambda.Unknown", "A function failed without saying how: it crashed, ran out of memory, or ended with an error status.",
            .usual, "Here the cause is the end of what the command wrote to standard error."),
        ErrorExplanation(
            "Sandbox.Timedout", "A function ran longer than its own limit; here, the `timeout` of the functions file.",
            .usual, "Raise the limit, or retry. It is not States.Timeout, which is the state's limit."),
        ErrorExplanation(
            "Lambda.TooManyRequestsException", "Lambda refused the call because too many ran at once (status 429).",
            .usual, "It passes: retry with backoff."),
        ErrorExplanation(
            "Lambda.ServiceException", "The Lambda service, or the endpoint that stands for it, failed (status 5xx).",
            .usual, "It passes: retry with backoff."),
        ErrorExplanation(
            "Lambda.AWSLambdaException", "The Lambda service refused the call.", .usual,
            "It may pass: retry with backoff."),
        ErrorExplanation(
            "Lambda.SdkClientException", "The call did not reach Lambda; here, the URL or endpoint could not be reached.",
            .usual, "Check that the endpoint runs. It may pass: retry with backoff."),
        ErrorExplanation(
            "Lambda.ClientExecutionTimeoutException", "The call of a function got no answer in time.", .usual,
            "Nobody knows what the function did. Retry only what may be done twice."),
        ErrorExplanation(
            "Lambda.ResourceNotFoundException", "There is no function of that name.", .usual,
            "Check the name and the qualifier. Retrying does not help."),
    ]
}
