/// Why a text is not accepted as JSON, and where.
public struct JSONSyntaxError: Error, Sendable, Hashable {
    /// What is wrong, in kinds that a program can tell apart.
    public enum Kind: Sendable, Hashable {
        /// The text breaks the grammar of RFC 8259.
        case grammar
        /// The bytes are not UTF-8.
        case encoding
        /// Arrays and objects are nested deeper than the limit.
        case depth
        /// The text has more bytes than the limit.
        case size
    }

    /// What is wrong.
    public var kind: Kind
    /// What is wrong as a clause for people, such as `expected a comma or } after this member`.
    public var reason: String
    /// The UTF-8 byte the reason speaks of, counted from 0; at the end of the text it equals the number of bytes.
    public var offset: Int

    /// An error at a byte.
    public init(_ kind: Kind, _ reason: String, offset: Int) {
        self.kind = kind
        self.reason = reason
        self.offset = offset
    }
}

extension JSONSyntaxError: CustomStringConvertible {
    /// The reason and the byte.
    public var description: String { "\(reason) (byte \(offset))" }
}

extension Int {
    /// The number in groups of three, as people read it: `10,001`.
    package var grouped: String {
        let digits = String(magnitude)
        var text = self < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.utf8.count - index) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return text
    }
}
