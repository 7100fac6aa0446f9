import StatesJSON

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The streams a process is born with.
enum StandardStream: Int32, Sendable {
    case output = 1
    case error = 2

    /// Opens what the process was born without. Otherwise the next file that is opened gets the stream's number, and what is meant for
    /// people is written into a journal. Writing to such a stream fails, as it should.
    static func openMissing() {
        for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) < 0 {
            _ = open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY)
        }
    }

    /// Whether a person looks at it.
    var isTerminal: Bool { isatty(rawValue) == 1 }

    /// Columns and rows, if it is a terminal that says so.
    var size: (columns: Int, rows: Int)? {
        var window = winsize()
        guard ioctl(rawValue, .init(TIOCGWINSZ), &window) == 0, window.ws_col > 0 else { return nil }
        return (Int(window.ws_col), Int(window.ws_row))
    }

    /// Writes all of the text.
    ///
    /// - Throws: `StreamFault` where the stream does not take it: a full disk, or a reader that went away.
    func write(_ text: String) throws(StreamFault) {
        var text = text
        let fault: StreamFault? = text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while !rest.isEmpty {
                let count = systemWrite(rawValue, rest)
                if count >= 0 {
                    rest = UnsafeRawBufferPointer(rebasing: rest[count...])
                } else if errno == EAGAIN {
                    waitUntilWritable()
                } else if errno != EINTR {
                    return StreamFault(errorNumber: errno)
                }
            }
            return nil
        }
        if let fault { throw fault }
    }

    /// Writes a text and a line end, and lets it be if nobody takes it: for progress and messages, on which nothing depends.
    func tell(_ text: String) { try? write(text + "\n") }

    /// A stream that somebody else made non-blocking is waited for, not spun on.
    private func waitUntilWritable() {
        var descriptor = pollfd(fd: rawValue, events: Int16(POLLOUT), revents: 0)
        poll(&descriptor, 1, 1_000)
    }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    write(descriptor, bytes.baseAddress, bytes.count)
}

/// A stream that did not take what was written.
struct StreamFault: Error, Equatable {
    var errorNumber: Int32

    /// Whether the reader went away, which is its right: `stepwell history x | head`.
    var isBrokenPipe: Bool { errorNumber == EPIPE }
}

/// Text from files and from standard input.
enum TextFile {
    /// Files above this size are refused before they are read: no definition, input or configuration is larger.
    static let sizeLimit = 256 << 20

    /// The file's text. `-` is standard input.
    ///
    /// - Throws: `Complaint` that names the file: it is missing, unreadable, a directory, too large or no UTF-8.
    static func read(_ path: String) throws(Complaint) -> String {
        let bytes = try readBytes(path)
        if let offset = bytes.withUnsafeBufferPointer(\.firstInvalidUTF8) {
            throw Complaint.cannotAsk("\(label(path)): no UTF-8 (byte \(offset))")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The file's bytes.
    static func readBytes(_ path: String) throws(Complaint) -> [UInt8] {
        guard path != "-" else { return try read(descriptor: 0, path) }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .cannotAsk("\(label(path)): \(systemMessage(errno))") }
        defer { close(descriptor) }
        return try read(descriptor: descriptor, path)
    }

    private static func read(descriptor: Int32, _ path: String) throws(Complaint) -> [UInt8] {
        var bytes: [UInt8] = []
        var information = stat()
        if fstat(descriptor, &information) == 0, information.st_size > 0, information.st_size <= sizeLimit {
            bytes.reserveCapacity(Int(information.st_size) + 1)
        }
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = systemRead(descriptor, &piece)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .cannotAsk("\(label(path)): \(systemMessage(errno))") }
            if count == 0 { return bytes }
            bytes.append(contentsOf: piece[..<count])
            guard bytes.count <= sizeLimit else { throw .cannotAsk("\(label(path)): larger than \(sizeLimit >> 20) MB") }
        }
    }

    /// How messages call a file.
    static func label(_ path: String) -> String { path == "-" ? "standard input" : DisplayText.visible(path) }
}

private func systemRead(_ descriptor: Int32, _ bytes: inout [UInt8]) -> Int { read(descriptor, &bytes, bytes.count) }

/// What the system calls an error.
func systemMessage(_ number: Int32) -> String {
    guard let text = strerror(number) else { return "error \(number)" }
    return String(cString: text)
}

/// A variable of the environment.
func environmentVariable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
