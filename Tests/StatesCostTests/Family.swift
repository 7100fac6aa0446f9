import StatesJSON
import StatesLanguage
import Testing

@testable import StatesCost

/// A random machine, with everything the estimator has to know about and small enough to be searched through.
///
/// Every Choice is reached through a Task that draws what it decides by, so whoever answers tasks decides everything.
struct RandomMachine {
    let definition: JSONValue
    /// The items of each Map state, by its name.
    private(set) var items: [String: Int] = [:]
    /// How many ways the Choice behind a Task has, by the Task's name.
    private(set) var ways: [String: Int] = [:]
    private var names = 0

    /// The errors that tasks may fail with: two that retriers and catchers name, one that they do not, and one that is special.
    static let errors = ["A", "B", "C", "States.Timeout"]

    /// - Parameter loops: Whether anything may lead back.
    init(seed: UInt64, size: Int = 5, depth: Int = 2, loops: Bool = true) {
        var dice = Dice(seed: seed)
        var items: [String: Int] = [:]
        var ways: [String: Int] = [:]
        var names = 0
        definition = Self.scope(&dice, size: size, depth: depth, loops: loops, &items, &ways, &names)
        (self.items, self.ways, self.names) = (items, ways, names)
    }

    var input: JSONValue {
        .object(
            JSONObject([
                ("pick", 0),
                (
                    "items",
                    .object(
                        JSONObject(
                            items.sorted { $0.key < $1.key }.map { name, count in
                                (name, .array(Array(repeating: ["pick": 0], count: count)))
                            }))
                ),
            ]))
    }

    func machine() throws -> StateMachine { try StateMachine(definition: definition.compactText) }

    func flow() throws -> Flow {
        let text = definition.prettyText()
        return try #require(Flow(JSONNode(parsing: text), source: SourceText(text, name: "random")))
    }

    /// Each way of a Choice as likely as the others, and failures as given.
    func profile(failures: [String: Double]) throws -> Profile {
        var profile = Profile()
        profile.items = items
        let flow = try flow()
        for state in flow.states {
            if case .task = state.kind { profile.failures[state.name] = failures }
            guard case .choice = state.kind else { continue }
            var shares: [String: Double] = [:]
            for edge in state.edges {
                if let target = edge.target { shares[flow.states[target].name, default: 0] += 1 / Double(state.edges.count) }
            }
            profile.probabilities[state.name] = shares
        }
        return profile
    }

    // MARK: Drawing

    private static func scope(
        _ dice: inout Dice, size: Int, depth: Int, loops: Bool, _ items: inout [String: Int], _ ways: inout [String: Int],
        _ names: inout Int
    ) -> JSONValue {
        let count = 1 + dice.below(size)
        let own = (0..<count).map { _ in
            names += 1
            return "S\(names)"
        }
        let (good, bad) = ("Good\(names)", "Bad\(names)")
        var states = JSONObject()
        var ends: Set<String> = []
        /// A state further on, or an end; seldom one further back.
        func somewhere(_ at: Int, _ dice: inout Dice) -> String {
            if loops, dice.below(5) == 0 { return own[dice.below(at + 1)] }
            let target = at + 1 + dice.below(count - at + 1)
            if target < count { return own[target] }
            let end = dice.below(2) == 0 ? good : bad
            ends.insert(end)
            return end
        }
        for (at, name) in own.enumerated() {
            var fields = JSONObject()
            let next: String? = at + 1 < count ? own[at + 1] : nil
            switch dice.below(depth > 0 ? 9 : 6) {
            case 0, 1, 2: fields = task(&dice)
            case 3: fields = JSONObject([("Type", "Pass")])
            case 4: fields = JSONObject([("Type", "Wait"), ("Seconds", .integer(dice.below(2)))])
            case 5:
                let rules = 1 + dice.below(2)
                let choice = name + "Choice"
                ways[name] = rules + 1
                let otherwise = next ?? good
                if next == nil { ends.insert(good) }
                states[name] = .object(JSONObject(task(&dice).members.map { ($0.name, $0.value) } + [("Next", .string(choice))]))
                states[choice] = [
                    "Type": "Choice",
                    "Choices": .array(
                        (0..<rules).map {
                            ["Variable": "$.pick", "NumericEquals": .integer($0), "Next": .string(somewhere(at, &dice))]
                        }),
                    "Default": .string(otherwise),
                ]
                continue
            case 6, 7:
                let branches = (0..<(1 + dice.below(3))).map { _ in
                    scope(&dice, size: 2, depth: depth - 1, loops: loops, &items, &ways, &names)
                }
                fields = JSONObject([("Type", "Parallel"), ("Branches", .array(branches)), ("ResultPath", nil)])
                handle(&fields, &dice) { somewhere(at, &$0) }
            default:
                items[name] = dice.below(4)
                fields = JSONObject([
                    ("Type", "Map"), ("ItemsPath", .string("$$.Execution.Input.items.\(name)")), ("ResultPath", nil),
                    ("MaxConcurrency", .integer(dice.below(3))),
                    ("ItemProcessor", scope(&dice, size: 2, depth: depth - 1, loops: loops, &items, &ways, &names)),
                ])
                handle(&fields, &dice) { somewhere(at, &$0) }
            }
            if fields["Type"] == "Task" { handle(&fields, &dice) { somewhere(at, &$0) } }
            if let next { fields["Next"] = .string(next) } else { fields["End"] = true }
            states[name] = .object(fields)
        }
        if ends.contains(good) { states[good] = ["Type": "Succeed"] }
        if ends.contains(bad) { states[bad] = ["Type": "Fail", "Error": dice.below(2) == 0 ? "A" : "D"] }
        return ["StartAt": .string(own[0]), "States": .object(states)]
    }

    private static func task(_ dice: inout Dice) -> JSONObject {
        JSONObject([
            ("Type", "Task"), ("Resource", "arn:aws:lambda:us-east-1:123456789012:function:f"), ("ResultPath", "$.pick"),
        ])
    }

    private static let matchers: [[String]] = [
        ["A"], ["B"], ["A", "B"], ["States.TaskFailed"], ["States.Timeout"], ["States.ALL"],
    ]

    private static func handle(_ fields: inout JSONObject, _ dice: inout Dice, _ somewhere: (inout Dice) -> String) {
        func lists() -> [[String]] {
            var lists = (0..<dice.below(3)).map { _ in matchers[dice.below(5)] }
            if dice.below(3) == 0 { lists.append(["States.ALL"]) }
            return lists
        }
        func errors(_ names: [String]) -> JSONValue { .array(names.map { .string($0) }) }
        let retriers = lists().map { names -> JSONValue in
            ["ErrorEquals": errors(names), "MaxAttempts": .integer(dice.below(3)), "IntervalSeconds": 1]
        }
        let catchers = lists().map { names -> JSONValue in
            ["ErrorEquals": errors(names), "ResultPath": nil, "Next": .string(somewhere(&dice))]
        }
        if !retriers.isEmpty { fields["Retry"] = .array(retriers) }
        if !catchers.isEmpty { fields["Catch"] = .array(catchers) }
    }
}

extension Dice {
    /// A whole number below that one.
    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
}
