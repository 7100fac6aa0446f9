/// The numbers that a definition does not know: how many items, how often, how likely, how long.
///
/// Everything is by the name of a state. What is absent is not guessed.
public struct Profile: Sendable, Equatable {
    /// The items of Map states.
    public var items: [String: Int] = [:]
    /// The probability that a Choice state goes to a state: by the Choice, then by where it goes.
    public var probabilities: [String: [String: Double]] = [:]
    /// The probability that an attempt of a Task fails: by the Task, then by the error's name; `States.TaskFailed` where none is named.
    public var failures: [String: [String: Double]] = [:]
    /// How often loops are gone through: the visits of the named state each time the loop is come to.
    public var rounds: [String: Int] = [:]
    /// How long Tasks and Wait states without given seconds take, in milliseconds.
    public var durations: [String: Int] = [:]
    /// The size of the data that flows, in bytes; nil if nobody said.
    public var payloadBytes: Int?

    /// A profile that says nothing.
    public init() {}

    /// The error of a failure that is given without a name.
    public static let anyError = "States.TaskFailed"

    /// Whether nothing is said that transitions depend on.
    public var saysNothing: Bool { items.isEmpty && probabilities.isEmpty && failures.isEmpty && rounds.isEmpty }

    /// The profile with another's numbers over its own.
    public func overridden(by other: Profile) -> Profile {
        var merged = self
        merged.items.merge(other.items) { $1 }
        merged.probabilities.merge(other.probabilities) { $0.merging($1) { $1 } }
        merged.failures.merge(other.failures) { $0.merging($1) { $1 } }
        merged.rounds.merge(other.rounds) { $1 }
        merged.durations.merge(other.durations) { $1 }
        merged.payloadBytes = other.payloadBytes ?? payloadBytes
        return merged
    }
}

/// A number for something that is not there, or that cannot be.
public struct ProfileMistake: Error, Sendable, Hashable, CustomStringConvertible {
    /// The sentence.
    public let description: String

    init(_ description: String) { self.description = description }
}

/// A profile, resolved against a definition: numbers by the numbers of states.
public struct Numbers: Sendable {
    let items: [Int: Int]
    let rounds: [Int: Int]
    /// By Choice, then by target.
    let probabilities: [Int: [Int: Double]]
    /// By Task: names and probabilities, in the order of names.
    let failures: [Int: [(error: String, probability: Double)]]
    let durations: [Int: Int]

    /// - Throws: what the profile says about states that the definition does not have, or that are of another type.
    public init(_ profile: Profile, for flow: Flow) throws(ProfileMistake) {
        items = try Self.numbers(profile.items, flow, "is no Map state") { if case .map = $0.kind { true } else { false } }
        rounds = try Self.numbers(profile.rounds, flow, "") { _ in true }
        if let none = rounds.first(where: { $0.value < 1 }) {
            throw ProfileMistake("the loop of \"\(flow.states[none.key].name)\" is gone through at least once")
        }
        durations = try Self.numbers(profile.durations, flow, "takes no time of its own") {
            switch $0.kind {
            case .task, .wait: true
            case .pass, .choice, .succeed, .fail, .parallel, .map: false
            }
        }
        var probabilities: [Int: [Int: Double]] = [:]
        for (name, targets) in profile.probabilities.sorted(by: { $0.key < $1.key }) {
            let states = flow.states(named: name)
            guard !states.isEmpty else { throw Self.unknown(name, flow) }
            for state in states { probabilities[state.number] = try Self.probabilities(targets, of: state, flow) }
        }
        self.probabilities = probabilities
        var failures: [Int: [(error: String, probability: Double)]] = [:]
        for (name, errors) in profile.failures.sorted(by: { $0.key < $1.key }) {
            guard errors.values.reduce(0, +) <= 1 + 1e-9 else {
                throw ProfileMistake("the failures of \"\(name)\" add up to more than 1")
            }
            let states = flow.states(named: name).filter { $0.resource != nil }
            guard !states.isEmpty else {
                throw flow.states(named: name).isEmpty ? Self.unknown(name, flow) : ProfileMistake("\"\(name)\" is no Task state")
            }
            for state in states {
                failures[state.number] = errors.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }.filter { $0.1 > 0 }
            }
        }
        self.failures = failures
    }

    private static func numbers(
        _ values: [String: Int], _ flow: Flow, _ mismatch: String, _ fits: (Flow.State) -> Bool
    ) throws(ProfileMistake) -> [Int: Int] {
        var numbers: [Int: Int] = [:]
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            let states = flow.states(named: name)
            guard !states.isEmpty else { throw unknown(name, flow) }
            let fitting = states.filter(fits)
            guard !fitting.isEmpty else { throw ProfileMistake("\"\(name)\" \(mismatch)") }
            for state in fitting { numbers[state.number] = value }
        }
        return numbers
    }

    private static func probabilities(
        _ targets: [String: Double], of state: Flow.State, _ flow: Flow
    ) throws(ProfileMistake) -> [Int: Double] {
        guard case .choice = state.kind else { throw ProfileMistake("\"\(state.name)\" is no Choice state") }
        let possible = flow.targets(of: state)
        var probabilities: [Int: Double] = [:]
        for (name, probability) in targets.sorted(by: { $0.key < $1.key }) {
            guard let target = possible.first(where: { flow.states[$0].name == name }) else {
                let names = possible.map { "\"\(flow.states[$0].name)\"" }.joined(separator: ", ")
                throw ProfileMistake("\"\(state.name)\" never goes to \"\(name)\"; it goes to \(names)")
            }
            probabilities[target] = probability
        }
        let total = probabilities.values.reduce(0, +)
        guard total <= 1 + 1e-9 else { throw ProfileMistake("the probabilities of \"\(state.name)\" add up to more than 1") }
        let rest = possible.filter { probabilities[$0] == nil }
        if rest.count == 1 { probabilities[rest[0]] = max(0, 1 - total) }
        if rest.isEmpty, total < 1 - 1e-6 {
            throw ProfileMistake("the probabilities of \"\(state.name)\" add up to less than 1")
        }
        return probabilities
    }

    private static func unknown(_ name: String, _ flow: Flow) -> ProfileMistake {
        let known = flow.states.prefix(20).map { "\"\($0.name)\"" }.joined(separator: ", ")
        return ProfileMistake("no state is called \"\(name)\"; there are \(known)\(flow.states.count > 20 ? ", …" : "")")
    }
}
