import StatesJSON
import StatesKernel
import StatesRuntime
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Real processes, so these tests take real time, a little of it.
@Suite("Commands, in real processes")
struct CommandTests {
    private func run(
        _ script: String, input: JSONValue = .emptyObject, fields: String = "", timeout: Duration? = nil,
        resource: String = "arn:aws:lambda:us-east-1:123456789012:function:work"
    ) async throws -> Run {
        let runtime = try Runtime(functions: ["work": Self.shell(script, timeout: timeout)])
        return try await runtime.run(try taskMachine(resource, fields), name: "one", input: input)
    }

    private static func shell(_ script: String, timeout: Duration? = nil, concurrency: Int? = nil) -> Function {
        .command(CommandFunction(words: ["/bin/sh", "-c", script], timeout: timeout), concurrency: concurrency)
    }

    @Test("the input comes on standard input, and standard output is the result")
    func echo() async throws {
        #expect(try await run("cat", input: ["a": [1, "zwei", nil]]).output == ["a": [1, "zwei", nil]])
    }

    @Test(
        "what exit status 0 answers",
        arguments: [
            ("true", JSONValue.null), ("echo 7", 7), ("echo; echo ' {\"a\": 1} '", ["a": 1]), ("exec cat >/dev/null", .null),
        ]
            as [(String, JSONValue)])
    func success(_ script: String, _ output: JSONValue) async throws {
        #expect(try await run(script).output == output)
    }

    @Test(
        "how a command fails",
        arguments: [
            (
                #"echo '{"errorType": "Card.Declined", "errorMessage": "limit"}'; exit 1"#, "Card.Declined",
                #"{"errorType": "Card.Declined", "errorMessage": "limit"}"#
            ),
            ("echo some words >&2; exit 3", "Lambda.Unknown", "some words"),
            ("exit 3", "Lambda.Unknown", "The command ended with exit status 3 and wrote nothing to standard error."),
            ("echo not json; echo hint >&2", "Lambda.Unknown", "hint"),
            ("kill -9 $$", "Lambda.Unknown", "The command was ended by signal 9 and wrote nothing to standard error."),
            (#"echo '{"errorMessage": "no type"}'; echo no type >&2; exit 1"#, "Lambda.Unknown", "no type"),
        ])
    func failure(_ script: String, _ error: String, _ cause: String) async throws {
        let run = try await run(script)
        #expect(run.error == error)
        #expect(run.cause == cause)
    }

    @Test("lambda:invoke writes the error payload anew, compactly")
    func compactCause() async throws {
        let run = try await run(
            #"echo '{"errorType": "Oops", "errorMessage": "m"}'; exit 1"#, fields: #""Parameters":{"FunctionName":"work"}"#,
            resource: "arn:aws:states:::lambda:invoke")
        #expect(run.error == "Oops")
        #expect(run.cause == #"{"errorType":"Oops","errorMessage":"m"}"#)
    }

    @Test("only the last 4 KB of standard error become the cause")
    func errorTail() async throws {
        let run = try await run("i=0; while [ $i -lt 2000 ]; do echo line $i >&2; i=$((i+1)); done; exit 1")
        let cause = try #require(run.cause)
        #expect(cause.utf8.count <= 4_096)
        #expect(cause.hasSuffix("line 1998\nline 1999"))
    }

    @Test("a command's environment tells it about its task")
    func environment() async throws {
        let run = try await run(
            #"printf '{"f":"%s","e":"%s","s":"%s","a":"%s","k":"%s"}' "$AWS_LAMBDA_FUNCTION_NAME" "$STEPWELL_EXECUTION" "$STEPWELL_STATE" "$STEPWELL_ATTEMPT" "$STEPWELL_IDEMPOTENCY_KEY""#
        )
        #expect(
            run.output == [
                "f": "work", "e": "one", "s": "Do", "a": "1",
                "k": "arn:aws:states:us-east-1:123456789012:execution:test:one#2",
            ])
    }

