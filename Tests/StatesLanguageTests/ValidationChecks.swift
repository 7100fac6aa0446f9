import StatesLanguage
import Testing

/// A definition with what must be found in it: one row of the list of checks in asl.md section 15.
///
/// The definition is JSON in which `▸` stands before each token that a finding speaks of, in order. The YAML form is made from it, so
/// that every row says place for place what both forms must answer.
struct ValidationCheck: Sendable, CustomTestStringConvertible {
    /// The numbers of the checks it covers.
    let numbers: [Int]
    let title: String
    let definition: String
    let findings: [Finding]
    var type: MachineType = .standard

    var testDescription: String { "\(numbers.map(String.init).joined(separator: "+")) \(title)" }

    struct Finding: Sendable {
        let code: Diagnostic.Code
        let severity: Diagnostic.Severity
        let pointer: String
        let message: String
    }
}

/// What a finding looks like to a test: everything that is on record of it.
struct Found: Equatable, CustomStringConvertible {
    let code: Diagnostic.Code
    let severity: Diagnostic.Severity
    let pointer: String?
    let message: String
    let line: Int
    let column: Int

    var description: String { "\(line):\(column) \(severity) \(code.rawValue) at \(pointer ?? "-"): \(message)" }
}

extension ValidationCheck {
    private static func svf(_ pointer: String, _ message: String) -> Finding {
        Finding(code: .schemaValidationFailed, severity: .error, pointer: pointer, message: message)
    }

    private static func target(_ pointer: String, _ message: String) -> Finding {
        Finding(code: .missingTransitionTarget, severity: .error, pointer: pointer, message: message)
    }

    private static func warning(_ code: Diagnostic.Code, _ pointer: String, _ message: String) -> Finding {
        Finding(code: code, severity: .warning, pointer: pointer, message: message)
    }

    private static func jsonata(_ code: Diagnostic.Code, _ pointer: String, _ message: String) -> Finding {
        Finding(code: code, severity: .error, pointer: pointer, message: message)
    }

    /// A machine of one state, A. A mark at the beginning stands before the state's name.
    private static func a(_ state: String, with others: String = "") -> String {
        let isMarked = state.hasPrefix("▸")
        return """
            {
              "StartAt": "A",
              "States": {
                \(isMarked ? "▸" : "")"A": \(isMarked ? String(state.dropFirst()) : state)\(others.isEmpty ? "" : ",\n    " + others)
              }
            }
            """
    }

    private static func row(
        _ numbers: Int..., title: String, _ definition: String, _ findings: Finding..., type: MachineType = .standard
    ) -> ValidationCheck {
        ValidationCheck(numbers: numbers, title: title, definition: definition, findings: findings, type: type)
    }

    private static let b = #""B": {"Type": "Succeed"}"#
    private static let lambda = #""Resource": "arn:aws:lambda:us-east-1:123456789012:function:f""#
    private static let processor = #"{"StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}}"#
    private static let distributed =
        #""ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "I", "#
        + #""States": {"I": {"Type": "Pass", "End": true}}}, "End": true"#

    // MARK: The machine and its names: 4 to 15

