import StatesJSON
import StatesQuery
import StatesText

/// Turns a tree without errors into a plan: names become numbers.
///
/// States are numbered in document order, depth first; scopes likewise, the machine's own being 0.
struct PlanCompiler {
    private var states: [StatePlan?] = []
    private var scopes: [ScopePlan] = []

    /// Nil if the tree is incomplete, which the reader will have reported.
    static func compile(_ machine: MachineSyntax, definition: String) -> Plan? {
        var compiler = PlanCompiler()
        guard compiler.scope(machine.scope, owner: nil) != nil else { return nil }
        let states = compiler.states.compactMap { $0 }
        guard states.count == compiler.states.count else { return nil }
        return Plan(
            states: states, scopes: compiler.scopes, timeoutSeconds: machine.timeoutSeconds, definition: definition,
            definitionHash: Digest.hexadecimal(Digest.sha256(Array(definition.utf8))))
    }

    /// Compiles one `States` object; answers its number.
    private mutating func scope(_ scope: ScopeSyntax, owner: Int?) -> Int? {
        let number = scopes.count
        // Its place is taken now and filled in below: inner scopes get higher numbers.
        scopes.append(ScopePlan(startAt: 0, owner: owner))
        var numbers: [String: Int] = [:]
        var next = states.count
        for state in scope.states {
            numbers[state.name] = next
            next += 1 + state.nestedStateCount
        }
        guard let startAt = scope.startAt.flatMap({ numbers[$0.name] }) else { return nil }
        scopes[number] = ScopePlan(startAt: startAt, owner: owner)
        for state in scope.states {
            guard compile(state, scope: number, numbers) else { return nil }
        }
        return number
    }

    private mutating func compile(_ state: StateSyntax, scope: Int, _ numbers: [String: Int]) -> Bool {
        let number = states.count
        states.append(nil)
        guard let kind = kind(of: state, number, numbers), let catchers = catchers(of: state, numbers) else { return false }
        var next = Transition.end
        if let target = state.next {
            guard let to = numbers[target.name] else { return false }
            next = .state(to)
        }
        states[number] = StatePlan(
            number: number, name: state.name, scope: scope, language: state.language, kind: kind, inputPath: state.inputPath,
            outputPath: state.outputPath, assign: state.assign, output: state.output, retriers: state.retriers, catchers: catchers,
            next: next, pointer: state.pointer)
        return true
    }

    private func catchers(of state: StateSyntax, _ numbers: [String: Int]) -> [Catcher]? {
        var catchers: [Catcher] = []
        for catcher in state.catchers {
            guard let next = catcher.next.flatMap({ numbers[$0.name] }) else { return nil }
            catchers.append(
                Catcher(
                    errorEquals: catcher.errorEquals, resultPath: catcher.resultPath, assign: catcher.assign,
                    output: catcher.output, next: next))
        }
        return catchers
    }

    private mutating func kind(of state: StateSyntax, _ number: Int, _ numbers: [String: Int]) -> StatePlan.Kind? {
        switch state.kind {
        case .pass(let pass): return .pass(pass)
        case .task(let task): return .task(task)
        case .wait(let wait): return .wait(wait)
        case .succeed: return .succeed
        case .fail(let fail): return .fail(fail)
        case .choice(let choice): return self.choice(choice, numbers).map { .choice($0) }
        case .parallel(let parallel):
            var branches: [Int] = []
            for branch in parallel.branches {
                guard let scope = scope(branch, owner: number) else { return nil }
                branches.append(scope)
            }
            return .parallel(
                ParallelPlan(
                    branches: branches, parameters: parallel.parameters, resultSelector: parallel.resultSelector,
                    resultPath: parallel.resultPath))
        case .map(let map):
            guard let processor = map.processor.flatMap({ scope($0, owner: number) }) else { return nil }
            return .map(
                MapPlan(
                    processor: processor, itemsPath: map.itemsPath, items: map.items, itemSelector: map.itemSelector,
                    maxConcurrency: map.maxConcurrency, resultSelector: map.resultSelector, resultPath: map.resultPath))
        case .unreadable: return nil
        }
    }

    private func choice(_ choice: ChoiceSyntax, _ numbers: [String: Int]) -> ChoicePlan? {
        var rules: [ChoiceRule] = []
        for rule in choice.rules {
            guard let condition = rule.condition, let next = rule.next.flatMap({ numbers[$0.name] }) else { return nil }
            rules.append(ChoiceRule(condition: condition, assign: rule.assign, output: rule.output, next: next))
        }
        var otherwise: Int?
        if let target = choice.otherwise {
            guard let number = numbers[target.name] else { return nil }
            otherwise = number
        }
        return ChoicePlan(rules: rules, otherwise: otherwise)
    }
}

extension StateSyntax {
    /// How many states stand inside this one, at any depth. Read once for each scope around it, of which there are few.
    fileprivate var nestedStateCount: Int {
        var count = 0
        for scope in scopes {
            for state in scope.states { count += 1 + state.nestedStateCount }
        }
        return count
    }
}
