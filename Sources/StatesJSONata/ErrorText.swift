import StatesJSON

/// The reference implementation's error texts, by code.
///
/// A text has places for what the error is about: `{{name}}` takes a value as JSON text, with quotes around a string, and
/// `{{{name}}}` takes it bare.
enum ErrorText {
    /// Code to text, as of version 2.0.6.
    static let templates: [String: String] = [
        "S0101": "String literal must be terminated by a matching quote",
        "S0102": "Number out of range: {{token}}",
        "S0103": "Unsupported escape sequence: \\{{token}}",
        "S0104": "The escape sequence \\u must be followed by 4 hex digits",
        "S0105": "Quoted property name must be terminated with a backquote (`)",
        "S0106": "Comment has no closing tag",
        "S0201": "Syntax error: {{token}}",
        "S0202": "Expected {{value}}, got {{token}}",
        "S0203": "Expected {{value}} before end of expression",
        "S0204": "Unknown operator: {{token}}",
        "S0205": "Unexpected token: {{token}}",
        "S0206": "Unknown expression type: {{token}}",
        "S0207": "Unexpected end of expression",
        "S0208": "Parameter {{value}} of function definition must be a variable name (start with $)",
        "S0209": "A predicate cannot follow a grouping expression in a step",
        "S0210": "Each step can only have one grouping expression",
        "S0211": "The symbol {{token}} cannot be used as a unary operator",
        "S0212": "The left side of := must be a variable name (start with $)",
        "S0213": "The literal value {{value}} cannot be used as a step within a path expression",
        "S0214": "The right side of {{token}} must be a variable name (start with $)",
        "S0215": "A context variable binding must precede any predicates on a step",
        "S0216": "A context variable binding must precede the 'order-by' clause on a step",
        "S0217": "The object representing the 'parent' cannot be derived from this expression",
        "S0301": "Empty regular expressions are not allowed",
        "S0302": "No terminating / in regular expression",
        "S0402": "Choice groups containing parameterized types are not supported",
        "S0401": "Type parameters can only be applied to functions and arrays",
        "S0500": "Attempted to evaluate an expression containing syntax error(s)",
        "T0410": "Argument {{index}} of function {{token}} does not match function signature",
        "T0411": "Context value is not a compatible type with argument {{index}} of function {{token}}",
        "T0412": "Argument {{index}} of function {{token}} must be an array of {{type}}",
        "D1001": "Number out of range: {{value}}",
        "D1002": "Cannot negate a non-numeric value: {{value}}",
        "T1003": "Key in object structure must evaluate to a string; got: {{value}}",
        "D1004": "Regular expression matches zero length string",
        "T1005": "Attempted to invoke a non-function. Did you mean ${{{token}}}?",
        "T1006": "Attempted to invoke a non-function",
        "T1007": "Attempted to partially apply a non-function. Did you mean ${{{token}}}?",
        "T1008": "Attempted to partially apply a non-function",
        "D1009": "Multiple key definitions evaluate to same key: {{value}}",
        "T1010": "The matcher function argument passed to function {{token}} does not return the correct object structure",
        "D1011": "Stack overflow. Check for non-terminating recursive function.  Consider rewriting as tail-recursive",
        "D1012": "Evaluation timeout after {{value}} milliseconds. Check for infinite loop",
        "D1013": "Object property names starting with _jsonata_ are reserved for internal use: {{value}}",
        "T2001": "The left side of the {{token}} operator must evaluate to a number",
        "T2002": "The right side of the {{token}} operator must evaluate to a number",
        "T2003": "The left side of the range operator (..) must evaluate to an integer",
        "T2004": "The right side of the range operator (..) must evaluate to an integer",
        "D2005": "The left side of := must be a variable name (start with $)",
        "T2006": "The right side of the function application operator ~> must be a function",
        "T2007": "Type mismatch when comparing values {{value}} and {{value2}} in order-by clause",
        "T2008": "The expressions within an order-by clause must evaluate to numeric or string values",
        "T2009": "The values {{value}} and {{value2}} either side of operator {{token}} must be of the same data type",
        "T2010": "The expressions either side of operator {{token}} must evaluate to numeric or string values",
        "T2011": "The insert/update clause of the transform expression must evaluate to an object: {{value}}",
        "T2012": "The delete clause of the transform expression must evaluate to a string or array of strings: {{value}}",
        "T2013": "The transform expression clones the input object using the $clone() function.  This has been "
            + "overridden in the current scope by a non-function.",
        "D2014": "The size of the sequence allocated by the range operator (..) must not exceed 1e7.  Attempted to "
            + "allocate {{value}}.",
        "D2015": "The maximum sequence length of {{value}} was exceeded.",
        "D3001": "Attempting to invoke string function on Infinity or NaN",
        "D3010": "Second argument of replace function cannot be an empty string",
        "D3011": "Fourth argument of replace function must evaluate to a positive number",
        "D3012": "Attempted to replace a matched string with a non-string value",
        "D3020": "Third argument of split function must evaluate to a positive number",
        "D3030": "Unable to cast value to a number: {{value}}",
        "D3040": "Third argument of match function must evaluate to a positive number",
        "D3050": "The second argument of reduce function must be a function with at least two arguments",
        "D3060": "The sqrt function cannot be applied to a negative number: {{value}}",
        "D3061": "The power function has resulted in a value that cannot be represented as a JSON number: "
            + "base={{value}}, exponent={{exp}}",
        "D3070": "The single argument form of the sort function can only be applied to an array of strings or an "
            + "array of numbers.  Use the second argument to specify a comparison function",
        "D3080": "The picture string must only contain a maximum of two sub-pictures",
        "D3081": "The sub-picture must not contain more than one instance of the 'decimal-separator' character",
        "D3082": "The sub-picture must not contain more than one instance of the 'percent' character",
        "D3083": "The sub-picture must not contain more than one instance of the 'per-mille' character",
        "D3084": "The sub-picture must not contain both a 'percent' and a 'per-mille' character",
        "D3085": "The mantissa part of a sub-picture must contain at least one character that is either an 'optional "
            + "digit character' or a member of the 'decimal digit family'",
        "D3086": "The sub-picture must not contain a passive character that is preceded by an active character and "
            + "that is followed by another active character",
        "D3087": "The sub-picture must not contain a 'grouping-separator' character that appears adjacent to a "
            + "'decimal-separator' character",
        "D3088": "The sub-picture must not contain a 'grouping-separator' at the end of the integer part",
        "D3089": "The sub-picture must not contain two adjacent instances of the 'grouping-separator' character",
        "D3090": "The integer part of the sub-picture must not contain a member of the 'decimal digit family' that is "
            + "followed by an instance of the 'optional digit character'",
        "D3091": "The fractional part of the sub-picture must not contain an instance of the 'optional digit "
            + "character' that is followed by a member of the 'decimal digit family'",
        "D3092": "A sub-picture that contains a 'percent' or 'per-mille' character must not contain a character "
            + "treated as an 'exponent-separator'",
        "D3093": "The exponent part of the sub-picture must comprise only of one or more characters that are members "
            + "of the 'decimal digit family'",
        "D3100": "The radix of the formatBase function must be between 2 and 36.  It was given {{value}}",
        "D3110": "The argument of the toMillis function must be an ISO 8601 formatted timestamp. Given {{value}}",
        "D3120": "Syntax error in expression passed to function eval: {{value}}",
        "D3121": "Dynamic error evaluating the expression passed to function eval: {{value}}",
        "D3130": "Formatting or parsing an integer as a sequence starting with {{value}} is not supported by this implementation",
        "D3131": "In a decimal digit pattern, all digits must be from the same decimal group",
        "D3132": "Unknown component specifier {{value}} in date/time picture string",
        "D3133": "The 'name' modifier can only be applied to months and days in the date/time picture string, not {{value}}",
        "D3134": "The timezone integer format specifier cannot have more than four digits",
        "D3135": "No matching closing bracket ']' in date/time picture string",
        "D3136": "The date/time picture string is missing specifiers required to parse the timestamp",
        "D3137": "{{{message}}}",
        "D3138": "The $single() function expected exactly 1 matching result.  Instead it matched more.",
        "D3139": "The $single() function expected exactly 1 matching result.  Instead it matched 0.",
        "D3140": "Malformed URL passed to ${{{functionName}}}(): {{value}}",
        "D3141": "{{{message}}}",
    ]

