public import StatesJSON

/// One answer that is fixed beforehand: what, and after how long.
public struct Answer: Sendable, Equatable {
    /// What is answered.
    public var outcome: Outcome
    /// How long after its start the task answers, in milliseconds of the runtime's clock.
    public var afterMilliseconds: Int64

    /// Success or failure.
    public enum Outcome: Sendable, Equatable {
        /// The task answers with this value.
        case value(JSONValue)
        /// The task fails.
        case failure(error: String, cause: String)
    }

    /// An answer.
    public init(_ outcome: Outcome, after delay: Duration = .zero) {
        self.outcome = outcome
        let (seconds, attoseconds) = delay.components
        afterMilliseconds = max(0, seconds * 1_000 + attoseconds / 1_000_000_000_000_000)
    }

    /// The task answers with this value.
    public static func returns(_ value: JSONValue, after delay: Duration = .zero) -> Answer { Answer(.value(value), after: delay) }

    /// The task fails.
    public static func `throws`(error: String, cause: String = "", after delay: Duration = .zero) -> Answer {
        Answer(.failure(error: error, cause: cause), after: delay)
    }
}

extension Answer {
    /// Reads answers in the one grammar that functions files, test files and mocks share: `return`, `throw {error, cause}`,
    /// `after DURATION`, or a list of those.
    ///
    /// - Throws: Everything that is wrong, with places.
    public static func list(from node: JSONNode) throws(FileProblems) -> [Answer] {
        var reader = NodeReader()
        let answers = FunctionsFile.answers(node, &reader)
        try reader.finish()
        return answers ?? []
    }
}
