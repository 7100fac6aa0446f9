#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A connected socket that speaks in lines. Whoever makes it closes it.
struct LineStream: Sendable {
    let descriptor: Int32

    /// The most bytes of a line: a payload of 256 KiB, escaped, with room for what surrounds it.
    static let longestLine = 2 << 20

    /// A stream on a connected descriptor that waits at most so long for the other side, in each direction.
    init(descriptor: Int32, seconds: Int) {
        self.descriptor = descriptor
        var limit = timeval()
        limit.tv_sec = .init(seconds)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
        #if canImport(Darwin)
            var yes: Int32 = 1
            setsockopt(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &yes, socklen_t(MemoryLayout<Int32>.size))
        #endif
    }

    /// The next line without its end; nil if the other side went away, took too long, or says too much.
    func readLine() -> String? {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 14)
        while bytes.count <= Self.longestLine {
            let count = recv(descriptor, &piece, piece.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return nil }
            if let end = piece[..<count].firstIndex(of: UInt8(ascii: "\n")) {
                bytes.append(contentsOf: piece[..<end])
                return String(validating: bytes, as: UTF8.self)
            }
            bytes.append(contentsOf: piece[..<count])
        }
        return nil
    }

    /// Writes a line. Whether all of it was taken.
    @discardableResult
    func writeLine(_ line: String) -> Bool {
        #if canImport(Darwin)
            let flags: Int32 = 0
        #else
            let flags = Int32(MSG_NOSIGNAL)
        #endif
        var text = line + "\n"
        return text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while !rest.isEmpty {
                let count = send(descriptor, rest.baseAddress, rest.count, flags)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
            return true
        }
    }

    func close() { closeDescriptor(descriptor) }
}

/// The system's `close`, where a method of that name hides it.
func closeDescriptor(_ descriptor: Int32) {
    #if canImport(Glibc)
        _ = Glibc.close(descriptor)
    #elseif canImport(Musl)
        _ = Musl.close(descriptor)
    #elseif canImport(Darwin)
        _ = Darwin.close(descriptor)
    #endif
}
