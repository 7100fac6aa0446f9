import Foundation
import StatesJSON

// Real processes, really killed: `conformance kills --stepwell PATH [--kills 100] [--seed 1]`.
//
// Runs small machines with command functions that count themselves in a file, sends SIGKILL at a random moment, resumes, and
// requires of each execution that it ends as an uninterrupted one does, or as its Catch decides where a task was in flight; and
// that no function ran more often than the history and the definition's Retry allow.

/// Runs the harness and prints what was hit; 0 if every execution kept the promise.
func runKills(arguments: [String]) -> Int32 {
    var options = KillOptions()
    guard options.read(arguments) else {
        print("usage: conformance kills --stepwell PATH [--kills N] [--seed N] [--parallel N]")
        return 2
    }
    return KillHarness(options: options).run()
}

struct KillOptions {
    var stepwell = ""
    var kills = 100
    var seed: UInt64 = 1
    var parallel = 4

    mutating func read(_ arguments: [String]) -> Bool {
        var rest = arguments[...]
        while let name = rest.popFirst() {
            guard let value = rest.popFirst() else { return false }
            switch name {
            case "--stepwell": stepwell = value
            case "--kills": kills = Int(value) ?? kills
            case "--seed": seed = UInt64(value) ?? seed
            case "--parallel": parallel = max(1, Int(value) ?? parallel)
            default: return false
            }
        }
        return !stepwell.isEmpty
    }
}

/// What an execution was doing when it was killed, read from its history.
enum KillTarget: String, CaseIterable {
    case notStarted = "before its start was acknowledged"
    case task = "a task in flight"
    case wait = "a pending Wait"
    case backoff = "a backoff"
    case token = "a pending token"
    case parallel = "several branches or iterations"
    case between = "between states"
    case ended = "after its end"
}

/// A machine, how often each function may run without a Retry, and what it must end with.
struct KillScenario {
    var name: String
    var definition: String
    /// The output of an uninterrupted run.
    var output: String
    /// The state that waits for a token, if one does.
    var tokenState: String?

    static let function = "arn:aws:lambda:us-east-1:123456789012:function:"

