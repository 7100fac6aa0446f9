#if CommandLineTool
    import ArgumentParser
    import StatesJSON

    struct EvalCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "eval", abstract: "Evaluates an expression on the JSON of standard input.",
            discussion: """
                stepwell eval --jsonpath '$.items[*].price' < input.json
                echo '[1,2,3]' | stepwell eval --intrinsic 'States.ArrayContains($, 2)'
                """)

        @Option(parsing: .unconditional, help: ArgumentHelp("A path: $.a, $$.Execution.Id, $variable.", valueName: "expr"))
        var jsonpath: String?

        @Option(
            parsing: .unconditional,
            help: ArgumentHelp("A call of an intrinsic function: States.Format('{}', $.a).", valueName: "expr"))
        var intrinsic: String?

        @Option(
            parsing: .unconditionalSingleValue,
            help: ArgumentHelp("A variable's value. May be given several times.", valueName: "name=json"))
        var bind: [String] = []

        @Option(parsing: .unconditional, help: ArgumentHelp("The context object: JSON, @FILE or file://FILE.", valueName: "json"))
        var context: String = "{}"

        func validate() throws {
            guard (jsonpath == nil) != (intrinsic == nil) else {
                throw ValidationError("Give one expression: --jsonpath EXPR or --intrinsic EXPR.")
            }
        }

        func run() throws {
            let scope = TypedScope(
                input: try GivenInput("-", in: nil).value, contextObject: try GivenInput(context, in: nil).value,
                variables: try Binding.values(bind, option: "--bind"))
            let value = try ExpressionEvaluation.value(
                of: jsonpath ?? intrinsic ?? "", kind: jsonpath == nil ? .call : .path, in: scope)
            try StandardStream.output.write(value.compactText + "\n")
        }
    }
#endif
