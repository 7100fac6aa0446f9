public import StatesJSON

/// A definition that is valid and compiled, ready to be run.
///
/// ```swift
/// let machine = try StateMachine(definition: text, name: "order-saga")
/// ```
public struct StateMachine: Sendable {
    /// Its name, as it stands in ARNs.
    public let name: String
    /// Standard or Express.
    public let type: MachineType
    /// What the kernel runs.
    public let plan: Plan
    /// Warnings and notes; there are no errors.
    public let diagnostics: [Diagnostic]
    /// The definition's text after substitution: compact JSON where it was written in YAML or symbols were replaced, else the text as it
    /// was given.
    public var definition: String { plan.definition }

    /// Reads, checks and compiles a definition in JSON.
    ///
    /// - Parameters:
    ///   - definition: The text. `${Name}` in it are symbols.
    ///   - name: The state machine's name.
    ///   - type: Standard or Express; Express machines may not contain everything.
    ///   - substitutions: Values for symbols, of any JSON type.
    ///   - source: What diagnostics call the text, such as a file's path; the machine's name if absent.
    /// - Throws: `InvalidDefinition` with all that is wrong; `UnsupportedFeature` if it is valid but cannot be run yet;
    ///   `UnresolvedSymbols` if a symbol without a value stands where a run needs one.
    public init(
        definition: String, name: String = "StateMachine", type: MachineType = .standard, substitutions: [String: JSONValue] = [:],
        source: String? = nil
    ) throws {
        try self.init(
            DefinitionCheck(definition: definition, source: source ?? name, type: type, substitutions: substitutions), name: name)
    }

    /// Checks and compiles a definition that has been read already, from YAML for example.
    ///
    /// The node's places lie in `source`. Throws as the other initialiser does.
    public init(
        node: JSONNode, source: SourceText, name: String = "StateMachine", type: MachineType = .standard,
        substitutions: [String: JSONValue] = [:]
    ) throws {
        try self.init(DefinitionCheck(node: node, source: source, type: type, substitutions: substitutions), name: name)
    }

    /// Compiles a definition that has been checked.
    public init(_ check: DefinitionCheck, name: String = "StateMachine") throws {
        guard let syntax = check.syntax, check.isValid else {
            throw InvalidDefinition(diagnostics: check.diagnostics, source: check.source)
        }
        if let unsupported = syntax.unsupported.first { throw unsupported }
        if !syntax.unresolved.isEmpty {
            let symbols = syntax.unresolved.sorted { $0.range.lowerBound < $1.range.lowerBound }
            throw UnresolvedSymbols(symbols: symbols, source: check.source)
        }
        guard let plan = PlanCompiler.compile(syntax, definition: check.definition) else {
            throw UnsupportedFeature(what: "A part of this definition", pointer: "/", range: syntax.range)
        }
        self.name = name
        type = check.type
        self.plan = plan
        diagnostics = check.diagnostics
    }
}

/// What a look at a definition found: all of it, not the first.
public struct DefinitionCheck: Sendable {
    /// The text the diagnostics point into.
    public let source: SourceText
    /// The type the definition was checked for.
    public let type: MachineType
    /// All findings, in the order of their places.
    public let diagnostics: [Diagnostic]
    /// The definition after substitution, as a state machine keeps it; empty if its text could not be read.
    public let definition: String
    /// The tree, complete if the definition is valid.
    let syntax: MachineSyntax?

    /// Whether AWS would accept the definition: no finding is an error.
    public var isValid: Bool { !diagnostics.contains { $0.severity == .error } }

    /// AWS's limit of a definition's length in characters.
    static let lengthLimit = 1_048_576

    /// Checks a definition in JSON.
    public init(
        definition: String, source name: String = "definition", type: MachineType = .standard,
        substitutions: [String: JSONValue] = [:]
    ) {
        let source = SourceText(definition, name: name)
        do {
            let node = try JSONNode(parsing: definition, allowingSymbols: true)
            self.init(node: node, source: source, type: type, substitutions: substitutions, text: definition)
        } catch {
            self.init(failed: .notJSON(error, in: source), source: source, type: type)
        }
    }

    /// Checks a definition in JSON, given as the bytes of a file, which should be UTF-8.
    public init(
        bytes: [UInt8], source name: String = "definition", type: MachineType = .standard, substitutions: [String: JSONValue] = [:]
    ) {
        let source = SourceText(bytes, name: name)
        do {
            let node = try JSONNode(parsing: bytes, allowingSymbols: true)
            self.init(node: node, source: source, type: type, substitutions: substitutions, text: source.text)
        } catch {
            self.init(failed: .notJSON(error, in: source), source: source, type: type)
        }
    }

    /// Checks a definition that has been read already. The node's places lie in `source`.
    public init(node: JSONNode, source: SourceText, type: MachineType = .standard, substitutions: [String: JSONValue] = [:]) {
        self.init(node: node, source: source, type: type, substitutions: substitutions, text: nil)
    }

    /// A definition whose text could not be read at all: malformed YAML, for example.
    public init(failed diagnostic: Diagnostic, source: SourceText, type: MachineType = .standard) {
        self.source = source
        self.type = type
        diagnostics = [diagnostic]
        definition = ""
        syntax = nil
    }

    private init(node: JSONNode, source: SourceText, type: MachineType, substitutions: [String: JSONValue], text: String?) {
        let replaced = substitutions.isEmpty ? node : node.replacing(symbols: substitutions)
        let definition = substitutions.isEmpty ? text ?? node.value.compactText : replaced.value.compactText
        let (syntax, found) = DefinitionReader.read(replaced, type: type, source: source)
        var diagnostics = found
        if let syntax { diagnostics += TreeChecks.diagnostics(of: syntax) }
        diagnostics += SymbolNotes.diagnostics(of: replaced)
        if definition.utf8.count > Self.lengthLimit, definition.unicodeScalars.count > Self.lengthLimit {
            diagnostics.append(.tooLong(at: SourceRange(node.range.lowerBound, node.range.lowerBound)))
        }
        self.source = source
        self.type = type
        self.definition = definition
        self.syntax = syntax
        self.diagnostics = diagnostics.inOrderOfPlace
    }
}

extension [Diagnostic] {
    /// Sorted by place; of equal places the first found stays first.
    fileprivate var inOrderOfPlace: [Diagnostic] {
        enumerated().sorted { ($0.element.range.lowerBound, $0.offset) < ($1.element.range.lowerBound, $1.offset) }.map(\.element)
    }
}
