import StatesJSON
import StatesKernel
import StatesLanguage
import StatesRuntime

// State machines: made, changed, shown, listed, deleted (api.md section 4).

extension StatesService {
    func createStateMachine(_ request: Request) throws -> JSONObject {
        let name = request.text("name")
        guard MachineName.problem(with: name) == nil else { throw APIError.invalidName(name) }
        let publishes = request.flag("publish") ?? false
        let description = request.optionalText("versionDescription")
        if description != nil, !publishes {
            throw APIError.validation("Version description can only be set when publish is true")
        }
        let isExpress = request.optionalText("type") == "EXPRESS"
        let settings = MachineSettings(request)
        let logging = try settings.logging()
        let encryption = try settings.encryption()
        let role = try settings.roleArn() ?? ""
        let tags = try Tags.merged(request.list("tags") ?? [], into: JSONObject())
        let text = request.text("definition")
        let check = try checked(text, isExpress: isExpress)
        let now = runtime.now
        let revision = Revision(
            id: nil, definitionHash: Runtime.definitionHash(of: text), roleArn: role, logging: logging,
            tracing: settings.tracing(), encryption: encryption,
            variableReferences: VariableReferences.inDefinition(check))
        let wish = Machine.Settings(
            isExpress: isExpress, created: now, updated: now, publishedWhenMade: publishes, firstDescription: description,
            revision: revision)
        compile(check, name: name, isExpress: isExpress, hash: revision.definitionHash)
        return try registry.change { registry in
            if let known = registry.machines[name] { return .init(answer: try self.answer(again: known, wish)) }
            var changes: [RegistryChange] = [.machine(name: name, wish)]
            if !tags.isEmpty { changes.append(.machineTags(name: name, tags)) }
            var response = JSONObject([
                ("stateMachineArn", .string(configuration.machineArn(name))), ("creationDate", WireTime.value(now)),
            ])
            if publishes {
                changes.append(
                    .version(machine: name, Version(number: 1, description: description, created: now, revision: revision)))
                response["stateMachineVersionArn"] = .string("\(configuration.machineArn(name)):1")
            }
            return .init(answer: response, changes: changes, definitions: [text])
        }
    }

    /// The answer to a second request of the same name: the same as to the first one if the request is.
    private func answer(again machine: Machine, _ wish: Machine.Settings) throws -> JSONObject {
        let (known, wished) = (machine.revision, wish.revision)
        let arn = configuration.machineArn(machine.name)
        guard known.definitionHash == wished.definitionHash, machine.settings.isExpress == wish.isExpress,
            known.logging == wished.logging, known.tracing == wished.tracing, known.encryption == wished.encryption,
            machine.settings.publishedWhenMade == wish.publishedWhenMade,
            machine.settings.firstDescription == wish.firstDescription
        else {
            throw APIError("StateMachineAlreadyExists", "State Machine Already Exists: '\(arn)'")
        }
        var response = JSONObject([
            ("stateMachineArn", .string(arn)), ("creationDate", WireTime.value(machine.settings.created)),
        ])
        if wish.publishedWhenMade, let version = machine.versions.last(where: { $0.revision == known }) {
            response["stateMachineVersionArn"] = .string("\(arn):\(version.number)")
        }
        return response
    }

