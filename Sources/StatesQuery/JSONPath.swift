public import StatesJSON

/// A query into a JSON value, compiled.
///
/// Step Functions answers as Jayway JsonPath 2.0.0 does, oddities included, so this is that dialect: what it accepts, what it finds
/// and the words it fails with. What newer versions or RFC 9535 say does not apply.
public struct JSONPath: Sendable {
    /// The path as it was written.
    public let text: String
    /// Whether the path names one value; a path that does not answers an array of everything it finds, even if that is nothing.
    public let isDefinite: Bool
    /// Whether this is a Reference Path: `$` followed by `.name`, `['name']` and `[0]` only (asl.md section 4).
    public let isReference: Bool
    /// What to do after `$`, in order.
    let steps: [PathStep]
    /// Whether all steps are names and places in arrays, so that a loop finds the value.
    let isChain: Bool
    /// The last step that may find more or less than one value; -1 if there is none.
    let lastIndefinite: Int

    /// Steps beyond this number are refused: no document is nested deeper (the JSON reader's limit), and evaluation recurs by step.
    static let stepLimit = 1000

    /// Compiles a path.
    ///
    /// - Throws: `QuerySyntaxError` where the library refuses to compile; a definition with such a path is refused at creation.
    public init(_ text: String) throws(QuerySyntaxError) {
        try self.init(text, dialect: .library)
    }

    init(_ text: String, dialect: PathCompiler.Dialect) throws(QuerySyntaxError) {
        var compiler = PathCompiler(Array(text.utf8), dialect: dialect)
        self.init(text: text, steps: try compiler.compile(), isReference: ReferenceSteps.parse(text) != nil)
    }

    init(text: String, steps: [PathStep], isReference: Bool) {
        self.text = text
        self.steps = steps
        self.isReference = isReference
        lastIndefinite = steps.lastIndex { !$0.isDefinite } ?? -1
        isDefinite = lastIndefinite < 0
        isChain = steps.allSatisfy(\.isChainLink)
    }

    /// The value that the path names in `root`, or the array of all it finds if it is indefinite.
    ///
    /// - Throws: `PathFailure`, with the library's own text.
    public func evaluate(_ root: JSONValue) throws(PathFailure) -> JSONValue {
        if isChain { return try follow(from: root) }
        return try evaluate(root, visitLimit: PathWalk.visitLimit)
    }

    /// The same, with another limit to the values that are looked at.
    package func evaluate(_ root: JSONValue, visitLimit: Int) throws(PathFailure) -> JSONValue {
        var walk = PathWalk(self, root: root, visitLimit: visitLimit)
        return try walk.value()
    }

    /// The value in `root`, or nil where there is none; only what is wrong rather than missing is thrown.
    func find(in root: JSONValue, requireAllNames: Bool) throws(PathFailure) -> JSONValue? {
        if isChain {
            switch link(from: root) {
            case .found(let value): return value
            case .lost(let step, let value):
                if PathWalk.isMissing(steps[step], in: value) { return nil }
                throw PathWalk.failure(steps, at: step, in: value, below: PathWalk.text(of: steps[..<step]), lastIndefinite: -1)
            }
        }
        var walk = PathWalk(self, root: root, visitLimit: PathWalk.visitLimit)
        walk.requiresAllNames = requireAllNames
        do {
            return try walk.value()
        } catch {
            if error.kind == .notFound { return nil }
            throw error
        }
    }

    private enum Outcome {
        case found(JSONValue)
        case lost(Int, JSONValue)
    }

    /// Follows names and places without anything else to remember.
    private func link(from root: JSONValue) -> Outcome {
        var value = root
        for step in steps.indices {
            switch steps[step] {
            case .name(let name):
                guard case .object(let object) = value, let member = object[name] else { return .lost(step, value) }
                value = member
            case .index(let index):
                guard case .array(let elements) = value, index >= 0, index < elements.count else { return .lost(step, value) }
                value = elements[index]
            case .names, .indices, .indexFromEnd, .sliceFrom, .sliceTo, .slice, .wildcard, .scan, .filter, .placeholder, .root:
                return .lost(step, value)
            }
        }
        return .found(value)
    }

    private func follow(from root: JSONValue) throws(PathFailure) -> JSONValue {
        switch link(from: root) {
        case .found(let value): return value
        case .lost(let step, let value):
            throw PathWalk.failure(steps, at: step, in: value, below: PathWalk.text(of: steps[..<step]), lastIndefinite: -1)
        }
    }
}

/// Why a path has no value.
public struct PathFailure: Error, Sendable, Equatable {
    /// Whether something is missing, or the path cannot be applied at all.
    public enum Kind: Sendable, Hashable {
        /// There is nothing at that path.
        case notFound
        /// The path cannot be applied to this value, such as `[0]` to an object.
        case invalid
    }

    /// What kind of failure it is.
    public var kind: Kind
    /// The library's text, such as `Missing property in path $['no']`.
    public var message: String

    /// A failure.
    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}

/// One step of a path.
enum PathStep: Sendable {
    /// `.name` or `['name']`.
    case name(String)
    /// `['a','b']`: an object of those that exist.
    case names([String])
    /// `[0]`. A negative number is always out of bounds.
    case index(Int)
    /// `[0,2]`.
    case indices([Int])
    /// `[(@.length-1)]`: what is added to the length, so usually a negative number.
    case indexFromEnd(Int)
    /// `[2:]`.
    case sliceFrom(Int)
    /// `[:2]`.
    case sliceTo(Int)
    /// `[1:3]`.
    case slice(Int, Int)
    /// `.*` or `[*]`.
    case wildcard
    /// `..`, together with the step that follows.
    case scan
    /// `[?(…)]`.
    case filter(PathFilter)
    /// `[?]`: the place of a filter that a program would pass along. There is none here, so using it fails.
    case placeholder(Int)
    /// A `$` in the middle of a path: passes its value on.
    case root

    /// Whether the step finds exactly one value or fails.
    var isDefinite: Bool {
        switch self {
        case .name, .names, .index, .indexFromEnd, .root: true
        case .indices, .sliceFrom, .sliceTo, .slice, .wildcard, .scan, .filter, .placeholder: false
        }
    }

    /// Whether a loop over single values can take the step.
    var isChainLink: Bool {
        switch self {
        case .name, .index: true
        case .names, .indices, .indexFromEnd, .sliceFrom, .sliceTo, .slice, .wildcard, .scan, .filter, .placeholder, .root: false
        }
    }

    /// The step as the library prints it.
    var fragment: String {
        switch self {
        case .name(let name): "['\(name)']"
        case .names(let names): "[" + names.map { "'\($0)'" }.joined(separator: ", ") + "]"
        case .index(let index): "[\(index)]"
        case .indices(let indices): "[" + indices.map(String.init).joined(separator: ",") + "]"
        case .indexFromEnd(let distance): "[@.size()\(distance)]"
        case .sliceFrom(let first): "[\(first):]"
        case .sliceTo(let end): "[:\(end)]"
        case .slice(let first, let end): "[\(first):\(end)]"
        case .wildcard: "[*]"
        case .scan: ".."
        case .filter: "[?]"
        case .placeholder(let count): "[" + Array(repeating: "?", count: count).joined(separator: ",") + "]"
        case .root: "$"
        }
    }
}
