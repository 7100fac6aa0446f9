/// Where a runtime writes its executions. `StatesJournal` adds `.directory(_:)`.
public struct JournalChoice: Sendable {
    /// Whether entries outlive the process. Acknowledged Express starts are written only then.
    let isDurable: Bool
    /// Whether a commit takes no time to speak of, so that no thread of its own is worth its while.
    let commitsAtOnce: Bool
    let open: @Sendable () throws -> any Journal

    /// A journal that is opened when the runtime is made.
    ///
    /// - Parameters:
    ///   - isDurable: Whether entries outlive the process.
    ///   - commitsAtOnce: Whether `commit` neither waits for a device nor for anybody else.
    ///   - open: Opens it. What it throws, the runtime's initialiser throws.
    public init(isDurable: Bool = true, commitsAtOnce: Bool = false, open: @escaping @Sendable () throws -> any Journal) {
        self.isDurable = isDurable
        self.commitsAtOnce = commitsAtOnce
        self.open = open
    }

    /// In memory: gone with the runtime.
    public static let memory = JournalChoice(isDurable: false, commitsAtOnce: true) { MemoryJournal() }

    /// A journal that is open already.
    public static func custom(_ journal: any Journal) -> JournalChoice { JournalChoice { journal } }
}
