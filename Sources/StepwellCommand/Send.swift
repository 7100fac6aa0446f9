#if CommandLineTool
    import ArgumentParser
    import StatesRuntime

    struct SendCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "send", abstract: "Answers a task that waits for it: success, failure or heartbeat.",
            discussion: """
                stepwell send success --state Approve --output '{"approved": true}'
                stepwell send failure TOKEN --error Refused --cause "too expensive"

                Works beside the process that runs the execution. If none does, the answer is kept, and the execution goes on with it when \
                it is resumed.
                """)

        enum Outcome: String, ExpressibleByArgument, CaseIterable {
            case success, failure, heartbeat
        }

        @Argument(help: ArgumentHelp("What to say.", valueName: "outcome"))
        var outcome: Outcome

        @Argument(help: "The task's token, unless --state names the task.")
        var token: String?

        @Option(help: ArgumentHelp("The state that waits.", valueName: "name"))
        var state: String?

        @Option(help: ArgumentHelp("The execution that waits, if several do.", valueName: "name"))
        var execution: String?

        @Option(
            parsing: .unconditional,
            help: ArgumentHelp("The task's output: JSON, @FILE, file://FILE or -. Default: {}.", valueName: "json"))
        var output: String?

        @Option(help: ArgumentHelp("The error's name.", valueName: "name"))
        var error: String?

        @Option(help: ArgumentHelp("What happened.", valueName: "text"))
        var cause: String?

        @OptionGroup var data: DataOptions

        func validate() throws {
            guard (token == nil) != (state == nil) else {
                throw ValidationError("Name the task by its token or by --state, not both.")
            }
            guard outcome == .success || output == nil else { throw ValidationError("--output belongs to success.") }
            guard outcome == .failure || (error == nil && cause == nil) else {
                throw ValidationError("--error and --cause belong to failure.")
            }
            guard state != nil || execution == nil else { throw ValidationError("--execution belongs to --state.") }
        }

        func run() throws {
            let target: ControlRequest.AnswerTarget =
                token.map { .token($0) } ?? .state(state ?? "", execution: execution)
            try DataDirectory(data.path).ask(.answer(target, try answer()))
        }

        private func answer() throws(Complaint) -> TokenAnswer {
            switch outcome {
            case .success: .success(try GivenInput(output ?? "{}", in: nil).value)
            case .failure: .failure(error: error, cause: cause)
            case .heartbeat: .heartbeat
            }
        }
    }
#endif
