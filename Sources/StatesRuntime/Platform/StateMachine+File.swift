public import StatesJSON
public import StatesLanguage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Why a definition could not be read from a path.
public struct UnreadableDefinition: Error, Sendable, Equatable, CustomStringConvertible {
    /// The path and the reason, as a sentence.
    public let description: String
}

extension StateMachine {
    /// Reads, checks and compiles the definition in a file, or in a folder as `StateMachines/` has them.
    ///
    /// A folder `NAME` holds `NAME.asl.json`. The machine is named after the file. YAML needs a reader that this module does not
    /// have: `StatesTemplates` reads it into a node.
    ///
    /// - Throws: `UnreadableDefinition` if there is no such file; else what the initialiser for texts throws.
    public init(contentsOf path: String, type: MachineType = .standard, substitutions: [String: JSONValue] = [:]) throws {
        let file = try Self.definitionFile(at: path)
        let text = try Self.text(of: file)
        let name = file.split(separator: "/").last.map { $0.prefix { $0 != "." } } ?? ""
        try self.init(definition: text, name: String(name), type: type, substitutions: substitutions, source: file)
    }

    private static func definitionFile(at path: String) throws -> String {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw UnreadableDefinition(description: "\(path): \(String(cString: strerror(errno)))")
        }
        guard status.st_mode & S_IFMT == S_IFDIR else { return path }
        let folder = path.split(separator: "/").last.map(String.init) ?? ""
        let file = "\(path)\(path.hasSuffix("/") ? "" : "/")\(folder).asl.json"
        guard stat(file, &status) == 0 else {
            throw UnreadableDefinition(description: "\(path): this folder has no \(folder).asl.json")
        }
        return file
    }

    private static func text(of path: String) throws -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw UnreadableDefinition(description: "\(path): \(String(cString: strerror(errno)))") }
        defer { _ = close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count <= JSONLimits.definition.maxBytes {
            let count = read(file, &buffer, buffer.count)
            if count == 0 { break }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw UnreadableDefinition(description: "\(path): \(String(cString: strerror(errno)))") }
            bytes += buffer[..<count]
        }
        guard bytes.count <= JSONLimits.definition.maxBytes else {
            throw UnreadableDefinition(description: "\(path): it is larger than a definition may be (1,048,576 characters)")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw UnreadableDefinition(description: "\(path): it is not UTF-8 text")
        }
        return text
    }
}
