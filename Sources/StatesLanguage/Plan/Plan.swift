public import StatesJSON
public import StatesQuery
public import StatesText

/// A definition compiled to what the kernel runs: states and edges are numbers, and every path, template and pattern is parsed.
///
/// Immutable and shared: a step looks up no name and parses nothing. States are numbered in document order, depth first, which
/// is part of the journal's format.
public final class Plan: Sendable {
    /// All states, nested ones included, in document order.
    public let states: [StatePlan]
    /// The `States` objects: the machine's own first, then those of branches and item processors in document order.
    public let scopes: [ScopePlan]
    /// The limit of a whole execution in seconds, or nil.
    public let timeoutSeconds: Int64?
    /// The definition's text, as it was given, after substitution.
    public let definition: String
    /// SHA-256 of `definition` in lower-case hexadecimal: how a journal names it.
    public let definitionHash: String

    package init(states: [StatePlan], scopes: [ScopePlan], timeoutSeconds: Int64?, definition: String, definitionHash: String) {
        self.states = states
        self.scopes = scopes
        self.timeoutSeconds = timeoutSeconds
        self.definition = definition
        self.definitionHash = definitionHash
    }
}

/// One `States` object.
public struct ScopePlan: Sendable {
    /// The number of the state it starts at.
    public let startAt: Int
    /// The Parallel or Map state it belongs to, or nil for the machine's own.
    public let owner: Int?

    package init(startAt: Int, owner: Int?) {
        self.startAt = startAt
        self.owner = owner
    }
}

/// One state, compiled.
public final class StatePlan: Sendable {
    /// Its number in document order.
    public let number: Int
    /// Its name.
    public let name: String
    /// The number of the `States` object it stands in.
    public let scope: Int
    /// The query language of its fields.
    public let language: QueryLanguage
    /// Whether that is JSONata: asked at every step, where comparing two texts would be felt.
    package let isJSONata: Bool
    /// The type of the state and what belongs to that type.
    public let kind: Kind
    /// `InputPath`; everything in JSONata.
    public let inputPath: Selection
    /// `OutputPath`; everything in JSONata.
    public let outputPath: Selection
    /// The state's own `Assign`, or nil.
    public let assign: Template?
    /// `Output` of a JSONata state, or nil.
    public let output: JSONataTemplate?
    /// `Retry`, in order.
    public let retriers: [Retrier]
    /// `Catch`, in order.
    public let catchers: [Catcher]
    /// Where it goes when it succeeds; `.end` for terminal states.
    public let next: Transition
    /// Its JSON pointer in the definition, such as `/States/Charge`.
    public let pointer: String

    package init(
        number: Int, name: String, scope: Int, language: QueryLanguage, kind: Kind, inputPath: Selection, outputPath: Selection,
        assign: Template?, output: JSONataTemplate?, retriers: [Retrier], catchers: [Catcher], next: Transition, pointer: String
    ) {
        self.number = number
        self.name = name
        self.scope = scope
        self.language = language
        isJSONata = language == .jsonata
        self.kind = kind
        self.inputPath = inputPath
        self.outputPath = outputPath
        self.assign = assign
        self.output = output
        self.retriers = retriers
        self.catchers = catchers
        self.next = next
        self.pointer = pointer
    }

    /// The type of a state, with what belongs to it. The payloads are classes, so that looking at one costs a reference count.
    public enum Kind: Sendable {
        /// A Pass state.
        case pass(PassPlan)
        /// A Task state.
        case task(TaskPlan)
        /// A Choice state.
        case choice(ChoicePlan)
        /// A Wait state.
        case wait(WaitPlan)
        /// A Succeed state.
        case succeed
        /// A Fail state.
        case fail(FailPlan)
        /// A Parallel state.
        case parallel(ParallelPlan)
        /// An inline Map state.
        case map(MapPlan)
    }
}

/// Where control goes.
public enum Transition: Sendable, Hashable {
    /// The enclosing `States` object ends.
    case end
    /// To the state of that number.
    case state(Int)
}

