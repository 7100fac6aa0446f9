/// How far pictures go, which the reference implementation leaves to its memory.
enum PictureLimit {
    /// The longest picture, and the most digits or letters that one may ask for.
    static let length = 4096
    /// The longest text to be read by a picture.
    static let text = 65_536
    /// How many attempts a text may take to match its picture.
    static let attempts = 200_000

    /// The picture in code units, or an error if it is longer than anybody writes.
    static func units(of picture: String) throws(JSONataError) -> CodeUnits {
        if picture.utf8.count > length * 4 { throw tooLong }
        let units = CodeUnits(picture.utf16)
        if units.count > length { throw tooLong }
        return units
    }

    static func check(width: Double) throws(JSONataError) {
        if width > Double(length) {
            throw .limit("The picture string asks for more than \(length) digits or letters")
        }
    }

    private static var tooLong: JSONataError {
        .limit("The picture string is longer than \(length) characters")
    }
}

extension JSONataError {
    /// An error of a bound, or of what the reference implementation has no code for either.
    static func limit(_ message: String) -> JSONataError { JSONataError(code: "", message: message) }
}
