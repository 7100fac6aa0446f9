import StatesJSON

/// What became of a case.
package struct CaseResult: Sendable {
    /// The case's name.
    package var name: String
    /// Where it stands in its file.
    package var place: SourceRange
    /// Why it was left out, if it was.
    package var skipped: String?
    /// Everything that is not as expected; empty if it passed or was left out.
    package var mismatches: [Mismatch] = []
    /// What the run came to, as far as it got.
    package var outcome: Outcome?
    /// How long it took for real, in seconds.
    package var seconds = 0.0
    /// Shared mocks that it used.
    var usedSharedKeys: Set<String> = []
    /// What a snapshot of it holds, if it wants one.
    package var snapshot: JSONValue?

    package init(name: String, place: SourceRange) {
        self.name = name
        self.place = place
    }

    /// Whether nothing was wrong; a case that was left out did not fail.
    package var hasPassed: Bool { mismatches.isEmpty }
}

/// What became of a file's cases.
package struct FileResult: Sendable {
    /// The file.
    package var file: TestFile
    /// Its cases in the order of the file.
    package var cases: [CaseResult]
    /// What is wrong with the file as a whole: shared mocks that no case used.
    package var mismatches: [Mismatch] = []

    package init(file: TestFile, cases: [CaseResult]) {
        self.file = file
        self.cases = cases
    }

    /// The states of the machine that no case entered.
    package var unvisitedStates: [String] {
        let visited = Set(cases.flatMap { $0.outcome?.trail.path ?? [] })
        return file.machine.plan.states.map(\.name).filter { !visited.contains($0) }
    }

    /// Looks for shared mocks that no case used; asked when all cases were run.
    package mutating func checkSharedMocks() {
        let used = cases.reduce(into: Set<String>()) { $0.formUnion($1.usedSharedKeys) }
        guard cases.allSatisfy({ $0.skipped == nil }) else { return }
        mismatches = file.sharedRules.filter { !used.contains($0.key) }.map {
            Mismatch("no case asks the mock '\($0.key)' that all of them share", place: $0.place)
        }
    }
}
