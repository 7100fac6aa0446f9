import CStatesProcess

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// One command that runs. Belongs to the thread that runs commands.
final class Child {
    let id: UInt64
    let request: ProcessRequest
    /// Readable when the command ended; -1 where the system cannot tell.
    let exitDescriptor: Int32
    /// When its time is over, in nanoseconds of the machine's monotonic clock.
    let deadline: Int64?
    /// How it ends, if not by itself.
    private(set) var verdict: ProcessOutcome?
    /// How it ended, once it has.
    private(set) var outcome = ProcessOutcome.cancelled

    private let pid: pid_t
    private var input: Int32
    private var output: Int32
    private var error: Int32
    private var written = 0
    private var answer: [UInt8] = []
    private var errorTail: [UInt8] = []
    private var errorLine: [UInt8] = []
    private var sawExit = false

    struct StartProblem: Error {
        let reason: String
    }

    init(_ id: UInt64, _ request: ProcessRequest, inherited: [String], lifeline: Int32) throws(StartProblem) {
        let environment = Self.environment(inherited, request.environment)
        let path = try Self.executable(request.words[0], directory: request.directory, environment: environment)
        var opened: [Int32] = []
        defer { for descriptor in opened { close(descriptor) } }
        var pipes: [(read: Int32, write: Int32)] = []
        for _ in 0..<3 {
            guard let pipe = Descriptor.pipe() else { throw StartProblem(reason: Self.text(EMFILE)) }
            pipes.append(pipe)
            opened += [pipe.read, pipe.write]
        }
        pid = Self.spawn(path, request, environment, pipes, lifeline)
        guard pid > 0 else {
            throw StartProblem(reason: "the command '\(request.words[0])' could not be started: \(Self.text(-pid))")
        }
        self.id = id
        self.request = request
        deadline = request.limit.map { MachineTime.monotonicNanoseconds() &+ $0 }
        exitDescriptor = states_process_exit_descriptor(pid)
        (input, output, error) = (pipes[0].write, pipes[1].read, pipes[2].read)
        opened = [pipes[0].read, pipes[1].write, pipes[2].write]
        for descriptor in [input, output, error] { Descriptor.makeNonblocking(descriptor) }
        if request.input.isEmpty { Self.shut(&input) }
    }

    private static func spawn(
        _ path: String, _ request: ProcessRequest, _ environment: [String], _ pipes: [(read: Int32, write: Int32)],
        _ lifeline: Int32
    ) -> pid_t {
        let words = CStrings(request.words)
        let variables = CStrings(environment)
        defer {
            words.free()
            variables.free()
        }
        func start(_ directory: UnsafePointer<CChar>?) -> pid_t {
            path.withCString { path in
                var raw = states_process_request(
                    path: path, arguments: words.pointer, environment: variables.pointer, directory: directory,
                    input: pipes[0].read,
                    output: pipes[1].write, error: pipes[2].write, lifeline: lifeline, outlives: 0)
                return states_process_start(&raw)
            }
        }
        guard let directory = request.directory, !directory.isEmpty else { return start(nil) }
        return directory.withCString { start($0) }
    }

    // MARK: What it is started with

    private static func environment(_ inherited: [String], _ added: [String: String]) -> [String] {
        let kept = inherited.filter { variable in
            added[String(variable.prefix { $0 != "=" })] == nil
        }
        return kept + added.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    }

    /// Where the command's file is. A name without a slash is searched for in `PATH`, as a shell does.
    private static func executable(_ name: String, directory: String?, environment: [String]) throws(StartProblem) -> String {
        if name.utf8.contains(UInt8(ascii: "/")) { return name }
        let path = environment.first { $0.hasPrefix("PATH=") }.map { String($0.dropFirst(5)) } ?? "/usr/local/bin:/usr/bin:/bin"
        for folder in path.split(separator: ":") {
            let candidate = "\(folder)/\(name)"
            let seen = folder.hasPrefix("/") ? candidate : directory.map { "\($0)/\(candidate)" } ?? candidate
            if isExecutable(seen) { return candidate }
        }
        throw StartProblem(reason: "there is no command '\(name)' in PATH (\(path))")
    }

    private static func isExecutable(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
    }

    private static func text(_ errorNumber: Int32) -> String { String(cString: strerror(errorNumber)) }

    // MARK: While it runs

    /// Kills the process group; the outcome is given once nothing is left. The first reason stands.
    func kill(because reason: ProcessOutcome) {
        guard verdict == nil else { return }
        verdict = reason
        killGroup()
    }

