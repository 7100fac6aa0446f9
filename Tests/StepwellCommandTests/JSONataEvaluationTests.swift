import StatesJSON
import StatesJSONata
import Testing

@testable import StepwellCommand

@Suite("eval --jsonata")
struct JSONataEvaluationTests {
    private func evaluation(_ input: JSONValue = ["n": 20, "items": [["p": 1], ["p": 2]]]) -> JSONataEvaluation {
        JSONataEvaluation(input: input, context: ["State": ["Name": "S"]], variables: ["more": 1])
    }

    @Test(
        "the input is the context item of the published dialect, and $states.input in AWS's",
        arguments: [
            ("n + $more", Dialect.published, 21), ("$sum(items.p)", .published, 3), ("$states.input.n + $more", .stepFunctions, 21),
            ("{% $states.context.State.Name %}", .stepFunctions, "S"), ("$parse('[1]')[0]", .stepFunctions, 1),
        ] as [(String, Dialect, JSONValue)])
    func values(expression: String, dialect: Dialect, value: JSONValue) throws {
        #expect(try evaluation().value(of: expression, dialect: dialect) == value)
    }

    @Test("other members of $states can be bound")
    func result() throws {
        var evaluation = evaluation()
        evaluation.variables = ["states": ["result": 5]]
        #expect(try evaluation.value(of: "$states.result + $states.input.n", dialect: .stepFunctions) == 25)
    }

    @Test(
        "what does not parse, or names what AWS does not have, could not be asked; what has no value is not well",
        arguments: [
            ("1 +", Dialect.published, Complaint.Status.cannotAsk), ("n", .stepFunctions, .cannotAsk),
            ("$$.n", .stepFunctions, .cannotAsk),
            ("none", .published, .notWell), ("n + 'x'", .published, .notWell), ("function($x){$x}", .published, .notWell),
            ("$parse('1')", .published, .notWell),
        ])
    func failures(expression: String, dialect: Dialect, status: Complaint.Status) {
        #expect { _ = try evaluation().value(of: expression, dialect: dialect) } throws: { ($0 as? Complaint)?.status == status }
    }

    @Test("a caret shows the place")
    func caret() {
        #expect {
            _ = try evaluation().value(of: "1 + n & 'ä' + 'x'", dialect: .published)
        } throws: { error in
            let lines = ((error as? Complaint)?.message ?? "").split(separator: "\n")
            return lines.count == 3 && lines[0].hasPrefix("--jsonata:1:") && lines[2].hasSuffix("^") && lines[0].contains("T2001")
        }
    }
}
