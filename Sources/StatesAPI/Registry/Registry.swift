import StatesJSON

/// What is known of state machines, their versions and aliases, of activities and of tags: a value that changes by `RegistryChange`
/// alone, live and when it is read again.
struct Registry: Sendable, Equatable {
    /// State machines by name.
    private(set) var machines: [String: Machine] = [:]
    /// Activities by name.
    private(set) var activities: [String: Activity] = [:]

    /// Applies a change. One that speaks of what is not there changes nothing.
    mutating func apply(_ change: RegistryChange) {
        switch change {
        case .machine(let name, let settings):
            if machines[name] == nil {
                machines[name] = Machine(name: name, settings: settings)
            } else {
                machines[name]?.settings = settings
            }
        case .machineDeleted(let name): machines[name] = nil
        case .version(let machine, let version):
            machines[machine]?.versions.append(version)
            machines[machine]?.lastVersion = version.number
        case .versionDeleted(let machine, let number): machines[machine]?.versions.removeAll { $0.number == number }
        case .alias(let machine, let alias):
            if let place = machines[machine]?.aliases.firstIndex(where: { $0.name == alias.name }) {
                machines[machine]?.aliases[place] = alias
            } else {
                machines[machine]?.aliases.append(alias)
            }
        case .aliasDeleted(let machine, let name): machines[machine]?.aliases.removeAll { $0.name == name }
        case .machineTags(let name, let tags): machines[name]?.tags = tags
        case .activity(let activity): activities[activity.name] = activity
        case .activityDeleted(let name): activities[name] = nil
        case .activityTags(let name, let tags): activities[name]?.tags = tags
        }
    }
}

/// What a state machine is at one time: what an execution runs by, and what a version keeps.
struct Revision: Sendable, Equatable {
    /// Nil for the first one.
    var id: String?
    /// The hash of the definition's text.
    var definitionHash: String
    var roleArn: String
    /// As DescribeStateMachine shows it.
    var logging: JSONValue
    var tracing: JSONValue
    var encryption: JSONValue?
    /// The variables that each state refers to; nil if none does.
    var variableReferences: JSONValue?
}

/// A state machine.
struct Machine: Sendable, Equatable {
    /// What a change of a state machine changes.
    struct Settings: Sendable, Equatable {
        var isExpress: Bool
        /// When it was made and last changed, in milliseconds since 1970.
        var created: Int64
        var updated: Int64
        /// As it was made: a second CreateStateMachine is compared with this.
        var publishedWhenMade: Bool
        var firstDescription: String?
        var revision: Revision
    }

    let name: String
    var settings: Settings
    /// Versions that were not deleted, oldest first.
    var versions: [Version] = []
    /// The highest number ever given to a version.
    var lastVersion = 0
    /// Aliases, oldest first.
    var aliases: [Alias] = []
    /// Names and values, oldest first.
    var tags = JSONObject()

    init(name: String, settings: Settings) {
        self.name = name
        self.settings = settings
    }

    var revision: Revision { settings.revision }

    func version(_ number: Int) -> Version? { versions.first { $0.number == number } }

    func alias(_ name: String) -> Alias? { aliases.first { $0.name == name } }
}

/// A version: a revision under a number.
struct Version: Sendable, Equatable {
    let number: Int
    let description: String?
    /// When it was published, in milliseconds since 1970.
    let created: Int64
    let revision: Revision
}

/// An alias: a name for one version, or for two by weight.
struct Alias: Sendable, Equatable {
    /// A version's number, and its share of a hundred starts.
    struct Route: Sendable, Equatable {
        let version: Int
        let weight: Int
    }

    let name: String
    var description: String?
    var routes: [Route]
    /// When it was made and last changed, in milliseconds since 1970.
    let created: Int64
    var updated: Int64

    /// The version that a draw from 0 up to but not including 100 stands for.
    func version(for draw: Int) -> Int {
        var sum = 0
        for route in routes {
            sum += route.weight
            if draw < sum { return route.version }
        }
        return routes.last?.version ?? 0
    }
}

/// An activity.
struct Activity: Sendable, Equatable {
    let name: String
    /// When it was made, in milliseconds since 1970.
    let created: Int64
    let encryption: JSONValue
    /// Names and values, oldest first.
    var tags: JSONObject
}
