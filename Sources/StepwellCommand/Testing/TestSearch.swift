import StatesJSON
import StatesRuntime
import StatesTestKit

/// The test files that `test` is pointed at.
enum TestSearch {
    private static let depthLimit = 32

    /// Reads what the paths lead to: files as they are, folders with everything below them.
    ///
    /// - Throws: `Complaint` with everything that is wrong in all of the files.
    static func files(at paths: [String]) throws(Complaint) -> [TestFile] {
        var found: [String] = []
        for path in paths {
            switch FileKind.of(path) {
            case .file: found.append(path)
            case .missing(let reason): throw .cannotAsk("\(TextFile.label(path)): \(reason)")
            case .directory:
                let before = found.count
                look(in: path, depth: 0, &found)
                if found.count == before {
                    throw .cannotAsk("\(TextFile.label(path)): no file here is called NAME.test.yaml or NAME.test.json")
                }
            }
        }
        var problems: [String] = []
        var files: [TestFile] = []
        for path in found {
            do throws(Complaint) {
                files += try read(path)
            } catch {
                problems.append(error.message)
            }
        }
        guard problems.isEmpty else { throw .cannotAsk(problems.joined(separator: "\n")) }
        return files
    }

    private static func look(in folder: String, depth: Int, _ found: inout [String]) {
        guard depth < depthLimit else { return }
        let prefix = folder.hasSuffix("/") ? folder : folder + "/"
        // Hidden folders hold what tools keep there: copies, caches, data.
        let names = FileKind.names(in: folder).filter { !$0.hasPrefix(".") }
        let tests = names.filter { TestPath.machineName(ofTestFile: $0) != nil && FileKind.of(prefix + $0) == .file }
        found += tests.map { prefix + $0 }
        // Mocks that no test file speaks of are tests of their own.
        if tests.isEmpty, names.contains("mocks.json"), FileKind.of(prefix + "mocks.json") == .file {
            found.append(prefix + "mocks.json")
        }
        for name in names where FileKind.of(prefix + name) == .directory { look(in: prefix + name, depth: depth + 1, &found) }
    }

    /// Reads a test file, or a mock file as one.
    private static func read(_ path: String) throws(Complaint) -> [TestFile] {
        let (node, source) = try NodeFile.read(path)
        guard TestPath.machineName(ofTestFile: path) == nil, let machines = node["StateMachines"] else {
            return [try file(node, source, path)]
        }
        guard case .object(let members) = machines.content, !members.isEmpty else {
            throw NodeFile.complaint("the mock file has no state machines", at: node.range.lowerBound, source)
        }
        var files: [TestFile] = []
        for member in members { files.append(try file(mocks: path, machine: member, node, source)) }
        return files
    }

    private static func file(_ node: JSONNode, _ source: SourceText, _ path: String) throws(Complaint) -> TestFile {
        do throws(FileProblems) {
            return try TestFile(node: node, source: source, path: path, surroundings: surroundings)
        } catch {
            let texts = error.problems.map { PlacedMessage($0.message, at: $0.range.lowerBound, in: source).text }
            throw .cannotAsk(texts.joined(separator: "\n"))
        }
    }

    /// A test file that says no more than a mock file does.
    private static func file(
        mocks path: String, machine: JSONNode.Member, _ node: JSONNode, _ source: SourceText
    ) throws(Complaint) -> TestFile {
        let folder = TestPath.folder(of: path)
        let endings = DefinitionFile.endings.prefix(3)
        guard let definition = endings.map({ machine.name + $0 }).first(where: { FileKind.of(folder + $0) == .file }) else {
            throw NodeFile.complaint(
                "there is no \(machine.name).asl.json or \(machine.name).asl.yaml beside this file",
                at: machine.nameRange.lowerBound, source)
        }
        func text(_ text: String) -> JSONNode { JSONNode(.string(text), range: machine.nameRange) }
        var members = [("definition", text(definition)), ("mockFile", text(String(path.dropFirst(folder.count))))]
        if FileKind.of(folder + "inputs/default.json") == .file { members.append(("inputFile", text("inputs/default.json"))) }
        let whole = JSONNode(
            .object(members.map { JSONNode.Member(name: $0.0, nameRange: machine.nameRange, value: $0.1) }),
            range: machine.nameRange)
        return try file(whole, source, path)
    }

    private static let surroundings = TestSurroundings(
        exists: { FileKind.of($0) == .file },
        node: { path in
            do throws(Complaint) { return try NodeFile.read(path) } catch { throw UnreadableFile(description: error.message) }
        })
}

/// Why a file that a test file refers to could not be read.
private struct UnreadableFile: Error, CustomStringConvertible {
    let description: String
}
