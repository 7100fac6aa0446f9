import StatesJSON
import StatesKernel
import StatesLanguage
import Testing

@Suite("JSONata states")
struct JSONataTests {
    static let function = StateTests.function

    /// The details of the last event of a type.
    private func details(_ run: Rehearsal, _ type: String) -> JSONValue? {
        run.events.last { $0.type == type }.map { .object($0.details) }
    }

    private func machine(_ states: String) -> String { #"{"QueryLanguage":"JSONata","StartAt":"A","States":{\#(states)}}"# }

    // MARK: Data flow

    @Test(
        "what a state passes on if it does not say: its input, or what its work came to",
        arguments: [
            #""Type":"Pass""#, #""Type":"Wait","Seconds":1"#, #""Type":"Wait","Seconds":"{% $states.input.n %}""#,
            #""Type":"Map","Items":["{% $states.input.n %}"],"ItemSelector":{"n":"{% $states.context.Map.Item.Value %}"},"# + inner,
            #""Type":"Parallel","Branches":[{"StartAt":"I","States":{"I":{"Type":"Pass","End":true}}}]"#,
        ])
    func defaultOutput(fields: String) throws {
        var run = try Rehearsal(machine(#""A":{\#(fields),"End":true}"#), input: ["n": 7])
        try run.run()
        #expect(run.output == (fields.contains("Branches") || fields.contains("Items") ? [["n": 7]] : ["n": 7]))
    }

    private static let inner = #""ItemProcessor":{"StartAt":"I","States":{"I":{"Type":"Pass","End":true}}}"#

    @Test("Assign and Output see the variables as they were, whatever the other one sets")
    func snapshot() throws {
        var run = try Rehearsal(
            machine(
                """
                "A":{"Type":"Pass","Assign":{"x":1,"y":"{% $states.input.y %}"},"Next":"B"},
                "B":{"Type":"Pass","Assign":{"x":"{% $y %}","y":"{% $x %}"},"Output":["{% $x %}","{% $y %}"],"Next":"C"},
                "C":{"Type":"Pass","Output":{"x":"{% $x %}","y":"{% $y %}","before":"{% $states.input %}"},"End":true}
                """), input: ["y": 2])
        try run.run()
        #expect(run.output == ["x": 2, "y": 1, "before": [1, 2]])
        #expect(
            run.events.compactMap { $0.details["assignedVariables"] } == [["x": "1", "y": "2"], ["x": "2", "y": "1"]])
    }

    @Test("constants and expressions stand beside each other at any depth; null is a value")
    func template() throws {
        var run = try Rehearsal(
            machine(
                #""A":{"Type":"Pass","Output":{"a":[1,{"b":"{% $states.input.n * 2 %}"},"{% null %}"," {% 1 %}"],"{% k %}":"{%3%}"},"End":true}"#
            ), input: ["n": 21])
        try run.run()
        #expect(run.output?.compactText == #"{"a":[1,{"b":42},null," {% 1 %}"],"{% k %}":3}"#)
    }

    @Test("a Task sees its result, and its request the token, the retries and the context")
    func task() throws {
        var run = try Rehearsal(
            machine(
                """
                "A":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken",
                  "Arguments":{"FunctionName":"f","Payload":{"token":"{% $states.context.Task.Token %}","retry":"{% $states.context.State.RetryCount %}"}},
                  "TimeoutSeconds":"{% $states.input.limit %}","HeartbeatSeconds":"{% 5 %}","Credentials":{"RoleArn":"{% 'role-' & $states.input.limit %}"},
                  "Retry":[{"ErrorEquals":["E"]}],"Assign":{"r":"{% $states.result.x %}"},"Output":"{% $states.result.x + $states.input.limit %}","Next":"B"},
                "B":{"Type":"Pass","Output":["{% $states.input %}","{% $r %}"],"End":true}
                """), input: ["limit": 60])
        run.answers = ["A": [.failure("E", "once"), .success(["x": 5])]]
        try run.run()
        #expect(run.output == [65, 5])
        #expect(run.requests.map { $0.input["Payload"]?["retry"] } == [0, 1])
        #expect(run.requests.allSatisfy { $0.input["Payload"]?["token"]?.string == $0.token && $0.token != nil })
        #expect(run.requests.map(\.timeoutSeconds) == [60, 60])
        #expect(run.requests.map(\.heartbeatSeconds) == [5, 5])
        #expect(run.requests.map(\.roleArn) == ["role-60", "role-60"])
    }

    @Test("a catcher sees the Error Output, and leaves the state's own Assign and Output alone")
    func catcher() throws {
        var run = try Rehearsal(
            machine(
                """
                "A":{"Type":"Task","Resource":"\(Self.function)","Assign":{"no":1},"Output":"no","Next":"B","Catch":[
                  {"ErrorEquals":["X"],"Next":"B"},
                  {"ErrorEquals":["States.ALL"],"Assign":{"e":"{% $states.errorOutput.Error %}"},"Output":{"why":"{% $states.errorOutput.Cause %}","in":"{% $states.input %}"},"Next":"B"}]},
                "B":{"Type":"Pass","Output":["{% $e %}","{% $states.input %}"],"End":true}
                """), input: [:])
        run.answers = ["A": [.failure("E", "because")]]
        try run.run()
        #expect(run.output == ["E", ["why": "because", "in": [:]]])
    }

    @Test("a catcher without Output passes the Error Output on")
    func plainCatcher() throws {
        var run = try Rehearsal(
            machine(
                #""A":{"Type":"Task","Resource":"\#(Self.function)","End":true,"Catch":[{"ErrorEquals":["E"],"Next":"B"}]},"B":{"Type":"Succeed"}"#
            ))
        run.answers = ["A": [.failure("E", "because")]]
        try run.run()
        #expect(run.output == ["Error": "E", "Cause": "because"])
    }

    @Test(
        "each rule of a Choice has its own Assign and Output, Default has the state's",
        arguments: [(1, "one", "[1,\"rule\"]"), (2, "two", "[2,\"rule\"]"), (3, "other", "[3,\"state\"]")])
    func choice(number: Int, variable: String, output: String) throws {
        var run = try Rehearsal(
            machine(
                """
                "A":{"Type":"Choice","Default":"D","Assign":{"v":"other"},"Output":["{% $states.input.n %}","state"],"Choices":[
                  {"Condition":"{% $states.input.n = 1 %}","Assign":{"v":"one"},"Output":["{% $states.input.n %}","rule"],"Next":"B"},
                  {"Condition":false,"Next":"D"},
                  {"Condition":"{% $states.input.n = 2 %}","Assign":{"v":"two"},"Output":["{% $states.input.n %}","rule"],"Next":"B"},
                  {"Condition":"{% $states.input.n = 3 ? false : $error('never asked') %}","Next":"D"}]},
                "B":{"Type":"Pass","Output":{"v":"{% $v %}","in":"{% $states.input %}"},"End":true},
                "D":{"Type":"Pass","Output":{"v":"{% $v %}","in":"{% $states.input %}"},"End":true}
                """),
            input: ["n": .integer(number)])
        try run.run()
        #expect(run.output?["v"]?.string == variable)
        #expect(run.output?["in"]?.compactText == output)
    }

    @Test("a Fail state computes its error and cause")
    func failState() throws {
        var run = try Rehearsal(
            machine(#""A":{"Type":"Fail","Error":"{% 'E' & $states.input.n %}","Cause":"{% $states.context.State.Name %}"}"#),
            input: ["n": 1])
        try run.run()
        #expect(run.execution.error == "E1")
        #expect(run.execution.cause == "A")
    }

    @Test("a Map takes its items, their inputs and its concurrency from expressions")
    func map() throws {
        var run = try Rehearsal(
            machine(
                """
                "A":{"Type":"Map","Items":"{% $states.input.xs[$ > 1] %}","MaxConcurrency":"{% 1 %}",
                  "ItemSelector":{"x":"{% $states.context.Map.Item.Value %}","i":"{% $states.context.Map.Item.Index %}","of":"{% $count($states.input.xs) %}"},
                  "ItemProcessor":{"StartAt":"I","States":{"I":{"Type":"Pass","Output":"{% $states.input.x * 10 + $states.context.Map.Item.Index %}","End":true}}},
                  "Assign":{"n":"{% $count($states.result) %}"},"Output":"{% $sum($states.result) %}","End":true}
                """), input: ["xs": [1, 2, 3]])
        try run.run()
        #expect(run.output == 51)
        #expect(run.story.prefix(7).last == "7←6 PassStateExited" || run.execution.status == .succeeded)
    }

    @Test("a branch reads the variables around it, and its own stay inside")
    func scopes() throws {
        var run = try Rehearsal(
            machine(
                """
                "A":{"Type":"Pass","Assign":{"outer":1},"Next":"P"},
                "P":{"Type":"Parallel","Arguments":{"n":"{% $outer + 1 %}"},"Branches":[
                  {"StartAt":"I","States":{"I":{"Type":"Pass","Assign":{"mine":"{% $states.input.n %}"},"Next":"J"},
                    "J":{"Type":"Pass","Output":"{% $outer + $mine %}","End":true}}},
                  {"StartAt":"K","States":{"K":{"Type":"Pass","Output":"{% $exists($mine) %}","End":true}}}],"End":true}
                """))
        try run.run()
        #expect(run.output == [3, false])
    }

    @Test("JSONPath and JSONata states share variables")
    func mixed() throws {
        var run = try Rehearsal(
            """
            {"StartAt":"A","States":{
              "A":{"Type":"Pass","Assign":{"x.$":"$.n"},"Next":"B"},
              "B":{"Type":"Pass","QueryLanguage":"JSONata","Assign":{"y":"{% $x + 1 %}"},"Output":"{% $states.input.n %}","Next":"C"},
              "C":{"Type":"Pass","Parameters":{"x.$":"$x","y.$":"$y","in.$":"$"},"End":true}}}
            """, input: ["n": 1])
        try run.run()
        #expect(run.output == ["x": 1, "y": 2, "in": 1])
    }

    // MARK: Time and randomness

    @Test("$now is the time of the step, and randomness is the execution's own")
    func determinism() throws {
        func output() throws -> JSONValue? {
            var run = try Rehearsal(
                machine(
                    """
                    "A":{"Type":"Wait","Seconds":3,"Assign":{"a":"{% $random() %}"},
                      "Output":{"now":"{% $now() %}","millis":"{% $millis() %}","r":["{% $random() %}","{% $random() %}"],"id":"{% $uuid() %}"},"Next":"B"},
                    "B":{"Type":"Pass","Output":{"in":"{% $states.input %}","a":"{% $a %}"},"End":true}
                    """))
            try run.run()
            return run.output
        }
        let first = try output()
        #expect(first?["in"]?["now"] == "2026-01-01T00:00:03.000Z")
        #expect(first?["in"]?["millis"] == 1_767_225_603_000)
        #expect(try output() == first)
        let numbers = [first?["a"], first?["in"]?["r"]?[0], first?["in"]?["r"]?[1]].compactMap { $0?.number?.doubleValue }
        #expect(Set(numbers).count == 3)
        #expect(numbers.allSatisfy { (0..<1).contains($0) })
    }

    // MARK: Failures

    @Test(
        "a field without a usable value fails with the service's words and the field's place",
        arguments: [
            (
                #""Type":"Pass","Output":{"a":[1,"{% $none %}"]}"#, "Output/a[1]",
                "The JSONata expression '$none' specified for the field 'Output/a[1]' returned nothing (undefined)."
            ),
            (
                #""Type":"Pass","Assign":{"x":"{% $none %}"}"#, "Assign/x",
                "The JSONata expression '$none' specified for the field 'Assign/x' returned nothing (undefined)."
            ),
            (
                #""Type":"Pass","Output":"{% $nothing(1) %}""#, "Output",
                "The JSONata expression '$nothing(1)' specified for the field 'Output' threw an error during evaluation. T1006: Attempted to invoke a non-function"
            ),
            (
                #""Type":"Pass","Output":"{% function($x){$x} %}""#, "Output",
                "The JSONata expression 'function($x){$x}' specified for the field 'Output' returned an unsupported result type."
            ),
            (
                #""Type":"Pass","Output":"{% ($f := function(){1 + $f()}; $f()) %}""#, "Output",
                "The JSONata expression '($f := function(){1 + $f()}; $f())' specified for the field 'Output' threw an error during evaluation: Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive. Depth=101 max=100"
            ),
            (
                #""Type":"Wait","Seconds":"{% 'x' %}""#, "Seconds",
                "The JSONata expression ''x'' specified for the field 'Seconds' returned an unexpected result type. Expected 'number', but was 'string' for value: \"x\""
            ),
            (
                #""Type":"Wait","Timestamp":"{% 'x' %}""#, "Timestamp",
                "The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: x"
            ),
            (
                #""Type":"Wait","Timestamp":"{% 1 %}""#, "Timestamp",
                "The JSONata expression '1' specified for the field 'Timestamp' returned an unexpected result type. Expected 'string', but was 'number' for value: 1"
            ),
        ])
    func failures(fields: String, location: String, cause: String) throws {
        var run = try Rehearsal(machine(#""A":{\#(fields),"End":true}"#))
        try run.run()
        let whole = "An error occurred while executing the state 'A' (entered at the event id #2). " + cause
        #expect(
            details(run, "EvaluationFailed") == [
                "error": "States.QueryEvaluationError", "cause": .string(whole), "location": .string(location), "state": "A",
            ])
        #expect(run.execution.error == "States.QueryEvaluationError")
        #expect(run.execution.cause == whole)
    }

    @Test(
        "numbers out of their range fail, fractions too",
        arguments: [
            #""Type":"Wait","Seconds":"{% -1 %}""#, #""Type":"Wait","Seconds":"{% 1.5 %}""#,
            #""Type":"Task","Resource":"\#(function)","TimeoutSeconds":"{% 0 %}""#,
            #""Type":"Map","Items":[1],"MaxConcurrency":"{% -1 %}","# + inner,
        ])
    func ranges(fields: String) throws {
        var run = try Rehearsal(machine(#""A":{\#(fields),"End":true}"#))
        try run.run()
        #expect(run.execution.error == "States.QueryEvaluationError")
        #expect(details(run, "EvaluationFailed")?["location"]?.string.map { fields.contains($0) } == true)
    }

    @Test("a failure follows from what led to the state; in a Wait state, from its Entered event")
    func links() throws {
        var pass = try Rehearsal(machine(#""A":{"Type":"Pass","Next":"B"},"B":{"Type":"Pass","Output":"{% $none %}","End":true}"#))
        try pass.run()
        #expect(pass.story.suffix(3) == ["4←3 PassStateEntered", "5←3 EvaluationFailed", "6←5 ExecutionFailed"])
        var first = try Rehearsal(
            machine(#""A":{"Type":"Choice","Choices":[{"Condition":"{% 1 %}","Next":"B"}]},"B":{"Type":"Succeed"}"#))
        try first.run()
        #expect(first.story.suffix(3) == ["2←0 ChoiceStateEntered", "3←0 EvaluationFailed", "4←3 ExecutionFailed"])
        #expect(details(first, "EvaluationFailed")?["location"] == "Choices[0]/Condition")
        var wait = try Rehearsal(machine(#""A":{"Type":"Wait","Seconds":1,"Output":"{% $none %}","End":true}"#))
        try wait.run()
        #expect(wait.story.suffix(3) == ["2←0 WaitStateEntered", "3←2 EvaluationFailed", "4←3 ExecutionFailed"])
        var task = try Rehearsal(
            machine(#""A":{"Type":"Task","Resource":"\#(Self.function)","Output":"{% $none %}","End":true}"#))
        task.answers = ["A": [.success(1)]]
        try task.run()
        #expect(
            task.story.suffix(3) == ["5←4 LambdaFunctionSucceeded", "6←5 EvaluationFailed", "7←6 ExecutionFailed"])
    }

    @Test("a Map or Parallel state that fails before it begins still says that it failed; one that was done does not")
    func childrenStates() throws {
        var map = try Rehearsal(machine(#""A":{"Type":"Map","Items":"{% 1 %}","End":true,\#(Self.inner)}"#))
        try map.run()
        #expect(
            map.story == [
                "1←0 ExecutionStarted", "2←0 MapStateEntered", "3←0 EvaluationFailed", "4←3 MapStateFailed", "5←4 ExecutionFailed",
            ])
        var input = try Rehearsal(machine(#""A":{"Type":"Map","End":true,\#(Self.inner)}"#), input: ["a": 1])
        try input.run()
        #expect(input.execution.cause?.hasSuffix(#"Map state input must be an array but was: {"a":1}"#) == true)
        #expect(details(input, "EvaluationFailed")?["location"] == nil)
        var parallel = try Rehearsal(
            machine(
                #""A":{"Type":"Parallel","Arguments":"{% $none %}","End":true,"Branches":[{"StartAt":"I","States":{"I":{"Type":"Succeed"}}}]}"#
            ))
        try parallel.run()
        #expect(parallel.story.suffix(2) == ["4←3 ParallelStateFailed", "5←4 ExecutionFailed"])
        var done = try Rehearsal(machine(#""A":{"Type":"Map","Items":[],"Output":"{% $none %}","End":true,\#(Self.inner)}"#))
        try done.run()
        #expect(
            done.story.suffix(3) == ["4←3 MapStateSucceeded", "5←3 EvaluationFailed", "6←5 ExecutionFailed"])
    }

    @Test("an ItemSelector that fails fails the Map")
    func selector() throws {
        var run = try Rehearsal(
            machine(
                #""A":{"Type":"Map","Items":[1,2],"MaxConcurrency":1,"ItemSelector":"{% $states.context.Map.Item.Index = 1 ? $none : 1 %}","End":true,\#(Self.inner)}"#
            ))
        try run.run()
        #expect(
            run.story.suffix(3).map { $0.split(separator: " ").last.map(String.init) } == [
                "EvaluationFailed", "MapStateFailed", "ExecutionFailed",
            ])
        #expect(details(run, "EvaluationFailed")?["location"] == "ItemSelector")
    }

    @Test("Retry and Catch take a failure to evaluate on Task, Map and Parallel states")
    func caught() throws {
        var run = try Rehearsal(
            machine(
                """
                "A":{"Type":"Task","Resource":"\(Self.function)","Arguments":"{% $none %}","End":true,
                  "Retry":[{"ErrorEquals":["States.QueryEvaluationError"],"MaxAttempts":1}],
                  "Catch":[{"ErrorEquals":["States.QueryEvaluationError"],"Next":"B"}]},
                "B":{"Type":"Pass","Output":"{% $states.input.Error %}","End":true}
                """))
        try run.run()
        #expect(run.output == "States.QueryEvaluationError")
        #expect(
            run.story == [
                "1←0 ExecutionStarted", "2←0 TaskStateEntered", "3←0 EvaluationFailed", "4←3 EvaluationFailed",
                "5←4 TaskStateExited",
                "6←5 PassStateEntered", "7←6 PassStateExited", "8←7 ExecutionSucceeded",
            ])
        #expect(run.execution.transitions == 3)
    }

    @Test("a catcher that cannot be evaluated fails the state for good")
    func failingCatcher() throws {
        var run = try Rehearsal(
            machine(
                #""A":{"Type":"Task","Resource":"\#(Self.function)","End":true,"Catch":[{"ErrorEquals":["X"],"Next":"B"},{"ErrorEquals":["States.ALL"],"Output":{"v":"{% $none %}"},"Next":"B"}]},"B":{"Type":"Succeed"}"#
            ))
        run.answers = ["A": [.failure("E", nil)]]
        try run.run()
        #expect(details(run, "EvaluationFailed")?["location"] == "Catch[1]/Output/v")
        #expect(run.story.suffix(3) == ["5←4 LambdaFunctionFailed", "6←5 EvaluationFailed", "7←6 ExecutionFailed"])
    }

    @Test("a failure inside a branch reaches the Catch of the state around it")
    func innerFailure() throws {
        var run = try Rehearsal(
            machine(
                """
                "A":{"Type":"Parallel","Branches":[{"StartAt":"I","States":{"I":{"Type":"Pass","Output":"{% $none %}","End":true}}}],
                  "Catch":[{"ErrorEquals":["States.QueryEvaluationError"],"Output":"caught","Next":"B"}],"End":true},
                "B":{"Type":"Succeed"}
                """))
        try run.run()
        #expect(run.output == "caught")
        #expect(run.events.count { $0.type == "EvaluationFailed" } == 1)
        #expect(
            run.story.dropFirst(3).prefix(3) == ["4←3 PassStateEntered", "5←3 EvaluationFailed", "6←5 ParallelStateFailed"])
    }

    // MARK: Numbers and sizes

    @Test(
        "numbers come out as the service writes them",
        arguments: [
            ("1.0", "1"), ("1e2", "100"), ("0.1 + 0.2", "0.30000000000000004"), ("1/0", "\"Infinity\""),
            ("[1/0]", "[\"Infinity\"]"),
            ("9007199254740993", "9007199254740993"), ("1e20", "100000000000000000000"), ("-0.5", "-0.5"),
            ("123456789012345678901", "123456789012345680000"), ("$states.input.a", "1"), ("$states.input.b", "100"),
            ("$states.input.c", "123456789012345680000"), ("$states.input.d", "9007199254740993"),
            ("$states.input.e", "[1,{\"x\":2}]"),
        ])
    func numbers(expression: String, text: String) throws {
        let input = try JSONValue(
            parsing: #"{"a":1.0,"b":1e2,"c":123456789012345678901,"d":9007199254740993,"e":[1.0,{"x":2.0}]}"#)
        var run = try Rehearsal(machine(#""A":{"Type":"Pass","Output":"{% \#(expression) %}","End":true}"#), input: input)
        try run.run()
        #expect(details(run, "PassStateExited")?["output"]?.string == text)
    }

    @Test(
        "a hostile expression ends in an error, always the same one",
        arguments: [
            "$reduce([1..100000], function($a, $b){{'a': $a}}, {})", "[1..1e9]",
            "$join($map([1..900000], function($x){'aaaaaaaaaaaaaaaaaaaaaaaa'}))",
        ])
    func hostile(expression: String) throws {
        var run = try Rehearsal(machine(#""A":{"Type":"Pass","Output":"{% \#(expression) %}","End":true}"#))
        try run.run()
        #expect(run.execution.error == "States.QueryEvaluationError")
        var again = try Rehearsal(machine(#""A":{"Type":"Pass","Assign":{"x":"{% \#(expression) %}"},"End":true}"#))
        try again.run()
        #expect(again.execution.error == run.execution.error)
    }

    @Test("a cause that quotes a long value is cut at 32,768 characters")
    func longCause() throws {
        var run = try Rehearsal(machine(#""A":{"Type":"Wait","Seconds":"{% $pad('', 100000) %}","End":true}"#))
        try run.run()
        #expect(run.execution.cause?.utf16.count == 32_768)
    }

    @Test("what one Assign sets has a limit")
    func assignLimit() throws {
        var run = try Rehearsal(machine(#""A":{"Type":"Pass","Assign":{"x":"{% $pad('', 262145) %}"},"Output":1,"End":true}"#))
        try run.run()
        #expect(run.execution.error == "States.Runtime")
    }

    @Test(
        "all variables together have a limit of 10 MiB; what is assigned again counts once",
        arguments: [(40, 40), (41, 41), (100, 40)])
    func variableLimit(states: Int, names: Int) throws {
        let passes = (0..<states).map {
            #""S\#($0)":{"Type":"Pass","Assign":{"v\#($0 % names)":"{% $pad('', 262000) %}"},"Output":1,"Next":"S\#($0 + 1)"}"#
        }
        let definition =
            #"{"QueryLanguage":"JSONata","StartAt":"S0","States":{\#(passes.joined(separator: ",")),"S\#(states)":{"Type":"Succeed"}}}"#
        // Without the replay of a rehearsal, which would compare megabytes.
        var execution = try Rehearsal(definition).execution
        var journal = Rehearsal.Journal()
        try execution.step(Occurrence(at: execution.start.time, .proceed), into: &journal)
        #expect(execution.status == (names == 40 ? .succeeded : .failed))
        #expect(execution.error == (names == 40 ? nil : "States.Runtime"))
    }
}
