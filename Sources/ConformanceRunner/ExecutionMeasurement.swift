import StatesJSON
import StatesKernel

/// Measures the kernel against all recorded executions of a folder, and tells the counts.
struct ExecutionMeasurement {
    let options: ExecutionOptions
    private let match: Regex<AnyRegexOutput>?
    private let cases: [ConformanceCase]

    init(options: ExecutionOptions) throws {
        self.options = options
        do {
            match = try options.match.map { try Regex($0) }
        } catch {
            throw ExecutionOptions.Problem(description: "--match: \(error)")
        }
        cases = try ConformanceCase.all(in: options.folder)
    }

    /// Runs all cases that were asked for; answers the exit status.
    func run() async -> Int32 {
        let clock = ContinuousClock()
        let began = clock.now
        var results: [CaseResult] = []
        var leftOut: [(reason: String, id: String)] = []
        for (number, found) in cases.enumerated() {
            if let reason = reasonToLeaveOut(found) {
                leftOut.append((reason, found.id))
                continue
            }
            let start = clock.now
            var result = await CaseRun(found: found, number: number, driver: options.driver).run()
            result.seconds = (clock.now - start).seconds
            results.append(result)
        }
        let seconds = (clock.now - began).seconds
        let summary = MeasurementSummary(results)
        tell(summary, results, leftOut, seconds: seconds)
        if let path = options.report, !write(summary, results, leftOut, seconds: seconds, to: path) { return 2 }
        return passes(summary) && results.allSatisfy({ $0.replayDifference == nil }) ? 0 : 1
    }

    // MARK: Which cases

    /// Cases whose recording depends on something that was set up outside of what the case says.
    private static let incomplete: [String: String] = [
        "services.sns_task_service.publish_base_error_topic_arn": "that the topic does not exist is not in the case",
        "services.sns_task_service.fifo_message_attribute-input_params0-True":
            "that the topic is first-in-first-out is not in the case",
    ]

    /// Recordings that no implementation can meet, and why. They count as failures all the same.
    private static let unmeetable: [String: String] = [
        "assign.assign_reference_variables.reference_assign-BASE_REFERENCE_IN_WAIT":
            "the recording has the word \"date\" in place of the timestamp that the definition assigns",
        "assign.assign_reference_variables.reference_in_map_state-MAP_STATE_REFERENCE_IN_MAX_CONCURRENCY_PATH":
            "the recording has a number where events hold JSON text",
        "callback.callback.sqs_wait_for_task_token": "the recording has brackets and a number around the token",
        "callback.callback.sqs_wait_for_task_token_timeout": "the recording has brackets and a number around the token",
        "error_handling.task_service_sqs.send_message_no_such_queue": "the recording names the host that it was made with",
        "scenarios.base_scenarios.lambda_invoke_with_retry_extended_input":
            "recorded before the service had Execution.RedriveCount",
        "scenarios.base_scenarios.lambda_service_invoke_with_retry_extended_input":
            "recorded before the service had Execution.RedriveCount",
    ]

    private func reasonToLeaveOut(_ found: ConformanceCase) -> String? {
        let features = Set(found.features)
        if let match, found.id.firstMatch(of: match) == nil { return "not matched" }
        if found.kind != "execution" { return "kind \(found.kind): belongs to the endpoint" }
        if !options.features.isSubset(of: features) { return "feature" }
        if let feature = options.without.intersection(features).min() { return "without \(feature)" }
        let needs = Set(found.needs).subtracting(ServiceStandIns.available)
        if !needs.isEmpty { return "needs " + needs.sorted().joined(separator: "+") }
        for call in found.content["setup"]?.array ?? [] {
            let operation = call["op"]?.string ?? ""
            if !["CreateActivity", "CreateStateMachine"].contains(operation) {
                return "setup calls \(operation): belongs to the endpoint"
            }
        }
        return Self.incomplete[found.id]
    }

    // MARK: Telling

