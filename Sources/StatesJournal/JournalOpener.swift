import StatesRuntime

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Opens a directory: takes the lock, finds what is durable, and cuts what is not.
struct JournalOpener {
    /// How often files may be replaced while they are being read.
    static let attempts = 20

    let fileSystem: any FileSystem
    let directory: String
    let options: DirectoryJournal.Options

    /// A directory, opened.
    struct Opened {
        var index: JournalIndex
        var writer: LogWriter
        var report: RecoveryReport
    }

    private var loader: JournalLoader { JournalLoader(fileSystem: fileSystem, directory: directory) }

    // MARK: - Reading only

    /// Takes no lock and writes nothing.
    func openForReading() throws(JournalFault) -> Opened {
        for _ in 0..<Self.attempts {
            var before: [SegmentName]?
            do throws(ReadFault) {
                guard let layout = try loader.layout() else { throw .fault(.noJournal(directory: directory)) }
                before = layout.files
                let journal = try loader.load(layout)
                guard try loader.readManifest()?.generation ?? 0 == layout.manifest.generation else { continue }
                return try opened(journal)
            } catch {
                guard case .fault(let fault) = error else { continue }
                // What was wrong may have been the list: a writer or compaction went on meanwhile.
                if case .damaged = fault, before != (try? loader.layout())?.files { continue }
                throw fault
            }
        }
        throw .unsettled(directory: directory)
    }

    private func opened(_ journal: LoadedJournal) throws(ReadFault) -> Opened {
        do throws(JournalFault) {
            if journal.lastUnsynced != nil, let last = journal.index.files.last { try syncWhatIsShown(last) }
        } catch {
            throw .fault(error)
        }
        return Opened(
            index: journal.index, writer: LogWriter(fault: .readOnly(directory: directory)), report: report(of: journal, cut: false)
        )
    }

    /// A writer may have written the last group and not synced it yet, and what is shown must not be lost by a loss of power. Media
    /// that cannot be written have nothing to sync.
    private func syncWhatIsShown(_ file: SegmentFile) throws(JournalFault) {
        guard let handle = try? fileSystem.open(directory + "/" + file.name.fileName, for: .read) else { return }
        defer { fileSystem.close(handle) }
        do throws(FileFault) {
            try fileSystem.sync(handle)
        } catch  where error.code == FileFault.Code.inputOutput {
            throw .file(error)
        } catch {}
    }

    private func report(of journal: LoadedJournal, cut: Bool) -> RecoveryReport {
        var report = RecoveryReport()
        report.groups = journal.nextGroup - 1
        report.openExecutions = journal.index.interrupted().count
        report.indexesRebuilt = journal.unsealed.count
        if cut, journal.bytesBeyondEnd > 0 {
            report.bytesCut = journal.bytesBeyondEnd
            report.file = journal.index.files.last.map { directory + "/" + $0.name.fileName }
            report.offset = journal.end
        }
        return report
    }

    // MARK: - Writing

    /// Takes the lock, and makes the directory a place where groups can be added.
    func openForWriting() throws(JournalFault) -> Opened {
        try createDirectory()
        let lock = try takeLock()
        do throws(JournalFault) {
            var opened = try recovered()
            opened.writer.lock = lock
            return opened
        } catch {
            fileSystem.close(lock)
            throw error
        }
    }

    /// Creates the directory, with a file that keeps it out of version control. In a directory with other things in it there is
    /// none, because it would hide them too.
    private func createDirectory() throws(JournalFault) {
        try onDisk { () throws(FileFault) in
            if try fileSystem.names(in: directory) == nil { _ = try fileSystem.createDirectory(directory) }
            guard try fileSystem.names(in: directory)?.isEmpty == true else { return }
            guard let file = try fileSystem.open(directory + "/.gitignore", for: .create) else { return }
            defer { fileSystem.close(file) }
            try fileSystem.write(file, at: 0, Array("*\n".utf8))
        }
    }

    private func recovered() throws(JournalFault) -> Opened {
        do throws(ReadFault) {
            guard let layout = try loader.layout() else { return try settled(create()) }
            let journal = try loader.load(layout)
            return try settled(continuing(journal, layout))
        } catch {
            if case .fault(let fault) = error { throw fault }
            throw .unsettled(directory: directory)
        }
    }

