#if CommandLineTool
    import ArgumentParser

    /// The command `stepwell`.
    @main
    struct StepwellTool: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "stepwell",
            abstract: "Runs Amazon States Language state machines on this machine, durably.",
            discussion: """
                A definition is a file (.asl.json, .json, .asl.yaml, .yaml), a folder of StateMachines/, or - for standard input.

                Exit status: 0 done, 1 what was asked about is not well, 2 it could not be asked, 3 a fault of ours or of the disk, \
                130 and 143 interrupted.
                """,
            version: Version.text,
            subcommands: [
                RunCommand.self, ResumeCommand.self, ValidateCommand.self, TestCommand.self, CostCommand.self, ListCommand.self,
                DescribeCommand.self, HistoryCommand.self, StopCommand.self, SendCommand.self, GraphCommand.self, EvalCommand.self,
                ExplainCommand.self,
            ] + serving)

        #if Server
            private static let serving: [any ParsableCommand.Type] = [ServeCommand.self]
        #else
            private static let serving: [any ParsableCommand.Type] = []
        #endif

        static func main() async {
            StandardStream.openMissing()
            do {
                var command = try parseAsRoot()
                if var command = command as? any AsyncParsableCommand {
                    try await command.run()
                } else {
                    try command.run()
                }
            } catch {
                endProcess(withStatus: Ending.status(of: error))
            }
        }
    }
#else
    @main
    enum StepwellTool {
        static func main() {
            StandardStream.error.tell(
                "stepwell was built without its command line: build it with the package trait CommandLineTool.")
            endProcess(withStatus: Complaint.Status.cannotAsk.rawValue)
        }
    }
#endif
