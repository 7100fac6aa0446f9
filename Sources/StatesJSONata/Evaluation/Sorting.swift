import StatesJSON

/// `^(…)`: orders what the step before yielded.
struct Sorting {
    struct Term {
        let branch: Branch
        let isDescending: Bool
    }

    let terms: [Term]
    let position: Int
    let range: SourceRange

    /// The items in order; one or none stay as they were.
    func sort(_ items: Items, _ frame: Frame) throws(JSONataError) -> Value {
        switch items {
        case .one(let value): return value
        case .data(let values):
            guard values.count > 1 else { return .sequence(Value.Sequence(values, .sequence)) }
            let order = try order(of: values.count, frame) { (at) in (.json(values[at]), frame) }
            return .json(.array(order.map { values[$0] }))
        case .mixed(let values):
            guard values.count > 1 else { return .list(Value.List(values, .sequence)) }
            let order = try order(of: values.count, frame) { (at) in (values[at], frame) }
            return .list(Value.List(order.map { values[$0] }, []))
        }
    }

    /// The tuples in order.
    func sort(tuples: [Frame], _ frame: Frame) throws(JSONataError) -> [Frame] {
        guard tuples.count > 1 else { return tuples }
        return try order(of: tuples.count, frame) { (at) in (tuples[at][0] ?? .undefined, tuples[at]) }.map { tuples[$0] }
    }

    /// What a term amounts to for one item.
    fileprivate enum Key {
        case nothing
        case number(Double)
        case text(String)
        case other(Value)
    }

    private func order(
        of count: Int, _ frame: Frame, _ item: (Int) -> (Value, Frame)
    ) throws(JSONataError) -> [Int] {
        try frame.evaluation.charge(bytes: 32 * count)
        var columns: [[Key?]] = []
        for _ in terms { columns.append([Key?](repeating: nil, count: count)) }
        func key(_ term: Int, _ at: Int) throws(JSONataError) -> Key {
            if let known = columns[term][at] { return known }
            let (value, frame) = item(at)
            try frame.require(terms[term].branch.height)
            try frame.evaluation.visit(terms[term].branch.weight)
            let found: Key =
                switch try terms[term].branch.node.evaluate(value, frame) {
                case .undefined: .nothing
                case .json(.number(let number)): .number(number.fastDouble)
                case .json(.string(let text)): .text(text)
                case let value: .other(value)
                }
            columns[term][at] = found
            return found
        }
        /// Whether the item at `left` belongs behind the one at `right`.
        func isBehind(_ left: Int, _ right: Int) throws(JSONataError) -> Bool {
            for term in terms.indices {
                let isBehind: Bool
                switch (try key(term, left), try key(term, right)) {
                case (.nothing, .nothing): continue
                case (.nothing, _): return true
                case (_, .nothing): return false
                case (.number(let a), .number(let b)):
                    if a == b { continue }
                    isBehind = !(a < b)
                case (.text(let a), .text(let b)):
                    if a.utf8Equals(b) { continue }
                    isBehind = !a.precedesInUTF16(b)
                case (let a, let b): throw refusal(a, b)
                }
                return isBehind != terms[term].isDescending
            }
            return false
        }
        var order = Array(0..<count)
        try order.mergeSort(isBehind)
        return order
    }

    private func refusal(_ left: Key, _ right: Key) -> JSONataError {
        for case .other(let value) in [left, right] {
            return .make("T2008", position: position, range: range, value: value.data)
        }
        return .make("T2007", position: position, range: range, value: left.data, value2: right.data)
    }
}

extension Sorting.Key {
    fileprivate var data: JSONValue? {
        switch self {
        case .nothing: nil
        case .number(let value): .number(.double(value))
        case .text(let text): .string(text)
        case .other(let value): value.data
        }
    }
}

extension Array where Element == Int {
    /// A stable merge sort that asks as little as possible: the standard library's may not throw a typed error.
    mutating func mergeSort(_ isBehind: (Int, Int) throws(JSONataError) -> Bool) throws(JSONataError) {
        var source = self
        var target = self
        var width = 1
        while width < count {
            var low = 0
            while low < count {
                let middle = Swift.min(low + width, count)
                let high = Swift.min(low + 2 * width, count)
                var left = low
                var right = middle
                for at in low..<high {
                    if left < middle, right >= high {
                        target[at] = source[left]
                        left += 1
                    } else if left >= middle {
                        target[at] = source[right]
                        right += 1
                    } else if try isBehind(source[left], source[right]) {
                        target[at] = source[right]
                        right += 1
                    } else {
                        target[at] = source[left]
                        left += 1
                    }
                }
                low = high
            }
            swap(&source, &target)
            width *= 2
        }
        self = source
    }
}
