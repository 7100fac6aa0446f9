#if CommandLineTool
    import ArgumentParser

    struct GraphCommand: ParsableCommand {
        enum Format: String, ExpressibleByArgument, CaseIterable {
            case mermaid, dot
        }

        static let configuration = CommandConfiguration(
            commandName: "graph", abstract: "Draws a definition: states, choices, retries and catchers.")

        @Argument(help: "A file, a folder of StateMachines/, or - for standard input.")
        var definition: String

        @Option(help: "The notation.")
        var format: Format = .mermaid

        func run() throws {
            let file = try DefinitionFile(path: Project(definition).definition)
            guard let graph = StateGraph(try file.node()) else {
                throw Complaint.cannotAsk("\(file.name): no definition: it has no object 'States'")
            }
            try StandardStream.output.write(format == .mermaid ? graph.mermaid() : graph.dot())
        }
    }
#endif
