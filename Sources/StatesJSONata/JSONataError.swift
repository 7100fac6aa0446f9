public import StatesJSON

/// Why an expression does not parse or has no value.
///
/// Codes and texts are those of the reference implementation, version 2.0.6; a bound has a text of its own and no code there, so
/// its code here is empty.
public struct JSONataError: Error, Sendable {
    /// Everything is behind one reference: errors are rare, and what may throw one should not have to carry it.
    private var parts: Parts

    private final class Parts: Sendable {
        let code: String
        let message: String
        let position: Int?
        let range: SourceRange?
        let token: String?
        let value: JSONValue?

        init(code: String, message: String, position: Int?, range: SourceRange?, token: String?, value: JSONValue?) {
            self.code = code
            self.message = message
            self.position = position
            self.range = range
            self.token = token
            self.value = value
        }
    }

    /// An error whose text is already filled in.
    public init(
        code: String, message: String, position: Int? = nil, range: SourceRange? = nil, token: String? = nil,
        value: JSONValue? = nil
    ) {
        parts = Parts(code: code, message: message, position: position, range: range, token: token, value: value)
    }

    /// The reference implementation's code, such as `T2001`; empty for a bound, which has only a text.
    public var code: String {
        get { parts.code }
        set {
            self = Self(code: newValue, message: message, position: position, range: range, token: token, value: value)
        }
    }

    /// The text with its values filled in and without the code: `The left side of the "+" operator must evaluate to a number`.
    public var message: String {
        get { parts.message }
        set { self = Self(code: code, message: newValue, position: position, range: range, token: token, value: value) }
    }

    /// Where the expression says it, in UTF-16 code units, as the reference implementation counts: mostly the end of the token.
    public var position: Int? {
        get { parts.position }
        set { self = Self(code: code, message: message, position: newValue, range: range, token: token, value: value) }
    }

    /// The bytes of the expression that the error is about, as offsets in its UTF-8 text, for a caret; nil where no place is known.
    public var range: SourceRange? {
        get { parts.range }
        set { self = Self(code: code, message: message, position: position, range: newValue, token: token, value: value) }
    }

    /// The token or function that the text names, or nil.
    public var token: String? {
        get { parts.token }
        set { self = Self(code: code, message: message, position: position, range: range, token: newValue, value: value) }
    }

    /// The value that the text names, or nil.
    public var value: JSONValue? {
        get { parts.value }
        set { self = Self(code: code, message: message, position: position, range: range, token: token, value: newValue) }
    }
}

extension JSONataError: Equatable {
    /// Equality of all that an error says.
    public static func == (left: JSONataError, right: JSONataError) -> Bool {
        left.code == right.code && left.message == right.message && left.position == right.position
            && left.range == right.range && left.token == right.token && left.value == right.value
    }
}

extension JSONataError: CustomStringConvertible {
    /// The code and the text, as the service prints them: `T1006: Attempted to invoke a non-function`.
    public var description: String { code.isEmpty ? message : "\(code): \(message)" }
}
