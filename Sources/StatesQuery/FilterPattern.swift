import StatesText

/// A `/regular expression/` of a filter, in Java's dialect.
struct FilterPattern: Sendable {
    private let pattern: Pattern

    /// Nil if the source is no pattern.
    init?(_ source: String, ignoresCase: Bool) {
        guard let pattern = try? Pattern(source, flags: ignoresCase ? .ignoreCase : [], dialect: .java) else { return nil }
        self.pattern = pattern
    }

    /// Whether the whole text matches; nil if that took more steps than a pattern may take.
    func matchesWhole(_ text: String) -> Bool? {
        var budget = Pattern.usualBudget
        return try? pattern.matchesWhole(text, budget: &budget)
    }
}
