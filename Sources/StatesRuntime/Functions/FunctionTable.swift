/// Functions by name, in the order they were written: the first that matches performs the task.
///
/// A key is a function's name, `name:qualifier`, an ARN in which `*` stands for any text, or `service:action` such as
/// `sqs:sendMessage` for an integration.
public struct FunctionTable: Sendable, ExpressibleByDictionaryLiteral {
    /// The keys in order.
    public private(set) var keys: [String] = []
    private var functions: [Function] = []
    private var places: [String: Int] = [:]
    private var patterns: [Int] = []

    /// No functions.
    public init() {}

    /// The functions of a literal. Of equal keys the first stands.
    public init(dictionaryLiteral elements: (String, Function)...) {
        for (key, function) in elements { append(key, function) }
    }

    /// Whether there are none.
    public var isEmpty: Bool { keys.isEmpty }

    /// Adds a function after the others; of equal keys the first stands.
    public mutating func append(_ key: String, _ function: Function) {
        guard places[key] == nil else { return }
        places[key] = keys.count
        if key.utf8.contains(UInt8(ascii: "*")) { patterns.append(keys.count) }
        keys.append(key)
        functions.append(function)
    }

    /// The function of exactly that key. Setting replaces it in its place, or appends it.
    public subscript(key: String) -> Function? {
        get { places[key].map { functions[$0] } }
        set {
            if let place = places[key], let newValue {
                functions[place] = newValue
            } else if let newValue {
                append(key, newValue)
            }
        }
    }

    /// The first function whose key is, or as a pattern matches, one of these names.
    func first(matching names: [String]) -> (key: String, function: Function)? {
        var best = names.compactMap { places[$0] }.min()
        for place in patterns where place < best ?? .max {
            if names.contains(where: { Wildcard.matches($0, pattern: keys[place]) }) {
                best = place
                break
            }
        }
        return best.map { (keys[$0], functions[$0]) }
    }
}

/// Patterns in which `*` stands for any text.
package enum Wildcard {
    /// Whether the whole text matches. Takes time at most proportional to the product of the lengths.
    package static func matches(_ text: String, pattern: String) -> Bool {
        let text = Array(text.utf8)
        let pattern = Array(pattern.utf8)
        var (at, mark) = (0, 0)
        // Where the last star stood, and how much of the text it has swallowed.
        var star: (pattern: Int, text: Int)?
        while at < text.count {
            if mark < pattern.count, pattern[mark] == UInt8(ascii: "*") {
                star = (mark, at)
                mark += 1
            } else if mark < pattern.count, pattern[mark] == text[at] {
                at += 1
                mark += 1
            } else if let back = star {
                star = (back.pattern, back.text + 1)
                (at, mark) = (back.text + 1, back.pattern + 1)
            } else {
                return false
            }
        }
        return pattern[mark...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