    static let all = [
        KillScenario(
            name: "tasks",
            definition: """
                {"StartAt":"A","States":{
                  "A":{"Type":"Task","Resource":"\(function)slow","Catch":[{"ErrorEquals":["States.ALL"],"Next":"Doubt"}],"Next":"B"},
                  "B":{"Type":"Task","Resource":"\(function)slow","Catch":[{"ErrorEquals":["States.ALL"],"Next":"Doubt"}],"Next":"Done"},
                  "Done":{"Type":"Pass","Result":"done","End":true},
                  "Doubt":{"Type":"Pass","Result":"doubt","End":true}}}
                """, output: "\"done\""),
        KillScenario(
            name: "wait",
            definition: """
                {"StartAt":"A","States":{
                  "A":{"Type":"Task","Resource":"\(function)quick","Catch":[{"ErrorEquals":["States.ALL"],"Next":"Doubt"}],"Next":"W"},
                  "W":{"Type":"Wait","Seconds":1,"Next":"B"},
                  "B":{"Type":"Task","Resource":"\(function)quick","Catch":[{"ErrorEquals":["States.ALL"],"Next":"Doubt"}],"Next":"Done"},
                  "Done":{"Type":"Pass","Result":"done","End":true},
                  "Doubt":{"Type":"Pass","Result":"doubt","End":true}}}
                """, output: "\"done\""),
        KillScenario(
            name: "backoff",
            definition: """
                {"StartAt":"A","States":{
                  "A":{"Type":"Task","Resource":"\(function)flaky","Retry":[{"ErrorEquals":["Flaky"],"IntervalSeconds":1,"MaxAttempts":2}],
                    "Catch":[{"ErrorEquals":["States.ALL"],"Next":"Doubt"}],"Next":"Done"},
                  "Done":{"Type":"Pass","Result":"done","End":true},
                  "Doubt":{"Type":"Pass","Result":"doubt","End":true}}}
                """, output: "\"done\""),
        KillScenario(
            name: "token",
            definition: """
                {"StartAt":"A","States":{
                  "A":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken",
                    "Parameters":{"FunctionName":"quick","Payload":{"token.$":"$$.Task.Token"}},
                    "Catch":[{"ErrorEquals":["States.ALL"],"Next":"Doubt"}],"Next":"Done"},
                  "Done":{"Type":"Pass","Result":"done","End":true},
                  "Doubt":{"Type":"Pass","Result":"doubt","End":true}}}
                """, output: "\"done\"", tokenState: "A"),
        KillScenario(
            name: "parallel",
            definition: """
                {"StartAt":"P","States":{
                  "P":{"Type":"Parallel","Catch":[{"ErrorEquals":["States.ALL"],"Next":"Doubt"}],"Next":"Done","Branches":[
                    {"StartAt":"A","States":{"A":{"Type":"Task","Resource":"\(function)slow","End":true}}},
                    {"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":1,"End":true}}},
                    {"StartAt":"V","States":{"V":{"Type":"Wait","Seconds":1,"Next":"B"},"B":{"Type":"Task","Resource":"\(function)quick","End":true}}}]},
                  "Done":{"Type":"Pass","Result":"done","End":true},
                  "Doubt":{"Type":"Pass","Result":"doubt","End":true}}}
                """, output: "\"done\""),
        KillScenario(
            name: "map with retry",
            definition: """
                {"StartAt":"M","States":{
                  "M":{"Type":"Map","ItemsPath":"$.items","MaxConcurrency":2,"Next":"Done","ItemProcessor":{"StartAt":"A","States":{
                    "A":{"Type":"Task","Resource":"\(function)slow","End":true,
                      "Retry":[{"ErrorEquals":["States.TaskFailed"],"IntervalSeconds":1,"MaxAttempts":9}]}}}},
                  "Done":{"Type":"Pass","Result":"done","End":true}}}
                """, output: "\"done\""),
    ]
}

/// The harness: scenarios in turn, several at once, until enough kills have hit a running execution.
final class KillHarness: @unchecked Sendable {
    // Shared between the harness's threads; everything below `lock` is only touched while it is held.
    private let options: KillOptions
    private let lock = NSLock()
    private var hits: [KillTarget: Int] = [:]
    private var problems: [String] = []
    private var random: SplitMix
    private var turn = 0

    init(options: KillOptions) {
        self.options = options
        random = SplitMix(state: options.seed)
    }

    func run() -> Int32 {
        let group = DispatchGroup()
        for _ in 0..<options.parallel {
            DispatchQueue.global().async(group: group) {
                while let (number, scenario, seed) = self.next() { self.attempt(number, scenario, seed) }
            }
        }
        group.wait()
        for target in KillTarget.allCases { print("  \(hits[target, default: 0]) \(target.rawValue)") }
        if !hasHitEnough { problems.append("too few kills hit a task in flight (\(inFlight)) or something pending (\(pending))") }
        problems.forEach { print("✗ \($0)") }
        print("\(counted) kills: \(inFlight) hit a task in flight, \(pending) a pending Wait, backoff, token or Parallel")
        print("\(max(0, turn - problems.count)) passed, \(problems.count) failed")
        return problems.isEmpty ? 0 : 1
    }

    private var inFlight: Int { hits[.task, default: 0] }

    private var pending: Int { [KillTarget.wait, .backoff, .token, .parallel].reduce(0) { $0 + hits[$1, default: 0] } }

    /// Whether three in ten of the kills that were asked for hit a task in flight, and as many something pending.
    private var hasHitEnough: Bool { inFlight * 10 >= options.kills * 3 && pending * 10 >= options.kills * 3 }

    /// Kills that hit something: those before the start and after the end prove little.
    private var counted: Int { hits.filter { $0.key != .notStarted && $0.key != .ended }.reduce(0) { $0 + $1.value } }

