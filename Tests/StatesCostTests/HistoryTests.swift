import Foundation
import StatesJSON
import StatesLanguage
import Testing

@testable import StatesCost

@Suite("histories")
struct HistoryTests {
    @Test("states entered and attempts after the first are counted, from what GetExecutionHistory prints")
    func counting() throws {
        let text = """
            {"events":[
              {"timestamp":"2026-01-01T00:00:00+00:00","type":"ExecutionStarted","id":1,"previousEventId":0},
              {"timestamp":"2026-01-01T00:00:00+00:00","type":"TaskStateEntered","id":2,"previousEventId":0,"stateEnteredEventDetails":{"name":"Charge"}},
              {"timestamp":"2026-01-01T00:00:00+00:00","type":"LambdaFunctionScheduled","id":3,"previousEventId":2},
              {"timestamp":"2026-01-01T00:00:00+00:00","type":"LambdaFunctionFailed","id":4,"previousEventId":3},
              {"timestamp":"2026-01-01T00:00:01+00:00","type":"LambdaFunctionScheduled","id":5,"previousEventId":4},
              {"timestamp":"2026-01-01T00:00:01+00:00","type":"TaskStateExited","id":6,"previousEventId":5,"stateExitedEventDetails":{"name":"Charge"}},
              {"timestamp":"2026-01-01T00:00:02+00:00","type":"SucceedStateEntered","id":7,"previousEventId":6,"stateEnteredEventDetails":{"name":"Done"}}
            ]}
            """
        let count = try HistoryCount(reading: JSONValue(parsing: text))
        #expect(count.entered == ["Charge": 1, "Done": 1])
        #expect(count.retries == ["Charge": 1])
        #expect(count.calls == ["lambda:invoke": 2])
        #expect(count.transitions == 3)
        #expect(count.milliseconds == 2_000)
    }

    @Test("what is no history says so", arguments: ["{}", "3", #"[{"id":1}]"#, #"{"events":[{"type":"X"}]}"#])
    func noHistory(text: String) throws {
        let value = try JSONValue(parsing: text)
        #expect(throws: ProfileMistake.self) { try HistoryCount(reading: value) }
    }

    /// A folder of recorded executions that is no part of this repository.
    static let cases = ProcessInfo.processInfo.environment["STEPWELL_CASES"]

    @Test("recorded executions: the count is states plus retries, and lies within the bounds", .enabled(if: cases != nil))
    func recorded() throws {
        let folder = try #require(Self.cases)
        var (seen, within, ended) = (0, 0, 0)
        let opening = ["TaskScheduled", "LambdaFunctionScheduled", "ActivityScheduled", "ParallelStateStarted", "MapStateStarted"]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() where name.hasSuffix(".json") {
            let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))
            let content = try JSONValue(parsing: Array(data))
            guard content["kind"]?.string == "execution", let events = content["expect"]?["history"]?.array, !events.isEmpty,
                let definition = content["definition"]?.compactText
            else { continue }
            // Some recordings have lost their ids, and with them what each event follows from.
            guard let count = try? HistoryCount(reading: ["events": .array(events)]) else { continue }
            // The same in a few lines: an attempt that does not follow from entering its state is a retry.
            let types = events.map { $0["type"]?.string ?? "" }
            let ids = events.map { $0["id"]?.number?.exactInteger }
            let retries = events.count { event in
                guard opening.contains(event["type"]?.string ?? ""),
                    let cause = ids.firstIndex(of: event["previousEventId"]?.number?.exactInteger)
                else { return false }
                return !["TaskStateEntered", "ParallelStateEntered", "MapStateEntered"].contains(types[cause])
            }
            #expect(count.transitions == types.count { $0.hasSuffix("StateEntered") } + retries, "\(name)")
            seen += 1
            let node = try JSONNode(parsing: definition, allowingSymbols: true)
            guard let flow = Flow(node, source: SourceText(definition, name: name)) else { continue }
            let bounds = Bounds(of: flow)
            let closed = types.last ?? ""
            let error = content["expect"]?["error"]?.string ?? ""
            // Bounds are of executions that end by themselves, not of those that are stopped or meet data they cannot digest.
            let ends = !["ExecutionAborted", "ExecutionTimedOut"].contains(closed) && !error.hasPrefix("States.")
            if ends {
                ended += 1
                #expect(count.transitions >= bounds.any.least, "\(name)")
            }
            if let most = bounds.any.most.value {
                #expect(count.transitions <= most, "\(name)")
                if ends { within += 1 }
            } else if ends {
                within += 1
            }
        }
        print("recorded: \(seen) histories, \(ended) ended by themselves, \(within) within their bounds")
    }
}
