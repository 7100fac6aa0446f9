#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The socket in a data directory, on which its owner hears other processes.
///
/// The address of a Unix domain socket holds about a hundred bytes, and data directories lie deep. A path that does not fit is reached
/// through a symbolic link to the directory, in a folder of the user's own under the system's directory for temporary files.
struct SocketAddress {
    /// The socket's own path.
    let path: String

    /// The socket's name in the data directory.
    static let name = "socket"
    /// The most bytes of a path that every system we run on takes, its final zero included.
    private static let longest = 104

    init(directory: String) { path = "\(directory)/\(Self.name)" }

    /// Calls `body` with a system address that leads to the socket.
    func withAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) throws(Complaint) -> Result {
        guard path.utf8.count >= Self.longest else { return try Self.with(path, body) }
        let link = try DirectoryLink(to: String(path.dropLast(Self.name.utf8.count + 1)))
        defer { link.remove() }
        return try Self.with("\(link.path)/\(Self.name)", body)
    }

    private static func with<Result>(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) throws(Complaint) -> Result {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < longest else { throw .fault("the path of the socket is too long: \(DisplayText.visible(path))") }
        withUnsafeMutableBytes(of: &address.sun_path) { place in
            place.copyBytes(from: bytes)
            place[bytes.count] = 0
        }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
    }
}

/// A short path to a directory whose own path is long. Made in a directory that nobody else may enter, and gone after use.
private struct DirectoryLink {
    private let folder: String
    let path: String

    init(to directory: String) throws(Complaint) {
        var template = Array("/tmp/stepwell-XXXXXX".utf8CString)
        guard let made = template.withUnsafeMutableBufferPointer({ $0.baseAddress.flatMap { mkdtemp($0) } }) else {
            throw .fault("/tmp: \(systemMessage(errno))")
        }
        folder = String(cString: made)
        path = "\(folder)/d"
        guard let target = realpath(directory, nil) else {
            rmdir(folder)
            throw .cannotAsk("\(DisplayText.visible(directory)): \(systemMessage(errno))")
        }
        defer { free(target) }
        guard symlink(target, path) == 0 else {
            rmdir(folder)
            throw .fault("\(path): \(systemMessage(errno))")
        }
    }

    func remove() {
        unlink(path)
        rmdir(folder)
    }
}
