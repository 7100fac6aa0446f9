import StatesLanguage
import Testing

@testable import StepwellCommand

@Suite("Explanations")
struct ExplanationTests {
    private func explanation(_ subject: String) throws -> String {
        try Explanation(subject, TaskSources(TaskSources.Choice(), project: nil)).text
    }

    @Test("every code has a meaning and a remedy", arguments: Diagnostic.Code.allCases)
    func codes(code: Diagnostic.Code) throws {
        let explanation = try #require(CodeExplanation(code.rawValue.lowercased()))
        #expect(explanation.code == code)
        #expect(explanation.meaning.hasSuffix(".") && !explanation.remedy.isEmpty)
    }

    @Test("each known error is explained once, and says who can catch it")
    func errors() {
        let names = ErrorExplanation.known.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(ErrorExplanation("States.Runtime").matching == .never)
        #expect(ErrorExplanation("States.HeartbeatTimeout").matching == .timeout)
        #expect(ErrorExplanation("States.ALL").matching == .matcher)
        #expect(ErrorExplanation("Card.Declined").matching == .usual)
        #expect(ErrorExplanation("States.Http.StatusCode.404").meaning.contains("404"))
    }

    @Test(
        "a resource is recognised in each of its forms",
        arguments: [
            ("reserve", "the Lambda function reserve"),
            ("arn:aws:lambda:eu-west-1:123456789012:function:reserve:PROD", "the Lambda function reserve"),
            ("arn:aws:states:us-east-1:123456789012:activity:pack", "the activity pack"),
            ("sqs:sendMessage", "the integration of sqs with the action sendMessage"),
            ("arn:aws:states:::states:startExecution.sync:2", "the integration that starts another state machine"),
            ("arn:aws:states:::aws-sdk:s3:getObject", "a call of the AWS API s3:getObject"),
            ("arn:aws:states:::lambda:invoke.waitForTaskToken", "the integration that calls a Lambda function"),
        ])
    func resources(written: String, words: String) throws {
        let text = try explanation(written)
        #expect(text.hasPrefix("\(written) is \(words)"))
        #expect(text.contains("Who performs it, first match wins:"))
    }

    @Test("rules are listed up to the first that matches")
    func rules() throws {
        let text = try explanation("arn:aws:states:us-east-1:123456789012:activity:pack")
        #expect(
            text.hasSuffix(
                """
                  1 a mock             – no test case was chosen
                  2 a Swift function   – the command registers none
                  3 the functions file – there is none
                  4 built in           → the activity 'pack' waits for a worker that polls it

                """))
    }

    @Test("what is nothing of these could not be asked", arguments: ["no such thing!", "arn:aws:iam::1:role/x", ":", ""])
    func unknown(subject: String) throws {
        #expect { _ = try explanation(subject) } throws: { ($0 as? Complaint)?.status == .cannotAsk }
    }
}
