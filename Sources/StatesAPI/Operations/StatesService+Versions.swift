import StatesJSON
import StatesRuntime

// Versions and aliases (api.md section 4).

extension StatesService {
    private static let versionLimit = 1_000
    private static let aliasLimit = 100

    // MARK: Versions

    func publishStateMachineVersion(_ request: Request) throws -> JSONObject {
        let (name, arn) = try plainMachine(request)
        let now = runtime.now
        return try registry.change { registry in
            guard let machine = registry.machines[name] else { throw APIError.noStateMachine(arn) }
            let current = machine.revision.id ?? "INITIAL"
            if let wanted = request.optionalText("revisionId"), wanted != current {
                throw APIError(
                    "ConflictException",
                    "Failed to publish the State Machine version for revision \(wanted). "
                        + "The current State Machine revision is \(current).")
            }
            let (number, changes) = try self.publication(
                of: machine, machine.revision, request.optionalText("description"), at: now)
            let created = machine.version(number)?.created ?? now
            return .init(
                answer: JSONObject([
                    ("creationDate", WireTime.value(created)), ("stateMachineVersionArn", .string("\(arn):\(number)")),
                ]), changes: changes)
        }
    }

    /// The number of the version for a revision, and the changes that make it if it is not there.
    func publication(
        of machine: Machine, _ revision: Revision, _ description: String?, at now: Int64
    ) throws(APIError) -> (Int, [RegistryChange]) {
        if let known = machine.versions.last(where: { $0.revision == revision }) { return (known.number, []) }
        guard machine.versions.count < Self.versionLimit else {
            throw APIError(
                "ServiceQuotaExceededException", "The maximum number of versions for a state machine is \(Self.versionLimit).")
        }
        let version = Version(number: machine.lastVersion + 1, description: description, created: now, revision: revision)
        return (version.number, [.version(machine: machine.name, version)])
    }

    func listStateMachineVersions(_ request: Request) throws -> JSONObject {
        let (name, arn) = try plainMachine(request)
        guard let machine = registry.machine(name) else { throw APIError.noStateMachine(arn) }
        return try pages.page(
            machine.versions.reversed(), of: request, named: "stateMachineVersions", name: { "\($0.number)" },
            show: { version in
                JSONObject([
                    ("stateMachineVersionArn", .string("\(arn):\(version.number)")),
                    ("creationDate", WireTime.value(version.created)),
                ])
            })
    }

    /// Deleting a version that is not there succeeds.
    func deleteStateMachineVersion(_ request: Request) throws -> JSONObject {
        let arn = try request.arn("stateMachineVersionArn")
        guard case .stateMachine(let name, let qualifier?) = arn.resource, let number = Int(qualifier) else {
            throw arn.labelledOrMisplaced
        }
        return try registry.change { registry in
            guard arn.text == "\(configuration.machineArn(name)):\(qualifier)", let machine = registry.machines[name],
                machine.version(number) != nil
            else { return .init(answer: JSONObject()) }
            let aliases = machine.aliases.filter { $0.routes.contains { $0.version == number } }.map(\.name)
            guard aliases.isEmpty else {
                throw APIError(
                    "ConflictException",
                    "Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: "
                        + "[\(aliases.joined(separator: ", "))]")
            }
            return .init(answer: JSONObject(), changes: [.versionDeleted(machine: name, number: number)])
        }
    }

    // MARK: Aliases

    func createStateMachineAlias(_ request: Request) throws -> JSONObject {
        let (machineName, routes) = try routing(request.list("routingConfiguration") ?? [])
        let name = request.text("name")
        let description = request.optionalText("description")
        let now = runtime.now
        let aliasArn = "\(configuration.machineArn(machineName)):\(name)"
        return try registry.change { registry in
            let machine = try self.machine(machineName, with: routes, in: registry)
            if let known = machine.alias(name) {
                guard known.routes == routes, known.description == description else {
                    throw APIError(
                        "ConflictException",
                        "Failed to create alias because an alias with the same name and a different routing configuration already "
                            + "exists.")
                }
                return .init(answer: Self.creation(of: known, arn: aliasArn))
            }
            guard machine.aliases.count < Self.aliasLimit else {
                throw APIError(
                    "ServiceQuotaExceededException", "The maximum number of aliases for a state machine is \(Self.aliasLimit).")
            }
            let alias = Alias(name: name, description: description, routes: routes, created: now, updated: now)
            return .init(
                answer: Self.creation(of: alias, arn: aliasArn), changes: [.alias(machine: machineName, alias)])
        }
    }

    private static func creation(of alias: Alias, arn: String) -> JSONObject {
        JSONObject([("stateMachineAliasArn", .string(arn)), ("creationDate", WireTime.value(alias.created))])
    }

    func updateStateMachineAlias(_ request: Request) throws -> JSONObject {
        let (machineName, name, arn) = try alias(request)
        let items = request.list("routingConfiguration")
        let description = request.optionalText("description")
        guard items != nil || description != nil else {
            throw APIError.validation(
                "Either the description or the routing configuration must be specified", reason: "MISSING_REQUIRED_PARAMETER")
        }
        let routes = try items.map { try routing($0) }
        let now = runtime.now
        return try registry.change { registry in
            guard var alias = registry.machines[machineName]?.alias(name) else { throw APIError.noReference(arn) }
            if let (other, routes) = routes {
                guard other == machineName else {
                    throw APIError.validation(
                        "Routing configuration must contain versions of the alias's own state machine",
                        reason: "INVALID_ROUTING_CONFIGURATION")
                }
                _ = try self.machine(machineName, with: routes, in: registry)
                alias.routes = routes
            }
            if let description { alias.description = description }
            alias.updated = now
            return .init(
                answer: JSONObject([("updateDate", WireTime.value(now))]), changes: [.alias(machine: machineName, alias)])
        }
    }

