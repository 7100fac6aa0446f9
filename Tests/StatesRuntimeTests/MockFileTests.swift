import StatesJSON
import StatesKernel
import StatesLanguage
import StatesRuntime
import Testing

@Suite("Mock files of Step Functions Local")
struct MockFileTests {
    static let text = """
        {"StateMachines":{"order":{"TestCases":{
          "happy":{"Do":"Fine"},"retried":{"Do":"TwiceBusy"},"none":{}}}},
         "MockedResponses":{"Fine":{"0":{"Return":{"StatusCode":200}}},
          "TwiceBusy":{"0-1":{"Throw":{"Error":"Busy","Cause":"later"}},"2":{"Return":"ok"}}}}
        """

    private func file(_ text: String = MockFileTests.text) throws -> MockFile { try MockFile(node: JSONNode(parsing: text)) }

    private func run(_ testCase: String, machine: StateMachine) async throws -> Run {
        var request = StartRequest(machine)
        request.mocks = try file().mocks(machine: "order", testCase: testCase)
        return try await Runtime(clock: .virtual()).run(request)
    }

    @Test("a mock replaces the raw result of a state, whatever its resource")
    func returns() async throws {
        let machine = try taskMachine(
            "arn:aws:states:::aws-sdk:dynamodb:putItem", #""Parameters":{},"ResultSelector":{"code.$":"$.StatusCode"}"#)
        let run = try await run("happy", machine: machine)
        #expect(run.output == ["code": 200])
        #expect(run.history.map(\.type)[2...4] == ["TaskScheduled", "TaskStarted", "TaskSucceeded"])
    }

    @Test("the answers are counted by the requests of a state, retries included")
    func retries() async throws {
        let retry = #""Retry":[{"ErrorEquals":["Busy"],"IntervalSeconds":1}]"#
        let run = try await run("retried", machine: try taskMachine("arn:aws:lambda:us-east-1:1:function:f", retry))
        #expect(run.output == "ok")
        #expect(run.attempts(of: "Do") == 3)
    }

    @Test("iterations of a Map count too, and a request past the last answer fails the execution")
    func exhausted() async throws {
        let machine = try machine(
            """
            "Each":{"Type":"Map","MaxConcurrency":1,"End":true,"Catch":[{"ErrorEquals":["States.ALL"],"Next":"Caught"}],
              "ItemProcessor":{"StartAt":"Do","States":{
                "Do":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:1:function:f","End":true,
                      "Catch":[{"ErrorEquals":["Busy"],"Next":"Go"}]},"Go":{"Type":"Pass","End":true}}}},
            "Caught":{"Type":"Pass","End":true}
            """, startAt: "Each")
        var request = StartRequest(machine, input: [1, 2, 3, 4])
        request.mocks = try file().mocks(machine: "order", testCase: "retried")
        let run = try await Runtime(clock: .virtual()).run(request)
        #expect(run.status == .failed)
        #expect(run.error == "States.Runtime")
        #expect(
            run.cause
                == "The mock 'TwiceBusy' of state 'Do' has answers for 3 requests, and this is request number 3 (counted from 0).")
    }

