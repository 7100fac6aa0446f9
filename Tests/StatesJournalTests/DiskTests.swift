import StatesJournal
import StatesRuntime
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A new directory of the real file system, removed at the end.
private func withTemporaryDirectory(_ body: (String) throws -> Void) throws {
    var template = Array("/tmp/journal-test-XXXXXX".utf8CString)
    let path = try #require(mkdtemp(&template).map { String(cString: $0) })
    defer {
        for name in (try? POSIXFileSystem().names(in: path + "/data")) ?? [] { unlink(path + "/data/" + name) }
        rmdir(path + "/data")
        rmdir(path)
    }
    try body(path + "/data")
}

@Suite("On a real disk")
struct DiskTests {
    @Test("a journal is written, locked, read beside its writer, compacted and opened again, with its own threads")
    func wholeLife() throws {
        try withTemporaryDirectory { path in
            var options = DirectoryJournal.Options()
            options.firstSegmentSize = 4096
            options.largestSegmentSize = 16384
            let work = Workload.interleaved(10, rounds: 10)
            let journal = try DirectoryJournal(directory: path + "/", options: options)
            try journal.commit(work)
            let expected = work.contents(ofFirst: .max)
            #expect(try journal.contents(of: work.executions) == expected)
            let reader = try DirectoryJournal(directory: path, options: DirectoryJournal.Options(isReadOnly: true))
            #expect(try reader.contents(of: work.executions) == expected)
            let fault = #expect(throws: JournalFault.self) { try DirectoryJournal(directory: path) }
            let owner = if case .locked(path, let owner?) = fault { owner } else { LockOwner?.none }
            #expect(owner?.processIdentifier == getpid())
            #expect(owner?.command.isEmpty == false)
            try journal.compact(keepingClosedFor: .zero, namesFor: .zero, now: 100_000)
            let kept = try journal.contents(of: work.executions)
            try reader.refresh()
            #expect(try reader.contents(of: work.executions) == kept)
            try journal.close()
            let reopened = try DirectoryJournal(directory: path)
            #expect(try reopened.contents(of: work.executions) == kept)
            #expect(reopened.report.bytesCut == 0)
            try reopened.close()
            #expect(try DirectoryJournal.check(directory: path).isSound)
        }
    }

    @Test("the directory and its files are for their owner only")
    func permissions() throws {
        try withTemporaryDirectory { path in
            let journal = try DirectoryJournal(directory: path)
            for (name, mode) in [("", 0o700), ("/segment-00000001", 0o600), ("/lock", 0o600)] as [(String, mode_t)] {
                var status = stat()
                #expect(stat(path + name, &status) == 0)
                #expect(status.st_mode & 0o777 == mode, "\(name)")
            }
            var status = stat()
            #expect(stat(path + "/segment-00000001", &status) == 0)
            #expect(status.st_size == 256 << 10)
            try journal.close()
        }
    }

    @Test("a directory in a place that is not there is a fault with its name")
    func missingParent() {
        let path = "/tmp/journal-test-no-such-directory/data"
        #expect(throws: JournalFault.file(FileFault(operation: "create", path: path, code: ENOENT))) {
            try DirectoryJournal(directory: path)
        }
    }
}
