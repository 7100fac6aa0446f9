#if CommandLineTool
    import ArgumentParser

    struct HistoryCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "history", abstract: "Shows an execution's events.",
            discussion: "Reads beside a running process; nothing is locked. --json prints GetExecutionHistory.")

        @Argument(help: ArgumentHelp("The execution's name or ARN.", valueName: "name"))
        var name: String

        @OptionGroup var data: DataOptions
        @OptionGroup var format: FormatOptions
        @OptionGroup var colour: ColourOptions

        func run() throws {
            let events = try StoredExecutions(directory: data.path).history(of: name)
            try StandardStream.output.write(
                format.writesJSON
                    ? AWSDocument.text(AWSDocument.history(events)) : HistoryTable.text(events, ink: colour.ink(for: .output)))
        }
    }
#endif
