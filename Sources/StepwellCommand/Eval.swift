#if CommandLineTool
    import ArgumentParser
    import StatesJSON
    import StatesJSONata

    struct EvalCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "eval", abstract: "Evaluates an expression on the JSON of standard input.",
            discussion: """
                stepwell eval --jsonata 'items[price > 10].sku' < input.json
                echo '{"n": 20}' | stepwell eval --dialect aws --jsonata '$states.input.n + $more' --bind more=1
                stepwell eval --jsonpath '$.items[*].price' < input.json
                echo '[1,2,3]' | stepwell eval --intrinsic 'States.ArrayContains($, 2)'
                """)

        /// Which JSONata.
        enum DialectName: String, ExpressibleByArgument, CaseIterable {
            case jsonata, aws

            var dialect: Dialect { self == .aws ? .stepFunctions : .published }
        }

        @Option(
            parsing: .unconditional,
            help: ArgumentHelp("JSONata: items[price > 10].sku, or $states.input.items in AWS's dialect.", valueName: "expr"))
        var jsonata: String?

        @Option(
            help: ArgumentHelp(
                "Which JSONata: as published, with the input as context item, or as in a state, with $states.input.",
                valueName: "dialect"))
        var dialect: DialectName?

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
            guard [jsonata, jsonpath, intrinsic].count(where: { $0 != nil }) == 1 else {
                throw ValidationError("Give one expression: --jsonata EXPR, --jsonpath EXPR or --intrinsic EXPR.")
            }
            if dialect != nil, jsonata == nil { throw ValidationError("--dialect belongs to --jsonata.") }
        }

        func run() throws {
            try StandardStream.output.write(try value().compactText + "\n")
        }

        private func value() throws -> JSONValue {
            let input = try GivenInput("-", in: nil).value
            let context = try GivenInput(context, in: nil).value
            let variables = try Binding.values(bind, option: "--bind")
            if let jsonata {
                let evaluation = JSONataEvaluation(input: input, context: context, variables: variables)
                return try evaluation.value(of: jsonata, dialect: (dialect ?? .jsonata).dialect)
            }
            return try ExpressionEvaluation.value(
                of: jsonpath ?? intrinsic ?? "", kind: jsonpath == nil ? .call : .path,
                in: TypedScope(input: input, contextObject: context, variables: variables))
        }
    }
#endif
