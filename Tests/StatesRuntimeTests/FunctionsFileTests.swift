import StatesJSON
import StatesKernel
import StatesRuntime
import Testing

@Suite("Functions files")
struct FunctionsFileTests {
    private func run(_ functions: String, directory: String = "/", input: JSONValue = .emptyObject, fields: String = "")
        async throws -> Run
    {
        var options = RuntimeOptions()
        options.functionsFile = try FunctionsFile(
            node: JSONNode(parsing: #"{"functions":{"work":\#(functions)}}"#), directory: directory)
        return try await Runtime(clock: .virtual(), options: options).run(try taskMachine(Self.resource, fields), input: input)
    }

    private static let resource = "arn:aws:lambda:us-east-1:123456789012:function:work"

    @Test("a command may be a text, which is split into words without any shell")
    func words() async throws {
        #expect(try await run(#""printf '%s' '[\"$HOME\",' '\"a b\",' '\"x;y\"]'""#).output == ["$HOME", "a b", "x;y"])
        #expect(try await run(#"{"command":["/bin/echo","7"]}"#).output == 7)
        #expect(try await run(#"{"command":["/bin/echo",7]}"#).output == 7)
    }

    @Test("a command runs in its directory, relative to the file, with its environment")
    func directory() async throws {
        let pwd = #"{"command":["/bin/sh","-c","printf '\"%s %s\"' \"$(pwd -P)\" \"$COLOUR\""],"#
        #expect(try await run(pwd + #""environment":{"COLOUR":"red"}}"#, directory: "/usr").output == "/usr red")
        #expect(try await run(pwd + #""directory":"bin/..","environment":{"COLOUR":1}}"#, directory: "/usr").output == "/usr 1")
    }

    @Test("fixed answers: returned, thrown, delayed, in turn")
    func answers() async throws {
        #expect(try await run(#"{"return":{"ok":true}}"#).output == ["ok": true])
        let thrown = try await run(#"{"throw":{"error":"E","cause":"C"}}"#)
        #expect([thrown.error, thrown.cause] == ["E", "C"])
        let late = try await run(#"{"return":1,"after":"1.5s"}"#)
        #expect(late.stopTime - late.startTime == 1_500)
        let flaky = try await run(
            #"[{"throw":{"error":"Busy"}},{"throw":{"error":"Busy"},"after":"1m"},{"return":"fine"}]"#,
            fields: #""Retry":[{"ErrorEquals":["Busy"],"IntervalSeconds":1,"BackoffRate":1}]"#)
        #expect(flaky.output == "fine")
        #expect(flaky.stopTime - flaky.startTime == 62_000)
    }

    @Test("a duration has a unit")
    func durations() throws {
        for (text, milliseconds) in [
            ("250ms", 250), ("10s", 10_000), ("5m", 300_000), ("1h", 3_600_000), ("2d", 172_800_000), ("0.5s", 500),
        ] {
            let answers = try Answer.list(from: JSONNode(parsing: #"{"return":1,"after":"\#(text)"}"#))
            #expect(answers.map(\.afterMilliseconds) == [Int64(milliseconds)])
        }
        for text in ["", "10", "s", "-1s", "1e9s", "10 s", "1w", "99999999999d", "1..2s"] {
            #expect(throws: FileProblems.self) { try Answer.list(from: JSONNode(parsing: #"{"return":1,"after":"\#(text)"}"#)) }
        }
    }

    /// Line, column and message of each problem.
    private func problems(_ text: String) -> [String] {
        do {
            _ = try FunctionsFile(node: JSONNode(parsing: text), directory: "/")
            return []
        } catch let error as FileProblems {
            let source = SourceText(text, name: "functions.json")
            return error.problems.map { problem in
                let place = source.position(of: problem.range.lowerBound)
                return "\(place.line):\(place.column): \(problem.message)"
            }
        } catch {
            return ["\(error)"]
        }
    }

    @Test(
        "what is wrong in a functions file, with line and column",
        arguments: [
            ("[]", ["1:1: a functions file must be an object, not a list"]),
            ("{}", ["1:1: a functions file has a member 'functions'"]),
            (
                #"{"Functions":{}}"#,
                [
                    "1:1: a functions file has a member 'functions'",
                    "1:2: 'Functions' is no key of a functions file; did you mean 'functions'?",
                ]
            ),
            (#"{"functions":{"a":7}}"#, ["1:19: a function is a command, an object or a list of answers, not a number"]),
            (#"{"functions":{"a":""}}"#, ["1:19: a command has at least a name"]),
            (#"{"functions":{"a":"x 'y"}}"#, ["1:19: the command has a quotation mark without its partner"]),
            (#"{"functions":{"a":{"command":[]}}}"#, ["1:30: a command has at least a name"]),
            (
                "{\"functions\":{\n \"a\":{\"command\":\"x\",\"Timeout\":\"1s\"},\n \"b\":{\"command\":\"x\",\"timeout\":1}}}",
                [
                    "2:21: 'Timeout' is no key of a command; did you mean 'timeout'?",
                    "3:31: 'timeout' must be a duration such as 250ms, 10s, 5m, 1h or 2d",
                ]
            ),
            (#"{"functions":{"a":{"command":"x","concurrency":0}}}"#, ["1:48: 'concurrency' must be a whole number from 1 up"]),
            (#"{"functions":{"a":{"command":"x","environment":{"A=B":"c"}}}}"#, ["1:49: 'A=B' is no name of a variable"]),
            (#"{"functions":{"a":{"url":"ftp://x"}}}"#, ["1:26: 'url' must be a URL that begins with http:// or https://"]),
            (
                #"{"functions":{"a":{"url":"http://x","lambda":"http://y"}}}"#,
                ["1:20: 'url' is no key of a function behind 'lambda'; known are 'lambda', 'concurrency'"]
            ),
            (#"{"functions":{"a":{"return":1,"throw":{"error":"E"}}}}"#, ["1:19: an answer has one of 'return' and 'throw'"]),
            (#"{"functions":{"a":{"throw":{"cause":"C"}}}}"#, ["1:28: 'throw' has a member 'error'"]),
            (#"{"functions":{"a":[]}}"#, ["1:19: a list of answers has at least one"]),
            (
                #"{"functions":{"a":{"comand":"x"}}}"#,
                ["1:20: 'comand' is no key of a function; known are 'return', 'throw', 'after', 'command', 'url', 'lambda'"]
            ),
            (#"{"functions":{"a":"x","a":"y"}}"#, ["1:23: 'a' stands here for the second time"]),
        ])
    func diagnostics(_ text: String, _ expected: [String]) { #expect(problems(text) == expected) }
}
