#if CommandLineTool
    import ArgumentParser
    import StatesJSON
    import StatesLanguage

    /// Where executions are kept.
    struct DataOptions: ParsableArguments {
        @Option(
            name: .customLong("data"),
            help: ArgumentHelp(
                "The directory that executions are kept in.", discussion: "Default: $STEPWELL_DATA, or .stepwell.", valueName: "dir"
            ))
        var directory: String?

        /// The directory, wherever it was given.
        var path: String {
            if let directory, !directory.isEmpty { return directory }
            return environmentVariable("STEPWELL_DATA").flatMap { $0.isEmpty ? nil : $0 } ?? Self.standard
        }

        /// Where executions are kept unless told otherwise.
        static let standard = TypedCommands.standardDirectory
    }

    /// How results are written.
    struct FormatOptions: ParsableArguments {
        enum Format: String, ExpressibleByArgument, CaseIterable {
            case text, json
        }

        @Option(help: "How to write the result.")
        var format: Format = .text

        @Flag(name: .customLong("json"), help: "Short for --format json.")
        var isJSON = false

        var writesJSON: Bool { isJSON || format == .json }
    }

    /// Colour.
    struct ColourOptions: ParsableArguments {
        @Option(help: ArgumentHelp("When to use colour; NO_COLOR means never.", valueName: "when"))
        var color: ColourChoice = .auto

        func ink(for stream: StandardStream) -> Ink {
            color.ink(isTerminal: stream.isTerminal, environment: environmentVariable)
        }
    }

    /// How a definition is read.
    struct DefinitionOptions: ParsableArguments {
        enum Kind: String, ExpressibleByArgument, CaseIterable {
            case standard, express
        }

        @Option(name: .customLong("type"), help: "The state machine's type.")
        var kind: Kind = .standard

        @Option(
            name: .customLong("substitution"),
            help: ArgumentHelp("A value for ${NAME} in the definition. May be given several times.", valueName: "name=json"))
        var substitutionOptions: [String] = []

        @Option(
            name: .customLong("substitutions"), help: ArgumentHelp("A JSON or YAML file of values for ${NAME}.", valueName: "file"))
        var substitutionFile: String?

        var type: MachineType { kind == .express ? .express : .standard }

        func substitutions() throws(Complaint) -> [String: JSONValue] {
            try Binding.substitutions(file: substitutionFile, options: substitutionOptions)
        }
    }

    /// Who performs tasks.
    struct FunctionOptions: ParsableArguments {
        @Option(help: ArgumentHelp("A functions file, JSON or YAML.", valueName: "file"))
        var functions: String?

        @Option(help: ArgumentHelp("A mock file of Step Functions Local, and one of its test cases.", valueName: "file[#case]"))
        var mocks: String?

        @Option(help: ArgumentHelp("The test case of the mock file.", valueName: "case"))
        var testCase: String?

        @Option(help: ArgumentHelp("The state machine's name. Default: the definition's file name.", valueName: "name"))
        var machineName: String?

        var choice: TaskSources.Choice {
            TaskSources.Choice(functions: functions, mocks: mocks, testCase: testCase, machineName: machineName)
        }
    }

    extension ColourChoice: ExpressibleByArgument {}

    extension ClockChoice: ExpressibleByArgument {
        init?(argument: String) { self.init(argument) }
        var defaultValueDescription: String { text }
    }
#endif
