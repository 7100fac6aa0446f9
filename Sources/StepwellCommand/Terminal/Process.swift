import StatesRuntime

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Ends the process.
func endProcess(withStatus status: Int32) -> Never { exit(status) }

/// The number that `--version` prints.
enum Version {
    static let text = "0.1.0"
}

/// The machine's clock, in milliseconds since 1970.
func wallClock() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
}

/// The runtime's threads. Foundation, which argument parsing brings along, has others of the same name.
typealias SystemThread = StatesRuntime.Thread
