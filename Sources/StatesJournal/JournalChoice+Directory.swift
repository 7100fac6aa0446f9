public import StatesRuntime

extension JournalChoice {
    /// In a directory, which is created if it is not there: executions outlive the process, and `kill -9`.
    ///
    /// ```swift
    /// let runtime = try Runtime(journal: .directory(".stepwell"))
    /// try runtime.resumeAll()
    /// ```
    ///
    /// One runtime at a time writes to a directory; opening it throws `JournalFault.locked` while another does.
    public static func directory(_ path: String) -> JournalChoice {
        JournalChoice { try DirectoryJournal(directory: path) }
    }
}
