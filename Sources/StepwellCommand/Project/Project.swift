import StatesLanguage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What a definition argument stands for: a file, a folder of `StateMachines/` with everything in it, or standard input.
struct Project: Equatable {
    /// The definition's path, or `-`.
    var definition: String
    /// The folder, if one was named.
    var folder: String?
    /// `inputs/default.json`, if the folder has it.
    var defaultInput: String?
    /// `functions.yaml`, if the folder has it.
    var functions: String?
    /// `mocks.json`, if the folder has it.
    var mocks: String?

    /// Looks at what is there.
    ///
    /// - Throws: `Complaint` if there is no such file, or not exactly one definition in the folder.
    init(_ argument: String) throws(Complaint) {
        definition = argument
        guard argument != "-" else { return }
        switch FileKind.of(argument) {
        case .file: return
        case .missing(let reason): throw .cannotAsk("\(TextFile.label(argument)): \(reason)")
        case .directory: break
        }
        var folder = argument
        while folder.utf8.count > 1, folder.hasSuffix("/") { folder.removeLast() }
        self.folder = folder
        definition = try Self.definition(in: folder)
        defaultInput = Self.first(["inputs/default.json"], in: folder)
        functions = Self.first(["functions.yaml", "functions.yml", "functions.json"], in: folder)
        mocks = Self.first(["mocks.json"], in: folder)
    }

    /// The state machine's name: the definition's file name, with a dash for what a name may not hold.
    var machineName: String {
        guard definition != "-" else { return "StateMachine" }
        var name = ""
        for scalar in DefinitionFile.stem(of: definition).unicodeScalars.prefix(80) {
            let text = String(scalar)
            name += MachineName.problem(with: text) == nil ? text : "-"
        }
        return name.isEmpty ? "StateMachine" : name
    }

    /// A path as somebody wrote it: as it is, or inside of the folder.
    func resolve(_ path: String) -> String {
        guard path != "-", !path.hasPrefix("/"), let folder, case .missing = FileKind.of(path) else { return path }
        let inside = "\(folder)/\(path)"
        if case .missing = FileKind.of(inside) { return path }
        return inside
    }

    /// How a file that was found in the folder is called in the first line of a run: without the folder.
    func shortName(of path: String) -> String {
        guard let folder, path.hasPrefix(folder + "/") else { return path }
        return String(path.dropFirst(folder.count + 1))
    }

    private static func definition(in folder: String) throws(Complaint) -> String {
        let endings = DefinitionFile.endings.prefix(3)
        let found = FileKind.names(in: folder).filter { name in
            endings.contains { name.hasSuffix($0) && name.utf8.count > $0.utf8.count }
        }
        let folderName = folder.split(separator: "/").last.map(String.init) ?? folder
        if let own = found.first(where: { DefinitionFile.stem(of: $0) == folderName }) { return "\(folder)/\(own)" }
        guard let only = found.first else {
            throw .cannotAsk(
                "\(TextFile.label(folder)): no definition in this folder; it would be called NAME.asl.json or NAME.asl.yaml")
        }
        guard found.count == 1 else {
            throw .cannotAsk(
                "\(TextFile.label(folder)): several definitions in this folder, name one: "
                    + found.map(DisplayText.visible).joined(separator: ", "))
        }
        return "\(folder)/\(only)"
    }

    private static func first(_ names: [String], in folder: String) -> String? {
        names.map { "\(folder)/\($0)" }.first { FileKind.of($0) == .file }
    }
}

/// What a path leads to.
enum FileKind: Equatable {
    case file
    case directory
    /// Nothing that could be looked at, and why.
    case missing(String)

    static func of(_ path: String) -> FileKind {
        var information = stat()
        guard stat(path, &information) == 0 else { return .missing(systemMessage(errno)) }
        return information.st_mode & S_IFMT == S_IFDIR ? .directory : .file
    }

    /// The names in a directory, sorted by their bytes; empty if it cannot be read.
    static func names(in directory: String) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: entry.pointee.d_name)) {
                    String(cString: $0)
                }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
