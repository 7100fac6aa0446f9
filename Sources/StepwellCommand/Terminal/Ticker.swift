import StatesRuntime

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Calls a closure again and again on a thread of its own, so that a terminal that was stopped holds up nobody else.
struct Ticker: Sendable {
    private let thread: SystemThread
    private let wake: (read: Int32, write: Int32)

    /// Begins; the first call comes after one interval.
    init(milliseconds: Int32, _ body: @escaping @Sendable () -> Void) throws(Complaint) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .fault("pipe: \(systemMessage(errno))") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        wake = (ends[0], ends[1])
        let reader = ends[0]
        do throws(RuntimeError) {
            thread = try SystemThread {
                while true {
                    var watched = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
                    if poll(&watched, 1, milliseconds) > 0 { return }
                    body()
                }
            }
        } catch {
            for end in ends { closeDescriptor(end) }
            throw .fault("\(error)")
        }
    }

    /// Ends it at once, or when the present call has returned.
    func end() {
        var byte: UInt8 = 0
        _ = write(wake.write, &byte, 1)
        thread.join()
        closeDescriptor(wake.read)
        closeDescriptor(wake.write)
    }
}
