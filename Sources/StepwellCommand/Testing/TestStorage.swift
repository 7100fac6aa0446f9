import StatesJSON
import StatesTestKit

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Snapshots, in one file beside each test file: `NAME.snapshots.json`.
struct SnapshotStore {
    /// What is kept, by the paths of the test files.
    private(set) var snapshots: [String: JSONObject] = [:]

    /// - Throws: `Complaint` for a file that cannot be read.
    init(_ files: [TestFile]) throws(Complaint) {
        for file in files {
            let path = Self.path(of: file.path)
            guard FileKind.of(path) == .file else { continue }
            let (node, source) = try NodeFile.read(path)
            guard let object = node.value.object else {
                throw NodeFile.complaint("snapshots are an object of cases", at: node.range.lowerBound, source)
            }
            snapshots[file.path] = object
        }
    }

    private static func path(of file: String) -> String {
        let ending = TestPath.testEndings.first { file.hasSuffix($0) } ?? ""
        return String(file.dropLast(ending.count)) + ".snapshots.json"
    }

    /// Writes what the cases came to; cases that were not run keep theirs, and those that are no more lose them.
    func take(_ results: [FileResult]) throws(Complaint) {
        for result in results {
            let known = snapshots[result.file.path] ?? JSONObject()
            var kept = JSONObject()
            for name in result.file.caseNames {
                kept[name] =
                    result.cases.first { $0.name == name }?.snapshot
                    ?? (result.cases.contains { $0.name == name } ? nil : known[name])
            }
            if kept.isEmpty, known.isEmpty { continue }
            try OutputFile.write(JSONValue.object(kept).prettyText() + "\n", to: Self.path(of: result.file.path))
        }
    }
}

/// Files that a subcommand writes.
enum OutputFile {
    /// Writes a whole file, or leaves the old one as it is.
    static func write(_ text: String, to path: String) throws(Complaint) {
        let temporary = path + ".new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .cannotAsk("\(TextFile.label(path)): \(systemMessage(errno))") }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { systemWriteFile(descriptor, $0) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let reason = systemMessage(errno)
                close(descriptor)
                unlink(temporary)
                throw .fault("\(TextFile.label(path)): \(reason)")
            }
            rest = rest.dropFirst(count)
        }
        close(descriptor)
        guard rename(temporary, path) == 0 else { throw .fault("\(TextFile.label(path)): \(systemMessage(errno))") }
    }
}

private func systemWriteFile(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    write(descriptor, bytes.baseAddress, bytes.count)
}

/// The sizes and times of all files below some paths: whether anything changed.
struct FolderState: Equatable {
    private var files: [String: [Int64]] = [:]

    init(_ paths: [String]) {
        for path in paths {
            // What a test file refers to stands beside it or below.
            let folder = TestPath.folder(of: path)
            look(at: FileKind.of(path) == .directory ? path : folder.isEmpty ? "." : folder, depth: 0)
        }
    }

    private mutating func look(at path: String, depth: Int) {
        var information = stat()
        guard depth < 16, stat(path, &information) == 0 else { return }
        guard information.st_mode & S_IFMT == S_IFDIR else {
            #if canImport(Darwin)
                let time = information.st_mtimespec
            #else
                let time = information.st_mtim
            #endif
            files[path] = [Int64(information.st_size), Int64(time.tv_sec), Int64(time.tv_nsec)]
            return
        }
        for name in FileKind.names(in: path) where !name.hasPrefix(".") { look(at: path + "/" + name, depth: depth + 1) }
    }
}
