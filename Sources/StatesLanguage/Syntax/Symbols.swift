import StatesJSON

// Symbols: `${Name}` that no substitution has replaced.
extension JSONNode {
    /// The name of the first symbol in this value's own text (not in its members); nil if there is none.
    var firstSymbol: String? {
        switch content {
        case .symbol(let name): name
        case .string(let text): symbols(in: text).first.map { String($0.name) }
        case .null, .bool, .number, .array, .object: nil
        }
    }
}

/// A symbol's place in a text.
struct SymbolOccurrence {
    var name: Substring
    var range: Range<String.Index>
}

/// The symbols of a text, in order.
func symbols(in text: String) -> [SymbolOccurrence] {
    let bytes = text.utf8
    guard bytes.contains(UInt8(ascii: "$")) else { return [] }
    var found: [SymbolOccurrence] = []
    var at = bytes.startIndex
    while let start = bytes[at...].firstIndex(of: UInt8(ascii: "$")) {
        at = bytes.index(after: start)
        guard at < bytes.endIndex, bytes[at] == UInt8(ascii: "{") else { continue }
        let nameStart = bytes.index(after: at)
        guard let nameEnd = bytes[nameStart...].firstIndex(where: { !$0.isSymbolByte }), nameEnd > nameStart,
            bytes[nameEnd] == UInt8(ascii: "}")
        else { continue }
        at = bytes.index(after: nameEnd)
        found.append(SymbolOccurrence(name: text[nameStart..<nameEnd], range: start..<at))
    }
    return found
}

extension UInt8 {
    /// What a symbol's name consists of: letters, digits, and the `_ . : -` of `${AWS::Region}` and `${Function.Arn}`.
    fileprivate var isSymbolByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
