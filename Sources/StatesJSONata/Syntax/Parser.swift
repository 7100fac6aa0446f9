import StatesJSON
import StatesText

/// Reads expressions: top-down operator precedence, then the resolution of paths.
///
/// Both passes follow the reference implementation step by step, because which error a wrong expression ends in, and where, depends
/// on the order in which things are looked at.
struct Parser {
    var lexer: Lexer
    var draft = Draft()
    /// The expressions that are being read, one within another.
    private var depth = 0

    /// The longest text that is read, in bytes.
    static let textLimit = 1 << 20
    /// The most levels of operators, brackets and steps within one another. It leaves a stack of 512 KB room even in debug builds.
    static let nestingLimit = 320

    /// Parses an expression.
    /// - Throws: what the reference implementation throws, codes `S0101` to `S0402`; or an error without a code where the text is
    ///   too long or too deeply nested, or a regular expression is none.
    static func parse(_ text: String) throws(JSONataError) -> SyntaxNode {
        guard text.utf8.count <= textLimit else {
            throw JSONataError(code: "", message: "Expression is longer than \(textLimit) bytes")
        }
        var parser = Parser(text)
        do {
            return try parser.parse()
        } catch {
            throw parser.lexer.failure ?? .make("S0207")
        }
    }

    private init(_ text: String) {
        lexer = Lexer(text)
        draft.nodes.reserveCapacity(min(lexer.bytes.count / 2 + 2, 256))
    }

    private mutating func parse() throws(Halt) -> SyntaxNode {
        try lexer.advance(infix: false)
        let root = try expression(0)
        guard lexer.token.symbol == .end else { throw unexpected("S0201") }
        let resolved = try resolveRoot(root)
        return syntaxTree(of: resolved)
    }
}

// MARK: - Precedence

extension Parser {
    /// Reads an expression whose operators bind stronger than that.
    private mutating func expression(_ power: Int) throws(Halt) -> Draft.ID {
        depth += 1
        if depth > Self.nestingLimit { throw tooDeep() }
        var left = try operand()
        try measure(left)
        while power < lexer.token.symbol.bindingPower {
            let result = try operation(on: left)
            if result != left { try measure(result) }
            left = result
        }
        depth -= 1
        return left
    }

    /// Sets the depth of a node below which everything is known.
    private mutating func measure(_ id: Draft.ID) throws(Halt) {
        var deepest = max(
            draft.depth(of: draft.first(of: id)), draft.depth(of: draft.second(of: id)), draft.depth(of: draft.third(of: id)))
        for child in draft[id].children { deepest = max(deepest, draft.depth(of: child)) }
        draft[id].depth = deepest + 1
        if deepest >= Self.nestingLimit { throw tooDeep(draft[id].token) }
    }

    private mutating func tooDeep(_ token: Token? = nil) -> Halt {
        let token = token ?? lexer.token
        return lexer.fail(
            JSONataError(code: "", message: "Expression is nested too deeply", position: token.position, range: token.range))
    }

    /// Goes past a token that must stand here.
    private mutating func expect(_ symbol: Symbol, infix: Bool = false) throws(Halt) {
        if lexer.token.symbol != symbol {
            throw unexpected(lexer.token.symbol == .end ? "S0203" : "S0202", expected: symbol)
        }
        try lexer.advance(infix: infix)
    }

    /// The error that the current token is.
    private mutating func unexpected(_ code: String, expected: Symbol? = nil) -> Halt {
        let token = lexer.token
        return lexer.fail(
            .make(
                code, position: token.position, range: token.range, literal: token.value,
                value: expected.map { .string($0.text) }))
    }

    /// An error at a node's token.
    mutating func fail(_ code: String, at id: Draft.ID, token: String? = nil, value: JSONValue? = nil) -> Halt {
        let place = draft[id].token
        return lexer.fail(.make(code, position: place.position, range: place.range, token: token, value: value))
    }
}

// MARK: - What begins an expression

