import StatesJSON

/// What a case expects of its run: clauses, each with its place in the test file.
package struct Expectation: Sendable {
    var clauses: [Clause] = []

    /// One thing that is expected.
    struct Clause: Sendable {
        var kind: Kind
        var place: SourceRange
    }

    /// A value with its place.
    struct Placed<Value: Sendable>: Sendable {
        var value: Value
        var place: SourceRange
    }

    /// The things that can be expected.
    enum Kind: Sendable {
        case status(String)
        case output(JSONValue)
        /// Members that the output has, among others.
        case outputContains(JSONValue)
        case check(Check)
        /// Nil expects that there is none.
        case error(String?)
        case cause(String?)
        case causeContains(String)
        /// All states in the order in which they were entered.
        case path([Placed<String>])
        case visited([Placed<String>])
        case notVisited([Placed<String>])
        /// States that were entered in this order, others between them.
        case order([Placed<String>])
        /// The same, after the last failure of a state.
        case afterFailure(Placed<String>, [Placed<String>])
        /// Variables of the outermost scope at the end, among others.
        case variable(String, JSONValue)
        /// Events in this order, others between them.
        case events([Placed<JSONValue>])
        case retries(Placed<String>, Int)
        case attempts(Placed<String>, Int)
        /// How long each visit of a Wait state took, in milliseconds.
        case waits(Placed<String>, [Int64])
        /// The delays before a state's retries, in milliseconds.
        case delays(Placed<String>, [Int64])
        /// Members of what a task was asked, once for all attempts or one after the other.
        case asked(Placed<String>, [JSONValue])
        /// Members of what a state gave to the next, once for all visits or one after the other.
        case gave(Placed<String>, [JSONValue])
        case transitions(Int)
        /// How long the execution took, in milliseconds.
        case took(Int64)
        case budget(Budget)
        /// The states that wait for something.
        case waiting([Placed<String>])
        /// Everything is as it was when the snapshot was taken.
        case snapshot
        /// Of one state alone: where control goes; nil if it ends there.
        case next(String?)
        /// Of one state alone: data on the way through it.
        case inspection(String, JSONValue)
    }

    /// What a run may cost at most.
    struct Budget: Sendable {
        var transitions: Int?
        var nanodollars: Int64?
        var region = "us-east-1"
        /// In milliseconds of virtual time.
        var time: Int64?
    }

    /// The states that are named, with their places: a misspelt one would make `notVisited` true.
    var namedStates: [Placed<String>] {
        clauses.flatMap { clause -> [Placed<String>] in
            switch clause.kind {
            case .path(let names), .visited(let names), .notVisited(let names), .order(let names), .waiting(let names): names
            case .afterFailure(let name, let names): [name] + names
            case .retries(let name, _), .attempts(let name, _), .waits(let name, _), .delays(let name, _), .asked(let name, _),
                .gave(let name, _):
                [name]
            case .status, .output, .outputContains, .check, .error, .cause, .causeContains, .variable, .events, .transitions, .took,
                .budget, .snapshot, .next, .inspection:
                []
            }
        }
    }

    var wantsSnapshot: Bool {
        clauses.contains { if case .snapshot = $0.kind { true } else { false } }
    }
}

/// What a run came to, wherever it ran: what expectations are compared with.
package struct Outcome: Sendable {
    /// As AWS names it; of one state alone `SUCCEEDED`, `RETRIABLE`, `CAUGHT_ERROR` or `FAILED`.
    package var status: String
    package var output: JSONValue?
    package var error: String?
    package var cause: String?
    package var trail: Trail
    /// In milliseconds since 1970.
    package var startTime: Int64
    package var stopTime: Int64
    package var isExpress = false
    /// The states that wait for something.
    package var waiting: [String] = []
    /// Of one state alone: where control goes.
    package var next: String?
    /// Of one state alone: data on the way through it.
    package var inspection = JSONObject()

    package init(
        status: String, output: JSONValue?, error: String?, cause: String?, trail: Trail, startTime: Int64, stopTime: Int64
    ) {
        self.status = status
        self.output = output
        self.error = error
        self.cause = cause
        self.trail = trail
        self.startTime = startTime
        self.stopTime = stopTime
    }
}

/// Something that is not as expected.
package struct Mismatch: Sendable, Equatable {
    /// What is wrong, as a sentence without its end.
    package var message: String
    /// Where the expectation stands in the test file.
    package var place: SourceRange?
    /// What was expected, where two lines say more than one.
    package var expected: String?
    /// What was found instead.
    package var actual: String?
    /// The visit that it is about, if it is about one.
    package var visit: Int?

    init(_ message: String, place: SourceRange?, expected: String? = nil, actual: String? = nil, visit: Int? = nil) {
        self.message = message
        self.place = place
        self.expected = expected
        self.actual = actual
        self.visit = visit
    }
}
