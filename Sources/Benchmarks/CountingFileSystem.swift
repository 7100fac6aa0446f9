import StatesJournal
import Synchronization

/// The machine's file system, with a tally of what is written and synced.
struct CountingFileSystem: FileSystem {
    /// What has been done so far.
    final class Tally: Sendable {
        private let written = Atomic<Int>(0)
        private let zeroed = Atomic<Int>(0)
        private let synced = Atomic<Int>(0)

        /// Bytes written to files that say something.
        var bytes: Int { written.load(ordering: .relaxed) }
        /// Zeros written to prepare segments, which are used again later.
        var zeros: Int { zeroed.load(ordering: .relaxed) }
        /// Syncs of files.
        var syncs: Int { synced.load(ordering: .relaxed) }

        /// What begins with 64 zeros is taken to be preparation: the log's own groups have a header.
        fileprivate func wrote(_ bytes: UnsafeRawBufferPointer) {
            let isPreparation = bytes.count >= 64 && bytes.prefix(64).allSatisfy { $0 == 0 }
            if isPreparation {
                zeroed.add(bytes.count, ordering: .relaxed)
            } else {
                written.add(bytes.count, ordering: .relaxed)
            }
        }
        fileprivate func didSync() { synced.add(1, ordering: .relaxed) }
    }

    let tally = Tally()
    private let base = POSIXFileSystem()

    func createDirectory(_ path: String) throws(FileFault) -> Bool { try base.createDirectory(path) }
    func names(in directory: String) throws(FileFault) -> [String]? { try base.names(in: directory) }
    func open(_ path: String, for access: FileAccess) throws(FileFault) -> FileHandle? { try base.open(path, for: access) }
    func close(_ file: FileHandle) { base.close(file) }
    func size(of file: FileHandle) throws(FileFault) -> Int { try base.size(of: file) }
    func read(_ file: FileHandle, at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FileFault) -> Int {
        try base.read(file, at: offset, into: buffer)
    }
    func write(_ file: FileHandle, at offset: Int, _ bytes: UnsafeRawBufferPointer) throws(FileFault) {
        tally.wrote(bytes)
        try base.write(file, at: offset, bytes)
    }
    func sync(_ file: FileHandle) throws(FileFault) {
        tally.didSync()
        try base.sync(file)
    }
    func syncDirectory(_ path: String) throws(FileFault) { try base.syncDirectory(path) }
    func rename(_ path: String, to newPath: String) throws(FileFault) { try base.rename(path, to: newPath) }
    func remove(_ path: String) throws(FileFault) { try base.remove(path) }
    func lock(_ file: FileHandle) throws(FileFault) -> Bool { try base.lock(file) }
}
