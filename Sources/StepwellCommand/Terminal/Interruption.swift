import StatesRuntime

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The write end of the pipe that signal handlers write to; -1 before they are installed, and after the first signal.
///
/// Unsafe and sound: it is set before the first handler is installed, and from then on only the handlers touch it. Two signals that
/// arrive at once on two threads can both write to the pipe, and then a third ends the process: one word of memory is never torn.
nonisolated(unsafe) private var signalPipe: Int32 = -1

/// Ctrl-C and SIGTERM, told to whoever runs something.
///
/// A handler does nothing but write the signal's number to a pipe, which is all that is safe there; a thread reads it. The second
/// signal ends the process at once, from within the handler, whatever the rest of the process is doing.
enum Interruption {
    /// Begins to listen. `interrupted` is called once, on a thread of its own, with the exit status that says why.
    static func onFirst(_ interrupted: @escaping @Sendable (Complaint.Status) -> Void) throws(Complaint) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .fault("pipe: \(systemMessage(errno))") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        signalPipe = ends[1]
        let reader = ends[0]
        do throws(RuntimeError) {
            _ = try SystemThread {
                var byte: UInt8 = 0
                while read(reader, &byte, 1) < 0, errno == EINTR {}
                interrupted(Int32(byte) == SIGTERM ? .terminated : .interrupted)
            }
        } catch {
            throw .fault("\(error)")
        }
        // A reader of our progress that goes away is no reason to stop.
        signal(SIGPIPE, SIG_IGN)
        for number in [SIGINT, SIGTERM] {
            signal(number) { number in
                if signalPipe < 0 { _exit(128 + number) }
                var byte = UInt8(truncatingIfNeeded: number)
                _ = write(signalPipe, &byte, 1)
                signalPipe = -1
            }
        }
    }
}