    private func tell(
        _ summary: MeasurementSummary, _ results: [CaseResult], _ leftOut: [(reason: String, id: String)], seconds: Double
    ) {
        print(
            "\(results.count) of \(cases.count) cases, in process, on virtual time, driven by \(options.driver == .kernel ? "a loop of this tool" : "StatesRuntime")"
        )
        tellLeftOut(leftOut)
        tellFailures(results)
        print("\nby level")
        for (name, tally) in summary.levels { print("  " + name.padded(10) + tally.text) }
        print("\n" + "by feature".padded(32) + ["result", "history", "full"].map { $0.padded(12, right: true) }.joined())
        for (feature, tallies) in summary.features { print("  " + feature.padded(30) + columns(tallies)) }
        print("\n" + "by family".padded(32) + ["result", "history", "full"].map { $0.padded(12, right: true) }.joined())
        for (family, tallies) in summary.families {
            let share = MeasurementSummary.share(of: tallies)
            print("  " + family.padded(30) + columns(tallies) + (share < 85 ? "   under 85 %" : ""))
        }
        print("  mean over families \(summary.familyMean.percentText)")
        tellReplays(results)
        print("\n\(seconds.secondsText)")
        let full = results.count(where: \.isFull)
        let unmeetable = results.count { !$0.isFull && Self.unmeetable[$0.found.id] != nil }
        if unmeetable > 0 { print("\(unmeetable) of the cases that fail cannot be met by anyone") }
        print("\(full) passed, \(results.count - full) failed")
    }

    private func tellReplays(_ results: [CaseResult]) {
        let unequal = results.compactMap { result in result.replayDifference.map { (result.found.id, $0) } }
        print("\n\(results.count - unequal.count) of \(results.count) executions are rebuilt equal from their encoded records")
        for (id, difference) in unequal.prefix(options.failures) { print("- \(id) [replay] \(difference)") }
    }

    private func columns(_ tallies: [(String, Tally)]) -> String {
        ["result", "history", "full"].map { name in
            (tallies.first { $0.0 == name }.map { "\($0.1.passed)/\($0.1.of)" } ?? "-").padded(12, right: true)
        }.joined()
    }

    private func tellLeftOut(_ leftOut: [(reason: String, id: String)]) {
        let asked = ["not matched", "feature"]
        var counts: [(reason: String, ids: [String])] = []
        for (reason, id) in leftOut where !asked.contains(reason) {
            if let at = counts.firstIndex(where: { $0.reason == reason }) {
                counts[at].ids.append(id)
            } else {
                counts.append((reason, [id]))
            }
        }
        guard !counts.isEmpty else { return }
        print("\nleft out")
        for (reason, ids) in counts.sorted(by: { $0.ids.count > $1.ids.count }) {
            print(
                "  \(String(ids.count).padded(5, right: true))  \(reason)\(ids.count <= 3 ? " (\(ids.joined(separator: ", ")))" : "")"
            )
        }
    }

    private func tellFailures(_ results: [CaseResult]) {
        let failures = results.compactMap { result in result.firstFailure.map { (result.found.id, $0) } }
        guard !failures.isEmpty else { return }
        print("\nfailing\(failures.count > options.failures ? " (the first \(options.failures) of \(failures.count))" : "")")
        for (id, failure) in failures.prefix(options.failures) {
            print("- \(id) [\(failure.level)] \(failure.why)")
            if let reason = Self.unmeetable[id] { print("  cannot be met: \(reason)") }
        }
    }

    private func passes(_ summary: MeasurementSummary) -> Bool {
        var passes = true
        for (level, percent) in options.floors {
            guard let tally = summary.levels.first(where: { $0.0 == level })?.1 else { continue }
            if tally.percent < percent {
                complain("\(level): \(tally.percent.percentText) is below the floor of \(percent.percentText)")
                passes = false
            }
        }
        return passes
    }

    // MARK: The report

