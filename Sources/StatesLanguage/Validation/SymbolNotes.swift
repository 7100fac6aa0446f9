import StatesJSON

/// Notes of symbols that no substitution replaced: one for each name, at its first place.
struct SymbolNotes {
    private var diagnostics: [Diagnostic] = []
    private var seen: Set<String> = []

    static func diagnostics(of node: JSONNode) -> [Diagnostic] {
        var notes = SymbolNotes()
        var walk = NodeWalk(node)
        while let step = walk.next() {
            if let member = step.member { notes.look(at: member.name, member.nameRange, walk) }
            switch step.node.content {
            case .symbol(let name): notes.note(name, step.node.range, walk)
            case .string(let text): notes.look(at: text, step.node.range, walk)
            case .null, .bool, .number, .array, .object: break
            }
        }
        return notes.diagnostics
    }

    private mutating func look(at text: String, _ range: SourceRange, _ walk: NodeWalk) {
        for symbol in symbols(in: text) { note(String(symbol.name), place(of: symbol, in: text, range), walk) }
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

    private mutating func note(_ name: String, _ range: SourceRange, _ walk: NodeWalk) {
        guard seen.insert(name).inserted else { return }
        let pointer = walk.pointer
        diagnostics.append(
            Diagnostic(
                .unresolvedSymbol, .note, "The symbol ${\(name)} has no value", pointer: pointer.isEmpty ? "/" : pointer,
                range: range))
    }
}
