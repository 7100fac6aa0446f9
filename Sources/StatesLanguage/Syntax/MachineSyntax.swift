import StatesJSON
import StatesQuery
import StatesText

/// A definition as a tree: every field typed, every place kept, paths and templates parsed.
///
/// A tree with diagnostics of severity error is incomplete: what could not be read is absent from it.
struct MachineSyntax: Sendable {
    var range: SourceRange
    var timeoutSeconds: Int64?
    var scope: ScopeSyntax
    /// Symbols that stand where a run needs a value.
    var unresolved: [UnresolvedSymbol]
    /// What is valid but cannot be run yet.
    var unsupported: [UnsupportedFeature]
}

/// One `States` object with its `StartAt`: the machine's, a branch's or an item processor's.
struct ScopeSyntax: Sendable {
    /// The pointer of the object that holds `States`: empty for the machine.
    var pointer: String
    var range: SourceRange
    /// Where the name `States` stands.
    var statesRange: SourceRange
    var startAt: Target?
    var states: [StateSyntax]
    /// Names that an `Assign` of this scope's own states assigns.
    var assigned: [VariableUse]
    /// Variables that this scope's own states read.
    var reads: [VariableUse]
    /// Whether variables of the enclosing scopes can be seen: not in a Distributed Map's child executions.
    var seesOuterVariables: Bool
}

/// A workflow variable named in a definition.
struct VariableUse: Sendable {
    var name: String
    var pointer: String
    var range: SourceRange
    /// Of an assignment: the state that follows it; nil where the scope ends with it.
    var next: String?
}

/// The name of a state to go to.
struct Target: Sendable {
    var name: String
    var pointer: String
    var range: SourceRange
    /// Whether it contains an unresolved symbol, so that nothing can be said about it.
    var isSymbolic: Bool
}

/// One state.
struct StateSyntax: Sendable {
    var name: String
    var nameRange: SourceRange
    var range: SourceRange
    var pointer: String
    var language: QueryLanguage
    var kind: Kind
    var next: Target?
    /// Whether `End` is true, or might be because it is a symbol.
    var isEnd: Bool
    /// Whether a target of it could not be read, so that nobody knows where it leads.
    var leadsAnywhere = false
    var inputPath: Selection = .everything
    var outputPath: Selection = .everything
    var assign: Template?
    /// `Output` of a JSONata state.
    var output: JSONataTemplate?
    var retriers: [Retrier] = []
    var catchers: [CatcherSyntax] = []

    /// Indirect, because trees are deep and payloads large.
    indirect enum Kind: Sendable {
        case pass(PassPlan)
        case task(TaskPlan)
        case choice(ChoiceSyntax)
        case wait(WaitPlan)
        case succeed
        case fail(FailPlan)
        case parallel(ParallelSyntax)
        case map(MapSyntax)
        /// A state of no known type, or without what its type requires; a diagnostic says which.
        case unreadable
    }

    /// The `States` objects inside this state.
    var scopes: [ScopeSyntax] {
        switch kind {
        case .parallel(let parallel): parallel.branches
        case .map(let map): map.processor.map { [$0] } ?? []
        case .pass, .task, .choice, .wait, .succeed, .fail, .unreadable: []
        }
    }

    /// Whether the `States` object can end here.
    var isTerminal: Bool {
        switch kind {
        case .succeed, .fail: true
        case .pass, .task, .wait, .parallel, .map, .unreadable: isEnd
        case .choice: false
        }
    }

    /// The states this one may go to, in the order they are written: rules, `Default`, `Next`, catchers.
    var targets: [Target] {
        var targets: [Target] = []
        if case .choice(let choice) = kind {
            targets += choice.rules.compactMap(\.next)
            if let otherwise = choice.otherwise { targets.append(otherwise) }
        }
        if let next { targets.append(next) }
        targets += catchers.compactMap(\.next)
        return targets
    }
}

/// One element of `Catch`.
struct CatcherSyntax: Sendable {
    var errorEquals: [String]
    var resultPath: ResultPlacement
    var assign: Template?
    var output: JSONataTemplate?
    var next: Target?
}

/// A Choice state's own fields.
struct ChoiceSyntax: Sendable {
    var rules: [ChoiceRuleSyntax]
    var otherwise: Target?
}

/// One element of `Choices`.
struct ChoiceRuleSyntax: Sendable {
    /// Nil where it could not be read.
    var condition: Condition?
    var assign: Template?
    var output: JSONataTemplate?
    var next: Target?
}

/// A Parallel state's own fields.
struct ParallelSyntax: Sendable {
    var branches: [ScopeSyntax]
    var parameters: Template?
    var resultSelector: PayloadTemplate?
    var resultPath: ResultPlacement
}

/// A Map state's own fields, as far as an inline Map has them.
struct MapSyntax: Sendable {
    var processor: ScopeSyntax?
    var isDistributed: Bool
    var label: Field<String>?
    var itemsPath: DataPath?
    var items: JSONataTemplate?
    var itemSelector: Template?
    var maxConcurrency: SecondsSource
    var resultSelector: PayloadTemplate?
    var resultPath: ResultPlacement
}
