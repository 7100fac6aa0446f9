import StatesJournal
import StatesKernel
import StatesRuntime

/// Reads the executions of a data directory, beside whoever writes it.
struct StoredExecutions {
    private let archive: Archive

    /// Opens the directory for reading; takes no lock.
    init(directory: String) throws(JournalFault) {
        archive = Archive(try DirectoryJournal(directory: directory, options: DirectoryJournal.Options(isReadOnly: true)))
    }

    /// The newest executions, those of that status if one is given.
    func list(status: ExecutionStatus?, limit: Int) throws -> [ExecutionSummary] {
        guard let status else { return try archive.executions(limit: limit) }
        var found: [ExecutionSummary] = []
        var before: UInt64?
        while found.count < limit {
            let page = try archive.executions(before: before, limit: 1_000)
            guard let last = page.last else { break }
            found += page.filter { $0.status == status }
            before = last.number
        }
        return Array(found.prefix(limit))
    }

    /// An execution that has not ended, as it stands; nil if there is none of that name.
    func running(_ name: String) throws -> Execution? {
        let summary = try archive.summary(of: name)
        return summary.status == .running && !summary.isExpress ? try archive.rebuild(summary).execution : nil
    }

    func description(of name: String) throws -> ExecutionDescription { try archive.description(of: name) }

    func history(of name: String) throws -> [HistoryEvent] { try archive.history(of: name) }
}
