import StatesJSON
import StatesLanguage
import Testing

/// Findings beyond the numbered list, seen at AWS or following from the fields' descriptions.
@Suite("Fields of states")
struct FieldTests {
    private func messages(_ state: String) -> [String] {
        DefinitionCheck(definition: "{\"StartAt\": \"A\", \"States\": {\"A\": \(state), \"B\": {\"Type\": \"Succeed\"}}}")
            .diagnostics
            .filter { $0.message != "State \"B\" is not reachable." }
            .map { "\($0.severity.word) \($0.pointer ?? "-"): \($0.message)" }
    }

    @Test(
        "states that are as they should be",
        arguments: [
            #"{"Type": "Pass", "Comment": "c", "InputPath": "$$.Execution", "OutputPath": "$.a..b", "ResultPath": "$['a'][0].b", "Next": "B"}"#,
            #"{"Type": "Pass", "Next": "B", "End": false}"#,
            #"{"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName.$": "$.f"}, "Next": "B", "Retry": [], "Catch": []}"#,
            #"{"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken", "Parameters": {"FunctionName": "f", "Payload.$": "$$"}, "Next": "B"}"#,
            #"{"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "Credentials": {"RoleArn.$": "$.r"}, "Parameters": {"Message": "m"}, "TimeoutSecondsPath": "$.t", "HeartbeatSecondsPath": "$$.Execution.Input.h", "Next": "B"}"#,
            #"{"Type": "Wait", "Timestamp": "2030-01-01T00:00:00.123456789+02:00", "Next": "B"}"#,
            #"{"Type": "Fail", "ErrorPath": "States.Format('{}', $.e)", "CausePath": "$.c"}"#,
            #"{"Type": "Choice", "Choices": [{"And": [{"Variable": "$.a", "IsPresent": true}, {"Not": {"Variable": "$.b", "StringMatches": "a\\*b*"}}], "Next": "B", "Comment": "c"}]}"#,
            #"{"Type": "Map", "ItemsPath": "$$.Execution.Input.items", "MaxConcurrencyPath": "$.c", "Iterator": {"StartAt": "I", "States": {"I": {"Type": "Succeed"}}}, "Next": "B"}"#,
            #"{"Type": "Pass", "QueryLanguage": "JSONata", "Assign": {"ä_1": "{% $states.input %}"}, "Output": ["{% 1 %}", " {% 2 %} "], "Next": "B"}"#,
        ])
    func good(state: String) { #expect(messages(state) == []) }

    @Test("an expression that is not closed")
    func unclosedExpression() {
        #expect(
            messages(#"{"Type": "Pass", "QueryLanguage": "JSONata", "Output": {"a": ["{% 1"]}, "Next": "B"}"#) == [
                "error /States/A/Output/a[0]: JSONata string must start with {% and end with %}"
            ])
    }

    @Test("plain text where JSONata wants a number")
    func textForNumber() {
        #expect(
            messages(#"{"Type": "Wait", "QueryLanguage": "JSONata", "Seconds": "5", "Next": "B"}"#) == [
                "error /States/A/Seconds: Expected value of type Integer"
            ])
    }

    @Test("credentials of an activity")
    func activityCredentials() {
        #expect(
            messages(
                #"{"Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:a", "Credentials": {"RoleArn": "r"}, "Next": "B"}"#
            ) == ["error /States/A/Credentials: The field 'Credentials' is not supported for activities"])
    }

    @Test(
        "error and cause come from one value or a function that answers text",
        arguments: [
            (
                "States.ArrayLength($.e)",
                "The value for the field 'ErrorPath' must be a valid JSONPath or a valid intrinsic function call"
            ),
            ("$.e[*]", "Value is not a Reference Path: it may name more than one value"),
        ])
    func errorPath(path: String, message: String) {
        #expect(messages("{\"Type\": \"Fail\", \"ErrorPath\": \"\(path)\"}") == ["error /States/A/ErrorPath: \(message)"])
    }

    @Test("a field of a rule in the other language is one mistake, not two")
    func otherLanguage() {
        #expect(
            messages(#"{"Type": "Choice", "Choices": [{"Condition": true, "Next": "B"}]}"#) == [
                "error /States/A/Choices[0]: The QueryLanguage is set to 'JSONPath', but field 'Condition' is only supported for the "
                    + "'JSONata' QueryLanguage"
            ])
        #expect(
            messages(#"{"Type": "Choice", "QueryLanguage": "JSONata", "Choices": [{"Variable": "$.x", "Next": "B"}]}"#) == [
                "error /States/A/Choices[0]: The QueryLanguage is set to 'JSONata', but field 'Variable' is only supported for the "
                    + "'JSONPath' QueryLanguage"
            ])
    }

    @Test("states in a Map or Parallel have the machine's language, not the Map's")
    func inheritedLanguage() {
        #expect(
            messages(
                #"{"Type": "Map", "QueryLanguage": "JSONata", "Next": "B", "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Succeed", "Output": 1}}}}"#
            ) == [
                "error /States/A/ItemProcessor/States/I: The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for "
                    + "the 'JSONata' QueryLanguage"
            ])
    }

    @Test("an unknown action of the AWS SDK is accepted, with a warning where it cannot be spelt so")
    func sdkActions() {
        #expect(messages(#"{"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:newservice:doThings", "Next": "B"}"#) == [])
        #expect(
            messages(
                #"{"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:s3:GetObject", "Parameters": {"bucket": "b"}, "Next": "B"}"#
            )
                == [
                    "warning /States/A/Resource: The action 'GetObject' should begin with a small letter",
                    "warning /States/A/Parameters: The field 'bucket' is not supported by Step Functions",
                ])
    }

    @Test("numbers beyond all bounds are out of range, not malformed")
    func hugeNumbers() {
        #expect(
            messages(#"{"Type": "Wait", "Seconds": 1e999999, "Next": "B"}"#) == [
                "error /States/A/Seconds: Maximum value is 99999999"
            ])
        #expect(
            messages(#"{"Type": "Wait", "Seconds": -123456789012345678901234567890, "Next": "B"}"#) == [
                "error /States/A/Seconds: Minimum value is 0"
            ])
        #expect(messages(#"{"Type": "Wait", "Seconds": 5.0, "Next": "B"}"#) == [])
    }
}
