/// The definitions that `validate` is pointed at: files as they are, folders with everything below them.
enum DefinitionSearch {
    /// Folders within folders deeper than this are left out, so that a link that leads back up ends somewhere.
    private static let depthLimit = 32

    /// The paths of all definitions, in order.
    ///
    /// - Throws: `Complaint` for a path that is not there, or a folder without a definition.
    static func definitions(at paths: [String]) throws(Complaint) -> [String] {
        var found: [String] = []
        for path in paths {
            guard path != "-" else {
                found.append(path)
                continue
            }
            switch FileKind.of(path) {
            case .file: found.append(path)
            case .missing(let reason): throw .cannotAsk("\(TextFile.label(path)): \(reason)")
            case .directory:
                let before = found.count
                look(in: path, depth: 0, &found)
                if found.count == before {
                    throw .cannotAsk("\(TextFile.label(path)): no file here is called NAME.asl.json or NAME.asl.yaml")
                }
            }
        }
        return found
    }

    private static func look(in folder: String, depth: Int, _ found: inout [String]) {
        guard depth < depthLimit else { return }
        let prefix = folder.hasSuffix("/") ? folder : folder + "/"
        // Hidden folders hold what tools keep there: copies, caches, data.
        for name in FileKind.names(in: folder) where !name.hasPrefix(".") {
            let path = prefix + name
            switch FileKind.of(path) {
            case .directory: look(in: path, depth: depth + 1, &found)
            case .file where DefinitionFile.endings.prefix(3).contains { name.hasSuffix($0) && name.utf8.count > $0.utf8.count }:
                found.append(path)
            case .file, .missing: break
            }
        }
    }
}
