import StatesJSON
import StatesText

/// Functions that encode texts.
extension BuiltIns {
    /// `$base64encode(string)`: of the bytes of UTF-8 in Step Functions; the reference implementation takes the lower byte of each
    /// UTF-16 unit.
    static func base64encode(_ call: inout Call) throws(JSONataError) -> Value {
        guard let text = call.text(0) else { return .undefined }
        try call.charge(text: 2 * text.utf8.count)
        switch call.evaluation.dialect {
        case .stepFunctions: return .json(.string(Base64.encode(text.utf8)))
        case .published: return .json(.string(Base64.encode(text.utf16.map { UInt8(truncatingIfNeeded: $0) })))
        }
    }

    /// `$base64decode(string)`: the reverse. The reference implementation leaves out what is no Base64.
    /// - Throws: an error without a code in Step Functions, if the text is not Base64 of UTF-8.
    static func base64decode(_ call: inout Call) throws(JSONataError) -> Value {
        guard let text = call.text(0) else { return .undefined }
        try call.charge(text: 2 * text.utf8.count)
        switch call.evaluation.dialect {
        case .stepFunctions:
            guard let bytes = Base64.decode(text) else {
                throw JSONataError(code: "", message: "The text given to $base64decode is not Base64")
            }
            return .json(.string(String(decoding: bytes, as: UTF8.self)))
        case .published:
            let bytes = Base64.decode(plainBase64(text)) ?? []
            return .json(.string(String(decoding: bytes.map { UInt16($0) }, as: UTF16.self)))
        }
    }

    /// The letters of Base64 up to the first `=`, those of the URL alphabet replaced, and not so many that one is left over.
    private static func plainBase64(_ text: String) -> String {
        var digits: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "="): return String(decoding: digits.dropLast(digits.count % 4 == 1 ? 1 : 0), as: UTF8.self)
            case UInt8(ascii: "-"): digits.append(UInt8(ascii: "+"))
            case UInt8(ascii: "_"): digits.append(UInt8(ascii: "/"))
            case UInt8(ascii: "+"), UInt8(ascii: "/"): digits.append(byte)
            default: if byte.isASCIILetterOrDigit { digits.append(byte) }
            }
        }
        return String(decoding: digits.dropLast(digits.count % 4 == 1 ? 1 : 0), as: UTF8.self)
    }

    /// `$encodeUrlComponent(str)`.
    static func encodeURLComponent(_ call: inout Call) throws(JSONataError) -> Value { try encode(call, keeping: "-_.!~*'()") }

    /// `$encodeUrl(str)`: what has a meaning in a URL stays as it is.
    static func encodeURL(_ call: inout Call) throws(JSONataError) -> Value { try encode(call, keeping: "-_.!~*'();/?:@&=+$,#") }

    private static func encode(_ call: Call, keeping marks: StaticString) throws(JSONataError) -> Value {
        guard let text = call.text(0) else { return .undefined }
        try call.charge(text: 3 * text.utf8.count)
        let marks = UnsafeBufferPointer(start: marks.utf8Start, count: marks.utf8CodeUnitCount)
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            if byte.isASCIILetterOrDigit || marks.contains(byte) {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return .json(.string(String(decoding: bytes, as: UTF8.self)))
    }

    /// `$decodeUrlComponent(str)`.
    /// - Throws: D3140 for a text that is not encoded so.
    static func decodeURLComponent(_ call: inout Call) throws(JSONataError) -> Value {
        try decode(call, keeping: "", function: "decodeUrlComponent")
    }

    /// `$decodeUrl(str)`: what has a meaning in a URL stays encoded.
    /// - Throws: D3140 for a text that is not encoded so.
    static func decodeURL(_ call: inout Call) throws(JSONataError) -> Value {
        try decode(call, keeping: ";/?:@&=+$,#", function: "decodeUrl")
    }

    private static func decode(_ call: Call, keeping marks: StaticString, function: String) throws(JSONataError) -> Value {
        guard let text = call.text(0) else { return .undefined }
        try call.charge(text: text.utf8.count)
        let marks = UnsafeBufferPointer(start: marks.utf8Start, count: marks.utf8CodeUnitCount)
        // An encoded byte belongs to encoded ones only: as plain characters are whole, bytes that are valid together are valid so.
        guard let bytes = decoded(Array(text.utf8), keeping: marks), let result = String(validating: bytes, as: UTF8.self) else {
            throw .make("D3140", value: .string(text), functionName: function)
        }
        return .json(.string(result))
    }

    private static func decoded(_ source: [UInt8], keeping marks: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(source.count)
        var at = 0
        while at < source.count {
            guard source[at] == UInt8(ascii: "%") else {
                bytes.append(source[at])
                at += 1
                continue
            }
            guard at + 2 < source.count, let high = source[at + 1].hexadecimalValue, let low = source[at + 2].hexadecimalValue
            else {
                return nil
            }
            let byte = high << 4 | low
            if marks.contains(byte) { bytes += source[at..<(at + 3)] } else { bytes.append(byte) }
            at += 3
        }
        return bytes
    }
}

extension UInt8 {
    fileprivate var isASCIILetterOrDigit: Bool {
        self &- UInt8(ascii: "0") < 10 || (self | 0x20) &- UInt8(ascii: "a") < 26
    }

    fileprivate var hexadecimalValue: UInt8? {
        if self &- UInt8(ascii: "0") < 10 { return self &- UInt8(ascii: "0") }
        let letter = (self | 0x20) &- UInt8(ascii: "a")
        return letter < 6 ? letter + 10 : nil
    }
}
