import StatesJSON

/// One evaluation of a path that is more than a chain of names.
///
/// Follows the library's order of steps, because it decides which failure is seen: a wildcard over an array swallows what is
/// missing below each element, a filter, a slice and a scan do not.
struct PathWalk {
    /// Values that one evaluation may look at; worth about a second. A scan in a scan over a wide document would take hours.
    static let visitLimit = 10_000_000

    private let steps: [PathStep]
    private let isDefinite: Bool
    private let lastIndefinite: Int
    private let root: JSONValue
    private var results: [JSONValue] = []
    private var trail: [Crumb] = []
    /// How many wildcards over arrays are around us; inside one, nobody reads what a failure says.
    private var swallowing = 0
    private var visitsLeft: Int
    private var depth = 0

    /// Whether `['a','b']` fails if one is missing: so in a filter that asks whether something exists.
    var requiresAllNames = false

    /// Where a value was found.
    private enum Crumb {
        case name(String)
        case index(Int)
        case root
    }

    init(_ path: JSONPath, root: JSONValue, visitLimit: Int) {
        visitsLeft = visitLimit
        steps = path.steps
        isDefinite = path.isDefinite
        lastIndefinite = path.lastIndefinite
        self.root = root
    }

    /// The one value of a definite path, the array of all found of another.
    mutating func value() throws(PathFailure) -> JSONValue {
        try emit(root, after: -1)
        guard isDefinite else { return .array(results) }
        guard let first = results.first else {
            throw PathFailure(.notFound, "No results for path: " + Self.text(of: steps[...]))
        }
        return first
    }

    private mutating func emit(_ value: JSONValue, after step: Int) throws(PathFailure) {
        if step + 1 == steps.count {
            results.append(value)
        } else {
            try take(step + 1, on: value)
        }
    }

    private mutating func visit() throws(PathFailure) {
        visitsLeft -= 1
        if visitsLeft < 0 { throw Self.tooMuchWork }
    }

    static var tooMuchWork: PathFailure { PathFailure(.invalid, "The path has too many values to look at") }

    private mutating func take(_ step: Int, on value: JSONValue) throws(PathFailure) {
        try visit()
        switch steps[step] {
        case .name(let name): try takeName(name, step, value)
        case .names(let names): try takeNames(names, step, value)
        case .index(let index): try takeElement(index, step, try elements(step, value))
        case .indices(let indices):
            let elements = try elements(step, value)
            for index in indices { try takeElement(index, step, elements) }
        case .indexFromEnd(let distance):
            let elements = try elements(step, value)
            try takeElement(elements.count + distance, step, elements)
        case .sliceFrom(let first):
            let elements = try elements(step, value)
            try takeSlice(max(0, first < 0 ? first + elements.count : first), elements.count, step, elements)
        case .sliceTo(let end):
            let elements = try elements(step, value)
            try takeSlice(0, min(elements.count, end < 0 ? end + elements.count : end), step, elements)
        case .slice(let first, let end):
            // Neither end counts from the back here, so a negative first one is out of bounds as soon as anything is taken.
            let elements = try elements(step, value)
            try takeSlice(first, elements.isEmpty ? 0 : min(elements.count, end), step, elements)
        case .wildcard: try takeAll(step, value)
        case .scan: try scan(step + 1, value)
        case .filter, .placeholder: try takeMatches(step, value)
        case .root:
            trail.append(.root)
            try emit(value, after: step)
            trail.removeLast()
        }
    }

    // MARK: Objects

    /// A missing member at the end of the path is a failure even in an indefinite path; only a wildcard over an array swallows it
    /// (so it was in the library until 2.0.0). In the middle of the path it just finds nothing, unless the step is strict.
    private mutating func takeName(_ name: String, _ step: Int, _ value: JSONValue) throws(PathFailure) {
        guard case .object(let object) = value, let member = object[name] else {
            if case .object = value, step + 1 < steps.count, !isStrict(step) { return }
            throw failure(at: step, value)
        }
        try descend(.name(name), member, after: step)
    }

