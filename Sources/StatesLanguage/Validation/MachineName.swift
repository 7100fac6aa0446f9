import StatesJSON

/// The rule for names of state machines, executions, activities and, but for the length, Map labels (asl.md section 13).
public enum MachineName {
    /// What is wrong with a state machine's name; nil if nothing is.
    public static func problem(with name: String) -> Diagnostic? {
        let place = SourceRange(0, 0)
        if name.isEmpty {
            return Diagnostic(.stateMachineNameEmpty, .error, "The state machine's name is empty", pointer: nil, range: place)
        }
        if name.unicodeScalars.count > 80 {
            return Diagnostic(
                .stateMachineNameTooLong, .error, "The state machine's name '\(name)' is longer than 80 characters", pointer: nil,
                range: place)
        }
        if let character = forbiddenCharacter(in: name) {
            return Diagnostic(
                .stateMachineNameInvalid, .error, "The state machine's name '\(name)' contains \(description(of: character))",
                pointer: nil,
                range: place)
        }
        return nil
    }

    /// The first character that must not stand in a name.
    static func forbiddenCharacter(in name: String) -> Unicode.Scalar? {
        name.unicodeScalars.first { scalar in
            switch scalar.value {
            case 0x00...0x20, 0x7F...0x9F, 0xFFFE...0xFFFF, 0x10FFFF: true
            default: scalar.properties.isWhitespace || forbidden.contains(scalar)
            }
        }
    }

    static func description(of character: Unicode.Scalar) -> String {
        if character.properties.isWhitespace { return "white space" }
        return character.value < 0x20 || (0x7F...0x9F).contains(character.value) ? "a control character" : "'\(character)'"
    }

    private static let forbidden = Set("<>{}[]?*\"#%\\^|~`$&,;:/".unicodeScalars)
}