    private func next() -> (Int, KillScenario, UInt64)? {
        lock.withLock {
            guard counted < options.kills || !hasHitEnough, turn < options.kills * 6, problems.count < 10 else { return nil }
            turn += 1
            return (turn, KillScenario.all[turn % KillScenario.all.count], random.next())
        }
    }

    private func report(_ problem: String) { lock.withLock { problems.append(problem) } }

    private func attempt(_ number: Int, _ scenario: KillScenario, _ seed: UInt64) {
        var random = SplitMix(state: seed)
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("stepwell-kills-\(getpid())-\(number)")
        defer { try? FileManager.default.removeItem(at: folder) }
        do {
            let trial = try KillTrial(options.stepwell, scenario, folder, name: "k-\(number)")
            let target = try trial.killOnce(after: 0.02 + random.fraction() * 0.9, first: true)
            lock.withLock { hits[target, default: 0] += 1 }
            if target == .notStarted { return }
            if random.fraction() < 0.3, target != .ended {
                let second = try trial.killOnce(after: 0.02 + random.fraction() * 0.5, first: false)
                lock.withLock { hits[second, default: 0] += 1 }
            }
            let found = try trial.finish()
            if !found.isEmpty { report("\(scenario.name) k-\(number): \(found.joined(separator: "\n    "))") }
        } catch {
            report("\(scenario.name) k-\(number): \(error)")
        }
    }
}

/// One execution: its folder, its kills and its end.
struct KillTrial {
    let stepwell: String
    let scenario: KillScenario
    let folder: URL
    let name: String

    init(_ stepwell: String, _ scenario: KillScenario, _ folder: URL, name: String) throws {
        self.stepwell = stepwell
        self.scenario = scenario
        self.folder = folder
        self.name = name
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try scenario.definition.write(to: folder.appendingPathComponent("machine.asl.json"), atomically: true, encoding: .utf8)
        try Self.functions.write(to: folder.appendingPathComponent("functions.json"), atomically: true, encoding: .utf8)
        for (file, text) in [
            ("quick.sh", Self.script("0.02", "")), ("slow.sh", Self.script("0.3", "")),
            ("flaky.sh", Self.script("0.02", Self.flaky)),
        ] {
            try text.write(to: folder.appendingPathComponent(file), atomically: true, encoding: .utf8)
        }
    }

    private static let functions = """
        {"functions":{"quick":{"command":["sh","quick.sh"]},"slow":{"command":["sh","slow.sh"]},"flaky":{"command":["sh","flaky.sh"]}}}
        """

    private static func script(_ seconds: String, _ end: String) -> String {
        """
        cat >/dev/null
        echo "$STEPWELL_STATE $STEPWELL_IDEMPOTENCY_KEY $STEPWELL_ATTEMPT" >>count
        sleep \(seconds)
        \(end)
        echo '{}'
        """
    }

    private static let flaky = """
        if [ "$(grep -c . count)" -le 1 ]; then echo '{"errorType":"Flaky","errorMessage":"once"}'; exit 1; fi
        """

