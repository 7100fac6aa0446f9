public import StatesJSON

/// A definition that AWS would refuse, with all that is wrong with it.
public struct InvalidDefinition: Error, Sendable, CustomStringConvertible {
    /// All findings, warnings and notes included.
    public let diagnostics: [Diagnostic]
    /// The text they point into.
    public let source: SourceText

    /// A refusal.
    public init(diagnostics: [Diagnostic], source: SourceText) {
        self.diagnostics = diagnostics
        self.source = source
    }

    /// The findings that are errors.
    public var errors: [Diagnostic] { diagnostics.filter { $0.severity == .error } }

    /// The report for people: each finding with file, line, column and the text it speaks of.
    public var description: String { DiagnosticReport(diagnostics: diagnostics, source: source).text() }

    /// The message of CreateStateMachine's `InvalidDefinition`:
    /// `Invalid State Machine Definition: 'CODE: message at /pointer, CODE: …'`.
    public var awsMessage: String {
        let findings = errors.map { "\($0.code.rawValue): \($0.message) at \($0.pointer ?? "null")" }
        return "Invalid State Machine Definition: '\(findings.joined(separator: ", "))'"
    }
}

/// Symbols without a value that stand where a run needs one.
public struct UnresolvedSymbols: Error, Sendable, CustomStringConvertible {
    /// The symbols with their places, in document order.
    public let symbols: [UnresolvedSymbol]
    /// The text they stand in.
    public let source: SourceText

    /// A sentence for each symbol.
    public var description: String {
        symbols.map { symbol in
            let place = source.position(of: symbol.range.lowerBound)
            return
                "\(source.name):\(place.line):\(place.column): error: the symbol ${\(symbol.name)} at \(symbol.pointer) needs a value"
        }.joined(separator: "\n")
    }
}
