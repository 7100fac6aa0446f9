import StatesJSON

/// Functions that call functions.
extension BuiltIns {
    /// `$map(array, function)`.
    static func map(_ call: inout Call) throws(JSONataError) -> Value {
        guard !call[0].isUndefined, let visitor = Visitor(call) else { return .undefined }
        let elements = Elements(call[0])
        var results = Gathering()
        results.reserve(elements.count)
        try call.charge(elements: elements.count)
        for at in 0..<elements.count { results.append(try visitor.result(elements[at], at)) }
        return results.array(.sequence)
    }

    /// `$filter(array, function)`.
    static func filter(_ call: inout Call) throws(JSONataError) -> Value {
        guard !call[0].isUndefined, let visitor = Visitor(call) else { return .undefined }
        let elements = Elements(call[0])
        var results = Gathering()
        try call.charge(elements: elements.count)
        for at in 0..<elements.count {
            let element = elements[at]
            if try visitor.result(element, at).isTruthy() { results.append(element) }
        }
        return results.array(.sequence)
    }

    /// `$single(array, function)`.
    /// - Throws: D3138 if there are more, D3139 if there is none.
    static func single(_ call: inout Call) throws(JSONataError) -> Value {
        if call[0].isUndefined { return .undefined }
        let elements = Elements(call[0])
        let visitor = Visitor(call)
        var found: Value?
        for at in 0..<elements.count {
            if let visitor, !(try visitor.result(elements[at], at).isTruthy()) { continue }
            if found != nil { throw .make("D3138", index: at) }
            found = elements[at]
        }
        guard let found else { throw .make("D3139") }
        return found
    }

    /// `$reduce(array, function, init)`.
    /// - Throws: D3050 if the function has less than two parameters.
    static func reduce(_ call: inout Call) throws(JSONataError) -> Value {
        guard !call[0].isUndefined, let function = call[1].function else { return .undefined }
        let arity = function.arity
        if arity < 2 { throw .make("D3050", index: 1) }
        let elements = Elements(call[0])
        var result = call[2]
        var start = 0
        if result.isUndefined, elements.count > 0 {
            result = elements[0]
            start = 1
        }
        if case .builtIn(let builtIn) = function.kind, builtIn.name == "append" {
            return try appendAll(elements, to: result, from: start, call)
        }
        for at in start..<Swift.max(start, elements.count) {
            var arguments = [result, elements[at]]
            if arity >= 3 { arguments.append(.json(.integer(at))) }
            if arity >= 4 { arguments.append(call[0]) }
            result = try call.evaluation.invoke(function, arguments)
        }
        return result
    }

    /// `$each(object, function)`.
    static func each(_ call: inout Call) throws(JSONataError) -> Value {
        guard let visitor = Visitor(call) else { return .undefined }
        let members = call[0].members
        try call.charge(elements: members.count)
        var results = Gathering()
        for (name, value) in members { results.append(try visitor.result(value, named: name)) }
        return results.array(.sequence)
    }

    /// `$sift(object, function)`: an object without members is nothing.
    static func sift(_ call: inout Call) throws(JSONataError) -> Value {
        guard let visitor = Visitor(call) else { return .undefined }
        let members = call[0].members
        try call.charge(elements: members.count)
        var results: [(name: String, value: Value)] = []
        for (name, value) in members where try visitor.result(value, named: name).isTruthy() { results.append((name, value)) }
        return results.isEmpty ? .undefined : .object(results)
    }
}

/// The function that a function like `$map` calls for each element, with as many arguments as it takes.
private struct Visitor {
    private let function: Function
    private let arity: Int
    private let whole: Value
    private let evaluation: Evaluation

    /// The function that is the second argument, or nil if it was not given.
    init?(_ call: Call) {
        guard let function = call[1].function else { return nil }
        self.function = function
        arity = function.arity
        whole = call[0]
        evaluation = call.evaluation
    }

    @inline(__always)
    func result(_ element: Value, _ index: Int) throws(JSONataError) -> Value {
        if arity < 2 { return try evaluation.invoke(function, [element]) }
        return try result(element, .json(.integer(index)))
    }

