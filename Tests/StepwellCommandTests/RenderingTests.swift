import StatesCost
import StatesJSON
import StatesKernel
import StatesRuntime
import Testing

@testable import StepwellCommand

@Suite("Text for terminals")
struct DisplayTextTests {
    @Test(
        "control characters are shown, not obeyed",
        arguments: [
            ("plain", "plain"), ("two\nlines", "two\\nlines"), ("\u{1B}[31mred", "\\u{1b}[31mred"), ("a\tb\r", "a\\tb\\r"),
            ("\u{202E}drawkcab", "\\u{202e}drawkcab"), ("Grüße 🎉", "Grüße 🎉"), ("\u{9B}1m", "\\u{9b}1m"),
        ])
    func visible(text: String, expected: String) {
        #expect(DisplayText.visible(text) == expected)
    }

    @Test("width counts columns", arguments: [("abc", 3), ("né", 2), ("e\u{301}", 1), ("日本", 4), ("🎉", 2), ("", 0)])
    func width(text: String, columns: Int) {
        #expect(DisplayText.width(text) == columns)
    }

    @Test(
        "what is too wide ends with an ellipsis",
        arguments: [
            ("abcdef", 6, "abcdef"), ("abcdef", 4, "abc…"), ("日本語", 5, "日本…"), ("日本語", 4, "日…"), ("ab", 1, "…"), ("ab", 0, ""),
        ])
    func shortened(text: String, limit: Int, expected: String) {
        #expect(DisplayText.shortened(text, to: limit) == expected)
    }
}

@Suite("Durations")
struct DurationTextTests {
    @Test(
        "a column shows three digits that matter",
        arguments: [
            (0, "0 ms"), (41, "41 ms"), (999, "999 ms"), (1_000, "1.00 s"), (6_104, "6.10 s"), (12_340, "12.3 s"), (58_000, "58 s"),
            (60_000, "1.00 min"), (5_400_000, "1.50 h"), (259_200_000, "3.00 d"), (-5, "0 ms"),
        ] as [(Int64, String)])
    func column(milliseconds: Int64, expected: String) {
        #expect(DurationText(column: milliseconds).text == expected)
    }

    @Test(
        "a sentence has as few digits as say it",
        arguments: [(41, "41 ms"), (6_200, "6.2 s"), (58_000, "58 s"), (60_000, "1 min"), (9_000_000, "2.5 h")] as [(Int64, String)]
    )
    func sentence(milliseconds: Int64, expected: String) {
        #expect(DurationText(sentence: milliseconds).text == expected)
    }

    @Test(
        "a countdown moves in steps that one can follow",
        arguments: [
            (0, "0.0 s"), (961, "0.9 s"), (9_999, "9.9 s"), (10_000, "10 s"), (61_000, "1 min 1 s"), (3_660_000, "1 h 1 min"),
            (90_000_000, "1 d 1 h"), (-1, "0.0 s"),
        ] as [(Int64, String)])
    func countdown(milliseconds: Int64, expected: String) {
        #expect(DurationText.countdown(milliseconds) == expected)
    }

    @Test(
        "seconds have three places",
        arguments: [(0, "0.000"), (42, "0.042"), (3_042, "3.042"), (86_400_000, "86400.000")] as [(Int64, String)])
    func seconds(milliseconds: Int64, expected: String) {
        #expect(DurationText.seconds(milliseconds) == expected)
    }
}

@Suite("Lines of progress")
struct StateLineTests {
    private let layout = StateLineLayout(names: ["Reserve", "Charge", "Release", "OrderFailed"], ink: .plain)

    @Test("numbers stand under each other, and so do units and notes")
    func columns() {
        let lines = [
            StateLine(mark: .succeeded, name: "Reserve", duration: 41),
            StateLine(mark: .failed, name: "Charge", duration: 6_104, notes: ["3 attempts", "Card.Declined: limit reached"]),
            StateLine(mark: .succeeded, name: "Release", duration: 38),
            StateLine(mark: .failed, name: "OrderFailed"),
        ]
        #expect(
            lines.flatMap { layout.text($0) } == [
                "  ✓ Reserve        41 ms",
                "  ✗ Charge       6.10 s   3 attempts   Card.Declined: limit reached",
                "  ✓ Release        38 ms",
                "  ✗ OrderFailed",
            ])
    }

    @Test("a line is cut to the terminal, and a command below it is not")
    func width() {
        let line = StateLine(
            mark: .waiting, name: "Charge", notes: ["waits for an answer until tomorrow"],
            below: "stepwell send success --state Charge --execution order-7 --output '{}'")
        #expect(
            layout.text(line, width: 30) == [
                "  … Charge       waits for an…", "      stepwell send success --state Charge --execution order-7 --output '{}'",
            ])
    }

    @Test("colour marks the mark")
    func colour() {
        let coloured = StateLineLayout(names: ["A"], ink: Ink(isColoured: true))
        #expect(coloured.text(StateLine(mark: .failed, name: "A")) == ["  \u{1B}[31m✗\u{1B}[0m A"])
    }

    @Test("a name of many columns pushes only its own line", arguments: [String(repeating: "x", count: 80)])
    func longNames(name: String) {
        let layout = StateLineLayout(names: [name, "A"], ink: .plain)
        #expect(layout.nameWidth == 32)
        #expect(
            layout.text(StateLine(mark: .succeeded, name: "A", duration: 5)) == [
                "  ✓ A" + String(repeating: " ", count: 36) + "5 ms"
            ])
    }
}

