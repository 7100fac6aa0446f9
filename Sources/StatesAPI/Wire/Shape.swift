import StatesJSON

/// What a member of a request may be: its type and its constraints, as the service's model has them.
indirect enum Shape: Sendable {
    /// A text with a least and a greatest length.
    case string(min: Int = 0, max: Int = .max, isSensitive: Bool = false)
    /// A text that must match.
    case pattern(TextPattern, min: Int, max: Int)
    /// One of these words, in the order in which an error lists them.
    case word([String])
    /// A whole number.
    case integer(min: Int64 = .min, max: Int64 = .max)
    /// A number.
    case double(min: Double, max: Double)
    /// A truth value.
    case boolean
    /// A list.
    case list(Shape, min: Int = 0, max: Int = .max)
    /// An object; the name is what errors print.
    case structure(String, [MemberShape])
}

/// A member of a request.
struct MemberShape: Sendable {
    let name: String
    let isRequired: Bool
    let shape: Shape

    init(_ name: String, _ shape: Shape, isRequired: Bool = false) {
        self.name = name
        self.shape = shape
        self.isRequired = isRequired
    }

    /// A member that must be there.
    static func required(_ name: String, _ shape: Shape) -> MemberShape { MemberShape(name, shape, isRequired: true) }
}

/// The patterns of the model.
enum TextPattern: Sendable {
    case aliasName, clientToken, ascii

    var text: String {
        switch self {
        case .aliasName: #"^(?=.*[a-zA-Z_\-\.])[a-zA-Z0-9_\-\.]+$"#
        case .clientToken: "[!-~]+"
        case .ascii: #"\p{ASCII}*"#
        }
    }

    func matches(_ text: String) -> Bool {
        switch self {
        case .aliasName:
            !text.isEmpty && text.utf8.allSatisfy { $0.isLetter || $0.isDigit || $0.isNameMark }
                && text.utf8.contains { $0.isLetter || $0.isNameMark }
        case .clientToken: !text.isEmpty && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        case .ascii: text.utf8.allSatisfy { $0 < 0x80 }
        }
    }
}

extension UInt8 {
    fileprivate var isLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    fileprivate var isNameMark: Bool { self == UInt8(ascii: "_") || self == UInt8(ascii: "-") || self == UInt8(ascii: ".") }
}

// MARK: - Checking

/// Checks a request against its shape: types first, because a value of the wrong type has no length; then all constraints.
struct ShapeCheck {
    private(set) var violations: [String] = []

    /// Checks the members of a request.
    ///
    /// - Throws: `SerializationException` for a wrong type, `ValidationException` with every constraint that does not hold.
    static func check(_ request: JSONObject, against members: [MemberShape]) throws(APIError) {
        var check = ShapeCheck()
        try check.members(request, members, path: "")
        if !check.violations.isEmpty { throw .constraints(check.violations) }
    }

    private mutating func members(_ object: JSONObject, _ members: [MemberShape], path: String) throws(APIError) {
        for member in members {
            let place = path + member.name
            guard let value = object[member.name], !value.isNull else {
                if member.isRequired {
                    violations.append("Value null at '\(place)' failed to satisfy constraint: Member must not be null")
                }
                continue
            }
            try self.value(value, member.shape, at: place)
        }
    }

    private mutating func value(_ value: JSONValue, _ shape: Shape, at place: String) throws(APIError) {
        switch shape {
        case .string(let least, let greatest, let isSensitive):
            let text = try Self.text(value)
            length(text.utf16.count, least, greatest, of: isSensitive ? nil : text, at: place)
        case .pattern(let pattern, let least, let greatest):
            let text = try Self.text(value)
            length(text.utf16.count, least, greatest, of: text, at: place)
            if !pattern.matches(text) {
                violate("Member must satisfy regular expression pattern: \(pattern.text)", text, at: place)
            }
        case .word(let words):
            let text = try Self.text(value)
            if !words.contains(text) {
                violate("Member must satisfy enum value set: [\(words.joined(separator: ", "))]", text, at: place)
            }
        case .integer(let least, let greatest):
            guard let number = value.number else { throw Self.mismatch(value, "an Integer") }
            guard let integer = number.exactInteger else { throw Self.mismatch(value, "an Integer") }
            if integer > greatest { violate("Member must have value less than or equal to \(greatest)", "\(integer)", at: place) }
            if integer < least { violate("Member must have value greater than or equal to \(least)", "\(integer)", at: place) }
        case .double(let least, let greatest):
            guard let number = value.number?.doubleValue else { throw Self.mismatch(value, "a Float") }
            let text = value.compactText
            if number > greatest {
                violate("Member must have value less than or equal to \(Int(greatest))", text, at: place)
            }
            if number < least {
                violate("Member must have value greater than or equal to \(Int(least))", text, at: place)
            }
        case .boolean: if value.bool == nil { throw Self.mismatch(value, "a Boolean") }
        case .list(let element, let least, let greatest):
            guard let values = value.array else { throw Self.wrongStart(value) }
            length(values.count, least, greatest, of: Self.described(value, shape), at: place)
            // A list that is much too long says nothing more by its elements.
            for (index, value) in values.enumerated() where violations.count < 20 && !value.isNull {
                try self.value(value, element, at: "\(place).\(index + 1).member")
            }
        case .structure(_, let members):
            guard let object = value.object else { throw Self.wrongStart(value) }
            try self.members(object, members, path: place + ".")
        }
    }

    private mutating func length(_ count: Int, _ least: Int, _ greatest: Int, of text: String?, at place: String) {
        if count > greatest { violate("Member must have length less than or equal to \(greatest)", text, at: place) }
        if count < least { violate("Member must have length greater than or equal to \(least)", text, at: place) }
    }

    /// A sensitive value is named by its place alone.
    private mutating func violate(_ constraint: String, _ text: String?, at place: String) {
        let shown = text.map { " '\($0)'" } ?? ""
        violations.append("Value\(shown) at '\(place)' failed to satisfy constraint: \(constraint)")
    }

    private static func text(_ value: JSONValue) throws(APIError) -> String {
        guard let text = value.string else { throw mismatch(value, "a String") }
        return text
    }

    private static func mismatch(_ value: JSONValue, _ wanted: String) -> APIError {
        let found =
            switch value {
            case .null: "NULL_VALUE"
            case .bool(let value): value ? "TRUE_VALUE" : "FALSE_VALUE"
            case .number(let number): number.exactInteger == nil ? "DECIMAL_VALUE" : "NUMBER_VALUE"
            case .string: "STRING_VALUE"
            case .array: "LIST_VALUE"
            case .object: "STRUCTURE_VALUE"
            }
        return .serialization("\(found) can not be converted to \(wanted)")
    }

    private static func wrongStart(_ value: JSONValue) -> APIError {
        value.array != nil || value.object != nil
            ? .serialization("Start of \(value.array == nil ? "structure or map" : "list") found where not expected.")
            : .serialization("Unexpected field type")
    }

    /// A value as Java prints it in errors.
    private static func described(_ value: JSONValue, _ shape: Shape) -> String {
        switch (value, shape) {
        case (.array(let values), .list(let element, _, _)):
            return "[" + values.map { described($0, element) }.joined(separator: ", ") + "]"
        case (.object(let object), .structure(let name, let members)):
            let shown = members.map { member in
                "\(member.name)=\(object[member.name].map { described($0, member.shape) } ?? "null")"
            }
            return "\(name)(\(shown.joined(separator: ", ")))"
        case (.string(let text), _): return text
        default: return value.compactText
        }
    }
}
