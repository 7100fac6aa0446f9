/// Where an entry stands: the log number of its segment, and the offset of its frame in the file.
///
/// In a file, log number 0 means "this same file", and a position of zero means that there is no earlier entry. Log numbers start
/// at 1 and offsets after the segment's header, so that neither is ambiguous. Positions of one log are in the order of writing.
struct Position: Sendable, Hashable, Comparable {
    /// The log number in the upper, the offset in the lower half.
    var bits: UInt64

    /// No position.
    static let none = Position(bits: 0)

    init(bits: UInt64) {
        self.bits = bits
    }

    init(log: UInt32, offset: Int) {
        bits = UInt64(log) << 32 | UInt64(UInt32(truncatingIfNeeded: offset))
    }

    /// The log number.
    var log: UInt32 { UInt32(bits >> 32) }
    /// The offset in the file.
    var offset: Int { Int(bits & 0xFFFF_FFFF) }

    static func < (left: Position, right: Position) -> Bool { left.bits < right.bits }
}
