public import StatesJSON

/// Something that is wrong, doubtful or worth knowing about a definition, with the place it speaks of.
public struct Diagnostic: Sendable, Hashable {
    /// What kind of finding this is: AWS's code where AWS has one.
    public var code: Code
    /// How much it matters.
    public var severity: Severity
    /// What is wrong, in AWS's words where they are on record.
    public var message: String
    /// Where it is wrong, as AWS writes it: `/States/Charge/Next`, `/States/P/Branches[0]/States/Q`, `/` for the whole. Nil where
    /// AWS names no place.
    public var pointer: String?
    /// The bytes of the source text it speaks of.
    public var range: SourceRange
    /// The remedy, as a clause: `did you mean "ChargeCard"?`. Nil where none is known.
    public var suggestion: String?
    /// A replacement that would make the definition say what it probably means, or nil.
    public var fix: Fix?

    /// A finding.
    public init(
        _ code: Code, _ severity: Severity, _ message: String, pointer: String?, range: SourceRange,
        suggestion: String? = nil, fix: Fix? = nil
    ) {
        self.code = code
        self.severity = severity
        self.message = message
        self.pointer = pointer
        self.range = range
        self.suggestion = suggestion
        self.fix = fix
    }

    /// A replacement of source text.
    public struct Fix: Sendable, Hashable {
        /// The bytes to replace.
        public var range: SourceRange
        /// What to write there.
        public var replacement: String

        /// A replacement.
        public init(range: SourceRange, replacement: String) {
            self.range = range
            self.replacement = replacement
        }
    }

    /// How much a finding matters.
    public enum Severity: String, Sendable, Hashable, CaseIterable, Comparable {
        /// AWS refuses the definition.
        case error = "ERROR"
        /// AWS accepts it, but it probably does not mean what it says.
        case warning = "WARNING"
        /// Worth knowing; ours alone, AWS has no such severity.
        case note = "NOTE"

        /// The word printed in reports: `error`, `warning` or `note`.
        public var word: String {
            switch self {
            case .error: "error"
            case .warning: "warning"
            case .note: "note"
            }
        }

        /// Graver comes first.
        public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

        private var rank: Int {
            switch self {
            case .error: 0
            case .warning: 1
            case .note: 2
            }
        }
    }

    /// The kinds of finding: the codes of ValidateStateMachineDefinition, and our own notes.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// The text is no JSON (or no YAML).
        case invalidJSONDescription = "INVALID_JSON_DESCRIPTION"
        /// There is no definition.
        case missingDescription = "MISSING_DESCRIPTION"
        /// A field is missing, unknown, misplaced, of the wrong type or out of range.
        case schemaValidationFailed = "SCHEMA_VALIDATION_FAILED"
        /// A Task's resource is not valid. AWS lists this code; what it has been seen to answer is `schemaValidationFailed`.
        case invalidResource = "INVALID_RESOURCE"
        /// A `States` object without a terminal state.
        case missingEndState = "MISSING_END_STATE"
        /// The same state name twice.
        case duplicateStateName = "DUPLICATE_STATE_NAME"
        /// A state name that is empty or too long.
        case invalidStateName = "INVALID_STATE_NAME"
        /// A state machine without a name.
        case stateMachineNameEmpty = "STATE_MACHINE_NAME_EMPTY"
        /// A state machine's name with a forbidden character.
        case stateMachineNameInvalid = "STATE_MACHINE_NAME_INVALID"
        /// A state machine's name of more than 80 characters.
        case stateMachineNameTooLong = "STATE_MACHINE_NAME_TOO_LONG"
        /// A state machine of that name is there already.
        case stateMachineNameAlreadyExists = "STATE_MACHINE_NAME_ALREADY_EXISTS"
        /// The same Map label twice.
        case duplicateLabelName = "DUPLICATE_LABEL_NAME"
        /// A Map label that is empty, too long or has a forbidden character.
        case invalidLabelName = "INVALID_LABEL_NAME"
        /// A transition to no state, or a state no transition leads to.
        case missingTransitionTarget = "MISSING_TRANSITION_TARGET"
        /// States nested too deeply.
        case tooDeeplyNested = "TOO_DEEPLY_NESTED"
        /// A JSONata expression that does not parse.
        case invalidJSONataExpression = "INVALID_JSONATA_EXPRESSION"
        /// A JSONata expression that uses what Step Functions does not have.
        case unsupportedJSONataExpression = "UNSUPPORTED_JSONATA_EXPRESSION"
        /// A value that looks like a path or an intrinsic call under a name without `.$`.
        case noDollar = "NO_DOLLAR"
        /// A value that looks like a path in a field whose name does not end in `Path`.
        case noPath = "NO_PATH"
        /// A path inside a Pass state's `Result`, which is never evaluated.
        case passResultIsStatic = "PASS_RESULT_IS_STATIC"
        /// Ours: a `${Name}` that no substitution replaced.
        case unresolvedSymbol = "UNRESOLVED_SYMBOL"
    }
}
