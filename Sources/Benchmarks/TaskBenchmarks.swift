import StatesJSON
import StatesKernel
import StatesLanguage
import StatesRuntime

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Measures tasks that really take time: functions that sleep, and commands.
enum TaskBenchmarks {
    private static func map(function: String, items: Int) throws -> StartRequest {
        let definition: JSONValue = [
            "StartAt": "Map",
            "States": [
                "Map": [
                    "Type": "Map", "End": true,
                    "ItemProcessor": [
                        "ProcessorConfig": ["Mode": "INLINE"], "StartAt": "Work",
                        "States": [
                            "Work": [
                                "Type": "Task", "Resource": .string("arn:aws:lambda:us-east-1:123456789012:function:\(function)"),
                                "End": true,
                            ]
                        ],
                    ],
                ]
            ],
        ]
        let machine = try StateMachine(definition: definition.compactText, name: "benchmark")
        return StartRequest(machine, input: .array((0..<items).map { .integer($0) }))
    }

    static func run(_ options: BenchmarkOptions, _ report: inout BenchmarkReport) async throws {
        try await closures(&report)
        try commands(&report)
    }

    /// 100 tasks of 50 ms; an inline Map runs 40 at once, so that three rounds of 50 ms are the least.
    private static func closures(_ report: inout BenchmarkReport) async throws {
        let runtime = try Runtime(functions: [
            "nap": .closure { (input: JSONValue, _) in
                try await Task.sleep(for: .milliseconds(50))
                return input
            }
        ])
        let seconds = try await timed { try await succeed(runtime.run(map(function: "nap", items: 100))) }
        runtime.close()
        report.add("Map of 100 closures of 50 ms", [("s", seconds)])
        let shell = try Runtime(functions: ["nap": .command("sleep", "0.05")])
        let commandSeconds = try await timed { try await succeed(shell.run(map(function: "nap", items: 100))) }
        shell.close()
        report.add("Map of 100 commands of 50 ms", [("s", commandSeconds)])
    }

    /// 1,000 commands must leave nothing behind: no child, dead or alive, and no open descriptor.
    private static func commands(_ report: inout BenchmarkReport) throws {
        let before = openDescriptors
        let seconds = try secondsOfCommands()
        var status: Int32 = 0
        var children = 0
        while true {
            let found = waitpid(-1, &status, WNOHANG)
            if found < 0 { break }
            children += 1
            if found == 0 { break }
        }
        report.add(
            "Map of 1,000 commands",
            [
                ("s", seconds), ("children left", Double(children)), ("descriptors left", Double(openDescriptors - before)),
            ])
        guard children == 0, openDescriptors == before else {
            throw BenchmarkOptions.Problem(description: "1,000 commands left children or descriptors behind")
        }
    }

    /// The runtime is gone when this returns.
    private static func secondsOfCommands() throws -> Double {
        let runtime = try Runtime(functions: ["echo": .command("cat")])
        defer { runtime.close() }
        let began = ContinuousClock.now
        try succeed(runtime.runAndWait(map(function: "echo", items: 1000)))
        return (ContinuousClock.now - began).seconds
    }

    private static var openDescriptors: Int { (0..<4096).count { fcntl($0, F_GETFD) >= 0 } }

    private static func timed(_ work: () async throws -> Void) async rethrows -> Double {
        let began = ContinuousClock.now
        try await work()
        return (ContinuousClock.now - began).seconds
    }

    private static func succeed(_ run: Run) throws {
        guard run.status == .succeeded else {
            throw BenchmarkOptions.Problem(description: "the Map failed: \(run.error ?? "") \(run.cause ?? "")")
        }
    }
}
