#if CommandLineTool
    import ArgumentParser
    import StatesLanguage

    struct RunCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "run", abstract: "Runs a definition and prints its output.",
            discussion: """
                A folder brings inputs/default.json, functions.yaml and mocks.json with it. Progress goes to standard error, the output to \
                standard output. Ctrl-C leaves the execution where it is; `stepwell resume` goes on with it.
                """)

        @Argument(help: "A file, a folder of StateMachines/, or - for standard input.")
        var definition: String

        @Option(
            parsing: .unconditional,
            help: ArgumentHelp(
                "The input: JSON, @FILE, file://FILE or -. Default: the folder's inputs/default.json, or {}.", valueName: "json"))
        var input: String?

        @Option(help: ArgumentHelp("The execution's name. Default: a random one.", valueName: "name"))
        var name: String?

        @Option(
            help: ArgumentHelp("real, virtual, virtual@2026-01-01T00:00:00Z, or x60 for sixty times as fast.", valueName: "clock"))
        var clock: ClockChoice = .real

        @Option(help: ArgumentHelp("A number from which all randomness is derived, so that a run can be repeated.", valueName: "n"))
        var seed: UInt64?

        @Option(
            help: ArgumentHelp(
                "The share of Express executions that are run twice, 0 to 1, to see whether tasks bear it.", valueName: "share"))
        var duplicates: Double = 0

        @Flag(help: "Show nothing on standard error but messages.")
        var quiet = false

        @OptionGroup(title: "Definition") var reading: DefinitionOptions
        @OptionGroup(title: "Who performs tasks") var functions: FunctionOptions
        @OptionGroup(title: "Output") var format: FormatOptions
        @OptionGroup(title: "Output") var colour: ColourOptions
        @OptionGroup var data: DataOptions

        func validate() throws {
            guard (0...1).contains(duplicates) else { throw ValidationError("--duplicates is a share from 0 to 1.") }
            guard duplicates == 0 || reading.type == .express else {
                throw ValidationError("--duplicates belongs to --type express.")
            }
            guard definition != "-" || input != "-" else {
                throw ValidationError("Standard input is either the definition or the input, not both.")
            }
        }

        func run() async throws {
            let plan = try RunPlan(
                RunPlan.Wish(
                    definition: definition, input: input, name: name, clock: clock, seed: seed, duplicates: duplicates,
                    type: reading.type, substitutions: reading.substitutions(), sources: functions.choice, data: data.path,
                    output: SessionOutput(
                        writesJSON: format.writesJSON, isQuiet: quiet, ink: colour.ink(for: .error),
                        isLive: StandardStream.error.isTerminal)))
            try await plan.perform()
        }
    }
#endif