    private func write(
        _ summary: MeasurementSummary, _ results: [CaseResult], _ leftOut: [(reason: String, id: String)], seconds: Double,
        to path: String
    ) -> Bool {
        var reasons = JSONObject()
        for (reason, _) in leftOut { reasons[reason] = .integer(Int(reasons[reason]?.number?.exactInteger ?? 0) + 1) }
        let report: JSONValue = [
            "endpoint": .string("in process, \(options.driver)"), "cases": .integer(cases.count), "run": .integer(results.count),
            "left_out": .object(reasons),
            "seconds": .number(.double(seconds.rounded(toPlaces: 1))), "levels": Self.json(summary.levels),
            "kinds": ["execution": Self.json(summary.levels)],
            "features": .object(JSONObject(summary.features.map { ($0.0, Self.json($0.1)) })),
            "families": .object(JSONObject(summary.families.map { ($0.0, Self.json($0.1)) })),
            "family_mean": .number(.double(summary.familyMean.rounded(toPlaces: 2))), "results": .array(results.map(\.json)),
        ]
        do {
            try Files.write(Array((report.prettyText(indent: 1) + "\n").utf8), to: path)
            return true
        } catch {
            complain("\(error)")
            return false
        }
    }

    private static func json(_ tallies: [(String, Tally)]) -> JSONValue {
        .object(JSONObject(tallies.map { ($0.0, ["pass": .integer($0.1.passed), "of": .integer($0.1.of)]) }))
    }
}

extension CaseResult {
    /// Its entry in the report.
    fileprivate var json: JSONValue {
        [
            "id": .string(found.id), "kind": .string(found.kind), "features": .array(found.features.map { .string($0) }),
            "levels": .object(JSONObject(levels.map { ($0.level.rawValue, .bool($0.passed)) })),
            "why": .object(JSONObject(levels.compactMap { entry in why[entry.level].map { (entry.level.rawValue, .string($0)) } })),
            "seconds": .number(.double(seconds.rounded(toPlaces: 4))),
        ]
    }
}

/// How many of how many.
struct Tally {
    var passed = 0
    var of = 0

    /// The share in percent; all of nothing is everything.
    var percent: Double { of == 0 ? 100 : 100 * Double(passed) / Double(of) }
    /// A line of a table.
    var text: String { "\(passed) / \(of)".padded(14, right: true) + "  " + percent.percentText.padded(8, right: true) }
}

/// The counts by level, by feature and by family.
struct MeasurementSummary {
    let levels: [(String, Tally)]
    let features: [(String, [(String, Tally)])]
    let families: [(String, [(String, Tally)])]

    init(_ results: [CaseResult]) {
        levels = Self.tallies(results)
        let names = Set(results.flatMap(\.found.features)).sorted()
        features = names.map { name in (name, Self.tallies(results.filter { $0.found.features.contains(name) })) }
        families = Family.allCases.compactMap { family in
            let members = results.filter { Family.families(of: $0.found).contains(family) }
            return members.isEmpty ? nil : (family.rawValue, Self.tallies(members))
        }
    }

    private static func tallies(_ results: [CaseResult]) -> [(String, Tally)] {
        var tallies: [(String, Tally)] = []
        for level in Level.allCases {
            let measured = results.compactMap { $0.passed(level) }
            if !measured.isEmpty { tallies.append((level.rawValue, Tally(passed: measured.count { $0 }, of: measured.count))) }
        }
        tallies.append(("full", Tally(passed: results.count(where: \.isFull), of: results.count)))
        return tallies
    }

    /// A family's share of right histories; of results, where no history was recorded (synchronous Express executions have none).
    static func share(of tallies: [(String, Tally)]) -> Double {
        (tallies.first { $0.0 == "history" } ?? tallies.first { $0.0 == "result" })?.1.percent ?? 100
    }

    /// The mean of the families' shares.
    var familyMean: Double {
        families.isEmpty ? 100 : families.reduce(0) { $0 + Self.share(of: $1.1) } / Double(families.count)
    }
}

extension Duration {
    /// In seconds.
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

extension Double {
    func rounded(toPlaces places: Int) -> Double {
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        return (self * scale).rounded() / scale
    }

    fileprivate var percentText: String { "\(rounded(toPlaces: 1)) %" }
    fileprivate var secondsText: String { "\(rounded(toPlaces: 2)) s" }
}

extension String {
    /// Filled with blanks to that width.
    func padded(_ width: Int, right: Bool = false) -> String {
        let blanks = String(repeating: " ", count: max(0, width - count))
        return right ? blanks + self : self + blanks
    }
}
