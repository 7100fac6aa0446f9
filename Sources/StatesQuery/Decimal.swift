import StatesJSON

/// A decimal number of any length, for comparing only: digits times a power of ten.
struct Decimal: Sendable {
    /// Why a text is no number, in the words of Java's `BigDecimal`.
    struct Refusal: Error, Sendable {
        let message: String
    }

    private let isNegative: Bool
    /// From the first to the last digit that is not zero; empty for zero.
    private let digits: [UInt8]
    /// The power of ten of the first digit.
    private let exponent: Int

    init(_ number: JSONNumber) throws(Refusal) {
        switch number {
        case .integer(let value): try self.init(parsing: Array(String(value).utf8)[...])
        case .double(let value): try self.init(value)
        case .text(let text):
            // What has a fraction or an exponent is a double to the library; a long integer keeps all its digits.
            if text.utf8.allSatisfy({ $0.isDigit || $0 == .minus }) {
                try self.init(parsing: Array(text.utf8)[...])
            } else {
                try self.init(number.doubleValue)
            }
        }
    }

    private init(_ value: Double) throws(Refusal) {
        let text = value.isFinite ? value.description : value < 0 ? "-Infinity" : value > 0 ? "Infinity" : "NaN"
        try self.init(parsing: Array(text.utf8)[...])
    }

    init(parsing text: ArraySlice<UInt8>) throws(Refusal) {
        var rest = text
        let isNegative = rest.first == .minus
        if isNegative || rest.first == .plus { rest = rest.dropFirst() }
        guard !rest.isEmpty else { throw Refusal(message: "No digits found.") }

        var digits: [UInt8] = []
        var count = 0
        var whole: Int?
        var power = 0
        scan: for at in rest.indices {
            switch rest[at] {
            case .zero ... .nine:
                if !(digits.isEmpty && rest[at] == .zero) { digits.append(rest[at]) } else if whole != nil { power -= 1 }
                count += 1
            case .dot:
                guard whole == nil else {
                    throw Refusal(message: "Character array contains more than one decimal point.")
                }
                whole = digits.count
            case UInt8(ascii: "e"), UInt8(ascii: "E"):
                guard let exponent = Int32(rest[(at + 1)...].string) else { throw Refusal(message: "No exponent digits.") }
                power += Int(exponent)
                break scan
            default: throw Refusal(message: Self.complaint(about: rest[at...], long: rest.count > 18))
            }
        }
        guard count > 0 else { throw Refusal(message: "No digits found.") }
        exponent = power + (whole ?? digits.count)
        while digits.last == .zero { digits.removeLast() }
        self.digits = digits
        self.isNegative = isNegative && !digits.isEmpty
    }

    private static func complaint(about rest: ArraySlice<UInt8>, long: Bool) -> String {
        if long { return "Character array is missing \"exponent\" mark 'e' or 'E'." }
        let character = rest.string.unicodeScalars.first.map(String.init) ?? ""
        return "Character \(character) is neither a decimal digit number, decimal point, nor \"e\" notation exponential mark."
    }

    /// Negative, zero or positive.
    func compare(to other: Decimal) -> Int {
        if digits.isEmpty || other.digits.isEmpty || isNegative != other.isNegative { return sign - other.sign }
        let order: Int
        if exponent != other.exponent {
            order = exponent < other.exponent ? -1 : 1
        } else if digits == other.digits {
            return 0
        } else {
            order = digits.lexicographicallyPrecedes(other.digits) ? -1 : 1
        }
        return isNegative ? -order : order
    }

    private var sign: Int { digits.isEmpty ? 0 : isNegative ? -1 : 1 }
}
