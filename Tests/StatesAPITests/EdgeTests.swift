import StatesJSON
import StatesKernel
import StatesRuntime
import Synchronization
import Testing

@testable import StatesAPI

@Suite("edges: browsers, metrics, events, logs")
struct EdgeTests {
    private func exchange(host: String?, origin: String? = nil, site: String? = nil) -> Exchange {
        Exchange(method: "POST", path: "/", target: nil, traceHeader: nil, host: host, origin: origin, fetchSite: site)
    }

    @Test(
        "clients on this machine are answered, whatever they call it",
        arguments: [
            "localhost:8083", "127.0.0.1:8083", "[::1]:8083", "sync-localhost:8083", "sync-127.0.0.1:8083", "sfn.localhost",
        ])
    func clients(host: String) {
        #expect(exchange(host: host).refusal(isLoopback: true) == nil)
    }

    @Test("pages of other origins, other sites, and names that were made to point here are refused")
    func browsers() {
        #expect(exchange(host: "localhost:8083", origin: "http://evil.example").refusal(isLoopback: true) != nil)
        #expect(exchange(host: "evil.example:8083", origin: "http://evil.example:8083").refusal(isLoopback: true) != nil)
        #expect(exchange(host: "evil.example:8083").refusal(isLoopback: true) != nil)
        #expect(exchange(host: "127.0.0.1.evil.example").refusal(isLoopback: true) != nil)
        #expect(exchange(host: "localhost:8083", site: "cross-site").refusal(isLoopback: true) != nil)
        #expect(exchange(host: "localhost:8083", origin: "http://localhost:3000").refusal(isLoopback: true) != nil)
        #expect(exchange(host: "localhost:8083", origin: "http://localhost:8083").refusal(isLoopback: true) == nil)
        #expect(exchange(host: "stepwell:8083").refusal(isLoopback: false) == nil)
    }

    private func changes(of definition: JSONValue) async throws -> [StatusChange] {
        let seen = Mutex<[StatusChange]>([])
        var options = RuntimeOptions()
        options.onStatusChange = { change in seen.withLock { $0.append(change) } }
        let runtime = try Runtime(clock: .virtual(), options: options)
        let service = try StatesService(runtime: runtime, configuration: ServiceConfiguration())
        let made = try Request(
            .createStateMachine,
            JSONObject([
                ("name", "m"), ("definition", .string(definition.compactText)), ("roleArn", .string(TestService.role)),
            ]))
        let arn = try await service.answer(made)["stateMachineArn"] ?? .null
        let started = try await service.answer(
            try Request(.startExecution, JSONObject([("stateMachineArn", arn), ("name", "e"), ("input", #"{"secret":1}"#)])))
        let summary = try runtime.archive.summary(of: started["executionArn"]?.string ?? "")
        _ = await withCheckedContinuation { continuation in
            runtime.whenFinished(summary) { continuation.resume(returning: "\($0)") }
        }
        runtime.close()
        return seen.withLock { $0 }
    }

    @Test("a change of status has the body that EventBridge would deliver")
    func events() async throws {
        let changes = try await changes(of: Definitions.fail)
        #expect(changes.map(\.status) == [.running, .failed])
        let event = try JSONValue(parsing: StatusEvent.body(of: changes[1]))
        #expect(event["source"] == "aws.states")
        #expect(event["detail-type"] == "Step Functions Execution Status Change")
        #expect(event["resources"] == ["arn:aws:states:us-east-1:123456789012:execution:m:e"])
        #expect(event["time"] == "2026-01-01T00:00:00Z")
        #expect(event["detail"]?["status"] == "FAILED")
        #expect(event["detail"]?["error"] == "No")
        #expect(event["detail"]?["input"] == #"{"secret":1}"#)
        #expect(event["detail"]?["stopDate"] == 1_767_225_600_000)
    }

    @Test("metrics have CloudWatch's names in Prometheus's text")
    func metrics() async throws {
        let telemetry = Telemetry()
        for change in try await changes(of: Definitions.fail) { telemetry.note(change) }
        telemetry.end(telemetry.begin(nil), nil, .failure(.invalidToken), requestID: "r")
        let lines = telemetry.metricsText().split(separator: "\n").map(String.init)
        for line in [
            "# TYPE ExecutionsStarted counter", "ExecutionsStarted 1", "ExecutionsFailed 1", "ExecutionsSucceeded 0",
            "ConsumedTransitions 1", #"ServiceErrors{code="InvalidToken"} 1"#,
        ] {
            #expect(lines.contains(line))
        }
    }

    @Test("log lines are JSON with the execution's ARN, and show no data unless that is asked for", arguments: [false, true])
    func logs(showsData: Bool) async throws {
        let written = Mutex<[String]>([])
        let log = EventLog(level: .info, showsData: showsData, now: { 0 }) { line in written.withLock { $0.append(line) } }
        let telemetry = Telemetry(log: log)
        for change in try await changes(of: Definitions.fail) { telemetry.note(change) }
        telemetry.end(
            telemetry.begin(nil), nil, .failure(.internalFailure("the disk is full")), requestID: "r")
        let lines = try written.withLock { $0 }.map { try JSONValue(parsing: $0) }
        #expect(lines.map { $0["level"] } == ["info", "warning", "error"])
        #expect(lines[1]["executionArn"] == "arn:aws:states:us-east-1:123456789012:execution:m:e")
        #expect(lines[1]["cause"] == (showsData ? "because" : nil))
        #expect(lines[2]["requestId"] == "r")
    }
}
