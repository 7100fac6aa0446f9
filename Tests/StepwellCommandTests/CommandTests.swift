#if CommandLineTool && YAML
    import Foundation
    import StatesJSON
    import Testing

    @testable import StepwellCommand

    /// The built command, run as a process of its own.
    private struct Command {
        struct Outcome: Equatable {
            var status: Int32
            var output: String
            var error: String
        }

        let directory: String

        /// The binary stands beside the tests, or beside the bundle that holds them.
        static let path: String? = {
            let bundles = Bundle.allBundles.filter { $0.bundlePath.hasSuffix(".xctest") }.map(\.bundleURL)
            for start in [Bundle.main.executableURL].compactMap({ $0 }) + bundles {
                var folder = start.deletingLastPathComponent()
                for _ in 0..<4 {
                    let candidate = folder.appendingPathComponent("stepwell").path
                    if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
                    folder = folder.deletingLastPathComponent()
                }
            }
            return nil
        }()

        func start(_ arguments: [String], input: String = "", environment: [String: String] = [:]) throws -> Running {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: try #require(Self.path))
            process.arguments = arguments
            process.currentDirectoryURL = URL(fileURLWithPath: directory)
            var variables = ProcessInfo.processInfo.environment
            variables["STEPWELL_DATA"] = nil
            variables["NO_COLOR"] = nil
            process.environment = variables.merging(environment) { _, new in new }
            let running = Running(process: process)
            try running.begin(input)
            return running
        }

        func run(_ arguments: String..., input: String = "", environment: [String: String] = [:]) async throws -> Outcome {
            try await start(arguments, input: input, environment: environment).finish()
        }
    }

    /// A process whose streams go to files, so that nothing has to be read at the right moment.
    private final class Running {
        let process: Process
        private let output = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        private let error = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)

        init(process: Process) { self.process = process }

        func begin(_ input: String) throws {
            for file in [output, error] { try Data().write(to: file) }
            let pipe = Pipe()
            process.standardInput = pipe
            process.standardOutput = try FileHandle(forWritingTo: output)
            process.standardError = try FileHandle(forWritingTo: error)
            try process.run()
            try pipe.fileHandleForWriting.write(contentsOf: Data(input.utf8))
            try pipe.fileHandleForWriting.close()
        }

        /// Waits until standard error contains a text. A process that does not say it within minutes never will, and is ended.
        func says(_ text: String) async throws {
            for _ in 0..<24_000 {
                if try String(contentsOf: error, encoding: .utf8).contains(text) || !process.isRunning { return }
                try await Task.sleep(for: .milliseconds(5))
            }
            process.terminate()
            Issue.record("the command did not say: \(text)")
        }

        func finish() async throws -> Command.Outcome {
            while process.isRunning { try await Task.sleep(for: .milliseconds(2)) }
            defer { for file in [output, error] { try? FileManager.default.removeItem(at: file) } }
            return Command.Outcome(
                status: process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus,
                output: try String(contentsOf: output, encoding: .utf8), error: try String(contentsOf: error, encoding: .utf8))
        }
    }

    @Suite("The command")
    struct CommandTests {
        private let pass = #"{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}"#
        private let fail = #"{"StartAt":"A","States":{"A":{"Type":"Fail","Error":"No","Cause":"never"}}}"#
        private let pause = #"{"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":600,"End":true}}}"#
        private let ask = """
            {"StartAt":"Ask","States":{"Ask":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken",
              "Parameters":{"QueueUrl":"q","MessageBody":{"t.$":"$$.Task.Token"}},"End":true}}}
            """

        @Test("run prints the output, and nothing else, to standard output")
        func run() async throws {
            let scratch = try Scratch(["p.asl.json": pass])
            let command = Command(directory: scratch.path)
            let outcome = try await command.run(
                "run", "p.asl.json", "--input", #"{"a": [1, 2.5]}"#, "--name", "one", "--clock", "virtual")
            #expect(
                outcome
                    == Command.Outcome(
                        status: 0, output: "{\"a\":[1,2.5]}\n",
                        error: """
                            one · p · Standard · virtual clock · .stepwell
                              ✓ A
                            SUCCEEDED
                            1 transition · 0 ms · $0.000025 us-east-1, prices of 2025-08-01

                            """))
            #expect(try scratch.read(".stepwell/.gitignore") == "*\n")
        }

        @Test("a failed execution prints no output, says why, and exits with 1")
        func failure() async throws {
            let scratch = try Scratch(["f.asl.json": fail])
            let outcome = try await Command(directory: scratch.path).run("run", "f.asl.json", "--type", "express", "--name", "one")
            #expect(
                outcome
                    == Command.Outcome(
                        status: 1, output: "",
                        error: "one · f · Express · in memory\n  ✗ A\nFAILED  No: never\n1 transition · 0 ms\n"))
        }

        @Test("--json prints DescribeExecution, and describe and history read it back")
        func documents() async throws {
            let scratch = try Scratch(["p.asl.json": pass])
            let command = Command(directory: scratch.path)
            let clock = ["--clock", "virtual@2026-01-01T00:00:00Z"]
            let ran = try await command.start(
                ["run", "p.asl.json", "--name", "one", "--json", "--quiet", "--input", " {} "] + clock
            ).finish()
            #expect(
                ran
                    == Command.Outcome(
                        status: 0,
                        output: """
                            {
                                "executionArn": "arn:aws:states:us-east-1:123456789012:execution:p:one",
                                "stateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:p",
                                "name": "one",
                                "status": "SUCCEEDED",
                                "startDate": "2026-01-01T00:00:00+00:00",
                                "stopDate": "2026-01-01T00:00:00+00:00",
                                "input": " {} ",
                                "inputDetails": {
                                    "included": true
                                },
                                "output": "{}",
                                "outputDetails": {
                                    "included": true
                                },
                                "redriveCount": 0
                            }

                            """, error: ""))
            #expect(try await command.run("describe", "one", "--json").output == ran.output)
            #expect(try await command.run("show", "one", "--json").output == ran.output)
            let history = try await JSONValue(parsing: command.run("history", "one", "--json").output)
            #expect(
                history["events"]?.array?.map { $0["type"] } == [
                    "ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded",
                ])
            #expect(
                try await command.run("list").output == """
                    NAME  MACHINE  TYPE      STATUS     STARTED                   TOOK
                    one   p        Standard  SUCCEEDED  2026-01-01T00:00:00.000Z  0 ms

                    """)
        }

        @Test("a folder's parts are found, printed and used")
        func folder() async throws {
            let scratch = try Scratch([
                "order/order.asl.json":
                    #"{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:1:function:f","End":true}}}"#,
                "order/inputs/default.json": #"{"n":1}"#, "order/inputs/two.json": #"{"n":2}"#,
                "order/functions.yaml": "functions:\n  f: cat\n",
                "order/mocks.json":
                    #"{"StateMachines":{"order":{"TestCases":{"x":{"A":"m"}}}},"MockedResponses":{"m":{"0":{"Return":"mocked"}}}}"#,
            ])
            let command = Command(directory: scratch.path)
            let own = try await command.run("run", "order", "--name", "a")
            #expect(own.output == "{\"n\":1}\n")
            #expect(own.error.hasPrefix("a · order · Standard · inputs/default.json · functions.yaml · .stepwell\n"))
            #expect(try await command.run("run", "order", "--input", "@inputs/two.json", "--quiet").output == "{\"n\":2}\n")
            let mocked = try await command.run("run", "order", "--test-case", "x", "--input", "{}", "--name", "b")
            #expect(mocked.output == "\"mocked\"\n")
            #expect(mocked.error.hasPrefix("b · order · Standard · functions.yaml · mocks.json#x · .stepwell\n"))
        }

        @Test("standard error of a command is passed through with the state's name")
        func standardError() async throws {
            let scratch = try Scratch([
                "t.asl.json":
                    #"{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:1:function:f","End":true}}}"#,
                "f.yaml": "functions:\n  f: sh -c 'echo hello >&2; cat'\n",
            ])
            let outcome = try await Command(directory: scratch.path).run("run", "t.asl.json", "--functions", "f.yaml", "--quiet")
            #expect(outcome == Command.Outcome(status: 0, output: "{}\n", error: "  A: hello\n"))
        }

        @Test("SIGINT leaves the execution where it is, and resume goes on with it")
        func interruption() async throws {
            let scratch = try Scratch(["p.asl.json": pause])
            let command = Command(directory: scratch.path)
            let running = try command.start(["run", "p.asl.json", "--name", "one"])
            try await running.says("A  waits")
            kill(running.process.processIdentifier, SIGINT)
            let outcome = try await running.finish()
            #expect(outcome.status == 130)
            #expect(outcome.error.hasSuffix("one is safe on disk. Continue: stepwell resume one\n"))
            let resumed = try await command.run("resume", "--clock", "virtual")
            #expect(resumed.status == 0)
            #expect(resumed.output == "{}\n")
            #expect(try await command.run("resume").error == "nothing was interrupted in .stepwell\n")
            #expect(try await command.run("resume", "one").status == 2)
        }

        @Test("SIGTERM exits with 143, SIGKILL loses nothing, and a changed definition is noticed")
        func kills() async throws {
            let scratch = try Scratch(["p.asl.json": pause])
            let command = Command(directory: scratch.path)
            let first = try command.start(["run", "p.asl.json", "--name", "one"])
            try await first.says("A  waits")
            kill(first.process.processIdentifier, SIGTERM)
            #expect(try await first.finish().status == 143)
            let second = try command.start(["run", "p.asl.json", "--name", "two"])
            try await second.says("A  waits")
            kill(second.process.processIdentifier, SIGKILL)
            #expect(try await second.finish().status == 137)
            try scratch.write(pause.replacingOccurrences(of: "600", with: "5"), to: "p.asl.json")
            #expect(try await command.run("resume").status == 2)
            let resumed = try await command.run("resume", "--all", "--clock", "virtual")
            #expect(resumed.status == 0)
            #expect(resumed.output == "{}\n{}\n")
            #expect(
                resumed.error.contains(
                    "note: the definition's file was changed since; one goes on with the one it was started with"))
            #expect(try await command.run("list", "--status", "succeeded", "--json").output.contains("\"two\""))
        }

        @Test("a second terminal answers and stops; a second writer is refused with the first one's pid")
        func secondTerminal() async throws {
            let scratch = try Scratch([
                "a.asl.json": ask, "f.yaml": "functions:\n  sqs:sendMessage: { return: {} }\n", "p.asl.json": pass,
            ])
            let command = Command(directory: scratch.path)
            let running = try command.start(["run", "a.asl.json", "--name", "one", "--functions", "f.yaml"])
            try await running.says("stepwell send success --state Ask --execution one --output '{}'")
            let mode =
                try FileManager.default.attributesOfItem(atPath: "\(scratch.path)/.stepwell/socket")[.posixPermissions] as? Int
            #expect(mode == 0o600)
            let refused = try await command.run("run", "p.asl.json")
            #expect(refused.status == 2)
            #expect(refused.error.contains("process \(running.process.processIdentifier) "))
            #expect(try await command.run("send", "success", "--state", "Nowhere").status == 2)
            #expect(try await command.run("send", "success", "nonsense").error == "error: Invalid Token: 'Invalid token'\n")
            #expect(try await command.run("describe", "one").output.contains("… Ask waits for an answer"))
            #expect(try await command.run("send", "heartbeat", "--state", "Ask").status == 0)
            #expect(try await command.run("send", "success", "--state", "Ask", "--output", #"{"ok":true}"#).status == 0)
            #expect(try await running.finish().output == "{\"ok\":true}\n")

            let stopped = try command.start(["run", "a.asl.json", "--name", "two", "--functions", "f.yaml"])
            try await stopped.says("stepwell send")
            #expect(try await command.run("stop", "two", "--error", "Enough").status == 0)
            let outcome = try await stopped.finish()
            #expect(outcome.status == 1)
            #expect(outcome.error.contains("  ■ Ask") && outcome.error.contains("ABORTED  Enough"))
        }

        @Test("an answer without a running process is kept")
        func parkedAnswer() async throws {
            let scratch = try Scratch(["a.asl.json": ask, "f.yaml": "functions:\n  sqs:sendMessage: { return: {} }\n"])
            let command = Command(directory: scratch.path)
            let running = try command.start(["run", "a.asl.json", "--name", "one", "--functions", "f.yaml"])
            try await running.says("stepwell send")
            kill(running.process.processIdentifier, SIGKILL)
            _ = try await running.finish()
            #expect(try await command.run("send", "failure", "--state", "Ask", "--error", "No").status == 0)
            let description = try await command.run("describe", "one")
            #expect(description.output.contains("one  FAILED"))
            #expect(try await command.run("send", "failure", "--state", "Ask").status == 2)
        }

        @Test("an Express execution that is run twice with different ends is reported")
        func duplicates() async throws {
            let scratch = try Scratch([
                "u.asl.json": #"{"StartAt":"A","States":{"A":{"Type":"Pass","Parameters":{"id.$":"States.UUID()"},"End":true}}}"#,
                "p.asl.json": pass,
            ])
            let command = Command(directory: scratch.path)
            let outcome = try await command.run("run", "u.asl.json", "--type", "express", "--duplicates", "1", "--name", "one")
            #expect(outcome.status == 1)
            #expect(outcome.error.contains("one was run twice, as may happen to an Express execution, and the ends differ:"))
            #expect(try await command.run("run", "p.asl.json", "--type", "express", "--duplicates", "1").status == 0)
        }

        @Test("a seed makes a run repeatable")
        func seed() async throws {
            let scratch = try Scratch([
                "u.asl.json": #"{"StartAt":"A","States":{"A":{"Type":"Pass","Parameters":{"id.$":"States.UUID()"},"End":true}}}"#
            ])
            let command = Command(directory: scratch.path)
            let first = try await command.run("run", "u.asl.json", "--seed", "7", "--name", "one", "--data", "a").output
            #expect(try await command.run("run", "u.asl.json", "--seed", "7", "--name", "one", "--data", "b").output == first)
            #expect(try await command.run("run", "u.asl.json", "--seed", "8", "--name", "one", "--data", "c").output != first)
        }

        @Test("the same name and input cannot be started twice")
        func names() async throws {
            let scratch = try Scratch(["p.asl.json": pass])
            let command = Command(directory: scratch.path)
            #expect(try await command.run("run", "p.asl.json", "--name", "one").status == 0)
            let again = try await command.run("run", "p.asl.json", "--name", "one")
            #expect(again.status == 2)
            #expect(again.error == "error: Execution Already Exists: 'arn:aws:states:us-east-1:123456789012:execution:p:one'\n")
        }

        @Test("validate prints every finding with its place, in four formats, and exits with 1 if one is an error")
        func validate() async throws {
            let scratch = try Scratch([
                "v/bad.asl.json": #"{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"C":{"Type":"Succeed"}}}"#,
                "v/good.asl.json": pass,
            ])
            let command = Command(directory: scratch.path)
            let text = try await command.run("validate", "v")
            #expect(text.status == 1)
            #expect(text.output.contains("v/bad.asl.json:1:52: error: MISSING_TRANSITION_TARGET at /States/A/Next\n"))
            #expect(text.error == "2 definitions: 2 errors\n")
            #expect(try await JSONValue(parsing: command.run("validate", "v", "--json").output).array?.count == 2)
            #expect(try await JSONValue(parsing: command.run("validate", "v", "--format", "sarif").output)["version"] == "2.1.0")
            #expect(
                try await command.run("validate", "v", "--format", "github").output.hasPrefix(
                    "::error file=v/bad.asl.json,line=1,col=52"))
            let good = try await command.run("validate", "-", input: pass)
            #expect(good == Command.Outcome(status: 0, output: "", error: "1 definition: nothing to say\n"))
        }

        @Test(
            "what could not be asked exits with 2",
            arguments: [
                ["frobnicate"], ["run"], ["run", "none.asl.json"], ["run", "p.asl.json", "--type", "fast"],
                ["run", "p.asl.json", "--input", "{"],
                ["run", "p.asl.json", "--name", "a b"], ["run", "p.asl.json", "--duplicates", "2"],
                ["run", "p.asl.json", "--duplicates", "0.5"],
                ["run", "p.asl.json", "--functions", "none.yaml"], ["run", "p.asl.json", "--functions", "typo.yaml"],
                ["run", "broken.asl.json"],
                ["run", "p.asl.json", "--clock", "x0"], ["validate"], ["validate", "none"], ["list", "--data", "none"],
                ["describe", "x", "--data", "none"],
                ["history", "x", "--data", "none"], ["resume", "x", "--data", "none"], ["resume", "x", "--all"],
                ["send", "success"],
                ["send", "success", "T", "--state", "S"], ["send", "heartbeat", "T", "--output", "1"],
                ["send", "success", "T", "--error", "E"],
                ["graph", "list.json"], ["graph", "none"], ["eval"], ["eval", "--jsonpath", "$["], ["explain", "?!"],
                ["list", "--limit", "0"],
                ["run", "-", "--input", "-"],
            ])
        func usage(arguments: [String]) async throws {
            let scratch = try Scratch([
                "p.asl.json": pass, "broken.asl.json": "{", "typo.yaml": "functions:\n  f: { comand: x }\n", "list.json": "[]",
            ])
            let outcome = try await Command(directory: scratch.path).start(arguments, input: "{}").finish()
            #expect(outcome.status == 2)
            #expect(outcome.output.isEmpty)
            #expect(!outcome.error.isEmpty)
        }

        @Test("help and version are results", arguments: [["--help"], ["run", "--help"], ["--version"], ["help", "send"]])
        func help(arguments: [String]) async throws {
            let scratch = try Scratch()
            let outcome = try await Command(directory: scratch.path).start(arguments).finish()
            #expect(outcome.status == 0)
            #expect(!outcome.output.isEmpty && outcome.error.isEmpty)
        }

        @Test("eval prints the value, or exits with 1 if there is none")
        func eval() async throws {
            let scratch = try Scratch()
            let command = Command(directory: scratch.path)
            #expect(try await command.run("eval", "--jsonpath", "$.a[*].b", input: #"{"a":[{"b":1},{"b":2}]}"#).output == "[1,2]\n")
            #expect(
                try await command.run("eval", "--intrinsic", "States.Format('{}', $x)", "--bind", "x=hi", input: "{}").output
                    == "\"hi\"\n")
            #expect(try await command.run("eval", "--jsonpath", "$.none", input: "{}").status == 1)
        }

        @Test("a data directory that cannot be written is the disk's fault")
        func unwritable() async throws {
            let scratch = try Scratch(["p.asl.json": pass, "file": "x"])
            let outcome = try await Command(directory: scratch.path).run("run", "p.asl.json", "--data", "file/below")
            #expect(outcome.status == 3)
            #expect(outcome.error.hasPrefix("error: "))
        }

        @Test("STEPWELL_DATA names the directory, and --data wins over it")
        func dataDirectory() async throws {
            let scratch = try Scratch(["p.asl.json": pass])
            let command = Command(directory: scratch.path)
            _ = try await command.run("run", "p.asl.json", "--name", "one", environment: ["STEPWELL_DATA": "kept"])
            #expect(try await command.run("describe", "one", "--data", "kept").status == 0)
            #expect(try await command.run("describe", "one", "--data", "other", environment: ["STEPWELL_DATA": "kept"]).status == 2)
        }

        @Test("colour is asked for, or not there")
        func colour() async throws {
            let scratch = try Scratch(["p.asl.json": pass])
            let command = Command(directory: scratch.path)
            #expect(try await command.run("run", "p.asl.json", "--color", "always").error.contains("\u{1B}[32m✓\u{1B}[0m A"))
            #expect(try await !command.run("run", "p.asl.json").error.contains("\u{1B}"))
        }
    }
#endif