    /// The template with its places filled in.
    /// - Parameter values: What goes into the places; a place without a value reads `undefined`, as it does in JavaScript.
    static func fill(_ template: String, with values: [(name: String, value: JSONValue)]) -> String {
        let bytes = Array(template.utf8)
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count + 32)
        var at = 0
        while at < bytes.count {
            guard let place = Place(in: bytes, at: at) else {
                text.append(bytes[at])
                at += 1
                continue
            }
            append(values.first { $0.name == place.name }?.value, isBare: place.isBare, to: &text)
            at = place.end
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func append(_ value: JSONValue?, isBare: Bool, to text: inout [UInt8]) {
        switch value {
        case nil: text += "undefined".utf8
        case .string(let value) where isBare: text += value.utf8
        case .some(let value): ScriptText.append(value, to: &text)
        }
    }

    /// A place in a template.
    private struct Place {
        var name: String
        var isBare: Bool
        /// Where the template goes on.
        var end: Int

        init?(in template: [UInt8], at start: Int) {
            let open = UInt8(ascii: "{")
            var nameStart = start
            while nameStart < template.count, template[nameStart] == open, nameStart - start < 3 { nameStart += 1 }
            let braces = nameStart - start
            guard braces >= 2, let nameEnd = template[nameStart...].firstIndex(of: UInt8(ascii: "}")) else { return nil }
            name = String(decoding: template[nameStart..<nameEnd], as: UTF8.self)
            isBare = braces == 3
            end = min(nameEnd + braces, template.count)
        }
    }
}

/// JSON text as JavaScript's `JSON.stringify` writes it, which error texts quote: numbers as JavaScript prints them.
enum ScriptText {
    /// The text of a value.
    static func text(of value: JSONValue) -> String {
        var text: [UInt8] = []
        append(value, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends the text of a value.
    static func append(_ value: JSONValue, to text: inout [UInt8]) {
        switch value {
        case .null: text += "null".utf8
        case .bool(let value): text += (value ? "true" : "false").utf8
        case .number(let value): append(value, to: &text)
        case .string(let value): append(quoting: value, to: &text)
        case .array(let values): append(values, to: &text)
        case .object(let value): append(value, to: &text)
        }
    }

    /// Appends a number; infinity and what is no number are `null`, as in JavaScript.
    private static func append(_ number: JSONNumber, to text: inout [UInt8]) {
        if case .integer(let value) = number {
            text += String(value).utf8
        } else {
            let value = number.doubleValue
            text += (value.isFinite ? NumberText.javaScript(value) : "null").utf8
        }
    }

    private static func append(_ values: [JSONValue], to text: inout [UInt8]) {
        text.append(UInt8(ascii: "["))
        for (index, value) in values.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            append(value, to: &text)
        }
        text.append(UInt8(ascii: "]"))
    }

    private static func append(_ object: JSONObject, to text: inout [UInt8]) {
        text.append(UInt8(ascii: "{"))
        for (index, member) in object.members.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            append(quoting: member.name, to: &text)
            text.append(UInt8(ascii: ":"))
            append(member.value, to: &text)
        }
        text.append(UInt8(ascii: "}"))
    }