extension Parser {
    /// Reads what begins with the current token and needs nothing on its left.
    private mutating func operand() throws(Halt) -> Draft.ID {
        let id = try takeToken()
        switch draft.symbol(of: id) {
        case .end, .name, .literal, .regex, .and, .or, .isIn: break
        case .minus: try readNegation(id)
        case .star: draft.set(.wildcard, for: id)
        case .descendants: draft.set(.descendants, for: id)
        case .percent: draft.set(.parent, for: id)
        case .openParenthesis: try readBlock(id)
        case .openBracket: try readArray(id)
        case .openBrace:
            draft.set(.object, for: id)
            try readPairs(id)
        case .bar: try readTransform(id)
        case .dot, .closeBracket, .closeBrace, .closeParenthesis, .comma, .at, .hash, .semicolon, .colon, .question, .plus, .slash,
            .ampersand, .equal, .unequal, .less, .lessOrEqual, .greater, .greaterOrEqual, .caret, .range, .assign, .apply,
            .exclamation, .tilde:
            throw misplaced("S0211", id)
        }
        return id
    }

    /// A node for the current token, and the next token.
    private mutating func takeToken() throws(Halt) -> Draft.ID {
        let id = draft.add(Draft.Kind(lexer.token), lexer.token)
        try lexer.advance(infix: true)
        return id
    }

    /// The error that a node's symbol may not stand where it does.
    private mutating func misplaced(_ code: String, _ id: Draft.ID) -> Halt {
        fail(code, at: id, token: draft[id].token.symbol.text)
    }

    private mutating func readNegation(_ id: Draft.ID) throws(Halt) {
        draft.set(.negation, for: id)
        let operand = try expression(70)
        draft.set(first: operand, for: id)
    }

    private mutating func readBlock(_ id: Draft.ID) throws(Halt) {
        draft.set(.block, for: id)
        while lexer.token.symbol != .closeParenthesis {
            let part = try expression(0)
            draft.append(child: part, to: id)
            if lexer.token.symbol != .semicolon { break }
            try lexer.advance(infix: false)
        }
        try expect(.closeParenthesis, infix: true)
    }

    private mutating func readArray(_ id: Draft.ID) throws(Halt) {
        draft.set(.array, for: id)
        if lexer.token.symbol != .closeBracket {
            while true {
                var item = try expression(0)
                if lexer.token.symbol == .range { item = try readRange(from: item) }
                draft.append(child: item, to: id)
                if lexer.token.symbol != .comma { break }
                try lexer.advance(infix: false)
            }
        }
        try expect(.closeBracket, infix: true)
    }

    /// Reads the rest of a range, which may only be an item of an array.
    private mutating func readRange(from start: Draft.ID) throws(Halt) -> Draft.ID {
        let range = draft.add(.binary, lexer.token)
        try lexer.advance(infix: false)
        let end = try expression(0)
        draft.set(first: start, for: range)
        draft.set(second: end, for: range)
        try measure(range)
        return range
    }

    /// Reads keys and values up to the closing brace.
    private mutating func readPairs(_ id: Draft.ID) throws(Halt) {
        if lexer.token.symbol != .closeBrace {
            while true {
                let key = try expression(0)
                draft.append(child: key, to: id)
                try expect(.colon)
                let value = try expression(0)
                draft.append(child: value, to: id)
                if lexer.token.symbol != .comma { break }
                try lexer.advance(infix: false)
            }
        }
        try expect(.closeBrace, infix: true)
    }

    private mutating func readTransform(_ id: Draft.ID) throws(Halt) {
        draft.set(.transform, for: id)
        let pattern = try expression(0)
        draft.set(first: pattern, for: id)
        try expect(.bar)
        let update = try expression(0)
        draft.set(second: update, for: id)
        if lexer.token.symbol == .comma {
            try lexer.advance(infix: false)
            let deletion = try expression(0)
            draft.set(third: deletion, for: id)
        }
        try expect(.bar)
    }
}

// MARK: - What goes on with an expression

