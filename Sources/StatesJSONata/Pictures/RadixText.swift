import StatesJSON

/// What `$formatBase` makes of a number.
enum RadixText {
    /// The whole number nearest to `value` to the base nearest to `radix`, with the digits 0 to 9 and a to z.
    ///
    /// All digits are exact. The language leaves those beyond a double's precision to its implementation, and the reference
    /// implementation has zeros for some of them; to the base 10 it prints the number as ever.
    ///
    /// - Throws: D3100 if the base is not 2 to 36.
    static func format(_ value: Double, radix: Double = 10) throws(JSONataError) -> String {
        let value = Rounding.halfEven(value)
        let radix = Rounding.halfEven(radix)
        guard radix >= 2, radix <= 36 else {
            throw .make("D3100", value: .number(.double(radix)))
        }
        if value.magnitude < 0x1p53 { return String(Int64(value), radix: Int(radix)) }
        if radix == 10 || !value.isFinite { return NumberText.javaScript(value) }
        let digits = NaturalNumber(value.magnitude).digits(radix: UInt64(radix))
        return (value < 0 ? "-" : "") + String(decoding: digits, as: UTF8.self)
    }
}
