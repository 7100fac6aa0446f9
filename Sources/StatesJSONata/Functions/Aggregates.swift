import StatesJSON

/// Functions of all numbers or elements of an array.
extension BuiltIns {
    /// `$sum(array)`.
    static func sum(_ call: inout Call) throws(JSONataError) -> Value {
        if call[0].isUndefined { return .undefined }
        return .number(try total(call))
    }

    /// `$count(array)`: nothing counts as none.
    static func count(_ call: inout Call) throws(JSONataError) -> Value {
        .json(.number(.integer(Int64(Elements(call[0]).count))))
    }

    /// `$max(array)`: of no numbers it is nothing.
    static func max(_ call: inout Call) throws(JSONataError) -> Value { try extreme(call) { $0 > $1 } }

    /// `$min(array)`: of no numbers it is nothing.
    static func min(_ call: inout Call) throws(JSONataError) -> Value { try extreme(call) { $0 < $1 } }

    /// `$average(array)`: of no numbers it is nothing.
    static func average(_ call: inout Call) throws(JSONataError) -> Value {
        let count = Elements(call[0]).count
        return count == 0 ? .undefined : .number(try total(call) / Double(count))
    }

    private static func total(_ call: Call) throws(JSONataError) -> Double {
        let elements = Elements(call[0])
        try call.work(elements.count)
        if let values = call[0].dataElements { return total(values) }
        var total = 0.0
        for at in 0..<elements.count { total += elements[at].number?.fastDouble ?? 0 }
        return total
    }

    private static func total(_ values: [JSONValue]) -> Double {
        var total = 0.0
        for value in values {
            if case .number(let number) = value { total += number.fastDouble }
        }
        return total
    }

    /// The first number that goes before all others; what is no number goes before any.
    @inline(__always)
    private static func extreme(_ call: Call, _ precedes: (Double, Double) -> Bool) throws(JSONataError) -> Value {
        let elements = Elements(call[0])
        try call.work(elements.count)
        var best: (value: Double, element: Value)?
        for at in 0..<elements.count {
            let element = elements[at]
            guard let value = element.number?.fastDouble else { continue }
            if value.isNaN { return element }
            if best.map({ precedes(value, $0.value) }) ?? true { best = (value, element) }
        }
        return best?.element ?? .undefined
    }
}