extension Parser {
    /// Reads what the current token does to the expression on its left.
    private mutating func operation(on left: Draft.ID) throws(Halt) -> Draft.ID {
        let id = try takeOperator(left)
        switch draft.symbol(of: id) {
        case .openBracket: return try readPredicate(id)
        case .openParenthesis: try readCall(id)
        case .openBrace:
            draft.set(.grouping, for: id)
            try readPairs(id)
        case .caret: try readOrder(id)
        case .question: try readCondition(id)
        case .assign: try readBinding(id)
        case .at: try readVariable(id, .focus)
        case .hash: try readVariable(id, .index)
        case .dot: try readRightSide(id, .dot)
        case .apply: try readRightSide(id, .apply)
        case .star, .slash, .percent, .plus, .minus, .ampersand, .equal, .unequal, .less, .lessOrEqual, .greater, .greaterOrEqual,
            .isIn, .and, .or:
            try readRightSide(id, .binary)
        case .end, .name, .literal, .regex, .closeBracket, .closeBrace, .closeParenthesis, .comma, .semicolon, .colon, .bar,
            .descendants, .range, .exclamation, .tilde:
            // They bind nothing, so the loop over operations ends at them.
            throw misplaced("S0201", id)
        }
        return id
    }

    /// A node for the current token with its left side, and the next token.
    private mutating func takeOperator(_ left: Draft.ID) throws(Halt) -> Draft.ID {
        let id = draft.add(.binary, lexer.token)
        draft.set(first: left, for: id)
        try lexer.advance(infix: false)
        return id
    }

    private mutating func readRightSide(_ id: Draft.ID, _ kind: Draft.Kind) throws(Halt) {
        draft.set(kind, for: id)
        let right = try expression(draft.symbol(of: id).bindingPower)
        draft.set(second: right, for: id)
    }

    /// Reads a predicate; an empty one asks the step for an array instead.
    private mutating func readPredicate(_ id: Draft.ID) throws(Halt) -> Draft.ID {
        if lexer.token.symbol == .closeBracket { return try keepArray(draft.first(of: id)) }
        draft.set(.predicate, for: id)
        let predicate = try expression(0)
        draft.set(second: predicate, for: id)
        try expect(.closeBracket, infix: true)
        return id
    }

    private mutating func keepArray(_ left: Draft.ID) throws(Halt) -> Draft.ID {
        var step = left
        while draft.kind(of: step) == .predicate { step = draft.first(of: step) }
        draft[step].keepsArray = true
        try lexer.advance(infix: false)
        return left
    }

    private mutating func readOrder(_ id: Draft.ID) throws(Halt) {
        draft.set(.order, for: id)
        try expect(.openParenthesis)
        while true {
            let term = try beginTerm()
            let expression = try expression(0)
            draft.set(first: expression, for: term)
            draft.set(depth: draft.depth(of: expression), for: term)
            draft.append(child: term, to: id)
            if lexer.token.symbol != .comma { break }
            try lexer.advance(infix: false)
        }
        try expect(.closeParenthesis)
    }

    /// A node for a sort term, after its sign.
    private mutating func beginTerm() throws(Halt) -> Draft.ID {
        let isDescending = lexer.token.symbol == .greater
        let term = draft.add(isDescending ? .descending : .ascending, lexer.token)
        if isDescending || lexer.token.symbol == .less { try lexer.advance(infix: false) }
        return term
    }

    private mutating func readCondition(_ id: Draft.ID) throws(Halt) {
        draft.set(.condition, for: id)
        let then = try expression(0)
        draft.set(second: then, for: id)
        if lexer.token.symbol == .colon {
            try lexer.advance(infix: false)
            let otherwise = try expression(0)
            draft.set(third: otherwise, for: id)
        }
    }

    private mutating func readBinding(_ id: Draft.ID) throws(Halt) {
        let left = draft.first(of: id)
        if draft.kind(of: left) != .variable { throw noVariable("S0212", left) }
        draft.set(.bind, for: id)
        // One less, so that it groups to the right.
        let value = try expression(Symbol.assign.bindingPower - 1)
        draft.set(second: value, for: id)
    }

