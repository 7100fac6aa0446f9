import StatesJSON
import StatesKernel
public import StatesRuntime
import StatesText

/// A change of an execution's status as EventBridge delivers it: `Step Functions Execution Status Change`.
public enum StatusEvent {
    /// The event's JSON text as bytes.
    ///
    /// Its identifier follows from the execution, the status and the time, so that an event that is delivered twice can be told.
    public static func body(of change: StatusChange) -> [UInt8] {
        let start = change.start
        let parts = start.arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false).map(String.init)
        let input = start.inputText
        let detail = JSONObject([
            ("executionArn", .string(start.arn)), ("stateMachineArn", .string(start.machineArn)), ("name", .string(start.name)),
            ("status", .string(change.status.rawValue)), ("startDate", .number(.integer(start.time))),
            ("stopDate", change.stopTime.map { .number(.integer($0)) } ?? .null),
            ("input", .string(input)), ("output", change.output.map { .string($0) } ?? .null),
            ("stateMachineVersionArn", change.labels.versionArn.map { .string($0) } ?? .null),
            ("stateMachineAliasArn", change.labels.aliasArn.map { .string($0) } ?? .null), ("redriveCount", 0),
            ("redriveDate", .null), ("redriveStatus", .string(redriveStatus(change.status))),
            (
                "redriveStatusReason",
                StatesService.reasonAgainstRedrive(change.status).map { .string($0) } ?? .null
            ),
            ("inputDetails", ["included": true]), ("outputDetails", change.output.map { _ in ["included": true] } ?? .null),
            ("error", change.error.map { .string($0) } ?? .null), ("cause", change.cause.map { .string($0) } ?? .null),
        ])
        let id = identifier("\(start.arn) \(change.status.rawValue) \(change.stopTime ?? start.time)")
        let time = Timestamp(milliseconds: change.stopTime ?? start.time).rfc3339Milliseconds
        let event: JSONValue = [
            "version": "0", "id": .string(id), "detail-type": "Step Functions Execution Status Change", "source": "aws.states",
            "account": .string(parts.count > 4 ? parts[4] : ""), "time": .string(String(time.prefix(19)) + "Z"),
            "region": .string(parts.count > 3 ? parts[3] : ""), "resources": [.string(start.arn)], "detail": .object(detail),
        ]
        var bytes: [UInt8] = []
        event.write(into: &bytes)
        return bytes
    }

    private static func identifier(_ text: String) -> String {
        let digits = Array(Digest.hexadecimal(Digest.sha256(Array(text.utf8))).utf8)
        let ends = [0, 8, 12, 16, 20, 32]
        return zip(ends, ends.dropFirst()).map { String(decoding: digits[$0..<$1], as: UTF8.self) }.joined(separator: "-")
    }

    private static func redriveStatus(_ status: ExecutionStatus) -> String {
        StatesService.reasonAgainstRedrive(status) == nil ? "REDRIVABLE" : "NOT_REDRIVABLE"
    }
}
