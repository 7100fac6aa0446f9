#if CommandLineTool
    import ArgumentParser
    import StatesKernel

    struct ListCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "Lists executions, newest first.",
            discussion: "Reads beside a running process; nothing is locked.")

        enum Status: String, ExpressibleByArgument, CaseIterable {
            case running, succeeded, failed, timedOut = "timed_out", aborted

            var status: ExecutionStatus {
                switch self {
                case .running: .running
                case .succeeded: .succeeded
                case .failed: .failed
                case .timedOut: .timedOut
                case .aborted: .aborted
                }
            }
        }

        @Option(help: "Only executions that stand so.")
        var status: Status?

        @Option(help: ArgumentHelp("At most so many.", valueName: "n"))
        var limit: Int = 100

        @OptionGroup var data: DataOptions
        @OptionGroup var format: FormatOptions
        @OptionGroup var colour: ColourOptions

        func validate() throws {
            guard limit > 0 else { throw ValidationError("--limit is at least 1.") }
        }

        func run() throws {
            let executions = try StoredExecutions(directory: data.path).list(status: status?.status, limit: limit)
            try StandardStream.output.write(
                format.writesJSON
                    ? AWSDocument.text(AWSDocument.list(executions)) : ExecutionList.text(executions, ink: colour.ink(for: .output))
            )
        }
    }
#endif
