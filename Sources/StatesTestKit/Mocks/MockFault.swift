public import StatesJSON

/// Why a mock could not do what was asked of it: the test is wrong about the workflow, or the workflow about the test.
public struct MockFault: Error, Sendable, CustomStringConvertible {
    /// What went wrong.
    public let kind: Kind
    /// A sentence that says what was asked and what exists.
    public let description: String
    /// The mock's place in its file, or nil for mocks made in Swift.
    public let place: SourceRange?
    /// The state that asked, if one did.
    public let state: String?

    /// The kinds of fault.
    public enum Kind: Sendable, Hashable {
        /// No mock answers that request.
        case unanswered
        /// The mock's answers are used up.
        case exhausted
        /// The answer cannot be what the service answers.
        case misshapen
        /// A mock, or one of its answers, was never asked for.
        case unused
        /// The mock names nothing that the definition has.
        case unknown
        /// The test answers a state that waits for nothing.
        case notWaiting
        /// The execution goes on forever.
        case endless
    }

    init(_ kind: Kind, _ description: String, place: SourceRange? = nil, state: String? = nil) {
        self.kind = kind
        self.description = description
        self.place = place
        self.state = state
    }
}

/// Several faults at once.
public struct MockFaults: Error, Sendable, CustomStringConvertible {
    /// The faults; never empty.
    public let faults: [MockFault]

    /// One sentence after the other.
    public var description: String { faults.map(\.description).joined(separator: "\n") }
}
