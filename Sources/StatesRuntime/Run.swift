public import StatesJSON
public import StatesKernel
public import StatesLanguage

/// An execution as a value: how it ended, or in a test kit's hands how it stands.
public struct Run: Sendable {
    /// What it was given: name, ARN, input, start time and more.
    public let start: ExecutionStart
    /// What it ran.
    public let plan: Plan
    /// How it ended.
    public let status: ExecutionStatus
    /// Its output if it succeeded, else nil.
    public let output: JSONValue?
    /// The error it failed with, if it named one.
    public let error: String?
    /// The cause it failed with, if it named one.
    public let cause: String?
    /// When it ended, in milliseconds since 1970.
    public let stopTime: Int64
    /// How many state transitions it made, retries included.
    public let transitions: Int
    /// Everything that happened, in order; empty if the run was asked for without its history.
    public let records: [Record]

    package init(_ execution: Execution, records: [Record]) {
        start = execution.start
        plan = execution.plan
        status = execution.status
        output = execution.output?.value
        error = execution.error
        cause = execution.cause
        stopTime = execution.stopTime ?? execution.lastTime
        transitions = execution.transitions
        self.records = records
    }

    /// Its name.
    public var name: String { start.name }
    /// Its ARN.
    public var arn: String { start.arn }
    /// Its input.
    public var input: JSONValue { start.input }
    /// When it started, in milliseconds since 1970.
    public var startTime: Int64 { start.time }

    /// The names of the states it entered, in order. Branches and iterations are interleaved as they ran.
    public var path: [String] {
        records.compactMap { record in
            if case .stateEntered(let state, _) = record.change { plan.states[Int(state)].name } else { nil }
        }
    }

    /// Its history as AWS shows it.
    public var history: [HistoryEvent] { HistoryView.events(of: records, plan: plan, region: start.region) }

    /// How often a state made its request, over all visits: 1 plus the retries for a Task that was entered once.
    public func attempts(of state: String) -> Int {
        var states: [Int32: Int] = [:]
        var attempts = 0
        for record in records {
            switch record.change {
            case .stateEntered(let number, _): states[record.thread] = Int(number)
            case .taskScheduled, .parallelStarted, .mapStarted:
                if states[record.thread].map({ plan.states[$0].name == state }) == true { attempts += 1 }
            case .executionStarted, .executionSucceeded, .executionFailed, .executionTimedOut, .executionAborted, .stateExited,
                .stateAborted, .taskStarted, .taskSubmitted, .taskSucceeded, .taskFailed, .taskTimedOut, .retryScheduled,
                .waitStarted,
                .parallelSucceeded, .parallelFailed, .iterationStarted, .iterationSucceeded, .iterationFailed, .iterationAborted,
                .mapSucceeded, .mapFailed, .evaluationFailed:
                break
            }
        }
        return attempts
    }
}

extension ExecutionStart {
    /// The region in its ARN.
    package var region: String {
        let parts = arn.split(separator: ":", maxSplits: 4, omittingEmptySubsequences: false)
        return parts.count > 4 ? String(parts[3]) : ""
    }
}

/// A started execution.
public struct ExecutionHandle: Sendable, Hashable {
    /// Its number in the journal.
    public let number: UInt64
    /// Its name.
    public let name: String
    /// Its ARN.
    public let arn: String
    /// When it started, in milliseconds since 1970.
    public let startTime: Int64

    init(_ start: ExecutionStart) {
        number = start.number
        name = start.name
        arn = start.arn
        startTime = start.time
    }
}
