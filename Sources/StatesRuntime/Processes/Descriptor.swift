import CStatesProcess

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Descriptors that children do not inherit and that stand above the standard ones.
enum Descriptor {
    /// The two ends of a new pipe, or nil if the process has too many descriptors.
    static func pipe() -> (read: Int32, write: Int32)? {
        var ends: [Int32] = [0, 0]
        return states_process_pipe(&ends) == 0 ? (ends[0], ends[1]) : nil
    }

    /// `/dev/null` for reading and writing, or -1.
    static func null() -> Int32 {
        let descriptor = open("/dev/null", O_RDWR | O_CLOEXEC)
        guard descriptor >= 0, descriptor < 3 else { return descriptor }
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
        close(descriptor)
        return copy
    }

    static func makeNonblocking(_ descriptor: Int32) {
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }
}
