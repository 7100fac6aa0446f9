import StatesJSON
import StatesLanguage
import StatesText

/// A task token, taken apart: which execution, which task, and the secret that proves it was issued.
///
/// The text is URL-safe, and opaque to whoever holds it. The secret is derived from the execution's seed, so a token needs no
/// record of its own, and knowing one gives nothing away about another.
public struct TaskToken: Sendable, Hashable {
    /// The execution's number.
    public let execution: UInt64
    /// The task.
    public let task: TaskName
    /// 32 bytes that only the issuer can make.
    public let secret: [UInt8]

    private static let size = 48

    init(execution: UInt64, task: TaskName, secret: [UInt8]) {
        self.execution = execution
        self.task = task
        self.secret = secret
    }

    /// A token from its text, or nil if this is none.
    public init?(_ text: String) {
        guard text.utf8.count <= 128 else { return nil }
        let standard = text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }
        guard let bytes = Base64.decode(String(standard)), bytes.count == Self.size else { return nil }
        func number(_ range: Range<Int>) -> UInt64 { bytes[range].reduce(0) { $0 << 8 | UInt64($1) } }
        execution = number(0..<8)
        task = TaskName(
            thread: Int32(truncatingIfNeeded: number(8..<12)), generation: Int32(truncatingIfNeeded: number(12..<16)))
        secret = Array(bytes[16...])
    }

    /// The text that is handed out.
    public var text: String {
        var bytes: [UInt8] = []
        for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: execution >> UInt64(shift))) }
        for part in [task.thread, task.generation] {
            for shift in stride(from: 24, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: part >> Int32(shift))) }
        }
        return String(Base64.encode(bytes + secret).map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
    }
}

extension Execution {
    func token(for task: TaskName) -> String {
        TaskToken(execution: start.number, task: task, secret: secret(of: task)).text
    }

    private func secret(of task: TaskName) -> [UInt8] {
        start.seed.bytes(for: .token, thread: task.thread, counter: UInt64(UInt32(bitPattern: task.generation)))
    }

    /// Whether this execution issued the token. It may have been answered since: `step` decides that.
    public func issued(_ token: TaskToken) -> Bool {
        let own = secret(of: token.task)
        guard token.execution == start.number, token.secret.count == own.count else { return false }
        // Every byte is looked at, so that the time it takes says nothing about how many are right.
        return zip(token.secret, own).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

/// Something that an execution waits for, as a person would say it.
public struct Waiting: Sendable, Equatable {
    /// The name of the state.
    public var state: String
    /// The thread of control.
    public var thread: Int32
    /// What it waits for.
    public var reason: Reason
    /// Until when, in milliseconds since 1970, if there is a limit.
    public var due: Int64?

    /// The things that are waited for.
    public enum Reason: Sendable, Equatable {
        /// A Wait state's end.
        case time
        /// The delay before a retry.
        case retry
        /// A task that nobody has taken.
        case taskScheduled(TaskName)
        /// A task that runs.
        case taskRunning(TaskName)
        /// A token's answer.
        case callback(TaskName, token: String)
    }
}

extension Execution {
    /// Everything the execution waits for, in the order of its threads.
    public var waiting: [Waiting] {
        threads.indices.compactMap { slot in
            let thread = threads[slot]
            func waiting(_ reason: Waiting.Reason, due: Int64?) -> Waiting {
                Waiting(state: plan.states[Int(thread.state)].name, thread: Int32(slot), reason: reason, due: due)
            }
            switch thread.pending {
            case .waiting(_, let due): return waiting(.time, due: due)
            case .retrying(_, let due): return waiting(.retry, due: due)
            case .task(let task):
                let name = TaskName(thread: Int32(slot), generation: task.generation)
                let due = [task.timeoutDue, task.heartbeatDue.value].compactMap { $0 }.min()
                let request = request(of: Int32(slot))
                if let request, let token = request.token,
                    request.resource.isActivity
                        || (task.phase == .submitted && request.resource.pattern == .waitForTaskToken)
                {
                    return waiting(.callback(name, token: token), due: due)
                }
                return waiting(task.phase == .scheduled ? .taskScheduled(name) : .taskRunning(name), due: due)
            case .free, .ready, .entered, .children, .finished: return nil
            }
        }
    }
}
