#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// `conformance`: measures this package against folders of recorded behaviour.
///
/// A development tool. Cases are read from the folder that is named; none of them is part of this package.
@main
enum ConformanceCommand {
    static func main() async {
        exit(await run(Array(CommandLine.arguments.dropFirst())))
    }

    static func run(_ arguments: [String]) async -> Int32 {
        if arguments.first == "kills" { return runKills(arguments: Array(arguments.dropFirst())) }
        guard let command = arguments.first, arguments.count >= 2 else { return usage("a command and a folder are needed") }
        let folder = arguments[1]
        let rest = Array(arguments.dropFirst(2))
        switch command {
        case "jsonpath" where rest.isEmpty: return runJSONPathCases(folder: folder)
        case "intrinsics" where rest.isEmpty: return runIntrinsicCases(folder: folder)
        case "jsonata" where rest.isEmpty: return runJSONataCases(folder: folder)
        case "validate" where rest.isEmpty: return runValidationCases(folder: folder)
        case "execution":
            do {
                return try await ExecutionMeasurement(options: ExecutionOptions(folder: folder, arguments: rest)).run()
            } catch let problem as FileProblem {
                complain("\(problem)")
                return 2
            } catch {
                return usage("\(error)")
            }
        default: return usage("unknown command or option: \(arguments.joined(separator: " "))")
        }
    }

    private static func usage(_ problem: String) -> Int32 {
        complain(
            """
            \(problem)
            usage: conformance jsonpath FOLDER
                   conformance intrinsics FOLDER
                   conformance jsonata FOLDER
                   conformance validate FOLDER
                   conformance execution FOLDER [--without FEATURE,...] [--feature FEATURE]... [--match REGEX]
                               [--failures N] [--report FILE] [--floor LEVEL=PERCENT,...] [--driver kernel|runtime]
                   conformance kills --stepwell PATH [--kills N] [--seed N] [--parallel N]
            """)
        return 2
    }
}

/// Says something on standard error.
func complain(_ text: String) {
    let line = Array((text + "\n").utf8)
    _ = write(STDERR_FILENO, line, line.count)
}
