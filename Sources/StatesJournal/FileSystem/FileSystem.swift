/// An open file of a `FileSystem`.
package struct FileHandle: Sendable, Hashable {
    /// What the file system knows it by.
    package let number: Int32

    /// The handle of that number.
    package init(number: Int32) {
        self.number = number
    }
}

/// For what a file is opened.
package enum FileAccess: Sendable {
    /// To read what is there.
    case read
    /// To read and write what is there.
    case write
    /// To read and write; it is created, readable by its owner only, if it is not there.
    case create
}

/// What a journal asks of a disk. The seam behind which a simulator loses, tears, reorders and fails writes.
///
/// Nothing is durable before `sync`: a file's bytes and size by its own, its name by that of its directory.
package protocol FileSystem: Sendable {
    /// Creates a directory that only its owner may enter. False if there is one already.
    func createDirectory(_ path: String) throws(FileFault) -> Bool
    /// The names in a directory, sorted; nil if there is no such directory.
    func names(in directory: String) throws(FileFault) -> [String]?
    /// Opens a file; nil if it is not there and shall not be created.
    func open(_ path: String, for access: FileAccess) throws(FileFault) -> FileHandle?
    /// Closes a file and gives up its lock.
    func close(_ file: FileHandle)
    /// The size in bytes.
    func size(of file: FileHandle) throws(FileFault) -> Int
    /// Reads as many bytes as there are, at most the buffer's size.
    func read(_ file: FileHandle, at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FileFault) -> Int
    /// Writes all bytes, beyond the end if need be.
    func write(_ file: FileHandle, at offset: Int, _ bytes: UnsafeRawBufferPointer) throws(FileFault)
    /// Returns when the file's bytes and size are on the medium.
    func sync(_ file: FileHandle) throws(FileFault)
    /// Returns when the directory's names are on the medium.
    func syncDirectory(_ path: String) throws(FileFault)
    /// Gives a file another name, in place of the one that had it.
    func rename(_ path: String, to newPath: String) throws(FileFault)
    /// Removes a name. Whoever has the file open keeps it. No error if it is not there.
    func remove(_ path: String) throws(FileFault)
    /// Takes the file's lock until it is closed or the process ends. False if somebody else has it.
    func lock(_ file: FileHandle) throws(FileFault) -> Bool
}

extension FileSystem {
    /// Reads exactly that range, or as much of it as there is.
    package func read(_ file: FileHandle, at offset: Int, count: Int) throws(FileFault) -> [UInt8] {
        var fault: FileFault?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            do throws(FileFault) {
                initialized = try read(file, at: offset, into: UnsafeMutableRawBufferPointer(buffer))
            } catch {
                fault = error
            }
        }
        if let fault { throw fault }
        return bytes
    }

    /// Writes an array.
    package func write(_ file: FileHandle, at offset: Int, _ bytes: [UInt8]) throws(FileFault) {
        var fault: FileFault?
        bytes.withUnsafeBytes { buffer in
            do throws(FileFault) { try write(file, at: offset, buffer) } catch { fault = error }
        }
        if let fault { throw fault }
    }

    /// Writes zeros, a piece at a time.
    package func writeZeros(_ file: FileHandle, from start: Int, to end: Int) throws(FileFault) {
        guard start < end else { return }
        let zeros = [UInt8](repeating: 0, count: min(end - start, 1 << 20))
        var offset = start
        while offset < end {
            let count = min(zeros.count, end - offset)
            try write(file, at: offset, count == zeros.count ? zeros : [UInt8](zeros.prefix(count)))
            offset += count
        }
    }
}