    func describeStateMachineAlias(_ request: Request) throws -> JSONObject {
        let (machineName, name, arn) = try alias(request)
        guard let alias = registry.machine(machineName)?.alias(name) else { throw APIError.noReference(arn) }
        let machineArn = configuration.machineArn(machineName)
        return JSONObject(
            present: [
                ("stateMachineAliasArn", .string(arn)), ("name", .string(name)),
                ("description", alias.description.map { .string($0) }),
                (
                    "routingConfiguration",
                    .array(
                        alias.routes.map { route in
                            ["stateMachineVersionArn": .string("\(machineArn):\(route.version)"), "weight": .integer(route.weight)]
                        })
                ),
                ("creationDate", WireTime.value(alias.created)), ("updateDate", WireTime.value(alias.updated)),
            ])
    }

    func deleteStateMachineAlias(_ request: Request) throws -> JSONObject {
        let (machineName, name, _) = try alias(request)
        return try registry.change { registry in
            let isThere = registry.machines[machineName]?.alias(name) != nil
            return .init(answer: JSONObject(), changes: isThere ? [.aliasDeleted(machine: machineName, name: name)] : [])
        }
    }

    /// The aliases of a state machine, or those that route to one version, in the order in which they were made, as recorded.
    func listStateMachineAliases(_ request: Request) throws -> JSONObject {
        let arn = try request.arn("stateMachineArn")
        guard case .stateMachine(let name, let qualifier) = arn.resource else { throw arn.labelledOrMisplaced }
        let machineArn = configuration.machineArn(name)
        guard arn.text.hasPrefix(machineArn), let machine = registry.machine(name) else { throw APIError.noStateMachine(arn.text) }
        var aliases = machine.aliases
        if let qualifier {
            guard let number = Int(qualifier), machine.version(number) != nil else { throw APIError.noStateMachine(arn.text) }
            aliases.removeAll { !$0.routes.contains { $0.version == number } }
        }
        return try pages.page(aliases, of: request, named: "stateMachineAliases", name: \.name) { alias in
            JSONObject([
                ("stateMachineAliasArn", .string("\(machineArn):\(alias.name)")), ("creationDate", WireTime.value(alias.created)),
            ])
        }
    }

    // MARK: Parts

    /// The name and ARN of the machine that an operation without qualifiers is about.
    private func plainMachine(_ request: Request) throws(APIError) -> (name: String, arn: String) {
        let arn = try request.arn("stateMachineArn")
        guard case .stateMachine(let name, nil) = arn.resource else { throw arn.labelledOrMisplaced }
        guard arn.text == configuration.machineArn(name) else { throw .noStateMachine(arn.text) }
        return (name, arn.text)
    }

    private func alias(_ request: Request) throws(APIError) -> (machine: String, name: String, arn: String) {
        let arn = try request.arn("stateMachineAliasArn")
        guard case .stateMachine(let machine, let name?) = arn.resource, Int(name) == nil else { throw arn.misplaced }
        guard arn.text == "\(configuration.machineArn(machine)):\(name)" else { throw .noReference(arn.text) }
        return (machine, name, arn.text)
    }

    /// A routing configuration taken apart: the machine, and the versions with their weights.
    private func routing(_ items: [JSONValue]) throws(APIError) -> (machine: String, routes: [Alias.Route]) {
        let reason = "INVALID_ROUTING_CONFIGURATION"
        let arns = items.map { $0["stateMachineVersionArn"]?.string ?? "" }
        let weights = items.map { Int($0["weight"]?.number?.exactInteger ?? 0) }
        let list = "[\(arns.joined(separator: ", "))]"
        var machines: Set<String> = []
        var routes: [Alias.Route] = []
        for (text, weight) in zip(arns, weights) {
            guard case .stateMachine(let name, let qualifier?) = try Arn(text).resource, let number = Int(qualifier) else {
                throw .validation(
                    "Routing configuration must contain state machine version ARNs. Received: \(list)", reason: reason)
            }
            machines.insert(name)
            routes.append(Alias.Route(version: number, weight: weight))
        }
        guard Set(arns).count == arns.count else {
            throw .validation(
                "Routing configuration must contain distinct state machine version ARNs. Received: \(list)", reason: reason)
        }
        guard let machine = machines.first, machines.count == 1 else {
            throw .validation(
                "Routing configuration must contain versions of one state machine. Received: \(list)", reason: reason)
        }
        guard weights.reduce(0, +) == 100 else {
            throw .validation(
                "Sum of routing configuration weights must equal 100. Received: "
                    + "[\(weights.map { "\($0)" }.joined(separator: ", "))]", reason: reason)
        }
        return (machine, routes)
    }

    private func machine(_ name: String, with routes: [Alias.Route], in registry: Registry) throws(APIError) -> Machine {
        guard let machine = registry.machines[name] else { throw .noReference(configuration.machineArn(name)) }
        for route in routes where machine.version(route.version) == nil {
            throw .noReference("\(configuration.machineArn(name)):\(route.version)")
        }
        return machine
    }
}
