import StatesJSON
import StatesText

/// One side of a comparison, compiled.
enum FilterOperand: Sendable {
    case path(JSONPath, fromRoot: Bool)
    case literal(FilterLiteral)
    case pattern(Pattern)

    init(_ text: ArraySlice<UInt8>, offset: Int) throws(QuerySyntaxError) {
        if text.first == .at || text.first == .dollar {
            self = .path(try Self.path(text, offset: offset), fromRoot: text.first == .dollar)
        } else if text.first == .quote, text.last == .quote {
            guard text.count > 1 else { throw QuerySyntaxError("the text in the filter is not closed", offset: offset) }
            self = .literal(FilterLiteral(text.dropFirst().dropLast()))
        } else if text.first == .slash, text.last == .slash || text.suffix(2).elementsEqual("/i".utf8) {
            self = .pattern(try Self.pattern(text, offset: offset))
        } else {
            self = .literal(FilterLiteral(text))
        }
    }

    static func path(_ text: ArraySlice<UInt8>, offset: Int) throws(QuerySyntaxError) -> JSONPath {
        var compiler = PathCompiler(Array(text), dialect: .predicate)
        let steps: [PathStep]
        do {
            steps = try compiler.compile()
        } catch {
            throw QuerySyntaxError(error.reason, offset: offset)
        }
        let path = JSONPath(text: text.string, steps: steps, isReference: false)
        guard path.isDefinite else {
            throw QuerySyntaxError("the predicate path: \(path.text) is not definite", offset: offset)
        }
        return path
    }

    private static func pattern(_ text: ArraySlice<UInt8>, offset: Int) throws(QuerySyntaxError) -> Pattern {
        guard let close = text.lastIndex(of: .slash), close > text.startIndex else {
            throw QuerySyntaxError("the pattern in the filter is not closed", offset: offset)
        }
        let source = text[(text.startIndex + 1)..<close].string
        do {
            return try Pattern(source, flags: text.last == .slash ? [] : .ignoreCase, dialect: .java)
        } catch {
            throw QuerySyntaxError("the pattern in the filter is not valid: \(error.reason)", offset: offset)
        }
    }

    /// The steps of its path.
    var cost: Int {
        if case .path(let path, _) = self { path.steps.count } else { 0 }
    }

    /// What the operand stands for, or nil where its path finds nothing.
    func term(for item: JSONValue, root: JSONValue) throws(PathFailure) -> FilterTerm? {
        switch self {
        case .path(let path, let fromRoot):
            guard let value = try path.find(in: fromRoot ? root : item, requireAllNames: false) else { return nil }
            return FilterTerm(value)
        case .literal(let literal): return .text(literal.text, literal)
        case .pattern(let pattern): return .pattern(pattern)
        }
    }
}

/// A literal of a filter. The library keeps it as text; what it is compared with decides what it means.
struct FilterLiteral: Sendable {
    /// The text, without quotes.
    let text: String
    /// The number it means, or why it is none.
    let decimal: Result<Decimal, Decimal.Refusal>
    /// The number if it has few enough digits that comparing doubles gives what comparing decimals would: fifteen, which survive
    /// the way to a double and back.
    let double: Double?

    init(_ bytes: ArraySlice<UInt8>) {
        text = bytes.string
        double = bytes.count <= 15 && bytes.allSatisfy { $0.isDigit || $0 == .dot || $0 == .minus } ? Double(text) : nil
        do {
            decimal = .success(try Decimal(parsing: bytes))
        } catch {
            decimal = .failure(error)
        }
    }
}