/// A JSON value that a definition gives with parts to be found when it is used, in the query language of its state.
public enum Template: Sendable {
    /// JSONPath: an object in which members whose names end in `.$` are paths and calls.
    case jsonPath(PayloadTemplate)
    /// JSONata: any value with expressions in it.
    case jsonata(JSONataTemplate)
}

/// `InputPath` or `OutputPath`.
public enum Selection: Sendable {
    /// `$`, the default: everything.
    case everything
    /// `null`: an empty object.
    case nothing
    /// Any other path.
    case path(DataPath)
}

/// `ResultPath`.
public enum ResultPlacement: Sendable {
    /// `$`, the default: the result replaces the input.
    case replace
    /// `null`: the result is dropped.
    case discard
    /// The result is written into the raw input at this place.
    case at(ReferencePath)
}

/// A Pass state's own fields.
public final class PassPlan: Sendable {
    /// `Parameters`.
    public let parameters: Template?
    /// `Result`, a literal.
    public let result: JSONValue?
    /// `ResultPath`.
    public let resultPath: ResultPlacement

    package init(parameters: Template?, result: JSONValue?, resultPath: ResultPlacement) {
        self.parameters = parameters
        self.result = result
        self.resultPath = resultPath
    }
}

/// A number of seconds that a definition gives or points at.
public enum SecondsSource: Sendable {
    /// Given.
    case literal(Int64)
    /// Found in the state's input when it runs.
    case path(DataPath)
    /// Evaluated when the state runs.
    case expression(JSONataExpression)
}

/// A Task state's own fields.
public final class TaskPlan: Sendable {
    /// What performs it.
    public let resource: TaskResource
    /// `Parameters`, or `Arguments` in JSONata.
    public let parameters: Template?
    /// `ResultSelector`.
    public let resultSelector: PayloadTemplate?
    /// `ResultPath`.
    public let resultPath: ResultPlacement
    /// `TimeoutSeconds` or its path form; nil means no limit.
    public let timeout: SecondsSource?
    /// `HeartbeatSeconds` or its path form; nil means none.
    public let heartbeat: SecondsSource?
    /// `Credentials`, a template with `RoleArn`.
    public let credentials: Template?

    package init(
        resource: TaskResource, parameters: Template?, resultSelector: PayloadTemplate?, resultPath: ResultPlacement,
        timeout: SecondsSource?, heartbeat: SecondsSource?, credentials: Template?
    ) {
        self.resource = resource
        self.parameters = parameters
        self.resultSelector = resultSelector
        self.resultPath = resultPath
        self.timeout = timeout
        self.heartbeat = heartbeat
        self.credentials = credentials
    }
}

/// A `Resource`, taken apart.
public struct TaskResource: Sendable, Hashable {
    /// The text of the definition.
    public let text: String
    /// What kind of thing it names.
    public let kind: Kind
    /// How the task ends.
    public let pattern: Pattern

    /// The kinds of resource (integrations.md section 1).
    public enum Kind: Sendable, Hashable {
        /// A Lambda function's ARN, or a bare function name where the local functions file knows it.
        case function(name: String)
        /// An activity's ARN.
        case activity(name: String)
        /// An integration: `lambda` and `invoke`, `aws-sdk:dynamodb` and `putItem`.
        case integration(service: String, action: String)
    }

    /// How the service's answer becomes the task's.
    public enum Pattern: String, Sendable, Hashable {
        /// The answer is the result.
        case requestResponse = ""
        /// The job that was started is waited for.
        case sync = ".sync"
        /// As `sync`, with JSON output.
        case sync2 = ".sync:2"
        /// A task token is waited for.
        case waitForTaskToken = ".waitForTaskToken"
    }

    package init(text: String, kind: Kind, pattern: Pattern) {
        self.text = text
        self.kind = kind
        self.pattern = pattern
    }
}

