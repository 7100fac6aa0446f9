import StatesJSON

/// One recorded scenario, as its file describes it.
struct ConformanceCase {
    /// The whole file.
    let content: JSONValue
    /// Its name.
    let id: String
    /// `execution`, `validate`, `test-state` or `api`.
    let kind: String
    /// What it is about.
    let features: [String]
    /// Services besides functions and Step Functions itself.
    let needs: [String]

    init?(_ content: JSONValue) {
        guard let id = content["id"]?.string, let kind = content["kind"]?.string else { return nil }
        self.content = content
        self.id = id
        self.kind = kind
        features = Self.texts(content["features"])
        needs = Self.texts(content["needs"])
    }

    private static func texts(_ value: JSONValue?) -> [String] { (value?.array ?? []).compactMap(\.string) }

    /// Whether the state machine is an Express one.
    var isExpress: Bool { content["type"]?.string == "EXPRESS" }
    /// What the service answered.
    var expectation: JSONValue { content["expect"] ?? .emptyObject }
    /// The recorded history, if it was.
    var history: [JSONValue]? { expectation["history"]?.array }

    /// Whether order and ids of events depended on timing: states that run things side by side, and recordings that lost them.
    var isUnordered: Bool {
        features.contains { ["map", "parallel", "distributed-map"].contains($0) }
            || expectation["historyUnorderedIds"]?.bool == true
    }

    /// The levels that can be measured.
    var levels: [Level] {
        if history == nil { return [.status, .result] }
        return isUnordered ? [.status, .result, .types, .history] : [.status, .result, .types, .history, .links]
    }

    /// The cases of a folder, in the order of their files' names.
    static func all(in folder: String) throws -> [ConformanceCase] {
        try Files.names(in: folder, suffix: ".json").map { name in
            let path = folder + "/" + name
            let content: JSONValue
            do {
                content = try JSONValue(parsing: try Files.read(path))
            } catch let problem as JSONSyntaxError {
                throw ExecutionOptions.Problem(description: "\(path): \(problem)")
            }
            guard let found = ConformanceCase(content) else {
                throw ExecutionOptions.Problem(description: "\(path): no conformance case: it has no id or kind")
            }
            return found
        }
    }
}

/// How closely a case was met, from weakest to strictest.
enum Level: String, CaseIterable {
    /// How the execution ended.
    case status
    /// With output, error and cause.
    case result
    /// The types of its events.
    case types
    /// The events with their details.
    case history
    /// The ids of events and what each follows from.
    case links
}

/// The groups that measurement goes by beside features, because most cases are variations of Choice.
enum Family: String, CaseIterable {
    case passAndChoice = "pass/choice"
    case intrinsics
    case task
    case wait
    case retryAndCatch = "retry and catch"
    case map
    case parallel
    case callbackAndActivity = "callback and activity"
    case timeoutAndHeartbeat = "timeout and heartbeat"
    case express

    /// The families of a case: each whose features it has; pass/choice if it has no other.
    static func families(of found: ConformanceCase) -> [Family] {
        let features = Set(found.features)
        func has(_ names: String...) -> Bool { names.contains { features.contains($0) } }
        var families: [Family] = []
        if has("intrinsics") { families.append(.intrinsics) }
        if has("task") { families.append(.task) }
        if has("wait") { families.append(.wait) }
        if has("retry", "catch") { families.append(.retryAndCatch) }
        if has("map", "distributed-map") { families.append(.map) }
        if has("parallel") { families.append(.parallel) }
        if has("callback", "activity") { families.append(.callbackAndActivity) }
        if has("timeout", "heartbeat") { families.append(.timeoutAndHeartbeat) }
        if found.isExpress { families.append(.express) }
        return families.isEmpty ? [.passAndChoice] : families
    }
}
