#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A thread of the operating system that runs one closure.
package struct Thread: Sendable {
    private let handle: Handle

    /// `@unchecked Sendable`: a thread's identifier is a constant. On Darwin it is a pointer that is never followed here.
    private struct Handle: @unchecked Sendable {
        let value: pthread_t
    }

    private final class Body: Sendable {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Deep JSON is walked by recursion within limits; some platforms give threads half a megabyte or less unasked.
    private static let stackBytes = 8 << 20

    /// Starts a thread.
    ///
    /// - Throws: `RuntimeError.noThread` if the system refuses.
    package init(_ run: @escaping @Sendable () -> Void) throws(RuntimeError) {
        let body = Unmanaged.passRetained(Body(run))
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, Self.stackBytes)
        #if canImport(Darwin)
            var made: pthread_t?
            let failure = pthread_create(&made, &attributes, { Self.enter($0) }, body.toOpaque())
        #elseif canImport(Musl)
            var made: pthread_t?
            let failure = pthread_create(&made, &attributes, { $0.flatMap { Self.enter($0) } }, body.toOpaque())
        #else
            var made = pthread_t()
            let failure = pthread_create(&made, &attributes, { $0.flatMap { Self.enter($0) } }, body.toOpaque())
        #endif
        guard failure == 0 else {
            body.release()
            throw .noThread(errorNumber: failure)
        }
        #if !canImport(Glibc)
            guard let made else { throw .noThread(errorNumber: EAGAIN) }
        #endif
        handle = Handle(value: made)
    }

    private static func enter(_ context: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
        let body = Unmanaged<Body>.fromOpaque(context).takeRetainedValue()
        body.run()
        return nil
    }

    /// Waits for its end; a thread that asks this of itself is let go instead.
    package func join() {
        if pthread_equal(handle.value, pthread_self()) != 0 {
            pthread_detach(handle.value)
        } else {
            pthread_join(handle.value, nil)
        }
    }
}
