import StatesRuntime
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Hears what other processes ask of the one that owns a data directory.
///
/// One thread waits for connections, one more serves each of them; there are never more than a few. Only the owner's user can connect.
final class ControlServer: Sendable {
    private let listener: Int32
    /// Written to when the server shall end: (read end, write end).
    private let wake: (Int32, Int32)
    private let path: String
    private let thread: Mutex<SystemThread?>
    private let connections = Atomic<Int>(0)
    private let answer: @Sendable (ControlRequest) async -> ControlReply

    private static let connectionLimit = 32
    private static let patience = 10

    /// Listens in the directory, which the caller holds the lock of: what an earlier owner left behind is replaced.
    init(directory: String, answer: @escaping @Sendable (ControlRequest) async -> ControlReply) throws(Complaint) {
        let address = SocketAddress(directory: directory)
        path = address.path
        self.answer = answer
        unlink(path)
        listener = socket(AF_UNIX, Self.streamType, 0)
        guard listener >= 0 else { throw .fault("socket: \(systemMessage(errno))") }
        _ = fcntl(listener, F_SETFD, FD_CLOEXEC)
        let descriptor = listener
        let failure = try address.withAddress { pointer, size -> Int32 in
            guard bind(descriptor, pointer, size) == 0 else { return errno }
            // Before anybody can connect, so that nobody else ever does.
            guard chmod(address.path, 0o600) == 0, listen(descriptor, 16) == 0 else { return errno }
            return 0
        }
        var ends: [Int32] = [-1, -1]
        guard failure == 0, pipe(&ends) == 0 else {
            closeDescriptor(listener)
            throw .fault("\(DisplayText.visible(address.path)): \(systemMessage(failure == 0 ? errno : failure))")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        wake = (ends[0], ends[1])
        thread = Mutex(nil)
        do throws(RuntimeError) {
            let started = try SystemThread { self.accept() }
            thread.withLock { $0 = started }
        } catch {
            throw .fault("\(error)")
        }
    }

    private static var streamType: Int32 {
        #if canImport(Glibc)
            Int32(SOCK_STREAM.rawValue)
        #else
            SOCK_STREAM
        #endif
    }

    /// Hears nobody any more, and takes the socket away.
    func close() {
        guard let thread = thread.withLock({ $0.take() }) else { return }
        unlink(path)
        var byte: UInt8 = 0
        _ = write(wake.1, &byte, 1)
        thread.join()
        closeDescriptor(listener)
        closeDescriptor(wake.0)
        closeDescriptor(wake.1)
    }

    private func accept() {
        var watched = [
            pollfd(fd: listener, events: Int16(POLLIN), revents: 0), pollfd(fd: wake.0, events: Int16(POLLIN), revents: 0),
        ]
        while true {
            guard poll(&watched, 2, -1) >= 0 || errno == EINTR else { return }
            if watched[1].revents != 0 { return }
            guard watched[0].revents != 0 else { continue }
            let descriptor = acceptConnection(listener)
            guard descriptor >= 0 else { continue }
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            serve(LineStream(descriptor: descriptor, seconds: Self.patience))
        }
    }

    /// Serves a connection on a thread of its own, because whoever connected may take his time.
    private func serve(_ stream: LineStream) {
        let count = connections.add(1, ordering: .relaxed).newValue
        let end: @Sendable () -> Void = {
            stream.close()
            self.connections.subtract(1, ordering: .relaxed)
        }
        guard count <= Self.connectionLimit else {
            stream.writeLine(ControlReply.refused("too many ask at once").line)
            end()
            return
        }
        do throws(RuntimeError) {
            _ = try SystemThread {
                guard let line = stream.readLine() else { return end() }
                guard let request = ControlRequest(line: line) else {
                    stream.writeLine(ControlReply.refused("this version does not understand the request").line)
                    return end()
                }
                Task {
                    stream.writeLine(await self.answer(request).line)
                    end()
                }
            }
        } catch {
            stream.writeLine(ControlReply.refused("\(error)").line)
            end()
        }
    }
}

private func acceptConnection(_ listener: Int32) -> Int32 { accept(listener, nil, nil) }

/// Asks the process that owns a data directory.
enum ControlClient {
    /// Long enough for a slow disk to sync.
    private static let patience = 60

    /// The owner's reply, or nil if nobody listens in that directory.
    ///
    /// - Throws: `Complaint` if the owner listens and does not answer.
    static func ask(_ request: ControlRequest, directory: String) throws(Complaint) -> ControlReply? {
        guard let stream = try connection(to: directory) else { return nil }
        defer { stream.close() }
        guard stream.writeLine(request.line), let line = stream.readLine(), let reply = ControlReply(line: line) else {
            throw .fault(
                "the process that owns the data directory ended or did not answer; whether it did what was asked is not known")
        }
        return reply
    }

    /// Whether a process that runs executions answers in that directory.
    static func hasListener(in directory: String) -> Bool {
        guard let stream = try? connection(to: directory) else { return false }
        stream.close()
        return true
    }

    /// A connection to the process that owns the directory, or nil if nobody listens there.
    private static func connection(to directory: String) throws(Complaint) -> LineStream? {
        let address = SocketAddress(directory: directory)
        guard case .file = FileKind.of(address.path) else { return nil }
        #if canImport(Glibc)
            let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        #else
            let descriptor = socket(AF_UNIX, SOCK_STREAM, 0)
        #endif
        guard descriptor >= 0 else { throw .fault("socket: \(systemMessage(errno))") }
        let stream = LineStream(descriptor: descriptor, seconds: patience)
        let failure = try address.withAddress { pointer, size in connect(descriptor, pointer, size) == 0 ? 0 : errno }
        if failure == 0 { return stream }
        stream.close()
        // The socket of an owner that was killed is still there, and nobody listens.
        if failure == ECONNREFUSED || failure == ENOENT { return nil }
        throw .cannotAsk("\(DisplayText.visible(address.path)): \(systemMessage(failure))")
    }
}
