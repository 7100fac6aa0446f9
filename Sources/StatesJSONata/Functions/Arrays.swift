import StatesJSON

/// Functions of arrays.
extension BuiltIns {
    /// `$zip(array1, …)`: as many arrays as the shortest one has elements.
    static func zip(_ call: inout Call) throws(JSONataError) -> Value {
        let columns = call.arguments.map { Elements($0) }
        let count = columns.map(\.count).min() ?? 0
        try call.charge(elements: count * (columns.count + 1))
        try call.evaluation.visit(count)
        var rows = Gathering()
        rows.reserve(count)
        for at in 0..<count {
            var row = Gathering()
            row.reserve(columns.count)
            for column in columns { row.append(column[at]) }
            rows.append(row.array())
        }
        return rows.array()
    }

    /// `$append(array1, array2)`: what is no array counts as its only element.
    static func append(_ call: inout Call) throws(JSONataError) -> Value {
        let second = call[1]
        if call[0].isUndefined { return second }
        if second.isUndefined { return call[0] }
        var joined = Gathering()
        try append(call[0], second, to: &joined, call)
        return joined.array()
    }

    private static func append(
        _ first: Value, _ second: Value, to joined: inout Gathering, _ call: Call
    ) throws(JSONataError) {
        // What is copied is given up again at once in most programs, so only what is new is charged.
        try call.evaluation.visit(Elements(first).count >> 1)
        try call.charge(elements: Elements(second).count)
        joined.appendAll(first)
        joined.appendAll(second)
    }

    /// `$reduce(array, $append)` without copying what is there already at each step.
    static func appendAll(_ elements: Elements, to first: Value, from start: Int, _ call: Call) throws(JSONataError) -> Value {
        guard start < elements.count else { return first }
        var joined = Gathering()
        joined.appendAll(first)
        var count = first.isUndefined ? 0 : 1
        for at in start..<elements.count where !elements[at].isUndefined {
            try call.charge(elements: Elements(elements[at]).count)
            joined.appendAll(elements[at])
            count += 1
        }
        // A single one is handed on as it is.
        return count == 1 && !first.isUndefined ? first : joined.array()
    }

    /// `$reverse(array)`.
    static func reverse(_ call: inout Call) throws(JSONataError) -> Value {
        let elements = Elements(call[0])
        if elements.count <= 1 { return call[0] }
        try call.charge(elements: elements.count)
        if let values = call[0].dataElements { return .json(.array(values.reversed())) }
        return .list(Value.List((call[0].elements ?? []).reversed(), []))
    }

    /// `$shuffle(array)`.
    static func shuffle(_ call: inout Call) throws(JSONataError) -> Value {
        let elements = Elements(call[0])
        if elements.count <= 1 { return call[0] }
        try call.charge(elements: elements.count)
        try call.evaluation.visit(elements.count)
        // Fisher and Yates, from the inside out.
        var order: [Int] = []
        order.reserveCapacity(elements.count)
        for at in 0..<elements.count {
            let other = Swift.min(at, Int(call.evaluation.randomFraction() * Double(at + 1)))
            order.append(at)
            order.swapAt(at, other)
        }
        return elements.array(in: order)
    }

    /// `$distinct(array)`: the first of equal elements stays.
    static func distinct(_ call: inout Call) throws(JSONataError) -> Value {
        guard call[0].isArray else { return call[0] }
        let elements = Elements(call[0])
        if elements.count <= 1 { return call[0] }
        try call.charge(elements: elements.count)
        var seen = DistinctValues()
        var result = Gathering()
        for at in 0..<elements.count where try seen.insert(elements[at], call) { result.append(elements[at]) }
        return result.array(call[0].arrayFlags.contains(.sequence) ? .sequence : [])
    }
}

extension Elements {
    /// An array of the elements in another order.
    func array(in order: [Int]) -> Value {
        var result = Gathering()
        result.reserve(order.count)
        for index in order { result.append(self[index]) }
        return result.array()
    }
}

/// Values that were seen before.
private struct DistinctValues {
    private var data: Set<JSONValue> = []
    private var functions: Set<ObjectIdentifier> = []
    /// Arrays and objects that hold functions, which nobody has many of.
    private var others: [Value] = []

    /// Whether the value is new.
    mutating func insert(_ value: Value, _ call: Call) throws(JSONataError) -> Bool {
        switch value {
        case .json(let value):
            // Hashing goes through the whole value.
            try value.countParts(call.evaluation)
            return data.insert(value).inserted
        case .sequence(let sequence): return try insert(.json(.array(sequence.values)), call)
        case .function(let function): return functions.insert(ObjectIdentifier(function)).inserted
        case .undefined, .list, .record:
            try call.evaluation.visit(others.count)
            if others.contains(where: { Value.areEqual($0, value) }) { return false }
            others.append(value)
            return true
        }
    }
}

extension JSONValue {
    /// Counts as visits all parts of the value: something will go through all of it.
    func countParts(_ evaluation: Evaluation) throws(JSONataError) {
        switch self {
        case .null, .bool, .number: break
        case .string(let text): if text.utf8.count > 256 { try evaluation.visit(text.utf8.count >> 8) }
        case .array(let values):
            try evaluation.visit(1 + values.count / 4)
            for value in values { try value.countParts(evaluation) }
        case .object(let object):
            try evaluation.visit(1 + object.count)
            for member in object.members { try member.value.countParts(evaluation) }
        }
    }
}
