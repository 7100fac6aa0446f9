public import StatesJSON
import StatesKernel
import StatesLanguage
public import StatesRuntime
import Synchronization

/// AWS Step Functions as a value layer: a request in, the members of the response or an error out. No sockets.
///
/// What it answers is durable. Reading and changing the register may wait for the medium, so that happens in tasks of its own;
/// starts, answers to tasks and polls go straight to the runtime.
public final class StatesService: Sendable {
    /// What runs the executions.
    public let runtime: Runtime
    /// Where it pretends to be.
    public let configuration: ServiceConfiguration
    let registry: RegistryStore
    let cache = DefinitionCache()
    let pages: PageTokens

    /// A service over that runtime. What the runtime's journal holds of machines, aliases and activities is there again.
    public init(runtime: Runtime, configuration: ServiceConfiguration) throws {
        self.runtime = runtime
        self.configuration = configuration
        registry = try RegistryStore(runtime)
        pages = PageTokens(secret: runtime.randomBytes(16))
    }

    /// The members of a response, or an error of AWS's.
    public typealias Response = Result<JSONObject, APIError>

    /// Answers a request.
    ///
    /// - Parameter reply: Called once, on any thread, with what is durable by then.
    /// - Returns: For a request that waits for something, how to end the wait.
    @discardableResult
    public func answer(_ request: Request, then reply: @escaping @Sendable (Response) -> Void) -> PendingAnswer? {
        do throws(APIError) {
            switch request.operation {
            case .startExecution: try startExecution(request, reply)
            case .startSyncExecution: try startSyncExecution(request, reply)
            case .sendTaskSuccess, .sendTaskFailure, .sendTaskHeartbeat: try send(request, reply)
            case .getActivityTask: return try getActivityTask(request, reply)
            default: Task { reply(await self.considered(request)) }
            }
        } catch {
            reply(.failure(error))
        }
        return nil
    }

    /// Answers a request, for callers that wait.
    public func answer(_ request: Request) async throws(APIError) -> JSONObject {
        let answer: Response = await withCheckedContinuation { continuation in
            _ = self.answer(request, then: { continuation.resume(returning: $0) })
        }
        return try answer.get()
    }

    /// Answers what may take a while.
    private func considered(_ request: Request) async -> Response {
        do {
            return .success(try await perform(request))
        } catch {
            return .failure(APIError(error))
        }
    }

    private func perform(_ request: Request) async throws -> JSONObject {
        switch request.operation {
        case .createStateMachine: try createStateMachine(request)
        case .updateStateMachine: try updateStateMachine(request)
        case .describeStateMachine: try describeStateMachine(request)
        case .deleteStateMachine: try deleteStateMachine(request)
        case .listStateMachines: try listStateMachines(request)
        case .describeStateMachineForExecution: try describeStateMachineForExecution(request)
        case .validateStateMachineDefinition: validateStateMachineDefinition(request)
        case .publishStateMachineVersion: try publishStateMachineVersion(request)
        case .listStateMachineVersions: try listStateMachineVersions(request)
        case .deleteStateMachineVersion: try deleteStateMachineVersion(request)
        case .createStateMachineAlias: try createStateMachineAlias(request)
        case .updateStateMachineAlias: try updateStateMachineAlias(request)
        case .describeStateMachineAlias: try describeStateMachineAlias(request)
        case .deleteStateMachineAlias: try deleteStateMachineAlias(request)
        case .listStateMachineAliases: try listStateMachineAliases(request)
        case .createActivity: try createActivity(request)
        case .describeActivity: try describeActivity(request)
        case .deleteActivity: try deleteActivity(request)
        case .listActivities: try listActivities(request)
        case .tagResource: try tagResource(request)
        case .untagResource: try untagResource(request)
        case .listTagsForResource: try listTagsForResource(request)
        case .stopExecution: try await stopExecution(request)
        case .describeExecution: try await describeExecution(request)
        case .listExecutions: try listExecutions(request)
        case .getExecutionHistory: try getExecutionHistory(request)
        case .redriveExecution: try redriveExecution(request)
        case .describeMapRun, .updateMapRun: throw try noMapRun(request)
        case .listMapRuns: try listMapRuns(request)
        case .testState: try await testState(request)
        case .startExecution, .startSyncExecution, .sendTaskSuccess, .sendTaskFailure, .sendTaskHeartbeat, .getActivityTask:
            preconditionFailure("answered by callbacks")
        }
    }
}

/// An answer that waits for something to happen.
public struct PendingAnswer: Sendable {
    /// Ends the wait: the answer comes at once, and is empty.
    public let end: @Sendable () -> Void
}

extension APIError {
    /// Any error as a client shall see it.
    init(_ error: any Error) {
        switch error {
        case let error as APIError: self = error
        case let error as RuntimeError: self.init(runtime: error)
        case let error as InvalidDefinition: self.init("InvalidDefinition", error.awsMessage)
        default: self = .internalFailure("\(error)")
        }
    }

    private init(runtime error: RuntimeError) {
        switch error {
        case .executionAlreadyExists: self.init("ExecutionAlreadyExists", error.description)
        case .invalidName: self.init("InvalidName", error.description)
        case .invalidInput: self.init("InvalidExecutionInput", error.description)
        case .invalidOutput: self.init("InvalidOutput", error.description)
        case .executionDoesNotExist: self.init("ExecutionDoesNotExist", error.description)
        case .invalidToken: self = .invalidToken
        case .taskTimedOut: self.init("TaskTimedOut", error.description)
        case .isExpress: self = .invalidArn("Resource type not valid in this context: express")
        case .unsupported(let what), .noTestCase(let what): self = .validation(what)
        case .noTaskWaiting, .severalTasksWaiting, .damaged, .invalidStoredDefinition, .unanswered, .journalFailed, .noThread:
            self = .internalFailure(error.description)
        case .closed:
            self = .internalFailure(error.description)
            code = "ServiceUnavailable"
            status = 503
        }
    }
}

/// Definitions that were read, checked and compiled, by name and text.
final class DefinitionCache: Sendable {
    private struct Key: Hashable {
        let name: String
        let isExpress: Bool
        let hash: String
    }

    private let machines = Mutex<[Key: StateMachine]>([:])
    private static let limit = 1_000

    /// The compiled definition, made by `make` if it is not known.
    func machine(name: String, isExpress: Bool, hash: String, make: () throws -> StateMachine) rethrows -> StateMachine {
        let key = Key(name: name, isExpress: isExpress, hash: hash)
        if let known = machines.withLock({ $0[key] }) { return known }
        let made = try make()
        machines.withLock { machines in
            if machines.count >= Self.limit { machines.removeAll() }
            machines[key] = made
        }
        return made
    }
}
