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

        @Flag(help: "Add advice: what AWS's Well-Architected papers would say about definitions that are valid.")
        var advice = false

        @Option(
            name: .customLong("allow"),
            help: ArgumentHelp("Advice not to give: WA101. A Comment with stepwell:allow WA101 does the same.", valueName: "code"))
        var allowed: [String] = []

        @OptionGroup var definition: DefinitionOptions
        @OptionGroup var colour: ColourOptions

        func run() throws {
            let paths = try DefinitionSearch.definitions(at: paths)
            let reports = try ValidationReports(
                paths: paths, type: definition.type, substitutions: definition.substitutions())
            let format = isJSON ? .json : format
            let advice =
                advice ? try AdviceReports(paths: paths, type: definition.type, allowing: Set(allowed)) : AdviceReports()
            let ink = colour.ink(for: .output)
            switch format {
            case .text: try StandardStream.output.write(reports.text(.text, ink: ink) + advice.text(ink: ink))
            case .json:
                let all = JSONValue.array((reports.json.array ?? []) + advice.json)
                try StandardStream.output.write(all.prettyText() + "\n")
            case .github: try StandardStream.output.write(reports.github + advice.github)
            // Advice is no finding of a validator, and SARIF is for those.
            case .sarif: try StandardStream.output.write(reports.text(.sarif, ink: ink))
            }
            if format == .text { StandardStream.error.tell(reports.summary + advice.summary) }
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
