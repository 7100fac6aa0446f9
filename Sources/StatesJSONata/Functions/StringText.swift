import StatesJSON

/// The text that `$string` makes of an array or an object: JSON with numbers of 15 significant digits, and functions as empty texts.
///
/// What is written is counted as it grows, because a value that holds the same array many times has a text far larger than itself.
struct StringText {
    private var bytes: [UInt8] = []
    private let isPretty: Bool
    private let call: Call
    private var depth = 0
    /// The bytes that have been counted.
    private var charged = 0

    /// The text of a value.
    ///
    /// - Throws: D1001 for infinity, and a bound.
    static func text(of value: Value, isPretty: Bool, _ call: Call) throws(JSONataError) -> String {
        var writer = StringText(isPretty: isPretty, call: call)
        try writer.write(value)
        try writer.count()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private init(isPretty: Bool, call: Call) {
        self.isPretty = isPretty
        self.call = call
        bytes.reserveCapacity(128)
    }

    private mutating func write(_ value: Value) throws(JSONataError) {
        switch value {
        case .undefined: append("null")
        case .json(let value): try write(value)
        case .sequence(let sequence): try write(.array(sequence.values))
        case .list(let list):
            try begin(UInt8(ascii: "["))
            for (index, value) in list.values.enumerated() {
                separate(index)
                try write(value)
            }
            end(UInt8(ascii: "]"), isEmpty: list.values.isEmpty)
        case .record(let record):
            try begin(UInt8(ascii: "{"))
            for (index, member) in record.members.enumerated() {
                separate(index)
                write(name: member.name)
                try write(member.value)
            }
            end(UInt8(ascii: "}"), isEmpty: record.members.isEmpty)
        case .function: append("\"\"")
        }
    }

    private mutating func write(_ value: JSONValue) throws(JSONataError) {
        switch value {
        case .null: append("null")
        case .bool(let value): append(value ? "true" : "false")
        case .number(let number): try write(number)
        case .string(let text): write(quoted: text)
        case .array(let values):
            try begin(UInt8(ascii: "["))
            for index in values.indices {
                separate(index)
                try write(values[index])
            }
            end(UInt8(ascii: "]"), isEmpty: values.isEmpty)
        case .object(let object):
            try begin(UInt8(ascii: "{"))
            for index in object.members.indices {
                separate(index)
                write(name: object.members[index].name)
                try write(object.members[index].value)
            }
            end(UInt8(ascii: "}"), isEmpty: object.isEmpty)
        }
    }

    private mutating func write(_ number: JSONNumber) throws(JSONataError) {
        if case .integer(let value) = number, value.magnitude < 1_000_000_000_000_000 {
            return append(text: String(value))
        }
        let value = number.fastDouble
        if value.isInfinite { throw .outOfRange(value) }
        append(text: value.isNaN ? "null" : NumberText.fifteenDigits(value))
    }

    private mutating func write(name: String) {
        write(quoted: name)
        bytes.append(UInt8(ascii: ":"))
        if isPretty { bytes.append(UInt8(ascii: " ")) }
    }

    private mutating func append(_ literal: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
    }

    private mutating func append(text: String) {
        var text = text
        text.withUTF8 { bytes.append(contentsOf: $0) }
    }

    private mutating func write(quoted text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { (source) in
            if source.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) {
                for byte in source { ScriptText.append(escaping: byte, to: &bytes) }
            } else {
                bytes.append(contentsOf: source)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func begin(_ bracket: UInt8) throws(JSONataError) {
        bytes.append(bracket)
        depth += 1
        try count()
    }

    private mutating func separate(_ index: Int) {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        if isPretty { breakLine() }
    }

    private mutating func end(_ bracket: UInt8, isEmpty: Bool) {
        depth -= 1
        if isPretty, !isEmpty { breakLine() }
        bytes.append(bracket)
    }

    private mutating func breakLine() {
        bytes.append(UInt8(ascii: "\n"))
        for _ in 0..<(2 * depth) { bytes.append(UInt8(ascii: " ")) }
    }

    private mutating func count() throws(JSONataError) {
        try call.charge(text: bytes.count - charged)
        try call.evaluation.visit(1)
        charged = bytes.count
    }
}
