import StatesJSON
public import StatesKernel
import StatesLanguage
import Synchronization

/// Reads executions back from a journal, beside whoever writes it.
public final class Archive: Sendable {
    private let journal: any Journal
    /// Plans of stored definitions that were asked for.
    private let plans = Mutex<[String: Plan]>([:])
    private static let planLimit = 64

    /// An archive over that journal.
    public init(_ journal: any Journal) { self.journal = journal }

    /// All executions that are kept, newest first, with numbers below `before` if given.
    public func executions(before: UInt64? = nil, limit: Int = 100) throws -> [ExecutionSummary] {
        try journal.executions(before: before, limit: limit)
    }

    /// The newest execution of that name, or the one of that ARN.
    public func summary(of nameOrArn: String, machineArn: String? = nil) throws -> ExecutionSummary {
        let name = Self.name(of: nameOrArn)
        guard let summary = try journal.execution(named: name, machineArn: machineArn ?? Self.machineArn(of: nameOrArn)),
            name == nameOrArn || summary.arn == nameOrArn
        else {
            throw RuntimeError.executionDoesNotExist(nameOrArn)
        }
        return summary
    }

    /// The last part of an execution's ARN that is its name; anything else is a name itself.
    static func name(of text: String) -> String {
        guard text.hasPrefix("arn:") else { return text }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count > 7 ? String(parts[7]) : text
    }

    /// The ARN of the state machine that an execution's ARN names, or nil if the text is none.
    static func machineArn(of text: String) -> String? {
        guard text.hasPrefix("arn:") else { return nil }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count > 7 ? parts[..<5].joined(separator: ":") + ":stateMachine:" + parts[6] : nil
    }

    /// The history of a Standard execution, as far as it is durable.
    public func history(_ summary: ExecutionSummary) throws -> [HistoryEvent] {
        if summary.isExpress { throw RuntimeError.isExpress(summary.arn) }
        let (execution, records) = try rebuild(summary)
        return HistoryView.events(of: records, plan: execution.plan, region: execution.start.region)
    }

    /// How a Standard execution stands, as far as it is durable.
    public func description(_ summary: ExecutionSummary) throws -> ExecutionDescription {
        if summary.isExpress { throw RuntimeError.isExpress(summary.arn) }
        return ExecutionDescription(try rebuild(summary).execution)
    }

    /// The history of a Standard execution, as far as it is durable.
    public func history(of nameOrArn: String, machineArn: String? = nil) throws -> [HistoryEvent] {
        let summary = try standard(nameOrArn, machineArn)
        let (execution, records) = try rebuild(summary)
        return HistoryView.events(of: records, plan: execution.plan, region: execution.start.region)
    }

    /// How an execution stands, as far as it is durable.
    public func description(of nameOrArn: String, machineArn: String? = nil) throws -> ExecutionDescription {
        let summary = try standard(nameOrArn, machineArn)
        return ExecutionDescription(try rebuild(summary).execution)
    }

    /// An execution that has ended, with its history.
    public func run(of nameOrArn: String, machineArn: String? = nil) throws -> Run {
        try run(number: try standard(nameOrArn, machineArn).number)
    }

    private func standard(_ nameOrArn: String, _ machineArn: String?) throws -> ExecutionSummary {
        let summary = try summary(of: nameOrArn, machineArn: machineArn)
        if summary.isExpress { throw RuntimeError.isExpress(summary.arn) }
        return summary
    }

    func run(number: UInt64) throws -> Run {
        let (execution, records) = try rebuild(number: number, name: "number \(number)")
        guard execution.status != .running else {
            throw RuntimeError.damaged(execution: execution.start.name, reason: "it has not ended")
        }
        return Run(execution, records: records)
    }

    package func rebuild(_ summary: ExecutionSummary) throws -> (execution: Execution, records: [Record]) {
        try rebuild(number: summary.number, name: summary.name)
    }

    /// Decodes an execution's records and applies them.
    private func rebuild(number: UInt64, name: String) throws -> (execution: Execution, records: [Record]) {
        let bodies = try journal.entries(of: number, kind: .record)
        var decoder = RecordDecoder()
        var execution: Execution?
        var records: [Record] = []
        records.reserveCapacity(bodies.count)
        for body in bodies {
            let record: Record
            do {
                record = try decoder.decode(body)
            } catch {
                throw RuntimeError.damaged(execution: name, reason: "record \(records.count + 1): \(error)")
            }
            try Self.apply(record, to: &execution, name: name) { try plan(hash: $0, execution: name) }
            records.append(record)
        }
        guard let execution else { throw RuntimeError.executionDoesNotExist(name) }
        return (execution, records)
    }

    private static func apply(
        _ record: Record, to execution: inout Execution?, name: String, plan: (String) throws -> Plan
    ) throws {
        guard execution != nil else {
            guard case .executionStarted(let start) = record.change else {
                throw RuntimeError.damaged(execution: name, reason: "its first record is not its start")
            }
            execution = Execution(plan: try plan(start.definitionHash), replaying: record)
            return
        }
        guard execution?.accepts(record) == true else {
            throw RuntimeError.damaged(execution: name, reason: "record \(record.number) does not follow from those before")
        }
        execution?.apply(record)
    }

    /// The plan of a stored definition.
    func plan(hash: String, execution: String) throws -> Plan {
        if let known = plans.withLock({ $0[hash] }) { return known }
        guard let text = try journal.definition(hash: hash) else {
            throw RuntimeError.damaged(execution: execution, reason: "its definition \(hash) is missing")
        }
        let plan: Plan
        do {
            plan = try StateMachine(definition: text).plan
        } catch {
            throw RuntimeError.invalidStoredDefinition(execution: execution, reason: "\(error)")
        }
        plans.withLock { plans in
            if plans.count >= Self.planLimit { plans.removeAll() }
            plans[hash] = plan
        }
        return plan
    }
}

/// How an execution stands: what DescribeExecution answers, and what it waits for.
public struct ExecutionDescription: Sendable {
    /// What it was given: name, ARN, input, start time and more.
    public let start: ExecutionStart
    /// How it stands.
    public let status: ExecutionStatus
    /// Its output if it succeeded, else nil.
    public let output: String?
    /// The error it failed with, if it named one.
    public let error: String?
    /// The cause it failed with, if it named one.
    public let cause: String?
    /// When it ended, in milliseconds since 1970, or nil.
    public let stopTime: Int64?
    /// How many state transitions it made, retries included.
    public let transitions: Int
    /// What it waits for, in the order of its threads of control.
    public let waiting: [Waiting]

    init(_ execution: Execution) {
        start = execution.start
        status = execution.status
        output = execution.output?.value.compactText
        error = execution.error
        cause = execution.cause
        stopTime = execution.stopTime
        transitions = execution.transitions
        waiting = execution.status == .running ? execution.waiting : []
    }

    init(_ live: LiveDescription) {
        start = live.start
        status = .running
        output = nil
        error = nil
        cause = nil
        stopTime = nil
        transitions = live.transitions
        waiting = live.waiting
    }
}
