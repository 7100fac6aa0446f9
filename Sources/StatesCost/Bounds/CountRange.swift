/// How often something is counted at least, and at most.
public struct CountRange: Sendable, Hashable {
    /// The fewest.
    public var least: Int
    /// The most, which may depend on what nobody has given.
    public var most: Amount

    init(_ least: Int, _ most: Amount) {
        self.least = min(least, Amount.limit)
        self.most = most
    }

    init(exactly count: Int) { self.init(count, Amount(count)) }

    static func + (left: CountRange, right: CountRange) -> CountRange {
        CountRange(left.least.plus(right.least), left.most + right.most)
    }

    static func + (left: CountRange, right: Int) -> CountRange { CountRange(left.least.plus(right), left.most + right) }

    /// What covers both.
    static func covering(_ left: CountRange?, _ right: CountRange?) -> CountRange? {
        guard let left, let right else { return left ?? right }
        return CountRange(min(left.least, right.least), Amount.larger(left.most, right.most))
    }
}

extension Int {
    /// The sum, which stays where counting stops.
    func plus(_ other: Int) -> Int {
        Swift.min(Amount.limit, addingReportingOverflow(other).overflow ? Amount.limit : self + other)
    }

    /// The product, which stays where counting stops.
    func times(_ other: Int) -> Int {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? Amount.limit : Swift.min(product, Amount.limit)
    }
}

/// What is counted: state transitions, or the events that a history has room for.
public struct Tally: Sendable {
    let enter: @Sendable (Flow.State) -> Int
    let retry: @Sendable (Flow.State) -> Int
    let iteration: Int
    /// What a child execution of a Distributed Map counts.
    let children: Children

    enum Children {
        /// What is billed for it: its own transitions, or one of its parent's if it is Express.
        case asBilled
        /// Whatever it does, of either type.
        case asRun
        /// Nothing: it has a history of its own.
        case none
    }

    /// State transitions: states entered, and retries (cost.md section 1).
    public static let transitions = Tally(enter: { _ in 1 }, retry: { _ in 1 }, iteration: 0, children: .asBilled)

    /// Events of the history, by the shape of each construct (cost.md section 6). Start and end of the execution come on top.
    public static let events = Tally(
        enter: { state in
            switch state.kind {
            case .pass, .choice, .wait, .succeed: 2
            case .fail: 1
            case .task(let resource): resource.isSync || resource.isCallback ? 6 : 5
            case .parallel: 4
            case .map(let map): map.isDistributed ? 6 : 4
            }
        },
        retry: { state in if case .task = state.kind { 3 } else { 1 } },
        iteration: 2, children: .none)
}

extension Tally {
    /// Requests of one kind, such as `lambda:invoke`: what other services bill.
    public static func calls(of call: String) -> Tally {
        let count: @Sendable (Flow.State) -> Int = { $0.resource?.call == call ? 1 : 0 }
        return Tally(enter: count, retry: count, iteration: 0, children: .asRun)
    }
}

/// The errors that matter in a place: those that some `ErrorEquals` around it names, and any other.
struct ErrorNames {
    /// The names; number 0 is any other error, and the first name's number is 1.
    private(set) var names: [String] = []

    var count: Int { names.count + 1 }

    /// With the names that these add. Wildcards are no names of errors, and `States.Runtime` is never retried or caught.
    func adding(_ more: [String]) -> ErrorNames {
        var all = self
        for name in more where !Self.wildcards.contains(name) && name != "States.Runtime" && !all.names.contains(name) {
            all.names.append(name)
        }
        // `States.TaskFailed` matches everything but timeouts, so they must be told apart.
        if more.contains("States.TaskFailed"), !all.names.contains("States.Timeout") { all.names.append("States.Timeout") }
        return all
    }

    /// The number of a name.
    func number(of name: String?) -> Int {
        guard let name, let at = names.firstIndex(of: name) else { return 0 }
        return at + 1
    }

    func name(_ number: Int) -> String? { number == 0 ? nil : names[number - 1] }

    /// Whether `ErrorEquals` takes the error of that number: the kernel's own rule (asl.md section 10).
    func matches(_ errors: [String], _ number: Int, isFromBranch: Bool) -> Bool {
        let name = name(number)
        return errors.contains { Self.matches($0, name, isFromBranch: isFromBranch) }
    }

    static func matches(_ pattern: String, _ error: String?, isFromBranch: Bool) -> Bool {
        if let error, error == pattern { return error != "States.Runtime" }
        return switch pattern {
        case "States.ALL": error != "States.Runtime"
        case "States.TaskFailed": error != "States.Timeout" && error != "States.Runtime"
        case "States.BranchFailed": isFromBranch && error != "States.Runtime"
        default: false
        }
    }

    private static let wildcards: Set<String> = ["States.ALL", "States.TaskFailed", "States.BranchFailed"]
}
