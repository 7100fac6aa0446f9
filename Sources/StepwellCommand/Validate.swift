#if CommandLineTool
    import ArgumentParser
    import StatesJSON
    import StatesLanguage

    struct ValidateCommand: ParsableCommand {
        enum Format: String, ExpressibleByArgument, CaseIterable {
            case text, json, sarif, github
        }

        static let configuration = CommandConfiguration(
            commandName: "validate", abstract: "Says everything that is wrong with definitions, and where.",
            discussion: "Folders are searched for NAME.asl.json and NAME.asl.yaml, and so are the folders in them.")

        @Argument(help: ArgumentHelp("Files and folders; - is standard input.", valueName: "path"))
        var paths: [String]

        @Option(help: "How to write the findings.")
        var format: Format = .text

        @Flag(name: .customLong("json"), help: "Short for --format json.")
        var isJSON = false

        @OptionGroup var definition: DefinitionOptions
        @OptionGroup var colour: ColourOptions

        func run() throws {
            let reports = try ValidationReports(
                paths: DefinitionSearch.definitions(at: paths), type: definition.type, substitutions: definition.substitutions())
            try StandardStream.output.write(reports.text(isJSON ? .json : format, ink: colour.ink(for: .output)))
            if format == .text, !isJSON { StandardStream.error.tell(reports.summary) }
            if reports.hasErrors { throw Complaint.notWell() }
        }
    }

    extension ValidationReports {
        func text(_ format: ValidateCommand.Format, ink: Ink) -> String {
            switch format {
            case .text: text(ink: ink)
            case .json: json.prettyText() + "\n"
            case .sarif: sarif.prettyText() + "\n"
            case .github: github
            }
        }
    }
#endif
