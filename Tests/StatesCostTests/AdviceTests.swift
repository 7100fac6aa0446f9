import StatesJSON
import StatesLanguage
import Testing

@testable import StatesCost

@Suite("advice")
struct AdviceTests {
    /// A definition that a rule speaks of, and one like it that it does not.
    struct Pair: Sendable, CustomTestStringConvertible {
        let code: String
        let with: String
        let without: String
        var type = MachineType.standard
        var testDescription: String { code }
    }

    static let function = "arn:aws:lambda:us-east-1:123456789012:function:f:live"

    static func task(_ fields: String, resource: String = function, more: String = "") -> String {
        #"{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"\#(resource)"\#(fields.isEmpty ? "" : ",")\#(fields),"End":true}\#(more)}}"#
    }

    static func retry(_ fields: String, errors: String = #""States.ALL""#) -> String {
        task(#""Retry":[{"ErrorEquals":[\#(errors)]\#(fields)}]"#)
    }

    static func loop(wait: Int, exit: Bool = true, resource: String = function) -> String {
        let done = exit ? #"{"Variable":"$.x","NumericEquals":1,"Next":"D"},"# : ""
        return
            #"{"StartAt":"W","TimeoutSeconds":60,"States":{"W":{"Type":"Wait","Seconds":\#(wait),"Next":"A"},"A":{"Type":"Task","Resource":"\#(resource)","Next":"C","Catch":[{"ErrorEquals":["States.ALL"],"ResultPath":"$.e","Next":"D"}]},"C":{"Type":"Choice","Choices":[\#(done){"Variable":"$.x","NumericEquals":2,"Next":"W"}],"Default":"W"},"D":{"Type":"Pass","End":true}}}"#
    }

    static func map(_ fields: String, mode: String = "INLINE", inner: String = function) -> String {
        #"{"StartAt":"M","States":{"M":{"Type":"Map",\#(fields)"ItemProcessor":{"ProcessorConfig":{"Mode":"\#(mode)","ExecutionType":"STANDARD"},"StartAt":"I","States":{"I":{"Type":"Task","Resource":"\#(inner)","End":true}}},"End":true}}}"#
    }

    static let start = "arn:aws:states:::states:startExecution"

    static let pairs: [Pair] = [
        Pair(code: "WA101", with: task(""), without: task(#""TimeoutSeconds":30"#)),
        Pair(
            code: "WA102", with: task("", resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken"),
            without: task(#""HeartbeatSeconds":30"#, resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken")),
        Pair(code: "WA103", with: task(#""TimeoutSeconds":901"#), without: task(#""TimeoutSeconds":900"#)),
        Pair(
            code: "WA104", with: task("", resource: "arn:aws:states:us-east-1:1:activity:a"),
            without: #"{"TimeoutSeconds":60,"# + task("", resource: "arn:aws:states:us-east-1:1:activity:a").dropFirst()),
        Pair(
            code: "WA105", with: #"{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":300,"End":true}}}"#,
            without: #"{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":200,"End":true}}}"#, type: .express),
        Pair(code: "WA106", with: task(""), without: task(#""TimeoutSeconds":30"#), type: .express),
        Pair(code: "WA201", with: task(""), without: retry("")),
        Pair(code: "WA202", with: retry("", errors: #""A""#), without: retry("")),
        Pair(code: "WA203", with: retry(#","MaxAttempts":5"#), without: retry(#","MaxAttempts":5,"JitterStrategy":"FULL""#)),
        Pair(
            code: "WA204", with: task(#""Retry":[{"ErrorEquals":["States.ALL"]}]"#, resource: start),
            without: task(#""Parameters":{"Name.$":"$.id"},"Retry":[{"ErrorEquals":["States.ALL"]}]"#, resource: start)),
        Pair(
            code: "WA205", with: retry(#","MaxAttempts":6,"BackoffRate":1.0"#),
            without: retry(#","MaxAttempts":6,"BackoffRate":1.5"#)),
        Pair(
            code: "WA206", with: task(""),
            without: task(#""Catch":[{"ErrorEquals":["States.ALL"],"Next":"F"}]"#, more: #","F":{"Type":"Fail"}"#)),
        Pair(
            code: "WA207", with: task(#""Catch":[{"ErrorEquals":["A"],"Next":"F"}]"#, more: #","F":{"Type":"Fail"}"#),
            without: task(#""Catch":[{"ErrorEquals":["A"],"ResultPath":"$.e","Next":"F"}]"#, more: #","F":{"Type":"Fail"}"#)),
        Pair(
            code: "WA208", with: task(#""Catch":[{"ErrorEquals":["A"],"Next":"S"}]"#, more: #","S":{"Type":"Succeed"}"#),
            without: task(#""Catch":[{"ErrorEquals":["A"],"Next":"S"}]"#, more: #","S":{"Type":"Fail"}"#)),
        Pair(
            code: "WA210", with: task("", resource: "arn:aws:states:::aws-sdk:dynamodb:batchWriteItem"),
            without: task(
                #""ResultSelector":{"left.$":"$.UnprocessedItems"}"#, resource: "arn:aws:states:::aws-sdk:dynamodb:batchWriteItem")),
        Pair(
            code: "WA211", with: task(#""Retry":[{"ErrorEquals":["A","B"]},{"ErrorEquals":["B"],"MaxAttempts":9}]"#),
            without: task(#""Retry":[{"ErrorEquals":["A"]},{"ErrorEquals":["B"],"MaxAttempts":9}]"#)),
        Pair(
            code: "WA212",
            with: task(
                #""Catch":[{"ErrorEquals":["States.TaskFailed"],"Next":"F"},{"ErrorEquals":["B"],"Next":"F"}]"#,
                more: #","F":{"Type":"Fail"}"#),
            without: task(
                #""Catch":[{"ErrorEquals":["States.TaskFailed"],"Next":"F"},{"ErrorEquals":["States.Timeout"],"Next":"F"}]"#,
                more: #","F":{"Type":"Fail"}"#)),
        Pair(
            code: "WA301", with: loop(wait: 30),
            without: loop(wait: 30, resource: "arn:aws:states:::lambda:invoke.waitForTaskToken")),
        Pair(code: "WA302", with: loop(wait: 5), without: loop(wait: 30)),
        Pair(
            code: "WA304",
            with: #"{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Pass","End":true}}}"#,
            without: #"{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Succeed"}}}"#),
        Pair(
            code: "WA307", with: retry(#","MaxAttempts":9000"#), without: retry(#","MaxAttempts":3"#)),
        Pair(code: "WA308", with: loop(wait: 30, exit: false), without: loop(wait: 30)),
        Pair(
            code: "WA401", with: task("", resource: start), without: task(#""Parameters":{"Name.$":"$.id"}"#, resource: start),
            type: .express),
        Pair(code: "WA402", with: task("", resource: start), without: task(#""Parameters":{"Name.$":"$.id"}"#, resource: start)),
        Pair(
            code: "WA403", with: task(#""Parameters":{"Input":{"a":1}}"#, resource: start),
            without: task(
                #""Parameters":{"Input":{"AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID.$":"$$.Execution.Id"}}"#, resource: start)),
        Pair(
            code: "WA503", with: task(#""Parameters":{"ApiKey":"0123456789abcdef"}"#),
            without: task(#""Parameters":{"ApiKey.$":"$.key","SecretName":"prod/charge"}"#)),
        Pair(
            code: "WA504", with: task("", resource: "arn:aws:lambda:us-east-1:123456789012:function:f"),
            without: task("", resource: "arn:aws:lambda:us-east-1:123456789012:function:f:live")),
        Pair(code: "WA601", with: map(""), without: map(#""MaxConcurrency":5,"#)),
        Pair(
            code: "WA603",
            with:
                #"{"StartAt":"C","States":{"C":{"Type":"Choice","Choices":[{"Variable":"$.x","NumericEquals":1,"Next":"D"}]},"D":{"Type":"Succeed"}}}"#,
            without:
                #"{"StartAt":"C","States":{"C":{"Type":"Choice","Choices":[{"Variable":"$.x","NumericEquals":1,"Next":"D"}],"Default":"D"},"D":{"Type":"Succeed"}}}"#
        ),
        Pair(
            code: "WA605", with: map("", mode: "DISTRIBUTED"),
            without: map(#""ToleratedFailurePercentage":5,"#, mode: "DISTRIBUTED")),
        Pair(
            code: "WA606", with: #"{"StartAt":"F","States":{"F":{"Type":"Fail","Error":"E"}}}"#,
            without: #"{"StartAt":"F","States":{"F":{"Type":"Fail","Error":"E","Cause":"because"}}}"#),
        Pair(
            code: "WA613", with: map("", mode: "DISTRIBUTED"),
            without: map(
                #""ResultWriter":{"Resource":"arn:aws:states:::s3:putObject","Parameters":{"Bucket":"b"}},"#, mode: "DISTRIBUTED")),
    ]

    static func codes(_ text: String, _ type: MachineType, allowing allowed: Set<String> = []) throws -> Set<String> {
        let node = try JSONNode(parsing: text)
        return Set(Advice.all(for: node, source: SourceText(text, name: "x"), type: type, allowing: allowed).map(\.code))
    }

    @Test("a rule speaks of what it is about, and not of what is like it", arguments: pairs)
    func rules(_ pair: Pair) throws {
        #expect(try Self.codes(pair.with, pair.type).contains(pair.code))
        #expect(try !Self.codes(pair.without, pair.type).contains(pair.code))
    }

    @Test("advice is silenced everywhere, in a machine, or in a state")
    func silence() throws {
        let text = Self.task("")
        #expect(try Self.codes(text, .standard) == ["WA101", "WA201", "WA206"])
        #expect(try Self.codes(text, .standard, allowing: ["WA101"]) == ["WA201", "WA206"])
        #expect(try Self.codes(#"{"Comment":"stepwell:allow WA101, WA206","# + text.dropFirst(), .standard) == ["WA201"])
        #expect(try Self.codes(Self.task(#""Comment":"Quick. stepwell:allow WA201 WA101, it is a test""#), .standard) == ["WA206"])
    }

    @Test("advice says where, why, and what it saves")
    func wording() throws {
        let text = Self.loop(wait: 30)
        let advice = try #require(
            Advice.all(for: JSONNode(parsing: text), source: SourceText(text, name: "x")).first { $0.code == "WA301" })
        #expect(advice.pointer == "/States/W")
        #expect(advice.message == "W, A and a Choice poll; hand the job a task token (.waitForTaskToken)")
        #expect(advice.saving == "3 transitions for each round; a job that says itself when it is done costs 1")
    }
}
