import StatesJSON

/// Functions about what a value is, and those that end an evaluation.
extension BuiltIns {
    /// `$boolean(arg)`.
    static func boolean(_ call: inout Call) throws(JSONataError) -> Value {
        call[0].isUndefined ? .undefined : .bool(try call[0].isTruthy())
    }

    /// `$not(arg)`.
    static func not(_ call: inout Call) throws(JSONataError) -> Value {
        call[0].isUndefined ? .undefined : .bool(!(try call[0].isTruthy()))
    }

    /// `$exists(arg)`.
    static func exists(_ call: inout Call) throws(JSONataError) -> Value { .bool(!call[0].isUndefined) }

    /// `$type(value)`.
    /// - Throws: D1001 for infinity.
    static func type(_ call: inout Call) throws(JSONataError) -> Value {
        switch call[0] {
        case .undefined: return .undefined
        case .json(.number(let number)):
            let value = number.fastDouble
            if value.isInfinite { throw .outOfRange(value) }
            return .json("number")
        case .json(let value): return .json(.string(value.kindName))
        case .sequence, .list: return .json("array")
        case .record: return .json("object")
        case .function: return .json("function")
        }
    }

    /// `$error(message)`.
    /// - Throws: D3137 with that message, always.
    static func error(_ call: inout Call) throws(JSONataError) -> Value {
        throw .make("D3137", text: message(call.text(0)) ?? "$error() function evaluated")
    }

    /// `$assert(condition, message)`.
    /// - Throws: D3141 with that message, if the condition is false or nothing.
    static func assert(_ call: inout Call) throws(JSONataError) -> Value {
        if case .json(.bool(true)) = call[0] { return .undefined }
        throw .make("D3141", text: message(call.text(1)) ?? "$assert() statement failed")
    }

    /// An empty message is none.
    private static func message(_ text: String?) -> String? { text.flatMap { $0.utf8.isEmpty ? nil : $0 } }
}
