import CStatesProcess

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Ends the process groups of our commands when we are killed.
///
/// A small shell script reads from a pipe that only we hold open for writing. Every command writes its process id there before it
/// begins, and we take it back before the id can be used again. When we end, however that happens, the pipe ends, and the script
/// kills what is left. On Linux the commands themselves are also killed by the kernel; the script reaches what they have started.
/// The script's text is fixed: nothing from a definition or an input gets near a shell.
struct Lifeline {
    /// Where process ids are announced, or -1.
    private(set) var descriptor: Int32 = -1
    private var watcher: pid_t = -1

    private static let script = """
        g=
        while read -r l; do
            case $l in
                +*) g="$g ${l#+}" ;;
                -*) n=
                    for p in $g; do [ "$p" = "${l#-}" ] || n="$n $p"; done
                    g=$n ;;
            esac
        done
        for p in $g; do kill -s KILL -- "-$p"; done
        """

    /// Starts the script. Without it commands are still killed by whoever ends this runtime in good order.
    init() {
        guard let pipe = Descriptor.pipe() else { return }
        let null = Descriptor.null()
        defer {
            close(pipe.read)
            if null >= 0 { close(null) }
        }
        let arguments = CStrings(["sh", "-c", Self.script])
        let environment = CStrings(["PATH=/usr/bin:/bin"])
        defer {
            arguments.free()
            environment.free()
        }
        watcher = "/bin/sh".withCString { path in
            var request = states_process_request(
                path: path, arguments: arguments.pointer, environment: environment.pointer, directory: nil, input: pipe.read,
                output: null, error: null, lifeline: -1, outlives: 1)
            return null >= 0 ? states_process_start(&request) : -1
        }
        if watcher > 0 { descriptor = pipe.write } else { close(pipe.write) }
    }

    /// Says that a process group has ended.
    func forget(_ group: pid_t) {
        guard descriptor >= 0 else { return }
        let line = Array("-\(group)\n".utf8)
        while write(descriptor, line, line.count) < 0, errno == EINTR {}
    }

    /// Ends the script.
    mutating func end() {
        guard descriptor >= 0 else { return }
        close(descriptor)
        descriptor = -1
        while waitpid(watcher, nil, 0) < 0, errno == EINTR {}
    }
}

/// Texts as C wants them: an array of pointers, ended by nil.
struct CStrings {
    let pointer: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let count: Int

    init(_ texts: [String]) {
        count = texts.count
        pointer = .allocate(capacity: texts.count + 1)
        for (index, text) in texts.enumerated() { (pointer + index).initialize(to: strdup(text)) }
        (pointer + texts.count).initialize(to: nil)
    }

    func free() {
        for index in 0..<count { Self.release(pointer[index]) }
        pointer.deallocate()
    }

    private static func release(_ text: UnsafeMutablePointer<CChar>?) {
        #if canImport(Glibc)
            Glibc.free(text)
        #elseif canImport(Musl)
            Musl.free(text)
        #elseif canImport(Darwin)
            Darwin.free(text)
        #endif
    }
}