    private static let machine: [ValidationCheck] = [
        row(
            4, title: "nothing that is required", #"▸{"Comment": "empty"}"#,
            svf("/", "These fields are required: [States, StartAt]")),
        row(
            4, title: "no StartAt", #"▸{"States": {"A": {"Type": "Succeed"}}}"#,
            svf("/", "These fields are required: [StartAt]")),
        row(
            6, title: "an unknown field of the machine",
            #"{"StartAt": "A", ▸"Timeout": 5, "States": {"A": {"Type": "Succeed"}}}"#, svf("/", "Field 'Timeout' is not supported")),
        row(
            6, title: "a field of the machine in a branch",
            a(
                #"{"Type": "Parallel", "Branches": [{▸"QueryLanguage": "JSONata", "StartAt": "I", "States": {"I": {"Type": "Succeed"}}}], "End": true}"#
            ), svf("/States/A/Branches[0]", "Field 'QueryLanguage' is not supported")),
        row(
            7, title: "States is no object", #"{"StartAt": "A", "States": ▸[]}"#, svf("/States", "Expected value of type [OBJECT]")),
        row(7, title: "States is empty", #"{"StartAt": "A", "States": ▸{}}"#, svf("/States", "Value cannot be empty")),
        row(
            8, title: "StartAt names no state", #"{"StartAt": ▸"B", "States": {▸"A": {"Type": "Succeed"}}}"#,
            target("/StartAt", "Missing 'Next' target: B"), target("/States/A", "State \"A\" is not reachable.")),
        row(
            9, title: "another version", #"{"Version": ▸"2.0", "StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#,
            svf("/Version", "Value should be one of the following: [1.0]")),
        row(
            10, title: "a query language there is none of",
            #"{"QueryLanguage": ▸"JSONPATH", "StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#,
            svf("/QueryLanguage", "Value should be one of the following: [JSONPath, JSONata]")),
        row(
            10, title: "a state's query language there is none of", a(#"{"Type": "Succeed", "QueryLanguage": ▸"jq"}"#),
            svf("/States/A/QueryLanguage", "Value should be one of the following: [JSONPath, JSONata]")),
        row(
            11, title: "a JSONPath state in a JSONata machine",
            #"{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Succeed", "QueryLanguage": ▸"JSONPath"}}}"#,
            svf("/States/A", "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine")),
        row(
            12, title: "a time limit of nothing", #"{"TimeoutSeconds": ▸0, "StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#,
            svf("/TimeoutSeconds", "Minimum value is 1")),
        row(
            12, title: "a time limit beyond the service's",
            #"{"TimeoutSeconds": ▸100000000, "StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#,
            svf("/TimeoutSeconds", "Maximum value is 99999999")),
        row(
            12, title: "half a second", #"{"TimeoutSeconds": ▸0.5, "StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#,
            svf("/TimeoutSeconds", "Expected value of type Integer")),
        row(
            13, title: "a state without a name", #"{"StartAt": "", "States": {▸"": {"Type": "Succeed"}}}"#,
            Finding(code: .invalidStateName, severity: .error, pointer: "/States/", message: "State name cannot be empty")),
        row(
            13, title: "a name of 81 characters",
            #"{"StartAt": "\#(long)", "States": {▸"\#(long)": {"Type": "Succeed"}}}"#,
            Finding(
                code: .invalidStateName, severity: .error, pointer: "/States/\(long)",
                message: "State name '\(long)' exceeds the 80-character limit allowed by the service")),
        row(
            14, title: "a branch's state called like an outer one",
            a(#"{"Type": "Parallel", "Branches": [{"StartAt": "A", "States": {▸"A": {"Type": "Succeed"}}}], "End": true}"#),
            Finding(
                code: .duplicateStateName, severity: .error, pointer: "/States/A/Branches[0]/States/A",
                message: "Duplicate State name: A")),
        row(
            14, title: "the same key twice", a(#"{"Type": "Succeed"}"#, with: #"▸"A": {"Type": "Succeed"}"#),
            Finding(code: .duplicateStateName, severity: .error, pointer: "/States/A", message: "Duplicate State name: A")),
        row(
            15, title: "no type", a(#"▸{"End": true}"#),
            svf(
                "/States/A/Type",
                "The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map]")),
        row(
            15, title: "an unknown type", a(#"{"Type": ▸"Succed"}"#),
            svf(
                "/States/A/Type",
                "The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map]")),
    ]

    private static let long = String(repeating: "n", count: 81)

    // MARK: Fields and transitions: 16 to 27

    private static let transitions: [ValidationCheck] = [
        row(
            16, title: "a field of another type of state", a(#"{"Type": "Pass", ▸"Seconds": 5, "End": true}"#),
            svf("/States/A", "Field 'Seconds' is not supported")),
        row(
            17, title: "a JSONPath field in a JSONata state",
            a(#"{"Type": "Pass", "QueryLanguage": "JSONata", ▸"InputPath": "$.a", "End": true}"#),
            svf(
                "/States/A",
                "The QueryLanguage is set to 'JSONata', but field 'InputPath' is only supported for the 'JSONPath' QueryLanguage")),
        row(
            17, 80, title: "a Result in a JSONata state",
            a(#"{"Type": "Pass", "QueryLanguage": "JSONata", ▸"Result": {}, "End": true}"#),
            svf(
                "/States/A",
                "The QueryLanguage is set to 'JSONata', but field 'Result' is only supported for the 'JSONPath' QueryLanguage")),
        row(
            18, title: "a JSONata field in a JSONPath state", a(#"{"Type": "Pass", ▸"Output": "{% 1 %}", "End": true}"#),
            svf(
                "/States/A",
                "The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage")),
        row(
            19, title: "neither Next nor End", a(#"▸{"Type": "Pass"}"#),
            svf("/States/A", "This object should have only one of the following fields: [Next, End]")),
        row(
            19, title: "an End that is false", a(#"▸{"Type": "Wait", "Seconds": 1, "End": false}"#),
            svf("/States/A", "This object should have only one of the following fields: [Next, End]")),
        row(
            20, title: "Next and End", a(#"{"Type": "Pass", "End": true, ▸"Next": "B"}"#, with: b),
            svf("/States/A", "There should only be one of the following fields: [Next, End]")),
        row(
            21, title: "a Choice with Next",
            a(#"{"Type": "Choice", "Choices": [{"Variable": "$.x", "IsNull": true, "Next": "B"}], ▸"Next": "B"}"#, with: b),
            svf("/States/A", "Field 'Next' is not supported")),
        row(
            21, title: "a Fail with End", a(#"{"Type": "Fail", ▸"End": true}"#), svf("/States/A", "Field 'End' is not supported")),
        row(
            22, title: "Next names no state", a(#"{"Type": "Pass", "Next": ▸"C"}"#, with: #"▸"B": {"Type": "Succeed"}"#),
            target("/States/A/Next", "Missing 'Next' target: C"), target("/States/B", "State \"B\" is not reachable.")),
        row(
            22, title: "Next leads out of a branch",
            a(
                #"{"Type": "Parallel", "Branches": [{"StartAt": "I", "States": {"I": {"Type": "Pass", "Next": ▸"B"}, "J": {"Type": "Succeed"}}}], "Next": "B"}"#
                    .replacing(#""J""#, #"▸"J""#), with: b),
            target("/States/A/Branches[0]/States/I/Next", "Missing 'Next' target: B"),
            target("/States/A/Branches[0]/States/J", "State \"J\" is not reachable.")),
        row(
            23, title: "Default names no state",
            a(#"{"Type": "Choice", "Choices": [{"Variable": "$.x", "IsNull": true, "Next": "B"}], "Default": ▸"C"}"#, with: b),
            target("/States/A/Default", "Missing 'Next' target: C")),
        row(
            24, title: "a rule's Next names no state",
            a(#"{"Type": "Choice", "Choices": [{"Variable": "$.x", "IsNull": true, "Next": ▸"C"}], "Default": "B"}"#, with: b),
            target("/States/A/Choices[0]/Next", "Missing 'Next' target: C")),
        row(
            25, title: "a catcher's Next names no state",
            a(#"{"Type": "Task", \#(lambda), "Catch": [{"ErrorEquals": ["X"], "Next": ▸"C"}], "End": true}"#),
            target("/States/A/Catch[0]/Next", "Missing 'Next' target: C")),
        row(
            26, title: "a loop without an end",
            #"{"StartAt": "A", ▸"States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"}}}"#,
            Finding(code: .missingEndState, severity: .error, pointer: "/States", message: "Workflow has no terminal state")),
        row(
            27, title: "a state that nothing leads to", a(#"{"Type": "Succeed"}"#, with: #"▸"B": {"Type": "Succeed"}"#),
            target("/States/B", "State \"B\" is not reachable.")),
        row(
            27, title: "two states that lead to nothing but each other",
            a(
                #"{"Type": "Succeed"}"#,
                with: #"▸"B": {"Type": "Pass", "Next": "C"}, ▸"C": {"Type": "Pass", "Next": "B"}"#),
            target("/States/B", "State \"B\" is not reachable."), target("/States/C", "State \"C\" is not reachable.")),
    ]

    // MARK: Choice: 28 to 39

    private static func rule(_ rule: String) -> String {
        a(#"{"Type": "Choice", "Choices": [\#(rule)], "Default": "B"}"#, with: b)
    }

    private static let operators = """
        StringEquals, StringEqualsPath, StringLessThan, StringLessThanPath, StringGreaterThan, StringGreaterThanPath, \
        StringLessThanEquals, StringLessThanEqualsPath, StringGreaterThanEquals, StringGreaterThanEqualsPath, NumericEquals, \
        NumericEqualsPath, NumericLessThan, NumericLessThanPath, NumericGreaterThan, NumericGreaterThanPath, NumericLessThanEquals, \
        NumericLessThanEqualsPath, NumericGreaterThanEquals, NumericGreaterThanEqualsPath, BooleanEquals, BooleanEqualsPath, \
        TimestampEquals, TimestampEqualsPath, TimestampLessThan, TimestampLessThanPath, TimestampGreaterThan, \
        TimestampGreaterThanPath, TimestampLessThanEquals, TimestampLessThanEqualsPath, TimestampGreaterThanEquals, \
        TimestampGreaterThanEqualsPath, StringMatches, IsNull, IsPresent, IsNumeric, IsString, IsBoolean, IsTimestamp
        """

    private static let one = "The object must have only one of the following fields, [And, Or, Not, Variable, Condition]"

    private static let choice: [ValidationCheck] = [
        row(
            28, title: "no Choices", a(#"▸{"Type": "Choice", "Default": "B"}"#, with: b),
            svf("/States/A", "These fields are required: [Choices]")),
        row(
            28, title: "empty Choices", a(#"{"Type": "Choice", "Choices": ▸[], "Default": "B"}"#, with: b),
            svf("/States/A/Choices", "Value cannot be empty")),
        row(
            29, title: "a rule without Next", rule(#"▸{"Variable": "$.x", "IsNull": true}"#),
            svf("/States/A/Choices[0]", "These fields are required: [Next]")),
        row(
            30, title: "a nested rule with Next",
            rule(#"{"Not": {"Variable": "$.x", "IsNull": true, ▸"Next": "B"}, "Next": "B"}"#),
            svf("/States/A/Choices[0]/Not", "Field 'Next' is not supported")),
        row(
            31, title: "a comparison of nothing", rule(#"▸{"StringEquals": "x", "Next": "B"}"#),
            svf("/States/A/Choices[0]", one)),
        row(
            32, title: "two operators", rule(#"{"Variable": "$.x", "StringEquals": "x", ▸"IsNull": false, "Next": "B"}"#),
            svf("/States/A/Choices[0]", "There should only be one of the following fields: [StringEquals, IsNull]")),
        row(
            32, title: "no operator", rule(#"▸{"Variable": "$.x", "Next": "B"}"#),
            svf("/States/A/Choices[0]", "This object should have only one of the following fields: [\(operators)]")),
        row(
            32, title: "an operator that is misspelt", rule(#"{"Variable": "$.x", ▸"StringEqual": "x", "Next": "B"}"#),
            svf("/States/A/Choices[0]", "Field 'StringEqual' is not supported")),
        row(
            33, title: "Variable beside And",
            rule(#"{"Variable": "$.x", ▸"And": [{"Variable": "$.x", "IsNull": true}], "Next": "B"}"#),
            svf("/States/A/Choices[0]", one)),
        row(
            34, title: "an empty Or", rule(#"{"Or": ▸[], "Next": "B"}"#), svf("/States/A/Choices[0]/Or", "Value cannot be empty")),
        row(
            34, title: "an And that is no array", rule(#"{"And": ▸true, "Next": "B"}"#),
            svf("/States/A/Choices[0]/And", "Expected value of type [ARRAY]")),
        row(
            34, title: "a Not that is no object", rule(#"{"Not": ▸[], "Next": "B"}"#),
            svf("/States/A/Choices[0]/Not", "Expected value of type [OBJECT]")),
        row(
            35, title: "a number that is text", rule(#"{"Variable": "$.x", "NumericEquals": ▸"1", "Next": "B"}"#),
            svf("/States/A/Choices[0]/NumericEquals", "Expected value of type [NUMBER]")),
        row(
            35, title: "a text that is a number", rule(#"{"Variable": "$.x", "StringEquals": ▸1, "Next": "B"}"#),
            svf("/States/A/Choices[0]/StringEquals", "Expected value of type [STRING]")),
        row(
            35, title: "a truth that is text", rule(#"{"Variable": "$.x", "IsPresent": ▸"yes", "Next": "B"}"#),
            svf("/States/A/Choices[0]/IsPresent", "Expected value of type [BOOLEAN]")),
        row(
            36, title: "a timestamp without its T",
            rule(#"{"Variable": "$.x", "TimestampEquals": ▸"2016-03-14 01:59:00Z", "Next": "B"}"#),
            svf("/States/A/Choices[0]/TimestampEquals", "String does not match RFC3339 timestamp")),
        row(
            37, title: "a comparison with several values",
            rule(#"{"Variable": "$.x", "StringEqualsPath": ▸"$.y[*]", "Next": "B"}"#),
            svf(
                "/States/A/Choices[0]/StringEqualsPath", "Value is not a Reference Path: it may name more than one value")),
        row(
            37, title: "a Variable without its $", rule(#"{"Variable": ▸"x", "IsNull": true, "Next": "B"}"#),
            svf("/States/A/Choices[0]/Variable", "Value is not a Reference Path: Reference path didn't start with '$'")),
        row(
            38, title: "a pattern with an escape there is none of",
            rule(#"{"Variable": "$.x", "StringMatches": ▸"a\\b", "Next": "B"}"#),
            svf(
                "/States/A/Choices[0]/StringMatches",
                "The value for the field 'StringMatches' is not a valid pattern: a backslash stands only before a star or a backslash"
            )),
        row(
            39, title: "a JSONata rule without Condition",
            a(#"{"Type": "Choice", "QueryLanguage": "JSONata", "Choices": [▸{"Next": "B"}], "Default": "B"}"#, with: b),
            svf("/States/A/Choices[0]", "These fields are required: [Condition]")),
        row(
            39, title: "a Condition that is plain text",
            a(
                #"{"Type": "Choice", "QueryLanguage": "JSONata", "Choices": [{"Condition": ▸"$x > 1", "Next": "B"}], "Default": "B"}"#,
                with: b),
            svf("/States/A/Choices[0]/Condition", "The value for the field 'Condition' must be a boolean or a JSONata expression")),
    ]

    // MARK: Task: 40 to 57

    private static func task(_ fields: String) -> String { a(#"{"Type": "Task", \#(fields), "End": true}"#) }

    private static let unknownResource =
        "is not recognized. The value is not a valid resource ARN, or the resource is not available in this region."

    private static let tasks: [ValidationCheck] = [
        row(
            40, title: "no Resource", a(#"▸{"Type": "Task", "End": true}"#),
            svf("/States/A", "These fields are required: [Resource]")),
        row(
            41, title: "an action without an optimised integration", task(#""Resource": ▸"arn:aws:states:::dynamodb:query""#),
            svf("/States/A/Resource", "The resource provided arn:aws:states:::dynamodb:query \(unknownResource)")),
        row(
            41, title: "a pattern that the service has not",
            task(#""Resource": ▸"arn:aws:states:::lambda:invoke.sync", "Parameters": {"FunctionName": "f"}"#),
            svf("/States/A/Resource", "The resource provided arn:aws:states:::lambda:invoke.sync \(unknownResource)")),
        row(
            41, title: "a bare name", task(#""Resource": ▸"reserve""#),
            svf("/States/A/Resource", "Value is not a valid resource ARN")),
        row(
            42, title: "an activity in an Express machine",
            task(#""Resource": ▸"arn:aws:states:us-east-1:123456789012:activity:a""#),
            svf("/States/A/Resource", "Express state machine does not support Activity ARN"), type: .express),
        row(
            43, title: "a job in an Express machine",
            task(#""Resource": ▸"arn:aws:states:::glue:startJobRun.sync", "Parameters": {"JobName": "j"}"#),
            svf("/States/A/Resource", "Express state machine does not support '.sync' service integration"), type: .express),
        row(
            44, title: "a callback in an Express machine",
            task(
                #""Resource": ▸"arn:aws:states:::lambda:invoke.waitForTaskToken", "Parameters": {"FunctionName": "f", "Payload": {"t.$": "$$.Task.Token"}}"#
            ), svf("/States/A/Resource", "Express state machine does not support '.waitForTaskToken' service integration "),
            type: .express),
        row(
            45, title: "a Distributed Map in an Express machine",
            a(#"{"Type": "Map", \#(distributed)}"#.replacing(#""DISTRIBUTED""#, #"▸"DISTRIBUTED""#)),
            svf(
                "/States/A/ItemProcessor/ProcessorConfig/Mode",
                "The field 'Mode' with value 'DISTRIBUTED' is not supported inside 'EXPRESS' state machines"), type: .express),
        row(
            46, title: "a callback that tells nobody its token",
            task(
                #""Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", ▸"Parameters": {"QueueUrl": "q", "MessageBody": "m"}"#
            ),
            warning(
                .schemaValidationFailed, "/States/A/Parameters",
                "The field 'Parameters' must pass the task token on, or nobody can end the task")),
        row(
            47, title: "a required parameter that is missing",
            task(#""Resource": "arn:aws:states:::sqs:sendMessage", ▸"Parameters": {"MessageBody.$": "$"}"#),
            svf("/States/A/Parameters", "The field 'QueueUrl' is required but was missing")),
        row(
            47, title: "no parameters at all", a(#"▸{"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true}"#),
            svf("/States/A", "Parameters field is required for resource ARN: arn:aws:states:::lambda:invoke")),
        row(
            48, title: "a parameter that begins with a small letter",
            task(#""Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f", ▸"payload": 1}"#),
            svf("/States/A/Parameters", "The field 'payload' is not supported by Step Functions")),
        row(
            49, title: "two time limits", task(#"\#(lambda), "TimeoutSeconds": 5, ▸"TimeoutSecondsPath": "$.t""#),
            svf("/States/A", "There should only be one of the following fields: [TimeoutSeconds, TimeoutSecondsPath]")),
        row(
            50, title: "two heartbeats", task(#"\#(lambda), "HeartbeatSeconds": 5, ▸"HeartbeatSecondsPath": "$.t""#),
            svf("/States/A", "There should only be one of the following fields: [HeartbeatSeconds, HeartbeatSecondsPath]")),
        row(
            51, title: "a heartbeat as long as the time limit", task(#"\#(lambda), "TimeoutSeconds": 5, "HeartbeatSeconds": ▸5"#),
            svf("/States/A/HeartbeatSeconds", "The value for the field 'HeartbeatSeconds' must be smaller than 'TimeoutSeconds'")),
        row(
            52, title: "a time limit of nothing", task(#"\#(lambda), "TimeoutSeconds": ▸0"#),
            svf("/States/A/TimeoutSeconds", "Minimum value is 1")),
        row(
            52, title: "a heartbeat beyond the service's limit", task(#"\#(lambda), "HeartbeatSeconds": ▸100000000"#),
            svf("/States/A/HeartbeatSeconds", "Maximum value is 99999999")),
        row(
            53, title: "credentials without a role", task(#"\#(lambda), ▸"Credentials": {}"#),
            svf("/States/A/Credentials", "The field 'RoleArn' is required but was missing")),
        row(
            54, title: "Parameters that are a text", task(#"\#(lambda), "Parameters": ▸"$.x""#),
            svf("/States/A/Parameters", "Expected value of type [OBJECT]")),
        row(
            54, title: "a ResultSelector that is an array", task(#"\#(lambda), "ResultSelector": ▸[]"#),
            svf("/States/A/ResultSelector", "Expected value of type [OBJECT]")),
        row(
            55, title: "a path without its $", task(#"\#(lambda), "Parameters": {"x.$": ▸"y"}"#),
            svf("/States/A/Parameters", "The value for the field 'x.$' must be a valid JSONPath or a valid intrinsic function call")
        ),
        row(
            55, title: "a path that is an array", task(#"\#(lambda), "Parameters": {"x.$": ▸["$.y"]}"#),
            svf("/States/A/Parameters", "The value for the field 'x.$' must be a STRING that contains a JSONPath but was an ARRAY")),
        row(
            56, title: "the same key as value and as path", task(#"\#(lambda), "Parameters": {"x": 1, ▸"x.$": "$.y"}"#),
            svf("/States/A/Parameters", "The field 'x' is given more than once")),
        row(
            57, title: "an intrinsic function there is none of", task(#"\#(lambda), "Parameters": {"x.$": ▸"States.Now()"}"#),
            svf("/States/A/Parameters", "The value for the field 'x.$' must be a valid JSONPath or a valid intrinsic function call")
        ),
        row(
            57, title: "an intrinsic function with too few arguments",
            task(#"\#(lambda), "ResultSelector": {"x.$": ▸"States.ArrayLength()"}"#),
            svf(
                "/States/A/ResultSelector",
                "The value for the field 'x.$' must be a valid JSONPath or a valid intrinsic function call")),
    ]

    // MARK: Paths and variables: 58 to 62

    private static let paths: [ValidationCheck] = [
        row(
            58, title: "an InputPath that is no path", a(#"{"Type": "Succeed", "InputPath": ▸"x"}"#),
            svf("/States/A/InputPath", "Value must be a valid JSONPath.")),
        row(
            58, title: "an ItemsPath that is null",
            a(#"{"Type": "Map", "ItemsPath": ▸null, "ItemProcessor": \#(processor), "End": true}"#),
            svf("/States/A/ItemsPath", "Expected value of type [STRING]")),
        row(
            59, title: "a ResultPath into the context object", a(#"{"Type": "Pass", "ResultPath": ▸"$$.x", "End": true}"#),
            svf("/States/A/ResultPath", "Value is not a Reference Path: it may not point into the context object")),
        row(
            59, title: "a ResultPath that is a variable", a(#"{"Type": "Pass", "ResultPath": ▸"$x.y", "End": true}"#),
            svf("/States/A/ResultPath", "Value is not a Reference Path: it may not be a variable")),
        row(
            59, title: "a ResultPath without its $", a(#"{"Type": "Pass", "ResultPath": ▸"x", "End": true}"#),
            svf("/States/A/ResultPath", "Value is not a Reference Path: Reference path didn't start with '$'")),
        row(
            60, title: "an Assign that is no object", a(#"{"Type": "Pass", "Assign": ▸[], "End": true}"#),
            svf("/States/A/Assign", "Expected value of type [OBJECT]")),
        row(
            60, title: "a variable whose name is none", a(#"{"Type": "Pass", "Assign": {▸"a.b": 1}, "End": true}"#),
            svf("/States/A/Assign", "Invalid variable name 'a.b': the variable name contains invalid characters.")),
        row(
            60, title: "the reserved variable", a(#"{"Type": "Pass", "Assign": {▸"states": 1}, "End": true}"#),
            svf("/States/A/Assign", "Cannot assign to reserved variable '$states'.")),
        row(
            60, title: "a variable with a name of 81 characters", a(#"{"Type": "Pass", "Assign": {▸"\#(long)": 1}, "End": true}"#),
            svf("/States/A/Assign", "Invalid variable name '\(long)': the variable name exceeds the 80-character limit.")),
        row(
            61, title: "a branch that assigns an outer variable",
            a(
                #"{"Type": "Pass", "Assign": {"v": 1}, "Next": "P"}"#,
                with: #"""
                    "P": {"Type": "Parallel", "Branches": [{"StartAt": "I", "States": {"I": {"Type": "Pass", "Assign": {▸"v": 2}, "End": true}}}], "End": true}
                    """#),
            svf(
                "/States/P/Branches[0]/States/I/Assign",
                "The variable 'v' is assigned in an outer scope already and cannot be assigned again here")),
        row(
            62, title: "a variable that nobody assigns", a(#"{"Type": "Succeed", "OutputPath": ▸"$v.x"}"#),
            warning(.schemaValidationFailed, "/States/A/OutputPath", "The variable '$v' is never assigned in this scope")),
    ]

    // MARK: Expressions: 63 to 67

    private static let expressions: [ValidationCheck] = [
        row(
            63, title: "an expression that does not parse",
            a(#"{"Type": "Pass", "QueryLanguage": "JSONata", "Output": {"v": "{% a[1▸,2) %}"}, "End": true}"#),
            jsonata(.invalidJSONataExpression, "/States/A/Output/v", #"Expected "]", got ",""#)),
        row(
            64, title: "the context item, which does not exist",
            a(#"{"Type": "Pass", "QueryLanguage": "JSONata", "Output": ["{% ▸phone & ▸$ & phone %}"], "End": true}"#),
            jsonata(
                .unsupportedJSONataExpression, "/States/A/Output[0]", "Reference to 'phone' at the top level is not supported."),
            jsonata(.unsupportedJSONataExpression, "/States/A/Output[0]", "Reference to '$' at the top level is not supported.")),
        row(
            64, title: "the root of the input, which does not exist",
            a(#"{"Type": "Wait", "QueryLanguage": "JSONata", "Seconds": "{%\t▸$$.x %}", "End": true}"#),
            jsonata(.unsupportedJSONataExpression, "/States/A/Seconds", "Reference to '$$' is not supported.")),
        row(
            65, title: "a result before there is one",
            a(
                #"{"Type": "Task", "QueryLanguage": "JSONata", \#(lambda), "Arguments": {"x": "{% \"ä\" & ▸$states.result.y %}"}, "End": true}"#
            ),
            jsonata(.unsupportedJSONataExpression, "/States/A/Arguments/x", "Reference to '$states.result' is not supported.")),
        row(
            66, title: "an unknown member of $states",
            a(#"{"Type": "Succeed", "QueryLanguage": "JSONata", "Output": "{% ▸$states.inptu %}"}"#),
            jsonata(.unsupportedJSONataExpression, "/States/A/Output", "Reference to '$states.inptu' is not supported.")),
        row(
            67, title: "a function that is not there",
            a(#"{"Type": "Succeed", "QueryLanguage": "JSONata", "Output": "{% ▸$eval('1') %}"}"#),
            warning(.unsupportedJSONataExpression, "/States/A/Output", "The function $eval is not available.")),
    ]

    // MARK: Retry, Catch, Wait, Fail, Parallel: 68 to 82

    private static func retry(_ retrier: String) -> String { task(#"\#(lambda), "Retry": [\#(retrier)]"#) }

    private static let errors: [ValidationCheck] = [
        row(
            68, title: "a Retry that is no array", task(#"\#(lambda), "Retry": ▸{}"#),
            svf("/States/A/Retry", "Expected value of type [ARRAY]")),
        row(
            68, title: "a Pass with Catch", a(#"{"Type": "Pass", ▸"Catch": [], "End": true}"#),
            svf("/States/A", "Field 'Catch' is not supported")),
        row(
            69, title: "no ErrorEquals", retry(#"▸{"MaxAttempts": 1}"#),
            svf("/States/A/Retry[0]", "These fields are required: [ErrorEquals]")),
        row(
            69, title: "an empty ErrorEquals", retry(#"{"ErrorEquals": ▸[]}"#),
            svf("/States/A/Retry[0]/ErrorEquals", "Value cannot be empty")),
        row(
            69, title: "an error that is no text", retry(#"{"ErrorEquals": [▸404]}"#),
            svf("/States/A/Retry[0]/ErrorEquals[0]", "Expected value of type [STRING]")),
        row(
            70, title: "States.ALL among others", retry(#"{"ErrorEquals": ▸["X", "States.ALL"]}"#),
            svf("/States/A/Retry[0]/ErrorEquals", "States.ALL must appear alone and at end of list")),
        row(
            70, title: "States.ALL before others", retry(#"{"ErrorEquals": ▸["States.ALL"]}, {"ErrorEquals": ["X"]}"#),
            svf("/States/A/Retry[0]/ErrorEquals", "States.ALL must appear alone and at end of list")),
        row(
            71, title: "no interval", retry(#"{"ErrorEquals": ["X"], "IntervalSeconds": ▸0}"#),
            svf("/States/A/Retry[0]/IntervalSeconds", "Minimum value is 1")),
        row(
            71, title: "less than no attempt", retry(#"{"ErrorEquals": ["X"], "MaxAttempts": ▸-1}"#),
            svf("/States/A/Retry[0]/MaxAttempts", "Minimum value is 0")),
        row(
            71, title: "a falling interval", retry(#"{"ErrorEquals": ["X"], "BackoffRate": ▸0.5}"#),
            svf("/States/A/Retry[0]/BackoffRate", "Minimum value is 1")),
        row(
            71, title: "a delay of more than a year", retry(#"{"ErrorEquals": ["X"], "MaxDelaySeconds": ▸31622401}"#),
            svf("/States/A/Retry[0]/MaxDelaySeconds", "Maximum value is 31622400")),
        row(
            71, title: "a delay no longer than the interval",
            retry(#"{"ErrorEquals": ["X"], "IntervalSeconds": 5, "MaxDelaySeconds": ▸5}"#),
            svf(
                "/States/A/Retry[0]/MaxDelaySeconds",
                "The value for the field 'MaxDelaySeconds' must be greater than 'IntervalSeconds'")),
        row(
            72, title: "half jitter", retry(#"{"ErrorEquals": ["X"], "JitterStrategy": ▸"HALF"}"#),
            svf("/States/A/Retry[0]/JitterStrategy", "Value should be one of the following: [NONE, FULL]")),
        row(
            73, title: "a catcher without Next", task(#"\#(lambda), "Catch": [▸{"ErrorEquals": ["X"]}]"#),
            svf("/States/A/Catch[0]", "These fields are required: [Next]")),
        row(
            74, title: "a catcher's Output in JSONPath",
            a(
                #"{"Type": "Task", \#(lambda), "Catch": [{"ErrorEquals": ["X"], ▸"Output": 1, "Next": "B"}], "End": true}"#, with: b
            ),
            svf(
                "/States/A/Catch[0]",
                "The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage")),
        row(
            74, title: "a catcher's ResultPath in JSONata",
            a(
                #"{"Type": "Task", "QueryLanguage": "JSONata", \#(lambda), "Catch": [{"ErrorEquals": ["X"], ▸"ResultPath": "$.e", "Next": "B"}], "End": true}"#,
                with: b),
            svf(
                "/States/A/Catch[0]",
                "The QueryLanguage is set to 'JSONata', but field 'ResultPath' is only supported for the 'JSONPath' QueryLanguage")),
        row(
            75, title: "a Wait for nothing", a(#"▸{"Type": "Wait", "End": true}"#),
            svf(
                "/States/A",
                "This object should have only one of the following fields: [SecondsPath, Seconds, TimestampPath, Timestamp]")),
        row(
            75, title: "a Wait for two things", a(#"{"Type": "Wait", "Seconds": 1, ▸"SecondsPath": "$.s", "End": true}"#),
            svf("/States/A", "There should only be one of the following fields: [SecondsPath, Seconds, TimestampPath, Timestamp]")),
        row(
            76, title: "a 30th of February", a(#"{"Type": "Wait", "Timestamp": ▸"2030-02-30T00:00:00Z", "End": true}"#),
            svf("/States/A/Timestamp", "String does not match RFC3339 timestamp")),
        row(
            77, title: "a negative Wait", a(#"{"Type": "Wait", "Seconds": ▸-1, "End": true}"#),
            svf("/States/A/Seconds", "Minimum value is 0")),
        row(
            77, title: "a Wait of more than three years", a(#"{"Type": "Wait", "Seconds": ▸100000000, "End": true}"#),
            svf("/States/A/Seconds", "Maximum value is 99999999")),
        row(
            78, title: "two errors", a(#"{"Type": "Fail", "Error": "E", ▸"ErrorPath": "$.e"}"#),
            svf("/States/A", "There should only be one of the following fields: [Error, ErrorPath]")),
        row(
            78, title: "two causes", a(#"{"Type": "Fail", "CausePath": "$.c", ▸"Cause": "C"}"#),
            svf("/States/A", "There should only be one of the following fields: [Cause, CausePath]")),
        row(
            79, title: "an Error that is a number", a(#"{"Type": "Fail", "Error": ▸404}"#),
            svf("/States/A/Error", "Expected value of type [STRING]")),
        row(
            81, title: "no branches", a(#"{"Type": "Parallel", "Branches": ▸[], "End": true}"#),
            svf("/States/A/Branches", "Value cannot be empty")),
        row(
            81, title: "no Branches", a(#"▸{"Type": "Parallel", "End": true}"#),
            svf("/States/A", "These fields are required: [Branches]")),
        row(
            82, title: "a branch without StartAt",
            a(#"{"Type": "Parallel", "Branches": [▸{"States": {"I": {"Type": "Succeed"}}}], "End": true}"#),
            svf("/States/A/Branches[0]", "These fields are required: [StartAt]")),
    ]

    // MARK: Map: 83 to 93

    private static func map(_ fields: String) -> String { a(#"{"Type": "Map", \#(fields), \#(distributed)}"#) }

    private static func reader(_ config: String) -> String {
        map(
            #""ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket": "b", "Key": "k"}, "ReaderConfig": \#(config)}"#
        )
    }

    private static let maps: [ValidationCheck] = [
        row(
            83, title: "a Map without a processor", a(#"▸{"Type": "Map", "End": true}"#),
            svf("/States/A", "This object should have only one of the following fields: [ItemProcessor, Iterator]")),
        row(
            83, title: "a Map with two processors",
            a(#"{"Type": "Map", "ItemProcessor": \#(processor), ▸"Iterator": \#(processor), "End": true}"#),
            svf("/States/A", "There should only be one of the following fields: [ItemProcessor, Iterator]")),
        row(
            84, title: "two selectors",
            a(#"{"Type": "Map", "ItemSelector": {}, ▸"Parameters": {}, "ItemProcessor": \#(processor), "End": true}"#),
            svf("/States/A", "There should only be one of the following fields: [ItemSelector, Parameters]")),
        row(
            85, title: "a mode there is none of",
            a(
                #"{"Type": "Map", "ItemProcessor": {"ProcessorConfig": {"Mode": ▸"PARALLEL"}, "StartAt": "I", "States": {"I": {"Type": "Succeed"}}}, "End": true}"#
            ), svf("/States/A/ItemProcessor/ProcessorConfig/Mode", "Value should be one of the following: [INLINE, DISTRIBUTED]")),
        row(
            85, title: "a Distributed Map without the type of its children",
            a(
                #"{"Type": "Map", "ItemProcessor": {▸"ProcessorConfig": {"Mode": "DISTRIBUTED"}, "StartAt": "I", "States": {"I": {"Type": "Succeed"}}}, "End": true}"#
            ), svf("/States/A/ItemProcessor/ProcessorConfig", "These fields are required: [ExecutionType]")),
        row(
            85, title: "an inline Map with a type of children",
            a(
                #"{"Type": "Map", "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE", ▸"ExecutionType": "EXPRESS"}, "StartAt": "I", "States": {"I": {"Type": "Succeed"}}}, "End": true}"#
            ), svf("/States/A/ItemProcessor/ProcessorConfig", "Field 'ExecutionType' is not supported")),
        row(
            86, title: "a label on an inline Map",
            a(#"{"Type": "Map", ▸"Label": "l", "ItemProcessor": \#(processor), "End": true}"#),
            svf("/States/A", "Field 'Label' is not supported")),
        row(
            86, title: "tolerated failures on an inline Map, which AWS accepts",
            a(#"{"Type": "Map", ▸"ToleratedFailureCount": 1, "ItemProcessor": \#(processor), "End": true}"#),
            warning(.schemaValidationFailed, "/States/A", "Field 'ToleratedFailureCount' is not supported")),
        row(
            87, title: "less than no concurrency",
            a(#"{"Type": "Map", "MaxConcurrency": ▸-1, "ItemProcessor": \#(processor), "End": true}"#),
            svf("/States/A/MaxConcurrency", "Minimum value is 0")),
        row(
            87, title: "two concurrencies",
            a(#"{"Type": "Map", "MaxConcurrency": 1, ▸"MaxConcurrencyPath": "$.c", "ItemProcessor": \#(processor), "End": true}"#),
            svf("/States/A", "There should only be one of the following fields: [MaxConcurrency, MaxConcurrencyPath]")),
        row(
            88, title: "more than all may fail", map(#""ToleratedFailurePercentage": ▸100.5"#),
            svf("/States/A/ToleratedFailurePercentage", "Maximum value is 100")),
        row(
            88, title: "less than none may fail", map(#""ToleratedFailureCount": ▸-1"#),
            svf("/States/A/ToleratedFailureCount", "Minimum value is 0")),
        row(
            88, title: "two counts", map(#""ToleratedFailureCount": 1, ▸"ToleratedFailureCountPath": "$.c""#),
            svf("/States/A", "There should only be one of the following fields: [ToleratedFailureCount, ToleratedFailureCountPath]")
        ),
        row(
            89, title: "the same label twice",
            a(
                #"{"Type": "Map", "Label": "l", \#(distributed.replacing(#""End": true"#, #""Next": "M""#))}"#
                    .replacing(#""I": {"Type": "Pass", "Next": "M"}"#, #""I": {"Type": "Pass", "End": true}"#),
                with: #""M": {"Type": "Map", "Label": ▸"l", \#(distributed.replacing(#""I""#, #""J""#))}"#),
            Finding(code: .duplicateLabelName, severity: .error, pointer: "/States/M/Label", message: "Duplicate Label name: l")),
        row(
            90, title: "an empty label", map(#""Label": ▸"""#),
            Finding(code: .invalidLabelName, severity: .error, pointer: "/States/A/Label", message: "Label name cannot be empty")),
        row(
            90, title: "a label of 41 characters", map(#""Label": ▸"\#(String(long.prefix(41)))""#),
            Finding(
                code: .invalidLabelName, severity: .error, pointer: "/States/A/Label",
                message: "Label name '\(long.prefix(41))' exceeds the 40-character limit allowed by the service")),
        row(
            90, title: "a label with a blank", map(#""Label": ▸"a b""#),
            Finding(
                code: .invalidLabelName, severity: .error, pointer: "/States/A/Label",
                message: "Label name 'a b' contains white space")),
        row(
            91, title: "a reader without its resource", map(#"▸"ItemReader": {"Parameters": {"Bucket": "b"}}"#),
            svf("/States/A/ItemReader", "These fields are required: [Resource]")),
        row(
            91, title: "a reader of another service",
            map(
                #""ItemReader": {"Resource": ▸"arn:aws:states:::dynamodb:scan", "Parameters": {}, "ReaderConfig": {"InputType": "JSON"}}"#
            ),
            svf(
                "/States/A/ItemReader/Resource",
                "The field 'Resource' does not match any of the allowed values. Examples: [arn:<partition>:states:::s3:getObject, "
                    + "arn:<partition>:states:::s3:listObjectsV2]")),
        row(
            91, title: "a type of input there is none of", reader(#"{"InputType": ▸"XML"}"#),
            svf(
                "/States/A/ItemReader/ReaderConfig/InputType",
                "Value should be one of the following: [CSV, JSON, JSONL, PARQUET, MANIFEST]")),
        row(
            91, title: "headers given and not given",
            reader(#"{"InputType": "CSV", "CSVHeaderLocation": "GIVEN"}"#).replacing(#""ReaderConfig""#, #"▸"ReaderConfig""#),
            svf("/States/A/ItemReader/ReaderConfig", "These fields are required: [CSVHeaders]")),
        row(
            91, title: "headers that are in the file anyway",
            reader(#"{"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW", ▸"CSVHeaders": ["a"]}"#),
            svf("/States/A/ItemReader/ReaderConfig", "Field 'CSVHeaders' is not supported")),
        row(
            91, title: "an inventory with a type of input", reader(#"{"ManifestType": "S3_INVENTORY", ▸"InputType": "JSONL"}"#),
            svf("/States/A/ItemReader/ReaderConfig", "Field 'InputType' is not supported")),
        row(
            91, title: "objects read without a type of input",
            reader(#"{"Transformation": "LOAD_AND_FLATTEN"}"#).replacing(#""ReaderConfig""#, #"▸"ReaderConfig""#),
            svf("/States/A/ItemReader/ReaderConfig", "These fields are required: [InputType]")),
        row(
            91, title: "two numbers of items", reader(#"{"InputType": "JSON", "MaxItems": 1, ▸"MaxItemsPath": "$.n"}"#),
            svf("/States/A/ItemReader/ReaderConfig", "There should only be one of the following fields: [MaxItems, MaxItemsPath]")),
        row(
            92, title: "batches without a limit", map(#"▸"ItemBatcher": {"BatchInput": {}}"#),
            svf(
                "/States/A/ItemBatcher",
                "At least one of these fields is required: [MaxItemsPerBatch, MaxItemsPerBatchPath, MaxInputBytesPerBatch, "
                    + "MaxInputBytesPerBatchPath]")),
        row(
            92, title: "batches beyond the payload's limit", map(#""ItemBatcher": {"MaxInputBytesPerBatch": ▸262145}"#),
            svf("/States/A/ItemBatcher/MaxInputBytesPerBatch", "Maximum value is 262144")),
        row(
            93, title: "an empty writer", map(#"▸"ResultWriter": {}"#),
            svf("/States/A/ResultWriter", "At least one of these fields is required: [WriterConfig, Resource, Parameters]")),
        row(
            93, title: "a writer without its place", map(#"▸"ResultWriter": {"Resource": "arn:aws:states:::s3:putObject"}"#),
            svf("/States/A/ResultWriter", "These fields are required: [Parameters]")),
        row(
            93, title: "a transformation there is none of",
            map(#""ResultWriter": {"WriterConfig": {"Transformation": ▸"ZIP", "OutputType": "JSON"}}"#),
            svf(
                "/States/A/ResultWriter/WriterConfig/Transformation",
                "Value should be one of the following: [NONE, COMPACT, FLATTEN]")),
    ]

    // MARK: The rest: 94 to 100

    /// Parallel states within each other; the one at the bottom is marked.
    private static func nested(_ levels: Int) -> String {
        var inner = #""StartAt": "S\#(levels)", ▸"States": {"S\#(levels)": {"Type": "Succeed"}}"#
        for level in stride(from: levels - 1, through: 0, by: -1) {
            inner =
                #""StartAt": "S\#(level)", "States": {"S\#(level)": {"Type": "Parallel", "Branches": [{\#(inner)}], "End": true}}"#
        }
        return "{\(inner)}"
    }

    private static let rest: [ValidationCheck] = [
        row(
            94, title: "51 Parallel states within each other", nested(51),
            Finding(
                code: .tooDeeplyNested, severity: .error,
                pointer: (0..<51).map { "/States/S\($0)/Branches[0]" }.joined() + "/States",
                message: "The states are nested too deeply: more than 50 Parallel and Map states")),
        row(
            96, title: "a path without .$ in the name", task(#"\#(lambda), "Parameters": {▸"x": "$.y"}"#),
            warning(.noDollar, "/States/A/Parameters/x", "No .$ on a field that appears to be a JSONPath or Intrinsic Function.")),
        row(
            96, title: "a call without .$ in the name",
            a(#"{"Type": "Pass", "Parameters": {"o": {▸"x": "States.UUID()"}}, "End": true}"#),
            warning(.noDollar, "/States/A/Parameters/o/x", "No .$ on a field that appears to be a JSONPath or Intrinsic Function.")),
        row(
            97, title: "a path where text is compared", rule(#"{"Variable": "$.x", "StringEquals": ▸"$.y", "Next": "B"}"#),
            warning(
                .noPath, "/States/A/Choices[0]/StringEquals",
                "Field value looks like a path, but field name does not end with 'Path'.")),
        row(
            97, title: "a path where an error is named", a(#"{"Type": "Fail", "Error": ▸"$.e"}"#),
            warning(.noPath, "/States/A/Error", "Field value looks like a path, but field name does not end with 'Path'.")),
        row(
            98, title: "a path in a Result", a(#"{"Type": "Pass", "Result": {"x.$": ▸"$.y"}, "End": true}"#),
            warning(.passResultIsStatic, "/States/A/Result/x.$", "Attempt to use a path in the result of a Pass state.")),
        row(
            99, title: "a null that means nothing", a(#"{"Type": "Pass", "Next": ▸null}"#, with: b),
            svf("/States/A/Next", "Expected value of type [STRING]")),
        row(
            100, title: "an End that is text", a(#"{"Type": "Pass", "End": ▸"true"}"#),
            svf("/States/A/End", "Expected value of type [BOOLEAN]")),
        row(
            100, title: "a Comment that is a number", a(#"{"Type": "Succeed", "Comment": ▸7}"#),
            svf("/States/A/Comment", "Expected value of type [STRING]")),
        row(
            100, title: "a state that is no object", #"{"StartAt": "A", "States": {"A": ▸5}}"#,
            svf("/States/A", "Expected value of type [OBJECT]")),
    ]

    static let all: [ValidationCheck] = machine + transitions + choice + tasks + paths + expressions + errors + maps + rest
}

extension String {
    /// The text with one part replaced, everywhere it occurs.
    func replacing(_ part: String, _ replacement: String) -> String {
        var result = ""
        var rest = self[...]
        while let range = rest.firstRange(of: part) {
            result += rest[..<range.lowerBound] + replacement
            rest = rest[range.upperBound...]
        }
        return result + rest
    }
}