    @Test("a command that is not there fails its task and says so")
    func missing() async throws {
        let runtime = try Runtime(functions: ["work": .command("surely-no-such-command", "x")])
        let run = try await runtime.run(try taskMachine())
        #expect(run.error == "Lambda.Unknown")
        #expect(run.cause?.hasPrefix("there is no command 'surely-no-such-command' in PATH") == true)
        let other = try Runtime(functions: ["work": .command("/no/such/file")])
        #expect(
            try await other.run(try taskMachine()).cause
                == "the command '/no/such/file' could not be started: No such file or directory")
    }

    @Test("standard error is passed on line by line, with the task it belongs to")
    func standardError() async throws {
        let lines = Log<String>()
        var options = RuntimeOptions()
        options.onStandardError = { call, line in lines.append("\(call.state): \(line)") }
        let runtime = try Runtime(
            functions: ["work": Self.shell("echo one >&2; printf 'two\\nthree' >&2; echo 1")], options: options)
        #expect(try await runtime.run(try taskMachine()).output == 1)
        #expect(lines.all == ["Do: one", "Do: two", "Do: three"])
    }

    @Test("a command that takes too long fails with Sandbox.Timedout, and what it started is killed with it")
    func timeout() async throws {
        let file = try ScratchFile()
        let run = try await run("sleep 600 & echo $! > \(file.path); sleep 600", timeout: .milliseconds(300))
        #expect(run.error == "Sandbox.Timedout")
        try await expectGone(file)
    }

    @Test("TimeoutSeconds kills the command's process group")
    func taskTimeout() async throws {
        let file = try ScratchFile()
        let run = try await run("sleep 600 & echo $! > \(file.path); sleep 600", fields: #""TimeoutSeconds":1"#)
        #expect(run.error == "States.Timeout")
        try await expectGone(file)
    }

    @Test("what a command leaves running behind itself is killed, and does not delay its answer")
    func leftBehind() async throws {
        let file = try ScratchFile()
        let run = try await run("sleep 600 & echo $! > \(file.path); echo 1")
        #expect(run.output == 1)
        #expect(run.stopTime - run.startTime < 30_000)
        try await expectGone(file)
    }

    @Test("closing the runtime kills its commands")
    func close() async throws {
        let file = try ScratchFile()
        let runtime = try Runtime(functions: ["work": Self.shell("sleep 600 & echo $! > \(file.path); sleep 600")])
        _ = try await runtime.start(try taskMachine())
        while file.text.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        runtime.close()
        try await expectGone(file)
    }

    @Test("a command that writes without end is stopped, and memory stays bounded")
    func endlessOutput() async throws {
        let run = try await run("cat /dev/zero")
        #expect(run.error == "States.DataLimitExceeded")
        #expect(
            run.cause
                == "The state/task 'arn:aws:lambda:us-east-1:123456789012:function:work' returned a result with a size exceeding the maximum number of bytes service limit."
        )
        let errors = try await self.run("head -c 100000000 /dev/zero >&2; exit 1")
        #expect(errors.error == "Lambda.Unknown")
    }

    @Test("a command need not read its input, however large it is")
    func unreadInput() async throws {
        let run = try await run("exec 0<&-; echo 1", input: ["text": .string(String(repeating: "x", count: 200_000))])
        #expect(run.output == 1)
    }

    @Test("a concurrency limit lets no more run at once, and a task that waits is not yet started")
    func concurrency() async throws {
        let machine = try machine(
            """
            "Each":{"Type":"Map","ItemsPath":"$.items","MaxConcurrency":6,"End":true,"ItemProcessor":{"StartAt":"Do","States":{
              "Do":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:work","End":true}}}}
            """, startAt: "Each")
        let folder = try ScratchFile()
        let count = "n=$(ls \(folder.path).d | wc -l); rm \(folder.path).d/$$; echo $n"
        mkdir("\(folder.path).d", 0o700)
        defer { rmdir("\(folder.path).d") }
        let runtime = try Runtime(functions: ["work": Self.shell("touch \(folder.path).d/$$; sleep 0.02; \(count)", concurrency: 2)]
        )
        let run = try await runtime.run(machine, input: ["items": [1, 2, 3, 4, 5, 6]])
        let counts = try #require(run.output?.array?.compactMap { $0.number?.exactInteger })
        #expect(counts.count == 6)
        #expect(counts.allSatisfy { (1...2).contains($0) })
        let starts = run.history.map(\.type).filter { $0 == "LambdaFunctionStarted" || $0 == "LambdaFunctionSucceeded" }
        #expect(starts.prefix(3) == ["LambdaFunctionStarted", "LambdaFunctionStarted", "LambdaFunctionSucceeded"])
    }

    @Test("three hundred commands leave no zombie and no descriptor")
    func noLeaks() async throws {
        let machine = try machine(
            """
            "Each":{"Type":"Map","ItemsPath":"$.items","MaxConcurrency":20,"End":true,"ItemProcessor":{"StartAt":"Do","States":{
              "Do":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:work","End":true}}}}
            """, startAt: "Each")
        let runtime = try Runtime(functions: ["work": .command("/bin/cat")])
        _ = try await runtime.run(machine, input: ["items": [1]])
        let items: JSONValue = .array((0..<300).map { .integer($0) })
        #expect(try await runtime.run(machine, input: ["items": items]).output == items)
        #expect(try await runtime.run(machine, input: ["items": items]).output == items)
        runtime.close()
        #if os(Linux)
            #expect(Self.zombies() == 0)
            // A leak of one descriptor per command would leave more than six hundred; other tests hold a few.
            #expect(Self.entries(of: "/proc/self/fd").count < 400)
        #endif
    }

    #if os(Linux)
        /// Children of this process that have ended and were not asked for.
        private static func zombies() -> Int {
            let own = getpid()
            return processes().filter { pid in
                guard let text = try? readFile("/proc/\(pid)/stat"), let end = text.lastIndex(of: ")") else { return false }
                let fields = text[text.index(after: end)...].split(separator: " ")
                return fields.count > 1 && fields[0] == "Z" && fields[1] == "\(own)"
            }.count
        }

        private static func processes() -> [Int] { entries(of: "/proc").compactMap { Int($0) } }

        private static func entries(of path: String) -> [String] {
            guard let folder = opendir(path) else { return [] }
            defer { closedir(folder) }
            var found: [String] = []
            while let entry = readdir(folder) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                found.append(name)
            }
            return found
        }
    #endif

    /// Expects that the process whose id the file holds ends soon.
    private func expectGone(_ file: ScratchFile) async throws {
        // On a busy machine a command may be ended before it has started anything; then there is nothing that could be left.
        guard let pid = Int32(file.text.filter(\.isNumber)) else { return }
        for _ in 0..<1_000 {
            if kill(pid, 0) != 0 || isZombie(pid) { return }
            try await Task.sleep(for: .milliseconds(5))
        }
        Issue.record("process \(pid) is still there")
    }

    /// A killed grandchild belongs to the system's first process, which may take its time.
    private func isZombie(_ pid: Int32) -> Bool {
        guard let text = try? readFile("/proc/\(pid)/stat"), let end = text.lastIndex(of: ")") else { return false }
        return text[text.index(after: end)...].split(separator: " ").first == "Z"
    }
}

/// A file with a name of its own that goes with it.
final class ScratchFile: Sendable {
    let path: String

    init() throws {
        var name = Array("/tmp/states-runtime-XXXXXX".utf8CString)
        let descriptor = mkstemp(&name)
        try #require(descriptor >= 0)
        close(descriptor)
        path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { unlink(path) }

    var text: String { (try? readFile(path)) ?? "" }
}

struct Unreadable: Error {}

func readFile(_ path: String) throws -> String {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { throw Unreadable() }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4_096)
    while true {
        let count = read(descriptor, &buffer, buffer.count)
        guard count > 0 else { break }
        bytes += buffer[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
}