    private func killGroup() {
        #if canImport(Glibc)
            _ = Glibc.kill(-pid, SIGKILL)
        #elseif canImport(Musl)
            _ = Musl.kill(-pid, SIGKILL)
        #elseif canImport(Darwin)
            _ = Darwin.kill(-pid, SIGKILL)
        #endif
    }

    /// Adds what to wait for.
    func addDescriptors(to polled: inout [pollfd]) {
        if input >= 0 { polled.append(pollfd(fd: input, events: Int16(POLLOUT), revents: 0)) }
        for descriptor in [output, error, exitDescriptor] where descriptor >= 0 {
            polled.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0))
        }
    }

    /// Exchanges bytes with it as far as it is ready. `polled` begins with its own descriptors; returns how many those are.
    func exchange(_ polled: ArraySlice<pollfd>, _ buffer: inout [UInt8]) -> Int {
        var at = polled.startIndex
        func isReady() -> Bool {
            defer { at += 1 }
            return polled[at].revents != 0
        }
        let inputReady = input >= 0 && isReady()
        let outputReady = output >= 0 && isReady()
        let errorReady = error >= 0 && isReady()
        if exitDescriptor >= 0, isReady() { sawExit = true }
        if inputReady { feed() }
        if outputReady { readOutput(&buffer) }
        if errorReady { readError(&buffer) }
        return at - polled.startIndex
    }

    private func feed() {
        let count = request.input.withUnsafeBytes { bytes in
            write(input, bytes.baseAddress.map { $0 + written }, bytes.count - written)
        }
        if count > 0 { written += count }
        // A command need not read its input.
        if written == request.input.count || (count < 0 && errno != EAGAIN && errno != EINTR) { Self.shut(&input) }
    }

    private func readOutput(_ buffer: inout [UInt8]) {
        while output >= 0, let count = Self.fill(&buffer, from: output) {
            guard count > 0 else { return Self.shut(&output) }
            answer.append(contentsOf: buffer[..<count])
            if answer.count > ProcessLimits.outputBytes {
                kill(because: .tooMuchOutput)
                answer = []
                return Self.shut(&output)
            }
            if count < buffer.count { return }
        }
    }

    private func readError(_ buffer: inout [UInt8]) {
        // A command that never stops writing must not keep the thread from the others.
        var rounds = 16
        while error >= 0, rounds > 0, let count = Self.fill(&buffer, from: error) {
            rounds -= 1
            guard count > 0 else { return Self.shut(&error) }
            keep(buffer[..<count])
            if count < buffer.count { return }
        }
    }

    /// The number of bytes read, 0 at the end, nil if there is nothing now.
    private static func fill(_ buffer: inout [UInt8], from descriptor: Int32) -> Int? {
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count >= 0 { return count }
            if errno != EINTR { return errno == EAGAIN ? nil : 0 }
        }
    }

    private func keep(_ bytes: ArraySlice<UInt8>) {
        errorTail.append(contentsOf: bytes.suffix(ProcessLimits.errorTailBytes))
        if errorTail.count > ProcessLimits.errorTailBytes { errorTail.removeFirst(errorTail.count - ProcessLimits.errorTailBytes) }
        guard request.onStandardError != nil else { return }
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                passLine()
            } else {
                errorLine.append(byte)
                if errorLine.count >= ProcessLimits.lineBytes { passLine() }
            }
        }
    }

    private func passLine() {
        request.onStandardError?(String(decoding: errorLine, as: UTF8.self))
        errorLine.removeAll(keepingCapacity: true)
    }

    private static func shut(_ descriptor: inout Int32) {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }

    // MARK: The end

    /// Whether the command ended; then what it started is killed, what it wrote is read, and nothing of it is left.
    func hasEnded(_ lifeline: Lifeline, _ buffer: inout [UInt8]) -> Bool {
        guard sawExit || (exitDescriptor < 0 && states_process_has_ended(pid) != 0) else { return false }
        // Still a zombie: its id cannot have been used again.
        killGroup()
        Self.shut(&input)
        readOutput(&buffer)
        readError(&buffer)
        if !errorLine.isEmpty { passLine() }
        lifeline.forget(pid)
        var status: Int32 = -1
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        Self.shut(&output)
        Self.shut(&error)
        if exitDescriptor >= 0 { close(exitDescriptor) }
        outcome =
            verdict
            ?? .ended(
                status: (status >> 8) & 0xFF, signal: status & 0x7F, output: answer, errorTail: errorTail)
        return true
    }
}
