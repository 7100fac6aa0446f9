import StatesJSON
import StatesLanguage

/// One state cut out of its definition, with stand-ins for the states around it, so that it runs alone.
///
/// What a field of the state does is seen by running it without the fields that come after: the interpreter itself is asked, and
/// nothing is computed a second way.
struct StateExcerpt {
    /// The state's own fields.
    private(set) var fields: JSONObject
    let name: String
    private let isJSONata: Bool
    /// The stand-in for the state itself, where it goes back to itself.
    private let again: String

    /// A state that gives input and variables to the one that is looked at.
    static let given = "Given"

    init(_ name: String, in machine: StateMachine) throws(StateInspectionProblem) {
        guard let definition = try? JSONValue(parsing: machine.definition),
            let found = Self.state(name, in: definition, isJSONata: definition.isJSONata(otherwise: false))
        else { throw StateInspectionProblem("State not found in definition: '\(name)'") }
        self.name = name
        (fields, isJSONata) = found
        again = name + " again"
    }

    private static func state(_ name: String, in scope: JSONValue, isJSONata: Bool) -> (JSONObject, Bool)? {
        for member in scope["States"]?.object ?? JSONObject() {
            let own = member.value.isJSONata(otherwise: isJSONata)
            if member.name == name, let fields = member.value.object { return (fields, own) }
            let inner =
                (member.value["Branches"]?.array ?? [])
                + [member.value["ItemProcessor"], member.value["Iterator"]].compactMap { $0 }
            for scope in inner {
                if let found = state(name, in: scope, isJSONata: scope.isJSONata(otherwise: isJSONata)) { return found }
            }
        }
        return nil
    }

    var type: String { fields["Type"]?.string ?? "" }
    var isJSONataState: Bool { isJSONata }

    /// The names of the states that control may go to.
    private var targets: [String] {
        var names = [fields["Next"]?.string, fields["Default"]?.string]
        for part in ["Choices", "Catch"] { names += (fields[part]?.array ?? []).map { $0["Next"]?.string } }
        var unique: [String] = []
        for name in names.compactMap({ $0 }) where !unique.contains(name) { unique.append(name) }
        return unique
    }

    /// The state that a name of the excerpt stands for.
    func original(of name: String) -> String { name == again ? self.name : name }

    // MARK: Variants

    /// The same state without some of its fields.
    func without(_ names: [String]) -> StateExcerpt {
        var excerpt = self
        for name in names { excerpt.fields[name] = nil }
        return excerpt
    }

    /// A Pass state with some of this one's fields, that ends the run.
    func pass(keeping names: [String], adding added: [(String, JSONValue)] = []) -> StateExcerpt {
        var excerpt = self
        excerpt.fields = JSONObject([("Type", "Pass")])
        for name in names { excerpt.fields[name] = fields[name] }
        for (name, value) in added { excerpt.fields[name] = value }
        excerpt.fields["End"] = true
        return excerpt
    }

    /// A Task in the place of a Map or Parallel state, whose result is given.
    func asTask() -> StateExcerpt {
        var excerpt = self
        let dropped = [
            "Branches", "ItemProcessor", "Iterator", "ItemsPath", "Items", "ItemSelector", "MaxConcurrency", "MaxConcurrencyPath",
            "ItemReader", "ItemBatcher", "ResultWriter", "Label", "ToleratedFailureCount", "ToleratedFailureCountPath",
            "ToleratedFailurePercentage", "ToleratedFailurePercentagePath",
        ]
        for name in dropped { excerpt.fields[name] = nil }
        if type == "Map" { excerpt.fields["Parameters"] = nil }
        excerpt.fields["Type"] = "Task"
        excerpt.fields["Resource"] = "arn:aws:lambda:us-east-1:123456789012:function:result"
        return excerpt
    }

    /// Sets a field.
    func setting(_ name: String, to value: JSONValue) -> StateExcerpt {
        var excerpt = self
        excerpt.fields[name] = value
        return excerpt
    }

    // MARK: The machine

    /// A state machine in which the state is run with this input and these variables.
    func machine(input: JSONValue, variables: JSONObject, type: MachineType) throws -> StateMachine {
        var state = fields
        state["QueryLanguage"] = isJSONata ? "JSONata" : "JSONPath"
        var states = JSONObject([(Self.given, given(input, variables)), (name, .object(redirected(state)))])
        for target in targets where target != name { states[target] = ["Type": "Succeed"] }
        if targets.contains(name) { states[again] = ["Type": "Succeed"] }
        let definition: JSONValue = ["StartAt": .string(Self.given), "States": .object(states)]
        return try StateMachine(definition: definition.compactText, name: "state", type: type)
    }

    private func given(_ input: JSONValue, _ variables: JSONObject) -> JSONValue {
        var pass = JSONObject([
            ("Type", "Pass"), ("QueryLanguage", "JSONPath"),
            ("Result", ["input": input, "variables": .object(variables)]), ("OutputPath", "$.input"), ("Next", .string(name)),
        ])
        if !variables.isEmpty {
            pass["Assign"] = .object(JSONObject(variables.map { ("\($0.name).$", .string("$.variables['\($0.name)']")) }))
        }
        return .object(pass)
    }

    /// The fields with ways back to the state itself led to its stand-in.
    private func redirected(_ fields: JSONObject) -> JSONObject {
        func led(_ object: JSONObject) -> JSONObject {
            var object = object
            for name in ["Next", "Default"] where object[name]?.string == self.name { object[name] = .string(again) }
            return object
        }
        var state = led(fields)
        for part in ["Choices", "Catch"] {
            if let elements = state[part]?.array {
                state[part] = .array(elements.map { $0.object.map { .object(led($0)) } ?? $0 })
            }
        }
        return state
    }
}

extension JSONValue {
    fileprivate func isJSONata(otherwise outer: Bool) -> Bool { self["QueryLanguage"]?.string.map { $0 == "JSONata" } ?? outer }
}
