import Synchronization

/// A disk in memory that forgets, at a crash, what was not synced - or any part of it.
///
/// It is a function of what is done to it and of the seeds it is given. Every operation that changes something is counted; a test
/// may ask for a crash, or a fault, at any of them, and then go on with what a real disk might have kept (`afterCrash`).
package final class SimulatedFileSystem: FileSystem {
    /// What a crash leaves of the things that were not synced.
    package enum Survival: Sendable, Hashable {
        /// Nothing: power was lost before anything reached the medium.
        case synced
        /// Everything, as unsynced as it was: only the process died.
        case everything
        /// Any part: each write is kept, lost, cut at any byte or kept in some sectors only, whatever came before or after it; names
        /// likewise.
        case some(seed: UInt64)
    }

    private let state: Mutex<State>

    /// An empty disk.
    package init() {
        state = Mutex(State())
    }

    private init(_ state: State) {
        self.state = Mutex(state)
    }

    // MARK: - What a test asks for

    /// How many operations have changed, or tried to change, something.
    package var operations: Int { state.withLock { $0.operations } }

    /// Lets every operation fail from that one on, counted from 1. Of a write that crashes, `afterCrash` may keep any part.
    package func crash(atOperation number: Int) {
        state.withLock { $0.crashOperation = number }
    }

    /// Lets a write fail, counted from the next one; half of it may have been done.
    package func failWrite(after count: Int = 0, code: Int32) {
        state.withLock { $0.writeFault = (count, code) }
    }

    /// Lets a sync fail, counted from the next one. What it should have made durable stays readable and is never written: so do the
    /// caches of real systems behave.
    package func failSync(after count: Int = 0, code: Int32) {
        state.withLock { $0.syncFault = (count, code) }
    }

    /// Refuses all changes, or allows them again.
    package func setReadOnly(_ isReadOnly: Bool) {
        state.withLock { $0.isReadOnly = isReadOnly }
    }

    /// How many bytes fit, or nil for any number.
    package func setCapacity(_ capacity: Int?) {
        state.withLock { $0.capacity = capacity }
    }

    /// Keeps the state before every change, for `crashed(before:keeping:)`.
    package func recordStates() {
        state.withLock { $0.recordsStates = true }
    }

    /// The disk as the next process finds it after a crash now. This one is not touched.
    package func afterCrash(_ survival: Survival) -> SimulatedFileSystem {
        SimulatedFileSystem(state.withLock { $0.afterCrash(survival) })
    }

    /// The disk as the next process finds it after a crash when that operation, counted from 1, was about to happen.
    package func crashed(before operation: Int, _ survival: Survival) -> SimulatedFileSystem? {
        state.withLock { state in
            guard state.recorded.indices.contains(operation - 1) else { return nil }
            return SimulatedFileSystem(state.recorded[operation - 1].afterCrash(survival))
        }
    }

    /// A file's bytes as a reader sees them now.
    package func bytes(of path: String) -> [UInt8]? {
        state.withLock { state in state.file(at: path).flatMap { state.files[$0]?.content } }
    }

    /// Puts bytes into a file behind everybody's back, durably: damage.
    package func overwrite(_ path: String, with bytes: [UInt8]) {
        state.withLock { state in
            if let file = state.file(at: path) {
                state.files[file] = File(content: bytes, durable: bytes, pending: [])
            }
        }
    }

    // MARK: - FileSystem

    package func createDirectory(_ path: String) throws(FileFault) -> Bool {
        try change("create", path) { state in
            if state.names[path] != nil { return .success(false) }
            state.set([NameChange(path: path, node: .directory)])
            return .success(true)
        }
    }

    package func names(in directory: String) throws(FileFault) -> [String]? {
        try look("list", directory) { state in
            guard state.names[directory] == .directory else { return .success(nil) }
            return .success(state.names.keys.filter { parent(of: $0) == directory }.map { lastName(of: $0) }.sorted())
        }
    }

    package func open(_ path: String, for access: FileAccess) throws(FileFault) -> FileHandle? {
        let existing: FileHandle? = try look("open", path) { state in
            guard let file = state.file(at: path) else { return .success(nil) }
            if access != .read, state.isReadOnly { return .failure(FileFault.Code.readOnly) }
            return .success(state.openHandle(file, path))
        }
        if existing != nil || access != .create { return existing }
        return try change("create", path) { state -> Outcome<FileHandle?> in
            let file = state.nextFile
            state.nextFile += 1
            state.files[file] = File()
            state.set([NameChange(path: path, node: .file(file))])
            return .success(state.openHandle(file, path))
        }
    }

    package func close(_ file: FileHandle) {
        state.withLock { state in
            if let open = state.handles.removeValue(forKey: file.number), state.locks[open.file] == file.number {
                state.locks[open.file] = nil
            }
        }
    }

    package func size(of file: FileHandle) throws(FileFault) -> Int {
        try look("read", path(of: file)) { state in
            guard let content = state.content(of: file) else { return .failure(FileFault.Code.badHandle) }
            return .success(content.count)
        }
    }

    package func read(_ file: FileHandle, at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FileFault) -> Int {
        let bytes: ArraySlice<UInt8> = try look("read", path(of: file)) { state in
            guard let content = state.content(of: file) else { return .failure(FileFault.Code.badHandle) }
            let start = min(offset, content.count)
            return .success(content[start..<min(start + buffer.count, content.count)])
        }
        buffer.copyBytes(from: bytes)
        return bytes.count
    }

    package func write(_ file: FileHandle, at offset: Int, _ bytes: UnsafeRawBufferPointer) throws(FileFault) {
        let bytes = [UInt8](bytes)
        try change("write", path(of: file)) { state -> Outcome<Void> in
            guard let open = state.handles[file.number], let old = state.files[open.file]?.content else {
                return .failure(FileFault.Code.badHandle)
            }
            if let code = state.faultOfWrite() {
                state.files[open.file]?.write(Write(offset: offset, bytes: [UInt8](bytes.prefix(bytes.count / 2))))
                return .failure(code)
            }
            let growth = max(0, offset + bytes.count - old.count)
            if let capacity = state.capacity, growth > 0, state.used + growth > capacity { return .failure(FileFault.Code.noSpace) }
            state.files[open.file]?.write(Write(offset: offset, bytes: bytes))
            return .success(())
        }
    }

    package func sync(_ file: FileHandle) throws(FileFault) {
        try sync(path(of: file)) { state in
            guard let open = state.handles[file.number] else { return .failure(FileFault.Code.badHandle) }
            if let code = state.faultOfSync() {
                state.files[open.file]?.pending = []
                return .failure(code)
            }
            state.files[open.file]?.makeDurable()
            return .success(())
        }
    }

    package func syncDirectory(_ path: String) throws(FileFault) {
        try sync(path) { state in
            if let code = state.faultOfSync() { return .failure(code) }
            for changes in state.pendingNames where changes.concern(path) { changes.apply(to: &state.durableNames) }
            state.pendingNames.removeAll { $0.concern(path) }
            return .success(())
        }
    }

    package func rename(_ path: String, to newPath: String) throws(FileFault) {
        try change("rename", path) { state -> Outcome<Void> in
            guard let node = state.names[path] else { return .failure(FileFault.Code.noEntry) }
            state.set([NameChange(path: newPath, node: node), NameChange(path: path, node: nil)])
            return .success(())
        }
    }

    package func remove(_ path: String) throws(FileFault) {
        try change("remove", path) { state -> Outcome<Void> in
            if state.names[path] != nil { state.set([NameChange(path: path, node: nil)]) }
            return .success(())
        }
    }

    package func lock(_ file: FileHandle) throws(FileFault) -> Bool {
        try look("lock", path(of: file)) { state in
            guard let open = state.handles[file.number] else { return .failure(FileFault.Code.badHandle) }
            if let owner = state.locks[open.file], owner != file.number { return .success(false) }
            state.locks[open.file] = file.number
            return .success(true)
        }
    }

    // MARK: - What it hides

    private func path(of file: FileHandle) -> String {
        state.withLock { state in
            guard let open = state.handles[file.number] else { return "" }
            // It may have another name than when it was opened.
            return state.names.first { $0.value == .file(open.file) }?.key ?? open.path
        }
    }

    private func look<Answer: Sendable>(
        _ operation: String, _ path: @autoclosure () -> String, _ body: (inout State) -> Outcome<Answer>
    ) throws(FileFault) -> Answer {
        let outcome = state.withLock { $0.hasCrashed ? .failure(FileFault.Code.inputOutput) : body(&$0) }
        return try outcome.get(operation, path())
    }

    /// A change that a crash may keep or lose: it happens, unsynced, even if it is the one at which the crash comes.
    private func change<Answer: Sendable>(
        _ operation: String, _ path: @autoclosure () -> String, _ body: (inout State) -> Outcome<Answer>
    ) throws(FileFault) -> Answer {
        let outcome: Outcome<Answer> = state.withLock { state in
            if state.hasCrashed { return .failure(FileFault.Code.inputOutput) }
            state.count()
            if state.isReadOnly { return .failure(FileFault.Code.readOnly) }
            let outcome = body(&state)
            return state.hasCrashed ? .failure(FileFault.Code.inputOutput) : outcome
        }
        return try outcome.get(operation, path())
    }

    /// A sync: it does not happen if it is the operation at which the crash comes.
    private func sync(_ path: @autoclosure () -> String, _ body: (inout State) -> Outcome<Void>) throws(FileFault) {
        let outcome: Outcome<Void> = state.withLock { state in
            if state.hasCrashed { return .failure(FileFault.Code.inputOutput) }
            state.count()
            if state.isReadOnly { return .failure(FileFault.Code.readOnly) }
            return state.hasCrashed ? .failure(FileFault.Code.inputOutput) : body(&state)
        }
        try outcome.get("sync", path())
    }

    private enum Outcome<Answer: Sendable>: Sendable {
        case success(Answer)
        case failure(Int32)

        func get(_ operation: String, _ path: @autoclosure () -> String) throws(FileFault) -> Answer {
            switch self {
            case .success(let answer): return answer
            case .failure(let code): throw FileFault(operation: operation, path: path(), code: code)
            }
        }
    }

    private struct Write: Sendable {
        var offset: Int
        var bytes: [UInt8]

        func apply(to content: inout [UInt8], range: Range<Int>) {
            guard !range.isEmpty else { return }
            let end = offset + range.upperBound
            if content.count < end { content.append(contentsOf: repeatElement(0, count: end - content.count)) }
            content.replaceSubrange(offset + range.lowerBound..<end, with: bytes[range])
        }
    }

    private struct File: Sendable {
        var content: [UInt8] = []
        var durable: [UInt8] = []
        var pending: [Write] = []

        mutating func write(_ write: Write) {
            write.apply(to: &content, range: 0..<write.bytes.count)
            pending.append(write)
        }

        mutating func makeDurable() {
            for write in pending { write.apply(to: &durable, range: 0..<write.bytes.count) }
            pending = []
        }
    }

    fileprivate enum Node: Sendable, Hashable {
        case directory
        case file(Int)
    }

    fileprivate struct NameChange: Sendable {
        var path: String
        var node: Node?
    }

    private struct State: Sendable {
        var files: [Int: File] = [:]
        var nextFile = 1
        var names: [String: Node] = [:]
        var durableNames: [String: Node] = [:]
        var pendingNames: [[NameChange]] = []
        var handles: [Int32: (file: Int, path: String)] = [:]
        var nextHandle: Int32 = 3
        var locks: [Int: Int32] = [:]
        var operations = 0
        var crashOperation: Int?
        var hasCrashed = false
        var writeFault: (count: Int, code: Int32)?
        var syncFault: (count: Int, code: Int32)?
        var isReadOnly = false
        var capacity: Int?
        var recordsStates = false
        var recorded: [State] = []

        var used: Int { files.values.reduce(0) { $0 + $1.content.count } }

        func file(at path: String) -> Int? {
            if case .file(let file) = names[path] { file } else { nil }
        }

        func content(of handle: FileHandle) -> [UInt8]? {
            handles[handle.number].flatMap { files[$0.file]?.content }
        }

        mutating func openHandle(_ file: Int, _ path: String) -> FileHandle {
            defer { nextHandle += 1 }
            handles[nextHandle] = (file, path)
            return FileHandle(number: nextHandle)
        }

        /// Changes names, all or none of which a crash keeps.
        mutating func set(_ changes: [NameChange]) {
            changes.apply(to: &names)
            pendingNames.append(changes)
        }

        mutating func count() {
            if recordsStates {
                var copy = self
                copy.recorded = []
                recorded.append(copy)
            }
            operations += 1
            if let crashOperation, operations >= crashOperation { hasCrashed = true }
        }

        mutating func faultOfWrite() -> Int32? { Self.fault(&writeFault) }
        mutating func faultOfSync() -> Int32? { Self.fault(&syncFault) }

        private static func fault(_ fault: inout (count: Int, code: Int32)?) -> Int32? {
            guard let (count, code) = fault else { return nil }
            fault = count > 0 ? (count - 1, code) : nil
            return count > 0 ? nil : code
        }

        func afterCrash(_ survival: Survival) -> State {
            var next = State()
            next.nextFile = nextFile
            if survival == .everything {
                (next.files, next.names) = (files, names)
                (next.durableNames, next.pendingNames) = (durableNames, pendingNames)
                return next
            }
            var chance = Chance(survival)
            next.names = durableNames
            for changes in pendingNames where chance.keeps() { changes.apply(to: &next.names) }
            // A name within a directory whose own name was lost is lost too.
            next.names = next.names.filter { path, _ in
                ["/", "."].contains(parent(of: path)) || next.names[parent(of: path)] == .directory
            }
            next.durableNames = next.names
            for (number, file) in files.sorted(by: { $0.key < $1.key }) {
                let content = chance.remains(of: file)
                next.files[number] = File(content: content, durable: content, pending: [])
            }
            return next
        }
    }

    /// Decides what a crash keeps.
    private struct Chance {
        var survival: Survival
        var state: UInt64 = 0

        init(_ survival: Survival) {
            self.survival = survival
            if case .some(let seed) = survival { state = seed }
        }

        /// SplitMix64.
        mutating func next(below bound: Int) -> Int {
            state &+= 0x9E37_79B9_7F4A_7C15
            var bits = state
            bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
            bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
            return Int((bits ^ (bits >> 31)) >> 1) % bound
        }

        mutating func keeps() -> Bool {
            if case .some = survival { next(below: 2) == 0 } else { false }
        }

        mutating func remains(of file: File) -> [UInt8] {
            var content = file.durable
            if case .some = survival {
                for write in file.pending { keepSome(of: write, in: &content) }
            }
            return content
        }

        private mutating func keepSome(of write: Write, in content: inout [UInt8]) {
            guard !write.bytes.isEmpty else { return }
            let count = write.bytes.count
            switch next(below: 5) {
            case 0: break
            case 1: write.apply(to: &content, range: 0..<count)
            case 2: write.apply(to: &content, range: 0..<next(below: count))
            case 3: write.apply(to: &content, range: next(below: count)..<count)
            default:
                for start in stride(from: 0, to: count, by: 512) where next(below: 2) == 0 {
                    write.apply(to: &content, range: start..<min(start + 512, count))
                }
            }
        }
    }
}

extension [SimulatedFileSystem.NameChange] {
    /// Whether they are changes of that directory.
    fileprivate func concern(_ directory: String) -> Bool { contains { parent(of: $0.path) == directory } }

    fileprivate func apply(to names: inout [String: SimulatedFileSystem.Node]) {
        for change in self { names[change.path] = change.node }
    }
}

/// The directory a path stands in, spelled as the journal spells it.
private func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
}

private func lastName(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
}
