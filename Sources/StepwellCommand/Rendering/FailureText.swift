import StatesJSON

/// An error and its cause on one line: `Card.Declined: limit reached`.
enum FailureText {
    /// Causes are up to 32,768 characters; a line shows the beginning.
    private static let limit = 400

    static func line(error: String?, cause: String?) -> String {
        let cause = cause.map(message(of:)).flatMap { $0.isEmpty ? nil : $0 }
        let text =
            switch (error.flatMap { $0.isEmpty ? nil : $0 }, cause) {
            case (let error?, let cause?): "\(error): \(cause)"
            case (let error?, nil): error
            case (nil, let cause?): cause
            case (nil, nil): ""
            }
        return DisplayText.shortened(DisplayText.visible(text), to: limit)
    }

    /// What a person wants of a cause: a function's cause is JSON with the message inside.
    private static func message(of cause: String) -> String {
        guard cause.utf8.first == UInt8(ascii: "{"), let value = try? JSONValue(parsing: cause),
            let message = value["errorMessage"]?.string
        else { return cause }
        return message
    }
}
