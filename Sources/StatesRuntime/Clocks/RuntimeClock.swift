/// The clock that everything reads that waits: Wait states, backoff, timeouts, heartbeats, limits, timestamps.
public struct RuntimeClock: Sendable {
    let kind: Kind

    enum Kind: Sendable {
        case real
        case scaled(factor: Double, start: Int64?)
        case virtual(VirtualTime)
    }

    /// The machine's clock.
    public static let real = RuntimeClock(kind: .real)

    /// A clock that runs `factor` times as fast as the machine's: at 60, a Wait of one hour takes a minute.
    ///
    /// - Parameters:
    ///   - factor: Greater than 0.
    ///   - start: Where it starts, in milliseconds since 1970; nil starts at the machine's time.
    public static func scaled(by factor: Double, startingAt start: Int64? = nil) -> RuntimeClock {
        precondition(factor > 0 && factor.isFinite, "a clock runs forward")
        return RuntimeClock(kind: .scaled(factor: factor, start: start))
    }

    /// A clock that jumps to the next deadline as soon as nothing is left to do before it.
    ///
    /// It stands still while a function that was really called has not answered. Task tokens and activities that nobody took do
    /// not hold it. Use a new one for each runtime.
    ///
    /// - Parameter start: Where it starts, in milliseconds since 1970.
    public static func virtual(startingAt start: Int64 = ManualTime.defaultStart) -> RuntimeClock {
        RuntimeClock(kind: .virtual(VirtualTime(start: start, limit: .max)))
    }

    /// A clock that moves only when it is told to.
    public static func manual(_ time: ManualTime) -> RuntimeClock { RuntimeClock(kind: .virtual(time.time)) }
}

/// Time that a test moves.
///
/// ```swift
/// let time = ManualTime()
/// let runtime = try Runtime(clock: .manual(time))
/// let order = try await runtime.start(machine)
/// await time.advance(by: .seconds(3600))
/// ```
public final class ManualTime: Sendable {
    let time: VirtualTime

    /// 2026-01-01T00:00:00Z in milliseconds since 1970: where time starts unless told otherwise, so that runs are repeatable.
    public static let defaultStart: Int64 = 1_767_225_600_000

    /// Time that stands at `start`, in milliseconds since 1970.
    public init(startingAt start: Int64 = ManualTime.defaultStart) { time = VirtualTime(start: start, limit: start) }

    /// The present, in milliseconds since 1970.
    public var now: Int64 { time.now }

    /// Moves time, stopping at every deadline on the way, and returns when everything that was due has been done.
    public func advance(by duration: Duration) async {
        let (seconds, attoseconds) = duration.components
        let milliseconds = seconds * 1_000 + attoseconds / 1_000_000_000_000_000
        await withCheckedContinuation { continuation in
            time.advance(by: milliseconds) { continuation.resume() }
        }
    }

    /// Returns when everything that can be done without moving time has been done.
    public func settle() async { await advance(by: .zero) }
}
