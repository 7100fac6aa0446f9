public import StatesJSON

/// A path as definitions write it: `$…` into the state's input, `$$…` into the context object, `$name…` into a variable.
public struct DataPath: Sendable {
    /// What a path searches.
    public enum Root: Sendable, Hashable {
        /// `$`: the effective input.
        case input
        /// `$$`: the context object.
        case context
        /// `$name`: a workflow variable.
        case variable(String)
    }

    /// What was compiled; shared, so that handing a path around costs one reference count.
    @usableFromInline final class Storage: Sendable {
        let text: String
        @usableFromInline let root: Root
        @usableFromInline let path: JSONPath
        /// The one member of the context object that is looked at, where the path names one value below it.
        @usableFromInline let contextMember: String?

        init(text: String, root: Root, path: JSONPath) {
            self.text = text
            self.root = root
            self.path = path
            contextMember =
                if root == .context, path.isDefinite, case .name(let name)? = path.steps.first { name } else { nil }
        }
    }

    @usableFromInline let storage: Storage

    /// The path as it was written.
    public var text: String { storage.text }
    /// What it searches.
    public var root: Root { storage.root }
    /// The path below the root, starting with a single `$`.
    public var path: JSONPath { storage.path }

    /// Whether it is a Reference Path below its root.
    public var isReference: Bool { path.isReference }
    /// Whether it names one value.
    public var isDefinite: Bool { path.isDefinite }

    /// The length of the longest variable name, in characters.
    package static let variableNameLimit = 80

    /// Compiles a path.
    ///
    /// Besides what the library reads, a backslash in a dot name takes the next character literally (`$.store\.book`), as the
    /// States Language says; there is no recording of it.
    /// - Throws: `QuerySyntaxError` if it is none.
    public init(_ text: String) throws(QuerySyntaxError) {
        let bytes = text.utf8
        let start = bytes.firstIndex { $0 > .space } ?? bytes.endIndex
        guard start < bytes.endIndex, bytes[start] == .dollar else {
            throw QuerySyntaxError("a path starts with $", offset: bytes.distance(from: bytes.startIndex, to: start))
        }
        let second = bytes.index(after: start)
        if second == bytes.endIndex || bytes[second] == .dot || bytes[second] == .openBracket || bytes[second] == .space {
            storage = Storage(text: text, root: .input, path: try Self.path(text, from: start))
        } else if bytes[second] == .dollar {
            storage = Storage(text: text, root: .context, path: try Self.path(text, from: second))
        } else {
            let name = text.unicodeScalars[second...].prefix { $0.properties.isIDContinue }
            try Self.checkVariable(name, offset: bytes.distance(from: bytes.startIndex, to: second))
            storage = Storage(text: text, root: .variable(String(name)), path: try Self.path(text, from: name.endIndex))
        }
    }

    private static func checkVariable(_ name: Substring.UnicodeScalarView, offset: Int) throws(QuerySyntaxError) {
        guard let first = name.first, first.properties.isIDStart else {
            throw QuerySyntaxError("$ is followed by a dot, a bracket, another $ or a variable's name", offset: offset)
        }
        if name.count > variableNameLimit {
            throw QuerySyntaxError("a variable's name has at most \(variableNameLimit) characters", offset: offset)
        }
    }

    /// Compiles what stands from `cut` on as the path below a `$`.
    private static func path(_ text: String, from cut: String.Index) throws(QuerySyntaxError) -> JSONPath {
        let hasDollar = cut < text.endIndex && text.utf8[cut] == .dollar
        do {
            return try JSONPath(hasDollar ? String(text[cut...]) : "$" + text[cut...], dialect: .states)
        } catch {
            let shift = text.utf8.distance(from: text.utf8.startIndex, to: cut) - (hasDollar ? 0 : 1)
            throw QuerySyntaxError(error.reason, offset: max(0, error.offset + shift))
        }
    }

    /// The value the path names, or the array of all it finds if it is indefinite.
    ///
    /// - Throws: `PathFailure`, also if the variable was never assigned.
    @inlinable public func evaluate(in scope: some QueryScope) throws(PathFailure) -> JSONValue {
        switch storage.root {
        case .input: return try storage.path.evaluate(scope.input)
        case .context:
            guard let member = storage.contextMember else { return try storage.path.evaluate(scope.contextObject) }
            return try storage.path.evaluate(scope.contextObject(only: member))
        case .variable(let name):
            guard let value = scope.variable(named: name) else { throw .unassigned(name) }
            return try storage.path.evaluate(value)
        }
    }

    /// The JSON text of what the path searched, which is what causes quote.
    ///
    /// For `$$` this is the context object: the two recordings of such a cause hide it behind a wildcard, which would not be needed
    /// for the state's own input. For a variable it is the variable's value (assumed), or the input if there is none.
    func searchedText(in scope: some QueryScope) -> String {
        switch root {
        case .input: scope.input.compactText
        case .context: scope.contextObject.compactText
        case .variable(let name): (scope.variable(named: name) ?? scope.input).compactText
        }
    }

    /// Whether evaluating the path shows the task token: `$$.Task.Token`, or something that contains it.
    public var usesTaskToken: Bool {
        guard root == .context else { return false }
        for (step, name) in zip(path.steps, ["Task", "Token"]) {
            switch step {
            case .name(let found): if !found.utf8Equals(name) { return false }
            case .names(let found): if !found.contains(where: { $0.utf8Equals(name) }) { return false }
            case .index, .indices, .indexFromEnd, .sliceFrom, .sliceTo, .slice: return false
            case .wildcard, .scan, .filter, .placeholder, .root: return true
            }
        }
        return true
    }

    /// The variable that the path reads, if it reads one.
    public var variable: String? {
        if case .variable(let name) = root { name } else { nil }
    }
}

extension PathFailure {
    /// The failure of a path into a variable that was never assigned (assumed; there is no recording).
    @usableFromInline static func unassigned(_ name: String) -> PathFailure {
        PathFailure(.notFound, "No results for path: $\(name)")
    }
}
