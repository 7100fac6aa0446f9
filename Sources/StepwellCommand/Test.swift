#if CommandLineTool
    import ArgumentParser

    struct TestCommand: AsyncParsableCommand {
        enum Format: String, ExpressibleByArgument, CaseIterable {
            case text, json, tap
        }

        static let configuration = CommandConfiguration(
            commandName: "test", abstract: "Runs the cases of test files: mocked tasks, virtual time.",
            discussion: """
                A test file is called NAME.test.yaml and stands beside NAME.asl.json; folders are searched for them. A mock file of Step \
                Functions Local is taken too, each of its test cases being a case. With --record, PATH is an execution of the data \
                directory or a file of GetExecutionHistory, and its answers become a test file. docs/guides/testing.md has the rest.
                """)

        @Argument(help: ArgumentHelp("Test files, mock files and folders.", valueName: "path"))
        var paths: [String]

        @Option(help: ArgumentHelp("Run the cases whose names match, a regular expression.", valueName: "re"))
        var filter: String?

        @Option(help: ArgumentHelp("How many cases run at once. Default: as many as there are processors.", valueName: "n"))
        var jobs: Int?

        @Option(help: ArgumentHelp("A number from which all randomness is derived.", valueName: "n"))
        var seed: UInt64 = 1

        @Flag(help: "Run again whenever a file changes.")
        var watch = false

        @Flag(help: "Take snapshots anew; with --record, replace the file.")
        var update = false

        @Option(help: ArgumentHelp("Also write a JUnit report.", valueName: "file"))
        var junit: String?

        @Option(help: "How to write the results.")
        var format: Format = .text

        @Flag(name: .customLong("json"), help: "Short for --format json.")
        var isJSON = false

        @Option(help: ArgumentHelp("Write a test file of what an execution did.", valueName: "file"))
        var record: String?

        @Option(
            name: [.customLong("endpoint-url"), .customLong("endpoint")],
            help: ArgumentHelp("Run the cases at another implementation, as far as it allows.", valueName: "url"))
        var endpoint: String?

        @Option(help: ArgumentHelp("The role that state machines are created with at an endpoint.", valueName: "arn"))
        var roleArn = "arn:aws:iam::123456789012:role/test"

        @OptionGroup var colour: ColourOptions
        @OptionGroup var data: DataOptions

        func validate() throws {
            if let jobs, jobs < 1 { throw ValidationError("--jobs is a number from 1 up.") }
            if watch, record != nil || endpoint != nil {
                throw ValidationError("--watch goes with neither --record nor --endpoint-url.")
            }
        }

        func run() async throws {
            if let record {
                return try RecordedTest(executions: paths, data: data.path, replaces: update).write(to: record)
            }
            let session = TestSession(
                TestSession.Wish(
                    paths: paths, filter: filter, jobs: jobs, seed: seed, updates: update, junit: junit,
                    format: isJSON ? .json : format, endpoint: endpoint, roleArn: roleArn, ink: colour.ink(for: .output)))
            if watch { try await session.watch() }
            try await session.run()
        }
    }
#endif
