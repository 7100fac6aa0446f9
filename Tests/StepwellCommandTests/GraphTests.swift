import StatesJSON
import Testing

@testable import StepwellCommand

@Suite("Graphs")
struct GraphTests {
    private func graph(_ definition: String) throws -> StateGraph {
        try #require(StateGraph(try JSONNode(parsing: definition, allowingSymbols: true)))
    }

    private let checkout = """
        {"StartAt": "Big?", "States": {
          "Big?": {"Type": "Choice", "Choices": [{"Variable": "$.total", "NumericGreaterThan": 100, "Next": "Ask"}], "Default": "Charge"},
          "Ask": {"Type": "Task", "Resource": "r", "Next": "Charge"},
          "Charge": {"Type": "Task", "Resource": "r", "End": true,
            "Retry": [{"ErrorEquals": ["Busy"], "MaxAttempts": 2}], "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "No"}]},
          "No": {"Type": "Fail"}}}
        """

    @Test("Mermaid shows choices, retries and catchers")
    func mermaid() throws {
        #expect(
            try graph(checkout).mermaid() == """
                flowchart TD
                  mstart((" "))
                  s1{"Big?"}
                  s2["Ask<br/><i>Task</i>"]
                  s3["Charge<br/><i>Task</i>"]
                  s4(["No<br/><i>Fail</i>"])
                  mend(((" ")))
                  mstart --> s1
                  s1 -->|"$.total #62; 100"| s2
                  s1 -->|"otherwise"| s3
                  s2 --> s3
                  s3 -.->|"retry Busy ×2"| s3
                  s3 -.->|"catch States.ALL"| s4
                  s3 --> mend
                  s4 --> mend

                """)
    }

    @Test("DOT shows the same")
    func dot() throws {
        #expect(
            try graph(checkout).dot() == """
                digraph {
                  rankdir=TB; compound=true; fontname="Helvetica";
                  node [shape=box, style=rounded, fontname="Helvetica"];
                  edge [fontname="Helvetica", fontsize=10];
                  mstart [shape=circle, label="", width=0.2, style=filled];
                  s1 [label="Big?", shape=diamond];
                  s2 [label="Ask\\nTask"];
                  s3 [label="Charge\\nTask"];
                  s4 [label="No\\nFail"];
                  mend [shape=doublecircle, label="", width=0.15, style=filled];
                  mstart -> s1;
                  s1 -> s2 [label="$.total > 100"];
                  s1 -> s3 [label="otherwise"];
                  s2 -> s3;
                  s3 -> s3 [label="retry Busy ×2", style=dashed];
                  s3 -> s4 [label="catch States.ALL", style=dashed];
                  s3 -> mend;
                  s4 -> mend;
                }

                """)
    }

    @Test("branches and items are groups inside of the group of their state")
    func groups() throws {
        let text = try graph(
            """
            {"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true, "Branches": [
              {"StartAt": "M", "States": {"M": {"Type": "Map", "End": true,
                "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED"}, "StartAt": "X", "States": {"X": {"Type": "Pass", "End": true}}}}}}]}}}
            """
        ).mermaid()
        #expect(
            text == """
                flowchart TD
                  mstart((" "))
                  subgraph g1 ["P"]
                    s1[["P<br/><i>Parallel</i>"]]
                    subgraph s1b1 ["branch 1"]
                      s1b1start((" "))
                      subgraph g2 ["M"]
                        s2[["M<br/><i>Map</i>"]]
                        subgraph s2b1 ["each item, in an execution of its own"]
                          s2b1start((" "))
                          s3["X<br/><i>Pass</i>"]
                          s2b1end(((" ")))
                          s2b1start --> s3
                          s3 --> s2b1end
                        end
                        s2 -.-> s2b1start
                      end
                      s1b1end(((" ")))
                      s1b1start --> s2
                      s2 --> s1b1end
                    end
                    s1 -.-> s1b1start
                  end
                  mend(((" ")))
                  mstart --> s1
                  s1 --> mend

                """)
    }

    @Test("a target that is not there is drawn as such, and names cannot break out of their quotation marks")
    func hostile() throws {
        let odd = try graph(#"{"StartAt": "a\"]", "States": {"a\"]": {"Type": "Pass", "Next": "gone"}}}"#)
        #expect(
            odd.mermaid() == """
                flowchart TD
                  mstart((" "))
                  s1["a#34;#93;<br/><i>Pass</i>"]
                  mstart --> s1
                  mx1[/"no state gone"/]
                  s1 --> mx1

                """)
        #expect(odd.dot().contains(#"s1 [label="a\"]\nPass"];"#))
        #expect(odd.dot().contains(#"mx1 [label="no state gone", color=red, style=dashed];"#))
    }

    @Test("what has no States is no definition", arguments: ["{}", "[]", #"{"States": []}"#])
    func none(text: String) throws {
        #expect(StateGraph(try JSONNode(parsing: text)) == nil)
    }

    @Test(
        "rules read like sentences",
        arguments: [
            (#"{"Variable": "$.a", "StringEquals": "x"}"#, #"$.a = "x""#),
            (#"{"Variable": "$.a", "NumericLessThanEqualsPath": "$.b"}"#, "$.a ≤ $.b"),
            (#"{"Variable": "$.a", "IsPresent": false}"#, "$.a is absent"),
            (#"{"Variable": "$.a", "StringMatches": "log-*"}"#, #"$.a matches "log-*""#),
            (#"{"Variable": "$.a", "TimestampGreaterThan": "2026-01-01T00:00:00Z"}"#, "$.a > 2026-01-01T00:00:00Z"),
            (
                #"{"And": [{"Variable": "$.a", "BooleanEquals": true}, {"Or": [{"Variable": "$.b", "IsNull": true}, {"Variable": "$.c", "IsString": true}]}]}"#,
                "$.a = true and ($.b is null or $.c is a text)"
            ),
            (#"{"Not": {"Variable": "$.a", "IsNumeric": true}}"#, "not ($.a is a number)"),
            (#"{"Condition": "{% $states.input.a >  5 %}"}"#, "$states.input.a > 5"), (#"{"Condition": true}"#, "true"),
            (#"{"Variable": "$.a", "Unknown": 1}"#, "$.a"), ("5", "…"),
        ])
    func rules(rule: String, sentence: String) throws {
        #expect(ChoiceText.text(of: try JSONNode(parsing: rule)) == sentence)
    }
}
