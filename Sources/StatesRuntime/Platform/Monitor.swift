import CStatesProcess

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A lock, a condition, and the state that they guard.
///
/// `@unchecked Sendable`: `state` is touched only while the mutex is held, and the mutex and the condition live at fixed addresses
/// from `init` to `deinit`. `Synchronization.Mutex` has no condition, and a shard must be able to sleep until something is said to
/// it.
final class Monitor<State>: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var state: State

    /// What the body of `wait` decides after a look at the state.
    enum Verdict<Result> {
        /// Enough was found.
        case done(Result)
        /// Look again when something was said, or after that many nanoseconds; nil waits without limit.
        case wait(nanoseconds: Int64?)
    }

    init(_ state: State) {
        self.state = state
        pthread_mutex_init(mutex, nil)
        states_condition_make(condition)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Looks at and changes the state.
    func withLock<Result>(_ body: (inout State) throws -> Result) rethrows -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&state)
    }

    /// Looks at the state until `body` is content, asleep in between.
    func wait<Result>(_ body: (inout State) -> Verdict<Result>) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            switch body(&state) {
            case .done(let result): return result
            case .wait(nil): pthread_cond_wait(condition, mutex)
            case .wait(let nanoseconds?): states_condition_wait(condition, mutex, max(nanoseconds, 0))
            }
        }
    }

    /// Wakes one that waits.
    func signal() { pthread_cond_signal(condition) }

    /// Wakes all that wait.
    func broadcast() { pthread_cond_broadcast(condition) }
}
