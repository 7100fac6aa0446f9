/// What a runtime reads the time from.
struct TimeSource: Sendable {
    private let kind: Kind

    private enum Kind: Sendable {
        case real
        case scaled(factor: Double, realStart: Int64, start: Int64)
        case virtual(VirtualTime)
    }

    /// How long a shard sleeps at most, so that a machine clock that was set, or a suspended machine, is noticed.
    private static let longestSleep: Int64 = 10_000_000_000

    /// How far a scaled clock runs, in milliseconds: some hundred thousand years.
    private static let farthest = 9e15

    init(_ clock: RuntimeClock) {
        switch clock.kind {
        case .real: kind = .real
        case .scaled(let factor, let start):
            kind = .scaled(
                factor: factor, realStart: MachineTime.monotonicNanoseconds(), start: start ?? MachineTime.wallMilliseconds())
        case .virtual(let time): kind = .virtual(time)
        }
    }

    /// The virtual time, if it is virtual.
    var virtual: VirtualTime? {
        if case .virtual(let time) = kind { time } else { nil }
    }

    /// The present, in milliseconds since 1970.
    func now() -> Int64 {
        switch kind {
        case .real: MachineTime.wallMilliseconds()
        case .scaled(let factor, let realStart, let start):
            start + Int64(min(Double(MachineTime.monotonicNanoseconds() - realStart) / 1_000_000 * factor, Self.farthest))
        case .virtual(let time): time.now
        }
    }

    /// How many real nanoseconds to sleep until that time; nil under virtual time, where nobody sleeps.
    func nanoseconds(until due: Int64) -> Int64? {
        switch kind {
        case .virtual: return nil
        case .real: return Self.bounded(milliseconds: due - now())
        case .scaled(let factor, _, _):
            let milliseconds = (Double(due) - Double(now())) / factor
            return Self.bounded(milliseconds: milliseconds < 1e15 ? Int64(milliseconds.rounded(.up)) : .max)
        }
    }

    private static func bounded(milliseconds: Int64) -> Int64 {
        milliseconds > longestSleep / 1_000_000 ? longestSleep : max(milliseconds, 0) * 1_000_000
    }
}
