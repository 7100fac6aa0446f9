import StatesJSON

/// `-value`.
final class NegationNode: Node {
    private let operand: Node

    init(_ operand: Node, _ syntax: SyntaxNode) {
        self.operand = operand
        super.init(syntax)
    }

    override func evaluate(_ item: Value, _ frame: Frame) throws(JSONataError) -> Value {
        let value = try operand.evaluate(item, frame)
        if value.isUndefined { return .undefined }
        guard let number = value.number else { throw failure("D1002", token: "-", value: value) }
        let double = number.fastDouble
        if double.isInfinite { throw failure("D1001", value: value) }
        if double.isNaN { throw failure("D1002", token: "-", value: value) }
        return .number(-double)
    }
}

/// `+`, `-`, `*`, `/` and `%`.
final class ArithmeticNode: Node {
    private let sign: SyntaxNode.BinaryOperator
    private let left: Node
    private let right: Node

    init(_ sign: SyntaxNode.BinaryOperator, _ left: Node, _ right: Node, _ syntax: SyntaxNode) {
        self.sign = sign
        self.left = left
        self.right = right
        super.init(syntax)
    }

    override func evaluate(_ item: Value, _ frame: Frame) throws(JSONataError) -> Value {
        let left = try left.evaluate(item, frame)
        return try combine(left, try right.evaluate(item, frame), frame)
    }

    private func combine(_ left: Value, _ right: Value, _ frame: Frame) throws(JSONataError) -> Value {
        if case .json(.number(let a)) = left, case .json(.number(let b)) = right {
            if case .integer(let x) = a, case .integer(let y) = b, let value = exact(x, y) {
                return .json(.number(.integer(value)))
            }
            let x = a.fastDouble
            let y = b.fastDouble
            if x.isFinite, y.isFinite { return compute(x, y, frame) }
        }
        return try refuse(left, right)
    }

    /// The result on integers where doubles would be exact too.
    @inline(__always) private func exact(_ x: Int64, _ y: Int64) -> Int64? {
        let limit: UInt64 = 1 << 53
        guard x.magnitude <= limit, y.magnitude <= limit else { return nil }
        switch sign {
        case .add: return (x &+ y).magnitude <= limit ? x &+ y : nil
        case .subtract: return (x &- y).magnitude <= limit ? x &- y : nil
        case .multiply:
            let (product, overflow) = x.multipliedReportingOverflow(by: y)
            return !overflow && product.magnitude <= limit ? product : nil
        default: return nil
        }
    }

    @inline(__always) private func compute(_ x: Double, _ y: Double, _ frame: Frame) -> Value {
        let result = result(x, y)
        if !result.isFinite { frame.evaluation.sawNonFinite = true }
        return .number(result)
    }

    @inline(__always) private func result(_ x: Double, _ y: Double) -> Double {
        switch sign {
        case .add: x + y
        case .subtract: x - y
        case .multiply: x * y
        case .divide: x / y
        default: x.truncatingRemainder(dividingBy: y)
        }
    }

    /// The result as a constant, if both sides are constant and there is nothing to refuse.
    func folded(_ syntax: SyntaxNode) -> ConstantNode? {
        guard case .number(let a)? = left.constant, case .number(let b)? = right.constant else { return nil }
        let x = a.fastDouble
        let y = b.fastDouble
        guard x.isFinite, y.isFinite, let value = Value.number(result(x, y)).data, value.number?.fastDouble.isFinite == true else {
            return nil
        }
        return ConstantNode(value, syntax)
    }

    private func refuse(_ left: Value, _ right: Value) throws(JSONataError) -> Value {
        try check(left, "T2001")
        try check(right, "T2002")
        return .undefined
    }

    private func check(_ value: Value, _ code: String) throws(JSONataError) {
        if value.isUndefined { return }
        guard let number = value.number, !number.fastDouble.isNaN else {
            throw failure(code, token: sign.rawValue, value: value)
        }
        if number.fastDouble.isInfinite { throw failure("D1001", token: sign.rawValue, value: value) }
    }
}

/// `=` and `!=`.
final class EqualityNode: Node {
    private let isNegated: Bool
    private let left: Node
    private let right: Node

    init(isNegated: Bool, _ left: Node, _ right: Node, _ syntax: SyntaxNode) {
        self.isNegated = isNegated
        self.left = left
        self.right = right
        super.init(syntax)
    }

