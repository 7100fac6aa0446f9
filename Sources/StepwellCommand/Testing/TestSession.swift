#if CommandLineTool
    import StatesJSON
    import StatesRuntime
    import StatesTestKit
    import StatesText
    #if canImport(Glibc)
        import Glibc
    #elseif canImport(Musl)
        import Musl
    #elseif canImport(Darwin)
        import Darwin
    #endif

    /// What `test` does with the files it found.
    struct TestSession {
        /// What was asked.
        struct Wish {
            var paths: [String]
            var filter: String?
            var jobs: Int?
            var seed: UInt64
            var updates: Bool
            var junit: String?
            var format: TestCommand.Format
            var endpoint: String?
            var roleArn: String
            var ink: Ink
        }

        private let wish: Wish

        init(_ wish: Wish) { self.wish = wish }

        /// Runs everything once.
        ///
        /// - Throws: `Complaint`: it is not well if a case failed.
        func run() async throws {
            let clock = ContinuousClock()
            let start = clock.now
            var suite = TestSuite(try TestSearch.files(at: wish.paths))
            suite.isChosen = try filter()
            suite.seed = wish.seed
            suite.comparesSnapshots = !wish.updates
            let store = try SnapshotStore(suite.files)
            suite.snapshots = store.snapshots
            let results =
                if let endpoint = wish.endpoint {
                    try await runElsewhere(suite, endpoint)
                } else {
                    await suite.run(jobs: wish.jobs ?? Self.processors)
                }
            try write(results)
            if let junit = wish.junit { try OutputFile.write(JUnitReport.text(results), to: junit) }
            if wish.updates { try store.take(results) }
            let summary = TestSummary(results, seconds: (clock.now - start) / .seconds(1))
            if summary.isEmpty, let filter = wish.filter {
                throw Complaint.cannotAsk("no case is called like that: --filter \(DisplayText.visible(filter))")
            }
            if wish.format == .text { StandardStream.error.tell(summary.text) }
            if !summary.isWell { throw Complaint.notWell() }
        }

        /// Runs everything again whenever a file changes, until it is interrupted.
        func watch() async throws -> Never {
            while true {
                let state = FolderState(wish.paths)
                do {
                    try await run()
                } catch let complaint as Complaint {
                    if !complaint.message.isEmpty { StandardStream.error.tell(complaint.message) }
                }
                StandardStream.error.tell("Waiting for a change; Ctrl-C ends this.")
                while FolderState(wish.paths) == state { try await Task.sleep(for: .milliseconds(200)) }
            }
        }

        private func runElsewhere(_ suite: TestSuite, _ url: String) async throws -> [FileResult] {
            #if Services
                let endpoint = Endpoint(url: url, roleArn: wish.roleArn)
                let prefix = "stepwell-test-\(time(nil))"
                var results: [FileResult] = []
                for file in suite.files {
                    let chosen = file.cases.filter { suite.isChosen?($0.name) ?? true }
                    guard !chosen.isEmpty else { continue }
                    do {
                        results.append(try await file.run(chosen, at: endpoint, prefix: prefix, seed: wish.seed))
                    } catch {
                        throw Complaint.cannotAsk("\(file.path) at \(url): \(error)")
                    }
                }
                return results
            #else
                throw Complaint.cannotAsk(
                    "this build calls nothing over the network: it was made without the package trait Services")
            #endif
        }

        private func filter() throws(Complaint) -> (@Sendable (String) -> Bool)? {
            guard let text = wish.filter else { return nil }
            do throws(PatternError) {
                let pattern = try Pattern(text, dialect: .javaScript)
                return { name in
                    var budget = Pattern.usualBudget
                    return (try? pattern.firstMatch(in: Array(name.utf16), budget: &budget)) != nil
                }
            } catch {
                throw .cannotAsk("--filter \(text): \(error.reason)")
            }
        }

        private func write(_ results: [FileResult]) throws {
            switch wish.format {
            case .text:
                let ink = wish.ink
                let colours = ReportInk(passed: { ink.green($0) }, failed: { ink.red($0) }, dim: { ink.dim($0) })
                try StandardStream.output.write(results.map { TextReport.text(of: $0, ink: colours) }.joined())
            case .json: try StandardStream.output.write(MachineReport.json(results).prettyText() + "\n")
            case .tap: try StandardStream.output.write(MachineReport.tap(results))
            }
        }

        private static var processors: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
    }

    /// The last line: how many, how well, how long.
    struct TestSummary {
        let text: String
        let isWell: Bool
        let isEmpty: Bool

        init(_ results: [FileResult], seconds: Double) {
            let cases = results.flatMap(\.cases)
            let failed = cases.count { !$0.hasPassed }
            let skipped = cases.count { $0.skipped != nil }
            let states = results.reduce(0) { $0 + $1.file.machine.plan.states.count }
            let unvisited = results.reduce(0) { $0 + $1.unvisitedStates.count }
            isEmpty = cases.isEmpty
            isWell = failed == 0 && results.allSatisfy { $0.mismatches.isEmpty }
            var parts = ["\(cases.count - failed - skipped) passed"]
            if failed > 0 { parts.append("\(failed) failed") }
            if skipped > 0 { parts.append("\(skipped) left out") }
            parts.append("\(states - unvisited) of \(states) states visited")
            parts.append(DurationText(sentence: Int64((seconds * 1_000).rounded())).text)
            text = parts.joined(separator: " · ")
        }
    }

    #if Services
        import StatesServices

        extension Endpoint {
            init(url: String, roleArn: String) {
                let remote = StepFunctionsEndpoint(url: url)
                self.init(
                    patience: .seconds(60), roleArn: roleArn, pause: { try await Task.sleep(for: $0) },
                    call: { try await remote.call($0, $1) })
            }
        }
    #endif
#endif
