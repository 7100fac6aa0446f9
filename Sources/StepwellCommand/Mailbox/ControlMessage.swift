import StatesJSON
import StatesRuntime

/// What a second terminal asks of the process that owns a data directory. One line of JSON each way.
enum ControlRequest: Equatable, Sendable {
    /// Ends an execution.
    case stop(execution: String, error: String?, cause: String?)
    /// Answers a task that waits for it.
    case answer(AnswerTarget, TokenAnswer)

    /// How the task is named.
    enum AnswerTarget: Equatable, Sendable {
        case token(String)
        case state(String, execution: String?)
    }
}

/// What the owner says. It says `done` only after what was asked is on disk.
enum ControlReply: Equatable, Sendable {
    case done
    case refused(String)
}

// MARK: - On the wire

extension ControlRequest {
    /// The request as one line, without the line end.
    var line: String {
        var object = JSONObject()
        switch self {
        case .stop(let execution, let error, let cause):
            object["stop"] = .string(execution)
            if let error { object["error"] = .string(error) }
            if let cause { object["cause"] = .string(cause) }
        case .answer(let target, let answer):
            switch target {
            case .token(let token): object["token"] = .string(token)
            case .state(let state, let execution):
                object["state"] = .string(state)
                if let execution { object["execution"] = .string(execution) }
            }
            switch answer {
            case .success(let output): object["success"] = output
            case .failure(let error, let cause):
                object["failure"] = true
                if let error { object["error"] = .string(error) }
                if let cause { object["cause"] = .string(cause) }
            case .heartbeat: object["heartbeat"] = true
            }
        }
        return JSONValue.object(object).compactText
    }

    /// A request from its line, or nil if it is none.
    init?(line: String) {
        guard let value = try? JSONValue(parsing: line), let object = value.object else { return nil }
        let error = object["error"]?.string
        let cause = object["cause"]?.string
        if let execution = object["stop"]?.string {
            self = .stop(execution: execution, error: error, cause: cause)
            return
        }
        let target: AnswerTarget
        if let token = object["token"]?.string {
            target = .token(token)
        } else if let state = object["state"]?.string {
            target = .state(state, execution: object["execution"]?.string)
        } else {
            return nil
        }
        if let output = object["success"] {
            self = .answer(target, .success(output))
        } else if object["failure"]?.bool == true {
            self = .answer(target, .failure(error: error, cause: cause))
        } else if object["heartbeat"]?.bool == true {
            self = .answer(target, .heartbeat)
        } else {
            return nil
        }
    }
}

extension ControlReply {
    /// The reply as one line, without the line end.
    var line: String {
        switch self {
        case .done: JSONValue.object(JSONObject([("done", true)])).compactText
        case .refused(let reason): JSONValue.object(JSONObject([("refused", .string(reason))])).compactText
        }
    }

    /// A reply from its line, or nil if it is none.
    init?(line: String) {
        guard let value = try? JSONValue(parsing: line) else { return nil }
        if value["done"]?.bool == true {
            self = .done
        } else if let reason = value["refused"]?.string {
            self = .refused(reason)
        } else {
            return nil
        }
    }
}
