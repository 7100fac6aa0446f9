import StatesJSON

/// Functions of numbers and of texts that stand for numbers.
extension BuiltIns {
    /// `$number(arg)`.
    /// - Throws: D3030 for a text that is no number.
    static func number(_ call: inout Call) throws(JSONataError) -> Value {
        switch call[0] {
        case .undefined, .json(.number): return call[0]
        case .json(.bool(let value)): return .json(.number(.integer(value ? 1 : 0)))
        case .json(.string(let text)):
            try call.work(text: text.utf8.count)
            if let value = NumberText.parse(text) { return .number(value) }
            throw .make("D3030", value: .string(text))
        default: throw .make("D3030", value: call[0].data)
        }
    }

    /// `$floor(number)`.
    static func floor(_ call: inout Call) throws(JSONataError) -> Value { whole(call) { $0.rounded(.down) } }

    /// `$ceil(number)`.
    static func ceil(_ call: inout Call) throws(JSONataError) -> Value { whole(call) { $0.rounded(.up) } }

    /// A number that is whole already stays as exact as it is.
    @inline(__always)
    private static func whole(_ call: Call, _ round: (Double) -> Double) -> Value {
        if case .json(.number(.integer)) = call[0] { return call[0] }
        return call.number(0).map { .number(round($0)) } ?? .undefined
    }

    /// `$round(number, precision)`: half to even.
    static func round(_ call: inout Call) throws(JSONataError) -> Value {
        guard let value = call.number(0) else { return .undefined }
        let precision = call.number(1) ?? 0
        if precision == 0, case .json(.number(.integer)) = call[0] { return call[0] }
        return .number(Rounding.halfEven(value, precision: precision))
    }

    /// `$abs(number)`.
    static func abs(_ call: inout Call) throws(JSONataError) -> Value {
        if case .json(.number(.integer(let value))) = call[0], value >= 0 { return call[0] }
        return call.number(0).map { .number($0.magnitude) } ?? .undefined
    }

    /// `$sqrt(number)`.
    /// - Throws: D3060 for a negative number.
    static func sqrt(_ call: inout Call) throws(JSONataError) -> Value {
        guard let value = call.number(0) else { return .undefined }
        if value < 0 { throw .make("D3060", value: call[0].data) }
        return .number(value.squareRoot())
    }

    /// `$power(base, exponent)`.
    /// - Throws: D3061 if the result is no finite number.
    static func power(_ call: inout Call) throws(JSONataError) -> Value {
        guard let base = call.number(0) else { return .undefined }
        return .number(try Exponentiation.power(base, call.number(1) ?? .nan))
    }

    /// `$random()`: from 0 up to, but not including, 1.
    static func random(_ call: inout Call) throws(JSONataError) -> Value { .number(call.evaluation.randomFraction()) }

    /// `$formatNumber(number, picture, options)`.
    /// - Throws: D3080 to D3093 for a picture that says nothing.
    static func formatNumber(_ call: inout Call) throws(JSONataError) -> Value {
        guard let value = call.number(0), let picture = call.text(1) else { return .undefined }
        try call.work(text: picture.utf8.count)
        var options: [String: String] = [:]
        for member in call[2].data?.object?.members ?? [] { options[member.name] = member.value.string }
        return .json(.string(try NumberPicture.format(value, picture: picture, options: options)))
    }

    /// `$formatBase(number, radix)`.
    /// - Throws: D3100 if the radix is not 2 to 36.
    static func formatBase(_ call: inout Call) throws(JSONataError) -> Value {
        guard let value = call.number(0) else { return .undefined }
        return .json(.string(try RadixText.format(value, radix: call.number(1) ?? 10)))
    }

    /// `$formatInteger(number, picture)`.
    /// - Throws: D3130 and D3131 for a picture that says nothing.
    static func formatInteger(_ call: inout Call) throws(JSONataError) -> Value {
        guard let value = call.number(0), let picture = call.text(1) else { return .undefined }
        try call.work(text: picture.utf8.count)
        return .json(.string(try IntegerPicture.format(value, picture: picture)))
    }

    /// `$parseInteger(string, picture)`.
    /// - Throws: D3130 and D3131 for a picture that says nothing.
    static func parseInteger(_ call: inout Call) throws(JSONataError) -> Value {
        guard let text = call.text(0), let picture = call.text(1) else { return .undefined }
        try call.work(text: text.utf8.count + picture.utf8.count)
        return .number(try IntegerPicture.parse(text, picture: picture))
    }
}

/// Functions of time.
extension BuiltIns {
    /// `$now(picture, timezone)`: the same instant throughout an evaluation.
    static func now(_ call: inout Call) throws(JSONataError) -> Value {
        .json(
            .string(
                try DateTimePicture.format(millis: Double(call.evaluation.now), picture: call.text(0), timezone: call.text(1))))
    }

    /// `$millis()`: the same instant throughout an evaluation.
    static func millis(_ call: inout Call) throws(JSONataError) -> Value { .json(.number(.integer(call.evaluation.now))) }

    /// `$toMillis(timestamp, picture)`.
    /// - Throws: D3110 for a text that is not ISO 8601, and the errors of pictures.
    static func toMillis(_ call: inout Call) throws(JSONataError) -> Value {
        guard let text = call.text(0) else { return .undefined }
        try call.work(text: text.utf8.count)
        var attempts = 0
        let millis = try DateTimePicture.parse(text, picture: call.text(1), now: call.evaluation.now, attempts: &attempts)
        try call.work(attempts)
        return millis.map { .number($0) } ?? .undefined
    }

    /// `$fromMillis(number, picture, timezone)`.
    /// - Throws: the errors of pictures.
    static func fromMillis(_ call: inout Call) throws(JSONataError) -> Value {
        guard let millis = call.number(0) else { return .undefined }
        return .json(.string(try DateTimePicture.format(millis: millis, picture: call.text(1), timezone: call.text(2))))
    }
}

extension Evaluation {
    /// A random number from 0 up to, but not including, 1, with 53 random bits.
    func randomFraction() -> Double { Double(randomBits() >> 11) * 0x1p-53 }
}
