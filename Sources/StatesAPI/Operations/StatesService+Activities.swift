import StatesJSON
import StatesKernel
import StatesLanguage
import StatesRuntime

// Activities, the tokens of tasks, and tags (api.md section 4).

extension StatesService {
    func createActivity(_ request: Request) throws -> JSONObject {
        let name = request.text("name")
        guard MachineName.problem(with: name) == nil else { throw APIError.invalidName(name) }
        let encryption = try MachineSettings(request).encryption() ?? ["type": "AWS_OWNED_KEY"]
        let tags = try Tags.merged(request.list("tags") ?? [], into: JSONObject())
        let arn = configuration.activityArn(name)
        let now = runtime.now
        return try registry.change { registry in
            let known = registry.activities[name]
            if let known, known.encryption != encryption {
                throw APIError("ActivityAlreadyExists", "Activity Already Exists: '\(arn)'")
            }
            let activity = known ?? Activity(name: name, created: now, encryption: encryption, tags: tags)
            return .init(
                answer: JSONObject([("activityArn", .string(arn)), ("creationDate", WireTime.value(activity.created))]),
                changes: known == nil ? [.activity(activity)] : [])
        }
    }

    func describeActivity(_ request: Request) throws -> JSONObject {
        let activity = try activity(request)
        return JSONObject([
            ("activityArn", .string(configuration.activityArn(activity.name))), ("name", .string(activity.name)),
            ("creationDate", WireTime.value(activity.created)), ("encryptionConfiguration", activity.encryption),
        ])
    }

    /// Deleting an activity that is not there succeeds.
    func deleteActivity(_ request: Request) throws -> JSONObject {
        let arn = try request.arn("activityArn")
        guard case .activity(let name) = arn.resource else { throw arn.misplaced }
        return try registry.change { registry in
            let isThere = registry.activities[name] != nil && arn.text == configuration.activityArn(name)
            return .init(answer: JSONObject(), changes: isThere ? [.activityDeleted(name: name)] : [])
        }
    }

    func listActivities(_ request: Request) throws -> JSONObject {
        let activities = registry.read { registry in registry.activities.values.sorted { $0.name < $1.name } }
        return try pages.page(activities, of: request, named: "activities", name: \.name) { activity in
            JSONObject([
                ("activityArn", .string(configuration.activityArn(activity.name))), ("name", .string(activity.name)),
                ("creationDate", WireTime.value(activity.created)),
            ])
        }
    }

    private func activity(_ request: Request) throws(APIError) -> Activity {
        let arn = try request.arn("activityArn")
        guard case .activity(let name) = arn.resource else { throw arn.misplaced }
        guard arn.text == configuration.activityArn(name), let activity = registry.read({ $0.activities[name] }) else {
            throw .noActivity(arn.text)
        }
        return activity
    }

    // MARK: Tasks

    /// Hands out the next task of an activity. Waits until there is one, or somebody ends the wait.
    func getActivityTask(
        _ request: Request, _ reply: @escaping @Sendable (Response) -> Void
    ) throws(APIError) -> PendingAnswer {
        let activity = try activity(request)
        let wait = runtime.poll(activity: activity.name, worker: request.optionalText("workerName")) { result in
            switch result {
            case .success(let task?):
                reply(.success(JSONObject([("taskToken", .string(task.token)), ("input", .string(task.input))])))
            case .success(nil): reply(.success(JSONObject()))
            case .failure(let error): reply(.failure(APIError(error)))
            }
        }
        return PendingAnswer { wait.end() }
    }

    func send(_ request: Request, _ reply: @escaping @Sendable (Response) -> Void) throws(APIError) {
        // As recorded: a text that is no token is told before anything else that is wrong.
        guard TaskToken(request.text("taskToken")) != nil else { throw .invalidToken }
        let answer: TokenAnswer
        if request.operation == .sendTaskSuccess {
            do {
                answer = .success(try JSONValue(parsing: request.text("output")))
            } catch {
                throw APIError("InvalidOutput", "Invalid Output: '\(JacksonText.reason(error, in: request.text("output")))'")
            }
        } else if request.operation == .sendTaskFailure {
            answer = .failure(error: request.optionalText("error"), cause: request.optionalText("cause"))
        } else {
            answer = .heartbeat
        }
        runtime.send(answer, token: request.text("taskToken")) { error in
            reply(error.map { .failure(APIError($0)) } ?? .success(JSONObject()))
        }
    }

