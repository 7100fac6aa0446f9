import CStatesProcess

/// The machine's own clocks.
enum MachineTime {
    /// Milliseconds since 1970.
    static func wallMilliseconds() -> Int64 { states_time_wall() / 1_000_000 }

    /// Nanoseconds since some point in the past that never jump.
    static func monotonicNanoseconds() -> Int64 { states_time_monotonic() }
}