/// A Wait state's own field.
public enum WaitPlan: Sendable {
    /// `Seconds`.
    case seconds(Int64)
    /// `SecondsPath`.
    case secondsPath(DataPath)
    /// `Timestamp`, in milliseconds since 1970.
    case timestamp(Int64)
    /// `TimestampPath`.
    case timestampPath(DataPath)
    /// `Seconds` as an expression.
    case secondsExpression(JSONataExpression)
    /// `Timestamp` as an expression.
    case timestampExpression(JSONataExpression)
}

/// A Fail state's own fields.
public final class FailPlan: Sendable {
    /// `Error` or `ErrorPath`; nil if absent.
    public let error: FailText?
    /// `Cause` or `CausePath`; nil if absent.
    public let cause: FailText?

    package init(error: FailText?, cause: FailText?) {
        self.error = error
        self.cause = cause
    }
}

/// A text that a Fail state gives or finds.
public enum FailText: Sendable {
    /// Given.
    case literal(String)
    /// `ErrorPath` or `CausePath`: a path or an intrinsic call.
    case expression(PayloadExpression)
    /// `Error` or `Cause` as a JSONata expression.
    case jsonata(JSONataExpression)
}

/// A Parallel state's own fields.
public final class ParallelPlan: Sendable {
    /// The numbers of the branches' scopes, in order.
    public let branches: [Int]
    /// `Parameters`, or `Arguments` in JSONata.
    public let parameters: Template?
    /// `ResultSelector`.
    public let resultSelector: PayloadTemplate?
    /// `ResultPath`.
    public let resultPath: ResultPlacement

    package init(branches: [Int], parameters: Template?, resultSelector: PayloadTemplate?, resultPath: ResultPlacement) {
        self.branches = branches
        self.parameters = parameters
        self.resultSelector = resultSelector
        self.resultPath = resultPath
    }
}

/// An inline Map state's own fields.
public final class MapPlan: Sendable {
    /// The number of the item processor's scope.
    public let processor: Int
    /// `ItemsPath`; nil means `$`.
    public let itemsPath: DataPath?
    /// `Items` of a JSONata state; nil means the state's input.
    public let items: JSONataTemplate?
    /// `ItemSelector`, or the legacy `Parameters`.
    public let itemSelector: Template?
    /// `MaxConcurrency`: 0 means unlimited.
    public let maxConcurrency: SecondsSource
    /// `ResultSelector`.
    public let resultSelector: PayloadTemplate?
    /// `ResultPath`.
    public let resultPath: ResultPlacement

    package init(
        processor: Int, itemsPath: DataPath?, items: JSONataTemplate?, itemSelector: Template?, maxConcurrency: SecondsSource,
        resultSelector: PayloadTemplate?, resultPath: ResultPlacement
    ) {
        self.processor = processor
        self.itemsPath = itemsPath
        self.items = items
        self.itemSelector = itemSelector
        self.maxConcurrency = maxConcurrency
        self.resultSelector = resultSelector
        self.resultPath = resultPath
    }
}

/// One element of `Retry`.
public struct Retrier: Sendable {
    /// `ErrorEquals`.
    public let errorEquals: [String]
    /// `IntervalSeconds`.
    public let intervalSeconds: Int64
    /// `MaxAttempts`.
    public let maxAttempts: Int64
    /// `BackoffRate`.
    public let backoffRate: Double
    /// `MaxDelaySeconds`, or nil.
    public let maxDelaySeconds: Int64?
    /// Whether `JitterStrategy` is `FULL`.
    public let fullJitter: Bool

    package init(
        errorEquals: [String], intervalSeconds: Int64, maxAttempts: Int64, backoffRate: Double, maxDelaySeconds: Int64?,
        fullJitter: Bool
    ) {
        self.errorEquals = errorEquals
        self.intervalSeconds = intervalSeconds
        self.maxAttempts = maxAttempts
        self.backoffRate = backoffRate
        self.maxDelaySeconds = maxDelaySeconds
        self.fullJitter = fullJitter
    }
}