    func result(_ member: Value, named name: String) throws(JSONataError) -> Value {
        if arity < 2 { return try evaluation.invoke(function, [member]) }
        return try result(member, .json(.string(name)))
    }

    private func result(_ value: Value, _ key: Value) throws(JSONataError) -> Value {
        try evaluation.invoke(function, arity == 2 ? [value, key] : [value, key, whole])
    }
}

// MARK: - Sorting

extension BuiltIns {
    /// `$sort(array, function)`: the function says whether its first argument belongs behind its second one.
    /// - Throws: D3070 without a function for anything but numbers only or texts only.
    static func sort(_ call: inout Call) throws(JSONataError) -> Value {
        let elements = Elements(call[0])
        if elements.count <= 1 { return call[0] }
        try call.charge(elements: 2 * elements.count)
        if let function = call[1].function {
            let evaluation = call.evaluation
            var order = MergeOrder(count: elements.count) { (left, right) throws(JSONataError) in
                try evaluation.invoke(function, [elements[left], elements[right]]).isTrueInJavaScript
            }
            try order.sort()
            return elements.array(in: order.indices)
        }
        guard let values = call[0].dataElements else { throw .make("D3070", index: 1) }
        try call.evaluation.visit(values.count)
        return .json(.array(try sorted(values)))
    }

    private static func sorted(_ values: [JSONValue]) throws(JSONataError) -> [JSONValue] {
        if case .number = values[0] { return try sortedNumbers(values) }
        var keys: [(text: String, index: Int)] = []
        keys.reserveCapacity(values.count)
        for (index, value) in values.enumerated() {
            guard case .string(let text) = value else { throw .make("D3070", index: 1) }
            keys.append((text, index))
        }
        keys.sort { $0.text.precedesInUTF16($1.text) || $0.index < $1.index && !$1.text.precedesInUTF16($0.text) }
        return keys.map { values[$0.index] }
    }

    private static func sortedNumbers(_ values: [JSONValue]) throws(JSONataError) -> [JSONValue] {
        var keys: [(number: Double, index: Int)] = []
        keys.reserveCapacity(values.count)
        for (index, value) in values.enumerated() {
            guard let number = value.number?.fastDouble, !number.isNaN else { throw .make("D3070", index: 1) }
            if number.isInfinite { throw .outOfRange(number) }
            keys.append((number, index))
        }
        keys.sort { $0.number < $1.number || $0.number == $1.number && $0.index < $1.index }
        return keys.map { values[$0.index] }
    }
}

/// A stable merge sort in halves, which asks for the same pairs as the reference implementation does: with a function that
/// contradicts itself the outcome is the same too.
private struct MergeOrder {
    private(set) var indices: [Int]
    private var scratch: [Int]
    private let isBehind: (Int, Int) throws(JSONataError) -> Bool

    init(count: Int, isBehind: @escaping (Int, Int) throws(JSONataError) -> Bool) {
        indices = Array(0..<count)
        scratch = indices
        self.isBehind = isBehind
    }

    mutating func sort() throws(JSONataError) { try sort(0, indices.count) }

    private mutating func sort(_ low: Int, _ high: Int) throws(JSONataError) {
        guard high - low > 1 else { return }
        let middle = low + (high - low) / 2
        try sort(low, middle)
        try sort(middle, high)
        var left = low
        var right = middle
        for at in low..<high {
            let takesRight = left == middle ? true : right == high ? false : try isBehind(indices[left], indices[right])
            scratch[at] = indices[takesRight ? right : left]
            if takesRight { right += 1 } else { left += 1 }
        }
        for at in low..<high { indices[at] = scratch[at] }
    }
}

extension Value {
    /// Whether JavaScript takes the value for true, which is how the answers of a comparing function are read: all arrays and objects are.
    fileprivate var isTrueInJavaScript: Bool {
        switch self {
        case .undefined, .json(.null), .json(.bool(false)): false
        case .json(.number(let number)): number.fastDouble != 0 && !number.fastDouble.isNaN
        case .json(.string(let text)): !text.utf8.isEmpty
        case .json, .sequence, .list, .record, .function: true
        }
    }
}