    @Test("a mocked callback is its result, without any token being sent")
    func callback() async throws {
        let machine = try taskMachine(
            "arn:aws:states:::sqs:sendMessage.waitForTaskToken", #""Parameters":{"QueueUrl":"q","MessageBody.$":"$$.Task.Token"}"#)
        let run = try await run("happy", machine: machine)
        #expect(run.output == ["StatusCode": 200])
        #expect(run.history.map(\.type)[2...5] == ["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"])
        let failing = try await self.run("retried", machine: machine)
        #expect(failing.error == "Busy")
        #expect(failing.history.map(\.type)[4...5] == ["TaskSubmitted", "TaskFailed"])
    }

    @Test("states that a test case does not name are performed as ever")
    func unmocked() async throws {
        var request = StartRequest(try taskMachine())
        request.mocks = try file().mocks(machine: "order", testCase: "none")
        #expect(try await Runtime(functions: ["work": .returns(5)], clock: .virtual()).run(request).output == 5)
    }

    @Test("unknown machines and test cases are named, with what there is")
    func unknown() throws {
        let file = try file()
        #expect(file.machineNames == ["order"])
        #expect(file.testCases(of: "order") == ["happy", "none", "retried"])
        #expect(throws: RuntimeError.noTestCase("The mock file has no state machine 'x'; it has 'order'.")) {
            try file.mocks(machine: "x", testCase: "happy")
        }
        #expect(
            throws: RuntimeError.noTestCase("The mock file has no test case 'x' for 'order'; it has 'happy', 'none', 'retried'.")
        ) {
            try file.mocks(machine: "order", testCase: "x")
        }
    }

    @Test("a mocked state that the definition does not have is found")
    func unused() throws {
        let machine = try machine(#""Other":{"Type":"Pass","End":true}"#, startAt: "Other")
        let problems = try file().unusedStates(machine: "order", testCase: "happy", plan: machine.plan)
        #expect(problems.map(\.message) == ["the state machine has no Task state 'Do', so this mock would never be used"])
        #expect(problems.map { Self.text.utf8.dropFirst($0.range.lowerBound).prefix(4).elementsEqual(#""Do""#.utf8) } == [true])
    }

    /// The problem's text and the text it points at.
    private func problems(_ text: String) -> [String] {
        do {
            _ = try MockFile(node: JSONNode(parsing: text))
            return []
        } catch let error as FileProblems {
            return error.problems.map { problem in
                let place = text.utf8.dropFirst(problem.range.lowerBound).prefix(
                    problem.range.upperBound - problem.range.lowerBound)
                return "\(String(decoding: Array(place), as: UTF8.self)): \(problem.message)"
            }
        } catch {
            return ["\(error)"]
        }
    }

    @Test(
        "what is wrong in a mock file, and where",
        arguments: [
            (#"[1]"#, [#"[1]: a mock file must be an object, not a list"#]),
            (
                #"{"Machines":{}}"#,
                [
                    #""Machines": 'Machines' is no key of a mock file; known are 'StateMachines', 'MockedResponses', 'MockedResponse'"#
                ]
            ),
            (
                #"{"StateMachines":{"m":{"TestCases":{"c":{"S":"R"}}}}}"#,
                [#""R": there is no mocked response 'R'"#]
            ),
            (
                #"{"MockedResponses":{"R":{"x":{"Return":1}}}}"#,
                [#""x": 'x' is neither a number such as "0" nor a range such as "1-3""#]
            ),
            (
                #"{"MockedResponses":{"R":{"0":{"Return":1},"2":{"Return":1}}}}"#,
                [#""2": the numbers must follow each other from 0 on without gap or overlap: 1 is next"#]
            ),
            (
                #"{"MockedResponses":{"R":{"0-2":{"Return":1},"2-3":{"Return":1}}}}"#,
                [#""2-3": the numbers must follow each other from 0 on without gap or overlap: 3 is next"#]
            ),
            (#"{"MockedResponses":{"R":{}}}"#, [#"{}: the mocked response 'R' has at least the member "0""#]),
            (
                #"{"MockedResponses":{"R":{"0":{"Return":1,"Throw":{"Error":"E","Cause":"C"}}}}}"#,
                [#"{"Return":1,"Throw":{"Error":"E","Cause":"C"}}: an answer has exactly one of 'Return' and 'Throw'"#]
            ),
            (
                #"{"MockedResponses":{"R":{"0":{"Throw":{"Error":1,"Reason":"x"}}}}}"#,
                [
                    #"{"Error":1,"Reason":"x"}: 'Throw' has a member 'Cause'"#, #"1: 'Error' must be a text, not a number"#,
                    #""Reason": 'Reason' is no key of 'Throw'; known are 'Error', 'Cause'"#,
                ]
            ),
            (
                #"{"MockedResponses":{"R":{"0":{"return":1}}}}"#,
                [
                    #"{"return":1}: an answer has exactly one of 'Return' and 'Throw'"#,
                    #""return": 'return' is no key of an answer; did you mean 'Return'?"#,
                ]
            ),
            (
                #"{"StateMachines":{"m":{"TestCases":{"c":{},"c":{}}}}}"#,
                [#""c": 'c' stands here for the second time"#]
            ),
        ])
    func diagnostics(_ text: String, _ expected: [String]) { #expect(problems(text) == expected) }
}
