import Foundation

/// The repository that these tests look at: its files as text.
enum Repository {
    /// The folder that holds `Package.swift`.
    static let root = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// A file with its path below the root.
    struct File: CustomStringConvertible {
        let path: String
        let text: String

        /// The first folder below the given one: the target of a source file.
        var target: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }

        /// Lets a failing test name the file instead of printing its text.
        var description: String { path }
    }

    /// All files below these folders (or these files themselves) whose names end so, in the order of their paths. Whatever a
    /// build or a run leaves behind is not looked at.
    static func files(in places: String..., endingIn suffixes: [String]) -> [File] {
        places.flatMap { paths(below: $0) }.sorted().compactMap { path in
            guard suffixes.contains(where: { path.hasSuffix($0) }),
                let text = try? String(contentsOf: root.appending(path: path), encoding: .utf8)
            else { return nil }
            return File(path: path, text: text)
        }
    }

    /// The names of the folders directly in a folder.
    static func folders(in place: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: place).path)) ?? []
        return names.filter { isFolder("\(place)/\($0)") && !$0.hasPrefix(".") }.sorted()
    }

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: root.appending(path: path).path) }

    private static func isFolder(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: root.appending(path: path).path, isDirectory: &isDirectory)
            && isDirectory.boolValue
    }

    private static func paths(below place: String) -> [String] {
        guard isFolder(place) else { return [place] }
        let below = FileManager.default.enumerator(atPath: root.appending(path: place).path)
        return (below?.allObjects as? [String] ?? []).map { "\(place)/\($0)" }.filter { !$0.contains("/.stepwell/") }
    }
}

/// Something found where it should not be.
struct Finding: Equatable, CustomStringConvertible {
    let path: String
    let line: Int
    let text: String

    var description: String { "\(path):\(line): \(text)" }
}
