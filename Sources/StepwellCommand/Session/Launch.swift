import StatesJSON
import StatesText

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// How an execution was launched: what `resume` needs to go on in the same way, and is not part of the execution itself.
struct Launch: Equatable, Sendable {
    /// The definition's path, or nil if it came from standard input.
    var definition: String?
    /// The SHA-256 of the definition's file, in hexadecimal.
    var fingerprint: String
    var functions: String?
    var mocks: String?
    var testCase: String?
    var machineName: String?
    /// As `--clock` takes it.
    var clock: String

    /// Where the machine's file is now, compared with what it was.
    enum DefinitionChange: Equatable {
        case unchanged
        case changed
        case gone
    }

    /// What became of the definition's file since.
    func definitionChange() -> DefinitionChange {
        guard let definition else { return .unchanged }
        guard let bytes = try? TextFile.readBytes(definition) else { return .gone }
        return Self.fingerprint(of: bytes) == fingerprint ? .unchanged : .changed
    }

    static func fingerprint(of bytes: [UInt8]) -> String { Digest.hexadecimal(Digest.sha256(bytes)) }

}

/// Paths as people and as files want them.
enum FilePath {
    /// A path that means the same from any directory.
    static func absolute(_ path: String) -> String {
        guard path != "-", let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// A path as one would type it here: without the present directory.
    static func short(_ path: String) -> String {
        let here = absolute(".")
        return here != "/" && path.hasPrefix(here + "/") ? String(path.dropFirst(here.count + 1)) : path
    }
}

// MARK: - On disk

extension Launch {
    var json: JSONValue {
        var object = JSONObject([("fingerprint", .string(fingerprint)), ("clock", .string(clock))])
        let texts = [
            ("definition", definition), ("functions", functions), ("mocks", mocks), ("testCase", testCase),
            ("machineName", machineName),
        ]
        for (name, text) in texts { object[name] = text.map { .string($0) } }
        return .object(object)
    }

    init?(_ json: JSONValue) {
        guard let fingerprint = json["fingerprint"]?.string, let clock = json["clock"]?.string else { return nil }
        self.init(
            definition: json["definition"]?.string, fingerprint: fingerprint, functions: json["functions"]?.string,
            mocks: json["mocks"]?.string, testCase: json["testCase"]?.string, machineName: json["machineName"]?.string, clock: clock
        )
    }
}

/// Launches, kept beside the journal in a data directory.
///
/// One file for each definition is written before an execution starts, so that even one that is killed at once is found; one for each
/// execution is written when its number is known, and removed when it ends. They are a convenience: without them `resume` takes options.
struct LaunchShelf: Sendable {
    private let directory: String

    init(data: String) { directory = data + "/launches" }

    /// Keeps how executions of a definition are launched from now on.
    func keep(_ launch: Launch, definitionHash: String) { write(launch, as: definitionHash) }

    /// Keeps how an execution was launched.
    func keep(_ launch: Launch, execution: UInt64) { write(launch, as: "\(execution)") }

    /// Forgets an execution that has ended.
    func forget(execution: UInt64) { unlink(path(of: "\(execution)")) }

    /// How an execution was launched, or nil if nobody knows.
    func launch(of execution: UInt64, definitionHash: String) -> Launch? { read("\(execution)") ?? read(definitionHash) }

    private func path(of name: String) -> String { "\(directory)/\(name).json" }

    private func read(_ name: String) -> Launch? {
        guard let text = try? TextFile.read(path(of: name)), let value = try? JSONValue(parsing: text) else { return nil }
        return Launch(value)
    }

    /// Written under another name and renamed, so that nobody reads half of it.
    private func write(_ launch: Launch, as name: String) {
        mkdir(directory, 0o700)
        let temporary = path(of: "\(name).\(getpid())")
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        var text = launch.json.compactText + "\n"
        let written = text.withUTF8 { bytes in systemWriteAll(descriptor, UnsafeRawBufferPointer(bytes)) }
        closeDescriptor(descriptor)
        if written { rename(temporary, path(of: name)) } else { unlink(temporary) }
    }
}

private func systemWriteAll(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
        let count = write(descriptor, rest.baseAddress, rest.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return false }
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
    return true
}
