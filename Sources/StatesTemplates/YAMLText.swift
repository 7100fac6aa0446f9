public import StatesJSON
public import StatesLanguage

/// Why a text is no YAML that can stand for JSON.
public struct YAMLSyntaxError: Error, Sendable, Equatable {
    /// What is wrong, as a clause.
    public var reason: String
    /// Where in the text, as an offset in UTF-8 bytes.
    public var offset: Int

    /// A syntax error.
    public init(_ reason: String, offset: Int) {
        self.reason = reason
        self.offset = offset
    }
}

/// How much YAML is read before it counts as hostile.
public struct YAMLLimits: Sendable {
    /// The number of values, with those behind aliases counted each time.
    public var nodes: Int
    /// How deeply values may be nested.
    public var depth: Int

    /// Limits; by default a million values, nested a thousand deep.
    public init(nodes: Int = 1_000_000, depth: Int = 1_000) {
        self.nodes = nodes
        self.depth = depth
    }
}

/// Reads YAML as CloudFormation does, with the place of every value.
///
/// * YAML 1.1: unquoted `NO`, `yes` and `on` are truth values, `1_000`, `0x1F` and `1:30` numbers, `~` and nothing are null; `y`, `n`,
///   dates, `.inf` and `012345678` are texts. Quoted text is text. Keys are always text, as they are written.
/// * `!Sub text` is the text with its symbols; `!Ref X` and `!GetAtt X.Arn` are the symbols `X` and `X.Arn`; any other tag is a symbol
///   that is named like its text or, for lists and maps, like the tag. Bare `${Name}` is a symbol.
/// * Anchors and aliases work, merge keys (`<<`) do not. Duplicate keys are kept: the definition's checks speak of them.
///
/// - Parameters:
///   - text: The text.
///   - limits: Bounds against hostile texts.
/// - Returns: The value, with ranges of bytes of `text`.
/// - Throws: `YAMLSyntaxError`; always where the package's trait `YAML` is off.
public func parseYAML(_ text: String, limits: YAMLLimits = YAMLLimits()) throws(YAMLSyntaxError) -> JSONNode {
    try parseYAML(Array(text.utf8), limits: limits)
}

/// Reads YAML from bytes, which must be UTF-8.
public func parseYAML(_ bytes: [UInt8], limits: YAMLLimits = YAMLLimits()) throws(YAMLSyntaxError) -> JSONNode {
    #if YAML
        var reader = YAMLReader(limits: limits)
        return try reader.read(bytes)
    #else
        throw YAMLSyntaxError("this build cannot read YAML: it was made without the package trait YAML", offset: 0)
    #endif
}

extension DefinitionCheck {
    /// Checks a definition in YAML.
    public init(
        yaml text: String, source name: String = "definition", type: MachineType = .standard,
        substitutions: [String: JSONValue] = [:]
    ) {
        self.init(yaml: Array(text.utf8), source: name, type: type, substitutions: substitutions)
    }

    /// Checks a definition in YAML, given as the bytes of a file, which should be UTF-8.
    public init(
        yaml bytes: [UInt8], source name: String = "definition", type: MachineType = .standard,
        substitutions: [String: JSONValue] = [:]
    ) {
        let source = SourceText(bytes, name: name)
        do {
            self.init(node: try parseYAML(bytes), source: source, type: type, substitutions: substitutions)
        } catch {
            let place = source.position(of: error.offset)
            let diagnostic = Diagnostic(
                .invalidJSONDescription, .error, error.reason, pointer: "[line: \(place.line), column: \(place.column)]",
                range: SourceRange(error.offset, min(error.offset + 1, bytes.count)))
            self.init(failed: diagnostic, source: source, type: type)
        }
    }
}