    func updateStateMachine(_ request: Request) throws -> JSONObject {
        let arn = try request.arn("stateMachineArn")
        guard case .stateMachine(let name, let qualifier) = arn.resource else { throw arn.labelledOrMisplaced }
        guard qualifier == nil, arn.text == configuration.machineArn(name) else { throw APIError.noStateMachine(arn.text) }
        let definition = request.optionalText("definition").flatMap { $0.isEmpty ? nil : $0 }
        let settings = MachineSettings(request)
        guard definition != nil || settings.changesAnything else {
            throw APIError(
                "MissingRequiredParameter",
                "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified")
        }
        let publishes = request.flag("publish") ?? false
        let description = request.optionalText("versionDescription")
        if description != nil, !publishes {
            throw APIError.validation("Version description can only be set when publish is true")
        }
        guard let before = registry.machine(name) else { throw APIError.noStateMachine(arn.text) }
        var wish = before.revision
        if let role = try settings.roleArn() { wish.roleArn = role }
        if settings.hasLogging { wish.logging = try settings.logging() }
        if settings.hasTracing { wish.tracing = settings.tracing() }
        if settings.hasEncryption { wish.encryption = try settings.encryption() }
        if let definition {
            let check = try checked(definition, isExpress: before.settings.isExpress)
            wish.definitionHash = Runtime.definitionHash(of: definition)
            wish.variableReferences = VariableReferences.inDefinition(check)
            compile(check, name: name, isExpress: before.settings.isExpress, hash: wish.definitionHash)
        }
        let now = runtime.now
        return try registry.change { [wish] registry in
            guard let machine = registry.machines[name] else { throw APIError.noStateMachine(arn.text) }
            var revision = wish
            revision.id = machine.revision.id
            var response = JSONObject([("updateDate", WireTime.value(now))])
            var changes: [RegistryChange] = []
            // As recorded: an update that names a role makes a revision, whichever role it is.
            if revision != machine.revision || request.optionalText("roleArn") != nil {
                revision.id = runtime.randomUUID()
                var settings = machine.settings
                settings.revision = revision
                settings.updated = now
                changes.append(.machine(name: name, settings))
                response["revisionId"] = revision.id.map { .string($0) }
            }
            if publishes {
                let (version, change) = try self.publication(of: machine, revision, description, at: now)
                response["stateMachineVersionArn"] = .string("\(arn.text):\(version)")
                changes += change
            }
            return .init(answer: response, changes: changes, definitions: definition.map { [$0] } ?? [])
        }
    }

    func describeStateMachine(_ request: Request) throws -> JSONObject {
        let arn = try request.arn("stateMachineArn")
        let showsDefinition = request.optionalText("includedData") != "METADATA_ONLY"
        switch arn.resource {
        case .stateMachine(let name, nil):
            guard arn.text == configuration.machineArn(name), let machine = registry.machine(name) else {
                throw APIError.noStateMachine(arn.text)
            }
            return try description(of: machine, machine.revision, arn: arn.text, showsDefinition, created: machine.settings.created)
        case .stateMachine(let name, let qualifier?):
            guard arn.text == "\(configuration.machineArn(name)):\(qualifier)", let machine = registry.machine(name) else {
                throw APIError.noStateMachine(arn.text)
            }
            guard let version = Int(qualifier).flatMap({ machine.version($0) }) else { throw APIError.noStateMachine(arn.text) }
            var description = try description(
                of: machine, version.revision, arn: arn.text, showsDefinition, created: version.created)
            description["description"] = version.description.map { .string($0) }
            return description
        case .labelledStateMachine: throw APIError.noStateMachine(arn.text)
        case .execution, .express, .mapRun, .activity: throw arn.misplaced
        }
    }

    private func description(
        of machine: Machine, _ revision: Revision, arn: String, _ showsDefinition: Bool, created: Int64
    ) throws -> JSONObject {
        JSONObject(
            present: [
                ("stateMachineArn", .string(arn)), ("name", .string(machine.name)), ("status", "ACTIVE"),
                ("definition", .string(showsDefinition ? try definition(revision.definitionHash) : "{}")),
                ("roleArn", .string(revision.roleArn)), ("type", .string(machine.settings.isExpress ? "EXPRESS" : "STANDARD")),
                ("creationDate", WireTime.value(created)), ("loggingConfiguration", revision.logging),
                ("tracingConfiguration", revision.tracing), ("revisionId", revision.id.map { .string($0) }),
                ("encryptionConfiguration", revision.encryption), ("variableReferences", revision.variableReferences),
            ])
    }

    func describeStateMachineForExecution(_ request: Request) throws -> JSONObject {
        let summary = try summary(request)
        let machine = registry.machine(summary.machineName)
        let description = try runtime.archive.description(summary)
        let revision = machine.flatMap { machine in
            ([machine.revision] + machine.versions.map(\.revision)).first {
                $0.id == summary.labels.revisionID && $0.definitionHash == summary.definitionHash
            }
        }
        let showsDefinition = request.optionalText("includedData") != "METADATA_ONLY"
        return JSONObject(
            present: [
                ("stateMachineArn", .string(summary.machineArn)), ("name", .string(summary.machineName)),
                ("definition", .string(showsDefinition ? try definition(summary.definitionHash) : "{}")),
                ("roleArn", .string(description.start.roleArn)),
                ("updateDate", WireTime.value(machine?.settings.updated ?? summary.startTime)),
                ("loggingConfiguration", revision?.logging ?? MachineSettings.defaultLogging),
                ("tracingConfiguration", revision?.tracing ?? MachineSettings.defaultTracing),
                ("encryptionConfiguration", revision?.encryption),
                ("revisionId", summary.labels.revisionID.map { .string($0) }),
                ("variableReferences", revision?.variableReferences),
            ])
    }