@Suite("The screen")
struct ProgressScreenTests {
    @Test("live lines give way to the next frame, finished ones stay")
    func frames() {
        var screen = ProgressScreen()
        #expect(screen.frame(finished: ["head"], live: ["a", "b"], columns: 80, rows: 24) == "head\na\nb\n")
        #expect(screen.frame(finished: ["a done"], live: ["b"], columns: 80, rows: 24) == "\u{1B}[2A\r\u{1B}[Ja done\nb\n")
        #expect(screen.erase() == "\u{1B}[1A\r\u{1B}[J")
        #expect(screen.erase() == "")
    }

    @Test("a line that wraps counts as the rows it takes, colours aside")
    func wrapping() {
        var screen = ProgressScreen()
        _ = screen.frame(finished: [], live: ["\u{1B}[32m0123456789\u{1B}[0m", "012345678901234567890"], columns: 10, rows: 24)
        #expect(screen.erase() == "\u{1B}[4A\r\u{1B}[J")
    }

    @Test("what does not fit the screen is left out")
    func height() {
        var screen = ProgressScreen()
        #expect(screen.frame(finished: [], live: ["a", "b", "c", "d"], columns: 10, rows: 3) == "a\nb\n")
    }
}

@Suite("Summaries and tables")
struct SummaryTests {
    @Test("a failed run says why, how many transitions, and what it cost")
    func failed() {
        let cost = PriceTable.builtIn.cost(ofTransitions: 6, in: "us-east-1")
        let summary = RunSummary(
            status: .failed, error: "Card.Declined", cause: "limit reached", transitions: 6, retries: 2, duration: 6_240, cost: cost
        )
        #expect(
            summary.lines(ink: .plain) == [
                "FAILED  Card.Declined: limit reached",
                "6 transitions (2 of them retries) · 6.2 s · $0.00015 us-east-1, prices of \(PriceTable.builtIn.date)",
            ])
    }

    @Test("one of something is singular, and what has no price shows none")
    func singular() {
        let summary = RunSummary(status: .succeeded, error: nil, cause: nil, transitions: 1, retries: 1, duration: 3, cost: nil)
        #expect(summary.lines(ink: .plain) == ["SUCCEEDED", "1 transition (1 of them a retry) · 3 ms"])
    }

    @Test(
        "a failure is one line",
        arguments: [
            ("E", "why", "E: why"), ("E", nil, "E"), (nil, "why", "why"), (nil, nil, ""), ("E", "", "E"),
            ("E", "{\"errorMessage\":\"limit reached\",\"errorType\":\"E\"}", "E: limit reached"), ("E", "{broken", "E: {broken"),
            ("E", "one\ntwo", "E: one\\ntwo"),
        ] as [(String?, String?, String)])
    func failure(error: String?, cause: String?, expected: String) {
        #expect(FailureText.line(error: error, cause: cause) == expected)
    }

    @Test("columns are as wide as their widest cell")
    func table() {
        var table = Table([("NAME", .left), ("N", .right), ("REST", .left)])
        table.add(["a", "1", "x"])
        table.add(["日本", "100", ""])
        #expect(table.text(ink: .plain) == "NAME    N  REST\na       1  x\n日本  100\n")
    }

    @Test(
        "colour follows the option, NO_COLOR and the stream, in this order",
        arguments: [
            (ColourChoice.auto, true, nil, true), (.auto, false, nil, false), (.auto, true, "1", false), (.auto, true, "", true),
            (.always, false, "1", true), (.never, true, nil, false),
        ] as [(ColourChoice, Bool, String?, Bool)])
    func colour(choice: ColourChoice, isTerminal: Bool, noColour: String?, expected: Bool) {
        let ink = choice.ink(isTerminal: isTerminal) { $0 == "NO_COLOR" ? noColour : nil }
        #expect(ink.isColoured == expected)
    }
}

