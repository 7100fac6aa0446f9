import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Does one slow thing at a time beside the thread that commits: a thread of its own, because writing and syncing block.
final class BackgroundWork: Sendable {
    /// Whether things are done beside, or at once by whoever starts them (which makes simulations repeatable).
    enum Mode: Sendable {
        case thread
        case inline
    }

    private let mode: Mode
    private let running = Mutex<Running?>(nil)

    private struct Running: Sendable {
        // A thread's name is a number or an opaque pointer, depending on the system; it is only passed back to it.
        nonisolated(unsafe) var thread: pthread_t
    }

    private final class Job: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }

    init(_ mode: Mode) {
        self.mode = mode
    }

    deinit {
        running.withLock { running in
            if let running { pthread_detach(running.thread) }
        }
    }

    /// Does something, after what was started before is done. What is done may not start or await anything here.
    func start(_ body: @escaping @Sendable () -> Void) {
        running.withLock { running in
            Self.join(&running)
            guard mode == .thread, let thread = Self.spawn(Job(body)) else { return body() }
            running = Running(thread: thread)
        }
    }

    /// Returns when nothing is being done.
    func wait() {
        running.withLock { Self.join(&$0) }
    }

    private static func join(_ running: inout Running?) {
        if let finished = running { pthread_join(finished.thread, nil) }
        running = nil
    }

    private static func spawn(_ job: Job) -> pthread_t? {
        let context = Unmanaged.passRetained(job)
        #if canImport(Darwin)
            var thread: pthread_t?
            let code = pthread_create(
                &thread, nil,
                { context in
                    Unmanaged<Job>.fromOpaque(context).takeRetainedValue().body()
                    return nil
                }, context.toOpaque())
            if code == 0 { return thread }
        #else
            var thread = pthread_t()
            let code = pthread_create(
                &thread, nil,
                { context in
                    if let context { Unmanaged<Job>.fromOpaque(context).takeRetainedValue().body() }
                    return nil
                }, context.toOpaque())
            if code == 0 { return thread }
        #endif
        context.release()
        return nil
    }
}