    /// Running executions end as `ABORTED`, as AWS ends them at their next transition.
    func deleteStateMachine(_ request: Request) throws -> JSONObject {
        let arn = try request.arn("stateMachineArn")
        guard case .stateMachine(let name, nil) = arn.resource else { throw arn.labelledOrMisplaced }
        guard arn.text == configuration.machineArn(name), let machine = registry.machine(name) else { return JSONObject() }
        try registry.change { _ in .init(answer: (), changes: [.machineDeleted(name: name)]) }
        if !machine.settings.isExpress { try stopAll(of: arn.text) }
        return JSONObject()
    }

    private func stopAll(of machineArn: String) throws {
        var bound: UInt64?
        while true {
            let page = try runtime.list(before: bound, limit: 1_000)
            for summary in page where summary.machineArn == machineArn && summary.status == .running && !summary.isExpress {
                runtime.stop(summary) { _ in }
            }
            guard let last = page.last, page.count == 1_000 else { return }
            bound = last.number
        }
    }

    func listStateMachines(_ request: Request) throws -> JSONObject {
        let machines = registry.read { registry in registry.machines.values.sorted { $0.name < $1.name } }
        return try pages.page(machines, of: request, named: "stateMachines", name: \.name) { machine in
            JSONObject([
                ("stateMachineArn", .string(configuration.machineArn(machine.name))), ("name", .string(machine.name)),
                ("type", .string(machine.settings.isExpress ? "EXPRESS" : "STANDARD")),
                ("creationDate", WireTime.value(machine.settings.created)),
            ])
        }
    }

    // MARK: Definitions

    func validateStateMachineDefinition(_ request: Request) -> JSONObject {
        let check = DefinitionCheck(
            definition: request.text("definition"), type: request.optionalText("type") == "EXPRESS" ? .express : .standard)
        let showsWarnings = request.optionalText("severity") == "WARNING"
        let found = check.diagnostics.filter { $0.severity == .error || (showsWarnings && $0.severity == .warning) }
        let limit = request.integer("maxResults") ?? 0
        let shown = found.prefix(limit == 0 ? 100 : limit)
        return JSONObject([
            ("result", check.isValid ? "OK" : "FAIL"),
            (
                "diagnostics",
                .array(
                    shown.map { diagnostic in
                        .object(
                            JSONObject(
                                present: [
                                    ("severity", .string(diagnostic.severity.rawValue)),
                                    ("code", .string(diagnostic.code.rawValue)), ("message", .string(diagnostic.message)),
                                    ("location", diagnostic.pointer.map { .string($0) }),
                                ]))
                    })
            ),
            ("truncated", .bool(found.count > shown.count)),
        ])
    }

    /// Checks a definition.
    ///
    /// - Throws: `InvalidDefinition`.
    func checked(_ text: String, isExpress: Bool) throws(APIError) -> DefinitionCheck {
        let check = DefinitionCheck(definition: text, type: isExpress ? .express : .standard)
        guard check.isValid else {
            throw APIError(InvalidDefinition(diagnostics: check.diagnostics, source: check.source))
        }
        return check
    }

    /// Compiles a definition that was just checked. One that cannot run yet is kept, and refused when somebody starts it.
    private func compile(_ check: DefinitionCheck, name: String, isExpress: Bool, hash: String) {
        _ = try? cache.machine(name: name, isExpress: isExpress, hash: hash) { try StateMachine(check, name: name) }
    }

    /// What runs for a revision.
    func runnable(_ machine: Machine, _ revision: Revision) throws(APIError) -> StateMachine {
        let isExpress = machine.settings.isExpress
        do {
            return try cache.machine(name: machine.name, isExpress: isExpress, hash: revision.definitionHash) {
                let text = try definition(revision.definitionHash)
                return try StateMachine(definition: text, name: machine.name, type: isExpress ? .express : .standard)
            }
        } catch let error as UnsupportedFeature {
            throw .notImplemented(error.description)
        } catch let error as UnresolvedSymbols {
            throw .validation("\(error)")
        } catch {
            throw APIError(error)
        }
    }

    func definition(_ hash: String) throws -> String {
        guard let text = try runtime.definition(hash: hash) else {
            throw APIError.internalFailure("The definition \(hash) is missing from the journal.")
        }
        return text
    }
}

