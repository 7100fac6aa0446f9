import StatesJSON

/// One change of the register, as it is kept in the journal: JSON text with a member `is` that says which.
///
/// Members that are not known are left alone, so that an older program reads what a newer one wrote as far as it understands it.
enum RegistryChange: Sendable, Equatable {
    case machine(name: String, Machine.Settings)
    case machineDeleted(name: String)
    case version(machine: String, Version)
    case versionDeleted(machine: String, number: Int)
    case alias(machine: String, Alias)
    case aliasDeleted(machine: String, name: String)
    case machineTags(name: String, JSONObject)
    case activity(Activity)
    case activityDeleted(name: String)
    case activityTags(name: String, JSONObject)
}

// MARK: - Writing

extension RegistryChange {
    /// The bytes of an entry.
    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        JSONValue.object(json).write(into: &bytes)
        return bytes
    }

    private var json: JSONObject {
        switch self {
        case .machine(let name, let settings):
            return JSONObject(present: [("is", "machine"), ("name", .string(name))] + settings.members)
        case .machineDeleted(let name): return JSONObject([("is", "machineDeleted"), ("name", .string(name))])
        case .version(let machine, let version):
            return JSONObject(
                present: [
                    ("is", "version"), ("machine", .string(machine)), ("number", .integer(version.number)),
                    ("description", version.description.map { .string($0) }), ("created", .time(version.created)),
                ] + version.revision.members)
        case .versionDeleted(let machine, let number):
            return JSONObject([("is", "versionDeleted"), ("machine", .string(machine)), ("number", .integer(number))])
        case .alias(let machine, let alias):
            return JSONObject(
                present: [
                    ("is", "alias"), ("machine", .string(machine)), ("name", .string(alias.name)),
                    ("description", alias.description.map { .string($0) }),
                    ("routes", .array(alias.routes.map { [.integer($0.version), .integer($0.weight)] })),
                    ("created", .time(alias.created)), ("updated", .time(alias.updated)),
                ])
        case .aliasDeleted(let machine, let name):
            return JSONObject([("is", "aliasDeleted"), ("machine", .string(machine)), ("name", .string(name))])
        case .machineTags(let name, let tags):
            return JSONObject([("is", "machineTags"), ("name", .string(name)), ("tags", .object(tags))])
        case .activity(let activity):
            return JSONObject([
                ("is", "activity"), ("name", .string(activity.name)), ("created", .time(activity.created)),
                ("encryption", activity.encryption), ("tags", .object(activity.tags)),
            ])
        case .activityDeleted(let name): return JSONObject([("is", "activityDeleted"), ("name", .string(name))])
        case .activityTags(let name, let tags):
            return JSONObject([("is", "activityTags"), ("name", .string(name)), ("tags", .object(tags))])
        }
    }
}

extension Machine.Settings {
    fileprivate var members: [(String, JSONValue?)] {
        [
            ("express", .bool(isExpress)), ("created", .time(created)), ("updated", .time(updated)),
            ("published", .bool(publishedWhenMade)), ("firstDescription", firstDescription.map { .string($0) }),
        ] + revision.members
    }
}

extension Revision {
    fileprivate var members: [(String, JSONValue?)] {
        [
            ("revision", id.map { .string($0) }), ("definition", .string(definitionHash)), ("role", .string(roleArn)),
            ("logging", logging), ("tracing", tracing), ("encryption", encryption), ("variables", variableReferences),
        ]
    }
}

extension JSONValue {
    fileprivate static func time(_ milliseconds: Int64) -> JSONValue { .number(.integer(milliseconds)) }
}

// MARK: - Reading

extension RegistryChange {
    /// The change in an entry's bytes, or nil if it is none that this program knows.
    init?(decoding bytes: [UInt8]) {
        guard let json = try? JSONValue(parsing: bytes), let kind = json["is"]?.string else { return nil }
        let name = json["name"]?.string ?? ""
        let machine = json["machine"]?.string ?? ""
        switch kind {
        case "machine": self = .machine(name: name, Machine.Settings(json))
        case "machineDeleted": self = .machineDeleted(name: name)
        case "version":
            self = .version(
                machine: machine,
                Version(
                    number: json.int("number"), description: json["description"]?.string, created: json.time("created"),
                    revision: Revision(json)))
        case "versionDeleted": self = .versionDeleted(machine: machine, number: json.int("number"))
        case "alias": self = .alias(machine: machine, Alias(json, name: name))
        case "aliasDeleted": self = .aliasDeleted(machine: machine, name: name)
        case "machineTags": self = .machineTags(name: name, json["tags"]?.object ?? JSONObject())
        case "activity":
            self = .activity(
                Activity(
                    name: name, created: json.time("created"), encryption: json["encryption"] ?? .emptyObject,
                    tags: json["tags"]?.object ?? JSONObject()))
        case "activityDeleted": self = .activityDeleted(name: name)
        case "activityTags": self = .activityTags(name: name, json["tags"]?.object ?? JSONObject())
        default: return nil
        }
    }
}

extension Machine.Settings {
    fileprivate init(_ json: JSONValue) {
        self.init(
            isExpress: json["express"]?.bool ?? false, created: json.time("created"), updated: json.time("updated"),
            publishedWhenMade: json["published"]?.bool ?? false, firstDescription: json["firstDescription"]?.string,
            revision: Revision(json))
    }
}

extension Revision {
    fileprivate init(_ json: JSONValue) {
        self.init(
            id: json["revision"]?.string, definitionHash: json["definition"]?.string ?? "", roleArn: json["role"]?.string ?? "",
            logging: json["logging"] ?? .emptyObject, tracing: json["tracing"] ?? .emptyObject, encryption: json["encryption"],
            variableReferences: json["variables"])
    }
}

extension Alias {
    fileprivate init(_ json: JSONValue, name: String) {
        self.init(
            name: name, description: json["description"]?.string,
            routes: (json["routes"]?.array ?? []).map { pair in
                func part(_ index: Int) -> Int { Int(pair[index]?.number?.exactInteger ?? 0) }
                return Alias.Route(version: part(0), weight: part(1))
            }, created: json.time("created"), updated: json.time("updated"))
    }
}

extension JSONValue {
    fileprivate func time(_ name: String) -> Int64 { self[name]?.number?.exactInteger ?? 0 }
    fileprivate func int(_ name: String) -> Int { Int(exactly: time(name)) ?? 0 }
}