    override var isBoolean: Bool { true }

    override func evaluate(_ item: Value, _ frame: Frame) throws(JSONataError) -> Value { .bool(try test(item, frame)) }

    override func test(_ item: Value, _ frame: Frame) throws(JSONataError) -> Bool {
        let left = try left.evaluate(item, frame)
        let right = try right.evaluate(item, frame)
        switch (left, right) {
        case (.undefined, _), (_, .undefined): return false
        case (.json(.string(let a)), .json(.string(let b))): return a.utf8Equals(b) != isNegated
        case (.json(.number(let a)), .json(.number(let b))): return (a.fastDouble == b.fastDouble) != isNegated
        default: return Value.areEqual(left, right) != isNegated
        }
    }
}

/// `<`, `<=`, `>` and `>=`.
final class ComparisonNode: Node {
    private let sign: SyntaxNode.BinaryOperator
    private let left: Node
    private let right: Node

    init(_ sign: SyntaxNode.BinaryOperator, _ left: Node, _ right: Node, _ syntax: SyntaxNode) {
        self.sign = sign
        self.left = left
        self.right = right
        super.init(syntax)
    }

    override var isBoolean: Bool { true }

    override func evaluate(_ item: Value, _ frame: Frame) throws(JSONataError) -> Value {
        try compare(item, frame).map { .bool($0) } ?? .undefined
    }

    override func test(_ item: Value, _ frame: Frame) throws(JSONataError) -> Bool { try compare(item, frame) ?? false }

    @inline(__always) private func compare(_ item: Value, _ frame: Frame) throws(JSONataError) -> Bool? {
        let left = try left.evaluate(item, frame)
        let right = try right.evaluate(item, frame)
        switch (left, right) {
        case (.json(.number(let a)), .json(.number(let b))):
            let x = a.fastDouble
            let y = b.fastDouble
            return switch sign {
            case .less: x < y
            case .lessOrEqual: x <= y
            case .greater: x > y
            default: x >= y
            }
        case (.json(.string(let a)), .json(.string(let b))):
            return switch sign {
            case .less: a.precedesInUTF16(b)
            case .lessOrEqual: !b.precedesInUTF16(a)
            case .greater: b.precedesInUTF16(a)
            default: !a.precedesInUTF16(b)
            }
        default: return try refuse(left, right)
        }
    }

    private func refuse(_ left: Value, _ right: Value) throws(JSONataError) -> Bool? {
        for side in [left, right] where !side.isUndefined && side.number == nil && side.string == nil {
            throw failure("T2010", token: sign.rawValue, value: side)
        }
        if left.isUndefined || right.isUndefined { return nil }
        throw failure("T2009", token: sign.rawValue, value: left, value2: right)
    }
}

extension String {
    /// The order of UTF-16 units, which is JavaScript's: by bytes, but for what lies beyond U+FFFF, which comes before U+E000.
    func precedesInUTF16(_ other: String) -> Bool {
        var mine = utf8.makeIterator()
        var its = other.utf8.makeIterator()
        while true {
            guard let theirs = its.next() else { return false }
            guard let own = mine.next() else { return true }
            if own == theirs { continue }
            if own >= 0xEE, theirs >= 0xEE, (own >= 0xF0) != (theirs >= 0xF0) { return own >= 0xF0 }
            return own < theirs
        }
    }
}

/// `in`.
final class MembershipNode: Node {
    private let left: Node
    private let right: Node

    init(_ left: Node, _ right: Node, _ syntax: SyntaxNode) {
        self.left = left
        self.right = right
        super.init(syntax)
    }

    override var isBoolean: Bool { true }

    override func evaluate(_ item: Value, _ frame: Frame) throws(JSONataError) -> Value { .bool(try test(item, frame)) }

    override func test(_ item: Value, _ frame: Frame) throws(JSONataError) -> Bool {
        let left = try left.evaluate(item, frame)
        let right = try right.evaluate(item, frame)
        guard !left.isUndefined, !right.isUndefined else { return false }
        if let values = right.dataElements {
            try frame.evaluation.visit(values.count)
            guard case .json(let wanted) = left, !wanted.isComposite else { return false }
            return values.contains(wanted)
        }
        // As the reference implementation compares: an array or an object is never found, not even itself.
        guard let values = right.elements else { return left.isScalar && Value.areEqual(left, right) }
        try frame.evaluation.visit(values.count)
        return left.isScalar && values.contains { Value.areEqual(left, $0) }
    }
}

