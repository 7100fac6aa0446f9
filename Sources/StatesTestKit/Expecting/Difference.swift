public import StatesJSON

/// One place where a value is not as expected.
public struct Difference: Sendable, Equatable, CustomStringConvertible {
    /// Where, as a path such as `$.items[2].price`.
    public let path: String
    /// What was expected there; nil if nothing was.
    public let expected: JSONValue?
    /// What is there; nil if nothing is.
    public let actual: JSONValue?

    /// The places where a value differs from what was expected, the smallest that say it, in the order of the expected value.
    ///
    /// - Parameter isPartial: Whether members that were not expected do not matter.
    public static func between(expected: JSONValue, actual: JSONValue, isPartial: Bool = false) -> [Difference] {
        var comparison = Comparison(isPartial: isPartial)
        comparison.compare(expected, actual, at: "$")
        return comparison.differences
    }

    /// `$.total: expected 59.9, got 60`.
    public var description: String {
        switch (expected, actual) {
        case (let expected?, let actual?): "\(path): expected \(Excerpt.of(expected)), got \(Excerpt.of(actual))"
        case (let expected?, nil): "\(path): expected \(Excerpt.of(expected)), got nothing"
        case (nil, let actual?): "\(path): expected nothing, got \(Excerpt.of(actual))"
        case (nil, nil): path
        }
    }
}

private struct Comparison {
    let isPartial: Bool
    var differences: [Difference] = []
    /// Nobody reads more.
    private static let limit = 20

    init(isPartial: Bool) { self.isPartial = isPartial }

    mutating func compare(_ expected: JSONValue, _ actual: JSONValue, at path: String) {
        guard differences.count < Self.limit else { return }
        switch (expected, actual) {
        case (.object(let wanted), .object(let found)): compare(wanted, found, at: path)
        case (.array(let wanted), .array(let found)): compare(wanted, found, at: path)
        case _ where expected == actual: break
        default: differences.append(Difference(path: path, expected: expected, actual: actual))
        }
    }

    private mutating func compare(_ wanted: JSONObject, _ found: JSONObject, at path: String) {
        for member in wanted {
            let place = path + Self.step(member.name)
            if let value = found[member.name] {
                compare(member.value, value, at: place)
            } else {
                differences.append(Difference(path: place, expected: member.value, actual: nil))
            }
        }
        guard !isPartial else { return }
        for member in found where wanted[member.name] == nil {
            differences.append(Difference(path: path + Self.step(member.name), expected: nil, actual: member.value))
        }
    }

    private mutating func compare(_ wanted: [JSONValue], _ found: [JSONValue], at path: String) {
        for (index, value) in wanted.enumerated() {
            let place = "\(path)[\(index)]"
            if index < found.count {
                compare(value, found[index], at: place)
            } else {
                differences.append(Difference(path: place, expected: value, actual: nil))
            }
        }
        for index in wanted.count..<max(wanted.count, found.count) {
            differences.append(Difference(path: "\(path)[\(index)]", expected: nil, actual: found[index]))
        }
    }

    private static func step(_ name: String) -> String {
        let isPlain =
            !name.isEmpty
            && name.utf8.allSatisfy {
                $0 == 0x5F || (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
            }
        return isPlain ? ".\(name)" : "['\(name)']"
    }
}
