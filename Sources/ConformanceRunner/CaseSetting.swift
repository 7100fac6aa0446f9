import StatesJSON
import StatesKernel
import StatesLanguage

/// A case made ready to run: placeholders replaced, state machines compiled, functions and workers in place.
struct CaseSetting {
    var substitution: Substitution
    /// Functions, queues and the rest.
    var services: ServiceStandIns
    /// Those who answer tokens.
    var workers: [Worker] = []
    /// The state machines, by ARN.
    private(set) var machines: [String: StateMachine] = [:]
    /// The ARN of the machine that is measured.
    private(set) var machineArn = ""
    /// What its execution is started with.
    let inputText: String
    /// The calls that are made while it runs, 300 ms apart.
    let calls: [JSONValue]

    /// The machine that is measured.
    var machine: StateMachine {
        guard let machine = machines[machineArn] else { preconditionFailure("the measured machine was created") }
        return machine
    }

    static let region = "us-east-1"
    static let account = "111111111111"
    static let role = "arn:aws:iam::\(account):role/conformance-role"
    /// When cases begin, in milliseconds since 1970: 2026-01-01T00:00:00Z.
    static let beginning: Int64 = 1_767_225_600_000

    /// - Throws: What is wrong with a definition.
    init(_ found: ConformanceCase, uid: String) throws {
        let content = found.content
        var substitution = Substitution(uid: uid)
        services = ServiceStandIns(uid: uid)
        var definitions: [(name: String, text: String, type: MachineType)] = []
        for call in content["setup"]?.array ?? [] {
            let parameters = substitution.fill(call["params"] ?? .emptyObject)
            let name = parameters["name"]?.string ?? ""
            if call["op"]?.string == "CreateActivity" {
                substitution.arns["activity:" + name] = Self.arn("activity", name)
            } else {
                substitution.arns["stateMachine:" + name] = Self.arn("stateMachine", name)
                let type: MachineType = parameters["type"]?.string == "EXPRESS" ? .express : .standard
                definitions.append((name, parameters["definition"]?.string ?? "", type))
            }
        }
        for (name, behaviour) in (content["functions"]?.object ?? JSONObject()).map({ ($0.name, $0.value) }) {
            services.functions[substitution.fill(name)] = LambdaFunction(behaviour)
        }
        workers = (content["actors"]?.array ?? []).map { Worker(substitution.fill($0)) }
        services.queues = Set(workers.compactMap(\.queue) + Self.queueNames(in: content, substitution))
        let text = content["definition"].map { substitution.fill($0).spacedText } ?? content["definitionText"]?.string ?? ""
        definitions.append(("conf-" + uid, text, found.isExpress ? .express : .standard))
        // What StartExecution is sent; `{}` stands for no input.
        inputText =
            content["input"].map { substitution.fill($0).spacedText } ?? content["inputText"]?.string.map(substitution.fill) ?? "{}"
        calls = (content["during"]?.array ?? []).map(substitution.fill)
        self.substitution = substitution
        for (name, text, type) in definitions {
            machineArn = Self.arn("stateMachine", name)
            machines[machineArn] = try StateMachine(definition: text, name: name, type: type)
        }
    }

    private static func arn(_ kind: String, _ name: String) -> String { "arn:aws:states:\(region):\(account):\(kind):\(name)" }

    /// The names in `${queue:NAME}`, wherever the case has one.
    private static func queueNames(in value: JSONValue, _ substitution: Substitution) -> [String] {
        switch value {
        case .null, .bool, .number: return []
        case .string(let text):
            let filled = substitution.fill(text)
            guard text.contains("${queue:"), filled.hasPrefix(Substitution.queueHost) else { return [] }
            return [String(filled.dropFirst(Substitution.queueHost.count))]
        case .array(let items): return items.flatMap { queueNames(in: $0, substitution) }
        case .object(let object): return object.flatMap { queueNames(in: $0.value, substitution) }
        }
    }
}

/// How an execution ended, whatever drove it.
struct CaseOutcome {
    let status: ExecutionStatus
    let output: JSONValue?
    let error: String?
    let cause: String?
    /// Everything that was recorded.
    let records: [Record]
    /// Why replaying the encoded records does not rebuild the execution, if it does not.
    var replayDifference: String?
}

/// What drives the kernel.
enum CaseDriver: String {
    /// One thread and a virtual clock, made for this tool.
    case kernel
    /// `StatesRuntime` with its virtual clock.
    case runtime
}
