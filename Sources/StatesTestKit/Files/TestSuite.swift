import StatesJSON
import Synchronization

/// Cases of several files, run side by side.
package struct TestSuite: Sendable {
    /// The files in the order in which they are reported.
    package var files: [TestFile]
    /// Which cases are run, by their names; nil runs all.
    package var isChosen: (@Sendable (String) -> Bool)?
    /// From what random numbers are derived.
    package var seed: UInt64 = 1
    /// Snapshots of earlier runs by the paths of their test files.
    package var snapshots: [String: JSONObject] = [:]
    /// Whether snapshots are compared; they are not while they are taken anew.
    package var comparesSnapshots = true

    package init(_ files: [TestFile]) { self.files = files }

    /// Runs the cases, so many at a time. Results come in the order of the files, whatever ran first.
    package func run(jobs: Int) async -> [FileResult] {
        let chosen = files.map { file in
            file.cases.filter { found in isChosen.map { $0(found.name) || $0("\(file.path): \(found.name)") } ?? true }
        }
        let places = chosen.enumerated().flatMap { file, cases in cases.indices.map { (file: file, place: $0) } }
        let turnstile = Turnstile()
        var results = chosen.map { [CaseResult?](repeating: nil, count: $0.count) }
        await withTaskGroup(of: [(file: Int, place: Int, result: CaseResult)].self) { group in
            for _ in 0..<max(1, min(jobs, places.count)) {
                group.addTask {
                    var own: [(file: Int, place: Int, result: CaseResult)] = []
                    while true {
                        let at = turnstile.next()
                        guard at < places.count else { return own }
                        let (file, place) = places[at]
                        own.append((file, place, run(chosen[file][place], of: files[file])))
                    }
                }
            }
            for await own in group {
                for (file, place, result) in own { results[file][place] = result }
            }
        }
        return files.indices.map { file in
            var result = FileResult(file: files[file], cases: results[file].compactMap { $0 })
            if chosen[file].count == files[file].cases.count { result.checkSharedMocks() }
            return result
        }.filter { !$0.cases.isEmpty || isChosen == nil }
    }

    private func run(_ testCase: TestCase, of file: TestFile) -> CaseResult {
        file.run(testCase, seed: seed, snapshots: comparesSnapshots ? snapshots[file.path] ?? JSONObject() : nil)
    }
}

/// Hands out numbers, each once.
private final class Turnstile: Sendable {
    private let given = Atomic<Int>(0)

    func next() -> Int { given.add(1, ordering: .relaxed).oldValue }
}
