import StatesText

/// 256 bits that every random decision of an execution is derived from.
///
/// Decisions are a keyed hash of (seed, purpose, thread, counter), not a shared stream: the order in which threads ask does not
/// matter, and seeing one value gives nothing away about another.
public struct Seed: Sendable, Hashable {
    /// The bits, 32 bytes.
    public let bytes: [UInt8]

    /// A seed of exactly 32 bytes.
    public init(bytes: [UInt8]) {
        precondition(bytes.count == 32, "a seed has 32 bytes")
        self.bytes = bytes
    }

    /// A seed derived from a number and a text, for runs that shall be repeatable: the run's seed and the execution's ARN.
    public init(number: UInt64, text: String) {
        bytes = Digest.sha256(Self.bigEndian(number) + Array(text.utf8))
    }

    /// What a random value is for. The numbers are part of the journal's format.
    public enum Purpose: UInt64, Sendable {
        /// Full jitter of a retrier.
        case jitter = 1
        /// `States.MathRandom`, `States.UUID` and their kin in JSONata, in each of the places where they may stand.
        case parameters = 2
        case result = 3
        case assign = 4
        case selector = 5
        case credentials = 6
        case failText = 7
        /// The secret of a task token.
        case token = 8
        /// Names of child executions.
        case childName = 9
        /// `$random`, `$uuid` and `$shuffle` of JSONata in the places that JSONPath does not have.
        case timeout = 10
        case heartbeat = 11
        case items = 12
        case concurrency = 13
        case output = 14
    }

    /// 32 bytes for that purpose.
    public func bytes(for purpose: Purpose, thread: Int32, counter: UInt64) -> [UInt8] {
        Digest.keyed(
            bytes,
            Self.bigEndian(purpose.rawValue) + Self.bigEndian(UInt64(UInt32(bitPattern: thread))) + Self.bigEndian(counter))
    }

    /// 64 bits for that purpose.
    public func bits(for purpose: Purpose, thread: Int32, counter: UInt64) -> UInt64 {
        bytes(for: purpose, thread: thread, counter: counter).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func bigEndian(_ value: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * UInt64($0))) }
    }
}
