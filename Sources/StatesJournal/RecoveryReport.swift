/// What opening a journal found.
public struct RecoveryReport: Sendable, Hashable, CustomStringConvertible {
    /// How many bytes after the last valid group were cut: never acknowledged, or damaged since. 0 for a reader, which cuts nothing.
    public var bytesCut = 0
    /// The file they were in, if any were cut.
    public var file: String?
    /// Where in the file the log ends now.
    public var offset = 0
    /// The number of groups in the log.
    public var groups: UInt64 = 0
    /// How many executions have begun and not ended.
    public var openExecutions = 0
    /// How many segments were read whole because their index was missing.
    public var indexesRebuilt = 0

    /// For people; empty if there is nothing to tell.
    public var description: String {
        guard bytesCut > 0, let file else { return "" }
        return "\(bytesCut) bytes at the end of \(file) were cut at byte \(offset): never acknowledged, or damaged since"
    }
}
