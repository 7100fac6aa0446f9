extension JSONNode {
    /// The tree with its symbols replaced, as CloudFormation's `DefinitionSubstitutions` does it.
    ///
    /// A bare `${Name}` becomes the value, whatever its type. Inside a string or a member's name the text of the value takes its
    /// place: a string bare, anything else as compact JSON; the string stays a string, even if it is nothing but `${Name}`. Symbols
    /// without a value stay, and so does `${!Name}`. All nodes keep the range of what they replace.
    public func replacing(symbols: [String: JSONValue]) -> JSONNode {
        switch content {
        case .null, .bool, .number:
            return self
        case .string(let text):
            return JSONNode(.string(SymbolScanner.replacing(symbols, in: text)), range: range)
        case .symbol(let name):
            return symbols[name].map { JSONNode(value: $0, range: range) } ?? self
        case .array(let nodes):
            return JSONNode(.array(nodes.map { $0.replacing(symbols: symbols) }), range: range)
        case .object(let members):
            let replaced = members.map { member in
                Member(
                    name: SymbolScanner.replacing(symbols, in: member.name), nameRange: member.nameRange,
                    value: member.value.replacing(symbols: symbols))
            }
            return JSONNode(.object(replaced), range: range)
        }
    }

    /// A value as nodes that all stand in one place.
    public init(value: JSONValue, range: SourceRange) {
        switch value {
        case .null: self.init(.null, range: range)
        case .bool(let value): self.init(.bool(value), range: range)
        case .number(let number): self.init(.number(number), range: range)
        case .string(let text): self.init(.string(text), range: range)
        case .array(let values): self.init(.array(values.map { JSONNode(value: $0, range: range) }), range: range)
        case .object(let object):
            let members = object.members.map {
                Member(name: $0.name, nameRange: range, value: JSONNode(value: $0.value, range: range))
            }
            self.init(.object(members), range: range)
        }
    }

    /// The symbols that have no value yet, in the order of the text: bare ones, and those inside strings and names.
    ///
    /// A symbol inside a string stands at its own place if the string is written without escapes, else at the place of the string.
    public var unresolvedSymbols: [(name: String, range: SourceRange)] {
        var found: [(name: String, range: SourceRange)] = []
        collectSymbols(into: &found)
        return found
    }

    private func collectSymbols(into found: inout [(name: String, range: SourceRange)]) {
        switch content {
        case .null, .bool, .number: break
        case .symbol(let name): found.append((name, range))
        case .string(let text): SymbolScanner.collect(from: text, at: range, into: &found)
        case .array(let nodes): for node in nodes { node.collectSymbols(into: &found) }
        case .object(let members):
            for member in members {
                SymbolScanner.collect(from: member.name, at: member.nameRange, into: &found)
                member.value.collectSymbols(into: &found)
            }
        }
    }
}

/// Finds `${Name}` in text, where a name is made of letters, digits and `_ . : -`.
private enum SymbolScanner {
    static func replacing(_ symbols: [String: JSONValue], in text: String) -> String {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var plain = 0
        while let symbol = next(in: bytes, from: plain) {
            result += bytes[plain..<symbol.lowerBound]
            plain = symbol.upperBound
            switch symbols[name(symbol, in: bytes)] {
            case .none: result += bytes[symbol]
            case .string(let value): result += value.utf8
            case .some(let value): value.write(into: &result)
            }
        }
        return plain == 0 ? text : String(decoding: result + bytes[plain...], as: UTF8.self)
    }

    static func collect(from text: String, at range: SourceRange, into found: inout [(name: String, range: SourceRange)]) {
        guard text.utf8.contains(.dollar) else { return }
        let bytes = Array(text.utf8)
        let start = contentStart(of: bytes.count, in: range)
        var at = 0
        while let symbol = next(in: bytes, from: at) {
            at = symbol.upperBound
            let place = start.map { SourceRange($0 + symbol.lowerBound, $0 + symbol.upperBound) }
            found.append((name(symbol, in: bytes), place ?? range))
        }
    }

    /// Where the text begins within its range: after a quote, or at once (YAML needs none); nil if escapes make it unknown.
    private static func contentStart(of count: Int, in range: SourceRange) -> Int? {
        switch range.upperBound - range.lowerBound {
        case count + 2: range.lowerBound + 1
        case count: range.lowerBound
        default: nil
        }
    }

    private static func next(in bytes: [UInt8], from start: Int) -> Range<Int>? {
        var at = start
        while at + 3 < bytes.count {
            guard bytes[at] == .dollar, bytes[at + 1] == .openBrace else {
                at += 1
                continue
            }
            var end = at + 2
            while end < bytes.count, bytes[end].isSymbolByte { end += 1 }
            if end > at + 2, end < bytes.count, bytes[end] == .closeBrace { return at..<(end + 1) }
            at = end
        }
        return nil
    }

    private static func name(_ symbol: Range<Int>, in bytes: [UInt8]) -> String {
        String(decoding: bytes[(symbol.lowerBound + 2)..<(symbol.upperBound - 1)], as: UTF8.self)
    }
}
