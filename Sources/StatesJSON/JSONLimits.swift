/// How much JSON text a reader accepts.
///
/// Limits are counted, not timed: the same text is always accepted or always refused.
public struct JSONLimits: Sendable, Hashable {
    /// The most levels of arrays and objects within each other; `[[1]]` has two.
    ///
    /// Values are compared and released level by level on the thread's stack, so a limit far above the default is the caller's risk.
    public var maxDepth: Int
    /// The most bytes of text.
    public var maxBytes: Int

    /// Limits of nesting and of bytes.
    public init(maxDepth: Int = 1000, maxBytes: Int) {
        self.maxDepth = maxDepth
        self.maxBytes = maxBytes
    }

    /// For text of unknown purpose: 1,000 levels and 64 MiB.
    public static let `default` = JSONLimits(maxBytes: 67_108_864)
    /// For definitions: 4 MiB, the most bytes that the 1,048,576 characters of a definition can take.
    public static let definition = JSONLimits(maxBytes: 4_194_304)
    /// For inputs and outputs of states and executions: 262,144 bytes, the service's quota.
    public static let payload = JSONLimits(maxBytes: 262_144)
}
