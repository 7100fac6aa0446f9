public import StatesJSON

/// The value of a key that ends with `.$`: a path or a call of an intrinsic function.
public struct PayloadExpression: Sendable {
    private enum Form: Sendable {
        case path(DataPath)
        case call(IntrinsicCall)
        /// A `${Name}` that has no value: nothing can be said of the expression until it is asked for.
        case unresolved
    }

    /// What was compiled; shared, so that handing an expression around costs one reference count.
    private final class Storage: Sendable {
        let text: String
        let form: Form
        let usesTaskToken: Bool
        let variables: [String]

        init(_ text: String, _ form: Form, _ paths: [DataPath]) {
            self.text = text
            self.form = form
            usesTaskToken = paths.contains(where: \.usesTaskToken)
            variables = paths.compactMap(\.variable).withoutRepeats
        }
    }

    private let storage: Storage

    /// The expression as it was written.
    public var text: String { storage.text }
    /// Whether evaluating it shows the task token.
    public var usesTaskToken: Bool { storage.usesTaskToken }
    /// The variables it reads, each once, in the order of reading.
    public var variables: [String] { storage.variables }

    /// Compiles an expression.
    ///
    /// - Throws: `QuerySyntaxError` if it is neither a path nor a call that is known: the name, the number of arguments, the
    /// escapes in   texts and the depth of calls are checked here (asl.md section 15, check 57).
    public init(_ text: String) throws(QuerySyntaxError) {
        if IntrinsicParser.isCall(text) {
            var parser = IntrinsicParser(text)
            let call = try parser.parse()
            var paths: [DataPath] = []
            Self.collectPaths(of: call, into: &paths)
            storage = Storage(text, .call(call), paths)
        } else {
            let path = try DataPath(text)
            storage = Storage(text, .path(path), [path])
        }
    }

    /// An expression that a substitution without a value stands in. Evaluating it fails.
    init(unresolved text: String) {
        storage = Storage(text, .unresolved, [])
    }

    /// Whether it is a call of an intrinsic function.
    public var isIntrinsic: Bool { functionName != nil }

    /// The name of the function that is called, such as `States.Format`; nil for a path.
    public var functionName: String? {
        if case .call(let call) = storage.form { call.function.rawValue } else { nil }
    }

    /// The path, if it is one.
    public var path: DataPath? {
        if case .path(let path) = storage.form { path } else { nil }
    }

    /// The value of the expression.
    ///
    /// - Parameter field: The key that the expression stands under, `.$` included; causes name it.
    /// - Throws: `QueryFailure` named `States.Runtime` if a path finds nothing, `States.IntrinsicFailure` if a function cannot
    /// answer.
    public func evaluate(in scope: inout some QueryScope, field: String) throws(QueryFailure) -> JSONValue {
        switch storage.form {
        case .path(let path):
            do {
                return try path.evaluate(in: scope)
            } catch {
                throw Self.failure(path, error, field: field, in: scope)
            }
        case .call(let call):
            return try call.evaluate(in: &scope)
        case .unresolved:
            throw QueryFailure(
                error: "States.Runtime",
                cause: "The expression '\(text)' specified for the field '\(field)' has a substitution without a value")
        }
    }

    private static func failure(
        _ path: DataPath, _ failure: PathFailure, field: String, in scope: some QueryScope
    ) -> QueryFailure {
        if failure.kind == .invalid { return .invalidPath(path, failure) }
        let input = path.searchedText(in: scope)
        return QueryFailure(
            error: "States.Runtime",
            cause: "The JSONPath '\(path.text)' specified for the field '\(field)' could not be found in the input '\(input)'")
    }

    private static func collectPaths(of call: IntrinsicCall, into paths: inout [DataPath]) {
        for argument in call.arguments {
            switch argument {
            case .path(let path): paths.append(path)
            case .call(let inner): collectPaths(of: inner, into: &paths)
            case .literal, .template: break
            }
        }
    }
}

extension [String] {
    /// The texts in order, each once.
    var withoutRepeats: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
