import StatesTestKit

/// A definition with one mistake in it, as people make them.
struct Mutant: Sendable, CustomStringConvertible {
    let description: String
    let definition: JSONValue
}

/// All mistakes of some kinds that a definition can have.
struct Mutation {
    private let definition: JSONValue
    private(set) var mutants: [Mutant] = []

    private static let pathFields = [
        "InputPath", "OutputPath", "ResultPath", "ItemsPath", "SecondsPath", "TimestampPath", "Variable", "ErrorPath", "CausePath",
    ]

    init(of definition: JSONValue, swapping compensations: [String]) {
        self.definition = definition
        for state in (definition["States"]?.object ?? JSONObject()) {
            guard let fields = state.value.object else { continue }
            let at: [Step] = [.name("States"), .name(state.name)]
            retriers(fields, at)
            catchers(fields, at)
            choices(fields, at)
            durations(fields, at)
            paths(.object(fields), at)
            placements(.object(fields), at)
        }
        for (index, first) in compensations.enumerated() {
            for second in compensations.dropFirst(index + 1) { swap(first, second) }
        }
    }

    /// A way into a value.
    enum Step: CustomStringConvertible {
        case name(String)
        case index(Int)

        var description: String {
            switch self {
            case .name(let name): "/\(name)"
            case .index(let index): "/\(index)"
            }
        }
    }

    private mutating func add(_ what: String, _ at: [Step], _ change: (JSONValue?) -> JSONValue?) {
        let place = at.dropFirst().map(\.description).joined()
        mutants.append(Mutant(description: "\(what) at \(place)", definition: definition.changing(at[...], change) ?? .null))
    }

    // MARK: Kinds

    private mutating func retriers(_ fields: JSONObject, _ at: [Step]) {
        for index in (fields["Retry"]?.array ?? []).indices {
            add("one attempt more", at + [.name("Retry"), .index(index), .name("MaxAttempts")]) { value in
                .number(.integer((value?.number?.exactInteger ?? 3) + 1))
            }
        }
    }

    private mutating func catchers(_ fields: JSONObject, _ at: [Step]) {
        for index in (fields["Catch"]?.array ?? []).indices {
            add("a catcher less", at + [.name("Catch"), .index(index)]) { _ in nil }
        }
    }

    private mutating func choices(_ fields: JSONObject, _ at: [Step]) {
        let rules = fields["Choices"]?.array ?? []
        for index in rules.indices {
            if rules.count > 1 {
                add("a rule less", at + [.name("Choices"), .index(index)]) { _ in nil }
            } else {
                add("no rule", at) { value in
                    ["Type": "Pass", "Next": value?["Default"] ?? .null]
                }
            }
            for part in (rules[index]["And"]?.array ?? []).indices {
                add("a condition less", at + [.name("Choices"), .index(index), .name("And"), .index(part)]) { _ in nil }
            }
        }
    }

    private mutating func durations(_ fields: JSONObject, _ at: [Step]) {
        for field in ["Seconds", "TimeoutSeconds", "HeartbeatSeconds"] where fields[field] != nil {
            add("a second more", at + [.name(field)]) { .number(.integer(($0?.number?.exactInteger ?? 0) + 1)) }
        }
        guard fields["SecondsPath"] != nil else { return }
        add("another wait", at) { value in
            var wait = value?.object ?? JSONObject()
            wait["SecondsPath"] = nil
            wait["Seconds"] = 7
            return .object(wait)
        }
    }

    private mutating func paths(_ value: JSONValue, _ at: [Step]) {
        for member in value.object ?? JSONObject() {
            let place = at + [.name(member.name)]
            if let text = member.value.string, text.hasPrefix("$"),
                member.name.hasSuffix(".$") || Self.pathFields.contains(member.name)
            {
                add("a misspelt path", place) { _ in .string(text + "x") }
            }
            paths(member.value, place)
        }
        for (index, element) in (value.array ?? []).enumerated() { paths(element, at + [.index(index)]) }
    }

    private mutating func placements(_ value: JSONValue, _ at: [Step]) {
        for member in value.object ?? JSONObject() {
            if member.name == "ResultPath" { add("no ResultPath", at + [.name(member.name)]) { _ in nil } }
            placements(member.value, at + [.name(member.name)])
        }
        for (index, element) in (value.array ?? []).enumerated() { placements(element, at + [.index(index)]) }
    }

    /// Two states of a chain in each other's place.
    private mutating func swap(_ first: String, _ second: String) {
        func other(_ name: String) -> String { name == first ? second : name == second ? first : name }
        func led(_ value: JSONValue) -> JSONValue {
            switch value {
            case .object(let object):
                .object(
                    JSONObject(
                        object.map { member in
                            let isName = ["Next", "Default"].contains(member.name)
                            return (member.name, isName ? .string(other(member.value.string ?? "")) : led(member.value))
                        }))
            case .array(let elements): .array(elements.map(led))
            case .null, .bool, .number, .string: value
            }
        }
        guard var states = led(definition["States"] ?? .null).object, var one = states[first]?.object,
            var two = states[second]?.object
        else { return }
        (one["Next"], two["Next"]) = (two["Next"], one["Next"])
        states[first] = .object(one)
        states[second] = .object(two)
        var mutated = definition.object ?? JSONObject()
        mutated["States"] = .object(states)
        mutants.append(Mutant(description: "'\(first)' and '\(second)' swapped", definition: .object(mutated)))
    }
}

extension JSONValue {
    /// The value with another one at a place, or none.
    fileprivate func changing(_ steps: ArraySlice<Mutation.Step>, _ change: (JSONValue?) -> JSONValue?) -> JSONValue? {
        guard let step = steps.first else { return change(self) }
        let rest = steps.dropFirst()
        switch (self, step) {
        case (.object(var object), .name(let name)):
            object[name] = rest.isEmpty ? change(object[name]) : object[name]?.changing(rest, change)
            return .object(object)
        case (.array(var elements), .index(let index)):
            if let changed = elements[index].changing(rest, change) {
                elements[index] = changed
            } else {
                elements.remove(at: index)
            }
            return .array(elements)
        default: return self
        }
    }
}
