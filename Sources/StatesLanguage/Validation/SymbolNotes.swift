import StatesJSON

/// Notes of symbols that no substitution replaced: one for each name, at its first place.
struct SymbolNotes {
    private var diagnostics: [Diagnostic] = []
    private var seen: Set<String> = []
    private var path: [Step] = []

    private enum Step {
        case member(String)
        case element(Int)
    }

    static func diagnostics(of node: JSONNode) -> [Diagnostic] {
        var notes = SymbolNotes()
        notes.look(at: node)
        return notes.diagnostics
    }

    private mutating func look(at node: JSONNode) {
        switch node.content {
        case .null, .bool, .number: return
        case .symbol(let name): note(name, node.range)
        case .string(let text):
            for symbol in symbols(in: text) { note(String(symbol.name), place(of: symbol, in: text, node.range)) }
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                path.append(.element(index))
                look(at: element)
                path.removeLast()
            }
        case .object(let members):
            for member in members {
                path.append(.member(member.name))
                for symbol in symbols(in: member.name) {
                    note(String(symbol.name), place(of: symbol, in: member.name, member.nameRange))
                }
                look(at: member.value)
                path.removeLast()
            }
        }
    }

    /// Its own place if the text is written without escapes, else the text's.
    private func place(of symbol: SymbolOccurrence, in text: String, _ range: SourceRange) -> SourceRange {
        let quotes = range.upperBound - range.lowerBound - text.utf8.count
        guard quotes == 0 || quotes == 2 else { return range }
        let start = range.lowerBound + quotes / 2
        let lower = text.utf8.distance(from: text.startIndex, to: symbol.range.lowerBound)
        let upper = text.utf8.distance(from: text.startIndex, to: symbol.range.upperBound)
        return SourceRange(start + lower, start + upper)
    }

    private mutating func note(_ name: String, _ range: SourceRange) {
        guard seen.insert(name).inserted else { return }
        var pointer = ""
        for step in path {
            switch step {
            case .member(let name): pointer += "/" + name
            case .element(let index): pointer += "[\(index)]"
            }
        }
        diagnostics.append(
            Diagnostic(
                .unresolvedSymbol, .note, "The symbol ${\(name)} has no value", pointer: pointer.isEmpty ? "/" : pointer,
                range: range))
    }
}