    private func settled(_ opened: @autoclosure () throws(JournalFault) -> Opened) throws(ReadFault) -> Opened {
        do throws(JournalFault) { return try opened() } catch { throw .fault(error) }
    }

    private func create() throws(JournalFault) -> Opened {
        let identity = options.identity ?? UInt64.random(in: 1 ... .max)
        let segment = try preparation(identity).prepare(1)
        try onDisk { () throws(FileFault) in try fileSystem.syncDirectory(parentDirectory) }
        var index = JournalIndex(identity: identity)
        index.files = [SegmentFile(name: SegmentName(log: 1), seed: segment.seed, end: SegmentHeader.size)]
        return Opened(index: index, writer: LogWriter(segment: segment, epoch: 1), report: RecoveryReport())
    }

    /// Goes on where the log ends.
    private func continuing(_ journal: LoadedJournal, _ layout: JournalLayout) throws(JournalFault) -> Opened {
        var journal = journal
        try removeLeftovers(layout, journal)
        try syncNames(journal)
        for (place, index) in journal.unsealed { try seal(place, index, &journal) }
        var writer = LogWriter(
            nextGroup: journal.nextGroup, epoch: journal.epoch + 1, synced: options.isDurable ? journal.nextGroup - 1 : 0)
        let report = report(of: journal, cut: true)
        let followers = journal.followers
        var next = try followers.first.map { name throws(JournalFault) in
            try clean(name, from: SegmentHeader.size, nil, identity: journal.index.identity)
        }
        if journal.isLastSealed {
            let segment: PreparedSegment
            if let next { segment = next } else { segment = try preparation(journal.index.identity).prepare(lastLog(journal) + 1) }
            next = nil
            journal.index.files.append(
                SegmentFile(name: SegmentName(log: segment.log), seed: segment.seed, end: SegmentHeader.size))
            writer.segment = segment
            writer.tally = SegmentTally(log: segment.log, firstGroup: journal.nextGroup)
        } else if let last = journal.index.files.last {
            writer.segment = try clean(last.name, from: journal.end, journal.lastUnsynced, identity: journal.index.identity)
            writer.end = journal.end
            writer.tally = journal.tally
        }
        writer.next = next
        return Opened(index: journal.index, writer: writer, report: report)
    }

    private func lastLog(_ journal: LoadedJournal) -> UInt32 { journal.index.files.last?.name.last ?? 0 }

    /// Removes what interrupted work has left, and all but one of the segments that hold nothing.
    private func removeLeftovers(_ layout: JournalLayout, _ journal: LoadedJournal) throws(JournalFault) {
        let surplus = journal.followers.dropFirst().reversed().map(\.fileName)
        for name in layout.leftovers + surplus {
            try onDisk { () throws(FileFault) in try fileSystem.remove(directory + "/" + name) }
        }
    }

    /// A process that was ended may have created names and not synced them: nothing may be acknowledged in files that a loss of
    /// power would take away.
    private func syncNames(_ journal: LoadedJournal) throws(JournalFault) {
        try onDisk { () throws(FileFault) in
            try fileSystem.syncDirectory(directory)
            if journal.nextGroup == 1 { try fileSystem.syncDirectory(parentDirectory) }
        }
    }

    private func seal(_ place: Int, _ index: SegmentIndex, _ journal: inout LoadedJournal) throws(JournalFault) {
        let file = journal.index.files[place]
        let path = directory + "/" + file.name.fileName
        guard let handle = try onDisk({ () throws(FileFault) in try fileSystem.open(path, for: .write) }) else { return }
        defer { fileSystem.close(handle) }
        let segment = SegmentToSeal(handle: handle, name: file.name, seed: file.seed, end: file.end, index: index)
        do throws(FileFault) {
            journal.index.files[place].index = try SegmentPreparation.seal(segment, fileSystem, isDurable: options.isDurable)
        } catch  where !error.isDiskFull {
            throw .file(error)
        } catch {}
    }

