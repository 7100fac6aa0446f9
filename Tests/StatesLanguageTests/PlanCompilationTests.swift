import StatesJSON
import StatesLanguage
import StatesQuery
import Testing

@Suite("Compilation of definitions to plans")
struct PlanCompilationTests {
    @Test("states and scopes are numbered in document order, depth first")
    func numbers() throws {
        let machine = try StateMachine(
            definition: #"""
                {"StartAt": "A", "States": {
                  "A": {"Type": "Parallel", "Next": "Z", "Branches": [
                    {"StartAt": "B2", "States": {"B1": {"Type": "Succeed"}, "B2": {"Type": "Pass", "Next": "B1"}}},
                    {"StartAt": "M", "States": {"M": {"Type": "Map", "End": true,
                      "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}}}}}]},
                  "Z": {"Type": "Succeed"}}}
                """#)
        let plan = machine.plan
        #expect(plan.states.map(\.name) == ["A", "B1", "B2", "M", "I", "Z"])
        #expect(plan.states.map(\.number) == Array(0..<6))
        #expect(plan.states.map(\.scope) == [0, 1, 1, 2, 3, 0])
        #expect(plan.scopes.map(\.startAt) == [0, 2, 3, 4])
        #expect(plan.scopes.map(\.owner) == [nil, 0, 0, 3])
        #expect(plan.states.map(\.next) == [.state(5), .end, .state(1), .end, .end, .end])
        #expect(plan.states.map(\.pointer)[4] == "/States/A/Branches[1]/States/M/ItemProcessor/States/I")
    }

    @Test("defaults of a retrier are AWS's")
    func retrierDefaults() throws {
        let plan = try task(#""Retry": [{"ErrorEquals": ["X"]}]"#)
        let retrier = try #require(plan.states.first?.retriers.first)
        #expect(retrier.errorEquals == ["X"])
        #expect(retrier.intervalSeconds == 1)
        #expect(retrier.maxAttempts == 3)
        #expect(retrier.backoffRate == 2)
        #expect(retrier.maxDelaySeconds == nil)
        #expect(!retrier.fullJitter)
    }

    private func task(_ fields: String) throws -> Plan {
        try StateMachine(
            definition: """
                {"StartAt": "A", "States": {"A": {"Type": "Task", "End": true, \(fields),
                  "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f"}}}
                """
        ).plan
    }

    @Test("absent, $ and null paths are three things")
    func paths() throws {
        func state(_ fields: String) throws -> StatePlan? {
            try StateMachine(definition: "{\"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"Pass\", \"End\": true\(fields)}}}")
                .plan
                .states.first
        }
        func inputPath(_ fields: String) throws -> String {
            switch try state(fields)?.inputPath {
            case .everything: "everything"
            case .nothing: "nothing"
            case .path(let path): path.text
            case nil: "no state"
            }
        }
        #expect(try inputPath("") == "everything")
        #expect(try inputPath(", \"InputPath\": \"$\"") == "everything")
        #expect(try inputPath(", \"InputPath\": null") == "nothing")
        #expect(try inputPath(", \"InputPath\": \"$.a\"") == "$.a")
        guard case .pass(let pass)? = try state(", \"ResultPath\": null, \"Result\": null")?.kind else {
            Issue.record("no Pass state")
            return
        }
        #expect(pass.result == .some(.null))
        guard case .discard = pass.resultPath else {
            Issue.record("ResultPath null must discard")
            return
        }
    }

    @Test(
        "resources are taken apart",
        arguments: [
            (
                "arn:aws:lambda:us-east-1:123456789012:function:f", TaskResource.Kind.function(name: "f"),
                TaskResource.Pattern.requestResponse
            ),
            ("arn:aws:lambda:us-east-1:123456789012:function:f:live", .function(name: "f"), .requestResponse),
            ("arn:aws-cn:states:cn-north-1:123456789012:activity:a", .activity(name: "a"), .requestResponse),
            ("arn:aws:states:::states:startExecution.sync:2", .integration(service: "states", action: "startExecution"), .sync2),
            ("arn:aws:states:::glue:startJobRun.sync", .integration(service: "glue", action: "startJobRun"), .sync),
            ("arn:aws:states:::aws-sdk:whatever:doIt", .integration(service: "aws-sdk:whatever", action: "doIt"), .requestResponse),
            (
                "arn:aws:states:::aws-sdk:sfn:startExecution.waitForTaskToken",
                .integration(service: "aws-sdk:sfn", action: "startExecution"), .waitForTaskToken
            ),
            (
                "arn:aws:states:eu-west-1:123456789012:sqs:sendMessage", .integration(service: "sqs", action: "sendMessage"),
                .requestResponse
            ),
            ("${Charge}", .function(name: "Charge"), .requestResponse),
            ("${ChargeFunction.Arn}", .function(name: "ChargeFunction.Arn"), .requestResponse),
            ("arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:${Charge}", .function(name: "Charge"), .requestResponse),
            ("arn:${AWS::Partition}:states:::lambda:invoke", .integration(service: "lambda", action: "invoke"), .requestResponse),
            ("arn:aws:lambda:${AWS::Region}:123456789012:function:app-charge", .function(name: "app-charge"), .requestResponse),
        ])
    func resources(text: String, kind: TaskResource.Kind, pattern: TaskResource.Pattern) throws {
        let machine = try StateMachine(
            definition: """
                {"StartAt": "A", "States": {"A": {"Type": "Task", "End": true, "Resource": "\(text)", "Parameters": {
                  "FunctionName": "f", "JobName": "j", "StateMachineArn": "m", "QueueUrl": "q", "MessageBody": "b"}}}}
                """.withParameters(for: kind))
        guard case .task(let task)? = machine.plan.states.first?.kind else {
            Issue.record("no Task state")
            return
        }
        #expect(task.resource.kind == kind)
        #expect(task.resource.pattern == pattern)
        #expect(task.resource.text == text)
    }

    @Test(
        "what is no resource AWS knows is refused",
        arguments: [
            "reserve", "", "arn:aws:lambda:us-east-1:123456789012:function:", "arn:aws:lambda:::function:f", "arn:aws:s3:::bucket",
            "arn:aws:states:us-east-1:123456789012:task:t", "arn:aws:states:::sns:subscribe",
            "arn:aws:states:::aws-sdk:s3:getObject.sync",
            "arn:aws:states:::sns:publish.sync", "arn:aws:states:::glue:startJobRun.sync:2", "arn:aws:states:::s3:getObject",
            "arn:aws:states:::aws-sdk:s3", "arn:aws:states", "arn:aws:lambda:us-east-1:123456789012:function:a:b:c",
        ])
    func refusedResources(text: String) {
        let check = DefinitionCheck(
            definition: "{\"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"Task\", \"End\": true, \"Resource\": \"\(text)\"}}}")
        #expect(check.diagnostics.map(\.pointer) == ["/States/A/Resource"])
        #expect(!check.isValid)
    }

    @Test("a JSONata state's fields are compiled to what the kernel evaluates")
    func jsonata() throws {
        let machine = try StateMachine(
            definition: #"""
                {"QueryLanguage": "JSONata", "StartAt": "A", "States": {
                  "A": {"Type": "Choice", "Choices": [{"Condition": "{% $states.input.x %}", "Output": 1, "Next": "B"}, {"Condition": true, "Next": "B"}],
                    "Default": "B"},
                  "B": {"Type": "Wait", "Seconds": "{% 1 %}", "Assign": {"x": "{% $states.input %}"}, "Output": {"a": [1]}, "Next": "C"},
                  "C": {"Type": "Map", "Items": "{% $x %}", "MaxConcurrency": "{%  2  %}", "End": true,
                    "ItemProcessor": {"StartAt": "D", "States": {"D": {"Type": "Pass", "End": true}}}}}}
                """#)
        #expect(machine.diagnostics == [])
        let states = machine.plan.states
        #expect(states.allSatisfy { $0.language == .jsonata })
        guard case .choice(let choice) = states[0].kind, case .expression(let condition) = choice.rules[0].condition,
            case .constant(true) = choice.rules[1].condition, case .wait(.secondsExpression(let seconds)) = states[1].kind,
            case .jsonata(let assign)? = states[1].assign, case .map(let map) = states[2].kind,
            case .expression(let concurrency) = map.maxConcurrency
        else {
            Issue.record("the plan has another shape")
            return
        }
        #expect([condition, seconds, concurrency].map(\.location) == ["Choices[0]/Condition", "Seconds", "MaxConcurrency"])
        #expect([condition, seconds, concurrency].map(\.text) == ["$states.input.x", "1", "2"])
        #expect(choice.rules[0].output?.literal == 1)
        #expect(states[1].output?.literal == ["a": [1]])
        #expect(assign.literal == nil)
        #expect(map.items?.expression?.text == "$x")
    }

    @Test("a Distributed Map is valid and says that it cannot be run yet")
    func unsupported() throws {
        let map = DefinitionCheck(
            definition: #"""
                {"StartAt": "A", "States": {"A": {"Type": "Map", "End": true, "ItemProcessor": {
                  "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
                  "StartAt": "D", "States": {"D": {"Type": "Pass", "End": true}}}}}}
                """#)
        #expect(map.found == [])
        #expect(throws: UnsupportedFeature(what: "Distributed Map", pointer: "/States/A", range: SourceRange(28, 31))) {
            try StateMachine(map)
        }
    }

    @Test("an invalid definition is thrown with all that is wrong, in AWS's message and in a report")
    func invalid() throws {
        let definition = #"""
            {
              "StartAt": "pass1",
              "States": {
                "pass1": {"Type": "Pass", "Next": "pass3"},
                "pass2": {"Type": "Pass", "End": true}
              }
            }
            """#
        let error = #expect(throws: InvalidDefinition.self) {
            try StateMachine(definition: definition, name: "m", source: "m.asl.json")
        }
        #expect(
            error?.awsMessage
                == "Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: Missing 'Next' target: pass3 at /States/pass1/Next, "
                + "MISSING_TRANSITION_TARGET: State \"pass2\" is not reachable. at /States/pass2'")
        #expect(
            error?.description == """
                m.asl.json:4:39: error: MISSING_TRANSITION_TARGET at /States/pass1/Next
                    4 |     "pass1": {"Type": "Pass", "Next": "pass3"},
                      |                                       ^^^^^^^ Missing 'Next' target: pass3; did you mean "pass1"?
                m.asl.json:5:5: error: MISSING_TRANSITION_TARGET at /States/pass2
                    5 |     "pass2": {"Type": "Pass", "End": true}
                      |     ^^^^^^^ State "pass2" is not reachable.
                """)
    }

    @Test("the definition is kept as it was given; after substitution it is compact JSON")
    func definitionText() throws {
        let text = "{ \"StartAt\": \"A\",  \"States\": {\"A\": {\"Type\": \"Wait\", \"Seconds\": ${S}, \"End\": true}} }"
        let machine = try StateMachine(definition: text, substitutions: ["S": 5])
        #expect(machine.definition == #"{"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":5,"End":true}}}"#)
        let plain = text.replacing("${S}", "5")
        #expect(try StateMachine(definition: plain).definition == plain)
        #expect(try StateMachine(definition: plain).plan.definitionHash.utf8.count == 64)
    }

    @Test("ten thousand states compile")
    func manyStates() throws {
        let states = (0..<10_000).map {
            "\"S\($0)\":{\"Type\":\"Pass\",\($0 == 9_999 ? "\"End\":true" : "\"Next\":\"S\($0 + 1)\"")}"
        }
        let machine = try StateMachine(definition: "{\"StartAt\":\"S0\",\"States\":{\(states.joined(separator: ","))}}")
        #expect(machine.plan.states.count == 10_000)
        #expect(machine.diagnostics == [])
    }
}

extension String {
    /// The definition without the parameters that the integration has not.
    fileprivate func withParameters(for kind: TaskResource.Kind) -> String {
        guard case .integration(let service, _) = kind else { return self }
        switch service {
        case "lambda": return only("FunctionName")
        case "glue": return only("JobName")
        case "states": return only("StateMachineArn")
        case "sqs": return only("QueueUrl", "MessageBody")
        default: return self
        }
    }

    private func only(_ names: String...) -> String {
        guard let start = firstRange(of: "\"Parameters\"")?.lowerBound else { return self }
        return self[..<start] + "\"Parameters\": {" + names.map { "\"\($0)\": \"x\"" }.joined(separator: ", ") + "}}}}"
    }
}

@Suite("Symbols")
struct SymbolTests {
    private let definition = #"""
        {"StartAt": "A", "States": {
          "A": {"Type": "Task", "Resource": "${Charge}", "TimeoutSeconds": ${Limit}, "Next": "${Then}",
            "Parameters": {"table": "${Table}-${Stage}", "x.$": "${Path}", "n": ${Charge}},
            "Retry": [{"ErrorEquals": ["X"], "MaxAttempts": ${Max}}]},
          "B": {"Type": "Succeed"}}}
        """#

    @Test("each symbol without a value is a note at its first place, and nothing else is said")
    func notes() {
        let check = DefinitionCheck(definition: definition)
        func note(_ name: String, _ pointer: String, _ line: Int, _ column: Int) -> Found {
            Found(
                code: .unresolvedSymbol, severity: .note, pointer: pointer, message: "The symbol ${\(name)} has no value",
                line: line,
                column: column)
        }
        #expect(
            check.found == [
                note("Charge", "/States/A/Resource", 2, 38), note("Limit", "/States/A/TimeoutSeconds", 2, 68),
                note("Then", "/States/A/Next", 2, 87), note("Table", "/States/A/Parameters/table", 3, 30),
                note("Stage", "/States/A/Parameters/table", 3, 39), note("Path", "/States/A/Parameters/x.$", 3, 58),
                note("Max", "/States/A/Retry[0]/MaxAttempts", 4, 53),
            ])
        #expect(check.isValid)
    }

    @Test("a symbol where a run needs a value stops compilation, with its place")
    func unresolved() {
        let error = #expect(throws: UnresolvedSymbols.self) { try StateMachine(definition: definition, source: "f.json") }
        #expect(
            error?.description == """
                f.json:2:68: error: the symbol ${Limit} at /States/A/TimeoutSeconds needs a value
                f.json:2:86: error: the symbol ${Then} at /States/A/Next needs a value
                f.json:4:53: error: the symbol ${Max} at /States/A/Retry[0]/MaxAttempts needs a value
                """)
    }

    @Test("with values the definition runs, and diagnostics point into the original text")
    func substituted() throws {
        let values: [String: JSONValue] = [
            "Charge": "arn:aws:lambda:us-east-1:123456789012:function:c", "Limit": 5, "Then": "B", "Table": "t", "Stage": "s",
            "Path": "$.p", "Max": 2,
        ]
        #expect(try StateMachine(definition: definition, substitutions: values).plan.states.count == 2)
        var wrong = values
        wrong["Max"] = -1
        #expect(
            DefinitionCheck(definition: definition, substitutions: wrong).found == [
                Found(
                    code: .schemaValidationFailed, severity: .error, pointer: "/States/A/Retry[0]/MaxAttempts",
                    message: "Minimum value is 0", line: 4, column: 53)
            ])
    }

    @Test("a symbol in a text is text: it needs no value")
    func texts() throws {
        let machine = try StateMachine(
            definition: #"{"StartAt": "A", "States": {"A": {"Type": "Fail", "Error": "${E}", "Cause": "in ${Stage}"}}}"#)
        guard case .fail(let fail)? = machine.plan.states.first?.kind, case .literal(let cause)? = fail.cause else {
            Issue.record("no Fail state")
            return
        }
        #expect(cause == "in ${Stage}")
        #expect(machine.diagnostics.map(\.severity) == [.note, .note])
    }
}

@Suite("Variables")
struct VariableTests {
    @Test("a branch may assign what is assigned only after its Parallel")
    func assignedLater() {
        let check = DefinitionCheck(
            definition: #"""
                {"StartAt": "P", "States": {
                  "P": {"Type": "Parallel", "Next": "Q", "Branches": [
                    {"StartAt": "I", "States": {"I": {"Type": "Pass", "Assign": {"v": 1, "e": 1}, "End": true}}},
                    {"StartAt": "J", "States": {"J": {"Type": "Pass", "Assign": {"v": 2}, "OutputPath": "$v", "End": true}}}],
                    "Catch": [{"ErrorEquals": ["States.ALL"], "Assign": {"e": 2}, "Next": "Q"}]},
                  "Q": {"Type": "Pass", "Assign": {"v": 3}, "End": true}}}
                """#)
        #expect(check.found == [])
    }

    @Test("in a loop, what comes after comes before as well")
    func loop() {
        let check = DefinitionCheck(
            definition: #"""
                {"StartAt": "P", "States": {
                  "P": {"Type": "Parallel", "Next": "Q", "Branches": [
                    {"StartAt": "I", "States": {"I": {"Type": "Pass", "Assign": {"v": 1}, "End": true}}}]},
                  "Q": {"Type": "Choice", "Assign": {"v": 3}, "Choices": [{"Variable": "$.x", "IsNull": true, "Next": "Z"}], "Default": "P"},
                  "Z": {"Type": "Succeed"}}}
                """#)
        #expect(check.diagnostics.map(\.pointer) == ["/States/P/Branches[0]/States/I/Assign"])
    }

    @Test("an inner scope reads outer variables, a Distributed Map's children do not")
    func reading() {
        func definition(_ config: String) -> String {
            #"""
            {"StartAt": "S", "States": {
              "S": {"Type": "Pass", "Assign": {"v": 1}, "Next": "M"},
              "M": {"Type": "Map", "End": true, "ItemProcessor": {\#(config)"StartAt": "I", "States": {
                "I": {"Type": "Pass", "Parameters": {"x.$": "States.Format('{}', $v)"}, "End": true}}}}}}
            """#
        }
        #expect(DefinitionCheck(definition: definition("")).found == [])
        let distributed = DefinitionCheck(
            definition: definition(#""ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "#))
        #expect(distributed.diagnostics.map(\.message) == ["The variable '$v' is never assigned in this scope"])
    }
}