/// One element of `Catch`.
public struct Catcher: Sendable {
    /// `ErrorEquals`.
    public let errorEquals: [String]
    /// `ResultPath`.
    public let resultPath: ResultPlacement
    /// `Assign`.
    public let assign: Template?
    /// `Output` in JSONata; nil means the Error Output.
    public let output: JSONataTemplate?
    /// The number of the state it goes to.
    public let next: Int

    package init(errorEquals: [String], resultPath: ResultPlacement, assign: Template?, output: JSONataTemplate?, next: Int) {
        self.errorEquals = errorEquals
        self.resultPath = resultPath
        self.assign = assign
        self.output = output
        self.next = next
    }
}

/// A Choice state's own fields.
public final class ChoicePlan: Sendable {
    /// `Choices`, in order.
    public let rules: [ChoiceRule]
    /// `Default`: the number of a state, or nil.
    public let otherwise: Int?

    package init(rules: [ChoiceRule], otherwise: Int?) {
        self.rules = rules
        self.otherwise = otherwise
    }
}

/// A rule of a Choice state.
public struct ChoiceRule: Sendable {
    /// What must hold.
    public let condition: Condition
    /// `Assign`.
    public let assign: Template?
    /// `Output` in JSONata; nil means the state's input.
    public let output: JSONataTemplate?
    /// The number of the state it goes to.
    public let next: Int

    package init(condition: Condition, assign: Template?, output: JSONataTemplate?, next: Int) {
        self.condition = condition
        self.assign = assign
        self.output = output
        self.next = next
    }
}

/// What a choice rule asks.
public indirect enum Condition: Sendable {
    /// All hold; the first that does not ends the search.
    case and([Condition])
    /// One holds; the first that does ends the search.
    case or([Condition])
    /// It does not hold.
    case not(Condition)
    /// One of the type tests, `IsNull` and its kin.
    case test(variable: DataPath, TypeTest, expected: Bool)
    /// `StringMatches`.
    case matches(variable: DataPath, StringPattern)
    /// A comparison with a value given in the definition.
    case compare(variable: DataPath, Comparison, Operand)
    /// A comparison with a value found in the input: the `…Path` operators.
    case comparePath(variable: DataPath, Comparison, Operand.Kind, DataPath)
    /// `Condition` of a JSONata rule where it is `true` or `false`.
    case constant(Bool)
    /// `Condition` of a JSONata rule where it is an expression.
    case expression(JSONataExpression)

    /// The relations.
    public enum Comparison: String, Sendable, CaseIterable {
        /// Equal.
        case equals = "Equals"
        /// Less.
        case lessThan = "LessThan"
        /// Greater.
        case greaterThan = "GreaterThan"
        /// Less or equal.
        case lessThanEquals = "LessThanEquals"
        /// Greater or equal.
        case greaterThanEquals = "GreaterThanEquals"
    }

    /// The type tests.
    public enum TypeTest: String, Sendable, CaseIterable {
        /// The value is `null`.
        case isNull = "IsNull"
        /// There is a value, `null` included.
        case isPresent = "IsPresent"
        /// The value is a number.
        case isNumeric = "IsNumeric"
        /// The value is a text.
        case isString = "IsString"
        /// The value is a truth value.
        case isBoolean = "IsBoolean"
        /// The value is a text that is an RFC 3339 timestamp.
        case isTimestamp = "IsTimestamp"
    }

    /// The value a comparison is made with.
    public enum Operand: Sendable {
        /// Of the String family.
        case string(String)
        /// Of the Numeric family.
        case numeric(JSONNumber)
        /// Of the Boolean family.
        case boolean(Bool)
        /// Of the Timestamp family.
        case timestamp(Timestamp)

        /// The families of operators.
        public enum Kind: String, Sendable, CaseIterable {
            /// `StringEquals` and its kin.
            case string = "String"
            /// `NumericEquals` and its kin.
            case numeric = "Numeric"
            /// `BooleanEquals`.
            case boolean = "Boolean"
            /// `TimestampEquals` and its kin.
            case timestamp = "Timestamp"
        }
    }
}
