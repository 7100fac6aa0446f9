#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The disk of this machine.
///
/// Descriptors are closed on `exec`, so that commands which the process starts inherit neither files nor the lock.
package struct POSIXFileSystem: FileSystem {
    /// The disk of this machine.
    package init() {}

    package func createDirectory(_ path: String) throws(FileFault) -> Bool {
        if mkdir(path, 0o700) == 0 { return true }
        if errno == EEXIST { return false }
        throw FileFault(operation: "create", path: path, code: errno)
    }

    package func names(in directory: String) throws(FileFault) -> [String]? {
        guard let stream = opendir(directory) else {
            if errno == ENOENT { return nil }
            throw FileFault(operation: "list", path: directory, code: errno)
        }
        defer { closedir(stream) }
        var names: [String] = []
        errno = 0
        while let entry = readdir(stream) {
            let name = Self.name(of: entry)
            if name != "." && name != ".." { names.append(name) }
            errno = 0
        }
        if errno != 0 { throw FileFault(operation: "list", path: directory, code: errno) }
        return names.sorted()
    }

    package func open(_ path: String, for access: FileAccess) throws(FileFault) -> FileHandle? {
        let flags =
            switch access {
            case .read: O_RDONLY | O_CLOEXEC
            case .write: O_RDWR | O_CLOEXEC
            case .create: O_RDWR | O_CREAT | O_CLOEXEC
            }
        while true {
            let descriptor = openFile(path, flags, 0o600)
            if descriptor >= 0 { return FileHandle(number: descriptor) }
            if errno == EINTR { continue }
            if errno == ENOENT, access != .create { return nil }
            throw FileFault(operation: access == .create ? "create" : "open", path: path, code: errno)
        }
    }

    package func close(_ file: FileHandle) {
        _ = closeFile(file.number)
    }

    package func size(of file: FileHandle) throws(FileFault) -> Int {
        var status = stat()
        guard fstat(file.number, &status) == 0 else { throw fault("read", file) }
        return Int(status.st_size)
    }

    package func read(_ file: FileHandle, at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FileFault) -> Int {
        var done = 0
        while done < buffer.count, let base = buffer.baseAddress {
            let count = pread(file.number, base + done, buffer.count - done, off_t(offset + done))
            if count > 0 {
                done += count
            } else if count == 0 {
                break
            } else if errno != EINTR {
                throw fault("read", file)
            }
        }
        return done
    }

    package func write(_ file: FileHandle, at offset: Int, _ bytes: UnsafeRawBufferPointer) throws(FileFault) {
        var done = 0
        while done < bytes.count, let base = bytes.baseAddress {
            let count = pwrite(file.number, base + done, bytes.count - done, off_t(offset + done))
            if count > 0 {
                done += count
            } else if count == 0 {
                throw FileFault(operation: "write", path: path(of: file), code: ENOSPC)
            } else if errno != EINTR {
                throw fault("write", file)
            }
        }
    }

    package func sync(_ file: FileHandle) throws(FileFault) {
        #if canImport(Darwin)
            // fsync only hands the bytes to the drive there. File systems that do not know the request answer with ENOTSUP or EINVAL.
            if fcntl(file.number, F_FULLFSYNC) == 0 { return }
            guard errno == ENOTSUP || errno == EINVAL || errno == ENOTTY else { throw fault("sync", file) }
            if fsync(file.number) != 0 { throw fault("sync", file) }
        #else
            // No retry after EINTR or anything else: what a failed sync has done is unknown.
            if fdatasync(file.number) != 0 { throw fault("sync", file) }
        #endif
    }

    package func syncDirectory(_ path: String) throws(FileFault) {
        let descriptor = openFile(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        guard descriptor >= 0 else { throw FileFault(operation: "sync", path: path, code: errno) }
        defer { _ = closeFile(descriptor) }
        #if canImport(Darwin)
            if fcntl(descriptor, F_FULLFSYNC) == 0 { return }
        #endif
        if fsync(descriptor) != 0 { throw FileFault(operation: "sync", path: path, code: errno) }
    }

    package func rename(_ path: String, to newPath: String) throws(FileFault) {
        if renameFile(path, newPath) != 0 { throw FileFault(operation: "rename", path: path, code: errno) }
    }

    package func remove(_ path: String) throws(FileFault) {
        if unlink(path) != 0, errno != ENOENT { throw FileFault(operation: "remove", path: path, code: errno) }
    }

    package func lock(_ file: FileHandle) throws(FileFault) -> Bool {
        // flock, not fcntl: it belongs to this opening of the file, so that a reader in the same process which opens and closes the
        // lock file does not release it. The system releases it when the process ends, however it ends.
        while flock(file.number, LOCK_EX | LOCK_NB) != 0 {
            if errno == EWOULDBLOCK { return false }
            if errno != EINTR { throw fault("lock", file) }
        }
        return true
    }

    /// A fault of the last system call. The path is asked of the system, because handles do not carry it.
    private func fault(_ operation: String, _ file: FileHandle) -> FileFault {
        let code = errno
        return FileFault(operation: operation, path: path(of: file), code: code)
    }

    private func path(of file: FileHandle) -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        #if canImport(Darwin)
            let isKnown = fcntl(file.number, F_GETPATH, &buffer) == 0
        #else
            let isKnown = readlink("/proc/self/fd/\(file.number)", &buffer, buffer.count - 1) > 0
        #endif
        guard isKnown else { return "a file of the journal" }
        return buffer.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    }

    private static func name(of entry: UnsafeMutablePointer<dirent>) -> String {
        withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) { String(cString: $0) }
        }
    }
}

// Members of the type hide the system's functions of the same names.
private func openFile(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 { open(path, flags, mode) }
private func closeFile(_ descriptor: Int32) -> Int32 { close(descriptor) }
private func renameFile(_ path: String, _ newPath: String) -> Int32 { rename(path, newPath) }
