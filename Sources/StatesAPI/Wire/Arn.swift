import StatesJSON

/// An ARN of this service, taken apart (api.md section 2).
struct Arn: Sendable, Equatable {
    /// What it names.
    enum Resource: Sendable, Equatable {
        /// A state machine; the qualifier is a version's number or an alias.
        case stateMachine(name: String, qualifier: String?)
        /// A state machine with the label of a Distributed Map.
        case labelledStateMachine(name: String, label: String)
        /// A Standard execution.
        case execution(machine: String, name: String)
        /// An Express execution.
        case express(machine: String, name: String)
        /// A map run.
        case mapRun
        /// An activity.
        case activity(name: String)

        /// The word in the ARN.
        var kind: String {
            switch self {
            case .stateMachine, .labelledStateMachine: "stateMachine"
            case .execution: "execution"
            case .express: "express"
            case .mapRun: "mapRun"
            case .activity: "activity"
            }
        }
    }

    let text: String
    let partition: String
    let region: String
    let account: String
    let resource: Resource

    /// Takes a text apart.
    ///
    /// - Throws: `InvalidArn`.
    init(_ text: String) throws(APIError) {
        guard text.hasPrefix("arn:") else { throw .invalidArn("Invalid ARN prefix: \(text)") }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 7, parts[2] == "states", !parts[1].isEmpty, !parts[6].isEmpty else {
            throw .invalidArn("Invalid ARN: \(text)")
        }
        self.text = text
        (partition, region, account) = (parts[1], parts[3], parts[4])
        guard let resource = Self.resource(parts[5], parts.dropFirst(6).map { $0 }) else {
            throw .invalidArn("Invalid ARN: \(text)")
        }
        self.resource = resource
    }

    private static func resource(_ kind: String, _ parts: [String]) -> Resource? {
        switch (kind, parts.count) {
        case ("stateMachine", 1):
            let names = parts[0].split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            switch names.count {
            case 1: return .stateMachine(name: parts[0], qualifier: nil)
            case 2: return .labelledStateMachine(name: names[0], label: names[1])
            default: return nil
            }
        case ("stateMachine", 2): return parts[1].isEmpty ? nil : .stateMachine(name: parts[0], qualifier: parts[1])
        case ("execution", 2): return .execution(machine: parts[0], name: parts[1])
        case ("express", 3): return .express(machine: parts[0], name: parts[1])
        case ("mapRun", 2): return .mapRun
        case ("activity", 1): return .activity(name: parts[0])
        default: return nil
        }
    }

    /// What it names is not of a kind that fits.
    var misplaced: APIError { .invalidArn("Resource type not valid in this context: \(resource.kind)") }
}
