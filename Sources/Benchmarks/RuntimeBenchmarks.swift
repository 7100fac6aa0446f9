import StatesJSON
import StatesJournal
import StatesLanguage
import StatesRuntime

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A machine that is measured, with its input.
struct BenchmarkSubject: Sendable {
    let name: String
    let definition: String
    let input: JSONValue

    /// What users run: short chains, loops, many things at once, tasks, and large payloads.
    static let all: [BenchmarkSubject] = [
        BenchmarkSubject(name: "10 Pass states", definition: BenchmarkMachines.passChain(10), input: ["a": 1]),
        BenchmarkSubject(
            name: "1,000 times MathAdd and Choice", definition: BenchmarkMachines.counterLoop(1000), input: ["count": 0]),
        BenchmarkSubject(
            name: "inline Map of 1,000 items", definition: BenchmarkMachines.map, input: BenchmarkMachines.items(1000)),
        BenchmarkSubject(name: "Parallel of 10 branches", definition: BenchmarkMachines.parallel(10), input: ["a": 1]),
        BenchmarkSubject(name: "order saga, 3 tasks", definition: BenchmarkMachines.saga, input: BenchmarkMachines.order),
        BenchmarkSubject(
            name: "5 Pass states, 200 KB payload", definition: BenchmarkMachines.additions,
            input: BenchmarkMachines.payload(bytes: 200_000)),
    ]

    /// The functions that the saga calls: each answers at once.
    static let functions: FunctionTable = [
        "reserve": .returns(["reservation": "r-7"]), "charge": .returns(["payment": "p-7"]), "ship": .returns(["tracking": "t-7"]),
        "release": .returns([:]),
    ]
}

/// Measures Express executions through the runtime: two shards, nothing on disk.
enum ExpressBenchmarks {
    static func run(_ options: BenchmarkOptions, _ report: inout BenchmarkReport) async throws {
        let five = BenchmarkSubject(name: "5 Pass states", definition: BenchmarkMachines.passChain(5), input: ["a": 1])
        for subject in [five] + BenchmarkSubject.all where options.wants(measurement: subject.name) {
            let machine = try StateMachine(definition: subject.definition, name: "benchmark", type: .express)
            var settings = RuntimeOptions()
            settings.shards = 2
            let runtime = try Runtime(functions: BenchmarkSubject.functions, options: settings)
            var request = StartRequest(machine, input: subject.input)
            request.keepsHistory = false
            request.isSynchronous = true
            _ = await ExecutionFeed.run(runtime, request, concurrency: 64, seconds: 0.1)
            let outcome = await ExecutionFeed.run(runtime, request, concurrency: 1000, seconds: options.seconds)
            runtime.close()
            try outcome.check(subject.name)
            report.add(
                subject.name,
                [
                    ("executions/s", Double(outcome.executions) / outcome.seconds),
                    ("transitions/s", Double(outcome.transitions) / outcome.seconds),
                ])
        }
    }
}

/// Measures durable Standard executions, beside a bare loop that makes the same number of syncs.
enum StandardBenchmarks {
    static func run(_ options: BenchmarkOptions, _ report: inout BenchmarkReport) async throws {
        for subject in BenchmarkSubject.all where options.wants(measurement: subject.name) {
            for concurrency in [1, 100, 1000] {
                try await measure(subject, concurrency, options, &report)
            }
        }
    }

