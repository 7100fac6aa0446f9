import StatesJSON
import StatesQuery

// Task states (asl.md section 8) and what their integrations ask for (integrations.md section 2).
extension DefinitionReader {
    mutating func task(_ fields: Fields, _ language: QueryLanguage) -> StateSyntax.Kind {
        require("Resource", in: fields)
        let resource = resource(fields)
        let timeout = seconds("TimeoutSeconds", in: fields, language)
        let heartbeat = seconds("HeartbeatSeconds", in: fields, language)
        if case .literal(let limit) = timeout, case .literal(let beat) = heartbeat, beat >= limit,
            let place = fields["HeartbeatSeconds"]
        {
            report(
                "The value for the field 'HeartbeatSeconds' must be smaller than 'TimeoutSeconds'",
                at: fields.pointer(of: "HeartbeatSeconds"), place.value.range)
        }
        let credentials = credentials(fields, language)
        let isJSONPath = language == .jsonPath
        let parameters = request(in: fields, language)
        guard let resource else { return .unreadable }
        if case .activity = resource.kind, let place = fields["Credentials"] {
            report(
                "The field 'Credentials' is not supported for activities", at: fields.pointer(of: "Credentials"), place.nameRange)
        }
        var passesToken = false
        if case .jsonPath(let template) = parameters { passesToken = template.usesTaskToken }
        request(of: resource, fields, language, passesToken: passesToken)
        return .task(
            TaskPlan(
                resource: resource, parameters: parameters,
                resultSelector: isJSONPath ? template(fields["ResultSelector"], in: fields) : nil,
                resultPath: isJSONPath ? resultPlacement(in: fields) : .replace, timeout: timeout, heartbeat: heartbeat,
                credentials: credentials))
    }

    /// A number of seconds: given, found by its `Path` form, or an expression.
    private mutating func seconds(_ name: String, in fields: Fields, _ language: QueryLanguage) -> SecondsSource? {
        atMostOne(name, name + "Path", in: fields)
        if let member = fields[name] {
            switch expression(member, in: fields, language) {
            case .found(let expression): return .expression(expression)
            case .unreadable: return nil
            case .none: break
            }
            return integer(member, in: fields, 1...99_999_999, suggestion: pathSuggestion(member, language)).map { .literal($0) }
        }
        guard language == .jsonPath else { return nil }
        return referencePath(fields[name + "Path"], in: fields).map { .path($0) }
    }

    private mutating func credentials(_ fields: Fields, _ language: QueryLanguage) -> Template? {
        guard let member = fields["Credentials"] else { return nil }
        if language == .jsonata, case .string(let text) = member.value.content, text.hasPrefix("{%") {
            return values(of: member, in: fields).map { .jsonata($0) }
        }
        guard let object = object(member.value, at: fields.pointer(of: "Credentials"), head: member.nameRange) else { return nil }
        let role = object["RoleArn"] ?? (language == .jsonPath ? object["RoleArn.$"] : nil)
        guard let role else {
            report("The field 'RoleArn' is required but was missing", at: object.pointer, member.nameRange)
            return nil
        }
        if string(role, in: object) == nil { return nil }
        switch language {
        case .jsonPath: return template(member, in: fields).map { .jsonPath($0) }
        case .jsonata: return values(of: member, in: fields).map { .jsonata($0) }
        }
    }

    // MARK: Resource

    private mutating func resource(_ fields: Fields) -> TaskResource? {
        guard let text = string(fields["Resource"], in: fields) else { return nil }
        let pointer = fields.pointer(of: "Resource")
        do {
            let resource = try TaskResource(parsing: text.value)
            refuseInExpress(resource, at: pointer, text.range)
            warn(ofActionIn: resource, at: pointer, text.range)
            return resource
        } catch {
            switch error {
            case .notAnARN:
                report(
                    "Value is not a valid resource ARN", at: pointer, text.range,
                    suggestion:
                        "a Lambda function is written \"arn:aws:lambda:us-east-1:123456789012:function:\(functionName(text.value))\""
                )
            case .unrecognized:
                report(
                    "The resource provided \(text.value) is not recognized. The value is not a valid resource ARN, or the resource "
                        + "is not available in this region.", at: pointer, text.range, suggestion: suggestion(for: text.value))
            }
            return nil
        }
    }

