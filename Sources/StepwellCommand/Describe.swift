#if CommandLineTool
    import ArgumentParser
    import StatesKernel
    import StatesRuntime

    struct DescribeCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "describe", abstract: "Shows one execution: status, input, output, and what it waits for.",
            discussion: "Reads beside a running process; nothing is locked. --json prints DescribeExecution.", aliases: ["show"])

        @Argument(help: ArgumentHelp("The execution's name or ARN.", valueName: "name"))
        var name: String

        @OptionGroup var data: DataOptions
        @OptionGroup var format: FormatOptions
        @OptionGroup var colour: ColourOptions

        func run() throws {
            let execution = try StoredExecutions(directory: data.path).description(of: name)
            let words = TypedCommands(data: data.path)
            try StandardStream.output.write(
                format.writesJSON
                    ? AWSDocument.text(AWSDocument.execution(execution))
                    : DescriptionText.text(execution, ink: colour.ink(for: .output)) { words.send(execution.start.name, $0) })
        }
    }
#endif
