/// The fields that may stand in one kind of object, and the query language that each needs (asl.md section 2).
struct FieldTable: Sendable {
    /// A field's query language; nil where it stands in both.
    let languages: [String: QueryLanguage?]
    /// The names in the order of the specification, for suggestions.
    let names: [String]

    init(_ common: String, jsonPath: String = "", jsonata: String = "") {
        var languages: [String: QueryLanguage?] = [:]
        var names: [String] = []
        func add(_ list: String, _ language: QueryLanguage?) {
            for name in list.split(separator: " ") {
                languages.updateValue(language, forKey: String(name))
                names.append(String(name))
            }
        }
        add(common, nil)
        add(jsonPath, .jsonPath)
        add(jsonata, .jsonata)
        self.languages = languages
        self.names = names
    }
}

extension FieldTable {
    static let machine = FieldTable("Comment StartAt States Version TimeoutSeconds QueryLanguage")
    static let branch = FieldTable("Comment StartAt States")
    static let processor = FieldTable("Comment StartAt States ProcessorConfig")
    static let processorConfig = FieldTable("Mode ExecutionType")

    static let pass = FieldTable(
        "Type Comment QueryLanguage Next End Assign", jsonPath: "InputPath OutputPath Parameters ResultPath Result",
        jsonata: "Output")
    static let task = FieldTable(
        "Type Comment QueryLanguage Next End Assign Resource Credentials TimeoutSeconds HeartbeatSeconds Retry Catch",
        jsonPath: "InputPath OutputPath Parameters ResultSelector ResultPath TimeoutSecondsPath HeartbeatSecondsPath",
        jsonata: "Arguments Output")
    static let choice = FieldTable(
        "Type Comment QueryLanguage Choices Default Assign", jsonPath: "InputPath OutputPath", jsonata: "Output")
    static let wait = FieldTable(
        "Type Comment QueryLanguage Next End Assign Seconds Timestamp",
        jsonPath: "InputPath OutputPath SecondsPath TimestampPath", jsonata: "Output")
    static let succeed = FieldTable("Type Comment QueryLanguage", jsonPath: "InputPath OutputPath", jsonata: "Output")
    static let fail = FieldTable("Type Comment QueryLanguage Error Cause", jsonPath: "ErrorPath CausePath")
    static let parallel = FieldTable(
        "Type Comment QueryLanguage Next End Assign Branches Retry Catch",
        jsonPath: "InputPath OutputPath Parameters ResultSelector ResultPath", jsonata: "Arguments Output")
    static let map = FieldTable(
        "Type Comment QueryLanguage Next End Assign ItemProcessor Iterator ItemSelector ItemReader ItemBatcher ResultWriter "
            + "MaxConcurrency ToleratedFailureCount ToleratedFailurePercentage Label Retry Catch",
        jsonPath: "InputPath OutputPath Parameters ResultSelector ResultPath ItemsPath MaxConcurrencyPath "
            + "ToleratedFailureCountPath ToleratedFailurePercentagePath",
        jsonata: "Items Output")

    static let retrier = FieldTable(
        "ErrorEquals IntervalSeconds MaxAttempts BackoffRate MaxDelaySeconds JitterStrategy Comment")
    static let catcher = FieldTable("ErrorEquals Next Comment Assign", jsonPath: "ResultPath", jsonata: "Output")

    static let itemReader = FieldTable("Resource ReaderConfig", jsonPath: "Parameters", jsonata: "Arguments")
    static let readerConfig = FieldTable(
        "InputType Transformation ManifestType CSVDelimiter CSVHeaderLocation CSVHeaders ItemsPointer MaxItems",
        jsonPath: "MaxItemsPath")
    static let itemBatcher = FieldTable(
        "MaxItemsPerBatch MaxInputBytesPerBatch BatchInput", jsonPath: "MaxItemsPerBatchPath MaxInputBytesPerBatchPath")
    static let resultWriter = FieldTable("Resource WriterConfig", jsonPath: "Parameters", jsonata: "Arguments")
    static let writerConfig = FieldTable("Transformation OutputType")

    private static let operators = ChoiceOperator.all.map(\.name).joined(separator: " ")
    /// A top-level rule of a Choice state.
    static let rule = FieldTable("Next Comment Assign", jsonPath: "Variable And Or Not " + operators, jsonata: "Condition Output")
    /// A rule inside And, Or or Not.
    static let nestedRule = FieldTable("Comment", jsonPath: "Variable And Or Not " + operators, jsonata: "Condition")
}

/// The types of state, in the order in which AWS lists them.
enum StateType: String, CaseIterable, Sendable {
    case task = "Task"
    case wait = "Wait"
    case pass = "Pass"
    case succeed = "Succeed"
    case fail = "Fail"
    case choice = "Choice"
    case parallel = "Parallel"
    case map = "Map"

    var fields: FieldTable {
        switch self {
        case .task: .task
        case .wait: .wait
        case .pass: .pass
        case .succeed: .succeed
        case .fail: .fail
        case .choice: .choice
        case .parallel: .parallel
        case .map: .map
        }
    }

    /// Whether it needs `Next` or `End`.
    var hasTransition: Bool {
        switch self {
        case .task, .wait, .pass, .parallel, .map: true
        case .succeed, .fail, .choice: false
        }
    }
}

/// The 39 comparison operators of JSONPath Choice rules (asl.md section 9).
enum ChoiceOperator: Sendable {
    case compare(Condition.Operand.Kind, Condition.Comparison)
    case comparePath(Condition.Operand.Kind, Condition.Comparison)
    case matches
    case test(Condition.TypeTest)

    var name: String {
        switch self {
        case .compare(let kind, let comparison): kind.rawValue + comparison.rawValue
        case .comparePath(let kind, let comparison): kind.rawValue + comparison.rawValue + "Path"
        case .matches: "StringMatches"
        case .test(let test): test.rawValue
        }
    }

    static let all: [ChoiceOperator] = {
        var all: [ChoiceOperator] = []
        for kind in Condition.Operand.Kind.allCases {
            let comparisons: [Condition.Comparison] = kind == .boolean ? [.equals] : Condition.Comparison.allCases
            for comparison in comparisons {
                all.append(.compare(kind, comparison))
                all.append(.comparePath(kind, comparison))
            }
        }
        return all + [.matches] + Condition.TypeTest.allCases.map { .test($0) }
    }()

    static let named: [String: ChoiceOperator] = {
        var named: [String: ChoiceOperator] = [:]
        for each in all { named[each.name] = each }
        return named
    }()
}