    /// The text if it could be a function's name.
    private func functionName(_ text: String) -> String {
        let isName =
            !text.isEmpty && text.utf8.count <= 64
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
            }
        return isName ? text : "NAME"
    }

    /// For an unknown integration, the nearest known one; or the same call through `aws-sdk`, which knows every action.
    private func suggestion(for text: String) -> String? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count >= 7, parts[2] == "states" else { return nil }
        let action = parts[6].prefix { $0 != "." }
        if let near = nearest(to: "\(parts[5]):\(action)", in: OptimizedIntegration.names), near != "\(parts[5]):\(action)" {
            return "did you mean \"arn:\(parts[1]):states:::\(near)\"?"
        }
        if OptimizedIntegration.find(parts[5], action) != nil { return "the service does not have this integration pattern" }
        if parts.count == 7, parts[5] != "aws-sdk" {
            return "any other action is called by \"arn:\(parts[1]):states:::aws-sdk:\(parts[5]):\(action)\""
        }
        return nil
    }

    /// What Express machines cannot do (checks 42 to 44). The blank at the end of the last text is AWS's.
    private mutating func refuseInExpress(_ resource: TaskResource, at pointer: String, _ range: SourceRange) {
        guard type == .express else { return }
        if case .activity = resource.kind {
            report("Express state machine does not support Activity ARN", at: pointer, range)
        }
        switch resource.pattern {
        case .requestResponse: return
        case .sync, .sync2: report("Express state machine does not support '.sync' service integration", at: pointer, range)
        case .waitForTaskToken:
            report("Express state machine does not support '.waitForTaskToken' service integration ", at: pointer, range)
        }
    }

    /// Actions are written in lower camel case; any action of the `aws-sdk` integration is accepted all the same.
    private mutating func warn(ofActionIn resource: TaskResource, at pointer: String, _ range: SourceRange) {
        guard case .integration(let service, let action) = resource.kind, service.hasPrefix("aws-sdk:"), let first = action.first,
            first.isUppercase
        else { return }
        report(
            .schemaValidationFailed, .warning, "The action '\(action)' should begin with a small letter", at: pointer, range,
            suggestion: "did you mean \"\(first.lowercased() + action.dropFirst())\"?")
    }

    // MARK: The request

    /// Required and unknown parameters (checks 47 and 48), and the task token (check 46).
    private mutating func request(
        of resource: TaskResource, _ fields: Fields, _ language: QueryLanguage, passesToken: Bool
    ) {
        guard case .integration(let service, let action) = resource.kind else { return }
        let field = language == .jsonPath ? "Parameters" : "Arguments"
        let integration = OptimizedIntegration.find(Substring(service), Substring(action))
        guard let member = fields[field] else {
            if integration?.required.isEmpty == false {
                report("\(field) field is required for resource ARN: \(resource.text)", at: fields.pointer, fields.headRange)
            }
            return
        }
        token(resource, member, in: fields, language, passesToken: passesToken)
        guard case .object(let members) = member.value.content else { return }
        var names = members.map(\.name)
        if language == .jsonPath { names = names.map { $0.hasSuffix(".$") ? String($0.dropLast(2)) : $0 } }
        let pointer = fields.pointer(of: field)
        for required in integration?.required ?? [] where !names.contains(required) {
            report("The field '\(required)' is required but was missing", at: pointer, member.nameRange)
        }
        for (name, member) in zip(names, members) { parameter(name, member.nameRange, of: integration, at: pointer) }
    }

    private mutating func parameter(_ name: String, _ range: SourceRange, of integration: OptimizedIntegration?, at pointer: String)
    {
        let known = integration?.parameters
        let startsSmall = name.utf8.first.map { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) } ?? true
        guard startsSmall || known.map({ !$0.contains(name) }) == true else { return }
        var suggestion = known.flatMap { nearest(to: name, in: $0) }
        if suggestion == nil, startsSmall, let first = name.first { suggestion = first.uppercased() + name.dropFirst() }
        // Our tables may be behind what `aws-sdk` offers, so that there it is a doubt only.
        report(
            .schemaValidationFailed, integration == nil ? .warning : .error,
            "The field '\(name)' is not supported by Step Functions",
            at: pointer, range, suggestion: suggestion.map { "did you mean \"\($0)\"?" })
    }

    /// Whoever ends a task with a token has to be told it. A warning only: AWS was seen to accept a callback task that tells nobody.
    private mutating func token(
        _ resource: TaskResource, _ member: JSONNode.Member, in fields: Fields, _ language: QueryLanguage, passesToken: Bool
    ) {
        guard resource.pattern == .waitForTaskToken, !passesToken, !mayPassToken(member.value) else { return }
        let place = language == .jsonPath ? "$$.Task.Token" : "$states.context.Task.Token"
        report(
            .schemaValidationFailed, .warning, "The field '\(member.name)' must pass the task token on, or nobody can end the task",
            at: fields.pointer(of: member.name), member.nameRange, suggestion: "use \(place)")
    }

    /// Whether a request may hold the token all the same: in an expression that mentions it, or a whole of which it is a part, or in a
    /// symbol, which may hold anything.
    private func mayPassToken(_ node: JSONNode) -> Bool {
        NodeWalk(node).contains { step in
            switch step.node.content {
            case .symbol: true
            case .string(let text):
                !symbols(in: text).isEmpty || (text.hasPrefix("{%") && (text.containsText("Task") || text.containsText("$states")))
            case .null, .bool, .number, .array, .object: false
            }
        }
    }
}

extension String {
    /// Whether the bytes of the other text occur in this one.
    fileprivate func containsText(_ other: StaticString) -> Bool {
        other.withUTF8Buffer { needle in
            let bytes = Array(utf8)
            guard let first = needle.first, bytes.count >= needle.count else { return false }
            for start in 0...(bytes.count - needle.count) where bytes[start] == first {
                if bytes[start..<(start + needle.count)].elementsEqual(needle) { return true }
            }
            return false
        }
    }
}
