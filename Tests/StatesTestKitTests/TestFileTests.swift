import StatesTestKit
import Testing

@Suite("test files")
struct TestFileTests {
    struct Wrong: Sendable, CustomStringConvertible {
        var text: String
        var problems: [String]
        var description: String { text }

        init(_ text: String, _ problems: String...) {
            self.text = text
            self.problems = problems
        }
    }

    @Test(
        "everything wrong in a file is told with line and column",
        arguments: [
            Wrong("[]", "1:1: a test file must be an object, not a list"),
            Wrong("{}", "1:1: a test file has a member 'cases'"),
            Wrong(
                #"{ "Cases": [] }"#, "1:1: a test file has a member 'cases'",
                "1:3: 'Cases' is no key of a test file; did you mean 'cases'?"),
            Wrong(#"{ "cases": 7 }"#, "1:12: 'cases' must be a list, not a number"),
            Wrong(#"{ "cases": [ { "input": 1 } ] }"#, "1:14: a case has a member 'name'"),
            Wrong(
                #"{ "cases": [ { "name": "a" }, { "name": "a" } ] }"#, "1:31: there are two cases 'a'"),
            Wrong(
                "{ \"cases\": [ { \"name\": \"a\",\n  \"mocks\": { \"Chrage\": { \"return\": 1 } } } ] }",
                "2:14: The definition has no Task state 'Chrage' and no resource of that name; did you mean 'Charge'?"),
            Wrong(
                #"{ "cases": [ { "name": "a", "mocks": { "Charge": { "returns": 1 } } } ] }"#,
                "1:52: 'returns' is no key of an answer; known are 'return', 'throw', 'never', 'after', 'times', 'when', 'heartbeat'"
            ),
            Wrong(
                #"{ "cases": [ { "name": "a", "mocks": { "Charge": [ { "return": 1, "after": "soon" }, { "throw": {} } ] } } ] }"#,
                "1:76: 'after' must be a duration such as 250ms, 10s, 5m, 1h or 2d", "1:97: 'throw' has a member 'error'"),
            Wrong(
                #"{ "cases": [ { "name": "a", "mocks": { "Charge": { "return": 1, "times": 0, "when": { "attempt": "x" } } } } ] }"#,
                "1:74: 'times' must be a whole number from 1 up",
                "1:98: 'attempt' must be a whole number from 1 up, or a range such as 2-4"),
            Wrong(
                #"{ "cases": [ { "name": "a", "expect": { "status": "FALIED", "notVisited": ["Shp"] } } ] }"#,
                "1:51: 'FALIED' is no status; did you mean FAILED?", "1:76: the definition has no state 'Shp'; did you mean 'Ship'?"
            ),
            Wrong(
                #"{ "cases": [ { "name": "a", "expect": { "check": [ { "path": "$.[" } ], "budget": { "dollars": "1" } } } ] }"#,
                "1:62: Could not analyze path component: [", "1:96: 'dollars' must be a number of dollars"),
            Wrong(
                #"{ "cases": [ { "name": "a", "steps": [ { "answer": "Charge" }, { "advance": 1 } ] } ] }"#,
                "1:40: 'answer' needs one of 'return' and 'throw'",
                "1:77: 'advance' must be a duration such as 250ms, 10s, 5m, 1h or 2d"),
            Wrong(#"{ "cases": [ { "name": "a", "mock": 1 } ] }"#, "1:37: 'mock' belongs to a case about one 'state'"),
            Wrong(
                #"{ "cases": [ { "name": "a", "testCase": "x" } ] }"#,
                "1:41: 'testCase' is a test case of the file's 'mockFile', which it does not name"),
            Wrong(#"{ "definition": "x.asl.json", "cases": [] }"#, "1:17: the definition x.asl.json cannot be tested: "),
            Wrong(
                #"{ "validate": "strict", "clock": "noon", "cases": [] }"#, "1:15: 'validate' is one of STRICT, PRESENT and NONE",
                "1:34: 'clock' is a time such as 2026-01-01T00:00:00Z"),
        ])
    func problems(wrong: Wrong) {
        let found = Written.problems(wrong.text)
        #expect(found.count == wrong.problems.count, "\(found)")
        for (found, expected) in zip(found, wrong.problems) {
            #expect(found == expected || expected.hasSuffix(": ") && found.hasPrefix(expected))
        }
    }

    static let mocks = #""mocks": { "Reserve": { "return": {} }, "Charge": { "return": { "amount": 7 } } }"#

    /// A case of the happy path with that expectation.
    static func text(_ expectation: String, mocks: String = mocks) -> String {
        #"{ "cases": [ { "name": "a", "input": { "order": 1 }, \#(mocks), "expect": \#(expectation) } ] }"#
    }

    @Test(
        "what holds passes",
        arguments: [
            #"{ "status": "SUCCEEDED", "output": { "paid": 7.0 }, "error": null, "cause": null, "took": "0s", "transitions": 3 }"#,
            #"{ "outputContains": {}, "path": ["Reserve", "Charge", "Ship"], "visited": "Ship", "notVisited": ["Release"] }"#,
            #"{ "order": ["Reserve", "Ship"], "retries": { "Charge": 0 }, "attempts": { "Charge": 1 }, "delays": { "Charge": [] } }"#,
            #"{ "events": ["ExecutionStarted", { "type": "TaskStateEntered", "name": "Charge" }, "ExecutionSucceeded"] }"#,
            #"{ "asked": { "Charge": { "order": 1 } }, "gave": { "Charge": { "payment": { "amount": 7 } } } }"#,
            #"{ "check": { "path": "$.paid", "is": 7 }, "budget": { "transitions": 3, "dollars": 0.000075, "time": "1s" } }"#,
        ])
    func holds(expectation: String) throws {
        #expect(try Written.failures(Self.text(expectation)) == [])
    }

    @Test(
        "what does not hold is told",
        arguments: [
            (#"{ "status": "FAILED" }"#, ["status differs"]),
            (#"{ "output": { "paid": 8, "late": true } }"#, ["output differs at $.paid", "output differs at $.late"]),
            (#"{ "output": {} }"#, ["output differs at $.paid"]),
            (#"{ "error": "X" }"#, ["error differs"]), (#"{ "causeContains": "X" }"#, ["the cause does not contain that"]),
            (#"{ "path": ["Reserve", "Ship"] }"#, ["state 2 of the path is 'Charge', not 'Ship'"]),
            (#"{ "path": ["Reserve", "Charge"] }"#, ["the path goes on to 'Ship'"]),
            (#"{ "path": ["Reserve", "Charge", "Ship", "Failed"] }"#, ["the path ends before 'Failed'"]),
            (#"{ "visited": ["Release"], "notVisited": ["Ship"] }"#, ["'Release' was not visited", "'Ship' was visited"]),
            (#"{ "order": ["Ship", "Charge"] }"#, ["'Charge' did not come in this order"]),
            (#"{ "afterFailure": { "Charge": ["Release"] } }"#, ["'Charge' did not fail"]),
            (#"{ "retries": { "Charge": 1 } }"#, ["retries of 'Charge' differ"]),
            (#"{ "events": ["TaskTimedOut"] }"#, ["no event TaskTimedOut came here"]),
            (#"{ "asked": { "Charge": { "order": 2 } } }"#, ["request 1 of 'Charge' differs at $.order"]),
            (#"{ "transitions": 4, "took": "1s" }"#, ["transitions differs", "took differs"]),
            (
                #"{ "budget": { "transitions": 2, "dollars": 0.00001 } }"#,
                ["over the budget of transitions", "over the budget of money"]
            ),
            (#"{ "check": { "path": "$.paid", "is": 8 } }"#, ["'$.paid': $: expected 8, got 7"]),
            (#"{ "check": { "path": "$.late" } }"#, ["'$.late' finds nothing in the output"]),
            (#"{ "variables": { "x": 1 } }"#, ["there is no variable 'x'"]),
            (#"{ "snapshot": true }"#, []),
        ])
    func doesNotHold(expectation: String, messages: [String]) throws {
        #expect(try Written.failures(Self.text(expectation)) == messages)
    }

    @Test("mocks that all cases share are used by some case, and need not be used by each")
    func shared() async throws {
        let file = try Written.file(
            """
            { "mocks": { "Reserve": { "return": {} }, "Charge": { "return": { "amount": 1 } }, "Release": { "return": { "MessageId": "m" } } },
              "cases": [ { "name": "a" }, { "name": "b", "mocks": { "Charge": { "return": { "amount": 2 } } }, "expect": { "output": { "paid": 2 } } } ] }
            """)
        let results = await TestSuite([file]).run(jobs: 2)
        #expect(results[0].cases.map(\.hasPassed) == [true, true])
        #expect(results[0].mismatches.map(\.message) == ["no case asks the mock 'Release' that all of them share"])
        #expect(results[0].unvisitedStates == ["Release", "Failed"])
        var chosen = TestSuite([file])
        chosen.isChosen = { $0 == "b" }
        #expect(await chosen.run(jobs: 1)[0].mismatches == [])
    }

    @Test("a case is left out with its reason")
    func skipped() throws {
        let file = try Written.file(#"{ "cases": [ { "name": "a", "skip": "not yet" } ] }"#)
        #expect(file.run(file.cases[0]).skipped == "not yet")
    }

    @Test("a Swift test runs a file's cases and shows what the command shows")
    func failureText() throws {
        let file = try Written.file(Self.text(#"{ "path": ["Reserve", "Ship"] }"#))
        #expect(file.caseNames == ["a"])
        #expect(file.failure(of: "a")?.contains("state 2 of the path is 'Charge', not 'Ship'") == true)
    }
}

@Suite("mock files of Step Functions Local")
struct MockFileTests {
    static let mocks = """
        { "StateMachines": { "order": { "TestCases": {
              "Paid": { "Reserve": "Reserved", "Charge": "ThirdTime" }, "Short": { "Reserve": "Reserved", "Charge": "Twice" } } } },
          "MockedResponses": {
              "Reserved": { "0": { "Return": {} } },
              "ThirdTime": { "0-1": { "Throw": { "Error": "Bank.Busy", "Cause": "" } }, "2": { "Return": { "amount": 9 } } },
              "Twice": { "0-1": { "Throw": { "Error": "Bank.Busy", "Cause": "" } } } } }
        """

    @Test("test cases become cases, and a case can say what it expects of one")
    func cases() throws {
        let text =
            #"{ "mockFile": "mocks.json", "cases": [ { "name": "b", "testCase": "Paid", "expect": { "output": { "paid": 9 }, "attempts": { "Charge": 3 } } } ] }"#
        let file = try Written.file(text, others: ["mocks.json": Self.mocks])
        #expect(file.caseNames == ["b", "Short"])
        #expect(file.failure(of: "b") == nil)
        #expect(file.failure(of: "Short")?.contains("The mock 'Charge' has 2 answers, and 'Charge' (arn:aws:lambda") == true)
    }

    @Test(
        "wrong mock files are told by line and column",
        arguments: [
            (
                #""0": { "Return": 1 }, "2": { "Return": 1 }"#,
                "the numbers must follow each other from 0 on without gap or overlap: 1 is next"
            ),
            (
                #""0-1": { "Return": 1 }, "1": { "Return": 1 }"#,
                "the numbers must follow each other from 0 on without gap or overlap: 2 is next"
            ),
            (#""first": { "Return": 1 }"#, #"'first' is neither a number such as "0" nor a range such as "1-3""#),
            (#""0": { "Return": 1, "Throw": { "Error": "E", "Cause": "" } }"#, "an answer has exactly one of 'Return' and 'Throw'"),
            (#""0": { "Throw": { "Error": "E" } }"#, "'Throw' has a member 'Cause'"),
            (#""0": {}"#, "an answer has exactly one of 'Return' and 'Throw'"),
        ])
    func wrong(response: String, message: String) {
        let mocks =
            "{ \"StateMachines\": { \"order\": { \"TestCases\": { \"A\": { \"Reserve\": \"R\" } } } },\n  \"MockedResponses\": { \"R\": { \(response) } } }"
        let found = Written.problems(#"{ "mockFile": "mocks.json" }"#, others: ["mocks.json": mocks])
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.hasPrefix("1:15: mocks.json:2:") == true)
        #expect(found.first?.hasSuffix(": " + message) == true, "\(found)")
    }

    @Test("a mock of a state that is not there is told")
    func unknownState() {
        let mocks =
            #"{ "StateMachines": { "order": { "TestCases": { "A": { "Chrage": "R" } } } }, "MockedResponses": { "R": { "0": { "Return": 1 } } } }"#
        #expect(
            Written.problems(#"{ "mockFile": "mocks.json" }"#, others: ["mocks.json": mocks])
                == ["1:15: test case 'A': the state machine has no Task state 'Chrage', so this mock would never be used"])
    }
}
