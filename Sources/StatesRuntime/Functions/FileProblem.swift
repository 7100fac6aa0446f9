public import StatesJSON

/// Something wrong in a functions file or a mock file, with its place.
public struct FileProblem: Sendable, Equatable {
    /// What is wrong, and what would be right.
    public var message: String
    /// Where it stands in the file's text.
    public var range: SourceRange

    /// A problem.
    public init(_ message: String, range: SourceRange) {
        self.message = message
        self.range = range
    }
}

/// Everything wrong in a file, in the order of the text; never empty.
public struct FileProblems: Error, Sendable, Equatable {
    /// The problems.
    public var problems: [FileProblem]

    /// Problems.
    public init(_ problems: [FileProblem]) { self.problems = problems }
}

/// Reads nodes by hand and collects all problems, not the first.
package struct NodeReader {
    package private(set) var problems: [FileProblem] = []

    package init() {}

    package mutating func report(_ message: String, at node: JSONNode) { problems.append(FileProblem(message, range: node.range)) }

    package mutating func report(_ message: String, at range: SourceRange) { problems.append(FileProblem(message, range: range)) }

    /// The members of an object whose names are unique, or nothing.
    package mutating func members(of node: JSONNode, what: String) -> [JSONNode.Member] {
        guard case .object(let members) = node.content else {
            report("\(what) must be an object, not \(Self.kind(of: node))", at: node)
            return []
        }
        var seen: Set<String> = []
        return members.filter { member in
            if seen.insert(member.name).inserted { return true }
            report("'\(member.name)' stands here for the second time", at: member.nameRange)
            return false
        }
    }

    /// Reports members that have no meaning here.
    package mutating func refuse(_ members: [JSONNode.Member], except known: [String], in what: String) {
        for member in members where !known.contains(member.name) {
            let nearest = known.first { $0.lowercased() == member.name.lowercased() }
            let advice =
                nearest.map { "; did you mean '\($0)'?" } ?? "; known are \(known.map { "'\($0)'" }.joined(separator: ", "))"
            report("'\(member.name)' is no key of \(what)\(advice)", at: member.nameRange)
        }
    }

    package mutating func text(_ node: JSONNode, what: String) -> String? {
        switch node.content {
        case .string(let text): return text
        case .symbol(let name): return "${\(name)}"
        case .null, .bool, .number, .array, .object:
            report("\(what) must be a text, not \(Self.kind(of: node))", at: node)
            return nil
        }
    }

    /// A duration such as `250ms`, `10s`, `5m`, `1h` or `2d`.
    package mutating func duration(_ node: JSONNode, what: String) -> Duration? {
        if case .string(let text) = node.content, let duration = Duration(brief: text) { return duration }
        report("\(what) must be a duration such as 250ms, 10s, 5m, 1h or 2d", at: node)
        return nil
    }

    package mutating func finish() throws(FileProblems) {
        guard problems.isEmpty else {
            throw FileProblems(problems.sorted { $0.range.lowerBound < $1.range.lowerBound })
        }
    }

    package static func kind(of node: JSONNode) -> String {
        switch node.content {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a text"
        case .array: "a list"
        case .object: "an object"
        case .symbol: "a symbol"
        }
    }
}

extension Duration {
    /// Reads `250ms`, `10s`, `5m`, `1h`, `2d`, with a fraction if need be; nil for anything else, and above a thousand years.
    package init?(brief text: String) {
        let digits = text.utf8.prefix { ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")) || $0 == UInt8(ascii: ".") }
        guard let amount = Double(String(Substring(digits))), amount.isFinite else { return nil }
        let factors = ["ms": 0.001, "s": 1, "m": 60, "h": 3_600, "d": 86_400]
        guard let factor = factors[String(text.dropFirst(digits.count))], amount * factor < 3.2e10 else { return nil }
        self = .milliseconds(Int64((amount * factor * 1_000).rounded()))
    }
}
