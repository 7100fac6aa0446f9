/// How much of the thread's own stack there is left to use.
///
/// What may nest is counted, and in optimised builds the counts end everything long before a small stack does. In debug builds a level
/// takes several times as much; there this ends it, with the same error, before a stack of 512 KB, the smallest that threads commonly
/// have, is used up.
struct NativeStack {
    /// Where there is still enough left for what runs between two looks.
    private let floor: UInt

    private static let budget: UInt = 384 << 10

    /// Begins to measure here.
    init() {
        let here = Self.here
        floor = here > Self.budget ? here - Self.budget : 0
    }

    /// Whether there is enough left. Stacks grow downwards.
    @inline(__always) var hasRoom: Bool { Self.here > floor }

    /// About where the stack ends at the moment: the address of a local variable, which nothing reads or writes through.
    @inline(__always) private static var here: UInt {
        var marker: UInt8 = 0
        return withUnsafePointer(to: &marker) { UInt(bitPattern: $0) }
    }
}