    private static func measure(
        _ subject: BenchmarkSubject, _ concurrency: Int, _ options: BenchmarkOptions, _ report: inout BenchmarkReport
    ) async throws {
        let machine = try StateMachine(definition: subject.definition, name: "benchmark")
        let folder = try TemporaryFolder(in: options.folder)
        defer { folder.remove() }
        let fileSystem = CountingFileSystem()
        let journal = try DirectoryJournal(directory: folder.path + "/data", fileSystem: fileSystem)
        var settings = RuntimeOptions()
        settings.shards = 2
        let runtime = try Runtime(journal: .custom(journal), functions: BenchmarkSubject.functions, options: settings)
        var request = StartRequest(machine, input: subject.input)
        request.keepsHistory = false
        _ = await ExecutionFeed.run(runtime, request, concurrency: 1, seconds: 0.05)
        let before = (bytes: fileSystem.tally.bytes, zeros: fileSystem.tally.zeros, syncs: fileSystem.tally.syncs)
        let outcome = await ExecutionFeed.run(runtime, request, concurrency: concurrency, seconds: options.seconds)
        let bytes = fileSystem.tally.bytes - before.bytes
        let zeros = fileSystem.tally.zeros - before.zeros
        let syncs = fileSystem.tally.syncs - before.syncs
        runtime.close()
        try outcome.check(subject.name)
        let events = try eventsPerExecution(subject) * outcome.executions
        let bare = try BareLoop.seconds(syncs: syncs, bytes: 300 * events, folder: folder.path)
        report.add(
            "\(subject.name), \(concurrency) at once",
            [
                ("executions/s", Double(outcome.executions) / outcome.seconds),
                ("bytes/execution", Double(bytes) / Double(outcome.executions)),
                ("zeros/execution", Double(zeros) / Double(outcome.executions)),
                ("syncs/execution", Double(syncs) / Double(outcome.executions)),
                ("executions/s bare", Double(outcome.executions) / bare),
            ])
    }

    /// How many events the history of such an execution has.
    private static func eventsPerExecution(_ subject: BenchmarkSubject) throws -> Int {
        let machine = try StateMachine(definition: subject.definition, name: "benchmark")
        let runtime = try Runtime(functions: BenchmarkSubject.functions)
        defer { runtime.close() }
        return try runtime.runAndWait(StartRequest(machine, input: subject.input)).history.count
    }
}

extension ExecutionFeed.Outcome {
    /// Figures of executions that failed would be about something else.
    func check(_ name: String) throws {
        guard failed == 0, executions > 0 else {
            throw BenchmarkOptions.Problem(description: "\(name): \(failed) of \(executions) executions failed")
        }
    }
}

/// What the disk would allow: so many writes, each synced, to a file whose blocks exist already.
enum BareLoop {
    static func seconds(syncs: Int, bytes: Int, folder: String) throws -> Double {
        guard syncs > 0 else { return 0 }
        let path = folder + "/bare"
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw BenchmarkOptions.Problem(description: "\(path) cannot be created") }
        defer {
            close(file)
            unlink(path)
        }
        let chunk = [UInt8](repeating: 7, count: max(1, bytes / syncs))
        let room = max(chunk.count, min(chunk.count * syncs, 64 << 20))
        let zeros = [UInt8](repeating: 0, count: 1 << 20)
        var at = 0
        while at < room {
            _ = pwrite(file, zeros, zeros.count, off_t(at))
            at += zeros.count
        }
        sync(file)
        let began = ContinuousClock.now
        at = 0
        for _ in 0..<syncs {
            if at + chunk.count > room { at = 0 }
            _ = pwrite(file, chunk, chunk.count, off_t(at))
            sync(file)
            at += chunk.count
        }
        return (ContinuousClock.now - began).seconds
    }

    private static func sync(_ file: Int32) {
        #if canImport(Darwin)
            _ = fcntl(file, F_FULLFSYNC)
        #else
            _ = fdatasync(file)
        #endif
    }
}

/// A folder that goes away.
struct TemporaryFolder {
    let path: String

    init(in parent: String?) throws {
        var template = Array(((parent ?? Self.usual) + "/stepwell-benchmark-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw BenchmarkOptions.Problem(description: "no temporary folder can be made") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static var usual: String { getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp" }

    /// Removes it with everything in it.
    func remove() { Self.remove(path) }

    private static func remove(_ path: String) {
        if let directory = opendir(path) {
            while let entry = readdir(directory) {
                let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
                if name != ".", name != ".." { remove(path + "/" + name) }
            }
            closedir(directory)
            rmdir(path)
        } else {
            unlink(path)
        }
    }
}
