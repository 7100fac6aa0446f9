public import StatesJSON
public import StatesLanguage
public import StatesRuntime

/// A file of test cases beside a definition: `NAME.test.yaml` beside `NAME.asl.json`.
///
/// ```yaml
/// cases:
///   - name: a declined card releases the reservation
///     input: { orderId: 7 }
///     mocks: { Reserve: { return: { id: r-1 } }, Charge: { throw: { error: Card.Declined } }, Release: { return: {} } }
///     expect: { status: FAILED, path: [Reserve, Charge, Release, OrderFailed] }
/// ```
///
/// docs/guides/testing.md has the whole grammar.
public struct TestFile: Sendable {
    /// The file's path.
    public let path: String
    /// The file's text, into which places point.
    public let source: SourceText
    /// What is tested.
    public let machine: StateMachine
    /// The cases in the order of the file; then those of the mock file that the file names and no case refers to.
    package let cases: [TestCase]
    /// Mocks that all cases share.
    let sharedRules: [MockRule]

    /// The names of the cases, in order.
    public var caseNames: [String] { cases.map(\.name) }

    /// Reads a test file that was parsed from JSON or YAML, with everything it refers to.
    ///
    /// - Throws: `FileProblems` with all that is wrong in it, with places.
    public init(node: JSONNode, source: SourceText, path: String, surroundings: TestSurroundings) throws(FileProblems) {
        var reader = TestFileReader(path: path, surroundings: surroundings)
        let draft = reader.read(node)
        try reader.problems.finish()
        guard let draft else { throw FileProblems([FileProblem("this is no test file", range: node.range)]) }
        self.path = path
        self.source = source
        machine = draft.machine
        cases = draft.cases
        sharedRules = draft.sharedRules
    }
}

/// What a test file finds beside itself: other files, read by whoever knows how.
public struct TestSurroundings: Sendable {
    /// Whether a file exists.
    var exists: @Sendable (String) -> Bool
    /// Reads a file of JSON, or YAML.
    var node: @Sendable (String) throws -> (node: JSONNode, source: SourceText)

    /// Surroundings.
    ///
    /// - Parameters:
    ///   - exists: Whether there is a file of that path.
    ///   - node: Reads a file and says what is wrong with it if it cannot be read.
    public init(
        exists: @escaping @Sendable (String) -> Bool,
        node: @escaping @Sendable (String) throws -> (node: JSONNode, source: SourceText)
    ) {
        self.exists = exists
        self.node = node
    }
}

/// Paths beside a file.
package enum TestPath {
    /// The folder that a file is in, with a slash at its end; empty for the present one.
    package static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    }

    /// A path as a file in that folder means it.
    package static func resolve(_ path: String, beside file: String) -> String {
        path.hasPrefix("/") ? path : folder(of: file) + path
    }

    /// The endings of test files.
    package static let testEndings = [".test.yaml", ".test.yml", ".test.json"]

    /// The name of the state machine that a test file is named after, or nil if it is not named as test files are.
    package static func machineName(ofTestFile path: String) -> String? {
        let name = String(path[path.index(path.startIndex, offsetBy: folder(of: path).count)...])
        return testEndings.first { name.hasSuffix($0) && name.utf8.count > $0.utf8.count }.map { String(name.dropLast($0.count)) }
    }
}
