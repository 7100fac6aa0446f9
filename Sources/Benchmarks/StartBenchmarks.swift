#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Measures `stepwell run` of a definition with one Pass state, from the start of the process to its end.
enum StartBenchmarks {
    static func run(_ options: BenchmarkOptions, _ report: inout BenchmarkReport) throws {
        let program = (CommandLine.arguments.first.map(folder) ?? ".") + "/stepwell"
        guard access(program, X_OK) == 0 else {
            report.add("stepwell run", [], note: "not measured: build the product `stepwell` first")
            return
        }
        let folder = try TemporaryFolder(in: options.folder)
        defer { folder.remove() }
        let definition = folder.path + "/one.asl.json"
        try write(BenchmarkMachines.passChain(1), to: definition)
        for type in ["standard", "express"] {
            let arguments = [program, "run", definition, "--type", type, "--data", folder.path + "/data"]
            let times = try (0..<20).map { _ in try milliseconds(arguments) }.sorted()
            report.add("stepwell run, \(type)", [("ms, the fastest", times[0]), ("ms, the median", times[times.count / 2])])
        }
    }

    private static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }

    private static func write(_ text: String, to path: String) throws {
        guard let file = fopen(path, "w") else { throw BenchmarkOptions.Problem(description: "\(path) cannot be written") }
        fputs(text, file)
        fclose(file)
    }

    /// Runs a program with its output thrown away.
    private static func milliseconds(_ arguments: [String]) throws -> Double {
        var words = arguments.map { strdup($0) } + [nil]
        var variables = [strdup("PATH=/usr/bin:/bin"), nil]
        defer { for word in words + variables { free(word) } }
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
        #else
            var actions = posix_spawn_file_actions_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for descriptor in [STDOUT_FILENO, STDERR_FILENO] {
            posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_WRONLY, 0)
        }
        var child = pid_t()
        var status: Int32 = 0
        let began = ContinuousClock.now
        guard posix_spawn(&child, arguments[0], &actions, nil, &words, &variables) == 0, waitpid(child, &status, 0) == child,
            status == 0
        else { throw BenchmarkOptions.Problem(description: "\(arguments.joined(separator: " ")) failed") }
        return (ContinuousClock.now - began).seconds * 1000
    }
}
