import StatesJournal

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Patience with an owner of a data directory who is gone, or answers, in a moment.
///
/// `send` and `stop` hold the lock while they write one thing down, and a process that runs executions holds it a moment before it
/// listens. Somebody who types both commands at once should not have to see that.
enum BriefWait {
    /// Longer than any owner without a command line of its own holds the lock on a slow disk.
    static let steps = 100

    /// Opens a journal to run executions in. An owner who listens is one that stays, and is not waited for.
    static func open(_ directory: String) throws -> DirectoryJournal {
        try forLock(unless: { ControlClient.hasListener(in: directory) }, { try DirectoryJournal(directory: directory) })
    }

    /// What `body` gives, tried again for two seconds while somebody holds the lock, unless waiting is pointless.
    static func forLock<Answer>(
        unless isPointless: () -> Bool = { false }, pause: () -> Void = { usleep(20_000) }, _ body: () throws -> Answer
    ) throws -> Answer {
        for _ in 0..<steps {
            do {
                return try body()
            } catch let fault as JournalFault {
                guard case .locked = fault, !isPointless() else { throw fault }
                pause()
            }
        }
        return try body()
    }
}
