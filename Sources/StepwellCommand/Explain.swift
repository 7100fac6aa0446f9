#if CommandLineTool
    import ArgumentParser

    struct ExplainCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "explain", abstract: "Explains a resource, an error's name or a diagnostic's code.",
            discussion: """
                stepwell explain arn:aws:states:::sqs:sendMessage.waitForTaskToken
                stepwell explain States.TaskFailed
                stepwell explain MISSING_TRANSITION_TARGET
                """)

        @Argument(help: ArgumentHelp("A resource, an error or a code.", valueName: "what"))
        var subject: String

        @Option(help: ArgumentHelp("A folder of StateMachines/, whose functions and mocks are looked at.", valueName: "folder"))
        var `in`: String?

        @OptionGroup var functions: FunctionOptions

        func run() throws {
            if let code = CodeExplanation(subject) { return try StandardStream.output.write(code.text) }
            let project = try `in`.map { argument throws(Complaint) in try Project(argument) }
            let explanation = try Explanation(subject, TaskSources(functions.choice, project: project))
            try StandardStream.output.write(explanation.text)
        }
    }
#endif