    /// Opens a segment for writing, and makes sure that it holds its groups on the medium and nothing after them.
    private func clean(
        _ name: SegmentName, from end: Int, _ lastGroup: (offset: Int, size: Int)?, identity: UInt64
    ) throws(JournalFault) -> PreparedSegment {
        let path = directory + "/" + name.fileName
        let seed = SegmentHeader(identity: identity, name: name).seed
        return try onDisk { () throws(FileFault) in
            guard let handle = try fileSystem.open(path, for: .write) else {
                throw FileFault(operation: "open", path: path, code: FileFault.Code.noEntry)
            }
            var scanner = try GroupScanner(fileSystem: fileSystem, handle: handle, seed: seed)
            let endOfContent = try scanner.endOfContent(from: end)
            // The remains of a cut group must not meet a new one: they would look like its successors.
            try fileSystem.writeZeros(handle, from: end, to: endOfContent)
            if let lastGroup {
                // After a sync that failed, a system may hold these bytes in memory and believe them written. Writing the same
                // bytes once more makes the sync below mean what it says.
                let bytes = try fileSystem.read(handle, at: lastGroup.offset, count: lastGroup.size)
                try fileSystem.write(handle, at: lastGroup.offset, bytes)
            }
            if options.isDurable, endOfContent > end || lastGroup != nil { try fileSystem.sync(handle) }
            return PreparedSegment(handle: handle, log: name.first, seed: seed, capacity: scanner.size)
        }
    }

    private func preparation(_ identity: UInt64) -> SegmentPreparation {
        SegmentPreparation(fileSystem: fileSystem, directory: directory, options: options, identity: identity)
    }

    private var parentDirectory: String {
        guard let slash = directory.lastIndex(of: "/") else { return "." }
        return slash == directory.startIndex ? "/" : String(directory[..<slash])
    }

    // MARK: - The lock

    private func takeLock() throws(JournalFault) -> FileHandle {
        try onLockFile { handle throws(FileFault) in
            guard try fileSystem.lock(handle) else { return false }
            try fileSystem.write(handle, at: 0, Array(LockText.text(of: options.owner ?? LockText.thisProcess()).utf8))
            return true
        }
    }

    private func onLockFile(_ take: (FileHandle) throws(FileFault) -> Bool) throws(JournalFault) -> FileHandle {
        let path = directory + "/lock"
        guard let handle = try onDisk({ () throws(FileFault) in try fileSystem.open(path, for: .create) }) else {
            throw .file(FileFault(operation: "create", path: path, code: FileFault.Code.noEntry))
        }
        do throws(FileFault) {
            if try take(handle) { return handle }
        } catch {
            fileSystem.close(handle)
            throw .file(error)
        }
        defer { fileSystem.close(handle) }
        let text = try? fileSystem.read(handle, at: 0, count: LockText.longest)
        throw .locked(directory: directory, owner: text.flatMap { LockText.owner(in: $0) })
    }
}

/// What the lock file says: three lines and an empty one. What follows is of an earlier owner.
enum LockText {
    static let longest = 2048
    private static let longestCommand = 1024

    static func thisProcess() -> LockOwner {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let milliseconds = Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
        return LockOwner(
            processIdentifier: getpid(), startTime: milliseconds, command: CommandLine.arguments.joined(separator: " "))
    }

    static func text(of owner: LockOwner) -> String {
        let line = owner.command.unicodeScalars.map { $0 == "\n" || $0 == "\r" ? " " : String($0) }.joined()
        let command = String(decoding: line.utf8.prefix(longestCommand), as: UTF8.self)
        return "pid \(owner.processIdentifier)\nsince \(owner.startTime)\ncommand \(command)\n\n"
    }

    static func owner(in bytes: [UInt8]) -> LockOwner? {
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 4, lines[3].isEmpty, lines[0].hasPrefix("pid "), lines[1].hasPrefix("since "),
            lines[2].hasPrefix("command "), let process = Int32(lines[0].dropFirst(4)), let start = Int64(lines[1].dropFirst(6))
        else { return nil }
        return LockOwner(processIdentifier: process, startTime: start, command: String(lines[2].dropFirst(8)))
    }
}