    private mutating func readVariable(_ id: Draft.ID, _ kind: Draft.Kind) throws(Halt) {
        try readRightSide(id, kind)
        let variable = draft.second(of: id)
        if draft.kind(of: variable) != .variable { throw noVariable("S0214", variable, of: id) }
    }

    /// The error that a node is no variable.
    private mutating func noVariable(_ code: String, _ id: Draft.ID, of owner: Draft.ID? = nil, value: JSONValue? = nil) -> Halt {
        fail(code, at: id, token: owner.map { draft[$0].token.symbol.text } ?? draft[id].token.plainText, value: value)
    }
}

// MARK: - Calls and lambdas

extension Parser {
    /// Reads arguments; after the name `function` they are the parameters of a lambda.
    private mutating func readCall(_ id: Draft.ID) throws(Halt) {
        draft.set(.call, for: id)
        if lexer.token.symbol != .closeParenthesis { try readArguments(of: id) }
        try expect(.closeParenthesis, infix: true)
        if draft.isFunctionWord(draft.first(of: id)) { try readLambda(id) }
    }

    private mutating func readArguments(of id: Draft.ID) throws(Halt) {
        while true {
            let argument = lexer.token.symbol == .question ? try readPlaceholder(of: id) : try expression(0)
            draft.append(child: argument, to: id)
            if lexer.token.symbol != .comma { return }
            try lexer.advance(infix: false)
        }
    }

    private mutating func readPlaceholder(of id: Draft.ID) throws(Halt) -> Draft.ID {
        draft.set(.partial, for: id)
        let placeholder = draft.add(.placeholder, lexer.token)
        try lexer.advance(infix: false)
        return placeholder
    }

    /// Makes a call whose arguments were read a lambda, and reads its signature and body.
    private mutating func readLambda(_ id: Draft.ID) throws(Halt) {
        try checkParameters(of: id)
        draft.set(.lambda, for: id)
        draft.set(first: Draft.none, for: id)
        if lexer.token.symbol == .less { try readSignature(of: id) }
        try expect(.openBrace)
        let body = try expression(0)
        draft.set(first: body, for: id)
        try expect(.closeBrace)
    }

    private mutating func checkParameters(of id: Draft.ID) throws(Halt) {
        for (index, parameter) in draft[id].children.enumerated() where draft.kind(of: parameter) != .variable {
            throw noVariable("S0208", parameter, value: .integer(index + 1))
        }
    }

    /// Reads a signature: the tokens up to the bracket that closes it, put together again without space.
    private mutating func readSignature(of id: Draft.ID) throws(Halt) {
        let start = lexer.token
        var text = "<"
        var open = 1
        while open > 0, lexer.token.symbol != .openBrace, lexer.token.symbol != .end {
            try lexer.advance(infix: false)
            if lexer.token.symbol == .greater { open -= 1 }
            if lexer.token.symbol == .less { open += 1 }
            text += signatureText(of: lexer.token)
        }
        let range = SourceRange(start.range.lowerBound, lexer.token.range.upperBound)
        try expect(.greater)
        draft[id].signature = Draft.ID(draft.signatures.count)
        do throws(JSONataError) {
            draft.signatures.append(try Signature(parsing: text, position: start.position, range: range))
        } catch {
            throw lexer.fail(error)
        }
    }

    private func signatureText(of token: Token) -> String {
        if case .regex(let number) = token.content {
            return "/\(lexer.patterns[number].pattern.source)/\(lexer.patterns[number].flags)g"
        }
        return token.plainText
    }
}

extension Draft.Kind {
    /// What a token is when it begins an expression; brackets and signs are told apart later.
    fileprivate init(_ token: Token) {
        switch token.content {
        case .symbol: self = token.symbol == .end ? .end : .word
        case .name: self = .name
        case .variable: self = .variable
        case .string: self = .string
        case .number: self = .number
        case .boolean: self = .boolean
        case .null: self = .null
        case .regex: self = .regex
        }
    }
}
