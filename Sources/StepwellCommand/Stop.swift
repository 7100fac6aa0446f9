#if CommandLineTool
    import ArgumentParser

    struct StopCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "stop", abstract: "Ends an execution as ABORTED.",
            discussion: "Asks the process that runs it, or writes to the data directory if there is none.")

        @Argument(help: ArgumentHelp("The execution's name or ARN.", valueName: "name"))
        var name: String

        @Option(help: ArgumentHelp("The error that the execution shall show.", valueName: "name"))
        var error: String?

        @Option(help: ArgumentHelp("The cause that the execution shall show.", valueName: "text"))
        var cause: String?

        @OptionGroup var data: DataOptions

        func run() throws {
            try DataDirectory(data.path).ask(.stop(execution: name, error: error, cause: cause))
        }
    }
#endif