extension Arn {
    /// The error for an ARN that is no plain state machine's.
    var labelledOrMisplaced: APIError {
        switch resource {
        case .labelledStateMachine: .labelledArn
        case .stateMachine: .noStateMachine(text)
        case .execution, .express, .mapRun, .activity: misplaced
        }
    }
}

/// The settings of a state machine as a request gives them, with AWS's defaults.
struct MachineSettings {
    private let request: Request

    init(_ request: Request) { self.request = request }

    static let defaultLogging: JSONValue = ["level": "OFF", "includeExecutionData": false]
    static let defaultTracing: JSONValue = ["enabled": false]

    var hasLogging: Bool { request.object("loggingConfiguration") != nil }
    var hasTracing: Bool { request.object("tracingConfiguration") != nil }
    var hasEncryption: Bool { request.object("encryptionConfiguration") != nil }

    var changesAnything: Bool { request.optionalText("roleArn") != nil || hasLogging || hasTracing || hasEncryption }

    /// The role's ARN, if there is one: its form is all that is checked.
    func roleArn() throws(APIError) -> String? {
        guard let role = request.optionalText("roleArn") else { return nil }
        guard role.hasPrefix("arn:") else { throw .invalidArn("Invalid ARN prefix: \(role)") }
        let parts = role.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[2] == "iam", parts[5].hasPrefix("role/") else {
            throw .invalidArn("Resource type not valid in this context: \(parts.count > 5 ? String(parts[5]) : role)")
        }
        return role
    }

    func logging() throws(APIError) -> JSONValue {
        guard let given = request.object("loggingConfiguration") else { return Self.defaultLogging }
        let level = given["level"]?.string ?? "OFF"
        let destinations = given["destinations"]?.array
        if level != "OFF", destinations?.count != 1 {
            throw APIError(
                "InvalidLoggingConfiguration", "Invalid Logging Configuration: Must specify exactly one Log Destination.")
        }
        return .object(
            JSONObject(
                present: [
                    ("level", .string(level)), ("includeExecutionData", .bool(given["includeExecutionData"]?.bool ?? false)),
                    ("destinations", destinations.map { .array($0) }),
                ]))
    }

    func tracing() -> JSONValue {
        guard let given = request.object("tracingConfiguration") else { return Self.defaultTracing }
        return ["enabled": .bool(given["enabled"]?.bool ?? false)]
    }

    /// The encryption, or nil for AWS's own key, which is what nobody asked for.
    func encryption() throws(APIError) -> JSONValue? {
        guard let given = request.object("encryptionConfiguration") else { return nil }
        guard given["type"]?.string == "CUSTOMER_MANAGED_KMS_KEY" else {
            guard given["kmsKeyId"] == nil else {
                throw APIError(
                    "InvalidEncryptionConfiguration",
                    "Invalid Encryption Configuration: kmsKeyId must not be specified for encryption type AWS_OWNED_KEY.")
            }
            return ["type": "AWS_OWNED_KEY"]
        }
        guard let key = given["kmsKeyId"] else {
            throw APIError(
                "InvalidEncryptionConfiguration",
                "Invalid Encryption Configuration: kmsKeyId must be specified for encryption type CUSTOMER_MANAGED_KMS_KEY.")
        }
        return [
            "type": "CUSTOMER_MANAGED_KMS_KEY", "kmsKeyId": key,
            "kmsDataKeyReusePeriodSeconds": given["kmsDataKeyReusePeriodSeconds"] ?? 300,
        ]
    }
}

extension StatesService {
    /// Makes a state machine, or changes it if its definition is another one: for definitions that a server finds in files.
    ///
    /// - Returns: What is wrong with it, or nil.
    public func takeUp(name: String, definition: String) -> String? {
        let role = "arn:aws:iam::\(configuration.account):role/stepwell"
        let members: [(String, JSONValue)] = [("definition", .string(definition))]
        do {
            if registry.machine(name) == nil {
                let made = JSONObject(members + [("name", .string(name)), ("roleArn", .string(role))])
                _ = try createStateMachine(Request(.createStateMachine, made))
            } else {
                let changed = JSONObject(members + [("stateMachineArn", .string(configuration.machineArn(name)))])
                _ = try updateStateMachine(Request(.updateStateMachine, changed))
            }
            return nil
        } catch {
            return APIError(error).message
        }
    }
}
