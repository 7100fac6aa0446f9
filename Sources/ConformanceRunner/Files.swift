#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file or folder that could not be used.
struct FileProblem: Error, CustomStringConvertible {
    var path: String
    var reason: String

    init(_ path: String) {
        self.path = path
        reason = String(cString: strerror(errno))
    }

    var description: String { "\(path): \(reason)" }
}

/// Plain reading and writing of files.
enum Files {
    /// All bytes of a file.
    static func read(_ path: String) throws(FileProblem) -> [UInt8] {
        guard let file = fopen(path, "rb") else { throw FileProblem(path) }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        guard ferror(file) == 0 else { throw FileProblem(path) }
        return bytes
    }

    /// Writes a file anew.
    static func write(_ bytes: [UInt8], to path: String) throws(FileProblem) {
        guard let file = fopen(path, "wb") else { throw FileProblem(path) }
        let written = fwrite(bytes, 1, bytes.count, file)
        guard fclose(file) == 0, written == bytes.count else { throw FileProblem(path) }
    }

    /// The names in a folder that end in `suffix`, sorted.
    static func names(in folder: String, suffix: String) throws(FileProblem) -> [String] {
        guard let directory = opendir(folder) else { throw FileProblem(folder) }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { raw in
                String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(suffix) { names.append(name) }
        }
        return names.sorted()
    }
}
