import StatesJSON
import StatesLanguage
import StatesRuntime

extension Plan {
    /// The names of the Task states, in document order.
    var taskNames: [String] { tasks.map(\.state.name) }

    private var tasks: [(state: StatePlan, task: TaskPlan)] {
        states.compactMap { state in
            if case .task(let task) = state.kind { (state, task) } else { nil }
        }
    }

    /// Whether a mock's key means a Task state, a resource, or a function that `lambda:invoke` may call.
    func knows(mock key: String) -> Bool {
        if tasks.contains(where: { $0.state.name == key }) { return true }
        let names = tasks.flatMap { state, task in TaskSubject(resource: task.resource, state: state.name).names }
        return (names + invokedFunctions).contains { Wildcard.matches($0, pattern: key) || $0 == Self.anyFunction }
    }

    /// Stands for a function's name that is known only when the execution runs.
    private static let anyFunction = ""

    /// The names of the functions that `lambda:invoke` calls, read from the definition's text: a plan keeps templates, not fields.
    private var invokedFunctions: [String] {
        guard tasks.contains(where: { $0.task.resource.kind == .integration(service: "lambda", action: "invoke") }),
            let definition = try? JSONValue(parsing: self.definition)
        else { return [] }
        var names: [String] = []
        Self.collectFunctions(in: definition, &names)
        return names
    }

    /// Definitions are no deeper than their reader allows, so this ends.
    private static func collectFunctions(in value: JSONValue, _ names: inout [String]) {
        for element in value.array ?? [] { collectFunctions(in: element, &names) }
        for member in value.object ?? JSONObject() {
            switch (member.name, member.value) {
            case ("FunctionName", .string(let text)) where !text.hasPrefix("{%"):
                let resource = TaskResource.lambdaInvoke
                names += TaskSubject(resource: resource, input: ["FunctionName": .string(text)]).names
            case ("FunctionName", _), ("FunctionName.$", _): names.append(anyFunction)
            default: collectFunctions(in: member.value, &names)
            }
        }
    }
}

extension TaskResource {
    fileprivate static let lambdaInvoke = TaskResource(
        text: "arn:aws:states:::lambda:invoke", kind: .integration(service: "lambda", action: "invoke"), pattern: .requestResponse)
}

/// The name that somebody probably meant.
enum Nearest {
    /// The name with the fewest edits, if they are fewer than a third of the word.
    static func name(to word: String, among names: [String]) -> String? {
        guard word.utf8.count <= 80 else { return nil }
        let wanted = word.lowercased()
        let best = names.lazy.filter { $0.utf8.count <= 80 }.map { (name: $0, edits: edits(wanted, $0.lowercased())) }
            .min { $0.edits < $1.edits }
        return best.flatMap { $0.edits <= max(1, word.utf8.count / 3) ? $0.name : nil }
    }

    /// How many characters must be inserted, removed or replaced.
    private static func edits(_ left: String, _ right: String) -> Int {
        let right = Array(right.utf8)
        var row = Array(0...right.count)
        for (line, byte) in left.utf8.enumerated() {
            var corner = row[0]
            row[0] = line + 1
            for column in right.indices {
                let replaced = corner + (byte == right[column] ? 0 : 1)
                corner = row[column + 1]
                row[column + 1] = min(replaced, row[column] + 1, corner + 1)
            }
        }
        return row[right.count]
    }
}