@Suite("Commands to copy")
struct TypedCommandTests {
    @Test(
        "words are quoted where a shell needs it",
        arguments: [
            (["a", "b-c.d/e:f"], "a b-c.d/e:f"), (["it's"], #"'it'\''s'"#), ([""], "''"), (["$(rm x)", "`y`"], "'$(rm x)' '`y`'"),
            (["größe"], "größe"), (["a\u{1B}[0mb\n"], #"$'a\x1b[0mb\n'"#),
        ])
    func quoting(words: [String], expected: String) {
        #expect(ShellText.line(words) == expected)
    }

    @Test("the data directory is named where it is not the usual one")
    func data() {
        #expect(TypedCommands(data: ".stepwell").resume("order-7") == "stepwell resume order-7")
        #expect(TypedCommands(data: "my data").resume("order-7") == "stepwell resume order-7 --data 'my data'")
        #expect(
            TypedCommands(data: ".stepwell").send("order-7", .state("Ask me"))
                == "stepwell send success --state 'Ask me' --execution order-7 --output '{}'")
        #expect(TypedCommands(data: "d").send("order-7", .token("T-1_")) == "stepwell send success T-1_ --output '{}' --data d")
    }
}

@Suite("Documents as the AWS CLI prints them")
struct AWSDocumentTests {
    @Test(
        "dates have an offset, and six digits of a second or none",
        arguments: [
            (1_767_225_600_000, "2026-01-01T00:00:00+00:00"), (1_767_225_600_123, "2026-01-01T00:00:00.123000+00:00"),
            (0, "1970-01-01T00:00:00+00:00"),
        ] as [(Int64, String)])
    func dates(milliseconds: Int64, expected: String) {
        #expect(AWSDocument.date(milliseconds) == expected)
    }

    @Test("an event carries its details under AWS's name, and none if there are none")
    func events() {
        let events = [
            HistoryEvent(
                id: 2, previousEventId: 0, timestamp: 1_767_225_600_000, type: "TaskStateEntered",
                details: JSONObject([("name", "A")])),
            HistoryEvent(
                id: 3, previousEventId: 2, timestamp: 1_767_225_600_001, type: "LambdaFunctionStarted", details: JSONObject()),
        ]
        #expect(
            AWSDocument.text(AWSDocument.history(events)) == """
                {
                    "events": [
                        {
                            "timestamp": "2026-01-01T00:00:00+00:00",
                            "type": "TaskStateEntered",
                            "id": 2,
                            "previousEventId": 0,
                            "stateEnteredEventDetails": {
                                "name": "A"
                            }
                        },
                        {
                            "timestamp": "2026-01-01T00:00:00.001000+00:00",
                            "type": "LambdaFunctionStarted",
                            "id": 3,
                            "previousEventId": 2
                        }
                    ]
                }

                """)
    }

    @Test("a list shows the stop date of what has ended only")
    func list() {
        var summary = ExecutionSummary(
            number: 1, name: "a", arn: "arn:x", machineName: "m", machineArn: "arn:m", isExpress: false, status: .running,
            startTime: 0,
            stopTime: nil, definitionHash: "h")
        let running: JSONValue = [
            "executionArn": "arn:x", "stateMachineArn": "arn:m", "name": "a", "status": "RUNNING",
            "startDate": "1970-01-01T00:00:00+00:00", "redriveCount": 0,
        ]
        #expect(AWSDocument.list([summary]) == ["executions": [running]])
        summary.status = .failed
        summary.stopTime = 1_000
        #expect(AWSDocument.list([summary])["executions"]?[0]?["stopDate"] == "1970-01-01T00:00:01+00:00")
    }

    @Test("a history's table shows ids, previous ids, the time since the start, and what says most")
    func table() {
        let events = [
            HistoryEvent(
                id: 1, previousEventId: 0, timestamp: 1_000, type: "ExecutionStarted", details: JSONObject([("input", "{\"a\":1}")])
            ),
            HistoryEvent(
                id: 2, previousEventId: 0, timestamp: 1_000, type: "TaskStateEntered",
                details: JSONObject([("name", "Charge"), ("input", "{}")])),
            HistoryEvent(
                id: 3, previousEventId: 2, timestamp: 1_020, type: "TaskScheduled",
                details: JSONObject([("resourceType", "sqs"), ("resource", "sendMessage")])),
            HistoryEvent(
                id: 4, previousEventId: 3, timestamp: 4_042, type: "TaskFailed",
                details: JSONObject([
                    ("resourceType", "sqs"), ("resource", "sendMessage"), ("error", "SQS.Busy"), ("cause", "later"),
                ])),
            HistoryEvent(
                id: 5, previousEventId: 4, timestamp: 4_042, type: "MapIterationFailed",
                details: JSONObject([("name", "Each"), ("index", 3)])),
        ]
        #expect(
            HistoryTable.text(events, ink: .plain) == """
                ID  PREV  SECONDS  EVENT
                 1     0    0.000  ExecutionStarted    {"a":1}
                 2     0    0.000  TaskStateEntered    Charge
                 3     2    0.020  TaskScheduled       sqs:sendMessage
                 4     3    3.042  TaskFailed          SQS.Busy: later
                 5     4    3.042  MapIterationFailed  Each[3]

                """)
    }
}