    private func process(_ arguments: [String], output: Pipe? = nil) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: stepwell)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.standardOutput = output ?? FileHandle.nullDevice
        process.standardError = try log()
        process.standardInput = FileHandle.nullDevice
        try process.run()
        return process
    }

    /// What every process says on standard error, one after the other: the first thing to read when something is wrong.
    private func log() throws -> FileHandle {
        let descriptor = open(folder.appendingPathComponent("log").path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown) }
        return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    private func output(_ arguments: [String]) throws -> (status: Int32, text: String) {
        let pipe = Pipe()
        let process = try process(arguments, output: pipe)
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }

    private var running: [String] {
        [
            "run", "machine.asl.json", "--functions", "functions.json", "--data", "data", "--name", name, "--input",
            #"{"items":[1,2,3,4]}"#,
        ]
    }

    private var resuming: [String] { ["resume", name, "--functions", "functions.json", "--data", "data"] }

    /// Starts or resumes, kills at that moment, and says what the kill hit.
    func killOnce(after seconds: Double, first: Bool) throws -> KillTarget {
        let process = try process(first ? running : resuming)
        Thread.sleep(forTimeInterval: seconds)
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        return try target()
    }

    private func events() throws -> [JSONValue]? {
        let (status, text) = try output(["history", name, "--data", "data", "--json"])
        guard status == 0 else { return nil }
        return try JSONValue(parsing: text)["events"]?.array
    }

    private func target() throws -> KillTarget {
        guard let events = try events() else { return .notStarted }
        let types = events.compactMap { $0["type"]?.string }
        guard let last = types.last else { return .notStarted }
        if last.hasPrefix("Execution"), last != "ExecutionStarted" { return .ended }
        func count(_ suffix: String) -> Int { types.count { $0.hasSuffix(suffix) } }
        let inFlight =
            count("FunctionStarted") + count("TaskStarted") - count("FunctionSucceeded") - count("TaskSucceeded")
            - count("FunctionFailed")
            - count("TaskFailed") - count("TaskSubmitted")
        if inFlight > 0 { return .task }
        if types.contains("ParallelStateStarted") || types.contains("MapStateStarted") { return .parallel }
        if last == "TaskSubmitted" { return .token }
        if last == "WaitStateEntered" { return .wait }
        if last.hasSuffix("Failed") { return .backoff }
        return .between
    }

    /// Resumes to the end and says what is wrong with it.
    func finish() throws -> [String] {
        var problems: [String] = []
        let process = try process(resuming)
        if let state = scenario.tokenState { try answer(state, while: process) }
        let deadline = Date().addingTimeInterval(30)
        while process.isRunning, Date() < deadline { Thread.sleep(forTimeInterval: 0.02) }
        if process.isRunning {
            kill(process.processIdentifier, SIGKILL)
            problems.append("it was resumed and did not end within 30 s")
        }
        let events = try events() ?? []
        let inDoubt = events.contains { event in
            (event["taskFailedEventDetails"] ?? event["lambdaFunctionFailedEventDetails"])?["cause"]?.string?.contains("unknown")
                == true
        }
        let description = try JSONValue(parsing: try output(["describe", name, "--data", "data", "--json"]).text)
        let output = description["output"]?.string
        let retries = scenario.definition.contains("States.TaskFailed")
        let expected = inDoubt && !retries ? "\"doubt\"" : scenario.output
        if output != expected { problems.append("it ended with \(output ?? "no output") and not with \(expected)") }
        problems += try countProblems(events)
        guard !problems.isEmpty else { return [] }
        let said = (try? String(contentsOf: folder.appendingPathComponent("log"), encoding: .utf8)) ?? ""
        return problems + said.split(separator: "\n").suffix(12).map { "  said: \($0)" }
    }

    private func answer(_ state: String, while process: Process) throws {
        let deadline = Date().addingTimeInterval(20)
        while process.isRunning, Date() < deadline {
            let (status, _) = try output([
                "send", "success", "--state", state, "--execution", name, "--data", "data", "--output", "{}",
            ])
            if status == 0 { return }
            Thread.sleep(forTimeInterval: 0.05)
        }
    }

    /// No function ran more often than it was recorded as started, and none twice in one attempt.
    private func countProblems(_ events: [JSONValue]) throws -> [String] {
        let path = folder.appendingPathComponent("count")
        let lines = (try? String(contentsOf: path, encoding: .utf8))?.split(separator: "\n").map(String.init) ?? []
        let started = events.count { ["LambdaFunctionStarted", "TaskStarted"].contains($0["type"]?.string) }
        var problems: [String] = []
        if lines.count > started { problems.append("functions ran \(lines.count) times, the history shows \(started) starts") }
        let twice = Dictionary(grouping: lines, by: { $0 }).filter { $0.value.count > 1 }.keys.sorted()
        for line in twice { problems.append("ran twice in one attempt: \(line)") }
        return problems
    }
}

/// A small seeded generator, so that a failure's moments can be repeated as far as a scheduler allows.
struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// From 0 up to but not including 1.
    mutating func fraction() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }
}