    private static func append(quoting string: String, to text: inout [UInt8]) {
        text.append(UInt8(ascii: "\""))
        for byte in string.utf8 { append(escaping: byte, to: &text) }
        text.append(UInt8(ascii: "\""))
    }

    static func append(escaping byte: UInt8, to text: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += [UInt8(ascii: "\\"), byte]
        case 0x08: text += "\\b".utf8
        case 0x09: text += "\\t".utf8
        case 0x0A: text += "\\n".utf8
        case 0x0C: text += "\\f".utf8
        case 0x0D: text += "\\r".utf8
        case 0..<0x20:
            let digits = String(byte, radix: 16)
            text += (digits.utf8.count == 1 ? "\\u000" : "\\u00").utf8
            text += digits.utf8
        default: text.append(byte)
        }
    }
}

extension JSONataError {
    /// The error of that code, its text filled in as the reference implementation fills it.
    ///
    /// - Parameters:
    ///   - code: One of `ErrorText.templates`.
    ///   - position: Where in the expression, in UTF-16 code units; nil where the caller that knows fills it in.
    ///   - range: Where in the expression, in bytes.
    ///   - token: The operator or function that `{{token}}` names.
    ///   - literal: The token where it is no text, such as the number in `1 2`; it goes before `token`.
    ///   - value: What `{{value}}` names; nil reads `undefined`.
    ///   - value2: What `{{value2}}` names.
    ///   - index: The argument's number in `{{index}}`, from 1 on.
    ///   - type: The type in `{{type}}`, such as `numbers`.
    ///   - exponent: The exponent in `{{exp}}`.
    ///   - text: The text of `{{{message}}}`: of `$error`, `$assert` and AWS's functions.
    ///   - functionName: The function in `{{{functionName}}}`.
    static func make(
        _ code: String, position: Int? = nil, range: SourceRange? = nil, token: String? = nil, literal: JSONValue? = nil,
        value: JSONValue? = nil, value2: JSONValue? = nil, index: Int? = nil, type: String? = nil, exponent: JSONValue? = nil,
        text: String? = nil, functionName: String? = nil
    ) -> JSONataError {
        var values: [(name: String, value: JSONValue)] = []
        if let token = literal ?? token.map(JSONValue.string) { values.append(("token", token)) }
        if let value { values.append(("value", value)) }
        if let value2 { values.append(("value2", value2)) }
        if let index { values.append(("index", .integer(index))) }
        if let type { values.append(("type", .string(type))) }
        if let exponent { values.append(("exp", exponent)) }
        if let text { values.append(("message", .string(text))) }
        if let functionName { values.append(("functionName", .string(functionName))) }
        let message = ErrorText.templates[code].map { ErrorText.fill($0, with: values) } ?? text ?? ""
        return JSONataError(
            code: code, message: message, position: position, range: range,
            token: token ?? literal.map { $0.string ?? ScriptText.text(of: $0) }, value: value)
    }
}
