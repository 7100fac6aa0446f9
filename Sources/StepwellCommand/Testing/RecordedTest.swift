import StatesJSON
import StatesKernel
import StatesTestKit

/// A test file made of what executions did.
struct RecordedTest {
    /// Names of executions in the data directory, or files of GetExecutionHistory.
    var executions: [String]
    var data: String
    /// Whether a file that is there may be replaced.
    var replaces: Bool

    /// Writes the file: YAML, or JSON if that is what it is called.
    func write(to path: String) throws {
        guard let execution = executions.first, executions.count == 1 else {
            throw Complaint.cannotAsk("--record takes one execution, or one file with its history")
        }
        if FileKind.of(path) == .file, !replaces {
            throw Complaint.cannotAsk("\(TextFile.label(path)) is there already; --update replaces it")
        }
        let events = try history(of: execution)
        let definition = definition(for: path, execution)
        let file = Recording.testFile(of: events, name: Self.name(of: execution), definition: definition)
        try OutputFile.write(path.hasSuffix(".json") ? file.prettyText() + "\n" : YAMLWriter.text(of: file), to: path)
        StandardStream.error.tell(
            "\(TextFile.label(path)): the answers of \(DisplayText.visible(execution)). Run it: stepwell test \(path)")
    }

    private func history(of execution: String) throws -> [HistoryEvent] {
        guard FileKind.of(execution) == .file else { return try StoredExecutions(directory: data).history(of: execution) }
        let (node, source) = try NodeFile.read(execution)
        guard let events = HistoryEvent.list(aws: node.value) else {
            throw NodeFile.complaint("this is no answer of GetExecutionHistory", at: node.range.lowerBound, source)
        }
        return events
    }

    /// A test file that is not named after its machine names the definition.
    private func definition(for path: String, _ execution: String) -> String? {
        guard let name = TestPath.machineName(ofTestFile: path) else { return nil }
        let folder = TestPath.folder(of: path)
        let isBeside = DefinitionFile.endings.prefix(3).contains { FileKind.of(folder + name + $0) == .file }
        guard !isBeside, FileKind.of(execution) != .file,
            let machine = try? StoredExecutions(directory: data).description(of: execution).start.machineName
        else { return nil }
        return DefinitionFile.endings.prefix(3).map { machine + $0 }.first { FileKind.of(folder + $0) == .file }
    }

    private static func name(of execution: String) -> String {
        DefinitionFile.stem(of: String(execution.split(separator: "/").last ?? Substring(execution)))
    }
}
