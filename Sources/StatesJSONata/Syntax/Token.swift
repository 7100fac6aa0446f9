import StatesJSON

/// What a token is to the grammar: the reference implementation's symbols.
enum Symbol: UInt8, Sendable {
    case end, name, literal, regex
    case dot, openBracket, closeBracket, openBrace, closeBrace, openParenthesis, closeParenthesis
    case comma, at, hash, semicolon, colon, question
    case plus, minus, star, slash, percent, ampersand
    case equal, unequal, less, lessOrEqual, greater, greaterOrEqual
    case bar, caret, descendants, range, assign, apply
    case and, or, isIn
    /// `!` and `~` end a name but mean nothing alone.
    case exclamation, tilde
}

extension Symbol {
    /// The symbol as error texts name it.
    var text: String {
        switch self {
        case .end: "(end)"
        case .name: "(name)"
        case .literal: "(literal)"
        case .regex: "(regex)"
        case .dot: "."
        case .openBracket: "["
        case .closeBracket: "]"
        case .openBrace: "{"
        case .closeBrace: "}"
        case .openParenthesis: "("
        case .closeParenthesis: ")"
        case .comma: ","
        case .at: "@"
        case .hash: "#"
        case .semicolon: ";"
        case .colon: ":"
        case .question: "?"
        case .plus: "+"
        case .minus: "-"
        case .star: "*"
        case .slash: "/"
        case .percent: "%"
        case .ampersand: "&"
        case .equal: "="
        case .unequal: "!="
        case .less: "<"
        case .lessOrEqual: "<="
        case .greater: ">"
        case .greaterOrEqual: ">="
        case .bar: "|"
        case .caret: "^"
        case .descendants: "**"
        case .range: ".."
        case .assign: ":="
        case .apply: "~>"
        case .and: "and"
        case .or: "or"
        case .isIn: "in"
        case .exclamation: "!"
        case .tilde: "~"
        }
    }

    /// How strongly the symbol takes what stands left of it; 0 for those that nothing may stand left of.
    var bindingPower: Int {
        switch self {
        case .openBracket, .openParenthesis, .at, .hash: 80
        case .dot: 75
        case .openBrace: 70
        case .star, .slash, .percent: 60
        case .plus, .minus, .ampersand: 50
        case .equal, .unequal, .less, .lessOrEqual, .greater, .greaterOrEqual, .isIn, .apply, .caret: 40
        case .and: 30
        case .or: 25
        case .question: 20
        case .assign: 10
        case .end, .name, .literal, .regex, .closeBracket, .closeBrace, .closeParenthesis, .comma, .semicolon, .colon, .bar,
            .descendants, .range, .exclamation, .tilde:
            0
        }
    }

    /// The operator of a symbol that stands between two operands and means nothing else.
    var binaryOperator: SyntaxNode.BinaryOperator? {
        switch self {
        case .plus: .add
        case .minus: .subtract
        case .star: .multiply
        case .slash: .divide
        case .percent: .remainder
        case .equal: .equal
        case .unequal: .unequal
        case .less: .less
        case .lessOrEqual: .lessOrEqual
        case .greater: .greater
        case .greaterOrEqual: .greaterOrEqual
        case .ampersand: .concatenate
        case .range: .range
        case .isIn: .isIn
        case .and: .and
        case .or: .or
        case .end, .name, .literal, .regex, .dot, .openBracket, .closeBracket, .openBrace, .closeBrace, .openParenthesis,
            .closeParenthesis, .comma, .at, .hash, .semicolon, .colon, .question, .bar, .caret, .descendants, .assign, .apply,
            .exclamation, .tilde:
            nil
        }
    }
}

/// A word of an expression.
struct Token {
    /// What it is to the grammar.
    var symbol: Symbol
    /// What it says, where that is not its symbol alone.
    var content: Content = .symbol
    /// The bytes it is written in.
    var range: SourceRange
    /// Its end in UTF-16 code units, which is where the reference implementation says that it is.
    var position: Int

    /// What a token says.
    enum Content {
        /// Nothing but its symbol: operators, brackets and the end.
        case symbol
        case name(String)
        case variable(String)
        case string(String)
        case number(JSONNumber)
        case boolean(Bool)
        case null
        /// A regular expression, by its number among those of the text.
        case regex(Int)
    }

    /// What error texts print for the token.
    var value: JSONValue {
        switch content {
        case .symbol: .string(symbol.text)
        case .name(let text), .variable(let text), .string(let text): .string(text)
        case .number(let number): .number(number)
        case .boolean(let value): .bool(value)
        case .null: .null
        case .regex: .emptyObject
        }
    }

    /// The same without quotes.
    var plainText: String { value.string ?? ScriptText.text(of: value) }
}

/// The sign that reading an expression is over because of an error.
///
/// The error itself waits in the lexer. It is large, and each function that threw it would hold room for it on the stack, which
/// deeply nested expressions need.
struct Halt: Error {}