    private mutating func takeNames(_ names: [String], _ step: Int, _ value: JSONValue) throws(PathFailure) {
        guard case .object(let object) = value, step + 1 == steps.count else { throw failure(at: step, value) }
        var merged = JSONObject()
        for name in names {
            if let member = object[name] {
                merged[name] = member
            } else if requiresAllNames {
                throw PathFailure(.notFound, "Missing property in path \(below)\(steps[step].fragment)")
            }
        }
        results.append(.object(merged))
    }

    // MARK: Arrays

    private func elements(_ step: Int, _ value: JSONValue) throws(PathFailure) -> [JSONValue] {
        guard case .array(let elements) = value else { throw failure(at: step, value) }
        return elements
    }

    private mutating func takeElement(_ index: Int, _ step: Int, _ elements: [JSONValue]) throws(PathFailure) {
        guard elements.indices.contains(index) else {
            throw PathFailure(.notFound, swallowing > 0 ? "" : "Index out of bounds when evaluating path \(below)[\(index)]")
        }
        try descend(.index(index), elements[index], after: step)
    }

    private mutating func takeSlice(_ first: Int, _ end: Int, _ step: Int, _ elements: [JSONValue]) throws(PathFailure) {
        var index = first
        while index < end {
            try takeElement(index, step, elements)
            index += 1
        }
    }

    private mutating func takeAll(_ step: Int, _ value: JSONValue) throws(PathFailure) {
        switch value {
        case .object(let object):
            for member in object.members { try descend(.name(member.name), member.value, after: step) }
        case .array(let elements):
            swallowing += 1
            for (index, element) in elements.enumerated() {
                let (length, level) = (trail.count, depth)
                do {
                    try descend(.index(index), element, after: step)
                } catch {
                    if error.kind == .invalid { throw error }
                    trail.removeSubrange(length...)
                    depth = level
                }
            }
            swallowing -= 1
        case .null, .bool, .number, .string: break
        }
    }

    private mutating func descend(_ crumb: Crumb, _ value: JSONValue, after step: Int) throws(PathFailure) {
        if step + 1 == steps.count {
            try visit()
            results.append(value)
            return
        }
        trail.append(crumb)
        try take(step + 1, on: value)
        trail.removeLast()
    }

    // MARK: Filters

    private mutating func takeMatches(_ step: Int, _ value: JSONValue) throws(PathFailure) {
        switch value {
        case .object: if try matches(step, value) { try emit(value, after: step) }
        case .array(let elements):
            for (index, element) in elements.enumerated() where try matches(step, element) {
                try descend(.index(index), element, after: step)
            }
        case .null, .bool, .number, .string: throw failure(at: step, value)
        }
    }

    private mutating func matches(_ step: Int, _ item: JSONValue) throws(PathFailure) -> Bool {
        try visit()
        guard case .filter(let filter) = steps[step] else {
            throw PathFailure(.invalid, Self.noPredicate)
        }
        return try filter.accepts(item, root: root, visitsLeft: &visitsLeft)
    }

    /// What the library's runtime says of a filter that was never given.
    private static let noPredicate =
        "Cannot invoke \"com.jayway.jsonpath.Predicate.apply(com.jayway.jsonpath.Predicate$PredicateContext)\" "
        + "because \"predicate\" is null"

    // MARK: Scans

    /// Looks for `target` at `value` and everything below it: parents before children, in document order.
    private mutating func scan(_ target: Int, _ value: JSONValue) throws(PathFailure) {
        try visit()
        switch value {
        case .object(let object):
            if try isWanted(target, value) { try take(target, on: value) }
            try nest()
            for member in object.members {
                trail.append(.name(member.name))
                try scan(target, member.value)
                trail.removeLast()
            }
            depth -= 1
        case .array(let elements):
            if try isWanted(target, value) { try takeWanted(target, value, elements) }
            try nest()
            for (index, element) in elements.enumerated() {
                trail.append(.index(index))
                try scan(target, element)
                trail.removeLast()
            }
            depth -= 1
        case .null, .bool, .number, .string: break
        }
    }