extension JSONValue {
    /// Whether this is an array or an object.
    @inline(__always) var isComposite: Bool {
        switch self {
        case .array, .object: true
        case .null, .bool, .number, .string: false
        }
    }
}

extension Value {
    fileprivate var isScalar: Bool {
        switch self {
        case .json(let value): !value.isComposite
        case .function: true
        case .undefined, .sequence, .list, .record: false
        }
    }
}

/// `and` and `or`.
final class ConnectiveNode: Node {
    private let isAnd: Bool
    private let left: Node
    private let right: Branch

    init(isAnd: Bool, _ left: Node, _ right: Branch, _ syntax: SyntaxNode) {
        self.isAnd = isAnd
        self.left = left
        self.right = right
        super.init(syntax)
    }

    override var isBoolean: Bool { true }

    override func evaluate(_ item: Value, _ frame: Frame) throws(JSONataError) -> Value { .bool(try test(item, frame)) }

    override func test(_ item: Value, _ frame: Frame) throws(JSONataError) -> Bool {
        if try left.test(item, frame) != isAnd { return !isAnd }
        try frame.require(right.height)
        return try right.node.test(item, frame)
    }
}

/// `&`, a whole row of them at once.
final class ConcatenationNode: Node {
    private let parts: [Node]
    private let toText: BuiltIn?

    init(_ parts: [Node], toText: BuiltIn?, _ syntax: SyntaxNode) {
        self.parts = parts
        self.toText = toText
        super.init(syntax)
    }

    override func evaluate(_ item: Value, _ frame: Frame) throws(JSONataError) -> Value {
        var text = ""
        let evaluation = frame.evaluation
        for part in parts {
            switch try part.evaluate(item, frame) {
            case .undefined: continue
            case .json(.string(let more)):
                try evaluation.charge(bytes: 2 * more.utf8.count)
                if text.isEmpty { text = more } else { text += more }
            case .json(.number(.integer(let number))): text += String(number)
            case .json(.bool(let value)): text += value ? "true" : "false"
            case let value:
                guard let toText else { continue }
                var call = Call(arguments: [value], context: .undefined, evaluation: evaluation)
                do {
                    guard case .json(.string(let more)) = try toText.body(&call) else { continue }
                    try evaluation.charge(bytes: 2 * more.utf8.count)
                    text += more
                } catch { throw error.placed(position, range, token: "&") }
            }
        }
        return .json(.string(text))
    }
}

/// `..`.
final class RangeNode: Node {
    private let first: Node
    private let last: Node

    /// The most elements of a range, by the reference implementation.
    private static let sizeLimit: Double = 1e7
    /// What the recorded service's tally takes for each element.
    static let bytesPerElement = 24

    init(_ first: Node, _ last: Node, _ syntax: SyntaxNode) {
        self.first = first
        self.last = last
        super.init(syntax)
    }

    override func evaluate(_ item: Value, _ frame: Frame) throws(JSONataError) -> Value { try raw(item, frame).collapsed() }

    override func raw(_ item: Value, _ frame: Frame) throws(JSONataError) -> Value {
        let first = try bound(first, "T2003", item, frame)
        let last = try bound(last, "T2004", item, frame)
        guard let first, let last, first <= last else { return .undefined }
        let size = last - first + 1
        if size > Self.sizeLimit { throw failure("D2014", token: "..", value: .number(size)) }
        let count = Int(size)
        try frame.evaluation.visit(count / 8 + 1)
        try frame.evaluation.charge(bytes: Self.bytesPerElement * count)
        var values: [JSONValue] = []
        values.reserveCapacity(count)
        if let start = Int64(exactly: first) {
            for offset in 0..<Int64(count) { values.append(.number(.integer(start &+ offset))) }
        } else {
            for offset in 0..<count { values.append(.number(.double(first + Double(offset)))) }
        }
        return .sequence(Value.Sequence(values, .sequence))
    }

    private func bound(_ node: Node, _ code: String, _ item: Value, _ frame: Frame) throws(JSONataError) -> Double? {
        let value = try node.evaluate(item, frame)
        if value.isUndefined { return nil }
        guard let number = value.number?.fastDouble, number.rounded() == number, number.isFinite else {
            throw failure(code, token: "..", value: value)
        }
        return number
    }
}
