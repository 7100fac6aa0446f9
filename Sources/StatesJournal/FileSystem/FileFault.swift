#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What the operating system answered when a file could not be read or written.
public struct FileFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was tried, as a verb: `open`, `read`, `write`, `sync`, `create`, `rename`, `remove`, `list`, `lock`.
    public var operation: String
    /// The file or directory.
    public var path: String
    /// The system's error number.
    public var code: Int32

    /// A fault.
    public init(operation: String, path: String, code: Int32) {
        self.operation = operation
        self.path = path
        self.code = code
    }

    /// For people: `cannot write .stepwell/segment-00000001: No space left on device`.
    public var description: String {
        guard let text = strerror(code) else { return "cannot \(operation) \(path): error \(code)" }
        return "cannot \(operation) \(path): \(String(cString: text))"
    }

    /// The medium has no room left.
    package var isDiskFull: Bool { code == ENOSPC || code == EDQUOT }

    /// The medium, or this directory, cannot be written.
    package var isReadOnly: Bool { code == EROFS || code == EACCES || code == EPERM }

    /// The numbers that simulations use, the same everywhere.
    package enum Code {
        /// The medium failed.
        package static let inputOutput = EIO
        /// No room is left.
        package static let noSpace = ENOSPC
        /// Nothing can be written.
        package static let readOnly = EROFS
        /// There is no such file.
        package static let noEntry = ENOENT
        /// The file is not open.
        package static let badHandle = EBADF
        /// Something else has that name.
        package static let exists = EEXIST
        /// The path leads through something that is no directory.
        package static let notDirectory = ENOTDIR
    }
}