    private mutating func nest() throws(PathFailure) {
        depth += 1
        if depth > JSONPath.stepLimit { throw PathFailure(.invalid, "The path looked into more than \(JSONPath.stepLimit) levels") }
    }

    /// An array takes the target itself only if nothing follows; otherwise what follows is tried on each of its elements, whatever
    /// the target says. So it is in the library.
    private mutating func takeWanted(_ target: Int, _ value: JSONValue, _ elements: [JSONValue]) throws(PathFailure) {
        if target + 1 == steps.count { return try take(target, on: value) }
        for (index, element) in elements.enumerated() { try descend(.index(index), element, after: target) }
    }

    private mutating func isWanted(_ target: Int, _ value: JSONValue) throws(PathFailure) -> Bool {
        switch steps[target] {
        case .name(let name): return value[name] != nil
        case .names(let names):
            guard case .object(let object) = value else { return false }
            return names.allSatisfy { object.position(of: $0) != nil }
        case .index, .indices, .indexFromEnd, .sliceFrom, .sliceTo, .slice: return value.array != nil
        case .wildcard: return true
        case .filter, .placeholder: return try matches(target, value)
        case .scan, .root: return false
        }
    }

    // MARK: Failures

    /// Whether a missing member in the middle of the path is a failure: only if no step from the one before it on is indefinite.
    private func isStrict(_ step: Int) -> Bool { lastIndefinite < max(step - 1, 0) }

    private var below: String {
        var text = "$"
        for crumb in trail {
            switch crumb {
            case .name(let name): text += "['\(name)']"
            case .index(let index): text += "[\(index)]"
            case .root: text = "$"
            }
        }
        return text
    }

    private func failure(at step: Int, _ value: JSONValue) -> PathFailure {
        if swallowing > 0, Self.isMissing(steps[step], in: value) { return PathFailure(.notFound, "") }
        return Self.failure(steps, at: step, in: value, below: below, lastIndefinite: lastIndefinite)
    }

    /// Whether the failure of that step on that value means that something is missing, rather than that the path is wrong.
    static func isMissing(_ step: PathStep, in value: JSONValue) -> Bool {
        switch step {
        case .name: true
        case .names: value.object == nil
        case .index, .indices, .indexFromEnd, .sliceFrom, .sliceTo, .slice: value.isNull || value.array != nil
        case .wildcard, .scan, .filter, .placeholder, .root: false
        }
    }

    /// What the library says when a step cannot be taken.
    static func failure(
        _ steps: [PathStep], at step: Int, in value: JSONValue, below: String, lastIndefinite: Int
    ) -> PathFailure {
        let fragment = steps[step].fragment
        let isLeaf = step + 1 == steps.count
        switch steps[step] {
        case .name:
            guard case .object = value else { return PathFailure(.notFound, "Property \(fragment) not found in path \(below)") }
            return PathFailure(.notFound, (isLeaf ? "No results for path: " : "Missing property in path ") + below + fragment)
        case .names:
            guard case .object = value else { return PathFailure(.notFound, "Property \(fragment) not found in path \(below)") }
            return PathFailure(.invalid, "Multi properties can only be used as path leafs: \(below)\(fragment)")
        case .index, .indices, .indexFromEnd, .sliceFrom, .sliceTo, .slice:
            if value.isNull { return PathFailure(.notFound, "The path \(below) is null") }
            if value.array != nil {
                return PathFailure(.notFound, "Index out of bounds when evaluating path \(below)\(fragment)")
            }
            return misapplied(steps[step...], "can only be applied to arrays", value)
        case .wildcard, .scan, .filter, .placeholder, .root:
            return misapplied(steps[step...], "can not be applied to primitives", value)
        }
    }

    private static func misapplied(_ steps: ArraySlice<PathStep>, _ complaint: String, _ value: JSONValue) -> PathFailure {
        let filter = steps.map(\.fragment).joined()
        return PathFailure(.invalid, "Filter: \(filter) \(complaint). Current context is: \(JavaText.excerpt(of: value))")
    }

    /// The path as the library prints it.
    static func text(of steps: ArraySlice<PathStep>) -> String { "$" + steps.map(\.fragment).joined() }
}
