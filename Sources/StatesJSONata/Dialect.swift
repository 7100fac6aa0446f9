/// Which JSONata: the language as published, or as AWS Step Functions evaluates it.
public enum Dialect: Sendable, Hashable {
    /// JSONata 2.0.6 as published, without `$eval`.
    case published
    /// JSONata in Step Functions: no context item at the top level, `$partition`, `$range`, `$hash`, `$random`, `$uuid` and
    /// `$parse` beside the published functions, infinity and NaN as texts, and the service's bounds.
    case stepFunctions
}
