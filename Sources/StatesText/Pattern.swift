/// A regular expression, matched by backtracking within a counted budget.
///
/// It covers what Java and JavaScript share, and where the two differ it does what the chosen one does: alternation, groups,
/// references, quantifiers of every mood, classes, anchors, look-around and escapes. It knows no locale, and matching keeps its choices in
/// a list of its own, so neither a long text nor a catastrophic pattern can do more than use up the budget.
///
/// ```swift
/// let pattern = try Pattern("^[AB].*", dialect: .java)
/// var budget = Pattern.usualBudget
/// let matches = try pattern.matchesWhole("Alice", budget: &budget)
/// ```
///
/// Not supported: Java's `\X`, `\N{…}`, `\b{g}`, scripts and blocks in `\p{…}` and the flags `x` and `U`; JavaScript's flags `u`, `v` and
/// `y`. A look-behind may be of any length, which Java allows within limits of its own, and captures inside it are found from left to
/// right, which JavaScript does from right to left.
public struct Pattern: Sendable {
    /// Whose rules decide where the two languages differ.
    public enum Dialect: Sendable, Hashable {
        /// `java.util.regex` of JDK 17: text is a row of code points.
        case java
        /// ECMAScript without the `u` flag, with the leniency of its Annex B: text is a row of UTF-16 units.
        case javaScript
    }

    /// What holds for the whole pattern unless it says otherwise.
    public struct Flags: OptionSet, Sendable, Hashable {
        /// The flags as bits.
        public let rawValue: Int
        /// Flags from bits.
        public init(rawValue: Int) { self.rawValue = rawValue }

        /// Letters match in either case: in Java's dialect those of ASCII, in JavaScript's all that have one counterpart.
        public static let ignoreCase = Flags(rawValue: 1)
        /// `^` and `$` also match at the lines' ends.
        public static let multiline = Flags(rawValue: 2)
        /// A dot also matches what ends a line.
        public static let dotAll = Flags(rawValue: 4)
        /// Only `\n` ends a line (Java's `(?d)`).
        static let unixLines = Flags(rawValue: 8)
        /// Case is ignored beyond ASCII too (Java's `(?u)`).
        static let unicodeCase = Flags(rawValue: 16)
    }

    /// Where a pattern matched, in UTF-16 units.
    public struct Match: Sendable, Hashable {
        /// The range of the whole match.
        public var range: Range<Int>
        /// The ranges of the groups from number 1 on; nil where a group took no part.
        public var groups: [Range<Int>?]
    }

    /// The steps a single match may take where nothing else is said: about a tenth of a second.
    public static let usualBudget = 5_000_000

    /// The pattern as it was written.
    public let source: String
    /// Whose rules hold.
    public let dialect: Dialect
    private let program: PatternProgram

    /// Reads a pattern.
    public init(_ source: String, flags: Flags = [], dialect: Dialect) throws(PatternError) {
        self.source = source
        self.dialect = dialect
        var parser = try PatternParser(source, flags: flags, dialect: dialect)
        program = try PatternProgram(parser.parse(), of: parser)
    }

    /// The number of groups that capture.
    public var groupCount: Int { program.groupCount }
    /// The names of groups and their numbers, in the order of the pattern.
    public var groupNames: [(name: String, number: Int)] { program.groupNames }

    /// The first match that begins at `start` or later, in a text of UTF-16 units.
    ///
    /// - Parameter budget: The steps left; what was used is taken off. A step is about a character looked at.
    /// - Throws: `PatternBudgetExceeded` when the budget is used up; the same pattern and text always use as much.
    public func firstMatch(
        in text: [UInt16], from start: Int = 0, budget: inout Int
    ) throws(PatternBudgetExceeded) -> Match? {
        guard 0...text.count ~= start else { return nil }
        var machine = PatternMachine(program, text: text, start: start, budget: budget)
        defer { budget = machine.budget }
        return try machine.firstMatch()
    }

    /// Whether the pattern matches the text from its beginning to its end, as Java's `matches` asks.
    ///
    /// - Parameter budget: The steps left; what was used is taken off.
    /// - Throws: `PatternBudgetExceeded` when the budget is used up.
    public func matchesWhole(_ text: String, budget: inout Int) throws(PatternBudgetExceeded) -> Bool {
        var machine = PatternMachine(program, text: Array(text.utf16), start: 0, budget: budget)
        defer { budget = machine.budget }
        return try machine.matchesWhole()
    }
}

/// Why a text is not a regular expression.
public struct PatternError: Error, Sendable, Hashable {
    /// What is wrong, as a clause.
    public var reason: String
    /// Where, in UTF-16 units of the pattern.
    public var offset: Int

    /// An error at a place.
    public init(_ reason: String, offset: Int) {
        self.reason = reason
        self.offset = offset
    }
}

/// Matching took more steps, or more memory, than it may.
public struct PatternBudgetExceeded: Error, Sendable, Hashable {
    /// The fact that a budget was used up.
    public init() {}
}
