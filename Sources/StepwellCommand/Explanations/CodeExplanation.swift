import StatesLanguage

/// What a diagnostic's code means, and the remedy (asl.md section 15).
struct CodeExplanation: Equatable {
    var code: Diagnostic.Code
    var meaning: String
    var remedy: String

    /// The explanation of a code, written in any case; nil if there is no such code.
    init?(_ text: String) {
        guard let code = Diagnostic.Code(rawValue: text.uppercased()) else { return nil }
        self.init(code)
    }

    init(_ code: Diagnostic.Code) {
        self.code = code
        (meaning, remedy) = Self.words(for: code)
    }

    var text: String {
        """
        \(code.rawValue) is a code of ValidateStateMachineDefinition\(Self.note(code)).

        \(meaning)
        \(remedy)

        """
    }

    private static func note(_ code: Diagnostic.Code) -> String {
        switch code {
        case .noDollar, .noPath, .passResultIsStatic: ", a warning: the definition is accepted"
        case .unresolvedSymbol: " that only Stepwell has, a note"
        default: ", an error: the definition is refused"
        }
    }

    private static func words(for code: Diagnostic.Code) -> (String, String) {
        switch code {
        case .invalidJSONDescription:
            (
                "The text is no JSON (or no YAML).",
                "Look at the place that is named: a comma, a quotation mark or a bracket is missing there."
            )
        case .missingDescription:
            ("There is no definition at all.", "Give one.")
        case .schemaValidationFailed:
            (
                "A field is missing, unknown, in the wrong place, of the wrong type or out of range.",
                "The message names the field; the pointer says where. Most fields belong to certain state types and one query language."
            )
        case .invalidResource:
            (
                "A Task's Resource names nothing that there is.",
                "Use a function's ARN, an activity's ARN, or arn:aws:states:::SERVICE:ACTION; `stepwell explain RESOURCE` reads it."
            )
        case .missingEndState:
            (
                "A States object has no state at which it could end.",
                "Give one of its states End: true, or add a Succeed or Fail state."
            )
        case .duplicateStateName:
            ("Two states have the same name.", "Names are unique in the whole definition, branches and item processors included.")
        case .invalidStateName:
            ("A state's name is empty or has more than 80 characters.", "Choose another name.")
        case .stateMachineNameEmpty:
            ("The state machine's name is empty.", "Give it a name of 1 to 80 characters.")
        case .stateMachineNameInvalid:
            (
                "The state machine's name has a character that names may not have.",
                "Leave out white space, control characters and any of < > { } [ ] ? * \" # % \\ ^ | ~ ` $ & , ; : /"
            )
        case .stateMachineNameTooLong:
            ("The state machine's name has more than 80 characters.", "Choose a shorter one.")
        case .stateMachineNameAlreadyExists:
            ("There is a state machine of that name already.", "Choose another name, or update the one that is there.")
        case .duplicateLabelName:
            ("Two Map states have the same Label.", "Labels are unique in the definition, because they stand in ARNs.")
        case .invalidLabelName:
            (
                "A Map state's Label is empty, has more than 40 characters, or a character that labels may not have.",
                "Choose another label."
            )
        case .missingTransitionTarget:
            (
                "A Next, Default, StartAt or Catch leads to a state that is not there, or no transition leads to a state.",
                "A target stands in the same States object: no transition crosses the border of a branch or an item processor."
            )
        case .tooDeeplyNested:
            ("Parallel and Map states are nested too deeply.", "Move an inner part into a state machine of its own and start that.")
        case .invalidJSONataExpression:
            ("A JSONata expression does not parse.", "The message names the place inside of the expression.")
        case .unsupportedJSONataExpression:
            (
                "A JSONata expression uses what Step Functions does not have there.",
                "$eval, $ and $$ are not available; $states.result and $states.errorOutput exist only in some fields."
            )
        case .noDollar:
            (
                "A value looks like a path or a call of an intrinsic function, but its name does not end in `.$`, so it stays text.",
                "Add `.$` to the name if it shall be evaluated."
            )
        case .noPath:
            (
                "A value looks like a path, but the field takes it literally.",
                "Use the field whose name ends in Path, such as SecondsPath for Seconds."
            )
        case .passResultIsStatic:
            ("A path stands inside of a Pass state's Result, which is never evaluated.", "Use Parameters instead of Result.")
        case .unresolvedSymbol:
            (
                "A ${Name} has no value. It is matched with functions and mocks by its name, and is an error only where a run needs its value.",
                "Give one: --substitution NAME=JSON, or --substitutions FILE."
            )
        }
    }
}