    // MARK: Tags

    func tagResource(_ request: Request) throws -> JSONObject {
        try changeTags(request) { tags in try Tags.merged(request.list("tags") ?? [], into: tags) }
    }

    func untagResource(_ request: Request) throws -> JSONObject {
        let keys = request.list("tagKeys")?.compactMap(\.string) ?? []
        return try changeTags(request) { tags in
            var tags = tags
            for key in keys { tags[key] = nil }
            return tags
        }
    }

    func listTagsForResource(_ request: Request) throws -> JSONObject {
        let subject = try tagged(request)
        let tags = registry.read { subject.tags(in: $0) }
        guard let tags else { throw APIError.noResource(request.text("resourceArn")) }
        return JSONObject([("tags", .array(tags.map { ["key": .string($0.name), "value": $0.value] }))])
    }

    private func changeTags(_ request: Request, _ change: (JSONObject) throws -> JSONObject) throws -> JSONObject {
        let subject = try tagged(request)
        return try registry.change { registry in
            guard let tags = subject.tags(in: registry) else { throw APIError.noResource(request.text("resourceArn")) }
            let changed = try change(tags)
            return .init(answer: JSONObject(), changes: changed == tags ? [] : [subject.change(changed)])
        }
    }

    /// State machines and activities have tags, and nothing else.
    private func tagged(_ request: Request) throws(APIError) -> TaggedResource {
        let arn = try request.arn("resourceArn")
        switch arn.resource {
        case .stateMachine(let name, nil) where arn.text == configuration.machineArn(name): return .machine(name)
        case .activity(let name) where arn.text == configuration.activityArn(name): return .activity(name)
        case .stateMachine, .labelledStateMachine, .activity, .execution, .express, .mapRun: throw .noResource(arn.text)
        }
    }
}

/// Something that has tags.
private enum TaggedResource {
    case machine(String)
    case activity(String)

    func tags(in registry: borrowing Registry) -> JSONObject? {
        switch self {
        case .machine(let name): registry.machines[name]?.tags
        case .activity(let name): registry.activities[name]?.tags
        }
    }

    func change(_ tags: JSONObject) -> RegistryChange {
        switch self {
        case .machine(let name): .machineTags(name: name, tags)
        case .activity(let name): .activityTags(name: name, tags)
        }
    }
}

/// The rules for tags (api.md section 3).
enum Tags {
    private static let limit = 50

    /// The tags after those of a request were added.
    ///
    /// - Throws: `ValidationException` for a key or value that is refused, `TooManyTags`.
    static func merged(_ list: [JSONValue], into tags: JSONObject) throws(APIError) -> JSONObject {
        var tags = tags
        for tag in list {
            let key = tag["key"]?.string ?? ""
            let value = tag["value"]?.string ?? ""
            guard !key.isEmpty else { throw .validation("Tag keys must not be empty") }
            guard !key.lowercased().hasPrefix("aws:") else {
                throw .validation("Tag keys must not begin with the reserved prefix 'aws:': \(key)")
            }
            guard isAllowed(key), isAllowed(value) else {
                throw .validation("Tag keys and values may only contain letters, digits, white space and _ . : / = + - @")
            }
            tags[key] = .string(value)
        }
        guard tags.count <= limit else { throw APIError("TooManyTags", "Too many tags: the limit is \(limit)") }
        return tags
    }

    private static func isAllowed(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            let properties = scalar.properties
            return properties.isAlphabetic || properties.numericType != nil || properties.isWhitespace
                || "_.:/=+-@".unicodeScalars.contains(scalar)
        }
    }
}
