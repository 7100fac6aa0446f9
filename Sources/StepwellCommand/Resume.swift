#if CommandLineTool
    import ArgumentParser

    struct ResumeCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "resume", abstract: "Goes on with executions that were interrupted.",
            discussion: """
                An execution goes on with the definition it was started with, and with the functions, mocks and clock of its start unless \
                others are named. Deadlines are kept. A task that ran when the process ended fails with States.TaskFailed, because nobody \
                knows what it did; Retry and Catch decide.
                """)

        @Argument(help: "The execution's name or ARN; may be left out if only one was interrupted.")
        var name: String?

        @Flag(help: "Go on with all of them.")
        var all = false

        @Option(help: ArgumentHelp("Another clock than that of the start.", valueName: "clock"))
        var clock: ClockChoice?

        @Flag(help: "Show nothing on standard error but messages.")
        var quiet = false

        @OptionGroup(title: "Who performs tasks") var functions: FunctionOptions
        @OptionGroup(title: "Output") var format: FormatOptions
        @OptionGroup(title: "Output") var colour: ColourOptions
        @OptionGroup var data: DataOptions

        func validate() throws {
            guard name == nil || !all else { throw ValidationError("Name an execution or say --all, not both.") }
        }

        func run() async throws {
            let plan = ResumePlan(
                name: name, all: all, clock: clock, sources: functions.choice, data: data.path,
                output: SessionOutput(
                    writesJSON: format.writesJSON, isQuiet: quiet, ink: colour.ink(for: .error),
                    isLive: StandardStream.error.isTerminal))
            try await plan.perform()
        }
    }
#endif
