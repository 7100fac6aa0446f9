import CStatesProcess
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Runs commands: one thread that starts them, feeds and reads them, and notices their ends, however many there are.
final class ProcessThread: Sendable {
    private struct Mail {
        var requests: [(id: UInt64, request: ProcessRequest)] = []
        var cancelled: [UInt64] = []
        var nextID: UInt64 = 1
        var isEnding = false
    }

    private let mail = Mutex(Mail())
    private let wake: (read: Int32, write: Int32)
    private let thread = Mutex<Thread?>(nil)

    /// Starts the thread.
    init() throws(RuntimeError) {
        guard let pipe = Descriptor.pipe() else { throw .noThread(errorNumber: EMFILE) }
        Descriptor.makeNonblocking(pipe.read)
        Descriptor.makeNonblocking(pipe.write)
        wake = pipe
        let started = try Thread { [self] in
            var children = Children()
            children.run(self)
        }
        thread.withLock { $0 = started }
    }

    deinit {
        close(wake.read)
        close(wake.write)
    }

    /// Runs a command; what is returned cancels it.
    func start(_ request: ProcessRequest) -> @Sendable () -> Void {
        let id: UInt64? = mail.withLock { mail in
            guard !mail.isEnding else { return nil }
            defer { mail.nextID += 1 }
            mail.requests.append((mail.nextID, request))
            return mail.nextID
        }
        guard let id else {
            request.completion(.cancelled)
            return {}
        }
        knock()
        return { [self] in
            mail.withLock { $0.cancelled.append(id) }
            knock()
        }
    }

    /// Kills what runs, and waits until nothing of it is left.
    func end() {
        mail.withLock { $0.isEnding = true }
        knock()
        thread.withLock { thread in
            defer { thread = nil }
            return thread
        }?.join()
    }

    private func knock() {
        var byte: UInt8 = 1
        // A full pipe has been knocked on already.
        while write(wake.write, &byte, 1) < 0, errno == EINTR {}
    }

    // MARK: What the thread asks

    fileprivate var wakeDescriptor: Int32 { wake.read }

    fileprivate func collect() -> (requests: [(id: UInt64, request: ProcessRequest)], cancelled: [UInt64], isEnding: Bool) {
        var bytes = [UInt8](repeating: 0, count: 256)
        while read(wake.read, &bytes, bytes.count) == bytes.count {}
        return mail.withLock { mail in
            defer {
                mail.requests = []
                mail.cancelled = []
            }
            return (mail.requests, mail.cancelled, mail.isEnding)
        }
    }
}

/// The commands that run; belongs to the thread.
private struct Children {
    private var children: [Child] = []
    private var lifeline = Lifeline()
    private var buffer = [UInt8](repeating: 0, count: 65_536)
    private let environment = Children.ownEnvironment()

    mutating func run(_ owner: ProcessThread) {
        // Writing to a command that reads no more is an error to look at, not a reason to end the process.
        var pipeSignal = sigset_t()
        sigemptyset(&pipeSignal)
        sigaddset(&pipeSignal, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &pipeSignal, nil)

        while true {
            let (requests, cancelled, isEnding) = owner.collect()
            for (id, request) in requests { start(id, request) }
            for id in cancelled { endEarly(.cancelled) { $0.id == id } }
            if isEnding { endEarly(.cancelled) { _ in true } }
            if isEnding, children.isEmpty { break }
            wait(owner.wakeDescriptor)
        }
        lifeline.end()
    }

    private mutating func endEarly(_ outcome: ProcessOutcome, where matches: (Child) -> Bool) {
        for index in children.indices where matches(children[index]) { children[index].kill(because: outcome) }
    }

    /// Sleeps until something happens to a command or to us, and looks at it.
    private mutating func wait(_ wake: Int32) {
        var polled = [pollfd(fd: wake, events: Int16(POLLIN), revents: 0)]
        for child in children { child.addDescriptors(to: &polled) }
        let count = poll(&polled, nfds_t(polled.count), timeout())
        if count < 0, errno != EINTR { return }

        let now = MachineTime.monotonicNanoseconds()
        var at = 1
        for index in children.indices {
            at += children[index].exchange(polled[at...], &buffer)
            if let deadline = children[index].deadline, deadline <= now { children[index].kill(because: .timedOut) }
        }
        children.removeAll { child in
            guard child.hasEnded(lifeline, &buffer) else { return false }
            child.request.completion(child.outcome)
            return true
        }
    }

    private func timeout() -> Int32 {
        let now = MachineTime.monotonicNanoseconds()
        var timeout: Int64 = -1
        for child in children {
            if child.exitDescriptor < 0 { timeout = Self.earlier(timeout, Int64(ProcessLimits.pollInterval)) }
            if let deadline = child.deadline, child.verdict == nil {
                timeout = Self.earlier(timeout, max(0, (deadline - now + 999_999) / 1_000_000))
            }
        }
        return Int32(clamping: timeout)
    }

    private static func earlier(_ a: Int64, _ b: Int64) -> Int64 { a < 0 ? b : min(a, b) }

    // MARK: Starting

    private mutating func start(_ id: UInt64, _ request: ProcessRequest) {
        do {
            children.append(try Child(id, request, inherited: environment, lifeline: lifeline.descriptor))
        } catch {
            request.completion(.notStarted(reason: error.reason))
        }
    }

    private static func ownEnvironment() -> [String] {
        var variables: [String] = []
        guard var at = states_process_environment() else { return variables }
        while let text = at.pointee {
            variables.append(String(cString: text))
            at += 1
        }
        return variables
    }
}
